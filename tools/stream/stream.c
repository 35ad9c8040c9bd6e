// SPDX-License-Identifier: GPL-2.0
/*
 * The definitions of a stream of records, see stream.h.
 *
 * A number that was never defined is no reason to stop: the hit is shown
 * without what it stands for.  So that a stream cannot eat the machine, the
 * number of definitions is limited; no kernel comes near.
 */
#include <stdlib.h>
#include <string.h>

#include "base/client.h"
#include "base/out.h"
#include "spectext.h"
#include "stream.h"

#define DEFINITIONS_MAX		(1u << 20)
#define WATCHES_MAX		(1u << 17)

static uint64_t key_of(uint16_t cpu, uint32_t number)
{
	return (uint64_t)cpu << 32 | number;
}

static void watch_free(void *value)
{
	struct client_watch *watch = value, *older;

	for (; watch; watch = older) {
		older = watch->older;
		free(watch->note);
		free(watch->label);
		free(watch->spec);
		free(watch);
	}
}

static char *clean_copy(const char *text, size_t *len)
{
	struct client_out out;

	client_out_init(&out, -1);
	*len = client_out_clean(&out, text, strlen(text));
	client_out_chr(&out, '\0');
	return out.data;
}

static void define_watch(struct client_stream *stream,
			 const struct kwatch_watch_def *def)
{
	struct client_watch *watch = client_map_get(&stream->watches, def->rec.watch), *older;
	char label[KWATCH_SPECTEXT_LABEL_MAX];
	size_t len;

	/* Numbers are used again: records up to now mean the older watch. */
	if (!watch || watch->made_ns < def->rec.time_ns) {
		older = watch;
		watch = client_alloc(1, sizeof(*watch));
		watch->id = def->rec.watch;
		watch->nr = older ? older->nr + 1 : 0;
		watch->made_ns = def->rec.time_ns;
		watch->older = older;
		client_map_set(&stream->watches, watch->id, watch);
		stream->nr_watches++;
	}
	while (watch->older && watch->made_ns > def->rec.time_ns)
		watch = watch->older;
	free(watch->spec);
	free(watch->note);
	free(watch->label);
	watch->type = def->type;
	watch->len = def->len;
	watch->addr = def->addr;
	watch->spec = clean_copy(def->spec, &len);
	watch->note = client_spectext_note(watch->spec);
	client_spectext_label(watch->spec, label, sizeof(label));
	watch->label = clean_copy(label, &watch->label_len);
}

/* Which watch had this number then? */
static const struct client_watch *watch_at(const struct client_stream *stream,
					   uint16_t id, uint64_t time_ns)
{
	const struct client_watch *watch = client_map_get(&stream->watches, id);

	while (watch && watch->older && watch->made_ns > time_ns)
		watch = watch->older;
	return watch;
}

static void define_stack(struct client_stream *stream,
			 const struct kwatch_stack_def *def,
			 const struct client_parts *parts)
{
	struct client_frames *frames, *old;

	/* One without any frame; hits then have none to show either. */
	if (!parts->kstack && !parts->ustack)
		return;
	frames = client_frames_get(&stream->cache, parts);
	frames->pins++;
	old = client_map_set(&stream->stacks, key_of(def->cpu, def->number),
			     frames);
	if (old)
		old->pins--;
}

static void define_task(struct client_stream *stream,
			const struct kwatch_task_def *def)
{
	struct kwatch_task *task = client_alloc(1, sizeof(*task));

	*task = def->task;
	free(client_map_set(&stream->tasks, key_of(def->cpu, def->number),
			    task));
}

bool client_stream_is_definition(unsigned int type)
{
	return type == KWATCH_RECORD_WATCH || type == KWATCH_RECORD_STACK ||
	       type == KWATCH_RECORD_TASK || type == KWATCH_RECORD_MODULE ||
	       type == KWATCH_RECORD_SYMBOL;
}

