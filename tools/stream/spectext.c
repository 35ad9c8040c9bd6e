// SPDX-License-Identifier: GPL-2.0
/*
 * Watches as text, see spectext.h.
 *
 * Whether a line is right is for the kernel to say, which also says why not;
 * nothing is refused here.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/client.h"
#include "base/out.h"
#include "language/spec.h"
#include "spectext.h"

#define BLANKS		" \t"
#define DIGITS		"0123456789"
#define OPTION_LETTERS	"abcdefghijklmnopqrstuvwxyz"

bool client_spectext_is_type(const char *word)
{
	static const char *const types[] = { "rw", "r", "w", "x" };
	size_t i, len;

	for (i = 0; i < KWATCH_ARRAY_SIZE(types); i++) {
		len = strlen(types[i]);
		if (!strncmp(word, types[i], len) &&
		    !word[len + strspn(word + len, DIGITS)])
			return true;
	}
	return false;
}

/* One word of the command line; an option's value may need quotes. */
static void put_word(struct client_out *out, const char *word)
{
	const char *value = word + strspn(word, OPTION_LETTERS);

	if (value == word || *value != '=' || strpbrk(word, "'\"") ||
	    !strpbrk(word, BLANKS)) {
		client_out_str(out, word);
		return;
	}
	client_out_put(out, word, ++value - word);
	client_out_chr(out, '"');
	for (; *value; value++) {
		if (*value == '\\')
			client_out_chr(out, '\\');
		client_out_chr(out, *value);
	}
	client_out_chr(out, '"');
}

char *client_spectext_join(int nr, char **words)
{
	struct client_out out;
	int i;

	client_out_init(&out, -1);
	for (i = 0; i < nr; i++) {
		if (i)
			client_out_chr(&out, ' ');
		put_word(&out, words[i]);
	}
	client_out_chr(&out, '\0');
	return out.data;
}

/* The next word that begins with @start, but none after "if". */
static const char *find_word(const char *line, const char *start)
{
	const char *word = line + strspn(line, BLANKS);

	while (*word) {
		size_t len = strcspn(word, BLANKS);

		if (!strncmp(word, start, strlen(start)))
			return word;
		if (len == 2 && !strncmp(word, "if", 2))
			return NULL;
		word += len;
		word += strspn(word, BLANKS);
	}
	return NULL;
}

const char *client_spectext_has_option(const char *line, const char *option)
{
	return find_word(line, option);
}

char *client_spectext_add_option(const char *line, const char *option)
{
	const char *predicate = find_word(line, "if ");
	size_t head = predicate ? (size_t)(predicate - line) : strlen(line);
	struct client_out out;

	client_out_init(&out, -1);
	client_out_put(&out, line, head);
	if (head && !strchr(BLANKS, line[head - 1]))
		client_out_chr(&out, ' ');
	client_out_str(&out, option);
	if (predicate) {
		client_out_chr(&out, ' ');
		client_out_str(&out, predicate);
	}
	client_out_chr(&out, '\0');
	return out.data;
}

/* NULL if it is no watch that this client understands. */
static struct kwatch_cmd *parse(const char *line)
{
	struct kwatch_cmd *cmd = client_alloc(1, sizeof(*cmd));
	struct kwatch_refusal refusal;

	if (!kwatch_spec_parse(line, strlen(line), cmd, &refusal) &&
	    cmd->verb == KWATCH_VERB_ADD)
		return cmd;
	free(cmd);
	return NULL;
}

bool client_spectext_parse(const char *line, struct kwatch_spec *spec)
{
	struct kwatch_cmd *cmd = parse(line);

	if (!cmd)
		return false;
	*spec = cmd->spec;
	free(cmd);
	return true;
}

bool client_spectext_is_named(const char *line, const char *name)
{
	struct kwatch_spec spec;

	return *name && client_spectext_parse(line, &spec) && !strcmp(spec.name, name);
}

bool client_spectext_same(const char *a, const char *b)
{
	struct kwatch_cmd *first = parse(a), *second = parse(b);
	bool same = first && second &&
		    kwatch_spec_same(&first->spec, &second->spec);

	free(first);
	free(second);
	return same;
}

char *client_spectext_note(const char *line)
{
	struct kwatch_cmd *cmd = parse(line);
	char *note = NULL;

	if (cmd && cmd->spec.note[0]) {
		note = client_alloc(1, sizeof(cmd->spec.note));
		strcpy(note, cmd->spec.note);
	}
	free(cmd);
	return note;
}

void client_spectext_label(const char *line, char *buf, size_t size)
{
	struct kwatch_cmd *cmd = parse(line);
	size_t len;

	if (cmd) {
		kwatch_spec_label(buf, size, &cmd->spec);
	} else {
		line += strspn(line, BLANKS);
		len = strcspn(line, BLANKS);
		len += strspn(line + len, BLANKS);
		len += strcspn(line + len, BLANKS);
		snprintf(buf, size, "%.*s", (int)len, line);
	}
	free(cmd);
}
