// SPDX-License-Identifier: GPL-2.0
/*
 * kwtest: memory to watch, and threads that touch it an exact number of times.
 *
 * The tests' own victim.  It uses nothing of kwatch, so what it says it did
 * can be held against what kwatch says it saw.  In debugfs, under kwtest/, or in
 * /proc/kwtest/ where there is no debugfs:
 *
 *   addr    "NAME 0xADDRESS" of everything that may be watched
 *   value   "NAME 0xVALUE" of the same, read just now
 *   run     write a job and sleep until it is done:
 *             OP N [cpu=C] [threads=T] [roam=1] [gap_us=G] [start=V] [off=K]
 *             [var=word|byte|static|percpu|heap|cell|pool]
 *             [ctx=kthread|preempt|irqsoff|bhoff|softirq|hardirq]
 *           store number i of a thread stores start+i, i from 1 to N; each of
 *           the T threads makes N; thread t is bound to CPU C, or else to the
 *           t-th online CPU, starting over when they run out
 *   run_bg  the same without N: goes on until "stop" is written to
 *   stop    write anything: ends run_bg, and returns when its threads are gone
 *   count   "OP N" since load, for every op that ran
 *   config  "NAME 0|1": options of the kernel that matter to a test
 *
 * A store is made at the bottom of kwt_l6() .. kwt_l1() and kwt_op_<op>(), so
 * a stack can be checked by name.  With ctx=softirq and ctx=hardirq a timer
 * and a cross-CPU call are in between, and the same functions above them.
 */
#include <linux/completion.h>
#include <linux/cpumask.h>
#include <linux/debugfs.h>
#include <linux/delay.h>
#include <linux/err.h>
#include <linux/fs.h>
#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/kthread.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/percpu.h>
#include <linux/preempt.h>
#include <linux/proc_fs.h>
#include <linux/sched.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/smp.h>
#include <linux/string.h>
#include <linux/timer.h>
#include <linux/uaccess.h>

#define KWT_THREADS_MAX	512
#define KWT_BATCH	64	/* ops in one timer or one cross-CPU call */

/*
 * Laid out by hand, 128 bytes of nothing before and behind each: stores that
 * stick out of a variable (off=-4) must not reach anything else, and behind
 * the last one of a section the linker puts whatever it likes.
 */
#define KWT_VAR(name, scope, size)					\
	asm(".pushsection .data..kwtest, \"aw\"\n"			\
	    "	.balign 128\n"						\
	    "	.skip 128\n"						\
	    "	" scope " " #name "\n"					\
	    "	.type " #name ", %object\n"				\
	    "	.size " #name ", " #size "\n"				\
	    #name ":	.skip 256\n"					\
	    ".popsection\n")

extern u64 kwtest_word;
extern u8 kwtest_byte;
extern u64 kwtest_static;	/* local to this file, like a static variable */
DECLARE_PER_CPU_ALIGNED(u64, kwtest_percpu);
int kwtest_func(int x);

KWT_VAR(kwtest_word, ".globl", 8);
EXPORT_SYMBOL_GPL(kwtest_word);
KWT_VAR(kwtest_byte, ".globl", 1);
EXPORT_SYMBOL_GPL(kwtest_byte);
#ifdef CONFIG_KALLSYMS_ALL
KWT_VAR(kwtest_static, ".local", 8);
#else /* the kernel knows exported data only */
KWT_VAR(kwtest_static, ".globl", 8);
EXPORT_SYMBOL_GPL(kwtest_static);
#endif
DEFINE_PER_CPU_ALIGNED(u64, kwtest_percpu);
EXPORT_PER_CPU_SYMBOL_GPL(kwtest_percpu);
static u64 *kwtest_heap;
static u64 __percpu *kwtest_cell;	/* few bytes, from the first chunk if there is room */
static u64 __percpu *kwtest_pool;	/* too many for it */
#define KWT_POOL_BYTES	(24 * 1024)
#define KWT_HEAP_MIDDLE	16	/* in u64 */

/* Something to put an x watch on. */
noinline int kwtest_func(int x)
{
	barrier();
	return x + 1;
}
EXPORT_SYMBOL_GPL(kwtest_func);

/*
 * The ops.  Plain accesses are in assembler: the compiler must neither split,
 * merge nor move them, and off= makes them unaligned, which C does not allow.
 */