static int define(struct client_stream *stream, const struct kwatch_record *rec,
		  const struct client_parts *parts, bool *again, const char **why)
{
	if (stream->nr_watches > WATCHES_MAX) {
		*why = "more watches are defined than any kernel has";
		return -1;
	}
	if (stream->stacks.nr + stream->tasks.nr + stream->nr_watches > DEFINITIONS_MAX) {
		*why = "more stacks, tasks and watches are defined than any kernel has";
		return -1;
	}
	if (rec->type == KWATCH_RECORD_WATCH)
		define_watch(stream, (const void *)rec);
	else if (rec->type == KWATCH_RECORD_STACK)
		define_stack(stream, (const void *)rec, parts);
	else if (rec->type == KWATCH_RECORD_TASK)
		define_task(stream, (const void *)rec);
	else if (rec->type == KWATCH_RECORD_MODULE)
		*again = !client_loads_module(&stream->loads, (const void *)rec);
	else if (rec->type == KWATCH_RECORD_SYMBOL)
		*again = !client_loads_symbol(&stream->loads, (const void *)rec);
	return 0;
}

/* What a hit refers to by number. */
static void resolve_hit(struct client_stream *stream,
			const struct kwatch_hit *hit,
			struct client_event *event)
{
	if (hit->task)
		event->task = client_map_get(&stream->tasks,
					     key_of(hit->cpu, hit->task));
	if (hit->stack)
		event->frames = client_map_get(&stream->stacks,
					       key_of(hit->cpu, hit->stack));
}

int client_stream_next(struct client_stream *stream, const void *data,
		       size_t len, struct client_event *event, const char **why)
{
	const struct kwatch_record *rec = data;
	struct client_parts parts;
	int size = client_records_next(data, len, &parts, why);

	if (size <= 0)
		return size;
	memset(event, 0, sizeof(*event));
	if (define(stream, rec, &parts, &event->again, why))
		return -1;

	event->rec = rec;
	event->time_ns = rec->time_ns;
	event->loads = &stream->loads;
	event->user = rec->type == KWATCH_RECORD_HIT && rec->flags & KWATCH_FLAG_USER;
	event->task = parts.task;
	event->regs = parts.regs;
	event->ucopy = parts.ucopy;
	if (rec->type == KWATCH_RECORD_COVER &&
	    ((const struct kwatch_cover *)rec)->task.tid)
		event->task = &((const struct kwatch_cover *)rec)->task;
	event->where = parts.where;
	if (rec->watch)
		event->watch = watch_at(stream, rec->watch, rec->time_ns);
	/*
	 * On x86 the trap comes behind the instruction, but that of an
	 * instruction breakpoint before it, as all do on arm64.
	 */
	event->exact = (stream->arch ? stream->arch : KWATCH_STREAM_ARCH) != KWATCH_ARCH_X86_64 ||
		       (event->watch && event->watch->type == KWATCH_TYPE_X);

	if (rec->type == KWATCH_RECORD_STACK)
		return size;
	if (parts.kstack || parts.ustack)
		event->frames = client_frames_get(&stream->cache, &parts);
	if (rec->type == KWATCH_RECORD_HIT)
		resolve_hit(stream, (const void *)rec, event);
	/* Where a watch was ended is a call's return address on any machine. */
	if (rec->type == KWATCH_RECORD_GONE || rec->type == KWATCH_RECORD_FREED)
		event->exact = false;
	return size;
}

void client_stream_relabel(struct client_stream *stream, uint16_t id, const char *label)
{
	struct client_watch *watch = client_map_get(&stream->watches, id);

	if (!watch)
		return;
	free(watch->label);
	watch->label = clean_copy(label, &watch->label_len);
}

void client_stream_destroy(struct client_stream *stream)
{
	client_map_clear(&stream->watches, watch_free);
	client_map_clear(&stream->tasks, free);
	/* These are the cache's own. */
	client_map_clear(&stream->stacks, NULL);
	client_frames_clear(&stream->cache);
	client_loads_clear(&stream->loads);
}
