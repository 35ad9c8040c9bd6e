// SPDX-License-Identifier: GPL-2.0
/*
 * Variables of a process, see variable.h.
 *
 * A name may be there more than once.  The program's own comes first, because
 * it is the one that all libraries are bound to; among libraries, what others
 * can see comes before what they cannot.  If two remain, the user is asked.
 */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/client.h"
#include "base/out.h"
#include "base/proc.h"
#include "stream/spectext.h"
#include "variable.h"

#define BLANKS		" \t"
#define DIGITS		"0123456789"
#define HEX_DIGITS	"0123456789abcdefABCDEF"
#define UCOPY_DEFAULT	"ucopy=2048"
#define SHOWN_MAX	8	/* variables of one name */

/* The better the lower. */
enum rank {
	RANK_PROGRAM,
	RANK_PROGRAM_LOCAL,
	RANK_LIBRARY,
	RANK_LIBRARY_LOCAL,
	RANK_NONE,
};

struct found {
	uint64_t addr;
	uint64_t size;
	const struct client_image *image;
};

struct search {
	const struct client_space *space;
	const char *image;		/* only in this one, or NULL */
	size_t image_len;
	const char *name;
	size_t name_len;
	dev_t dev;			/* the program's file */
	ino_t ino;
	enum rank rank;			/* of what was found */
	struct found found[SHOWN_MAX];
	size_t nr;			/* may be more than are kept */
	bool thread_local;		/* there is one of each thread */
};

static void take(struct search *search, const struct client_image *image,
		 enum rank rank, uint64_t addr, uint64_t size)
{
	size_t i;

	if (rank > search->rank)
		return;
	if (rank < search->rank) {
		search->rank = rank;
		search->nr = 0;
	}
	/* In .symtab and .dynsym, or by two names. */
	for (i = 0; i < search->nr && i < SHOWN_MAX; i++) {
		if (search->found[i].addr == addr)
			return;
	}
	if (search->nr < SHOWN_MAX)
		search->found[search->nr] = (struct found){ addr, size, image };
	search->nr++;
}

static bool is_program(const struct search *search, const struct client_image *image)
{
	struct stat st;

	return !fstat(image->fd, &st) && st.st_dev == search->dev &&
	       st.st_ino == search->ino;
}

/* "libfoo.so.1" is also asked for as "libfoo" and "libfoo.so". */
static bool is_image(const struct search *search, const struct client_image *image)
{
	size_t len = search->image_len;

	return !search->image ||
	       (!strncmp(image->name, search->image, len) &&
		(!image->name[len] || image->name[len] == '.'));
}

static void search_module(struct search *search, Dwfl_Module *module,
			  const struct client_image *image)
{
	bool program = is_program(search, image);
	int i, nr = dwfl_module_getsymtab(module);

	for (i = 1; i < nr; i++) {
		GElf_Word section;
		GElf_Addr addr;
		GElf_Sym symbol;
		const char *name;
		bool local;

		name = dwfl_module_getsym_info(module, i, &symbol, &addr, &section, NULL, NULL);
		if (!name || strncmp(name, search->name, search->name_len) ||
		    name[search->name_len] || section == SHN_UNDEF)
			continue;
		if (GELF_ST_TYPE(symbol.st_info) == STT_TLS) {
			search->thread_local = true;
			continue;
		}
		if (GELF_ST_TYPE(symbol.st_info) == STT_FILE ||
		    GELF_ST_TYPE(symbol.st_info) == STT_SECTION)
			continue;
		local = GELF_ST_BIND(symbol.st_info) == STB_LOCAL;
		take(search, image, (program ? RANK_PROGRAM : RANK_LIBRARY) + local,
		     addr, symbol.st_size);
	}
}

static void search_images(struct search *search)
{
	size_t i;

	for (i = 0; i < search->space->nr; i++) {
		const struct client_image *image = &search->space->images[i];
		Dwfl_Module *module = dwfl_addrmodule(search->space->dwfl, image->start);

		if (module && is_image(search, image))
			search_module(search, module, image);
	}
}

static void explain_none(const struct search *search, pid_t pid)
{
	if (search->thread_local) {
		client_complain("%.*s is thread-local: each thread has its own; give the address of one",
				(int)search->name_len, search->name);
		return;
	}
	client_complain("no %.*s in %.*s of process %d", (int)search->name_len, search->name,
			search->image ? (int)search->image_len : INT_MAX,
			search->image ? search->image : "the program or the libraries", pid);
}

static void explain_many(const struct search *search)
{
	size_t i;

	client_complain("%.*s is there %zu times; say IMAGE:NAME, or an address:",
			(int)search->name_len, search->name, search->nr);
	for (i = 0; i < search->nr && i < SHOWN_MAX; i++)
		fprintf(stderr, "  0x%llx  %llu bytes  %s\n",
			(unsigned long long)search->found[i].addr,
			(unsigned long long)search->found[i].size,
			search->found[i].image->path);
}

