# SPDX-License-Identifier: GPL-2.0
# vm: timeout=180
#
# Each stage of the load fails in turn.  What the stages before it did is undone: the
# kernel calls nothing of kwatch afterwards, and kwatch can be loaded.

modprobe kwtest
ko=$(find /lib/modules -name kwatch.ko)

# used: whatever may have been left in a list of the kernel's is called
used() {
	local i
	for i in 1 2 3 4 5; do /bin/true; done
	taskset 2 /bin/true
	modprobe kwt_late && rmmod kwt_late
	echo 0 > /sys/devices/system/cpu/cpu1/online
	echo 1 > /sys/devices/system/cpu/cpu1/online
}

# stage NAME [PARAM=VALUE...]: the load fails there
stage() {
	local name=$1
	shift
	dmesg -c > /dev/null
	nok "$name: not loaded" insmod "$ko" "$@"
	ok "$name: the kernel log says where" dmesg_has "kwatch: not loaded: $name \(error -[0-9]+\)"
	used
	nok "$name: nothing is left" grep -q '^kwatch ' /proc/modules
}

# without CALL[,CALL...] FROM RET NAME [PARAM=VALUE...]: because CALL fails for FROM
without() {
	local call=$1 from=$2 ret=$3 name=$4
	shift 4
	ok "$call() is to fail" insmod "${ko%/*}/kwt_fail.ko" call="$call" from="$from" ret="$ret"
	stage "$name" "$@"
	at_least "$(cat /sys/module/kwt_fail/parameters/failed)" 1 "$name: because of $call()"
	rmmod kwt_fail
}

if is_arm64; then
	without ftrace_set_filter,register_kprobe "" -12 architecture
else
	without tracepoint_probe_register kwatch_x86_sleep_init -12 architecture
	without register_module_notifier kwatch_orc_init -12 unwinder
fi
stage CPUs ring_kb=1
without vzalloc,vzalloc_noprof kwatch_event_init 0 events
without alloc_workqueue,alloc_workqueue_noprof "" 0 work
stage watches stack_depth=65
without register_module_notifier kwatch_follow_init -12 hotplug
without __cpuhp_setup_state "" -28 hotplug
without perf_event_create_kernel_counter "" -95 self-test
without misc_register "" -16 device ksym=kwtest_word

# By then a watch was armed, or nearly.
stage ksym ksym=nosuch
victim
stage ksym type=w32 ksym="$(printf '"0x%x pid=%d"' $((word + 1)) "$pid")"
stage ksym ksym="$(printf '"0x%x pid=%d if new > nosuch"' "$word" "$pid")"
without misc_register "" -16 device ksym="$(printf '"0x%x pid=%d children"' "$word" "$pid")"
exec 8>&-
wait
modprobe kwmem
stage ksym ksym="\"$(awk '/^object/ { print $2 }' /sys/kernel/debug/kwmem/addr) until=free until=close\""
echo object > /sys/kernel/debug/kwmem/free
rmmod kwmem

ok "after all that it loads" load ksym=kwtest_word
run store8 100
is "$(watch_of 1 hits)" 100 "and counts"
ok "and goes" rmmod kwatch
used
done_testing
