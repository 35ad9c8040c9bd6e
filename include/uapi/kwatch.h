/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/*
 * kwatch: what the kernel module and user space agree on.
 *
 * Two things: the binary records that a read of "hits_raw" returns, and the
 * limits of the command language that "ctl" takes.  The text that "hits"
 * prints is made from the same records.
 *
 * A read of hits_raw returns whole records, oldest first over all CPUs.  A
 * record starts with struct kwatch_record; its @size leads to the next one,
 * and a reader skips types and parts that it does not know.  Whatever a record
 * refers to by number (a watch, a stack, a task) has been defined by an
 * earlier record of the same open file: the stream is complete in itself.
 *
 * All members are little-endian (kwatch runs on x86-64 and arm64) and
 * naturally aligned; every size is a multiple of 8.  All times are
 * CLOCK_MONOTONIC in nanoseconds.
 */
#ifndef _UAPI_KWATCH_H
#define _UAPI_KWATCH_H

#include <linux/ioctl.h>
#include <linux/types.h>

/** KWATCH_VERSION - the one version number; a test holds all others to it. */
#define KWATCH_VERSION		"0.1.0"

/** KWATCH_ABI - goes up when a record changes its meaning; in "stats" too. */
#define KWATCH_ABI		2

#define KWATCH_LINE_MAX		1024	/* bytes in one command line, without the newline */
#define KWATCH_NAME_MAX		32	/* bytes of name=, NUL included */
#define KWATCH_SYMBOL_MAX	256	/* bytes of a "module:symbol", NUL included */
#define KWATCH_COMM_MAX		16	/* bytes of a task's comm, NUL included */
#define KWATCH_CPU_NONE		0xffff
#define KWATCH_WATCH_MAX	65535	/* the largest id; ids start at 1 */

/**
 * enum kwatch_record_type - what a record is
 * @KWATCH_RECORD_HIT:   struct kwatch_hit, one access
 * @KWATCH_RECORD_LOST:  struct kwatch_lost, what this reader came too late for
 * @KWATCH_RECORD_WATCH: struct kwatch_watch_def, names a watch for this reader; the
 *                       number may have been another watch's in earlier records
 * @KWATCH_RECORD_STACK: struct kwatch_stack_def, a stack that hits refer to
 * @KWATCH_RECORD_TASK:  struct kwatch_task_def, a task that hits refer to
 * @KWATCH_RECORD_GAP:   struct kwatch_gap, a time in which a CPU did not watch
 * @KWATCH_RECORD_UNSEEN: struct kwatch_unseen, a change that no hit explains
 * @KWATCH_RECORD_GONE:  struct kwatch_gone, a watch ended by itself
 * @KWATCH_RECORD_MODULE: struct kwatch_module_def, a module that was unloaded
 * @KWATCH_RECORD_SYMBOL: struct kwatch_symbol_def, a function of such a module
 * @KWATCH_RECORD_COVER: struct kwatch_cover, a CPU or thread has no breakpoint
 * @KWATCH_RECORD_FREED: struct kwatch_gone, the memory of a watch went; the watch
 *                       stays where it is, and its further hits are other memory's
 * @KWATCH_RECORD_ALSO:  struct kwatch_also, other bytes that a hit touched
 *
 * LOST, WATCH, STACK, TASK, MODULE and SYMBOL are made for the reader; they
 * take no room in the ring.
 */
enum kwatch_record_type {
	KWATCH_RECORD_HIT	= 1,
	KWATCH_RECORD_LOST	= 2,
	KWATCH_RECORD_WATCH	= 3,
	KWATCH_RECORD_STACK	= 4,
	KWATCH_RECORD_TASK	= 5,
	KWATCH_RECORD_GAP	= 6,
	KWATCH_RECORD_UNSEEN	= 7,
	KWATCH_RECORD_GONE	= 8,
	KWATCH_RECORD_MODULE	= 9,
	KWATCH_RECORD_SYMBOL	= 10,
	KWATCH_RECORD_COVER	= 11,
	KWATCH_RECORD_FREED	= 13,
	KWATCH_RECORD_ALSO	= 12,
};

/**
 * struct kwatch_record - how every record starts (16 bytes)
 * @size:  of the whole record in bytes, this header included; multiple of 8
 * @type:  enum kwatch_record_type
 * @parts: KWATCH_PART_*, which variable parts follow the fixed one, in the
 *         order of their bits
 * @watch: id of the watch that it is about, 0 for none
 * @flags: KWATCH_FLAG_* and, in the low byte, preempt depth and slot
 * @time_ns: when
 */
