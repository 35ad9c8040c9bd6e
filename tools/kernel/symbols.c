// SPDX-License-Identifier: GPL-2.0
/*
 * Kernel addresses to names, see symbols.h.
 *
 * Modules come and go while hits come in.  The symbols are read again when one
 * was unloaded and an address in a module is asked for; and when an address has
 * no name and the list of modules changed, or a second has passed, and twice
 * the time whenever that was in vain: there are addresses that never get a name.
 *
 * What was read is right for a record unless a module was unloaded at that
 * address between the record and the reading.  So after each reading the kernel
 * is asked for all modules that were unloaded up to then.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <uapi/kwatch.h>

#include "base/client.h"
#include "loads.h"
#include "base/map.h"
#include "base/slurp.h"
#include "symbols.h"
#include "symtab.h"

#define CACHE_SIZE	4096	/* a power of two */
#define REREAD_NS	1000000000ull
#define REREAD_NS_MAX	(64 * REREAD_NS)
#define HASH_NS		(REREAD_NS / 20)

struct cached {
	uint64_t key;			/* address looked up, 0 for none */
	uint64_t end;
	const struct client_sym *sym;
};

/* One reading. */
struct table {
	struct client_symtab symtab;
	uint64_t begin_ns;
	uint64_t end_ns;
	struct cached cache[CACHE_SIZE];
};

struct client_symbols {
	const char *kallsyms;
	const char *modules;
	struct table **tables;		/* one; more if @fixed, the newest is the last */
	size_t nr;
	uint64_t modules_hash;
	uint64_t hashed_ns;		/* when the modules were looked at last */
	uint64_t read_ns;		/* when it was read last */
	uint64_t patience_ns;		/* and how long that is good for */
	unsigned int generation;	/* 0: not read yet */
	bool complained;
	bool fixed;			/* never read again */
	bool out_of_date;		/* a module was unloaded since */
	bool asked;			/* for modules that were unloaded, since */
	struct client_loads *loads;
	unsigned int loads_generation;	/* that has been looked at */
	void (*ask)(void *context);
	void *ask_context;
	client_symbols_source_fn source;
	void *source_context;
};

static uint64_t now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000000000ull + ts.tv_nsec;
}

const char *client_symbols_path(void)
{
	const char *path = getenv("KWATCH_KALLSYMS");

	return path ? path : "/proc/kallsyms";
}

const char *client_symbols_modules_path(void)
{
	const char *path = getenv("KWATCH_MODULES");

	return path ? path : "/proc/modules";
}

struct client_symbols *client_symbols_create(void)
{
	struct client_symbols *symbols = client_alloc(1, sizeof(*symbols));

	symbols->kallsyms = client_symbols_path();
	symbols->modules = client_symbols_modules_path();
	symbols->patience_ns = REREAD_NS;
	return symbols;
}

static void drop_tables(struct client_symbols *symbols)
{
	while (symbols->nr) {
		struct table *table = symbols->tables[--symbols->nr];

		client_symtab_destroy(&table->symtab);
		free(table);
	}
}

static void add_table(struct client_symbols *symbols, char *text, uint64_t begin_ns,
		      uint64_t end_ns)
{
	struct table *table = client_alloc(1, sizeof(*table));

	client_symtab_build(&table->symtab, text);
	table->begin_ns = begin_ns;
	table->end_ns = end_ns;
	symbols->tables = client_realloc(symbols->tables,
					 (symbols->nr + 1) * sizeof(*symbols->tables));
	symbols->tables[symbols->nr++] = table;
	symbols->generation++;
}

struct client_symbols *client_symbols_create_fixed(char *text, uint64_t begin_ns,
						   uint64_t end_ns)
{
	struct client_symbols *symbols = client_alloc(1, sizeof(*symbols));

	symbols->fixed = true;
	add_table(symbols, text, begin_ns, end_ns);
	return symbols;
}

void client_symbols_add_fixed(struct client_symbols *symbols, char *text,
			      uint64_t begin_ns, uint64_t end_ns)
{
	add_table(symbols, text, begin_ns, end_ns);
}

void client_symbols_set_loads(struct client_symbols *symbols, struct client_loads *loads,
			      void (*ask)(void *context), void *context)
{
	symbols->loads = loads;
	symbols->ask = ask;
	symbols->ask_context = context;
}

void client_symbols_destroy(struct client_symbols *symbols)
{
	if (!symbols)
		return;
	drop_tables(symbols);
	free(symbols->tables);
	free(symbols);
}

