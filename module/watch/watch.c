// SPDX-License-Identifier: GPL-2.0
/*
 * Watches: made, armed, removed, and the list of them.
 *
 * Commands come from command.c; what the rest of the kernel does to a watch
 * (CPUs and modules that come and go) from follow.c.  Locking: watch.h.
 */
#include <linux/cpu.h>
#include <linux/ktime.h>
#include <linux/list.h>
#include <linux/percpu.h>
#include <linux/sched/task.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "base/work.h"
#include "governor.h"
#include "hit/cpu.h"
#include "ended.h"
#include "list.h"
#include "process_follow.h"
#include "read/buffers.h"
#include "read/event.h"
#include "until_free.h"
#include "plan.h"
#include "read/name.h"
#include "slots.h"
#include "cover/process.h"
#include "unseen.h"
#include "watch.h"

/* Everything below is protected by kwatch_mutex. */
static struct kwatch_counts __percpu *past;	/* hits of watches that are gone */
static unsigned int default_depth;

/* Counters. */

void kwatch_watch_past(unsigned int cpu, struct kwatch_counts *counts)
{
	*counts = *per_cpu_ptr(past, cpu);
}

/* A watch's memory. */

static void watch_free(struct kwatch_watch *watch)
{
	kwatch_plan_free(&watch->plan);
	kfree(watch->freed);
	kfree_rcu(watch, rcu);
}

static struct kwatch_watch *watch_alloc(const struct kwatch_request *request,
					int *error)
{
	struct kwatch_watch *watch = kzalloc(sizeof(*watch), GFP_KERNEL);

	*error = -ENOMEM;
	if (!watch)
		return NULL;
	watch->made_ns = ktime_get_mono_fast_ns();
	watch->spec = request->cmd->spec;
	watch->symbol = request->found.symbol;
	kwatch_cover_init(&watch->bps, request->found.process);
	watch->plan.values = &watch->value;
	watch->plan.own = request->own;
	watch->plan.callback = request->callback;
	watch->plan.callback_arg = request->callback_arg;
	*error = kwatch_plan_init(&watch->plan, &watch->spec, &request->found,
				 default_depth);
	if (*error) {
		watch_free(watch);
		return NULL;
	}
	return watch;
}

/* Its life. */

static int follow_free(struct kwatch_watch *watch, const u16 *at,
		       struct kwatch_answer *answer)
{
	int ret = watch->process ? 0 : kwatch_until_free_follow(watch);

	if (ret == -ENOMEM)
		return kwatch_refuse(answer, ret, 0, "No memory");
	if (!ret || watch->spec.until != KWATCH_UNTIL_FREE)
		return 0;
	return kwatch_refuse(answer, ret, at[KWATCH_WORD_UNTIL], ret == -EINVAL ?
			     "The kernel does not free that memory" :
			     "The kernel cannot tell when it is freed");
}

/* As readers are told it: 0 while it is pending, and where each CPU has its own. */
static u64 address_of(const struct kwatch_watch *watch)
{
	return watch->resolved && !watch->symbol.percpu ?
	       watch->symbol.addr + watch->spec.offset : 0;
}

int __kwatch_watch_arm(struct kwatch_watch *watch, const u16 *at,
		       struct kwatch_answer *answer)
{
	unsigned int cpu = 0;
	int ret;

