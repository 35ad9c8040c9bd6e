// SPDX-License-Identifier: GPL-2.0
// sources: module/arch/arm64/hit/insn.c -lunicorn
// needs: unicorn/unicorn.h libunicorn-dev
/*
 * What arm64 instructions will store, against what they store in Unicorn, a
 * CPU emulator: every form that is known, with random fields, and random
 * words.  And loops around store-exclusives, which are run here and there.
 */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unicorn/unicorn.h>

#include "../../module/arch/arm64/hit/insn.h"
#include "random.h"
#include "tap.h"

/* Here and in the emulator at the same addresses. */
#define CODE		0x10000000ul
#define CODE_SIZE	0x10000ul
#define DATA		0x20000000ul
#define DATA_SIZE	0x20000ul

#define X(n)		(UC_ARM64_REG_X0 + (n))

static uc_engine *uc;
static unsigned char before[DATA_SIZE], after[DATA_SIZE];
static u32 zva;

/* Of the emulated instruction. */
static u64 written_at;
static u32 written;

bool kwatch_value_read(unsigned long addr, u32 len, u64 *value)
{
	bool code = addr >= CODE && addr + len <= CODE + CODE_SIZE;
	bool data = addr >= DATA && addr + len <= DATA + DATA_SIZE;

	if (!code && !data)
		return false;
	*value = 0;
	memcpy(value, (const void *)addr, len);
	return true;
}

bool kwatch_exchange(u64 addr, u32 len, u64 old, u64 new)
{
	u64 is;

	if (!kwatch_value_read(addr, len, &is) || is != old)
		return false;
	memcpy((void *)addr, &new, len);
	return true;
}

static void on_write(uc_engine *engine, uc_mem_type type, uint64_t addr, int size,
		     int64_t value, void *data)
{
	(void)engine, (void)type, (void)value, (void)data;
	if (!written)
		written_at = addr;
	else if (addr < written_at)
		written_at = addr;
	written += size;
}

static void die(const char *what, uc_err err)
{
	printf("Bail out! %s: %s\n", what, uc_strerror(err));
	exit(1);
}

static void *map(unsigned long addr, size_t size)
{
	void *memory = mmap((void *)addr, size, PROT_READ | PROT_WRITE,
			    MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);
	uc_err err;

	if (memory == MAP_FAILED) {
		printf("Bail out! no memory at 0x%lx\n", addr);
		exit(1);
	}
	err = uc_mem_map_ptr(uc, addr, size, UC_PROT_ALL, memory);
	if (err)
		die("memory", err);
	return memory;
}

static void open_emulator(void)
{
	uc_hook hook;
	uc_err err;

	err = uc_open(UC_ARCH_ARM64, UC_MODE_ARM, &uc);
	if (!err)
		err = uc_ctl_set_cpu_model(uc, UC_CPU_ARM64_MAX);
	if (err)
		die("emulator", err);
	map(CODE, CODE_SIZE);
	map(DATA, DATA_SIZE);
	err = uc_hook_add(uc, &hook, UC_HOOK_MEM_WRITE, (void *)on_write, NULL, 1, 0);
	if (err)
		die("hook", err);
}

static int reg_id(unsigned int i)
{
	switch (i) {
	case 29:
		return UC_ARM64_REG_X29;
	case 30:
		return UC_ARM64_REG_X30;
	case 31:
		return UC_ARM64_REG_SP;
	default:
		return X(i);
	}
}

static void set_regs(const u64 *x)
{
	unsigned int i;

	for (i = 0; i < KWATCH_INSN_REGS; i++)
		uc_reg_write(uc, reg_id(i), &x[i]);
}

static void get_regs(u64 *x)
{
	unsigned int i;

	for (i = 0; i < KWATCH_INSN_REGS; i++)
		uc_reg_read(uc, reg_id(i), &x[i]);
}

/* A place for code that the emulator has not seen, and so not translated. */
static u32 *place(unsigned int nr)
{
	static unsigned int used;

	if (used + nr > CODE_SIZE / sizeof(u32)) {
		uc_ctl_remove_cache(uc, CODE, CODE + CODE_SIZE);
		used = 0;
	}
	used += nr;
	return (u32 *)CODE + used - nr;
}

/* Run one instruction.  Return: false if it is none, or faults. */
static bool step(u32 insn, const u64 *x)
{
	u32 *code = place(1);
	uc_err err;

	*code = insn;
	written = 0;
	set_regs(x);
	err = uc_emu_start(uc, (unsigned long)code, (unsigned long)(code + 1), 0, 1);
	return !err;
}

