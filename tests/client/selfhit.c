// SPDX-License-Identifier: GPL-2.0
/*
 * selfhit: a process that writes the record of a hit in itself, for tests of
 * user stacks without a module.
 *
 *   selfhit FILE       a hit with the registers and the stack as they are three
 *                      calls deep, as hits_raw has them, to FILE; on stdout
 *                      "FUNCTION ADDRESS" of its callers, as the C library's
 *                      own unwinder has them, then "ready PID"; then it waits
 *                      for the end of stdin
 *   selfhit FILE bad   many, each with one word of registers or stack wrong
 *   selfhit FILE two   nine by way of outer(), one by way of another()
 */
#define _GNU_SOURCE
#include <execinfo.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <ucontext.h>
#include <unistd.h>
#include <uapi/kwatch.h>

#define STACK_BYTES	1536

#if defined(__x86_64__)
#define ARCH	KWATCH_ARCH_X86_64
#define REGS	21	/* of struct pt_regs */
static const int gregs[REGS] = {
	REG_R15, REG_R14, REG_R13, REG_R12, REG_RBP, REG_RBX, REG_R11, REG_R10,
	REG_R9, REG_R8, REG_RAX, REG_RCX, REG_RDX, REG_RSI, REG_RDI, -1,
	REG_RIP, -1, -1, REG_RSP, -1,
};
#elif defined(__aarch64__)
#define ARCH	KWATCH_ARCH_ARM64
#define REGS	34
#else
#error "which registers are there?"
#endif

static struct {
	struct kwatch_hit hit;
	struct kwatch_task task;
	struct {
		__u16 nr;
		__u16 flags;
		__u32 reserved;
		__u64 ip[1];
	} ustack;
	struct {
		__u16 size;
		__u16 nr;
		__u16 arch;
		__u16 asked;
		__u64 sp;
		__u64 reg[REGS];
		__u64 stack[STACK_BYTES / 8];
	} copy;
} record;

static FILE *file;
static int bad;

static void put(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	record.hit.rec.time_ns = now.tv_sec * 1000000000ull + now.tv_nsec;
	record.hit.seq++;
	fwrite(&record, sizeof(record), 1, file);
}

static uint64_t take_registers(const ucontext_t *context)
{
#if defined(__x86_64__)
	int i;

	for (i = 0; i < REGS; i++)
		record.copy.reg[i] = gregs[i] < 0 ? 0 : context->uc_mcontext.gregs[gregs[i]];
	record.copy.sp = context->uc_mcontext.gregs[REG_RSP];
	return context->uc_mcontext.gregs[REG_RIP];
#else
	memcpy(record.copy.reg, context->uc_mcontext.regs, 31 * 8);
	record.copy.reg[31] = context->uc_mcontext.sp;
	record.copy.reg[32] = context->uc_mcontext.pc;
	record.copy.sp = context->uc_mcontext.sp;
	return context->uc_mcontext.pc;
#endif
}

/* Each word of the registers, and each of the first of the stack, wrong. */
static void put_bad(void)
{
	static const uint64_t wrong[] = {
		0, 1, ~0ull, 1ull << 63, 0x7fffffffffffull, 0x10000,
	};
	__u64 *word = record.copy.reg, was;
	size_t i, j;

	for (i = 0; i < REGS + 64; i++) {
		was = word[i];
		for (j = 0; j < sizeof(wrong) / sizeof(wrong[0]); j++) {
			word[i] = wrong[j];
			put();
		}
		/* Round and round. */
		word[i] = record.copy.sp;
		put();
		word[i] = record.ustack.ip[0];
		put();
		word[i] = was;
	}
}

__attribute__((noinline)) void inner(void)
{
	void *callers[16];
	ucontext_t context;
	int i, nr;

	getcontext(&context);
	record.ustack.ip[0] = take_registers(&context);
	/* More than main's callers have. */
	memcpy(record.copy.stack, (void *)(uintptr_t)record.copy.sp, STACK_BYTES);
	nr = backtrace(callers, 16);
	for (i = 1; i < nr; i++)
		printf("%p\n", callers[i]);
	if (bad)
		put_bad();
	else
		put();
}

__attribute__((noinline)) void middle(volatile int *depth)
{
	inner();
	(*depth)--;
}

__attribute__((noinline)) void outer(volatile int *depth)
{
	middle(depth);
	(*depth)--;
}

__attribute__((noinline)) void another(volatile int *depth)
{
	middle(depth);
	(*depth)++;
}

int main(int argc, char **argv)
{
	static struct {
		struct kwatch_watch_def def;
		char spec[16];
	} watch = {
		.def.rec = { .size = sizeof(watch), .type = KWATCH_RECORD_WATCH, .watch = 1 },
		.def.len = 4,
		.spec = "w4 0x1000",
	};
	volatile int depth = 2;
	bool two;
	volatile int i;

	file = argc > 1 ? fopen(argv[1], "w") : NULL;
	if (!file)
		return 1;
	bad = argc > 2 && !strcmp(argv[2], "bad");
	two = argc > 2 && !strcmp(argv[2], "two");
	record.hit.rec.size = sizeof(record);
	record.hit.rec.type = KWATCH_RECORD_HIT;
	record.hit.rec.parts = KWATCH_PART_TASK | KWATCH_PART_USTACK | KWATCH_PART_UCOPY;
	record.hit.rec.watch = 1;
	record.hit.rec.flags = KWATCH_FLAG_USER;
	record.task.tid = getpid();
	record.task.tgid = getpid();
	strcpy(record.task.comm, "selfhit");
	record.ustack.nr = 1;
	record.copy.size = STACK_BYTES;
	record.copy.asked = STACK_BYTES;
	record.copy.nr = REGS;
	record.copy.arch = ARCH;
	fwrite(&watch, sizeof(watch), 1, file);
	for (i = 0; i < (two ? 9 : 1); i++)
		outer(&depth);
	if (two)
		another(&depth);
	if (fclose(file))
		return 1;
	printf("ready %d\n", getpid());
	fflush(stdout);
	while (getchar() != EOF)
		;
	return 0;
}
