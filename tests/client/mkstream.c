// SPDX-License-Identifier: GPL-2.0
/*
 * mkstream: text on stdin to hits_raw's bytes on stdout, for tests.
 *
 *	watch watch=1 kind=2 len=8 addr=0x1000 spec=w8 jiffies
 *	task  cpu=1 number=3 pid=108 tgid=108 comm=tl_writer
 *	stack cpu=1 number=9 k=0xffffffff81000010,0xffffffff81000120 u=0x401000
 *	hit   watch=1 cpu=1 time=12345678000 seq=7 old=0 new=1 flags=0x101 task=3 stack=9
 *	lost  cpu=1 count=5 from=100 time=200
 *	module number=1 from=100 time=200 name=moda start=0xffffffffc0a00000 len=0x2000 id=0123
 *	symbol module=1 time=200 name=a_store start=0xffffffffc0a01000 len=0x20
 *	hit   watch=2 cpu=1 seq=1 old=0 new=1 offset=8 part=8
 *	also  watch=2 cpu=1 seq=1 old=0 new=1 offset=16 part=8
 *	raw   10 00 63 00
 *
 * "type=" makes a record of another type, "size=" lies about its size, "parts="
 * about its parts; "repeat=" puts a hit so many times, each a microsecond and
 * one number later.  spec= is the last of its line.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <uapi/kwatch.h>

#define VALUES_MAX	32

static struct {
	const char *key;
	char *value;
} values[VALUES_MAX];
static int values_nr;

static char record[65536] __attribute__((aligned(8)));
static size_t used;

static const char *text(const char *key)
{
	for (int i = 0; i < values_nr; i++) {
		if (!strcmp(values[i].key, key))
			return values[i].value;
	}
	return NULL;
}

static uint64_t number(const char *key)
{
	const char *value = text(key);

	return value ? strtoull(value, NULL, 0) : 0;
}

static void *reserve(size_t size)
{
	void *p = record + used;

	if (used + size > sizeof(record)) {
		fputs("mkstream: record too large\n", stderr);
		exit(1);
	}
	memset(p, 0, size);
	used += size;
	return p;
}

static void fill_task(struct kwatch_task *task)
{
	task->tid = number("pid");
	task->tgid = text("tgid") ? number("tgid") : number("pid");
	if (text("comm"))
		memcpy(task->comm, text("comm"),
		       strnlen(text("comm"), sizeof(task->comm)));
}

static void add_stack(const char *ips, unsigned int flags)
{
	struct kwatch_stack *stack = reserve(sizeof(*stack));

	stack->flags = flags;
	while (*ips) {
		char *end;
		uint64_t ip = strtoull(ips, &end, 0);

		*(uint64_t *)reserve(8) = ip;
		stack->nr++;
		ips = end + (*end == ',');
	}
}

#define PART_OF_A_LATER_ABI	0x80

static unsigned int add_parts(void)
{
	unsigned int parts = 0;

	if (text("pid")) {
		fill_task(reserve(sizeof(struct kwatch_task)));
		parts |= KWATCH_PART_TASK;
	}
	if (text("k")) {
		add_stack(text("k"), number("kflags"));
		parts |= KWATCH_PART_KSTACK;
	}
	if (text("u")) {
		add_stack(text("u"), number("uflags"));
		parts |= KWATCH_PART_USTACK;
	}
	/* Each holds its own number, from 0x10 on. */
	if (text("regs")) {
		struct kwatch_regs *regs = reserve(sizeof(*regs));
		unsigned int i, nr = number("regs");

		regs->nr = nr;
		regs->arch = text("arch") ? number("arch") : KWATCH_ARCH_X86_64;
		for (i = 0; i < nr; i++)
			*(uint64_t *)reserve(8) = 0x10 + i;
		parts |= KWATCH_PART_REGS;
	}
	if (text("offset")) {
		struct kwatch_where *where = reserve(sizeof(*where));

		where->offset = number("offset");
		where->len = number("part");
		parts |= KWATCH_PART_WHERE;
	}
	if (text("more")) {
		memset(reserve(number("more")), 0xa5, number("more"));
		parts |= PART_OF_A_LATER_ABI;
	}
	return parts;
}

static unsigned int make_hit(void)
{
	struct kwatch_hit *hit = reserve(sizeof(*hit));

	hit->seq = number("seq");
	hit->old_value = number("old");
	hit->new_value = number("new");
	hit->cpu = number("cpu");
	hit->task = number("task");
	hit->stack = number("stack");
	return add_parts();
}

static unsigned int make_lost(void)
{
	struct kwatch_lost *lost = reserve(sizeof(*lost));

	lost->count = number("count");
	lost->from_ns = number("from");
	lost->cpu = number("cpu");
	return 0;
}

static unsigned int make_watch(void)
{
	struct kwatch_watch_def *def = reserve(sizeof(*def));
	const char *spec = text("spec") ? text("spec") : "";
	size_t size = (strlen(spec) + 8) & ~7ul;

	def->addr = number("addr");
	def->type = number("kind");
	def->len = number("len");
	memcpy(reserve(size), spec, strlen(spec));
	return 0;
}

static unsigned int make_stack(void)
{
	struct kwatch_stack_def *def = reserve(sizeof(*def));

	def->number = number("number");
	def->cpu = number("cpu");
	return add_parts();
}

static unsigned int make_task(void)
{
	struct kwatch_task_def *def = reserve(sizeof(*def));

	def->number = number("number");
	def->cpu = number("cpu");
	fill_task(&def->task);
	return 0;
}