#if defined(__x86_64__)
#define KWT_STORE(insn, mod, reg) \
	asm volatile(insn " %" mod "1, (%0)" : : "r" (p), reg (v) : "memory")
#define kwt_store8(p, v)	KWT_STORE("movq", "q", "r")
#define kwt_store4(p, v)	KWT_STORE("movl", "k", "r")
#define kwt_store2(p, v)	KWT_STORE("movw", "w", "r")
#define kwt_store1(p, v)	KWT_STORE("movb", "b", "q")
#define kwt_load8(p, v)	\
	asm volatile("movq (%1), %0" : "=r" (v) : "r" (p) : "memory")
#define kwt_inc8(p) \
	asm volatile("incq (%0)" : : "r" (p) : "memory", "cc")
#elif defined(__aarch64__)
#define KWT_STORE(insn, mod) \
	asm volatile(insn " %" mod "1, [%0]" : : "r" (p), "r" (v) : "memory")
#define kwt_store8(p, v)	KWT_STORE("str", "x")
#define kwt_store4(p, v)	KWT_STORE("str", "w")
#define kwt_store2(p, v)	KWT_STORE("strh", "w")
#define kwt_store1(p, v)	KWT_STORE("strb", "w")
#define kwt_load8(p, v)	\
	asm volatile("ldr %x0, [%1]" : "=r" (v) : "r" (p) : "memory")
#define kwt_inc8(p) do {						\
	u64 t_;								\
	asm volatile("ldr %x0, [%1]\n\tadd %x0, %x0, #1\n\tstr %x0, [%1]" \
		     : "=&r" (t_) : "r" (p) : "memory");		\
} while (0)
#else
#error "kwtest knows x86-64 and arm64"
#endif

typedef void (*kwt_fn)(void *p, u64 v);

#define KWT_OP(name, ...) \
	static noinline void kwt_op_##name(void *p, u64 v) { __VA_ARGS__; barrier(); }

KWT_OP(store8, kwt_store8(p, v))
KWT_OP(store4, kwt_store4(p, v))
KWT_OP(store2, kwt_store2(p, v))
KWT_OP(store1, kwt_store1(p, v))
KWT_OP(load8, kwt_load8(p, v))
KWT_OP(inc, kwt_inc8(p))
KWT_OP(lock_inc, atomic64_inc((atomic64_t *)p))
KWT_OP(xchg, (void)xchg((u64 *)p, v))
KWT_OP(cmpxchg, u64 o = READ_ONCE(*(u64 *)p); (void)cmpxchg((u64 *)p, o, v))
KWT_OP(cmpxchg_fail, u64 o = ~READ_ONCE(*(u64 *)p); (void)cmpxchg((u64 *)p, o, v))
KWT_OP(same, kwt_load8(p, v); kwt_store8(p, v))
/* The length is hidden so that the real memset() and memcpy() are called. */
KWT_OP(memset, size_t n = 8; OPTIMIZER_HIDE_VAR(n); memset(p, (u8)v, n))
KWT_OP(memcpy, size_t n = 8; OPTIMIZER_HIDE_VAR(n); memcpy(p, &v, n))
KWT_OP(call, kwtest_func((int)v))
/* The compiler's own, for what instruments it. */
KWT_OP(plain, *(u64 *)p += v)

#ifdef __aarch64__
/* What arm64 has besides; memory is left as the plain ops leave it if it can. */
KWT_OP(stp, asm volatile("stp %0, %0, [%1]" : : "r" (v), "r" (p) : "memory"))
KWT_OP(ldp, u64 a; asm volatile("ldp %0, %1, [%2]" : "=&r" (a), "=&r" (v) : "r" (p) : "memory"))
KWT_OP(stlr, asm volatile("stlr %0, [%1]" : : "r" (v), "r" (p) : "memory"))
KWT_OP(zva, asm volatile("dc zva, %0" : : "r" (p) : "memory"))
KWT_OP(ldadd, asm volatile(".arch_extension lse\n\tldadd %1, %0, [%2]"
			   : "=&r" (v) : "r" (1UL), "r" (p) : "memory"))
