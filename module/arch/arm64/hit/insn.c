// SPDX-License-Identifier: GPL-2.0
/*
 * arm64 instructions that access memory: what they are about to store.
 *
 * All of it runs inside the debug exception: see hit.h for what that forbids.
 * Names of fields are the architecture manual's, as are the encodings (its
 * chapter "A64 instruction set encoding").
 */
#ifdef __KERNEL__
#include <linux/types.h>

#include "hit/value.h"
#include "exchange.h"
#else
#include "insn_user.h"
#endif

#include "insn.h"

/* Of a load-exclusive, from where its loop starts to the store-exclusive. */
#define SEQUENCE_MAX	16
/* Tries of a sequence that another CPU disturbs; it then goes its own way. */
#define TRIES_MAX	64

/* Bits @lo to @lo + @n - 1. */
static u32 field(u32 insn, unsigned int lo, unsigned int n)
{
	return (insn >> lo) & ((1U << n) - 1);
}

static s64 sfield(u32 insn, unsigned int lo, unsigned int n)
{
	return (s64)((u64)insn << (64 - lo - n)) >> (64 - n);
}

static u64 mask_bytes(u64 v, u32 len)
{
	return len < 8 ? v & ((1ULL << (len * 8)) - 1) : v;
}

/* Register 31 is zero as data and sp as a base. */
static u64 data_reg(const u64 *x, u32 r)
{
	return r == 31 ? 0 : x[r];
}

/**
 * struct access - what an instruction does to memory
 * @watch: the watched bytes
 * @addr: first byte
 * @len:  bytes, 0 for one that stores nothing
 * @data: what it stores there, up to 16 bytes
 * @zero: it stores zeroes, whatever the length
 */
struct access {
	const struct kwatch_insn_bytes *watch;
	u64	addr;
	u32	len;
	u64	data[2];
	bool	zero;
};

static bool loads(struct access *a)
{
	a->len = 0;
	return true;
}

/* What is in memory before it. */
static bool before(const struct access *a, u64 addr, u32 len, u64 *mem)
{
	if (addr != a->watch->addr || len != a->watch->len)
		return kwatch_value_read(addr, len, mem);
	*mem = a->watch->old;
	return true;
}

static bool stores(struct access *a, u64 addr, u32 len, u64 data)
{
	a->addr = addr;
	a->len = len;
	a->data[0] = mask_bytes(data, len);
	return true;
}

/* Arithmetic of the atomic instructions, by their fields o3 and opc. */
static bool atomic_result(u32 op, u64 mem, u64 v, u32 len, u64 *result)
{
	unsigned int shift = 64 - len * 8;
	s64 smem = (s64)(mem << shift), sv = (s64)(v << shift);

	v = mask_bytes(v, len);
	switch (op) {
	case 0: /* add */
		*result = mem + v;
		return true;
	case 1: /* clr */
		*result = mem & ~v;
		return true;
	case 2: /* eor */
		*result = mem ^ v;
		return true;
	case 3: /* set */
		*result = mem | v;
		return true;
	case 4: /* smax */
		*result = smem > sv ? mem : v;
		return true;
	case 5: /* smin */
		*result = smem < sv ? mem : v;
		return true;
	case 6: /* umax */
		*result = mem > v ? mem : v;
		return true;
	case 7: /* umin */
		*result = mem < v ? mem : v;
		return true;
	case 8: /* swp */
		*result = v;
		return true;
	}
	return false;
}

static bool decode_atomic(u32 insn, const u64 *x, struct access *a)
{
	u32 len = 1 << field(insn, 30, 2), op = field(insn, 12, 4);
	u64 addr = x[field(insn, 5, 5)], mem, result;

	if (op == 12 && field(insn, 16, 5) == 31)
		return loads(a); /* ldapr */
	if (!before(a, addr, len, &mem) ||
	    !atomic_result(op, mem, data_reg(x, field(insn, 16, 5)), len, &result))
		return false;
	return stores(a, addr, len, result);
}

