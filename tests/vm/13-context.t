# SPDX-License-Identifier: GPL-2.0
#
# What a hit says of its context, and that the stack goes on through an
# interrupt to what was interrupted.

load ring_kb=2048

# in_context CTX FLAGS STACK...: 30 stores in CTX all have FLAGS, and each stack
# has these functions, in this order
in_context() {
	local ctx=$1 flags=$2 id
	shift 2
	ctl clear
	ctl_ok "w8 kwtest_word"
	id=$(last_id)
	run store8 30 ctx="$ctx" cpu=1
	is "$(watch_of "$id" hits)" 30 "$ctx: 30 hits"
	sed -n "/ watch=$id seq=1\$/,\$p" $KW/hits > /tmp/hits
	is "$(heads /tmp/hits | awk '{ print $3 }' | grep -vcE "^$flags\$")" 0 "$ctx: flags $flags"
	[ "$(heads /tmp/hits | awk '{ print $3 }' | grep -vcE "^$flags\$")" = 0 ] ||
		diag "$(heads /tmp/hits | awk '{ print $3 }' | sort | uniq -c)"
	is "$(heads /tmp/hits | grep -c '\[001\]')" 30 "$ctx: on CPU 1"
	# Each of them, behind the last, in every stack.
	is "$(awk -v names="$*" '
		BEGIN { n = split(names, want, " ") }
		/ seq=[0-9]+$/ { if (NR > 1 && at <= n) bad++; at = 1; next }
		at <= n { f = $2; sub(/\+.*/, "", f); if (f ~ "^(" want[at] ")$") at++ }
		END { if (at <= n) bad++; print bad + 0 }' /tmp/hits)" 0 "$ctx: the stack has $*"
	unlike "$(cat /tmp/hits)" '\[kwatch\]|exc_debug|hw_breakpoint|notifier_call|perf_' "$ctx: no frame of kwatch or of the exception"
	unlike "$(cat /tmp/hits)" 'lost its way|broken|<cut>' "$ctx: every stack goes to its end"
}

# A kernel that is not preempted need not count, and 5.10's does not.
preempted='\.[.N]\.3\.'
[ "$(sed -n 's/^preempt_count //p' $T/config)" = 1 ] || preempted='\.[.N]\.\.\.'

below="kwt_op_store8 kwt_l1 kwt_l2 kwt_l3 kwt_l4 kwt_l5 kwt_l6"
# shellcheck disable=SC2086
{
in_context kthread '\.[.N]\.\.\.' $below kwt_thread_fn kthread ret_from_fork
in_context preempt "$preempted" $below kwt_thread_fn kthread ret_from_fork
in_context irqsoff 'd[.N]\.\.\.' $below kwt_thread_fn kthread ret_from_fork
in_context bhoff '\.[.N]\.\.\.' $below kwt_thread_fn kthread ret_from_fork
# The idle task, which is interrupted most, runs with preemption off.
in_context softirq '\.[.N]s[.1-9]\.' $below kwt_timer_fn call_timer_fn
in_context hardirq 'd[.N][hH][.1-9]\.' $below kwt_call_fn '.*flush_smp_call_function_queue' \
	'a?sm_sysvec_call_function_single|asm_sysvec_call_function_single|ipi_handler|do_handle_IPI'
}
# Another CPU's thread called it: the hit is charged to what it interrupted.
is "$(heads /tmp/hits | grep -c 'kwtest/0-')" 0 "hardirq: the task is the one that was interrupted"
stats_add_up "stats add up"

# All contexts on top of each other, on both CPUs, and nothing is lost.
ctl clear
ctl_ok "w8 kwtest_word stack=8 rate=0"
id=$(last_id)
before=$(stores store8)
echo "store8 ctx=softirq threads=4 gap_us=100" > $T/run_bg
run store8 500 threads=4
run store8 500 threads=2 ctx=irqsoff
run store8 500 threads=2 ctx=hardirq
run_stop
is "$(watch_of "$id" hits)" $(($(stores store8) - before)) "threads, softirqs and hardirqs at once: every store is one hit"
at_least "$(watch_of "$id" hits)" 4000 "there were many"
is "$(stat_of watch$id.suppressed)" 0 "none was suppressed"
stats_add_up "stats add up"
done_testing
