/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What differs by architecture: x86.c and arm64.c beside this file.
 *
 * Nothing else in the module asks which architecture it runs on.
 */
#ifndef KWATCH_ARCH_H
#define KWATCH_ARCH_H

#include <linux/types.h>

struct kwatch_bp;
struct perf_event;
struct perf_event_attr;
struct pt_regs;
struct task_struct;

/* KWATCH_ARCH_*: what a REGS part is of. */
extern const u16 kwatch_arch_number;

/**
 * kwatch_arch_slots() - debug registers of this CPU for a type of watch
 * @type: KWATCH_TYPE_*
 *
 * Context: any.
 * Return: how many, whoever holds them.
 */
unsigned int kwatch_arch_slots(u8 type);

/**
 * kwatch_arch_bp_type() - what perf is asked for
 * @type: KWATCH_TYPE_*
 *
 * Context: any.
 * Return: HW_BREAKPOINT_*; wider than @type where the CPU has no such
 * register (x86 has no read-only one), and then hit.c keeps the right hits.
 */
u32 kwatch_arch_bp_type(u8 type);

/**
 * kwatch_arch_bp_len() - the length that perf wants for a watch
 * @type: KWATCH_TYPE_*
 * @len:  of the watch in bytes, 0 for an x watch that left it out
 *
 * Context: any.
 * Return: bytes.
 */
u32 kwatch_arch_bp_len(u8 type, u32 len);

/**
 * kwatch_arch_len_max() - the most bytes that one register can watch
 * @type: KWATCH_TYPE_*
 *
 * Context: any.
 * Return: bytes, 8 or more; above 8, kwatch_arch_fits() takes powers of two.
 */
u32 kwatch_arch_len_max(u8 type);

/**
 * kwatch_arch_fits() - can one register watch these bytes?
 * @type: KWATCH_TYPE_*
 * @addr: the first byte
 * @len:  bytes, 0 for an x watch that left it out
 *
 * Context: any.
 * Return: true if length and alignment suit one register.
 */
bool kwatch_arch_fits(u8 type, unsigned long addr, u32 len);

/**
 * kwatch_arch_after() - does the trap come after the access?
 * @type: KWATCH_TYPE_*
 *
 * Context: any, NMI included.
 * Return: true if memory holds the new value in the handler and the
 * instruction pointer is behind the instruction that made the access.
 */
bool kwatch_arch_after(u8 type);

/**
 * kwatch_arch_stepped() - has a thread's program trapped, and its access is to come?
 * @task: the thread
 *
 * Context: any; the answer may be over by then.
 * Return: true if so; always false where the trap comes after the access.
 */
bool kwatch_arch_stepped(const struct task_struct *task);

/**
 * kwatch_arch_irqs_off() - had the interrupted code interrupts off?
 * @regs: of the trap
 *
 * Context: any, NMI included.
 */
bool kwatch_arch_irqs_off(const struct pt_regs *regs);

/**
 * kwatch_arch_reg_name() - what a word of a REGS part is called
 * @i: its index
 *
 * Context: any.
 * Return: its name, or NULL if it is no register.
 */
const char *kwatch_arch_reg_name(unsigned int i);

/**
 * kwatch_arch_is_device() - is it a device's registers, which to read may change something?
 * @addr: a kernel address
 *
 * Context: any but NMI.
 */
bool kwatch_arch_is_device(unsigned long addr);

/**
 * kwatch_arch_regs() - the registers of a trap
 * @to:   filled
 * @regs: of the trap, or of a task in user mode
 *
 * Not what the kernel keeps beside them in a struct pt_regs.
 *
 * Context: any, NMI included.
 * Return: how many words, at most those of a struct pt_regs.
 */
unsigned int kwatch_arch_regs(u64 *to, const struct pt_regs *regs);

/**
 * kwatch_arch_entered() - make the stack of a kprobe at a function's entry whole
 * @regs: the kprobe's
 * @ip:   the stack, from the function on; each is named by the byte before it
 * @nr:   frames in it, 1 or more
 * @max:  room for so many, 2 or more
 *
 * Context: any.
 * Return: frames in it then.
 */
unsigned int kwatch_arch_entered(const struct pt_regs *regs, unsigned long *ip,
				 unsigned int nr, unsigned int max);

/**
 * kwatch_arch_user_frame() - where a walk of a task's user stack starts
 * @regs: of the task in user mode
 * @ip:   filled with the instruction pointer
 * @fp:   filled with the frame pointer
 *
 * Context: any, NMI included.
 * Return: false if the program is not a 64-bit one.
 */
bool kwatch_arch_user_frame(struct pt_regs *regs, unsigned long *ip,
			    unsigned long *fp);

/**
 * kwatch_arch_user_return() - a return address as it is found in a user's frame
 * @ip: it
 *
 * Context: any, NMI included.
 * Return: the address, without a signature.
 */
unsigned long kwatch_arch_user_return(unsigned long ip);

/**
 * kwatch_arch_values() - the bytes before and after, if the trap is before
 * @regs: of the trap
 * @addr: the first byte
 * @len:  1 to 8
 * @user: it is user memory
 * @old:  filled
 * @new:  filled; as @old if it is not known
 *
 * Only for types of which kwatch_arch_after() says no.
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
 * @task: whom, or NULL
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

/**
 * kwatch_arch_release() - end what kwatch_arch_create() made
 * @event: which
 *
 * Context: may sleep.
 */
void kwatch_arch_release(struct perf_event *event);

/**
 * kwatch_arch_release_wide() - end events by CPU, and free the array
 * @events: each of kwatch_arch_create() or kwatch_arch_create_wide(), or NULL
 *
 * Context: may sleep.
 */
void kwatch_arch_release_wide(struct perf_event *__percpu *events);

/**
 * kwatch_arch_bp_of() - whose breakpoint an event is
 * @event: any event, also an inherited one
 *
 * Context: any; in an RCU read-side section.
 * Return: what kwatch_arch_create() was given for it, or NULL if it is not
 * ours.
 */
struct kwatch_bp *kwatch_arch_bp_of(const struct perf_event *event);

/* Are accesses that the kernel makes to watched user memory reported? */
extern const bool kwatch_arch_sees_kernel;

/**
 * kwatch_arch_init() - before the first kwatch_arch_create()
 *
 * Context: may sleep.
 * Return: 0, or -errno after saying why no hit could be observed.
 */
int kwatch_arch_init(void);

/**
 * kwatch_arch_exit() - undo kwatch_arch_init(); no event is left
 *
 * Context: may sleep.
 */
void kwatch_arch_exit(void);

/**
 * kwatch_arch_unwind() - the callers of the code that trapped
 * @regs: of the trap, in kernel mode
 * @ips:  filled with return addresses, innermost first, without @regs's own
 * @max:  room in @ips
 * @flags: KWATCH_STACK_* are added
 *
 * Context: the handler, NMI-like: no lock, no fault that is not caught.
 * Return: how many.
 */
unsigned int kwatch_arch_unwind(struct pt_regs *regs, u64 *ips,
				unsigned int max, u16 *flags);

#endif /* KWATCH_ARCH_H */
