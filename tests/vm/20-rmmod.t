# SPDX-License-Identifier: GPL-2.0
# vm: timeout=90
#
# rmmod at every bad moment: while armed, while hits stream in, while readers
# sit there, while the target's module goes first.

load ring_kb=256

# --- armed and under fire -----------------------------------------------------------

for i in 0 8 16 24; do ctl "w8 kwtest_word+$i"; done
is "$(stat_of slots_used)" 4 "four watches"
run_bg store8 threads=4
hit_much() { [ "$(watch_of "$1" hits)" -gt 2000 ]; }
ok "hits stream in" wait_for 20 hit_much 1
ok "rmmod under fire, at the first attempt" rmmod kwatch
nok "it is gone" test -e /sys/module/kwatch
nok "and its files" test -e $KW
made=$(stores store8)
moved() { [ "$(stores store8)" -gt "$made" ]; }
ok "the threads go on storing" wait_for 10 moved
ok "and it can be loaded again, under fire" load
ctl_ok "w8 kwtest_word"
ok "hits again" wait_for 20 hit_much "$(last_id)"
stats_add_up "stats add up, under fire"
run_stop
ctl_ok clear
ctl_ok "w8 kwtest_word"
run store8 3000 threads=2
is "$(watch_of "$(last_id)" hits)" 6000 "and exact"

# --- readers ------------------------------------------------------------------------

# sits PID: it is in poll() or read(), asleep
sits() { grep -q '^State:.S' /proc/"$1"/status; }
# in_use: rmmod fails, and says that somebody uses it
in_use() { rmmod kwatch 2>&1 | grep -qE 'Resource temporarily unavailable|in use|busy'; }

for file in hits hits_raw; do
	kwt sit $KW/$file > /tmp/sat 2>&1 &
	pid=$!
	read_all() { [ -s /tmp/sat ] && sits $pid; }
	ok "a reader of $file sits in poll()" wait_for 20 read_all
	ok "rmmod is refused: in use" in_use
	ok "kwatch is still there" test -e $KW/ctl
	run store8 1
	is "$(stat_of slots_used)" 1 "and so is the watch"
	kill -9 $pid
	wait $pid
done
exec 7> $KW/ctl
ok "an open ctl is a user, too" in_use
exec 7>&-
cat $KW/hits_raw > /tmp/raw &
pid=$!
waits() { [ -s /tmp/raw ] && sits $pid; }
ok "a reader blocks in hits_raw" wait_for 20 waits
ok "rmmod is refused: in use" in_use

# Readers that cannot keep up, killed in the middle, and then at once rmmod.
run_bg store8 threads=2
for i in 1 2 3 4; do
	kwt follow $KW/hits 5000 > /dev/null 2>&1 &
	eval "pid$i=$!"
done
ok "hits stream to four readers" wait_for 20 hit_much "$(last_id)"
ok "rmmod is refused: in use" in_use
# shellcheck disable=SC2154
kill -9 $pid $pid1 $pid2 $pid3 $pid4
# shellcheck disable=SC2154
wait $pid $pid1 $pid2 $pid3 $pid4
ok "rmmod, when they are gone, with hits streaming in" rmmod kwatch
run_stop

# --- the watched module first, and both at once -----------------------------------------

load
ctl_ok "w8 kwtest:kwtest_word"
run_bg store8 threads=2
ok "hits stream in" wait_for 20 hit_much 1
rmmod kwtest &
pid=$!
ok "rmmod kwatch, while kwtest goes" rmmod kwatch
wait $pid
is "$? $(awk '{ print $1 }' /proc/modules)" "0 " "both are gone"
done_testing
