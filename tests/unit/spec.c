// SPDX-License-Identifier: GPL-2.0
/*
 * Good commands: what they print as, what they mean, and which of them ask for
 * the same watch.  The bad ones are in spec_syntax.c.
 */
#define _GNU_SOURCE	/* sigabbrev_np() */
#include <signal.h>
#include <stddef.h>

#include "spec_check.h"
#include "tap.h"

static struct kwatch_cmd cmd, other;

/* @print: NULL if it prints as it was written; @label: NULL for none to test. */
static const struct good {
	const char *line;
	const char *print;
	const char *label;
} good[] = {
	{ "w8 trampolines",		NULL,			"w8 trampolines+0x0" },
	{ "w8 jiffies",			NULL,			"w8 jiffies+0x0" },
	{ " \t rw4\tjiffies  \t",	"rw4 jiffies",		"rw4 jiffies+0x0" },
	{ "r1 jiffies+0x7",		NULL,			"r1 jiffies+0x7" },
	{ "w24 sym+3",			"w24 sym+0x3",		"w24 sym+0x3" },
	{ "w32 sym+010",		"w32 sym+0x8",		"w32 sym+0x8" },
	{ "w08 sym-8",			"w8 sym-0x8",		"w8 sym-0x8" },
	{ "w8 sym+0",			"w8 sym",		"w8 sym+0x0" },
	{ "w8 sym-0",			"w8 sym",		"w8 sym+0x0" },
	{ "w8 sym+0x7fffffffffffffff",	NULL,			NULL },
	{ "w8 sym-0x7fffffffffffffff",	NULL,			"w8 sym-0x7fffffffffffffff" },
	{ "x do_exit",			NULL,			"x do_exit+0x0" },
	{ "x8 do_exit",			NULL,			"x8 do_exit+0x0" },
	{ "x1 do_exit+4",		"x1 do_exit+0x4",	"x1 do_exit+0x4" },
	{ "x foo.isra.0",		NULL,			"x foo.isra.0+0x0" },
	{ "x azAZ09_$.",		NULL,			NULL },
	{ "x foo.cold@1",		NULL,			NULL },
	{ "x _RNvCs$1.llvm.123",	NULL,			NULL },
	{ "w4 .LC0",			NULL,			NULL },
	{ "w4 runqueues@2+0x10",	NULL,			"w4 runqueues@2+0x10" },
	{ "w4 runqueues@0x3",		"w4 runqueues@3",	NULL },
	{ "w4 kvm:kvm_x",		NULL,			"w4 kvm:kvm_x+0x0" },
	{ "w4 snd-hda-intel:a-8",	"w4 snd-hda-intel:a-0x8", NULL },
	{ "w4 8021q:vlan@0+0x8",	NULL,			NULL },
	{ "w4 9p:face",			NULL,			NULL },

	/* Addresses, and symbols that look like them */
	{ "w8 face",			NULL,			"w8 face+0x0" },
	{ "w8 add",			NULL,			NULL },
	{ "w8 bad",			NULL,			NULL },
	{ "w8 fffffffffffffff",		NULL,			NULL },	/* 15 digits */
	{ "w8 ffffffff81000000",	"w8 0xffffffff81000000", "w8 0xffffffff81000000" },
	{ "w8 FFFF888001234560+8",	"w8 0xffff888001234560+0x8", "w8 0xffff888001234560+0x8" },
	{ "w8 0XFACE",			"w8 0xface",		NULL },
	{ "w8 1ace",			"w8 0x1ace",		NULL },
	{ "w8 0",			"w8 0x0",		"w8 0x0" },
	{ "w8 0x0000000000000001",	"w8 0x1",		NULL },
	{ "w8 ffffffff81000000_",	NULL,			NULL },	/* no hex digit */
	{ "w8 gffffffff81000000",	NULL,			NULL },
	{ "w8 0xffffffffffffffff-1",	"w8 0xffffffffffffffff-0x1", NULL },

	{ "w8 task(1)",			NULL,			"w8 task(1)+0x0" },
	{ "w4 task(0x10)+24",		"w4 task(16)+0x18",	"w4 task(16)+0x18" },
	{ "w8 task",			NULL,			NULL },
	{ "w4 percpu:0x36040",		NULL,			"w4 percpu:0x36040" },
	{ "w4 percpu:36040@1+8",	"w4 percpu:0x36040@1+0x8", "w4 percpu:0x36040@1+0x8" },
	{ "w4 percpu:variable",		NULL,			"w4 percpu:variable+0x0" },
	{ "w8 tasks:task",		NULL,			NULL },

	/* Options, out of order */
	{ "w8 j cpu=1 pid=5 name=a-b.c", "w8 j name=a-b.c pid=5 cpu=1", NULL },
	{ "w8 j children pid=0x10",	"w8 j pid=16 children",	NULL },
	{ "w8 j name=1a",		NULL,			NULL },
	{ "w8 j name=a234567890123456789012345678901", NULL,	NULL },
	{ "w8 j comm=kw*/0:[!1-3]*", NULL,			NULL },
	{ "w8 j comm=\"my task\"",	NULL,			NULL },
	{ "w8 j comm='my task'",	"w8 j comm=\"my task\"", NULL },
	{ "w8 j comm=\"a\"",		"w8 j comm=a",		NULL },
	{ "w8 j comm='\"'",		"w8 j comm=\"\\\"\"",	NULL },
	{ "w8 j comm=a\\b",		NULL,			NULL },
	{ "w8 j comm=\"a\\b\\\\ c\"",	"w8 j comm=\"ab\\\\ c\"", NULL },
	{ "w8 j comm=a=b,c#d",		NULL,			NULL },
	{ "w8 j comm=\" # x\"",		NULL,			NULL },
	{ "w8 j comm=\"\xc3\xbc\xe2\x82\xac\"",	NULL,			NULL },
	{ "w8 j comm=\"it's\"",		NULL,			NULL },
	{ "w8 j comm=a23456789012345",	NULL,			NULL },
	{ "w8 j note=why",		NULL,			NULL },
	{ "w8 j note=\"who frees it?\" regs", "w8 j regs note=\"who frees it?\"", NULL },
	{ "w8 j note='\"'",		"w8 j note=\"\\\"\"",	NULL },
	{ "w8 j limit=18446744073709551615", NULL,		NULL },
	{ "w8 j rate=0",		NULL,			NULL },
	{ "w8 j rate=4294967295/s",	NULL,			NULL },
	{ "w8 j ustack=64 stack=off",	"w8 j stack=off ustack=64", NULL },
	{ "w8 j stack=1 ustack=off regs", NULL,			NULL },
	{ "w8 j regs ucopy=8192",	"w8 j ucopy=8192 regs",	NULL },
	{ "w8 j ucopy=0x1000",		"w8 j ucopy=4096",	NULL },
	{ "w8 j summary=stack",		"w8 j summary",		NULL },
	{ "w8 j summary=task changed",	NULL,			NULL },
	{ "w8 j allow=a,kvm:b,c.isra.0,d", NULL,		NULL },
	{ "w8 j action=log",		NULL,			NULL },
	{ "w8 j action=traceoff",	NULL,			NULL },
	{ "w8 j action=signal",		"w8 j action=signal=SIGSTOP", NULL },
	{ "w8 j action=signal=9",	"w8 j action=signal=SIGKILL", NULL },
	{ "w8 j action=signal=64",	NULL,			NULL },
	{ "w8 j action=signal=31",	"w8 j action=signal=SIGSYS", NULL },
	{ "w8 j action=signal=32",	NULL,			NULL },
	{ "w8 j until=free unseen=0",	NULL,			NULL },
	{ "w8 j unseen=3600000 until=close", "w8 j until=close unseen=3600000", NULL },
	{ "x do_exit until=close unseen=0 if pid == 1", NULL,	NULL },
	{ "w8 j if  new==1&&old!=1 ",	"w8 j if new==1&&old!=1", NULL },
	{ "w8 j if (new & 3) || ! (comm ~ 'a # b')", NULL,	NULL },
	{ "w8 j if comm == \"\xc3\xbc\"", NULL,			NULL },

	/* Comments */
	{ "w8 j # regs",		"w8 j",			NULL },
	{ "w8 j regs  # id=3 state=on hits=0", "w8 j regs",	NULL },
	{ "w8 j if new == 1 # id=3",	"w8 j if new == 1",	NULL },
	{ "w8 j # \"not closed, \xc3\xbc",	"w8 j",		NULL },
};