/* Registers that point into the data, small numbers, and anything. */
static void random_regs(u64 *x)
{
	unsigned int i;

	for (i = 0; i < KWATCH_INSN_REGS; i++) {
		switch (random_below(4)) {
		case 0:
			x[i] = random_below(256);
			break;
		case 1:
			x[i] = -(u64)random_below(256);
			break;
		case 2:
			x[i] = random_u64();
			break;
		default:
			x[i] = DATA + DATA_SIZE / 2 + random_below(64) * 8;
		}
	}
	x[31] = DATA + DATA_SIZE / 2 + random_below(16) * 16;
}

static u64 bytes_at(const unsigned char *memory, u64 addr, u32 len)
{
	u64 value = 0;

	memcpy(&value, memory + (addr - DATA), len);
	return value;
}

/* What "dc zva" clears is not shown to on_write(); nothing was zero before. */
static void find_cleared(void)
{
	u64 i;

	written = 0;
	for (i = 0; i < DATA_SIZE; i++) {
		if (after[i])
			continue;
		if (!written)
			written_at = DATA + i;
		written++;
	}
}

static bool is_zva(u32 insn)
{
	return (insn & 0xffffffe0) == 0xd50b7420;
}

enum outcome {
	NO_INSN,	/* the emulator does not run it */
	RIGHT,
	UNKNOWN,	/* kwatch cannot tell, and something was stored */
	WRONG,
};

/* The watched bytes: aligned, and near what was stored, if anything was. */
static void choose(struct kwatch_insn_bytes *watch)
{
	u64 near = written ? written_at + random_below(written) :
			     DATA + DATA_SIZE / 2 + random_below(512);

	watch->len = 1 << random_below(4);
	watch->addr = near & ~(u64)(watch->len - 1);
	watch->old = bytes_at(before, watch->addr, watch->len);
}

static enum outcome compare(u32 insn, const u64 *x)
{
	unsigned char *data = (unsigned char *)DATA;
	struct kwatch_insn_bytes watch;
	u64 now, told = 0;
	bool ran, known;

	memcpy(data, before, sizeof(before));
	ran = step(insn, x);
	if (ran)
		memcpy(after, data, sizeof(after));
	memcpy(data, before, sizeof(before));
	if (!ran)
		return NO_INSN;
	if (is_zva(insn))
		find_cleared();
	if (written && (written_at < DATA || written_at + written > DATA + DATA_SIZE))
		return NO_INSN; /* into the code */
	choose(&watch);
	known = kwatch_insn_value(insn, x, zva, &watch, &told);
	now = bytes_at(after, watch.addr, watch.len);
	if (known && told == now)
		return RIGHT;
	if (!known)
		return written ? UNKNOWN : RIGHT;
	diag("0x%08x: %u bytes at 0x%llx: 0x%llx -> 0x%llx, not 0x%llx", insn, watch.len,
	     watch.addr, watch.old, now, told);
	return WRONG;
}

/* Forms that are known, by the bits that are fixed in them. */
static const struct {
	const char *name;
	u32 mask;
	u32 bits;
} forms[] = {
	{ "str, unsigned offset",	0x3fc00000, 0x39000000 },
	{ "stur",			0x3fe00c00, 0x38000000 },
	{ "str, post-indexed",		0x3fe00c00, 0x38000400 },
	{ "sttr",			0x3fe00c00, 0x38000800 },
	{ "str, pre-indexed",		0x3fe00c00, 0x38000c00 },
	{ "str, register, uxtw",	0x3fe0ec00, 0x38204800 },
	{ "str, register, lsl",		0x3fe0ec00, 0x38206800 },
	{ "str, register, sxtw",	0x3fe0ec00, 0x3820c800 },
	{ "str, register, sxtx",	0x3fe0ec00, 0x3820e800 },
	{ "stnp, 32 bits",		0xffc00000, 0x28000000 },
	{ "stp, 32 bits, post-indexed",	0xffc00000, 0x28800000 },
	{ "stp, 32 bits",		0xffc00000, 0x29000000 },
	{ "stp, 32 bits, pre-indexed",	0xffc00000, 0x29800000 },
	{ "stnp",			0xffc00000, 0xa8000000 },
	{ "stp, post-indexed",		0xffc00000, 0xa8800000 },
	{ "stp",			0xffc00000, 0xa9000000 },
	{ "stp, pre-indexed",		0xffc00000, 0xa9800000 },
	{ "stlr",			0x3ffffc00, 0x089ffc00 },
	{ "stllr",			0x3ffffc00, 0x089f7c00 },
	{ "stlur",			0x3fe00c00, 0x19000000 },
	{ "ldadd",			0x3f20fc00, 0x38200000 },
	{ "ldclr",			0x3f20fc00, 0x38201000 },
	{ "ldeor",			0x3f20fc00, 0x38202000 },
	{ "ldset",			0x3f20fc00, 0x38203000 },
	{ "ldsmax, 64 bits",		0xff20fc00, 0xf8204000 },
	{ "ldsmin, 64 bits",		0xff20fc00, 0xf8205000 },
	{ "ldumax, 64 bits",		0xff20fc00, 0xf8206000 },
	{ "ldumin, 64 bits",		0xff20fc00, 0xf8207000 },
	{ "swp",			0x3f20fc00, 0x38208000 },
	{ "cas",			0x3fa07c00, 0x08a07c00 },
	{ "dc zva",			0xffffffe0, 0xd50b7420 },
	{ "ldr, unsigned offset",	0x3fc00000, 0x39400000 },
	{ "ldp",			0xffc00000, 0xa9400000 },
	{ "ldar",			0x3ffffc00, 0x08dffc00 },
};

