# SPDX-License-Identifier: GPL-2.0
# vm: timeout=120
#
# A watch on the memory of a process goes when the process does, or runs another
# program, and says so.

load

victim
watch "w8 $word pid=$pid rate=0"
do_it store 10
exec_out=$(wc -l < /tmp/victim.out)
echo exec >&8
wait_for 20 has_lines $((exec_out + 1))
do_it store 1000
ok "exec ends the watch" wait_for 10 is_gone "$id"
like "$(cat $KW/hits)" "w8 $word ended: its process runs another program watch=$id" "and says so"
is "$(heads $KW/hits | grep -c "watch=$id ")" 10 "the new program's stores are none of its"
watch "w8 $word pid=$pid rate=0 name=exit"
do_it store 10
echo exit >&8
ok "the watch goes with the process" wait_for 10 is_gone "$id"
like "$(cat $KW/hits)" "w8 $word ended: its task ended watch=$id" "and says so"
is "$(heads $KW/hits | grep -c "watch=$id ")" 10 "with all its hits"
wait
exec 8>&-

victim
do_it pool 8
watch "w8 $word pid=$pid rate=0"
echo bg >&8
sleep 1
kill -9 "$pid"
ok "killed in the middle: the watch goes" wait_for 10 is_gone "$id"
wait
exec 8>&-
stats_add_up "stats add up"
is "$(stat_of watches) $(stat_of slots_used)" "0 0" "nothing is left"

# The same counted to the one: nine threads and more count in a file's memory,
# which says afterwards how many stores there were.
# all WHAT: of all watches that there ever were
all() { echo $(($(stat_of "cpu0.$1") + $(stat_of "cpu1.$1"))); }
# in_the_middle COMMAND...: what ends the process while its threads count
in_the_middle() {
	local hits recorded
	do_it share
	watch "w8 ${answer#done } pid=$pid rate=0 summary"
	hits=$(all hits)
	recorded=$(all recorded)
	do_it count 8
	busy() { [ "$(watch_of "$id" hits)" -ge 2000 ]; }
	wait_for 60 busy
	"$@"
	ok "the watch goes" wait_for 10 is_gone "$id"
	told="$(($(all hits) - hits)) $(($(all recorded) - recorded))"
	made=$(od -An -t u8 -N 8 /tmp/shared | tr -d ' ')
}
# all_told DESC: on arm64 a thread may end between the trap and its store
all_told() {
	if is_arm64 && [ "$told" = "$((made + 1)) $((made + 1))" ]; then
		pass "$1"
	else
		is "$told" "$made $made" "$1"
	fi
}
victim
in_the_middle kill -9 "$pid"
all_told "killed in the middle: each store was a hit, each recorded"
wait
exec 8>&-
victim
in_the_middle eval 'echo exec >&8'
all_told "exec in the middle: likewise"
n=$(all hits)
do_it store 1000
is "$(all hits)" "$n" "and none of the new program's"
stats_add_up "stats add up"
exec 8>&-
wait

# With children, who outlive the process.
victim
watch "w8 $word pid=$pid children rate=0"
do_it forkbg
kill -9 "$pid"
usleep 1500000
is "$(watch_of "$id" state)" armed "children: it stays with the child"
kill -9 "${answer#done }"
ok "and goes with it" wait_for 10 is_gone "$id"
wait
exec 8>&-
ok "the module goes" rmmod kwatch
done_testing
