// SPDX-License-Identifier: GPL-2.0
/*
 * What a caller of /dev/kwatch may ask for.  See admit.h.
 */
#include <linux/ktime.h>
#include <linux/module.h>
#include <linux/sched.h>

#include "admit.h"
#include "base/answer.h"
#include "hit/client_ring.h"
#include "hit/decide.h"
#include "language/spec.h"
#include "selftest.h"

#define UNSEEN_MS_MIN	100
#define RATE_NS(rate)	(NSEC_PER_SEC / (rate))

unsigned int kwatch_admit_slots = 2;
module_param_named(dev_slots, kwatch_admit_slots, uint, 0644);
MODULE_PARM_DESC(dev_slots, "slots that unprivileged callers of /dev/kwatch may take in a process (default 2)");

static int refuse(const struct kwatch_cmd *cmd, enum kwatch_word word, const char *why,
		  struct kwatch_answer *answer)
{
	return kwatch_refuse(answer, -EPERM, cmd->at[word], why);
}

static int admit_untrusted(const struct kwatch_cmd *cmd, struct kwatch_answer *answer)
{
	const struct kwatch_spec *spec = &cmd->spec;

	if (spec->given & KWATCH_GIVEN(RATE) &&
	    (!spec->rate || RATE_NS(spec->rate) < kwatch_selftest.hit_ns * KWATCH_SHARE))
		return refuse(cmd, KWATCH_WORD_RATE, "A budget of your own must be a smaller one", answer);
	if (spec->given & KWATCH_GIVEN(UNSEEN) && spec->unseen_ms &&
	    spec->unseen_ms < UNSEEN_MS_MIN)
		return refuse(cmd, KWATCH_WORD_UNSEEN, "Not more often than every 100 ms", answer);
	if (spec->action != KWATCH_ACTION_LOG && spec->action != KWATCH_ACTION_SIGNAL)
		return refuse(cmd, KWATCH_WORD_ACTION, "Only log and signal", answer);
	if (spec->nr_allow)
		return refuse(cmd, KWATCH_WORD_ALLOW, "Functions of the kernel are not for you", answer);
	return 0;
}

static int admit_add(const struct kwatch_client_ring *own, struct kwatch_cmd *cmd,
		     struct kwatch_answer *answer)
{
	struct kwatch_spec *spec = &cmd->spec;
	s32 pid = task_tgid_nr(current); /* as in @cmd, of the initial namespace */

	if (spec->target != KWATCH_TARGET_ADDR || spec->addr + spec->offset >= TASK_SIZE_MAX)
		return refuse(cmd, KWATCH_WORD_TARGET, "Only an address in your own memory", answer);
	if (spec->pid && spec->pid != pid)
		return refuse(cmd, KWATCH_WORD_PID, "Only your own process", answer);
	if (spec->children)
		return refuse(cmd, KWATCH_WORD_CHILDREN, "Only your own process", answer);
	/* Both are seen by all: a table of unique stacks, and the names. */
	if (spec->summary)
		return refuse(cmd, KWATCH_WORD_SUMMARY, "Not by /dev/kwatch", answer);
	if (spec->name[0])
		return refuse(cmd, KWATCH_WORD_NAME, "Not by /dev/kwatch", answer);
	if (spec->given & KWATCH_GIVEN(UNTIL) && spec->until != KWATCH_UNTIL_CLOSE)
		return refuse(cmd, KWATCH_WORD_UNTIL, "The watch lasts as long as the file", answer);
	if (!own->trusted && admit_untrusted(cmd, answer))
		return answer->error;
	spec->pid = pid;
	spec->until = KWATCH_UNTIL_CLOSE;
	spec->given |= KWATCH_GIVEN(PID) | KWATCH_GIVEN(UNTIL);
	return 0;
}

int kwatch_admit(const struct kwatch_client_ring *own, struct kwatch_cmd *cmd,
			struct kwatch_answer *answer)
{
	switch (cmd->verb) {
	case KWATCH_VERB_ADD:
		return admit_add(own, cmd, answer);
	case KWATCH_VERB_CLEAR_SUMMARIES:
	case KWATCH_VERB_IGNORE:
		return refuse(cmd, KWATCH_WORD_VERB, "Not by /dev/kwatch", answer);
	default:
		/* By number or all; but only those of this file are found. */
		return 0;
	}
}
