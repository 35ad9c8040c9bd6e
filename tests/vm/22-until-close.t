# SPDX-License-Identifier: GPL-2.0
#
# until=close: the watch goes with the open file that made it, however that ends.

load
is_armed() { grep -q "^$1.*state=armed" $KW/ctl; }
is_gone() { ! grep -q "^$1" $KW/ctl; }

# hold SPEC: a process that makes the watch and keeps ctl open, as $pid
mkfifo /tmp/fifo
hold() {
	kwt hold $KW/ctl "$1
" < /tmp/fifo > /tmp/hold &
	pid=$!
	exec 9> /tmp/fifo
	wait_for 10 is_armed "${1%% until*}"
}

for signal in TERM INT KILL SEGV; do
	hold "w8 kwtest_word until=close"
	run store8 5
	is "$(watch_of "$(last_id)" hits)" 5 "it counts while its owner lives"
	kill -$signal $pid
	ok "SIG$signal: the watch goes" wait_for 10 is_gone "w8 kwtest_word"
	wait $pid 2> /dev/null
	exec 9>&-
done
is "$(stat_of slots_used)" 0 "no slot is lost"

# Only what the file made, and only what said until=close.
ctl_ok "w1 kwtest_byte"
hold "w8 kwtest_word until=close"
is "$(kwt hold $KW/ctl "w4 kwtest_static until=close
" < /dev/null)" 29 "one that is closed at once"
ok "is gone" is_gone "w4 kwtest_static"
ok "another's is not" is_armed "w8 kwtest_word"
ok "nor one that stays" is_armed "w1 kwtest_byte"
is "$(kwt write $KW/ctl "w4 kwtest_static until=close
x kwtest_func
")" 43 "two in one write, one of them for good"
ok "which stays" is_armed "x kwtest_func"
ok "the other goes" is_gone "w4 kwtest_static"
exec 9>&-
ok "its owner's stdin ends: it goes" wait_for 10 is_gone "w8 kwtest_word"
is "$(sed 's/  #.*//' $KW/ctl | tr '\n' ' ')" "w1 kwtest_byte x kwtest_func " "the others are there"
ctl_ok clear

# A child that inherited the file keeps the watch.
(exec 7> $KW/ctl; echo "w8 kwtest_word until=close" >&7; sleep 1000 & echo $! > /tmp/child)
ok "the parent is gone, the child has the file" is_armed "w8 kwtest_word"
kill -9 "$(cat /tmp/child)"
ok "the child is gone" wait_for 10 is_gone "w8 kwtest_word"

# Removed by somebody else before its file is closed.
hold "w8 kwtest_word until=close"
ctl_ok clear
ctl_ok "w8 kwtest_word" "the same, by somebody else"
exec 9>&-
wait $pid
ok "is not the closed file's" is_armed "w8 kwtest_word"
run store8 5
is "$(watch_of "$(last_id)" hits)" 5 "and counts"

# Under fire, many times.
ctl clear
run_bg store8 threads=2
i=0
while [ $i -lt 30 ]; do
	kwt write $KW/ctl "w8 kwtest_word until=close
" > /tmp/wrote
	[ "$(cat /tmp/wrote)" = 27 ] || break
	i=$((i + 1))
done
is $i 30 "thirty owners, one after the other, under fire"
run_stop
is "$(cat $KW/ctl)$(stat_of slots_free)" 4 "leave nothing"
stats_add_up "stats add up"
done_testing
