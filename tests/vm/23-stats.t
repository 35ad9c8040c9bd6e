# SPDX-License-Identifier: GPL-2.0
# vm: timeout=60
#
# stats is a ledger: what is in it adds up to the stores made, while watches
# come and go, and never goes down.

load ring_kb=64
total() { echo $(($(stat_of cpu0."$1") + $(stat_of cpu1."$1"))); }

is "$(total hits)" 0 "the self-test's own hits are not in it"
want=0
i=0
while [ $i -lt 10 ]; do
	ctl "w8 kwtest_word stack=$((i % 3 + 1)) rate=0" || fail "round $i: $ERR"
	ctl "rw8 kwtest_static if new == 7" || fail "round $i: $ERR"
	run store8 $((100 + i)) threads=2
	run store8 7 var=static
	run load8 5 var=static
	id=$(last_id)
	want=$((want + 2 * (100 + i) + 12))
	now="$(stat_of watch$((id - 1)).recorded) $(stat_of "watch$id.recorded") $(stat_of "watch$id.filtered")"
	[ "$now" = "$((200 + 2 * i)) 6 6" ] || fail "round $i: $now"
	[ "$(total hits)" = $want ] || fail "round $i: the CPUs have $(total hits), not $want"
	ctl "-$((id - 1))"
	[ "$(total hits)" = $want ] || fail "round $i: with a watch gone, $(total hits)"
	ctl clear
	i=$((i + 1))
done
is "$(total hits)" $want "ten rounds of watches: their hits, to the one"
is "$(total recorded) $(total filtered) $(total suppressed)" "$((want - 60)) 60 0" "recorded and filtered"
is "$(total recorded)" "$(($(hits) + $(lost_of $KW/hits)))" "a reader has them, or is told that it lost them"
is "$(total overwritten)" "$(lost_of $KW/hits)" "which is what was overwritten"
stats_add_up "stats add up"

# Every line is "name: value"; scripts rely on it.
is "$(grep -vcE '^[a-z0-9_.]+: [^ ].*$' $KW/stats)" 0 "every line is a name and a value"
is "$(sed 's/:.*//' $KW/stats | sort | uniq -d)" "" "no name is there twice"

# Read all the time while everything changes.
echo "store8 threads=2 var=static" > $T/run_bg
(while cat $KW/stats > /dev/null; do :; done) &
pid=$!
i=0
while [ $i -lt 20 ]; do
	{ ctl "w8 kwtest_static name=a" && ctl "x kwtest_func" && ctl "-a" && ctl clear; } || break
	i=$((i + 1))
done
is $i 20 "stats is read while watches come and go"
kill $pid
wait $pid 2> /dev/null
run_stop
stats_add_up "and still adds up"

# The hits of a watch that is removed move to its CPUs: never twice, never away.
n=0
while [ $n -lt 20 ]; do
	n=$((n + 1))
	ctl "w8 kwtest_word name=s$n limit=$((1000 + n)) rate=0 cpu=1"
	run store8 3 cpu=1
	ctl "off s$n"
done
total=$(stat_of cpu1.hits)
(while [ ! -e /tmp/gone ]; do stat_of cpu1.hits; done | sort -u > /tmp/seen) &
reader=$!
while [ $n -gt 0 ]; do
	ctl "-s$n"
	n=$((n - 1))
done
: > /tmp/gone
wait $reader
is "$(cat /tmp/seen)" "$total" "hits of a CPU are exact while watches are removed"
done_testing
