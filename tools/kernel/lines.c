// SPDX-License-Identifier: GPL-2.0
/*
 * Source lines of the kernel's addresses, see lines.h.
 *
 * An address is taken from its symbol to the same symbol of the file, so it
 * does not matter where the kernel or a module was loaded.  A module's file
 * is found by names; one that several functions of it have is passed over.
 */
#define _GNU_SOURCE
#include <elfutils/libdwfl.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "buildid.h"
#include "base/client.h"
#include "lines.h"
#include "loads.h"
#include "base/map.h"
#include "base/out.h"
#include "base/slurp.h"
#include "source.h"
#include "vmlinux.h"

#define KERNEL		"kernel"
#define FUNCTIONS_MAX	16	/* inlined into each other */
#define KNOWN_MAX	65536

struct named {
	const char *name;
	uint64_t address;
};

/* The debug information of a build of the kernel or a module. */
struct file {
	char *module;			/* NULL for the kernel */
	struct client_buildid id;	/* of it, if it is known */
	Dwfl *dwfl;			/* NULL: there is none */
	Dwfl_Module *dwflmod;
	uint64_t slide;			/* of the kernel */
	struct named *functions;	/* of a module, sorted by name */
	size_t nr;
};

/* What is known of an address. */
struct known {
	size_t nr;
	struct client_line lines[FUNCTIONS_MAX];
};

struct client_lines {
	struct client_symbols *symbols;
	const char *buildids;
	char release[65];
	bool fetch;
	uint64_t generation;
	struct client_map known;	/* struct known by address */
	struct file *files;
	size_t nr;
};

static char *debuginfo_path;

static const Dwfl_Callbacks callbacks = {
	.find_elf = dwfl_build_id_find_elf,
	.find_debuginfo = dwfl_standard_find_debuginfo,
	.section_address = dwfl_offline_section_address,
	.debuginfo_path = &debuginfo_path,
};

/* --- which build --------------------------------------------------------- */

static bool find_build_id(const struct client_lines *lines, const char *module,
			  struct client_buildid *id)
{
	char path[256], *notes;
	size_t len;
	bool found;

	if (lines->buildids)
		return client_buildid_kept(lines->buildids, module ? module : KERNEL, id);
	if (!module)
		return client_buildid_kernel(id);
	snprintf(path, sizeof(path), "/sys/module/%s/notes/.note.gnu.build-id", module);
	notes = client_slurp(AT_FDCWD, path, &len);
	found = notes && client_buildid_parse(notes, len, id);
	free(notes);
	return found;
}

/* --- its file ------------------------------------------------------------ */

/* Is this the file, and has it lines?  Takes @fd, -1 for @path. */
static bool use_file(struct file *file, const char *path, int fd,
		     const struct client_buildid *id)
{
	const unsigned char *bits;
	GElf_Addr address;
	Dwarf_Addr bias;
	GElf_Addr start;

	if (fd < 0 && access(path, R_OK))
		return false;
	file->dwfl = dwfl_begin(&callbacks);
	if (!file->dwfl)
		client_out_of_memory();
	dwfl_report_begin(file->dwfl);
	file->dwflmod = dwfl_report_offline(file->dwfl, file->module ? file->module : KERNEL,
					    path, fd);
	dwfl_report_end(file->dwfl, NULL, NULL);
	if (file->dwflmod && dwfl_module_getelf(file->dwflmod, &start) &&
	    dwfl_module_build_id(file->dwflmod, &bits, &address) == (int)id->len &&
	    !memcmp(bits, id->data, id->len) &&
	    dwfl_module_getdwarf(file->dwflmod, &bias))
		return true;
	if (!file->dwflmod && fd >= 0)
		close(fd);
	dwfl_end(file->dwfl);
	file->dwfl = NULL;
	return false;
}

static bool use_by_id(struct file *file, const struct client_buildid *id)
{
	char path[KWATCH_BUILDID_PATH_MAX];

	client_buildid_debug_path(id, path);
	return use_file(file, path, -1, id);
}

static bool use_kernel(const struct client_lines *lines, struct file *file,
		       const struct client_buildid *id)
{
	static const char *const paths[] = {
		"%s/boot/vmlinux-%s",
		"%s/lib/modules/%s/vmlinux",
		"%.0s/boot/vmlinux-%s",
		"%.0s/lib/modules/%s/vmlinux",
		"%.0s/lib/modules/%s/build/vmlinux",
	};
	char path[512];
	size_t i;

	if (client_vmlinux_file && use_file(file, client_vmlinux_file, -1, id))
		return true;
	for (i = 0; i < KWATCH_ARRAY_SIZE(paths); i++) {
		snprintf(path, sizeof(path), paths[i], client_buildid_debug_directory(),
			 lines->release);
		if (use_file(file, path, -1, id))
			return true;
	}
	return false;
}

