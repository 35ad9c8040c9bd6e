// SPDX-License-Identifier: GPL-2.0
/*
 * Events as JSON, see json.h.
 *
 * Objects are made and escaped by jansson.  The stack of a hit is made once
 * and kept as text, as line.c does it: it is the longest member by far, and
 * goes last.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/client.h"
#include "accessor.h"
#include "json.h"
#include "language/printable.h"
#include "stream/regs.h"
#include "line.h"
#include "process/uframes.h"
#include "read/wording.h"

static int dump_to(const char *data, size_t len, void *out)
{
	client_out_put(out, data, len);
	return 0;
}

static void dump(struct client_out *out, const json_t *value, size_t flags)
{
	if (json_dump_callback(value, dump_to, out, JSON_COMPACT | flags))
		client_out_of_memory();
}

void client_json_put(struct client_out *out, json_t *object)
{
	dump(out, object, 0);
	client_out_chr(out, '\n');
	json_decref(object);
}

json_t *client_json_string(const char *text, size_t len)
{
	const char *end = text + strnlen(text, len);
	struct client_out clean;
	json_t *string;

	client_out_init(&clean, -1);
	while (text < end) {
		/* JSON escapes the control characters below the blank. */
		len = (unsigned char)*text < ' ' ? 1 : kwatch_printable(text, end - text);
		if (len)
			client_out_put(&clean, text, len);
		else
			client_out_str(&clean, "\xef\xbf\xbd");
		text += len ? len : 1;
	}
	string = json_stringn(clean.data, clean.len);
	client_out_destroy(&clean);
	if (!string)
		client_out_of_memory();
	return string;
}

json_t *client_json_hex(uint64_t value)
{
	char text[2 + 16 + 1];

	return json_stringn(text, snprintf(text, sizeof(text), "0x%llx",
					   (unsigned long long)value));
}

void client_json_set(json_t *object, const char *name, json_t *value)
{
	if (json_object_set_new_nocheck(object, name, value))
		client_out_of_memory();
}

static void set_values(json_t *object, const struct client_event *event,
		       uint64_t old_value, uint64_t new_value)
{
	unsigned int flags = event->rec->flags;

	/* An instruction that ran has no value. */
	if (event->watch && event->watch->type == KWATCH_TYPE_X)
		flags = KWATCH_FLAG_OLD_UNKNOWN | KWATCH_FLAG_NEW_UNKNOWN;
	client_json_set(object, "old", flags & KWATCH_FLAG_OLD_UNKNOWN ?
			   json_null() : client_json_hex(old_value));
	client_json_set(object, "new", flags & KWATCH_FLAG_NEW_UNKNOWN ?
			   json_null() : client_json_hex(new_value));
}

/* Which bytes of a long watch the values are. */
void client_json_set_where(json_t *object, const struct kwatch_where *where)
{
	if (!where)
		return;
	client_json_set(object, "offset", json_integer(where->offset));
	client_json_set(object, "len", json_integer(where->len));
}

static void set_task(json_t *object, const struct kwatch_task *task)
{
	client_json_set(object, "pid", task ? json_integer(task->tid) : json_null());
	client_json_set(object, "tgid", task ? json_integer(task->tgid) : json_null());
	client_json_set(object, "comm", task ? client_json_string(task->comm,
						      KWATCH_COMM_MAX) :
				   json_null());
}

static void set_place(json_t *frame, const char *module,
		      const struct client_line *line)
{
	if (module)
		client_json_set(frame, "mod", client_json_string(module, -1));
	if (line && line->file) {
		client_json_set(frame, "file", client_json_string(line->file, -1));
		client_json_set(frame, "line", json_integer(line->line));
	}
}

static json_t *add_frame(json_t *array, uint64_t ip, const char *name)
{
	json_t *frame = json_object();

	client_json_set(frame, "ip", client_json_hex(ip));
	if (name)
		client_json_set(frame, "sym", client_json_string(name, -1));
	if (json_array_append_new(array, frame))
		client_out_of_memory();
	return frame;
}

