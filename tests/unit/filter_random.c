// SPDX-License-Identifier: GPL-2.0
/*
 * Random predicates: what the compiled program says against a tree that is
 * walked, for random hits, some of whose values are not known; and that the program
 * only jumps forward.
 */
#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

#include "language/filter.h"
#include "random.h"
#include "tap.h"

#define NR_TREES	50000
#define NR_HITS		20

static const char *const comms[] = { "a", "ab", "kworker/0:1", "kworker/1:0", "a b", "[x]" };
static const char *const patterns[] = { "a", "a*", "*b", "?", "kworker/[01]:*", "*[!0]", "[[]x]" };
static const char *const numbers[] = { "0", "1", "2", "0x3", "04", "255", "0xffffffffffffffff" };
static const u64 values[] = { 0, 1, 2, 3, 4, 255, 0xffffffffffffffff, 0x8000000000000000 };
static const char *const fields[] = { "old", "new", "pid", "tgid", "cpu", "comm" };
static const char *const ops[] = { "==", "!=", "<", "<=", ">", ">=", "&", "~", "!~" };

struct node {
	enum { LEAF, NOT, AND, OR } kind;
	struct node *left, *right;
	enum kwatch_filter_field field;
	enum kwatch_filter_op op;
	const char *value;
};

static struct node nodes[256];
static unsigned int nr_nodes, nr_leaves;

static struct node *make_tree(unsigned int depth)
{
	struct node *n = &nodes[nr_nodes++];

	n->kind = depth && nr_nodes < 60 ? random_below(4) : LEAF;
	if (n->kind == LEAF) {
		nr_leaves++;
		n->field = random_below(6);
		if (n->field == KWATCH_FIELD_COMM) {
			static const enum kwatch_filter_op comm_ops[] = {
				KWATCH_OP_EQ, KWATCH_OP_NE, KWATCH_OP_GLOB, KWATCH_OP_NOT_GLOB,
			};

			n->op = RANDOM_OF(comm_ops);
			n->value = n->op < KWATCH_OP_LT ? RANDOM_OF(comms) : RANDOM_OF(patterns);
		} else {
			n->op = random_below(KWATCH_OP_GLOB);
			n->value = RANDOM_OF(numbers);
		}
		return n;
	}
	n->left = make_tree(depth - 1);
	if (n->kind != NOT)
		n->right = make_tree(depth - 1);
	return n;
}

static void add(char *text, const char *s)
{
	static const char *const blanks[] = { "", "", " ", "  ", "\t" };

	strcat(text, s);
	strcat(text, RANDOM_OF(blanks));
}

/* @tight: what stands around it binds tighter than "||" (1), than "&&" (2). */
static void write_tree(char *text, const struct node *n, int tight)
{
	bool parens = (n->kind == OR && tight > 0) || (n->kind == AND && tight > 1) ||
		      !random_below(8);

	if (parens) {
		add(text, "(");
		tight = 0;
	}
	switch (n->kind) {
	case LEAF:
		add(text, fields[n->field]);
		add(text, ops[n->op]);
		if (n->field == KWATCH_FIELD_COMM && (strpbrk(n->value, " ") || random_below(2))) {
			strcat(text, "\"");
			strcat(text, n->value);
			add(text, "\"");
		} else {
			add(text, n->value);
		}
		break;
	case NOT:
		add(text, "!");
		write_tree(text, n->left, 2);
		break;
	case AND:
		write_tree(text, n->left, 1);
		add(text, "&&");
		write_tree(text, n->right, 1);
		break;
	case OR:
		write_tree(text, n->left, 0);
		add(text, "||");
		write_tree(text, n->right, 0);
		break;
	}
	if (parens)
		add(text, ")");
}

static bool test_leaf(const struct node *n, const struct kwatch_filter_input *in)
{
	const u64 number[] = { in->old, in->new, in->pid, in->tgid, in->cpu };
	u64 a, b;

	if (n->field == KWATCH_FIELD_COMM) {
		switch (n->op) {
		case KWATCH_OP_EQ:
			return !strcmp(in->comm, n->value);
		case KWATCH_OP_NE:
			return !!strcmp(in->comm, n->value);
		case KWATCH_OP_GLOB:
			return !fnmatch(n->value, in->comm, FNM_NOESCAPE);
		default:
			return !!fnmatch(n->value, in->comm, FNM_NOESCAPE);
		}
	}
	a = number[n->field];
	b = strtoull(n->value, NULL, 0);
	switch (n->op) {
	case KWATCH_OP_EQ:
		return a == b;
	case KWATCH_OP_NE:
		return a != b;
	case KWATCH_OP_LT:
		return a < b;
	case KWATCH_OP_LE:
		return a <= b;
	case KWATCH_OP_GT:
		return a > b;
	case KWATCH_OP_GE:
		return a >= b;
	default:
		return (a & b) != 0;
	}
}

