// SPDX-License-Identifier: GPL-2.0
/*
 * Hits counted, see tally.h.
 *
 * A stack is the same if its frames are the same object: frames.c keeps each
 * once, and a row pins its own.  So that a target that everybody touches
 * cannot eat the machine, further ways go into one row a watch without a stack.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/client.h"
#include "output/accessor.h"
#include "language/label.h"
#include "tally.h"

#define ROWS_MAX	(1u << 17)

static struct client_tally_watch *watch_of(struct client_tally *tally,
					   const struct client_event *event)
{
	unsigned int id = event->rec->watch, nr = event->watch ? event->watch->nr : 0;
	uint64_t key = id | (uint64_t)nr << 16;
	struct client_tally_watch *watch = client_map_get(&tally->watches, key);
	char name[24];

	if (watch && (watch->spec || !event->watch))
		return watch;
	if (!watch) {
		watch = client_alloc(1, sizeof(*watch));
		watch->id = id;
		watch->nr = nr;
		client_map_set(&tally->watches, key, watch);
	}
	snprintf(name, sizeof(name), "watch %u", id);
	free(watch->label);
	watch->label = strdup(event->watch ? event->watch->label : name);
	if (event->watch) {
		watch->type = event->watch->type;
		watch->spec = strdup(event->watch->spec);
	}
	if (!watch->label || (event->watch && !watch->spec))
		client_out_of_memory();
	return watch;
}

/* Unknown values are no change. */
static bool is_change(const struct kwatch_record *rec, uint64_t old_value,
		      uint64_t new_value)
{
	return !(rec->flags & (KWATCH_FLAG_OLD_UNKNOWN | KWATCH_FLAG_NEW_UNKNOWN)) &&
	       old_value != new_value;
}

static bool is_row(const struct client_tally_row *row,
		   const struct client_tally_watch *watch,
		   const struct client_event *event)
{
	if (row->watch != watch || row->frames != event->frames ||
	    row->known != !!event->task ||
	    row->where.offset != (event->where ? event->where->offset : 0))
		return false;
	/* Of other code at the same addresses. */
	if (row->frames && !client_loads_same(event->loads, row->frames->kstack, row->exact,
					      row->last_ns, event->time_ns))
		return false;
	return !event->task ||
	       (row->task.tgid == event->task->tgid &&
		!memcmp(row->task.comm, event->task->comm, KWATCH_COMM_MAX));
}

static uint64_t key_of(unsigned int id, const struct client_event *event)
{
	uint64_t key = client_map_mix((uintptr_t)event->frames ^
				      (uint64_t)id << 48 ^
				      (event->where ? (uint64_t)event->where->offset << 20 : 0));
	uint64_t comm[KWATCH_COMM_MAX / sizeof(uint64_t)];

	if (!event->task)
		return key;
	memcpy(comm, event->task->comm, sizeof(comm));
	key = client_map_mix(key ^ comm[0]) + comm[1];
	return client_map_mix(key ^ event->task->tgid) + 1;
}

static struct client_tally_row *find_row(struct client_tally *tally,
					 struct client_tally_watch *watch,
					 const struct client_event *event)
{
	static const struct client_event nobody;
	struct client_tally_row *row;
	uint64_t key = key_of(watch->id, event);

	while ((row = client_map_get(&tally->by_key, key))) {
		if (is_row(row, watch, event))
			return row;
		key++;
	}
	/* Watches are at most as many as their numbers. */
	if (tally->nr >= ROWS_MAX && (event->task || event->frames))
		return find_row(tally, watch, &nobody);

	if (tally->nr == tally->size) {
		tally->size = tally->size ? tally->size * 2 : 64;
		tally->rows = client_realloc(tally->rows, tally->size *
					     sizeof(*tally->rows));
	}
	row = client_alloc(1, sizeof(*row));
	tally->rows[tally->nr++] = row;
	row->watch = watch;
	if (event->where) {
		row->where = *event->where;
		row->label = client_alloc(1, strlen(watch->label) + 24);
		kwatch_label_at(row->label, strlen(watch->label) + 24, watch->label,
				row->where.offset);
	}
	row->known = event->task;
	row->frames = event->frames;
	row->exact = event->exact;
	if (row->frames)
		row->frames->pins++;
	client_map_set(&tally->by_key, key, row);
	return row;
}

