/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The running kernel's ELF file: its symbols, static ones too, and the types
 * of its variables where it has debug information.
 *
 * Is it that of the running kernel?  The build-id says; the kernel may have
 * moved itself since (KASLR), which is for the caller to add.
 */
#ifndef KWATCH_VMLINUX_H
#define KWATCH_VMLINUX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define KWATCH_VMLINUX_ERROR_MAX	512

struct client_vmlinux;

/* The file of "kwatch -v FILE", or NULL. */
extern const char *client_vmlinux_file;

/**
 * client_vmlinux_open() - open a kernel's ELF file
 * @path:  of it
 * @error: KWATCH_VMLINUX_ERROR_MAX bytes, for a sentence
 *
 * KWATCH_NOTES in the environment names another file than /sys/kernel/notes.
 *
 * Return: it, for client_vmlinux_close(), or NULL if it cannot be read or is
 * of another build than the kernel that runs.
 */
struct client_vmlinux *client_vmlinux_open(const char *path, char *error);

/**
 * client_vmlinux_close() - close it
 * @vmlinux: it, or NULL
 */
void client_vmlinux_close(struct client_vmlinux *vmlinux);

/**
 * client_vmlinux_path() - its name
 * @vmlinux: it
 */
const char *client_vmlinux_path(const struct client_vmlinux *vmlinux);

/**
 * client_vmlinux_find() - look up a symbol
 * @vmlinux: where
 * @name:    of the symbol
 * @nth:     0 for the first, 1 for the second of that name at another address
 * @address: filled: as the file has it
 *
 * Return: true if there is one.
 */
bool client_vmlinux_find(struct client_vmlinux *vmlinux, const char *name,
			 unsigned int nth, uint64_t *address);

/**
 * client_vmlinux_type() - the type of a variable
 * @vmlinux: where
 * @name:    of the variable
 * @address: as the file has it
 * @buf:     for the type as C has it, "struct list_head *"
 * @size:    of @buf
 *
 * Return: true if it is known.
 */
bool client_vmlinux_type(struct client_vmlinux *vmlinux, const char *name,
			 uint64_t address, char *buf, size_t size);

#endif /* KWATCH_VMLINUX_H */
