// SPDX-License-Identifier: GPL-2.0
/*
 * The kernel's memory, see kmem.h: an ELF core file that is always up to date.
 */
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/client.h"
#include "kmem.h"

#define SEGMENTS_MAX	4096
#define NOTES_MAX	(1u << 20)

struct segment {
	uint64_t begin;
	uint64_t end;
	uint64_t offset;
	uint64_t physical;
	bool sparse;			/* mapped by page tables of its own, here and there */
};

struct client_kmem {
	int fd;
	struct segment *segments;
	size_t nr;
	uint64_t tables;		/* 0: not known */
	void *notes;
	const void *task;		/* in @notes */
	size_t task_len;
	char error[256];
};

/* pread(), all of it or nothing. */
static bool read_all(int fd, void *buf, size_t len, uint64_t offset)
{
	char *to = buf;

	while (len) {
		ssize_t n = pread(fd, to, len, offset);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return false;
		to += n;
		offset += n;
		len -= n;
	}
	return true;
}

static void find_task(struct client_kmem *kmem, size_t len)
{
	const char *notes = kmem->notes;
	size_t pos = 0;

	while (len - pos >= sizeof(Elf64_Nhdr)) {
		const Elf64_Nhdr *note = (const void *)(notes + pos);
		size_t owner = (note->n_namesz + 3ull) & ~3ull;
		size_t desc = (note->n_descsz + 3ull) & ~3ull;

		pos += sizeof(*note);
		if (owner > len - pos || desc > len - pos - owner)
			break;
		if (note->n_type == NT_TASKSTRUCT && note->n_namesz == 5 &&
		    !memcmp(notes + pos, "CORE", 5)) {
			kmem->task = notes + pos + owner;
			kmem->task_len = note->n_descsz;
		}
		pos += owner + desc;
	}
}

static bool read_headers(struct client_kmem *kmem)
{
	Elf64_Ehdr ehdr;
	Elf64_Phdr *phdrs;
	bool good;
	size_t i;

	if (!read_all(kmem->fd, &ehdr, sizeof(ehdr), 0))
		return false;
	errno = ENOEXEC;
	if (memcmp(ehdr.e_ident, ELFMAG, SELFMAG) ||
	    ehdr.e_ident[EI_CLASS] != ELFCLASS64 ||
	    ehdr.e_phentsize != sizeof(*phdrs) || ehdr.e_phnum > SEGMENTS_MAX)
		return false;
	phdrs = client_alloc(ehdr.e_phnum, sizeof(*phdrs));
	kmem->segments = client_alloc(ehdr.e_phnum, sizeof(*kmem->segments));
	good = read_all(kmem->fd, phdrs, ehdr.e_phnum * sizeof(*phdrs),
			ehdr.e_phoff);
	for (i = 0; good && i < ehdr.e_phnum; i++) {
		const Elf64_Phdr *phdr = &phdrs[i];

		if (phdr->p_type == PT_LOAD && phdr->p_memsz) {
			struct segment *segment = &kmem->segments[kmem->nr++];

			segment->begin = phdr->p_vaddr;
			/* The last one may end with the address space. */
			segment->end = phdr->p_vaddr + phdr->p_memsz - 1;
			segment->offset = phdr->p_offset;
			segment->physical = phdr->p_paddr;
			segment->sparse = phdr->p_paddr == -1ull;
		} else if (phdr->p_type == PT_NOTE && !kmem->notes &&
			   phdr->p_filesz <= NOTES_MAX) {
			kmem->notes = client_alloc(1, phdr->p_filesz + 1);
			if (read_all(kmem->fd, kmem->notes, phdr->p_filesz,
				     phdr->p_offset))
				find_task(kmem, phdr->p_filesz);
		}
	}
	free(phdrs);
	return good;
}

struct client_kmem *client_kmem_open(void)
{

	struct client_kmem *kmem = client_alloc(1, sizeof(*kmem));
	const char *path = getenv("KWATCH_KCORE");

	if (!path)
		path = "/proc/kcore";
	kmem->fd = open(path, O_RDONLY | O_CLOEXEC);
	if (kmem->fd >= 0 && read_headers(kmem))
		return kmem;
	snprintf(kmem->error, sizeof(kmem->error),
		 "%s: %s; the kernel's memory cannot be read", path,
		 strerror(errno));
	return kmem;
}

