/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The kernel's memory, as /proc/kcore shows it.
 *
 * It shows zeros where vmalloc() has mapped nothing; the kernel's page tables
 * tell where that is.
 */
#ifndef KWATCH_KMEM_H
#define KWATCH_KMEM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct client_kmem;

/**
 * client_kmem_open() - open the kernel's memory
 *
 * KWATCH_KCORE in the environment names another file than /proc/kcore.
 *
 * Return: it, for client_kmem_close(); also if it cannot be read, see
 * client_kmem_error().
 */
struct client_kmem *client_kmem_open(void);

/**
 * client_kmem_close() - close it
 * @kmem: it, or NULL
 */
void client_kmem_close(struct client_kmem *kmem);

/**
 * client_kmem_error() - can it be read?
 * @kmem: it
 *
 * Return: NULL if so, else what is wrong.
 */
const char *client_kmem_error(const struct client_kmem *kmem);

/**
 * client_kmem_read() - copy memory
 * @kmem:    it
 * @address: of the kernel
 * @buf:     where to
 * @len:     bytes
 *
 * Return: true if all of it is there.
 */
bool client_kmem_read(struct client_kmem *kmem, uint64_t address, void *buf,
		      size_t len);

/**
 * client_kmem_set_tables() - say where the kernel's page tables begin
 * @kmem:    it
 * @address: of swapper_pg_dir, or 0
 *
 * Without them all of what /proc/kcore shows is taken for memory.
 */
void client_kmem_set_tables(struct client_kmem *kmem, uint64_t address);

/**
 * client_kmem_is_sparse() - is it where vmalloc() and its kind map pages?
 * @kmem:    it
 * @address: of the kernel
 */
bool client_kmem_is_sparse(struct client_kmem *kmem, uint64_t address);

/**
 * client_kmem_task() - what the task_struct of this task holds
 * @kmem: it
 * @len:  bytes of it
 *
 * Where it is, it does not say; but it leads to all others, without any symbol.
 *
 * Return: a copy made at client_kmem_open(), or NULL.
 */
const void *client_kmem_task(const struct client_kmem *kmem, size_t *len);

#endif /* KWATCH_KMEM_H */
