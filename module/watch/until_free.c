// SPDX-License-Identifier: GPL-2.0
/*
 * Watched memory that the kernel allocated, and frees: objects, pages, vmalloc and
 * per-CPU memory.  See until_free.h.
 *
 * kfree() and kmem_cache_free() have tracepoints, which give the object and the
 * caller.  kmem_cache_free_bulk() and kvfree_call_rcu(), which is kfree_rcu(), have
 * none, so kprobes are placed there.  Every page that is freed, whatever was in it,
 * passes mm_page_free.  All of these run for every free of the machine, in any
 * context, so most calls end after two comparisons.
 */
#include <linux/irq_work.h>
#include <linux/kernel.h>
#include <linux/kprobes.h>
#include <linux/ktime.h>
#include <linux/mm.h>
#include <linux/mutex.h>
#include <linux/percpu.h>
#include <linux/rculist.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/tracepoint.h>
#include <linux/vmalloc.h>
#include <linux/workqueue.h>

#include "base/work.h"
#include "hit/culprit.h"
#include "until_free.h"
#include "read/gone.h"
#include "hit/hit.h"
#include "cover/process.h"
#include "base/symbol.h"
#include "watch.h"

/* The longest object of the per-CPU allocator: PCPU_MIN_UNIT_SIZE. */
#define PERCPU_OBJECT_MAX	(32 * 1024)

/* How long the probes stay when the last watch that needs them has gone. */
#define LINGER		(10 * HZ)

/* How often to ask whether a grace period is over, or memory unmapped. */
#define POLL_NS	(10 * NSEC_PER_MSEC)

/* How long after remove_vm_area() began. */
#define LOOK_NS		NSEC_PER_SEC

/**
 * struct kwatch_freed - the memory of a watch, and what became of it
 * @node:  in following, under RCU
 * @plan:  of the watch
 * @addr:  the target
 * @base:  the same without +OFFSET: where an object starts, if the user says so
 * @size:  the object that @addr is in starts less than so much below, and no other
 *         does; 0 if it is none of kmalloc() or a cache
 * @pfn:   of the page that @addr is in
 * @vmalloc: @addr is in vmalloc memory
 * @percpu: it may be in dynamic per-CPU memory
 * @pointer: @addr and @base are what per_cpu_ptr() takes
 * @follows: @node is in the list
 * @ends:  until=free: the watch ends with the memory
 * @by:    who freed it
 * @why:   complete with @by: KWATCH_GONE_*
 * @from_ns: likewise: it went between then and @by.time_ns, with nobody to name;
 *         0 if @by is who freed it
 * @later: who called kfree_rcu(), which frees it later
 * @polls: @cookie is that of a grace period which began after that
 * @cookie: of RCU
 * @maybe_ns: 0, or since when it may be free: per-CPU memory below was freed
 * @look_ns: 0, or since when it may be unmapped: vmalloc memory below began to be
 * @look_last: when that began the last time
 *
 * Probes store to the last nine; the rest is constant while @node is in the list.
 */
struct kwatch_freed {
	struct list_head node;
	struct kwatch_plan *plan;
	unsigned long addr;
	unsigned long base;
	unsigned long size;
	unsigned long pfn;
	bool	vmalloc;
	bool	percpu;
	bool	pointer;
	bool	follows;
	bool	ends;
	struct kwatch_culprit by;
	u8	why;
	u64	from_ns;
	struct kwatch_culprit later;
	bool	polls;
	unsigned long cookie;
	u64	maybe_ns;
	u64	look_ns;
	u64	look_last;
};

/* Stored with kwatch_mutex held, read by the probes under RCU. */
static LIST_HEAD(following);
static unsigned int nr_following;

/* Likewise: no object, page or vmalloc address outside of these matters. */
static unsigned long object_from = ULONG_MAX, object_to;
static unsigned long pfn_from = ULONG_MAX, pfn_to;

/* Has deferred.c look at the watches; safe where kfree() is called. */
static struct irq_work noted_work;

/*
 * Protects the rest; outside of kwatch_lock(), because placing a probe
 * takes cpus_read_lock().
 */
static DEFINE_MUTEX(probe_mutex);
static bool probing;		/* the probes are placed */
static unsigned int nr_ready;	/* between kwatch_until_free_ready() and _unready() */

/* kfree_rcu() keeps objects in sheaves (6.18), and nothing shows when those are freed. */
static bool has_sheaves;

/* What the probes note. */

static void noted(struct irq_work *work)
{
	kwatch_work_soon();
}

