// SPDX-License-Identifier: GPL-2.0
/*
 * What the number of a watch stands for, also after the watch is gone.
 */
#include <linux/bitmap.h>
#include <linux/idr.h>
#include <linux/ktime.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "name.h"
#include "records.h"

/*
 * Numbers of watches by /dev/kwatch start here, so that their callers use up
 * nobody else's.
 */
#define OWN_FIRST	(KWATCH_WATCH_MAX / 2 + 1)

/**
 * struct name - one number's
 * @node: in retired, once it is
 * @id:   the number
 * @label: as kwatch_spec_label() has it, allocated
 * @note: of note=, allocated, or NULL
 * @def:  the definition, complete
 */
struct name {
	struct list_head node;
	u16	id;
	char	*label;
	char	*note;
	struct kwatch_watch_def def;
};

/**
 * struct names - a range of numbers
 * @idr:  struct name by number
 * @retired: oldest first
 * @nr_retired: in that list
 * @nr_kept: what tidy() left of these, because records refer to them
 * @spare: so many more are retired before it tries again
 * @first: number
 * @last: number
 */
struct names {
	struct idr idr;
	struct list_head retired;
	unsigned int nr_retired;
	unsigned int nr_kept;
	unsigned int spare;
	u16	first;
	u16	last;
};

/* Protects the next two; taken inside watch.c's mutex, and by readers alone. */
static DEFINE_MUTEX(name_mutex);

/* One look at all records at a time; name_mutex is taken inside it. */
static DEFINE_MUTEX(tidy_mutex);
static DECLARE_BITMAP(referred, KWATCH_WATCH_MAX + 1);

u32 kwatch_name_gen;

static struct names common_names = {
	.idr = IDR_INIT(common_names.idr),
	.retired = LIST_HEAD_INIT(common_names.retired),
	.spare = 4096,
	.first = 1,
	.last = OWN_FIRST - 1,
};

static struct names own_names = {
	.idr = IDR_INIT(own_names.idr),
	.retired = LIST_HEAD_INIT(own_names.retired),
	.spare = 1024,
	.first = OWN_FIRST,
	.last = KWATCH_WATCH_MAX,
};

static struct names *names_of(u16 id)
{
	return id < OWN_FIRST ? &common_names : &own_names;
}

static struct name *find(u16 id)
{
	return idr_find(&names_of(id)->idr, id);
}

static void name_free(struct name *name)
{
	kfree(name->note);
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
	if (spec->note[0])
		name->note = kstrdup(spec->note, GFP_KERNEL);
	if (!name->label || (spec->note[0] && !name->note)) {
		name_free(name);
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

static void refer(const struct kwatch_record *record, void *arg)
{
	__set_bit(record->watch, referred);
}

/* Forget the names up to @last that no record refers to. */
static void forget_retired(struct names *names, const struct list_head *last)
{
	struct name *name, *next;

	names->nr_kept = 0;
	list_for_each_entry_safe(name, next, &names->retired, node) {
		bool end = &name->node == last;

		if (test_bit(name->id, referred)) {
			names->nr_kept++;
		} else {
			list_del(&name->node);
			idr_remove(&names->idr, name->id);
			name_free(name);
			names->nr_retired--;
		}
		if (end)
			break;
	}
}

/* Those that are retired while the records are looked at have to wait. */
static void tidy(void)
{
	const struct list_head *last_common, *last_own;

	mutex_lock(&tidy_mutex);
	mutex_lock(&name_mutex);
	last_common = common_names.retired.prev;
	last_own = own_names.retired.prev;
	mutex_unlock(&name_mutex);

	bitmap_zero(referred, KWATCH_WATCH_MAX + 1);
	kwatch_records_each(true, refer, NULL);

	mutex_lock(&name_mutex);
	if (last_common != &common_names.retired)
		forget_retired(&common_names, last_common);
	if (last_own != &own_names.retired)
		forget_retired(&own_names, last_own);
	/* Before a number is given out again. */
	WRITE_ONCE(kwatch_name_gen, kwatch_name_gen + 1); /* read by define.c */
	mutex_unlock(&name_mutex);
	mutex_unlock(&tidy_mutex);
}

static bool many_retired(const struct names *names)
{
	return READ_ONCE(names->nr_retired) > READ_ONCE(names->nr_kept) + names->spare;
}

void kwatch_name_tidy(void)
{
	if (many_retired(&common_names) || many_retired(&own_names))
		tidy();
}

static int take_number(struct names *names, struct name *name)
{
	int id;

	mutex_lock(&name_mutex);
	id = idr_alloc_cyclic(&names->idr, name, names->first, names->last + 1, GFP_KERNEL);
	if (id > 0) {
		name->id = id;
		name->def.rec.watch = id;
	}
	mutex_unlock(&name_mutex);
	return id;
}

int kwatch_name_create(const struct kwatch_spec *spec, u64 addr, bool own)
{
	struct names *names = own ? &own_names : &common_names;
	struct name *name = name_alloc(spec, addr);
	int id;

	if (!name)
		return -ENOMEM;
	id = take_number(names, name);
	if (id == -ENOSPC) {
		tidy();
		id = take_number(names, name);
	}
	if (id < 0)
		name_free(name);
	return id;
}

void kwatch_name_set_addr(u16 id, u64 addr)
{
	struct name *name;

	mutex_lock(&name_mutex);
	name = find(id);
	if (name->def.addr != addr) {
		name->def.addr = addr;
		/* Records of before go by the definition of before. */
		WRITE_ONCE(kwatch_name_gen, kwatch_name_gen + 1); /* read by define.c */
	}
	mutex_unlock(&name_mutex);
}

void kwatch_name_retire(u16 id)
{
	struct names *names = names_of(id);

	mutex_lock(&name_mutex);
	list_add_tail(&find(id)->node, &names->retired);
	WRITE_ONCE(names->nr_retired, names->nr_retired + 1); /* read by many_retired() */
	mutex_unlock(&name_mutex);
}

void kwatch_name_label(u16 id, char *buf, size_t size)
{
	struct name *name;

	mutex_lock(&name_mutex);
	name = find(id);
	strscpy(buf, name ? name->label : "?", size);
	mutex_unlock(&name_mutex);
}

bool kwatch_name_note(u16 id, char *buf, size_t size)
{
	struct name *name;
	bool has;

	mutex_lock(&name_mutex);
	name = find(id);
	has = name && name->note;
	if (has)
		strscpy(buf, name->note, size);
	mutex_unlock(&name_mutex);
	return has;
}

bool kwatch_name_def(u16 id, struct kwatch_watch_def *def)
{
	struct name *name;

	mutex_lock(&name_mutex);
	name = find(id);
	if (name)
		memcpy(def, &name->def, name->def.rec.size);
	mutex_unlock(&name_mutex);
	return name;
}

static void forget(struct names *names)
{
	struct name *name, *next;

	list_for_each_entry_safe(name, next, &names->retired, node) {
		idr_remove(&names->idr, name->id);
		name_free(name);
	}
	idr_destroy(&names->idr);
}

void kwatch_name_exit(void)
{
	forget(&common_names);
	forget(&own_names);
}
