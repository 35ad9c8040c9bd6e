// SPDX-License-Identifier: GPL-2.0
/*
 * The files in /sys/kernel/debug/kwatch/, or in /proc/kwatch/ where there is
 * no debugfs.  The only place that copies from and to user space.
 *
 * debugfs is asked for "unsafe" files: an open one holds the module, by
 * .owner, and the files are only removed when the module goes.
 */
#include <linux/debugfs.h>
#include <linux/fs.h>
#include <linux/ktime.h>
#include <linux/module.h>
#include <linux/poll.h>
#include <linux/proc_fs.h>
#include <linux/sched/signal.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#include "watch/command.h"
#include "hit/cpu.h"
#include "read/define.h"
#include "read/error_log.h"
#include "debugfs.h"
#include "read/reader.h"
#include "show.h"
#include "taken.h"
#include "read/text.h"
#include "watch/ignore.h"
#include "watch/watch.h"

/* ctl */

/* Bytes of one write() that are looked at; a longer one gets a short count. */
#define CTL_WRITE_MAX	(64 * 1024)

static int ctl_show(struct seq_file *m, void *v)
{
	kwatch_show_ctl(m);
	return 0;
}

/* O_TRUNC, as in "> ctl", is on purpose nothing. */
static int ctl_open(struct inode *inode, struct file *file)
{
	return single_open(file, ctl_show, NULL);
}

/*
 * Do the lines of @text one by one, up to the first that fails.  @whole: the
 * last line ends where the text does, though there is no newline.  Return:
 * bytes done; the error if that is none.
 */
static ssize_t ctl_lines(const char *text, size_t len, bool whole,
			 const struct file *file)
{
	struct kwatch_answer *answer;
	ssize_t ret = 0;
	size_t done = 0;

	answer = kmalloc(sizeof(*answer), GFP_KERNEL);
	if (!answer)
		return -ENOMEM;

	while (done < len) {
		const char *line = text + done;
		const char *end = memchr(line, '\n', len - done);
		size_t n = end ? end - line : len - done;

		if (!end && !whole && done)
			break;
		ret = kwatch_command(line, n, file, answer);
		if (ret) {
			kwatch_errlog_add(line, n, answer->at, answer->why);
			break;
		}
		done += n + !!end;
		cond_resched();
		/* Thousands of lines take their time. */
		if (fatal_signal_pending(current))
			break;
	}
	kfree(answer);
	return done ?: ret;
}

static ssize_t ctl_write(struct file *file, const char __user *from,
			 size_t count, loff_t *pos)
{
	size_t len = min_t(size_t, count, CTL_WRITE_MAX);
	ssize_t ret;
	char *text;

	text = memdup_user(from, len);
	if (IS_ERR(text))
		return PTR_ERR(text);
	ret = ctl_lines(text, len, len == count, file);
	kfree(text);
	return ret;
}

static int ctl_release(struct inode *inode, struct file *file)
{
	kwatch_watch_end_all(file, KWATCH_GONE_CLOSED);
	kwatch_ignore_close(file);
	return single_release(inode, file);
}

static const struct file_operations ctl_fops = {
	.owner = THIS_MODULE,
	.open = ctl_open,
	.read = seq_read,
	.write = ctl_write,
	.llseek = seq_lseek,
	.release = ctl_release,
};

/* hits */

/**
 * struct hits - one opening of "hits"
 * @reader: its way through the rings
 * @until_ns: end of file is behind this time; a reader that does not keep up
 *            with a busy watch must see an end nevertheless
 * @stacks: as text, once they were shown
 */
struct hits {
	struct kwatch_reader *reader;
	u64	until_ns;
	struct kwatch_text_stacks *stacks;
};