/* @freed->by is complete: the memory is free, accesses from here on are to other memory. */
static void end(struct kwatch_freed *freed)
{
	kwatch_culprit_publish(&freed->by);
	if (freed->ends)
		kwatch_hit_end(freed->plan, freed->why);
	irq_work_queue(&noted_work);
}

static void freed_by(struct kwatch_freed *freed, enum kwatch_gone_why why,
		     unsigned long from, const struct pt_regs *entry)
{
	if (!kwatch_culprit_claim(&freed->by))
		return;
	freed->why = why;
	if (kwatch_culprit_is_known(&freed->later)) {
		/* Not the kernel's worker: who called kfree_rcu(). */
		freed->by.time_ns = ktime_get_mono_fast_ns();
		freed->by.task = freed->later.task;
		freed->by.nr = freed->later.nr;
		memcpy(freed->by.ip, freed->later.ip, sizeof(freed->by.ip));
		freed->why = KWATCH_GONE_FREED_RCU;
	} else {
		kwatch_culprit_note(&freed->by, from, entry);
	}
	end(freed);
}

/* It has gone since @from_ns, and nobody knows by whom. */
static void freed_since(struct kwatch_freed *freed, enum kwatch_gone_why why, u64 from_ns)
{
	if (!kwatch_culprit_claim(&freed->by))
		return;
	freed->why = why;
	freed->from_ns = from_ns;
	freed->by.time_ns = ktime_get_mono_fast_ns();
	end(freed);
}

/* The probes. */

static void free_object(const void *ptr, unsigned long from, const struct pt_regs *entry)
{
	unsigned long start = (unsigned long)ptr;
	struct kwatch_freed *freed;

	/* All but a few frees end with this line. */
	if (start < READ_ONCE(object_from) || start > READ_ONCE(object_to))
		return;
	rcu_read_lock();
	list_for_each_entry_rcu(freed, &following, node)
		if (freed->addr - start < freed->size)
			freed_by(freed, KWATCH_GONE_FREED, from, entry);
	rcu_read_unlock();
}

/*
 * The tracepoints' further arguments differ by kernel version, and are of no
 * use here: a function may be called with more arguments than it looks at.
 */
static void probe_free(void *unused, unsigned long caller, const void *ptr)
{
	free_object(ptr, caller, NULL);
}

static void probe_page(void *unused, struct page *page, unsigned int order)
{
	unsigned long pfn = page_to_pfn(page), nr = 1UL << order;
	struct kwatch_freed *freed;

	if (pfn > READ_ONCE(pfn_to) || pfn + nr <= READ_ONCE(pfn_from))
		return;
	rcu_read_lock();
	list_for_each_entry_rcu(freed, &following, node)
		if (freed->pfn - pfn < nr)
			freed_by(freed, KWATCH_GONE_MEMORY, _RET_IP_, NULL);
	rcu_read_unlock();
}

/* Distance of the target from some CPU's copy of @ptr, the least there is. */
static unsigned long copy_distance(const struct kwatch_freed *freed, void __percpu *ptr)
{
	unsigned long least = ULONG_MAX;
	unsigned int cpu;

	if (freed->pointer)
		return freed->addr - (unsigned long __force)ptr;
	for_each_possible_cpu(cpu)
		least = min(least, freed->addr - (unsigned long)per_cpu_ptr(ptr, cpu));
	return least;
}

/* How long it was is not told; the next one in its place tells. */
static void probe_percpu_free(void *unused, void *base_addr, int off, void __percpu *ptr)
{
	struct kwatch_freed *freed;
	unsigned long distance;

	rcu_read_lock();
	list_for_each_entry_rcu(freed, &following, node) {
		if (!freed->percpu)
			continue;
		distance = copy_distance(freed, ptr);
		if (distance == freed->addr - freed->base || !distance)
			freed_by(freed, KWATCH_GONE_MEMORY, _RET_IP_, NULL);
		else if (distance < PERCPU_OBJECT_MAX && !READ_ONCE(freed->maybe_ns))
			WRITE_ONCE(freed->maybe_ns, ktime_get_mono_fast_ns());
	}
	rcu_read_unlock();
}

static void KWATCH_PERCPU_ALLOC_PROBE(probe_percpu_alloc)
{
	struct kwatch_freed *freed;
	u64 since;

	rcu_read_lock();
	list_for_each_entry_rcu(freed, &following, node) {
		since = READ_ONCE(freed->maybe_ns);
		if (since && freed->percpu && copy_distance(freed, ptr) < size)
			freed_since(freed, KWATCH_GONE_MEMORY, since);
	}
	rcu_read_unlock();
}