static bool parses(struct kwatch_cmd *c, const char *line)
{
	struct kwatch_refusal refusal;

	if (!spec_check_parse(line, strlen(line), c, &refusal))
		return true;
	diag("%s", line);
	diag("%*s^ %s", refusal.at, "", refusal.why);
	return false;
}

static void test_good(const struct good *g)
{
	const char *want = g->print ? g->print : g->line;
	char text[KWATCH_SPEC_TEXT_MAX], label[KWATCH_SYMBOL_MAX + 48];
	const char *fault;
	int err;

	fault = spec_check_fault(g->line, strlen(g->line), &cmd, &err);
	if (!ok(!err && !fault && cmd.verb == KWATCH_VERB_ADD, "%s", g->line)) {
		diag("%s", fault ? fault : "refused");
		return;
	}
	kwatch_spec_print(text, sizeof(text), &cmd.spec);
	if (!ok(!strcmp(text, want), "  prints as %s", want))
		diag("got %s", text);
	if (!g->label)
		return;
	kwatch_spec_label(label, sizeof(label), &cmd.spec);
	if (!ok(!strcmp(label, g->label), "  is called %s", g->label))
		diag("got %s", label);
}

static void test_members(void)
{
	const struct kwatch_spec *s = &cmd.spec;

	ok(parses(&cmd, "w8 jiffies"), "a plain watch");
	ok(cmd.verb == KWATCH_VERB_ADD && s->type == KWATCH_TYPE_W && s->len == 8 &&
	   s->target == KWATCH_TARGET_SYMBOL && !strcmp(s->symbol, "jiffies"), "  what");
	ok(s->copy == -1 && s->cpu == -1 && !s->given && s->unseen_ms == 1000 && !s->pid &&
	   !s->filter.nr && !*s->comm && !*s->name && s->action == KWATCH_ACTION_LOG &&
	   s->until == KWATCH_UNTIL_REMOVED && s->summary == KWATCH_SUMMARY_NONE, "  defaults");

	ok(parses(&cmd, "x do_exit") && s->type == KWATCH_TYPE_X && !s->len && !s->unseen_ms,
	   "x has no length of its own and no value to look after");
	ok(parses(&cmd, "rw2 snd-x:a@3-0x10") && s->type == KWATCH_TYPE_RW && s->len == 2 &&
	   !strcmp(s->symbol, "snd-x:a") && s->copy == 3 && s->offset == -16,
	   "module, copy, offset");
	ok(parses(&cmd, "r4 ffff888001234560+8") && s->target == KWATCH_TARGET_ADDR &&
	   s->addr == 0xffff888001234560 && s->offset == 8 && !*s->symbol, "address");
	ok(parses(&cmd, "r4 task(77)+8") && s->target == KWATCH_TARGET_TASK && s->task == 77 &&
	   s->offset == 8, "task");

	ok(parses(&cmd, "w8 j name=n pid=5 children cpu=2 comm='a b' limit=7 rate=9/s stack=3 "
		  "ustack=off ucopy=64 regs summary=task changed allow=f,m:g action=signal=SIGUSR1 "
		  "until=close unseen=50 note=why if new > 1"), "every option");
	ok(s->given == ~(KWATCH_GIVEN(VERB) | KWATCH_GIVEN(LEN) | KWATCH_GIVEN(TARGET) |
			 KWATCH_GIVEN(OFFSET) | KWATCH_GIVEN(REF) | -1ULL << KWATCH_WORD_NR),
	   "  all are given");
	ok(!strcmp(s->name, "n") && s->pid == 5 && s->children && s->cpu == 2 &&
	   !strcmp(s->comm, "a b") && s->limit == 7 && s->rate == 9, "  who and how many");
	ok(s->stack == 3 && !s->ustack && s->ucopy == 64 && s->regs && s->summary == KWATCH_SUMMARY_TASK &&
	   s->changed, "  what of a hit");
	ok(s->nr_allow == 2 && !strcmp(s->allow[0], "f") && !strcmp(s->allow[1], "m:g"), "  allow");
	ok(s->action == KWATCH_ACTION_SIGNAL && s->signo == SIGUSR1 &&
	   s->until == KWATCH_UNTIL_CLOSE && s->unseen_ms == 50, "  action, until, unseen");
	ok(s->filter.nr == 1 && !strcmp(s->filter_text, "new > 1"), "  if");

	ok(parses(&cmd, "w8 j rate=0") && !s->rate && s->given == KWATCH_GIVEN(RATE),
	   "rate=0 is told from none");
	ok(parses(&cmd, "w8 j action=signal") && s->signo == SIGSTOP, "a signal is SIGSTOP");
}

