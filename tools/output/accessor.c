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
	struct kwatch_insn insn;
};

struct kwatch_culprits {
	struct kwatch_symbols *symbols;
	struct kwatch_code *code;
	unsigned int arch;
	uint64_t generation;		/* of the symbols */
	struct kwatch_map known;	/* struct known by address */
};

struct kwatch_culprits *kwatch_culprits_create(struct kwatch_symbols *symbols,
					       struct kwatch_code *code,
					       unsigned int arch)
{
	struct kwatch_culprits *culprits = kwatch_alloc(1, sizeof(*culprits));

	culprits->symbols = symbols;
	culprits->code = code;
	culprits->arch = arch ? arch : KWATCH_STREAM_ARCH;
	return culprits;
}

void kwatch_culprits_destroy(struct kwatch_culprits *culprits)
{
	if (!culprits)
		return;
	kwatch_map_clear(&culprits->known, free);
	kwatch_code_destroy(culprits->code);
	free(culprits);
}

/* Is code of these times that of a record?  It is, where no module came or went. */
static bool is_of_then(struct kwatch_culprits *culprits, const struct kwatch_loads *loads,
		       uint64_t at, uint64_t time_ns, const struct kwatch_code_times *times)
{
	struct kwatch_load *load;

	/* First: what was unloaded up to now may be news. */
	if (!kwatch_symbols_still(culprits->symbols, at, time_ns)) {
		load = kwatch_loads_find(loads, at, time_ns);
		return load && times->begin_ns >= load->from_ns &&
		       times->end_ns <= load->until_ns;
	}
	return !kwatch_loads_find(loads, at, times->begin_ns) &&
	       !kwatch_loads_find(loads, at, times->end_ns);
}

/* Copy code of the time of an event.  Return: true if there is such code. */
static bool read_code(struct kwatch_culprits *culprits, const struct kwatch_event *event,
		      const struct kwatch_symbol *symbol, uint64_t address, void *bytes,
		      size_t len)
{
	uint64_t at = event->frames->kstack->ip[0] - !event->exact;
	struct kwatch_code_times times;
	size_t nth;

	for (nth = 0; kwatch_code_read(culprits->code, address, bytes, len, nth, &times); nth++)
		if (!symbol->module || is_of_then(culprits, event->loads, at, event->time_ns, &times))
			return true;
	return false;
}

static bool find(struct kwatch_culprits *culprits, const struct kwatch_event *event,
		 struct kwatch_insn *insn)
{
	uint64_t ip = event->frames->kstack->ip[0];
	bool exact = event->exact, found = false;
	struct kwatch_symbol symbol;
	unsigned char *bytes;
	size_t before, len;

	if (!kwatch_symbols_find(culprits->symbols, ip, exact, event->time_ns, &symbol) ||
	    symbol.offset > FUNCTION_MAX)
		return false;
	before = symbol.offset;
	bytes = kwatch_alloc(1, before + KWATCH_INSN_BYTES_MAX);
	len = before + KWATCH_INSN_BYTES_MAX;
	if (!read_code(culprits, event, &symbol, ip - before, bytes, len)) {
		/* It may be the last function of all. */
		len = exact ? before + 4 : before;
		if (!read_code(culprits, event, &symbol, ip - before, bytes, len))
			len = 0;
	}
	if (len)
		found = kwatch_insn_find(culprits->arch, bytes, len, ip - before,
					 ip, exact, insn);
	free(bytes);
	return found;
}

static const struct kwatch_insn *look_up(struct kwatch_culprits *culprits,
					 const struct kwatch_event *event)
{
	uint64_t ip = event->frames->kstack->ip[0];
	struct known *known;

	/* Another module may be where one was. */
	if (culprits->known.nr > KNOWN_MAX || culprits->generation !=
	    kwatch_symbols_generation(culprits->symbols, event->time_ns))
		kwatch_map_clear(&culprits->known, free);
	known = kwatch_map_get(&culprits->known, ip);
	if (!known) {
		known = kwatch_alloc(1, sizeof(*known));
		known->found = find(culprits, event, &known->insn);
		culprits->generation = kwatch_symbols_generation(culprits->symbols,
								 event->time_ns);
		kwatch_map_set(&culprits->known, ip, known);
	}
	return known->found ? &known->insn : NULL;
}

const struct kwatch_insn *kwatch_culprit_find(const struct kwatch_event *event)
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

bool kwatch_culprit_is_no_read(const struct kwatch_event *event)
{
	const struct kwatch_insn *insn;

	if (!event->watch || event->watch->type != KWATCH_TYPE_R)
		return false;
	insn = kwatch_culprit_find(event);
	return insn && !(insn->does & KWATCH_INSN_LOAD);
}

const char *kwatch_culprit_outcome(const struct kwatch_event *event,
				   const struct kwatch_insn *insn)
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

const char *kwatch_culprit_access(const struct kwatch_insn *insn)
{
	switch (insn->does & KWATCH_INSN_ACCESS) {
	case KWATCH_INSN_LOAD:
		return "load";
	case KWATCH_INSN_STORE:
		return "store";
	}
	return "load+store";
}

void kwatch_culprit_put(struct kwatch_out *out, const struct kwatch_event *event)
{
	const struct kwatch_insn *insn = kwatch_culprit_find(event);
	const char *result;

	if (!insn)
		return;
	kwatch_out_str(out, " <insn> ");
	kwatch_out_str(out, insn->text);
	kwatch_out_put(out, ": ", 2);
	kwatch_out_str(out, kwatch_culprit_access(insn));
	if (insn->does & KWATCH_INSN_LOCKED)
		kwatch_out_str(out, ", locked");
	if (insn->does & KWATCH_INSN_STRING)
		kwatch_out_str(out, ", string");
	result = kwatch_culprit_outcome(event, insn);
	if (result) {
		kwatch_out_str(out, ", ");
		kwatch_out_str(out, result);
	}
	kwatch_out_chr(out, '\n');
}
