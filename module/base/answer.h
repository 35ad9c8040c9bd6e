/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What came of a command.
 */
#ifndef KWATCH_ANSWER_H
#define KWATCH_ANSWER_H

#include <linux/types.h>

/* Bytes of the sentence that explains a refusal. */
#define KWATCH_WHY_MAX	512

/**
 * struct kwatch_answer - what came of a command
 * @error: 0 or -errno
 * @at:    on failure, the byte of the line at fault
 * @why:   on failure, one sentence; further lines may follow
 */
struct kwatch_answer {
	int	error;
	u16	at;
	char	why[KWATCH_WHY_MAX];
};

/* Fill in an answer; @at: the byte of the line at fault.  Return: @error */
int kwatch_refuse(struct kwatch_answer *answer, int error, u16 at,
		  const char *why);

#endif /* KWATCH_ANSWER_H */
