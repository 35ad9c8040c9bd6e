// SPDX-License-Identifier: GPL-2.0
/*
 * The culprit of a hit, see accessor.h.
 *
 * Each address is looked at once: few instructions touch a given word.
 */
#include <stdlib.h>

#include "base/client.h"
#include "accessor.h"

#define FUNCTION_MAX	(256 * 1024)	/* bytes of one, up to the address */
#define KNOWN_MAX	65536

/* Place of the flags in x86-64's struct pt_regs, and "equal" in them. */
#define X86_FLAGS	18
#define X86_FLAG_ZERO	0x40

struct known {
	bool found;
	struct client_insn insn;
};

struct client_culprits {
	struct client_symbols *symbols;
	struct client_code *code;
	unsigned int arch;
	uint64_t generation;		/* of the symbols */
	struct client_map known;	/* struct known by address */
};

struct client_culprits *client_culprits_create(struct client_symbols *symbols,
					       struct client_code *code,
					       unsigned int arch)
{
	struct client_culprits *culprits = client_alloc(1, sizeof(*culprits));

	culprits->symbols = symbols;
	culprits->code = code;
	culprits->arch = arch ? arch : KWATCH_STREAM_ARCH;
	return culprits;
}

void client_culprits_destroy(struct client_culprits *culprits)
{
	if (!culprits)
		return;
	client_map_clear(&culprits->known, free);
	client_code_destroy(culprits->code);
	free(culprits);
}

/* Is code of these times that of a record?  It is, where no module came or went. */
static bool is_of_then(struct client_culprits *culprits, const struct client_loads *loads,
		       uint64_t at, uint64_t time_ns, const struct client_code_times *times)
{
	struct client_load *load;

	/* First: what was unloaded up to now may be news. */
	if (!client_symbols_still(culprits->symbols, at, time_ns)) {
		load = client_loads_find(loads, at, time_ns);
		return load && times->begin_ns >= load->from_ns &&
		       times->end_ns <= load->until_ns;
	}
	return !client_loads_find(loads, at, times->begin_ns) &&
	       !client_loads_find(loads, at, times->end_ns);
}

/* Copy code of the time of an event.  Return: true if there is such code. */
static bool read_code(struct client_culprits *culprits, const struct client_event *event,
		      const struct client_symbol *symbol, uint64_t address, void *bytes,
		      size_t len)
{
	uint64_t at = event->frames->kstack->ip[0] - !event->exact;
	struct client_code_times times;
	size_t nth;

	for (nth = 0; client_code_read(culprits->code, address, bytes, len, nth, &times); nth++)
		if (!symbol->module || is_of_then(culprits, event->loads, at, event->time_ns, &times))
			return true;
	return false;
}

static bool find(struct client_culprits *culprits, const struct client_event *event,
		 struct client_insn *insn)
{
	uint64_t ip = event->frames->kstack->ip[0];
	bool exact = event->exact, found = false;
	struct client_symbol symbol;
	unsigned char *bytes;
	size_t before, len;

	if (!client_symbols_find(culprits->symbols, ip, exact, event->time_ns, &symbol) ||
	    symbol.offset > FUNCTION_MAX)
		return false;
	before = symbol.offset;
	bytes = client_alloc(1, before + KWATCH_INSN_BYTES_MAX);
	len = before + KWATCH_INSN_BYTES_MAX;
	if (!read_code(culprits, event, &symbol, ip - before, bytes, len)) {
		/* It may be the last function of all. */
		len = exact ? before + 4 : before;
		if (!read_code(culprits, event, &symbol, ip - before, bytes, len))
			len = 0;
	}
	if (len)
		found = client_insn_find(culprits->arch, bytes, len, ip - before,
					 ip, exact, insn);
	free(bytes);
	return found;
}

static const struct client_insn *look_up(struct client_culprits *culprits,
					 const struct client_event *event)
{
	uint64_t ip = event->frames->kstack->ip[0];
	struct known *known;

	/* Another module may be where one was. */
	if (culprits->known.nr > KNOWN_MAX || culprits->generation !=
	    client_symbols_generation(culprits->symbols, event->time_ns))
		client_map_clear(&culprits->known, free);
	known = client_map_get(&culprits->known, ip);
	if (!known) {
		known = client_alloc(1, sizeof(*known));
		known->found = find(culprits, event, &known->insn);
		culprits->generation = client_symbols_generation(culprits->symbols,
								 event->time_ns);
		client_map_set(&culprits->known, ip, known);
	}
	return known->found ? &known->insn : NULL;
}

const struct client_insn *client_culprit_find(const struct client_event *event)
{
	const struct kwatch_stack *stack = event->frames ? event->frames->kstack : NULL;

	if (!event->culprits || !event->watch || !stack || !stack->nr ||
	    event->watch->type == KWATCH_TYPE_X)
		return NULL;
	if (event->rec && (event->rec->type != KWATCH_RECORD_HIT ||
			   event->rec->flags & KWATCH_FLAG_USER))
		return NULL;
	return look_up(event->culprits, event);
}

bool client_culprit_is_no_read(const struct client_event *event)
{
	const struct client_insn *insn;

	if (!event->watch || event->watch->type != KWATCH_TYPE_R)
		return false;
	insn = client_culprit_find(event);
	return insn && !(insn->does & KWATCH_INSN_LOAD);
}

const char *client_culprit_outcome(const struct client_event *event,
				   const struct client_insn *insn)
{
	const struct kwatch_hit *hit = (const void *)event->rec;
	const unsigned int unknown = KWATCH_FLAG_OLD_UNKNOWN | KWATCH_FLAG_NEW_UNKNOWN;

	if (!(insn->does & KWATCH_INSN_CMPXCHG) || !hit)
		return NULL;
	/* The registers are from behind the instruction. */
	if (event->regs && event->regs->arch == KWATCH_ARCH_X86_64 &&
	    event->regs->nr > X86_FLAGS)
		return event->regs->reg[X86_FLAGS] & X86_FLAG_ZERO ?
		       "succeeded" : "failed";
	if (hit->rec.flags & unknown)
		return NULL;
	return hit->old_value != hit->new_value ? "succeeded" : "unchanged";
}

const char *client_culprit_access(const struct client_insn *insn)
{
	switch (insn->does & KWATCH_INSN_ACCESS) {
	case KWATCH_INSN_LOAD:
		return "load";
	case KWATCH_INSN_STORE:
		return "store";
	}
	return "load+store";
}

void client_culprit_put(struct client_out *out, const struct client_event *event)
{
	const struct client_insn *insn = client_culprit_find(event);
	const char *result;

	if (!insn)
		return;
	client_out_str(out, " <insn> ");
	client_out_str(out, insn->text);
	client_out_put(out, ": ", 2);
	client_out_str(out, client_culprit_access(insn));
	if (insn->does & KWATCH_INSN_LOCKED)
		client_out_str(out, ", locked");
	if (insn->does & KWATCH_INSN_STRING)
		client_out_str(out, ", string");
	result = client_culprit_outcome(event, insn);
	if (result) {
		client_out_str(out, ", ");
		client_out_str(out, result);
	}
	client_out_chr(out, '\n');
}
