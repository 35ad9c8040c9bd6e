// SPDX-License-Identifier: GPL-2.0
/*
 * Where a watch goes: the debug registers that it takes, whether that place
 * can be watched, and who is in the way.
 */
#include <linux/cpumask.h>
#include <linux/list.h>
#include <linux/minmax.h>

#include "admit.h"
#include "arch/arch.h"
#include "cover/values.h"
#include "list.h"
#include "plan.h"
#include "hit/client_ring.h"
#include "slots.h"
#include "cover/process.h"
#include "selftest.h"
#include "base/symbol.h"
#include "hit/value.h"
#include "watch.h"

/* Bytes of the next part of a watch that has @left of them from @addr on: @len at most. */
static u32 part_len(u8 type, unsigned long addr, u32 left, u32 len)
{

	if (type == KWATCH_TYPE_X)
		return left;
	while (len > 1 && (len > left || !kwatch_arch_fits(type, addr, len)))
		len /= 2;
	return len;
}

/*
 * Cut the watch into parts that a debug register can watch, the largest first
 * that fit: together they cover its bytes and no others.  bps->nr comes out as
 * what it takes, which may be more than there is room for.  No part is longer
 * than @max, and one of more than eight bytes has no value.
 */
static void split(struct kwatch_bps *bps, const struct kwatch_spec *spec, u32 max)
{
	bool data = spec->type != KWATCH_TYPE_X;
	u32 at = 0, len;

	bps->nr = 0;
	do {
		len = part_len(spec->type, bps->addr + at, spec->len - at, max);
		if (bps->nr < KWATCH_SLOTS_MAX) {
			bps->part[bps->nr].offset = at;
			bps->part[bps->nr].len = len;
			/*
			 * A watch of up to eight bytes has one value, a longer one has one a
			 * part.
			 */
			bps->part[bps->nr].value_offset = spec->len > 8 ? at : 0;
			bps->part[bps->nr].value_len = !data || len > 8 ? 0 :
						       spec->len > 8 ? len : spec->len;
			bps->part[bps->nr].value_slot = spec->len > 8 ? bps->nr : 0;
		}
		bps->nr++;
		at += len;
	} while (data && at < spec->len);
}

static unsigned int slots_there(const struct kwatch_spec *spec)
{
	return min_t(u32, KWATCH_SLOTS_MAX, kwatch_arch_slots(spec->type));
}

bool kwatch_slots_split_fewer(struct kwatch_watch *watch)
{
	unsigned int before = watch->bps.nr;

	split(&watch->bps, &watch->spec, kwatch_arch_len_max(watch->spec.type));
	watch->plan.nr_slots = watch->bps.nr;
	return watch->bps.nr < before;
}

int kwatch_slots_split(struct kwatch_watch *watch)
{
	const struct kwatch_spec *spec = &watch->spec;
	struct kwatch_bps *bps = &watch->bps;

	bps->plan = &watch->plan;
	bps->addr = watch->symbol.addr + spec->offset;
	bps->percpu = watch->symbol.percpu;
	bps->cpu = spec->given & KWATCH_GIVEN(CPU) ? spec->cpu : spec->copy;
	split(bps, spec, 8);
	watch->plan.nr_slots = bps->nr;
	if (bps->nr > slots_there(spec))
		kwatch_slots_split_fewer(watch);
	return kwatch_plan_place(&watch->plan, bps->percpu);
}

static bool is_device(const struct kwatch_watch *watch, unsigned long addr)
{
	u32 len = watch->spec.len ?: 1;

	return kwatch_arch_is_device(addr) || kwatch_arch_is_device(addr + len - 1);
}

/* Is there memory, the kernel's, for all of the watch? */
static bool mapped(const struct kwatch_watch *watch, unsigned long addr)
{
	u32 len = watch->spec.len ?: 1, i;

	if (addr < PAGE_OFFSET && addr < TASK_SIZE_MAX)
		return false;
	for (i = 0; i < len; i++)
		if (addr + i < addr || !kwatch_value_mapped(addr + i))
			return false;
	return true;
}