static int probe_bulk(struct kprobe *probe, struct pt_regs *regs)
{
	unsigned long nr = regs_get_kernel_argument(regs, 1), i;
	void **ptr = (void **)regs_get_kernel_argument(regs, 2);

	for (i = 0; i < nr; i++)
		free_object(ptr[i], (unsigned long)probe->addr, regs);
	return 0;
}

static int probe_rcu(struct kprobe *probe, struct pt_regs *regs)
{
	unsigned long start = kwatch_kfree_rcu_object(regs);
	struct kwatch_freed *freed;

	if (start < READ_ONCE(object_from) || start > READ_ONCE(object_to))
		return 0;
	rcu_read_lock();
	list_for_each_entry_rcu(freed, &following, node) {
		if (freed->addr - start >= freed->size && (freed->size || start != freed->base))
			continue;
		if (!kwatch_culprit_claim(&freed->later))
			continue;
		kwatch_culprit_note(&freed->later, (unsigned long)probe->addr, regs);
		kwatch_culprit_publish(&freed->later);
		irq_work_queue(&noted_work);
	}
	rcu_read_unlock();
	return 0;
}

/* vunmap() does not free pages. */
static int probe_unmap(struct kprobe *probe, struct pt_regs *regs)
{
	unsigned long start = regs_get_kernel_argument(regs, 0);
	u64 now = ktime_get_mono_fast_ns();
	struct kwatch_freed *freed;

	rcu_read_lock();
	list_for_each_entry_rcu(freed, &following, node) {
		if (!freed->vmalloc || start > freed->addr)
			continue;
		if (start == freed->base || start == freed->addr) {
			freed_by(freed, KWATCH_GONE_UNMAPPED, (unsigned long)probe->addr,
				 regs);
		} else {
			/* It may be longer or shorter: look_at_mapping() finds out. */
			WRITE_ONCE(freed->look_last, now);
			smp_mb(); /* pairs with the one in look_at_mapping() */
			if (!READ_ONCE(freed->look_ns))
				WRITE_ONCE(freed->look_ns, now);
			irq_work_queue(&noted_work);
		}
	}
	rcu_read_unlock();
	return 0;
}

static struct {
	const char *name;
	void *func;
	struct tracepoint *tp;
} tracepoints[] = {
	{ "kfree", probe_free },
	{ "kmem_cache_free", probe_free },
	{ "mm_page_free", probe_page },
	{ "percpu_free_percpu", probe_percpu_free },
	{ "percpu_alloc_percpu", probe_percpu_alloc },
};

/* A kernel that has no kprobes, or not there, tells less. */
static struct {
	const char *name;
	kprobe_pre_handler_t func;
	struct kprobe probe;
	bool	placed;
} kprobes[] = {
	{ "kmem_cache_free_bulk", probe_bulk },
	{ "kvfree_call_rcu", probe_rcu },
	{ "kfree_call_rcu_nolock", probe_rcu },
	{ "remove_vm_area", probe_unmap },
};

static void find_tracepoint(struct tracepoint *tp, void *unused)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(tracepoints); i++)
		if (!strcmp(tp->name, tracepoints[i].name))
			tracepoints[i].tp = tp;
}

/* The first @nr of the tracepoints. */
static void stop_tracepoints(unsigned int nr)
{
	while (nr--)
		tracepoint_probe_unregister(tracepoints[nr].tp, tracepoints[nr].func, NULL);
	/* No probe runs after this, so the module may go. */
	tracepoint_synchronize_unregister();
}

static int start_tracepoints(void)
{
	unsigned int i;
	int ret;

	for_each_kernel_tracepoint(find_tracepoint, NULL);
	for (i = 0; i < ARRAY_SIZE(tracepoints); i++) {
		ret = tracepoints[i].tp ?
			tracepoint_probe_register(tracepoints[i].tp, tracepoints[i].func, NULL) :
			-EOPNOTSUPP;
		if (ret) {
			stop_tracepoints(i);
			return ret;
		}
	}
	return 0;
}

static int start_probes(void)
{
	unsigned long start, end;
	unsigned int i;
	int ret;

	init_irq_work(&noted_work, noted);
	has_sheaves = !kwatch_symbol_function("__kfree_rcu_sheaf", &start, &end);
	ret = start_tracepoints();
	if (ret)
		return ret;
	for (i = 0; i < ARRAY_SIZE(kprobes); i++) {
		memset(&kprobes[i].probe, 0, sizeof(kprobes[i].probe));
		kprobes[i].probe.symbol_name = kprobes[i].name;
		kprobes[i].probe.pre_handler = kprobes[i].func;
		kprobes[i].placed = !register_kprobe(&kprobes[i].probe);
	}
	return 0;
}