struct kwatch_record {
	__u16	size;
	__u8	type;
	__u8	parts;
	__u16	watch;
	__u16	flags;
	__u64	time_ns;
};

/* struct kwatch_record.flags */
#define KWATCH_FLAG_PREEMPT_MASK	0x000f	/* preempt depth, 15 means 15 or more */
#define KWATCH_FLAG_SLOT_MASK		0x00f0	/* which of the watch's breakpoints */
#define KWATCH_FLAG_SLOT_SHIFT		4
#define KWATCH_FLAG_IRQS_OFF		0x0100
#define KWATCH_FLAG_NEED_RESCHED	0x0200
#define KWATCH_FLAG_SOFTIRQ		0x0400	/* in a softirq handler */
#define KWATCH_FLAG_HARDIRQ		0x0800	/* in a hardirq handler */
#define KWATCH_FLAG_NMI			0x1000	/* in an NMI handler */
#define KWATCH_FLAG_USER		0x2000	/* user code made the access */
#define KWATCH_FLAG_OLD_UNKNOWN		0x4000	/* @old_value means nothing */
#define KWATCH_FLAG_NEW_UNKNOWN		0x8000	/* @new_value means nothing */

/* struct kwatch_record.parts: a hit's variable parts, in this order */
#define KWATCH_PART_TASK	0x01	/* struct kwatch_task */
#define KWATCH_PART_KSTACK	0x02	/* struct kwatch_stack, kernel frames */
#define KWATCH_PART_USTACK	0x04	/* struct kwatch_stack, user frames */
#define KWATCH_PART_REGS	0x08	/* struct kwatch_regs */
#define KWATCH_PART_UCOPY	0x10	/* struct kwatch_ucopy, user registers and stack bytes */
#define KWATCH_PART_WHERE	0x20	/* struct kwatch_where, of a watch of more than 8 bytes */

/**
 * struct kwatch_hit - one access (48 bytes and its parts)
 * @rec:   header; @rec.time_ns is when the access trapped
 * @seq:   the watch's own count of hits, from 1; a gap means that hits were
 *         filtered, suppressed or overwritten.  A per-CPU variable counts per
 *         copy
 * @old_value: the watched bytes before the access, in the low bytes; with a WHERE
 *         part, the bytes that it says
 * @new_value: and after it
 * @cpu:   where
 * @task:  number of a KWATCH_RECORD_TASK on this @cpu; 0: a TASK part follows
 * @stack: number of a KWATCH_RECORD_STACK on this @cpu; 0: KSTACK and USTACK
 *         parts follow, as @rec.parts says
 */
struct kwatch_hit {
	struct kwatch_record rec;
	__u64	seq;
	__u64	old_value;
	__u64	new_value;
	__u16	cpu;
	__u16	task;
	__u32	stack;
};

/**
 * struct kwatch_task - who ran (24 bytes)
 * @tid:  thread id in the initial namespace
 * @tgid: process id, likewise
 * @comm: the thread's name, padded with NUL
 */
struct kwatch_task {
	__u32	tid;
	__u32	tgid;
	char	comm[KWATCH_COMM_MAX];
};

/* struct kwatch_stack.flags */
#define KWATCH_STACK_CUT	0x0001	/* more frames than the depth asked for */
#define KWATCH_STACK_BROKEN	0x0002	/* the unwinder could not go on */
#define KWATCH_STACK_32BIT	0x0008	/* a 32-bit program's, of which only ip[0] is known */
/*
 * ip[1] is the link register of arm64: the caller, if ip[0] lies in a leaf
 * function that has no frame.  Else it is stale: leave it out if it lies in
 * ip[0]'s function, or is the same as ip[2].
 */
#define KWATCH_STACK_LR		0x0004

/**
 * struct kwatch_stack - return addresses, innermost first
 * @nr:    how many
 * @flags: KWATCH_STACK_*
 * @reserved: 0
 * @ip:    @ip[0] is the instruction pointer of the trap: on x86 the
 *         instruction after the access, so symbolise it with ip - 1, as every
 *         return address; on arm64 (and for x watches) the instruction itself
 */
struct kwatch_stack {
	__u16	nr;
	__u16	flags;
	__u32	reserved;
	__u64	ip[];
};

