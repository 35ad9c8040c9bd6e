// SPDX-License-Identifier: GPL-2.0
/*
 * Predicates: text to program.  filter.c runs it.
 *
 * The compiler reads from left to right, once, and keeps no tree: what is open
 * is a set of edges (an instruction's way out if true, or if false) that wait
 * for the place they lead to.  As that place is always the next instruction or
 * the end, the program only jumps forward, each predicate is tested at most
 * once, and "!" over a group costs nothing: it swaps two sets.
 */
#ifdef __KERNEL__
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/string.h>
#include <linux/types.h>
#else
#include <errno.h>
#include <string.h>
#endif

#include "filter.h"
#include "lex.h"

#define DEPTH_MAX	16	/* open parentheses */

bool kwatch_filter_glob_valid(const char *pattern)
{
	unsigned int len;
	bool match;

	while (*pattern) {
		len = 1;
		if (*pattern == '[')
			len = kwatch_filter_class(pattern, 0, &match);
		if (!len)
			return false;
		pattern += len;
	}
	return true;
}

enum why {
	WHY_LONG,
	WHY_MANY,
	WHY_DEEP,
	WHY_FIELD,
	WHY_OP,
	WHY_OP_COMM,
	WHY_OP_NUMBER,
	WHY_NUMBER,
	WHY_COMM,
	WHY_GLOB,
	WHY_AFTER,
	WHY_OPEN,
	WHY_CLOSE,
};

static const char *const reasons[] = {
	[WHY_LONG]	= "a predicate has at most 255 bytes",
	[WHY_MANY]	= "a predicate has at most 16 comparisons",
	[WHY_DEEP]	= "more than 16 parentheses are open",
	[WHY_FIELD]	= "expected a field: old, new, pid, tgid, cpu or comm",
	[WHY_OP]	= "expected an operator: == != < <= > >= & ~ !~",
	[WHY_OP_COMM]	= "comm takes the operators == != ~ !~",
	[WHY_OP_NUMBER]	= "a number takes the operators == != < <= > >= &",
	[WHY_NUMBER]	= "expected a number of 64 bits, unsigned: decimal, 0x hex or 0 octal",
	[WHY_COMM]	= "expected a name of 1 to 15 bytes, quoted if it has blanks",
	[WHY_GLOB]	= "a [ in the pattern has no ]",
	[WHY_AFTER]	= "expected && or || or the end of the predicate",
	[WHY_OPEN]	= "a ( has no )",
	[WHY_CLOSE]	= "a ) has no (",
};

static const char *const fields[] = {
	[KWATCH_FIELD_OLD]	= "old",
	[KWATCH_FIELD_NEW]	= "new",
	[KWATCH_FIELD_PID]	= "pid",
	[KWATCH_FIELD_TGID]	= "tgid",
	[KWATCH_FIELD_CPU]	= "cpu",
	[KWATCH_FIELD_COMM]	= "comm",
};

/* Longer ones first: "<" would take the half of "<=". */
static const struct {
	char text[3];
	u8 op;
	bool number;
	bool comm;
} ops[] = {
	{ "==",	KWATCH_OP_EQ,		true,	true },
	{ "!=",	KWATCH_OP_NE,		true,	true },
	{ "<=",	KWATCH_OP_LE,		true,	false },
	{ ">=",	KWATCH_OP_GE,		true,	false },
	{ "!~",	KWATCH_OP_NOT_GLOB,	false,	true },
	{ "<",	KWATCH_OP_LT,		true,	false },
	{ ">",	KWATCH_OP_GT,		true,	false },
	{ "&",	KWATCH_OP_AND,		true,	false },
	{ "~",	KWATCH_OP_GLOB,		false,	true },
};

/*
 * Two bits an instruction: bit 2i is the way out of instruction i if its
 * predicate is true, bit 2i + 1 if false.
 */
typedef u32 edges_t;

/* A predicate or a group: the ways that leave it, by its value. */
struct outcome {
	edges_t yes;
	edges_t no;
};

/*
 * A parenthesis that is open, or the whole text: "a && b || c && ..." so far.
 * @or_yes waits for the group's end, @and_no for the next "||" or that end.
 */
struct group {
	edges_t or_yes;
	edges_t and_no;
	u16 at;
	bool negated;
};

struct compiler {
	struct kwatch_filter *filter;
	struct lex lex;
	const char *why;
	size_t at;
	unsigned int depth;
	struct group open[DEPTH_MAX + 1];
};

static int refuse(struct compiler *c, size_t at, enum why why)
{
	c->why = reasons[why];
	c->at = at;
	return -EINVAL;
}

static void lead_to(struct kwatch_filter *filter, edges_t edges, u8 target)
{
	unsigned int i;

	for (i = 0; i < filter->nr; i++) {
		if (edges & (1u << 2 * i))
			filter->insn[i].on_true = target;
		if (edges & (2u << 2 * i))
			filter->insn[i].on_false = target;
	}
}

static struct outcome negate(struct outcome o, bool negated)
{
	struct outcome swapped = { .yes = o.no, .no = o.yes };

	return negated ? swapped : o;
}

static int read_field(struct compiler *c, struct kwatch_filter_insn *insn)
{
	struct lex word = c->lex;
	size_t i;

	while (lex_is_alnum(lex_peek(&c->lex)) || lex_peek(&c->lex) == '_')
		c->lex.pos++;
	word.end = c->lex.pos;

	for (i = 0; i < ARRAY_SIZE(fields); i++) {
		if (lex_is(&word, fields[i])) {
			insn->field = i;
			return 0;
		}
	}
	return refuse(c, word.pos, WHY_FIELD);
}

