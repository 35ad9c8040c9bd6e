// SPDX-License-Identifier: GPL-2.0
/*
 * Predicates: bad ones with a "^" before the byte at fault, good ones with
 * what they let pass, and patterns against what the C library says of them.
 *
 * filter_compile.c is included, not linked, for its table of sentences: each
 * must be provoked by a line here.
 */
#include <fnmatch.h>
#include <stdlib.h>

#include "../../module/language/filter_compile.c"
#include "tap.h"

static const struct {
	const char *text;
	const char *why;
} bad[] = {
	{ "^",				"expected a field" },
	{ "  ^",			"expected a field" },
	{ "^foo == 1",			"expected a field" },
	{ "^common_pid == 1",		"expected a field" },
	{ "^olde == 1",			"expected a field" },
	{ "^OLD == 1",			"expected a field" },
	{ "^1 == old",			"expected a field" },
	{ "^== 1",			"expected a field" },
	{ "^\"old\" == 1",		"expected a field" },
	{ "old == 1 &&^",		"expected a field" },
	{ "old == 1 || ^|| new == 1",	"expected a field" },
	{ "old == 1 && ^&& new == 1",	"expected a field" },
	{ "old == 1 &&^& new == 1",	"expected a field" },
	{ "old == 1 || ^)",		"expected a field" },
	{ "!^",				"expected a field" },
	{ "(^",				"expected a field" },
	{ "(^)",			"expected a field" },
	{ "old^",			"expected an operator" },
	{ "old ^= 1",			"expected an operator" },
	{ "old ^1",			"expected an operator" },
	{ "old ^! 1",			"expected an operator" },
	{ "old ^&& new",		"expected an operator" },
	{ "(old^)",			"expected an operator" },
	{ "old ^not 1",			"expected an operator" },
	{ "old^. == 1",			"expected an operator" },
	{ "comm ^< a",			"comm takes" },
	{ "comm ^<= a",			"comm takes" },
	{ "comm ^> a",			"comm takes" },
	{ "comm ^>= a",			"comm takes" },
	{ "comm ^& a",			"comm takes" },
	{ "old ^~ 1",			"a number takes" },
	{ "pid ^!~ 1",			"a number takes" },
	{ "old ==^",			"expected a number" },
	{ "old == ^new",		"expected a number" },
	{ "old == ^-1",			"expected a number" },
	{ "old == ^\"1\"",		"expected a number" },
	{ "old ==^= 1",			"expected a number" },
	{ "old == 12^k",		"expected a number" },
	{ "old == 0x^",			"expected a number" },
	{ "old == 0x^g",		"expected a number" },
	{ "old == 0^8",			"expected a number" },
	{ "old == ^18446744073709551616",	"expected a number" },
	{ "old == ^0x10000000000000000",	"expected a number" },
	{ "old <=^> 1",			"expected a number" },
	{ "comm ==^",			"expected a name" },
	{ "comm == ^\"\"",		"expected a name" },
	{ "comm == ^)",			"expected a name" },
	{ "comm == ^'abc",		"expected a name" },
	{ "comm == ^a234567890123456",	"expected a name" },
	{ "comm ~ ^\"a2345 7890123456\"",	"expected a name" },
	{ "comm == ^&& old == 1",	"expected a name" },
	{ "comm ~ ^[a",			"a [ in the pattern" },
	{ "comm !~ ^*[",		"a [ in the pattern" },
	{ "comm ~ ^'[]'",		"a [ in the pattern" },
	{ "comm ~ ^[!]",		"a [ in the pattern" },
	{ "comm ~ ^[a-]b[",		"a [ in the pattern" },
	{ "old == 1 ^new == 2",		"expected && or ||" },
	{ "old == 1 ^& new == 2",	"expected && or ||" },
	{ "old == 1 ^| new == 2",	"expected && or ||" },
	{ "old == 1 ^and new == 2",	"expected && or ||" },
	{ "old == 1^,2",		"expected && or ||" },
	{ "old == 1^;",			"expected && or ||" },
	{ "old == 1^!",			"expected && or ||" },
	{ "old == 1 ^(new == 1)",	"expected && or ||" },
	{ "comm == a ^b",		"expected && or ||" },
	{ "comm == a^\"b\"",		"expected && or ||" },
	{ "comm == \"a\"^b",		"expected && or ||" },
	{ "(old == 1) ^new == 2",	"expected && or ||" },
	{ "^(old == 1",			"a ( has no )" },
	{ "(old == 1) && !^(new == 1 && (pid == 1)", "a ( has no )" },
	{ "old == 1^)",			"a ) has no (" },
	{ "(old == 1)^) && new == 1",	"a ) has no (" },
	{ "((((((((((((((((^(old == 1", "more than 16 parentheses" },
	{ "!(!(!(!(!(!(!(!(!(!(!(!(!(!(!(!(!^(old == 1", "more than 16 parentheses" },
	{ "cpu==1||cpu==1||cpu==1||cpu==1||cpu==1||cpu==1||cpu==1||cpu==1||"
	  "cpu==1||cpu==1||cpu==1||cpu==1||cpu==1||cpu==1||cpu==1||cpu==1||^cpu==1",
	  "a predicate has at most 16" },
};

