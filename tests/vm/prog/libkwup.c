// SPDX-License-Identifier: GPL-2.0
/*
 * The shared library of kwup: calls back into the program, two calls deep, so
 * that a stack goes from one to the other and back.
 */
#include <stdint.h>

void lib_call(uint32_t n, void (*func)(uint32_t n));

uint64_t lib_word;
static volatile uint16_t twin;
static volatile uint32_t lib_local;

static __attribute__((noinline)) void lib_bounce(uint32_t n, void (*func)(uint32_t n))
{
	volatile uint32_t room[40];

	room[n % 40] = n;
	func(n);
	lib_local = room[n % 40];
}

void lib_call(uint32_t n, void (*func)(uint32_t n))
{
	lib_bounce(n, func);
	twin++;
}
