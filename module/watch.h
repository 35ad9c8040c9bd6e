/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Watches: made, listed, switched off and on, removed; and what the rest of
 * the kernel does to them (CPUs and modules that come and go).
 */
#ifndef KWATCH_WATCH_H
#define KWATCH_WATCH_H

#include <linux/list.h>
#include <linux/types.h>

#include "bp.h"
#include "hit.h"
#include "spec.h"
#include "symbol.h"

enum kwatch_state {
	KWATCH_STATE_ARMED,
	KWATCH_STATE_OFF,	/* by "off" */
	KWATCH_STATE_PENDING,	/* its module is not loaded */
	KWATCH_STATE_FAILED,	/* could not be armed when its module came */
};

/**
 * struct kwatch_watch - what a user asked for, and what became of it
 * @node:   in the list of all watches
 * @id:     its number, never 0
 * @state:  see enum kwatch_state
 * @owner:  whose closing ends it (until=close), else NULL
 * @spec:   as asked for
 * @symbol: what its target stands for, unless pending
 * @bps:    its breakpoints
 * @hot:    what the handler knows of it
 * @value:  of @hot
 *
 * Protected by watch.c's mutex.
 */
struct kwatch_watch {
	struct list_head node;
	u16	id;
	enum kwatch_state state;
	const void *owner;
	struct kwatch_spec spec;
	struct kwatch_symbol symbol;
	struct kwatch_bps bps;
	struct kwatch_hot hot;
	struct kwatch_value value;
};

/* Bytes of the sentence that explains a refusal. */
#define KWATCH_WHY_MAX	512

/**
 * struct kwatch_answer - what came of a command
 * @error: 0 or -errno
 * @at:    on failure, the byte of the line at fault
 * @why:   on failure, one sentence; further lines may follow
 */
struct kwatch_answer {
	int	error;
	u16	at;
	char	why[KWATCH_WHY_MAX];
};

/**
 * kwatch_watch_command() - do what one line of the command language says
 * @line:   the line, without its newline
 * @len:    its bytes
 * @owner:  whoever until=close refers to; NULL if that makes no sense
 * @answer: filled
 *
 * A command that fails changes nothing.
 *
 * Context: may sleep; takes cpus_read_lock().
 * Return: @answer->error: -EINVAL malformed, misaligned, bad length or type;
 * -ENOENT no such symbol, task or watch; -EEXIST same watch again; -ENOSPC no
 * slot left; -EFAULT address not in the asked-for address space or not
 * mapped; -E2BIG line too long; -EOPNOTSUPP this CPU or kernel cannot; -EPERM
 * locked down; -ENOMEM.
 */
int kwatch_watch_command(const char *line, size_t len, const void *owner,
			 struct kwatch_answer *answer);

/**
 * kwatch_watch_close() - end all watches that were to last until this
 * @owner: as given to kwatch_watch_command()
 *
 * Context: may sleep; takes cpus_read_lock().
 */
void kwatch_watch_close(const void *owner);

/**
 * kwatch_watch_each() - look at every watch, oldest first
 * @look: called for each; must not call back here
 * @arg:  passed to @look
 *
 * Context: may sleep; takes the mutex around all calls of @look.
 */
void kwatch_watch_each(void (*look)(const struct kwatch_watch *watch, void *arg),
		       void *arg);

/**
 * kwatch_watch_counts() - a watch's hits on one CPU so far
 * @watch:  which; from kwatch_watch_each()
 * @cpu:    any possible CPU
 * @counts: filled
 *
 * Context: any.
 */
void kwatch_watch_counts(const struct kwatch_watch *watch, unsigned int cpu,
			 struct kwatch_counts *counts);

/**
 * kwatch_watch_past() - hits on one CPU of watches that are gone
 * @cpu:    any possible CPU
 * @counts: filled
 *
 * Context: as kwatch_watch_each(); from inside its @look too.
 */
void kwatch_watch_past(unsigned int cpu, struct kwatch_counts *counts);

/**
 * kwatch_watch_init() - start to follow CPUs and modules
 * @stack_depth: frames to record unless stack= says otherwise
 *
 * Context: may sleep; the layers below are ready.
 * Return: 0, -EINVAL, -ENOMEM.
 */
int kwatch_watch_init(unsigned int stack_depth);

/**
 * kwatch_watch_exit() - remove all watches
 *
 * Context: may sleep; no command can come any more.
 */
void kwatch_watch_exit(void);

#endif /* KWATCH_WATCH_H */
