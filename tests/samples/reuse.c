// SPDX-License-Identifier: GPL-2.0
/*
 * A sample with a fault: a session is freed and its memory used for the next,
 * but a table of timers still has it, and clears it when its time comes.
 *
 *	./reuse watch
 *
 * The memory has no name, so the program watches it by libkwatch.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <libkwatch.h>

struct session {
	char user[24];
	int authorised;
};

static struct timer {
	struct session *session;
	int at;
} timers[4];
static int nr_timers;

static struct session *open_session(const char *user, int until)
{
	struct session *session = malloc(sizeof(*session));

	if (!session)
		abort();
	snprintf(session->user, sizeof(session->user), "%s", user);
	session->authorised = 1;
	timers[nr_timers].session = session;
	timers[nr_timers++].at = until;
	return session;
}

static void close_session(struct session *session)
{
	/* And not out of the timers. */
	free(session);
}

static void expire_sessions(int now)
{
	int i;

	for (i = 0; i < nr_timers; i++)
		if (timers[i].at <= now)
			timers[i].session->authorised = 0;
}

static void watch_session(struct session *session)
{
	if (kwatch_on_report(kwatch_print, stdout) ||
	    kwatch_watch(&session->authorised, sizeof(session->authorised), KWATCH_WRITE) < 0)
		fprintf(stderr, "%s\n", kwatch_error());
}

int main(int argc, char **argv)
{
	struct session *bob;

	close_session(open_session("alice", 10));
	bob = open_session("bob", 60);
	if (argc > 1 && !strcmp(argv[1], "watch"))
		watch_session(bob);
	expire_sessions(20);
	kwatch_flush();
	printf("%s is %sauthorised\n", bob->user, bob->authorised ? "" : "not ");
	return !bob->authorised;
}
