// SPDX-License-Identifier: GPL-2.0
/*
 * kwelf FILE SLIDE NAME=ADDRESS...: write a vmlinux file of the running kernel,
 * with its build-id and just these symbols, as they were linked: SLIDE less
 * than where they are.
 */
#include <elf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define STRINGS_MAX	4096
#define SYMBOLS_MAX	64
#define NOTES_MAX	4096

static struct {
	Elf64_Ehdr header;
	Elf64_Shdr sections[4];		/* none, notes, symbols, strings */
	Elf64_Sym symbols[SYMBOLS_MAX];
	char strings[STRINGS_MAX];
	char notes[NOTES_MAX];
} file;

#define AT(member)	((char *)&file.member - (char *)&file)

int main(int argc, char **argv)
{
	size_t len, used = 1, nr = 1;
	FILE *stream;
	int i;

	if (argc < 4 || argc - 3 >= SYMBOLS_MAX)
		return 2;
	stream = fopen("/sys/kernel/notes", "r");
	len = stream ? fread(file.notes, 1, NOTES_MAX, stream) : 0;
	if (!len)
		return 1;
	fclose(stream);

	for (i = 3; i < argc; i++) {
		char *equal = strchr(argv[i], '=');
		Elf64_Sym *symbol = &file.symbols[nr++];

		if (!equal || used + (equal - argv[i]) >= STRINGS_MAX)
			return 2;
		symbol->st_name = used;
		symbol->st_info = ELF64_ST_INFO(STB_LOCAL, STT_OBJECT);
		symbol->st_shndx = SHN_ABS;
		symbol->st_value = strtoull(equal + 1, NULL, 0) -
				   strtoull(argv[2], NULL, 0);
		memcpy(file.strings + used, argv[i], equal - argv[i]);
		used += equal - argv[i] + 1;
	}
	memcpy(file.header.e_ident, ELFMAG, SELFMAG);
	file.header.e_ident[EI_CLASS] = ELFCLASS64;
	file.header.e_ident[EI_DATA] = ELFDATA2LSB;
	file.header.e_ident[EI_VERSION] = EV_CURRENT;
	file.header.e_type = ET_EXEC;
	file.header.e_version = EV_CURRENT;
	file.header.e_shoff = AT(sections);
	file.header.e_ehsize = sizeof(file.header);
	file.header.e_shentsize = sizeof(file.sections[0]);
	file.header.e_shnum = 4;
	file.sections[1] = (Elf64_Shdr){
		.sh_type = SHT_NOTE,
		.sh_offset = AT(notes),
		.sh_size = len,
		.sh_addralign = 4,
	};
	file.sections[2] = (Elf64_Shdr){
		.sh_type = SHT_SYMTAB,
		.sh_offset = AT(symbols),
		.sh_size = nr * sizeof(file.symbols[0]),
		.sh_entsize = sizeof(file.symbols[0]),
		.sh_link = 3,
		.sh_info = nr,
		.sh_addralign = 8,
	};
	file.sections[3] = (Elf64_Shdr){
		.sh_type = SHT_STRTAB,
		.sh_offset = AT(strings),
		.sh_size = used,
		.sh_addralign = 1,
	};
	stream = fopen(argv[1], "w");
	if (!stream || fwrite(&file, sizeof(file), 1, stream) != 1 ||
	    fclose(stream))
		return 1;
	return 0;
}
