// SPDX-License-Identifier: GPL-2.0
/*
 * Which code lay at an address at the time of a record; the rule is in code.h.
 *
 * A list of lives: of modules that came since kwatch was loaded, and of those
 * that went.  It is changed under code_mutex and read under RCU, so that an
 * address can be named in any context.
 */
#include <linux/build_bug.h>
#include <linux/cpumask.h>
#include <linux/kallsyms.h>
#include <linux/ktime.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/notifier.h>
#include <linux/overflow.h>
#include <linux/rculist.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/trace_seq.h>

#include "code.h"
#include "hit/cpu.h"
#include "hit/decide.h"
#include "hit/dedup.h"
#include "records.h"
#include "hit/summary.h"

/* Beyond these, what no record refers to is forgotten first, then the oldest. */
#define ENDED_MAX	1024
#define SYMBOLS_MAX	(256 * 1024)	/* bytes */
/* So much is forgotten at once, as it takes a look at all records. */
#define SPARE(max)	((max) / 4)

/**
 * struct symbol - a function of a module that went
 * @start: first byte
 * @size:  in bytes
 * @name:  where in symbols.name
 */
struct symbol {
	u64	start;
	u32	size;
	u32	name;
};

/**
 * struct symbols - those of a module that went
 * @rcu:   for kfree_rcu()
 * @bytes: of all this
 * @nr:    in @symbol
 * @name:  of the functions, each NUL-terminated
 * @symbol: in no order
 */
struct symbols {
	struct rcu_head rcu;
	u32	bytes;
	u32	nr;
	const char *name;
	struct symbol symbol[];
};

/**
 * struct life - a module, or what its init leaves, from its coming to its end
 * @node:  in lives, oldest coming first; read under RCU
 * @ended: in ended_lives, oldest end first; once it has ended
 * @rcu:   for kfree_rcu()
 * @mod:   NULL once it has ended
 * @from_ns: when it came; 0: before kwatch did
 * @to_ns: when it ended; 0: it has not.  Stored last, with release
 * @written: kwatch_records_written() when it came
 * @number: struct kwatch_module_def.number, once it has ended
 * @referred: a record refers to it; found by mark_referred()
 * @init:  bit by range: memory of its init
 * @symbols: read under RCU; NULL if there are none, or none any more
 * @nr_ranges: in @range
 * @range: its memory; an empty one is init's that was freed
 * @build_id_size: in bytes
 * @build_id: of its ELF file
 * @name:  of the module
 */
struct life {
	struct list_head node;
	struct list_head ended;
	struct rcu_head rcu;
	const struct module *mod;
	u64	from_ns;
	u64	to_ns;
	u64	written;
	u32	number;
	bool	referred;
	u8	init;
	struct symbols __rcu *symbols;
	u8	nr_ranges;
	struct kwatch_range range[KWATCH_MODULE_RANGES];
	u8	build_id_size;
	u8	build_id[sizeof_field(struct kwatch_module_def, build_id)];
	char	name[MODULE_NAME_LEN];
};
static_assert(KWATCH_MODULE_RANGES_NR <= KWATCH_MODULE_RANGES);
static_assert(MODULE_NAME_LEN <= sizeof_field(struct kwatch_module_def, name));

/* Protects everything below; a summary's and a holder's locks are taken inside it. */
static DEFINE_MUTEX(code_mutex);
static LIST_HEAD(lives);
static LIST_HEAD(ended_lives);
static unsigned int nr_ended;
static u32 last_number;
static u32 symbol_bytes;

/* The last one that was forgotten, and the last to which records referred. */
static u32 forgot_number;
static u64 forgot_ns, forgot_referred_ns;

u32 kwatch_code_gen;

/* Names, under RCU. */

static bool holds(const struct life *life, unsigned long addr)
{
	unsigned int i;

	for (i = 0; i < life->nr_ranges; i++)
		/* Stored by end_of_init() */
		if (addr >= life->range[i].start && addr < READ_ONCE(life->range[i].end))
			return true;
	return false;
}

/* What the rule says of an address. */
enum code {
	CODE_ENDED,	/* 1 */
	CODE_UNKNOWN,	/* 2 */
	CODE_TABLE,	/* 3 */
};

