// SPDX-License-Identifier: GPL-2.0
/*
 * Check a record of hits_raw and find its parts, see record_parts.h.
 *
 * Every size is multiplied in size_t from 16-bit numbers, so no sum here can
 * wrap, and every pointer handed out has been compared with the record's end.
 */
#include <stdbool.h>
#include <string.h>

#include "record_parts.h"

/* Bytes of the fixed part of each known type, by type. */
static const unsigned short fixed_bytes[] = {
	[KWATCH_RECORD_HIT]	= sizeof(struct kwatch_hit),
	[KWATCH_RECORD_LOST]	= sizeof(struct kwatch_lost),
	[KWATCH_RECORD_WATCH]	= sizeof(struct kwatch_watch_def),
	[KWATCH_RECORD_STACK]	= sizeof(struct kwatch_stack_def),
	[KWATCH_RECORD_TASK]	= sizeof(struct kwatch_task_def),
	[KWATCH_RECORD_GAP]	= sizeof(struct kwatch_gap),
	[KWATCH_RECORD_UNSEEN]	= sizeof(struct kwatch_unseen),
	[KWATCH_RECORD_GONE]	= sizeof(struct kwatch_gone),
	[KWATCH_RECORD_MODULE]	= sizeof(struct kwatch_module_def),
	[KWATCH_RECORD_SYMBOL]	= sizeof(struct kwatch_symbol_def),
	[KWATCH_RECORD_COVER]	= sizeof(struct kwatch_cover),
	[KWATCH_RECORD_FREED]	= sizeof(struct kwatch_gone),
	[KWATCH_RECORD_ALSO]	= sizeof(struct kwatch_also),
};

/* No kernel's texts and stacks are longer. */
#define TEXT_MAX	(KWATCH_LINE_MAX + 1)
#define FRAMES_MAX	256

#define FIXED_NR	(sizeof(fixed_bytes) / sizeof(fixed_bytes[0]))

_Static_assert(sizeof(struct kwatch_record) == 16, "uapi");
_Static_assert(sizeof(struct kwatch_hit) == 48, "uapi");
_Static_assert(sizeof(struct kwatch_task) == 24, "uapi");
_Static_assert(sizeof(struct kwatch_stack) == 8, "uapi");

/* The stack at @pos, or NULL if it does not fit before @size. */
static const struct kwatch_stack *stack_at(const char *data, size_t pos,
					   size_t size, size_t *end)
{
	const struct kwatch_stack *stack;

	if (size - pos < sizeof(*stack))
		return NULL;
	stack = (const void *)(data + pos);
	if (size - pos - sizeof(*stack) < stack->nr * sizeof(stack->ip[0]))
		return NULL;
	*end = pos + sizeof(*stack) + stack->nr * sizeof(stack->ip[0]);
	return stack;
}

/* Registers at @pos, or NULL if they do not fit before @size. */
static const struct kwatch_regs *regs_at(const char *data, size_t pos, size_t size, size_t *end)
{
	const struct kwatch_regs *regs = (const void *)(data + pos);

	if (size - pos < sizeof(*regs) ||
	    size - pos - sizeof(*regs) < regs->nr * sizeof(regs->reg[0]))
		return NULL;
	*end = pos + sizeof(*regs) + regs->nr * sizeof(regs->reg[0]);
	return regs;
}

/* The copy at @pos, or NULL likewise. */
static const struct kwatch_ucopy *ucopy_at(const char *data, size_t pos, size_t size, size_t *end)
{
	const struct kwatch_ucopy *copy = (const void *)(data + pos);

	if (size - pos < sizeof(*copy) ||
	    size - pos - sizeof(*copy) < copy->nr * sizeof(copy->reg[0]) + copy->size)
		return NULL;
	*end = pos + sizeof(*copy) + copy->nr * sizeof(copy->reg[0]) + copy->size;
	return copy;
}

