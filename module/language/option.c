// SPDX-License-Identifier: GPL-2.0
/*
 * The options of a watch: one table, a row for each, with what it is called,
 * how it is read and how it is written.
 *
 * To add one: a member of struct kwatch_spec, a KWATCH_WORD_, a row here (its
 * place is its place in what ctl prints), a line in kwatch_spec_same(), and a
 * bad case with a caret in tests/unit/spec_syntax.c.
 */
#ifdef __KERNEL__
#include <linux/build_bug.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/limits.h>
#include <linux/string.h>
#else
#include <assert.h>
#include <errno.h>
#include <limits.h>
#include <string.h>
#endif

#include "parse.h"

static_assert(KWATCH_NAME_MAX == 32, "as the sentences say");
static_assert(KWATCH_COMM_MAX == 16, "as the sentences say");
static_assert(KWATCH_STACK_MAX == 64, "as the sentences say");
static_assert(KWATCH_UCOPY_MAX == 8192, "as the sentences say");
static_assert(KWATCH_ALLOW_MAX == 4, "as the sentences say");
static_assert(KWATCH_NOTE_MAX == 128, "as the sentences say");
static_assert(KWATCH_WORD_NR <= 64, "struct kwatch_spec.given has a bit for each");

#define SIGNAL_MAX	64	/* numbers and names are those of x86-64 and arm64 */
#define SIGNAL_STOP	19
#define UNSEEN_MS_MAX	3600000

enum form {
	FORM_FLAG,	/* regs */
	FORM_VALUE,	/* pid=1 */
	FORM_EITHER,	/* summary, summary=task */
	FORM_REST,	/* if ..., to the end of the line */
};

/*
 * @takes: what is said of any value that is none
 * @flag:  FORM_FLAG has no functions, but a bool of struct kwatch_spec
 * @parse: reads the value into the spec.  False: the caret goes where it left
 *         the cursor, under @takes, or it has refused otherwise.  What it
 *         leaves unread is refused too
 * @print: writes the value as @parse reads it; FORM_EITHER: with its "="
 */
struct option {
	const char *name;
	enum kwatch_word word;
	enum form form;
	size_t flag;
	const char *takes;
	bool (*parse)(struct kwatch_parse *p, struct lex *val);
	void (*print)(struct kwatch_print *out, const struct kwatch_spec *spec);
};

/* A value that is one of a few words. */
static bool parse_word(struct lex *val, const char *const *words, size_t nr, u8 *found)
{
	size_t i;

	for (i = 0; i < nr; i++) {
		if (words[i] && lex_is(val, words[i])) {
			val->pos = val->end;
			*found = i;
			return true;
		}
	}
	return false;
}

static bool parse_name(struct kwatch_parse *p, struct lex *val)
{
	return kwatch_parse_name(val, p->spec->name);
}

static void print_name(struct kwatch_print *out, const struct kwatch_spec *spec)
{
	kwatch_print(out, "%s", spec->name);
}

static bool parse_pid(struct kwatch_parse *p, struct lex *val)
{
	u64 pid;

	if (!kwatch_parse_number(val, 1, INT_MAX, &pid))
		return false;
	p->spec->pid = pid;
	return true;
}

static void print_pid(struct kwatch_print *out, const struct kwatch_spec *spec)
{
	kwatch_print(out, "%d", spec->pid);
}

static bool parse_cpu(struct kwatch_parse *p, struct lex *val)
{
	u64 cpu;

	if (!kwatch_parse_number(val, 0, KWATCH_PARSE_CPU_MAX, &cpu))
		return false;
	p->spec->cpu = cpu;
	return true;
}

static void print_cpu(struct kwatch_print *out, const struct kwatch_spec *spec)
{
	kwatch_print(out, "%d", spec->cpu);
}

