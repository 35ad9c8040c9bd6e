// SPDX-License-Identifier: GPL-2.0
/*
 * The programs and libraries of a process, see space.h.
 *
 * The files are opened here and given to libdwfl open: it would look for them
 * by name, where another may be by now, or in another mount name space.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <gelf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/client.h"
#include "base/proc.h"
#include "foreign.h"
#include "processes.h"
#include "space.h"

#define VDSO		"[vdso]"
#define DELETED		" (deleted)"

/* Debug files beside the program, then where distributions put them; then debuginfod, if configured. */
static char *debuginfo_path;

/*
 * The file of an image, read and not mapped: another user's process may truncate
 * it at any time, which kills whoever has it mapped.
 */
static int find_elf(Dwfl_Module *module, void **userdata, const char *name,
		    Dwarf_Addr base, char **path, Elf **elf)
{
	const struct client_space *space = *userdata;
	const struct client_image *image = space->images;
	int fd;

	(void)module;
	(void)name;
	while (image->load != base)
		if (++image == space->images + space->nr)
			return -1;
	fd = fcntl(image->fd, F_DUPFD_CLOEXEC, 0);
	*elf = fd < 0 ? NULL : client_foreign_open(fd, image->path);
	if (!*elf) {
		if (fd >= 0)
			close(fd);
		return -1;
	}
	*path = strdup(image->path);
	return fd;
}

/* libdwfl maps these files, so only those will do that no other user can change. */
static int find_debuginfo(Dwfl_Module *module, void **userdata, const char *name,
			  Dwarf_Addr base, const char *file_name, const char *link,
			  GElf_Word crc, char **path)
{
	int fd = dwfl_standard_find_debuginfo(module, userdata, name, base, file_name,
					      link, crc, path);

	if (fd >= 0 && !client_foreign_is_ours(fd)) {
		close(fd);
		free(*path);
		*path = NULL;
		fd = -1;
	}
	return fd;
}

static const Dwfl_Callbacks callbacks = {
	.find_elf = find_elf,
	.find_debuginfo = find_debuginfo,
	.debuginfo_path = &debuginfo_path,
};

bool client_space_parse(const char *line, struct client_mapping *mapping)
{
	unsigned long long start, end, offset, ino;
	char perms[5];
	int at = 0;

	memset(mapping, 0, sizeof(*mapping));
	if (sscanf(line, "%llx-%llx %4s %llx %*x:%*x %llu %n", &start, &end, perms,
		   &offset, &ino, &at) != 5 || !at || perms[2] != 'x')
		return false;
	mapping->start = start;
	mapping->end = end;
	mapping->offset = offset;
	mapping->ino = ino;
	mapping->path = line + at;
	return true;
}

static uint64_t next_id(void)
{
	static uint64_t last;

	return ++last;
}

struct client_space *client_space_create(pid_t pid, uint64_t from_ns)
{
	struct client_space *space = client_alloc(1, sizeof(*space));

	space->id = next_id();
	space->pid = pid;
	space->from_ns = from_ns;
	space->dwfl = dwfl_begin(&callbacks);
	if (!space->dwfl)
		client_out_of_memory();
	return space;
}

void client_space_close(struct client_image *image)
{
	if (image->fd >= 0)
		close(image->fd);
	free(image->path);
}

void client_space_destroy(struct client_space *space)
{
	size_t i;

	dwfl_end(space->dwfl);
	for (i = 0; i < space->nr; i++)
		client_space_close(&space->images[i]);
	free(space->images);
	free(space->memory);
	free(space);
}

static bool in_range(const struct client_image *image, uint64_t start, uint64_t end)
{
	return image->start < end && start < image->end;
}

bool client_space_overlaps(const struct client_space *space, uint64_t start,
			   uint64_t end)
{
	size_t i;

	for (i = 0; i < space->nr; i++) {
		if (in_range(&space->images[i], start, end))
			return true;
	}
	return false;
}

const struct client_image *client_space_image(const struct client_space *space,
					      uint64_t addr)
{
	size_t i;

	for (i = 0; i < space->nr; i++) {
		if (in_range(&space->images[i], addr, addr + 1))
			return &space->images[i];
	}
	return NULL;
}

void client_space_add(struct client_space *space, struct client_image *image)
{
	Dwfl_Module *module;
	void **userdata;

	space->images = client_realloc(space->images,
				       (space->nr + 1) * sizeof(*space->images));
	space->images[space->nr++] = *image;
	space->id = next_id();

	dwfl_report_begin_add(space->dwfl);
	module = image->fd < 0 ? NULL :
		 dwfl_report_module(space->dwfl, image->name, image->load, image->end);
	if (module) {
		dwfl_module_info(module, &userdata, NULL, NULL, NULL, NULL, NULL, NULL);
		*userdata = space;
	}
	dwfl_report_end(space->dwfl, NULL, NULL);
}

struct client_space *client_space_without(struct client_space *space,
					  uint64_t start, uint64_t end,
					  uint64_t from_ns)
{
	struct client_space *other = client_space_create(space->pid, from_ns);
	size_t i;

	for (i = 0; i < space->nr; i++) {
		struct client_image image = space->images[i];

		if (in_range(&image, start, end))
			continue;
		if (image.fd >= 0) {
			image.fd = fcntl(image.fd, F_DUPFD_CLOEXEC, 0);
			if (image.fd < 0)
				continue;
		}
		image.path = strdup(image.path);
		if (!image.path)
			client_out_of_memory();
		image.name = image.path + (image.name - space->images[i].path);
		client_space_add(other, &image);
	}
	other->older = space;
	return other;
}

