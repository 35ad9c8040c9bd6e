// SPDX-License-Identifier: GPL-2.0
/*
 * Processes whose own accesses are filtered, see ignore.h.
 */
#include <linux/errno.h>
#include <linux/mutex.h>
#include <linux/sched.h>
#include <linux/seq_file.h>

#include "hit/ignored.h"
#include "ignore.h"

static DEFINE_MUTEX(ignore_mutex);

static struct kwatch_ignored *find(const void *file)
{
	unsigned int i;

	for (i = 0; i < KWATCH_IGNORE_MAX; i++)
		if (kwatch_ignored[i].file == file)
			return &kwatch_ignored[i];
	return NULL;
}

static void drop(struct kwatch_ignored *ignored)
{
	struct pid *pid = ignored->pid;

	ignored->file = NULL;
	WRITE_ONCE(ignored->pid, NULL); /* read by kwatch_ignore_is() */
	WRITE_ONCE(kwatch_ignore_nr, kwatch_ignore_nr - 1);
	put_pid(pid);
}

int kwatch_ignore_self(const void *file)
{
	struct kwatch_ignored *ignored;
	int ret = 0;

	mutex_lock(&ignore_mutex);
	ignored = find(file);
	/* A file may be handed on: it is of one process, the last that asked. */
	if (ignored)
		drop(ignored);
	ignored = find(NULL);
	if (ignored) {
		ignored->file = file;
		WRITE_ONCE(ignored->pid, get_task_pid(current, PIDTYPE_TGID));
		WRITE_ONCE(kwatch_ignore_nr, kwatch_ignore_nr + 1);
	} else {
		ret = -ENOSPC;
	}
	mutex_unlock(&ignore_mutex);
	return ret;
}

void kwatch_ignore_close(const void *file)
{
	struct kwatch_ignored *ignored;

	mutex_lock(&ignore_mutex);
	ignored = find(file);
	if (ignored)
		drop(ignored);
	mutex_unlock(&ignore_mutex);
}

void kwatch_ignore_show(struct seq_file *m)
{
	unsigned int i;

	mutex_lock(&ignore_mutex);
	for (i = 0; i < KWATCH_IGNORE_MAX; i++)
		if (kwatch_ignored[i].file)
			seq_printf(m, "# ignore self: process %d\n",
				   pid_vnr(kwatch_ignored[i].pid));
	mutex_unlock(&ignore_mutex);
}
