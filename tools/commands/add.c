// SPDX-License-Identifier: GPL-2.0
/*
 * kwatch add SPEC...: arm watches and leave them.
 *
 * Prints the number of each, for "kwatch del".
 */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "commands.h"
#include "control/armed.h"
#include "control/control.h"
#include "control/listing.h"
#include "options.h"
#include "process/processes.h"
#include "stream/spectext.h"
#include "target/resolve.h"
#include "target/variable.h"

/* In the memory of a process, by its names.  Return: the line that ctl took, or NULL. */
static char *send_process(int ctl, const char *line, pid_t pid, char **label)
{
	struct client_processes *processes = client_processes_create();
	struct client_variable variable = { NULL };
	char *sent = NULL;

	client_processes_follow(processes, pid);
	if (!client_variable_find(processes, pid, line, &variable) &&
	    !client_control_send(ctl, variable.line, line)) {
		sent = variable.line;
		*label = variable.label;
	} else {
		free(variable.line);
		free(variable.label);
	}
	client_processes_destroy(processes);
	return sent;
}

/* Scripts read the number on stdout; the line about the watch goes to stderr. */
static void show(const struct client_listed *watch, const char *line, const char *label)
{
	const char *state = client_listing_value(watch, "state");
	struct client_armed armed = {
		.id = watch->id,
		.line = line,
		.label = label,
		.until = "it is removed",
		.note = watch->note,
	};

	printf("%u\n", watch->id);
	if (state && !strcmp(state, "pending"))
		client_complain("watch %u waits for its module to be loaded", watch->id);
	else
		client_armed_say(&armed);
}

static int add(int ctl, const char *line, pid_t pid)
{
	const struct client_listed *watch;
	struct client_listing listing;
	char *label = NULL;
	char *sent;

	if (client_targets_lasting(line))
		return -1;
	sent = pid ? send_process(ctl, line, pid, &label) : client_targets_send(ctl, line, NULL);
	if (!sent)
		return -1;
	if (client_listing_read(&listing, ctl)) {
		free(sent);
		return -1;
	}
	watch = client_listing_find(&listing, sent);
	if (watch && watch->id)
		show(watch, sent, label);
	client_listing_destroy(&listing);
	free(label);
	free(sent);
	return 0;
}

/* Lines of a file; what has no watch on it is skipped, as ctl does. */
static int add_file(int ctl, const char *path, pid_t pid)
{
	FILE *file = strcmp(path, "-") ? fopen(path, "re") : stdin;
	size_t size = 0, begin;
	char *line = NULL;
	int ret = 0;

	if (!file) {
		client_complain("%s: %s", path, strerror(errno));
		return -1;
	}
	while (!ret && getline(&line, &size, file) >= 0) {
		line[strcspn(line, "\n")] = '\0';
		begin = strspn(line, " \t");
		if (line[begin] && line[begin] != '#')
			ret = add(ctl, line, pid);
	}
	if (!ret && ferror(file)) {
		client_complain("%s: %s", path, strerror(errno));
		ret = -1;
	}
	free(line);
	if (file != stdin)
		fclose(file);
	return ret;
}

/* Words of one watch, or whole watches in quotes. */
static int add_words(int ctl, int nr, char **words, pid_t pid)
{
	int i, ret = 0;
	char *line;

	if (!strpbrk(words[0], " \t")) {
		line = client_spectext_join(nr, words);
		ret = add(ctl, line, pid);
		free(line);
		return ret;
	}
	for (i = 0; i < nr && !ret; i++)
		ret = add(ctl, words[i], pid);
	return ret;
}

static int run(int argc, char **argv)
{
	const char *file = NULL;
	pid_t pid = 0;
	int ctl, c, ret;

	while ((c = client_options_next(argc, argv, "fp")) != -1) {
		if (c == 'f')
			file = optarg;
		else if (c == 'p')
			pid = client_pid(optarg);
		if (c == '?' || (c == 'p' && !pid))
			return client_usage(&client_add_command);
	}
	if (!file == (optind == argc))
		return client_usage(&client_add_command);

	ctl = client_control_open();
	if (ctl < 0)
		return KWATCH_EXIT_FAILED;
	if (file)
		ret = add_file(ctl, file, pid);
	else
		ret = add_words(ctl, argc - optind, argv + optind, pid);
	close(ctl);
	return client_close_stdout(ret ? KWATCH_EXIT_FAILED :
						KWATCH_EXIT_OK);
}

const struct client_command client_add_command = {
	.name = "add",
	.args = "[-p PID] SPEC... | -f FILE",
	.summary = "arm watches and leave them; prints their numbers",
	.help =
"  kwatch add w8 jiffies name=j       one watch\n"
"  kwatch add 'w8 jiffies' 'x vfs_read'   several\n"
"  kwatch add -f FILE                 one a line, as \"list --spec\" prints them;\n"
"                                     - is standard input\n"
"  kwatch add w 'task(1234)->se.nr_migrations'   see \"kwatch help addr\"\n"
"  kwatch add w counter -p 1234       in a process's memory, see \"kwatch help w8\"\n",
	.run = run,
};
