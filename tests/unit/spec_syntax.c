// SPDX-License-Identifier: GPL-2.0
/*
 * Bad commands, each with a "^" before the byte that the caret must point at
 * (as ftrace's kprobe_syntax_errors.tc has it) and the start of the sentence.
 *
 * spec.c and option.c are included, not linked, for their tables: every
 * sentence must be provoked by a line here, and every option must have one.
 */
#include <stdlib.h>
#include <string.h>

#include "../../module/language/option.c"
#include "../../module/language/parse.c"
#include "../../module/language/spec.c"
#include "tap.h"

struct bad {
	const char *line;
	const char *why;
};

#define TEN "ssssssssss"
#define FIFTY TEN TEN TEN TEN TEN
#define SYMBOL_255 FIFTY FIFTY FIFTY FIFTY FIFTY "sssss"

static const struct bad bad[] = {
	/* Bytes */
	{ "w8 jiffies^\r",			"a control character, or" },
	{ "^\r",				"a control character, or" },
	{ "w8 jif^\033[31mfies",		"a control character, or" },
	{ "w8 jiffies^\177",			"a control character, or" },
	{ "w8 jiffies comm=\"a^\nb\"",		"a control character, or" },
	{ "w8 jiffies # a comment^\a",		"a control character, or" },
	{ "w8 jiff^\xc3\xaf",			"only a quoted name" },
	{ "^\xef\xbb\xbfw8 jiffies",		"only a quoted name" },
	{ "w8 jiffies comm=M^\xc3\xbcll",	"only a quoted name" },
	{ "w8 jiffies^\x80",			"a control character, or" },
	{ "w8 jiffies^\xa0pid=1",		"a control character, or" },
	{ "w8 jiffies^\xc2\xa0pid=1",		"only a quoted name" },
	{ "w8 jiffies comm=\"^\xc2\x9b\"",	"a control character, or" },
	{ "w8 jiffies if comm ~ \"^\x9b*\"",	"a control character, or" },
	{ "w8 jiffies if comm ~ \"^\xe0\x9f\xbf\"", "a control character, or" },
	{ "w8 jiffies # ^\xed\xa0\x80",		"a control character, or" },
	{ "w8 jiffies comm=\"^\xf4\x90\x80\x80\"", "a control character, or" },
	{ "w8 jiffies comm=\"^\xc3",		"a control character, or" },
	{ "w8 jiffies comm=^\"a b",		"this quote is not closed" },
	{ "w8 jiffies comm=^'a b\"",		"this quote is not closed" },
	{ "w8 jiffies comm=^\"a b\\\"",		"this quote is not closed" },
	{ "w8 jiffies if comm == ^\"a",		"this quote is not closed" },
	{ "don^'t",				"this quote is not closed" },

	/* What to do */
	{ "^help",				"expected r, w, rw or x" },
	{ "^W8 jiffies",			"expected r, w, rw or x" },
	{ "  ^write8 jiffies",			"expected r, w, rw or x" },
	{ "^wr8 jiffies",			"expected r, w, rw or x" },
	{ "^rwx8 jiffies",			"expected r, w, rw or x" },
	{ "^xr jiffies",			"expected r, w, rw or x" },
	{ "^w-8 jiffies",			"expected r, w, rw or x" },
	{ "^jiffies",				"expected r, w, rw or x" },
	{ "^8 jiffies",				"expected r, w, rw or x" },
	{ "^+5",				"expected r, w, rw or x" },
	{ "^offf 5",				"expected r, w, rw or x" },
	{ "ignore^",				"only self can be ignored" },
	{ "ignore ^5",				"only self can be ignored" },
	{ "ignore self ^5",			"nothing may follow" },
	{ "clear summaries ^all",		"nothing may follow" },
	{ "^CLEAR",				"expected r, w, rw or x" },
	{ "^\"w8\" jiffies",			"expected r, w, rw or x" },
	{ "^= ==",				"expected r, w, rw or x" },

	/* -, off, on, clear */
	{ "-^",					"expected the ID or NAME" },
	{ "-^ 5",				"expected the ID or NAME" },
	{ "off^",				"expected the ID or NAME" },
	{ "on^   ",				"expected the ID or NAME" },
	{ "on^ # 5",				"expected the ID or NAME" },
	{ "-^0",				"neither an ID" },
	{ "off ^0",				"neither an ID" },
	{ "off ^65536",				"neither an ID" },
	{ "-^99999999999999999999999",		"neither an ID" },
	{ "-^-5",				"neither an ID" },
	{ "on ^-5",				"neither an ID" },
	{ "on a^+b",				"neither an ID" },
	{ "-a^,b",				"neither an ID" },
	{ "off 5^=6",				"neither an ID" },
	{ "-^\"a\"",				"neither an ID" },
	{ "off ^a234567890123456789012345678901234", "neither an ID" },
	{ "off ^5a34567890123456789012345678901234", "neither an ID" },
	{ "-5 ^6",				"nothing may follow" },
	{ "off 5 ^pid=1",			"nothing may follow" },
	{ "clear ^all",				"nothing may follow" },
	{ "clear ^-1",				"nothing may follow" },

	/* Lengths */
	{ "w^ jiffies",				"length missing" },
	{ "r^",					"length missing" },
	{ "rw^ 8 jiffies",			"length missing" },
	{ "w^0 jiffies",			"a length is 1 to 32" },
	{ "w^33 jiffies",			"a length is 1 to 32" },
	{ "rw^99999999999999999999999 jiffies",	"a length is 1 to 32" },
	{ "r^8b jiffies",			"a length is 1 to 32" },
	{ "w^0x8 jiffies",			"a length is 1 to 32" },
	{ "w^8,jiffies",			"a length is 1 to 32" },
	{ "x^0 do_exit",			"x takes no length" },
	{ "x^3 do_exit",			"x takes no length" },
	{ "x^16 do_exit",			"x takes no length" },
	{ "x^33 do_exit",			"x takes no length" },

	/* Targets */
	{ "w8^",				"target missing" },
	{ "x^",					"target missing" },
	{ "w8^  ",				"target missing" },
	{ "w8^ # jiffies",			"target missing" },
	{ "w8 ^-8",				"expected a symbol" },
	{ "w8 ^+8",				"expected a symbol" },
	{ "w8 ^@2",				"expected a symbol" },
	{ "w8 ^:jiffies",			"expected a symbol" },
	{ "w8 kvm:^",				"expected a symbol" },
	{ "w8 kvm:^8a",				"expected a symbol" },
	{ "w8 8021q:^+8",			"expected a symbol" },
	{ "w8 ^\"jiffies\"",			"expected a symbol" },
	{ "w8 ^*",				"expected a symbol" },
	{ "w8 ^(jiffies)",			"expected a symbol" },
	{ "w8 jif^\"fies\"",			"after a target" },
	{ "w8 jiffies^,x",			"after a target" },
	{ "w8 jiffies^=5",			"after a target" },
	{ "w8 jiffies+0x8^/0x10",		"after a target" },
	{ "w8 jiffies+8^@2",			"after a target" },
	{ "w8 jiffies@2^@3",			"after a target" },
	{ "w8 jiffies@2^x",			"after a target" },
	{ "w8 jiffies+8^+8",			"after a target" },
	{ "w8 jiffies+8^g",			"after a target" },
	{ "w8 jiffies+0^8",			"after a target" },
	{ "w8 ffffffff81000000^@2",		"after a target" },
	{ "w8 task(1)^@2",			"after a target" },
	{ "w8 task(1)-^>pid",			"an offset is" },
	{ "w8 task(1)^.pid",			"after a target" },
	{ "w8 a:b^:c",				"after a target" },
	{ "w8 task ^(1)",			"no such option" },
	{ "w8 percpu:0x10@^",			"symbol@cpu takes" },
	{ "w8 percpu:0x10@1^@1",		"after a target" },
	{ "w8 percpu:0x10^y",			"an address has" },
	{ "w8 percpu:^-1",			"expected a symbol" },
	{ "w8 percpu:0x10@1 ^cpu=1",		"symbol@cpu names" },
	{ "w8 task(^",				"task(PID) takes" },
	{ "w8 ^" SYMBOL_255 "a",		"a symbol has at most" },
	{ "w8 ^kvm:" SYMBOL_255,		"a symbol has at most" },
	{ "w8 0x^",				"an address has 1 to 16" },
	{ "w8 0x^jiffies",			"an address has 1 to 16" },
	{ "w8 8^jiffies",			"an address has 1 to 16" },
	{ "w8 12ab^xyz+8",			"an address has 1 to 16" },
	{ "w8 0xffffffff^_81000000",		"an address has 1 to 16" },
	{ "w8 ^0xffffffff810000000",		"an address has 1 to 16" },
	{ "w8 ^ffffffff810000000",		"an address has 1 to 16" },
	{ "w8 ^00000000000000000",		"an address has 1 to 16" },
	{ "w8 ^ffffffffffffffffffffffffffffffff",	"an address has 1 to 16" },
	{ "w8 task(^)",				"task(PID) takes" },
	{ "w8 task(^0)",			"task(PID) takes" },
	{ "w8 task(^-1)",			"task(PID) takes" },
	{ "w8 task(^current)",			"task(PID) takes" },
	{ "w8 task(1^",				"task(PID) takes" },
	{ "w8 task(1^ )",			"task(PID) takes" },
	{ "w8 task(^4294967296)",		"task(PID) takes" },
	{ "w8 jiffies@^",			"symbol@cpu takes" },
	{ "w8 jiffies@^-1",			"symbol@cpu takes" },
	{ "w8 jiffies@^all",			"symbol@cpu takes" },
	{ "w8 jiffies@^65536",			"symbol@cpu takes" },
	{ "w8 jiffies+^",			"an offset is" },
	{ "w8 jiffies-^",			"an offset is" },
	{ "w8 jiffies+^-8",			"an offset is" },
	{ "w8 jiffies+0x^",			"an offset is" },
	{ "w8 jiffies+^x8",			"an offset is" },
	{ "w8 jiffies+^9223372036854775808",	"an offset is" },
	{ "w8 jiffies-^0x8000000000000000",	"an offset is" },
	{ "w8 jiffies+^99999999999999999999",	"an offset is" },
	{ "w8 task(1)+^pid",			"an offset is" },

	/* Options at large */
	{ "w8 jiffies ^foo",			"no such option" },
	{ "w8 jiffies ^foo=1",			"no such option" },
	{ "w8 jiffies ^PID=1",			"no such option" },
	{ "w8 jiffies ^=",			"no such option" },
	{ "w8 jiffies ^==1",			"no such option" },
	{ "w8 jiffies ^,pid=1",			"no such option" },
	{ "w8 jiffies ^pid,cpu",		"no such option" },
	{ "w8 jiffies ^pi",			"no such option" },
	{ "w8 jiffies ^pids=1",			"no such option" },
	{ "w8 jiffies ^\"regs\"",		"no such option" },
	{ "w8 jiffies ^+8",			"no such option" },
	{ "w8 jiffies regs ^jiffies",		"no such option" },
	{ "w8 jiffies ^if(old==1)",		"no such option" },
	{ "w8 jiffies pid=1 ^pid=2",		"this option was given" },
	{ "w8 jiffies regs summary ^regs",	"this option was given" },
	{ "w8 jiffies summary=task ^summary",	"this option was given" },
	{ "w8 jiffies stack=8 ustack=8 ^stack=8", "this option was given" },

	/* And each of them */
	{ "w8 jiffies name^",			"name= takes" },
	{ "w8 jiffies name=^",			"name= takes" },
	{ "w8 jiffies name=^7",			"name= takes" },
	{ "w8 jiffies name=^-a",		"name= takes" },
	{ "w8 jiffies name=a^+b",		"name= takes" },
	{ "w8 jiffies name=^\"a\"",		"name= takes" },
	{ "w8 jiffies name=^a2345678901234567890123456789012", "name= takes" },
	{ "w8 jiffies pid^",			"pid= takes" },
	{ "w8 jiffies pid^ =1",			"pid= takes" },
	{ "w8 jiffies pid=^ 1",			"pid= takes" },
	{ "w8 jiffies pid=^abc",		"pid= takes" },
	{ "w8 jiffies pid=^0",			"pid= takes" },
	{ "w8 jiffies pid=^-1",			"pid= takes" },
	{ "w8 jiffies pid=1^,2",		"pid= takes" },
	{ "w8 jiffies pid=12^x",		"pid= takes" },
	{ "w8 jiffies pid=0x^g",		"pid= takes" },
	{ "w8 jiffies pid=^2147483648",		"pid= takes" },
	{ "w8 jiffies pid=1 children^=1",	"this option takes no value" },
	{ "w8 jiffies ^children",		"children needs pid=" },
	{ "w8 jiffies cpu=^",			"cpu= takes" },
	{ "w8 jiffies cpu=^all",		"cpu= takes" },
	{ "w8 jiffies cpu=0^-3",		"cpu= takes" },
	{ "w8 jiffies cpu=^65536",		"cpu= takes" },
	{ "w8 jiffies@2 pid=1 ^cpu=2",		"symbol@cpu names" },
	{ "w8 jiffies@0 ^cpu=0",		"symbol@cpu names" },
	{ "w8 jiffies note=^",			"note= takes" },
	{ "w8 jiffies note=^" FIFTY FIFTY "a234567890123456789012345678", "note= takes" },
	{ "w8 jiffies comm=^",			"comm= takes" },
	{ "w8 jiffies comm=^\"\"",		"comm= takes" },
	{ "w8 jiffies comm=^a234567890123456",	"comm= takes" },
	{ "w8 jiffies comm=^'a23456789 123456'", "comm= takes" },
	{ "w8 jiffies comm=ab^\"c d\"",		"comm= takes" },
	{ "w8 jiffies comm='c d'^e",		"comm= takes" },
	{ "w8 jiffies comm=^[a-z",		"a [ in the pattern" },
	{ "w8 jiffies comm=^a*[]",		"a [ in the pattern" },
	{ "w8 jiffies limit=^0",		"limit= takes" },
	{ "w8 jiffies limit=^",			"limit= takes" },
	{ "w8 jiffies limit=5^k",		"limit= takes" },
	{ "w8 jiffies limit=^09",		"limit= takes" },
	{ "w8 jiffies limit=^18446744073709551616", "limit= takes" },
	{ "w8 jiffies rate=^",			"rate= takes" },
	{ "w8 jiffies rate=^0/s",		"rate= takes" },
	{ "w8 jiffies rate=100^",		"rate= takes" },
	{ "w8 jiffies rate=100^/",		"rate= takes" },
	{ "w8 jiffies rate=100^/m",		"rate= takes" },
	{ "w8 jiffies rate=100/s^s",		"rate= takes" },
	{ "w8 jiffies rate=^4294967296/s",	"rate= takes" },
	{ "w8 jiffies stack=^0",		"stack= takes" },
	{ "w8 jiffies stack=^65",		"stack= takes" },
	{ "w8 jiffies stack=^on",		"stack= takes" },
	{ "w8 jiffies stack=^offf",		"stack= takes" },
	{ "w8 jiffies stack^",			"stack= takes" },
	{ "w8 jiffies ustack=^0",		"ustack= takes" },
	{ "w8 jiffies ustack=^256",		"ustack= takes" },
	{ "w8 jiffies ustack=16^.",		"ustack= takes" },
	{ "w8 jiffies ucopy=^0",		"ucopy= takes" },
	{ "w8 jiffies ucopy=^4",		"ucopy= takes" },
	{ "w8 jiffies ucopy=^4097",		"ucopy= takes" },
	{ "w8 jiffies ucopy=^8200",		"ucopy= takes" },
	{ "w8 jiffies ucopy=^off",		"ucopy= takes" },
	{ "w8 jiffies ucopy=^",			"ucopy= takes" },
	{ "w8 jiffies ucopy=4096^k",		"ucopy= takes" },
	{ "w8 jiffies regs^=1",			"this option takes no value" },
	{ "w8 jiffies regs^=",			"this option takes no value" },
	{ "w8 jiffies summary=^",		"summary stands alone" },
	{ "w8 jiffies summary=^pid",		"summary stands alone" },
	{ "w8 jiffies summary=^stacks",		"summary stands alone" },
	{ "w8 jiffies changed^=1",		"this option takes no value" },
	{ "x do_exit ^changed",			"x watches code that runs, and" },
	{ "r8 jiffies pid=1 ^changed",		"r is for accesses" },
	{ "w8 jiffies allow=^",			"allow= takes" },
	{ "w8 jiffies allow=^,b",		"allow= takes" },
	{ "w8 jiffies allow=a,^",		"allow= takes" },
	{ "w8 jiffies allow=a,^ b",		"allow= takes" },
	{ "w8 jiffies allow=a,^9b",		"allow= takes" },
	{ "w8 jiffies allow=a^+8",		"allow= takes" },
	{ "w8 jiffies allow=a,b,c,d,^e",	"allow= takes" },
	{ "w8 jiffies allow=a,^" SYMBOL_255 "a", "a symbol has at most" },
	{ "x do_exit ^allow=a",			"x watches code that runs, which" },
	{ "w8 jiffies action=^",		"action= takes" },
	{ "w8 jiffies action=^kill",		"action= takes" },
	{ "w8 jiffies action=^logs",		"action= takes" },
	{ "w8 jiffies action=^log,dump",	"action= takes" },
	{ "w8 jiffies action=signal=^",		"action= takes" },
	{ "w8 jiffies action=signal=^SIGFOO",	"action= takes" },
	{ "w8 jiffies action=signal=^STOP",	"action= takes" },
	{ "w8 jiffies action=signal=^sigstop",	"action= takes" },
	{ "w8 jiffies action=signal=^0",	"action= takes" },
	{ "w8 jiffies action=signal=^65",	"action= takes" },
	{ "w8 jiffies action=signal=9^a",	"action= takes" },
	{ "w8 jiffies action=^dump=1",		"action= takes" },
	{ "w8 jiffies until=^",			"until= takes" },
	{ "w8 jiffies until=^exit",		"until= takes" },
	{ "w8 jiffies until=^closed",		"until= takes" },
	{ "x do_exit ^until=free",		"x watches code, which" },
	{ "w8 jiffies unseen=^off",		"unseen= takes" },
	{ "w8 jiffies unseen=1000^ms",		"unseen= takes" },
	{ "w8 jiffies unseen=^3600001",		"unseen= takes" },
	{ "w8 jiffies unseen=^",		"unseen= takes" },
	{ "x do_exit ^unseen=1000",		"x watches code that runs, and" },
	{ "w8 jiffies if^",			"expected a field" },
	{ "w8 jiffies if^  ",			"expected a field" },
	{ "w8 jiffies if^ # new == 1",		"expected a field" },
	{ "w8 jiffies if^=new",			"this option takes no value" },
	{ "w8 jiffies if ^= 1",			"expected a field" },
	{ "w8 jiffies if new == 1 ^if old == 1", "expected && or ||" },
	{ "w8 jiffies if new == 1 ^regs",	"expected && or ||" },
	{ "w8 jiffies if\tnew  ^= 1",		"expected an operator" },
	{ "x do_exit ^if old == 1",		"x watches code that runs, and" },
	{ "x do_exit regs ^if pid == 1 || !(new & 3)", "x watches code that runs, and" },
};