static enum code find_code(unsigned long addr, u64 time_ns, const struct life **found)
{
	enum code code = CODE_TABLE;
	const struct life *life;
	u64 to_ns;

	list_for_each_entry_rcu(life, &lives, node, lockdep_is_held(&code_mutex)) {
		if (!holds(life, addr))
			continue;
		to_ns = smp_load_acquire(&life->to_ns); /* pairs with publish_end() */
		if (!to_ns) {
			code = time_ns < life->from_ns ? CODE_UNKNOWN : CODE_TABLE;
		} else if (time_ns >= life->from_ns && time_ns <= to_ns) {
			*found = life;
			return CODE_ENDED;
		}
	}
	return code;
}

static const struct symbol *find_symbol(const struct symbols *symbols, unsigned long addr)
{
	unsigned int i;

	for (i = 0; symbols && i < symbols->nr; i++)
		if (addr - symbols->symbol[i].start < symbols->symbol[i].size)
			return &symbols->symbol[i];
	return NULL;
}

/* @in: of the instruction that @addr stands for */
static void ended_name(char *text, const struct life *life, unsigned long addr,
		       unsigned long in)
{
	const struct symbols *symbols = rcu_dereference(life->symbols);
	const struct symbol *symbol = find_symbol(symbols, in);

	if (symbol)
		snprintf(text, KWATCH_CODE_NAME_MAX, "%s+0x%lx/0x%x [%s]",
			 symbols->name + symbol->name, addr - (unsigned long)symbol->start,
			 symbol->size, life->name);
	else
		snprintf(text, KWATCH_CODE_NAME_MAX, "0x%lx [%s, unloaded]", addr, life->name);
}

/*
 * The symbol table loses a module only after its end is in the list, and its
 * memory is freed only after a grace period.  So a name out of the table is
 * right if the list, read once more, still sends there.
 */
void kwatch_code_name(char *text, unsigned long addr, u64 time_ns, bool exact)
{
	unsigned long in = exact ? addr : addr - 1;
	const struct life *life = NULL;
	enum code code;

	rcu_read_lock();
	code = find_code(in, time_ns, &life);
	if (code == CODE_TABLE) {
		snprintf(text, KWATCH_CODE_NAME_MAX, exact ? "%pS" : "%pB", (void *)addr);
		smp_rmb(); /* the table, then the list */
		code = find_code(in, time_ns, &life);
	}
	if (code == CODE_ENDED)
		ended_name(text, life, addr, in);
	else if (code == CODE_UNKNOWN)
		snprintf(text, KWATCH_CODE_NAME_MAX, "0x%lx", addr);
	rcu_read_unlock();
}

void kwatch_code_trace(struct trace_seq *s, unsigned long ip, u64 time_ns, bool exact)
{
	char name[KWATCH_CODE_NAME_MAX];

	kwatch_code_name(name, ip, time_ns, exact);
	trace_seq_puts(s, name);
}

/* Looking at all addresses that can still be read. */

/**
 * struct look - a look at them
 * @fn:  called for each kernel address with the time of its record
 * @arg: passed to @fn
 */
struct look {
	void (*fn)(unsigned long addr, u64 time_ns, void *arg);
	void *arg;
};

static void look_at_ips(const struct look *look, const u64 *ip, unsigned int nr, u64 time_ns)
{
	unsigned int i;

	for (i = 0; i < nr; i++)
		look->fn(ip[i], time_ns, look->arg);
}

/* The kernel stack of a record, its own or the one it has the number of; or NULL. */
static const struct kwatch_stack *stack_of(const struct kwatch_record *record)
{
	const struct kwatch_hit *hit = (const void *)record;
	const struct kwatch_dedup_stack *known;
	const void *parts = record;

	if (record->type == KWATCH_RECORD_HIT && hit->stack) {
		known = kwatch_dedup_stack(kwatch_cpu_get(hit->cpu)->known, hit->stack);
		return known->parts & KWATCH_PART_KSTACK ? (const void *)known->word : NULL;
	}
	if (!(record->parts & KWATCH_PART_KSTACK))
		return NULL;
	if (record->type == KWATCH_RECORD_HIT)
		parts += sizeof(struct kwatch_hit);
	else if (record->type == KWATCH_RECORD_GONE || record->type == KWATCH_RECORD_FREED)
		parts += sizeof(struct kwatch_gone);
	else
		return NULL;
	if (record->parts & KWATCH_PART_TASK)
		parts += sizeof(struct kwatch_task);
	return parts;
}