/* An address: inlined functions, and at last the one they are in. */
static void add_kernel_frames(json_t *array, struct client_symbols *symbols,
			      uint64_t ip, bool exact, uint64_t time_ns)
{
	const struct client_line *lines;
	struct client_symbol symbol;
	json_t *frame;
	size_t i, nr;

	if (!symbols) {
		add_frame(array, ip, NULL);
		return;
	}
	if (!client_symbols_find(symbols, ip, exact, time_ns, &symbol)) {
		frame = add_frame(array, ip, NULL);
		set_place(frame, symbol.module, NULL);
		if (symbol.load)
			client_json_set(frame, "unloaded", json_true());
		return;
	}
	lines = client_symbols_lines(symbols, ip, exact, time_ns, &symbol, &nr);
	for (i = 0; i + 1 < nr; i++) {
		frame = add_frame(array, ip, lines[i].function);
		set_place(frame, symbol.module, &lines[i]);
		client_json_set(frame, "inlined", json_true());
	}
	frame = add_frame(array, ip, symbol.name);
	client_json_set(frame, "off", json_integer(symbol.offset));
	client_json_set(frame, "size", json_integer(symbol.size));
	set_place(frame, symbol.module, nr ? &lines[nr - 1] : NULL);
}

static json_t *stack_array(struct client_symbols *symbols,
			   const struct kwatch_stack *stack, bool exact, uint64_t time_ns)
{
	unsigned int i, stale = client_symbols_stale_link(symbols, stack, time_ns);
	json_t *array = json_array();

	for (i = 0; i < stack->nr; i++)
		if (!i || i != stale)
			add_kernel_frames(array, symbols, stack->ip[i], exact && !i, time_ns);
	return array;
}

/* One of a hit's stacks, as what follows an object's last member. */
static void put_stack(struct client_out *out, struct client_symbols *symbols,
		      const char *name, const struct kwatch_stack *stack,
		      bool exact, uint64_t time_ns)
{
	json_t *array;

	if (!stack)
		return;
	array = stack_array(symbols, stack, exact, time_ns);
	client_out_printf(out, ",\"%s\":", name);
	dump(out, array, 0);
	json_decref(array);
	if (stack->flags & KWATCH_STACK_BROKEN)
		client_out_printf(out, ",\"%s_broken\":true", name);
	else if (stack->flags & KWATCH_STACK_CUT)
		client_out_printf(out, ",\"%s_cut\":true", name);
}

static json_t *uframe_object(const struct client_uframe *uframe)
{
	json_t *frame = json_object();

	client_json_set(frame, "ip", client_json_hex(uframe->ip));
	if (uframe->name)
		client_json_set(frame, "sym", client_json_string(uframe->name, -1));
	if (uframe->name && !uframe->inlined) {
		client_json_set(frame, "off", json_integer(uframe->offset));
		client_json_set(frame, "size", json_integer(uframe->size));
	}
	if (uframe->image)
		client_json_set(frame, "mod", client_json_string(uframe->image, -1));
	if (uframe->file) {
		client_json_set(frame, "file", client_json_string(uframe->file, -1));
		client_json_set(frame, "line", json_integer(uframe->line));
	}
	if (uframe->inlined)
		client_json_set(frame, "inlined", json_true());
	return frame;
}

static void put_user_stack(struct client_out *out, const struct client_event *event,
			   struct client_space *space)
{
	struct client_uframes uframes;
	json_t *array = json_array();
	size_t i;

	client_uframes_get(event, space, &uframes);
	for (i = 0; i < uframes.nr; i++) {
		if (json_array_append_new(array, uframe_object(&uframes.frame[i])))
			client_out_of_memory();
	}
	client_out_str(out, ",\"ustack\":");
	dump(out, array, 0);
	json_decref(array);
	if (event->frames->ustack->flags & KWATCH_STACK_32BIT)
		client_out_str(out, ",\"ustack_32bit\":true");
	else if (uframes.broken)
		client_out_str(out, ",\"ustack_broken\":true");
	else if (uframes.cut)
		client_out_str(out, ",\"ustack_cut\":true");
	if (uframes.unknown)
		client_out_str(out, ",\"ustack_nameless\":true");
	client_uframes_free(&uframes);
}

