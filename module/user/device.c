// SPDX-License-Identifier: GPL-2.0
/*
 * /dev/kwatch: a program watches its own memory, without being root.
 *
 * The same commands as in ctl, by the same code, but a caller gets only what
 * is its own: the memory of the process that opened the file, its own watches,
 * its own records in a ring of its own, and nothing that tells where the kernel
 * is.  Its watches last as long as the file.  It may not lift the governor, and
 * holds a bounded share of slots and memory.
 *
 * Who may open it is the mode's to say (dev_mode=, or a udev rule): by default
 * root alone.
 */
#include <linux/capability.h>
#include <linux/cred.h>
#include <linux/fs.h>
#include <linux/ktime.h>
#include <linux/list.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/poll.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/sched/mm.h>
#include <linux/sched/task.h>
#include <linux/slab.h>
#include <linux/uaccess.h>
#include <linux/uidgid.h>
#include <linux/vmalloc.h>

#include "watch/command.h"
#include "hit/cpu.h"
#include "read/define.h"
#include "device.h"
#include "hit/client_ring.h"
#include "read/records.h"
#include "watch/list.h"
#include "watch/watch.h"

#define RING_WORDS	(128 * 1024 / sizeof(u64))

/* Files that one user may have open, and watches of each. */
#define FILES_MAX	16
#define WATCHES_MAX	16

static ushort dev_mode = 0600;
module_param(dev_mode, ushort, 0444);
MODULE_PARM_DESC(dev_mode, "mode of /dev/kwatch (default 0600)");

/**
 * struct client - one open file
 * @node:   in clients
 * @holder: of the records in @own and in @words
 * @own:    its records, and threads that pause
 * @mm:     of the process that opened it, held but not kept mapped
 * @uid:    whose
 * @mutex:  protects the rest, and @own's paused threads
 * @depth:  how often each paused
 * @define: what the reader was told
 * @cursor: how far it has come
 * @batch:  what was taken out of the ring; from @batch.from on it is to be read
 * @last_ns: time of the last record read
 * @lost:   made when some were overwritten
 * @words:  the records of @batch
 */
struct client {
	struct list_head node;
	struct kwatch_holder holder;
	struct kwatch_client_ring own;
	struct mm_struct *mm;
	kuid_t	uid;
	struct mutex mutex;
	u32	depth[KWATCH_CLIENT_PAUSED];
	struct kwatch_define *define;
	struct kwatch_ring_cursor cursor;
	struct kwatch_ring_batch batch;
	u64	last_ns;
	struct kwatch_lost lost;
	u64	words[KWATCH_RING_RECORD_MAX / sizeof(u64)];
};

/* Protects the list of all. */
static DEFINE_MUTEX(clients_mutex);
static LIST_HEAD(clients);

static void count_watch(const struct kwatch_watch *watch, void *arg)
{
	struct { const struct kwatch_client_ring *own; unsigned int nr; } *count = arg;

	count->nr += watch->plan.own == count->own;
}

static bool has_room(const struct client *client)
{
	struct { const struct kwatch_client_ring *own; unsigned int nr; } count = {
		.own = &client->own,
	};

	kwatch_watch_each(count_watch, &count);
	return client->own.trusted || count.nr < WATCHES_MAX;
}

/*
 * A file that was handed on, to a child or to a program with more rights, is
 * good for nothing but reading: else the latter could be made to watch itself.
 */
static bool is_opener(const struct client *client)
{
	return current->mm == client->mm;
}

/* Return: a watch's number, 0, or -errno. */
static int do_line(struct client *client, const char *line, size_t len,
		   struct kwatch_answer *answer)
{
	int ret;

