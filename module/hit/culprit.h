/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Who took a watch's memory away, as a probe finds it.
 */
#ifndef KWATCH_CULPRIT_H
#define KWATCH_CULPRIT_H

#include <linux/atomic.h>
#include <linux/types.h>

#include <uapi/kwatch.h>

#include "language/spec.h"

struct pt_regs;

/* User frames of whoever unmapped user memory. */
#define KWATCH_CULPRIT_USER	16

/**
 * struct kwatch_culprit - a task, and from where it acts
 * @state:   see kwatch_culprit_claim()
 * @nr:      frames in @ip
 * @user_nr: frames in @user_ip
 */
struct kwatch_culprit {
	int	state;
	u64	time_ns;
	struct kwatch_task task;
	unsigned int nr;
	unsigned int user_nr;
	unsigned long ip[KWATCH_STACK_MAX];
	u64	user_ip[KWATCH_CULPRIT_USER];
};

/* kwatch_culprit_claim() - true for the first caller, who fills it in; any context */
static inline bool kwatch_culprit_claim(struct kwatch_culprit *culprit)
{
	return !cmpxchg(&culprit->state, 0, 1);
}

/* kwatch_culprit_publish() - it is filled in; any context */
static inline void kwatch_culprit_publish(struct kwatch_culprit *culprit)
{
	smp_store_release(&culprit->state, 2); /* pairs with kwatch_culprit_is_known() */
}

/* kwatch_culprit_is_known() - is it filled in?  Any context */
static inline bool kwatch_culprit_is_known(const struct kwatch_culprit *culprit)
{
	return smp_load_acquire(&culprit->state) == 2; /* pairs with kwatch_culprit_publish() */
}

/**
 * kwatch_culprit_note() - the current task, now, and its kernel stack
 * @culprit: claimed
 * @from: the stack begins with this address, if it is in it
 * @entry: of a kprobe at the entry of a function, which is @from; else NULL
 *
 * Context: any but NMI.
 */
void kwatch_culprit_note(struct kwatch_culprit *culprit, unsigned long from,
			 const struct pt_regs *entry);

/* kwatch_culprit_note_user() - also its user stack, by frame pointers; task context */
void kwatch_culprit_note_user(struct kwatch_culprit *culprit);

#endif /* KWATCH_CULPRIT_H */