static const char *seen[ARRAY_SIZE(bad) + 8];
static size_t nr_seen;

/* From memory that ends where the text does, for ASan. */
static int compile_exact(struct kwatch_filter *filter, const char *text, size_t len,
			 const char **why, u16 *at)
{
	char *exact = malloc(len + !len);
	int err;

	memcpy(exact, text, len);
	err = kwatch_filter_compile(filter, exact, len, why, at);
	free(exact);
	if (err)
		seen[nr_seen++] = *why;
	return err;
}

static void test_bad(const char *text, const char *want)
{
	struct kwatch_filter filter;
	size_t caret = strcspn(text, "^");
	size_t len = strlen(text) - 1;
	const char *why = "accepted";
	char exact[512];
	u16 at = 0;
	int err;

	memcpy(exact, text, caret);
	memcpy(exact + caret, text + caret + 1, len - caret);
	err = compile_exact(&filter, exact, len, &why, &at);
	if (!ok(err == -EINVAL && at == caret && !strncmp(why, want, strlen(want)) && !filter.nr,
		"%s: %s", text, want))
		diag("got %d, byte %u: %s", err, at, why);
}

static void test_bad_bytes(void)
{
	struct kwatch_filter filter;
	char text[300];
	const char *why;
	u16 at;

	memset(text, ' ', sizeof(text));
	memcpy(text, "old == 1", 8);
	ok(!compile_exact(&filter, text, 255, &why, &at), "255 bytes");
	ok(compile_exact(&filter, text, 256, &why, &at) == -EINVAL && at == 255 &&
	   !strncmp(why, "a predicate has at most 255", 27), "256 bytes");
	ok(compile_exact(&filter, "old == 1\0", 9, &why, &at) == -EINVAL && at == 8, "a NUL byte");
	ok(compile_exact(&filter, "comm == \"a\0\"", 12, &why, &at) == -EINVAL && at == 8,
	   "a NUL byte in quotes");
}

static void test_reasons(void)
{
	size_t i, j;

	for (i = 0; i < ARRAY_SIZE(reasons); i++) {
		for (j = 0; j < nr_seen && strcmp(seen[j], reasons[i]); j++)
			;
		ok(j < nr_seen, "provoked: %s", reasons[i]);
	}
}

