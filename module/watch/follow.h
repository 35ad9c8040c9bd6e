/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the rest of the kernel does to a watch: CPUs and modules that come and
 * go.
 */
#ifndef KWATCH_FOLLOW_H
#define KWATCH_FOLLOW_H

/*
 * Modules that came or went so far.  An address looked up before
 * kwatch_lock() is still good if this did not change.  Stored with
 * kwatch_mutex held.
 */
extern unsigned long kwatch_follow_gen;

/* Begin; there are no watches yet.  0 or -errno.  May sleep */
int kwatch_follow_init(void);

/* End; all watches are gone.  May sleep */
void kwatch_follow_exit(void);

#endif /* KWATCH_FOLLOW_H */