static bool walk(const struct node *n, const struct kwatch_filter_input *in)
{
	switch (n->kind) {
	case LEAF:
		return test_leaf(n, in);
	case NOT:
		return !walk(n->left, in);
	case AND:
		return walk(n->left, in) && walk(n->right, in);
	default:
		return walk(n->left, in) || walk(n->right, in);
	}
}

/* Can a tree be @value, where a comparison with an unknown number can be both? */
static bool can_be(const struct node *n, const struct kwatch_filter_input *in, bool value)
{
	switch (n->kind) {
	case LEAF:
		return in->unknown & 1 << n->field || test_leaf(n, in) == value;
	case NOT:
		return can_be(n->left, in, !value);
	case AND:
		return value ? can_be(n->left, in, true) && can_be(n->right, in, true) :
			       can_be(n->left, in, false) || can_be(n->right, in, false);
	default:
		return value ? can_be(n->left, in, true) || can_be(n->right, in, true) :
			       can_be(n->left, in, false) && can_be(n->right, in, false);
	}
}

/* Is there a value for what is unknown with which the hit passes?  Of a few that are tried. */
static bool passes_for_some(const struct node *tree, struct kwatch_filter_input in)
{
	unsigned int i, k;

	for (i = 0; i < ARRAY_SIZE(values); i++) {
		for (k = 0; k < ARRAY_SIZE(values); k++) {
			if (in.unknown & 1 << KWATCH_FIELD_OLD)
				in.old = values[i];
			if (in.unknown & 1 << KWATCH_FIELD_NEW)
				in.new = values[k];
			if (walk(tree, &in))
				return true;
		}
	}
	return false;
}

static bool jumps_forward(const struct kwatch_filter *f)
{
	unsigned int i, t, to;

	for (i = 0; i < f->nr; i++) {
		for (t = 0; t < 2; t++) {
			to = t ? f->insn[i].on_true : f->insn[i].on_false;
			if (to != KWATCH_FILTER_ACCEPT && to != KWATCH_FILTER_REJECT &&
			    (to <= i || to >= f->nr))
				return false;
		}
	}
	return true;
}

static unsigned int passed, passed_unknown, dropped;

/* Return: how many hits it judges differently. */
static unsigned int try_hits(const struct kwatch_filter *f, const struct node *tree)
{
	char comm[KWATCH_COMM_MAX];
	unsigned int i, wrong = 0;
	bool pass;

	for (i = 0; i < NR_HITS; i++) {
		struct kwatch_filter_input in = {
			.old = RANDOM_OF(values), .new = RANDOM_OF(values),
			.pid = RANDOM_OF(values), .tgid = RANDOM_OF(values),
			.cpu = RANDOM_OF(values), .comm = comm,
		};

		strncpy(comm, RANDOM_OF(comms), sizeof(comm));
		passed += walk(tree, &in);
		wrong += walk(tree, &in) != kwatch_filter_match(f, &in);
		in.unknown = 1 + random_below(3); /* old, new or both */
		pass = kwatch_filter_match(f, &in);
		passed_unknown += pass;
		wrong += can_be(tree, &in, true) != pass;
		dropped += passes_for_some(tree, in) && !pass;
	}
	return wrong;
}

int main(void)
{
	static char text[65536];
	unsigned int i, compiled = 0, refused = 0, wrong = 0, differ = 0, back = 0;
	struct kwatch_filter f;
	struct node *tree;
	const char *why;
	u16 at;
	int err;

	for (i = 0; i < NR_TREES; i++) {
		nr_nodes = 0;
		nr_leaves = 0;
		text[0] = '\0';
		tree = make_tree(random_below(6));
		write_tree(text, tree, 0);

		err = kwatch_filter_compile(&f, text, strlen(text), &why, &at);
		if (err) {
			/* Too much of something is the only reason that there is. */
			refused++;
			if (nr_leaves <= KWATCH_FILTER_MAX &&
			    strlen(text) < KWATCH_FILTER_TEXT_MAX && !wrong++)
				diag("%u: %s: %s", at, why, text);
			continue;
		}
		compiled++;
		back += !jumps_forward(&f) || f.nr != nr_leaves;
		err = try_hits(&f, tree);
		if (err && !differ++)
			diag("differs: %s", text);
	}
	ok(!wrong, "%u of %u are too long, no other is refused", refused, i);
	ok(!back, "one instruction a comparison, and only forward");
	ok(!differ, "%u programs judge %u hits as their trees do, %u pass", compiled,
	   compiled * NR_HITS, passed);
	ok(!dropped && passed_unknown > passed,
	   "with unknown values %u pass, none is dropped that passes for some value", passed_unknown);
	ok(compiled > NR_TREES / 2 && refused > 100, "short and long ones were tried");
	return tap_done();
}
