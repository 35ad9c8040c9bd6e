// SPDX-License-Identifier: GPL-2.0
/*
 * What an expression means, see eval.h.
 *
 * As in C, an operand is a variable ("lvalue"), a pointer or a number.  Only
 * "->", "[]", "*" and casts on a variable read memory.
 */
#define _GNU_SOURCE
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/client.h"
#include "eval.h"

#define POINTER_BYTES	8

/* Nothing is there in any kernel, and ERR_PTR() is up to the same from the top. */
#define NULL_PAGE	4096

enum operand_kind {
	OPERAND_VARIABLE,	/* of @type at @place */
	OPERAND_POINTER,	/* to a @type at @place */
	OPERAND_NUMBER,		/* @number */
};

struct operand {
	enum operand_kind kind;
	struct client_place place;
	struct client_type type;
	uint64_t number;
	unsigned int bit;		/* of a bitfield, from @place */
	unsigned int bits;
};

struct evaluation {
	struct client_eval *eval;
	const char *text;
};

static int evaluate(struct evaluation *e, const struct client_expr *expr,
		    struct operand *o);

__attribute__((format(printf, 3, 4)))
static int refuse(struct evaluation *e, const struct client_expr *expr,
		  const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(e->eval->error, sizeof(e->eval->error), format, args);
	va_end(args);
	e->eval->begin = expr->begin;
	e->eval->end = expr->end;
	return -1;
}

/* For "%.*s": the text of a part. */
#define SPAN(e, expr) \
	(int)((expr)->end - (expr)->begin), (e)->text + (expr)->begin

static enum client_type_kind kind_of(struct evaluation *e,
				     const struct operand *o)
{
	return client_types_kind(e->eval->types, &o->type);
}

static bool is_of_all_cpus(const struct client_place *place)
{
	return place->percpu && place->cpu == KWATCH_EXPR_CPU_NONE;
}

static void move(struct client_place *place, int64_t bytes)
{
	if (place->base != KWATCH_PLACE_ADDR)
		place->offset += bytes;
	if (!is_of_all_cpus(place))
		place->address += bytes;
}

static void set_address(struct client_place *place, uint64_t address)
{
	memset(place, 0, sizeof(*place));
	place->base = KWATCH_PLACE_ADDR;
	place->cpu = KWATCH_EXPR_CPU_NONE;
	place->address = address;
}

static bool is_null(uint64_t address)
{
	return address < NULL_PAGE || address > -(uint64_t)NULL_PAGE;
}

static void set_percpu(struct client_place *place, uint64_t pointer)
{
	set_address(place, pointer);
	place->base = KWATCH_PLACE_PERCPU;
	place->percpu = true;
	place->pointer = pointer;
}

/* Made of a number that is no address. */
static bool is_null_place(const struct client_place *place)
{
	return (place->base == KWATCH_PLACE_ADDR || place->base == KWATCH_PLACE_PERCPU) &&
	       is_null(place->address);
}

static int refuse_all_cpus(struct evaluation *e, const struct client_expr *expr,
			   const struct client_place *place)
{
	if (place->base == KWATCH_PLACE_PERCPU)
		return refuse(e, expr, "each CPU has its own %.*s, so it has no single value",
			      SPAN(e, expr));
	return refuse(e, expr, "each CPU has its own %s: say whose, %s@0",
		      place->symbol, place->symbol);
}

