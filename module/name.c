// SPDX-License-Identifier: GPL-2.0
/*
 * What the number of a watch stands for, also after the watch is gone.
 */
#include <linux/idr.h>
#include <linux/ktime.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/slab.h>

#include "name.h"

#define RETIRED_MAX	4096

/**
 * struct name - one number's
 * @node: in retired, once it is
 * @id:   the number
 * @label: as kwatch_spec_label() has it, allocated
 * @def:  the definition, complete
 */
struct name {
	struct list_head node;
	u16	id;
	char	*label;
	struct kwatch_watch_def def;
};

/* Protects all below; taken inside watch.c's mutex, and by readers alone. */
static DEFINE_MUTEX(name_mutex);
static DEFINE_IDR(names);
static LIST_HEAD(retired);	/* oldest first */
static unsigned int nr_retired;

static void name_free(struct name *name)
{
	kfree(name->label);
	kfree(name);
}

static struct name *name_alloc(const struct kwatch_spec *spec, u64 addr)
{
	int text = min(kwatch_spec_print(NULL, 0, spec) + 1, KWATCH_SPEC_TEXT_MAX);
	int label = kwatch_spec_label(NULL, 0, spec) + 1;
	struct name *name;

	name = kzalloc(sizeof(*name) + ALIGN(text, 8), GFP_KERNEL);
	if (!name)
		return NULL;
	name->label = kzalloc(label, GFP_KERNEL);
	if (!name->label) {
		kfree(name);
		return NULL;
	}
	kwatch_spec_label(name->label, label, spec);
	kwatch_spec_print(name->def.spec, text, spec);
	name->def.rec.size = sizeof(name->def) + ALIGN(text, 8);
	name->def.rec.type = KWATCH_RECORD_WATCH;
	name->def.rec.time_ns = ktime_get_mono_fast_ns();
	name->def.addr = addr;
	name->def.type = spec->type;
	name->def.len = spec->len;
	return name;
}

int kwatch_name_create(const struct kwatch_spec *spec, u64 addr)
{
	struct name *name = name_alloc(spec, addr);
	int id;

	if (!name)
		return -ENOMEM;

	mutex_lock(&name_mutex);
	id = idr_alloc_cyclic(&names, name, 1, KWATCH_WATCH_MAX + 1, GFP_KERNEL);
	if (id > 0) {
		name->id = id;
		name->def.rec.watch = id;
	}
	mutex_unlock(&name_mutex);
	if (id < 0)
		name_free(name);
	return id;
}

void kwatch_name_retire(u16 id)
{
	struct name *name;

	mutex_lock(&name_mutex);
	name = idr_find(&names, id);
	list_add_tail(&name->node, &retired);
	if (++nr_retired > RETIRED_MAX) {
		name = list_first_entry(&retired, struct name, node);
		list_del(&name->node);
		idr_remove(&names, name->id);
		name_free(name);
		nr_retired--;
	}
	mutex_unlock(&name_mutex);
}

void kwatch_name_label(u16 id, char *buf, size_t size)
{
	struct name *name;

	mutex_lock(&name_mutex);
	name = idr_find(&names, id);
	strscpy(buf, name ? name->label : "(forgotten)", size);
	mutex_unlock(&name_mutex);
}

bool kwatch_name_def(u16 id, struct kwatch_watch_def *def)
{
	struct name *name;

	mutex_lock(&name_mutex);
	name = idr_find(&names, id);
	if (name)
		memcpy(def, &name->def, name->def.rec.size);
	mutex_unlock(&name_mutex);
	return name;
}

void kwatch_name_exit(void)
{
	struct name *name, *next;

	list_for_each_entry_safe(name, next, &retired, node) {
		idr_remove(&names, name->id);
		name_free(name);
	}
	idr_destroy(&names);
}
