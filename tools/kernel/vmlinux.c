// SPDX-License-Identifier: GPL-2.0
/*
 * The running kernel's ELF file, see vmlinux.h.  elfutils reads it.
 */
#include <dwarf.h>
#include <elfutils/libdw.h>
#include <errno.h>
#include <fcntl.h>
#include <gelf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "buildid.h"
#include "base/client.h"
#include "vmlinux.h"

const char *client_vmlinux_file;

struct client_vmlinux {
	char *path;
	int fd;
	Elf *elf;
	Dwarf *dwarf;			/* NULL: none, or not asked for yet */
	bool dwarf_tried;
	Elf_Data *symbols;
	size_t strings;			/* section of their names */
	size_t nr;
};

static bool read_symbols(struct client_vmlinux *vmlinux)
{
	Elf_Scn *section = NULL;
	GElf_Shdr header;

	while ((section = elf_nextscn(vmlinux->elf, section))) {
		if (!gelf_getshdr(section, &header) ||
		    header.sh_type != SHT_SYMTAB || !header.sh_entsize)
			continue;
		vmlinux->symbols = elf_getdata(section, NULL);
		vmlinux->strings = header.sh_link;
		vmlinux->nr = header.sh_size / header.sh_entsize;
		return vmlinux->symbols;
	}
	return false;
}

/* Return: NULL if it is the running kernel's, else why not. */
static const char *check(struct client_vmlinux *vmlinux, char *why, size_t size)
{
	char hex[2][2 * KWATCH_BUILDID_MAX + 1];
	struct client_buildid file, kernel;

	vmlinux->elf = elf_begin(vmlinux->fd, ELF_C_READ_MMAP, NULL);
	if (!vmlinux->elf || elf_kind(vmlinux->elf) != ELF_K_ELF ||
	    gelf_getclass(vmlinux->elf) != ELFCLASS64)
		return "no ELF file of a kernel (vmlinuz is a packed one, vmlinux is meant)";
	if (!client_buildid_kernel(&kernel))
		return "the running kernel does not tell its build-id, so that this cannot be known for its file";
	if (!client_buildid_file(vmlinux->fd, &file))
		return "it has no build-id, so that it cannot be known for the running kernel's";
	if (file.len != kernel.len || memcmp(file.data, kernel.data, file.len)) {
		snprintf(why, size, "another build than the kernel that runs: its build-id is %s, the kernel's %s",
			 client_buildid_hex(&file, hex[0]),
			 client_buildid_hex(&kernel, hex[1]));
		return why;
	}
	if (!read_symbols(vmlinux))
		return "it has no symbols";
	return NULL;
}

struct client_vmlinux *client_vmlinux_open(const char *path, char *error)
{
	struct client_vmlinux *vmlinux = client_alloc(1, sizeof(*vmlinux));
	char buf[KWATCH_VMLINUX_ERROR_MAX / 2];
	const char *why;

	elf_version(EV_CURRENT);
	vmlinux->path = strdup(path);
	vmlinux->fd = open(path, O_RDONLY | O_CLOEXEC);
	if (vmlinux->fd < 0)
		why = strerror(errno);
	else
		why = check(vmlinux, buf, sizeof(buf));
	if (!why)
		return vmlinux;
	snprintf(error, KWATCH_VMLINUX_ERROR_MAX, "%.240s: %s", path, why);
	client_vmlinux_close(vmlinux);
	return NULL;
}

void client_vmlinux_close(struct client_vmlinux *vmlinux)
{
	if (!vmlinux)
		return;
	dwarf_end(vmlinux->dwarf);
	elf_end(vmlinux->elf);
	if (vmlinux->fd >= 0)
		close(vmlinux->fd);
	free(vmlinux->path);
	free(vmlinux);
}

const char *client_vmlinux_path(const struct client_vmlinux *vmlinux)
{
	return vmlinux->path;
}

