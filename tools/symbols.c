// SPDX-License-Identifier: GPL-2.0
/*
 * Kernel addresses to names, see symbols.h.
 *
 * Modules come and go while hits come in.  So the list of modules is compared
 * now and then, and when an address has no name the symbols are read again:
 * after a second, and after twice the time whenever that was in vain, because
 * there are addresses that never get a name.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <uapi/kwatch.h>

#include "client.h"
#include "map.h"
#include "slurp.h"
#include "symbols.h"
#include "symtab.h"

#define CACHE_SIZE	4096	/* a power of two */
#define REREAD_NS	1000000000ull
#define REREAD_NS_MAX	(64 * REREAD_NS)

struct cached {
	uint64_t key;			/* address looked up, 0 for none */
	uint64_t end;
	const struct kwatch_sym *sym;
};

struct kwatch_symbols {
	const char *kallsyms;
	const char *modules;
	struct kwatch_symtab symtab;
	uint64_t modules_hash;
	uint64_t read_ns;		/* when it was read last */
	uint64_t patience_ns;		/* and how long that is good for */
	unsigned int generation;	/* 0: not read yet */
	bool complained;
	bool fixed;			/* never read again */
	kwatch_symbols_source_fn source;
	void *source_context;
	struct cached cache[CACHE_SIZE];
};

static uint64_t now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000000000ull + ts.tv_nsec;
}

const char *kwatch_symbols_path(void)
{
	const char *path = getenv("KWATCH_KALLSYMS");

	return path ? path : "/proc/kallsyms";
}

const char *kwatch_symbols_modules_path(void)
{
	const char *path = getenv("KWATCH_MODULES");

	return path ? path : "/proc/modules";
}

struct kwatch_symbols *kwatch_symbols_create(void)
{
	struct kwatch_symbols *symbols = kwatch_alloc(1, sizeof(*symbols));

	symbols->kallsyms = kwatch_symbols_path();
	symbols->modules = kwatch_symbols_modules_path();
	symbols->patience_ns = REREAD_NS;
	return symbols;
}

struct kwatch_symbols *kwatch_symbols_create_fixed(char *text)
{
	struct kwatch_symbols *symbols = kwatch_alloc(1, sizeof(*symbols));

	symbols->fixed = true;
	symbols->generation = 1;
	kwatch_symtab_build(&symbols->symtab, text);
	return symbols;
}

void kwatch_symbols_destroy(struct kwatch_symbols *symbols)
{
	if (symbols)
		kwatch_symtab_destroy(&symbols->symtab);
	free(symbols);
}

/* Names and addresses; the counts in between change all the time. */
static uint64_t hash_modules(const char *path)
{
	uint64_t hash = 0;
	char *text = kwatch_slurp(AT_FDCWD, path, NULL), *line, *next;

	for (line = text; line && *line; line = next) {
		char *address = strstr(line, " 0x");
		char *name_end = line + strcspn(line, " \n");

		next = line + strcspn(line, "\n");
		next += *next == '\n';
		for (; line < name_end; line++)
			hash = kwatch_map_mix(hash ^ (unsigned char)*line) + 1;
		for (; address && address < next && *address != '\n'; address++)
			hash = kwatch_map_mix(hash ^ (unsigned char)*address);
	}
	free(text);
	return hash;
}

uint64_t kwatch_symbols_modules_hash(void)
{
	return hash_modules(kwatch_symbols_modules_path());
}

static void complain_once(struct kwatch_symbols *symbols, const char *why)
{
	if (!symbols->complained)
		kwatch_complain("%s: %s; stacks are shown as addresses",
				symbols->kallsyms, why);
	symbols->complained = true;
}

