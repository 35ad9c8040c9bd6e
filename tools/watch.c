// SPDX-License-Identifier: GPL-2.0
/*
 * kwatch w8 TARGET [OPTION...]: arm a watch, follow it, disarm it.
 */
#include <stdlib.h>
#include <string.h>

#include "client.h"
#include "spectext.h"
#include "watching.h"

/* Linux's own limit of process numbers. */
#define PID_MAX		(4 * 1024 * 1024)

/*
 * Take the client's own options out of the words, wherever they are.
 * Return: false after saying what is wrong.
 */
static bool take_options(struct kwatch_watching *watching, pid_t *pid, int *argc, char **argv)
{
	const char *number;
	int i, ret, kept = 0;

	for (i = 0; i < *argc; i++) {
		if (!strncmp(argv[i], "-p", 2)) {
			number = argv[i][2] ? argv[i] + 2 : i + 1 < *argc ? argv[++i] : "";
			*pid = kwatch_client_number(number, PID_MAX);
			if (!*pid)
				return false;
			continue;
		}
		ret = kwatch_watching_option(watching, argv[i]);
		if (ret < 0)
			return false;
		if (!ret)
			argv[kept++] = argv[i];
	}
	*argc = kept;
	return true;
}

static int run(int argc, char **argv)
{
	struct kwatch_watching watching = { .ctl = -1, .follow.fd = -1 };
	pid_t pid = 0;
	char *words;
	int ret;

	if (!take_options(&watching, &pid, &argc, argv) || !argc)
		return kwatch_client_usage(&kwatch_watch_command);
	if (argc < 2 && !strpbrk(argv[0], " \t"))
		return kwatch_client_usage(&kwatch_watch_command);
	words = kwatch_spectext_join(argc, argv);
	ret = kwatch_watching_open(&watching);
	if (!ret)
		ret = kwatch_watching_arm(&watching, words, pid);
	if (!ret)
		ret = kwatch_watching_run(&watching);
	if (kwatch_watching_close(&watching))
		ret = -1;
	free(words);
	return ret ? KWATCH_EXIT_FAILED : KWATCH_EXIT_OK;
}

const struct kwatch_command kwatch_watch_command = {
	.name = "w8",
	.args = "TARGET [OPTION...] [-p PID] [--count=N] [--json]",
	.summary = "arm a watch, follow it, disarm it at Ctrl-C",
	.help =
"The first word is TYPE and LEN: w8, rw4, r1 or x; the rest is as ctl takes it.\n"
"TARGET is a symbol, symbol+off, module:symbol, symbol@CPU, a hex address or a\n"
"C expression, which also knows the length; see \"kwatch help addr\".\n"
"\n"
"  kwatch w8 jiffies\n"
"  kwatch rw4 init_task+0x10 stack=8 cpu=0\n"
"  kwatch x vfs_read --count=10\n"
"  kwatch w 'task(1234)->se.nr_migrations'\n"
"  kwatch w counter -p 1234\n"
"\n"
"  -p PID         in the memory of this process, all its threads: TARGET is a\n"
"                 variable of the program or its libraries, libfoo:variable or\n"
"                 an address; without LEN it is the variable's size\n"
"      --count=N  end after N hits\n"
"      --json     one object a line\n"
"\n"
"The watch goes with this program, however it ends, unless until= says else.\n"
"With -p, the user stack is unwound from a copy (ucopy=2048) unless ucopy=,\n"
"ustack= or summary say else.\n",
	.run = run,
};
