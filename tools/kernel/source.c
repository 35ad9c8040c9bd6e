// SPDX-License-Identifier: GPL-2.0
/*
 * Where in the source an address is, see source.h.
 */
#include <dwarf.h>
#include <stdlib.h>

#include "source.h"

/* Where the function of an inlined subroutine was called: a file of its unit. */
static const char *call_site(Dwarf_Die *unit, Dwarf_Die *scope, unsigned int *line)
{
	Dwarf_Word file = 0, number = 0;
	Dwarf_Attribute attr;
	Dwarf_Files *files;
	size_t nr;

	if (dwarf_formudata(dwarf_attr(scope, DW_AT_call_file, &attr), &file) ||
	    dwarf_formudata(dwarf_attr(scope, DW_AT_call_line, &attr), &number) ||
	    dwarf_getsrcfiles(unit, &files, &nr) || file >= nr)
		return NULL;
	*line = number;
	return dwarf_filesrc(files, file, NULL, NULL);
}

/*
 * Is there a function that has this place?  The tables of lines have no end
 * that libdwfl keeps to: what lies behind code with debug information and has
 * none, as C's startup code, would get its last line.  Assembler has no
 * functions.
 */
static bool in_function(Dwarf_Die *unit, Dwarf_Die *scopes, int nr)
{
	int i;

	for (i = 0; i < nr; i++)
		if (dwarf_tag(&scopes[i]) == DW_TAG_subprogram ||
		    dwarf_tag(&scopes[i]) == DW_TAG_inlined_subroutine)
			return true;
	return unit && dwarf_srclang(unit) == DW_LANG_Mips_Assembler;
}

void client_source_each(Dwfl_Module *module, Dwarf_Addr at, client_source_fn each,
			void *context)
{
	Dwarf_Die *scopes = NULL, *all = NULL, *unit;
	const char *file = NULL, *dir = NULL;
	Dwfl_Line *source = dwfl_module_getsrc(module, at);
	unsigned int line = 0;
	Dwarf_Addr bias;
	int i, nr, number;

	unit = dwfl_module_addrdie(module, at, &bias);
	nr = unit ? dwarf_getscopes(unit, at - bias, &scopes) : 0;
	if (source && in_function(unit, scopes, nr)) {
		file = dwfl_lineinfo(source, NULL, &number, NULL, NULL, NULL);
		dir = dwfl_line_comp_dir(source);
		line = number;
	}
	/* These name the function that was inlined, not where it is inlined. */
	nr = nr > 0 ? dwarf_getscopes_die(&scopes[0], &all) : 0;
	for (i = 0; i < nr && dwarf_tag(&all[i]) != DW_TAG_subprogram; i++) {
		const char *name = dwarf_diename(&all[i]);

		if (dwarf_tag(&all[i]) != DW_TAG_inlined_subroutine || !name)
			continue;
		each(context, name, file, dir, line);
		file = call_site(unit, &all[i], &line);
	}
	each(context, NULL, file, dir, line);
	free(scopes);
	free(all);
}