	memset(answer, 0, sizeof(*answer));
	if (!is_opener(client))
		return kwatch_refuse(answer, -EPERM, 0, "Only the process that opened the file");
	mutex_lock(&client->mutex);
	if (has_room(client))
		ret = kwatch_command_own(line, len, &client->own, answer);
	else
		ret = kwatch_refuse(answer, -ENOSPC, 0, "No more watches by one file");
	mutex_unlock(&client->mutex);
	/* It names who has them. */
	if (ret == -ENOSPC && !client->own.trusted && answer->why[0])
		strscpy(answer->why, "No slot left for you", sizeof(answer->why));
	return ret;
}

/* Pausing. */

static int find_paused(const struct client *client, const struct task_struct *task)
{
	int i;

	for (i = 0; i < KWATCH_CLIENT_PAUSED; i++)
		if (client->own.paused[i] == task)
			return i;
	return -1;
}

static void forget_paused(struct client *client, int i)
{
	const struct task_struct *task = client->own.paused[i];

	WRITE_ONCE(client->own.paused[i], NULL); /* read by kwatch_client_ring_is_paused() */
	put_task_struct((struct task_struct *)task);
}

static void forget_dead(struct client *client)
{
	int i;

	for (i = 0; i < KWATCH_CLIENT_PAUSED; i++)
		if (client->own.paused[i] &&
		    READ_ONCE(client->own.paused[i]->flags) & PF_EXITING) /* stored by do_exit() */
			forget_paused(client, i);
}

static int pause_thread(struct client *client)
{
	int i = find_paused(client, current);

	if (i >= 0) {
		client->depth[i]++;
		return 0;
	}
	forget_dead(client);
	i = find_paused(client, NULL);
	if (i < 0)
		return -ENOSPC;
	client->depth[i] = 1;
	WRITE_ONCE(client->own.paused[i], get_task_struct(current)); /* likewise */
	WRITE_ONCE(client->own.nr_paused, KWATCH_CLIENT_PAUSED); /* likewise */
	return 0;
}

static int resume_thread(struct client *client)
{
	int i = find_paused(client, current);

	if (i < 0)
		return -EINVAL;
	if (!--client->depth[i])
		forget_paused(client, i);
	return 0;
}

/* The file. */

static unsigned int files_of(kuid_t uid)
{
	struct client *client;
	unsigned int nr = 0;

	list_for_each_entry(client, &clients, node)
		nr += uid_eq(client->uid, uid);
	return nr;
}

static void free_client(struct client *client)
{
	int i;

	if (client->holder.each)
		kwatch_records_release(&client->holder);
	for (i = 0; i < KWATCH_CLIENT_PAUSED; i++)
		if (client->own.paused[i])
			forget_paused(client, i);
	kwatch_define_free(client->define);
	vfree(client->own.ring.data);
	kfree(client);
}

static void each_held(struct kwatch_holder *holder, kwatch_record_fn fn, void *arg)
{
	struct client *client = container_of(holder, struct client, holder);
	u32 from = READ_ONCE(client->batch.from); /* moved by take_record() */

	kwatch_records_of_ring(&client->own.ring, fn, arg);
	kwatch_records_of_words(client->words + from, client->words + client->batch.to, fn, arg);
}

static struct client *create_client(void)
{
	struct client *client = kzalloc(sizeof(*client), GFP_KERNEL_ACCOUNT);
	bool trusted = capable(CAP_SYS_ADMIN);
	u64 *data;

	if (!client)
		return NULL;
	data = __vmalloc(RING_WORDS * sizeof(u64), GFP_KERNEL_ACCOUNT | __GFP_ZERO);
	client->define = kwatch_define_create(trusted);
	if (!data || !client->define) {
		client->own.ring.data = data;
		free_client(client);
		return NULL;
	}
	kwatch_ring_init(&client->own.ring, data, RING_WORDS);
	mutex_init(&client->mutex);
	client->last_ns = ktime_get_mono_fast_ns();
	client->uid = current_uid();
	client->own.trusted = trusted;
	client->holder.each = each_held;
	kwatch_records_hold(&client->holder);
	return client;
}