/* Exclusives, ordered loads and stores, compare-and-swap. */
static bool decode_ordered(u32 insn, const u64 *x, struct access *a)
{
	u32 len = 1 << field(insn, 30, 2);
	u64 addr = x[field(insn, 5, 5)], mem;
	bool load = field(insn, 22, 1);

	if (!field(insn, 23, 1))
		return load ? loads(a) : false; /* exclusives, and casp */
	if (!field(insn, 21, 1))
		return load ? loads(a) :
			      stores(a, addr, len, data_reg(x, field(insn, 0, 5)));
	/* A cas that fails writes the old value, or nothing; it is the same. */
	if (!before(a, addr, len, &mem))
		return false;
	if (mem != mask_bytes(data_reg(x, field(insn, 16, 5)), len))
		return loads(a);
	return stores(a, addr, len, data_reg(x, field(insn, 0, 5)));
}

static bool decode_pair(u32 insn, const u64 *x, struct access *a)
{
	u32 opc = field(insn, 30, 2), len = opc == 2 ? 8 : 4;
	u64 addr = x[field(insn, 5, 5)];
	u64 first = data_reg(x, field(insn, 0, 5)), second = data_reg(x, field(insn, 10, 5));

	if (field(insn, 22, 1))
		return loads(a);
	if (field(insn, 26, 1) || (opc != 0 && opc != 2))
		return false; /* vector registers; tags */
	if (field(insn, 23, 2) != 1) /* post-indexed: the base as it is */
		addr += sfield(insn, 15, 7) * len;
	a->addr = addr;
	a->len = len * 2;
	a->data[0] = len == 8 ? first : mask_bytes(first, 4) | second << 32;
	a->data[1] = second;
	return true;
}

static bool index_register(u32 insn, const u64 *x, u32 len, u64 *offset)
{
	u64 m = data_reg(x, field(insn, 16, 5));

	switch (field(insn, 13, 3)) {
	case 2: /* uxtw */
		m = (u32)m;
		break;
	case 6: /* sxtw */
		m = (s64)(s32)m;
		break;
	case 3: /* lsl */
	case 7: /* sxtx */
		break;
	default:
		return false;
	}
	*offset = field(insn, 12, 1) ? m * len : m;
	return true;
}

/* One register: immediate, unscaled, pre- and post-indexed, register offset. */
static bool decode_single(u32 insn, const u64 *x, struct access *a)
{
	u32 len = 1 << field(insn, 30, 2), opc = field(insn, 22, 2);
	u64 addr = x[field(insn, 5, 5)], offset = 0;
	bool vector = field(insn, 26, 1);

	if (!field(insn, 24, 1) && field(insn, 21, 1) && field(insn, 10, 2) != 2) {
		if (field(insn, 10, 2) == 0 && !vector)
			return decode_atomic(insn, x, a);
		return loads(a); /* ldraa, ldrab */
	}
	if (vector ? opc & 1 : opc != 0)
		return loads(a);
	if (vector)
		return false;
	if (field(insn, 24, 1))
		offset = (u64)field(insn, 10, 12) * len;
	else if (field(insn, 21, 1)) {
		if (!index_register(insn, x, len, &offset))
			return false;
	} else if (field(insn, 10, 2) != 1) {
		offset = sfield(insn, 12, 9);
	}
	return stores(a, addr + offset, len, data_reg(x, field(insn, 0, 5)));
}

static bool decode(u32 insn, const u64 *x, u32 zva, struct access *a)
{
	if ((insn & 0xffffffe0) == 0xd50b7420) { /* dc zva */
		a->addr = data_reg(x, field(insn, 0, 5)) & ~(u64)(zva - 1);
		a->len = zva;
		a->zero = true;
		return true;
	}
	if ((insn & 0x3f000000) == 0x08000000)
		return decode_ordered(insn, x, a);
	if ((insn & 0x3b000000) == 0x18000000)
		return loads(a); /* literal */
	if ((insn & 0x3f200c00) == 0x19000000) { /* ldapur, stlur */
		if (field(insn, 22, 2))
			return loads(a);
		return stores(a, x[field(insn, 5, 5)] + sfield(insn, 12, 9),
			      1 << field(insn, 30, 2), data_reg(x, field(insn, 0, 5)));
	}
	if ((insn & 0x3a000000) == 0x28000000)
		return decode_pair(insn, x, a);
	if ((insn & 0x3a000000) == 0x38000000)
		return decode_single(insn, x, a);
	if ((insn & 0xbe000000) == 0x0c000000 && field(insn, 22, 1))
		return loads(a); /* vector structures */
	return false;
}