KWT_OP(stadd, asm volatile(".arch_extension lse\n\tstadd %0, [%1]" : : "r" (1UL), "r" (p) : "memory"))
KWT_OP(swp, asm volatile(".arch_extension lse\n\tswpal %0, %0, [%1]" : "+&r" (v) : "r" (p) : "memory"))
KWT_OP(cas, u64 o = READ_ONCE(*(u64 *)p);
	asm volatile(".arch_extension lse\n\tcasal %0, %1, [%2]"
		     : "+&r" (o) : "r" (v), "r" (p) : "memory"))
KWT_OP(cas_fail, u64 o = ~READ_ONCE(*(u64 *)p);
	asm volatile(".arch_extension lse\n\tcasal %0, %1, [%2]"
		     : "+&r" (o) : "r" (v), "r" (p) : "memory"))
/* An increment as CPUs without those instructions make it. */
KWT_OP(stxr, u64 t; u32 f;
	asm volatile("1:\tldxr %0, [%2]\n\tadd %0, %0, #1\n\tstxr %w1, %0, [%2]\n\tcbnz %w1, 1b"
		     : "=&r" (t), "=&r" (f) : "r" (p) : "memory"))
/* The same in a form that nobody would write, with the way back elsewhere. */
KWT_OP(stxr_odd, u64 t; u32 f;
	asm volatile("1:\tldxr %0, [%2]\n\tadd %0, %0, #1\n\tstxr %w1, %0, [%2]\n\tcbz %w1, 2f\n\tb 1b\n2:"
		     : "=&r" (t), "=&r" (f) : "r" (p) : "memory"))
#define KWT_ARCH_ENTRIES						\
	KWT_ENTRY(stp), KWT_ENTRY(ldp), KWT_ENTRY(stlr), KWT_ENTRY(zva),	\
	KWT_ENTRY(ldadd), KWT_ENTRY(stadd), KWT_ENTRY(swp), KWT_ENTRY(cas),	\
	KWT_ENTRY(cas_fail), KWT_ENTRY(stxr), KWT_ENTRY(stxr_odd),
#else
#define KWT_ARCH_ENTRIES
#endif

static const struct {
	const char *name;
	kwt_fn fn;
} kwt_ops[] = {
#define KWT_ENTRY(name)	{ #name, kwt_op_##name }
	KWT_ENTRY(store8), KWT_ENTRY(store4), KWT_ENTRY(store2), KWT_ENTRY(store1),
	KWT_ENTRY(load8), KWT_ENTRY(inc), KWT_ENTRY(lock_inc), KWT_ENTRY(xchg),
	KWT_ENTRY(cmpxchg), KWT_ENTRY(cmpxchg_fail), KWT_ENTRY(same),
	KWT_ENTRY(memset), KWT_ENTRY(memcpy), KWT_ENTRY(call), KWT_ENTRY(plain),
	KWT_ARCH_ENTRIES
};

static atomic64_t kwt_count[ARRAY_SIZE(kwt_ops)];

enum kwt_ctx { KWT_KTHREAD, KWT_PREEMPT, KWT_IRQSOFF, KWT_BHOFF, KWT_SOFTIRQ, KWT_HARDIRQ };
static const char * const kwt_ctx_names[] = {
	"kthread", "preempt", "irqsoff", "bhoff", "softirq", "hardirq"
};

enum kwt_var { KWT_WORD, KWT_BYTE, KWT_STATIC, KWT_PERCPU, KWT_HEAP, KWT_CELL, KWT_POOL };
static const char * const kwt_var_names[] = {
	"word", "byte", "static", "percpu", "heap", "cell", "pool"
};

/* What was asked for. */
struct kwt_job {
	int op;
	u64 n;			/* ops a thread; U64_MAX for run_bg */
	int cpu;		/* -1: spread */
	int threads;
	unsigned int gap_us;
	u64 start;
	long off;
	int var;
	int ctx;
	int roam;		/* not bound to a CPU */
};

struct kwt_thread {
	struct kwt_job job;
	struct task_struct *task;
	struct completion finished;
	struct completion batch;	/* softirq: the timer has made its ops */
	struct timer_list timer;
	u64 i;				/* ops made so far */
	int cpu;			/* that @task is bound to */
};

