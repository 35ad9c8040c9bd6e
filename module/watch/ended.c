// SPDX-License-Identifier: GPL-2.0
/*
 * Summaries of watches that have ended, see ended.h.
 *
 * The tables themselves are kept, so that keeping them needs no memory.
 */
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/percpu.h>

#include "base/lock.h"
#include "ended.h"
#include "hit/summary.h"
#include "list.h"
#include "watch.h"

/* Both protected by kwatch_mutex; oldest first. */
static LIST_HEAD(ended);
static size_t ended_bytes;

static void drop(struct kwatch_summary *summary)
{
	list_del(&summary->ended.node);
	ended_bytes -= summary->bytes;
	kwatch_summary_destroy(summary);
}

static bool has_hits(const struct kwatch_watch *watch)
{
	struct kwatch_counts counts;
	unsigned int cpu;
	u64 recorded = 0;

	for_each_possible_cpu(cpu) {
		kwatch_watch_counts(watch, cpu, &counts);
		recorded += counts.nr[KWATCH_RECORDED];
	}
	return recorded;
}

void __kwatch_ended_keep(struct kwatch_watch *watch)
{
	struct kwatch_summary *summary = watch->plan.summary;

	lockdep_assert_held(&kwatch_mutex);
	if (!summary || !has_hits(watch))
		return;
	watch->plan.summary = NULL;
	summary->ended.id = watch->id;
	summary->ended.type = watch->plan.type;
	kwatch_spec_label(summary->ended.label, sizeof(summary->ended.label), &watch->spec);
	list_add_tail(&summary->ended.node, &ended);
	ended_bytes += summary->bytes;
	while (ended_bytes > KWATCH_ENDED_BYTES && !list_is_singular(&ended))
		drop(list_first_entry(&ended, struct kwatch_summary, ended.node));
}

void kwatch_ended_each(bool (*look)(const struct kwatch_summary *summary, void *arg),
		       void *arg)
{
	struct kwatch_summary *summary;

	mutex_lock(&kwatch_mutex);
	list_for_each_entry(summary, &ended, ended.node)
		if (look(summary, arg))
			summary->ended.shown = true;
	mutex_unlock(&kwatch_mutex);
}

void kwatch_ended_clear(void)
{
	struct kwatch_summary *summary, *next;

	mutex_lock(&kwatch_mutex);
	list_for_each_entry_safe(summary, next, &ended, ended.node)
		if (summary->ended.shown)
			drop(summary);
	mutex_unlock(&kwatch_mutex);
}

void kwatch_ended_exit(void)
{
	struct kwatch_summary *summary, *next;

	list_for_each_entry_safe(summary, next, &ended, ended.node)
		drop(summary);
}
