/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the BPF program of the benchmark tells its client of a hit.
 */
#ifndef BPFPEER_H
#define BPFPEER_H

/* As many frames as kwatch takes unless told otherwise. */
#define BPFPEER_FRAMES	32

struct bpfpeer_hit {
	unsigned long long time_ns;
	unsigned long long value;
	unsigned long long ip[BPFPEER_FRAMES];
	unsigned int pid;
	unsigned int cpu;
	int bytes;		/* of @ip; negative: no stack */
	char comm[16];
};

#endif /* BPFPEER_H */
