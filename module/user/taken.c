// SPDX-License-Identifier: GPL-2.0
/*
 * Others who have kwatch's names, see taken.h.
 */
#include <linux/dcache.h>
#include <linux/debugfs.h>
#include <linux/fs.h>
#include <linux/kallsyms.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/trace_events.h>
#include <linux/tracepoint.h>

#include "taken.h"

/*
 * Whose is a folder of debugfs?  The kernel does not say; but the data of its files
 * are most often variables of their owner, with a name and the module's.
 *
 * Return: true with such a variable's name in @name.
 */
static bool folder_owner(struct dentry *folder, char *name)
{
	struct dentry *child;
	bool found = false;

	inode_lock_shared(d_inode(folder));
	spin_lock(&folder->d_lock);
	kwatch_for_each_child(child, folder) {
		struct inode *inode = READ_ONCE(child->d_inode);

		if (!inode || !inode->i_private)
			continue;
		snprintf(name, KSYM_SYMBOL_LEN, "%ps", inode->i_private);
		found = !!strncmp(name, "0x", 2);
		if (found)
			break;
	}
	spin_unlock(&folder->d_lock);
	inode_unlock_shared(d_inode(folder));
	return found;
}

bool kwatch_taken_debugfs(void)
{
	struct dentry *folder = debugfs_lookup("kwatch", NULL);
	char *owner;

	if (IS_ERR_OR_NULL(folder))
		return false;
	owner = kmalloc(KSYM_SYMBOL_LEN, GFP_KERNEL);
	pr_warn("debugfs has a folder kwatch of another owner (%s): kwatch's files are in /proc/kwatch\n",
		owner && folder_owner(folder, owner) ? owner : "the kernel does not tell which");
	kfree(owner);
	dput(folder);
	return true;
}

/* Has that module events in a trace system of our name? */
static int tell_same_system(struct notifier_block *nb, unsigned long action, void *data)
{
	const struct tp_module *tracing = data;
	const struct module *mod = tracing->mod;
	unsigned int i;

	if (action != MODULE_STATE_COMING || mod == THIS_MODULE)
		return NOTIFY_DONE;
	for (i = 0; i < mod->num_trace_events; i++) {
		const struct trace_event_call *call = mod->trace_events[i];

		if (strcmp(call->class->system, "kwatch"))
			continue;
		if (!strcmp(trace_event_name((void *)call), "hit"))
			pr_warn("the event kwatch:hit is taken by module %s: kwatch's own has no name to be found by\n",
				mod->name);
		else
			pr_warn("the trace system kwatch has events of module %s, too\n",
				mod->name);
		break;
	}
	return NOTIFY_DONE;
}

void kwatch_taken_trace(void)
{
	/* The kernel calls it at once for each module that has tracepoints. */
	struct notifier_block tracing = { .notifier_call = tell_same_system };

	if (!register_tracepoint_module_notifier(&tracing))
		unregister_tracepoint_module_notifier(&tracing);
}
