/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the words of struct kwatch_regs are called, by struct kwatch_regs.arch, in
 * the order of struct pt_regs.  A capture may be of another architecture.
 */
#ifndef KWATCH_REG_NAMES_H
#define KWATCH_REG_NAMES_H

#define KWATCH_REG_NAMES_X86_64 { \
	"r15", "r14", "r13", "r12", "bp", "bx", "r11", "r10", "r9", "r8", \
	"ax", "cx", "dx", "si", "di", "orig_ax", "ip", "cs", "flags", \
	"sp", "ss", \
}

#define KWATCH_REG_NAMES_ARM64 { \
	"x0", "x1", "x2", "x3", "x4", "x5", "x6", "x7", "x8", "x9", \
	"x10", "x11", "x12", "x13", "x14", "x15", "x16", "x17", "x18", \
	"x19", "x20", "x21", "x22", "x23", "x24", "x25", "x26", "x27", \
	"x28", "x29", "x30", "sp", "pc", "pstate", \
}

#endif /* KWATCH_REG_NAMES_H */
