// SPDX-License-Identifier: GPL-2.0
/*
 * A watch that goes with this program, see watching.h.
 */
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
#include "stream/spectext.h"
#include "output/summary_text.h"
#include "target/resolve.h"
#include "target/variable.h"
#include "watching.h"

#define UNTIL		"until="
#define UNTIL_CLOSE	"until=close"

bool client_watching_option(struct client_watching *watching, int option)
{
	struct client_follow *follow = &watching->follow;

	switch (option) {
	case 'c':
		follow->count = client_number(optarg, INT64_MAX);
		return follow->count;
	case KWATCH_OPTION_JSON:
		follow->json = true;
		return true;
	case KWATCH_OPTION_SELF:
		follow->self = true;
		return true;
	case KWATCH_OPTION_ALL:
		/* All hits of a watch that is made now are new. */
		return true;
	}
	return false;
}

static bool went(struct client_follow *follow, unsigned int why)
{
	struct client_watching *watching = follow->context;

	/* It comes back with its module. */
	if (why == KWATCH_GONE_MODULE || why == KWATCH_GONE_INIT)
		return false;
	if (why == KWATCH_GONE_REMOVED && !watching->ending)
		client_complain("watch %u was removed by somebody else", follow->id);
	watching->ended = true;
	return true;
}

int client_watching_open(struct client_watching *watching)
{
	if (client_follow_open(&watching->follow))
		return -1;
	watching->ctl = client_control_open();
	watching->follow.gone = went;
	watching->follow.context = watching;
	if (watching->ctl < 0)
		return -1;
	/* What the rings hold now, and have lost, is of other watches. */
	return client_follow_skip(&watching->follow);
}

static void say_armed(const struct client_watching *watching, const char *note)
{
	const struct client_follow *follow = &watching->follow;
	struct client_armed armed = {
		.id = follow->id,
		.line = watching->line,
		.label = follow->label,
		.until = watching->ends ? watching->ends : "Ctrl-C",
		.count = follow->count,
		.note = note,
	};

	if (!follow->json)
		client_armed_say(&armed);
}

/* Which number it got, and what the kernel has to say of it. */
static void take_listed(struct client_watching *watching, const struct client_listed *watch)
{
	const char *state = client_listing_value(watch, "state");

	watching->follow.id = watch->id;
	if (state && !strcmp(state, "pending"))
		client_complain("watch %u waits for its module to be loaded", watch->id);
	else
		say_armed(watching, watch->note);
}

/*
 * Options that the user did not write: the watch goes with us, and one that has
 * no hits to count here is counted by the kernel.  Return: them, for free(), or
 * NULL.
 */
static char *options_for(struct client_watching *watching, const char *words)
{
	const char *until = client_spectext_has_option(words, UNTIL);
	struct client_follow *follow = &watching->follow;
	struct client_out out;

	watching->closes = !until || !strncmp(until, UNTIL_CLOSE, strlen(UNTIL_CLOSE));
	watching->summary = client_spectext_has_option(words, "summary");
	client_out_init(&out, -1);
	if (watching->summary && follow->count && !client_spectext_has_option(words, "limit=")) {
		client_out_printf(&out, "limit=%llu ", (unsigned long long)follow->count);
		follow->count = 0;
	}
	if (!until)
		client_out_str(&out, UNTIL_CLOSE);
	client_out_chr(&out, '\0');
	if (*out.data)
		return out.data;
	client_out_destroy(&out);
	return NULL;
}

/* To ctl.  @made: the line, if it is made already; else of the words themselves. */
static int send(struct client_watching *watching, const char *words, char *made)
{
	char *options = options_for(watching, words), *line;
	int ret;

	if (!made) {
		watching->line = client_targets_send(watching->ctl, words, options);
		free(options);
		return watching->line ? 0 : -1;
	}
	line = options ? client_spectext_add_option(made, options) : strdup(made);
	if (!line)
		client_out_of_memory();
	free(options);
	watching->line = line;
	ret = client_control_send(watching->ctl, line, words);
	return ret;
}

