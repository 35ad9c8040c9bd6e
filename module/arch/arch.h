/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What differs by architecture.  Nothing else in the module asks which architecture it
 * runs on.  @type is KWATCH_TYPE_* everywhere.
 */
#ifndef KWATCH_ARCH_H
#define KWATCH_ARCH_H

#include <linux/types.h>

struct kwatch_bp;
struct perf_event;
struct perf_event_attr;
struct pt_regs;
struct task_struct;

/* KWATCH_ARCH_*: whose registers a REGS part has. */
extern const u16 kwatch_arch_number;

/* Does a hit come of accesses that the kernel makes to watched user memory? */
extern const bool kwatch_arch_sees_kernel;

/* Debug registers of this CPU, whoever holds them; any context */
unsigned int kwatch_arch_slots(u8 type);

/*
 * HW_BREAKPOINT_* for perf; any context.  Wider than @type where the CPU has no such
 * register: x86 has no read-only one, and hit/decide.c keeps the right hits.
 */
u32 kwatch_arch_bp_type(u8 type);

/* The length that perf wants for @len bytes (0: an x watch that left it out); any context */
u32 kwatch_arch_bp_len(u8 type, u32 len);

/*
 * The most bytes that one register watches, 8 or more; any context.  Above 8,
 * kwatch_arch_fits() takes powers of two.
 */
u32 kwatch_arch_len_max(u8 type);

/* Can one register watch @len bytes (0: as above) at @addr?  Any context */
bool kwatch_arch_fits(u8 type, unsigned long addr, u32 len);

/**
 * kwatch_arch_after() - does the trap come after the access?
 * @type: of the watch
 *
 * Context: any, NMI included.
 * Return: true if memory holds the new value in the handler, and the instruction pointer
 * is behind the instruction that made the access.
 */
bool kwatch_arch_after(u8 type);

/*
 * Has the program of @task trapped, with its access still to come?  Any context; the
 * answer may be outdated.  Always false where the trap comes after the access.
 */
bool kwatch_arch_stepped(const struct task_struct *task);

/* Had the interrupted code interrupts off?  Any context, NMI included */
bool kwatch_arch_irqs_off(const struct pt_regs *regs);

/* The name of word @i of a REGS part, or NULL if it is no register; any context */
const char *kwatch_arch_reg_name(unsigned int i);

/* Is @addr a device's register, which a read may change?  Any context but NMI */
bool kwatch_arch_is_device(unsigned long addr);

/*
 * Copy the registers, without what the kernel keeps beside them in a struct pt_regs.
 * Any context, NMI included.  Return: words, at most those of a struct pt_regs.
 */
unsigned int kwatch_arch_regs(u64 *to, const struct pt_regs *regs);

/**
 * kwatch_arch_entered() - make the stack of a kprobe at a function's entry whole
 * @regs: the kprobe's
 * @ip:   the stack, from the function on; each is named by the byte before it
 * @nr:   frames in @ip, 1 or more
 * @max:  room in @ip, 2 or more
 *
 * Context: any.
 * Return: frames in @ip then.
 */
unsigned int kwatch_arch_entered(const struct pt_regs *regs, unsigned long *ip,
				 unsigned int nr, unsigned int max);

/* Where a walk of a user stack starts; any context.  False: no 64-bit program */
bool kwatch_arch_user_frame(struct pt_regs *regs, unsigned long *ip,
			    unsigned long *fp);

/* A return address out of a user's frame, without its signature; any context */
unsigned long kwatch_arch_user_return(unsigned long ip);

/**
 * kwatch_arch_values() - the bytes before and after, where the trap comes first
 * @regs: of the trap
 * @addr: the first byte
 * @len:  1 to 8
 * @user: the bytes are user memory
 * @old:  filled
 * @new:  filled; as @old if it is not known
 *
 * Only for types of which kwatch_arch_after() is false.
 *
 * Context: the handler, NMI-like.
 * Return: KWATCH_FLAG_OLD_UNKNOWN and KWATCH_FLAG_NEW_UNKNOWN, or 0.
 */
u16 kwatch_arch_values(const struct pt_regs *regs, unsigned long addr, u32 len,
		       bool user, u64 *old, u64 *new);

/**
 * kwatch_arch_create() - a perf event whose hits go to kwatch_hit()
 * @attr: what to watch
 * @cpu:  where, or -1 for wherever @task runs
 * @task: the thread, or NULL
 * @bp:   what kwatch_hit() gets
 *
 * Context: may sleep.
 * Return: an enabled event, or an ERR_PTR().
 */
struct perf_event *kwatch_arch_create(struct perf_event_attr *attr, int cpu,
				      struct task_struct *task,
				      struct kwatch_bp *bp);

/**
 * kwatch_arch_create_wide() - kwatch_arch_create() on all CPUs that are online
 * @attr: what to watch
 * @bp:   what kwatch_hit() gets
 *
 * Context: may sleep; takes cpus_read_lock().
 * Return: the enabled events by CPU, NULL where a CPU is not online; or an ERR_PTR() with
 * no event left.
 */
struct perf_event *__percpu *kwatch_arch_create_wide(struct perf_event_attr *attr,
						     struct kwatch_bp *bp);

/* End an event of kwatch_arch_create(); may sleep */
void kwatch_arch_release(struct perf_event *event);

/* End events by CPU, of either function or NULL, and free the array; may sleep */
void kwatch_arch_release_wide(struct perf_event *__percpu *events);

/*
 * What kwatch_arch_create() got for an event, also for one that a child inherited; NULL
 * if the event is not kwatch's.  Any context, in an RCU read-side section.
 */
struct kwatch_bp *kwatch_arch_bp_of(const struct perf_event *event);

/* Before the first event.  0, or -errno after saying why no hit can be seen; may sleep */
int kwatch_arch_init(void);

/* No event is left; may sleep */
void kwatch_arch_exit(void);

/**
 * kwatch_arch_unwind() - the callers of the code that trapped
 * @regs: of the trap, in kernel mode
 * @ips:  filled with return addresses, innermost first, without the one in @regs
 * @max:  room in @ips
 * @flags: KWATCH_STACK_* are added
 *
 * Context: the handler, NMI-like: no lock, no fault that is not caught.
 * Return: how many.
 */
unsigned int kwatch_arch_unwind(struct pt_regs *regs, u64 *ips,
				unsigned int max, u16 *flags);

#endif /* KWATCH_ARCH_H */
