// SPDX-License-Identifier: GPL-2.0
/*
 * 200000 lines that nobody thought of, made of the words of the language and
 * then damaged, most of them a little.  Each either has one reason to be
 * refused, within the line, or prints as a line that means the same.
 */
#include "random.h"
#include "spec_check.h"
#include "tap.h"

#define NR_LINES	200000

static const char *const types[] = {
	"w8", "w1", "rw4", "r2", "w24", "w32", "x", "x8", "x3", "w", "w0", "w33", "-", "off", "on",
	"clear", "-5", "#",
};

static const char *const targets[] = {
	"jiffies", "trampolines", "face", "1ace", "0xffffffff81000000", "ffff888000000000",
	"kvm:x", "percpu:0x36040@1", "percpu:7", "percpu:y", "8021q:vlan", "snd-hda:a", "runqueues@2", "m:r@0x1", "foo.isra.0", "task(1)",
	"task(0x7f)", "7", "foo", "@", "task(",
};

static const char *const offsets[] = {
	"", "", "", "", "", "+0", "+8", "-8", "+0x10", "-0x7fffffffffffffff", "+010",
	"+18446744073709551615", "+", "/8",
};

static const char *const options[] = {
	"name=abc", "name=a-1.x", "name=77", "pid=1", "pid=0x10", "pid=0", "children", "cpu=0",
	"cpu=3", "cpu=65536", "comm=kw*", "comm='a b'", "comm=\"a\\\"b\"", "comm=[a-", "note=why", "note=\"a b\"", "comm=\"\"",
	"limit=1", "limit=18446744073709551615", "rate=0", "rate=1000/s", "rate=5", "stack=off",
	"stack=64", "stack=65", "ustack=1", "ustack=off", "ucopy=8", "ucopy=8192", "regs", "summary", "summary=stack",
	"summary=task", "changed", "allow=f", "allow=f,m:g,h,i", "allow=f,", "action=log",
	"action=dump", "action=panic", "action=traceoff", "action=signal", "action=signal=9",
	"action=signal=SIGUSR1", "action=signal=33", "until=close", "until=free", "unseen=0",
	"unseen=3600000",
};

static const char *const predicates[] = {
	"old == 1", "new != 0x10", "pid < 5", "tgid >= 010", "cpu & 3", "comm ~ kw*",
	"comm == 'a b'", "comm !~ \"[!a]?\"",
	"old > 18446744073709551615", "new", "comm < 3", "old == x",
};

static const char *const joints[] = { " && ", "||", " || ", "&&", " & ", " " };

/* What a byte is replaced with: what the grammar knows, and what it does not. */
static const char bytes[] = " \t\"'\\#=,@+-:()[]!&|<>~*?.$_/09afrwxX\r\n\x7f\x80\xff";

struct line {
	char text[KWATCH_LINE_MAX * 2];
	size_t len;
};

static void add(struct line *l, const char *s)
{
	size_t n = strlen(s);

	if (l->len + n < sizeof(l->text)) {
		memcpy(l->text + l->len, s, n);
		l->len += n;
	}
}

static void add_predicate(struct line *l)
{
	int i, nr = 1 + random_below(5), depth = 0;

	add(l, " if ");
	for (i = 0; i < nr; i++) {
		if (i)
			add(l, RANDOM_OF(joints));
		if (!random_below(4))
			add(l, "!");
		if (!random_below(3)) {
			add(l, "(");
			depth++;
		}
		add(l, predicates[random_below(random_below(4) ? 9 : 12)]);
		if (depth && random_below(2)) {
			add(l, ")");
			depth--;
		}
	}
	while (depth--)
		add(l, ")");
}

static void make_line(struct line *l)
{
	int i, nr = random_below(random_below(8) ? 4 : 30);

	l->len = 0;
	add(l, RANDOM_OF(types));
	add(l, " ");
	add(l, RANDOM_OF(targets));
	add(l, RANDOM_OF(offsets));
	for (i = 0; i < nr; i++) {
		add(l, random_below(9) ? " " : " \t ");
		add(l, RANDOM_OF(options));
	}
	if (!random_below(3))
		add_predicate(l);
	if (!random_below(6))
		add(l, "  # id=1 state=on");
}

static void damage(struct line *l)
{
	size_t at = random_below(l->len + 1), to, n;

	switch (random_below(6)) {
	case 0: /* cut */
		l->len = at;
		break;
	case 1: /* replace */
	case 2:
		if (at < l->len)
			l->text[at] = RANDOM_OF(bytes);
		break;
	case 3: /* insert */
		if (l->len < sizeof(l->text)) {
			memmove(l->text + at + 1, l->text + at, l->len - at);
			l->text[at] = RANDOM_OF(bytes);
			l->len++;
		}
		break;
	case 4: /* remove some */
		n = random_below(8);
		if (at + n <= l->len) {
			memmove(l->text + at, l->text + at + n, l->len - at - n);
			l->len -= n;
		}
		break;
	default: /* copy some to another place */
		to = random_below(l->len + 1);
		n = random_below(40);
		if (at + n <= l->len && to + n <= l->len)
			memmove(l->text + to, l->text + at, n);
	}
}

int main(void)
{
	static struct kwatch_cmd cmd;
	struct line line;
	unsigned int i, n, wrong = 0, accepted = 0, filters = 0;
	const char *fault;
	int err;

	for (i = 0; i < NR_LINES; i++) {
		make_line(&line);
		for (n = random_below(2) ? random_below(4) : 0; n; n--)
			damage(&line);
		fault = spec_check_fault(line.text, line.len, &cmd, &err);
		if (fault && !wrong++)
			diag("%s: %.*s", fault, (int)line.len, line.text);
		accepted += !err;
		filters += !err && cmd.spec.filter.nr;
	}
	ok(!wrong, "%u lines, %u accepted, %u with a predicate: all round", i, accepted, filters);
	ok(accepted > NR_LINES / 10 && accepted < NR_LINES / 2, "good and bad ones were tried");
	ok(filters > NR_LINES / 100, "and predicates");
	return tap_done();
}
