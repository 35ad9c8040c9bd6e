# SPDX-License-Identifier: GPL-2.0
# vm: timeout=180
#
# A CPU or thread that should have a breakpoint and has none is counted, told
# when it begins and ends, and tried again.

load
cpu1=/sys/devices/system/cpu/cpu1/online

# take N WHERE...: have "kwt slots" take N slots; $taken is how many it got
take() {
	rm -f /tmp/slots.in
	mkfifo /tmp/slots.in
	kwt slots "$@" < /tmp/slots.in > /tmp/slots.out &
	taker=$!
	exec 7> /tmp/slots.in
	wait_for 20 test -s /tmp/slots.out
	read -r taken < /tmp/slots.out
}
give() {
	exec 7>&-
	wait $taker
}
# uncovered_of ID: uncovered= of a watch in ctl, 0 if it is not there
uncovered_of() {
	local n
	n=$(watch_of "$1" uncovered)
	echo "${n:-0}"
}
is_covered() { [ "$(uncovered_of "$1")" = 0 ]; }
# told_times WHO ID: its line in hits that says how a time without cover ended; "FROM TO"
told_times() { sed -n "s/^# $1: .*not covered from \([0-9.]*\) to \([0-9.]*\) .* watch=$2\$/\1 \2/p" $KW/hits | tail -n 1; }
# ms_between FROM TO: two times in seconds
ms_between() { awk -v a="$1" -v b="$2" 'BEGIN { printf "%d\n", (b - a) * 1000 }'; }

# --- a CPU that comes online ----------------------------------------------------

if [ ! -w $cpu1 ]; then
	skip_all "this kernel cannot take CPU 1 off"
fi
slots=$(stat_of slots)
take $((slots - 1)) cpu 1
is "$taken" $((slots - 1)) "all slots of CPU 1 but one are taken by a task"
echo 0 > $cpu1
# Each takes two slots and one: the first cannot be had, the second can.
ctl_ok "w9 kwtest_word+40 name=two rate=0"
two=$(last_id)
ctl_ok "w8 kwtest_word name=one rate=0"
one=$(last_id)
is "$(uncovered_of "$two")" 0 "an offline CPU is not uncovered"
echo 1 > $cpu1
run store8 100 cpu=1
is "$(watch_of "$one" hits)" 100 "a watch whose slot is free covers CPU 1, behind one whose slots are not"
is "$(uncovered_of "$two") $(uncovered_of "$one")" "1 0" "ctl counts"
is "$(stat_of "watch$two.uncovered") $(stat_of "watch$two.cpu1.uncovered") $(stat_of "watch$two.cpu0.uncovered")" "1 1 " "stats names the CPU"
is "$(stat_of "watch$one.uncovered")" 0 "and says that the other is whole"
like "$(cat $KW/hits)" "^# CPU 1: w9 kwtest_word\+0x28: not covered since [0-9]+\.[0-9]+ \(no free slot\) watch=$two\$" "hits tells when it began, and why"
run store8 50 cpu=1 off=40
run store8 5 cpu=0 off=40
is "$(watch_of "$two" hits)" 5 "CPU 0 is covered meanwhile"
freed=$(cut -d' ' -f1 /proc/uptime)
give
ok "once slots are free it is covered again" wait_for 20 is_covered "$two"
run store8 200 cpu=1 off=40
is "$(stat_of "watch$two.cpu1.hits") $(stat_of "watch$two.cpu0.hits")" "200 5" "and each store is a hit"
like "$(cat $KW/hits)" "^# CPU 1: w9 kwtest_word\+0x28: covered again; not covered from [0-9]+\.[0-9]+ to [0-9]+\.[0-9]+ \(no free slot\) watch=$two\$" "hits tells from when to when"
# shellcheck disable=SC2046 # two words
set -- $(told_times "CPU 1" "$two")
ms=$(ms_between "$freed" "$2")
ok "within a second, and what a loaded machine adds ($ms ms)" [ "$ms" -le $((1000 * ${PATIENCE:-3})) ]
is "$(stat_of "watch$two.cpu1.uncovered")$(stat_of "watch$two.uncovered")" 0 "stats has none any more"
ctl_ok clear

# A slot that one of our own watches gives back; and the CPU goes offline before.
take $((slots - 2)) cpu 1
echo 0 > $cpu1
ctl_ok "w9 kwtest_word+40 name=two rate=0"
two=$(last_id)
ctl_ok "w9 kwtest_word name=second rate=0"
second=$(last_id)
echo 1 > $cpu1
is "$(uncovered_of "$two") $(uncovered_of "$second")" "0 1" "two have them, two have not"
echo 0 > $cpu1
is "$(uncovered_of "$second")" 0 "offline again"
like "$(cat $KW/hits)" "^# CPU 1: w9 kwtest_word\+0x0: nothing left to cover; not covered from .* \(no free slot\) watch=$second\$" "which ends it"
echo 1 > $cpu1
is "$(uncovered_of "$second")" 1 "online again"
ctl_ok "-two"
ok "a watch that goes leaves its slots to one that waits" wait_for 20 is_covered "$second"
run store8 30 cpu=1
is "$(watch_of "$second" hits)" 30 "and each store is a hit"
ctl_ok clear
give