/* Read a variable of up to 8 bytes. */
static int load(struct evaluation *e, const struct client_expr *expr,
		const struct operand *o, uint64_t *value)
{
	size_t size = client_types_size(e->eval->types, &o->type);
	uint64_t word = 0, address = o->place.address;

	if (!size || size > sizeof(word))
		return refuse(e, expr, "%.*s is no number", SPAN(e, expr));
	if (is_of_all_cpus(&o->place))
		return refuse_all_cpus(e, expr, &o->place);
	if (o->bits) {
		address += o->bit / 8;
		size = (o->bit % 8 + o->bits + 7) / 8;
	}
	if (size > sizeof(word) ||
	    !e->eval->ops->read(e->eval->context, address, &word, size))
		return refuse(e, expr, "%.*s cannot be read: there is no memory at 0x%llx",
			      SPAN(e, expr), (unsigned long long)address);
	size *= 8;
	if (o->bits) {
		word >>= o->bit % 8;
		size = o->bits;
	}
	if (size < 64) {
		word &= (1ull << size) - 1;
		if (client_types_signed(e->eval->types, &o->type) &&
		    word >> (size - 1))
			word |= -(1ull << size);
	}
	*value = word;
	return 0;
}

/* What C's "decay" does, and the load of a pointer variable. */
static int to_pointer(struct evaluation *e, const struct client_expr *expr,
		      struct operand *o)
{
	struct client_type target;
	uint64_t address;

	if (o->kind == OPERAND_POINTER)
		return 0;
	if (o->kind == OPERAND_NUMBER)
		return refuse(e, expr, "%.*s is only a number: say what is there, ((struct NAME *)%.*s)",
			      SPAN(e, expr), SPAN(e, expr));
	if (!o->type.btf)
		return refuse(e, expr, "the type of %.*s is not known: say it, (*(struct NAME **)&%.*s)",
			      SPAN(e, expr), SPAN(e, expr));
	switch (kind_of(e, o)) {
	case KWATCH_TYPE_ARRAY:
		client_types_target(e->eval->types, &o->type, &target);
		break;
	case KWATCH_TYPE_POINTER:
		if (load(e, expr, o, &address))
			return -1;
		if (client_types_is_percpu(e->eval->types, &o->type))
			set_percpu(&o->place, address);
		else
			set_address(&o->place, address);
		client_types_target(e->eval->types, &o->type, &target);
		break;
	case KWATCH_TYPE_STRUCT:
		return refuse(e, expr, "%.*s is no pointer: its members follow a \".\"",
			      SPAN(e, expr));
	default:
		return refuse(e, expr, "%.*s is no pointer", SPAN(e, expr));
	}
	o->type = target;
	o->kind = OPERAND_POINTER;
	return 0;
}

/* From a pointer to what it points to. */
static int follow(struct evaluation *e, const struct client_expr *expr,
		  struct operand *o)
{
	if (to_pointer(e, expr, o))
		return -1;
	if (is_null_place(&o->place))
		return refuse(e, expr, o->place.address < NULL_PAGE ?
			      "%.*s is null" : "%.*s is an error number, no address",
			      SPAN(e, expr));
	if (o->place.base == KWATCH_PLACE_ADDR &&
	    e->eval->ops->is_percpu(e->eval->context, o->place.address))
		set_percpu(&o->place, o->place.address);
	o->kind = OPERAND_VARIABLE;
	return 0;
}

static int to_number(struct evaluation *e, const struct client_expr *expr,
		     struct operand *o)
{
	uint64_t value;

	switch (o->kind) {
	case OPERAND_NUMBER:
		return 0;
	case OPERAND_POINTER:
		if (is_of_all_cpus(&o->place))
			return refuse_all_cpus(e, expr, &o->place);
		value = o->place.address;
		break;
	default:
		if (!o->type.btf)
			return refuse(e, expr, "the type of %.*s is not known",
				      SPAN(e, expr));
		if (load(e, expr, o, &value))
			return -1;
	}
	o->kind = OPERAND_NUMBER;
	o->number = value;
	return 0;
}

/*
 * The kernel's BTF has the types of per-CPU variables only (in Debian, up to
 * 7.3 at least).  These are where people begin.
 */