/* Is the last part of a path, up to its ".ko", the name of this module? */
static bool is_module(const char *path, size_t len, const char *module)
{
	const char *end = memmem(path, len, ".ko", 3);
	size_t i, nr = strlen(module);

	if (!end || end < path + nr || (end > path + nr && end[-1 - (ssize_t)nr] != '/'))
		return false;
	for (i = 0; i < nr; i++) {
		char c = end[(ssize_t)i - (ssize_t)nr];

		if ((c == '-' ? '_' : c) != module[i])
			return false;
	}
	return true;
}

/* One that was installed with its debug information, as DKMS may do it. */
static bool use_module(const struct client_lines *lines, struct file *file,
		       const struct client_buildid *id)
{
	char path[4096], *text, *line;
	bool found = false;

	snprintf(path, sizeof(path), "/lib/modules/%s/modules.dep", lines->release);
	text = client_slurp(AT_FDCWD, path, NULL);
	for (line = text; line && *line && !found; line += strcspn(line, "\n"),
	     line += *line == '\n') {
		size_t len = strcspn(line, ":\n");

		if (!is_module(line, len, file->module))
			continue;
		snprintf(path, sizeof(path), "%s/lib/modules/%s/%.*s",
			 client_buildid_debug_directory(), lines->release, (int)len, line);
		found = use_file(file, path, -1, id) ||
			use_file(file, path + strlen(client_buildid_debug_directory()), -1, id);
	}
	free(text);
	return found;
}

/* Ask debuginfod, by way of a libdwfl that knows the build-id and no file. */
static bool use_fetched(struct file *file, const struct client_buildid *id)
{
	Dwfl *dwfl = dwfl_begin(&callbacks);
	char *path = NULL;
	Dwfl_Module *mod;
	int fd = -1;

	if (!dwfl)
		client_out_of_memory();
	dwfl_report_begin(dwfl);
	mod = dwfl_report_module(dwfl, KERNEL, 0x1000, 0x2000);
	if (mod && !dwfl_module_report_build_id(mod, id->data, id->len, 0))
		fd = dwfl_standard_find_debuginfo(mod, NULL, KERNEL, 0x1000, NULL,
						  NULL, 0, &path);
	dwfl_report_end(dwfl, NULL, NULL);
	dwfl_end(dwfl);
	if (fd < 0 || !use_file(file, path ? path : KERNEL, fd, id)) {
		free(path);
		return false;
	}
	free(path);
	return true;
}

static int compare_names(const void *a, const void *b)
{
	return strcmp(((const struct named *)a)->name,
		      ((const struct named *)b)->name);
}

static void read_functions(struct file *file)
{
	int i, nr = dwfl_module_getsymtab(file->dwflmod);

	file->functions = client_alloc(nr > 0 ? nr : 1, sizeof(*file->functions));
	for (i = 1; i < nr; i++) {
		struct named *function = &file->functions[file->nr];
		GElf_Sym symbol;

		function->name = dwfl_module_getsym_info(file->dwflmod, i, &symbol,
							 &function->address,
							 NULL, NULL, NULL);
		file->nr += function->name && *function->name &&
			    GELF_ST_TYPE(symbol.st_info) == STT_FUNC;
	}
	if (file->nr)
		qsort(file->functions, file->nr, sizeof(*file->functions),
		      compare_names);
}

/* The kernel has many functions, but one is enough to tell where all are. */
static bool find_slide(struct client_lines *lines, struct file *file)
{
	int i, nr = dwfl_module_getsymtab(file->dwflmod);
	uint64_t runs;

	for (i = 1; i < nr; i++) {
		GElf_Sym symbol;
		GElf_Addr address;
		const char *name = dwfl_module_getsym_info(file->dwflmod, i, &symbol,
							   &address, NULL, NULL, NULL);

		if (!name || (strcmp(name, "_stext") && strcmp(name, "_text")) ||
		    !client_symbols_address(lines->symbols, name, &runs))
			continue;
		file->slide = runs - address;
		return true;
	}
	return false;
}

static bool is_build(const struct file *file, const char *module,
		     const struct client_buildid *id)
{
	return file->id.len == id->len && !memcmp(file->id.data, id->data, id->len) &&
	       (module ? file->module && !strcmp(file->module, module) : !file->module);
}

/* The build of a module's load: of one that was unloaded the kernel told it. */
static struct file *file_of(struct client_lines *lines, const struct client_symbol *symbol)
{
	const char *module = symbol->module;
	struct client_buildid id = { 0 };
	struct file *file;
	size_t i;

