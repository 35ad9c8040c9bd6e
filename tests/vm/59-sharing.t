# SPDX-License-Identifier: GPL-2.0
# vm: timeout=200
#
# Who else stores to the memory of a process: children that share it, and the
# kernel when a thread ends; and a process that runs other programs all the time.

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

# --- the kernel, when a thread ends ------------------------------------------------

# Where perf has taken the breakpoints off by then, such a store is no hit; it is
# told as an unseen writer, at the end of that thread.
# told_at_the_end OLD NEW: how many are
told_at_the_end() {
	told() { [ "$(grep -c "unseen writer between .*, the kernel at the end of thread kwu-[0-9]*: 0x$1 -> 0x$2 watch=$id\$" $KW/hits)" -ge "$3" ]; }
	wait_for 10 told "$1" "$2" $((100 - $(watch_of "$id" hits)))
	grep -c "unseen writer between .*, the kernel at the end of thread kwu-[0-9]*: 0x$1 -> 0x$2 watch=$id\$" $KW/hits
}
victim
watch "w4 $word pid=$pid rate=0"
do_it cleartid 50
n=$(told_at_the_end 1 0)
is "$((n + $(watch_of "$id" hits)))" 100 "the kernel clears a thread ID: each time is told ($n as unseen)"
is "$(heads $KW/hits | grep "watch=$id " | grep -c ": 0x0 -> 0x1 ")" 50 "and the next hit has the right old value"
ctl_ok "-$id"
watch "w4 $word pid=$pid rate=0"
do_it robust 50
n=$(told_at_the_end '[0-9a-f]*' '400[0-9a-f]*')
is "$((n + $(watch_of "$id" hits)))" 100 "the kernel marks a robust futex: each time is told ($n as unseen)"
ctl_ok "-$id"

# --- exec at any time --------------------------------------------------------------

exec 8>&-
wait
kwu execs 1000000 < /dev/null > /tmp/execs.out &
wait_for 20 grep -q ready /tmp/execs.out
read -r _ pid word < /tmp/execs.out
more_execs() { [ "$(wc -l < /tmp/execs.out)" -ge "$1" ]; }
blind=0
wrong=
for i in 1 2 3 4 5; do
	# The first watch has probes placed, which lasts longer than a program.
	rmmod kwatch
	load
	if ctl "w8 $word pid=$pid"; then
		wait_for 60 more_execs $(($(wc -l < /tmp/execs.out) + 3))
		wait_for 20 is_gone 1 || blind=$((blind + 1))
	else
		case $ERR in
		ENOENT|EFAULT) ;;
		*) wrong="$wrong $ERR" ;;
		esac
	fi
done
is "$blind$wrong" 0 "no watch of a program that has gone stays armed"
kill -9 "$pid"
wait

# And exactly between: it runs another program once kwatch has found its memory, and
# before the probes can see it.
victim
rmmod kwatch
load
insmod "/lib/modules/$(uname -r)/extra/kwt_hold.ko"
kwt write $KW/ctl "w8 $word pid=$pid
" > /tmp/ctl.out &
writer=$!
is_held() { [ "$(cat /sys/module/kwt_hold/parameters/held)" -ge 1 ]; }
ok "a command is held where it places probes" wait_for 60 is_held
n=$(wc -l < /tmp/victim.out)
echo exec >&8
ok "the process runs another program meanwhile" wait_for 20 has_lines $((n + 1))
echo 0 > /sys/module/kwt_hold/parameters/hold
wait $writer
is "$(cat /tmp/ctl.out)" ENOENT "it is refused: the memory has gone"
do_it store 5
is "$(grep -c "^w8" $KW/ctl)" 0 "nothing is left of it"
rmmod kwt_hold
echo exit >&8
wait
exec 8>&-
stats_add_up "stats add up"
ok "the module goes" rmmod kwatch
done_testing