static u64 *base_of(u64 *x, u32 insn)
{
	/* dc zva has it where others have the data. */
	return &x[is_zva(insn) ? insn & 0x1f : (insn >> 5) & 0x1f];
}

static u32 random_of(unsigned int form)
{
	u32 insn = (u32)random_u64();

	return (insn & ~forms[form].mask) | forms[form].bits;
}

/* Some that compare equal, or cas would seldom store. */
static void agree(u64 *x, u32 insn)
{
	u64 base = *base_of(x, insn);

	if (random_below(2) && base >= DATA && base < DATA + DATA_SIZE - 8)
		x[(insn >> 16) & 0x1f] = bytes_at(before, base, 8);
}

static void test_form(unsigned int form)
{
	unsigned int i, ran = 0, unknown = 0, wrong = 0;
	u64 x[KWATCH_INSN_REGS];
	u32 insn;

	for (i = 0; i < 500; i++) {
		random_regs(x);
		insn = random_of(form);
		*base_of(x, insn) = DATA + DATA_SIZE / 2 + random_below(64) * 16;
		if (!strcmp(forms[form].name, "cas"))
			agree(x, insn);
		switch (compare(insn, x)) {
		case NO_INSN:
			break;
		case UNKNOWN:
			diag("0x%08x is not known", insn);
			unknown++;
			/* fallthrough */
		case RIGHT:
			ran++;
			break;
		case WRONG:
			wrong++;
			ran++;
		}
	}
	ok(ran > 50 && !unknown && !wrong, "%s: %u of 500 ran, %u not known, %u wrong",
	   forms[form].name, ran, unknown, wrong);
}

/* Of fewer than 64 bits Unicorn 2 compares what is in the whole register. */
static bool is_narrow_minmax(u32 insn)
{
	return (insn & 0x3f20cc00) == 0x38204000 && insn >> 30 != 3;
}

static void test_narrow_minmax(void)
{
	static const struct {
		const char *name;
		u32 insn;	/* of x1 on what is at x2 */
		u64 old, with, new;
	} cases[] = {
		{ "ldsmaxb", 0x38214040, 0x80, 0x01, 0x01 },
		{ "ldsmaxb", 0x38214040, 0x7f, 0x180, 0x7f },
		{ "ldsminb", 0x38215040, 0x80, 0x01, 0x80 },
		{ "ldsminb", 0x38215040, 0x05, 0xff, 0xff },
		{ "ldsmaxh", 0x78214040, 0xb221, 0, 0 },
		{ "ldsminh", 0x78215040, 0xb221, 0, 0xb221 },
		{ "ldsmax", 0xb8214040, 0x80000000, 0x7fffffff, 0x7fffffff },
		{ "ldsmin", 0xb8215040, 1, 0xffffffff, 0xffffffff },
		{ "ldumaxb", 0x38216040, 0x80, 0x101, 0x80 },
		{ "lduminb", 0x38217040, 0x80, 0x101, 0x01 },
		{ "ldumaxh", 0x78216040, 0x7fff, 0x8000, 0x8000 },
		{ "ldumax", 0xb8216040, 0x510edc4f, 0x13217f5c9, 0x510edc4f },
		{ "ldumin", 0xb8217040, 0x510edc4f, 0x13217f5c9, 0x3217f5c9 },
	};
	struct kwatch_insn_bytes watch = { .addr = DATA };
	u64 x[KWATCH_INSN_REGS] = { 0 }, told;
	unsigned int i;

	x[2] = DATA;
	for (i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		x[1] = cases[i].with;
		watch.len = 1 << (cases[i].insn >> 30);
		watch.old = cases[i].old;
		ok(kwatch_insn_value(cases[i].insn, x, zva, &watch, &told) &&
		   told == cases[i].new, "%s of 0x%llx and 0x%llx is 0x%llx", cases[i].name,
		   cases[i].old, cases[i].with, cases[i].new);
	}
}

