// SPDX-License-Identifier: GPL-2.0
/*
 * Names to addresses, see names.h.
 *
 * The kernel may have moved itself when it booted; by how much is told by a
 * symbol that both the file and kallsyms have.  What of a kernel is built with
 * CONFIG_KALLSYMS_ALL=n knows its functions, "_stext" among them, but not its
 * variables.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>

#include "base/client.h"
#include "names.h"
#include "base/slurp.h"
#include "kernel/symbols.h"
#include "kernel/symtab.h"
#include "kernel/vmlinux.h"

#define KERNEL_HALF	(1ull << 63)

/* Of the first chunk, behind the kernel's own variables: more than there ever is. */
#define PERCPU_OTHERS	(120 * 1024)

/* Both are at the very start, and in every kernel. */
static const char *const anchors[] = { "_stext", "_text" };

struct client_names {
	char *kallsyms;			/* NULL: not read yet */
	struct client_vmlinux *vmlinux;
	char *map;			/* text of System.map */
	char *map_path;
	bool looked;			/* in the usual places */
	uint64_t vmlinux_slide;
	uint64_t map_slide;
	bool bounds_known;
	uint64_t percpu_begin;
	uint64_t percpu_end;
	uint64_t percpu_limit;
};

static bool same_module(const char *a, const char *b, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++) {
		if (a[i] != b[i] && !(a[i] == '_' && b[i] == '-'))
			return false;
	}
	return !a[len];
}

/*
 * Return: 0 with @found filled, 1 if there is none, -1 with @error if there
 * are several.
 */
static int find_in_text(const char *text, const char *name, const char *module,
			size_t module_len, struct client_name *found, char *error)
{
	uint64_t first = 0, address;
	unsigned int nr = 0;
	const char *at = text;
	char other[64];

	while ((at = client_symtab_next(at, name, &address, other, sizeof(other)))) {
		if (module && !same_module(other, module, module_len))
			continue;
		if (!nr || (address != first && *other && !*found->module)) {
			/* The kernel's own comes before a module's. */
			if (nr)
				continue;
			first = address;
			memcpy(found->module, other, sizeof(other));
			nr = 1;
		} else if (address != first && !strcmp(other, found->module)) {
			nr++;
		} else if (address != first) {
			snprintf(error, KWATCH_NAMES_ERROR_MAX,
				 "several modules have a %s: say %s:%s or %s:%s",
				 name, found->module, name, other, name);
			return -1;
		}
	}
	if (nr > 1) {
		snprintf(error, KWATCH_NAMES_ERROR_MAX,
			 "there are %u symbols %s: say the address of the one that is meant",
			 nr, name);
		return -1;
	}
	found->address = first;
	return nr ? 0 : 1;
}

static int read_kallsyms(struct client_names *names, char *error)
{
	const char *path = client_symbols_path();

	if (names->kallsyms)
		return 0;
	names->kallsyms = client_slurp(AT_FDCWD, path, NULL);
	if (names->kallsyms)
		return 0;
	snprintf(error, KWATCH_NAMES_ERROR_MAX, "%s: %s", path, strerror(errno));
	return -1;
}

/* Where is a symbol that is at @linked in a file?  Return: false if unknown. */
static bool anchor_of(struct client_names *names, const char *name,
		      uint64_t *address)
{
	struct client_name found = { 0 };
	char error[KWATCH_NAMES_ERROR_MAX];

	if (read_kallsyms(names, error) ||
	    find_in_text(names->kallsyms, name, "", 0, &found, error) ||
	    !found.address)
		return false;
	*address = found.address;
	return true;
}

/* Return: NULL and @slide filled, or what is wrong. */
static const char *slide_of(struct client_names *names,
			    bool (*linked_at)(struct client_names *names,
					      const char *name, uint64_t *address),
			    uint64_t *slide)
{
	uint64_t linked, address;
	size_t i;

	for (i = 0; i < KWATCH_ARRAY_SIZE(anchors); i++) {
		if (linked_at(names, anchors[i], &linked) &&
		    anchor_of(names, anchors[i], &address)) {
			*slide = address - linked;
			return NULL;
		}
	}
	return "where the kernel is cannot be told: /proc/kallsyms shows no addresses (kernel.kptr_restrict), or the file has no _stext";
}

