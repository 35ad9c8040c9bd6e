/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What holds for every line whatever, good or bad: used on lines that were
 * thought of (spec.c), on random ones (spec_random.c) and by the fuzzer.
 */
#ifndef KWATCH_SPEC_CHECK_H
#define KWATCH_SPEC_CHECK_H

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "language/spec.h"

/* As long as debugfs.c may make it. */
#define SPEC_CHECK_COMMENT	"  # id=65535 state=pending hits=18446744073709551615 recorded=" \
				"18446744073709551615 uncovered=4294967295" \
				" (with writes of the same value: this CPU has no read-only watch)"
_Static_assert(sizeof(SPEC_CHECK_COMMENT) - 1 <= KWATCH_SPEC_COMMENT_MAX, "room in a line");

/* Parses from memory that ends where the line ends, for ASan. */
static int spec_check_parse(const char *line, size_t len, struct kwatch_cmd *cmd,
			    struct kwatch_refusal *refusal)
{
	char *exact = malloc(len + !len);
	int err;

	memcpy(exact, line, len);
	err = kwatch_spec_parse(exact, len, cmd, refusal);
	free(exact);
	return err;
}

static const char *spec_check_refusal(int err, size_t len, const struct kwatch_refusal *refusal)
{
	if (err != -EINVAL && err != -E2BIG)
		return "an errno that is not documented";
	if (!refusal->why || !*refusal->why)
		return "refused without a reason";
	if (refusal->at > len || refusal->at > KWATCH_LINE_MAX)
		return "a caret behind the line";
	return NULL;
}

/* What is printed parses to the same, to the bit, and prints the same again. */
static const char *spec_check_print(const struct kwatch_spec *spec)
{
	static struct kwatch_cmd again;
	char text[KWATCH_SPEC_TEXT_MAX], text2[KWATCH_SPEC_TEXT_MAX];
	char line[KWATCH_LINE_MAX + 1], label[KWATCH_SYMBOL_MAX + 48];
	struct kwatch_refusal refusal;
	int len, cut;

	len = kwatch_spec_print(text, sizeof(text), spec);
	if (len < 0 || (size_t)len >= sizeof(text) || strlen(text) != (size_t)len)
		return "a text that does not fit, or a wrong length";
	strcpy(line, text);
	strcat(line, SPEC_CHECK_COMMENT);
	if (spec_check_parse(line, strlen(line), &again, &refusal) ||
	    again.verb != KWATCH_VERB_ADD)
		return "what was printed does not parse";
	if (!kwatch_spec_same(spec, &again.spec) || !kwatch_spec_same(&again.spec, spec))
		return "what was printed is not the same";
	if (memcmp(spec, &again.spec, sizeof(*spec)))
		return "what was printed differs in a member";
	if (kwatch_spec_print(text2, sizeof(text2), &again.spec) != len || strcmp(text, text2))
		return "what was printed prints differently";

	cut = len / 2;
	if (kwatch_spec_print(text2, cut + 1, spec) != len || strncmp(text, text2, cut) ||
	    text2[cut])
		return "a short buffer is not used as snprintf() does";
	len = kwatch_spec_label(label, sizeof(label), spec);
	if (len < 0 || (size_t)len >= sizeof(label) || strlen(label) != (size_t)len)
		return "a label that does not fit";
	return NULL;
}

/**
 * spec_check_fault() - what is wrong about how a line is taken
 * @line: any bytes
 * @len:  how many
 * @cmd:  what it parses to
 * @err:  what kwatch_spec_parse() returned
 *
 * Return: a sentence, or NULL.
 */
static const char *spec_check_fault(const char *line, size_t len, struct kwatch_cmd *cmd, int *err)
{
	struct kwatch_refusal refusal;
	int i;

	*err = spec_check_parse(line, len, cmd, &refusal);
	if (*err)
		return spec_check_refusal(*err, len, &refusal);
	for (i = 0; i < KWATCH_WORD_NR; i++) {
		if (cmd->at[i] > len)
			return "a word behind the line";
	}

	switch (cmd->verb) {
	case KWATCH_VERB_ADD:
		return spec_check_print(&cmd->spec);
	case KWATCH_VERB_REMOVE:
	case KWATCH_VERB_OFF:
	case KWATCH_VERB_ON:
		return !cmd->id == !*cmd->name ? "not an ID or a NAME" : NULL;
	default:
		return NULL;
	}
}

#endif /* KWATCH_SPEC_CHECK_H */
