// SPDX-License-Identifier: GPL-2.0
/*
 * kwatch tail: show the hits of all watches, and those to come.
 *
 * Reading takes nothing away from anybody: any number of these may run.
 */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "commands.h"
#include "follow.h"
#include "output/journal.h"
#include "options.h"

/* Held in memory until the first of them is known. */
#define LAST_MAX	1000000

struct tailing {
	struct client_follow follow;
	int journal;
	bool failed;
};

static int send_event(struct client_follow *follow, const struct client_event *event)
{
	struct tailing *tailing = follow->context;

	if (client_journal_send(tailing->journal, follow->symbols, event))
		tailing->failed = true;
	return tailing->failed;
}

static bool refresh(struct client_follow *follow)
{
	client_symbols_refresh(follow->symbols);
	return false;
}

static bool take_option(struct client_follow *follow, int c)
{
	switch (c) {
	case 'n':
		follow->last = client_number(optarg, LAST_MAX);
		return follow->last;
	case KWATCH_OPTION_JSON:
		follow->json = true;
		return true;
	case KWATCH_OPTION_JOURNAL:
		follow->event = send_event;
		follow->tick = refresh;
		return true;
	}
	return client_follow_option(follow, c);
}

static int run(int argc, char **argv)
{
	struct tailing tailing = { .follow.fd = -1, .journal = -1 };
	struct client_follow *follow = &tailing.follow;
	int c, ret = 0;

	while ((c = client_options_next(argc, argv, "ncwAFJNSU")) != -1) {
		if (!take_option(follow, c))
			return client_usage(&client_tail_command);
	}
	if (optind < argc || (follow->event && (follow->json || follow->last)))
		return client_usage(&client_tail_command);

	follow->context = &tailing;
	if (follow->event) {
		tailing.journal = client_journal_open();
		if (tailing.journal < 0)
			return KWATCH_EXIT_FAILED;
	}
	ret = client_follow_open(follow);
	if (!ret)
		ret = client_follow_run(follow);
	if (client_follow_close(follow))
		ret = -1;
	if (tailing.journal >= 0)
		close(tailing.journal);
	return ret || tailing.failed ? KWATCH_EXIT_FAILED : KWATCH_EXIT_OK;
}

const struct client_command client_tail_command = {
	.name = "tail",
	.args = "[-n N] [-c N] [-w ID|NAME] [--all | --from-now] [--no-follow] [--self] [--json | --journal]",
	.summary = "show the hits there are, and follow",
	.help =
"  -n, --lines N    of the hits that are there, only the last N\n"
"  -c, --count N    end after N hits\n"
"  -w, --watch ID   only the hits of this watch, by its number or name\n"
"      --all        also hits of watches that are gone\n"
"      --from-now   none of the hits that are there\n"
"      --no-follow  end where the hits end for now\n"
"      --self       also what this program does itself\n"
"      --json       one object a line\n"
"      --journal    into the journal instead, with structured fields KWATCH_...\n",
	.run = run,
};