static bool linked_in_vmlinux(struct client_names *names, const char *name,
			      uint64_t *address)
{
	return client_vmlinux_find(names->vmlinux, name, 0, address);
}

static bool linked_in_map(struct client_names *names, const char *name,
			  uint64_t *address)
{
	struct client_name found = { 0 };
	char error[KWATCH_NAMES_ERROR_MAX];

	if (find_in_text(names->map, name, "", 0, &found, error))
		return false;
	*address = found.address;
	return true;
}

static bool use_vmlinux(struct client_names *names, const char *path,
			char *error)
{
	const char *why;

	names->vmlinux = client_vmlinux_open(path, error);
	if (!names->vmlinux)
		return false;
	why = slide_of(names, linked_in_vmlinux, &names->vmlinux_slide);
	if (!why)
		return true;
	snprintf(error, KWATCH_NAMES_ERROR_MAX, "%s: %s", path, why);
	client_vmlinux_close(names->vmlinux);
	names->vmlinux = NULL;
	return false;
}

/*
 * A System.map has no build-id, but two functions of it that have moved by
 * the same tell one build from another.  Debian's has nothing in it.
 */
static bool use_map(struct client_names *names, const char *path)
{
	static const char *const witnesses[] = {
		"_etext", "schedule", "vfs_read", "do_exit", "panic"
	};
	uint64_t linked, address;
	size_t i;

	names->map = client_slurp(AT_FDCWD, path, NULL);
	if (!names->map)
		return false;
	if (!slide_of(names, linked_in_map, &names->map_slide)) {
		for (i = 0; i < KWATCH_ARRAY_SIZE(witnesses); i++) {
			if (linked_in_map(names, witnesses[i], &linked) &&
			    anchor_of(names, witnesses[i], &address) &&
			    address - linked != names->map_slide)
				break;
		}
		if (i == KWATCH_ARRAY_SIZE(witnesses)) {
			names->map_path = strdup(path);
			return true;
		}
	}
	free(names->map);
	names->map = NULL;
	return false;
}

/* Where distributions put them, with debug packages or without. */
static void look_around(struct client_names *names)
{
	static const char *const files[] = {
		"/usr/lib/debug/boot/vmlinux-%s",
		"/usr/lib/debug/lib/modules/%s/vmlinux",
		"/boot/vmlinux-%s",
		"/lib/modules/%s/vmlinux",
		"/lib/modules/%s/build/vmlinux",
	};
	static const char *const maps[] = {
		"/boot/System.map-%s",
		"/lib/modules/%s/System.map",
		"/usr/lib/debug/boot/System.map-%s",
	};
	char path[256], error[KWATCH_NAMES_ERROR_MAX];
	struct utsname uts;
	size_t i;

	if (names->looked || uname(&uts))
		return;
	names->looked = true;
	for (i = 0; i < KWATCH_ARRAY_SIZE(files); i++) {
		snprintf(path, sizeof(path), files[i], uts.release);
		if (use_vmlinux(names, path, error))
			return;
	}
	for (i = 0; i < KWATCH_ARRAY_SIZE(maps); i++) {
		snprintf(path, sizeof(path), maps[i], uts.release);
		if (use_map(names, path))
			return;
	}
}

struct client_names *client_names_create(const char *vmlinux)
{
	struct client_names *names = client_alloc(1, sizeof(*names));
	char error[KWATCH_NAMES_ERROR_MAX];

	if (!vmlinux)
		return names;
	names->looked = true;
	if (use_vmlinux(names, vmlinux, error))
		return names;
	client_complain("%s", error);
	client_names_destroy(names);
	return NULL;
}

void client_names_destroy(struct client_names *names)
{
	if (!names)
		return;
	client_vmlinux_close(names->vmlinux);
	free(names->kallsyms);
	free(names->map);
	free(names->map_path);
	free(names);
}

/* In the file; @found has what kallsyms says, or nothing. */
static int find_in_vmlinux(struct client_names *names, const char *name,
			   struct client_name *found, char *error)
{
	uint64_t address, linked;
	bool known = !found->foreign;
	unsigned int nr;

