// SPDX-License-Identifier: GPL-2.0
/*
 * Predicates: the program against a hit.  filter_compile.c makes it.
 *
 * All of kwatch_filter_match() may run in NMI: nothing here calls out, loops
 * without a bound or looks past its arguments.
 */
#ifdef __KERNEL__
#include <linux/types.h>
#endif

#include "language/filter.h"

/* Both stop at KWATCH_COMM_MAX: in a hit nobody vouches for the NUL. */
static inline bool same_comm(const char *a, const char *b)
{
	unsigned int i;

	for (i = 0; i < KWATCH_COMM_MAX; i++) {
		if (a[i] != b[i])
			return false;
		if (!a[i])
			break;
	}
	return true;
}

/*
 * One "*" is remembered, the last: that an earlier one could have taken more
 * never makes a match that this one cannot.  So there is no recursion, and at
 * most KWATCH_COMM_MAX squared steps.
 */
bool kwatch_filter_glob(const char *pattern, const char *comm)
{
	const char *star = NULL;
	unsigned int i = 0, star_i = 0;
	unsigned int len;
	bool match;

	while (i < KWATCH_COMM_MAX && comm[i]) {
		len = 1;
		if (*pattern == '*') {
			star = ++pattern;
			star_i = i;
			continue;
		}
		if (*pattern == '[')
			len = kwatch_filter_class(pattern, comm[i], &match);
		else
			match = *pattern == comm[i] || *pattern == '?';
		if (!len)
			return false;
		if (match) {
			pattern += len;
			i++;
		} else if (star) {
			pattern = star;
			i = ++star_i;
		} else {
			return false;
		}
	}
	while (*pattern == '*')
		pattern++;
	return !*pattern;
}

static inline bool test_comm(const struct kwatch_filter_insn *insn, const char *comm)
{
	switch (insn->op) {
	case KWATCH_OP_EQ:
		return same_comm(insn->pattern, comm);
	case KWATCH_OP_NE:
		return !same_comm(insn->pattern, comm);
	case KWATCH_OP_GLOB:
		return kwatch_filter_glob(insn->pattern, comm);
	default:
		return !kwatch_filter_glob(insn->pattern, comm);
	}
}

static inline bool test_number(const struct kwatch_filter_insn *insn, u64 val)
{
	switch (insn->op) {
	case KWATCH_OP_EQ:
		return val == insn->value;
	case KWATCH_OP_NE:
		return val != insn->value;
	case KWATCH_OP_LT:
		return val < insn->value;
	case KWATCH_OP_LE:
		return val <= insn->value;
	case KWATCH_OP_GT:
		return val > insn->value;
	case KWATCH_OP_GE:
		return val >= insn->value;
	default:
		return val & insn->value;
	}
}

static inline bool test(const struct kwatch_filter_insn *insn,
			const struct kwatch_filter_input *in)
{
	switch (insn->field) {
	case KWATCH_FIELD_OLD:
		return test_number(insn, in->old);
	case KWATCH_FIELD_NEW:
		return test_number(insn, in->new);
	case KWATCH_FIELD_PID:
		return test_number(insn, in->pid);
	case KWATCH_FIELD_TGID:
		return test_number(insn, in->tgid);
	case KWATCH_FIELD_CPU:
		return test_number(insn, in->cpu);
	default:
		return test_comm(insn, in->comm);
	}
}

/* Return: does a way that leads to @to accept? */
static inline bool reach(u32 *reached, u8 to)
{
	if (to < KWATCH_FILTER_MAX)
		*reached |= 1 << to;
	return to == KWATCH_FILTER_ACCEPT;
}

/*
 * kwatch_filter_match() where a number is unknown.  Each comparison is tested at
 * most once, so the predicate can be true if any way leads to ACCEPT.
 */
static bool could_match(const struct kwatch_filter *filter,
			const struct kwatch_filter_input *in)
{
	const struct kwatch_filter_insn *insn;
	u32 reached = 1; /* bit by instruction */
	bool is_true, is_false;
	u8 i;

	for (i = 0; i < filter->nr; i++) {
		if (!(reached & 1 << i))
			continue;
		insn = &filter->insn[i];
		is_true = is_false = in->unknown & 1 << insn->field;
		if (!is_true) {
			is_true = test(insn, in);
			is_false = !is_true;
		}
		if ((is_true && reach(&reached, insn->on_true)) ||
		    (is_false && reach(&reached, insn->on_false)))
			return true;
	}
	return false;
}

bool kwatch_filter_match(const struct kwatch_filter *filter,
			 const struct kwatch_filter_input *in)
{
	const struct kwatch_filter_insn *insn;
	u8 i = 0;

	if (!filter->nr)
		return true;
	if (in->unknown)
		return could_match(filter, in);
	/* Ends: whatever is not ACCEPT or REJECT is larger than @i. */
	while (i < filter->nr) {
		insn = &filter->insn[i];
		i = test(insn, in) ? insn->on_true : insn->on_false;
	}
	return i == KWATCH_FILTER_ACCEPT;
}