static void *hits_start(struct seq_file *m, loff_t *pos)
{
	struct hits *hits = m->private;
	const struct kwatch_record *record;

	if (!hits->until_ns)
		hits->until_ns = ktime_get_mono_fast_ns();
	record = kwatch_reader_next(hits->reader, hits->until_ns);
	/*
	 * A read() that has nothing to give is the end of file; the one after
	 * it goes on.  Not so one that gave something before it ran out: the
	 * reader will only know from the next that this was the end.
	 */
	if (IS_ERR_OR_NULL(record))
		hits->until_ns = 0;
	return (void *)record;
}

static void *hits_next(struct seq_file *m, void *v, loff_t *pos)
{
	struct hits *hits = m->private;

	++*pos;
	kwatch_reader_take(hits->reader);
	return (void *)kwatch_reader_next(hits->reader, hits->until_ns);
}

static void hits_stop(struct seq_file *m, void *v)
{
}

static int hits_show(struct seq_file *m, void *v)
{
	struct hits *hits = m->private;

	kwatch_text_show(m, v, hits->stacks);
	return 0;
}

static const struct seq_operations hits_seq_ops = {
	.start = hits_start,
	.next = hits_next,
	.stop = hits_stop,
	.show = hits_show,
};

static int hits_open(struct inode *inode, struct file *file)
{
	struct hits *hits = __seq_open_private(file, &hits_seq_ops, sizeof(*hits));

	if (!hits)
		return -ENOMEM;
	hits->reader = kwatch_reader_open();
	if (!hits->reader) {
		seq_release_private(inode, file);
		return -ENOMEM;
	}
	/* Without, it only takes longer. */
	hits->stacks = kwatch_text_stacks_create();
	return nonseekable_open(inode, file);
}

static int hits_release(struct inode *inode, struct file *file)
{
	struct seq_file *m = file->private_data;
	struct hits *hits = m->private;

	kwatch_reader_close(hits->reader);
	kwatch_text_stacks_free(hits->stacks);
	return seq_release_private(inode, file);
}

static __poll_t hits_poll(struct file *file, poll_table *wait)
{
	struct seq_file *m = file->private_data;
	struct hits *hits = m->private;
	__poll_t ret = kwatch_reader_poll(hits->reader, file, wait);

	/* Text that did not fit the last read() is there to be read as well. */
	return m->count ? EPOLLIN | EPOLLRDNORM : ret;
}

static const struct file_operations hits_fops = {
	.owner = THIS_MODULE,
	.open = hits_open,
	.read = seq_read,
	.poll = hits_poll,
	.release = hits_release,
};

/* hits_raw */

/* Bytes gathered for one copy_to_user(), which costs more than a record. */
#define RAW_GATHER	(2 * KWATCH_RING_RECORD_MAX)

/**
 * struct raw - one opening of "hits_raw"
 * @mutex:  one read() at a time
 * @reader: its way through the rings
 * @define: what its numbers stand for
 * @left:   words that are gathered and not copied out yet; others may look
 * @end:    where these end
 * @word:   whole records, and what was copied out before them
 */
struct raw {
	struct mutex mutex;
	struct kwatch_reader *reader;
	struct kwatch_define *define;
	unsigned int left;
	unsigned int end;
	u64	word[RAW_GATHER / sizeof(u64)];
};

static int raw_open(struct inode *inode, struct file *file)
{
	struct raw *raw = kvzalloc(sizeof(*raw), GFP_KERNEL);

	if (!raw)
		return -ENOMEM;
	raw->define = kwatch_define_create(true);
	if (!raw->define)
		goto err_define;
	raw->reader = kwatch_reader_open();
	if (!raw->reader)
		goto err_reader;
	mutex_init(&raw->mutex);
	file->private_data = raw;
	return nonseekable_open(inode, file);

err_reader:
	kwatch_define_free(raw->define);
err_define:
	kvfree(raw);
	return -ENOMEM;
}

static int raw_release(struct inode *inode, struct file *file)
{
	struct raw *raw = file->private_data;

	kwatch_reader_close(raw->reader);
	kwatch_define_free(raw->define);
	kvfree(raw);
	return 0;
}