/* Names and addresses; the counts in between change all the time. */
static uint64_t hash_modules(const char *path)
{
	uint64_t hash = 0;
	char *text = client_slurp(AT_FDCWD, path, NULL), *line, *next;

	for (line = text; line && *line; line = next) {
		char *address = strstr(line, " 0x");
		char *name_end = line + strcspn(line, " \n");

		next = line + strcspn(line, "\n");
		next += *next == '\n';
		for (; line < name_end; line++)
			hash = client_map_mix(hash ^ (unsigned char)*line) + 1;
		for (; address && address < next && *address != '\n'; address++)
			hash = client_map_mix(hash ^ (unsigned char)*address);
	}
	free(text);
	return hash;
}

uint64_t client_symbols_modules_hash(void)
{
	return hash_modules(client_symbols_modules_path());
}

static void complain_once(struct client_symbols *symbols, const char *why)
{
	if (!symbols->complained)
		client_complain("%s: %s; stacks are shown as addresses",
				symbols->kallsyms, why);
	symbols->complained = true;
}

static void read_again(struct client_symbols *symbols)
{
	uint64_t begin_ns = now_ns();
	const struct client_symtab *symtab;
	char *text;

	/* First: a module that comes in between is then seen as new. */
	symbols->modules_hash = hash_modules(symbols->modules);
	text = client_slurp(AT_FDCWD, symbols->kallsyms, NULL);
	symbols->read_ns = symbols->hashed_ns = now_ns();
	symbols->out_of_date = false;
	symbols->asked = false;
	if (!text) {
		symbols->generation++;
		complain_once(symbols, strerror(errno));
		return;
	}
	drop_tables(symbols);
	add_table(symbols, text, begin_ns, symbols->read_ns);
	symtab = &symbols->tables[0]->symtab;
	if (symtab->hidden)
		complain_once(symbols,
			      "the addresses are hidden (kernel.kptr_restrict)");
	else if (!symtab->nr)
		complain_once(symbols, "no symbols");
}

void client_symbols_load(struct client_symbols *symbols)
{
	if (!symbols->generation)
		read_again(symbols);
}

void client_symbols_refresh(struct client_symbols *symbols)
{
	if (symbols->generation && !symbols->fixed &&
	    hash_modules(symbols->modules) != symbols->modules_hash)
		read_again(symbols);
}

uint64_t client_symbols_generation(const struct client_symbols *symbols, uint64_t time_ns)
{
	const struct client_loads *loads = symbols->loads;
	uint32_t generation = symbols->generation + (loads ? loads->generation : 0);

	return (uint64_t)generation << 32 | client_loads_era(loads, time_ns);
}

struct harvest {
	struct client_loads *loads;
	struct client_load *load;
};

static void take_function(void *context, const struct client_sym *sym, uint64_t end)
{
	const struct harvest *harvest = context;

	client_loads_add(harvest->loads, harvest->load, sym->addr, end, sym->name);
}

/* What was read while a module was there knows more of its functions. */
static void harvest(struct client_symbols *symbols, struct client_load *load)
{
	struct harvest context = { symbols->loads, load };
	size_t i, j;

	for (i = 0; i < symbols->nr; i++) {
		const struct table *table = symbols->tables[i];

		if (load->from_ns > table->begin_ns || load->until_ns < table->end_ns)
			continue;
		for (j = 0; j < load->nr_ranges; j++)
			client_symtab_each(&table->symtab, load->name, load->range[j].start,
					   load->range[j].end, take_function, &context);
	}
	load->harvested = true;
}

/* Have modules been unloaded that were not looked at yet? */
static void look_at_loads(struct client_symbols *symbols)
{
	struct client_loads *loads = symbols->loads;
	size_t i;

	if (!loads || loads->generation == symbols->loads_generation)
		return;
	symbols->loads_generation = loads->generation;
	symbols->out_of_date = true;
	for (i = 0; i < loads->nr; i++)
		if (!loads->list[i]->harvested)
			harvest(symbols, loads->list[i]);
}

static void ask(struct client_symbols *symbols)
{
	symbols->asked = true;
	if (symbols->ask)
		symbols->ask(symbols->ask_context);
	look_at_loads(symbols);
}

bool client_symbols_still(struct client_symbols *symbols, uint64_t address,
			  uint64_t time_ns)
{
	ask(symbols);
	return !symbols->loads || (time_ns >= symbols->loads->stale_ns &&
				   !client_loads_find(symbols->loads, address, time_ns));
}

static const struct client_sym *find_in(struct table *table, uint64_t addr, uint64_t *end)
{
	struct cached *cached;

	cached = &table->cache[client_map_mix(addr) & (CACHE_SIZE - 1)];
	if (cached->key != addr || !addr) {
		cached->sym = client_symtab_find(&table->symtab, addr, &cached->end);
		cached->key = addr;
	}
	*end = cached->end;
	return cached->sym;
}

