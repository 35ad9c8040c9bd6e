// SPDX-License-Identifier: GPL-2.0
/*
 * The list of all watches.  See list.h.
 */
#include <linux/list.h>
#include <linux/percpu.h>
#include <linux/string.h>

#include "base/lock.h"
#include "list.h"
#include "watch.h"

LIST_HEAD(kwatch_watches);

struct kwatch_watch *__kwatch_watch_find(u32 id, const char *name)
{
	struct kwatch_watch *watch;

	lockdep_assert_held(&kwatch_mutex);
	list_for_each_entry(watch, &kwatch_watches, node)
		if (id ? watch->id == id :
		    watch->spec.name[0] && !strcmp(watch->spec.name, name))
			return watch;
	return NULL;
}

void kwatch_watch_each(void (*look)(const struct kwatch_watch *watch, void *arg),
		       void *arg)
{
	struct kwatch_watch *watch;

	mutex_lock(&kwatch_mutex);
	list_for_each_entry(watch, &kwatch_watches, node)
		look(watch, arg);
	mutex_unlock(&kwatch_mutex);
}

void kwatch_watch_counts(const struct kwatch_watch *watch, unsigned int cpu,
			 struct kwatch_counts *counts)
{
	memset(counts, 0, sizeof(*counts));
	kwatch_counts_add(counts, per_cpu_ptr(watch->plan.counts, cpu));
}
