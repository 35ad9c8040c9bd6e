// SPDX-License-Identifier: GPL-2.0
/* kwview_a: see kwview.h.  Its store is a plain one. */
#define KWVIEW(name) kwview_a_##name
#include "kwview.h"

static noinline void kwview_a_store(u64 *word)
{
	WRITE_ONCE(*word, 0xaa);
}