/* Each held for as long as its threads are used: one job, one background job. */
static DEFINE_MUTEX(kwt_run_lock);
static DEFINE_MUTEX(kwt_bg_lock);
static struct kwt_thread kwt_run_threads[KWT_THREADS_MAX];
static struct kwt_thread kwt_bg_threads[KWT_THREADS_MAX];
static int kwt_bg_nr;		/* kwt_bg_lock */

static void *kwt_target(const struct kwt_job *job)
{
	char *p = NULL;

	switch (job->var) {
	case KWT_WORD:
		p = (char *)&kwtest_word;
		break;
	case KWT_BYTE:
		p = (char *)&kwtest_byte;
		break;
	case KWT_STATIC:
		p = (char *)&kwtest_static;
		break;
	case KWT_PERCPU:	/* the thread is bound; in a call, the CPU called */
		p = (char *)per_cpu_ptr(&kwtest_percpu, raw_smp_processor_id());
		break;
	case KWT_HEAP:
		p = (char *)kwtest_heap;
		break;
	case KWT_CELL:
		p = (char *)per_cpu_ptr(kwtest_cell, raw_smp_processor_id());
		break;
	case KWT_POOL:
		p = (char *)per_cpu_ptr(kwtest_pool, raw_smp_processor_id());
		break;
	}
	return p + job->off;
}

static noinline __noclone int kwt_l1(struct kwt_thread *t)
{
	kwt_ops[t->job.op].fn(kwt_target(&t->job), t->job.start + t->i + 1);
	barrier();
	return 1;
}

/* barrier() keeps a call from becoming a jump, which would cost a frame. */
#define KWT_LEVEL(n, m)						\
	static noinline __noclone int kwt_l##n(struct kwt_thread *t)	\
	{							\
		int ret = kwt_l##m(t);				\
								\
		barrier();					\
		return ret + 1;					\
	}
KWT_LEVEL(2, 1)
KWT_LEVEL(3, 2)
KWT_LEVEL(4, 3)
KWT_LEVEL(5, 4)
KWT_LEVEL(6, 5)

static void kwt_one(struct kwt_thread *t)
{
	kwt_l6(t);
	t->i++;
	atomic64_inc(&kwt_count[t->job.op]);
}

static void kwt_batch(struct kwt_thread *t)
{
	int i;

	for (i = 0; i < KWT_BATCH && t->i < t->job.n; i++)
		kwt_one(t);
}

static void kwt_timer_fn(struct timer_list *timer)
{
	struct kwt_thread *t = container_of(timer, struct kwt_thread, timer);

	kwt_batch(t);
	complete(&t->batch);
}

static void kwt_call_fn(void *arg)
{
	kwt_batch(arg);
}

static void kwt_step(struct kwt_thread *t)
{
	unsigned long flags;
	int other;

	switch (t->job.ctx) {
	case KWT_KTHREAD:
		kwt_one(t);
		break;
	case KWT_PREEMPT:	/* a depth that nothing else has */
		preempt_disable();
		preempt_disable();
		preempt_disable();
		kwt_one(t);
		preempt_enable();
		preempt_enable();
		preempt_enable();
		break;
	case KWT_IRQSOFF:
		local_irq_save(flags);
		kwt_one(t);
		local_irq_restore(flags);
		break;
	case KWT_BHOFF:
		local_bh_disable();
		kwt_one(t);
		local_bh_enable();
		break;
	case KWT_SOFTIRQ:
		reinit_completion(&t->batch);
		t->timer.expires = jiffies + 1;
		add_timer_on(&t->timer, t->cpu);
		wait_for_completion(&t->batch);
		break;
	case KWT_HARDIRQ:
		/*
		 * Called on its own CPU a function would run with interrupts
		 * off, but not in one: kwt_start() put us on another CPU.
		 */
		other = t->job.cpu;
		smp_call_function_single(other, kwt_call_fn, t, 1);
		break;
	}
}

static int kwt_thread_fn(void *arg)
{
	struct kwt_thread *t = arg;
	unsigned int n = 0;

	while (t->i < t->job.n && !kthread_should_stop()) {
		kwt_step(t);
		if (t->job.gap_us)
			usleep_range(t->job.gap_us, t->job.gap_us + t->job.gap_us / 4 + 1);
		else if (!(++n & 1023))
			/* So that a busy thread does not hold up ftrace. */
			cond_resched_tasks_rcu_qs();
	}
	/* The timer's handler may still be on its way out after complete(). */
	if (t->job.ctx == KWT_SOFTIRQ)
		synchronize_rcu();
	complete(&t->finished);
	while (!kthread_should_stop()) {
		set_current_state(TASK_INTERRUPTIBLE);
		if (!kthread_should_stop())
			schedule();
		__set_current_state(TASK_RUNNING);
	}
	return 0;
}