#define NR_BAD ARRAY_SIZE(bad)

/* The sentences that were seen. */
static const char *seen[NR_BAD + 32];
static size_t nr_seen;

/* @caret: where it must be; @err: what must be returned. */
static bool refused(const char *line, size_t len, size_t caret, int err, const char *why)
{
	struct kwatch_cmd *cmd = malloc(sizeof(*cmd));
	char *exact = malloc(len + !len);	/* so that ASan sees what is read past it */
	struct kwatch_refusal refusal;
	bool good;
	int got;

	memcpy(exact, line, len);
	got = kwatch_spec_parse(exact, len, cmd, &refusal);
	good = got == err && refusal.why && refusal.at == caret &&
	       !strncmp(refusal.why, why, strlen(why));
	if (got)
		seen[nr_seen++] = refusal.why;
	if (!good)
		diag("got %d, byte %u: %s", got, refusal.at, got ? refusal.why : "accepted");
	free(cmd);
	free(exact);
	return good;
}

static void test_bad(const struct bad *b)
{
	size_t caret = strcspn(b->line, "^");
	size_t len = strlen(b->line) - 1;
	char line[2048];

	memcpy(line, b->line, caret);
	memcpy(line + caret, b->line + caret + 1, len - caret);
	ok(refused(line, len, caret, -EINVAL, b->why), "%.60s: %s", b->line, b->why);
}

