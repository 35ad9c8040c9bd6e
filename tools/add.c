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

#include "client.h"
#include "control.h"
#include "listing.h"
#include "spectext.h"
#include "target.h"

static int add(int ctl, const char *line)
{
	const struct kwatch_listed *watch;
	struct kwatch_listing listing;
	const char *state;
	char *sent;

	sent = kwatch_targets_send(ctl, line, NULL);
	if (!sent)
		return -1;
	if (kwatch_listing_read(&listing, ctl)) {
		free(sent);
		return -1;
	}
	watch = kwatch_listing_find(&listing, sent);
	if (watch && watch->id) {
		printf("%u\n", watch->id);
		state = kwatch_listing_value(watch, "state");
		if (state && !strcmp(state, "pending"))
			kwatch_complain("watch %u waits for its module to be loaded",
					watch->id);
	}
	kwatch_listing_destroy(&listing);
	free(sent);
	return 0;
}

/* Lines of a file; what has no watch on it is skipped, as ctl does. */
static int add_file(int ctl, const char *path)
{
	FILE *file = strcmp(path, "-") ? fopen(path, "re") : stdin;
	size_t size = 0, begin;
	char *line = NULL;
	int ret = 0;

	if (!file) {
		kwatch_complain("%s: %s", path, strerror(errno));
		return -1;
	}
	while (!ret && getline(&line, &size, file) >= 0) {
		line[strcspn(line, "\n")] = '\0';
		begin = strspn(line, " \t");
		if (line[begin] && line[begin] != '#')
			ret = add(ctl, line);
	}
	if (!ret && ferror(file)) {
		kwatch_complain("%s: %s", path, strerror(errno));
		ret = -1;
	}
	free(line);
	if (file != stdin)
		fclose(file);
	return ret;
}

/* Words of one watch, or whole watches in quotes. */
static int add_words(int ctl, int nr, char **words)
{
	int i, ret = 0;
	char *line;

	if (!strpbrk(words[0], " \t")) {
		line = kwatch_spectext_join(nr, words);
		ret = add(ctl, line);
		free(line);
		return ret;
	}
	for (i = 0; i < nr && !ret; i++)
		ret = add(ctl, words[i]);
	return ret;
}

static int run(int argc, char **argv)
{
	const char *file = NULL;
	int ctl, c, ret;

	/* "+": what looks like an option behind the first word is ctl's. */
	while ((c = getopt(argc, argv, "+f:")) != -1) {
		if (c != 'f')
			return kwatch_client_usage(&kwatch_add_command);
		file = optarg;
	}
	if (!file == (optind == argc))
		return kwatch_client_usage(&kwatch_add_command);

	ctl = kwatch_control_open();
	if (ctl < 0)
		return KWATCH_EXIT_FAILED;
	if (file)
		ret = add_file(ctl, file);
	else
		ret = add_words(ctl, argc - optind, argv + optind);
	close(ctl);
	return kwatch_client_close_stdout(ret ? KWATCH_EXIT_FAILED :
						KWATCH_EXIT_OK);
}

const struct kwatch_command kwatch_add_command = {
	.name = "add",
	.args = "SPEC... | -f FILE",
	.summary = "arm watches and leave them; prints their numbers",
	.help =
"  kwatch add w8 jiffies name=j       one watch\n"
"  kwatch add 'w8 jiffies' 'x vfs_read'   several\n"
"  kwatch add -f FILE                 one a line, as \"list --spec\" prints them;\n"
"                                     - is standard input\n"
"  kwatch add w 'task(1234)->se.nr_migrations'   see \"kwatch help addr\"\n",
	.run = run,
};
