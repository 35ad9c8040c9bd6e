# SPDX-License-Identifier: GPL-2.0
# vm: timeout=60
#
# From modprobe to a hit and back: the three lines, the files, a hit's text, a
# listing that can be written back, off and on, removal.
#
# shellcheck disable=SC2016 # eval is to expand it

ok "kwtest loads" modprobe kwtest
ok "line 1: modprobe kwatch ksym=jiffies" load ksym=jiffies
like "$(cat $KW/ctl)" '^w8 jiffies  # id=1 state=armed hits=[0-9]+$' "jiffies is watched"
some_hits() { [ "$(hits 'w8 jiffies')" -ge 3 ]; }
ok "jiffies is written to" wait_for 10 some_hits
like "$(cat $KW/hits)" '^ => (jiffies_update|tick_do_update_jiffies64|do_timer|timekeeping_advance)\+0x' "by the timer's code"
ctl_ok clear
is "$(cat $KW/ctl)" "" "clear leaves nothing"
rmmod kwatch
ok "loads again" load ring_kb=1024

is "$(cd $KW && stat -c '%n %a' ctl hits hits_raw stats error_log | tr '\n' ' ')" \
	"ctl 600 hits 400 hits_raw 400 stats 444 error_log 400 " "files and modes"
like "$(stat_of selftest)" '^ok, [0-9]+ ns a hit(, an access to several watches is reported for one of them)?$' "the self-test has run"
is "$(stat_of abi)" 2 "ABI version"
is "$(stat_of version)" "$(cat /sys/module/kwatch/version)" "version"
is "$(cat $KW/hits)$(cat $KW/error_log)$(cat $KW/ctl)" "" "nothing is in them yet"
is "$(stat_of slots) $(stat_of slots_used) $(stat_of slots_free)" "4 0 4" "four slots, all free"

# --- a hit's text ---------------------------------------------------------------

ok "line 2: echo > ctl" eval 'echo "w8 kwtest_word" > $KW/ctl'
before=$(uptime_ms)
run store8 3 start=6 cpu=1
after=$(uptime_ms)
ok "line 3: cat hits" eval 'cat $KW/hits > /tmp/hits'
# Whether somebody else is to run next, "N", is not the test's to say.
is "$(heads /tmp/hits | sed 's/-[0-9]* */-PID /; s/\] \.N/] ../; s/  *[0-9]*\.[0-9]*:/ TIME:/')" \
"        kwtest/0-PID [001] ..... TIME: w8 kwtest_word+0x0: 0x0 -> 0x7 watch=1 seq=1
        kwtest/0-PID [001] ..... TIME: w8 kwtest_word+0x0: 0x7 -> 0x8 watch=1 seq=2
        kwtest/0-PID [001] ..... TIME: w8 kwtest_word+0x0: 0x8 -> 0x9 watch=1 seq=3" \
	"three hits, as ftrace prints them"
like "$(sed -n 1p /tmp/hits)" '^        kwtest/0-[0-9]+ +\[001\] \.[.N]\.\.\. +[0-9]+\.[0-9]{6}: w8 kwtest_word\+0x0: 0x0 -> 0x7 watch=1 seq=1$' "column for column"
at=$(sed -n 's/^[^:]* \([0-9]*\)\.\([0-9]\{3\}\)[0-9]*: .*/\1\2/p' /tmp/hits | tail -n 1)
# /proc/uptime has hundredths of a second, rounded down.
ok "the clock is that of /proc/uptime: $before, $at, $after" [ "$at" -ge "$before" -a "$at" -le $((after + 10)) ]

# The stack of each: every frame, by name.
is "$(grep -cvE '^ => [a-zA-Z0-9_.]+\+0x[0-9a-f]+/0x[0-9a-f]+( \[kwtest\])?$' /tmp/hits)" 3 "all other lines are frames"
frames='=> kwt_op_store8 [kwtest]
=> kwt_l1 [kwtest]
=> kwt_l2 [kwtest]
=> kwt_l3 [kwtest]
=> kwt_l4 [kwtest]
=> kwt_l5 [kwtest]
=> kwt_l6 [kwtest]
=> kwt_thread_fn [kwtest]
=> kthread
=> ret_from_fork'
# What the compiler may or may not have made functions of, and 6.6's asm part.
names() { sed -n 's,^ \(=> [^+]*\)+0x[0-9a-f]*/0x[0-9a-f]*,\1,p' | grep -vE '=> (kwt_one|kwt_step|ret_from_fork_asm)\b'; }
is "$(sed -n '2,/seq=2/p' /tmp/hits | names)" "$frames" "the whole stack: the culprit first, the start of the thread last"
is "$(sed -n '/seq=3/,$p' /tmp/hits | names)" "$frames" "the same for the last one"
unlike "$(cat /tmp/hits)" '\[kwatch\]|exc_debug|exc_int3|hw_breakpoint|notif|perf_' "no frame of kwatch or of the exception"