static void look_at_record(const struct kwatch_record *record, void *arg)
{
	const struct kwatch_stack *stack = stack_of(record);

	if (stack)
		look_at_ips(arg, stack->ip, stack->nr, record->time_ns);
}

static void look_at_entry(struct kwatch_summary_entry *entry, void *arg)
{
	look_at_ips(arg, entry->ip, entry->nr - entry->nr_user, entry->first_ns);
}

/* @rings: in the rings of the CPUs, too. */
static void look_at_all(struct look *look, bool rings)
{
	kwatch_records_each(rings, look_at_record, look);
	kwatch_summary_each(look_at_entry, look);
}

/* The symbols of a module that ends. */

/**
 * struct collect - symbols in the making
 * @life: whose
 * @from_ns: addresses in older records are not this life's
 * @symbols: so far
 * @room: for as many symbols in @symbols
 * @name: their names
 * @name_room: bytes of @name
 * @used: bytes of @name that are taken
 * @text: one symbol, as the kernel prints it
 */
struct collect {
	const struct life *life;
	struct symbols *symbols;
	unsigned int room;
	char	*name;
	u32	name_room;
	u32	used;
	char	text[KSYM_SYMBOL_LEN];
};

/* "name+0xoffset/0xsize [module]" taken apart.  Return: false if it is no name. */
static bool parse_name(char *text, unsigned long *offset, unsigned long *size)
{
	char *plus = strrchr(text, '+');

	if (!plus || sscanf(plus, "+0x%lx/0x%lx", offset, size) != 2)
		return false;
	*plus = '\0';
	return true;
}

static bool grow(struct collect *c, u32 name)
{
	if (c->symbols->nr == c->room) {
		unsigned int room = c->room * 2;
		struct symbols *symbols = krealloc(c->symbols, struct_size(symbols, symbol, room),
						   GFP_KERNEL);

		if (!symbols)
			return false;
		c->symbols = symbols;
		c->room = room;
	}
	if (c->used + name > c->name_room) {
		u32 room = c->name_room * 2 + name;
		char *names = krealloc(c->name, room, GFP_KERNEL);

		if (!names)
			return false;
		c->name = names;
		c->name_room = room;
	}
	return true;
}

static void collect_one(struct collect *c, unsigned long addr)
{
	unsigned long offset, size;
	struct symbol *symbol;
	u32 len;

	if (!holds(c->life, addr) || find_symbol(c->symbols, addr))
		return;
	sprint_symbol(c->text, addr);
	if (!parse_name(c->text, &offset, &size))
		return;
	len = strlen(c->text) + 1;
	if (struct_size(c->symbols, symbol, c->symbols->nr + 1) + c->used + len > SYMBOLS_MAX ||
	    !grow(c, len))
		return;
	symbol = &c->symbols->symbol[c->symbols->nr++];
	symbol->start = addr - offset;
	symbol->size = size;
	symbol->name = c->used;
	memcpy(c->name + c->used, c->text, len);
	c->used += len;
}

static void collect(unsigned long addr, u64 time_ns, void *arg)
{
	struct collect *c = arg;

	if (time_ns < c->life->from_ns)
		return;
	collect_one(c, addr);
	/* The function of a call that is the last instruction in it. */
	collect_one(c, addr - 1);
}

/* Return: NULL if records refer to none, or without memory. */
static struct symbols *collect_symbols(const struct life *life)
{
	struct collect *c = kzalloc(sizeof(*c), GFP_KERNEL);
	struct look look = { collect, c };
	struct symbols *symbols = NULL;
	size_t head = 0;

	if (!c)
		return NULL;
	c->life = life;
	c->room = 16;
	c->symbols = kzalloc(struct_size(c->symbols, symbol, c->room), GFP_KERNEL);
	if (c->symbols)
		look_at_all(&look, kwatch_records_written() != life->written);
	if (c->symbols && c->symbols->nr) {
		head = struct_size(c->symbols, symbol, c->symbols->nr);
		symbols = krealloc(c->symbols, head + c->used, GFP_KERNEL);
	}
	if (symbols) {
		symbols->bytes = head + c->used;
		symbols->name = memcpy((char *)symbols + head, c->name, c->used);
	} else {
		kfree(c->symbols);
	}
	kfree(c->name);
	kfree(c);
	return symbols;
}