static bool parse_comm(struct kwatch_parse *p, struct lex *val)
{
	size_t start = val->pos;

	if (!lex_string(val, "", p->spec->comm, sizeof(p->spec->comm)))
		return false;
	if (kwatch_filter_glob_valid(p->spec->comm))
		return true;
	kwatch_parse_refuse(p, start, KWATCH_WHY_GLOB);
	return false;
}

static bool is_bare(const char *s)
{
	unsigned char c;

	while ((c = *s++)) {
		if (c <= ' ' || c >= 0x7f || lex_is_quote(c))
			return false;
	}
	return true;
}

static void print_string(struct kwatch_print *out, const char *s)
{
	if (is_bare(s)) {
		kwatch_print(out, "%s", s);
		return;
	}
	kwatch_print(out, "\"");
	for (; *s; s++)
		kwatch_print(out, "%s%c", *s == '"' || *s == '\\' ? "\\" : "", *s);
	kwatch_print(out, "\"");
}

static void print_comm(struct kwatch_print *out, const struct kwatch_spec *spec)
{
	print_string(out, spec->comm);
}

static bool parse_note(struct kwatch_parse *p, struct lex *val)
{
	return lex_string(val, "", p->spec->note, sizeof(p->spec->note));
}

static void print_note(struct kwatch_print *out, const struct kwatch_spec *spec)
{
	print_string(out, spec->note);
}

static bool parse_limit(struct kwatch_parse *p, struct lex *val)
{
	return kwatch_parse_number(val, 1, ULLONG_MAX, &p->spec->limit);
}

static void print_limit(struct kwatch_print *out, const struct kwatch_spec *spec)
{
	kwatch_print(out, "%llu", spec->limit);
}

static bool parse_rate(struct kwatch_parse *p, struct lex *val)
{
	u64 rate;

	if (lex_is(val, "0"))
		return lex_take(val, "0");
	if (!kwatch_parse_number(val, 1, UINT_MAX, &rate))
		return false;
	p->spec->rate = rate;
	return lex_take(val, "/s");
}

static void print_rate(struct kwatch_print *out, const struct kwatch_spec *spec)
{
	kwatch_print(out, spec->rate ? "%u/s" : "%u", spec->rate);
}

static bool parse_frames(struct lex *val, u8 *frames)
{
	u64 nr;

	if (lex_is(val, "off")) {
		*frames = 0;
		return lex_take(val, "off");
	}
	if (!kwatch_parse_number(val, 1, KWATCH_STACK_MAX, &nr))
		return false;
	*frames = nr;
	return true;
}

static void print_frames(struct kwatch_print *out, u8 frames)
{
	if (frames)
		kwatch_print(out, "%u", frames);
	else
		kwatch_print(out, "off");
}

static bool parse_stack(struct kwatch_parse *p, struct lex *val)
{
	return parse_frames(val, &p->spec->stack);
}

static void print_stack(struct kwatch_print *out, const struct kwatch_spec *spec)
{
	print_frames(out, spec->stack);
}

static bool parse_ustack(struct kwatch_parse *p, struct lex *val)
{
	return parse_frames(val, &p->spec->ustack);
}

static void print_ustack(struct kwatch_print *out, const struct kwatch_spec *spec)
{
	print_frames(out, spec->ustack);
}

static bool parse_ucopy(struct kwatch_parse *p, struct lex *val)
{
	size_t start = val->pos;
	u64 bytes;

	if (!kwatch_parse_number(val, sizeof(u64), KWATCH_UCOPY_MAX, &bytes))
		return false;
	if (bytes % sizeof(u64)) {
		val->pos = start;
		return false;
	}
	p->spec->ucopy = bytes;
	return true;
}

static void print_ucopy(struct kwatch_print *out, const struct kwatch_spec *spec)
{
	kwatch_print(out, "%u", spec->ucopy);
}

static const char *const summaries[] = {
	[KWATCH_SUMMARY_STACK]	= "stack",
	[KWATCH_SUMMARY_TASK]	= "task",
};