/* struct kwatch_regs.arch */
#define KWATCH_ARCH_X86_64	1
#define KWATCH_ARCH_ARM64	2

/**
 * struct kwatch_regs - the registers of the code that made the access
 * @nr:   how many words
 * @arch: KWATCH_ARCH_*
 * @reserved: 0
 * @reg:  as the kernel's struct pt_regs of that architecture has them
 */
struct kwatch_regs {
	__u16	nr;
	__u16	arch;
	__u32	reserved;
	__u64	reg[];
};

/**
 * struct kwatch_ucopy - what a user stack can be unwound from later
 * @size:  bytes of the user stack that follow the registers, a multiple of 8;
 *         0 if they could not be read
 * @nr:    how many registers
 * @arch:  KWATCH_ARCH_*
 * @asked: bytes of the stack that were asked for; @size is less where the
 *         stack ends before
 * @sp:    address of the first of these bytes: the stack pointer
 * @reg:   user registers on the way into the kernel, as the kernel's struct
 *         pt_regs of that architecture has them; then the bytes
 */
struct kwatch_ucopy {
	__u16	size;
	__u16	nr;
	__u16	arch;
	__u16	asked;
	__u64	sp;
	__u64	reg[];
};

/**
 * struct kwatch_where - which bytes of a watch the values are
 * @offset: from the watch's first byte
 * @len:    how many; more than 8 have no value
 *
 * Also a part of struct kwatch_unseen.
 */
struct kwatch_where {
	__u32	offset;
	__u32	len;
};

/**
 * struct kwatch_also - other bytes of a long watch that a hit touched
 * @rec:   header; @rec.flags says which values are unknown, @rec.time_ns is the hit's
 * @seq:   of the hit, which comes before it from the same @cpu
 * @old_value: these bytes before the access
 * @new_value: and after it
 * @where: which bytes
 * @cpu:   the hit's
 * @reserved: 0
 *
 * It is no hit, and where losses or hits are counted it is none.
 */
struct kwatch_also {
	struct kwatch_record rec;
	__u64	seq;
	__u64	old_value;
	__u64	new_value;
	struct kwatch_where where;
	__u16	cpu;
	__u16	reserved[3];
};

/**
 * struct kwatch_lost - records overwritten before this reader came; of
 *                      /dev/kwatch also those that other CPUs left no turn
 * @rec:     header; @rec.time_ns is the time of the first record after the gap
 * @count:   how many records, exactly
 * @from_ns: time of the last record before the gap
 * @cpu:     in whose ring; KWATCH_CPU_NONE for records that are no hits
 * @reserved: 0
 */
struct kwatch_lost {
	struct kwatch_record rec;
	__u64	count;
	__u64	from_ns;
	__u16	cpu;
	__u16	reserved[3];
};

/**
 * struct kwatch_watch_def - what @rec.watch stands for
 * @rec:  header; @rec.time_ns is when it was made
 * @addr: where it watches; 0 for a per-CPU variable, another address a CPU
 * @type: KWATCH_TYPE_*
 * @reserved: 0
 * @len:  in bytes
 * @spec: the watch as one line of the command language, NUL-terminated and
 *        padded
 */
struct kwatch_watch_def {
	struct kwatch_record rec;
	__u64	addr;
	__u8	type;
	__u8	reserved[3];
	__u32	len;
	char	spec[];
};

/**
 * struct kwatch_stack_def - a stack that hits on @cpu refer to
 * @rec: header; KSTACK and USTACK parts follow, as @rec.parts says
 * @number: what struct kwatch_hit.stack says
 * @cpu: numbers are per CPU
 * @reserved: 0
 */
struct kwatch_stack_def {
	struct kwatch_record rec;
	__u32	number;
	__u16	cpu;
	__u16	reserved;
};

/**
 * struct kwatch_task_def - a task that hits on @cpu refer to
 * @rec: header
 * @number: what struct kwatch_hit.task says
 * @cpu: numbers are per CPU
 * @reserved: 0
 * @task: who
 */
struct kwatch_task_def {
	struct kwatch_record rec;
	__u16	number;
	__u16	cpu;
	__u32	reserved;
	struct kwatch_task task;
};

#define KWATCH_MODULE_RANGES	7	/* kinds of memory that a module has at most */

/* struct kwatch_module_def.flags */
#define KWATCH_MODULE_STALE	0x0001	/* an older module was forgotten: see there */

