// SPDX-License-Identifier: GPL-2.0
/*
 * Events as text, see line.h and wording.h.
 *
 * A hit's line is put together by hand, its stack is copied from the last
 * time it was shown; everything else is rare and goes through printf.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/client.h"
#include "language/label.h"
#include "stream/regs.h"
#include "line.h"
#include "process/uframes.h"
#include "read/wording.h"

#define NSEC_PER_SEC	1000000000ull
#define COMM_WIDTH	KWATCH_COMM_MAX	/* ftrace's columns */
#define PID_WIDTH	7
#define HEAD_BYTES	64	/* what the two take at most */

/* For formats: a time as its seconds and microseconds. */
#define TIME_ARGS(ns) \
	(unsigned long long)((ns) / NSEC_PER_SEC), \
	(unsigned long long)((ns) % NSEC_PER_SEC / 1000)

#define COUNT_ARGS(n)	(unsigned long long)(n), (n) == 1 ? "" : "s"

void client_text_flags(const struct kwatch_record *rec, char *flags)
{
	unsigned int f = rec->flags, depth = f & KWATCH_FLAG_PREEMPT_MASK;

	flags[0] = f & KWATCH_FLAG_IRQS_OFF ? 'd' : '.';
	flags[1] = f & KWATCH_FLAG_NEED_RESCHED ? 'N' : '.';
	if (f & KWATCH_FLAG_NMI)
		flags[2] = 'z';
	else if (f & KWATCH_FLAG_HARDIRQ)
		flags[2] = f & KWATCH_FLAG_SOFTIRQ ? 'H' : 'h';
	else
		flags[2] = f & KWATCH_FLAG_SOFTIRQ ? 's' : '.';
	flags[3] = depth ? "0123456789abcdef"[depth] : '.';
	flags[4] = f & KWATCH_FLAG_USER ? 'u' : '.';
}

static const char *label_of(const struct client_event *event)
{
	return event->watch ? event->watch->label : KWATCH_WORDS_UNKNOWN;
}

static void put_values(struct client_out *out, const struct kwatch_record *rec,
		       uint64_t old_value, uint64_t new_value)
{
	client_out_put(out, ": ", 2);
	if (rec->flags & KWATCH_FLAG_OLD_UNKNOWN)
		client_out_str(out, KWATCH_WORDS_UNKNOWN);
	else
		client_out_hex(out, old_value);
	client_out_put(out, " -> ", 4);
	if (rec->flags & KWATCH_FLAG_NEW_UNKNOWN)
		client_out_str(out, KWATCH_WORDS_UNKNOWN);
	else
		client_out_hex(out, new_value);
}

/* Behind a function: " [module] file:line". */
static void put_place(struct client_out *out, const char *module,
		      const struct client_line *line)
{
	if (module) {
		client_out_put(out, " [", 2);
		client_out_str(out, module);
		client_out_chr(out, ']');
	}
	if (line && line->file)
		client_out_printf(out, " %s:%u", line->file, line->line);
}

static void put_kernel_frame(struct client_out *out,
			     struct client_symbols *symbols, uint64_t ip,
			     bool exact, uint64_t time_ns)
{
	const struct client_line *lines;
	struct client_symbol symbol;
	size_t i, nr;

	if (!client_symbols_find(symbols, ip, exact, time_ns, &symbol)) {
		client_out_str(out, KWATCH_WORDS_FRAME);
		client_out_hex(out, ip);
		if (symbol.load)
			client_out_printf(out, KWATCH_TEXT_UNLOADED, symbol.module);
		client_out_chr(out, '\n');
		return;
	}
	lines = client_symbols_lines(symbols, ip, exact, time_ns, &symbol, &nr);
	for (i = 0; i + 1 < nr; i++) {
		client_out_str(out, KWATCH_WORDS_FRAME);
		client_out_str(out, lines[i].function);
		put_place(out, symbol.module, &lines[i]);
		client_out_str(out, " (inlined)\n");
	}
	client_out_str(out, KWATCH_WORDS_FRAME);
	client_out_str(out, symbol.name);
	client_out_chr(out, '+');
	client_out_hex(out, symbol.offset);
	client_out_chr(out, '/');
	client_out_hex(out, symbol.size);
	put_place(out, symbol.module, nr ? &lines[nr - 1] : NULL);
	client_out_chr(out, '\n');
}

