// SPDX-License-Identifier: GPL-2.0
/*
 * The instruction that made an access, see disasm.h.
 */
#include <capstone/capstone.h>
#include <stdio.h>
#include <string.h>
#include <uapi/kwatch.h>

#include "base/client.h"
#include "disasm.h"

/* endbr64, at the start of functions: older Capstones do not know it. */
static const uint8_t endbr[] = { 0xf3, 0x0f, 0x1e, 0xfa };

/* A library handle for each architecture; made once, and never closed. */
static csh open_arch(unsigned int arch)
{
	static csh x86, arm64;

	if (arch == KWATCH_ARCH_X86_64) {
		if (!x86 && !cs_open(CS_ARCH_X86, CS_MODE_64, &x86))
			cs_option(x86, CS_OPT_SYNTAX, CS_OPT_SYNTAX_ATT);
		return x86;
	}
	if (arch == KWATCH_ARCH_ARM64 && !arm64 &&
	    cs_open(CS_ARCH_ARM64, CS_MODE_ARM, &arm64))
		arm64 = 0;
	return arch == KWATCH_ARCH_ARM64 ? arm64 : 0;
}

static bool begins(const char *text, const char *prefix)
{
	return !strncmp(text, prefix, strlen(prefix));
}

static bool begins_any(const char *text, const char *const *prefixes)
{
	for (; *prefixes; prefixes++) {
		if (begins(text, *prefixes))
			return true;
	}
	return false;
}

/* The operand names memory, and nothing is done there. */
static bool is_address_only(unsigned int id)
{
	switch (id) {
	case X86_INS_LEA:
	case X86_INS_NOP:
	case X86_INS_INVLPG:
	case X86_INS_CLFLUSH:
	case X86_INS_CLFLUSHOPT:
	case X86_INS_CLWB:
	case X86_INS_PREFETCH:
	case X86_INS_PREFETCHW:
	case X86_INS_PREFETCHNTA:
	case X86_INS_PREFETCHT0:
	case X86_INS_PREFETCHT1:
	case X86_INS_PREFETCHT2:
		return true;
	}
	return false;
}

/* The next instruction to run is not the one behind it. */
static bool is_jump(unsigned int id)
{
	switch (id) {
	case X86_INS_CALL:
	case X86_INS_LCALL:
	case X86_INS_JMP:
	case X86_INS_LJMP:
	case X86_INS_RET:
	case X86_INS_RETF:
	case X86_INS_RETFQ:
	case X86_INS_IRET:
	case X86_INS_IRETD:
	case X86_INS_IRETQ:
		return true;
	}
	return false;
}

/* What is done to the stack, which is no operand. */
static unsigned int stack_access(unsigned int id)
{
	switch (id) {
	case X86_INS_PUSH:
	case X86_INS_PUSHFQ:
	case X86_INS_ENTER:
		return KWATCH_INSN_STORE;
	case X86_INS_POP:
	case X86_INS_POPFQ:
	case X86_INS_LEAVE:
		return KWATCH_INSN_LOAD;
	}
	return 0;
}

/*
 * Capstone is wrong about some: moves by their operands, of which the last is
 * where to, and a few others by their names.
 */
static unsigned int memory_access(const cs_insn *in, const cs_x86_op *operand)
{
	static const char *const moves[] = {
		"mov", "vmov", "pextr", "vpextr", "extract", "vextract", NULL
	};
	static const char *const stores[] = {
		"fst", "fist", "fnst", "fbstp", "fnsave", NULL
	};
	static const char *const both[] = { "rcl", "rcr", NULL };
	const cs_x86 *x86 = &in->detail->x86;
	unsigned int does = 0;

	if (begins_any(in->mnemonic, moves))
		return operand == &x86->operands[x86->op_count - 1] ?
		       KWATCH_INSN_STORE : KWATCH_INSN_LOAD;
	if (begins_any(in->mnemonic, stores))
		return KWATCH_INSN_STORE;
	if (begins_any(in->mnemonic, both))
		return KWATCH_INSN_ACCESS;
	if (in->id == X86_INS_TEST)
		return KWATCH_INSN_LOAD;
	if (operand->access & CS_AC_READ)
		does |= KWATCH_INSN_LOAD;
	if (operand->access & CS_AC_WRITE)
		does |= KWATCH_INSN_STORE;
	return does;
}

