// SPDX-License-Identifier: GPL-2.0
/*
 * One line of the command language, done.
 *
 * Everything that takes a line ends here: writes to ctl, ksym=, kwatch_add().
 */
#include <linux/security.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "command.h"
#include "follow.h"
#include "symbol.h"
#include "watch.h"

/* Options that parse but that no watch can be armed with. */
#define UNSUPPORTED (KWATCH_GIVEN(PID) | KWATCH_GIVEN(COMM) | \
	KWATCH_GIVEN(LIMIT) | KWATCH_GIVEN(RATE) | KWATCH_GIVEN(USTACK) | \
	KWATCH_GIVEN(REGS) | KWATCH_GIVEN(SUMMARY) | KWATCH_GIVEN(CHANGED) | \
	KWATCH_GIVEN(ALLOW) | KWATCH_GIVEN(ACTION) | KWATCH_GIVEN(UNSEEN) | \
	KWATCH_GIVEN(CHILDREN) | KWATCH_GIVEN(IF))

static int check_spec(const struct kwatch_cmd *cmd, struct kwatch_answer *answer)
{
	const struct kwatch_spec *spec = &cmd->spec;
	unsigned int word;

	for (word = 0; word < KWATCH_WORD_NR; word++)
		if (spec->given & UNSUPPORTED & (1u << word))
			return kwatch_refuse(answer, -EOPNOTSUPP, cmd->at[word],
				      "This version of kwatch cannot do that yet");
	if (spec->target == KWATCH_TARGET_TASK)
		return kwatch_refuse(answer, -EOPNOTSUPP, cmd->at[KWATCH_WORD_TARGET],
			      "This version of kwatch cannot do that yet");
	if (spec->until == KWATCH_UNTIL_FREE)
		return kwatch_refuse(answer, -EOPNOTSUPP, cmd->at[KWATCH_WORD_UNTIL],
			      "This version of kwatch cannot do that yet");
	if (spec->len > 8)
		return kwatch_refuse(answer, -EINVAL, cmd->at[KWATCH_WORD_LEN],
			      "Length must be 1, 2, 4 or 8");
	return 0;
}

/*
 * Turn the target into an address.  Return: 0, with *pending set if its module
 * is not loaded; -ENOENT.
 */
static int resolve(const struct kwatch_cmd *cmd, struct kwatch_symbol *symbol,
		   bool *pending, struct kwatch_answer *answer)
{
	const struct kwatch_spec *spec = &cmd->spec;

	*pending = false;
	memset(symbol, 0, sizeof(*symbol));
	if (spec->target == KWATCH_TARGET_ADDR) {
		symbol->addr = spec->addr;
		kwatch_symbol_module(spec->addr + spec->offset, symbol->module);
		return 0;
	}
	if (!kwatch_symbol_find(spec->symbol, symbol))
		return 0;
	if (!strchr(spec->symbol, ':'))
		return kwatch_refuse(answer, -ENOENT, cmd->at[KWATCH_WORD_TARGET],
			      "No such symbol (say module:symbol for a module that is not loaded yet, or for its per-CPU variables)");
	if (kwatch_symbol_has_module(spec->symbol))
		return kwatch_refuse(answer, -ENOENT, cmd->at[KWATCH_WORD_TARGET],
			      "The module has no such symbol");
	*pending = true;
	return 0;
}

static int do_add(const struct kwatch_cmd *cmd, const void *owner,
		  struct kwatch_answer *answer)
{
	struct kwatch_symbol symbol;
	unsigned long gen;
	bool pending;
	int ret;

	ret = check_spec(cmd, answer);
	if (ret)
		return ret;
	if (cmd->spec.until == KWATCH_UNTIL_CLOSE && !owner)
		return kwatch_refuse(answer, -EINVAL, cmd->at[KWATCH_WORD_UNTIL],
			      "There is no open file here that could be closed");
	for (;;) {
		gen = READ_ONCE(kwatch_follow_gen);
		ret = resolve(cmd, &symbol, &pending, answer);
		if (ret)
			return ret;
		kwatch_watch_lock();
		if (gen == kwatch_follow_gen)
			break;
		/* A module came or went: the address may be stale. */
		kwatch_watch_unlock();
	}
	ret = __kwatch_watch_add(cmd, owner, &symbol, pending, answer);
	kwatch_watch_unlock();
	return ret;
}

static int do_off(struct kwatch_watch *watch)
{
	kwatch_bp_disarm(&watch->bps);
	watch->state = KWATCH_STATE_OFF;
	return 0;
}

static int do_on(struct kwatch_watch *watch, const struct kwatch_cmd *cmd,
		 struct kwatch_answer *answer)
{
	u16 at[KWATCH_WORD_NR];
	unsigned int i;

	if (watch->state == KWATCH_STATE_ARMED || watch->state == KWATCH_STATE_PENDING)
		return 0;
	if (watch->symbol.addr == 0) {
		watch->state = KWATCH_STATE_PENDING;
		return 0;
	}
	for (i = 0; i < KWATCH_WORD_NR; i++)
		at[i] = cmd->at[KWATCH_WORD_REF];
	return __kwatch_watch_arm(watch, at, answer);
}

static int do_ref(const struct kwatch_cmd *cmd, struct kwatch_answer *answer)
{
	struct kwatch_watch *watch;
	int ret = 0;

	kwatch_watch_lock();
	watch = __kwatch_watch_find(cmd->id, cmd->name);
	if (!watch)
		ret = kwatch_refuse(answer, -ENOENT, cmd->at[KWATCH_WORD_REF],
			     "No watch has that number or name");
	else if (cmd->verb == KWATCH_VERB_REMOVE)
		__kwatch_watch_remove(watch);
	else if (cmd->verb == KWATCH_VERB_OFF)
		ret = do_off(watch);
	else
		ret = do_on(watch, cmd, answer);
	kwatch_watch_unlock();
	return ret;
}

static int do_command(const struct kwatch_cmd *cmd, const void *owner,
		      struct kwatch_answer *answer)
{
	if (security_locked_down(LOCKDOWN_KPROBES) || security_locked_down(LOCKDOWN_DEBUGFS))
		return kwatch_refuse(answer, -EPERM, 0,
			      "The kernel is locked down (see kernel_lockdown.7)");

	switch (cmd->verb) {
	case KWATCH_VERB_NONE:
		return 0;
	case KWATCH_VERB_ADD:
		return do_add(cmd, owner, answer);
	case KWATCH_VERB_CLEAR:
		kwatch_watch_remove_all(NULL);
		return 0;
	default:
		return do_ref(cmd, answer);
	}
}

int kwatch_command(const char *line, size_t len, const void *owner,
		   struct kwatch_answer *answer)
{
	struct kwatch_refusal refusal = { };
	struct kwatch_cmd *cmd;
	int ret;

	memset(answer, 0, sizeof(*answer));
	cmd = kmalloc(sizeof(*cmd), GFP_KERNEL);
	if (!cmd)
		return kwatch_refuse(answer, -ENOMEM, 0, "No memory");

	ret = kwatch_spec_parse(line, len, cmd, &refusal);
	if (ret)
		kwatch_refuse(answer, ret, refusal.at, refusal.why);
	else
		ret = do_command(cmd, owner, answer);
	kfree(cmd);
	return ret;
}
