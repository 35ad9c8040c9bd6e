// SPDX-License-Identifier: GPL-2.0
/*
 * kwatch load: the watches that this machine is to have, from its
 * configuration; what kwatch.service runs at boot.
 *
 * A line that is refused does not keep the others from being armed, and a
 * watch that is there already is fine: so that it can be run again.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "commands.h"
#include "control/control.h"
#include "target/resolve.h"

#define CONF_DIR	"/etc/kwatch.d"

static int load_file(int ctl, const char *path)
{
	FILE *file = fopen(path, "re");
	unsigned int number = 0;
	char *line = NULL;
	size_t size = 0, begin;
	int ret = 0;

	if (!file) {
		client_complain("%s: %s", path, strerror(errno));
		return -1;
	}
	while (getline(&line, &size, file) >= 0) {
		number++;
		line[strcspn(line, "\n")] = '\0';
		begin = strspn(line, " \t");
		if (!line[begin] || line[begin] == '#')
			continue;
		if (client_targets_ensure(ctl, line)) {
			client_complain("%s:%u: not armed", path, number);
			ret = -1;
		}
	}
	if (ferror(file)) {
		client_complain("%s: %s", path, strerror(errno));
		ret = -1;
	}
	free(line);
	fclose(file);
	return ret;
}

static int is_conf(const struct dirent *entry)
{
	const char *dot = strrchr(entry->d_name, '.');

	return entry->d_name[0] != '.' && dot && !strcmp(dot, ".conf");
}

/* By name, whatever the locale. */
static int by_name(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

static int load_dir(int ctl, const char *path)
{
	struct dirent **entries;
	int nr = scandir(path, &entries, is_conf, by_name), i, ret = 0;
	char *file;

	if (nr < 0) {
		client_complain("%s: %s", path, strerror(errno));
		return -1;
	}
	for (i = 0; i < nr; i++) {
		if (asprintf(&file, "%s/%s", path, entries[i]->d_name) < 0)
			client_out_of_memory();
		if (load_file(ctl, file))
			ret = -1;
		free(file);
		free(entries[i]);
	}
	free(entries);
	return ret;
}

static int load(int ctl, const char *path)
{
	struct stat st;

	if (!stat(path, &st) && S_ISDIR(st.st_mode))
		return load_dir(ctl, path);
	return load_file(ctl, path);
}

static int run(int argc, char **argv)
{
	int ctl, i, ret = 0;

	if (argc > 1 && argv[1][0] == '-')
		return client_usage(&client_load_command);
	ctl = client_control_open();
	if (ctl < 0)
		return KWATCH_EXIT_FAILED;
	/* A machine that has no such directory is to have no watches. */
	if (argc == 1 && (!access(CONF_DIR, F_OK) || errno != ENOENT))
		ret = load(ctl, CONF_DIR);
	for (i = 1; i < argc; i++) {
		if (load(ctl, argv[i]))
			ret = -1;
	}
	close(ctl);
	return ret ? KWATCH_EXIT_FAILED : KWATCH_EXIT_OK;
}

const struct client_command client_load_command = {
	.name = "load",
	.args = "[FILE|DIRECTORY...]",
	.summary = "arm what " CONF_DIR "/*.conf says, as at boot",
	.help =
"Files have one watch a line, as \"kwatch add -f\" takes them; of a directory,\n"
"those named *.conf are taken, by name.  A line that is refused is told, and the\n"
"others are armed; what is there already stays as it is.\n",
	.run = run,
};