static unsigned int string_access(const cs_insn *in)
{
	switch (in->id) {
	case X86_INS_MOVSB:
	case X86_INS_MOVSW:
	case X86_INS_MOVSQ:
		return KWATCH_INSN_STRING | KWATCH_INSN_ACCESS;
	case X86_INS_MOVSD:
		/* An SSE instruction has this name, too. */
		return in->detail->x86.opcode[0] == 0xa5 ?
		       KWATCH_INSN_STRING | KWATCH_INSN_ACCESS : 0;
	case X86_INS_STOSB:
	case X86_INS_STOSW:
	case X86_INS_STOSD:
	case X86_INS_STOSQ:
	case X86_INS_INSB:
	case X86_INS_INSW:
	case X86_INS_INSD:
		return KWATCH_INSN_STRING | KWATCH_INSN_STORE;
	case X86_INS_LODSB:
	case X86_INS_LODSW:
	case X86_INS_LODSD:
	case X86_INS_LODSQ:
	case X86_INS_SCASB:
	case X86_INS_SCASW:
	case X86_INS_SCASD:
	case X86_INS_SCASQ:
	case X86_INS_CMPSB:
	case X86_INS_CMPSW:
	case X86_INS_CMPSQ:
	case X86_INS_OUTSB:
	case X86_INS_OUTSW:
	case X86_INS_OUTSD:
		return KWATCH_INSN_STRING | KWATCH_INSN_LOAD;
	case X86_INS_CMPSD:
		return in->detail->x86.opcode[0] == 0xa7 ?
		       KWATCH_INSN_STRING | KWATCH_INSN_LOAD : 0;
	}
	return 0;
}

static unsigned int does_x86(const cs_insn *in)
{
	const cs_x86 *x86 = &in->detail->x86;
	unsigned int does = string_access(in), i;

	if (does)
		return does;
	if (is_address_only(in->id) || is_jump(in->id))
		return 0;
	for (i = 0; i < x86->op_count; i++) {
		if (x86->operands[i].type != X86_OP_MEM)
			continue;
		does |= memory_access(in, &x86->operands[i]);
		switch (in->id) {
		case X86_INS_XCHG:
			/* Even without the prefix. */
			does |= KWATCH_INSN_ACCESS | KWATCH_INSN_LOCKED;
			break;
		case X86_INS_CMPXCHG:
		case X86_INS_CMPXCHG8B:
		case X86_INS_CMPXCHG16B:
			does |= KWATCH_INSN_ACCESS | KWATCH_INSN_CMPXCHG;
			break;
		}
		if (x86->prefix[0] == X86_PREFIX_LOCK)
			does |= KWATCH_INSN_ACCESS | KWATCH_INSN_LOCKED;
	}
	return does | stack_access(in->id);
}

