/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Watches: made, armed, removed, and the list of them.
 */
#ifndef KWATCH_WATCH_H
#define KWATCH_WATCH_H

#include <linux/list.h>
#include <linux/types.h>

#include "base/answer.h"
#include "base/lock.h"
#include "cover/cover.h"
#include "hit/hit.h"
#include "language/spec.h"
#include "base/symbol.h"

enum kwatch_state {
	KWATCH_STATE_ARMED,
	KWATCH_STATE_OFF,	/* by "off" */
	KWATCH_STATE_PENDING,	/* its module is not loaded */
	KWATCH_STATE_FAILED,	/* could not be armed when its module came */
};

/**
 * struct kwatch_resolved - what the names in a spec stand for
 * @symbol: the target
 * @pending: its module is not loaded, @symbol means nothing
 * @task:   whose task_struct it is in, held by a reference, or NULL
 * @process: whose memory it is in, held by a reference, or NULL
 * @allow:  the functions of allow=, empty while their module is not loaded
 */
struct kwatch_resolved {
	struct kwatch_symbol symbol;
	bool	pending;
	struct task_struct *task;
	struct kwatch_process *process;
	struct kwatch_range allow[KWATCH_ALLOW_MAX];
};

/**
 * struct kwatch_watch - what a user asked for, and what became of it
 * @node:   in the list of all watches
 * @id:     its number, never 0
 * @state:  see enum kwatch_state
 * @owner:  whose closing ends it (until=close), else NULL
 * @spec:   as asked for
 * @symbol: what its target stands for, if @resolved
 * @resolved: its module is there; false while it is pending, and may be false
 *          while it is off
 * @task:   whose task_struct it watches, held by a reference, or NULL
 * @process: whose memory it watches, held by a reference, or NULL
 * @freed:  of until=free; see until_free.c
 * @made_ns: when it was made; all its records are younger
 * @checked_ns: when its value was last compared; see unseen.c
 * @resync: the value may have changed with no breakpoint to see it
 * @bps:    its breakpoints
 * @plan:   what the handler knows of it
 * @value:  of @plan
 * @rcu:    frees it, when no probe of exit_stores.c looks at it
 *
 * Protected by kwatch_mutex.
 */
struct kwatch_watch {
	struct list_head node;
	u16	id;
	enum kwatch_state state;
	const void *owner;
	struct kwatch_spec spec;
	struct kwatch_symbol symbol;
	bool	resolved;
	struct task_struct *task;
	struct kwatch_process *process;
	struct kwatch_freed *freed;
	u64	made_ns;
	u64	checked_ns;
	bool	resync;
	struct kwatch_bps bps;
	struct kwatch_plan plan;
	struct kwatch_value value;
	struct rcu_head rcu;
};

/**
 * struct kwatch_request - a watch to be made
 * @cmd:    KWATCH_VERB_ADD
 * @found:  the references in it are taken over if the watch is made
 * @owner:  whose closing ends it, or NULL
 * @own:    where its records go, or NULL
 * @callback: for each recorded hit, or NULL
 */
struct kwatch_request {
	const struct kwatch_cmd *cmd;
	struct kwatch_resolved found;
	const void *owner;
	struct kwatch_client_ring *own;
	kwatch_callback_t callback;
	void *callback_arg;
};

/*
 * Make a watch, and arm it unless its module is not there.  Nothing has changed on failure.
 * Return: its number, above 0; or as kwatch_command().
 */
int __kwatch_watch_add(const struct kwatch_request *request,
		       struct kwatch_answer *answer);

/*
 * Arm a watch whose symbol is known; @at: where the words of the command are.  Return: as
 * kwatch_command().
 */
int __kwatch_watch_arm(struct kwatch_watch *watch, const u16 *at,
		       struct kwatch_answer *answer);

/* Disarm a watch, if it is armed; its state is the caller's to set. */
void __kwatch_watch_disarm(struct kwatch_watch *watch);

/*
 * Disarm a watch, tell that it ended, and free it unless @why leaves it off or pending.  Every
 * watch that has been made ends here.
 */
void __kwatch_watch_end(struct kwatch_watch *watch, enum kwatch_gone_why why);

/*
 * End the watches that last until @owner is closed, or all if that is NULL.  May sleep;
 * takes the locks.
 */
void kwatch_watch_end_all(const void *owner, enum kwatch_gone_why why);

/* Take off what only watches that are gone needed.  May sleep; no lock held */
void kwatch_watch_tidy(void);

/* Hits on a CPU of watches that are gone.  From kwatch_watch_each() */
void kwatch_watch_past(unsigned int cpu, struct kwatch_counts *counts);

/*
 * Before any other call here; @stack_depth: frames unless stack= says otherwise.  0,
 * -EINVAL, -ENOMEM.
 */
int kwatch_watch_init(unsigned int stack_depth);

/* All watches are gone.  May sleep */
void kwatch_watch_exit(void);

#endif /* KWATCH_WATCH_H */