/* Parts come in the order of their bits. */
static int find_parts(const char *data, size_t pos, size_t size,
		      unsigned int bits, struct client_parts *parts,
		      const char **why)
{
	if (bits & KWATCH_PART_TASK) {
		if (size - pos < sizeof(*parts->task)) {
			*why = "a task does not fit into its record";
			return -1;
		}
		parts->task = (const void *)(data + pos);
		pos += sizeof(*parts->task);
	}
	*why = "a stack does not fit into its record";
	if (bits & KWATCH_PART_KSTACK) {
		parts->kstack = stack_at(data, pos, size, &pos);
		if (!parts->kstack)
			return -1;
	}
	if (bits & KWATCH_PART_USTACK) {
		parts->ustack = stack_at(data, pos, size, &pos);
		if (!parts->ustack)
			return -1;
	}
	*why = "a copy of registers or of a stack does not fit into its record";
	if (bits & KWATCH_PART_REGS) {
		parts->regs = regs_at(data, pos, size, &pos);
		if (!parts->regs)
			return -1;
	}
	if (bits & KWATCH_PART_UCOPY) {
		parts->ucopy = ucopy_at(data, pos, size, &pos);
		if (!parts->ucopy)
			return -1;
	}
	if (bits & KWATCH_PART_WHERE) {
		*why = "the place in a watch does not fit into its record";
		if (size - pos < sizeof(*parts->where) || pos % 8)
			return -1;
		parts->where = (const void *)(data + pos);
	}
	*why = NULL;
	return 0;
}

static unsigned int frames_of(const struct kwatch_stack *stack)
{
	return stack ? stack->nr : 0;
}

int client_records_next(const void *data, size_t len, struct client_parts *parts,
			const char **why)
{
	const struct kwatch_record *rec = data;
	size_t fixed = 0;

	memset(parts, 0, sizeof(*parts));
	*why = NULL;
	if (len < sizeof(*rec))
		return 0;

	if (rec->size < sizeof(*rec) || rec->size % 8) {
		*why = "a record has an impossible size";
		return -1;
	}
	if (rec->type < FIXED_NR)
		fixed = fixed_bytes[rec->type];
	if (rec->size < fixed) {
		*why = "a record is too small for its type";
		return -1;
	}
	if (len < rec->size)
		return 0;
	/* Of a later ABI: its size is all that there is to know. */
	if (!fixed)
		return rec->size;

	if (rec->type == KWATCH_RECORD_WATCH || rec->type == KWATCH_RECORD_SYMBOL) {
		if (rec->size == fixed ||
		    !memchr((const char *)data + fixed, 0, rec->size - fixed)) {
			*why = rec->type == KWATCH_RECORD_WATCH ?
			       "the text of a watch does not end" :
			       "the name of a function does not end";
			return -1;
		}
		/* A stream may hold a million of them. */
		if (strlen((const char *)data + fixed) >= TEXT_MAX) {
			*why = rec->type == KWATCH_RECORD_WATCH ?
			       "the text of a watch is longer than any" :
			       "the name of a function is longer than any";
			return -1;
		}
		return rec->size;
	}
	if (rec->type == KWATCH_RECORD_ALSO)
		parts->where = &((const struct kwatch_also *)rec)->where;
	if (rec->type != KWATCH_RECORD_HIT && rec->type != KWATCH_RECORD_STACK &&
	    rec->type != KWATCH_RECORD_UNSEEN && rec->type != KWATCH_RECORD_GONE &&
	    rec->type != KWATCH_RECORD_FREED)
		return rec->size;
	if (find_parts(data, fixed, rec->size, rec->parts, parts, why))
		return -1;
	if (rec->type == KWATCH_RECORD_STACK &&
	    (frames_of(parts->kstack) > FRAMES_MAX || frames_of(parts->ustack) > FRAMES_MAX)) {
		*why = "a stack is longer than any";
		return -1;
	}
	return rec->size;
}