/* The names of signals are numbers of the kernel that this test runs on. */
static void test_signals(void)
{
	char line[64], text[KWATCH_SPEC_TEXT_MAX];
	int signo, wrong = 0;

	for (signo = 1; signo < 32; signo++) {
		const char *name = sigabbrev_np(signo);

		snprintf(line, sizeof(line), "w8 j action=signal=SIG%s",
			 signo == SIGIO ? "IO" : name);
		if (!parses(&cmd, line) || cmd.spec.signo != signo)
			wrong++;
		kwatch_spec_print(text, sizeof(text), &cmd.spec);
		wrong += !!strcmp(line, text);
	}
	ok(!wrong, "31 signals have their names");
}

static void test_places(void)
{
	static const struct {
		enum kwatch_word word;
		const char *start;
	} words[] = {
		{ KWATCH_WORD_VERB,	"w8 " },	{ KWATCH_WORD_LEN,	"8 " },
		{ KWATCH_WORD_TARGET,	"m:j@1" },	{ KWATCH_WORD_OFFSET,	"+8" },
		{ KWATCH_WORD_NAME,	"name" },	{ KWATCH_WORD_PID,	"pid" },
		{ KWATCH_WORD_CHILDREN,	"children" },	{ KWATCH_WORD_COMM,	"comm" },
		{ KWATCH_WORD_LIMIT,	"limit" },	{ KWATCH_WORD_RATE,	"rate" },
		{ KWATCH_WORD_STACK,	"stack" },	{ KWATCH_WORD_USTACK,	"ustack" },
		{ KWATCH_WORD_UCOPY,	"ucopy" },
		{ KWATCH_WORD_REGS,	"regs" },	{ KWATCH_WORD_SUMMARY,	"summary" },
		{ KWATCH_WORD_CHANGED,	"changed" },	{ KWATCH_WORD_ALLOW,	"allow" },
		{ KWATCH_WORD_ACTION,	"action" },	{ KWATCH_WORD_UNTIL,	"until" },
		{ KWATCH_WORD_UNSEEN,	"unseen" },	{ KWATCH_WORD_IF,	"if" },
	};
	const char *line = "  w8 m:j@1+8 unseen=1 pid=1 name=n comm='a if' limit=1 rate=0 stack=1 "
			   "ustack=1 ucopy=8 regs summary changed allow=a action=log until=free children "
			   "if new == 1";
	size_t i;

	ok(parses(&cmd, line), "a long line");
	for (i = 0; i < ARRAY_SIZE(words); i++)
		ok(!strncmp(line + cmd.at[words[i].word], words[i].start, strlen(words[i].start)),
		   "  the place of %s", words[i].start);
	ok(!cmd.at[KWATCH_WORD_CPU] && !cmd.at[KWATCH_WORD_REF], "  and of what is not there");
	ok(parses(&cmd, "w8 jiffies") && cmd.at[KWATCH_WORD_OFFSET] == 3,
	   "an offset that is not there is where its target is");
	ok(parses(&cmd, "off  abc") && cmd.at[KWATCH_WORD_REF] == 5, "the place of an ID");
	ok(parses(&cmd, "-abc") && cmd.at[KWATCH_WORD_REF] == 1, "the place of a NAME");
}