/* Replace those of @to's bytes that are among @len at @addr too. */
static bool overlay(const struct kwatch_insn_bytes *to, u64 addr, u32 len,
		    const u64 *data, u64 *value)
{
	bool touched = false;
	u32 i;

	for (i = 0; i < to->len; i++) {
		/* The top byte of a user's pointer may be a tag. */
		u64 at = ((to->addr + i - addr) << 8) >> 8;
		u64 byte;

		if (at >= len)
			continue;
		byte = data ? (data[at / 8] >> (at % 8 * 8)) & 0xff : 0;
		*value = (*value & ~(0xffULL << (i * 8))) | byte << (i * 8);
		touched = true;
	}
	return touched;
}

bool kwatch_insn_value(u32 insn, const u64 *x, u32 zva,
		       const struct kwatch_insn_bytes *watch, u64 *new)
{
	struct access a = { .watch = watch };

	if (!decode(insn, x, zva, &a))
		return false;
	*new = watch->old;
	return !a.len || overlay(watch, a.addr, a.len, a.zero ? NULL : a.data, new);
}

void kwatch_insn_stored(const struct kwatch_insn_store *store,
			const struct kwatch_insn_bytes *watch, u64 *old, u64 *new)
{
	*old = watch->old;
	*new = watch->old;
	overlay(watch, store->addr, store->len, &store->old, old);
	overlay(watch, store->addr, store->len, &store->new, new);
}

bool kwatch_insn_is_exclusive(u32 insn)
{
	/* stxr, stlxr, stxp, stlxp; casp has the same bits but that o1 is set. */
	if ((insn & 0x3fc00000) != 0x08000000)
		return false;
	return !field(insn, 21, 1) || field(insn, 31, 1);
}

/* Sequences of load-exclusive and store-exclusive. */

/* The bit mask of a logical instruction's immediate. */
static bool logical_immediate(u32 insn, u64 *mask)
{
	u32 n = field(insn, 22, 1), imms = field(insn, 10, 6), immr = field(insn, 16, 6);
	u32 combined = n << 6 | (~imms & 0x3f), size, ones, rotate, i;
	u64 v;

	if (combined < 2)
		return false;
	size = 1U << (31 - __builtin_clz(combined));
	ones = (imms & (size - 1)) + 1;
	rotate = immr & (size - 1);
	if (ones == size)
		return false;
	v = (1ULL << ones) - 1;
	if (rotate)
		v = v >> rotate | v << (size - rotate);
	if (size < 64)
		v &= (1ULL << size) - 1;
	for (i = size; i < 64; i *= 2)
		v |= v << i;
	*mask = v;
	return true;
}

static u64 shifted(u32 insn, const u64 *x)
{
	u32 kind = field(insn, 22, 2), by = field(insn, 10, 6), wide = field(insn, 31, 1);
	u64 v = data_reg(x, field(insn, 16, 5));

	if (!wide)
		v = (u32)v;
	switch (kind) {
	case 0:
		return v << by;
	case 1:
		return v >> by;
	case 2:
		return wide ? (s64)v >> by : (s32)v >> by;
	default:
		by %= wide ? 64 : 32;
		if (!by)
			return v;
		return wide ? v >> by | v << (64 - by) :
			      (u64)((u32)v >> by | (u32)v << (32 - by));
	}
}

static bool put(u32 insn, u64 *x, u64 v)
{
	u32 rd = field(insn, 0, 5);

	if (rd == 31)
		return false;
	x[rd] = field(insn, 31, 1) ? v : (u32)v;
	return true;
}

/* Arithmetic that sets no flags.  Return: false if it is something else. */
static bool compute(u32 insn, u64 *x)
{
	u32 rn = field(insn, 5, 5);
	u64 n = data_reg(x, rn), m;

	if ((insn & 0x3f000000) == 0x11000000) { /* add, sub: immediate */
		m = (u64)field(insn, 10, 12) << (field(insn, 22, 1) * 12);
		return rn != 31 && !field(insn, 23, 1) &&
		       put(insn, x, field(insn, 30, 1) ? n - m : n + m);
	}
	if ((insn & 0x3f200000) == 0x0b000000) { /* add, sub: register */
		m = shifted(insn, x);
		return put(insn, x, field(insn, 30, 1) ? n - m : n + m);
	}
	if ((insn & 0x1f800000) == 0x12000000) { /* and, orr, eor: immediate */
		if (!logical_immediate(insn, &m))
			return false;
	} else if ((insn & 0x1f000000) == 0x0a000000) { /* the same: register */
		m = shifted(insn, x);
		if (field(insn, 21, 1))
			m = ~m;
	} else {
		return false;
	}
	switch (field(insn, 29, 2)) {
	case 0:
		return put(insn, x, n & m);
	case 1:
		return put(insn, x, n | m);
	case 2:
		return put(insn, x, n ^ m);
	}
	return false;
}

