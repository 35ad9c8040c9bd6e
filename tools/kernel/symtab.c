// SPDX-License-Identifier: GPL-2.0
/*
 * The text of kallsyms, sorted and searched, see symtab.h.
 *
 * The kernel's own part of it comes sorted, that of the modules by module; so
 * only what comes after the sorted start is sorted, and the two are merged.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/client.h"
#include "symtab.h"

/* No page is smaller, and a module's code ends with a page. */
#define PAGE_BYTES	4096

/* The kernel has the upper half of all addresses. */
#define KERNEL_HALF	(1ull << 63)

static unsigned int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return 16;
}

/* "$x", "$d.12" say what is code and what data on arm64, and name nothing. */
static bool is_mapping(const char *name)
{
	return name[0] == '$' && name[1] && strchr("adtx", name[1]) &&
	       (name[2] == '.' || name[2] == '\t' || !name[2]);
}

/*
 * "ffffffffc0a01000 t tl_write\t[trampolines]", cut into strings in place.
 * Return: false if it is not such a line.
 */
static bool parse_line(char *line, struct client_sym *sym)
{
	char *p = line, *bracket;
	unsigned int digit;

	sym->addr = 0;
	while ((digit = hex_digit(*p)) < 16) {
		sym->addr = sym->addr << 4 | digit;
		p++;
	}
	if (p == line || p[0] != ' ' || !p[1] || p[2] != ' ' || !p[3] || is_mapping(p + 3))
		return false;
	sym->text = p[1] == 't' || p[1] == 'T' || p[1] == 'w' || p[1] == 'W';
	sym->name = p + 3;
	sym->module = NULL;

	p = strchr(p + 3, '\t');
	if (!p)
		return true;
	*p++ = '\0';
	bracket = strchr(p, ']');
	if (*p == '[' && bracket) {
		*bracket = '\0';
		sym->module = p + 1;
	}
	return true;
}

/* By address, then as in the file: the kernel shows the first of aliases. */
static int compare(const void *a, const void *b)
{
	const struct client_sym *x = a, *y = b;

	if (x->addr != y->addr)
		return x->addr < y->addr ? -1 : 1;
	return x->name < y->name ? -1 : x->name > y->name;
}

static void sort(struct client_symtab *symtab)
{
	struct client_sym *syms = symtab->syms, *all;
	size_t sorted = 1, i = 0, j, k = 0;

	while (sorted < symtab->nr && syms[sorted - 1].addr <= syms[sorted].addr)
		sorted++;
	if (sorted >= symtab->nr)
		return;

	qsort(syms + sorted, symtab->nr - sorted, sizeof(*syms), compare);
	all = client_alloc(symtab->nr, sizeof(*all));
	for (j = sorted; i < sorted || j < symtab->nr; k++) {
		if (j == symtab->nr ||
		    (i < sorted && compare(&syms[i], &syms[j]) <= 0))
			all[k] = syms[i++];
		else
			all[k] = syms[j++];
	}
	free(syms);
	symtab->syms = all;
}

void client_symtab_build(struct client_symtab *symtab, char *text)
{
	size_t size = 0;
	bool seen = false, shown = false;
	char *line, *end;

	symtab->text = text;
	for (line = text; *line; line = end) {
		struct client_sym sym;

		end = line + strcspn(line, "\n");
		if (*end)
			*end++ = '\0';
		if (!parse_line(line, &sym))
			continue;
		seen = true;
		shown |= sym.addr;
		/* Per-CPU offsets and hidden addresses name no place. */
		if (sym.addr < KERNEL_HALF)
			continue;
		if (symtab->nr == size) {
			size = size ? size * 2 : 4096;
			symtab->syms = client_realloc(symtab->syms,
						      size * sizeof(sym));
		}
		symtab->syms[symtab->nr++] = sym;
	}
	symtab->hidden = seen && !shown;
	sort(symtab);
}

void client_symtab_destroy(struct client_symtab *symtab)
{
	free(symtab->syms);
	free(symtab->text);
	memset(symtab, 0, sizeof(*symtab));
}

/*
 * Where a symbol ends: at the next one.  But the last function of a module
 * does not reach into its data or into the next module; it ends with its
 * page, as the kernel has it too.
 */
static uint64_t symbol_end(const struct client_symtab *symtab, size_t i)
{
	const struct client_sym *sym = &symtab->syms[i];
	uint64_t page_end = (sym->addr | (PAGE_BYTES - 1)) + 1;
	size_t next = i + 1;

	while (next < symtab->nr && symtab->syms[next].addr == sym->addr)
		next++;
	if (next == symtab->nr)
		return page_end;
	if (symtab->syms[next].module != sym->module &&
	    (!symtab->syms[next].module || !sym->module ||
	     strcmp(symtab->syms[next].module, sym->module)))
		return symtab->syms[next].addr < page_end ?
		       symtab->syms[next].addr : page_end;
	if (sym->module && sym->text && !symtab->syms[next].text) {
		uint64_t start = symtab->syms[next].addr & -PAGE_BYTES;

		return start > sym->addr ? start : symtab->syms[next].addr;
	}
	return symtab->syms[next].addr;
}

/* How many symbols are not behind @addr. */
static size_t nr_before(const struct client_symtab *symtab, uint64_t addr)
{
	size_t low = 0, high = symtab->nr;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (symtab->syms[middle].addr <= addr)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

const struct client_sym *client_symtab_find(const struct client_symtab *symtab,
					    uint64_t addr, uint64_t *end)
{
	size_t low = nr_before(symtab, addr);

	if (!low)
		return NULL;
	low--;
	while (low && symtab->syms[low - 1].addr == symtab->syms[low].addr)
		low--;

	*end = symbol_end(symtab, low);
	return addr < *end ? &symtab->syms[low] : NULL;
}

void client_symtab_each(const struct client_symtab *symtab, const char *module,
			uint64_t start, uint64_t end,
			void (*each)(void *context, const struct client_sym *sym,
				     uint64_t sym_end),
			void *context)
{
	size_t i = start ? nr_before(symtab, start - 1) : 0;

	for (; i < symtab->nr && symtab->syms[i].addr < end; i++) {
		const struct client_sym *sym = &symtab->syms[i];

		if (sym->module && !strcmp(sym->module, module) &&
		    (!i || sym[-1].addr != sym->addr))
			each(context, sym, symbol_end(symtab, i));
	}
}

const char *client_symtab_next(const char *text, const char *name, uint64_t *address,
			       char *module, size_t size)
{
	const char *at = text, *line, *end;
	size_t len = strlen(name);

	/* strstr() is faster than to look for the name in each line. */
	for (; (at = strstr(at, name)); at = end) {
		end = at + len;
		if (at < text + 3 || at[-1] != ' ' || at[-3] != ' ' || !strchr("\n\t", *end))
			continue;
		for (line = at; line > text && line[-1] != '\n';)
			line--;
		*address = strtoull(line, NULL, 16);
		module[0] = '\0';
		if (end[0] == '\t' && end[1] == '[')
			snprintf(module, size, "%.*s", (int)strcspn(end + 2, "]\n"), end + 2);
		return end;
	}
	return NULL;
}
