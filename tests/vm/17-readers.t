# SPDX-License-Identifier: GPL-2.0
# vm: timeout=90
#
# Readers: a cursor each, the end and what comes after it, poll, eight at once
# of which one is killed, and the binary stream.
#
# shellcheck disable=SC2016 # eval is to expand it

load ring_kb=4096
ctl_ok "w8 kwtest_word stack=off"

# --- one cursor -------------------------------------------------------------------

# A reader that stays open in this shell.
exec 7< $KW/hits
is "$(cat <&7)" "" "no hits: the end at once"
run store8 3
is "$(cat <&7 | grep -c 'seq=[123]$')" 3 "a reader goes on after the end"
is "$(cat <&7)" "" "and has nothing twice"
run store8 2
is "$(cat <&7 | grep -c 'seq=[45]$')" 2 "and on"
is "$(hits)" 5 "one that opens later starts at the oldest"
exec 8< $KW/hits
is "$(dd bs=30 count=1 <&8 2> /dev/null; cat <&8)" "$(cat $KW/hits)" "a read of a few bytes leaves the rest"
exec 7<&- 8<&-
kwt read $KW/hits 7 > /tmp/small 2> /tmp/how
is "$(cat /tmp/small)" "$(cat $KW/hits)" "reads of seven bytes give the same text"
kwt read $KW/hits 1048576 > /tmp/large 2> /tmp/how
is "$(cat /tmp/large)" "$(cat /tmp/small)" "and one of a megabyte"
is "$(tail -c 1 $KW/hits | od -An -c | tr -d ' ')" '\n' "it ends with a whole line"

# --- the end under load -------------------------------------------------------------

run_bg store8 threads=2
ok "cat ends, though hits come faster than it reads" eval 'timeout 30 cat $KW/hits > /tmp/text'
run_stop
at_least "$(wc -l < /tmp/text)" 6 "and has some"
ctl_ok clear
rmmod kwatch
load ring_kb=4096
ctl_ok "w8 kwtest_word stack=off"

# --- poll -------------------------------------------------------------------------

is "$(kwt poll $KW/hits 100 2>&1)" timeout "poll waits while nothing comes"
kwt poll $KW/hits 20000 > /tmp/poll 2>&1 &
pid=$!
polls() { grep -q poll /proc/$pid/wchan 2> /dev/null || grep -q 'S (sleeping)' /proc/$pid/status; }
wait_for 10 polls
run store8 1
wait $pid
is "$(cat /tmp/poll)" ready "poll wakes at a hit"
kwt follow $KW/hits 2000 101 > /tmp/text 2> /tmp/how &
pid=$!
run store8 100 gap_us=1000
wait $pid
is "$(wc -l < /tmp/text)" 101 "a follower has every hit"
is "$(sed 's/.*seq=//' /tmp/text | tr '\n' ' ')" "$(seq 1 101 | tr '\n' ' ')" "in order"

# --- eight at once ------------------------------------------------------------------

# Each follows from the start; one is killed in the middle.
for i in 1 2 3 4 5 6 7 8; do
	kwt follow $KW/hits 4000 4101 > /tmp/follow$i 2> /tmp/how$i &
	eval "pid$i=$!"
done
begun() { [ -s /tmp/follow8 ] && [ -s /tmp/follow1 ]; }
ok "eight readers" wait_for 20 begun
run store8 2000 threads=2 gap_us=100 &
runs=$!
half() { [ "$(wc -l < /tmp/follow4)" -gt 1000 ]; }
wait_for 30 half
# shellcheck disable=SC2154
kill -9 $pid4
wait $runs
# shellcheck disable=SC2154
for pid in $pid1 $pid2 $pid3 $pid5 $pid6 $pid7 $pid8; do wait $pid; done
is "$(stat_of watch1.recorded)" 4101 "4,101 hits"
cat $KW/hits > /tmp/all
is "$(wc -l < /tmp/all)" 4101 "in hits"
for i in 1 2 3 5 6 7 8; do
	is "$(diff /tmp/all /tmp/follow$i | grep '^[-+] ' | head -n 8)" "" "reader $i has them all"
done
n=$(($(wc -l < /tmp/follow4) - 1))
at_least $n 1000 "the one that was killed had $n"
is "$(head -n $n /tmp/follow4 | md5sum)" "$(head -n $n /tmp/all | md5sum)" "the same ones"
is "$(sed 's/.*seq=//' /tmp/all | sort -n | uniq | wc -l)" 4101 "none is there twice"
is "$(awk '{ t = $4 + 0; if (t < last) n++; last = t } END { print n + 0 }' /tmp/all)" 0 "the order is that of time, over both CPUs"
stats_add_up "stats add up"

# --- hits_raw -----------------------------------------------------------------------

kwt read $KW/hits_raw 8 2>&1 > /tmp/raw | grep -q 'end EINVAL'
is "$?" 0 "a buffer too short for the first record: EINVAL"
kwt read $KW/hits_raw 65536 > /tmp/raw 2> /tmp/how
kwt read $KW/hits_raw 128 > /tmp/raw128 2> /dev/null
ok "reads of 128 bytes give the same as reads of 64 KiB" cmp -s /tmp/raw /tmp/raw128
kwt read $KW/hits_raw 128 fault > /tmp/raw128 2> /tmp/how
like "$(cat /tmp/how)" 'fault EFAULT' "a read into no memory: EFAULT"
ok "and takes nothing away" cmp -s /tmp/raw /tmp/raw128
# A definition of the watch, one of each task on each CPU, and 48 bytes a hit.
tasks=$(sed 's/\].*//' /tmp/all | sort -u | wc -l)
definition=$(($(od -An -tu2 -N 2 /tmp/raw)))
is "$(od -An -tu1 -j 2 -N 1 /tmp/raw | tr -d ' ')" 3 "it begins with the watch"
like "$(head -c $definition /tmp/raw | tr -d '\0')" 'w8 kwtest_word stack=off' "its spec"
is "$(wc -c < /tmp/raw)" $((definition + (tasks + 4101) * 48)) "then every hit"
is "$(kwt open $KW/hits_raw w)$(kwt open $KW/hits w)$(kwt open $KW/stats w)" "000" "root may open them for writing"
is "$(kwt write $KW/hits x) $(kwt write $KW/hits_raw x) $(kwt write $KW/stats x) $(kwt write $KW/error_log x)" "EINVAL EINVAL EINVAL EINVAL" "but not write"

# Blocking: cat waits for more, and a hit wakes it.
cat $KW/hits_raw > /tmp/rawcat &
pid=$!
size() { [ "$(wc -c < /tmp/rawcat)" = "$1" ]; }
ok "cat hits_raw has all there is" wait_for 20 size $((definition + (tasks + 4101) * 48))
ok "and waits" test -d /proc/$pid
run store8 1
ok "a hit wakes it" wait_for 20 size $((definition + (tasks + 1 + 4102) * 48))
kill $pid
wait $pid
is $? 143 "it can be killed while it waits"
done_testing
