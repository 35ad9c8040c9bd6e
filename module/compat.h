/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Every difference between kernel versions, and no other file has one.
 *
 * The other files are written for the newest kernel; here an older one is
 * made to look like it.  Included ahead of everything by Kbuild.  Prefer a
 * test for the name, then for the configuration, then for the version.
 */
#ifndef KWATCH_COMPAT_H
#define KWATCH_COMPAT_H

/* What every line in the kernel log begins with.; ahead of the headers below. */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/version.h>

#if LINUX_VERSION_CODE < KERNEL_VERSION(5, 10, 0)
#error "kwatch needs Linux 5.10 or newer"
#endif

/* 6.4 took hex_asc_lo() out of kernel.h. */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 4, 0)
#include <linux/hex.h>
#endif

/* 6.17 renamed the queues; later kernels say so of whoever uses the old names. */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 17, 0)
#define system_percpu_wq	system_wq
#define system_dfl_wq		system_unbound_wq
#endif

/* 5.17 changed its name. */
#if LINUX_VERSION_CODE < KERNEL_VERSION(5, 17, 0)
#define pde_data(inode)	PDE_DATA(inode)
#endif

/* 6.8 made the list of a dentry's children a hlist. */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 8, 0)
#define kwatch_for_each_child(child, dentry) \
	hlist_for_each_entry(child, &(dentry)->d_children, d_sib)
#else
#define kwatch_for_each_child(child, dentry) \
	list_for_each_entry(child, &(dentry)->d_subdirs, d_child)
#endif

/* 6.15 got these; a per-CPU pointer may be of another address space. */
#include <linux/err.h>
#ifndef IS_ERR_PCPU
#define IS_ERR_PCPU(ptr)	IS_ERR((const void *)(__force const unsigned long)(ptr))
#define PTR_ERR_PCPU(ptr)	PTR_ERR((const void *)(__force const unsigned long)(ptr))
#define ERR_PTR_PCPU(error)	((void __percpu *)(__force unsigned long)ERR_PTR(error))
#endif

/* 5.16 took kvzalloc() and kvfree() from mm.h to slab.h. */
#if LINUX_VERSION_CODE < KERNEL_VERSION(5, 16, 0)
#include <linux/mm.h>
#endif

/*
 * A module's code, and that of its init, which goes after it; its read-only
 * data; and all of its memory.  Until 6.4 there was less of it.
 */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 4, 0)
#define kwatch_module_text(mod)		((mod)->mem[MOD_TEXT].base)
#define kwatch_module_text_size(mod)	((mod)->mem[MOD_TEXT].size)
#define kwatch_module_init(mod)		((mod)->mem[MOD_INIT_TEXT].base)
#define kwatch_module_init_size(mod)	((mod)->mem[MOD_INIT_TEXT].size)
#define kwatch_module_rodata(mod)	((mod)->mem[MOD_RODATA].base)
#define kwatch_module_rodata_size(mod)	((mod)->mem[MOD_RODATA].size)
#define KWATCH_MODULE_RANGES_NR		MOD_MEM_NUM_TYPES
#define kwatch_module_range(mod, i)	((mod)->mem[i].base)
#define kwatch_module_range_size(mod, i) ((mod)->mem[i].size)
#define kwatch_module_range_init(i)	mod_mem_type_is_init(i)
#else
#define kwatch_module_text(mod)		((mod)->core_layout.base)
#define kwatch_module_text_size(mod)	((mod)->core_layout.text_size)
#define kwatch_module_init(mod)		((mod)->init_layout.base)
#define kwatch_module_init_size(mod)	((mod)->init_layout.text_size)
#define kwatch_module_rodata(mod)	((mod)->core_layout.base + (mod)->core_layout.text_size)
#define kwatch_module_rodata_size(mod) \
	((mod)->core_layout.ro_size - (mod)->core_layout.text_size)
#define KWATCH_MODULE_RANGES_NR		2
#define kwatch_module_range(mod, i)	((i) ? (mod)->init_layout.base : (mod)->core_layout.base)
#define kwatch_module_range_size(mod, i) \
	((i) ? (mod)->init_layout.size : (mod)->core_layout.size)
#define kwatch_module_range_init(i)	((i) == 1)
#endif

