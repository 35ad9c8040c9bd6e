// SPDX-License-Identifier: GPL-2.0
/*
 * kwatch w8 TARGET [OPTION...]: arm a watch, follow it, disarm it.
 *
 * The watch is "until=close" unless the user says otherwise: it belongs to the
 * ctl file that this process holds open, so the kernel takes it away however
 * the process ends, SIGKILL included.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "client.h"
#include "control.h"
#include "follow.h"
#include "listing.h"
#include "spectext.h"
#include "target.h"

#define UNTIL		"until="
#define UNTIL_CLOSE	"until=close"
#define OPTION_COUNT	"--count="

struct watching {
	struct kwatch_follow follow;
	int ctl;
	char *line;		/* as it was sent */
	bool closes;		/* the kernel disarms it when ctl is closed */
	bool ended;		/* it is not armed any more */
};

static bool went(struct kwatch_follow *follow, unsigned int why)
{
	struct watching *watching = follow->context;

	/* It comes back with its module. */
	if (why == KWATCH_GONE_MODULE)
		return false;
	if (why == KWATCH_GONE_REMOVED)
		kwatch_complain("watch %u was removed by somebody else", follow->id);
	watching->ended = true;
	return true;
}

/* Send the line, and find out which number it got. */
static int arm(struct watching *watching, const char *words)
{
	const char *until = kwatch_spectext_has_option(words, UNTIL);
	const struct kwatch_listed *watch;
	struct kwatch_listing listing;
	const char *state, *hide = NULL;
	char *sent;

	if (until) {
		watching->line = strdup(words);
		watching->closes = !strncmp(until, UNTIL_CLOSE,
					    strlen(UNTIL_CLOSE));
	} else {
		watching->line = kwatch_spectext_add_option(words, UNTIL_CLOSE);
		watching->closes = true;
		/* At its end, it need not be in an error message. */
		if (!strncmp(watching->line, words, strlen(words)))
			hide = " " UNTIL_CLOSE;
	}
	if (!watching->line)
		kwatch_out_of_memory();

	sent = kwatch_targets_send(watching->ctl, watching->line, hide);
	free(watching->line);
	watching->line = sent;
	if (!sent || kwatch_listing_read(&listing, watching->ctl))
		return -1;
	watch = kwatch_listing_find(&listing, watching->line);
	if (watch) {
		state = kwatch_listing_value(watch, "state");
		watching->follow.id = watch->id;
		if (state && !strcmp(state, "pending"))
			kwatch_complain("watch %u waits for its module to be loaded",
					watch->id);
	} else {
		kwatch_complain("the kernel does not list the watch");
	}
	kwatch_listing_destroy(&listing);
	return watching->follow.id ? 0 : -1;
}

/* From here on nothing more is recorded. */
static void disarm(struct watching *watching)
{
	char command[16];

	if (!watching->closes && !watching->ended) {
		snprintf(command, sizeof(command), "-%u", watching->follow.id);
		kwatch_control_send(watching->ctl, command, NULL);
	}
	close(watching->ctl);
	watching->ctl = -1;
}

static void report(const struct kwatch_follow *follow)
{
	fprintf(stderr, "# watch %u: %llu hit%s shown, %llu overwritten before they were read\n",
		follow->id, (unsigned long long)follow->hits,
		follow->hits == 1 ? "" : "s", (unsigned long long)follow->lost);
}

static int follow_watch(struct watching *watching, const char *words)
{
	struct kwatch_follow *follow = &watching->follow;
	int ret;

	if (kwatch_follow_open(follow))
		return -1;
	watching->ctl = kwatch_control_open();
	if (watching->ctl < 0)
		return -1;
	if (arm(watching, words))
		return -1;
	follow->gone = went;
	follow->context = watching;

	ret = kwatch_follow_run(follow);
	disarm(watching);
	/* What hit between the last look and the end belongs to it. */
	if (!ret && (!follow->count || follow->hits < follow->count))
		ret = kwatch_follow_drain(follow);
	return ret;
}

/*
 * Take the client's own options out of the words, wherever they are: no word
 * of the command language begins with two dashes.
 * Return: false after saying what is wrong.
 */
static bool take_options(struct kwatch_follow *follow, int *argc, char **argv)
{
	int i, kept = 0;

	for (i = 0; i < *argc; i++) {
		if (strncmp(argv[i], "--", 2)) {
			argv[kept++] = argv[i];
		} else if (!strcmp(argv[i], "--json")) {
			follow->json = true;
		} else if (!strncmp(argv[i], OPTION_COUNT, strlen(OPTION_COUNT))) {
			follow->count = kwatch_client_number(argv[i] +
							     strlen(OPTION_COUNT),
							     INT64_MAX);
			if (!follow->count)
				return false;
		} else {
			kwatch_complain("%s: no such option", argv[i]);
			return false;
		}
	}
	*argc = kept;
	return true;
}

static int run(int argc, char **argv)
{
	struct watching watching = { .ctl = -1, .follow.fd = -1 };
	bool closed;
	char *words;
	int ret;

	if (!take_options(&watching.follow, &argc, argv) || !argc)
		return kwatch_client_usage(&kwatch_watch_command);
	if (argc < 2 && !strpbrk(argv[0], " \t"))
		return kwatch_client_usage(&kwatch_watch_command);
	words = kwatch_spectext_join(argc, argv);
	ret = follow_watch(&watching, words);
	if (watching.ctl >= 0)
		close(watching.ctl);
	closed = !kwatch_follow_close(&watching.follow);
	if (watching.follow.id && !watching.follow.json)
		report(&watching.follow);
	free(watching.line);
	free(words);
	return ret || !closed ? KWATCH_EXIT_FAILED : KWATCH_EXIT_OK;
}

const struct kwatch_command kwatch_watch_command = {
	.name = "w8",
	.args = "TARGET [OPTION...] [--count=N] [--json]",
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
"\n"
"      --count=N  end after N hits\n"
"      --json     one object a line\n"
"\n"
"The watch goes with this program, however it ends, unless until= says else.\n",
	.run = run,
};
