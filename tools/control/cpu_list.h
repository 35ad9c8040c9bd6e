/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The CPUs that there can be, by their numbers.
 */
#ifndef KWATCH_CPUS_H
#define KWATCH_CPUS_H

/**
 * client_cpus_next() - the next CPU that can ever be online
 * @after: its number is above this; -1 for the first
 *
 * KWATCH_CPUS in the environment names another file than
 * /sys/devices/system/cpu/possible.  Without such a file: what sysconf() says.
 *
 * Return: its number, or -1.
 */
int client_cpus_next(int after);

#endif /* KWATCH_CPUS_H */
