// SPDX-License-Identifier: GPL-2.0
/*
 * One line of the command language, done.
 *
 * Everything that takes a line ends here: writes to ctl, ksym=, kwatch_add().
 */
#include <linux/list.h>
#include <linux/minmax.h>
#include <linux/sched/task.h>
#include <linux/security.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "admit.h"
#include "base/module_list.h"
#include "command.h"
#include "ignore.h"
#include "list.h"
#include "process_follow.h"
#include "ended.h"
#include "follow.h"
#include "until_free.h"
#include "base/pid.h"
#include "cover/process.h"
#include "base/symbol.h"
#include "watch.h"

/* An address of a process: the kernel's are behind them all. */
static bool is_user(const struct kwatch_spec *spec)
{
	return spec->target == KWATCH_TARGET_ADDR && spec->pid &&
	       spec->addr + spec->offset < TASK_SIZE_MAX;
}

static int check_spec(const struct kwatch_cmd *cmd, struct kwatch_answer *answer)
{
	const struct kwatch_spec *spec = &cmd->spec;

	if (is_user(spec)) {
		if (spec->until == KWATCH_UNTIL_FREE && !IS_ENABLED(CONFIG_MMU_NOTIFIER))
			return kwatch_refuse(answer, -EOPNOTSUPP, cmd->at[KWATCH_WORD_UNTIL],
					     "This kernel does not tell when memory is unmapped");
		return 0;
	}
	if (spec->children)
		return kwatch_refuse(answer, -EOPNOTSUPP, cmd->at[KWATCH_WORD_CHILDREN],
				     "A kernel address is watched for one process, not for its children");
	return 0;
}

/* Refuse a name that several symbols have: which of them is meant, only the user knows. */
static int check_name(const char *name, u16 at, struct kwatch_answer *answer)
{
	const char *colon = strchr(name, ':');
	unsigned int nr = kwatch_symbol_count(name);

	if (nr < 2)
		return 0;
	kwatch_refuse(answer, -EINVAL, at, "");
	if (colon)
		scnprintf(answer->why, sizeof(answer->why), "%u symbols of %.*s are called %s; say 0xADDR",
			  nr, (int)(colon - name), name, colon + 1);
	else
		scnprintf(answer->why, sizeof(answer->why), "%u symbols are called %s; say 0xADDR or module:%s",
			  nr, name, name);
	return -EINVAL;
}

/* The target's address, or that its module is not loaded. */
static int find_target(const struct kwatch_cmd *cmd, struct kwatch_resolved *found,
		       struct kwatch_answer *answer)
{
	const struct kwatch_spec *spec = &cmd->spec;

	if (!kwatch_symbol_find(spec->symbol, &found->symbol))
		return check_name(spec->symbol, cmd->at[KWATCH_WORD_TARGET], answer);
	if (!strchr(spec->symbol, ':'))
		return kwatch_refuse(answer, -ENOENT, cmd->at[KWATCH_WORD_TARGET],
				     "No such symbol (say module:symbol for a module that is not loaded yet, or for its per-CPU variables)");
	if (kwatch_module_is_loaded(spec->symbol))
		return kwatch_refuse(answer, -ENOENT, cmd->at[KWATCH_WORD_TARGET],
				     "The module has no such symbol");
	found->pending = true;
	return 0;
}

static int find_task(const struct kwatch_cmd *cmd, struct kwatch_resolved *found,
		     struct kwatch_answer *answer)
{
	found->task = kwatch_pid_task(cmd->spec.task);
	if (!found->task)
		return kwatch_refuse(answer, -ENOENT, cmd->at[KWATCH_WORD_TARGET],
				     "No such task");
	found->symbol.addr = (unsigned long)found->task;
	return 0;
}

static int find_allowed(const struct kwatch_cmd *cmd, struct kwatch_resolved *found,
			struct kwatch_answer *answer)
{
	const char *name;
	unsigned int i;
	int ret = 0;

	for (i = 0; !ret && i < cmd->spec.nr_allow; i++) {
		name = cmd->spec.allow[i];
		if (!kwatch_symbol_function(name, &found->allow[i].start, &found->allow[i].end)) {
			ret = check_name(name, cmd->at[KWATCH_WORD_ALLOW], answer);
			continue;
		}
		if (!strchr(name, ':') || kwatch_module_is_loaded(name))
			return kwatch_refuse(answer, -ENOENT, cmd->at[KWATCH_WORD_ALLOW],
					     "No such function");
		/* Looked up when its module comes. */
		found->allow[i].end = 0;
	}
	return ret;
}

