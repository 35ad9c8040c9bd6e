// SPDX-License-Identifier: GPL-2.0
/*
 * What names the addresses of a capture later, see snapshot.h.
 *
 * A file that could not be written whole is removed: what is in a capture can
 * be relied upon.  gzip's own check sum tells when that is so no more.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <zlib.h>

#include "kernel/buildid.h"
#include "base/client.h"
#include "control/control.h"
#include "ctf.h"
#include "base/out.h"
#include "control/paths.h"
#include "process/processes.h"
#include "base/slurp.h"
#include "snapshot.h"
#include "process/space.h"

#define HOST(name)	KWATCH_CAPTURE_HOST "/" name

#define KERNEL_NOTES	"/sys/kernel/notes"
#define MODULES		"/sys/module"
#define CODE		HOST("code.gz")
#define SYMBOLS_NEW	HOST("kallsyms.new")
#define SYMBOLS_TIMES	"# read from %llu to %llu"

#define IDS_MAX		(1 << 20)	/* bytes */
#define COPIES_MAX	64		/* of the symbols, in one capture */
#define PROCESSES_MAX	4096
#define SYMBOLS_MAX	(1u << 30)	/* bytes, unpacked: ten kernels' worth */

static void failed(struct client_snapshot *snapshot, const char *name)
{
	client_complain("%s/%s: %s", snapshot->path, name, strerror(errno));
	unlinkat(snapshot->dir, name, 0);
	snapshot->failed = true;
}