/* Who passes: old 5, new 6, pid 70, tgid 7, cpu 1, comm "kworker/0:1". */
static const struct {
	const char *text;
	bool pass;
} good[] = {
	{ "old == 5",				true },
	{ "old == 6",				false },
	{ "old==5",				true },
	{ "old != 5",				false },
	{ "old < 5",				false },
	{ "old < 6",				true },
	{ "old <= 5",				true },
	{ "old <= 4",				false },
	{ "old > 5",				false },
	{ "old > 4",				true },
	{ "old >= 5",				true },
	{ "old >= 6",				false },
	{ "old & 4",				true },
	{ "old & 2",				false },
	{ "old & 0",				false },
	{ "old < 0xffffffffffffffff",		true },
	{ "old < 18446744073709551615",		true },
	{ "old == 05",				true },
	{ "old == 0X5",				true },
	{ "new == 6",				true },
	{ "pid == 70",				true },
	{ "pid == 0106",			true },
	{ "pid == 4294967366",			false },	/* not cut to 32 bits */
	{ "tgid == 7",				true },
	{ "cpu == 1",				true },
	{ "cpu & 1",				true },
	{ "\t cpu\t==\t1 ",			true },
	{ "comm == kworker/0:1",		true },
	{ "comm == kworker",			false },
	{ "comm == kworker/0:1x",		false },
	{ "comm == aworker/0:1",		false },
	{ "comm != kworker",			true },
	{ "comm == \"kworker/0:1\"",		true },
	{ "comm == 'kworker/0:1'",		true },
	{ "comm == \"kworker\\/0:1\"",		true },
	{ "comm == kworker*",			false },	/* no pattern */
	{ "comm ~ kworker*",			true },
	{ "comm !~ kworker*",			false },
	{ "comm ~ 'kw?*[0-9]:[!a]'",	true },
	{ "comm ~ *:2",				false },
	{ "!old == 5",				false },
	{ "!!old == 5",				true },
	{ "! ! ! old == 5",			false },
	{ "!(old == 5)",			false },
	{ "old == 5 && new == 6",		true },
	{ "old == 5 && new == 5",		false },
	{ "old == 5&&new == 6",			true },
	{ "old == 1 || new == 6",		true },
	{ "old == 1||new == 1",			false },
	{ "comm~kw*&&cpu==1",			true },
	{ "comm~kw*||cpu==2",			true },
	{ "(comm~kw*)",				true },
	/* "&&" binds tighter */
	{ "old == 5 || new == 1 && cpu == 2",	true },
	{ "(old == 5 || new == 1) && cpu == 2",	false },
	{ "cpu == 2 && new == 1 || old == 5",	true },
	{ "cpu == 2 && (new == 1 || old == 5)",	false },
	/* "!" is for the next alone */
	{ "!old == 1 && new == 6",		true },
	{ "!old == 5 || new == 6",		true },
	{ "!(old == 5 || new == 6)",		false },
	{ "!(old == 5 && new == 1)",		true },
	{ "!(!(old == 5) || !(new == 6))",	true },
	{ "!(old == 1 || !(new == 6 && !(cpu == 2)))", true },
	{ "((((((((((((((((old == 5))))))))))))))))", true },
	{ "cpu==0||cpu==0||cpu==0||cpu==0||cpu==0||cpu==0||cpu==0||cpu==0||"
	  "cpu==0||cpu==0||cpu==0||cpu==0||cpu==0||cpu==0||cpu==0||cpu==1", true },
	{ "cpu==1&&cpu==1&&cpu==1&&cpu==1&&cpu==1&&cpu==1&&cpu==1&&cpu==1&&"
	  "cpu==1&&cpu==1&&cpu==1&&cpu==1&&cpu==1&&cpu==1&&cpu==1&&cpu==0", false },
};

static void test_good(const char *text, bool pass)
{
	static const char comm[KWATCH_COMM_MAX] = "kworker/0:1";
	const struct kwatch_filter_input in = {
		.old = 5, .new = 6, .pid = 70, .tgid = 7, .cpu = 1, .comm = comm,
	};
	struct kwatch_filter filter;
	const char *why = "";
	u16 at = 0;

	if (compile_exact(&filter, text, strlen(text), &why, &at)) {
		ok(false, "%s", text);
		diag("byte %u: %s", at, why);
		return;
	}
	ok(kwatch_filter_match(&filter, &in) == pass, "%s: %s", text, pass ? "yes" : "no");
}

/* The same hit, of which those fields are not known: any value may be it. */
static const struct {
	const char *text;
	u8 unknown;
	bool pass;
} unknown[] = {
#define OLD	(1 << KWATCH_FIELD_OLD)
#define NEW	(1 << KWATCH_FIELD_NEW)
	{ "old == 5",				OLD,		true },
	{ "old == 6",				OLD,		true },
	{ "old != 5",				OLD,		true },
	{ "!old == 5",				OLD,		true },
	{ "!old == 6",				OLD,		true },
	{ "old < 1",				OLD,		true },
	{ "old & 2",				OLD,		true },
	{ "!(old & 4)",				OLD,		true },
	{ "old == 6",				NEW,		false },
	{ "new == 7",				NEW,		true },
	{ "old == 6 && cpu == 1",		OLD,		true },
	{ "old == 6 && cpu == 2",		OLD,		false },
	{ "cpu == 2 && old == 6",		OLD,		false },
	{ "cpu == 2 || old == 6",		OLD,		true },
	{ "old == 6 || cpu == 2",		OLD,		true },
	{ "!(old == 5 && cpu == 1)",		OLD,		true },
	{ "!(old == 6 || cpu == 1)",		OLD,		false },
	{ "!(cpu == 1 || old == 6)",		OLD,		false },
	{ "!(old == 6 && cpu == 2)",		OLD,		true },
	{ "old == 6 && new == 7",		OLD,		false },
	{ "old == 6 && new == 7",		OLD | NEW,	true },
	{ "old == 6 && (new == 7 || cpu == 2)",	OLD | NEW,	true },
	{ "(old == 6 || new == 7) && cpu == 2",	OLD | NEW,	false },
	{ "cpu == 2",				OLD | NEW,	false },
	{ "cpu == 1",				OLD | NEW,	true },
};