static void kwt_stop(struct kwt_thread *threads, int nr)
{
	int i;

	for (i = 0; i < nr; i++) {
		kthread_stop(threads[i].task);
		put_task_struct(threads[i].task);
		threads[i].task = NULL;
	}
}

static int kwt_nth_online(int n)
{
	int cpu, left = n % num_online_cpus();

	for_each_online_cpu(cpu)
		if (!left--)
			return cpu;
	return 0;
}

static int kwt_start(struct kwt_thread *threads, const struct kwt_job *job)
{
	int i;

	for (i = 0; i < job->threads; i++) {
		struct kwt_thread *t = &threads[i];

		t->job = *job;
		t->i = 0;
		t->cpu = job->cpu >= 0 ? job->cpu : kwt_nth_online(i);
		if (job->ctx == KWT_HARDIRQ) {
			t->job.cpu = t->cpu;
			t->cpu = cpumask_any_but(cpu_online_mask, t->cpu);
			if (t->cpu >= nr_cpu_ids) {
				kwt_stop(threads, i);
				return -ENXIO;
			}
		}
		init_completion(&t->finished);
		init_completion(&t->batch);
		timer_setup(&t->timer, kwt_timer_fn, 0);
		t->task = kthread_create(kwt_thread_fn, t, "kwtest/%d", i);
		if (IS_ERR(t->task)) {
			kwt_stop(threads, i);
			return PTR_ERR(t->task);
		}
		get_task_struct(t->task);
		if (!job->roam)
			kthread_bind(t->task, t->cpu);
	}
	/* All are made before the first runs, so that they start together. */
	for (i = 0; i < job->threads; i++)
		wake_up_process(threads[i].task);
	return 0;
}

static int kwt_word_index(const char * const *words, int nr, const char *word)
{
	int i;

	for (i = 0; i < nr; i++)
		if (!strcmp(words[i], word))
			return i;
	return -EINVAL;
}

static int kwt_parse(char *text, struct kwt_job *job, bool background)
{
	char *word;
	int i = 0, ret = 0;

	*job = (struct kwt_job){ .cpu = -1, .threads = 1, .n = U64_MAX };
	word = strsep(&text, " ");
	job->op = -1;
	for (i = 0; i < ARRAY_SIZE(kwt_ops); i++)
		if (!strcmp(word, kwt_ops[i].name))
			job->op = i;
	if (job->op < 0)
		return -EINVAL;
	if (!background) {
		word = strsep(&text, " ");
		if (!word || kstrtou64(word, 0, &job->n))
			return -EINVAL;
	}
	while (!ret && (word = strsep(&text, " "))) {
		char *value = strchr(word, '=');

		if (!*word)
			continue;
		if (!value)
			return -EINVAL;
		*value++ = '\0';
		if (!strcmp(word, "cpu"))
			ret = kstrtoint(value, 0, &job->cpu);
		else if (!strcmp(word, "threads"))
			ret = kstrtoint(value, 0, &job->threads);
		else if (!strcmp(word, "gap_us"))
			ret = kstrtouint(value, 0, &job->gap_us);
		else if (!strcmp(word, "start"))
			ret = kstrtou64(value, 0, &job->start);
		else if (!strcmp(word, "roam"))
			ret = kstrtoint(value, 0, &job->roam);
		else if (!strcmp(word, "off"))
			ret = kstrtol(value, 0, &job->off);
		else if (!strcmp(word, "var"))
			ret = job->var = kwt_word_index(kwt_var_names, ARRAY_SIZE(kwt_var_names), value);
		else if (!strcmp(word, "ctx"))
			ret = job->ctx = kwt_word_index(kwt_ctx_names, ARRAY_SIZE(kwt_ctx_names), value);
		else
			ret = -EINVAL;
		if (ret > 0)
			ret = 0;
	}
	if (ret)
		return ret;
	if (job->var == KWT_PERCPU && job->off)
		return -EINVAL;
	if (job->threads < 1 || job->threads > KWT_THREADS_MAX || job->off < -64 || job->off > 56)
		return -EINVAL;
	if (job->cpu >= 0 && (job->cpu >= nr_cpu_ids || !cpu_online(job->cpu)))
		return -ENXIO;
	return 0;
}