/* Slots that the untrusted watches of a process have. */
static unsigned int untrusted_slots(const struct kwatch_watch *wanting)
{
	struct kwatch_watch *watch;
	unsigned int nr = 0;

	list_for_each_entry(watch, &kwatch_watches, node)
		if (watch != wanting && watch->state == KWATCH_STATE_ARMED &&
		    watch->plan.own && !watch->plan.own->trusted &&
		    watch->process->mm == wanting->process->mm)
			nr += watch->bps.nr;
	return nr;
}

int kwatch_slots_check(const struct kwatch_watch *watch, const u16 *at,
		       struct kwatch_answer *answer)
{
	unsigned int cpu = cpumask_first(cpu_online_mask);
	unsigned long addr;

	if (watch->bps.cpu >= 0) {
		cpu = watch->bps.cpu;
		if (cpu >= nr_cpu_ids || !cpu_possible(cpu))
			return kwatch_refuse(answer, -EINVAL,
				      at[watch->spec.given & KWATCH_GIVEN(CPU) ?
					 KWATCH_WORD_CPU : KWATCH_WORD_TARGET],
				      "No such CPU");
	}
	if (watch->spec.copy >= 0 && !watch->bps.percpu)
		return kwatch_refuse(answer, -EINVAL, at[KWATCH_WORD_TARGET],
			      "Not a per-CPU variable, so it has no copies");

	addr = kwatch_cover_addr(&watch->bps, cpu);
	if (addr < TASK_SIZE_MAX && !watch->process)
		return kwatch_refuse(answer, -EFAULT, at[KWATCH_WORD_TARGET],
			      "Not a kernel address (a process's needs pid=)");
	if (watch->bps.percpu && !kwatch_symbol_is_percpu(watch->bps.addr, watch->spec.len ?: 1))
		return kwatch_refuse(answer, -EFAULT, at[KWATCH_WORD_TARGET],
			      "No per-CPU memory is allocated there");
	if (!watch->process && is_device(watch, addr))
		return kwatch_refuse(answer, -EFAULT, at[KWATCH_WORD_TARGET],
			      "Registers of a device: to read them may change what it does");
	if (!watch->process && !mapped(watch, addr))
		return kwatch_refuse(answer, -EFAULT, at[KWATCH_WORD_TARGET],
			      "No memory is mapped there");
	if (watch->bps.nr > slots_there(&watch->spec)) {
		kwatch_refuse(answer, -ENOSPC, at[KWATCH_WORD_LEN], "");
		scnprintf(answer->why, sizeof(answer->why),
			  "That takes %u slots at this alignment, and a CPU has %u",
			  watch->bps.nr, kwatch_arch_slots(watch->spec.type));
		return -ENOSPC;
	}
	if (watch->plan.own && !watch->plan.own->trusted &&
	    /* A parameter, which may be written now. */
	    untrusted_slots(watch) + watch->bps.nr > READ_ONCE(kwatch_admit_slots))
		return kwatch_refuse(answer, -ENOSPC, at[KWATCH_WORD_TARGET],
				     "That is more than your share of slots");
	if (watch->spec.type == KWATCH_TYPE_X &&
	    !kwatch_arch_fits(watch->spec.type, addr, watch->spec.len))
		return kwatch_refuse(answer, -EINVAL, at[KWATCH_WORD_TARGET],
				     "No instruction can start at that address");
	return 0;
}

static bool covers(const struct kwatch_watch *watch, unsigned int cpu)
{
	return watch->bps.cpu < 0 || watch->bps.cpu == cpu;
}

