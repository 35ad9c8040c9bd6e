// SPDX-License-Identifier: GPL-2.0
/*
 * What came of a command.  See answer.h.
 */
#include <linux/string.h>

#include "answer.h"

int kwatch_refuse(struct kwatch_answer *answer, int error, u16 at,
		  const char *why)
{
	answer->error = error;
	answer->at = at;
	strscpy(answer->why, why, sizeof(answer->why));
	return error;
}
