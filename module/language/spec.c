// SPDX-License-Identifier: GPL-2.0
/*
 * The command language: text to struct, and back.
 *
 * A line is cut into words.  The first says what to do; an add goes on with a
 * target (target.c) and options (option.c).  What can be read can be printed.
 * Every refusal has one sentence and one byte of the line: where something is
 * wrong, or where something is missing.
 */
#ifdef __KERNEL__
#include <linux/build_bug.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/limits.h>
#include <linux/string.h>
#include <linux/types.h>
#else
#include <assert.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#endif

#include "parse.h"
#include "printable.h"

#define UNSEEN_MS	1000	/* unless unseen= was given */

/* Longer ones first: "r" would take the half of "rw". */
static const struct {
	char text[3];
	u8 type;
} types[] = {
	{ "rw",	KWATCH_TYPE_RW },
	{ "r",	KWATCH_TYPE_R },
	{ "w",	KWATCH_TYPE_W },
	{ "x",	KWATCH_TYPE_X },
};

static const struct {
	char text[8];
	enum kwatch_verb verb;
	bool ref;
} verbs[] = {
	{ "off",	KWATCH_VERB_OFF,	true },
	{ "on",		KWATCH_VERB_ON,		true },
	{ "clear",	KWATCH_VERB_CLEAR,	false },
	{ "ignore",	KWATCH_VERB_IGNORE,	false },
};

/* A word ends at a blank, but not at one in quotes.  False at the line's end. */
static bool next_word(struct kwatch_parse *p, struct lex *word)
{
	struct lex *l = &p->line;

	lex_skip_blanks(l);
	*word = *l;
	while (l->pos < l->end && !lex_is_blank(lex_peek(l))) {
		if (!lex_is_quote(lex_peek(l)) || !lex_skip_quoted(l))
			l->pos++;
	}
	word->end = l->pos;
	return word->pos < word->end;
}

/*
 * Shortens the line to what is before a comment and before blanks.  Whatever a
 * terminal may obey is refused, in comments too: ctl and error_log show the line
 * again, and an unprivileged program may have sent it.
 */
static int check_bytes(struct kwatch_parse *p)
{
	struct lex l = p->line;
	unsigned char c;
	size_t i, len;

	for (i = 0; i < l.end; i += len) {
		len = l.text[i] == '\t' ? 1 : kwatch_printable(l.text + i, l.end - i);
		if (!len)
			return kwatch_parse_refuse(p, i, KWATCH_WHY_CONTROL);
	}

	p->line.end = 0;
	while (l.pos < l.end) {
		c = lex_peek(&l);
		if (c == '#' && (!l.pos || lex_is_blank(l.text[l.pos - 1])))
			break;
		if (c >= 0x80)
			return kwatch_parse_refuse(p, l.pos, KWATCH_WHY_ASCII);
		if (!lex_is_quote(c))
			l.pos++;
		else if (!lex_skip_quoted(&l))
			return kwatch_parse_refuse(p, l.pos, KWATCH_WHY_QUOTE);
		if (!lex_is_blank(c))
			p->line.end = l.pos;
	}
	return 0;
}

/* An ID or a NAME, the whole word. */
static int parse_ref(struct kwatch_parse *p, struct lex *word)
{
	size_t start = word->pos;
	u64 id;

	if (start == word->end)
		return kwatch_parse_refuse(p, start, KWATCH_WHY_REF_MISSING);
	p->cmd->at[KWATCH_WORD_REF] = start;
	if (kwatch_parse_name(word, p->cmd->name))
		return 0;
	if (word->pos != start)
		return kwatch_parse_refuse(p, word->pos, KWATCH_WHY_REF);
	if (lex_digits(word, 10, &id) || word->pos != word->end || !id || id > KWATCH_WATCH_MAX)
		return kwatch_parse_refuse(p, start, KWATCH_WHY_REF);
	p->cmd->id = id;
	return 0;
}

