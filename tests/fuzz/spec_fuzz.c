// SPDX-License-Identifier: GPL-2.0
/*
 * libFuzzer over the command language: any bytes as a line, and as a predicate.
 *
 * A line is refused within its bounds or prints as a line that means the same
 * (tests/unit/spec_check.h); a program judges every hit within its bound.  To
 * look longer than "make test" does:
 *
 *     KWATCH_FUZZ_SECONDS=3600 tests/fuzz/fuzz.t
 */
#include <stdint.h>
#include <stdio.h>

#include "spec_check.h"

static void fail(const char *what, const uint8_t *data, size_t len)
{
	fprintf(stderr, "%s: %.*s\n", what, (int)len, (const char *)data);
	abort();
}

static bool is_forward(const struct kwatch_filter *filter, size_t from, u8 to)
{
	return to == KWATCH_FILTER_ACCEPT || to == KWATCH_FILTER_REJECT ||
	       (to > from && to < filter->nr);
}

static void run(const struct kwatch_filter *filter, const uint8_t *data, size_t len)
{
	static const u64 values[] = { 0, 1, 255, 0x80000000, ~0ull };
	const size_t nr = sizeof(values) / sizeof(values[0]);
	struct kwatch_filter_input in;
	char *comm = malloc(KWATCH_COMM_MAX); /* with an end that ASan sees */
	const struct kwatch_filter_insn *insn;
	size_t i;

	for (i = 0; i < filter->nr; i++) {
		insn = &filter->insn[i];
		if (!is_forward(filter, i, insn->on_true) ||
		    !is_forward(filter, i, insn->on_false))
			fail("a jump that is not forward", data, len);
	}
	for (i = 0; i < 2 * nr; i++) {
		memset(comm, i & 1 ? 'a' : 0, KWATCH_COMM_MAX);
		memcpy(comm, data, len < KWATCH_COMM_MAX ? len : KWATCH_COMM_MAX);
		in.old = values[i % nr];
		in.new = values[(i + 1) % nr];
		in.pid = in.old;
		in.tgid = in.new;
		in.cpu = i;
		in.comm = comm;
		in.unknown = i % 4;
		kwatch_filter_match(filter, &in);
	}
	free(comm);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static struct kwatch_cmd cmd;
	struct kwatch_filter filter;
	const char *fault, *why = NULL;
	u16 at = 0;
	int err;

	fault = spec_check_fault((const char *)data, len, &cmd, &err);
	if (fault)
		fail(fault, data, len);
	if (!err && cmd.verb == KWATCH_VERB_ADD)
		run(&cmd.spec.filter, data, len);

	err = kwatch_filter_compile(&filter, (const char *)data, len, &why, &at);
	if (err && (err != -EINVAL || !why || at > len || filter.nr))
		fail("a predicate refused without a reason or a place", data, len);
	run(&filter, data, len);
	return 0;
}
