// SPDX-License-Identifier: GPL-2.0
/*
 * kwapi: how a module uses include/kwatch.h, and the test of it.
 *
 * Watches a variable of its own through kwatch_add() and counts what its
 * callback sees.  Parameters: "spec" is the watch; writing N to "store" makes
 * N stores, writing to "allowed" as many with kwatch suspended; "seen" and
 * "last" are the callback's; writing N to "remove" removes that watch.
 */
#include <linux/atomic.h>
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/moduleparam.h>

#include <kwatch.h>
#include <uapi/kwatch.h>

extern u64 kwapi_word, kwapi_other;
u64 kwapi_word;
EXPORT_SYMBOL_GPL(kwapi_word); /* without KALLSYMS_ALL it has no name otherwise */
u64 kwapi_other; /* never stored to, for spec= */

static char *spec = "w8 kwapi:kwapi_word rate=0";
module_param(spec, charp, 0444);

static atomic_t nr_seen = ATOMIC_INIT(0);
static u64 last_value;
static int id;

/* Inside the debug exception: count, and nothing that could wait. */
static void on_hit(const struct kwatch_hit *hit, struct pt_regs *regs, void *arg)
{
	atomic_inc(arg);
	WRITE_ONCE(last_value, hit->new_value);
}

static void store(unsigned int n)
{
	while (n--)
		WRITE_ONCE(kwapi_word, kwapi_word + 1);
}

static int store_set(const char *val, const struct kernel_param *kp)
{
	unsigned int n;
	int ret = kstrtouint(val, 0, &n);

	if (!ret)
		store(n);
	return ret;
}

static const struct kernel_param_ops store_ops = { .set = store_set };
module_param_cb(store, &store_ops, NULL, 0200);

static int allowed_set(const char *val, const struct kernel_param *kp)
{
	unsigned int n;
	int ret = kstrtouint(val, 0, &n);

	if (ret)
		return ret;
	kwatch_suspend_this_cpu();
	store(n);
	kwatch_resume_this_cpu();
	return 0;
}

static const struct kernel_param_ops allowed_ops = { .set = allowed_set };
module_param_cb(allowed, &allowed_ops, NULL, 0200);

static int seen_get(char *buffer, const struct kernel_param *kp)
{
	return sprintf(buffer, "%d %llu\n", atomic_read(&nr_seen), READ_ONCE(last_value));
}

static const struct kernel_param_ops seen_ops = { .get = seen_get };
module_param_cb(seen, &seen_ops, NULL, 0400);

static int remove_set(const char *val, const struct kernel_param *kp)
{
	int nr, ret = kstrtoint(val, 0, &nr);

	if (!ret)
		kwatch_remove(nr);
	return ret;
}

static const struct kernel_param_ops remove_ops = { .set = remove_set };
module_param_cb(remove, &remove_ops, NULL, 0200);

static int __init kwapi_init(void)
{
	id = kwatch_add(spec, on_hit, &nr_seen);
	return id < 0 ? id : 0;
}

static void __exit kwapi_exit(void)
{
	/* After this no callback runs, so its code may go. */
	kwatch_remove(id);
}

module_init(kwapi_init);
module_exit(kwapi_exit);

MODULE_DESCRIPTION("kwatch's tests and example: a watch made by a module");
MODULE_LICENSE("GPL");
