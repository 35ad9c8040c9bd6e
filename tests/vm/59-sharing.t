# SPDX-License-Identifier: GPL-2.0
# vm: timeout=200
#
# Children that share the memory of a process, and a process that runs other
# programs all the time.

load

# --- children that share the memory ----------------------------------------------

victim
watch "w8 $word pid=$pid rate=0"
do_it store 10
do_it vfork 20
expect 30 "a child of vfork() stores"
do_it store 1
# The last value that the child stored is 19, the process stores 0.
like "$(grep "watch=$id seq=31\$" $KW/hits)" ": 0x13 -> 0x0 watch=$id" "the old value is the child's"
do_it share-vm 30
expect 91 "a child of clone(CLONE_VM), and the child of that"
do_it vforkexec 40
expect 131 "one that runs another program"
do_it store 5
expect 136 "the process does not end with that"
is "$(watch_of "$id" state)" armed "nor does the watch"
do_it fork 50
is "$(stat_of "watch$id.recorded")" 136 "a forked child has memory of its own"
for i in 1 2 3 4 5 6 7 8 9 10; do do_it vfork 10; done
is "$(stat_of "watch$id.recorded")" 236 "ten more"
is "$(stat_of "watch$id.uncovered")" 0 "none was uncovered"
ctl_ok "-$id"

# One that is there when the watch is made, and outlives the process.
do_it heir 60
heir=${answer#done }
watch "w8 $word pid=$pid rate=0"
do_it store 7
echo exit >&8
ok "the watch goes with the last that has the memory" wait_for 20 is_gone "$id"
is "$(heads $KW/hits | grep -c "watch=$id ")" 67 "with the hits of the child that outlived the process"
is "$(heads $KW/hits | grep "watch=$id " | grep -c "kwu-$heir ")" 60 "by its thread ID"
wait
exec 8>&-

# One that is there while the process runs another program.
victim
watch "w8 $word pid=$pid rate=0"
do_it heir 80
n=$(wc -l < /tmp/victim.out)
echo exec >&8
wait_for 20 has_lines $((n + 1))
do_it store 1000
is "$(watch_of "$id" state)" armed "exec leaves the watch to a child that has the memory"
is "$(watch_of "$id" hits)" 0 "what the new program stores is no hit"
echo exit >&8
ok "and it goes with the child" wait_for 20 is_gone "$id"
is "$(heads $KW/hits | grep -c "watch=$id ")" 80 "with each of its stores"
wait
exec 8>&-

# --- exec at any time --------------------------------------------------------------

# Each watch must go with the program that it was made for.
mkfifo /tmp/execs.in
kwu execs 800 < /tmp/execs.in > /tmp/execs.out &
exec 7> /tmp/execs.in
wait_for 20 grep -q ready /tmp/execs.out
read -r _ pid word < /tmp/execs.out
made=0
tried=0
done_execs() { [ "$(wc -l < /tmp/execs.out)" -ge 801 ]; }
while ! done_execs; do
	tried=$((tried + 1))
	ctl "w8 $word pid=$pid name=n$tried" && made=$((made + 1))
	# The probes go and come again, which takes a while in the middle of it.
	[ $((tried % 4)) -ne 0 ] || ctl clear
done
at_least $made 1 "watches are made ($tried tried, $made made)"
# The last may be of the last program: it is armed, and sees its stores.
blind() { [ "$(grep -c 'state=armed' $KW/ctl)" -gt 1 ]; }
none_blind() { ! blind; }
ok "and none stays that belongs to a program that has gone" wait_for 20 none_blind
exec 7>&-
wait
ok "all go with the process" wait_for 20 is "$(stat_of watches)" 0 "none is left"
stats_add_up "stats add up"
ok "the module goes" rmmod kwatch
done_testing
