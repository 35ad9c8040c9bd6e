/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Targets as people think of them, for ctl: C expressions on the running
 * kernel.
 */
#ifndef KWATCH_TARGET_H
#define KWATCH_TARGET_H

#include "eval.h"

struct client_targets;

/**
 * client_targets_create() - get ready
 *
 * Reads nothing yet, but the file of "kwatch -v FILE".
 *
 * Return: it, for client_targets_destroy(), or NULL after saying why that file
 * will not do.
 */
struct client_targets *client_targets_create(void);

/**
 * client_targets_destroy() - free it
 * @targets: it, or NULL
 */
void client_targets_destroy(struct client_targets *targets);

/**
 * client_targets_types() - the kernel's types
 * @targets: where
 *
 * Return: them; they belong to @targets.
 */
struct client_types *client_targets_types(struct client_targets *targets);

/**
 * client_targets_eval() - evaluate an expression
 * @targets: where
 * @text:    that the expression was made of
 * @expr:    root
 * @result:  filled
 *
 * Return: 0, or -1 after saying why not.
 */
int client_targets_eval(struct client_targets *targets, const char *text,
			const struct client_expr *expr,
			struct client_evaluated *result);

/**
 * client_targets_try() - evaluate an expression, and say nothing
 * @targets: where
 * @text:    that the expression was made of
 * @expr:    root
 * @result:  filled
 *
 * Return: 0, or -1.
 */
int client_targets_try(struct client_targets *targets, const char *text,
		       const struct client_expr *expr,
		       struct client_evaluated *result);

/**
 * client_targets_how() - how this kernel's expressions are evaluated
 * @targets: where
 *
 * Return: for client_eval_value() and client_eval_text(); it belongs to @targets.
 */
struct client_eval *client_targets_how(struct client_targets *targets);

/**
 * client_targets_check() - is there memory?
 * @targets: where
 * @text:    that the expression was made of
 * @result:  of client_targets_eval(), of one CPU if each has its own
 *
 * Return: 0, also if /proc/kcore cannot be read; -1 after saying that there is
 * none.
 */
int client_targets_check(struct client_targets *targets, const char *text,
			 const struct client_evaluated *result);

/**
 * client_targets_copy() - where a CPU's copy of a per-CPU variable is
 * @targets: where
 * @place:   of all copies
 * @cpu:     whose
 * @address: filled
 *
 * Return: 0, or -1 after saying why it cannot be told.
 */
int client_targets_copy(struct client_targets *targets,
			const struct client_place *place, unsigned int cpu,
			uint64_t *address);

/**
 * client_targets_refuse() - show what is wrong with an expression
 * @text: all of what the user wrote
 * @at:   the byte of it at fault
 * @why:  a sentence
 */
void client_targets_refuse(const char *text, size_t at, const char *why);

/**
 * client_targets_send() - give a watch to ctl
 * @ctl:  its file
 * @line: the watch; its target may be an expression, and its length be left
 *        out.  What ctl takes by itself stays as it is
 * @option: one that the user did not write, to be added; or NULL
 *
 * A variable that the kernel does not know by name, but a file does (see
 * names.h), is handed over as an address.
 *
 * Return: the line as ctl took it, for free(), or NULL after saying why it was
 * refused.
 */
char *client_targets_send(int ctl, const char *line, const char *option);

/**
 * client_targets_lasting() - may a watch be left behind?
 * @line: the watch
 *
 * Return: 0, or -1 after saying that it would go at once.
 */
int client_targets_lasting(const char *line);

/**
 * client_targets_ensure() - give a watch to ctl, unless it is there
 * @ctl:  its file
 * @line: as client_targets_send() takes it
 *
 * Return: 0, or -1 after saying why it was refused.
 */
int client_targets_ensure(int ctl, const char *line);

#endif /* KWATCH_TARGET_H */