/* TYPE and LEN, one word. */
static int parse_type(struct kwatch_parse *p, struct lex *word)
{
	struct kwatch_spec *spec = p->spec;
	size_t start = word->pos;
	size_t i;
	bool x;
	u64 len;

	for (i = 0; i < ARRAY_SIZE(types); i++) {
		if (lex_take(word, types[i].text))
			break;
	}
	if (i == ARRAY_SIZE(types) || (lex_peek(word) && !isdigit(lex_peek(word))))
		return kwatch_parse_refuse(p, start, KWATCH_WHY_VERB);
	spec->type = types[i].type;
	x = spec->type == KWATCH_TYPE_X;

	start = word->pos;
	if (start == word->end)
		return x ? 0 : kwatch_parse_refuse(p, start, KWATCH_WHY_LEN_MISSING);
	p->cmd->at[KWATCH_WORD_LEN] = start;
	if (lex_digits(word, 10, &len) || word->pos != word->end || !len || len > KWATCH_LEN_MAX)
		return kwatch_parse_refuse(p, start, x ? KWATCH_WHY_LEN_X : KWATCH_WHY_LEN);
	if (x && (len > 8 || len & (len - 1)))
		return kwatch_parse_refuse(p, start, KWATCH_WHY_LEN_X);
	spec->len = len;
	return 0;
}

static int parse_add(struct kwatch_parse *p, struct lex *word)
{
	struct kwatch_spec *spec = p->spec;
	int err;

	p->cmd->verb = KWATCH_VERB_ADD;
	err = parse_type(p, word);
	if (err)
		return err;
	spec->copy = -1;
	spec->cpu = -1;
	spec->unseen_ms = spec->type == KWATCH_TYPE_X ? 0 : UNSEEN_MS;

	if (!next_word(p, word))
		return kwatch_parse_refuse(p, word->pos, KWATCH_WHY_TARGET_MISSING);
	err = kwatch_target_parse(p, word);
	while (!err && next_word(p, word))
		err = kwatch_option_parse(p, word);
	if (!err)
		err = kwatch_option_check(p);
	if (!err && kwatch_spec_print(NULL, 0, spec) >= KWATCH_SPEC_TEXT_MAX) {
		kwatch_parse_refuse(p, p->line.end, KWATCH_WHY_LONG_PRINTED);
		err = -E2BIG;
	}
	return err;
}

static int parse_line(struct kwatch_parse *p)
{
	struct kwatch_cmd *cmd = p->cmd;
	struct lex word;
	bool ref = true;
	size_t i;

	if (!next_word(p, &word))
		return 0;	/* KWATCH_VERB_NONE */
	cmd->at[KWATCH_WORD_VERB] = word.pos;

	if (lex_take(&word, "-")) {
		cmd->verb = KWATCH_VERB_REMOVE;
	} else {
		for (i = 0; i < ARRAY_SIZE(verbs); i++) {
			if (lex_is(&word, verbs[i].text))
				break;
		}
		if (i == ARRAY_SIZE(verbs))
			return parse_add(p, &word);
		cmd->verb = verbs[i].verb;
		ref = verbs[i].ref;
		if (ref)
			next_word(p, &word);
	}
	if (ref && parse_ref(p, &word))
		return -EINVAL;
	if (cmd->verb == KWATCH_VERB_CLEAR && next_word(p, &word)) {
		if (!lex_is(&word, "summaries"))
			return kwatch_parse_refuse(p, word.pos, KWATCH_WHY_EXTRA);
		cmd->verb = KWATCH_VERB_CLEAR_SUMMARIES;
	}
	if (cmd->verb == KWATCH_VERB_IGNORE && (!next_word(p, &word) || !lex_is(&word, "self")))
		return kwatch_parse_refuse(p, word.pos, KWATCH_WHY_IGNORE);
	if (next_word(p, &word))
		return kwatch_parse_refuse(p, word.pos, KWATCH_WHY_EXTRA);
	return 0;
}

