/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The registers of a hit, as the module's "hits" shows them, and their names.
 */
#ifndef KWATCH_REGS_H
#define KWATCH_REGS_H

#include <uapi/kwatch.h>

#include "base/out.h"

/* A line of text with registers begins so, and no other line of a hit. */
#define KWATCH_REGS_INDENT	"    "

/**
 * client_regs_put() - as text, six a line
 * @out:  where to
 * @regs: registers of any architecture
 */
void client_regs_put(struct client_out *out, const struct kwatch_regs *regs);

/**
 * client_regs_name() - what a register is called
 * @regs: registers of any architecture
 * @i:    its index
 *
 * Return: its name; NULL for the kernel's own words, which are behind those with
 * names.
 */
const char *client_regs_name(const struct kwatch_regs *regs, unsigned int i);

#endif /* KWATCH_REGS_H */
