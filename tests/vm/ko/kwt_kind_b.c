// SPDX-License-Identifier: GPL-2.0
/* kwt_kind_b: see kwt_kind_a.c. */
#define KWT_KIND_PERCPU
#include "kwt_kind_a.c"
