// SPDX-License-Identifier: GPL-2.0
/*
 * Is the module that is called kwatch this one?  See named.h.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/client.h"
#include "named.h"
#include "base/slurp.h"

/* A parameter that kwatch has had from the first version on. */
#define PARAMETER	"ring_kb"

static bool is_there(const char *root, const char *path)
{
	char whole[PATH_MAX];

	snprintf(whole, sizeof(whole), "%s%s", root, path);
	return !access(whole, F_OK);
}

const char *client_named_loaded(const char *root)
{
	if (!is_there(root, "/sys/module/kwatch") ||
	    is_there(root, "/sys/module/kwatch/parameters/" PARAMETER))
		return NULL;
	/* What is built in has no state. */
	if (!is_there(root, "/sys/module/kwatch/initstate"))
		return "another kwatch is built into this kernel, so this one cannot be loaded: boot another kernel";
	return "another module called kwatch is loaded: rmmod kwatch, then modprobe this one";
}

static bool is_other(const char *path)
{
	static const char parameter[] = "parmtype=" PARAMETER ":";
	size_t len;
	char *data;
	bool other;

	if (strlen(path) < 3 || strcmp(path + strlen(path) - 3, ".ko"))
		return false;
	data = client_slurp(AT_FDCWD, path, &len);
	other = data && !memmem(data, len, parameter, sizeof(parameter) - 1);
	free(data);
	return other;
}

char *client_named_file(const char *root, bool *other)
{
	char path[PATH_MAX], *release, *index, *line, *rest = NULL, *file = NULL;

	*other = false;
	snprintf(path, sizeof(path), "%s/proc/sys/kernel/osrelease", root);
	release = client_slurp(AT_FDCWD, path, NULL);
	if (!release)
		return NULL;
	release[strcspn(release, "\n")] = '\0';
	snprintf(path, sizeof(path), "%s/lib/modules/%s/modules.dep", root, release);
	index = client_slurp(AT_FDCWD, path, NULL);
	for (line = index ? strtok_r(index, "\n", &rest) : NULL; line;
	     line = strtok_r(NULL, "\n", &rest)) {
		line[strcspn(line, ":")] = '\0';
		if (!strncmp(line, "kwatch.ko", 9) || strstr(line, "/kwatch.ko"))
			break;
	}
	if (line) {
		if (*line == '/')
			snprintf(path, sizeof(path), "%s%s", root, line);
		else
			snprintf(path, sizeof(path), "%s/lib/modules/%s/%s", root,
				 release, line);
		file = client_alloc(strlen(path) + 1, 1);
		strcpy(file, path);
		*other = is_other(file);
	}
	free(index);
	free(release);
	return file;
}