bool client_vmlinux_find(struct client_vmlinux *vmlinux, const char *name,
			 unsigned int nth, uint64_t *address)
{
	unsigned int seen = 0;
	uint64_t before = 0;
	size_t i;

	for (i = 0; i < vmlinux->nr; i++) {
		const char *other;
		GElf_Sym symbol;

		if (!gelf_getsym(vmlinux->symbols, i, &symbol) ||
		    symbol.st_shndx == SHN_UNDEF ||
		    GELF_ST_TYPE(symbol.st_info) == STT_FILE ||
		    GELF_ST_TYPE(symbol.st_info) == STT_SECTION)
			continue;
		other = elf_strptr(vmlinux->elf, vmlinux->strings, symbol.st_name);
		if (!other || strcmp(other, name) ||
		    (seen && symbol.st_value == before))
			continue;
		before = symbol.st_value;
		if (seen++ == nth) {
			*address = symbol.st_value;
			return true;
		}
	}
	return false;
}

/* "struct page *", from the outside in; arrays have no such name. */
static bool put_type(Dwarf_Die *die, char *buf, size_t size)
{
	char stars[16] = "";
	unsigned int depth;

	for (depth = 0; depth < 64; depth++) {
		const char *tag = "", *name = dwarf_diename(die);
		Dwarf_Attribute attribute;

		switch (dwarf_tag(die)) {
		case DW_TAG_const_type:
		case DW_TAG_volatile_type:
		case DW_TAG_restrict_type:
		case DW_TAG_atomic_type:
			break;
		case DW_TAG_pointer_type:
			if (strlen(stars) + 1 < sizeof(stars))
				strcat(stars, "*");
			break;
		case DW_TAG_structure_type:
			tag = "struct ";
			goto named;
		case DW_TAG_union_type:
			tag = "union ";
			goto named;
		case DW_TAG_enumeration_type:
			tag = "enum ";
			goto named;
		case DW_TAG_typedef:
		case DW_TAG_base_type:
		named:
			if (!name)
				return false;
			return snprintf(buf, size, "%s%s%s%s", tag, name,
					*stars ? " " : "", stars) < (int)size;
		default:
			return false;
		}
		if (!dwarf_attr_integrate(die, DW_AT_type, &attribute))
			/* A pointer to void. */
			return snprintf(buf, size, "void %s", stars) < (int)size &&
			       *stars;
		if (!dwarf_formref_die(&attribute, die))
			return false;
	}
	return false;
}

static bool is_at(Dwarf_Die *die, uint64_t address)
{
	Dwarf_Attribute attribute;
	Dwarf_Op *ops;
	size_t nr;

	return dwarf_attr_integrate(die, DW_AT_location, &attribute) &&
	       !dwarf_getlocation(&attribute, &ops, &nr) && nr == 1 &&
	       ops->atom == DW_OP_addr && ops->number == address;
}

/* Among the variables of one file; those of functions are not looked at. */
static bool find_variable(Dwarf_Die *unit, const char *name, uint64_t address,
			  Dwarf_Die *found)
{
	Dwarf_Attribute attribute;
	Dwarf_Die die;

	if (dwarf_child(unit, &die))
		return false;
	do {
		const char *other;

		if (dwarf_tag(&die) != DW_TAG_variable)
			continue;
		other = dwarf_diename(&die);
		if (other && !strcmp(other, name) && is_at(&die, address) &&
		    dwarf_attr_integrate(&die, DW_AT_type, &attribute))
			return dwarf_formref_die(&attribute, found);
	} while (!dwarf_siblingof(&die, &die));
	return false;
}

bool client_vmlinux_type(struct client_vmlinux *vmlinux, const char *name,
			 uint64_t address, char *buf, size_t size)
{
	Dwarf_Die unit, type;
	Dwarf_CU *cu = NULL;

	if (!vmlinux->dwarf_tried)
		vmlinux->dwarf = dwarf_begin_elf(vmlinux->elf, DWARF_C_READ, NULL);
	vmlinux->dwarf_tried = true;
	if (!vmlinux->dwarf)
		return false;
	while (!dwarf_get_units(vmlinux->dwarf, cu, &cu, NULL, NULL, &unit, NULL)) {
		if (find_variable(&unit, name, address, &type))
			return put_type(&type, buf, size);
	}
	return false;
}
