// SPDX-License-Identifier: GPL-2.0
/*
 * Build-ids, see buildid.h.
 */
#include <elf.h>
#include <elfutils/libdwelf.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "buildid.h"
#include "base/hex.h"
#include "base/slurp.h"

bool client_buildid_parse(const void *notes, size_t len,
			  struct client_buildid *id)
{
	const char *bytes = notes;
	size_t pos = 0;

	id->len = 0;
	while (len - pos >= sizeof(Elf64_Nhdr)) {
		const Elf64_Nhdr *note = (const void *)(bytes + pos);
		size_t owner = (note->n_namesz + 3ull) & ~3ull;
		size_t desc = (note->n_descsz + 3ull) & ~3ull;

		pos += sizeof(*note);
		if (owner > len - pos || desc > len - pos - owner)
			return false;
		if (note->n_type == NT_GNU_BUILD_ID && note->n_namesz == 4 &&
		    !memcmp(bytes + pos, "GNU", 4) &&
		    note->n_descsz <= KWATCH_BUILDID_MAX) {
			id->len = note->n_descsz;
			memcpy(id->data, bytes + pos + owner, id->len);
			return id->len;
		}
		pos += owner + desc;
	}
	return false;
}

bool client_buildid_file(int fd, struct client_buildid *id)
{
	const void *data = NULL;
	ssize_t len;
	Elf *elf;

	elf_version(EV_CURRENT);
	elf = elf_begin(fd, ELF_C_READ, NULL);
	len = elf ? dwelf_elf_gnu_build_id(elf, &data) : 0;
	id->len = len > 0 && len <= KWATCH_BUILDID_MAX ? len : 0;
	if (id->len)
		memcpy(id->data, data, id->len);
	elf_end(elf);
	return id->len;
}

bool client_buildid_kernel(struct client_buildid *id)
{
	const char *path = getenv("KWATCH_NOTES");
	size_t len;
	char *notes = client_slurp(AT_FDCWD, path ? path : "/sys/kernel/notes", &len);
	bool found = notes && client_buildid_parse(notes, len, id);

	if (!found)
		id->len = 0;
	free(notes);
	return found;
}

const char *client_buildid_hex(const struct client_buildid *id, char *hex)
{
	size_t i;

	hex[0] = '\0';
	for (i = 0; i < id->len; i++)
		sprintf(hex + 2 * i, "%02x", id->data[i]);
	return hex;
}

static bool parse_hex(const char *hex, struct client_buildid *id)
{
	for (id->len = 0; *hex != ' '; id->len++, hex += 2) {
		if (id->len == KWATCH_BUILDID_MAX ||
		    !client_hex_byte(hex, &id->data[id->len]))
			return false;
	}
	return id->len;
}

bool client_buildid_kept(const char *text, const char *name,
			 struct client_buildid *id)
{
	size_t len = strlen(name);
	const char *blank;
	bool found = false;

	for (; *text; text += strcspn(text, "\n"), text += *text == '\n') {
		blank = text + strcspn(text, " \n");
		if (*blank == ' ' && !strncmp(blank + 1, name, len) &&
		    (blank[1 + len] == '\n' || !blank[1 + len]))
			found = parse_hex(text, id);
	}
	return found;
}

const char *client_buildid_debug_directory(void)
{
	const char *path = getenv("KWATCH_DEBUG");

	return path ? path : "/usr/lib/debug";
}

void client_buildid_debug_path(const struct client_buildid *id, char *path)
{
	char hex[2 * KWATCH_BUILDID_MAX + 1];

	client_buildid_hex(id, hex);
	snprintf(path, KWATCH_BUILDID_PATH_MAX, "%s/.build-id/%.2s/%s.debug",
		 client_buildid_debug_directory(), hex, hex + 2);
}