bool client_space_has(const struct client_space *space,
		      const struct client_image *image)
{
	const struct client_image *there = client_space_image(space, image->start);
	struct stat a, b;

	return there && there->start == image->start && there->end == image->end &&
	       there->bias == image->bias && !fstat(there->fd, &a) &&
	       !fstat(image->fd, &b) && a.st_ino == b.st_ino && a.st_dev == b.st_dev;
}

bool client_space_is_intact(const struct client_image *image)
{
	struct stat st;

	return image->fd < 0 || (!fstat(image->fd, &st) && st.st_size == image->size &&
				 st.st_mtim.tv_sec == image->changed.tv_sec &&
				 st.st_mtim.tv_nsec == image->changed.tv_nsec);
}

/* Is this the file that was mapped? */
static bool is_file(int fd, const struct client_mapping *mapping)
{
	struct client_buildid id;
	struct stat st;

	if (!mapping->build_id.len)
		return !mapping->ino || (!fstat(fd, &st) && st.st_ino == mapping->ino);
	return client_buildid_file(fd, &id) && id.len == mapping->build_id.len &&
	       !memcmp(id.data, mapping->build_id.data, id.len);
}

static int open_if(const char *path, const struct client_mapping *mapping)
{
	/* A process may have mapped a device or a pipe. */
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	struct stat st;

	if (fd < 0)
		return -1;
	if (!fstat(fd, &st) && S_ISREG(st.st_mode) && is_file(fd, mapping))
		return fd;
	close(fd);
	return -1;
}

/* Every process of a kernel has the same one. */
static int open_vdso(const struct client_mapping *mapping)
{
	const void *vdso = (const void *)getauxval(AT_SYSINFO_EHDR);
	size_t len = mapping->end - mapping->start;
	int fd;

	if (!vdso)
		return -1;
	fd = memfd_create("vdso", MFD_CLOEXEC);
	if (fd >= 0 && write(fd, vdso, len) != (ssize_t)len) {
		close(fd);
		fd = -1;
	}
	return fd;
}

/* The very file, or what debug packages have of it: symbols and lines, no code. */
static int open_saved(const struct client_mapping *mapping)
{
	char path[KWATCH_BUILDID_PATH_MAX];
	int fd;

	if (!mapping->build_id.len)
		return -1;
	fd = open_if(mapping->path, mapping);
	if (fd >= 0)
		return fd;
	client_buildid_debug_path(&mapping->build_id, path);
	return open_if(path, mapping);
}

static int open_file(pid_t pid, const struct client_mapping *mapping)
{
	const char *proc = client_proc();
	char path[4096 + 64];
	int fd;

	if (!strcmp(mapping->path, VDSO))
		return pid ? open_vdso(mapping) : -1;
	if (*mapping->path != '/' || mapping->path[1] == '/')
		return -1;
	if (!pid)
		return open_saved(mapping);
	snprintf(path, sizeof(path), "%s/%d/map_files/%llx-%llx", proc, pid,
		 (unsigned long long)mapping->start, (unsigned long long)mapping->end);
	fd = open_if(path, mapping);
	if (fd < 0) {
		snprintf(path, sizeof(path), "%s/%d/root%s", proc, pid, mapping->path);
		fd = open_if(path, mapping);
	}
	/* The process may be gone. */
	return fd < 0 ? open_if(mapping->path, mapping) : fd;
}

/* Where the file lies in memory, from one part of it that does. */
static bool place(struct client_image *image, const struct client_mapping *mapping)
{
	uint64_t page = sysconf(_SC_PAGESIZE), low = UINT64_MAX, high = 0;
	Elf *elf = elf_begin(image->fd, ELF_C_READ, NULL);
	bool found = false;
	size_t i, nr;

	if (!elf || elf_getphdrnum(elf, &nr))
		nr = 0;
	for (i = 0; i < nr; i++) {
		GElf_Phdr phdr;

		if (!gelf_getphdr(elf, i, &phdr) || phdr.p_type != PT_LOAD)
			continue;
		if (phdr.p_vaddr < low) {
			low = phdr.p_vaddr;
			image->load = phdr.p_align > 1 ? low & -phdr.p_align : low;
		}
		if (phdr.p_vaddr + phdr.p_memsz > high)
			high = phdr.p_vaddr + phdr.p_memsz;
		if (phdr.p_flags & PF_X && !found &&
		    mapping->offset >= (phdr.p_offset & -page) &&
		    mapping->offset < phdr.p_offset + phdr.p_filesz) {
			image->bias = mapping->start - mapping->offset +
				      phdr.p_offset - phdr.p_vaddr;
			found = true;
		}
	}
	elf_end(elf);
	image->load += image->bias;
	image->start = (low & -page) + image->bias;
	image->end = ((high + page - 1) & -page) + image->bias;
	return found;
}

bool client_space_open(pid_t pid, const struct client_mapping *mapping,
		       struct client_image *image)
{
	size_t len = strlen(mapping->path), tail = strlen(DELETED);
	const char *slash;
	struct stat st;

	image->fd = open_file(pid, mapping);
	if (image->fd < 0 && (pid || *mapping->path != '/'))
		return false;
	if (len > tail && !strcmp(mapping->path + len - tail, DELETED))
		len -= tail;
	image->path = strndup(mapping->path, len);
	if (!image->path)
		client_out_of_memory();
	slash = strrchr(image->path, '/');
	image->name = slash ? slash + 1 : image->path;
	if (image->fd < 0) {
		image->start = mapping->start;
		image->end = mapping->end;
		image->bias = mapping->start - mapping->offset;
		return true;
	}
	if (!fstat(image->fd, &st) && place(image, mapping)) {
		image->size = st.st_size;
		image->changed = st.st_mtim;
		return true;
	}
	client_space_close(image);
	return false;
}