static void put_frames(struct client_out *out, struct client_symbols *symbols,
		       const struct client_event *event)
{
	struct client_frames *frames = event->frames;
	struct client_frames_shown *shown;
	struct client_out text;

	shown = &frames->shown[KWATCH_FRAMES_JSON][event->exact];
	if (frames->kstack && (!shown->data ||
	    shown->generation != client_symbols_generation(symbols, event->time_ns))) {
		client_out_init(&text, -1);
		put_stack(&text, symbols, "stack", frames->kstack, event->exact,
			  event->time_ns);
		client_frames_keep(shown, text.data, text.len,
				   client_symbols_generation(symbols, event->time_ns));
	}
	if (shown->data)
		client_out_put(out, shown->data, shown->len);
	if (frames->ustack)
		client_uframes_put(out, event, KWATCH_FRAMES_JSON, put_user_stack);
}

static void set_insn(json_t *object, const struct client_event *event)
{
	const struct client_insn *insn = client_culprit_find(event);
	const char *outcome;
	json_t *member;

	if (!insn)
		return;
	member = json_object();
	if (!member)
		client_out_of_memory();
	client_json_set(member, "text", client_json_string(insn->text, -1));
	client_json_set(member, "access", json_string(client_culprit_access(insn)));
	client_json_set(member, "locked", json_boolean(insn->does & KWATCH_INSN_LOCKED));
	client_json_set(member, "string", json_boolean(insn->does & KWATCH_INSN_STRING));
	outcome = client_culprit_outcome(event, insn);
	if (outcome)
		client_json_set(member, "cmpxchg", json_string(outcome));
	client_json_set(object, "insn", member);
}

static json_t *regs_object(const struct kwatch_regs *regs)
{
	json_t *object = json_object();
	const char *name;
	unsigned int i;

	if (!object)
		client_out_of_memory();
	for (i = 0; (name = client_regs_name(regs, i)); i++)
		client_json_set(object, name, client_json_hex(regs->reg[i]));
	return object;
}

static void set_hit(json_t *object, const struct client_event *event)
{
	const struct kwatch_hit *hit = (const void *)event->rec;
	char flags[KWATCH_TEXT_FLAGS];

	client_json_set(object, "cpu", json_integer(hit->cpu));
	client_json_set(object, "seq", json_integer(hit->seq));
	set_values(object, event, hit->old_value, hit->new_value);
	set_task(object, event->task);
	client_text_flags(event->rec, flags);
	client_json_set(object, "flags", json_stringn(flags, sizeof(flags)));
	if (event->regs)
		client_json_set(object, "regs", regs_object(event->regs));
}

static void set_lost(json_t *object, const struct client_event *event)
{
	const struct kwatch_lost *lost = (const void *)event->rec;

	client_json_set(object, "cpu", lost->cpu == KWATCH_TEXT_NO_CPU ?
			   json_null() : json_integer(lost->cpu));
	client_json_set(object, "from_ns", json_integer(lost->from_ns));
	client_json_set(object, "count", json_integer(lost->count));
}

static void set_watch(json_t *object, const struct client_event *event)
{
	const struct kwatch_watch_def *def = (const void *)event->rec;

	client_json_set(object, "spec", client_json_string(event->watch->spec, -1));
	client_json_set(object, "addr", def->addr ? client_json_hex(def->addr) : json_null());
	client_json_set(object, "len", json_integer(def->len));
}

static void set_gap(json_t *object, const struct client_event *event)
{
	const struct kwatch_gap *gap = (const void *)event->rec;

	client_json_set(object, "cpu", json_integer(gap->cpu));
	client_json_set(object, "from_ns", json_integer(gap->from_ns));
	client_json_set(object, "count", json_integer(gap->count));
	client_json_set(object, "off", json_boolean(gap->off));
}

static void set_unseen(json_t *object, const struct client_event *event)
{
	const struct kwatch_unseen *unseen = (const void *)event->rec;

	client_json_set(object, "cpu", json_integer(unseen->cpu));
	if (unseen->copy)
		client_json_set(object, "copy", json_true());
	client_json_set(object, "from_ns", json_integer(unseen->from_ns));
	if (event->task)
		set_task(object, event->task);
	set_values(object, event, unseen->old_value, unseen->new_value);
}