/* Do two watches share a byte on any CPU? */
static bool overlap(const struct kwatch_watch *a, const struct kwatch_watch *b)
{
	unsigned long at_a, at_b;
	unsigned int cpu;

	if ((a->spec.type == KWATCH_TYPE_X) != (b->spec.type == KWATCH_TYPE_X))
		return false;
	if (!a->process != !b->process ||
	    (a->process && a->process->mm != b->process->mm))
		return false;
	for_each_possible_cpu(cpu) {
		if (!covers(a, cpu) || !covers(b, cpu))
			continue;
		at_a = kwatch_cover_addr(&a->bps, cpu);
		at_b = kwatch_cover_addr(&b->bps, cpu);
		if (at_a < at_b + max_t(u32, b->spec.len, 1) &&
		    at_b < at_a + max_t(u32, a->spec.len, 1))
			return true;
	}
	return false;
}

int kwatch_slots_clash(const struct kwatch_watch *watch, const u16 *at,
		       struct kwatch_answer *answer)
{
	struct kwatch_watch *other;

	if (kwatch_selftest.each)
		return 0;
	list_for_each_entry(other, &kwatch_watches, node) {
		if (other == watch || other->state != KWATCH_STATE_ARMED ||
		    !overlap(watch, other))
			continue;
		kwatch_refuse(answer, -EOPNOTSUPP, at[KWATCH_WORD_TARGET], "");
		scnprintf(answer->why, sizeof(answer->why),
			  "This machine reports an access for one watch only (QEMU does), and watch %u has these bytes",
			  other->id);
		return -EOPNOTSUPP;
	}
	return 0;
}

/* Does an armed watch leave fewer slots to another? */
static bool is_in_the_way(const struct kwatch_watch *watch,
			  const struct kwatch_watch *wanting, unsigned int cpu)
{
	if (watch->state != KWATCH_STATE_ARMED)
		return false;
	/* The kernel keeps a CPU's slots free for any process that may run there. */
	if (wanting->process)
		return !watch->process ||
		       watch->process->mm == wanting->process->mm;
	return watch->bps.cpu < 0 || watch->bps.cpu == cpu;
}

void kwatch_slots_name_holders(const struct kwatch_watch *wanting, unsigned int cpu,
			       struct kwatch_answer *answer)
{
	unsigned int slots = kwatch_arch_slots(wanting->spec.type), ours = 0;
	unsigned int wanted = wanting->bps.nr, free = wanting->bps.free;
	char label[KWATCH_SYMBOL_MAX + 48], where[32];
	struct kwatch_watch *watch;
	size_t n;

	if (wanting->process)
		scnprintf(where, sizeof(where), "for process %d", wanting->spec.pid);
	else
		scnprintf(where, sizeof(where), "on CPU %u", cpu);
	if (free)
		n = scnprintf(answer->why, sizeof(answer->why),
			      "Too few slots left %s: it takes %u, and %u of %u %s free; the others are held by",
			      where, wanted, free, slots, free == 1 ? "is" : "are");
	else
		n = scnprintf(answer->why, sizeof(answer->why),
			      "No slot left %s, which has %u; they are held by", where, slots);
	list_for_each_entry(watch, &kwatch_watches, node) {
		if (!is_in_the_way(watch, wanting, cpu))
			continue;
		kwatch_spec_label(label, sizeof(label), &watch->spec);
		n += scnprintf(answer->why + n, sizeof(answer->why) - n,
			       "\n  %u: %s", watch->id, label);
		if (watch->process)
			n += scnprintf(answer->why + n, sizeof(answer->why) - n,
				       " pid=%d", watch->spec.pid);
		if (watch->bps.nr > 1)
			n += scnprintf(answer->why + n, sizeof(answer->why) - n,
				       " (%u slots)", watch->bps.nr);
		ours += watch->bps.nr;
	}
	if (ours + free < slots)
		scnprintf(answer->why + n, sizeof(answer->why) - n,
			  "\n  %u by others (perf, bpftrace, kgdb or a debugger)",
			  slots - ours - free);
}