int kwatch_spec_parse(const char *line, size_t len, struct kwatch_cmd *cmd,
		      struct kwatch_refusal *refusal)
{
	struct kwatch_parse p = {
		.line = { .text = line, .end = len },
		.cmd = cmd,
		.spec = &cmd->spec,
		.refusal = refusal,
	};
	int err;

	memset(cmd, 0, sizeof(*cmd));
	memset(refusal, 0, sizeof(*refusal));
	if (len > KWATCH_LINE_MAX) {
		kwatch_parse_refuse(&p, KWATCH_LINE_MAX, KWATCH_WHY_LONG);
		return -E2BIG;
	}
	err = check_bytes(&p);
	if (!err)
		err = parse_line(&p);
	return err;
}

static void print_type(struct kwatch_print *out, const struct kwatch_spec *spec)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(types); i++) {
		if (types[i].type == spec->type)
			kwatch_print(out, "%s", types[i].text);
	}
	if (spec->len)
		kwatch_print(out, "%u", spec->len);
	kwatch_print(out, " ");
}

int kwatch_spec_print(char *buf, size_t size, const struct kwatch_spec *spec)
{
	struct kwatch_print out = { .buf = buf, .size = size };

	print_type(&out, spec);
	kwatch_target_print(&out, spec, false);
	kwatch_option_print(&out, spec);
	return out.len;
}

int kwatch_spec_label(char *buf, size_t size, const struct kwatch_spec *spec)
{
	struct kwatch_print out = { .buf = buf, .size = size };

	print_type(&out, spec);
	kwatch_target_print(&out, spec, true);
	return out.len;
}

/* Programs, not texts: blanks and quotes make no other watch. */
static bool same_filter(const struct kwatch_filter *a, const struct kwatch_filter *b)
{
	unsigned int i;

	if (a->nr != b->nr)
		return false;
	for (i = 0; i < a->nr; i++) {
		if (a->insn[i].field != b->insn[i].field ||
		    a->insn[i].op != b->insn[i].op ||
		    a->insn[i].on_true != b->insn[i].on_true ||
		    a->insn[i].on_false != b->insn[i].on_false ||
		    a->insn[i].value != b->insn[i].value ||
		    strcmp(a->insn[i].pattern, b->insn[i].pattern))
			return false;
	}
	return true;
}

static bool same_allow(const struct kwatch_spec *a, const struct kwatch_spec *b)
{
	unsigned int i;

	if (a->nr_allow != b->nr_allow)
		return false;
	for (i = 0; i < a->nr_allow; i++) {
		if (strcmp(a->allow[i], b->allow[i]))
			return false;
	}
	return true;
}

bool kwatch_spec_same(const struct kwatch_spec *a, const struct kwatch_spec *b)
{
	/* Of all others, not to give it is the same as to give its default. */
	const u64 matters = KWATCH_GIVEN(RATE) | KWATCH_GIVEN(STACK) | KWATCH_GIVEN(USTACK);

	return a->type == b->type && a->len == b->len &&
	       a->target == b->target && !strcmp(a->symbol, b->symbol) &&
	       a->copy == b->copy && a->offset == b->offset &&
	       a->addr == b->addr && a->task == b->task &&
	       !((a->given ^ b->given) & matters) &&
	       a->pid == b->pid && a->children == b->children &&
	       a->cpu == b->cpu && !strcmp(a->comm, b->comm) &&
	       a->limit == b->limit && a->rate == b->rate &&
	       a->stack == b->stack && a->ustack == b->ustack &&
	       a->ucopy == b->ucopy && a->regs == b->regs && a->summary == b->summary &&
	       a->changed == b->changed && same_allow(a, b) &&
	       a->action == b->action && a->signo == b->signo &&
	       a->until == b->until && a->unseen_ms == b->unseen_ms &&
	       same_filter(&a->filter, &b->filter);
}
