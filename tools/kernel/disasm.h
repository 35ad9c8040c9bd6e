/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The instruction that made an access, out of a function's bytes.
 *
 * x86 traps behind the access, and its instructions cannot be read backwards:
 * they are read forward from where the function begins, and if they do not
 * meet the trap's address nothing is claimed.  Capstone reads them.
 */
#ifndef KWATCH_INSN_H
#define KWATCH_INSN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What an instruction does. */
#define KWATCH_INSN_LOAD	0x01
#define KWATCH_INSN_STORE	0x02
#define KWATCH_INSN_LOCKED	0x04	/* both at once, for all CPUs */
#define KWATCH_INSN_STRING	0x08	/* may be one of many accesses */
#define KWATCH_INSN_CMPXCHG	0x10	/* stores only if it finds what it expects */

#define KWATCH_INSN_ACCESS	(KWATCH_INSN_LOAD | KWATCH_INSN_STORE)
#define KWATCH_INSN_TEXT_MAX	192
#define KWATCH_INSN_BYTES_MAX	16	/* of one */

/**
 * struct client_insn - an instruction
 * @address: of its first byte
 * @len:     bytes of it
 * @does:    KWATCH_INSN_*
 * @text:    as the kernel's own tools write it (AT&T on x86)
 */
struct client_insn {
	uint64_t address;
	unsigned int len;
	unsigned int does;
	char text[KWATCH_INSN_TEXT_MAX];
};

/**
 * client_insn_find() - the instruction that trapped
 * @arch:  KWATCH_ARCH_*
 * @code:  bytes of its function, from the first on, and KWATCH_INSN_BYTES_MAX
 *         behind @ip as far as there are
 * @len:   bytes of @code
 * @start: address of @code
 * @ip:    where it trapped
 * @exact: @ip is the instruction itself, not the one behind it
 * @insn:  filled
 *
 * Return: true if there is one and it is an access to memory.
 */
bool client_insn_find(unsigned int arch, const void *code, size_t len,
		      uint64_t start, uint64_t ip, bool exact,
		      struct client_insn *insn);

#endif /* KWATCH_INSN_H */