static void test_sizes(void)
{
	static char line[65536];
	int len;

	memset(line, 'a', sizeof(line));
	ok(refused(line, sizeof(line), 1024, -E2BIG, "a line has at most"), "a line of 64 KiB");
	ok(refused(line, 1025, 1024, -E2BIG, "a line has at most"), "one byte too many");
	ok(refused(line, 1024, 0, -EINVAL, "expected r, w"), "just not too many");
	memset(line, 0, 1024);
	ok(refused(line, 1024, 0, -EINVAL, "a control character, or"), "a line of NUL bytes");
	ok(refused("w8 jiffies\0", 11, 10, -EINVAL, "a control character, or"), "a NUL byte at the end");
	ok(refused("w8 j comm=\"a\0b\"", 15, 12, -EINVAL, "a control character, or"), "one in quotes");

	len = sprintf(line, "w8 jiffies if pid == 1");
	while (len < 14 + KWATCH_FILTER_TEXT_MAX)
		line[len++] = '1';
	ok(refused(line, len, 14 + 255, -EINVAL, "a predicate has at most"), "a long predicate");

	/* Fits as it is, but not with the comment of ctl behind it. */
	len = sprintf(line, "w8 " SYMBOL_255 " allow=" SYMBOL_255 "," SYMBOL_255);
	len += sprintf(line + len, ",a%0*d", KWATCH_SPEC_TEXT_MAX - 1 - len - 1, 0);
	ok(refused(line, len, len, -E2BIG, "the names are too long"), "%d bytes of names", len);
	line[len - 1] = ' ';
	ok(!refused(line, len, 0, 0, ""), "and one less is accepted");
}

