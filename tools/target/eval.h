/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What an expression means: an address, a length and a type.
 *
 * Knows C and nothing of where names and memory come from: that is for the
 * caller's functions.  As long as no pointer is followed, the result is also
 * relative to a symbol or a task, which is how ctl takes it best: it then
 * holds on to the task, and lists the watch by that name.
 */
#ifndef KWATCH_EVAL_H
#define KWATCH_EVAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "expr.h"
#include "types.h"

#define KWATCH_EVAL_ERROR_MAX	512
#define KWATCH_EVAL_TEXT_MAX	256

/* What an address is relative to. */
enum client_place_base {
	KWATCH_PLACE_ADDR,
	KWATCH_PLACE_SYMBOL,
	KWATCH_PLACE_TASK,
	KWATCH_PLACE_PERCPU,
};

/**
 * struct client_place - somewhere in memory
 * @base:    what it is relative to
 * @symbol:  name for ctl, perhaps "module:symbol"; in the expression
 * @percpu:  each CPU has its own
 * @cpu:     whose, or KWATCH_EXPR_CPU_NONE for all
 * @task:    PID
 * @pointer: of KWATCH_PLACE_PERCPU, what the pointer holds
 * @offset:  from the base, in bytes; 0 for KWATCH_PLACE_ADDR
 * @address: of it; for what each CPU has, of the symbol or the pointer itself
 */
struct client_place {
	enum client_place_base base;
	const char *symbol;
	bool percpu;
	int cpu;
	uint32_t task;
	uint64_t pointer;
	int64_t offset;
	uint64_t address;
};

/**
 * struct client_named - what a symbol stands for
 * @address: of the variable, or the offset that each CPU's copy is found by
 * @percpu:  each CPU has its own
 * @foreign: the kernel does not know it by that name
 * @type:    .btf is NULL if it is not known
 */
struct client_named {
	uint64_t address;
	bool percpu;
	bool foreign;
	struct client_type type;
};

/**
 * struct client_eval_ops - where names and memory come from
 * @symbol: look up a variable; 0, or -1 with a sentence in @error, or 1 if
 *          there is no such symbol
 * @percpu: where the CPU's copy of a variable is; 0, or -1 with a sentence
 * @is_percpu: is this value of a pointer a per-CPU pointer's?
 * @task:   where a task is; 0, or -1 with a sentence
 * @read:   copy memory; false if there is none at this address
 */
struct client_eval_ops {
	int (*symbol)(void *context, const char *name,
		      struct client_named *named, char *error);
	int (*percpu)(void *context, uint64_t offset, unsigned int cpu,
		      uint64_t *address, char *error);
	bool (*is_percpu)(void *context, uint64_t pointer);
	int (*task)(void *context, uint32_t pid, uint64_t *address, char *error);
	bool (*read)(void *context, uint64_t address, void *buf, size_t len);
};

/**
 * struct client_eval - how to evaluate
 * @types:   types of the kernel
 * @ops:     names and memory
 * @context: for @ops
 * @begin:   of the part of the text that @error is about
 * @end:     and its end
 * @error:   why an expression means nothing, one sentence
 */
struct client_eval {
	struct client_types *types;
	const struct client_eval_ops *ops;
	void *context;
	size_t begin;
	size_t end;
	char error[KWATCH_EVAL_ERROR_MAX];
};

/**
 * struct client_evaluated - what an expression means
 * @place: where
 * @type:  .btf is NULL if it is not known
 * @len:   bytes; of a bitfield those that hold it; 0 if not known
 * @bit:   the first bit of a bitfield in these bytes
 * @bits:  of a bitfield, else 0
 */
struct client_evaluated {
	struct client_place place;
	struct client_type type;
	size_t len;
	unsigned int bit;
	unsigned int bits;
};

/**
 * client_eval() - evaluate an expression
 * @eval:   how; @begin, @end and @error are filled on failure
 * @text:   that the expression was made of
 * @expr:   root; must outlive @result
 * @result: filled
 *
 * A pointer that is the result itself ("&x", a cast address) means what it
 * points to.
 *
 * Return: 0, or -1.
 */
int client_eval(struct client_eval *eval, const char *text,
		const struct client_expr *expr, struct client_evaluated *result);

/**
 * client_eval_value() - read the number that is there
 * @eval:   how
 * @result: of client_eval()
 * @number: filled: its type, for a struct of one number (atomic_t) the number's
 * @value:  filled, sign-extended
 *
 * Return: true if it is a number or a pointer, and could be read.
 */
bool client_eval_value(struct client_eval *eval,
		       const struct client_evaluated *result,
		       struct client_type *number, uint64_t *value);

/**
 * client_eval_text() - read the text that is there
 * @eval:   how
 * @result: of client_eval()
 * @text:   KWATCH_EVAL_TEXT_MAX bytes
 * @len:    filled: bytes of it, up to its NUL or the array's end
 *
 * Return: true if it is an array of char, and could be read.
 */
bool client_eval_text(struct client_eval *eval,
		      const struct client_evaluated *result, char *text,
		      size_t *len);

/**
 * client_eval_target() - as ctl takes it
 * @place: where
 * @out:   where to: "task(1)+0x2c0", "runqueues@2+0x4", "0xffff..."
 */
void client_eval_target(const struct client_place *place,
			struct client_out *out);

#endif /* KWATCH_EVAL_H */
