// SPDX-License-Identifier: GPL-2.0
/*
 * How a hit is observed on arm64: from beside perf, not as its handler.  The
 * half that runs inside the debug exception; perf.c is the other.
 *
 * A watchpoint is taken before the access.  To get past it the kernel turns
 * the watchpoints off and steps over the instruction, but only for an event
 * that has perf's own overflow handler; with any other it returns to the same
 * instruction, which traps again, for ever.  So our events keep that handler,
 * and perf_bp_event(), which all of them go through, is traced: by ftrace, or
 * where that cannot (5.10, and ftrace_enabled=0) by a kprobe.  Should the
 * tracer miss a call, a hit is lost, but no CPU is ever held up.
 *
 * Traced like this we see every breakpoint of the machine, so ours are looked
 * up in a table.
 *
 * An interrupt that is pending when the step begins is taken first.  Then the
 * kernel ends the step in the interrupt's first instructions, and the access,
 * not made yet, traps again: kwatch_hook_again() recognises that.  Where ftrace
 * can trace what the kernel calls at the end of a step, the program counter
 * tells there whether the access was made.
 */
#include <linux/hash.h>
#include <linux/hw_breakpoint.h>
#include <linux/irq_work.h>
#include <linux/kernel_stat.h>
#include <linux/percpu.h>
#include <linux/perf_event.h>
#include <linux/rculist.h>
#include <linux/sched.h>

#include "hit/hit.h"
#include "hit/value.h"
#include "arch/arch.h"
#include "arch/arm64/arm64.h"
#include "insn.h"

#define SEEN_BITS	10
#define SEEN_WAYS	4

/*
 * The loop guard.  An access that traps so often, with all registers the same,
 * is not getting anywhere: where the end of its step would have been seen;
 */
#define STEPS_MAX	1024
/* where it would not, and no interrupt came in between, or its bytes stayed; */
#define LOOP_MAX	65536
/* and a store-exclusive, which cannot succeed. */
#define EXCLUSIVE_MAX	64

struct hlist_head kwatch_arm64_table[1 << KWATCH_ARM64_TABLE_BITS];

/**
 * enum step - what became of an access that was reported
 * @STEP_UNKNOWN: nobody will tell
 * @STEP_PENDING: it was not made yet
 * @STEP_MADE: it was made
 */
enum step {
	STEP_UNKNOWN,
	STEP_PENDING,
	STEP_MADE,
};

/**
 * struct seen - the last access that a task made from one place on its stack
 * @key:   which task, place, watch and slot
 * @sum:   of its registers
 * @value: the watched bytes before it
 * @irqs:  interrupts that @cpu had had
 * @cpu:   where
 * @same:  how often it trapped, nothing else happening
 * @step:  enum step
 *
 * Not per CPU: between the two traps of one access the task may migrate.  Two
 * CPUs that write an entry at once leave one that matches nothing.
 */
struct seen {
	u64	key;
	u64	sum;
	u64	value;
	unsigned long irqs;
	u32	cpu;
	u32	same;
	u32	step;
};

/**
 * struct seen_set - the entries that a key may have
 * @way:  of whose step the end is awaited goes last
 * @next: the one to go next
 */
struct seen_set {
	struct seen way[SEEN_WAYS];
	u32	next;
};

static struct seen_set seen[1 << SEEN_BITS];

/**
 * struct stepped - what this CPU steps over
 * @pc:   the instruction, 0 for none
 * @nr:   how many breakpoints it triggered
 * @probing: a kprobe, which shows them here, steps itself
 * @seen: their entries
 * @key:  and what these are then
 *
 * In the kernel's own code nothing but the end of the step comes next on this
 * CPU.  A program may be interrupted, and go on elsewhere: its steps are for the
 * loop guard only, which bears that some are not seen to end.
 */
struct stepped {
	unsigned long pc;
	u32	nr;
	bool	probing;
	struct seen *seen[KWATCH_SLOTS_MAX];
	u64	key[KWATCH_SLOTS_MAX];
};