static void put_kernel_stack(struct client_out *out,
			     struct client_symbols *symbols,
			     const struct client_event *event)
{
	const struct kwatch_stack *stack = event->frames->kstack;
	unsigned int i, stale = client_symbols_stale_link(symbols, stack, event->time_ns);

	for (i = 0; i < stack->nr; i++)
		if (!i || i != stale)
			put_kernel_frame(out, symbols, stack->ip[i], event->exact && !i,
					 event->time_ns);
}

static void put_uframe(struct client_out *out, const struct client_uframe *frame)
{
	client_out_str(out, KWATCH_WORDS_FRAME);
	if (!frame->name) {
		client_out_hex(out, frame->ip);
	} else {
		client_out_str(out, frame->name);
		if (!frame->inlined) {
			client_out_chr(out, '+');
			client_out_hex(out, frame->offset);
			client_out_chr(out, '/');
			client_out_hex(out, frame->size);
		}
	}
	if (frame->image)
		client_out_printf(out, " [%s]", frame->image);
	if (frame->file)
		client_out_printf(out, " %s:%u", frame->file, frame->line);
	if (frame->inlined)
		client_out_str(out, " (inlined)");
	client_out_chr(out, '\n');
}

static void put_user_stack(struct client_out *out, const struct client_event *event,
			   struct client_space *space)
{
	struct client_uframes uframes;
	size_t i;

	client_uframes_get(event, space, &uframes);
	client_out_str(out, KWATCH_WORDS_USER);
	for (i = 0; i < uframes.nr; i++)
		put_uframe(out, &uframes.frame[i]);
	if (event->frames->ustack->flags & KWATCH_STACK_32BIT)
		client_out_str(out, KWATCH_WORDS_STACK_32BIT);
	/* A depth that was asked for is no surprise. */
	else if (uframes.cut && (event->ucopy || event->frames->unwound))
		client_out_str(out, KWATCH_WORDS_UCOPY_END);
	if (uframes.unknown)
		client_out_str(out, KWATCH_TEXT_NO_NAMES);
	client_uframes_free(&uframes);
}

/* All of a stack's lines, kept for the next hit that has it. */
void client_text_frames(struct client_out *out, struct client_symbols *symbols,
			const struct client_event *event)
{
	struct client_frames *frames = event->frames;
	struct client_frames_shown *shown;
	struct client_out text;

	shown = &frames->shown[KWATCH_FRAMES_TEXT][event->exact];
	if (frames->kstack && (!shown->data ||
	    shown->generation != client_symbols_generation(symbols, event->time_ns))) {
		client_out_init(&text, -1);
		put_kernel_stack(&text, symbols, event);
		if (frames->kstack->flags & KWATCH_STACK_BROKEN)
			client_out_str(&text, KWATCH_WORDS_STACK_BROKEN);
		client_frames_keep(shown, text.data, text.len,
				   client_symbols_generation(symbols, event->time_ns));
	}
	if (shown->data)
		client_out_put(out, shown->data, shown->len);
	if (frames->ustack)
		client_uframes_put(out, event, KWATCH_FRAMES_TEXT, put_user_stack);
}

/* "       tl_writer-108     " */
static void make_task(struct client_out *out, const struct kwatch_task *task)
{
	const char *comm = task ? task->comm : KWATCH_WORDS_UNKNOWN_COMM;
	size_t len = strnlen(comm, KWATCH_COMM_MAX), start;

	memset(client_out_room(out, HEAD_BYTES), ' ', COMM_WIDTH);
	out->len += COMM_WIDTH - len;
	client_out_clean(out, comm, len);
	client_out_chr(out, '-');
	start = out->len;
	client_out_dec(out, task ? task->tid : 0, 0, ' ');
	len = out->len - start;
	if (len < PID_WIDTH) {
		memset(out->data + out->len, ' ', PID_WIDTH);
		out->len += PID_WIDTH - len;
	}
	client_out_chr(out, ' ');
}

/* The same task has made most hits in a row: its column is kept. */
static void put_task(struct client_out *out, const struct kwatch_task *task)
{
	static _Thread_local struct {
		struct kwatch_task task;
		size_t len;
		char text[HEAD_BYTES];
	} last;
	/* So that nothing is flushed while columns are counted. */
	char *room = client_out_room(out, HEAD_BYTES);
	size_t begin = out->len;

	if (task && last.len && !memcmp(task, &last.task, sizeof(*task))) {
		memcpy(room, last.text, HEAD_BYTES);
		out->len += last.len;
		return;
	}
	make_task(out, task);
	if (!task)
		return;
	last.task = *task;
	last.len = out->len - begin;
	memcpy(last.text, out->data + begin, last.len);
}