/* Return: 0, -ENOENT, or -EINVAL for a name that several symbols have. */
static int resolve(const struct kwatch_cmd *cmd, struct kwatch_resolved *found,
		   struct kwatch_answer *answer)
{
	const struct kwatch_spec *spec = &cmd->spec;
	int ret = 0;

	memset(found, 0, sizeof(*found));
	switch (spec->target) {
	case KWATCH_TARGET_SYMBOL:
		ret = find_target(cmd, found, answer);
		break;
	case KWATCH_TARGET_ADDR:
		found->symbol.addr = spec->addr;
		if (is_user(spec)) {
			found->process = kwatch_process_find(cmd, answer);
			if (!found->process)
				ret = answer->error;
			else if (kwatch_process_follow_ready())
				ret = kwatch_refuse(answer, -EOPNOTSUPP, cmd->at[KWATCH_WORD_PID],
						    "The kernel cannot tell what becomes of a process");
			break;
		}
		kwatch_module_of(spec->addr + spec->offset, found->symbol.module);
		break;
	case KWATCH_TARGET_PERCPU:
		found->symbol.addr = spec->addr;
		found->symbol.percpu = true;
		break;
	case KWATCH_TARGET_TASK:
		ret = find_task(cmd, found, answer);
		break;
	}
	return ret ?: find_allowed(cmd, found, answer);
}

static void forget(struct kwatch_resolved *found)
{
	if (found->task)
		put_task_struct(found->task);
	found->task = NULL;
	kwatch_process_put(found->process);
	found->process = NULL;
}

/* Return: the number of the new watch, or -errno. */
static int resolve_and_add(struct kwatch_request *request,
			   struct kwatch_answer *answer)
{
	const struct kwatch_cmd *cmd = request->cmd;
	unsigned long gen;
	int ret;

	ret = check_spec(cmd, answer);
	if (ret)
		return ret;
	if (cmd->spec.until == KWATCH_UNTIL_CLOSE && !request->owner)
		return kwatch_refuse(answer, -EINVAL, cmd->at[KWATCH_WORD_UNTIL],
				     "There is no open file here that could be closed");
	for (;;) {
		gen = READ_ONCE(kwatch_follow_gen);
		ret = resolve(cmd, &request->found, answer);
		if (ret) {
			forget(&request->found);
			return ret;
		}
		kwatch_command_lock();
		if (gen == kwatch_follow_gen)
			break;
		/* A module came or went: the address may be stale. */
		kwatch_command_unlock();
		forget(&request->found);
	}
	ret = __kwatch_watch_add(request, answer);
	kwatch_command_unlock();
	if (ret < 0)
		forget(&request->found);
	kwatch_watch_tidy();
	return ret;
}

/* Can its memory be freed?  The probes that tell are dear, and placed without the locks. */
static bool is_freed(const struct kwatch_spec *spec)
{
	return !is_user(spec) &&
	       (spec->until == KWATCH_UNTIL_FREE || spec->target == KWATCH_TARGET_PERCPU ||
		(spec->target == KWATCH_TARGET_ADDR &&
		 kwatch_until_free_may_be(spec->addr + spec->offset)));
}

static int do_add(struct kwatch_request *request, struct kwatch_answer *answer)
{
	bool freed = is_freed(&request->cmd->spec);
	int ret;

	if (freed)
		kwatch_until_free_ready();
	ret = resolve_and_add(request, answer);
	if (freed)
		kwatch_until_free_unready();
	return ret;
}

static int do_off(struct kwatch_watch *watch)
{
	__kwatch_watch_disarm(watch);
	watch->state = KWATCH_STATE_OFF;
	return 0;
}

static int refuse_ref(const struct kwatch_cmd *cmd, struct kwatch_answer *answer)
{
	return kwatch_refuse(answer, -ENOENT, cmd->at[KWATCH_WORD_REF],
			     "No watch has that number or name");
}

static int arm_again(struct kwatch_watch *watch, const struct kwatch_cmd *cmd,
		     struct kwatch_answer *answer)
{
	u16 at[KWATCH_WORD_NR];
	unsigned int i;

