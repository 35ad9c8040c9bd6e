// SPDX-License-Identifier: GPL-2.0
/*
 * The client's record parser: every size it must not believe.
 *
 * Each case is at the end of an allocation, so that AddressSanitizer sees a
 * look behind it.
 */
#include <stdlib.h>
#include <string.h>

#include "../../tools/stream/record_parts.h"
#include "tap.h"

static const char *why;
static struct client_parts parts;

/* On a copy that ends where the record is said to end. */
static int next(const void *data, size_t len)
{
	static char *copy;

	free(copy);
	copy = malloc(len + !len);
	memcpy(copy, data, len);
	return client_records_next(copy, len, &parts, &why);
}

struct hit {
	struct kwatch_hit hit;
	struct kwatch_task task;
	struct {
		__u16 nr;
		__u16 flags;
		__u32 reserved;
		__u64 ip[3];
	} kernel;
	struct {
		__u16 nr;
		__u16 flags;
		__u32 reserved;
		__u64 ip[2];
	} user;
};

static struct hit make_hit(void)
{
	struct hit h = {
		.hit.rec = {
			.size = sizeof(h),
			.type = KWATCH_RECORD_HIT,
			.parts = KWATCH_PART_TASK | KWATCH_PART_KSTACK |
				 KWATCH_PART_USTACK,
		},
		.task.tid = 7,
		.kernel = { .nr = 3, .ip = { 1, 2, 3 } },
		.user = { .nr = 2, .ip = { 4, 5 } },
	};
	return h;
}

static void test_parts(void)
{
	struct hit h = make_hit();

	ok(next(&h, sizeof(h)) == sizeof(h), "a hit with all its parts");
	ok(parts.task && parts.task->tid == 7, "its task");
	ok(parts.kstack && parts.kstack->nr == 3 && parts.kstack->ip[2] == 3,
	   "its kernel frames");
	ok(parts.ustack && parts.ustack->nr == 2 && parts.ustack->ip[1] == 5,
	   "its user frames");

	h.hit.rec.parts = KWATCH_PART_TASK;
	ok(next(&h, sizeof(h)) == sizeof(h) && parts.task && !parts.kstack,
	   "only those that it says it has");
	h.hit.rec.parts = KWATCH_PART_TASK | KWATCH_PART_KSTACK | 0x80;
	ok(next(&h, sizeof(h)) == sizeof(h) && parts.kstack && !parts.ustack,
	   "parts that are not known are left alone");
	h.hit.rec.parts = 0xe0;
	ok(next(&h, sizeof(h)) == sizeof(h) && !parts.task && !parts.kstack,
	   "also those of a later ABI");
}

/* Registers, and a copy of the user's registers and stack. */
static void test_copies(void)
{
	struct {
		struct kwatch_hit hit;
		struct {
			__u16 nr;
			__u16 arch;
			__u32 reserved;
			__u64 reg[3];
		} regs;
		struct {
			__u16 size;
			__u16 nr;
			__u16 arch;
			__u16 asked;
			__u64 sp;
			__u64 reg[2];
			__u64 stack[4];
		} copy;
	} h = {
		.hit.rec = {
			.size = sizeof(h),
			.type = KWATCH_RECORD_HIT,
			.parts = KWATCH_PART_REGS | KWATCH_PART_UCOPY,
		},
		.regs.nr = 3,
		.copy = { .nr = 2, .size = 32, .sp = 0x7000, .reg = { 1, 2 } },
	};

	ok(next(&h, sizeof(h)) == sizeof(h) && parts.ucopy &&
	   parts.ucopy->sp == 0x7000 && parts.ucopy->reg[1] == 2,
	   "a copy of the user stack, behind the registers");
	h.copy.size = 40;
	ok(next(&h, sizeof(h)) == -1 && why, "a copy that is larger than its record");
	h.copy.size = 32;
	h.copy.nr = 3;
	ok(next(&h, sizeof(h)) == -1, "or has one register too many");
	h.copy.nr = 0xffff;
	h.copy.size = 0xffff;
	ok(next(&h, sizeof(h)) == -1, "or far too many");
	h.regs.nr = 0xffff;
	ok(next(&h, sizeof(h)) == -1, "registers that are larger than their record");
	h.hit.rec.parts = KWATCH_PART_UCOPY;
	h.hit.rec.size = sizeof(h.hit) + 8;
	ok(next(&h, sizeof(h)) == -1, "a copy that has no room at all");
}