static unsigned int does_arm64(const cs_insn *in)
{
	/* Atomics that also have a form without a result, which begins with st. */
	static const char *const atomics[] = {
		"ldadd", "ldclr", "ldeor", "ldset", "ldsmax", "ldsmin", "ldumax",
		"ldumin", "stadd", "stclr", "steor", "stset", "stsmax", "stsmin",
		"stumax", "stumin", "swp", NULL
	};
	static const char *const exclusive[] = { "stxr", "stlxr", "stxp", "stlxp", NULL };
	const char *name = in->mnemonic;

	if (begins_any(name, atomics))
		return KWATCH_INSN_ACCESS | KWATCH_INSN_LOCKED;
	if (begins(name, "cas"))
		return KWATCH_INSN_ACCESS | KWATCH_INSN_LOCKED | KWATCH_INSN_CMPXCHG;
	if (begins_any(name, exclusive))
		return KWATCH_INSN_STORE | KWATCH_INSN_LOCKED;
	if (begins(name, "st"))
		return KWATCH_INSN_STORE;
	if (begins(name, "ldx") || begins(name, "ldax"))
		return KWATCH_INSN_LOAD | KWATCH_INSN_LOCKED;
	if (begins(name, "ld"))
		return KWATCH_INSN_LOAD;
	/* "dc zva" is a store of zeros. */
	if (!strcmp(name, "dc") && begins(in->op_str, "zva"))
		return KWATCH_INSN_STORE;
	return 0;
}

/* One instruction with all that is known of it. */
static bool read_insn(unsigned int arch, const uint8_t *code, size_t len,
		      uint64_t address, struct client_insn *insn)
{
	csh handle = open_arch(arch);
	cs_insn *in;

	cs_option(handle, CS_OPT_DETAIL, CS_OPT_ON);
	if (!cs_disasm(handle, code, len, address, 1, &in))
		return false;
	insn->address = address;
	insn->len = in->size;
	insn->does = arch == KWATCH_ARCH_ARM64 ? does_arm64(in) : does_x86(in);
	snprintf(insn->text, sizeof(insn->text), "%s%s%s", in->mnemonic,
		 *in->op_str ? " " : "", in->op_str);
	cs_free(in, 1);
	return true;
}

/*
 * Read forward to the instruction that ends at @end.
 * Return: false if none does.
 */
static bool walk(csh handle, const uint8_t *code, size_t len, uint64_t start,
		 uint64_t end, uint64_t *last)
{
	uint64_t address = start;
	cs_insn *in;

	cs_option(handle, CS_OPT_DETAIL, CS_OPT_OFF);
	in = cs_malloc(handle);
	if (!in)
		client_out_of_memory();
	while (address < end) {
		*last = address;
		if (len >= sizeof(endbr) && !memcmp(code, endbr, sizeof(endbr))) {
			code += sizeof(endbr);
			len -= sizeof(endbr);
			address += sizeof(endbr);
		} else if (!cs_disasm_iter(handle, &code, &len, &address, in)) {
			break;
		}
	}
	cs_free(in, 1);
	return address == end;
}

/* A string instruction traps after each of its rounds, with more to come. */
static bool is_between_rounds(const uint8_t *code, size_t len, uint64_t ip,
			      struct client_insn *insn)
{
	return len && (*code == 0xf3 || *code == 0xf2) &&
	       read_insn(KWATCH_ARCH_X86_64, code, len, ip, insn) &&
	       insn->does & KWATCH_INSN_STRING;
}

bool client_insn_find(unsigned int arch, const void *code, size_t len,
		      uint64_t start, uint64_t ip, bool exact,
		      struct client_insn *insn)
{
	const uint8_t *bytes = code;
	csh handle = open_arch(arch);
	uint64_t last = ip;

	if (!handle || ip < start || ip - start > len)
		return false;
	if (!exact && arch == KWATCH_ARCH_X86_64) {
		struct client_insn string;

		if (ip == start || !walk(handle, bytes, len, start, ip, &last) ||
		    !read_insn(arch, bytes + (last - start), len - (last - start),
			       last, insn))
			return false;
		if (insn->does & KWATCH_INSN_ACCESS ||
		    !is_between_rounds(bytes + (ip - start), len - (ip - start),
				       ip, &string))
			return insn->does & KWATCH_INSN_ACCESS;
		*insn = string;
		return true;
	}
	return read_insn(arch, bytes + (ip - start), len - (ip - start), ip, insn) &&
	       insn->does & KWATCH_INSN_ACCESS;
}
