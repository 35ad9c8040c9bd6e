// SPDX-License-Identifier: GPL-2.0
/*
 * The CPUs that there can be, see cpu_list.h: "0-3,8", read once.
 */
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <unistd.h>

#include "cpu_list.h"
#include "base/slurp.h"

static const char *possible(void)
{
	const char *path = getenv("KWATCH_CPUS");
	static bool tried;
	static char *text;

	if (!tried)
		text = client_slurp(AT_FDCWD, path ? path : "/sys/devices/system/cpu/possible", NULL);
	tried = true;
	return text;
}

int client_cpus_next(int after)
{
	const char *text = possible();
	long first, last;
	char *end;

	if (!text)
		return after + 1 < sysconf(_SC_NPROCESSORS_CONF) ? after + 1 : -1;
	for (;; text = end + 1) {
		first = last = strtol(text, &end, 10);
		if (end == text)
			return -1;
		if (*end == '-') {
			text = end + 1;
			last = strtol(text, &end, 10);
		}
		if (last > after)
			return first > after ? first : after + 1;
		if (*end != ',')
			return -1;
	}
}