static int device_open(struct inode *inode, struct file *file)
{
	struct client *client;
	bool many;

	if (!current->mm)
		return -EINVAL;
	/* A load that fails after this does not ask who holds the module. */
	if (THIS_MODULE->state != MODULE_STATE_LIVE)
		return -ENODEV;
	client = create_client();
	if (!client)
		return -ENOMEM;
	mutex_lock(&clients_mutex);
	many = !client->own.trusted && files_of(client->uid) >= FILES_MAX;
	if (!many)
		list_add_tail(&client->node, &clients);
	mutex_unlock(&clients_mutex);
	if (many) {
		free_client(client);
		return -EMFILE;
	}
	client->mm = current->mm;
	mmgrab(client->mm);
	file->private_data = client;
	return nonseekable_open(inode, file);
}

static int device_release(struct inode *inode, struct file *file)
{
	struct client *client = file->private_data;

	kwatch_watch_end_all(&client->own, KWATCH_GONE_CLOSED);
	mutex_lock(&clients_mutex);
	list_del(&client->node);
	mutex_unlock(&clients_mutex);
	mmdrop(client->mm);
	free_client(client);
	return 0;
}

/* One line, with or without its newline. */
static ssize_t device_write(struct file *file, const char __user *from, size_t count,
			    loff_t *pos)
{
	struct client *client = file->private_data;
	struct kwatch_answer *answer;
	char *line;
	size_t len = count;
	int ret;

	if (count > KWATCH_LINE_MAX + 1)
		return -E2BIG;
	line = memdup_user(from, count);
	if (IS_ERR(line))
		return PTR_ERR(line);
	answer = kmalloc(sizeof(*answer), GFP_KERNEL);
	ret = -ENOMEM;
	if (answer) {
		if (len && line[len - 1] == '\n')
			len--;
		ret = do_line(client, line, len, answer);
	}
	kfree(answer);
	kfree(line);
	return ret < 0 ? ret : count;
}

static int ioctl_command(struct client *client, void __user *arg)
{
	struct kwatch_dev_command *command = memdup_user(arg, sizeof(*command));
	struct kwatch_answer *answer;
	int ret = -ENOMEM;

	if (IS_ERR(command))
		return PTR_ERR(command);
	answer = kmalloc(sizeof(*answer), GFP_KERNEL);
	if (answer) {
		ret = command->len > sizeof(command->text) ? -E2BIG :
			do_line(client, command->text, command->len, answer);
		if (ret != -E2BIG) {
			command->id = max(ret, 0);
			command->at = answer->at;
			strscpy(command->why, answer->why, sizeof(command->why));
		}
		if (copy_to_user(arg, command, sizeof(*command)))
			ret = -EFAULT;
	}
	kfree(answer);
	kfree(command);
	return min(ret, 0);
}

static long device_ioctl(struct file *file, unsigned int nr, unsigned long arg)
{
	struct client *client = file->private_data;
	int ret;

	switch (nr) {
	case KWATCH_IOC_COMMAND:
		return ioctl_command(client, (void __user *)arg);
	case KWATCH_IOC_PAUSE:
	case KWATCH_IOC_RESUME:
		if (!is_opener(client))
			return -EPERM;
		mutex_lock(&client->mutex);
		ret = nr == KWATCH_IOC_PAUSE ? pause_thread(client) : resume_thread(client);
		mutex_unlock(&client->mutex);
		return ret;
	default:
		return -ENOTTY;
	}
}

/* What did not get its turn is lost as well, about now. */
static bool next_batch(struct client *client)
{
	bool there;

	mutex_lock(&client->holder.mutex);
	there = kwatch_ring_read(&client->own.ring, &client->cursor, client->words,
				 &client->batch);
	if (!there)
		client->batch = (struct kwatch_ring_batch) { };
	mutex_unlock(&client->holder.mutex);
	if (!there && !atomic_read(&client->own.missed))
		return false;
	client->batch.lost += atomic_xchg(&client->own.missed, 0);
	return true;
}

