// SPDX-License-Identifier: GPL-2.0
// sources: module/hit/ring.c
/* ring.c's test under ThreadSanitizer: see ring_tsan.flags. */
#include "ring.c"