static DEFINE_PER_CPU(struct stepped, stepped);

/* A child that a task's event was inherited to counts as its parent. */
struct kwatch_bp *kwatch_arch_bp_of(const struct perf_event *event)
{
	struct kwatch_arm64_event *known;

	event = READ_ONCE(event->parent) ?: event;
	/* The exception is an RCU read-side section; slots bound the chain. */
	hlist_for_each_entry_rcu(known, kwatch_arm64_bucket(event), node, true)
		if (known->event == event)
			return known->bp;
	return NULL;
}

/* Of all registers but @but (32: of all). */
static u64 kwatch_hook_sum(const struct pt_regs *regs, unsigned int but)
{
	const u64 *word = (const u64 *)&regs->user_regs;
	u64 sum = current->nvcsw; /* who slept has not been stepping */
	unsigned int i;

	for (i = 0; i < sizeof(regs->user_regs) / sizeof(u64); i++) {
		sum = (sum ^ (i == but ? 0 : word[i])) * 0x9e3779b97f4a7c15ULL;
		sum ^= sum >> 29;
	}
	return sum;
}

static struct seen *kwatch_hook_seen(u64 key)
{
	struct seen_set *set = &seen[hash_64(key, SEEN_BITS)];
	unsigned int i, next;

	for (i = 0; i < SEEN_WAYS; i++)
		if (READ_ONCE(set->way[i].key) == key)
			return &set->way[i];
	/*
	 * The oldest, so that a task has lost its entry only after several others
	 * have come: one whose step is interrupted still needs it.
	 */
	next = READ_ONCE(set->next);
	for (i = 0; i < SEEN_WAYS; i++, next++)
		if (READ_ONCE(set->way[next % SEEN_WAYS].step) != STEP_PENDING)
			break;
	WRITE_ONCE(set->next, next + 1);
	return &set->way[next % SEEN_WAYS];
}

/*
 * Whether the access was made since its entry was written, as far as its step
 * tells, or else the watched bytes: the registers are the same, so that it would
 * have stored the same.  They tell nothing of loads, of stores of what was there,
 * and when another CPU stored in between.
 */
enum made {
	MADE_UNKNOWN,
	MADE,
	NOT_MADE,
};

static enum made kwatch_hook_made(const struct seen *last, const struct pt_regs *regs,
				  const struct kwatch_bp *bp, u64 value)
{
	u64 new;

	switch (READ_ONCE(last->step)) {
	case STEP_MADE:
		return MADE;
	case STEP_PENDING:
		return NOT_MADE;
	}
	if (!bp->len ||
	    !kwatch_arm64_predict(regs, bp->addr, bp->len, last->value, &new) ||
	    new == last->value)
		return MADE_UNKNOWN;
	if (value == new)
		return MADE;
	return value == last->value ? NOT_MADE : MADE_UNKNOWN;
}

/* The step over the access at @pc begins.  Return: the state of its entry. */
static enum step kwatch_hook_steps(const struct kwatch_bp *bp,
				   const struct pt_regs *regs,
				   struct seen *entry, u64 key)
{
	struct stepped *step = this_cpu_ptr(&stepped);
	unsigned int i;

	/* An instruction that is watched may be a branch; one of 32-bit code, of two bytes. */
	if (!kwatch_arm64_steps_traced || bp->plan->type == KWATCH_TYPE_X ||
	    compat_user_mode(regs))
		return STEP_UNKNOWN;
	if (step->pc != regs->pc) {
		step->pc = regs->pc;
		step->nr = 0;
	}
	for (i = 0; i < step->nr && step->seen[i] != entry; i++)
		;
	if (i == ARRAY_SIZE(step->seen))
		return STEP_UNKNOWN;
	step->seen[i] = entry;
	step->key[i] = key;
	if (i == step->nr)
		step->nr++;
	return STEP_PENDING;
}