static void read_again(struct kwatch_symbols *symbols)
{
	char *text;

	/* First: a module that comes in between is then seen as new. */
	symbols->modules_hash = hash_modules(symbols->modules);
	text = kwatch_slurp(AT_FDCWD, symbols->kallsyms, NULL);
	symbols->read_ns = now_ns();
	symbols->generation++;
	if (!text) {
		complain_once(symbols, strerror(errno));
		return;
	}
	kwatch_symtab_destroy(&symbols->symtab);
	kwatch_symtab_build(&symbols->symtab, text);
	memset(symbols->cache, 0, sizeof(symbols->cache));
	if (symbols->symtab.hidden)
		complain_once(symbols,
			      "the addresses are hidden (kernel.kptr_restrict)");
	else if (!symbols->symtab.nr)
		complain_once(symbols, "no symbols");
}

void kwatch_symbols_load(struct kwatch_symbols *symbols)
{
	if (!symbols->generation)
		read_again(symbols);
}

void kwatch_symbols_refresh(struct kwatch_symbols *symbols)
{
	if (symbols->generation && !symbols->fixed &&
	    hash_modules(symbols->modules) != symbols->modules_hash)
		read_again(symbols);
}

unsigned int kwatch_symbols_generation(const struct kwatch_symbols *symbols)
{
	return symbols->generation;
}

static const struct kwatch_sym *find(struct kwatch_symbols *symbols,
				     uint64_t addr, uint64_t *end)
{
	struct cached *cached;

	cached = &symbols->cache[kwatch_map_mix(addr) & (CACHE_SIZE - 1)];
	if (cached->key != addr || !addr) {
		cached->sym = kwatch_symtab_find(&symbols->symtab, addr,
						 &cached->end);
		cached->key = addr;
	}
	*end = cached->end;
	return cached->sym;
}

bool kwatch_symbols_find(struct kwatch_symbols *symbols, uint64_t ip,
			 bool exact, struct kwatch_symbol *symbol)
{
	uint64_t addr = exact || !ip ? ip : ip - 1;
	const struct kwatch_sym *sym;
	uint64_t end;

	kwatch_symbols_load(symbols);
	sym = find(symbols, addr, &end);
	if (!sym && !symbols->fixed && now_ns() - symbols->read_ns >= symbols->patience_ns) {
		read_again(symbols);
		sym = find(symbols, addr, &end);
		if (sym)
			symbols->patience_ns = REREAD_NS;
		else if (symbols->patience_ns < REREAD_NS_MAX)
			symbols->patience_ns *= 2;
	}
	if (!sym)
		return false;

	symbol->name = sym->name;
	symbol->module = sym->module;
	symbol->offset = ip - sym->addr;
	symbol->size = end - sym->addr;
	return true;
}

unsigned int kwatch_symbols_stale_link(struct kwatch_symbols *symbols,
				       const struct kwatch_stack *stack)
{
	struct kwatch_symbol symbol;

	if (!(stack->flags & KWATCH_STACK_LR) || stack->nr < 2)
		return 0;
	if (stack->nr > 2 && stack->ip[1] == stack->ip[2])
		return 1;
	if (!kwatch_symbols_find(symbols, stack->ip[0], true, &symbol))
		return 0;
	/* A call may be the last instruction of a function. */
	return stack->ip[1] - 1 - (stack->ip[0] - symbol.offset) < symbol.size;
}

bool kwatch_symbols_address(struct kwatch_symbols *symbols, const char *name,
			    uint64_t *address)
{
	const struct kwatch_symtab *symtab = &symbols->symtab;
	size_t i;

	kwatch_symbols_load(symbols);
	for (i = 0; i < symtab->nr; i++) {
		if (symtab->syms[i].module || strcmp(symtab->syms[i].name, name))
			continue;
		*address = symtab->syms[i].addr;
		return true;
	}
	return false;
}

void kwatch_symbols_set_source(struct kwatch_symbols *symbols,
			       kwatch_symbols_source_fn source, void *context)
{
	symbols->source = source;
	symbols->source_context = context;
}

const struct kwatch_line *kwatch_symbols_lines(struct kwatch_symbols *symbols,
					       uint64_t ip, bool exact,
					       const struct kwatch_symbol *symbol,
					       size_t *nr)
{
	*nr = 0;
	if (!symbols->source)
		return NULL;
	return symbols->source(symbols->source_context, ip - !exact, symbol,
			       ip - symbol->offset, nr);
}