static bool parse_summary(struct kwatch_parse *p, struct lex *val)
{
	p->spec->summary = KWATCH_SUMMARY_STACK;
	if (!lex_take(val, "="))
		return true;
	return parse_word(val, summaries, ARRAY_SIZE(summaries), &p->spec->summary);
}

static void print_summary(struct kwatch_print *out, const struct kwatch_spec *spec)
{
	if (spec->summary != KWATCH_SUMMARY_STACK)
		kwatch_print(out, "=%s", summaries[spec->summary]);
}

static bool parse_allow(struct kwatch_parse *p, struct lex *val)
{
	struct kwatch_spec *spec = p->spec;

	do {
		if (spec->nr_allow == KWATCH_ALLOW_MAX ||
		    !kwatch_parse_symbol(p, val, spec->allow[spec->nr_allow]))
			return false;
		spec->nr_allow++;
	} while (lex_take(val, ","));
	return true;
}

static void print_allow(struct kwatch_print *out, const struct kwatch_spec *spec)
{
	unsigned int i;

	for (i = 0; i < spec->nr_allow; i++)
		kwatch_print(out, "%s%s", i ? "," : "", spec->allow[i]);
}

static const char *const actions[] = {
	[KWATCH_ACTION_LOG]		= "log",
	[KWATCH_ACTION_DUMP]		= "dump",
	[KWATCH_ACTION_TRACEOFF]	= "traceoff",
	[KWATCH_ACTION_SIGNAL]		= "signal",
	[KWATCH_ACTION_PANIC]		= "panic",
};

static const char *const signals[] = {
	NULL,
	"SIGHUP", "SIGINT", "SIGQUIT", "SIGILL", "SIGTRAP", "SIGABRT", "SIGBUS", "SIGFPE",
	"SIGKILL", "SIGUSR1", "SIGSEGV", "SIGUSR2", "SIGPIPE", "SIGALRM", "SIGTERM",
	"SIGSTKFLT", "SIGCHLD", "SIGCONT", "SIGSTOP", "SIGTSTP", "SIGTTIN", "SIGTTOU",
	"SIGURG", "SIGXCPU", "SIGXFSZ", "SIGVTALRM", "SIGPROF", "SIGWINCH", "SIGIO", "SIGPWR",
	"SIGSYS",
};

static bool parse_action(struct kwatch_parse *p, struct lex *val)
{
	struct kwatch_spec *spec = p->spec;
	u64 signo;

	if (!lex_take(val, "signal=")) {
		if (!parse_word(val, actions, ARRAY_SIZE(actions), &spec->action))
			return false;
		if (spec->action == KWATCH_ACTION_SIGNAL)
			spec->signo = SIGNAL_STOP;
		return true;
	}
	spec->action = KWATCH_ACTION_SIGNAL;
	if (parse_word(val, signals, ARRAY_SIZE(signals), &spec->signo))
		return true;
	if (!kwatch_parse_number(val, 1, SIGNAL_MAX, &signo))
		return false;
	spec->signo = signo;
	return true;
}

static void print_action(struct kwatch_print *out, const struct kwatch_spec *spec)
{
	kwatch_print(out, "%s", actions[spec->action]);
	if (spec->action != KWATCH_ACTION_SIGNAL)
		return;
	if (spec->signo < ARRAY_SIZE(signals))
		kwatch_print(out, "=%s", signals[spec->signo]);
	else
		kwatch_print(out, "=%u", spec->signo);
}

static const char *const untils[] = {
	[KWATCH_UNTIL_CLOSE]	= "close",
	[KWATCH_UNTIL_FREE]	= "free",
};

static bool parse_until(struct kwatch_parse *p, struct lex *val)
{
	return parse_word(val, untils, ARRAY_SIZE(untils), &p->spec->until);
}

static void print_until(struct kwatch_print *out, const struct kwatch_spec *spec)
{
	kwatch_print(out, "%s", untils[spec->until]);
}

