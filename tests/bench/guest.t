# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2034,SC2086,SC2154,SC3043
#
# The benchmark's half in the guest: the same stores, watched by one tool after
# the other.  Each "RES NAME MILLI" line is thousandths of an instruction a store.

B=/sys/kernel/debug/kwbench
KILL=/bin/kill

# measure NAME [N]: paced, so that a consumer keeps up; the cheapest burst counts
measure() {
	echo "${2:-10000} 100 1000" > $B/run
	echo "#vm diag RES $1 $(sed -n 's/.*least_milli_per=\([0-9]*\).*/\1/p' $B/result)"
}
# client NAME READY COMMAND...: measure while it runs; READY is in its output then
client() {
	local name=$1 ready=$2 pid
	shift 2
	"$@" > /tmp/out 2> /tmp/err < /dev/null &
	pid=$!
	# shellcheck disable=SC2086
	if [ -n "$ready" ]; then wait_for 60 grep -q "$ready" /tmp/out /tmp/err; else sleep 4; fi
	sleep 2
	measure "$name"
	sleep 3
	$KILL -INT $pid
	wait $pid
}

echo 0 > /proc/sys/kernel/kptr_restrict
echo -1 > /proc/sys/kernel/perf_event_paranoid
modprobe kwbench
A=$(cat $B/addr)
measure bare 100000
for mode in empty unwind save ftrace; do
	modprobe kwpeer addr="$A" mode=$mode
	measure "module-$mode"
	rmmod kwpeer
done

modprobe kwatch && kw_find
ctl_ok "w8 kwbench_word rate=0"
measure kwatch
cat $KW/hits > /tmp/text
measure kwatch-again
ctl_ok clear
ctl_ok "w8 kwbench_word"
measure kwatch-governed
ctl_ok clear
ctl_ok "r8 kwbench_word"
measure kwatch-filtered
ctl_ok clear
echo "100000 0 0 1" > $B/run
echo "#vm diag RES unwatched $(sed -n 's/.*least_milli_per=\([0-9]*\).*/\1/p' $B/result)"
for word in kwbench_word+8 kwbench_word+16 kwbench_word+24 kwbench_word+32; do ctl_ok "w8 $word"; done
echo "100000 0 0 1" > $B/run
echo "#vm diag RES unwatched-with-four-armed $(sed -n 's/.*least_milli_per=\([0-9]*\).*/\1/p' $B/result)"
ctl_ok clear
rmmod kwatch

client perf-record "" perf record -a -e "mem:$A/8:w" -o /tmp/perf.data
client perf-record-g "" perf record -a -g -e "mem:$A/8:w" -o /tmp/perf.data
# shellcheck disable=SC2016
client bpftrace-count Attaching bpftrace -e "watchpoint:$A:8:w { @ = count(); }"
client bpftrace-kstack-count Attaching bpftrace -e "watchpoint:$A:8:w { @[kstack] = count(); }"
client bpftrace-printf-kstack Attaching bpftrace -e "watchpoint:$A:8:w { printf(\"%d %s%s\\n\", pid, comm, kstack); }"
done_testing