/* A step ended, at @regs. */
static void kwatch_hook_step_ended(const struct pt_regs *regs)
{
	struct stepped *step = this_cpu_ptr(&stepped);
	unsigned int i;

	if (!regs || !step->pc || step->probing)
		return;
	/* No load or store branches, and an interrupt is elsewhere. */
	for (i = 0; regs->pc == step->pc + sizeof(u32) && i < step->nr; i++)
		if (READ_ONCE(step->seen[i]->key) == step->key[i])
			WRITE_ONCE(step->seen[i]->step, STEP_MADE);
	step->pc = 0;
	step->nr = 0;
}

/* Nothing of the task has changed since its entry was written.  Was the access made? */
static bool kwatch_hook_made_again(const struct seen *last, const struct pt_regs *regs,
				   enum made made, bool quiet)
{
	/* If nothing has interrupted the step, its end was missed. */
	if (READ_ONCE(last->step) == STEP_PENDING)
		return quiet;
	/* With interrupts off nothing comes between. */
	return made == MADE || kwatch_arch_irqs_off(regs) || (made == MADE_UNKNOWN && quiet);
}

/*
 * The loop guard: whatever stops the kernel from stepping, no CPU is held up.
 * Nothing of the task has changed.
 */
static bool kwatch_hook_stuck(struct seen *last, enum made made, bool quiet)
{
	u32 max = READ_ONCE(last->step) == STEP_PENDING ? STEPS_MAX : LOOP_MAX;

	if (made == MADE || (made == MADE_UNKNOWN && !quiet))
		last->same = 0;
	else
		last->same++;
	return last->same >= max;
}

/*
 * Is it the second trap of an access that was reported?  Then nothing of the
 * task has changed, and something has interrupted it.  A store-exclusive needs
 * no interrupt to fail, and writes @status, a register, when it does.
 */
static bool kwatch_hook_again(const struct kwatch_bp *bp, const struct pt_regs *regs,
			      unsigned int status)
{
	u64 key = (u64)current ^ hash_64(regs->sp, 64) ^
		  hash_64(((u64)bp->plan->id << 8) + bp->slot, 64);
	u64 sum = kwatch_hook_sum(regs, status), value = 0;
	unsigned int cpu = smp_processor_id();
	unsigned long irqs = kstat_cpu_irqs_sum(cpu);
	struct seen *last = kwatch_hook_seen(key);
	bool quiet = last->cpu == cpu && last->irqs == irqs, again = false;
	bool exclusive = status < KWATCH_INSN_REGS;
	bool match = READ_ONCE(last->key) == key && READ_ONCE(last->sum) == sum;
	enum made made;

	if (bp->len && !bp->process)
		kwatch_value_read(bp->addr, bp->len, &value);
	else if (bp->len)
		kwatch_value_read_user(bp->addr, bp->len, &value);
	if (!match) {
		last->same = 0;
	} else if (exclusive) {
		again = value == last->value;
		last->same = again ? last->same + 1 : 0;
		if (last->same >= EXCLUSIVE_MAX)
			kwatch_hit_stuck(bp);
	} else {
		made = kwatch_hook_made(last, regs, bp, value);
		again = !kwatch_hook_made_again(last, regs, made, quiet);
		if (kwatch_hook_stuck(last, made, quiet))
			kwatch_hit_stuck(bp);
	}

	WRITE_ONCE(last->key, key);
	WRITE_ONCE(last->sum, sum);
	last->value = value;
	last->irqs = irqs;
	last->cpu = cpu;
	WRITE_ONCE(last->step, exclusive ? STEP_UNKNOWN : kwatch_hook_steps(bp, regs, last, key));
	return again;
}

/* Return: true if a store-exclusive was run here, else as kwatch_arm64_run_exclusive(). */
static bool kwatch_hook_exclusive(const struct kwatch_bp *bp, struct perf_event *event,
				  struct pt_regs *regs, unsigned int *status)
{
	struct pt_regs *at;

	*status = KWATCH_INSN_REGS;
	if (bp->plan->type == KWATCH_TYPE_X)
		return false;
	at = kwatch_arm64_run_exclusive(regs, status);
	if (!at)
		return false;
	kwatch_hit(bp, event, at);
	return true;
}