	lockdep_assert_held(&kwatch_mutex);
	if (kwatch_slots_split(watch))
		return kwatch_refuse(answer, -ENOMEM, 0, "No memory");
	ret = kwatch_slots_check(watch, at, answer) ?:
	      kwatch_slots_clash(watch, at, answer);
	if (ret)
		return ret;
	/* Before follow_free(), which may find at once that the object is freed. */
	kwatch_plan_rearm(&watch->plan);
	if (watch->process)
		__kwatch_process_follow_rearm(watch->process);
	ret = follow_free(watch, at, answer);
	if (ret)
		return ret;
	watch->checked_ns = ktime_get_mono_fast_ns();
	/* One that is new gets its number, and with it its name, afterwards. */
	if (watch->id)
		kwatch_name_set_addr(watch->id, address_of(watch));
	ret = kwatch_cover_arm(&watch->bps, &cpu);
	if (ret == -ENOSPC && kwatch_slots_split_fewer(watch))
		ret = kwatch_cover_arm(&watch->bps, &cpu);
	if (ret)
		kwatch_until_free_unfollow(watch);
	switch (ret) {
	case 0:
		watch->state = KWATCH_STATE_ARMED;
		__kwatch_unseen_begin(watch);
		kwatch_work_soon();
		return 0;
	case -ENOSPC:
		kwatch_refuse(answer, ret, at[KWATCH_WORD_TARGET], "");
		kwatch_slots_name_holders(watch, cpu, answer);
		return ret;
	case -ESRCH:
		return kwatch_refuse(answer, -ENOENT, at[KWATCH_WORD_PID],
				     "The process has ended");
	case -EOPNOTSUPP:
		return kwatch_refuse(answer, ret, at[KWATCH_WORD_TARGET],
			      "The kernel allows no breakpoint there (entry code or data, or code that may not be probed)");
	default:
		return kwatch_refuse(answer, ret, at[KWATCH_WORD_TARGET],
			      "The kernel refused the breakpoint");
	}
}

/* A watch was disarmed: try again what is uncovered. */
static void retry_uncovered(void)
{
	struct kwatch_watch *watch;
	bool wanted = false;

	list_for_each_entry(watch, &kwatch_watches, node) {
		watch->bps.retried_ns = 0;
		wanted |= watch->bps.nr_uncovered;
	}
	if (wanted)
		kwatch_work_soon();
}

void __kwatch_watch_disarm(struct kwatch_watch *watch)
{
	lockdep_assert_held(&kwatch_mutex);
	__kwatch_governor_settle(watch);
	if (watch->bps.armed) {
		kwatch_cover_disarm(&watch->bps);
		retry_uncovered();
	}
	kwatch_until_free_unfollow(watch);
}

/* @watch is not armed, and is freed. */
static void remove_watch(struct kwatch_watch *watch)
{
	unsigned int cpu;

	list_del(&watch->node);
	/* One that was refused has no number, and its hits count nowhere. */
	for_each_possible_cpu(cpu)
		if (watch->id)
			kwatch_counts_add(per_cpu_ptr(past, cpu),
					  per_cpu_ptr(watch->plan.counts, cpu));
	if (watch->id) {
		__kwatch_ended_keep(watch);
		kwatch_name_retire(watch->id);
	}
	if (watch->process)
		__kwatch_process_follow_end(watch->process);
	if (watch->task)
		put_task_struct(watch->task);
	watch_free(watch);
}

/* limit= and the loop guard leave the watch there, to be read and switched on again. */
static bool is_left(const struct kwatch_watch *watch, enum kwatch_gone_why why)
{
	switch (why) {
	case KWATCH_GONE_LIMIT:
	case KWATCH_GONE_LOOP:
		return true;
	case KWATCH_GONE_MODULE:
	case KWATCH_GONE_INIT:
		return strchr(watch->spec.symbol, ':');
	default:
		return false;
	}
}

void __kwatch_watch_end(struct kwatch_watch *watch, enum kwatch_gone_why why)
{
	lockdep_assert_held(&kwatch_mutex);
	/* The last hits, gaps and unseen writers come before the record of the end. */
	__kwatch_watch_disarm(watch);
	if (kwatch_until_free_ends(why))
		kwatch_until_free_tell(watch);
	else
		kwatch_event_gone(watch->plan.own, watch->id, why);
	if (!is_left(watch, why)) {
		remove_watch(watch);
	} else if (why == KWATCH_GONE_LIMIT || why == KWATCH_GONE_LOOP) {
		watch->state = KWATCH_STATE_OFF;
	} else {
		watch->resolved = false;
		if (watch->state != KWATCH_STATE_OFF)
			watch->state = KWATCH_STATE_PENDING;
	}
}