static bool was_seen(const char *why)
{
	size_t i;

	for (i = 0; i < nr_seen; i++) {
		if (!strcmp(seen[i], why))
			return true;
	}
	return false;
}

/* As a word of its own, with or without a value. */
static bool has_bad_line(const char *option)
{
	const char *at;
	size_t i;

	for (i = 0; i < NR_BAD; i++) {
		for (at = bad[i].line; (at = strstr(at, option)); at++) {
			if (at > bad[i].line && strchr(" ^", at[-1]) &&
			    !lex_is_alnum(at[strlen(option)]))
				return true;
		}
	}
	return false;
}

static void test_tables(void)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(reasons); i++) {
		ok(was_seen(reasons[i]), "provoked: %s", reasons[i]);
		ok(reasons[i][strlen(reasons[i]) - 1] != '.', "a sentence without a full stop");
	}
	for (i = 0; i < ARRAY_SIZE(options); i++) {
		ok(has_bad_line(options[i].name), "%s has a bad line", options[i].name);
		if (options[i].takes)
			ok(was_seen(options[i].takes), "provoked: %s", options[i].takes);
	}
}

int main(void)
{
	size_t i;

	for (i = 0; i < NR_BAD; i++)
		test_bad(&bad[i]);
	test_sizes();
	test_tables();
	return tap_done();
}