static void test_verbs(void)
{
	ok(parses(&cmd, "") && cmd.verb == KWATCH_VERB_NONE, "nothing");
	ok(parses(&cmd, " \t ") && cmd.verb == KWATCH_VERB_NONE, "blanks");
	ok(parses(&cmd, "# w8 jiffies") && cmd.verb == KWATCH_VERB_NONE, "a comment");
	ok(parses(&cmd, "  #") && cmd.verb == KWATCH_VERB_NONE, "an empty one");
	ok(parses(&cmd, "-5") && cmd.verb == KWATCH_VERB_REMOVE && cmd.id == 5 && !*cmd.name,
	   "remove by ID");
	ok(parses(&cmd, "-a.b-c_D9 # x") && cmd.verb == KWATCH_VERB_REMOVE && !cmd.id &&
	   !strcmp(cmd.name, "a.b-c_D9"), "remove by NAME");
	ok(parses(&cmd, "off 65535") && cmd.verb == KWATCH_VERB_OFF && cmd.id == 65535, "off");
	ok(parses(&cmd, " on\t007 ") && cmd.verb == KWATCH_VERB_ON && cmd.id == 7, "on");
	ok(parses(&cmd, "on off") && cmd.verb == KWATCH_VERB_ON && !strcmp(cmd.name, "off"),
	   "a watch that is called off");
	ok(parses(&cmd, "off 0x5") && !strcmp(cmd.name, "0x5"), "an ID is decimal");
	ok(parses(&cmd, "clear") && cmd.verb == KWATCH_VERB_CLEAR, "clear");
	ok(parses(&cmd, "clear  summaries # x") && cmd.verb == KWATCH_VERB_CLEAR_SUMMARIES,
	   "clear summaries");
	ok(parses(&cmd, "ignore self") && cmd.verb == KWATCH_VERB_IGNORE, "ignore self");
}

