# SPDX-License-Identifier: GPL-2.0
# vm: timeout=200
# vm: qemu=-cpu
# vm: qemu=cortex-a57
# vm: skip_on=.*amd64 instructions of arm64
#
# On a CPU without atomic instructions an increment is a load-exclusive and a
# store-exclusive in a loop.  Each trap makes the store fail, so without help
# such a loop would never end.

load
unlike "$(cat /proc/cpuinfo)" 'atomics' "this CPU has no atomic instructions"
ctl_ok "w8 kwtest_word stack=off rate=0"
before=$(value kwtest_word)
run stxr 200
is "$(($(value kwtest_word) - before))" 200 "200 increments are made"
is "$(watch_of 1 hits)" 200 "and 200 hits reported"
is "$(heads $KW/hits | sed -n 's/.*: 0x\([0-9a-f]*\) -> 0x\([0-9a-f]*\) .*/\1 \2/p' | while read -r o n; do [ $((0x$n - 0x$o)) = 1 ] || echo "$o $n"; done)" "" "each with the values before and after"
run lock_inc 200
is "$(($(value kwtest_word) - before))" 400 "the kernel's own way of it too"
is "$(watch_of 1 hits)" 400 "is reported as often"
run lock_inc 500 threads=2
is "$(($(value kwtest_word) - before)) $(watch_of 1 hits)" "1400 1400" "from two CPUs at once"
run store8 100
is "$(watch_of 1 hits)" 1500 "plain stores as ever"
stats_add_up "stats add up"

# One that is not recognised: reported, and then the watch is given up; also where
# no interrupt can come to do that.
given_up() { [ "$(grep -c 'ended: the same access trapped again and again' $KW/hits)" = "$1" ]; }
before=$(value kwtest_word)
run stxr_odd 10
is "$(($(value kwtest_word) - before))" 10 "a loop of no known form gets on"
ok "for the watch is taken off" wait_for 5 given_up 1
ctl_ok clear
ctl_ok "w8 kwtest_word stack=off rate=0"
run stxr_odd 10 ctx=irqsoff
is "$(($(value kwtest_word) - before))" 20 "one with interrupts off gets on"
ok "for the watch is taken off" wait_for 5 given_up 2
done_testing