static const struct client_sym *find(struct client_symbols *symbols, uint64_t addr,
				     uint64_t *end)
{
	const struct client_sym *sym = NULL;
	size_t i;

	for (i = symbols->nr; i && !sym; i--)
		sym = find_in(symbols->tables[i - 1], addr, end);
	return sym;
}

/* Is it time to look for the name of an address that has none? */
static bool is_time(struct client_symbols *symbols)
{
	uint64_t now = now_ns();

	if (now - symbols->read_ns >= symbols->patience_ns)
		return true;
	if (now - symbols->hashed_ns < HASH_NS)
		return false;
	symbols->hashed_ns = now;
	return hash_modules(symbols->modules) != symbols->modules_hash;
}

/* As find(), in what is right for an address in a module that is there. */
static const struct client_sym *find_now(struct client_symbols *symbols, uint64_t addr,
					 uint64_t *end)
{
	const struct client_sym *sym = find(symbols, addr, end);

	/* The kernel's own symbols never change. */
	if (symbols->fixed || (sym && !sym->module))
		return sym;
	if (symbols->out_of_date) {
		read_again(symbols);
		sym = find(symbols, addr, end);
	} else if (!sym && is_time(symbols)) {
		read_again(symbols);
		sym = find(symbols, addr, end);
		if (sym)
			symbols->patience_ns = REREAD_NS;
		else if (symbols->patience_ns < REREAD_NS_MAX)
			symbols->patience_ns *= 2;
	}
	if (sym && sym->module && !symbols->asked)
		ask(symbols);
	return sym;
}

/* An address in a module that was unloaded. */
static bool find_unloaded(const struct client_load *load, uint64_t ip, uint64_t addr,
			  struct client_symbol *symbol)
{
	const struct client_function *function = client_loads_function(load, addr);

	symbol->load = load;
	symbol->module = load->name;
	if (!function)
		return false;
	symbol->name = function->name;
	symbol->offset = ip - function->start;
	symbol->size = function->end - function->start;
	return true;
}

bool client_symbols_find(struct client_symbols *symbols, uint64_t ip, bool exact,
			 uint64_t time_ns, struct client_symbol *symbol)
{
	uint64_t addr = exact || !ip ? ip : ip - 1;
	const struct client_sym *sym;
	const struct client_load *load;
	uint64_t end;

	memset(symbol, 0, sizeof(*symbol));
	client_symbols_load(symbols);
	look_at_loads(symbols);
	load = client_loads_find(symbols->loads, addr, time_ns);
	if (load)
		return find_unloaded(load, ip, addr, symbol);
	sym = find_now(symbols, addr, &end);
	/* Looking for it may have brought news. */
	load = client_loads_find(symbols->loads, addr, time_ns);
	if (load)
		return find_unloaded(load, ip, addr, symbol);
	if (!sym || (sym->module && symbols->loads && time_ns < symbols->loads->stale_ns))
		return false;

	symbol->name = sym->name;
	symbol->module = sym->module;
	symbol->offset = ip - sym->addr;
	symbol->size = end - sym->addr;
	return true;
}

unsigned int client_symbols_stale_link(struct client_symbols *symbols,
				       const struct kwatch_stack *stack, uint64_t time_ns)
{
	struct client_symbol symbol;

	if (!(stack->flags & KWATCH_STACK_LR) || stack->nr < 2)
		return 0;
	if (stack->nr > 2 && stack->ip[1] == stack->ip[2])
		return 1;
	if (!client_symbols_find(symbols, stack->ip[0], true, time_ns, &symbol))
		return 0;
	/* A call may be the last instruction of a function. */
	return stack->ip[1] - 1 - (stack->ip[0] - symbol.offset) < symbol.size;
}

bool client_symbols_address(struct client_symbols *symbols, const char *name,
			    uint64_t *address)
{
	const struct client_symtab *symtab;
	size_t i;

	client_symbols_load(symbols);
	if (!symbols->nr)
		return false;
	symtab = &symbols->tables[0]->symtab;
	for (i = 0; i < symtab->nr; i++) {
		if (symtab->syms[i].module || strcmp(symtab->syms[i].name, name))
			continue;
		*address = symtab->syms[i].addr;
		return true;
	}
	return false;
}

void client_symbols_set_source(struct client_symbols *symbols,
			       client_symbols_source_fn source, void *context)
{
	symbols->source = source;
	symbols->source_context = context;
}

const struct client_line *client_symbols_lines(struct client_symbols *symbols,
					       uint64_t ip, bool exact, uint64_t time_ns,
					       const struct client_symbol *symbol,
					       size_t *nr)
{
	*nr = 0;
	if (!symbols->source)
		return NULL;
	return symbols->source(symbols->source_context, ip - !exact, symbol,
			       ip - symbol->offset, time_ns, nr);
}
