/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The line that says that a watch is armed.
 */
#ifndef KWATCH_ARMED_H
#define KWATCH_ARMED_H

#include <stdint.h>

/**
 * struct client_armed - a watch that ctl took
 * @id:    its number
 * @line:  as ctl took it
 * @label: the user's own words for it, or NULL
 * @until: when it ends, if nothing else ends it
 * @count: after so many hits the client ends it, 0: never
 * @note:  what the kernel says that it cannot see, or NULL
 */
struct client_armed {
	unsigned int id;
	const char *line;
	const char *label;
	const char *until;
	uint64_t count;
	const char *note;
};

/**
 * client_armed_say() - say on stderr where and how long a watch is armed, what it misses
 * @armed: it
 */
void client_armed_say(const struct client_armed *armed);

#endif /* KWATCH_ARMED_H */