/**
 * struct kwatch_module_def - a module that was unloaded
 * @rec:     header; @rec.time_ns is when it was unloaded
 * @from_ns: when it was loaded; 0: before kwatch was
 * @number:  of this load of it, from 1; a module that comes back has another
 * @flags:   KWATCH_MODULE_*; with STALE the rest is 0, and addresses in modules
 *           before @rec.time_ns have no name any more
 * @nr_ranges: in @range
 * @build_id_size: in bytes, 0 if there is none
 * @build_id: of the module's ELF file
 * @name:    NUL-terminated and padded
 * @range:   its memory
 * @range.start: first byte
 * @range.size:  in bytes
 *
 * An address in @range of a record between @from_ns and @rec.time_ns is this
 * module's, whatever lies there now.  A reader of hits_raw gets it, and its
 * symbols, at the first read() after that time, ahead of that read's records; a
 * new one gets all of them first.  A reader that keeps names of its own drops
 * those of @range then.  The memory of a module's init, which is freed when init
 * is done, is a module of its own, with another number and the same name.
 */
struct kwatch_module_def {
	struct kwatch_record rec;
	__u64	from_ns;
	__u32	number;
	__u16	flags;
	__u8	nr_ranges;
	__u8	build_id_size;
	__u8	build_id[24];
	char	name[64];
	struct {
		__u64	start;
		__u64	size;
	} range[KWATCH_MODULE_RANGES];
};

/**
 * struct kwatch_symbol_def - a function of a module that was unloaded
 * @rec:    header; @rec.time_ns is when the module was unloaded
 * @start:  first byte
 * @size:   in bytes
 * @module: struct kwatch_module_def.number, which came before
 * @name:   NUL-terminated and padded
 *
 * There is one for each function that an address in a record lies in, as far as
 * memory allows; an address of that module without one has no other name than
 * the module's.
 */
struct kwatch_symbol_def {
	struct kwatch_record rec;
	__u64	start;
	__u32	size;
	__u32	module;
	char	name[];
};

/**
 * struct kwatch_gap - a time in which a CPU recorded or watched nothing
 * @rec:     header; @rec.time_ns is the end of it
 * @from_ns: its start
 * @count:   hits that the handler still saw and suppressed in it
 * @cpu:     where; KWATCH_CPU_NONE for all, of a watch of a process
 * @off:     1 if the breakpoint was off, so that accesses were not even counted
 * @reserved: 0
 */
struct kwatch_gap {
	struct kwatch_record rec;
	__u64	from_ns;
	__u64	count;
	__u16	cpu;
	__u16	off;
	__u32	reserved;
};

/**
 * enum kwatch_cover_what - what struct kwatch_cover tells
 * @KWATCH_COVER_LOST:  from now on there is no breakpoint
 * @KWATCH_COVER_AGAIN: there is one again
 * @KWATCH_COVER_OVER:  none is needed any more: the CPU went offline, the
 *                      thread ended, or the watch was disarmed
 */
enum kwatch_cover_what {
	KWATCH_COVER_LOST	= 1,
	KWATCH_COVER_AGAIN	= 2,
	KWATCH_COVER_OVER	= 3,
};

/**
 * struct kwatch_cover - a CPU or thread has no breakpoint, though it should
 * @rec:     header; @rec.time_ns is the end of that time, with LOST when it was told
 * @from_ns: its start
 * @count:   1; or how many threads, which there was no room to name
 * @cpu:     which CPU; KWATCH_CPU_NONE for a thread
 * @what:    enum kwatch_cover_what
 * @error:   why, an errno: ENOSPC no free slot, ENOMEM no memory, EAGAIN the
 *           thread was found after it had begun to run
 * @task:    which thread; @task.tid is 0 for a CPU, and where @count tells
 */
struct kwatch_cover {
	struct kwatch_record rec;
	__u64	from_ns;
	__u32	count;
	__u16	cpu;
	__u8	what;
	__u8	error;
	struct kwatch_task task;
};

/**
 * struct kwatch_unseen - the value changed and no hit explains it
 * @rec:       header; @rec.time_ns is when that was found; a TASK part follows where
 *             the kernel stored at the end of that thread, a WHERE part for a watch of
 *             more than 8 bytes
 * @from_ns:   when the bytes were last known to be @old_value
 * @old_value: what was expected
 * @new_value: what was found
 * @cpu:       whose copy (per-CPU variables), else where it was found
 * @copy:      1 if it is whose copy: each CPU watches its own, so that a store to
 *             it by another CPU is unseen
 * @reserved:  0
 */
