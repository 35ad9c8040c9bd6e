// SPDX-License-Identifier: GPL-2.0
/*
 * A sample with a fault: an array is filled by one too many, into the variable
 * that lies behind it.  Nobody who reads "limit" will find out who changed it.
 *
 *	kwatch run w limit -- ./overrun
 */
#include <stdio.h>

#define SENSORS	8

/* This compiler puts what comes first last. */
int limit = 100;
int readings[SENSORS] = { -1 };

static int sensor(int i)
{
	return 20 + i;
}

static void take_readings(int nr)
{
	int i;

	for (i = 0; i < nr; i++)
		readings[i] = sensor(i);
}

static void configure(int value)
{
	limit = value;
}

int main(int argc, char **argv)
{
	(void)argv;
	configure(90);
	/* Nine: "the last one as well". */
	take_readings(SENSORS + argc);
	puts("readings taken");
	printf("limit is %d\n", limit);
	return limit != 90;
}