static void stop_probes(void)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(kprobes); i++)
		if (kprobes[i].placed)
			unregister_kprobe(&kprobes[i].probe);
	stop_tracepoints(ARRAY_SIZE(tracepoints));
	irq_work_sync(&noted_work);
}

void kwatch_until_free_ready(void)
{
	mutex_lock(&probe_mutex);
	nr_ready++;
	if (!probing)
		WRITE_ONCE(probing, !start_probes()); /* read by kwatch_until_free_follow() */
	mutex_unlock(&probe_mutex);
}

void kwatch_until_free_unready(void)
{
	mutex_lock(&probe_mutex);
	nr_ready--;
	mutex_unlock(&probe_mutex);
	kwatch_until_free_tidy();
}

static void tidy(struct work_struct *work)
{
	mutex_lock(&probe_mutex);
	/* A watch begins to follow its memory only while nr_ready is not 0. */
	if (probing && !nr_ready && !READ_ONCE(nr_following)) {
		stop_probes();
		WRITE_ONCE(probing, false);
	}
	mutex_unlock(&probe_mutex);
}

static DECLARE_DELAYED_WORK(tidy_work, tidy);

/* Not at once: to place and remove them patches the kernel, and takes a while. */
void kwatch_until_free_tidy(void)
{
	if (!READ_ONCE(probing) || READ_ONCE(nr_following)) /* tidy() looks again */
		return;
	/*
	 * With the mutex held, so that it is not queued once kwatch_until_free_exit() has
	 * been.
	 */
	mutex_lock(&probe_mutex);
	if (probing)
		queue_delayed_work(system_percpu_wq, &tidy_work, LINGER);
	mutex_unlock(&probe_mutex);
}

void kwatch_until_free_exit(void)
{
	mutex_lock(&probe_mutex);
	if (probing)
		stop_probes();
	probing = false;
	mutex_unlock(&probe_mutex);
	cancel_delayed_work_sync(&tidy_work);
}

/* What is followed. */

/* Return: NULL for addresses of the kernel's image, which is never freed. */
static struct page *page_of(unsigned long addr)
{
	struct page *page;

	if (is_vmalloc_addr((void *)addr)) {
		page = kwatch_vmalloc_page(addr);
		return page && pfn_valid(page_to_pfn(page)) && !PageReserved(page) ? page : NULL;
	}
	if (addr < PAGE_OFFSET || addr >= (unsigned long)high_memory ||
	    !virt_addr_valid((void *)addr))
		return NULL;
	return virt_to_page((void *)addr);
}

bool kwatch_until_free_may_be(unsigned long addr)
{
	return page_of(addr);
}

static int describe(struct kwatch_freed *freed, const struct kwatch_watch *watch)
{
	unsigned long addr = watch->bps.addr;
	struct page *page, *head;

	freed->addr = addr;
	freed->base = watch->symbol.addr;
	if (watch->spec.target == KWATCH_TARGET_PERCPU) {
		freed->percpu = true;
		freed->pointer = true;
		freed->pfn = ULONG_MAX;
		return 0;
	}
	if (watch->spec.target == KWATCH_TARGET_SYMBOL || watch->symbol.module[0])
		return -EINVAL;
	page = page_of(addr);
	if (!page)
		return -EINVAL;
	freed->pfn = page_to_pfn(page);
	freed->vmalloc = is_vmalloc_addr((void *)addr);
	freed->percpu = freed->vmalloc || PageReserved(page);
	if (freed->percpu)
		return 0;
	/* While the object is there: of one that is freed the kernel may not be asked. */
	head = virt_to_head_page((void *)addr);
	freed->size = PageSlab(head) ? kwatch_slab_size((void *)addr) : page_size(head);
	/* What starts before its pages is another. */
	freed->size = min(freed->size, addr - (unsigned long)page_address(head) + 1);
	return 0;
}

static void find_limits(void)
{
	unsigned long from = ULONG_MAX, to = 0, page_from = ULONG_MAX, page_to = 0;
	struct kwatch_freed *freed;

	list_for_each_entry(freed, &following, node) {
		if (freed->pointer)
			continue;
		from = min3(from, freed->base, freed->addr - max(freed->size, 1UL) + 1);
		to = max(to, freed->addr);
		page_from = min(page_from, freed->pfn);
		page_to = max(page_to, freed->pfn);
	}
	/* Read by the probes: each is right for what was followed before and is still. */
	WRITE_ONCE(object_from, from);
	WRITE_ONCE(object_to, to);
	WRITE_ONCE(pfn_from, page_from);
	WRITE_ONCE(pfn_to, page_to);
}

