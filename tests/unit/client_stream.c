// SPDX-License-Identifier: GPL-2.0
/*
 * A stream of records through the client: definitions, stacks that are kept,
 * and the same stream with every byte of it wrong in turn.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "../../tools/output/json.h"
#include "../../tools/stream/stream.h"
#include "../../tools/kernel/symbols.h"
#include "../../tools/output/line.h"
#include "tap.h"

static char stream[8192] __attribute__((aligned(8)));
static size_t stream_len;

static void *put(unsigned int type, size_t size, unsigned int parts)
{
	struct kwatch_record *rec = (void *)(stream + stream_len);

	memset(rec, 0, size);
	rec->size = size;
	rec->type = type;
	rec->parts = parts;
	rec->watch = 1;
	rec->time_ns = 1000000000ull + stream_len;
	stream_len += size;
	return rec;
}

static void put_frames(char *at, unsigned int nr, uint64_t first)
{
	struct kwatch_stack *stack = (void *)at;
	unsigned int i;

	stack->nr = nr;
	for (i = 0; i < nr; i++)
		stack->ip[i] = first + 16 * i;
}

static void put_watch(const char *spec)
{
	struct kwatch_watch_def *def;

	def = put(KWATCH_RECORD_WATCH, sizeof(*def) + 64, 0);
	def->type = KWATCH_TYPE_W;
	strcpy(def->spec, spec);
}

static void put_task(unsigned int cpu, unsigned int number, const char *comm)
{
	struct kwatch_task_def *def;

	def = put(KWATCH_RECORD_TASK, sizeof(*def), 0);
	def->cpu = cpu;
	def->number = number;
	def->task.tid = 100 + number;
	memcpy(def->task.comm, comm, strlen(comm));
}

static void put_stack(unsigned int cpu, unsigned int number, uint64_t first)
{
	struct kwatch_stack_def *def;

	def = put(KWATCH_RECORD_STACK, sizeof(*def) + 8 + 2 * 8,
		  KWATCH_PART_KSTACK);
	def->cpu = cpu;
	def->number = number;
	put_frames((char *)(def + 1), 2, first);
}

static struct kwatch_hit *put_hit(unsigned int cpu, unsigned int task,
				  unsigned int stack)
{
	struct kwatch_hit *hit = put(KWATCH_RECORD_HIT, sizeof(*hit), 0);

	hit->cpu = cpu;
	hit->task = task;
	hit->stack = stack;
	return hit;
}

static void put_inline_hit(uint64_t first)
{
	size_t size = sizeof(struct kwatch_hit) + 24 + (8 + 3 * 8) + (8 + 8);
	struct kwatch_hit *hit;

	hit = put(KWATCH_RECORD_HIT, size, KWATCH_PART_TASK |
		  KWATCH_PART_KSTACK | KWATCH_PART_USTACK);
	memcpy(((struct kwatch_task *)(hit + 1))->comm, "in\"line\xff", 8);
	put_frames((char *)(hit + 1) + 24, 3, first);
	put_frames((char *)(hit + 1) + 24 + 32, 1, 0x401000);
}

static void put_others(void)
{
	put(KWATCH_RECORD_LOST, sizeof(struct kwatch_lost), 0);
	put(KWATCH_RECORD_GAP, sizeof(struct kwatch_gap), 0);
	put(KWATCH_RECORD_UNSEEN, sizeof(struct kwatch_unseen), 0);
	put(KWATCH_RECORD_GONE, sizeof(struct kwatch_gone) + 24,
	    KWATCH_PART_TASK);
	put(77, 24, 0xff);
}

static struct client_symbols *symbols;

/* All of a stream as text or as JSON; returns false if it is corrupt. */
static bool render(const char *data, size_t len, bool json,
		   struct client_out *out)
{
	struct client_stream s = { 0 };
	struct client_event event;
	const char *why = NULL;
	size_t done = 0;
	int size;

	out->len = 0;
	while ((size = client_stream_next(&s, data + done, len - done, &event,
					  &why)) > 0) {
		done += size;
		if (json)
			client_json_event(out, symbols, &event);
		else
			client_text_event(out, symbols, &event);
	}
	client_stream_destroy(&s);
	client_out_chr(out, '\0');
	return size >= 0;
}

static unsigned int count(const char *text, const char *what)
{
	unsigned int nr = 0;

	for (; (text = strstr(text, what)); text++)
		nr++;
	return nr;
}