void client_kmem_close(struct client_kmem *kmem)
{
	if (!kmem)
		return;
	if (kmem->fd >= 0)
		close(kmem->fd);
	free(kmem->segments);
	free(kmem->notes);
	free(kmem);
}

const char *client_kmem_error(const struct client_kmem *kmem)
{
	return kmem->error[0] ? kmem->error : NULL;
}

static const struct segment *segment_at(const struct client_kmem *kmem,
					uint64_t address, size_t len)
{
	size_t i;

	for (i = 0; i < kmem->nr; i++) {
		const struct segment *segment = &kmem->segments[i];

		if (address >= segment->begin && address <= segment->end &&
		    len - 1 <= segment->end - address)
			return segment;
	}
	return NULL;
}

static bool read_physical(const struct client_kmem *kmem, uint64_t physical, uint64_t *word)
{
	size_t i;

	for (i = 0; i < kmem->nr; i++) {
		const struct segment *segment = &kmem->segments[i];
		uint64_t offset = physical - segment->physical;

		if (!segment->sparse && physical >= segment->physical &&
		    offset <= segment->end - segment->begin)
			return read_all(kmem->fd, word, sizeof(*word), segment->offset + offset);
	}
	return false;
}

#define PAGE_BITS	12
#define TABLE_BITS	9
#ifdef __x86_64__
#define FIRST_OF_4	0xffff800000000000ull
#define IS_LEAF(entry)	((entry) & 0x80)
#define TOP_OF_5	TABLE_BITS
#define PHYSICAL_4(entry) ((entry) & 0x000ffffffffff000ull)
#define PHYSICAL_5(entry) PHYSICAL_4(entry)
#else
/* Of five levels are addresses of 52 bits, FEAT_LPA2: two bits lie further down. */
#define FIRST_OF_4	0xffff000000000000ull
#define IS_LEAF(entry)	(!((entry) & 2))
#define TOP_OF_5	4
#define PHYSICAL_4(entry) ((entry) & 0x0000fffffffff000ull)
#define PHYSICAL_5(entry) (((entry) & 0x0003fffffffff000ull) | ((entry) & 0x300ull) << 42)
#endif

/* Tables of four levels, or of five where the kernel's half is larger than that. */
static unsigned int levels_of(const struct client_kmem *kmem)
{
	size_t i;

	for (i = 0; i < kmem->nr; i++) {
		if (kmem->segments[i].begin < FIRST_OF_4)
			return 5;
	}
	return 4;
}

/* Does a page table lead to a page of RAM?  True if it cannot be read. */
static bool is_page(const struct client_kmem *kmem, uint64_t address)
{
	const struct segment *root = segment_at(kmem, kmem->tables, 1);
	unsigned int levels = levels_of(kmem), level = levels, shift, bits;
	uint64_t table, entry, index, ignored;

	if (!kmem->tables || !root || root->sparse || sysconf(_SC_PAGESIZE) != 1 << PAGE_BITS)
		return true;
	table = root->physical + (kmem->tables - root->begin);
	while (level--) {
		shift = PAGE_BITS + level * TABLE_BITS;
		bits = level == 4 ? TOP_OF_5 : TABLE_BITS;
		index = address >> shift & ((1u << bits) - 1);
		if (!read_physical(kmem, table + index * sizeof(entry), &entry))
			return true;
		if (!(entry & 1))
			return false;
		table = levels == 5 ? PHYSICAL_5(entry) : PHYSICAL_4(entry);
		if (level && IS_LEAF(entry)) {
			table = (table >> shift << shift) | (address & ((1ull << shift) - 1));
			break;
		}
	}
	return read_physical(kmem, table & ~7ull, &ignored);
}

void client_kmem_set_tables(struct client_kmem *kmem, uint64_t address)
{
	kmem->tables = address;
}

bool client_kmem_is_sparse(struct client_kmem *kmem, uint64_t address)
{
	const struct segment *segment = segment_at(kmem, address, 1);

	return segment && segment->sparse;
}

bool client_kmem_read(struct client_kmem *kmem, uint64_t address, void *buf,
		      size_t len)
{
	const struct segment *segment = len ? segment_at(kmem, address, len) : NULL;

	return segment &&
	       (!segment->sparse || (is_page(kmem, address) && is_page(kmem, address + len - 1))) &&
	       read_all(kmem->fd, buf, len, segment->offset + (address - segment->begin));
}

const void *client_kmem_task(const struct client_kmem *kmem, size_t *len)
{
	*len = kmem->task_len;
	return kmem->task;
}