static int kwt_read_job(const char __user *buf, size_t len, struct kwt_job *job, bool background)
{
	char text[160];

	if (len >= sizeof(text))
		return -E2BIG;
	if (copy_from_user(text, buf, len))
		return -EFAULT;
	text[len] = '\0';
	return kwt_parse(strim(text), job, background);
}

static ssize_t kwt_run_write(struct file *file, const char __user *buf, size_t len, loff_t *pos)
{
	struct kwt_job job;
	int i, ret;

	ret = kwt_read_job(buf, len, &job, false);
	if (ret)
		return ret;
	/* Not to be interrupted: a write() that is started again stores again. */
	if (mutex_lock_killable(&kwt_run_lock))
		return -EINTR;
	ret = kwt_start(kwt_run_threads, &job);
	if (!ret) {
		for (i = 0; i < job.threads && !ret; i++)
			ret = wait_for_completion_killable(&kwt_run_threads[i].finished);
		kwt_stop(kwt_run_threads, job.threads);
	}
	mutex_unlock(&kwt_run_lock);
	return ret ? ret : len;
}

static ssize_t kwt_bg_write(struct file *file, const char __user *buf, size_t len, loff_t *pos)
{
	struct kwt_job job;
	int ret;

	ret = kwt_read_job(buf, len, &job, true);
	if (ret)
		return ret;
	mutex_lock(&kwt_bg_lock);
	if (kwt_bg_nr)
		ret = -EBUSY;
	else
		ret = kwt_start(kwt_bg_threads, &job);
	if (!ret)
		kwt_bg_nr = job.threads;
	mutex_unlock(&kwt_bg_lock);
	return ret ? ret : len;
}

static void kwt_bg_stop(void)
{
	mutex_lock(&kwt_bg_lock);
	kwt_stop(kwt_bg_threads, kwt_bg_nr);
	kwt_bg_nr = 0;
	mutex_unlock(&kwt_bg_lock);
}

static ssize_t kwt_stop_write(struct file *file, const char __user *buf, size_t len, loff_t *pos)
{
	kwt_bg_stop();
	return len;
}

