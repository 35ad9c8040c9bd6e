/* SPDX-License-Identifier: GPL-2.0 */
/*
 * C expressions that name memory, as text and as a tree.
 *
 *	EXPR    := UNARY [("+" | "-") NUMBER]        an offset in bytes, as ctl's
 *	UNARY   := ("&" | "*") UNARY | "(" TYPE ")" UNARY | POSTFIX
 *	POSTFIX := PRIMARY ("." NAME | "->" NAME | "[" EXPR "]")...
 *	PRIMARY := [MODULE ":"] NAME ["@" CPU] | "task(" PID ")" | NUMBER | "(" EXPR ")"
 *	TYPE    := [const | volatile | __percpu] (("struct" | "union" | "enum") NAME | NAME...) "*"...
 *
 * Only what it looks like: eval.h knows what it means.  Pure, any input.
 */
#ifndef KWATCH_EXPR_H
#define KWATCH_EXPR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What a node is; @left and @right are its operands. */
enum client_expr_kind {
	KWATCH_EXPR_NUMBER,	/* @number */
	KWATCH_EXPR_NAME,	/* @name, perhaps "module:name"; @cpu */
	KWATCH_EXPR_TASK,	/* task(@number) */
	KWATCH_EXPR_MEMBER,	/* @left.@name */
	KWATCH_EXPR_ARROW,	/* @left->@name */
	KWATCH_EXPR_INDEX,	/* @left[@right] */
	KWATCH_EXPR_DEREF,	/* *@left */
	KWATCH_EXPR_ADDRESS,	/* &@left */
	KWATCH_EXPR_CAST,	/* (@name, @stars)@left */
	KWATCH_EXPR_OFFSET,	/* @left + @number bytes, in two's complement */
};

#define KWATCH_EXPR_CPU_NONE	(-1)

/**
 * struct client_expr - a node
 * @kind:   what it is
 * @stars:  of a cast's type
 * @percpu: of a cast's type: it says __percpu
 * @cpu:    behind "@", else KWATCH_EXPR_CPU_NONE
 * @begin:  its first byte in the text
 * @end:    behind its last byte
 * @number: see enum client_expr_kind
 * @name:   see enum client_expr_kind; of a type one blank between its words,
 *          and neither const nor volatile
 * @left:   first operand
 * @right:  second operand
 * @next:   all nodes of a tree, to free them
 */
struct client_expr {
	enum client_expr_kind kind;
	unsigned int stars;
	bool percpu;
	int cpu;
	size_t begin;
	size_t end;
	uint64_t number;
	char *name;
	struct client_expr *left;
	struct client_expr *right;
	struct client_expr *next;
};

/**
 * struct client_expr_error - why text is no expression
 * @at:  the byte of the text at fault
 * @why: a sentence
 */
struct client_expr_error {
	size_t at;
	const char *why;
};

/**
 * client_expr_parse() - the expression that a text begins with
 * @text:  text; blanks in front of the expression are skipped
 * @end:   filled: behind the expression's last byte; what follows is no part
 *         of one
 * @error: filled on failure
 *
 * Return: its root, for client_expr_free(), or NULL.
 */
struct client_expr *client_expr_parse(const char *text, size_t *end,
				      struct client_expr_error *error);

/**
 * client_expr_parse_type() - a type's name and nothing else
 * @text:  "struct task_struct", "unsigned long *"
 * @error: filled on failure
 *
 * Return: a node with @name and @stars, for client_expr_free(), or NULL.
 */
struct client_expr *client_expr_parse_type(const char *text,
					   struct client_expr_error *error);

/**
 * client_expr_parse_member() - what may follow a struct: "se.load.weight"
 * @text:  members and indexes
 * @error: filled on failure
 *
 * Return: the root; its leaf is a NAME node with an empty name, which stands
 * for the struct.  For client_expr_free(), or NULL.
 */
struct client_expr *client_expr_parse_member(const char *text,
					     struct client_expr_error *error);

/**
 * client_expr_free() - free a tree
 * @expr: its root, or NULL
 */
void client_expr_free(struct client_expr *expr);

#endif /* KWATCH_EXPR_H */