/* Of the kernel's code. */
static bool fetch(u64 pc, u32 *insn)
{
	u64 v;

	if (!kwatch_value_read(pc, sizeof(*insn), &v))
		return false;
	*insn = v;
	return true;
}

/* cbz and cbnz inside the sequence: is it taken, and the sequence left? */
static bool leaves(u32 insn, const u64 *x)
{
	u64 v = data_reg(x, field(insn, 0, 5));

	if (!field(insn, 31, 1))
		v = (u32)v;
	return field(insn, 24, 1) ? v != 0 : v == 0;
}

/**
 * struct sequence - a loop around a store-exclusive
 * @start: where it starts over
 * @pc:    the store-exclusive
 * @store: that instruction
 */
struct sequence {
	u64	start;
	u64	pc;
	u32	store;
};

static bool find_sequence(struct sequence *s, u64 pc)
{
	u32 next;
	s64 back;

	s->pc = pc;
	if (!fetch(pc, &s->store) || !fetch(pc + 4, &next))
		return false;
	/* One register, and after it cbnz of its status, backwards. */
	if ((s->store & 0x3fe00000) != 0x08000000 ||
	    (next & 0xff00001f) != (0x35000000 | field(s->store, 16, 5)))
		return false;
	back = sfield(next, 5, 19) * 4;
	s->start = pc + 4 + back;
	return back <= -8 && back >= -4 * SEQUENCE_MAX;
}

/* One round.  Return: 1 done, 0 disturbed, negative: it is not so simple. */
static int run_sequence(const struct sequence *s, u64 *x,
			struct kwatch_insn_store *store)
{
	u32 len = 1 << field(s->store, 30, 2), base = field(s->store, 5, 5);
	u64 at = x[base], old = 0, pc;
	bool loaded = false;
	u32 insn;

	for (pc = s->start; pc < s->pc; pc += 4) {
		if (!fetch(pc, &insn))
			return -1;
		if ((insn & 0xffc00000) == 0xf9800000 || insn == 0xd503201f)
			continue; /* prfm, nop */
		if ((insn & 0x3fe00000) == 0x08400000) { /* ldxr, ldaxr */
			if (loaded || field(insn, 30, 2) != field(s->store, 30, 2) ||
			    field(insn, 5, 5) != base || field(insn, 0, 5) == 31 ||
			    !kwatch_value_read(at, len, &old))
				return -1;
			x[field(insn, 0, 5)] = old;
			loaded = true;
		} else if ((insn & 0x7e000000) == 0x34000000) { /* cbz, cbnz */
			if (leaves(insn, x))
				return -1;
		} else if (!compute(insn, x)) {
			return -1;
		}
	}
	if (!loaded || x[base] != at)
		return -1;
	store->addr = at;
	store->len = len;
	store->old = old;
	store->new = mask_bytes(data_reg(x, field(s->store, 0, 5)), len);
	if (!kwatch_exchange(at, len, old, store->new))
		return 0;
	if (field(s->store, 16, 5) != 31)
		x[field(s->store, 16, 5)] = 0;
	return 1;
}

bool kwatch_insn_exclusive(u64 *x, u64 pc, struct kwatch_insn_store *store)
{
	u64 copy[KWATCH_INSN_REGS];
	struct sequence s;
	unsigned int try, i;
	int ret = 0;

	if (!find_sequence(&s, pc))
		return false;
	for (try = 0; try < TRIES_MAX && !ret; try++) {
		for (i = 0; i < KWATCH_INSN_REGS; i++)
			copy[i] = x[i];
		ret = run_sequence(&s, copy, store);
	}
	if (ret <= 0)
		return false;
	for (i = 0; i < KWATCH_INSN_REGS; i++)
		x[i] = copy[i];
	return true;
}
