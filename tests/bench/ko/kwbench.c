// SPDX-License-Identifier: GPL-2.0
/*
 * The watched thing of the benchmark: one word, alone in its page, and a
 * thread that stores to it ten calls deep.  Knows nothing of kwatch.
 *
 *	echo "N [BURST [GAP_US [OP [CPU]]]]" > /sys/kernel/debug/kwbench/run
 *	cat /sys/kernel/debug/kwbench/result
 *
 * N operations in bursts of BURST (all in one), and GAP_US asleep after each
 * burst, so that a consumer gets the CPU.  Only bursts are timed.  OP 0 stores
 * to the word, 1 to one beside it that nobody watches, 2 is the loop alone, 3
 * stores to the word with interrupts off: nobody can take a breakpoint off; 4
 * allocates and frees 64 bytes.
 *
 * Under QEMU's -icount shift=0 the TSC counts instructions, so what "result"
 * calls ticks are those.  Its "stack" is the ten return addresses bench_l8 to
 * bench_l1, kthread and ret_from_fork.
 */
#include <linux/completion.h>
#include <linux/debugfs.h>
#include <linux/delay.h>
#include <linux/irqflags.h>
#include <linux/kthread.h>
#include <linux/math64.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/timex.h>
#include <linux/uaccess.h>

enum { OP_STORE, OP_OTHER, OP_LOOP, OP_QUIET, OP_FREE, OP_NR };

extern u64 kwbench_word;
u64 kwbench_word __aligned(4096);
EXPORT_SYMBOL_GPL(kwbench_word);
static u64 kwbench_other __aligned(4096);

struct job {
	u32 n, burst, gap_us, op, cpu;
	u64 ticks;		/* of all bursts */
	u64 least;		/* of the cheapest whole burst */
	struct completion done;
};

static struct job job;
static DEFINE_MUTEX(job_mutex);
static struct dentry *dir;

static noinline void burst(u32 op, u32 n, u64 *value)
{
	unsigned long flags;
	u64 v = *value;
	u32 i;

	switch (op) {
	case OP_STORE:
		for (i = 0; i < n; i++)
			WRITE_ONCE(kwbench_word, ++v);
		break;
	case OP_OTHER:
		for (i = 0; i < n; i++)
			WRITE_ONCE(kwbench_other, ++v);
		break;
	case OP_QUIET:
		local_irq_save(flags);
		for (i = 0; i < n; i++)
			WRITE_ONCE(kwbench_word, ++v);
		local_irq_restore(flags);
		break;
	case OP_FREE:
		for (i = 0; i < n; i++)
			kfree(kmalloc(64, GFP_KERNEL));
		break;
	default:
		for (i = 0; i < n; i++) {
			v++;
			barrier();
		}
	}
	*value = v;
}

static noinline u64 bench_l7(struct job *j)
{
	u32 left = j->n;
	u64 v = 0;

	while (left) {
		u32 n = min(left, j->burst);
		u64 ticks = get_cycles();

		burst(j->op, n, &v);
		ticks = get_cycles() - ticks;
		j->ticks += ticks;
		if (n == j->burst && ticks < j->least)
			j->least = ticks;
		left -= n;
		if (j->gap_us)
			usleep_range(j->gap_us, j->gap_us);
	}
	return v;
}

/* Not a tail call, which would cost the stack a frame. */
#define LEVEL(n, next)						\
	static noinline u64 bench_l##n(struct job *j)		\
	{							\
		u64 ret = bench_l##next(j);			\
								\
		OPTIMIZER_HIDE_VAR(ret);			\
		return ret;					\
	}
LEVEL(6, 7)
LEVEL(5, 6)
LEVEL(4, 5)
LEVEL(3, 4)
LEVEL(2, 3)

static int bench_l1(void *arg)
{
	struct job *j = arg;

	bench_l2(j);
	complete(&j->done);
	return 0;
}

static ssize_t run_write(struct file *file, const char __user *from, size_t count,
			 loff_t *pos)
{
	struct task_struct *task;
	struct job *j = &job;
	char text[80] = "";
	ssize_t ret = count;

	if (count >= sizeof(text))
		return -E2BIG;
	if (copy_from_user(text, from, count))
		return -EFAULT;

	mutex_lock(&job_mutex);
	memset(j, 0, sizeof(*j));
	j->least = U64_MAX;
	if (sscanf(text, "%u %u %u %u %u", &j->n, &j->burst, &j->gap_us, &j->op, &j->cpu) < 1 ||
	    j->op >= OP_NR || j->cpu >= nr_cpu_ids || !cpu_online(j->cpu)) {
		ret = -EINVAL;
		goto out;
	}
	if (!j->burst)
		j->burst = j->n;
	init_completion(&j->done);
	task = kthread_create(bench_l1, j, "kwbench");
	if (IS_ERR(task)) {
		ret = PTR_ERR(task);
		goto out;
	}
	kthread_bind(task, j->cpu);
	wake_up_process(task);
	wait_for_completion(&j->done);
out:
	mutex_unlock(&job_mutex);
	return ret;
}

static const struct file_operations run_fops = {
	.owner = THIS_MODULE,
	.write = run_write,
};

/* Thousandths of a tick, because averages differ in them. */
static int result_show(struct seq_file *m, void *unused)
{
	const struct job *j = &job;

	mutex_lock(&job_mutex);
	seq_printf(m, "n=%u ticks=%llu milli_per=%llu least_milli_per=%llu\n",
		   j->n, j->ticks, div_u64(j->ticks * 1000, j->n ?: 1),
		   j->least == U64_MAX ? 0 : div_u64(j->least * 1000, j->burst ?: 1));
	mutex_unlock(&job_mutex);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(result);

static int addr_show(struct seq_file *m, void *unused)
{
	seq_printf(m, "0x%lx\n", (unsigned long)&kwbench_word);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(addr);

static int __init kwbench_init(void)
{
	dir = debugfs_create_dir("kwbench", NULL);
	debugfs_create_file("run", 0200, dir, NULL, &run_fops);
	debugfs_create_file("result", 0444, dir, NULL, &result_fops);
	debugfs_create_file("addr", 0444, dir, NULL, &addr_fops);
	return 0;
}
module_init(kwbench_init);

static void __exit kwbench_exit(void)
{
	debugfs_remove_recursive(dir);
}
module_exit(kwbench_exit);

MODULE_DESCRIPTION("A word that kwatch's benchmark watches, and a thread that stores to it");
MODULE_LICENSE("GPL");
