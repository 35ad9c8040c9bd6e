// SPDX-License-Identifier: GPL-2.0
/* kwview_b: see kwview.h.  Its store is an atomic exchange, and further on. */
#define KWVIEW(name) kwview_b_##name
#include "kwview.h"

static noinline void kwview_b_store(u64 *word)
{
	xchg(word, 0xbb);
	barrier();
}