# Removed or switched off while it is uncovered.
take $((slots - 1)) cpu 1
echo 0 > $cpu1
ctl_ok "w9 kwtest_word+40 name=two"
two=$(last_id)
echo 1 > $cpu1
ctl_ok "off two"
is "$(uncovered_of "$two")" 0 "a watch that is off covers nothing"
is "$(grep -c "nothing left to cover; .* watch=$two\$" $KW/hits)" 1 "and says so"
ctl_err ENOSPC "on two" "on: not on one CPU of two"
ctl_ok clear
give
stats_add_up "stats add up"

# --- a thread -------------------------------------------------------------------

victim
do_it pool 3
# shellcheck disable=SC2012 # numbers
tid=$(ls "/proc/$pid/task" | sort -n | tail -n 1)
watch "w8 $word pid=$pid rate=1/s stack=off"
# The governor takes all breakpoints off; a debugger takes those of one thread then.
n=0
taken=0
while [ $n -lt 100 ]; do
	do_it store 3
	take "$slots" tid "$tid"
	[ "$taken" != "$slots" ] || break
	give
	n=$((n + 1))
done
is "$taken" "$slots" "a debugger has taken all slots of a thread"
uncovered() { [ "$(uncovered_of "$id")" = "$1" ]; }
ok "ctl says that one thread is uncovered" wait_for 20 uncovered 1
is "$(stat_of "watch$id.uncovered")" 1 "stats does"
like "$(cat $KW/hits)" "^# thread kwu-$tid: w8 $word: not covered since [0-9]+\.[0-9]+ \(no free slot\) watch=$id\$" "hits names it"
is "$(watch_of "$id" state)" armed "the watch is armed"
n=$(watch_of "$id" hits)
do_it store 1
is "$(($(watch_of "$id" hits) - n))" 1 "and the others are covered"
give
ok "covered again" wait_for 20 uncovered 0
like "$(cat $KW/hits)" "^# thread kwu-$tid: w8 $word: covered again; not covered from [0-9]+\.[0-9]+ to [0-9]+\.[0-9]+ \(no free slot\) watch=$id\$" "hits tells from when to when"
ctl_ok clear
watch "w8 $word pid=$pid rate=0 stack=off"
do_it poolstore 100
expect 300 "each store of each thread is a hit"
ctl_ok clear

# --- no memory ------------------------------------------------------------------

fail=/lib/modules/$(uname -r)/extra/kwt_fail.ko
failed() { cat /sys/module/kwt_fail/parameters/failed; }

# For a child that shares the memory: it runs before kwatch knows of it.
watch "w8 $word pid=$pid rate=0 stack=off"
# The compiler may have put the one function into the other.
from=probe_newtask
! grep -q ' announce.*\[kwatch\]' /proc/kallsyms || from=announce
insmod "$fail" call=kmem_cache_alloc_trace,kmalloc_trace,__kmalloc_cache_noprof from=$from ret=0
do_it heir 60
heir=${answer#done }
at_least "$(failed)" 1 "there is no memory for a new child"
rmmod kwt_fail
found="^# thread kwu-$heir: w8 $word: covered again; not covered from [0-9.]+ to [0-9.]+ \\(found late\\) watch=$id\$"
case $(uname -r) in
5.10.*) ;; # hands breakpoints on to such a child, too
*) ok "it is found as soon as there is memory, and that is told" wait_for 20 grep -qE "$found" $KW/hits ;;
esac
echo exit >&8
ok "the watch goes with the child" wait_for 20 is_gone "$id"
case $(uname -r) in
5.10.*) unlike "$(cat $KW/hits)" "^# thread kwu-$heir" "it was covered all along" ;;
esac
is "$(heads $KW/hits | grep -c "watch=$id ")" 60 "and each of its stores was a hit"
wait
exec 8>&-

# For a CPU that comes online, and its ring.
echo 0 > $cpu1
rmmod kwatch
load
ctl_ok "w8 kwtest_word rate=0"
insmod "$fail" call=vzalloc_node,vzalloc_node_noprof from=kwatch_buffers_create ret=0
echo 1 > $cpu1
at_least "$(failed)" 1 "there is no memory for a CPU's ring"
is "$(uncovered_of 1)" 1 "it is uncovered"
like "$(cat $KW/hits)" "^# CPU 1: w8 kwtest_word\+0x0: not covered since [0-9.]+ \(no memory\) watch=1\$" "hits says why"
rmmod kwt_fail
ok "with memory it is covered" wait_for 20 is_covered 1
run store8 40 cpu=1
is "$(watch_of 1 hits) $(stat_of cpu1.recorded)" "40 40" "and each store is a hit"
stats_add_up "stats add up"
ok "the module goes" rmmod kwatch
done_testing