static const char *type_of_variable(const char *name)
{
	static const char *const known[][2] = {
		{ "init_task", "struct task_struct" },
		{ "init_mm", "struct mm_struct" },
		{ "init_cred", "struct cred" },
		{ "init_net", "struct net" },
		{ "init_fs", "struct fs_struct" },
		{ "init_files", "struct files_struct" },
		{ "init_nsproxy", "struct nsproxy" },
		{ "init_pid_ns", "struct pid_namespace" },
		{ "init_user_ns", "struct user_namespace" },
		{ "init_uts_ns", "struct uts_namespace" },
		{ "init_ipc_ns", "struct ipc_namespace" },
		{ "root_task_group", "struct task_group" },
		{ "contig_page_data", "struct pglist_data" },
		{ "cpu_possible_mask", "struct cpumask" },
		{ "jiffies", "unsigned long" },
		{ "jiffies_64", "u64" },
		{ "system_state", "enum system_states" },
		{ "panic_on_oops", "int" },
		{ "nr_threads", "int" },
		{ "total_forks", "unsigned long" },
	};
	size_t i;

	for (i = 0; i < KWATCH_ARRAY_SIZE(known); i++) {
		if (!strcmp(known[i][0], name))
			return known[i][1];
	}
	return NULL;
}

static int eval_name(struct evaluation *e, const struct client_expr *expr,
		     struct operand *o)
{
	struct client_named named = { 0 };
	const char *known, *why;
	uint64_t value;
	int ret;

	ret = e->eval->ops->symbol(e->eval->context, expr->name, &named,
				   e->eval->error);
	if (ret < 0)
		return refuse(e, expr, "%s", strdupa(e->eval->error));
	if (ret) {
		why = client_types_error(e->eval->types);
		if (!client_types_enumerator(e->eval->types, expr->name, &value))
			return refuse(e, expr, "%s is no symbol%s%s%s", expr->name,
				      why ? " (and " : "", why ? why : "",
				      why ? ")" : "");
		o->kind = OPERAND_NUMBER;
		o->number = value;
		return 0;
	}
	if (expr->cpu != KWATCH_EXPR_CPU_NONE && !named.percpu)
		return refuse(e, expr, "%s is no per-CPU variable", expr->name);
	o->kind = OPERAND_VARIABLE;
	o->type = named.type;
	known = named.type.btf ? NULL : type_of_variable(expr->name);
	if (known && !client_types_find(e->eval->types, known, 0, &o->type))
		o->type.btf = NULL;
	set_address(&o->place, named.address);
	o->place.base = KWATCH_PLACE_SYMBOL;
	o->place.symbol = expr->name;
	o->place.percpu = named.percpu;
	o->place.cpu = expr->cpu;
	if (named.percpu && expr->cpu == KWATCH_EXPR_CPU_NONE)
		return named.foreign ?
		       refuse(e, expr, "the kernel does not know that name, so one CPU's must do: %s@0",
			      expr->name) : 0;
	if (named.percpu &&
	    e->eval->ops->percpu(e->eval->context, named.address, expr->cpu,
				 &o->place.address, e->eval->error))
		return refuse(e, expr, "%s", strdupa(e->eval->error));
	if (named.foreign)
		set_address(&o->place, o->place.address);
	return 0;
}

static int eval_task(struct evaluation *e, const struct client_expr *expr,
		     struct operand *o)
{
	const char *why = client_types_error(e->eval->types);

	if (why)
		return refuse(e, expr, "%s", why);
	if (!client_types_find(e->eval->types, "struct task_struct", 0, &o->type))
		return refuse(e, expr, "the kernel's types have no task_struct");
	o->kind = OPERAND_POINTER;
	set_address(&o->place, 0);
	o->place.base = KWATCH_PLACE_TASK;
	o->place.task = expr->number;
	if (e->eval->ops->task(e->eval->context, expr->number,
			       &o->place.address, e->eval->error))
		return refuse(e, expr, "%s", strdupa(e->eval->error));
	return 0;
}

static int eval_member(struct evaluation *e, const struct client_expr *expr,
		       struct operand *o)
{
	const struct client_expr *left = expr->left;
	struct client_member member;
	struct client_out name;
	int ret;

