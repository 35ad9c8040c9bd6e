// SPDX-License-Identifier: GPL-2.0
/*
 * kwatch list: the watches there are, as a table, as JSON, or to be kept.
 *
 * The columns are the kernel's fields in the kernel's order, so a module that
 * has more to say needs no new client.
 */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "commands.h"
#include "output/json.h"
#include "control/listing.h"
#include "options.h"
#include "control/paths.h"

#define COLUMNS_MAX	32
#define UNSET		"-"

struct columns {
	const char *name[COLUMNS_MAX];
	int width[COLUMNS_MAX];
	bool text[COLUMNS_MAX];		/* not all of it numbers: to the left */
	size_t nr;
};

static bool is_number(const char *text)
{
	return *text && !text[strspn(text, "0123456789")] && strlen(text) < 19;
}

static void measure(struct columns *columns, const struct client_listed *watch)
{
	size_t i, j;
	int len;

	for (i = 0; i < watch->nr; i++) {
		const struct client_listing_field *field = &watch->fields[i];

		for (j = 0; j < columns->nr; j++) {
			if (!strcmp(columns->name[j], field->name))
				break;
		}
		if (j == COLUMNS_MAX)
			continue;
		if (j == columns->nr) {
			columns->name[columns->nr++] = field->name;
			columns->width[j] = strlen(field->name);
		}
		columns->text[j] |= !is_number(field->value);
		len = strlen(field->value);
		if (columns->width[j] < len)
			columns->width[j] = len;
	}
}

static void put_table(struct client_out *out,
		      const struct client_listing *listing)
{
	struct columns columns = { .nr = 0 };
	size_t i, j, k;

	for (i = 0; i < listing->nr; i++)
		measure(&columns, &listing->watches[i]);

	for (j = 0; j < columns.nr; j++) {
		for (k = 0; columns.name[j][k]; k++) {
			char c = columns.name[j][k];

			client_out_chr(out, c >= 'a' && c <= 'z' ? c - 32 : c);
		}
		client_out_printf(out, "%*s", columns.width[j] + 2 - (int)k, "");
	}
	client_out_str(out, "WATCH\n");
	for (i = 0; i < listing->nr; i++) {
		const struct client_listed *watch = &listing->watches[i];

		for (j = 0; j < columns.nr; j++) {
			const char *value;

			value = client_listing_value(watch, columns.name[j]);
			if (!value)
				value = UNSET;
			client_out_printf(out, columns.text[j] ? "%-*s  " : "%*s  ",
					  columns.width[j], value);
		}
		client_out_clean(out, watch->spec, strlen(watch->spec));
		client_out_chr(out, '\n');
	}
}

static void put_json(struct client_out *out,
		     const struct client_listing *listing)
{
	size_t i, j;

	for (i = 0; i < listing->nr; i++) {
		const struct client_listed *watch = &listing->watches[i];
		json_t *object = json_object();

		json_object_set_new(object, "spec",
				    client_json_string(watch->spec, -1));
		for (j = 0; j < watch->nr; j++) {
			const char *value = watch->fields[j].value;

			json_object_set_new(object, watch->fields[j].name,
					    is_number(value) ?
					    json_integer(strtoll(value, NULL, 10)) :
					    client_json_string(value, -1));
		}
		client_json_put(out, object);
	}
}

static void put_specs(struct client_out *out,
		      const struct client_listing *listing)
{
	size_t i;

	for (i = 0; i < listing->nr; i++) {
		client_out_clean(out, listing->watches[i].spec,
				 strlen(listing->watches[i].spec));
		client_out_chr(out, '\n');
	}
}

static int show(const struct client_listing *listing, int form)
{
	struct client_out out;
	int error;

	client_out_init(&out, STDOUT_FILENO);
	if (form == KWATCH_OPTION_JSON)
		put_json(&out, listing);
	else if (form == KWATCH_OPTION_SPEC)
		put_specs(&out, listing);
	else if (listing->nr)
		put_table(&out, listing);
	else
		fputs("no watches\n", stderr);
	client_out_flush(&out);
	error = out.error;
	client_out_destroy(&out);
	if (!error || error == EPIPE)
		return KWATCH_EXIT_OK;
	client_complain("cannot write: %s", strerror(error));
	return KWATCH_EXIT_FAILED;
}

static int run(int argc, char **argv)
{
	struct client_listing listing;
	int ctl, c, ret, form = 0;

	while ((c = client_options_next(argc, argv, "JL")) != -1) {
		if (c == '?')
			return client_usage(&client_list_command);
		form = c;
	}
	if (optind < argc)
		return client_usage(&client_list_command);

	if (client_paths_check_abi())
		return KWATCH_EXIT_FAILED;
	ctl = client_paths_open("ctl", O_RDONLY);
	if (ctl < 0)
		return KWATCH_EXIT_FAILED;
	ret = client_listing_read(&listing, ctl);
	close(ctl);
	if (ret)
		return KWATCH_EXIT_FAILED;
	ret = show(&listing, form);
	client_listing_destroy(&listing);
	return ret;
}

const struct client_command client_list_command = {
	.name = "list",
	.args = "[--json | --spec]",
	.summary = "show the watches, their state and how often they were hit",
	.help =
"      --json  one object a line\n"
"      --spec  lines that \"kwatch add -f\" takes\n",
	.run = run,
};