static void write_file(struct client_snapshot *snapshot, const char *name,
		       const char *data, size_t len)
{
	int fd = openat(snapshot->dir, name,
			O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	struct client_out out;

	if (fd < 0) {
		failed(snapshot, name);
		return;
	}
	client_out_init(&out, fd);
	client_out_put(&out, data, len);
	if (client_out_flush(&out)) {
		errno = out.error;
		failed(snapshot, name);
	}
	client_out_destroy(&out);
	close(fd);
}

/* What is not there is not copied. */
static bool copy_file(struct client_snapshot *snapshot, const char *from,
		      const char *name)
{
	size_t len;
	char *text = client_slurp(AT_FDCWD, from, &len);

	if (!text)
		return false;
	write_file(snapshot, name, text, len);
	free(text);
	return true;
}

static void copy_stats(struct client_snapshot *snapshot, const char *name)
{
	char *text = client_paths_read("stats");

	if (text)
		write_file(snapshot, name, text, strlen(text));
	free(text);
}

/* A build-id as a line, unless the last of that name is the same. */
static void put_line(struct client_out *out, const struct client_buildid *id,
		     const char *name)
{
	char hex[2 * KWATCH_BUILDID_MAX + 1];
	struct client_buildid last;

	client_out_chr(out, '\0');
	out->len--;
	if (strlen(name) < PATH_MAX && !strchr(name, '\n') &&
	    !(client_buildid_kept(out->data, name, &last) && last.len == id->len &&
	      !memcmp(last.data, id->data, id->len)))
		client_out_printf(out, "%s %s\n", client_buildid_hex(id, hex), name);
}

/* The build-id among the notes of an ELF file. */
static void put_build_id(struct client_out *out, int dir, const char *path,
			 const char *name)
{
	size_t len;
	char *notes = client_slurp(dir, path, &len);
	struct client_buildid id;

	if (notes && client_buildid_parse(notes, len, &id))
		put_line(out, &id, name);
	free(notes);
}

static void save_build_ids(struct client_snapshot *snapshot)
{
	struct client_out *out = &snapshot->build_ids;

	if (out->len)
		write_file(snapshot, HOST("buildids"), out->data, out->len);
}

static void write_build_ids(struct client_snapshot *snapshot)
{
	const struct dirent *entry;
	DIR *modules = opendir(MODULES);
	struct client_out *out = &snapshot->build_ids;

	if (!out->data)
		client_out_init(out, -1);
	put_build_id(out, AT_FDCWD, KERNEL_NOTES, "kernel");
	while (modules && (entry = readdir(modules))) {
		char path[sizeof(entry->d_name) + 32];

		snprintf(path, sizeof(path), "%s/notes/.note.gnu.build-id",
			 entry->d_name);
		if (entry->d_name[0] != '.')
			put_build_id(out, dirfd(modules), path, entry->d_name);
	}
	if (modules)
		closedir(modules);
	save_build_ids(snapshot);
}

static const char *symbols_name(unsigned int nr, char *buf, size_t size)
{
	if (nr)
		snprintf(buf, size, HOST("kallsyms.%u.gz"), nr);
	else
		snprintf(buf, size, HOST("kallsyms.gz"));
	return buf;
}

static int pack(struct client_snapshot *snapshot, const char *name,
		const char *text, size_t len)
{
	int fd, ret = -1;
	gzFile file;

	fd = openat(snapshot->dir, name,
		    O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	file = fd >= 0 ? gzdopen(fd, "wb1") : NULL;
	if (file) {
		ret = gzwrite(file, text, len) == (int)len ? 0 : -1;
		if (gzclose(file) != Z_OK)
			ret = -1;
	}
	return ret;
}

static unsigned long long now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000000000ull + ts.tv_nsec;
}

/* Under another name until it is whole: the capture may be read meanwhile. */
static int pack_symbols(struct client_snapshot *snapshot, const char *name)
{
	unsigned long long begin_ns = now_ns();
	struct client_out out;
	size_t len;
	char *text = client_slurp(AT_FDCWD, client_symbols_path(), &len);
	int ret = -1;

	if (!text)
		return -1;
	client_out_init(&out, -1);
	client_out_printf(&out, SYMBOLS_TIMES "\n", begin_ns, now_ns());
	client_out_put(&out, text, len);
	free(text);
	if (pack(snapshot, SYMBOLS_NEW, out.data, out.len))
		unlinkat(snapshot->dir, SYMBOLS_NEW, 0);
	else
		ret = renameat(snapshot->dir, SYMBOLS_NEW, snapshot->dir, name);
	client_out_destroy(&out);
	return ret;
}

static void reap(struct client_snapshot *snapshot, int flags)
{
	int status;
	pid_t pid;

	if (!snapshot->child)
		return;
	do
		pid = waitpid(snapshot->child, &status, flags);
	while (pid < 0 && errno == EINTR);
	if (!pid)
		return;
	snapshot->child = 0;
	if (pid < 0 || !WIFEXITED(status) || WEXITSTATUS(status))
		snapshot->failed = true;
}

static void begin_symbols(struct client_snapshot *snapshot)
{
	char name[64];

	if (snapshot->nr == COPIES_MAX)
		return;
	snapshot->modules_hash = client_symbols_modules_hash();
	snapshot->unloaded = false;
	symbols_name(snapshot->nr++, name, sizeof(name));
	fflush(NULL);
	snapshot->child = fork();
	if (snapshot->child > 0)
		return;
	if (!snapshot->child && !snapshot->self)
		client_control_ignore_self();
	if (pack_symbols(snapshot, name))
		failed(snapshot, name);
	if (!snapshot->child)
		_exit(snapshot->failed);
	/* No child could be made. */
	snapshot->child = 0;
}

void client_snapshot_begin(struct client_snapshot *snapshot)
{
	begin_symbols(snapshot);
	copy_file(snapshot, client_symbols_modules_path(), HOST("modules"));
	write_build_ids(snapshot);
	copy_stats(snapshot, HOST("stats.begin"));
}

static bool have_changed(const struct client_snapshot *snapshot)
{
	return snapshot->unloaded || client_symbols_modules_hash() != snapshot->modules_hash;
}

void client_snapshot_unloaded(struct client_snapshot *snapshot)
{
	snapshot->unloaded = true;
}

/* A process that has user frames. */
struct seen {
	uint64_t hash;		/* of its maps, as they were written last; 0: never */
	uint64_t started_ns;
	bool active;		/* since the last look */
};

/* Of a program or library that a line of maps has: the file as the process has it. */
static void put_mapped(struct client_snapshot *snapshot, struct client_out *ids,
		       uint32_t tgid, const char *line)
{
	struct client_mapping mapping;
	struct client_buildid id;
	char path[96];
	int fd;

	if (!client_space_parse(line, &mapping) || *mapping.path != '/')
		return;
	snprintf(path, sizeof(path), "/proc/%u/map_files/%llx-%llx", tgid,
		 (unsigned long long)mapping.start, (unsigned long long)mapping.end);
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (fd < 0)
		return;
	if (client_buildid_file(fd, &id)) {
		put_line(&snapshot->build_ids, &id, mapping.path);
		put_line(ids, &id, mapping.path);
	}
	close(fd);
}

static void append_maps(struct client_snapshot *snapshot, uint32_t tgid, uint64_t started_ns,
			char *maps, size_t len)
{
	struct client_out out, ids;
	char name[64], *line, *rest = NULL;
	int fd;

	snprintf(name, sizeof(name), HOST("maps/%u"), tgid);
	fd = openat(snapshot->dir, name, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
	if (fd < 0) {
		failed(snapshot, name);
		return;
	}
	client_out_init(&out, fd);
	client_out_init(&ids, -1);
	client_out_printf(&out, KWATCH_PROCESS_LOOK "\n", now_ns(),
			  (unsigned long long)started_ns);
	client_out_put(&out, maps, len);
	for (line = strtok_r(maps, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest))
		put_mapped(snapshot, &ids, tgid, line);
	if (ids.len)
		client_out_put(&out, ids.data, ids.len);
	if (client_out_flush(&out)) {
		errno = out.error;
		failed(snapshot, name);
	}
	client_out_destroy(&ids);
	client_out_destroy(&out);
	close(fd);
}

/* One that has ended keeps what was written before. */
static void copy_maps(struct client_snapshot *snapshot, uint32_t tgid, struct seen *seen)
{
	uint64_t hash = 1, started_ns = client_processes_started(tgid);
	char from[32], *maps;
	size_t i, len;

	seen->active = false;
	snprintf(from, sizeof(from), "/proc/%u/maps", tgid);
	maps = client_slurp(AT_FDCWD, from, &len);
	for (i = 0; maps && i < len; i++)
		hash = client_map_mix(hash ^ (unsigned char)maps[i]) + 1;
	if (maps && len && (hash != seen->hash || started_ns != seen->started_ns)) {
		seen->hash = hash;
		seen->started_ns = started_ns;
		append_maps(snapshot, tgid, started_ns, maps, len);
	}
	free(maps);
}

void client_snapshot_process(struct client_snapshot *snapshot, uint32_t tgid)
{
	struct seen *seen = client_map_get(&snapshot->processes, tgid);

	if (seen) {
		seen->active = true;
		return;
	}
	if (snapshot->processes.nr == PROCESSES_MAX)
		return;
	if (!snapshot->processes.nr &&
	    mkdirat(snapshot->dir, HOST("maps"), 0700) && errno != EEXIST)
		failed(snapshot, HOST("maps"));
	seen = client_alloc(1, sizeof(*seen));
	client_map_set(&snapshot->processes, tgid, seen);
	copy_maps(snapshot, tgid, seen);
}

/* Libraries come and go, programs run others. */
static void look_at_processes(struct client_snapshot *snapshot, bool all)
{
	size_t i;

	for (i = 0; i < snapshot->processes.size; i++) {
		struct seen *seen = snapshot->processes.slots[i].value;

		if (seen && (all || seen->active))
			copy_maps(snapshot, snapshot->processes.slots[i].key, seen);
	}
}

void client_snapshot_refresh(struct client_snapshot *snapshot)
{
	look_at_processes(snapshot, false);
	reap(snapshot, WNOHANG);
	if (!snapshot->child && have_changed(snapshot)) {
		begin_symbols(snapshot);
		write_build_ids(snapshot);
	}
}

void client_snapshot_place(struct client_snapshot *snapshot, uint64_t ip,
			   const struct client_loads *loads)
{
	if (!snapshot->keeper.code)
		snapshot->keeper.code = client_code_create();
	client_code_keep(&snapshot->keeper, ip, client_loads_count(loads, ip));
}

static void end_code(struct client_snapshot *snapshot)
{
	struct client_code_keeper *keeper = &snapshot->keeper;

	if (keeper->text.len &&
	    pack(snapshot, CODE, keeper->text.data, keeper->text.len))
		failed(snapshot, CODE);
	client_map_clear(&keeper->seen, NULL);
	client_out_destroy(&keeper->text);
	client_code_destroy(keeper->code);
}

int client_snapshot_end(struct client_snapshot *snapshot)
{
	look_at_processes(snapshot, true);
	if (snapshot->processes.nr)
		save_build_ids(snapshot);
	client_map_clear(&snapshot->processes, free);
	end_code(snapshot);
	copy_stats(snapshot, HOST("stats.end"));
	reap(snapshot, 0);
	if (have_changed(snapshot)) {
		begin_symbols(snapshot);
		write_build_ids(snapshot);
		reap(snapshot, 0);
	}
	client_out_destroy(&snapshot->build_ids);
	return snapshot->failed ? -1 : 0;
}

/*
 * Unpack a file behind @out.  Return: false if there is none, or no good one;
 * that is then said with its @consequence.
 */
static bool unpack(int dir, const char *path, const char *name, bool optional,
		   const char *consequence, struct client_out *out, bool *whole)
{
	size_t before = out->len;
	const char *why;
	gzFile file;
	int fd, n;

	fd = client_slurp_open(dir, name, SYMBOLS_MAX);
	if (fd < 0 && errno == ENOENT && optional)
		return false;
	file = fd >= 0 ? gzdopen(fd, "rb") : NULL;
	why = file ? NULL : strerror(errno);
	/* What is not packed at all would be passed on as it is. */
	if (file && gzdirect(file)) {
		gzclose(file);
		file = NULL;
		why = "cut or damaged";
	}
	while (file) {
		n = gzread(file, client_out_room(out, 65536), 65536);
		if (n > 0 && out->len < SYMBOLS_MAX) {
			out->len += n;
			continue;
		}
		if (n || gzclose(file) != Z_OK)
			why = "cut or damaged";
		if (n)
			gzclose(file);
		break;
	}
	if (!why)
		return true;
	client_complain("%s/%s: %s; %s", path, name, why, consequence);
	out->len = before;
	*whole = false;
	return false;
}

static bool unpack_symbols(int dir, const char *path, unsigned int nr,
			   struct client_out *out, bool *whole)
{
	char name[64];

	return unpack(dir, path, symbols_name(nr, name, sizeof(name)), nr,
		      nr ? "some addresses may have no name" :
			   "stacks are shown as addresses", out, whole);
}

/* Of a later copy, only the lines of modules: the kernel itself is the same. */
static void keep_modules(struct client_out *text)
{
	size_t from = 0, to = 0;

	while (from < text->len) {
		char *line = text->data + from;
		char *end = memchr(line, '\n', text->len - from);
		size_t len = end ? (size_t)(end + 1 - line) : text->len - from;

		if (memchr(line, '\t', len)) {
			memmove(text->data + to, line, len);
			to += len;
		}
		from += len;
	}
	text->len = to;
}

struct client_symbols *client_snapshot_symbols(int dir, const char *path,
					       bool *whole)
{
	unsigned long long begin_ns, end_ns;
	struct client_symbols *symbols = NULL;
	struct client_out text;
	unsigned int nr;

	*whole = true;
	for (nr = 0; nr < COPIES_MAX; nr++) {
		client_out_init(&text, -1);
		if (!unpack_symbols(dir, path, nr, &text, whole) && nr) {
			client_out_destroy(&text);
			break;
		}
		client_out_chr(&text, '\0');
		text.len--;
		if (sscanf(text.data, SYMBOLS_TIMES, &begin_ns, &end_ns) != 2) {
			begin_ns = 0;
			end_ns = UINT64_MAX;
		}
		if (nr)
			keep_modules(&text);
		client_out_chr(&text, '\0');
		if (nr)
			client_symbols_add_fixed(symbols, text.data, begin_ns, end_ns);
		else
			symbols = client_symbols_create_fixed(text.data, begin_ns, end_ns);
	}
	return symbols;
}

struct client_code *client_snapshot_code(int dir, const char *path, bool *whole)
{
	struct client_code *code;
	struct client_out text;

	client_out_init(&text, -1);
	unpack(dir, path, CODE, true, "instructions are not shown", &text, whole);
	client_out_chr(&text, '\0');
	code = client_code_create_kept(text.data);
	client_out_destroy(&text);
	return code;
}

char *client_snapshot_build_ids(int dir)
{
	char *text = client_slurp_kept(dir, HOST("buildids"), IDS_MAX);

	return text ? text : client_alloc(1, 1);
}