static struct client_tally_row *add_hit(struct client_tally *tally,
					const struct client_event *event)
{
	const struct kwatch_hit *hit = (const void *)event->rec;
	struct client_tally_watch *watch = watch_of(tally, event);
	struct client_tally_row *row = find_row(tally, watch, event);
	uint64_t now = hit->rec.time_ns;
	bool changed = is_change(&hit->rec, hit->old_value, hit->new_value);

	if (!tally->hits++)
		tally->begin_ns = now;
	if (now > tally->end_ns)
		tally->end_ns = now;
	if (!watch->hits++)
		watch->first_ns = now;
	watch->last_ns = now;
	watch->changed += changed;
	if (!row->count++)
		row->first_ns = now;
	row->last_ns = now;
	row->changed += changed;
	row->old_value = hit->old_value;
	row->new_value = hit->new_value;
	row->flags = hit->rec.flags;
	row->cpu = hit->cpu;
	if (row->known && event->task)
		row->task = *event->task;
	return row;
}

static void add_cover(struct client_tally_watch *watch, const struct kwatch_cover *cover)
{
	if (cover->what == KWATCH_COVER_LOST) {
		watch->uncovered += cover->count;
		watch->was_uncovered += cover->count;
	} else if (watch->uncovered) {
		watch->uncovered -= cover->count < watch->uncovered ? cover->count :
								       watch->uncovered;
	} else {
		/* It began before these records do. */
		watch->was_uncovered += cover->count;
	}
}

struct client_tally_row *client_tally_add(struct client_tally *tally,
					  const struct client_event *event)
{
	const struct kwatch_record *rec = event->rec;

	switch (rec->type) {
	case KWATCH_RECORD_HIT:
		if (client_culprit_is_no_read(event)) {
			watch_of(tally, event)->no_reads++;
			return NULL;
		}
		return add_hit(tally, event);
	case KWATCH_RECORD_LOST:
		tally->lost += ((const struct kwatch_lost *)rec)->count;
		break;
	case KWATCH_RECORD_GAP:
		watch_of(tally, event)->suppressed +=
			((const struct kwatch_gap *)rec)->count;
		break;
	case KWATCH_RECORD_UNSEEN:
		watch_of(tally, event)->unseen++;
		break;
	case KWATCH_RECORD_COVER:
		add_cover(watch_of(tally, event), (const void *)rec);
		break;
	case KWATCH_RECORD_WATCH:
		watch_of(tally, event);
		break;
	}
	return NULL;
}

static int compare_ids(const struct client_tally_watch *x, const struct client_tally_watch *y)
{
	return x->id != y->id ? (int)x->id - (int)y->id : x->nr < y->nr ? -1 : x->nr > y->nr;
}

static int compare_rows(const void *a, const void *b)
{
	const struct client_tally_row *x = *(struct client_tally_row *const *)a;
	const struct client_tally_row *y = *(struct client_tally_row *const *)b;

	if (x->count != y->count)
		return x->count > y->count ? -1 : 1;
	if (x->first_ns != y->first_ns)
		return x->first_ns < y->first_ns ? -1 : 1;
	return compare_ids(x->watch, y->watch);
}

void client_tally_sort(struct client_tally *tally)
{
	if (tally->nr)
		qsort(tally->rows, tally->nr, sizeof(*tally->rows), compare_rows);
}

static int compare_watches(const void *a, const void *b)
{
	return compare_ids(*(struct client_tally_watch *const *)a,
			   *(struct client_tally_watch *const *)b);
}

struct client_tally_watch **client_tally_watches(const struct client_tally *tally,
						 size_t *nr)
{
	struct client_tally_watch **watches;
	size_t i;

	watches = client_alloc(tally->watches.nr + 1, sizeof(*watches));
	*nr = 0;
	for (i = 0; i < tally->watches.size; i++) {
		if (tally->watches.slots[i].value)
			watches[(*nr)++] = tally->watches.slots[i].value;
	}
	qsort(watches, *nr, sizeof(*watches), compare_watches);
	return watches;
}

const char *client_tally_label(const struct client_tally_row *row)
{
	return row->label ? row->label : row->watch->label;
}

void client_tally_event(const struct client_tally_row *row,
			struct client_event *event)
{
	memset(event, 0, sizeof(*event));
	event->frames = row->frames;
	event->exact = row->exact;
	event->task = row->known ? &row->task : NULL;
	event->time_ns = row->last_ns;
	event->user = row->flags & KWATCH_FLAG_USER;
}

static void free_watch(void *value)
{
	struct client_tally_watch *watch = value;

	free(watch->label);
	free(watch->spec);
	free(watch);
}

void client_tally_destroy(struct client_tally *tally)
{
	size_t i;

	for (i = 0; i < tally->nr; i++) {
		free(tally->rows[i]->label);
		free(tally->rows[i]);
	}
	free(tally->rows);
	client_map_clear(&tally->by_key, NULL);
	client_map_clear(&tally->watches, free_watch);
	memset(tally, 0, sizeof(*tally));
}
