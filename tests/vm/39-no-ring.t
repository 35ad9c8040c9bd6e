# SPDX-License-Identifier: GPL-2.0
# vm: timeout=60
#
# A CPU for whose ring there was no memory when it came online.

modprobe kwtest
modprobe kwmem
M=/sys/kernel/debug/kwmem
object=$(awk '/^object/ { print $2 }' $M/addr)
victim
# no_ring: load kwatch, and let CPU 1 come without a ring
no_ring() {
	echo 0 > /sys/devices/system/cpu/cpu1/online
	load
	# Since the first watch, each CPU is to have one.
	ctl_ok "w8 kwtest_word"
	ctl_ok clear
	insmod "/lib/modules/$(uname -r)/extra/kwt_fail.ko" call=vzalloc_node,vzalloc_node_noprof from=kwatch_buffers_create ret=0
	echo 1 > /sys/devices/system/cpu/cpu1/online
	at_least "$(cat /sys/module/kwt_fail/parameters/failed)" 1 "there is no memory for a ring"
}
no_ring
is "$(stat_of cpu1.overwritten)" "" "so CPU 1 has none"
ctl_err ENOMEM "w8 kwtest_word" "a watch on all CPUs is refused"
ctl_ok "w8 kwtest_word cpu=0" "one on CPU 0 is not"

# What a process does there is counted, not recorded.
watch "w8 $word pid=$pid rate=0"
taskset -p 2 "$pid" > /dev/null
do_it store 10
is "$(watch_of "$id" hits) $(stat_of "watch$id.suppressed")" "10 10" "hits of a process on CPU 1 are suppressed"
stats_add_up "stats add up"

watch "w8 $object until=free cpu=0"
taskset 2 sh -c "echo object > $M/free"
ok "an object is freed there, and its watch goes" wait_for 10 is_gone "$id"
like "$(cat $KW/hits)" "^# .*w8 $object .*watch=$id$" "and says so"

# When there is memory again, the ring is made.
rmmod kwt_fail
ctl_ok clear
ctl_ok "w8 kwtest_word" "with memory, a watch on all CPUs is armed"
run store8 20 cpu=1
is "$(watch_of "$(last_id)" hits) $(stat_of cpu1.recorded)" "20 20" "and records on CPU 1"
exec 8>&-
done_testing
