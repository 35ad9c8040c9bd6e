// SPDX-License-Identifier: GPL-2.0
/*
 * Where the module's files are, see paths.h.
 *
 * The directory is looked for once, by a file that no other module's has.  Most of
 * this file is about the sentences that save a user the search for what is missing.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <uapi/kwatch.h>

#include "base/client.h"
#include "named.h"
#include "paths.h"
#include "base/slurp.h"

static const char *const places[] = {
	"/sys/kernel/debug/kwatch",
	"/proc/kwatch",
};

/* Why there is no directory; errno is of no use to a person here. */
static const char *explain_absence(bool denied)
{
	bool loaded = access("/sys/module/kwatch", F_OK) == 0, other;
	const char *named = client_named_loaded("");

	if (named)
		return named;
	if (!loaded) {
		free(client_named_file("", &other));
		if (other)
			return "the kwatch module is not loaded, and modprobe finds another of that name: kwatch doctor";
	}
	if (!loaded)
		return "the kwatch module is not loaded: modprobe kwatch";
	if (denied && geteuid())
		return "needs root: try again with sudo";
	return "the kwatch module is loaded, but debugfs is not mounted: "
	       "mount -t debugfs none /sys/kernel/debug";
}

/* The directory, opened once; -1 and a reason why not. */
static int find_directory(const char **why)
{
	static int dir = -1;
	const char *path = getenv("KWATCH_DIR");
	bool denied = false;
	size_t i;

	if (dir >= 0)
		return dir;
	if (path) {
		dir = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
		*why = strerror(errno);
		return dir;
	}
	for (i = 0; i < KWATCH_ARRAY_SIZE(places) && dir < 0; i++) {
		dir = open(places[i], O_PATH | O_DIRECTORY | O_CLOEXEC);
		denied |= dir < 0 && errno == EACCES;
		/* Another module's folder.  Who may not look inside, is told so later. */
		if (dir >= 0 && faccessat(dir, "hits_raw", F_OK, 0) && errno == ENOENT) {
			close(dir);
			dir = -1;
		}
	}
	if (dir < 0)
		*why = explain_absence(denied);
	return dir;
}

/* The same; what is wrong is said. */
static int directory(void)
{
	const char *path = getenv("KWATCH_DIR"), *why;
	int dir = find_directory(&why);

	if (dir < 0 && path)
		client_complain("%s: %s", path, why);
	else if (dir < 0)
		client_complain("%s", why);
	return dir;
}

const char *client_paths_missing(void)
{
	const char *why;

	return find_directory(&why) < 0 ? why : NULL;
}

static void explain_failure(const char *name, int error)
{
	if (error == EACCES && geteuid())
		client_complain("needs root: try again with sudo");
	else if (error == EPERM)
		client_complain("%s: not permitted: is this kernel locked down?",
				name);
	else
		client_complain("%s: %s", name, strerror(error));
}

int client_paths_try(const char *name, int flags)
{
	return openat(directory(), name, flags | O_CLOEXEC);
}

int client_paths_open(const char *name, int flags)
{
	int fd;

	if (directory() < 0)
		return -1;
	fd = client_paths_try(name, flags);
	if (fd < 0)
		explain_failure(name, errno);
	return fd;
}

char *client_paths_read(const char *name)
{
	int fd = client_paths_open(name, O_RDONLY);
	char *text;

	if (fd < 0)
		return NULL;
	text = client_slurp_fd(fd, NULL);
	if (!text)
		client_complain("%s: %s", name, strerror(errno));
	close(fd);
	return text;
}

int client_paths_check_abi(void)
{
	char *stats = client_paths_read("stats");
	char *line, *value, *end;
	unsigned long abi;
	int ret = -1;

	if (!stats)
		return -1;
	line = !strncmp(stats, "abi:", 4) ? stats : strstr(stats, "\nabi:");
	if (!line) {
		client_complain("the module does not say which ABI it has; this kwatch speaks %d",
				KWATCH_ABI);
		goto out;
	}
	value = strchr(line, ':') + 1;
	abi = strtoul(value, &end, 10);
	if (end != value && abi == KWATCH_ABI)
		ret = 0;
	else
		client_complain("the module speaks ABI %.*s, this kwatch ABI %d: install both from one version",
				(int)strcspn(value + strspn(value, " \t"), "\n"),
				value + strspn(value, " \t"), KWATCH_ABI);
out:
	free(stats);
	return ret;
}