/*
 * Gather whole records of up to @max bytes; there are none so far.  Return:
 * -EINVAL if there is one, but it is longer; -ENOMEM; else 0.
 */
static int raw_gather(struct raw *raw, size_t max)
{
	const unsigned int room = min_t(size_t, max, RAW_GATHER) / sizeof(u64);
	const struct kwatch_record *record, *def = NULL;
	unsigned int to = 0, nr, i;
	const u64 *word;

	for (;;) {
		record = kwatch_reader_next(raw->reader, U64_MAX);
		if (IS_ERR(record))
			break;
		def = kwatch_define_next(raw->define, record);
		if (!def && !record)
			break;
		word = (const u64 *)(def ?: record);
		nr = (def ?: record)->size / sizeof(u64);
		if (nr > room - to)
			break;
		for (i = 0; i < nr; i++)
			raw->word[to + i] = word[i];
		to += nr;
		if (def)
			kwatch_define_told(raw->define);
		else
			kwatch_reader_take(raw->reader);
	}
	raw->end = to;
	WRITE_ONCE(raw->left, to);
	if (to)
		return 0;
	return IS_ERR(record) ? PTR_ERR(record) : def || record ? -EINVAL : 0;
}

/*
 * Words of the gathered records, as many whole ones as fit in @max bytes.
 * Mostly that is all; but a read() that failed leaves them for one that may be
 * shorter.
 */
static unsigned int raw_fitting(const struct raw *raw, size_t max)
{
	const u64 *word = &raw->word[raw->end - raw->left];
	unsigned int nr = 0, next;

	if (raw->left * sizeof(u64) <= max)
		return raw->left;
	for (;;) {
		next = ((const struct kwatch_record *)&word[nr])->size / sizeof(u64);
		if ((nr + next) * sizeof(u64) > max)
			return nr;
		nr += next;
	}
}

/*
 * Copy as many whole records as fit.  A busy watch has more than any read() takes, so
 * a signal ends it.  Return: bytes; 0 if there are none; -EINVAL, -EFAULT, -ENOMEM.
 */
static ssize_t raw_copy(struct raw *raw, char __user *to, size_t count)
{
	unsigned int nr;
	size_t done = 0;
	int ret = 0;

	do {
		if (!raw->left)
			ret = raw_gather(raw, count - done);
		nr = raw_fitting(raw, count - done);
		if (!nr)
			break;
		/* What cannot be copied stays for the next read(). */
		if (copy_to_user(to + done, &raw->word[raw->end - raw->left],
				 nr * sizeof(u64)))
			return done ?: -EFAULT;
		WRITE_ONCE(raw->left, raw->left - nr);
		done += nr * sizeof(u64);
	} while (!signal_pending(current));
	if (done)
		return done;
	return raw->left ? -EINVAL : ret;
}

/* Is there anything to read?  For the condition of a wait for kwatch_wait. */
static bool raw_waits(struct raw *raw)
{
	return READ_ONCE(raw->left) || kwatch_reader_waits(raw->reader) ||
	       kwatch_define_waits(raw->define);
}

static ssize_t raw_read(struct file *file, char __user *to, size_t count,
			loff_t *pos)
{
	struct raw *raw = file->private_data;
	ssize_t ret;

	if (!count)
		return 0;
	for (;;) {
		if (mutex_lock_interruptible(&raw->mutex))
			return -ERESTARTSYS;
		ret = raw_copy(raw, to, count);
		mutex_unlock(&raw->mutex);
		if (ret)
			return ret;
		if (file->f_flags & O_NONBLOCK)
			return -EAGAIN;
		/* The condition may hold and come to nothing, while a writer stands still. */
		if (wait_event_interruptible(kwatch_wait, raw_waits(raw)) ||
		    signal_pending(current))
			return -ERESTARTSYS;
		cond_resched();
	}
}

