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

/**
 * kwatch_deferred_init() - before any CPU is made
 *
 * Context: may sleep.
 * Return: 0 or -ENOMEM.
 */
int kwatch_deferred_init(void);

/**
 * kwatch_deferred_exit() - do nothing any more
 *
 * Context: may sleep; all watches are gone, and nobody is left who asks for anything.
 */
void kwatch_deferred_exit(void);

#endif /* KWATCH_DEFERRED_H */
