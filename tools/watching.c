// SPDX-License-Identifier: GPL-2.0
/*
 * A watch that goes with this program, see watching.h.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "client.h"
#include "control.h"
#include "listing.h"
#include "spectext.h"
#include "target.h"
#include "variable.h"
#include "watching.h"

#define UNTIL		"until="
#define UNTIL_CLOSE	"until=close"
#define OPTION_COUNT	"--count="

int kwatch_watching_option(struct kwatch_watching *watching, const char *word)
{
	struct kwatch_follow *follow = &watching->follow;

	if (strncmp(word, "--", 2))
		return 0;
	if (!strcmp(word, "--json")) {
		follow->json = true;
		return 1;
	}
	if (!strncmp(word, OPTION_COUNT, strlen(OPTION_COUNT))) {
		follow->count = kwatch_client_number(word + strlen(OPTION_COUNT), INT64_MAX);
		return follow->count ? 1 : -1;
	}
	kwatch_complain("%s: no such option", word);
	return -1;
}

static bool went(struct kwatch_follow *follow, unsigned int why)
{
	struct kwatch_watching *watching = follow->context;

	/* It comes back with its module. */
	if (why == KWATCH_GONE_MODULE || why == KWATCH_GONE_INIT)
		return false;
	if (why == KWATCH_GONE_REMOVED)
		kwatch_complain("watch %u was removed by somebody else", follow->id);
	watching->ended = true;
	return true;
}

int kwatch_watching_open(struct kwatch_watching *watching)
{
	if (kwatch_follow_open(&watching->follow))
		return -1;
	watching->ctl = kwatch_control_open();
	watching->follow.gone = went;
	watching->follow.context = watching;
	return watching->ctl < 0 ? -1 : 0;
}

/* Which number it got, and what the kernel has to say of it. */
static void take_listed(struct kwatch_watching *watching, const struct kwatch_listed *watch)
{
	const char *state = kwatch_listing_value(watch, "state");

	watching->follow.id = watch->id;
	if (state && !strcmp(state, "pending"))
		kwatch_complain("watch %u waits for its module to be loaded", watch->id);
	if (watch->note)
		kwatch_complain("watch %u: %s", watch->id, watch->note);
}

/* To ctl; what was sent is @watching->line. */
static int send(struct kwatch_watching *watching, bool process, const char *hide)
{
	char *sent;

	/* An address in a process is no expression of the kernel's types. */
	if (process)
		return kwatch_control_send(watching->ctl, watching->line, hide);
	sent = kwatch_targets_send(watching->ctl, watching->line, hide);
	free(watching->line);
	watching->line = sent;
	return sent ? 0 : -1;
}

static int arm(struct kwatch_watching *watching, const char *words, bool process)
{
	const char *until = kwatch_spectext_has_option(words, UNTIL);
	const struct kwatch_listed *watch;
	struct kwatch_listing listing;
	const char *hide = NULL;

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

	if (send(watching, process, hide) ||
	    kwatch_listing_read(&listing, watching->ctl))
		return -1;
	watch = kwatch_listing_find(&listing, watching->line);
	if (watch)
		take_listed(watching, watch);
	else
		kwatch_complain("the kernel does not list the watch");
	kwatch_listing_destroy(&listing);
	return watching->follow.id ? 0 : -1;
}

int kwatch_watching_arm(struct kwatch_watching *watching, const char *words, pid_t pid)
{
	struct kwatch_follow *follow = &watching->follow;
	struct kwatch_variable variable;
	int ret;

	if (!pid)
		return arm(watching, words, false);
	kwatch_processes_follow(follow->processes, pid);
	if (kwatch_variable_find(follow->processes, pid, words, &variable))
		return -1;
	follow->label = variable.label;
	ret = arm(watching, variable.line, true);
	free(variable.line);
	return ret;
}

/* From here on nothing more is recorded. */
static void disarm(struct kwatch_watching *watching)
{
	char command[16];

	if (!watching->closes && !watching->ended) {
		snprintf(command, sizeof(command), "-%u", watching->follow.id);
		kwatch_control_send(watching->ctl, command, NULL);
	}
	watching->follow.over = !watching->ended;
	close(watching->ctl);
	watching->ctl = -1;
}

int kwatch_watching_run(struct kwatch_watching *watching)
{
	struct kwatch_follow *follow = &watching->follow;
	int ret = kwatch_follow_run(follow);

	disarm(watching);
	/* What hit between the last look and the end belongs to it. */
	if (!ret && (!follow->count || follow->hits < follow->count))
		ret = kwatch_follow_drain(follow);
	return ret;
}

static void report(const struct kwatch_follow *follow)
{
	fprintf(stderr, "# watch %u: %llu hit%s shown, %llu overwritten before they were read\n",
		follow->id, (unsigned long long)follow->hits,
		follow->hits == 1 ? "" : "s", (unsigned long long)follow->lost);
}

int kwatch_watching_close(struct kwatch_watching *watching)
{
	int ret;

	if (watching->ctl >= 0)
		close(watching->ctl);
	ret = kwatch_follow_close(&watching->follow);
	if (watching->follow.id && !watching->follow.json)
		report(&watching->follow);
	free(watching->line);
	free(watching->follow.label);
	return ret;
}