static void test_unknown(const char *text, u8 which, bool pass)
{
	static const char comm[KWATCH_COMM_MAX] = "kworker/0:1";
	const struct kwatch_filter_input in = {
		.old = 5, .new = 6, .pid = 70, .tgid = 7, .cpu = 1, .comm = comm,
		.unknown = which,
	};
	struct kwatch_filter filter;
	const char *why;
	u16 at;

	ok(!kwatch_filter_compile(&filter, text, strlen(text), &why, &at) &&
	   kwatch_filter_match(&filter, &in) == pass, "%s,%s%s unknown: %s", text,
	   which & OLD ? " old" : "", which & NEW ? " new" : "", pass ? "yes" : "no");
}

static void test_match(void)
{
	/* Full to the last byte: what stands behind a comm must not be read. */
	char *comm = malloc(KWATCH_COMM_MAX);
	struct kwatch_filter_input in = { .old = ~0ull, .new = 1ull << 63, .comm = comm };
	struct kwatch_filter filter = { 0 };
	const char *why;
	u16 at;

	memset(comm, 'a', KWATCH_COMM_MAX);
	ok(kwatch_filter_match(&filter, &in), "an empty filter accepts");
	kwatch_filter_compile(&filter, "old > new && new > 1", 0, &why, &at);
	ok(kwatch_filter_match(&filter, &in), "so does one that was refused");
	kwatch_filter_compile(&filter, "new > 0x7fffffffffffffff", 24, &why, &at);
	ok(kwatch_filter_match(&filter, &in), "the highest bit is no sign");
	kwatch_filter_compile(&filter, "comm == aaaaaaaaaaaaaaa", 23, &why, &at);
	ok(!kwatch_filter_match(&filter, &in), "15 bytes are not a comm of 16 without a NUL");
	kwatch_filter_compile(&filter, "comm ~ *a", 9, &why, &at);
	ok(kwatch_filter_match(&filter, &in), "a pattern on it");
	comm[2] = '\0';
	kwatch_filter_compile(&filter, "comm == aa", 10, &why, &at);
	ok(kwatch_filter_match(&filter, &in), "nor is what stands behind a NUL");
	free(comm);
}

/* Every pattern and every name of few bytes, against fnmatch(3). */
static void test_glob(void)
{
	static const char pattern_bytes[] = "ab*?[]!-";
	static const char comm_bytes[] = "abc-]!";
	static char patterns[8 * 8 * 8 * 8 * 8 + 1][KWATCH_COMM_MAX];
	char comm[KWATCH_COMM_MAX] = "";
	size_t nr = 0, i, n, wrong = 0, matched = 0, tested = 0;
	size_t base = sizeof(pattern_bytes) - 1;

	for (n = 0; n < base * base * base * base * base; n++) {
		size_t rest = n;

		for (i = 0; i < 5; i++, rest /= base)
			patterns[nr][i] = pattern_bytes[rest % base];
		if (kwatch_filter_glob_valid(patterns[nr]))
			nr++;
	}
	base = sizeof(comm_bytes); /* its NUL too: shorter ones */
	for (n = 0; n < base * base * base * base; n++) {
		size_t rest = n;

		for (i = 0; i < 4; i++, rest /= base)
			comm[i] = comm_bytes[rest % base];
		for (i = 0; i < nr; i++) {
			bool match = kwatch_filter_glob(patterns[i], comm);

			tested++;
			matched += match;
			if (match == !fnmatch(patterns[i], comm, FNM_NOESCAPE))
				continue;
			if (!wrong++)
				diag("%s on %s: %d", patterns[i], comm, match);
		}
	}
	ok(!wrong && matched > 1000, "%zu patterns on names: %zu of %zu match, as fnmatch() has it",
	   nr, matched, tested);
}

static void test_glob_alone(void)
{
	ok(kwatch_filter_glob("a*b*c*d*e*f*g*", "aabbccddeeffgg"), "many stars");
	ok(!kwatch_filter_glob("*a*a*a*a*a*a*ab", "aaaaaaaaaaaaaaa"), "many stars in vain");
	ok(kwatch_filter_glob("*", ""), "a star takes nothing");
	ok(!kwatch_filter_glob("?", ""), "? takes a byte");
	ok(kwatch_filter_glob("[\xc0-\xff]", "\xe4"), "ranges are unsigned");
	ok(!kwatch_filter_glob("[a", "a"), "what is no pattern matches nothing");
}

int main(void)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(bad); i++)
		test_bad(bad[i].text, bad[i].why);
	test_bad_bytes();
	test_reasons();
	for (i = 0; i < ARRAY_SIZE(good); i++)
		test_good(good[i].text, good[i].pass);
	for (i = 0; i < ARRAY_SIZE(unknown); i++)
		test_unknown(unknown[i].text, unknown[i].unknown, unknown[i].pass);
	test_match();
	test_glob();
	test_glob_alone();
	return tap_done();
}
