// SPDX-License-Identifier: GPL-2.0
/*
 * kwatch for other kernel modules: see include/kwatch.h.
 */
#include <linux/export.h>
#include <linux/slab.h>
#include <linux/string.h>

#include <kwatch.h>

#include "base/lock.h"
#include "watch/command.h"
#include "read/error_log.h"
#include "watch/list.h"
#include "watch/until_free.h"
#include "watch/watch.h"

int kwatch_add(const char *spec, kwatch_callback_t callback, void *arg)
{
	struct kwatch_answer *answer = kmalloc(sizeof(*answer), GFP_KERNEL);
	int ret;

	if (!answer)
		return -ENOMEM;
	ret = kwatch_command_add(spec, strlen(spec), callback, arg, answer);
	if (ret < 0)
		kwatch_errlog_add(spec, strlen(spec), answer->at, answer->why);
	kfree(answer);
	return ret;
}
EXPORT_SYMBOL_GPL(kwatch_add);

void kwatch_remove(int id)
{
	struct kwatch_watch *watch;

	kwatch_command_lock();
	watch = id > 0 ? __kwatch_watch_find(id, NULL) : NULL;
	if (watch)
		__kwatch_watch_end(watch, KWATCH_GONE_REMOVED);
	kwatch_command_unlock();
	kwatch_watch_tidy();
}
EXPORT_SYMBOL_GPL(kwatch_remove);