/*
 * Kinds of entries of the ORC tables; what is not one of the three is nothing
 * for us.  Until 6.4 an end and an unknown place were told by other members,
 * and what came after an entry followed from its type alone.
 */
#ifdef CONFIG_UNWINDER_ORC
#include <asm/orc_types.h>

#define KWATCH_ORC_TYPE_NONE	0
#define KWATCH_ORC_TYPE_CALL	1
#define KWATCH_ORC_TYPE_REGS	2
#define KWATCH_ORC_TYPE_END	3

static inline int kwatch_orc_type(const struct orc_entry *entry)
{
#ifdef ORC_TYPE_END_OF_STACK
	if (entry->type == ORC_TYPE_END_OF_STACK)
		return KWATCH_ORC_TYPE_END;
	if (entry->type == ORC_TYPE_CALL && !entry->signal)
		return KWATCH_ORC_TYPE_CALL;
	if (entry->type == ORC_TYPE_REGS && entry->signal)
		return KWATCH_ORC_TYPE_REGS;
#else
	if (entry->sp_reg == ORC_REG_UNDEFINED)
		return entry->end ? KWATCH_ORC_TYPE_END : KWATCH_ORC_TYPE_NONE;
	/* The numbers have kept, their names have not. */
	if (entry->type == 0)
		return KWATCH_ORC_TYPE_CALL;
	if (entry->type == 1)
		return KWATCH_ORC_TYPE_REGS;
#endif
	return KWATCH_ORC_TYPE_NONE;
}

/* Where a CPU keeps the pointer to its interrupt stack; in 6.2 to 6.14 with others. */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 2, 0) && LINUX_VERSION_CODE < KERNEL_VERSION(6, 15, 0)
#define KWATCH_IRQ_STACK_SYMBOL	"pcpu_hot"
#define KWATCH_IRQ_STACK_OFFSET	offsetof(struct pcpu_hot, hardirq_stack_ptr)
#else
#define KWATCH_IRQ_STACK_SYMBOL	"hardirq_stack_ptr"
#define KWATCH_IRQ_STACK_OFFSET	0
#endif
#endif /* CONFIG_UNWINDER_ORC */

/* Since 5.11 a CPU that goes runs nothing any more but what is bound to it. */
#define KWATCH_CPU_GOES_IDLE	(LINUX_VERSION_CODE >= KERNEL_VERSION(5, 11, 0))

/*
 * Arguments of a function traced by ftrace: in a struct of their own since
 * 5.11; with all registers, which have to be asked for, where the architecture
 * cannot do with less.
 */
#if LINUX_VERSION_CODE < KERNEL_VERSION(5, 11, 0)
#define ftrace_regs pt_regs
#define KWATCH_FTRACE_FLAGS	(FTRACE_OPS_FL_PERMANENT | FTRACE_OPS_FL_SAVE_REGS)
#define kwatch_ftrace_argument(fregs, n)	regs_get_kernel_argument(fregs, n)
#elif defined(CONFIG_DYNAMIC_FTRACE_WITH_ARGS)
#define KWATCH_FTRACE_FLAGS	FTRACE_OPS_FL_PERMANENT
#define kwatch_ftrace_argument(fregs, n)	ftrace_regs_get_argument(fregs, n)
#else
#define KWATCH_FTRACE_FLAGS	(FTRACE_OPS_FL_PERMANENT | FTRACE_OPS_FL_SAVE_REGS)
#define kwatch_ftrace_argument(fregs, n)	regs_get_kernel_argument(ftrace_get_regs(fregs), n)
#endif

/* 5.13 gave arm64, too, a read that jumps to a label when it faults. */
#include <linux/uaccess.h>
#ifndef __get_kernel_nofault
#define __get_kernel_nofault(dst, src, type, label)				\
do {									\
	if (copy_from_kernel_nofault(dst, src, sizeof(type)))		\
		goto label;						\
} while (0)
#endif

/* Until 5.19 arm64 had one form for user memory and the kernel's. */
#if defined(CONFIG_ARM64) && !defined(_ASM_EXTABLE_KACCESS)
#define _ASM_EXTABLE_KACCESS(from, to)	_ASM_EXTABLE(from, to)
#endif

/* arm64 has it since 5.12. */
#ifndef TASK_SIZE_MAX
#define TASK_SIZE_MAX	TASK_SIZE
#endif

