/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What hits leave to be done outside of the exception, and what is to be done
 * from time to time.
 *
 * The governor takes a breakpoint off a CPU where its budget is spent and
 * puts it back later; CPUs and threads without a breakpoint are tried again;
 * watches that ended themselves are taken off; values are compared with what
 * hits explain.
 */
#ifndef KWATCH_DEFERRED_H
#define KWATCH_DEFERRED_H

/* Before any CPU is made ready; 0 or -ENOMEM.  May sleep */
int kwatch_deferred_init(void);

/* All watches are gone, and nobody asks for anything.  May sleep */
void kwatch_deferred_exit(void);

#endif /* KWATCH_DEFERRED_H */