	if (symbol->load)
		id = symbol->load->build_id;
	else if (!find_build_id(lines, module, &id))
		id.len = 0;
	for (i = 0; i < lines->nr; i++) {
		file = &lines->files[i];
		if (is_build(file, module, &id))
			return file;
	}
	lines->files = client_realloc(lines->files, (lines->nr + 1) * sizeof(*file));
	file = &lines->files[lines->nr++];
	memset(file, 0, sizeof(*file));
	file->module = module ? strdup(module) : NULL;
	file->id = id;
	if (!id.len)
		return file;
	if (!use_by_id(file, &id) &&
	    !(module ? use_module(lines, file, &id) : use_kernel(lines, file, &id)) &&
	    !(lines->fetch && use_fetched(file, &id)))
		return file;
	if (module) {
		read_functions(file);
	} else if (!find_slide(lines, file)) {
		dwfl_end(file->dwfl);
		file->dwfl = NULL;
	}
	return file;
}

/* Where the file has what is at @at in this symbol. */
static bool place_of(struct client_lines *lines, uint64_t at, uint64_t start,
		     const struct client_symbol *symbol, struct file **file,
		     uint64_t *place)
{
	struct named key = { .name = symbol->name };
	const struct named *found;

	*file = file_of(lines, symbol);
	if (!(*file)->dwfl)
		return false;
	if (!symbol->module) {
		*place = at - (*file)->slide;
		return true;
	}
	found = (*file)->nr ? bsearch(&key, (*file)->functions, (*file)->nr,
				      sizeof(key), compare_names) : NULL;
	if (!found ||
	    (found > (*file)->functions && !compare_names(found - 1, &key)) ||
	    (found + 1 < (*file)->functions + (*file)->nr &&
	     !compare_names(found + 1, &key)))
		return false;
	*place = found->address + (at - start);
	return true;
}

/* --- its lines ------------------------------------------------------------- */

/* The kernel's own files as they are called in its tree, others by their name. */
static const char *short_path(const char *file, const char *dir)
{
	const char *slash = strrchr(file, '/');
	size_t len = dir ? strlen(dir) : 0;

	if (len && !strncmp(file, dir, len) && file[len] == '/')
		file += len + 1;
	while (!strncmp(file, "./", 2))
		file += 2;
	return *file == '/' || !strncmp(file, "../", 3) ? slash + 1 : file;
}

static void add_line(void *context, const char *function, const char *file,
		     const char *dir, unsigned int line)
{
	struct known *known = context;
	struct client_line *found;

	if (known->nr == FUNCTIONS_MAX)
		return;
	found = &known->lines[known->nr++];
	found->function = client_out_cleaned(function);
	found->file = file ? client_out_cleaned(short_path(file, dir)) : NULL;
	found->line = line;
}

static void drop_known(void *value)
{
	struct known *known = value;
	size_t i;

	for (i = 0; i < known->nr; i++) {
		free(known->lines[i].function);
		free(known->lines[i].file);
	}
	free(known);
}

static const struct client_line *find(void *context, uint64_t at,
				      const struct client_symbol *symbol,
				      uint64_t start, uint64_t time_ns, size_t *nr)
{
	struct client_lines *lines = context;
	uint64_t generation = client_symbols_generation(lines->symbols, time_ns);
	struct known *known;
	struct file *file;
	uint64_t place;

	/* Another module may be where one was. */
	if (lines->generation != generation || lines->known.nr > KNOWN_MAX)
		client_map_clear(&lines->known, drop_known);
	lines->generation = generation;
	known = client_map_get(&lines->known, at);
	if (!known) {
		known = client_alloc(1, sizeof(*known));
		/* What was read of a module that is there may be another's by now. */
		if (place_of(lines, at, start, symbol, &file, &place) &&
		    (!symbol->module || symbol->load ||
		     client_symbols_still(lines->symbols, at, time_ns)))
			client_source_each(file->dwflmod, place, add_line, known);
		client_map_set(&lines->known, at, known);
	}
	*nr = known->nr;
	return known->lines;
}

struct client_lines *client_lines_create(struct client_symbols *symbols,
					 const char *buildids, const char *release,
					 bool fetch)
{
	struct client_lines *lines = client_alloc(1, sizeof(*lines));
	struct utsname uts;

	lines->symbols = symbols;
	lines->buildids = buildids;
	lines->fetch = fetch;
	if (!release && !uname(&uts))
		release = uts.release;
	/* It becomes part of a path. */
	if (release && !strchr(release, '/'))
		snprintf(lines->release, sizeof(lines->release), "%s", release);
	client_symbols_set_source(symbols, find, lines);
	return lines;
}

void client_lines_destroy(struct client_lines *lines)
{
	size_t i;

	if (!lines)
		return;
	client_symbols_set_source(lines->symbols, NULL, NULL);
	client_map_clear(&lines->known, drop_known);
	for (i = 0; i < lines->nr; i++) {
		dwfl_end(lines->files[i].dwfl);
		free(lines->files[i].functions);
		free(lines->files[i].module);
	}
	free(lines->files);
	free(lines);
}