/* vhost's tasks: kernel threads until 6.4, since then threads of a process. */
#include <linux/sched.h>
#ifndef PF_USER_WORKER
#define PF_USER_WORKER	0
#endif

/* New threads have the event too; since 5.13 not forked children, nor after exec. */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(5, 13, 0)
#define kwatch_attr_follow(attr) \
	((attr)->inherit = (attr)->inherit_thread = (attr)->remove_on_exec = 1)
#else
#define kwatch_attr_follow(attr)	((attr)->inherit = 1)
#endif

/*
 * Around kallsyms_on_each_symbol().  Until 5.12 it looks at the list of modules,
 * which only a reader with preemption off may do; later it may sleep.
 */
#if LINUX_VERSION_CODE < KERNEL_VERSION(5, 12, 0)
#define kwatch_symbols_begin()	preempt_disable()
#define kwatch_symbols_end()	preempt_enable()
#else
#define kwatch_symbols_begin()	do { } while (0)
#define kwatch_symbols_end()	do { } while (0)
#endif

/* Where a task's breakpoints are; until 6.2 it had a second such context. */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 2, 0)
#define kwatch_task_context(task)	((task)->perf_event_ctxp)
#else
#define kwatch_task_context(task)	((task)->perf_event_ctxp[perf_sw_context])
#endif

/* The per-CPU allocator's chunk that mapped a page. 6.16 moved it within struct page. */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 16, 0)
#define kwatch_percpu_chunk(page)	page_private(page)
#else
#define kwatch_percpu_chunk(page)	((page)->index)
#endif

/* Since 5.19 it has the caller in front. */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(5, 19, 0)
#define KWATCH_PERCPU_ALLOC_PROBE(name)						\
	name(void *unused, unsigned long caller, bool reserved, bool is_atomic,	\
	     size_t size, size_t align, void *base_addr, int off, void __percpu *ptr)
#else
#define KWATCH_PERCPU_ALLOC_PROBE(name)						\
	name(void *unused, bool reserved, bool is_atomic, size_t size,		\
	     size_t align, void *base_addr, int off, void __percpu *ptr)
#endif

/* The object of kvfree_call_rcu().  Until 6.3 it was told by its head, if it had one. */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 3, 0)
#define kwatch_kfree_rcu_object(regs)	regs_get_kernel_argument(regs, 1)
#else
#define kwatch_kfree_rcu_object(regs)					\
	(regs_get_kernel_argument(regs, 0) ?				\
	 regs_get_kernel_argument(regs, 0) - regs_get_kernel_argument(regs, 1) : \
	 regs_get_kernel_argument(regs, 1))
#endif

/*
 * Bytes of the slab object that an address is in.  Until 6.1 ksize() told KASAN that
 * all bytes behind the address may be used.
 */
#include <linux/slab.h>
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 1, 0)
#define kwatch_slab_size(addr)	__ksize(addr)
#else
#define kwatch_slab_size(addr)	ksize(PTR_ALIGN_DOWN((void *)(addr), 8))
#endif

/*
 * The page of vmalloc memory.  Before 5.13 vmalloc_to_page() warns of what is mapped in
 * one large block, as the kernel's image is on arm64, where it lies among that memory.
 */
#include <linux/jiffies.h>
#include <linux/mm.h>
#include <linux/sizes.h>
static inline struct page *kwatch_vmalloc_page(unsigned long addr)
{
#if LINUX_VERSION_CODE < KERNEL_VERSION(5, 13, 0)
	if (addr - ((unsigned long)&jiffies - SZ_64M) < 2 * SZ_64M)
		return NULL;
#endif
	return vmalloc_to_page((void *)addr);
}

/* Grace periods that are asked about and not waited for; 5.12 began with that. */
#include <linux/rcupdate.h>
#if LINUX_VERSION_CODE >= KERNEL_VERSION(5, 12, 0)
#define kwatch_rcu_begin()		start_poll_synchronize_rcu()
#define kwatch_rcu_is_over(cookie)	poll_state_synchronize_rcu(cookie)
#else
#define kwatch_rcu_begin()		0
#define kwatch_rcu_is_over(cookie)	((void)(cookie), true)
#endif

#endif /* KWATCH_COMPAT_H */