/* The next record for the reader, or NULL; @taken is what it takes of the batch. */
static const struct kwatch_record *next_record(struct client *client, u32 *taken)
{
	const struct kwatch_record *record, *def;

	if (client->batch.from == client->batch.to && !client->batch.lost && !next_batch(client))
		return NULL;
	*taken = 0;
	record = (const void *)&client->words[client->batch.from];
	if (client->batch.lost) {
		client->lost = (struct kwatch_lost) {
			.rec.size = sizeof(client->lost),
			.rec.type = KWATCH_RECORD_LOST,
			.rec.time_ns = client->batch.from == client->batch.to ?
				       ktime_get_mono_fast_ns() : record->time_ns,
			.count = client->batch.lost,
			.from_ns = client->last_ns,
			.cpu = KWATCH_CPU_NONE,
		};
		return &client->lost.rec;
	}
	def = kwatch_define_next(client->define, record);
	if (def)
		return def;
	*taken = record->size / sizeof(u64);
	return record;
}

static void take_record(struct client *client, const struct kwatch_record *record, u32 taken)
{
	if (record == &client->lost.rec) {
		client->batch.lost = 0;
	} else if (taken) {
		client->last_ns = record->time_ns;
		/* Read by each_held() */
		WRITE_ONCE(client->batch.from, client->batch.from + taken);
	} else {
		kwatch_define_told(client->define);
	}
}

/* Whole records, as many as fit, or until a signal.  Return: bytes, 0 if there are none. */
static ssize_t copy_records(struct client *client, char __user *to, size_t count)
{
	const struct kwatch_record *record;
	ssize_t done = 0;
	u32 taken;

	while ((record = next_record(client, &taken))) {
		if (record->size > count - done)
			return done ?: -EINVAL;
		if (copy_to_user(to + done, record, record->size))
			return done ?: -EFAULT;
		done += record->size;
		take_record(client, record, taken);
		if (signal_pending(current))
			break;
	}
	return done;
}

static bool has_news(struct client *client)
{
	kwatch_cpu_want_wake();
	return client->batch.lost || client->batch.from != client->batch.to ||
	       kwatch_ring_has_news(&client->own.ring, &client->cursor) ||
	       atomic_read(&client->own.missed);
}

static ssize_t device_read(struct file *file, char __user *to, size_t count, loff_t *pos)
{
	struct client *client = file->private_data;
	ssize_t ret;

	if (!count)
		return 0;
	for (;;) {
		if (mutex_lock_interruptible(&client->mutex))
			return -ERESTARTSYS;
		ret = copy_records(client, to, count);
		mutex_unlock(&client->mutex);
		if (ret)
			return ret;
		if (file->f_flags & O_NONBLOCK)
			return -EAGAIN;
		/* As in raw_read(). */
		if (wait_event_interruptible(kwatch_wait, has_news(client)) ||
		    signal_pending(current))
			return -ERESTARTSYS;
		cond_resched();
	}
}

static __poll_t device_poll(struct file *file, poll_table *wait)
{
	struct client *client = file->private_data;

	poll_wait(file, &kwatch_wait, wait);
	return has_news(client) ? EPOLLIN | EPOLLRDNORM : 0;
}

static const struct file_operations device_fops = {
	.owner = THIS_MODULE,
	.open = device_open,
	.read = device_read,
	.write = device_write,
	.unlocked_ioctl = device_ioctl,
	.compat_ioctl = compat_ptr_ioctl,
	.poll = device_poll,
	.release = device_release,
};

static struct miscdevice device = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = "kwatch",
	.fops = &device_fops,
};

int kwatch_device_create(void)
{
	device.mode = dev_mode & 0666;
	return misc_register(&device);
}

void kwatch_device_remove(void)
{
	misc_deregister(&device);
}