int kwatch_until_free_follow(struct kwatch_watch *watch)
{
	struct kwatch_freed *freed;
	int ret;

	kfree(watch->freed);
	watch->freed = NULL;
	freed = kzalloc(sizeof(*freed), GFP_KERNEL);
	if (!freed)
		return -ENOMEM;
	ret = describe(freed, watch);
	if (!ret && !READ_ONCE(probing)) /* stored by kwatch_until_free_ready() */
		ret = -EOPNOTSUPP;
	if (ret) {
		kfree(freed);
		return ret;
	}
	freed->plan = &watch->plan;
	freed->ends = watch->spec.until == KWATCH_UNTIL_FREE;
	freed->follows = true;
	WRITE_ONCE(nr_following, nr_following + 1); /* read by kwatch_until_free_tidy() */
	watch->freed = freed;
	list_add_tail_rcu(&freed->node, &following);
	find_limits();
	return 0;
}

void kwatch_until_free_unfollow(struct kwatch_watch *watch)
{
	struct kwatch_freed *freed = watch->freed;

	if (!freed || !freed->follows)
		return;
	freed->follows = false;
	list_del_rcu(&freed->node);
	find_limits();
	/* A probe may just be looking at it, and at the watch. */
	synchronize_rcu_expedited();
	WRITE_ONCE(nr_following, nr_following - 1); /* read by kwatch_until_free_tidy() */
}

/* What became of it. */

void kwatch_until_free_tell(const struct kwatch_watch *watch)
{
	const struct kwatch_freed *freed = watch->freed;

	if (watch->process) {
		kwatch_gone_tell(&watch->plan, KWATCH_RECORD_GONE, KWATCH_GONE_UNMAPPED,
				 &watch->process->unmapped, 0);
		return;
	}
	kwatch_gone_tell(&watch->plan, KWATCH_RECORD_GONE, freed->why, &freed->by, freed->from_ns);
}

/* Return: when to look again. */
static u64 wait_for_grace(struct kwatch_freed *freed)
{
	if (!has_sheaves || !kwatch_culprit_is_known(&freed->later) ||
	    kwatch_culprit_is_known(&freed->by))
		return U64_MAX;
	if (!freed->polls) {
		freed->cookie = kwatch_rcu_begin();
		freed->polls = true;
	}
	if (!kwatch_rcu_is_over(freed->cookie))
		return POLL_NS;
	freed_by(freed, KWATCH_GONE_FREED_RCU, 0, NULL);
	return U64_MAX;
}

/* The probe comes before the mapping goes.  Return: when to look again. */
static u64 look_at_mapping(struct kwatch_freed *freed)
{
	u64 since = READ_ONCE(freed->look_ns), last = READ_ONCE(freed->look_last);
	struct page *page;

	if (!since || kwatch_culprit_is_known(&freed->by))
		return U64_MAX;
	page = kwatch_vmalloc_page(freed->addr);
	if (!page || page_to_pfn(page) != freed->pfn) {
		freed_since(freed, KWATCH_GONE_UNMAPPED, since);
		return U64_MAX;
	}
	if (ktime_get_mono_fast_ns() - last < LOOK_NS)
		return POLL_NS;
	WRITE_ONCE(freed->look_ns, 0);
	smp_mb(); /* pairs with the one in probe_unmap() */
	if (READ_ONCE(freed->look_last) == last)
		return U64_MAX;
	WRITE_ONCE(freed->look_ns, last);
	return POLL_NS;
}

u64 __kwatch_until_free_look(struct kwatch_watch *watch)
{
	struct kwatch_freed *freed = watch->freed;
	unsigned int i;
	u64 next;

	lockdep_assert_held(&kwatch_mutex);
	if (!freed || !freed->follows)
		return U64_MAX;
	next = min(wait_for_grace(freed), look_at_mapping(freed));
	if (freed->ends || !kwatch_culprit_is_known(&freed->by))
		return next;
	kwatch_gone_tell(&watch->plan, KWATCH_RECORD_FREED, freed->why, &freed->by, freed->from_ns);
	/* Something else may be mapped there by now. */
	for (i = 0; freed->vmalloc && i < KWATCH_SLOTS_MAX; i++)
		kwatch_value_forget(&watch->value, i);
	kwatch_until_free_unfollow(watch);
	return U64_MAX;
}
