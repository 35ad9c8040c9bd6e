// SPDX-License-Identifier: GPL-2.0
/*
 * Commands to ctl, see control.h.
 *
 * error_log has the shape of tracefs's:
 *
 *	[   12.345678] kwatch: error: No such symbol
 *	  Command: w8 nosuch
 *	              ^
 *	  further lines, where there is more to say
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <uapi/kwatch.h>

#include "base/client.h"
#include "control.h"
#include "base/out.h"
#include "paths.h"
#include "base/slurp.h"
#include "kernel/symbols.h"
#include "kernel/symtab.h"

#define ENTRY_MARK	"kwatch: error: "
#define COMMAND_MARK	"  Command: "
#define COMMAND_INDENT	"  "

static size_t line_len(const char *line)
{
	size_t len = strcspn(line, "\n");

	return len + (line[len] == '\n');
}

/* Is this the first line of an entry?  Then where its sentence begins. */
static const char *entry_sentence(const char *line)
{
	const char *mark = *line == '[' ? strstr(line, ENTRY_MARK) : NULL;

	return mark && mark < line + line_len(line) ?
	       mark + strlen(ENTRY_MARK) : NULL;
}

/* Is this the command, as the kernel keeps it? */
static bool is_command(const char *text, const char *line)
{
	size_t i;

	for (i = 0; line[i] && i < KWATCH_LINE_MAX; i++) {
		bool plain = line[i] >= ' ' && line[i] < 0x7f;

		if (text[i] != line[i] && (text[i] != '?' || plain))
			return false;
	}
	return !text[i] || text[i] == '\n';
}

const char *client_control_find_error(const char *log, const char *line,
				      size_t *len)
{
	const char *entry = log, *last = NULL;

	while (*entry) {
		const char *command = entry + line_len(entry);
		const char *next = command;
		const char *text = command + strlen(COMMAND_MARK);

		while (*next && !entry_sentence(next))
			next += line_len(next);
		if (entry_sentence(entry) &&
		    !strncmp(command, COMMAND_MARK, strlen(COMMAND_MARK)) &&
		    is_command(text, line)) {
			last = entry;
			*len = next - entry;
		}
		entry = next;
	}
	return last;
}

/* Columns of a terminal that some bytes of UTF-8 take, roughly. */
static size_t columns(const char *text, size_t len)
{
	size_t nr = 0;

	while (len--)
		nr += (text[len] & 0xc0) != 0x80;
	return nr;
}

#define BLANKS	" \t"

/* The word of @line at or before @at: where it begins, its length and number. */
static const char *word_at(const char *line, size_t at, size_t *len, unsigned int *nr)
{
	const char *word = line + strspn(line, BLANKS), *next;

	for (*nr = 0;; ++*nr, word = next) {
		*len = strcspn(word, BLANKS);
		next = word + *len;
		next += strspn(next, BLANKS);
		if (!*next || next > line + at)
			return word;
	}
}

/* A whole word of @line, or NULL. */
static const char *find_word(const char *line, const char *word, size_t len)
{
	const char *at = line + strspn(line, BLANKS);
	size_t n;

	for (; *at; at += n, at += strspn(at, BLANKS)) {
		n = strcspn(at, BLANKS);
		if (n == len && !strncmp(at, word, len))
			return at;
	}
	return NULL;
}

/*
 * The byte of what the user typed that the kernel means by byte @at of what was
 * sent, which may have words that nobody typed.  Return: -1 for such a word.
 */
static long typed_at(const char *typed, const char *sent, size_t at)
{
	size_t len, typed_len, off;
	const char *word, *found;
	unsigned int nr, typed_nr;

	if (!strncmp(typed, sent, at + 1) || !strcmp(typed, sent))
		return at;
	if (at >= strlen(sent))
		return strlen(typed);
	word = word_at(sent, at, &len, &nr);
	off = sent + at > word ? sent + at - word : 0;
	found = find_word(typed, word, len);
	if (!found && *word == '-' && off) {
		/* "del 7" is sent as "-7". */
		found = find_word(typed, word + 1, len - 1);
		off--;
	}
	if (!found && nr < 2) {
		/* The length or the address that stands for what was typed. */
		found = word_at(typed, 0, &typed_len, &typed_nr);
		if (nr)
			found += typed_len + strspn(found + typed_len, BLANKS);
		off = nr || off > typed_len ? 0 : off;
	}
	return found && off <= len ? found - typed + (long)off : -1;
}

/*
 * The command as the user gave it, and the caret below it.  The kernel counts
 * bytes up to the caret, a terminal shows characters.
 */