	if (evaluate(e, left, o))
		return -1;
	if (expr->kind == KWATCH_EXPR_ARROW) {
		if (follow(e, left, o))
			return -1;
	} else if (o->kind != OPERAND_VARIABLE ||
		   (o->type.btf && kind_of(e, o) == KWATCH_TYPE_POINTER)) {
		return refuse(e, left, "%.*s is a pointer: its members follow a \"->\"",
			      SPAN(e, left));
	}
	if (!o->type.btf) {
		const char *why = client_types_error(e->eval->types);

		if (why)
			return refuse(e, left, "%s", why);
		return refuse(e, left, "the type of %.*s is not known: say it, ((struct NAME *)&%.*s)->%s",
			      SPAN(e, left), SPAN(e, left), expr->name);
	}
	if (client_types_member(e->eval->types, &o->type, expr->name, &member)) {
		move(&o->place, member.offset / 8);
		/* A bitfield may be in another one's bytes, no other member may. */
		o->bit = member.offset % 8;
		o->bits = member.bits;
		o->type = member.type;
		return 0;
	}
	client_out_init(&name, -1);
	client_types_put(e->eval->types, &o->type, &name);
	client_out_chr(&name, '\0');
	ret = refuse(e, expr, kind_of(e, o) == KWATCH_TYPE_STRUCT ?
		     "%s has no member %s" : "%s is no struct and has no member %s",
		     name.data, expr->name);
	client_out_destroy(&name);
	return ret;
}

static int eval_index(struct evaluation *e, const struct client_expr *expr,
		      struct operand *o)
{
	struct operand index = { 0 };
	size_t size;

	if (evaluate(e, expr->left, o) || to_pointer(e, expr->left, o) ||
	    evaluate(e, expr->right, &index) ||
	    to_number(e, expr->right, &index) || follow(e, expr->left, o))
		return -1;
	size = client_types_size(e->eval->types, &o->type);
	if (!size)
		return refuse(e, expr->left, "what %.*s points to has no size",
			      SPAN(e, expr->left));
	move(&o->place, index.number * size);
	return 0;
}

static int eval_address(struct evaluation *e, const struct client_expr *expr,
			struct operand *o)
{
	if (evaluate(e, expr->left, o))
		return -1;
	if (o->kind != OPERAND_VARIABLE)
		return refuse(e, expr->left, "%.*s is no variable, so it has no address",
			      SPAN(e, expr->left));
	if (o->bits)
		return refuse(e, expr->left, "%.*s is a bitfield, which has no address: leave out the \"&\"",
			      SPAN(e, expr->left));
	o->kind = OPERAND_POINTER;
	return 0;
}

static int eval_cast(struct evaluation *e, const struct client_expr *expr,
		     struct operand *o)
{
	const char *why = client_types_error(e->eval->types);
	unsigned int stars = expr->stars;
	struct client_type type;

	if (why)
		return refuse(e, expr, "%s", why);
	if (evaluate(e, expr->left, o))
		return -1;
	if (!client_types_find(e->eval->types, expr->name, stars, &type))
		return refuse(e, expr, "the kernel's types have no %s", expr->name);
	if (client_types_kind(e->eval->types, &type) != KWATCH_TYPE_POINTER) {
		if (client_types_kind(e->eval->types, &type) != KWATCH_TYPE_NUMBER)
			return refuse(e, expr, "%s is no type to cast to: (%s *)&...",
				      expr->name, expr->name);
		return to_number(e, expr->left, o);
	}
	/* "(T *)array" is its address, "(T *)variable" what it holds. */
	if (o->kind == OPERAND_VARIABLE && o->type.btf &&
	    kind_of(e, o) == KWATCH_TYPE_ARRAY)
		o->kind = OPERAND_POINTER;
	if (o->kind == OPERAND_VARIABLE && to_number(e, expr->left, o))
		return -1;
	if (o->kind == OPERAND_NUMBER)
		set_address(&o->place, o->number);
	if (expr->percpu && o->place.base == KWATCH_PLACE_ADDR)
		set_percpu(&o->place, o->place.address);
	o->kind = OPERAND_POINTER;
	o->bit = o->bits = 0;
	client_types_target(e->eval->types, &type, &o->type);
	return 0;
}

