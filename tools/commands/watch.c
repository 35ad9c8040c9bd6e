// SPDX-License-Identifier: GPL-2.0
/*
 * kwatch w8 TARGET [OPTION...]: arm a watch, follow it, disarm it.
 */
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "commands.h"
#include "options.h"
#include "stream/spectext.h"
#include "watching.h"

static int run(int argc, char **argv)
{
	struct client_watching watching = { .ctl = -1, .follow.fd = -1 };
	char *first = argv[0], *words;
	pid_t pid = 0;
	int c, ret;

	while ((c = client_options_next(argc, argv, "p" KWATCH_WATCHING_OPTIONS)) != -1) {
		if (c == 'p')
			pid = client_pid(optarg);
		if (c == 'p' ? !pid : !client_watching_option(&watching, c))
			return client_usage(&client_watch_command);
	}
	if (optind == argc && !strpbrk(first, " \t"))
		return client_usage(&client_watch_command);
	/* The word in front of the others is the last that was an option, or ours. */
	argv[optind - 1] = first;
	words = client_spectext_join(argc - optind + 1, argv + optind - 1);
	ret = client_watching_open(&watching);
	if (!ret)
		ret = client_watching_arm(&watching, words, pid);
	if (!ret)
		ret = client_watching_run(&watching);
	if (client_watching_close(&watching))
		ret = -1;
	free(words);
	return ret ? KWATCH_EXIT_FAILED : KWATCH_EXIT_OK;
}

const struct client_command client_watch_command = {
	.name = "w8",
	.args = "TARGET [OPTION...] [-p PID] [-c N] [--json] [--self]",
	.summary = "arm a watch, follow it, disarm it at Ctrl-C",
	.help =
"The first word is TYPE and LEN: w8, rw4, r1 or x; the rest is as ctl takes it.\n"
"TARGET is a symbol, symbol+off, module:symbol, symbol@CPU, a hex address or a\n"
"C expression, which also knows the length; see \"kwatch help addr\".\n"
"\n"
"  kwatch w8 jiffies\n"
"  kwatch rw4 init_task+0x10 stack=8 cpu=0\n"
"  kwatch x vfs_read -c 10\n"
"  kwatch w 'task(1234)->se.nr_migrations'\n"
"  kwatch w counter -p 1234\n"
"\n"
"  -p, --pid PID  in the memory of this process, all its threads: TARGET is a\n"
"                 variable of the program or its libraries, libfoo:variable or\n"
"                 an address; without LEN it is the variable's size\n"
"  -c, --count N  end after N hits\n"
"      --json     one object a line\n"
"      --self     also what this program does itself\n"
"\n"
"The watch goes with this program, however it ends, unless until= says else.\n"
"With -p, the user stack is unwound from a copy (ucopy=2048) unless ucopy=,\n"
"ustack= or summary say else.\n",
	.run = run,
};
