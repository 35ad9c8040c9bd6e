// SPDX-License-Identifier: GPL-2.0
/*
 * What a read of ctl says, see listing.h.
 *
 * The fields are taken as they come: a newer module may have more of them,
 * and they are shown all the same.  A "#" line of its own belongs to the
 * watch above it.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/client.h"
#include "listing.h"
#include "paths.h"
#include "base/slurp.h"
#include "stream/spectext.h"

#define BLANKS	" \t"

/* The "#" that begins the state: the last, for a predicate may have one. */
static char *find_state(char *line)
{
	char *state = NULL, *hash;

	for (hash = strchr(line, '#'); hash; hash = strchr(hash + 1, '#')) {
		if ((hash == line || strchr(BLANKS, hash[-1])) &&
		    strchr(BLANKS, hash[1]) && strchr(hash, '='))
			state = hash;
	}
	return state;
}

static void add_field(struct client_listed *watch, char *word)
{
	char *value = strchr(word, '=');
	struct client_listing_field *field;

	if (!value)
		return;
	*value++ = '\0';
	watch->fields = client_realloc(watch->fields, (watch->nr + 1) *
				       sizeof(*watch->fields));
	field = &watch->fields[watch->nr++];
	field->name = word;
	field->value = value;
	if (!strcmp(word, "id"))
		watch->id = strtoul(value, NULL, 10);
}

/* "(...)" at the end; it is cut off. */
static const char *take_note(char *state)
{
	char *note = strstr(state, " ("), *end = strrchr(state, ')');

	if (!note || !end || end < note)
		return NULL;
	*note = '\0';
	*end = '\0';
	return note + 2;
}

static void parse_line(struct client_listing *listing, char *line)
{
	char *state = find_state(line), *word, *end, *rest = NULL;
	struct client_listed *watch;

	if (state)
		*state++ = '\0';
	end = line + strlen(line);
	while (end > line && strchr(BLANKS, end[-1]))
		*--end = '\0';

	if (*line && *line != '#') {
		listing->watches = client_realloc(listing->watches,
						  (listing->nr + 1) *
						  sizeof(*listing->watches));
		watch = &listing->watches[listing->nr++];
		memset(watch, 0, sizeof(*watch));
		watch->spec = line;
	}
	if (!state || !listing->nr)
		return;
	watch = &listing->watches[listing->nr - 1];
	watch->note = take_note(state);
	for (word = strtok_r(state, BLANKS, &rest); word;
	     word = strtok_r(NULL, BLANKS, &rest))
		add_field(watch, word);
}

void client_listing_parse(struct client_listing *listing, char *text)
{
	char *line, *rest = NULL;

	memset(listing, 0, sizeof(*listing));
	listing->text = text;
	for (line = strtok_r(text, "\n", &rest); line;
	     line = strtok_r(NULL, "\n", &rest))
		parse_line(listing, line);
}

int client_listing_read(struct client_listing *listing, int fd)
{
	char *text = client_slurp_fd(fd, NULL);

	if (!text) {
		client_complain("ctl: %s", strerror(errno));
		return -1;
	}
	client_listing_parse(listing, text);
	return 0;
}

void client_listing_destroy(struct client_listing *listing)
{
	size_t i;

	for (i = 0; i < listing->nr; i++)
		free(listing->watches[i].fields);
	free(listing->watches);
	free(listing->text);
	memset(listing, 0, sizeof(*listing));
}

const struct client_listed *
client_listing_find(const struct client_listing *listing, const char *line)
{
	const struct client_listed *newest = NULL;
	size_t i;

	for (i = 0; i < listing->nr; i++) {
		const struct client_listed *watch = &listing->watches[i];

		if (client_spectext_same(watch->spec, line))
			return watch;
		if (!newest || watch->id > newest->id)
			newest = watch;
	}
	return newest;
}

const struct client_listed *
client_listing_by_id(const struct client_listing *listing, unsigned int id)
{
	size_t i;

	for (i = 0; i < listing->nr; i++) {
		if (listing->watches[i].id == id)
			return &listing->watches[i];
	}
	return NULL;
}

unsigned int client_listing_named(const char *text)
{
	struct client_listing listing;
	unsigned int id = 0;
	size_t i;
	int ctl;

	if (!text[strspn(text, "0123456789")])
		return client_number(text, KWATCH_WATCH_MAX);
	ctl = client_paths_open("ctl", O_RDONLY);
	if (ctl < 0)
		return 0;
	if (!client_listing_read(&listing, ctl)) {
		for (i = 0; i < listing.nr && !id; i++)
			if (client_spectext_is_named(listing.watches[i].spec, text))
				id = listing.watches[i].id;
		client_listing_destroy(&listing);
		if (!id)
			client_complain("no watch has the name %s; see \"kwatch list\"", text);
	}
	close(ctl);
	return id;
}

const char *client_listing_value(const struct client_listed *watch,
				 const char *name)
{
	size_t i;

	for (i = 0; i < watch->nr; i++) {
		if (!strcmp(watch->fields[i].name, name))
			return watch->fields[i].value;
	}
	return NULL;
}