static void test_random(void)
{
	unsigned int i, ran = 0, stored = 0, wrong = 0;
	u64 x[KWATCH_INSN_REGS];
	u32 insn;

	for (i = 0; i < 200000; i++) {
		random_regs(x);
		/* Loads and stores. */
		insn = ((u32)random_u64() & ~0x0a000000u) | 0x08000000;
		if (is_narrow_minmax(insn))
			continue;
		switch (compare(insn, x)) {
		case NO_INSN:
			continue;
		case WRONG:
			wrong++;
			break;
		default:
			break;
		}
		ran++;
		stored += written != 0;
	}
	ok(ran > 1000 && stored > 100 && !wrong,
	   "random words: %u ran, %u stored, %u are told wrong", ran, stored, wrong);
}

/* --- exclusives ------------------------------------------------------------------- */

#define LOAD(size)		(0x085f7c00u | (u32)(size) << 30)	/* ldxr */
#define STORE(size)		(0x08007c00u | (u32)(size) << 30)	/* stxr */
#define ORDERED			(1u << 15)
#define CBNZ_W(r, words)	(0x35000000u | ((u32)(words) & 0x7ffff) << 5 | (r))
#define CBNZ_X(r, words)	(0xb5000000u | ((u32)(words) & 0x7ffff) << 5 | (r))

/* x0 the value, x1 the status, x2 the address; others are for arithmetic. */
static const u32 arithmetic[] = {
	0x91000400,	/* add x0, x0, #1 */
	0x11000400,	/* add w0, w0, #1 */
	0xd1401000,	/* sub x0, x0, #4, lsl #12 */
	0x8b030000,	/* add x0, x0, x3 */
	0x8b031400,	/* add x0, x0, x3, lsl #5 */
	0x4b830c00,	/* sub w0, w0, w3, asr #3 */
	0xcb430c00,	/* sub x0, x0, x3, lsr #3 */
	0x8a040000,	/* and x0, x0, x4 */
	0x0a240000,	/* bic w0, w0, w4 */
	0xaa0403e0,	/* mov x0, x4 */
	0xaa2403e0,	/* mvn x0, x4 */
	0xaac41c00,	/* orr x0, x0, x4, ror #7 */
	0xca050000,	/* eor x0, x0, x5 */
	0xca250000,	/* eon x0, x0, x5 */
	0x92401c00,	/* and x0, x0, #0xff */
	0x32010000,	/* orr w0, w0, #0x80000000 */
	0xd2410000,	/* eor x0, x0, #0x8000000000000000 */
	0xb200f3e6,	/* orr x6, xzr, #0x5555555555555555 */
	0x8b0000c7,	/* add x7, x6, x0 */
	0xf9800051,	/* prfm pstl1strm, [x2] */
	0xd503201f,	/* nop */
};

/* Write a loop.  Return: how many instructions, of which the last but one stores. */
static unsigned int make_loop(u32 *code, unsigned int size, unsigned int nr)
{
	unsigned int n = 0, i;

	code[n++] = LOAD(size) | (random_below(2) ? ORDERED : 0) | 2 << 5 | 0;
	for (i = 0; i < nr; i++)
		code[n++] = RANDOM_OF(arithmetic);
	code[n++] = STORE(size) | (random_below(2) ? ORDERED : 0) | 1 << 16 | 2 << 5 | 0;
	code[n] = CBNZ_W(1, -(int)n);
	return n + 1;
}

static bool run_to(u32 *from, u32 *to)
{
	return !uc_emu_start(uc, (unsigned long)from, (unsigned long)to, 0, 100);
}

