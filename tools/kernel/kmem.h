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

struct kwatch_kmem;

/**
 * kwatch_kmem_open() - open the kernel's memory
 *
 * KWATCH_KCORE in the environment names another file than /proc/kcore.
 *
 * Return: it, for kwatch_kmem_close(); also if it cannot be read, see
 * kwatch_kmem_error().
 */
struct kwatch_kmem *kwatch_kmem_open(void);

/**
 * kwatch_kmem_close() - close it
 * @kmem: it, or NULL
 */
void kwatch_kmem_close(struct kwatch_kmem *kmem);

/**
 * kwatch_kmem_error() - can it be read?
 * @kmem: it
 *
 * Return: NULL if so, else what is wrong.
 */
const char *kwatch_kmem_error(const struct kwatch_kmem *kmem);

/**
 * kwatch_kmem_read() - copy memory
 * @kmem:    it
 * @address: of the kernel
 * @buf:     where to
 * @len:     bytes
 *
 * Return: true if all of it is there.
 */
bool kwatch_kmem_read(struct kwatch_kmem *kmem, uint64_t address, void *buf,
		      size_t len);

/**
 * kwatch_kmem_set_tables() - say where the kernel's page tables begin
 * @kmem:    it
 * @address: of swapper_pg_dir, or 0
 *
 * Without them all of what /proc/kcore shows is taken for memory.
 */
void kwatch_kmem_set_tables(struct kwatch_kmem *kmem, uint64_t address);

/**
 * kwatch_kmem_is_sparse() - is it where vmalloc() and its kind map pages?
 * @kmem:    it
 * @address: of the kernel
 */
bool kwatch_kmem_is_sparse(struct kwatch_kmem *kmem, uint64_t address);

/**
 * kwatch_kmem_task() - what the task_struct of this task holds
 * @kmem: it
 * @len:  bytes of it
 *
 * Where it is, it does not say; but it leads to all others, without any symbol.
 *
 * Return: a copy made at kwatch_kmem_open(), or NULL.
 */
const void *kwatch_kmem_task(const struct kwatch_kmem *kmem, size_t *len);

#endif /* KWATCH_KMEM_H */