/* The one that is meant, or NULL after saying why not. */
static const struct found *find(struct search *search, pid_t pid)
{
	char path[4096];
	struct stat st;

	snprintf(path, sizeof(path), "%s/%d/exe", client_proc(), pid);
	if (!stat(path, &st)) {
		search->dev = st.st_dev;
		search->ino = st.st_ino;
	}
	search->rank = RANK_NONE;
	search_images(search);
	if (search->nr == 1)
		return &search->found[0];
	if (search->nr)
		explain_many(search);
	else
		explain_none(search, pid);
	return NULL;
}

/* A watch as it was given: TYPE LEN TARGET REST */
struct words {
	const char *type;
	size_t type_len;
	const char *len;		/* digits, maybe none */
	size_t len_len;
	const char *target;
	size_t target_len;
	const char *rest;
};

static bool cut(const char *text, struct words *words)
{
	size_t len;

	text += strspn(text, BLANKS);
	len = strcspn(text, BLANKS);
	words->type = text;
	words->type_len = strcspn(text, DIGITS BLANKS);
	words->len = text + words->type_len;
	words->len_len = len - words->type_len;
	text += len;
	text += strspn(text, BLANKS);
	words->target = text;
	words->target_len = strcspn(text, BLANKS);
	words->rest = text + words->target_len;
	if (!words->target_len)
		client_complain("which variable or address is to be watched?");
	return words->target_len;
}

static bool is_address(const struct words *words)
{
	return words->target_len > 2 && words->target[0] == '0' &&
	       (words->target[1] | 0x20) == 'x' && strchr(HEX_DIGITS, words->target[2]);
}

/* "IMAGE:NAME+OFFSET", of which the first and the last may be left out. */
static int cut_target(const struct words *words, struct search *search, uint64_t *offset)
{
	const char *name = words->target, *end = name + words->target_len;
	const char *colon = memchr(name, ':', words->target_len), *plus;
	char *rest;

	if (colon && colon + 1 < end && colon[1] != ':' && colon > name) {
		search->image = name;
		search->image_len = colon - name;
		name = colon + 1;
	}
	plus = memchr(name, '+', end - name);
	search->name = name;
	search->name_len = (plus ? plus : end) - name;
	*offset = 0;
	if (!plus)
		return 0;
	errno = 0;
	*offset = strtoull(plus + 1, &rest, 0);
	if (plus + 1 < end && plus[1] != '-' && rest == end && !errno)
		return 0;
	client_complain("%.*s: an offset is a number of bytes, as in counter+8",
			(int)words->target_len, words->target);
	return -1;
}

/*
 * Without frame pointers, which a program seldom has, a stack is unwound from a
 * copy of it; a user who says how stacks are to be gets what he says.
 */
static void add_ucopy(char **line)
{
	char *longer;

	if (client_spectext_has_option(*line, "ucopy=") ||
	    client_spectext_has_option(*line, "ustack=") ||
	    client_spectext_has_option(*line, "summary"))
		return;
	longer = client_spectext_add_option(*line, UCOPY_DEFAULT);
	free(*line);
	*line = longer;
}

static char *finish(struct client_out *out)
{
	char *line;

	client_out_chr(out, '\0');
	line = out->data;
	add_ucopy(&line);
	return line;
}

int client_variable_find(struct client_processes *processes, pid_t pid,
			 const char *text, struct client_variable *variable)
{
	struct search search = { .nr = 0 };
	const struct found *found;
	struct client_out out;
	struct words words;
	uint64_t offset;
	char len[24] = "";

	memset(variable, 0, sizeof(*variable));
	if (!cut(text, &words))
		return -1;
	client_out_init(&out, -1);
	if (is_address(&words)) {
		client_out_put(&out, words.type, words.rest - words.type);
		client_out_printf(&out, " pid=%d%s", pid, words.rest);
		variable->line = finish(&out);
		return 0;
	}

	search.space = client_processes_space(processes, pid, UINT64_MAX, 0);
	if (!search.space) {
		client_complain("no program is known of process %d: is there one?", pid);
		return -1;
	}
	if (cut_target(&words, &search, &offset))
		return -1;
	found = find(&search, pid);
	if (!found)
		return -1;
	/* What can be run has no length. */
	if (words.len_len)
		snprintf(len, sizeof(len), "%.*s", (int)words.len_len, words.len);
	else if (*words.type != 'x' && found->size > offset)
		snprintf(len, sizeof(len), "%llu", (unsigned long long)(found->size - offset));
	else if (*words.type != 'x') {
		client_complain("%.*s: it has %llu bytes; say how many to watch, as in w4",
				(int)words.target_len, words.target,
				(unsigned long long)found->size);
		return -1;
	}

	client_out_printf(&out, "%.*s%s %.*s+0x%llx", (int)words.type_len, words.type, len,
			  (int)search.name_len, search.name, (unsigned long long)offset);
	client_out_chr(&out, '\0');
	variable->label = out.data;
	client_out_init(&out, -1);
	client_out_printf(&out, "%.*s%s 0x%llx pid=%d%s", (int)words.type_len, words.type, len,
			  (unsigned long long)(found->addr + offset), pid, words.rest);
	variable->line = finish(&out);
	return 0;
}