static bool parse_unseen(struct kwatch_parse *p, struct lex *val)
{
	u64 ms;

	if (!kwatch_parse_number(val, 0, UNSEEN_MS_MAX, &ms))
		return false;
	p->spec->unseen_ms = ms;
	return true;
}

static void print_unseen(struct kwatch_print *out, const struct kwatch_spec *spec)
{
	kwatch_print(out, "%u", spec->unseen_ms);
}

static bool parse_if(struct kwatch_parse *p, struct lex *val)
{
	const char *text = val->text + val->pos;
	size_t len = val->end - val->pos;
	const char *why;
	u16 at;

	if (kwatch_filter_compile(&p->spec->filter, text, len, &why, &at)) {
		kwatch_parse_refuse_with(p, val->pos + at, why);
		return false;
	}
	memcpy(p->spec->filter_text, text, len);
	val->pos = val->end;
	return true;
}

static void print_if(struct kwatch_print *out, const struct kwatch_spec *spec)
{
	kwatch_print(out, "%s", spec->filter_text);
}

#define FLAG(n, w) \
	{ .name = #n, .word = KWATCH_WORD_##w, .form = FORM_FLAG, \
	  .flag = offsetof(struct kwatch_spec, n) }
#define OPTION(n, w, f, t) \
	{ .name = #n, .word = KWATCH_WORD_##w, .form = FORM_##f, .takes = t, \
	  .parse = parse_##n, .print = print_##n }

static const struct option options[] = {
	OPTION(name, NAME, VALUE,
	       "name= takes 1 to 31 of [A-Za-z0-9_.-], not only digits and no - first"),
	OPTION(pid, PID, VALUE, "pid= takes a process ID above 0"),
	FLAG(children, CHILDREN),
	OPTION(cpu, CPU, VALUE, "cpu= takes the number of a CPU"),
	OPTION(comm, COMM, VALUE,
	       "comm= takes a pattern of 1 to 15 bytes, quoted if it has blanks"),
	OPTION(limit, LIMIT, VALUE, "limit= takes a number of hits above 0"),
	OPTION(rate, RATE, VALUE, "rate= takes N/s with N above 0, or 0 for any rate"),
	OPTION(stack, STACK, VALUE, "stack= takes 1 to 64 frames, or off"),
	OPTION(ustack, USTACK, VALUE, "ustack= takes 1 to 64 frames, or off"),
	OPTION(ucopy, UCOPY, VALUE, "ucopy= takes 8 to 8192 bytes, a multiple of 8"),
	FLAG(regs, REGS),
	OPTION(summary, SUMMARY, EITHER, "summary stands alone, or takes stack or task"),
	FLAG(changed, CHANGED),
	OPTION(allow, ALLOW, VALUE, "allow= takes 1 to 4 functions with commas between"),
	OPTION(action, ACTION, VALUE,
	       "action= takes log, dump, traceoff, panic or signal=SIGNAL"),
	OPTION(until, UNTIL, VALUE, "until= takes close or free"),
	OPTION(unseen, UNSEEN, VALUE,
	       "unseen= takes milliseconds up to 3600000, or 0 for never"),
	OPTION(note, NOTE, VALUE,
	       "note= takes a text of 1 to 127 bytes, quoted if it has blanks"),
	OPTION(if, IF, REST, NULL),
};

static const struct option *find_option(const struct lex *key)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(options); i++) {
		if (lex_is(key, options[i].name))
			return &options[i];
	}
	return NULL;
}

/* Brings @val to where the value begins; for FORM_EITHER, to its "=". */
static int parse_form(struct kwatch_parse *p, const struct option *opt, struct lex *val)
{
	switch (opt->form) {
	case FORM_VALUE:
		if (!lex_take(val, "="))
			return kwatch_parse_refuse_with(p, val->pos, opt->takes);
		return 0;
	case FORM_EITHER:
		return 0;
	default:
		if (lex_peek(val) == '=')
			return kwatch_parse_refuse(p, val->pos, KWATCH_WHY_NO_VALUE);
	}
	if (opt->form == FORM_REST) {
		val->end = p->line.end;
		lex_skip_blanks(val);
		p->line.pos = p->line.end;
	}
	return 0;
}