/* What is kept, and for how long. */

static void drop_symbols(struct life *life)
{
	struct symbols *symbols = rcu_dereference_protected(life->symbols,
							    lockdep_is_held(&code_mutex));

	if (!symbols)
		return;
	rcu_assign_pointer(life->symbols, NULL);
	symbol_bytes -= symbols->bytes;
	kfree_rcu(symbols, rcu);
}

static void forget(struct life *life)
{
	forgot_number = max(forgot_number, life->number);
	forgot_ns = max(forgot_ns, life->to_ns);
	if (life->referred)
		forgot_referred_ns = max(forgot_referred_ns, life->to_ns);
	drop_symbols(life);
	nr_ended--;
	list_del(&life->ended);
	list_del_rcu(&life->node);
	kfree_rcu(life, rcu);
}

static void look_in_life(unsigned long addr, u64 time_ns, void *arg)
{
	struct life *life;

	list_for_each_entry(life, &ended_lives, ended)
		if (!life->referred && time_ns >= life->from_ns &&
		    time_ns <= life->to_ns && holds(life, addr))
			life->referred = true;
}

static void mark_referred(void)
{
	struct look look = { look_in_life };
	struct life *life;

	list_for_each_entry(life, &ended_lives, ended)
		life->referred = false;
	look_at_all(&look, true);
}

static bool is_full(u32 nr, u32 bytes)
{
	return nr_ended > nr || symbol_bytes > bytes;
}

static void make_room(void)
{
	struct life *life, *next;

	if (!is_full(ENDED_MAX, SYMBOLS_MAX))
		return;
	mark_referred();
	list_for_each_entry_safe(life, next, &ended_lives, ended)
		if (!life->referred && is_full(ENDED_MAX - SPARE(ENDED_MAX),
					       SYMBOLS_MAX - SPARE(SYMBOLS_MAX)))
			forget(life);
	/* Of the others the names of functions go before that of the module. */
	list_for_each_entry(life, &ended_lives, ended)
		if (symbol_bytes > SYMBOLS_MAX - SPARE(SYMBOLS_MAX))
			drop_symbols(life);
	list_for_each_entry_safe(life, next, &ended_lives, ended)
		if (nr_ended > ENDED_MAX - SPARE(ENDED_MAX))
			forget(life);
}

/* No later hit is to find a stack of these addresses. */
static void withdraw_stacks(const struct life *life)
{
	static u32 times;
	unsigned int cpu;

	times++;
	for_each_possible_cpu(cpu)
		if (kwatch_cpu_get(cpu) && kwatch_cpu_get(cpu)->known)
			kwatch_dedup_withdraw(kwatch_cpu_get(cpu)->known, life->range,
					      life->nr_ranges);
	kwatch_summary_withdraw(life->range, life->nr_ranges, times);
}

/* Modules that come and go. */

static struct life *life_of(const struct module *mod)
{
	struct life *life;

	list_for_each_entry(life, &lives, node)
		if (life->mod == mod)
			return life;
	return NULL;
}

/*
 * The build-id is in the read-only data, as an ELF note; the kernel keeps no
 * pointer to it that all versions have.
 */
static void find_build_id(struct life *life, const struct module *mod)
{
	const u32 *word = kwatch_module_rodata(mod), *end;
	size_t size = kwatch_module_rodata_size(mod) / sizeof(u32);

	/* Size of the name, of the id, type (NT_GNU_BUILD_ID), name. */
	for (end = word + size; word && word + 4 < end; word++) {
		if (word[0] != 4 || word[2] != 3 || memcmp(&word[3], "GNU", 4) ||
		    !word[1] || word[1] > sizeof(life->build_id) ||
		    word[1] > (end - word - 4) * sizeof(u32))
			continue;
		life->build_id_size = word[1];
		memcpy(life->build_id, &word[4], word[1]);
		return;
	}
}

static void life_add_range(struct life *life, void *start, unsigned long size, bool init)
{
	struct kwatch_range *range = &life->range[life->nr_ranges];

	if (!size)
		return;
	range->start = (unsigned long)start;
	range->end = range->start + size;
	life->init |= init << life->nr_ranges++;
}

