/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A watch that this program arms, follows and takes with it: what "kwatch w8"
 * and "kwatch run" share.
 *
 * The watch is "until=close" unless the user says otherwise: it belongs to the
 * ctl file that this process holds open, so the kernel takes it away however
 * the process ends, SIGKILL included.
 */
#ifndef KWATCH_WATCHING_H
#define KWATCH_WATCHING_H

#include <stdbool.h>
#include <sys/types.h>

#include "follow.h"

/**
 * struct client_watching - the watch and who follows it
 * @follow: with its options
 * @ctl:    open, or -1
 * @line:   as it was sent
 * @closes: the kernel disarms it when @ctl is closed
 * @ends:   what ends it, for people; NULL: Ctrl-C
 * @ended:  it is not armed any more
 * @ending: we have disarmed it
 * @summary: it counts by stack, and has no hits to show
 * @has_recorded: @recorded is known
 * @recorded: its hits that the kernel has recorded
 */
struct client_watching {
	struct client_follow follow;
	int ctl;
	char *line;
	bool closes;
	const char *ends;
	bool ended;
	bool ending;
	bool summary;
	bool has_recorded;
	uint64_t recorded;
};

/* Options that client_watching_option() takes. */
#define KWATCH_WATCHING_OPTIONS	"cAJS"

/**
 * client_watching_option() - take an option that every such command has
 * @watching: for it
 * @option:   of client_options_next()
 *
 * Return: false if it is wrong, which is said, or none of these.
 */
bool client_watching_option(struct client_watching *watching, int option);

/**
 * client_watching_open() - get ready
 * @watching: with the options set
 *
 * Return: 0, or -1 after saying why not.
 */
int client_watching_open(struct client_watching *watching);

/**
 * client_watching_arm() - arm it
 * @watching: after client_watching_open()
 * @words:    as ctl takes it
 * @pid:      whose memory it is in, by names of its own; 0: the kernel's
 *
 * Return: 0, or -1 after saying why not.
 */
int client_watching_arm(struct client_watching *watching, const char *words, pid_t pid);

/**
 * client_watching_run() - show hits until the end, and disarm it
 * @watching: after client_watching_arm()
 *
 * Return: 0, or -1 after saying why.
 */
int client_watching_run(struct client_watching *watching);

/**
 * client_watching_close() - say how many there were, and free everything
 * @watching: after client_watching_open(), whether that worked or not
 *
 * Return: 0, or -1 after saying that the output could not be written.
 */
int client_watching_close(struct client_watching *watching);

#endif /* KWATCH_WATCHING_H */