static int read_op(struct compiler *c, struct kwatch_filter_insn *insn)
{
	bool comm = insn->field == KWATCH_FIELD_COMM;
	size_t start, i;

	lex_skip_blanks(&c->lex);
	start = c->lex.pos;
	if (lex_take(&c->lex, "&&"))
		return refuse(c, start, WHY_OP);

	for (i = 0; i < ARRAY_SIZE(ops); i++) {
		if (!lex_take(&c->lex, ops[i].text))
			continue;
		insn->op = ops[i].op;
		if (comm && !ops[i].comm)
			return refuse(c, start, WHY_OP_COMM);
		if (!comm && !ops[i].number)
			return refuse(c, start, WHY_OP_NUMBER);
		return 0;
	}
	return refuse(c, start, WHY_OP);
}

static int read_value(struct compiler *c, struct kwatch_filter_insn *insn)
{
	size_t start;

	lex_skip_blanks(&c->lex);
	start = c->lex.pos;
	if (insn->field != KWATCH_FIELD_COMM) {
		if (lex_number(&c->lex, &insn->value) || lex_is_alnum(lex_peek(&c->lex)))
			return refuse(c, c->lex.pos, WHY_NUMBER);
		return 0;
	}
	if (!lex_string(&c->lex, "()&|", insn->pattern, sizeof(insn->pattern)))
		return refuse(c, start, WHY_COMM);
	if ((insn->op == KWATCH_OP_GLOB || insn->op == KWATCH_OP_NOT_GLOB) &&
	    !kwatch_filter_glob_valid(insn->pattern))
		return refuse(c, start, WHY_GLOB);
	return 0;
}

/* "old == 5": one instruction, with both ways out open. */
static int read_predicate(struct compiler *c, struct outcome *o)
{
	struct kwatch_filter *filter = c->filter;
	struct kwatch_filter_insn *insn = &filter->insn[filter->nr];

	if (filter->nr == KWATCH_FILTER_MAX)
		return refuse(c, c->lex.pos, WHY_MANY);
	if (read_field(c, insn) || read_op(c, insn) || read_value(c, insn))
		return -EINVAL;
	o->yes = 1u << 2 * filter->nr;
	o->no = 2u << 2 * filter->nr;
	filter->nr++;
	return 0;
}

/* All of "! ! ( ! (" and then a predicate. */
static int read_operand(struct compiler *c, struct outcome *o)
{
	bool negated = false;

	for (;;) {
		lex_skip_blanks(&c->lex);
		if (lex_take(&c->lex, "!")) {
			negated = !negated;
		} else if (lex_take(&c->lex, "(")) {
			if (c->depth == DEPTH_MAX)
				return refuse(c, c->lex.pos - 1, WHY_DEEP);
			c->open[++c->depth] = (struct group){
				.at = c->lex.pos - 1,
				.negated = negated,
			};
			negated = false;
		} else {
			if (read_predicate(c, o))
				return -EINVAL;
			*o = negate(*o, negated);
			return 0;
		}
	}
}

/* The group ends behind @o: its outcome, without the "!" before it. */
static struct outcome end_group(const struct group *group, struct outcome o)
{
	o.yes |= group->or_yes;
	o.no |= group->and_no;
	return o;
}

/*
 * All of ") ) )" and then "&&", "||" or the end.  What is known after the
 * operator is where the edges go that evaluate its right side: to the
 * instruction that comes next.
 *
 * Return: 1 to go on with an operand, 0 at the end, -EINVAL.
 */
static int read_operator(struct compiler *c, struct outcome *o)
{
	struct group *group;

	for (;;) {
		group = &c->open[c->depth];
		lex_skip_blanks(&c->lex);
		if (c->lex.pos == c->lex.end) {
			if (c->depth)
				return refuse(c, group->at, WHY_OPEN);
			*o = end_group(group, *o);
			return 0;
		}
		if (lex_take(&c->lex, "&&")) {
			group->and_no |= o->no;
			lead_to(c->filter, o->yes, c->filter->nr);
			return 1;
		}
		if (lex_take(&c->lex, "||")) {
			group->or_yes |= o->yes;
			lead_to(c->filter, group->and_no | o->no, c->filter->nr);
			group->and_no = 0;
			return 1;
		}
		if (!lex_take(&c->lex, ")"))
			return refuse(c, c->lex.pos, WHY_AFTER);
		if (!c->depth)
			return refuse(c, c->lex.pos - 1, WHY_CLOSE);
		*o = negate(end_group(group, *o), group->negated);
		c->depth--;
	}
}

static int compile(struct compiler *c)
{
	struct outcome o = { 0 };
	int more;

	do {
		if (read_operand(c, &o))
			return -EINVAL;
		more = read_operator(c, &o);
	} while (more > 0);

	lead_to(c->filter, o.yes, KWATCH_FILTER_ACCEPT);
	lead_to(c->filter, o.no, KWATCH_FILTER_REJECT);
	return more;
}

int kwatch_filter_compile(struct kwatch_filter *filter, const char *text,
			  size_t len, const char **why, u16 *at)
{
	struct compiler c = {
		.filter = filter,
		.lex = { .text = text, .end = len },
	};
	int err;

	memset(filter, 0, sizeof(*filter));
	if (len >= KWATCH_FILTER_TEXT_MAX)
		err = refuse(&c, KWATCH_FILTER_TEXT_MAX - 1, WHY_LONG);
	else
		err = compile(&c);
	if (err) {
		filter->nr = 0;
		*why = c.why;
		*at = c.at;
	}
	return err;
}
