# SPDX-License-Identifier: GPL-2.0
# vm: timeout=400
#
# 20,000 random and mutated lines to ctl, in "make matrix" 100,000, while hits stream
# in and are read: the kernel stays clean, and afterwards everything is free again.  A kernel
# that checks everything it does, which is what kmemleak stands for here, takes
# ten times as long or more and gets a fiftieth; on 5.10 a line takes 20 ms, most
# of which the kernel looks for its symbol, and PREEMPT_RT waits out its grace
# periods.

lines=20000
! is_long || lines=100000
case $(uname -r) in 5.10.*) lines=10000 ;; esac
! is_rt || lines=10000
[ ! -e /sys/kernel/debug/kmemleak ] || lines=2000
[ ! -e /sys/kernel/debug/kcsan ] || lines=2000

load
ok "a task has a perf event all along" keep_patched
run_bg store8 gap_us=200 threads=2
cat $KW/hits_raw > /dev/null &
reader=$!
said=$(ctlfuzz $KW/ctl $lines 2026)
diag "$said"
like "$said" "^$lines lines, [0-9]+ taken\$" "all lines were written"
at_least "$(echo "$said" | sed 's/.*lines, \([0-9]*\).*/\1/')" $((lines / 20)) "many of them armed or removed something"
kill $reader
wait $reader 2> /dev/null
run_stop
ctl_ok clear
is "$(stat_of slots_used)" 0 "no slot is held"
ctl_ok "w8 kwtest_word"
ctl_ok "w8 kwtest_word+8"
ctl_ok "w8 kwtest_word+16"
ctl_ok "w8 kwtest_word+24" "all four slots can be had"
run store8 100 cpu=0
is "$(watch_of "$(sed -n 's/^w8 kwtest_word  # id=\([0-9]*\).*/\1/p' $KW/ctl)" hits)" 100 "and work"
done_testing