static __poll_t raw_poll(struct file *file, poll_table *wait)
{
	struct raw *raw = file->private_data;
	__poll_t ret = kwatch_reader_poll(raw->reader, file, wait);

	return READ_ONCE(raw->left) || kwatch_define_waits(raw->define) ?
	       EPOLLIN | EPOLLRDNORM : ret;
}

static const struct file_operations raw_fops = {
	.owner = THIS_MODULE,
	.open = raw_open,
	.read = raw_read,
	.poll = raw_poll,
	.release = raw_release,
};

/* stats, summary and error_log */

static int stats_show(struct seq_file *m, void *v)
{
	kwatch_show_stats(m);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(stats);

static int summary_show(struct seq_file *m, void *v)
{
	kwatch_show_summary(m);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(summary);

static int errlog_show(struct seq_file *m, void *v)
{
	kwatch_errlog_show(m);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(errlog);

/* All of them. */

struct entry {
	const char *name;
	umode_t mode;
	const struct file_operations *fops;
	struct proc_ops proc_ops;	/* made from @fops where they are needed */
};

static struct entry entries[] = {
	{ "ctl", 0600, &ctl_fops },
	{ "hits", 0400, &hits_fops },
	{ "hits_raw", 0400, &raw_fops },
	{ "summary", 0400, &summary_fops },
	{ "stats", 0444, &stats_fops },
	{ "error_log", 0400, &errlog_fops },
};

static struct dentry *debugfs_dir;
static struct proc_dir_entry *proc_dir;

static int create_debugfs(void)
{
	unsigned int i;

	if (kwatch_taken_debugfs())
		return -EEXIST;
	debugfs_dir = debugfs_create_dir("kwatch", NULL);
	if (IS_ERR_OR_NULL(debugfs_dir)) {
		debugfs_dir = NULL;
		return -ENODEV;
	}
	for (i = 0; i < ARRAY_SIZE(entries); i++)
		debugfs_create_file_unsafe(entries[i].name, entries[i].mode,
					   debugfs_dir, NULL, entries[i].fops);
	return 0;
}

/* procfs, unlike debugfs, lets a module go whose files are open. */
static int proc_open(struct inode *inode, struct file *file)
{
	const struct entry *e = pde_data(inode);
	int ret;

	/* A load that fails after this does not ask who holds the module. */
	if (THIS_MODULE->state != MODULE_STATE_LIVE || !try_module_get(THIS_MODULE))
		return -ENODEV;
	ret = e->fops->open(inode, file);
	if (ret)
		module_put(THIS_MODULE);
	return ret;
}

static int proc_release(struct inode *inode, struct file *file)
{
	const struct entry *e = pde_data(inode);
	int ret = e->fops->release(inode, file);

	/* Whoever unloads us now waits in proc_remove() for this call to end. */
	module_put(THIS_MODULE);
	return ret;
}

static int create_proc(void)
{
	unsigned int i;

	proc_dir = proc_mkdir("kwatch", NULL);
	if (!proc_dir) {
		pr_err("/proc/kwatch cannot be made: it is taken, or memory is short\n");
		return -ENOMEM;
	}
	for (i = 0; i < ARRAY_SIZE(entries); i++) {
		struct entry *e = &entries[i];

		e->proc_ops = (struct proc_ops) {
			.proc_open = proc_open,
			.proc_read = e->fops->read,
			.proc_write = e->fops->write,
			.proc_lseek = e->fops->llseek,
			.proc_poll = e->fops->poll,
			.proc_release = proc_release,
		};
		/* The folder of debugfs is root's, this one is everybody's. */
		if (!proc_create_data(e->name, e->mode & 0600, proc_dir, &e->proc_ops, e)) {
			proc_remove(proc_dir);
			return -ENOMEM;
		}
	}
	return 0;
}

int kwatch_files_create(void)
{
	kwatch_taken_trace();
	return create_debugfs() ? create_proc() : 0;
}

void kwatch_files_remove(void)
{
	debugfs_remove_recursive(debugfs_dir);
	proc_remove(proc_dir);
}