	for (nr = 0; client_vmlinux_find(names->vmlinux, name, nr, &address); nr++) {
		uint64_t now = address < KERNEL_HALF ? address :
			       address + names->vmlinux_slide;

		if (known && now != found->address)
			continue;
		linked = address;
		if (known) {
			client_vmlinux_type(names->vmlinux, name, linked,
					    found->type, sizeof(found->type));
			return 0;
		}
		found->address = now;
	}
	if (known)
		return 0;
	if (nr > 1) {
		snprintf(error, KWATCH_NAMES_ERROR_MAX,
			 "%s has %u symbols %s: say the address of the one that is meant",
			 client_vmlinux_path(names->vmlinux), nr, name);
		return -1;
	}
	if (!nr)
		return 1;
	client_vmlinux_find(names->vmlinux, name, 0, &linked);
	client_vmlinux_type(names->vmlinux, name, linked, found->type,
			    sizeof(found->type));
	return 0;
}

static int find_in_files(struct client_names *names, const char *name,
			 struct client_name *found, char *error)
{
	int ret;

	if (names->vmlinux)
		return find_in_vmlinux(names, name, found, error);
	if (!names->map || !found->foreign)
		return found->foreign ? 1 : 0;
	ret = find_in_text(names->map, name, NULL, 0, found, error);
	if (!ret && found->address >= KERNEL_HALF)
		found->address += names->map_slide;
	return ret;
}

static int find_any(struct client_names *names, const char *name,
		    struct client_name *found, char *error)
{
	const char *colon = strchr(name, ':');
	int ret;

	memset(found, 0, sizeof(*found));
	if (read_kallsyms(names, error))
		return -1;
	ret = find_in_text(names->kallsyms, colon ? colon + 1 : name,
			   colon ? name : NULL, colon ? colon - name : 0,
			   found, error);
	if (ret < 0 || colon)
		return ret;
	found->foreign = ret;
	if (ret)
		look_around(names);
	/* What kallsyms has of the kernel itself, the file may know the type of. */
	if (*found->module)
		return 0;
	return find_in_files(names, name, found, error);
}

static bool address_of(struct client_names *names, const char *name, uint64_t *address)
{
	char error[KWATCH_NAMES_ERROR_MAX];
	struct client_name found;

	if (find_any(names, name, &found, error) || *found.module)
		return false;
	*address = found.address;
	return true;
}

/*
 * The kernel's own, and behind them those of modules and the first that are
 * allocated: they have numbers that go on where the linker's end.
 */
static void find_bounds(struct client_names *names)
{
	static const char *const next[] = { "__bss_start", "_sdata", "_data" };
	uint64_t address;
	size_t i;

	if (names->bounds_known)
		return;
	names->bounds_known = true;
	if (!address_of(names, "__per_cpu_start", &names->percpu_begin) ||
	    !address_of(names, "__per_cpu_end", &names->percpu_end))
		return;
	names->percpu_limit = names->percpu_end + PERCPU_OTHERS;
	for (i = 0; i < KWATCH_ARRAY_SIZE(next); i++) {
		if (address_of(names, next[i], &address) && address > names->percpu_end &&
		    address < names->percpu_limit)
			names->percpu_limit = address;
	}
}

bool client_names_is_percpu(struct client_names *names, uint64_t pointer)
{
	find_bounds(names);
	return pointer >= names->percpu_begin && pointer < names->percpu_limit;
}

/* A module's lie in none of its own memory. */
static bool is_percpu(struct client_names *names, const struct client_name *found)
{
	find_bounds(names);
	if (*found->module && found->address < KERNEL_HALF)
		return found->address;
	return found->address >= names->percpu_begin &&
	       found->address < (*found->module ? names->percpu_end + PERCPU_OTHERS :
						  names->percpu_end);
}

int client_names_find(struct client_names *names, const char *name,
		      struct client_name *found, char *error)
{
	int ret = find_any(names, name, found, error);

	if (ret)
		return ret;
	found->percpu = is_percpu(names, found);
	if (!found->address && !found->percpu) {
		snprintf(error, KWATCH_NAMES_ERROR_MAX,
			 "%s hides the addresses (kernel.kptr_restrict)",
			 client_symbols_path());
		return -1;
	}
	return 0;
}