int kwatch_option_parse(struct kwatch_parse *p, struct lex *word)
{
	size_t start = word->pos;
	const struct option *opt;
	struct lex key = *word;

	while (lex_is_alnum(lex_peek(word)))
		word->pos++;
	key.end = word->pos;
	if (lex_peek(word) && lex_peek(word) != '=')
		return kwatch_parse_refuse(p, start, KWATCH_WHY_OPTION);
	opt = find_option(&key);
	if (!opt)
		return kwatch_parse_refuse(p, start, KWATCH_WHY_OPTION);
	if (p->spec->given & (1ULL << opt->word))
		return kwatch_parse_refuse(p, start, KWATCH_WHY_TWICE);

	p->spec->given |= 1ULL << opt->word;
	p->cmd->at[opt->word] = start;
	if (parse_form(p, opt, word))
		return -EINVAL;
	if (opt->form == FORM_FLAG)
		*(bool *)((char *)p->spec + opt->flag) = true;
	else if (!opt->parse(p, word) || word->pos != word->end)
		return kwatch_parse_refuse_with(p, word->pos, opt->takes);
	return 0;
}

static bool filter_reads_values(const struct kwatch_filter *filter)
{
	unsigned int i;

	for (i = 0; i < filter->nr; i++) {
		if (filter->insn[i].field == KWATCH_FIELD_OLD ||
		    filter->insn[i].field == KWATCH_FIELD_NEW)
			return true;
	}
	return false;
}

/* What is wrong about options only together, under the one that came later. */
int kwatch_option_check(struct kwatch_parse *p)
{
	const struct kwatch_spec *spec = p->spec;
	const u16 *at = p->cmd->at;

	if (spec->type == KWATCH_TYPE_X) {
		if (spec->changed)
			return kwatch_parse_refuse(p, at[KWATCH_WORD_CHANGED], KWATCH_WHY_X_VALUE);
		if (spec->unseen_ms)
			return kwatch_parse_refuse(p, at[KWATCH_WORD_UNSEEN], KWATCH_WHY_X_VALUE);
		if (filter_reads_values(&spec->filter))
			return kwatch_parse_refuse(p, at[KWATCH_WORD_IF], KWATCH_WHY_X_VALUE);
		if (spec->nr_allow)
			return kwatch_parse_refuse(p, at[KWATCH_WORD_ALLOW], KWATCH_WHY_X_WRITER);
		if (spec->until == KWATCH_UNTIL_FREE)
			return kwatch_parse_refuse(p, at[KWATCH_WORD_UNTIL], KWATCH_WHY_X_FREE);
	}
	if (spec->type == KWATCH_TYPE_R && spec->changed)
		return kwatch_parse_refuse(p, at[KWATCH_WORD_CHANGED], KWATCH_WHY_R_CHANGED);
	if (spec->children && !spec->pid)
		return kwatch_parse_refuse(p, at[KWATCH_WORD_CHILDREN], KWATCH_WHY_CHILDREN);
	if (spec->copy >= 0 && spec->cpu >= 0)
		return kwatch_parse_refuse(p, at[KWATCH_WORD_CPU], KWATCH_WHY_CPU_TWICE);
	return 0;
}

void kwatch_option_print(struct kwatch_print *out, const struct kwatch_spec *spec)
{
	const struct option *opt;

	for (opt = options; opt < options + ARRAY_SIZE(options); opt++) {
		if (!(spec->given & (1ULL << opt->word)))
			continue;
		kwatch_print(out, " %s", opt->name);
		if (opt->form == FORM_VALUE)
			kwatch_print(out, "=");
		else if (opt->form == FORM_REST)
			kwatch_print(out, " ");
		if (opt->print)
			opt->print(out, spec);
	}
}