	for (i = 0; i < KWATCH_WORD_NR; i++)
		at[i] = cmd->at[KWATCH_WORD_REF];
	return __kwatch_watch_arm(watch, at, answer);
}

static bool can_go_on(const struct kwatch_watch *watch)
{
	return watch->state == KWATCH_STATE_OFF || watch->state == KWATCH_STATE_FAILED;
}

/*
 * Its module went, or was not there yet, while the watch was off, and may have
 * come since.  Looks its symbol up without the locks, and takes them again.
 */
static int do_on_again(const struct kwatch_cmd *cmd, struct kwatch_watch *watch,
		       struct kwatch_answer *answer)
{
	struct kwatch_symbol symbol;
	char name[KWATCH_SYMBOL_MAX];
	unsigned long gen;
	int ret;

	do {
		strscpy(name, watch->spec.symbol, sizeof(name));
		gen = kwatch_follow_gen;
		kwatch_unlock();
		ret = kwatch_symbol_find(name, &symbol);
		kwatch_lock();
		watch = __kwatch_watch_find(cmd->id, cmd->name);
		if (!watch)
			return refuse_ref(cmd, answer);
		if (!can_go_on(watch))
			return 0;
	} while (gen != kwatch_follow_gen || strcmp(name, watch->spec.symbol));

	if (ret) {
		watch->state = KWATCH_STATE_PENDING;
		return 0;
	}
	ret = check_name(name, cmd->at[KWATCH_WORD_REF], answer);
	if (ret)
		return ret;
	watch->symbol = symbol;
	watch->resolved = true;
	ret = arm_again(watch, cmd, answer);
	watch->resolved = !ret;
	return ret;
}

static int do_on(const struct kwatch_cmd *cmd, struct kwatch_watch *watch,
		 struct kwatch_answer *answer)
{
	if (!can_go_on(watch))
		return 0;
	if (!watch->resolved)
		return do_on_again(cmd, watch, answer);
	return arm_again(watch, cmd, answer);
}

/* is_freed() of a watch that is there */
static bool may_be_freed(const struct kwatch_cmd *cmd)
{
	struct kwatch_watch *watch;
	bool ret;

	kwatch_lock();
	watch = __kwatch_watch_find(cmd->id, cmd->name);
	ret = watch && is_freed(&watch->spec);
	kwatch_unlock();
	return ret;
}

/* A caller with records of its own has only its own watches. */
static int do_ref(const struct kwatch_cmd *cmd, const struct kwatch_client_ring *own,
		  struct kwatch_answer *answer)
{
	struct kwatch_watch *watch;
	bool freed;
	int ret = 0;

	freed = cmd->verb == KWATCH_VERB_ON && may_be_freed(cmd);
	if (freed)
		kwatch_until_free_ready();
	kwatch_command_lock();
	watch = __kwatch_watch_find(cmd->id, cmd->name);
	if (!watch || (own && watch->plan.own != own))
		ret = refuse_ref(cmd, answer);
	else if (cmd->verb == KWATCH_VERB_REMOVE)
		__kwatch_watch_end(watch, KWATCH_GONE_REMOVED);
	else if (cmd->verb == KWATCH_VERB_OFF)
		ret = do_off(watch);
	else
		ret = do_on(cmd, watch, answer);
	kwatch_command_unlock();
	if (freed)
		kwatch_until_free_unready();
	kwatch_watch_tidy();
	return ret;
}

static int do_ignore(const struct kwatch_cmd *cmd, const void *owner,
		     struct kwatch_answer *answer)
{
	if (!owner)
		return kwatch_refuse(answer, -EINVAL, cmd->at[KWATCH_WORD_VERB],
				     "There is no open file here that could be closed");
	if (kwatch_ignore_self(owner))
		return kwatch_refuse(answer, -ENOSPC, cmd->at[KWATCH_WORD_VERB],
				     "So many processes are ignored already; see ctl");
	return 0;
}

static int do_command(const struct kwatch_cmd *cmd, const void *owner,
		      struct kwatch_answer *answer)
{
	struct kwatch_request request = { .cmd = cmd, .owner = owner };