static void set_also(json_t *object, const struct client_event *event)
{
	const struct kwatch_also *also = (const void *)event->rec;

	client_json_set(object, "seq", json_integer(also->seq));
	client_json_set(object, "cpu", json_integer(also->cpu));
	set_values(object, event, also->old_value, also->new_value);
}

static void set_gone(json_t *object, const struct client_event *event)
{
	static const char *const why[] = {
		"unknown", "module", "limit", "freed", "task", "loop",
		"removed", "exec", "closed", "init",
		"kfree_rcu", "memory", "unmapped",
	};
	const struct kwatch_gone *gone = (const void *)event->rec;
	unsigned int i = gone->why < KWATCH_ARRAY_SIZE(why) ? gone->why : 0;

	client_json_set(object, "cpu", json_integer(gone->cpu));
	client_json_set(object, "why", json_string(why[i]));
	if (gone->from_ns)
		client_json_set(object, gone->flags & KWATCH_GONE_BETWEEN ? "from_ns" : "freed_ns",
				json_integer(gone->from_ns));
	if (event->task)
		set_task(object, event->task);
}

static void set_cover(json_t *object, const struct client_event *event)
{
	static const char *const what[] = { "unknown", "lost", "again", "over" };
	const struct kwatch_cover *cover = (const void *)event->rec;
	unsigned int i = cover->what < KWATCH_ARRAY_SIZE(what) ? cover->what : 0;

	client_json_set(object, "what", json_string(what[i]));
	client_json_set(object, "why", json_string(KWATCH_WORDS_COVER_ERROR(cover->error)));
	client_json_set(object, "from_ns", json_integer(cover->from_ns));
	client_json_set(object, "cpu", cover->cpu == KWATCH_CPU_NONE ?
			json_null() : json_integer(cover->cpu));
	client_json_set(object, "count", json_integer(cover->count));
	if (event->task)
		set_task(object, event->task);
}

/* By record type; those without a line are not shown. */
static const struct {
	const char *name;
	void (*set)(json_t *object, const struct client_event *event);
} types[] = {
	[KWATCH_RECORD_HIT]	= { "hit", set_hit },
	[KWATCH_RECORD_LOST]	= { "lost", set_lost },
	[KWATCH_RECORD_WATCH]	= { "watch", set_watch },
	[KWATCH_RECORD_GAP]	= { "gap", set_gap },
	[KWATCH_RECORD_UNSEEN]	= { "unseen", set_unseen },
	[KWATCH_RECORD_GONE]	= { "gone", set_gone },
	[KWATCH_RECORD_COVER]	= { "cover", set_cover },
	[KWATCH_RECORD_FREED]	= { "freed", set_gone },
	[KWATCH_RECORD_ALSO]	= { "also", set_also },
};

void client_json_put_stacked(struct client_out *out, json_t *object,
			     struct client_symbols *symbols,
			     const struct client_event *event)
{
	set_insn(object, event);
	client_out_chr(out, '{');
	dump(out, object, JSON_EMBED);
	json_decref(object);
	if (event->frames)
		put_frames(out, symbols, event);
	client_out_put(out, "}\n", 2);
}

void client_json_event(struct client_out *out, struct client_symbols *symbols,
		       const struct client_event *event)
{
	const struct kwatch_record *rec = event->rec;
	json_t *object;

	if (rec->type >= KWATCH_ARRAY_SIZE(types) || !types[rec->type].set)
		return;
	if (rec->type == KWATCH_RECORD_WATCH && !event->watch)
		return;
	object = json_object();
	if (!object)
		client_out_of_memory();
	client_json_set(object, "type", json_string(types[rec->type].name));
	client_json_set(object, "time_ns", json_integer(rec->time_ns));
	if (rec->watch) {
		client_json_set(object, "watch", json_integer(rec->watch));
		client_json_set(object, "label", event->watch ?
				     client_json_string(event->watch->label, -1) :
				     json_null());
	}
	if (event->watch && event->watch->note)
		client_json_set(object, "note", client_json_string(event->watch->note, -1));
	types[rec->type].set(object, event);
	client_json_set_where(object, event->where);
	client_json_put_stacked(out, object, symbols, event);
}