static void test_sizes(void)
{
	struct hit h = make_hit();
	unsigned int good = 0, cut = 0, i;

	ok(next(&h, 0) == 0, "nothing");
	for (i = 0; i < sizeof(h); i++)
		cut += next(&h, i) == 0;
	ok(cut == sizeof(h), "a record that is not all there yet, at each byte");

	for (i = 0; i < sizeof(h); i++) {
		h.hit.rec.size = i;
		good += next(&h, sizeof(h)) >= 0;
	}
	ok(!good, "a record that says it is smaller than its parts");
	h.hit.rec.size = sizeof(h) + 4;
	ok(next(&h, sizeof(h)) == -1 && why, "a size that is no multiple of 8");

	h = make_hit();
	h.kernel.nr = 0xffff;
	ok(next(&h, sizeof(h)) == -1 && why, "a stack larger than its record");
	h = make_hit();
	h.user.nr = 3;
	ok(next(&h, sizeof(h)) == -1, "a stack one frame too large");
	h = make_hit();
	h.kernel.nr = 0;
	h.kernel.ip[0] = 0;
	ok(next(&h, sizeof(h)) == sizeof(h) && parts.kstack->nr == 0,
	   "a stack without frames");
	h = make_hit();
	h.hit.rec.parts = KWATCH_PART_TASK;
	h.hit.rec.size = sizeof(h.hit) + 16;
	ok(next(&h, sizeof(h)) == -1, "a task that does not fit");
}

static void test_types(void)
{
	static const struct {
		unsigned int type;
		size_t size;
	} types[] = {
		{ KWATCH_RECORD_HIT, sizeof(struct kwatch_hit) },
		{ KWATCH_RECORD_LOST, sizeof(struct kwatch_lost) },
		{ KWATCH_RECORD_WATCH, sizeof(struct kwatch_watch_def) + 8 },
		{ KWATCH_RECORD_STACK, sizeof(struct kwatch_stack_def) },
		{ KWATCH_RECORD_TASK, sizeof(struct kwatch_task_def) },
		{ KWATCH_RECORD_GAP, sizeof(struct kwatch_gap) },
		{ KWATCH_RECORD_UNSEEN, sizeof(struct kwatch_unseen) },
		{ KWATCH_RECORD_GONE, sizeof(struct kwatch_gone) },
	};
	struct kwatch_record rec[16];
	unsigned int i;

	memset(rec, 0, sizeof(rec));
	for (i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		rec->type = types[i].type;
		rec->size = types[i].size;
		ok(next(rec, types[i].size) == (int)types[i].size,
		   "type %u as small as it may be", rec->type);
		rec->size -= 8;
		ok(next(rec, types[i].size) == -1, "and smaller than that");
	}

	for (i = 0; i < 256; i++) {
		rec->type = i;
		rec->size = sizeof(rec);
		if (next(rec, sizeof(rec)) != sizeof(rec))
			break;
	}
	ok(i == 256, "types that are not known are skipped by their size");
	rec->size = 0;
	rec->type = 99;
	ok(next(rec, sizeof(rec)) == -1, "but not if they have none");
}

static void test_watch_text(void)
{
	struct {
		struct kwatch_watch_def def;
		char spec[8];
	} w = {
		.def.rec = { .size = sizeof(w), .type = KWATCH_RECORD_WATCH },
		.spec = "w8 a",
	};

	ok(next(&w, sizeof(w)) == sizeof(w), "a watch");
	memset(w.spec, 'x', sizeof(w.spec));
	ok(next(&w, sizeof(w)) == -1 && why, "a watch whose text does not end");
}

int main(void)
{
	test_parts();
	test_copies();
	test_sizes();
	test_types();
	test_watch_text();
	return tap_done();
}
