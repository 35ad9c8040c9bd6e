// SPDX-License-Identifier: GPL-2.0
/*
 * The registers of a hit, see regs.h.
 */
#include "base/client.h"
#include "regs.h"

#include "arch/reg_names.h"

#define A_LINE	6

const char *client_regs_name(const struct kwatch_regs *regs, unsigned int i)
{
	static const char *const x86[] = KWATCH_REG_NAMES_X86_64;
	static const char *const arm64[] = KWATCH_REG_NAMES_ARM64;

	if (i >= regs->nr)
		return NULL;
	if (regs->arch == KWATCH_ARCH_X86_64)
		return i < KWATCH_ARRAY_SIZE(x86) ? x86[i] : NULL;
	if (regs->arch == KWATCH_ARCH_ARM64)
		return i < KWATCH_ARRAY_SIZE(arm64) ? arm64[i] : NULL;
	return NULL;
}

void client_regs_put(struct client_out *out, const struct kwatch_regs *regs)
{
	const char *name;
	unsigned int i;

	for (i = 0; (name = client_regs_name(regs, i)); i++) {
		if (i && i % A_LINE == 0)
			client_out_chr(out, '\n');
		client_out_str(out, i % A_LINE ? " " : KWATCH_REGS_INDENT);
		client_out_str(out, name);
		client_out_chr(out, '=');
		client_out_hex(out, regs->reg[i]);
	}
	if (i)
		client_out_chr(out, '\n');
}