static int arm(struct client_watching *watching, const char *words, char *made)
{
	const struct client_listed *watch;
	struct client_listing listing;

	if (send(watching, words, made) || client_listing_read(&listing, watching->ctl))
		return -1;
	watch = client_listing_find(&listing, watching->line);
	if (watch)
		take_listed(watching, watch);
	else
		client_complain("the kernel does not list the watch");
	client_listing_destroy(&listing);
	return watching->follow.id ? 0 : -1;
}

int client_watching_arm(struct client_watching *watching, const char *words, pid_t pid)
{
	struct client_follow *follow = &watching->follow;
	struct client_variable variable;
	int ret;

	if (!pid)
		return arm(watching, words, NULL);
	client_processes_follow(follow->processes, pid);
	if (client_variable_find(follow->processes, pid, words, &variable))
		return -1;
	follow->label = variable.label;
	ret = arm(watching, words, variable.line);
	free(variable.line);
	return ret;
}

/* How many hits it had, while the kernel still knows it. */
static void take_recorded(struct client_watching *watching)
{
	const struct client_listed *watch;
	struct client_listing listing;
	const char *recorded;

	if (client_listing_read(&listing, watching->ctl))
		return;
	watch = client_listing_by_id(&listing, watching->follow.id);
	recorded = watch ? client_listing_value(watch, "recorded") : NULL;
	if (watch && !recorded)
		recorded = client_listing_value(watch, "hits");
	if (recorded) {
		watching->recorded = strtoull(recorded, NULL, 10);
		watching->has_recorded = true;
	}
	client_listing_destroy(&listing);
}

/* From here on nothing more is recorded; it may be gone already. */
static void stop(struct client_watching *watching)
{
	char command[16];

	watching->ending = true;
	snprintf(command, sizeof(command), "off %u", watching->follow.id);
	client_control_try(watching->ctl, command);
	take_recorded(watching);
}

static void disarm(struct client_watching *watching)
{
	char command[16];

	if (!watching->closes) {
		snprintf(command, sizeof(command), "-%u", watching->follow.id);
		client_control_try(watching->ctl, command);
	}
	watching->follow.over = !watching->ended;
	close(watching->ctl);
	watching->ctl = -1;
}

/* What hits between the last look and the end belongs to it. */
static int run_to_end(struct client_watching *watching)
{
	struct client_follow *follow = &watching->follow;
	int ret = client_follow_run(follow);

	stop(watching);
	if (ret || (follow->count && follow->hits >= follow->count)) {
		/* Not all was read, so that what is missing was not overwritten. */
		watching->has_recorded = false;
		return ret;
	}
	return client_follow_drain(follow);
}

int client_watching_run(struct client_watching *watching)
{
	int ret = run_to_end(watching);

	if (!ret && watching->summary)
		ret = client_summary_show(&watching->follow.out, watching->follow.id,
					  watching->follow.json);
	disarm(watching);
	return ret;
}

static void report(const struct client_watching *watching)
{
	const struct client_follow *follow = &watching->follow;
	uint64_t lost = follow->lost;

	/* A loss is nobody's in particular, but what is missing of ours is. */
	if (watching->has_recorded && watching->recorded >= follow->taken)
		lost = watching->recorded - follow->taken;
	fprintf(stderr, "# watch %u: %llu hit%s shown, %llu overwritten before they were read\n",
		follow->id, (unsigned long long)follow->hits,
		follow->hits == 1 ? "" : "s", (unsigned long long)lost);
}

int client_watching_close(struct client_watching *watching)
{
	int ret;

	if (watching->ctl >= 0)
		close(watching->ctl);
	ret = client_follow_close(&watching->follow);
	if (watching->follow.id && !watching->follow.json && !watching->summary)
		report(watching);
	free(watching->line);
	free(watching->follow.label);
	return ret;
}