static struct kwatch_watch *find_same(const struct kwatch_spec *spec,
				      const struct kwatch_client_ring *own)
{
	struct kwatch_watch *watch;

	list_for_each_entry(watch, &kwatch_watches, node)
		if (watch->plan.own == own && kwatch_spec_same(&watch->spec, spec))
			return watch;
	return NULL;
}

int __kwatch_watch_add(const struct kwatch_request *request,
		       struct kwatch_answer *answer)
{
	const struct kwatch_cmd *cmd = request->cmd;
	const struct kwatch_spec *spec = &cmd->spec;
	struct kwatch_watch *watch;
	int ret;

	lockdep_assert_held(&kwatch_mutex);
	if (find_same(spec, request->own))
		return kwatch_refuse(answer, -EEXIST, cmd->at[KWATCH_WORD_TARGET],
				     "There is such a watch already");
	if (spec->name[0] && __kwatch_watch_find(0, spec->name))
		return kwatch_refuse(answer, -EEXIST, cmd->at[KWATCH_WORD_NAME],
				     "There is a watch of that name already");

	ret = kwatch_buffers_want();
	watch = ret ? NULL : watch_alloc(request, &ret);
	if (!watch)
		return ret == -EINVAL ?
			kwatch_refuse(answer, ret, cmd->at[KWATCH_WORD_IF],
				      "Too many predicates, together with pid= and comm=") :
			kwatch_refuse(answer, ret, 0, "No memory");
	watch->owner = spec->until == KWATCH_UNTIL_CLOSE ? request->owner : NULL;
	watch->resolved = !request->found.pending;
	watch->state = KWATCH_STATE_PENDING;
	/* In the list of all once it has a number. */
	INIT_LIST_HEAD(&watch->node);
	if (request->found.process) {
		watch->process = kwatch_process_get(request->found.process);
		ret = __kwatch_process_follow_begin(watch);
		if (ret) {
			remove_watch(watch);
			return ret == -ESRCH ?
				kwatch_refuse(answer, -ENOENT, cmd->at[KWATCH_WORD_PID],
					      "The process has ended, or runs another program by now") :
				kwatch_refuse(answer, ret, 0, "No memory");
		}
	}

	/* It has no number before it is armed everywhere, and records nothing. */
	kwatch_plan_hold(&watch->plan);
	if (!request->found.pending) {
		ret = __kwatch_watch_arm(watch, cmd->at, answer);
		if (ret) {
			remove_watch(watch);
			return ret;
		}
	}
	ret = kwatch_name_create(spec, address_of(watch), request->own);
	if (ret < 0) {
		kwatch_cover_disarm(&watch->bps);
		kwatch_until_free_unfollow(watch);
		remove_watch(watch);
		return kwatch_refuse(answer, ret, 0, ret == -ENOMEM ? "No memory" :
				     "No number is left: watches have them, or records that can still be read");
	}
	watch->id = ret;
	list_add_tail(&watch->node, &kwatch_watches);
	kwatch_plan_release(&watch->plan, ret);
	watch->task = request->found.task;
	/* It has its own by now. */
	kwatch_process_put(request->found.process);
	return watch->id;
}

void kwatch_watch_end_all(const void *owner, enum kwatch_gone_why why)
{
	struct kwatch_watch *watch, *next;

	kwatch_command_lock();
	list_for_each_entry_safe(watch, next, &kwatch_watches, node)
		if (!owner || watch->owner == owner)
			__kwatch_watch_end(watch, why);
	kwatch_command_unlock();
	kwatch_watch_tidy();
}

void kwatch_watch_tidy(void)
{
	kwatch_until_free_tidy();
	kwatch_process_follow_tidy();
	kwatch_name_tidy();
}

int kwatch_watch_init(unsigned int stack_depth)
{
	if (stack_depth > KWATCH_STACK_MAX) {
		pr_err("stack_depth=%u: takes 0 to %u\n", stack_depth, KWATCH_STACK_MAX);
		return -EINVAL;
	}
	default_depth = stack_depth;
	past = alloc_percpu(struct kwatch_counts);
	return past ? 0 : -ENOMEM;
}

void kwatch_watch_exit(void)
{
	kwatch_ended_exit();
	free_percpu(past);
}
