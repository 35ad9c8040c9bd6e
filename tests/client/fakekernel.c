// SPDX-License-Identifier: GPL-2.0
/*
 * What tests/client/addr.t takes for a kernel: linked at one address it is the
 * vmlinux file, at another one the memory of the kernel that runs.
 */
struct link {
	struct link *next;
};

typedef struct {
	int counter;
} atomic_t;

typedef struct {
	atomic_t refs;
} refcount_t;

struct thing {
	int id;
	unsigned int flag:3, mode:5;
	struct link all;
	const char *name;
	char tag[8];
	refcount_t users;
};

/* Not in kallsyms, and not of one file only. */
static struct thing second __attribute__((used)) = {
	2, 1, 7, { 0 }, (char *)-12
};
static struct thing first __attribute__((used)) = {
	1, 5, 17, { &second.all }, (char *)0xdead00000000, "one\1\"", { { 3 } }
};
static struct thing *things[4] __attribute__((used)) = {
	&first, &second, 0, (struct thing *)0xffff888000000000
};
unsigned long long counter = 0x1122334455667788;

int _stext(void);
int vfs_read(void);

int _stext(void)
{
	return 1;
}

int vfs_read(void)
{
	return 2;
}
