/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Binary records, one at a time, in place.
 *
 * The only code that believes a size in hits_raw, and it believes none that
 * it has not checked: whatever bytes come in, what comes out lies inside
 * them.  No allocation, no state, any input; a fuzzer may call it directly.
 */
#ifndef KWATCH_RECORDS_H
#define KWATCH_RECORDS_H

#include <stddef.h>
#include <uapi/kwatch.h>

/**
 * struct client_parts - what follows the fixed part of a record
 * @task:   who, or NULL
 * @kstack: kernel frames, or NULL
 * @ustack: user frames, or NULL
 * @regs:   registers, or NULL
 * @ucopy:  user registers and stack, or NULL
 * @where:  which bytes of a long watch, or NULL
 *
 * Parts of a later ABI are left alone: nothing that is known comes after the
 * first unknown one.
 */
struct client_parts {
	const struct kwatch_task *task;
	const struct kwatch_stack *kstack;
	const struct kwatch_stack *ustack;
	const struct kwatch_regs *regs;
	const struct kwatch_ucopy *ucopy;
	const struct kwatch_where *where;
};

/**
 * client_records_next() - check the record at the start of a buffer
 * @data:  bytes, aligned to 8
 * @len:   how many
 * @parts: where its parts are, in @data
 * @why:   one sentence, when it is corrupt
 *
 * The record itself is at @data: struct kwatch_record and, where @type is a
 * known one, the struct that belongs to it, both all inside @data.  Strings
 * in it end with a NUL, but for a task's comm and a module's name.
 *
 * Return: its size in bytes; 0 if @len ends before it does; -1 corrupt.
 */
int client_records_next(const void *data, size_t len, struct client_parts *parts,
			const char **why);

#endif /* KWATCH_RECORDS_H */