struct kwatch_unseen {
	struct kwatch_record rec;
	__u64	from_ns;
	__u64	old_value;
	__u64	new_value;
	__u16	cpu;
	__u16	copy;
	__u16	reserved[2];
};

/**
 * enum kwatch_gone_why - why a watch ended
 * @KWATCH_GONE_MODULE: its module was unloaded (the watch is pending again)
 * @KWATCH_GONE_LIMIT:  limit= was reached
 * @KWATCH_GONE_FREED:  its object was freed
 * @KWATCH_GONE_TASK:   its task or process ended
 * @KWATCH_GONE_LOOP:   the loop guard took it off
 * @KWATCH_GONE_REMOVED: "-ID", "-NAME", "clear" or kwatch_remove()
 * @KWATCH_GONE_EXEC:   its process runs another program now
 * @KWATCH_GONE_CLOSED: until=close, and the file that made it was closed
 * @KWATCH_GONE_INIT:   its module is initialised, and that memory is freed (the
 *                      watch is pending again)
 * @KWATCH_GONE_FREED_RCU: kfree_rcu() freed its object
 * @KWATCH_GONE_MEMORY: its pages, vmalloc or per-CPU memory were freed
 * @KWATCH_GONE_UNMAPPED: its memory was unmapped
 *
 * The last three and FREED end a watch with until=free; of others they are told in
 * a KWATCH_RECORD_FREED.
 */
enum kwatch_gone_why {
	KWATCH_GONE_MODULE	= 1,
	KWATCH_GONE_LIMIT	= 2,
	KWATCH_GONE_FREED	= 3,
	KWATCH_GONE_TASK	= 4,
	KWATCH_GONE_LOOP	= 5,
	KWATCH_GONE_REMOVED	= 6,
	KWATCH_GONE_EXEC	= 7,
	KWATCH_GONE_CLOSED	= 8,
	KWATCH_GONE_INIT	= 9,
	KWATCH_GONE_FREED_RCU	= 10,
	KWATCH_GONE_MEMORY	= 11,
	KWATCH_GONE_UNMAPPED	= 12,
};

/* struct kwatch_gone.flags */
#define KWATCH_GONE_BETWEEN	0x0001	/* nobody saw it: between @from_ns and @rec.time_ns */

/**
 * struct kwatch_gone - a watch ended; no other record of it comes later
 * @rec: header; TASK and KSTACK parts follow where there is somebody to name
 * @why: enum kwatch_gone_why
 * @cpu: where
 * @flags: KWATCH_GONE_*
 * @reserved: 0
 * @from_ns: when the memory went, which is told a little later; with
 *           KWATCH_GONE_BETWEEN, since when it may be gone.  Else 0
 */
struct kwatch_gone {
	struct kwatch_record rec;
	__u16	why;
	__u16	cpu;
	__u16	flags;
	__u16	reserved;
	__u64	from_ns;
};

/* What a watch waits for; as the debug registers have it, not as perf has it. */
#define KWATCH_TYPE_R	0x1
#define KWATCH_TYPE_W	0x2
#define KWATCH_TYPE_RW	(KWATCH_TYPE_R | KWATCH_TYPE_W)
#define KWATCH_TYPE_X	0x4

/**
 * struct kwatch_dev_command - one line of the command language, to /dev/kwatch
 * @id:   result: the number of the watch that it made, else 0
 * @len:  bytes in @text
 * @at:   result: on failure, the byte of @text at fault
 * @text: the line
 * @why:  result: on failure, one sentence
 */
struct kwatch_dev_command {
	__u32	id;
	__u16	len;
	__u16	at;
	char	text[KWATCH_LINE_MAX];
	char	why[512];
};

/*
 * /dev/kwatch also takes the lines by write(), and gives the records of its
 * own watches by read(), as hits_raw does.  The calling thread's accesses do
 * not count from PAUSE to RESUME; calls nest.
 */
#define KWATCH_IOC_COMMAND	_IOWR('k', 1, struct kwatch_dev_command)
#define KWATCH_IOC_PAUSE	_IO('k', 2)
#define KWATCH_IOC_RESUME	_IO('k', 3)

#endif /* _UAPI_KWATCH_H */
