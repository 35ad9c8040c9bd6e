/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The last refused commands, each with a caret under the word at fault.
 */
#ifndef KWATCH_ERRLOG_H
#define KWATCH_ERRLOG_H

#include <linux/types.h>

struct seq_file;

/**
 * kwatch_errlog_add() - note a refusal
 * @line: the command
 * @len:  its bytes; what is beyond KWATCH_LINE_MAX is not kept
 * @at:   the byte at fault
 * @why:  one sentence; further lines may follow
 *
 * A refusal equal to the newest one only renews its time: whoever got a short
 * count from a write of several lines tries the bad line again.
 *
 * Context: may sleep.
 */
void kwatch_errlog_add(const char *line, size_t len, u16 at, const char *why);

/**
 * kwatch_errlog_show() - print all, oldest first, as tracefs's error_log does
 * @m: where to
 *
 * Context: may sleep.
 */
void kwatch_errlog_show(struct seq_file *m);

#endif /* KWATCH_ERRLOG_H */