static void put_label(struct client_out *out, const struct client_event *event)
{
	char label[KWATCH_SYMBOL_MAX + 48];

	if (event->watch && event->where) {
		kwatch_label_at(label, sizeof(label), event->watch->label, event->where->offset);
		client_out_str(out, label);
	} else if (event->watch) {
		client_out_put(out, event->watch->label, event->watch->label_len);
	} else {
		client_out_str(out, KWATCH_WORDS_UNKNOWN);
	}
}

static void put_hit(struct client_out *out, struct client_symbols *symbols,
		    const struct client_event *event)
{
	const struct kwatch_hit *hit = (const void *)event->rec;
	const struct kwatch_record *rec = event->rec;

	put_task(out, event->task);
	client_out_chr(out, '[');
	client_out_dec(out, hit->cpu, 3, '0');
	client_out_put(out, "] ", 2);
	client_text_flags(rec, client_out_room(out, KWATCH_TEXT_FLAGS));
	out->len += KWATCH_TEXT_FLAGS;
	client_out_chr(out, ' ');
	client_out_dec(out, rec->time_ns / NSEC_PER_SEC, 5, ' ');
	client_out_chr(out, '.');
	client_out_dec(out, rec->time_ns % NSEC_PER_SEC / 1000, 6, '0');
	client_out_put(out, ": ", 2);
	put_label(out, event);
	if (event->watch && event->watch->type == KWATCH_TYPE_X)
		client_out_chr(out, ':');
	else
		put_values(out, rec, hit->old_value, hit->new_value);
	client_out_put(out, " watch=", 7);
	client_out_dec(out, rec->watch, 0, ' ');
	client_out_put(out, " seq=", 5);
	client_out_dec(out, hit->seq, 0, ' ');
	if (event->watch && event->watch->note)
		client_out_printf(out, KWATCH_WORDS_NOTE, event->watch->note);
	client_out_chr(out, '\n');
	if (event->explain)
		event->explain(out, event);

	if (event->frames)
		client_text_frames(out, symbols, event);
	else if (hit->stack)
		client_out_str(out, KWATCH_WORDS_FRAME KWATCH_WORDS_UNKNOWN "\n");
	if (event->regs)
		client_regs_put(out, event->regs);
}

static void put_gone(struct client_out *out, struct client_symbols *symbols,
		     const struct client_event *event)
{
	static const char *const why[] = KWATCH_WORDS_GONE_WHY;
	const struct kwatch_gone *gone = (const void *)event->rec;
	const struct kwatch_task *task = event->task;
	bool between = gone->flags & KWATCH_GONE_BETWEEN;
	bool ended = event->rec->type == KWATCH_RECORD_GONE;
	uint64_t at = gone->from_ns && !between ? gone->from_ns : event->rec->time_ns;

	client_out_printf(out, ended ? KWATCH_WORDS_GONE : KWATCH_WORDS_FREED,
			  TIME_ARGS(at), label_of(event),
			  why[gone->why < KWATCH_ARRAY_SIZE(why) ? gone->why : 0]);
	if (between)
		client_out_printf(out, KWATCH_WORDS_GONE_BETWEEN, TIME_ARGS(gone->from_ns),
				  TIME_ARGS(event->rec->time_ns));
	if (task) {
		client_out_str(out, KWATCH_WORDS_GONE_BY);
		client_out_clean(out, task->comm, KWATCH_COMM_MAX);
		client_out_printf(out, "-%u", task->tid);
	}
	if (!ended)
		client_out_str(out, KWATCH_WORDS_FREED_ON);
	client_out_printf(out, " watch=%u\n", event->rec->watch);
	if (event->frames)
		client_text_frames(out, symbols, event);
}

static void put_lost(struct client_out *out, const struct kwatch_lost *lost)
{
	if (lost->cpu == KWATCH_TEXT_NO_CPU)
		client_out_str(out, KWATCH_WORDS_EVENTS);
	else
		client_out_printf(out, KWATCH_WORDS_CPU, lost->cpu);
	client_out_printf(out, KWATCH_WORDS_LOST, COUNT_ARGS(lost->count),
			  TIME_ARGS(lost->from_ns),
			  TIME_ARGS(lost->rec.time_ns));
}