static void put_command(struct client_out *out, const char *typed, const char *sent,
			const char *caret)
{
	size_t at = strspn(caret, " ");
	long where = -1;

	if (caret[at] == '^' && at >= strlen(COMMAND_MARK) &&
	    at - strlen(COMMAND_MARK) <= strlen(sent))
		where = typed_at(typed, sent, at - strlen(COMMAND_MARK));
	client_out_str(out, COMMAND_INDENT);
	client_out_clean(out, typed, strlen(typed));
	client_out_chr(out, '\n');
	if (where >= 0)
		client_out_printf(out, "%s%*s^\n", COMMAND_INDENT,
				  (int)columns(typed, where), "");
}

/*
 * "3 symbols are called NAME; ..." or "2 symbols of MODULE are called NAME; ...":
 * list them, from the kernel's symbol table.
 */
static void put_candidates(struct client_out *out, const char *sentence)
{
	char name[KWATCH_SYMBOL_MAX], only[64] = "", module[64], *text;
	const char *at;
	uint64_t addr;

	if (sscanf(sentence, "%*u symbols are called %255[^;\n]", name) != 1 &&
	    sscanf(sentence, "%*u symbols of %63s are called %255[^;\n]", only, name) != 2)
		return;
	text = client_slurp(AT_FDCWD, client_symbols_path(), NULL);
	at = text;
	while (at && (at = client_symtab_next(at, name, &addr, module, sizeof(module)))) {
		if (*only && strcmp(module, only))
			continue;
		client_out_printf(out, "  0x%" PRIx64, addr);
		if (*module)
			client_out_printf(out, "  %s:%s", module, name);
		client_out_chr(out, '\n');
	}
	free(text);
}

/* Show an entry: the sentence, the command with its caret, and the rest. */
static void show_entry(const char *entry, size_t len, const char *typed,
		       const char *sent)
{
	const char *sentence = entry_sentence(entry), *rest;
	struct client_out out;

	client_out_init(&out, -1);
	rest = entry + line_len(entry);
	rest += line_len(rest);
	put_command(&out, typed, sent, rest);
	for (rest += line_len(rest); rest < entry + len; rest += line_len(rest)) {
		client_out_clean(&out, rest, strcspn(rest, "\n"));
		client_out_chr(&out, '\n');
	}
	put_candidates(&out, sentence);
	client_complain("%.*s", (int)strcspn(sentence, "\n"), sentence);
	fwrite(out.data, 1, out.len, stderr);
	client_out_destroy(&out);
}

/* For a kernel whose log has nothing: what the errno means for ctl. */
static const char *errno_sentence(int error)
{
	switch (error) {
	case EINVAL:
		return "malformed, misaligned, or a bad length or type";
	case ENOENT:
		return "no such symbol, task or watch";
	case EEXIST:
		return "the same watch is there already";
	case ENOSPC:
		return "no debug register is left";
	case EFAULT:
		return "the address is not mapped, or not one that can be watched";
	case E2BIG:
		return "the line is too long";
	case EOPNOTSUPP:
		return "this CPU or kernel cannot do that";
	case EPERM:
		return "not permitted: is this kernel locked down?";
	}
	return strerror(error);
}

void client_control_refused(const char *sent, const char *typed, int error)
{
	int fd = client_paths_try("error_log", O_RDONLY);
	const char *entry = NULL;
	char *log = NULL;
	size_t len;

	if (fd >= 0) {
		log = client_slurp_fd(fd, NULL);
		close(fd);
	}
	if (log)
		entry = client_control_find_error(log, sent, &len);
	if (entry)
		show_entry(entry, len, typed, sent);
	else
		client_complain("%s: %s", typed, errno_sentence(error));
	free(log);
}

int client_control_open(void)
{
	return client_paths_open("ctl", O_RDWR);
}

int client_control_ignore_self(void)
{
	int fd = client_paths_try("ctl", O_WRONLY);

	if (fd < 0 || !client_control_try(fd, "ignore self"))
		return fd;
	client_complain("this program's own accesses are recorded, too: the module can leave out no more programs");
	close(fd);
	return -1;
}

int client_control_try(int fd, const char *line)
{
	size_t len = strlen(line);
	char *text;
	ssize_t n;
	int error;

	/* In one write: a command must not be cut in two. */
	text = client_alloc(1, len + 2);
	memcpy(text, line, len);
	text[len] = '\n';
	do
		n = write(fd, text, len + 1);
	while (n < 0 && errno == EINTR);
	error = n < 0 ? errno : EIO;
	free(text);

	return n == (ssize_t)len + 1 ? 0 : error;
}

int client_control_send(int fd, const char *line, const char *typed)
{
	int error;

	/* As the kernel would take it, half of it may be done already. */
	if (strchr(line, '\n')) {
		client_complain("a command is one line");
		return -1;
	}
	error = client_control_try(fd, line);
	if (!error)
		return 0;
	client_control_refused(line, typed, error);
	return -1;
}