/*
 * The memory of a process, accessed by its program: an interrupt does not end a
 * step in user mode, so nothing is reported twice.  But a store-exclusive fails
 * for ever here too, and nobody runs it instead.
 */
static void kwatch_hook_user(const struct kwatch_bp *bp, struct perf_event *event,
			     struct pt_regs *regs)
{
	unsigned int status = KWATCH_INSN_REGS;
	u32 insn;

	if (bp->plan->type != KWATCH_TYPE_X && kwatch_arm64_fetch(regs, &insn) &&
	    kwatch_insn_is_exclusive(insn))
		status = kwatch_insn_status(insn);
	/* Of others for the loop guard only. */
	if (kwatch_hook_again(bp, regs, status) && status != KWATCH_INSN_REGS)
		return;
	kwatch_hit_in_task(bp, event, regs);
}

static void kwatch_hook_kernel(const struct kwatch_bp *bp, struct perf_event *event,
			       struct pt_regs *regs)
{
	unsigned int status;

	if (!kwatch_hook_exclusive(bp, event, regs, &status) &&
	    !kwatch_hook_again(bp, regs, status))
		kwatch_hit(bp, event, regs);
}

/* perf_bp_event() was called. */
static void kwatch_hook_event(struct perf_event *event, struct pt_regs *regs)
{
	const struct kwatch_bp *bp;

	if (!event || !regs)
		return;
	bp = kwatch_arch_bp_of(event);
	if (!bp)
		return;
	if (bp->process)
		kwatch_hook_user(bp, event, regs);
	else
		kwatch_hook_kernel(bp, event, regs);
	/* It may have no interrupts on, so nobody else can do it. */
	if (unlikely(READ_ONCE(bp->plan->ended) == KWATCH_GONE_LOOP)) /* kwatch_hit_stuck() */
		kwatch_arm64_silence(event);
}

void kwatch_hook_traced(unsigned long ip, unsigned long parent_ip,
			struct ftrace_ops *ops, struct ftrace_regs *fregs)
{
	kwatch_hook_event((void *)kwatch_ftrace_argument(fregs, 0),
			  (void *)kwatch_ftrace_argument(fregs, 1));
}

void kwatch_hook_stepped(unsigned long ip, unsigned long parent_ip,
			 struct ftrace_ops *ops, struct ftrace_regs *fregs)
{
	kwatch_hook_step_ended((void *)kwatch_ftrace_argument(fregs, 0));
}

/*
 * While a program is stepped over its own watched access, the kernel installs every
 * breakpoint switched off, also those on the kernel's memory: it asks the current
 * task whether there is a step, and not whose memory it is
 * (hw_breakpoint_control()).  To arm a watch installs all of a CPU's anew.
 * Installing is done with interrupts off, so this one is the next thing here.
 */
DEFINE_PER_CPU(struct irq_work, kwatch_arm64_installed);

void kwatch_hook_installs(unsigned long ip, unsigned long parent_ip,
			  struct ftrace_ops *ops, struct ftrace_regs *fregs)
{
	struct perf_event *event = (void *)kwatch_ftrace_argument(fregs, 0);
	const struct debug_info *debug = &current->thread.debug;

	if (counter_arch_bp(event)->ctrl.privilege == AARCH64_BREAKPOINT_EL1 &&
	    (debug->bps_disabled || debug->wps_disabled))
		irq_work_queue(this_cpu_ptr(&kwatch_arm64_installed));
}

int kwatch_hook_probed(struct kprobe *kp, struct pt_regs *regs)
{
	kwatch_hook_event((void *)regs->regs[0], (void *)regs->regs[1]);
	/* 5.10 steps over the probed instruction in the same way. */
	this_cpu_write(stepped.probing, true);
	return 0;
}

void kwatch_hook_probe_ended(struct kprobe *kp, struct pt_regs *regs, unsigned long flags)
{
	this_cpu_write(stepped.probing, false);
}
