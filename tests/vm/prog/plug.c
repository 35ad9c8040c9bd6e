// SPDX-License-Identifier: GPL-2.0
/*
 * A library that kwup loads and unloads; built twice, with NAME=plug_a and
 * plug_b, so that one may take the other's place in memory.
 */
#include <stdint.h>

void plug_store(uint32_t *word);
void NAME(uint32_t *word);

/* In one line: a debugger shows the instruction behind the store. */
__attribute__((noinline)) void NAME(uint32_t *word)
{
	*(volatile uint32_t *)word = 1; __asm__ volatile("nop; nop");
}

void plug_store(uint32_t *word)
{
	NAME(word);
	__asm__ volatile("nop");
}