/*
 * In the notifier of a module that comes or goes, where failing helps nobody:
 * a life takes some hundred bytes.
 */
static struct life *life_create(const char *name)
{
	struct life *life = kzalloc(sizeof(*life), GFP_KERNEL | __GFP_NOFAIL);

	strscpy(life->name, name, sizeof(life->name));
	return life;
}

static struct life *life_begin(const struct module *mod, u64 from_ns)
{
	struct life *life = life_create(mod->name);
	unsigned int i;

	life->mod = mod;
	life->from_ns = from_ns;
	if (from_ns)
		life->written = kwatch_records_written();
	for (i = 0; i < KWATCH_MODULE_RANGES_NR; i++)
		life_add_range(life, kwatch_module_range(mod, i), kwatch_module_range_size(mod, i),
			       kwatch_module_range_init(i));
	find_build_id(life, mod);
	return life;
}

/* From here on, records of before have names out of @symbols. */
static void publish_end(struct life *life, struct symbols *symbols)
{
	if (symbols)
		symbol_bytes += symbols->bytes;
	rcu_assign_pointer(life->symbols, symbols);
	life->mod = NULL;
	life->number = ++last_number;
	nr_ended++;
	list_add_tail(&life->ended, &ended_lives);
	/* The reader of a younger record sees this, and then waits for code_mutex. */
	WRITE_ONCE(kwatch_code_gen, kwatch_code_gen + 1); /* read by kwatch_code_next() */
	smp_mb(); /* before the time is taken */
	smp_store_release(&life->to_ns, ktime_get_mono_fast_ns()); /* pairs with find_code() */
	wake_up_all(&kwatch_wait);
}

static void module_coming(const struct module *mod)
{
	struct life *life = life_begin(mod, ktime_get_mono_fast_ns());

	withdraw_stacks(life);
	list_add_tail_rcu(&life->node, &lives);
}

/* The code of its init is about to be freed; mostly no record refers to it. */
static void end_of_init(const struct module *mod)
{
	struct life *life = life_of(mod), *init;
	struct symbols *symbols;
	unsigned int i;

	if (!life || !life->init)
		return;
	init = life_create(life->name);
	init->from_ns = life->from_ns;
	init->written = life->written;
	init->build_id_size = life->build_id_size;
	memcpy(init->build_id, life->build_id, sizeof(init->build_id));
	for (i = 0; i < life->nr_ranges; i++)
		if (life->init & 1 << i)
			init->range[init->nr_ranges++] = life->range[i];
	symbols = collect_symbols(init);
	if (symbols) {
		list_add_tail_rcu(&init->node, &lives);
		publish_end(init, symbols);
		withdraw_stacks(init);
	} else {
		kfree(init);
	}
	for (i = 0; i < life->nr_ranges; i++)
		if (life->init & 1 << i)
			WRITE_ONCE(life->range[i].end, life->range[i].start); /* read by holds() */
}

static void module_going(const struct module *mod)
{
	struct life *life = life_of(mod);

	if (!life) {
		life = life_begin(mod, 0);
		list_add_tail_rcu(&life->node, &lives);
	}
	publish_end(life, collect_symbols(life));
	withdraw_stacks(life);
}

static int module_event(struct notifier_block *nb, unsigned long event, void *data)
{
	mutex_lock(&code_mutex);
	if (event == MODULE_STATE_COMING)
		module_coming(data);
	else if (event == MODULE_STATE_LIVE)
		end_of_init(data);
	else if (event == MODULE_STATE_GOING)
		module_going(data);
	make_room();
	mutex_unlock(&code_mutex);
	return NOTIFY_OK;
}

/*
 * Ahead of the others: watches on what comes are armed after this, and what the
 * unwinder has learnt of stacks (orc_tables.c) is dropped after this.
 */
static struct notifier_block module_nb = {
	.notifier_call = module_event,
	.priority = 1,
};

/* What readers are told. */

/* Numbers grow towards the end of the list. */
static struct life *next_ended(u32 number)
{
	struct life *life;

	list_for_each_entry(life, &ended_lives, ended)
		if (life->number > number)
			return life;
	return NULL;
}

