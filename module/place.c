// SPDX-License-Identifier: GPL-2.0
/*
 * Where a watch goes: the debug registers that it takes, whether that place
 * can be watched, and who is in the way.
 */
#include <linux/cpumask.h>
#include <linux/percpu.h>
#include <linux/uaccess.h>

#include "arch/arch.h"
#include "place.h"
#include "watch.h"

void kwatch_place_plan(struct kwatch_watch *watch)
{
	const struct kwatch_spec *spec = &watch->spec;
	struct kwatch_bps *bps = &watch->bps;

	bps->hot = &watch->hot;
	bps->addr = watch->symbol.addr + spec->offset;
	bps->percpu = watch->symbol.percpu;
	bps->cpu = spec->given & KWATCH_GIVEN(CPU) ? spec->cpu : spec->copy;
	bps->nr = 1;
	bps->part[0].offset = 0;
	bps->part[0].len = spec->len;
	if (!bps->percpu) {
		free_percpu(watch->hot.cpu_values);
		watch->hot.cpu_values = NULL;
	}
}

/* Is there memory, the kernel's, for all of the watch? */
static bool mapped(const struct kwatch_watch *watch, unsigned long addr)
{
	u32 len = watch->spec.len ?: 1, i;
	u8 byte;

	if (addr < PAGE_OFFSET && addr < TASK_SIZE_MAX)
		return false;
	/*
	 * Not kwatch_value_read(): at an address that is not canonical, the
	 * kernel warns about that.
	 */
	for (i = 0; i < len; i++)
		if (addr + i < addr ||
		    copy_from_kernel_nofault(&byte, (void *)(addr + i), 1))
			return false;
	return true;
}

int kwatch_place_check(const struct kwatch_watch *watch, const u16 *at,
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

	addr = kwatch_bp_addr(&watch->bps, cpu);
	if (addr < TASK_SIZE_MAX)
		return kwatch_refuse(answer, -EFAULT, at[KWATCH_WORD_TARGET],
			      "Not a kernel address");
	if (!mapped(watch, addr))
		return kwatch_refuse(answer, -EFAULT, at[KWATCH_WORD_TARGET],
			      "No memory is mapped there");
	if (!kwatch_arch_fits(watch->spec.type, addr, watch->spec.len))
		return kwatch_refuse(answer, -EINVAL, at[KWATCH_WORD_LEN],
			      "Length must be 1, 2, 4 or 8, and the address a multiple of it");
	return 0;
}

void kwatch_place_name_holders(u8 type, unsigned int cpu, struct kwatch_answer *answer)
{
	unsigned int slots = kwatch_arch_slots(type), ours = 0;
	struct kwatch_watch *watch;
	char label[KWATCH_SYMBOL_MAX + 48];
	size_t n;

	n = scnprintf(answer->why, sizeof(answer->why),
		      "No slot left on CPU %u, which has %u; they are held by",
		      cpu, slots);
	list_for_each_entry(watch, &kwatch_watches, node) {
		if (watch->state != KWATCH_STATE_ARMED)
			continue;
		if (watch->bps.cpu >= 0 && watch->bps.cpu != cpu)
			continue;
		kwatch_spec_label(label, sizeof(label), &watch->spec);
		n += scnprintf(answer->why + n, sizeof(answer->why) - n,
			       "\n  %u: %s", watch->id, label);
		ours += watch->bps.nr;
	}
	if (ours < slots)
		scnprintf(answer->why + n, sizeof(answer->why) - n,
			  "\n  %u by others (perf, bpftrace, kgdb or a debugger)",
			  slots - ours);
}