static void test_definitions(void)
{
	struct client_out out;

	stream_len = 0;
	put_watch("w8 jiffies");
	put_task(0, 1, "first");
	put_task(1, 1, "other cpu");
	put_stack(0, 1, 0xffffffff81000000);
	put_stack(1, 1, 0xffffffff82000000);
	put_hit(0, 1, 1);
	put_hit(1, 1, 1);
	put_task(0, 1, "renamed");
	put_stack(0, 1, 0xffffffff83000000);
	put_hit(0, 1, 1);
	put_hit(0, 2, 2);

	client_out_init(&out, -1);
	ok(render(stream, stream_len, false, &out), "a stream is read");
	ok(count(out.data, "w8 jiffies+0x0:") == 4, "four hits of one watch");
	ok(count(out.data, "first-101") == 1 && count(out.data, "other cpu-101") == 1,
	   "numbers are per CPU");
	ok(count(out.data, "renamed-101") == 1, "and can be given again");
	ok(count(out.data, "0xffffffff81000010\n") == 1 &&
	   count(out.data, "0xffffffff82000010\n") == 1 &&
	   count(out.data, "0xffffffff83000010\n") == 1, "stacks, too");
	ok(count(out.data, "<...>-0") == 1 && count(out.data, " => ?\n") == 1,
	   "what was never defined is shown as such");
	client_out_destroy(&out);
}

/* Many stacks: some pinned, most not, and every one shown as what it is. */
static void test_many_stacks(void)
{
	struct client_frames_cache cache = { 0 };
	struct {
		__u16 nr;
		__u16 flags;
		__u32 reserved;
		__u64 ip[64];
	} stack = { .nr = 64 };
	struct client_parts parts = { .kstack = (void *)&stack };
	struct client_frames *pinned[100], *frames;
	unsigned int i, wrong = 0;

	for (i = 0; i < 40000; i++) {
		stack.ip[63] = i;
		frames = client_frames_get(&cache, &parts);
		wrong += frames->kstack->ip[63] != i ||
			 frames != client_frames_get(&cache, &parts);
		if (i < 100) {
			frames->pins++;
			pinned[i] = frames;
		}
	}
	for (i = 0; i < 100; i++)
		wrong += pinned[i]->kstack->ip[63] != i;
	ok(!wrong, "40,000 stacks, the definitions among them stay");
	ok(cache.map.nr < 30000, "and memory does not");
	client_frames_clear(&cache);
}

static void test_json(void)
{
	struct client_out out;
	char *line, *rest;
	unsigned int bad = 0, nr = 0;

	stream_len = 0;
	put_watch("w8 \"q\" \x01");
	put_inline_hit(0xffffffff81000000);
	put_others();
	client_out_init(&out, -1);
	ok(render(stream, stream_len, true, &out), "a stream as JSON");
	ok(strstr(out.data, "in\\\"line\xef\xbf\xbd") != NULL,
	   "a name that is not UTF-8");
	for (line = strtok_r(out.data, "\n", &rest); line;
	     line = strtok_r(NULL, "\n", &rest)) {
		json_t *object = json_loads(line, JSON_REJECT_DUPLICATES, NULL);

		nr++;
		bad += !json_is_object(object);
		json_decref(object);
	}
	ok(nr == 6 && !bad, "each line is an object");
	client_out_destroy(&out);
}

/* Whatever happens, it happens inside the buffer. */
static void test_mutations(void)
{
	static const unsigned char masks[] = { 0x01, 0x08, 0x80, 0xff };
	unsigned int i, j, corrupt = 0, fine = 0;
	struct client_out out;
	char *copy;

	stream_len = 0;
	put_watch("w8 jiffies limit=3 if pid == 1");
	put_task(0, 1, "task");
	put_stack(0, 1, 0xffffffff81000000);
	put_hit(0, 1, 1);
	put_inline_hit(0xffffffff81000000);
	put_others();
	put_hit(0, 1, 1);

	client_out_init(&out, -1);
	/* Allocated to the byte, for AddressSanitizer. */
	copy = malloc(stream_len);
	for (i = 0; i < stream_len; i++) {
		for (j = 0; j < sizeof(masks); j++) {
			memcpy(copy, stream, stream_len);
			copy[i] ^= masks[j];
			if (render(copy, stream_len, i & 1, &out))
				fine++;
			else
				corrupt++;
		}
	}
	free(copy);
	ok(fine && corrupt, "%u bytes wrong in turn: %u seen, %u harmless",
	   (unsigned int)stream_len, corrupt, fine);

	for (i = 0; i <= stream_len; i++) {
		copy = malloc(i + !i);
		memcpy(copy, stream, i);
		if (!render(copy, i, i & 1, &out))
			break;
		free(copy);
	}
	ok(i > stream_len, "and cut at each");
	client_out_destroy(&out);
}

int main(void)
{
	setenv("KWATCH_KALLSYMS", "/dev/null", 1);
	symbols = client_symbols_create();
	test_definitions();
	test_many_stacks();
	test_json();
	test_mutations();
	client_symbols_destroy(symbols);
	return tap_done();
}
