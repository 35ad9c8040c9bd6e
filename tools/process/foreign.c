// SPDX-License-Identifier: GPL-2.0
/*
 * ELF files of other users, see foreign.h.
 *
 * libelf allocates what a section says that it inflates to, and libdw makes of
 * each byte of a line table a row of some eighty: so both are bounded before
 * libdw sees them.  A section is left out by taking its name and its type.
 */
#define _GNU_SOURCE
#include <gelf.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/client.h"
#include "foreign.h"

/* Of one file, in bytes; of our own files other things than these are the limit. */
#define DEBUG_MAX	(256ull << 20)
#define DEBUG_OURS_MAX	(2048ull << 20)
#define PACKED_OURS_MAX	(1024ull << 20)
#define LINES_MAX	(16ull << 20)
#define FILE_MAX	(1ll << 30)

/* An xz archive, which may inflate to seven thousand times its size. */
#define MINIDEBUG	".gnu_debugdata"
#define MINIDEBUG_MAX	(64ull << 10)

bool client_foreign_is_ours(int fd)
{
	struct stat st;

	return !fstat(fd, &st) && (!st.st_uid || st.st_uid == geteuid()) &&
	       !(st.st_mode & (S_IWGRP | S_IWOTH));
}

/* Bytes that a section takes when it is used. */
static uint64_t size_of(Elf_Scn *section, const GElf_Shdr *header,
			const char *name, bool *packed)
{
	const unsigned char *bytes;
	uint64_t size = 0;
	GElf_Chdr inner;
	Elf_Data *data;
	unsigned int i;

	*packed = true;
	if (header->sh_size > DEBUG_MAX)
		return header->sh_size;
	/* From here on libelf has the bytes, so that what is looked at is what is used. */
	if (header->sh_flags & SHF_COMPRESSED)
		return gelf_getchdr(section, &inner) ? inner.ch_size : 0;
	if (!strncmp(name, ".zdebug", 7)) {
		data = elf_rawdata(section, NULL);
		bytes = data ? data->d_buf : NULL;
		if (!bytes || data->d_size < 12 || memcmp(bytes, "ZLIB", 4))
			return 0;
		for (i = 4; i < 12; i++)
			size = size << 8 | bytes[i];
		return size;
	}
	*packed = false;
	return header->sh_size;
}

static void leave_out(Elf_Scn *section, GElf_Shdr *header)
{
	header->sh_name = 0;
	header->sh_type = SHT_NULL;
	header->sh_flags = 0;
	gelf_update_shdr(section, header);
}

struct sizes {
	uint64_t debug;
	uint64_t packed;
	uint64_t lines;
};

/* Each section that is no part of the program in memory; all but symbols are for debuggers. */
static void each_section(Elf *elf, struct sizes *sizes, bool ours, bool remove)
{
	Elf_Scn *section = NULL;
	const char *name;
	GElf_Shdr header;
	size_t strings;
	uint64_t size;
	bool packed;

	if (elf_getshdrstrndx(elf, &strings))
		return;
	while ((section = elf_nextscn(elf, section))) {
		if (!gelf_getshdr(section, &header) || header.sh_type == SHT_NOBITS)
			continue;
		name = elf_strptr(elf, strings, header.sh_name);
		if (!name)
			name = "";
		if ((!strcmp(name, MINIDEBUG) && header.sh_size > MINIDEBUG_MAX) ||
		    (!ours && header.sh_size > DEBUG_MAX)) {
			leave_out(section, &header);
			continue;
		}
		size = size_of(section, &header, name, &packed);
		if (header.sh_flags & SHF_ALLOC && !packed)
			continue;
		if (remove && (packed || (strstr(name, "debug") && strcmp(name, ".gnu_debuglink")))) {
			leave_out(section, &header);
			continue;
		}
		sizes->debug += size > DEBUG_OURS_MAX ? DEBUG_OURS_MAX + 1 : size;
		sizes->packed += packed ? size > DEBUG_OURS_MAX ? DEBUG_OURS_MAX + 1 : size : 0;
		if (strstr(name, "debug_line") && !strstr(name, "line_str"))
			sizes->lines += size;
	}
}

static bool is_too_much(const struct sizes *sizes, bool ours)
{
	if (ours)
		return sizes->debug > DEBUG_OURS_MAX || sizes->packed > PACKED_OURS_MAX;
	return sizes->debug > DEBUG_MAX || sizes->lines > LINES_MAX;
}

/* A name that another user gave may hold a terminal's commands. */
static void say(const char *path, const char *what)
{
	char *text = strdup(path), *c;

	for (c = text; c && *c; c++)
		if ((unsigned char)*c < ' ' || (unsigned char)*c >= 0x7f)
			*c = '?';
	client_complain("%s: %s", text ? text : "", what);
	free(text);
}

Elf *client_foreign_open(int fd, const char *path)
{
	bool ours = client_foreign_is_ours(fd);
	struct sizes sizes = { 0 };
	struct stat st;
	Elf *elf;

	if (fstat(fd, &st))
		return NULL;
	if (!ours && st.st_size > FILE_MAX) {
		say(path, "is too large for its names to be read");
		return NULL;
	}
	elf_version(EV_CURRENT);
	elf = elf_begin(fd, ELF_C_READ, NULL);
	if (!elf || elf_kind(elf) != ELF_K_ELF) {
		elf_end(elf);
		return NULL;
	}
	each_section(elf, &sizes, ours, false);
	if (is_too_much(&sizes, ours)) {
		each_section(elf, &sizes, ours, true);
		say(path, "its debug information takes too much memory: only its symbols are used");
	}
	return elf;
}

static void on_bus_error(int sig, siginfo_t *info, void *context)
{
	uintptr_t page = sysconf(_SC_PAGESIZE);
	void *at = (void *)((uintptr_t)info->si_addr & -page);

	(void)context;
	if (info->si_code == BUS_ADRERR &&
	    mmap(at, page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED,
		 -1, 0) != MAP_FAILED)
		return;
	/* Not of a file: end as without this function. */
	signal(sig, SIG_DFL);
}

void client_foreign_guard(void)
{
	struct sigaction action = { .sa_sigaction = on_bus_error, .sa_flags = SA_SIGINFO };

	sigaction(SIGBUS, &action, NULL);
}