static void put_gap(struct client_out *out, const struct client_event *event)
{
	const struct kwatch_gap *gap = (const void *)event->rec;

	if (gap->cpu == KWATCH_CPU_NONE)
		client_out_printf(out, KWATCH_WORDS_CPUS);
	else
		client_out_printf(out, KWATCH_WORDS_CPU, gap->cpu);
	client_out_printf(out, gap->off ? KWATCH_WORDS_GAP_OFF : KWATCH_WORDS_GAP,
			  label_of(event), COUNT_ARGS(gap->count),
			  TIME_ARGS(gap->from_ns), TIME_ARGS(gap->rec.time_ns),
			  gap->rec.watch);
}

/* Control characters as dots. */
static const char *clean_comm(char *text, const struct kwatch_task *task)
{
	struct client_out clean;

	client_out_init(&clean, -1);
	client_out_clean(&clean, task->comm, KWATCH_COMM_MAX);
	client_out_chr(&clean, '\0');
	snprintf(text, KWATCH_COMM_MAX + 1, "%s", clean.data);
	client_out_destroy(&clean);
	return text;
}

static void put_cover(struct client_out *out, const struct client_event *event)
{
	const struct kwatch_cover *cover = (const void *)event->rec;
	char comm[KWATCH_COMM_MAX + 1];

	if (cover->cpu != KWATCH_CPU_NONE) {
		client_out_printf(out, KWATCH_WORDS_CPU, cover->cpu);
	} else if (cover->task.tid) {
		client_out_printf(out, KWATCH_WORDS_THREAD, clean_comm(comm, &cover->task),
				  cover->task.tid);
	} else {
		client_out_printf(out, KWATCH_WORDS_THREADS, cover->count,
				  cover->count == 1 ? "" : "s");
	}
	if (cover->what == KWATCH_COVER_LOST)
		client_out_printf(out, KWATCH_WORDS_COVER_LOST, label_of(event),
				  TIME_ARGS(cover->from_ns));
	else
		client_out_printf(out, cover->what == KWATCH_COVER_AGAIN ?
					       KWATCH_WORDS_COVER_AGAIN : KWATCH_WORDS_COVER_OVER,
				  label_of(event), TIME_ARGS(cover->from_ns),
				  TIME_ARGS(cover->rec.time_ns));
	client_out_printf(out, KWATCH_WORDS_COVER_WHY, KWATCH_WORDS_COVER_ERROR(cover->error),
			  cover->rec.watch);
}

static void put_unseen(struct client_out *out, const struct client_event *event)
{
	const struct kwatch_unseen *unseen = (const void *)event->rec;

	client_out_put(out, "# ", 2);
	put_label(out, event);
	client_out_printf(out, unseen->copy ? KWATCH_WORDS_UNSEEN_COPY : KWATCH_WORDS_UNSEEN,
			  TIME_ARGS(unseen->from_ns),
			  TIME_ARGS(unseen->rec.time_ns), unseen->cpu);
	if (event->task) {
		char comm[KWATCH_COMM_MAX + 1];

		client_out_printf(out, KWATCH_WORDS_UNSEEN_ENDING,
				  clean_comm(comm, event->task), event->task->tid);
	}
	put_values(out, &unseen->rec, unseen->old_value, unseen->new_value);
	client_out_printf(out, " watch=%u\n", unseen->rec.watch);
}

static void put_also(struct client_out *out, const struct client_event *event)
{
	const struct kwatch_also *also = (const void *)event->rec;

	client_out_str(out, KWATCH_WORDS_ALSO);
	put_label(out, event);
	put_values(out, &also->rec, also->old_value, also->new_value);
	client_out_printf(out, KWATCH_WORDS_ALSO_OF, also->rec.watch,
			  (unsigned long long)also->seq);
}

void client_text_event(struct client_out *out, struct client_symbols *symbols,
		       const struct client_event *event)
{
	switch (event->rec->type) {
	case KWATCH_RECORD_HIT:
		put_hit(out, symbols, event);
		break;
	case KWATCH_RECORD_LOST:
		put_lost(out, (const void *)event->rec);
		break;
	case KWATCH_RECORD_GAP:
		put_gap(out, event);
		break;
	case KWATCH_RECORD_UNSEEN:
		put_unseen(out, event);
		break;
	case KWATCH_RECORD_COVER:
		put_cover(out, event);
		break;
	case KWATCH_RECORD_ALSO:
		put_also(out, event);
		break;
	case KWATCH_RECORD_GONE:
	case KWATCH_RECORD_FREED:
		put_gone(out, symbols, event);
		break;
	}
}