/*
 * What "+ N" adds to: of a name and of a task an offset in bytes, as in a line
 * of ctl; of any other variable its value, as in C.  C counts a pointer's
 * elements, ctl bytes: where these differ, neither is assumed.
 */
static int eval_summand(struct evaluation *e, const struct client_expr *expr,
			struct operand *o)
{
	enum client_type_kind kind;

	if (evaluate(e, expr, o))
		return -1;
	if (o->kind == OPERAND_NUMBER || expr->kind == KWATCH_EXPR_NAME ||
	    expr->kind == KWATCH_EXPR_TASK || !o->type.btf)
		return 0;
	kind = kind_of(e, o);
	if (o->kind == OPERAND_VARIABLE && kind == KWATCH_TYPE_STRUCT)
		return refuse(e, expr, "%.*s is a struct, to which nothing can be added: name a member, or say (char *)&%.*s",
			      SPAN(e, expr), SPAN(e, expr));
	if (o->kind == OPERAND_VARIABLE && kind != KWATCH_TYPE_ARRAY &&
	    kind != KWATCH_TYPE_POINTER)
		return to_number(e, expr, o);
	if (to_pointer(e, expr, o))
		return -1;
	if (client_types_size(e->eval->types, &o->type) > 1)
		return refuse(e, expr, "%.*s + N counts elements in C and bytes in ctl: say &(%.*s)[N], or (char *)%.*s + BYTES",
			      SPAN(e, expr), SPAN(e, expr), SPAN(e, expr));
	return 0;
}

static int eval_offset(struct evaluation *e, const struct client_expr *expr,
		       struct operand *o)
{
	if (eval_summand(e, expr->left, o))
		return -1;
	/* What is there is not known, unless it is the same. */
	if (o->kind == OPERAND_NUMBER)
		o->number += expr->number;
	else
		move(&o->place, expr->number);
	if (expr->number) {
		o->type.btf = NULL;
		o->bit = o->bits = 0;
	}
	return 0;
}

static int evaluate(struct evaluation *e, const struct client_expr *expr,
		    struct operand *o)
{
	switch (expr->kind) {
	case KWATCH_EXPR_NUMBER:
		o->kind = OPERAND_NUMBER;
		o->number = expr->number;
		return 0;
	case KWATCH_EXPR_NAME:
		return eval_name(e, expr, o);
	case KWATCH_EXPR_TASK:
		return eval_task(e, expr, o);
	case KWATCH_EXPR_MEMBER:
	case KWATCH_EXPR_ARROW:
		return eval_member(e, expr, o);
	case KWATCH_EXPR_INDEX:
		return eval_index(e, expr, o);
	case KWATCH_EXPR_DEREF:
		return evaluate(e, expr->left, o) ? -1 : follow(e, expr->left, o);
	case KWATCH_EXPR_ADDRESS:
		return eval_address(e, expr, o);
	case KWATCH_EXPR_CAST:
		return eval_cast(e, expr, o);
	case KWATCH_EXPR_OFFSET:
		return eval_offset(e, expr, o);
	}
	return refuse(e, expr, "%.*s means nothing", SPAN(e, expr));
}

/* Each CPU's copy is aligned as what it is a copy of. */
static uint64_t alignment_of(const struct client_place *place)
{
	if (is_of_all_cpus(place))
		return place->address + place->offset;
	return place->address;
}

/* The fewest bytes that one breakpoint covers and that hold the bitfield. */
static void cover_bitfield(struct client_evaluated *result)
{
	uint64_t first = result->bit / 8;
	uint64_t last = (result->bit + result->bits - 1) / 8, len;
	uint64_t at;

	move(&result->place, first);
	result->bit -= first * 8;
	last -= first;
	for (len = 1; len < 8; len *= 2) {
		at = alignment_of(&result->place) & (len - 1);
		if (at + last < len)
			break;
	}
	at = alignment_of(&result->place) & (len - 1);
	if (at + last >= len) {
		/* Over an 8-byte boundary: as it is. */
		result->len = last + 1;
		return;
	}
	move(&result->place, -(int64_t)at);
	result->bit += at * 8;
	result->len = len;
}

