// SPDX-License-Identifier: GPL-2.0
/*
 * What tests/client/lines.t takes for a kernel's and a module's function: one
 * store, inlined twice.
 */
void kw_touch(long *p);
int _stext(void);

static inline __attribute__((always_inline)) void kw_set(long *p, long v)
{
	*(volatile long *)p = v;	/* inner */
}

static inline __attribute__((always_inline)) void kw_twice(long *p, long v)
{
	kw_set(p, v);			/* middle */
	kw_set(p + 1, v);
}

int _stext(void)
{
	return 1;
}

void kw_touch(long *p)
{
	kw_twice(p, 7);			/* outer */
}