static int kwt_addr_show(struct seq_file *m, void *unused)
{
	int cpu;

	seq_printf(m, "kwtest_word 0x%lx\n", (unsigned long)&kwtest_word);
	seq_printf(m, "kwtest_byte 0x%lx\n", (unsigned long)&kwtest_byte);
	seq_printf(m, "kwtest_static 0x%lx\n", (unsigned long)&kwtest_static);
	seq_printf(m, "kwtest_heap 0x%lx\n", (unsigned long)kwtest_heap);
	seq_printf(m, "kwtest_func 0x%lx\n", (unsigned long)kwtest_func);
	seq_printf(m, "kwtest_cell 0x%lx\n", (__force unsigned long)kwtest_cell);
	seq_printf(m, "kwtest_pool 0x%lx\n", (__force unsigned long)kwtest_pool);
	for_each_possible_cpu(cpu)
		seq_printf(m, "kwtest_percpu@%d 0x%lx\n", cpu,
			   (unsigned long)per_cpu_ptr(&kwtest_percpu, cpu));
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(kwt_addr);

static int kwt_value_show(struct seq_file *m, void *unused)
{
	int cpu;

	seq_printf(m, "kwtest_word 0x%llx\n", kwtest_word);
	seq_printf(m, "kwtest_byte 0x%x\n", kwtest_byte);
	seq_printf(m, "kwtest_static 0x%llx\n", kwtest_static);
	seq_printf(m, "kwtest_heap 0x%llx\n", *kwtest_heap);
	for_each_possible_cpu(cpu)
		seq_printf(m, "kwtest_percpu@%d 0x%llx\n", cpu, per_cpu(kwtest_percpu, cpu));
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(kwt_value);

static int kwt_count_show(struct seq_file *m, void *unused)
{
	s64 n;
	int i;

	for (i = 0; i < ARRAY_SIZE(kwt_ops); i++) {
		n = atomic64_read(&kwt_count[i]);
		if (n)
			seq_printf(m, "%s %lld\n", kwt_ops[i].name, n);
	}
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(kwt_count);

static int kwt_config_show(struct seq_file *m, void *unused)
{
	seq_printf(m, "preempt_count %d\n", IS_ENABLED(CONFIG_PREEMPT_COUNT));
	seq_printf(m, "kallsyms_all %d\n", IS_ENABLED(CONFIG_KALLSYMS_ALL));
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(kwt_config);

#define KWT_WRITE_ONLY(name, fn)			\
	static const struct file_operations name = {	\
		.owner = THIS_MODULE,			\
		.open = simple_open,			\
		.write = fn,				\
	}
KWT_WRITE_ONLY(kwt_run_fops, kwt_run_write);
KWT_WRITE_ONLY(kwt_bg_fops, kwt_bg_write);
KWT_WRITE_ONLY(kwt_stop_fops, kwt_stop_write);

static struct {
	const char *name;
	umode_t mode;
	const struct file_operations *fops;
	struct proc_ops proc_ops;	/* made from @fops if need be */
} kwt_files[] = {
	{ "addr", 0444, &kwt_addr_fops },
	{ "value", 0444, &kwt_value_fops },
	{ "count", 0444, &kwt_count_fops },
	{ "config", 0444, &kwt_config_fops },
	{ "run", 0200, &kwt_run_fops },
	{ "run_bg", 0200, &kwt_bg_fops },
	{ "stop", 0200, &kwt_stop_fops },
};
static struct dentry *kwt_debugfs;
static struct proc_dir_entry *kwt_proc;

static void kwt_create_proc(void)
{
	int i;

	kwt_proc = proc_mkdir("kwtest", NULL);
	for (i = 0; kwt_proc && i < ARRAY_SIZE(kwt_files); i++) {
		kwt_files[i].proc_ops = (struct proc_ops) {
			.proc_open = kwt_files[i].fops->open,
			.proc_read = kwt_files[i].fops->read,
			.proc_write = kwt_files[i].fops->write,
			.proc_lseek = kwt_files[i].fops->llseek,
			.proc_release = kwt_files[i].fops->release,
		};
		proc_create(kwt_files[i].name, kwt_files[i].mode, kwt_proc, &kwt_files[i].proc_ops);
	}
}

static void kwt_create_files(void)
{
	int i;

	kwt_debugfs = debugfs_create_dir("kwtest", NULL);
	if (IS_ERR(kwt_debugfs)) {
		kwt_debugfs = NULL;
		kwt_create_proc();
		return;
	}
	for (i = 0; i < ARRAY_SIZE(kwt_files); i++)
		debugfs_create_file(kwt_files[i].name, kwt_files[i].mode, kwt_debugfs, NULL,
				    kwt_files[i].fops);
}

static void kwt_free(void)
{
	kfree(kwtest_heap);
	free_percpu(kwtest_cell);
	free_percpu(kwtest_pool);
}

static int __init kwtest_init(void)
{
	/*
	 * A page of its own: QEMU takes an unaligned store further up in a watched
	 * page for one to the watched bytes.
	 */
	kwtest_heap = kzalloc(PAGE_SIZE, GFP_KERNEL);
	kwtest_cell = alloc_percpu(u64);
	kwtest_pool = __alloc_percpu(KWT_POOL_BYTES, sizeof(u64));
	if (!kwtest_heap || !kwtest_cell || !kwtest_pool) {
		kwt_free();
		return -ENOMEM;
	}
	/* In the middle, so that off= stays in the object here too. */
	kwtest_heap += KWT_HEAP_MIDDLE;
	kwt_create_files();
	return 0;
}
module_init(kwtest_init);

static void __exit kwtest_exit(void)
{
	debugfs_remove_recursive(kwt_debugfs);
	proc_remove(kwt_proc);
	kwt_bg_stop();
	kwtest_heap -= KWT_HEAP_MIDDLE;
	kwt_free();
}
module_exit(kwtest_exit);

MODULE_DESCRIPTION("Memory that kwatch's tests watch, and threads that write to it");
MODULE_LICENSE("GPL");
