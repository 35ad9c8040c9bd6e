/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Random numbers that are the same on every machine and in every run, so that
 * what fails once fails always.
 */
#ifndef KWATCH_RANDOM_H
#define KWATCH_RANDOM_H

#include <stdint.h>

static uint64_t random_state = 0x6b77617463680001; /* splitmix64 takes any */

static inline uint64_t random_u64(void)
{
	uint64_t z = random_state += 0x9e3779b97f4a7c15;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
	z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
	return z ^ (z >> 31);
}

/* 0 to @n - 1 */
static inline unsigned int random_below(unsigned int n)
{
	return random_u64() % n;
}

#define RANDOM_OF(array) ((array)[random_below(sizeof(array) / sizeof((array)[0]))])

#endif /* KWATCH_RANDOM_H */
