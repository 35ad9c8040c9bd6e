// SPDX-License-Identifier: GPL-2.0
/*
 * What the module's "summary" says, see summary_text.h.
 *
 * A head at the left margin, then for each stack a line with its count, and its
 * frames:
 *
 *	w8 jiffies+0x0 watch=7: 40 hits, 1 stacks, most frequent first (ended)
 *	        40 100%  swapper/0-0      5.125175 to     5.525175  cpus=0  0x0 -> 0x1
 *	 => tick_do_update+0x1b/0x30
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/client.h"
#include "json.h"
#include "control/paths.h"
#include "summary_text.h"

static const char *next_line(const char *line)
{
	line += strcspn(line, "\n");
	return line + (*line == '\n');
}

void client_summary_put(struct client_out *out, const char *text)
{
	for (; *text; text = next_line(text)) {
		client_out_clean(out, text, strcspn(text, "\n"));
		client_out_chr(out, '\n');
	}
}

/* Where the summary of a watch begins; NULL if there is none. */
static char *find(char *text, uint16_t id)
{
	char mark[32], *found = NULL, *line, *at;

	snprintf(mark, sizeof(mark), " watch=%u: ", id);
	for (line = text; *line; line = (char *)next_line(line)) {
		at = *line == ' ' ? NULL : strstr(line, mark);
		if (at && at < next_line(line))
			found = line;
	}
	return found;
}

/* Up to the head of the next watch. */
static void cut(char *head)
{
	char *line = (char *)next_line(head);

	while (*line == ' ')
		line = (char *)next_line(line);
	*line = '\0';
}

static json_t *frames(const char *line)
{
	json_t *array = json_array();

	for (; !strncmp(line, " => ", 4); line = next_line(line)) {
		if (json_array_append_new(array, client_json_string(line + 4,
						 strcspn(line + 4, "\n"))))
			client_out_of_memory();
	}
	return array;
}

static void put_json(struct client_out *out, uint16_t id, const char *head)
{
	const char *line = next_line(head), *task;
	unsigned long long count;
	int begin, end;
	json_t *object;

	for (; *line; line = next_line(line)) {
		begin = 0;
		if (sscanf(line, " %llu %*u%% %n", &count, &begin) != 1 || !begin)
			continue;
		task = line + begin;
		object = json_object();
		if (!object)
			client_out_of_memory();
		client_json_set(object, "type", json_string("summary"));
		client_json_set(object, "watch", json_integer(id));
		client_json_set(object, "count", json_integer(count));
		/* A name may have blanks, but what follows it has two. */
		end = strstr(task, "  ") ? strstr(task, "  ") - task : 0;
		client_json_set(object, "task", end && strncmp(task, "other,", 6) ?
				client_json_string(task, end) : json_null());
		client_json_set(object, "stack", frames(next_line(line)));
		client_json_put(out, object);
	}
}

int client_summary_show(struct client_out *out, uint16_t id, bool json)
{
	char *text = client_paths_read("summary"), *head;

	if (!text)
		return -1;
	head = find(text, id);
	if (head)
		cut(head);
	if (head && json)
		put_json(out, id, head);
	else if (head)
		client_summary_put(out, head);
	else if (!json)
		client_out_printf(out, "# watch %u: no hits\n", id);
	free(text);
	return 0;
}