void kwatch_code_begin(struct kwatch_code_told *told)
{
	mutex_lock(&code_mutex);
	told->module = 0;
	told->next = 0;
	told->symbol = 0;
	/* One that begins needs nothing of what no record refers to. */
	told->forgot = forgot_number;
	told->begins = forgot_referred_ns;
	told->gen = told->begins || next_ended(told->module) ? kwatch_code_gen - 1 :
							       kwatch_code_gen;
	mutex_unlock(&code_mutex);
}

static void define_stale(struct kwatch_module_def *def, u64 time_ns)
{
	*def = (struct kwatch_module_def) {
		.rec.size = sizeof(*def),
		.rec.type = KWATCH_RECORD_MODULE,
		.rec.time_ns = time_ns,
		.flags = KWATCH_MODULE_STALE,
	};
}

static void define_module(struct kwatch_module_def *def, const struct life *life)
{
	unsigned int i;

	*def = (struct kwatch_module_def) {
		.rec.size = sizeof(*def),
		.rec.type = KWATCH_RECORD_MODULE,
		.rec.time_ns = life->to_ns,
		.from_ns = life->from_ns,
		.number = life->number,
		.build_id_size = life->build_id_size,
	};
	memcpy(def->build_id, life->build_id, sizeof(def->build_id));
	strscpy(def->name, life->name, sizeof(def->name));
	for (i = 0; i < life->nr_ranges; i++) {
		if (life->range[i].end == life->range[i].start)
			continue;
		def->range[def->nr_ranges].start = life->range[i].start;
		def->range[def->nr_ranges++].size = life->range[i].end - life->range[i].start;
	}
}

static void define_symbol(struct kwatch_symbol_def *def, const struct life *life,
			  const struct symbols *symbols, unsigned int i)
{
	const struct symbol *symbol = &symbols->symbol[i];
	const char *name = symbols->name + symbol->name;
	size_t len = ALIGN(strlen(name) + 1, 8);

	*def = (struct kwatch_symbol_def) {
		.rec.size = sizeof(*def) + len,
		.rec.type = KWATCH_RECORD_SYMBOL,
		.rec.time_ns = life->to_ns,
		.start = symbol->start,
		.size = symbol->size,
		.module = life->number,
	};
	memset(def->name, 0, len);
	memcpy(def->name, name, strlen(name));
}

static bool find_next(struct kwatch_code_told *told, void *def)
{
	const struct symbols *symbols;
	struct life *life;

	if (told->begins || forgot_number > max(told->forgot, told->module)) {
		define_stale(def, told->begins ? forgot_referred_ns : forgot_ns);
		told->stale = forgot_number;
		return true;
	}
	for (;;) {
		life = next_ended(told->module);
		if (!life)
			return false;
		if (told->next != life->number)
			told->symbol = 0;
		told->next = life->number;
		if (!told->symbol) {
			define_module(def, life);
			return true;
		}
		symbols = rcu_dereference_protected(life->symbols,
						    lockdep_is_held(&code_mutex));
		if (symbols && told->symbol <= symbols->nr) {
			define_symbol(def, life, symbols, told->symbol - 1);
			return true;
		}
		told->module = life->number;
	}
}

bool kwatch_code_find_next(struct kwatch_code_told *told, void *def)
{
	bool found;

	mutex_lock(&code_mutex);
	found = find_next(told, def);
	if (!found)
		told->gen = kwatch_code_gen;
	mutex_unlock(&code_mutex);
	return found;
}

void kwatch_code_told(struct kwatch_code_told *told, const struct kwatch_record *def)
{
	const struct kwatch_module_def *module = (const void *)def;

	if (def->type == KWATCH_RECORD_MODULE && module->flags & KWATCH_MODULE_STALE) {
		told->forgot = told->stale;
		told->begins = false;
	} else {
		told->symbol++;
	}
}

int kwatch_code_init(void)
{
	return register_module_notifier(&module_nb);
}

void kwatch_code_exit(void)
{
	struct life *life, *next;

	unregister_module_notifier(&module_nb);
	mutex_lock(&code_mutex);
	list_for_each_entry_safe(life, next, &lives, node) {
		drop_symbols(life);
		/* Events that other tracers hold may still be printed. */
		list_del_rcu(&life->node);
		kfree_rcu(life, rcu);
	}
	mutex_unlock(&code_mutex);
}