int client_eval(struct client_eval *eval, const char *text,
		const struct client_expr *expr, struct client_evaluated *result)
{
	struct evaluation e = { .eval = eval, .text = text };
	struct operand o = { 0 };

	memset(result, 0, sizeof(*result));
	if (evaluate(&e, expr, &o))
		return -1;
	if (o.kind == OPERAND_NUMBER) {
		set_address(&o.place, o.number);
		o.type.btf = NULL;
	}
	if (is_null_place(&o.place))
		return refuse(&e, expr, "%.*s is no address of the kernel",
			      SPAN(&e, expr));
	if (o.place.base == KWATCH_PLACE_ADDR && o.kind != OPERAND_VARIABLE &&
	    eval->ops->is_percpu(eval->context, o.place.address))
		set_percpu(&o.place, o.place.address);
	result->place = o.place;
	result->type = o.type;
	if (o.type.btf)
		result->len = client_types_size(eval->types, &o.type);
	if (o.bits) {
		result->bit = o.bit;
		result->bits = o.bits;
		cover_bitfield(result);
	}
	return 0;
}

/* As a variable of @type. */
static struct operand operand_of(const struct client_evaluated *result,
				 const struct client_type *type)
{
	return (struct operand) {
		.kind = OPERAND_VARIABLE,
		.place = result->place,
		.type = *type,
		.bit = result->bit,
		.bits = result->bits,
	};
}

bool client_eval_value(struct client_eval *eval,
		       const struct client_evaluated *result,
		       struct client_type *number, uint64_t *value)
{
	struct client_expr nowhere = { 0 };
	struct evaluation e = { .eval = eval, .text = "" };
	enum client_type_kind kind;
	struct operand o;

	if (!result->type.btf)
		return false;
	client_types_only_member(eval->types, &result->type, number);
	o = operand_of(result, number);
	kind = kind_of(&e, &o);
	return (kind == KWATCH_TYPE_NUMBER || kind == KWATCH_TYPE_POINTER) &&
	       !load(&e, &nowhere, &o, value);
}

bool client_eval_text(struct client_eval *eval,
		      const struct client_evaluated *result, char *text,
		      size_t *len)
{
	if (!result->type.btf || !client_types_is_text(eval->types, &result->type) ||
	    is_of_all_cpus(&result->place))
		return false;
	*len = result->len < KWATCH_EVAL_TEXT_MAX ? result->len : KWATCH_EVAL_TEXT_MAX;
	if (!eval->ops->read(eval->context, result->place.address, text, *len))
		return false;
	*len = strnlen(text, *len);
	return true;
}

void client_eval_target(const struct client_place *place,
			struct client_out *out)
{
	int64_t offset = place->offset;

	switch (place->base) {
	case KWATCH_PLACE_ADDR:
		client_out_hex(out, place->address);
		return;
	case KWATCH_PLACE_SYMBOL:
		client_out_str(out, place->symbol);
		if (place->cpu != KWATCH_EXPR_CPU_NONE)
			client_out_printf(out, "@%d", place->cpu);
		break;
	case KWATCH_PLACE_TASK:
		client_out_printf(out, "task(%u)", place->task);
		break;
	case KWATCH_PLACE_PERCPU:
		client_out_printf(out, "percpu:0x%llx", (unsigned long long)place->pointer);
		if (place->cpu != KWATCH_EXPR_CPU_NONE)
			client_out_printf(out, "@%d", place->cpu);
		break;
	}
	if (offset)
		client_out_printf(out, "%c0x%llx", offset < 0 ? '-' : '+',
				  offset < 0 ? -(unsigned long long)offset :
					       (unsigned long long)offset);
}
