# SPDX-License-Identifier: GPL-2.0
# vm: timeout=240
# vm: skip_on=5.10-arm64 its own unwinder gives other frames at an interrupt, and is used from then on
#
# Whatever was interrupted, the stack is the one that the kernel's own unwinder
# gives: with verify_stack=1 the module compares the two at every hit.

TR=/sys/kernel/tracing

# check WHAT MIN: at least MIN stacks more were compared, and none differed
checked=0 by_kernel=0
check() {
	local now kernel
	now=$(sum_of stacks_checked)
	kernel=$(sum_of stacks_by_kernel)
	is "$(stat_of unwinder)" "$fast" "$1: the stacks are the kernel's"
	at_least $((now - checked + kernel - by_kernel)) "$2" "$1: stacks were compared"
	diag "$1: $((now - checked)) compared, $((kernel - by_kernel)) left to the kernel's unwinder"
	checked=$now by_kernel=$kernel
}

# work: forks, opens, reads, page faults, pipes
work() {
	local i=0
	while [ $i -lt "${1:-15}" ]; do
		find /sys/module -maxdepth 1 | sort | head -n 20 > /tmp/work
		cat /proc/self/maps /proc/stat > /tmp/work
		dd if=/dev/zero of=/tmp/work bs=64k count=4 2> /dev/null
		i=$((i + 1))
	done
}

# watch SPEC: arm it for the next check; what this kernel has not is no matter
watch() {
	ctl "$1" || { diag "not here: $1: $ERR"; return 1; }
}

# Functions whose return is patched: by a kretprobe, by the function graph
# tracer, and with ftrace's own frames below.
traced() {
	if echo 'r:kwt_ret kwtest:kwt_l3' > $TR/kprobe_events 2> /dev/null; then
		echo 1 > $TR/events/kprobes/kwt_ret/enable
		run store8 300
		check "kretprobe" 300
		run store8 300 ctx=softirq
		check "kretprobe in a softirq" 300
		echo 0 > $TR/events/kprobes/kwt_ret/enable
		echo > $TR/kprobe_events
	else
		skip 4 "no kretprobes"
	fi
	for tracer in function function_graph; do
		if grep -qw $tracer $TR/available_tracers; then
			echo 'kwt_*' > $TR/set_ftrace_filter
			echo $tracer > $TR/current_tracer
			run store8 300
			check "$tracer" 300
			run store8 300 ctx=hardirq
			check "$tracer in an interrupt" 300
			echo nop > $TR/current_tracer
			echo > $TR/set_ftrace_filter
		else
			skip 4 "no $tracer tracer"
		fi
	done
}

ok "verify_stack=1" load verify_stack=1
[ -n "$(stat_of unwinder)" ] || skip_all "no unwinder named"
fast=$(stat_of unwinder)
case $fast in
orc-cache | frame-records) ;;
*) skip_all "only the kernel's unwinder here: $fast" ;;
esac

ctl_ok "w8 kwtest_word stack=64"
for ctx in kthread irqsoff bhoff softirq hardirq; do
	run store8 600 ctx=$ctx
	check "$ctx" 600
done
for op in memset memcpy lock_inc cmpxchg xchg; do
	run $op 300
	check "$op" 300
	run $op 100 ctx=hardirq
	check "$op in an interrupt" 100
done
run store8 2000 threads=4
check "four threads" 8000

# On arm64 the kernel knows what tracers have put in a return address's place.
[ "$fast" = frame-records ] || traced
ctl_ok clear

# An instruction of a function that is entered by a tail call and others.
ctl_ok "x kwtest_func stack=64"
run call 300
check "x" 300
ctl_ok clear

# The kernel at work, written to from everywhere.
for spec in "w4 nr_threads" "w8 total_forks" "w4 tasklist_lock" "w8 kstat" \
	"w4 runqueues+4" "rw4 irq_stat" "w8 vm_event_states" "w8 jiffies_64" "w8 nr_files+8"; do
	if watch "$spec stack=64"; then
		work 6
		check "$spec" 1
		ctl_ok clear
	fi
done
# ... and from inside the tracers
if [ "$fast" = orc-cache ] && grep -qw function_graph $TR/available_tracers && watch "w4 tasklist_lock stack=64"; then
	echo 'copy_*' 'kernel_*' 'release_*' 'do_*' > $TR/set_ftrace_filter
	echo function_graph > $TR/current_tracer
	work 3
	echo nop > $TR/current_tracer
	check "forks under function_graph" 1
	ctl_ok clear
fi

# A module that goes takes what was known of its code along.
for i in 1 2 3; do
	rmmod kwtest
	modprobe kwtest
	ctl_ok "w8 kwtest_word stack=64"
	run store8 100
	check "kwtest loaded again ($i)" 100
	ctl_ok clear
done

# There, such a stack leaves all of them to the kernel, and says so.
if [ "$fast" = frame-records ] && grep -qw function_graph $TR/available_tracers; then
	echo 'kwt_*' > $TR/set_ftrace_filter
	echo function_graph > $TR/current_tracer
	ctl_ok "w8 kwtest_word stack=64"
	run store8 300
	echo nop > $TR/current_tracer
	is "$(stat_of unwinder)" "kernel (a stack came out otherwise)" "function_graph: the kernel unwinds from now on"
	is "$(awk -v w="watch=$(last_id)" '/ seq=/ { ours = $0 ~ w " " } ours && /^ => kwt_l3\+/' $KW/hits | wc -l)" \
		300 "and knows who called"
	ctl_ok clear
fi
done_testing