static bool same_loop(unsigned int nr)
{
	unsigned int size = random_below(4), n, i;
	u64 x[KWATCH_INSN_REGS], want[KWATCH_INSN_REGS], word, stored;
	struct kwatch_insn_store store;
	u32 *code = place(20);

	n = make_loop(code, size, nr);
	random_regs(x);
	x[2] = DATA + DATA_SIZE / 2 + random_below(64) * 8;
	word = bytes_at(before, x[2], 8);
	memcpy((void *)DATA, before, sizeof(before));
	set_regs(x);
	if (!run_to(code, code + n - 2))
		return false;
	get_regs(x);
	/* It fails, and starts over. */
	if (!run_to(code, code + n - 1))
		return false;
	get_regs(want);
	memcpy(&stored, (void *)x[2], 8);
	memcpy((void *)x[2], &word, 8);

	if (!kwatch_insn_exclusive(x, (unsigned long)(code + n - 2), &store)) {
		diag("not recognised: %u instructions", nr);
		return false;
	}
	for (i = 0; i < KWATCH_INSN_REGS; i++) {
		if (x[i] != want[i]) {
			diag("x%u is 0x%llx, not 0x%llx", i, x[i], want[i]);
			return false;
		}
	}
	if (memcmp((void *)x[2], &stored, 8)) {
		diag("stored other than 0x%llx", stored);
		return false;
	}
	return store.addr == x[2] && store.len == 1u << size &&
	       store.old == bytes_at(before, x[2], store.len) &&
	       !memcmp(&store.new, &stored, store.len);
}

/* A loop of arithmetic[0], which is spoiled by @spoil at @at. */
static bool refused(const char *what, unsigned int at, u32 spoil)
{
	u32 *code = place(4);
	u64 x[KWATCH_INSN_REGS] = { 0 }, word = 5, old[KWATCH_INSN_REGS];
	struct kwatch_insn_store store;

	code[0] = LOAD(3) | 2 << 5;
	code[1] = arithmetic[0];
	code[2] = STORE(3) | 1 << 16 | 2 << 5;
	code[3] = CBNZ_W(1, -3);
	code[at] = spoil;
	x[2] = DATA;
	memcpy((void *)DATA, &word, 8);
	memcpy(old, x, sizeof(x));
	return ok(!kwatch_insn_exclusive(x, (unsigned long)(code + 2), &store) &&
		  !memcmp(x, old, sizeof(x)) && *(u64 *)DATA == 5, "not run: %s", what);
}

static void test_exclusives(void)
{
	unsigned int i, nr, same;

	for (nr = 0; nr <= 6; nr++) {
		for (i = same = 0; i < 500; i++)
			same += same_loop(nr);
		ok(same == 500, "a loop with %u more instructions: %u of 500 as in the emulator",
		   nr, same);
	}
	refused("one that sets flags", 1, 0xb1000400);		/* adds x0, x0, #1 */
	refused("one that adds a tag", 1, 0x91800400);		/* addg x0, x0, #0, #1 */
	refused("a load into nothing", 0, LOAD(3) | 2 << 5 | 31);
	refused("a second load", 1, LOAD(3) | 2 << 5);
	refused("another access", 1, 0xf9400043);		/* ldr x3, [x2] */
	refused("the address moves on", 1, 0x91002042);		/* add x2, x2, #8 */
	refused("a load of another size", 0, LOAD(2) | 2 << 5);
	refused("a load from elsewhere", 0, LOAD(3) | 3 << 5);
	refused("no way back", 3, 0xd503201f);
	refused("the way back hangs on another register", 3, CBNZ_W(3, -3));
	refused("the whole of a status", 3, CBNZ_X(1, -3));
	refused("forward", 3, CBNZ_W(1, 3));
	refused("a pair", 2, 0xc8210440);			/* stxp w1, x0, x1, [x2] */
	refused("a call", 1, 0x94000000);
}

int main(void)
{
	u64 x[KWATCH_INSN_REGS] = { 0 };
	unsigned int i;

	open_emulator();
	for (i = 0; i < DATA_SIZE; i++)
		before[i] = 1 + random_below(255);
	x[0] = DATA + DATA_SIZE / 2;
	memcpy((void *)DATA, before, sizeof(before));
	ok(step(0xd50b7420, x), "dc zva runs");
	memcpy(after, (void *)DATA, sizeof(after));
	find_cleared();
	zva = written;
	ok(zva >= 16, "and clears %u bytes", zva);

	for (i = 0; i < sizeof(forms) / sizeof(*forms); i++)
		test_form(i);
	test_narrow_minmax();
	test_random();
	test_exclusives();
	uc_close(uc);
	return tap_done();
}