static unsigned int make_gap(void)
{
	struct kwatch_gap *gap = reserve(sizeof(*gap));

	gap->from_ns = number("from");
	gap->count = number("count");
	gap->cpu = number("cpu");
	gap->off = number("off");
	return 0;
}

static unsigned int make_unseen(void)
{
	struct kwatch_unseen *unseen = reserve(sizeof(*unseen));

	unseen->from_ns = number("from");
	unseen->old_value = number("old");
	unseen->new_value = number("new");
	unseen->cpu = number("cpu");
	unseen->copy = number("copy");
	return add_parts();
}

static unsigned int make_also(void)
{
	struct kwatch_also *also = reserve(sizeof(*also));

	also->seq = number("seq");
	also->old_value = number("old");
	also->new_value = number("new");
	also->where.offset = number("offset");
	also->where.len = number("part");
	also->cpu = number("cpu");
	return 0;
}

static unsigned int make_gone(void)
{
	struct kwatch_gone *gone = reserve(sizeof(*gone));

	gone->why = number("why");
	gone->cpu = number("cpu");
	gone->flags = number("how");
	gone->from_ns = number("from");
	return add_parts();
}

/* One range; start2= and len2= are another. */
static unsigned int make_module(void)
{
	struct kwatch_module_def *def = reserve(sizeof(*def));
	const char *id = text("id");

	def->from_ns = number("from");
	def->number = number("number");
	def->flags = number("mflags");
	if (text("name"))
		memcpy(def->name, text("name"), strnlen(text("name"), sizeof(def->name)));
	def->range[0].start = number("start");
	def->range[0].size = number("len");
	def->range[1].start = number("start2");
	def->range[1].size = number("len2");
	def->nr_ranges = text("ranges") ? number("ranges") : 2;
	for (; id && id[0] && id[1]; id += 2) {
		unsigned int byte = 0;

		sscanf(id, "%2x", &byte);
		def->build_id[def->build_id_size++] = byte;
	}
	return 0;
}

static unsigned int make_symbol(void)
{
	struct kwatch_symbol_def *def = reserve(sizeof(*def));
	const char *name = text("name") ? text("name") : "";
	size_t size = (strlen(name) + 8) & ~7ul;

	def->start = number("start");
	def->size = number("len");
	def->module = number("module");
	memcpy(reserve(size), name, strlen(name));
	return 0;
}

static unsigned int make_cover(void)
{
	struct kwatch_cover *cover = reserve(sizeof(*cover));

	cover->from_ns = number("from");
	cover->count = number("count");
	cover->cpu = number("cpu");
	cover->what = number("what");
	cover->error = number("error");
	if (text("pid"))
		fill_task(&cover->task);
	return 0;
}

static const struct {
	const char *name;
	unsigned int type;
	unsigned int (*make)(void);
} kinds[] = {
	{ "hit", KWATCH_RECORD_HIT, make_hit },
	{ "lost", KWATCH_RECORD_LOST, make_lost },
	{ "watch", KWATCH_RECORD_WATCH, make_watch },
	{ "stack", KWATCH_RECORD_STACK, make_stack },
	{ "task", KWATCH_RECORD_TASK, make_task },
	{ "gap", KWATCH_RECORD_GAP, make_gap },
	{ "unseen", KWATCH_RECORD_UNSEEN, make_unseen },
	{ "gone", KWATCH_RECORD_GONE, make_gone },
	{ "module", KWATCH_RECORD_MODULE, make_module },
	{ "symbol", KWATCH_RECORD_SYMBOL, make_symbol },
	{ "cover", KWATCH_RECORD_COVER, make_cover },
	{ "freed", KWATCH_RECORD_FREED, make_gone },
	{ "also", KWATCH_RECORD_ALSO, make_also },
};

static void put_record(size_t kind)
{
	struct kwatch_record *rec = (void *)record;
	uint64_t repeat = text("repeat") ? number("repeat") : 1;
	unsigned int parts;

	used = 0;
	parts = kinds[kind].make();
	rec->size = text("size") ? number("size") : used;
	rec->type = text("type") ? number("type") : kinds[kind].type;
	rec->parts = text("parts") ? number("parts") : parts;
	rec->watch = number("watch");
	rec->flags = number("flags");
	rec->time_ns = number("time");
	while (repeat--) {
		fwrite(record, 1, used, stdout);
		rec->time_ns += 1000;
		((struct kwatch_hit *)rec)->seq++;
	}
}

/* "key=value" words; spec= takes the rest of the line. */
static void split(char *rest)
{
	char *word;

	values_nr = 0;
	while (rest && *(rest += strspn(rest, " \t")) && values_nr < VALUES_MAX) {
		word = rest;
		rest = strchr(word, '=');
		if (!rest)
			return;
		*rest++ = '\0';
		values[values_nr].key = word;
		values[values_nr++].value = rest;
		if (strcmp(word, "spec"))
			strsep(&rest, " \t");
		else
			return;
	}
}

static void put_line(char *line)
{
	char *rest = line, *kind = strsep(&rest, " \t");

	if (!*kind || *kind == '#')
		return;
	if (!strcmp(kind, "raw")) {
		char *byte;

		while ((byte = strsep(&rest, " \t"))) {
			if (*byte)
				putchar(strtoul(byte, NULL, 16));
		}
		return;
	}
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		if (!strcmp(kind, kinds[i].name)) {
			split(rest);
			put_record(i);
			return;
		}
	}
	fprintf(stderr, "mkstream: %s?\n", kind);
	exit(1);
}

int main(void)
{
	static char line[65536];

	while (fgets(line, sizeof(line), stdin)) {
		line[strcspn(line, "\n")] = '\0';
		put_line(line);
	}
	return 0;
}
