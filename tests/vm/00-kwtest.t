# SPDX-License-Identifier: GPL-2.0
#
# The victim itself: it makes as many stores as it is told, where it is told.

T=/sys/kernel/debug/kwtest
ok "kwtest loads" modprobe kwtest

ok "a thread stores" run store8 1000 start=5
is "$(value kwtest_word)" 0x3ed "the last value is start + N"
is "$(stores store8)" 1000 "and counted"
ok "narrow stores" run store2 3 start=0x1fffe off=2
is "$(value kwtest_word)" 0x103ed "go to their offset"
for op in store4 store1 load8 inc lock_inc xchg cmpxchg cmpxchg_fail same memset memcpy call; do
	ok "$op" run $op 10
	is "$(stores $op)" 10 "$op is counted"
done

ok "two threads on two CPUs" run inc 500 threads=2 var=percpu
is "$(value kwtest_percpu@0) $(value kwtest_percpu@1)" "0x1f4 0x1f4" "each on its own copy"
for ctx in irqsoff bhoff softirq hardirq; do
	before=$(stores lock_inc)
	ok "ctx=$ctx" run lock_inc 200 var=heap ctx=$ctx
	is $(($(stores lock_inc) - before)) 200 "ctx=$ctx is counted"
done
is "$(value kwtest_heap)" 0x320 "and none is lost"

nok "an unknown op is refused" run nonsense 1 2> /dev/null
nok "an offline CPU is refused" run inc 1 cpu=99 2> /dev/null

before=$(stores inc)
ok "in the background" run_bg inc gap_us=100 var=static
ok "the count moves" wait_for 10 test "$(stores inc)" -ge "$before"
nok "one background job at a time" run_bg inc 2> /dev/null
run_stop
after=$(stores inc)
run inc 1 var=word
is "$(stores inc)" $((after + 1)) "stop means stopped"
done_testing
