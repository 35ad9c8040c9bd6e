/* SPDX-License-Identifier: GPL-2.0 */
/*
 * /dev/kwatch: a program watches its own memory, without being root.
 */
#ifndef KWATCH_DEVICE_H
#define KWATCH_DEVICE_H

#include "language/spec.h"

struct kwatch_answer;
struct kwatch_client_ring;

/**
 * kwatch_device_create() - make the device
 *
 * Context: may sleep; all else is ready.
 * Return: 0 or -errno.
 */
int kwatch_device_create(void);

/* kwatch_device_remove() - may sleep; no file of it is open */
void kwatch_device_remove(void);

#endif /* KWATCH_DEVICE_H */
