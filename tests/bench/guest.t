# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2034,SC2086,SC2154,SC3043
#
# The benchmark's half in the guest: the same stores, watched by one tool after
# the other; then what is kept of them, and what reading it costs.  Lines for
# the host: "STORE NAME MILLI", thousandths of an instruction a store, and
# "FIGURE NAME VALUE [<=|>= LIMIT]".

B=/sys/kernel/debug/kwbench
KILL=/bin/kill

# measure NAME [N]: paced, so that a consumer keeps up; the cheapest burst counts
measure() {
	echo "${2:-10000} 100 1000" > $B/run
	echo "#vm diag STORE $1 $(sed -n 's/.*least_milli_per=\([0-9]*\).*/\1/p' $B/result)"
}
# figure NAME VALUE [<=|>= LIMIT]
figure() { echo "#vm diag FIGURE $*"; }
# cost COMMAND...: instructions of a program, and of the kernel for it
cost() {
	spent /tmp/spent "$@" > /tmp/out 2> /tmp/err < /dev/null
	cat /tmp/spent
}
# tight N OP: all at once, so that nobody else gets the CPU
tight() { echo "$1 0 0 $2" > $B/run; }
# client NAME READY COMMAND...: measure while it runs; READY is in its output then
client() {
	local name=$1 ready=$2 pid
	shift 2
	spent /tmp/spent "$@" > /tmp/out 2> /tmp/err < /dev/null &
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

# What programs cost before they have read a hit.
modprobe kwatch && kw_find
ctl_ok "w8 kwbench_word rate=0"
tail_start=$(cost kwatch tail --no-follow)
cat_start=$(cost cat $KW/hits)

tight 100000 0
cat $KW/hits > /tmp/text
kept=$(heads /tmp/text | wc -l)
figure kwatch-kept-of-100000 "$kept" ">=" 10882
# What a file costs besides is the file system's.
figure kwatch-tail-to-tmpfs-a-hit $((($(cost kwatch tail --no-follow) - tail_start) / kept))
is "$(heads /tmp/out | wc -l)" "$kept" "tail has them all"
figure kwatch-tail-a-hit $((($(spent /tmp/spent kwatch tail --no-follow > /dev/null; cat /tmp/spent) - tail_start) / kept)) "<=" 2000
figure kwatch-tail-start "$tail_start"
figure kwatch-cat-hits-a-hit $((($(cost cat $KW/hits) - cat_start) / kept)) "<=" 10000
is "$(heads /tmp/out | wc -l)" "$kept" "cat has them all"
# Eight blocks are not quite all: a ninth might wait for more to come.
dd_start=$(cost dd if=/dev/null of=/tmp/raw)
dd_spent=$(($(cost dd if=$KW/hits_raw of=/tmp/raw bs=65536 count=8) - dd_start))
figure kwatch-hits_raw-a-hit $((dd_spent * 48 / $(stat -c %s /tmp/raw))) "<=" 500
ctl_ok clear
# The governor that a watch has unless it is told otherwise lets a burst be.
ctl_ok "w8 kwbench_word"
w=$(last_id)
tight 100000 0
figure kwatch-governed-recorded-of-100000 "$(stat_of "watch$w.recorded")"
ctl_ok clear
rmmod kwatch

modprobe kwatch && kw_find
ctl_ok "w8 kwbench_word rate=0"
measure kwatch
# From here on each record takes the place of an older one.
tight 20000 0
measure kwatch-ring-full
ctl_ok clear
ctl_ok "w8 kwbench_word"
measure kwatch-governed
ctl_ok clear
# The first hit spends it all.
ctl_ok "w8 kwbench_word rate=1/s"
tight 20000 3
echo "#vm diag STORE kwatch-over-budget $(sed -n 's/.*least_milli_per=\([0-9]*\).*/\1/p' $B/result)"
figure kwatch-over-budget-suppressed "$(stat_of "watch$(last_id).suppressed")" ">=" 19000
ctl_ok clear
ctl_ok "r8 kwbench_word"
measure kwatch-filtered
ctl_ok clear
echo "100000 0 0 1" > $B/run
echo "#vm diag STORE unwatched $(sed -n 's/.*least_milli_per=\([0-9]*\).*/\1/p' $B/result)"
for word in kwbench_word+8 kwbench_word+16 kwbench_word+24 kwbench_word+32; do ctl_ok "w8 $word"; done
echo "100000 0 0 1" > $B/run
echo "#vm diag STORE unwatched-with-four-armed $(sed -n 's/.*least_milli_per=\([0-9]*\).*/\1/p' $B/result)"
ctl_ok clear
rmmod kwatch

# perf_kept NAME OPTION...: what perf keeps of them, and what its text costs
perf_kept() {
	local name=$1 pid n
	shift
	perf record -a "$@" -e "mem:$A/8:w" -o /tmp/perf.data > /tmp/out 2>&1 < /dev/null &
	pid=$!
	sleep 4
	tight 100000 0
	sleep 5
	$KILL -INT $pid
	wait $pid
	n=$(cost perf script -i /tmp/perf.data)
	kept=$(grep -c ' mem:' /tmp/out)
	figure "$name-kept-of-100000" "$kept"
	figure "$name-text-a-hit" $((n / kept))
}
client perf-record "" perf record -a -e "mem:$A/8:w" -o /tmp/perf.data
perf_kept perf-record
client perf-record-g "" perf record -a -g -e "mem:$A/8:w" -o /tmp/perf.data
perf_kept perf-record-g -g
client bpf-libbpf Attaching bpfpeer "$A"
shown=$(sed -n 's/^shown \([0-9]*\) .*/\1/p' /tmp/err)
figure bpf-libbpf-text-a-hit $((($(cat /tmp/spent) - $(
	spent /tmp/spent bpfpeer "$A" > /dev/null 2> /tmp/idle &
	wait_for 60 grep -q Attaching /tmp/idle; sleep 1; $KILL -INT $!; wait $!; cat /tmp/spent)) / shown))
spent /tmp/spent bpfpeer "$A" > /tmp/out 2> /tmp/err &
pid=$!
wait_for 60 grep -q Attaching /tmp/err
tight 100000 0
sleep 5
$KILL -INT $pid
wait $pid
figure bpf-libbpf-kept-of-100000 "$(sed -n 's/^shown \([0-9]*\) .*/\1/p' /tmp/err)"
# shellcheck disable=SC2016
client bpftrace-count Attaching bpftrace -e "watchpoint:$A:8:w { @ = count(); }"
client bpftrace-kstack-count Attaching bpftrace -e "watchpoint:$A:8:w { @[kstack] = count(); }"
client bpftrace-printf-kstack Attaching bpftrace -e "watchpoint:$A:8:w { printf(\"%d %s%s\\n\", pid, comm, kstack); }"
# shellcheck disable=SC2016
printf='BEGIN { printf("Attaching\n"); } watchpoint:'$A':8:w { printf("hit %d %s%s\n", pid, comm, kstack); }'
spent /tmp/spent bpftrace -e "$printf" > /tmp/out 2> /tmp/err &
pid=$!
wait_for 60 grep -q Attaching /tmp/out
sleep 2
tight 100000 0
sleep 10
$KILL -INT $pid
wait $pid
figure bpftrace-printf-kstack-kept-of-100000 "$(grep -c '^hit' /tmp/out)"
done_testing