static bool same(const char *a, const char *b)
{
	bool forth, back;

	if (!parses(&cmd, a) || !parses(&other, b))
		return false;
	forth = kwatch_spec_same(&cmd.spec, &other.spec);
	back = kwatch_spec_same(&other.spec, &cmd.spec);
	ok(forth == back, "same() is symmetric");
	return forth;
}

/* Every member makes another watch, but for the name and what it prints as. */
static void test_same(void)
{
	static const char *const words[] = {
		"r4 j", "r8 j", "w4 j", "rw4 j", "x j", "x1 j", "w4 k", "w4 m:j", "w4 j@0",
		"w4 j@1", "w4 j+1", "w4 j-1", "w4 0x4", "w4 0x5",
		"w4 task(4)", "w4 task(5)", "w4 j pid=1",
		"w4 j pid=2", "w4 j pid=1 children", "w4 j cpu=0", "w4 j cpu=1", "w4 j comm=a",
		"w4 j comm=b", "w4 j limit=1", "w4 j limit=2", "w4 j rate=0", "w4 j rate=1/s",
		"w4 j stack=off", "w4 j stack=1", "w4 j ustack=off", "w4 j ustack=1", "w4 j regs",
		"w4 j ucopy=8", "w4 j ucopy=16",
		"w4 j summary", "w4 j summary=task", "w4 j changed", "w4 j allow=a",
		"w4 j allow=b", "w4 j allow=a,b", "w4 j allow=a,c", "w4 j action=dump",
		"w4 j action=signal",
		"w4 j action=signal=9", "w4 j until=close", "w4 j until=free", "w4 j unseen=0",
		"w4 j if old == 1", "w4 j if old != 1", "w4 j if new == 1", "w4 j if old == 2",
		"w4 j if old == 1 && new == 1", "w4 j if old == 1 || new == 1",
		"w4 j if comm == a", "w4 j if comm == b", "w4 j if !(old == 1)",
		"w4 j if old == 1 && new == 2", "w4 j if pid & 1 && pid & 2 || pid & 4",
		"w4 j if pid & 1 && (pid & 2 || pid & 4)", "w4 j if pid & 1 || pid & 2 && pid & 4",
		"w4 j if (pid & 1 || pid & 2) && pid & 4",
	};
	size_t i, j, wrong = 0;

	for (i = 0; i < ARRAY_SIZE(words); i++) {
		for (j = 0; j < ARRAY_SIZE(words); j++) {
			if (parses(&cmd, words[i]) && parses(&other, words[j]) &&
			    kwatch_spec_same(&cmd.spec, &other.spec) == (i == j))
				continue;
			diag("wrong: %s and %s", words[i], words[j]);
			wrong++;
		}
	}
	ok(!wrong, "%zu different watches are different", i);
	ok(same("w8 j name=a", "w8 j name=b"), "a name makes no other watch");
	ok(same("w8 j name=a", "w8 j"), "nor does none");
	ok(same("w8 j", "w8 j action=log unseen=1000"), "a default may be given");
	ok(same("w8 j summary", "w8 j summary=stack"), "two ways to say summary");
	ok(same("w8 j+010 if old==1", "w8  j+8 if  old == 0x1"), "two ways to write a filter");
	ok(same("w8 ffffffff81000000", "w8 0xFFFFFFFF81000000"), "two ways to write an address");
}

static void test_buffers(void)
{
	char text[64] = "????????";

	parses(&cmd, "w8 jiffies");
	ok(kwatch_spec_print(NULL, 0, &cmd.spec) == 10, "the length, without a buffer");
	ok(kwatch_spec_print(text, 1, &cmd.spec) == 10 && !text[0] && text[1] == '?', "1 byte");
	ok(kwatch_spec_print(text, 5, &cmd.spec) == 10 && !strcmp(text, "w8 j"), "5 bytes");
	ok(kwatch_spec_print(text, 10, &cmd.spec) == 10 && !strcmp(text, "w8 jiffie"), "10 bytes");
	ok(kwatch_spec_print(text, 11, &cmd.spec) == 10 && !strcmp(text, "w8 jiffies"), "11 bytes");
}

int main(void)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(good); i++)
		test_good(&good[i]);
	test_members();
	test_signals();
	test_places();
	test_verbs();
	test_same();
	test_buffers();
	return tap_done();
}
