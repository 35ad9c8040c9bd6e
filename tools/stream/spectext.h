/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Watches as text, as the client needs them.
 *
 * The language itself is known to module/language/spec.c only, which is linked into
 * the client: so "the same watch" and "the label of a watch" cannot mean one
 * thing here and another in the kernel.
 */
#ifndef KWATCH_SPECTEXT_H
#define KWATCH_SPECTEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <uapi/kwatch.h>

#define KWATCH_SPECTEXT_LABEL_MAX	(KWATCH_SYMBOL_MAX + 48)

/**
 * client_spectext_is_type() - could this word begin a watch?
 * @word: "w8", "rw4", "x"; the kernel may still refuse it
 *
 * Return: true if it is r, w, rw or x and then nothing but digits.
 */
bool client_spectext_is_type(const char *word);

/**
 * client_spectext_join() - words of a command line as one line for ctl
 * @nr:    how many
 * @words: of the command line
 *
 * A shell took the quotes of comm="a b"; they are put back.
 *
 * Return: them with a blank between each, for free().
 */
char *client_spectext_join(int nr, char **words);

/**
 * client_spectext_has_option() - is an option there already?
 * @line: a watch
 * @option: with its "=", "until="
 *
 * What comes after "if" is not looked at.
 *
 * Return: where in @line it is, or NULL.
 */
const char *client_spectext_has_option(const char *line, const char *option);

/**
 * client_spectext_add_option() - add an option
 * @line:   a watch
 * @option: "until=close"
 *
 * It goes to the end, but before "if", which must stay the last.
 *
 * Return: the new line, for free().
 */
char *client_spectext_add_option(const char *line, const char *option);

struct kwatch_spec;

/**
 * client_spectext_parse() - read a watch
 * @line: it
 * @spec: filled
 *
 * Return: false if this client does not understand it.
 */
bool client_spectext_parse(const char *line, struct kwatch_spec *spec);

/**
 * client_spectext_is_named() - has a watch this name?
 * @line: the watch
 * @name: of name=
 */
bool client_spectext_is_named(const char *line, const char *name);

/**
 * client_spectext_same() - do two lines ask for the same watch?
 * @a: one
 * @b: the other
 *
 * Return: true if so; the kernel has no two such watches.
 */
bool client_spectext_same(const char *a, const char *b);

/**
 * client_spectext_note() - the text of note=
 * @line: a watch
 *
 * Return: it, for free(); NULL if there is none.
 */
char *client_spectext_note(const char *line);

/**
 * client_spectext_label() - the short name of a watch in a hit's line
 * @line: a watch
 * @buf:  for the name, NUL-terminated in any case
 * @size: of @buf, in bytes; KWATCH_SPECTEXT_LABEL_MAX always do
 *
 * A line that only a newer kernel understands gives its first two words.
 */
void client_spectext_label(const char *line, char *buf, size_t size);

#endif /* KWATCH_SPECTEXT_H */