# --- reading again ---------------------------------------------------------------

is "$(cat $KW/hits)" "$(cat /tmp/hits)" "another reader sees the same"
is "$(head -n 1 $KW/hits; cat $KW/hits | head -n 1)" "$(sed -n '1p;1p' /tmp/hits)" "reading takes nothing away"
is "$(watch_of 1 hits)" 3 "ctl counts them"
is "$(stat_of watch1.hits) $(stat_of watch1.recorded) $(stat_of cpu1.recorded) $(stat_of cpu0.hits)" "3 3 3 0" "stats counts them"
stats_add_up "stats add up"

# --- off and on, and removal -------------------------------------------------------

ctl_ok "off 1"
is "$(cat $KW/ctl)" "w8 kwtest_word  # id=1 state=off hits=3" "it is off"
is "$(stat_of slots_used)" 0 "and holds no slot"
run store8 5 start=100
is "$(watch_of 1 hits)" 3 "nothing is counted while it is off"
ctl_ok "off 1" "off twice is fine"
ctl_ok "on 1"
ctl_ok "on 1" "on twice is fine"
is "$(cat $KW/ctl)" "w8 kwtest_word  # id=1 state=armed hits=3" "it is on, its counters are kept"
run store8 2 start=200
is "$(watch_of 1 hits)" 5 "and counts on"
like "$(heads $KW/hits | tail -n 2 | head -n 1)" ': 0x69 -> 0xc9 watch=1 seq=4$' "the old value is the one at on"
ctl_ok "-1"
is "$(cat $KW/ctl)" "" "removed"
run store8 5
is "$(hits)" 5 "its hits stay, and get no more"
is "$(heads $KW/hits | grep -c 'w8 kwtest_word+0x0: .* watch=1')" 5 "with its name"
is "$(stat_of cpu0.hits) $(stat_of cpu1.hits)" "2 3" "the CPUs remember them"
is "$(sed -n '/^watch[0-9]/p' $KW/stats)" "" "stats has nothing of it"
stats_add_up "stats add up"

# --- several at once, and the listing ------------------------------------------------

ctl_ok "w8 kwtest_word name=word"
ctl_ok "rw1   kwtest_byte	stack=3 name=byte # a remark"
ctl_ok "x kwtest_func stack=off cpu=1"
ctl_ok "w4 kwtest_word+60"
ctl_ok "off byte"
run store8 1
run store1 1 var=byte
run call 2 cpu=1
run call 3 cpu=0
run store8 1 off=56
# ids and hits are not part of a watch
specs() { sed 's/id=[0-9]*/id=N/; s/hits=[0-9]*/hits=N/'; }
cat $KW/ctl > /tmp/listing
is "$(cat /tmp/listing)" "w8 kwtest_word name=word  # id=2 state=armed hits=1
rw1 kwtest_byte name=byte stack=3  # id=3 state=off hits=0
x kwtest_func cpu=1 stack=off  # id=4 state=armed hits=2
w4 kwtest_word+0x3c  # id=5 state=armed hits=1" "every watch is listed, oldest first"
ctl_ok "-byte" "a watch is removed by its name"
ctl_ok "on 2"
ctl_ok clear
is "$(kwt write $KW/ctl < /tmp/listing)" "$(wc -c < /tmp/listing)" "the listing can be written back, in one write"
is "$(specs < $KW/ctl)" "$(specs < /tmp/listing | sed 's/state=off/state=armed/')" "and gives the same watches"
isnt "$(last_id)" 5 "with new ids"
ctl_ok clear
kwt lines $KW/ctl < /tmp/listing > /tmp/written
is "$(wc -l < /tmp/written)$(grep -v '^[0-9]' /tmp/written)" 4 "line by line as well"
is "$(specs < $KW/ctl)" "$(specs < /tmp/listing | sed 's/state=off/state=armed/')" "with the same result"
run store8 1
run store1 1 var=byte
run call 2 cpu=1
run call 3 cpu=0
run store8 1 off=56
is "$(sed 's/.*hits=//' $KW/ctl | tr '\n' ' ')" "1 1 2 1 " "they count the same"
stats_add_up "stats add up"
ok "rmmod, four watches armed" rmmod kwatch
done_testing
