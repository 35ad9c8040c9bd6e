// SPDX-License-Identifier: GPL-2.0
/*
 * A hit noted by a BPF program on a perf event: what somebody who knows libbpf
 * would write instead of kwatch.  A peer for the benchmark's table.
 */
#include <linux/bpf.h>
#include <linux/bpf_perf_event.h>

#include <bpf/bpf_helpers.h>

#include "bpfpeer.h"

/* As large as kwatch's own. */
struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 512 * 1024);
} hits SEC(".maps");

const volatile unsigned long long watched;
unsigned long long lost;

SEC("perf_event")
int on_hit(struct bpf_perf_event_data *ctx)
{
	struct bpfpeer_hit *hit = bpf_ringbuf_reserve(&hits, sizeof(*hit), 0);

	if (!hit) {
		__sync_fetch_and_add(&lost, 1);
		return 0;
	}
	hit->time_ns = bpf_ktime_get_ns();
	hit->cpu = bpf_get_smp_processor_id();
	hit->pid = bpf_get_current_pid_tgid();
	bpf_get_current_comm(hit->comm, sizeof(hit->comm));
	bpf_probe_read_kernel(&hit->value, sizeof(hit->value), (const void *)watched);
	hit->bytes = bpf_get_stack(ctx, hit->ip, sizeof(hit->ip), 0);
	bpf_ringbuf_submit(hit, 0);
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
