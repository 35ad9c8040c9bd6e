# SPDX-License-Identifier: GPL-2.0
# vm: timeout=400
#
# The memory of a process: all its threads, whenever they are born, counted to
# the one.

# none_unseen DESC: no unseen writer was told since it was asked last
unseen=0
none_unseen() {
	local n
	n=$(grep -c 'unseen writer' $KW/hits)
	is $((n - unseen)) 0 "$1" || diag "$(grep -B 2 -A 2 'unseen writer' $KW/hits | tail -n 10)"
	unseen=$n
}

load ring_kb=4096

victim
watch "w8 $word pid=$pid rate=0"
if is_arm64; then
	like "$(cat $KW/ctl)" '\(not what the kernel or other processes write' "ctl names the limits"
else
	like "$(cat $KW/ctl)" '\(not what other processes write' "ctl names the limit"
fi
do_it store 1000
expect 1000 "the main thread"
do_it threads 8 1000
expect 9000 "eight threads, born later"
do_it fork 500
is "$(stat_of "watch$id.recorded")" 9000 "a forked child is not the process"
out=$(grep -A 3 ' seq=9000$' $KW/hits)
# Which of two threads is the last one, and so from what to what, is open.
like "$out" " kwu-[0-9]+ .* [.dN]+u +[0-9.]+: w8 $word: 0x[0-9a-f]+ -> 0x[0-9a-f]+ watch=$id seq=9000" "a hit's line"
like "$out" '^ => <user>$' "with a user stack"
is "$(stat_of "watch$id.hits") $(stat_of "watch$id.filtered") $(stat_of "watch$id.suppressed")" "9000 0 0" "nothing else was filtered or suppressed"
do_it traps
is "$answer" "done 0" "no SIGTRAP"
ctl_ok "-$id"
do_it store 100
is "$(tail -n 1 $KW/hits | grep -c 'ended: it was removed')" 1 "nothing more once it is removed"

# Threads that exist already.
do_it pool 8
watch "w8 $word pid=$pid rate=0"
do_it poolstore 500
expect 4000 "eight threads that were there"
do_it churn 8 10 20
expect 7200 "and 320 that come and go, made by threads that were there and not"
stats_add_up "stats add up"
ctl_ok "off $id"
do_it poolstore 500
expect 7200 "off"
ctl_ok "on $id"
do_it poolstore 100
expect 8000 "on again, all of them"
ctl_ok "-$id"

none_unseen "who comes, goes and stores is nobody unseen"

# All of the time.
watch "w8 $word pid=$pid rate=0 stack=off ustack=off summary"
do_it bg
sleep 3
do_it stop
expect "${answer#done }" "threads that store and make threads for three seconds: each store"
ctl_ok "-$id"
ok "a task has a perf event all along" keep_patched
do_it bg
n=500
! is_long || n=2000
! is_slow || n=200
is "$(kwt hammer $KW/ctl 1 $n "w8 $word pid=$pid rate=0 summary stack=off ustack=off name=c
" "-c
")" "ok $n" "armed and disarmed $((n / 2)) times under fire"
for options in "limit=3 summary" "rate=1/s"; do
	is "$(kwt hammer $KW/ctl 1 $((n / 10)) "w8 $word pid=$pid $options name=c
" "-c
")" "ok $((n / 10))" "and $((n / 20)) times with $options"
done
none_unseen "what is stored while it goes off is nobody unseen"
do_it stop
do_it sparse
is "$(kwt hammer $KW/ctl 1 $n "w8 $word pid=$pid rate=0 summary stack=off ustack=off name=c
" "-c
")" "ok $n" "armed and disarmed $((n / 2)) times between two stores"
none_unseen "what is stored while it goes on is nobody unseen"
do_it stop
stats_add_up "stats add up"
is "$(stat_of watches)" 0 "nothing is left"

# The kernel's memory, armed while the program is at its own.
watch "w8 $word pid=$pid rate=0 stack=off ustack=off summary"
both=$id
do_it bg
missed=0
for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
	ctl "w8 kwtest_word rate=0 stack=off summary" || missed=$((missed + 1000))
	id=$(last_id)
	run store8 100 threads=2
	missed=$((missed + 200 - $(watch_of "$id" hits)))
	ctl "-$id"
done
do_it stop
is "$missed" 0 "what the kernel stores meanwhile, too, from the first on"
ctl_ok "-$both"

# Where the trap comes first, its store may be late by others'.
watch "w8 $word pid=$pid rate=0 unseen=1"
do_it late 500
expect 5500 "stores that interrupt each other"
none_unseen "one that is late is nobody unseen"
ctl_ok "-$id"
# ... or come when its watch was removed and another made.
if is_rt; then
	skip 5 "who keeps a CPU from a program keeps it from PREEMPT_RT's own threads"
else
	n=30
	is_slow || ! is_long || n=100
	watch "w8 $word pid=$pid rate=0 summary stack=off ustack=off name=c"
	hits=$(sum_of hits)
	do_it rearm $n
	hits=$(($(sum_of hits) - hits))
	at_least $hits $((n - ${answer#done })) "each store that is interrupted while the watch is made anew"
	at_least $n $hits "and none twice"
	none_unseen "one that trapped before the watch is nobody unseen"
	ctl_ok -c
fi
watch "w8 $word pid=$pid rate=0"
do_it poolstore 10
expect 80 "and it counts"
ctl_ok "-$id"
do_it traps
is "$answer" "done 0" "no SIGTRAP in all that"

# limit= and summary.
watch "w8 $word pid=$pid limit=5"
do_it store 100
wait_for 5 grep -q "id=$id state=off" $KW/ctl
is "$(stat_of "watch$id.recorded")" 5 "limit=5"
ctl_ok "on $id"
do_it store 3
is "$(stat_of "watch$id.recorded")" 8 "on again"
ctl_ok clear
watch "w8 $word pid=$pid summary rate=0"
do_it store 100
like "$(cat $KW/summary)" "^w8 $word watch=$id: 100 hits" "summary"
ctl_ok clear
watch "w4 $word+4 pid=$pid rate=0"
do_it store 10
expect 10 "a part of it"
ctl_ok clear
watch "rw8 $word pid=$pid rate=0 ucopy=512"
do_it store 10
expect 10 "rw: kwatch's own reads are none"
is "$(kwu raw $KW/hits_raw | grep -c "^watch=$id ucopy size=512 asked=512 ")" 10 "ucopy: the registers and 512 bytes"
ctl_ok clear
watch "w8 $word pid=$pid regs rate=0"
do_it store 1
like "$(tail -n 20 $KW/hits)" ' (ip|pc)=0x' "regs"
ctl_ok clear

# The governor.
watch "w8 $word pid=$pid rate=100/s"
do_it store 20000
said() { grep -Eq "^# CPU [0-9]+: w8 $word: [0-9]+ hits? suppressed between" $KW/hits; }
ok "the governor says what it suppressed" wait_for 5 said
ok "and when it was off" wait_for 20 grep -qE "^# all CPUs: w8 $word: 0 hits suppressed, more not counted from" $KW/hits
n=$(stat_of "watch$id.recorded")
do_it store 1
is "$(stat_of "watch$id.recorded")" $((n + 1)) "and is on again"
stats_add_up "stats add up"
ctl_ok clear

# Children.
watch "w8 $word pid=$pid children rate=0"
do_it fork 100
expect 100 "children: a forked child counts"
do_it store 10
expect 110 "the process does too"
ctl_ok clear

echo exit >&8
wait
ok "the module goes" rmmod kwatch
done_testing