	switch (cmd->verb) {
	case KWATCH_VERB_NONE:
		return 0;
	case KWATCH_VERB_ADD:
		return min(do_add(&request, answer), 0);
	case KWATCH_VERB_CLEAR:
		kwatch_watch_end_all(NULL, KWATCH_GONE_REMOVED);
		return 0;
	case KWATCH_VERB_CLEAR_SUMMARIES:
		kwatch_ended_clear();
		return 0;
	case KWATCH_VERB_IGNORE:
		return do_ignore(cmd, owner, answer);
	default:
		return do_ref(cmd, NULL, answer);
	}
}

/* The caller's numbers of processes as the initial namespace's.  Return: 0 or -ENOENT. */
static int find_pids(struct kwatch_cmd *cmd, struct kwatch_answer *answer)
{
	struct kwatch_spec *spec = &cmd->spec;

	if (cmd->verb != KWATCH_VERB_ADD)
		return 0;
	if (spec->pid) {
		spec->pid = kwatch_pid_initial(spec->pid);
		if (!spec->pid)
			return kwatch_refuse(answer, -ENOENT, cmd->at[KWATCH_WORD_PID],
					     "No such process");
	}
	if (spec->target == KWATCH_TARGET_TASK) {
		spec->task = kwatch_pid_initial(spec->task);
		if (!spec->task)
			return kwatch_refuse(answer, -ENOENT, cmd->at[KWATCH_WORD_TARGET],
					     "No such task");
	}
	return 0;
}

/* Return: what @line says, to be freed; NULL with @answer filled. */
static struct kwatch_cmd *parse(const char *line, size_t len,
				struct kwatch_answer *answer)
{
	struct kwatch_refusal refusal = { };
	struct kwatch_cmd *cmd;
	int ret;

	memset(answer, 0, sizeof(*answer));
	if (security_locked_down(LOCKDOWN_KPROBES) || security_locked_down(LOCKDOWN_DEBUGFS)) {
		kwatch_refuse(answer, -EPERM, 0,
			      "The kernel is locked down (see kernel_lockdown.7)");
		return NULL;
	}
	cmd = kmalloc(sizeof(*cmd), GFP_KERNEL);
	if (!cmd) {
		kwatch_refuse(answer, -ENOMEM, 0, "No memory");
		return NULL;
	}
	ret = kwatch_spec_parse(line, len, cmd, &refusal);
	if (ret)
		kwatch_refuse(answer, ret, refusal.at, refusal.why);
	else
		ret = find_pids(cmd, answer);
	if (ret) {
		kfree(cmd);
		return NULL;
	}
	return cmd;
}

int kwatch_command(const char *line, size_t len, const void *owner,
		   struct kwatch_answer *answer)
{
	struct kwatch_cmd *cmd = parse(line, len, answer);
	int ret;

	if (!cmd)
		return answer->error;
	ret = do_command(cmd, owner, answer);
	kfree(cmd);
	return ret;
}

int kwatch_command_own(const char *line, size_t len, struct kwatch_client_ring *own,
		       struct kwatch_answer *answer)
{
	struct kwatch_cmd *cmd = parse(line, len, answer);
	struct kwatch_request request = { .owner = own, .own = own };
	int ret;

	if (!cmd)
		return answer->error;
	ret = kwatch_admit(own, cmd, answer);
	if (ret)
		goto out;
	request.cmd = cmd;
	switch (cmd->verb) {
	case KWATCH_VERB_NONE:
		break;
	case KWATCH_VERB_ADD:
		ret = do_add(&request, answer);
		break;
	case KWATCH_VERB_CLEAR:
		kwatch_watch_end_all(own, KWATCH_GONE_REMOVED);
		break;
	default:
		ret = do_ref(cmd, own, answer);
	}
out:
	kfree(cmd);
	return ret;
}

int kwatch_command_add(const char *line, size_t len, kwatch_callback_t callback,
		       void *arg, struct kwatch_answer *answer)
{
	struct kwatch_request request = { .callback = callback, .callback_arg = arg };
	struct kwatch_cmd *cmd = parse(line, len, answer);
	int ret;

	if (!cmd)
		return answer->error;
	request.cmd = cmd;
	ret = cmd->verb == KWATCH_VERB_ADD ? do_add(&request, answer) :
		kwatch_refuse(answer, -EINVAL, 0, "Not a line that makes a watch");
	kfree(cmd);
	return ret;
}
