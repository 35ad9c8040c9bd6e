# SPDX-License-Identifier: GPL-2.0
# vm: timeout=240
#
# On a kernel with KCSAN: two CPUs hit the same watches while readers read all
# that there is and commands come and go.  That kwatch has no data race is
# judged from the kernel log, as in every test there; here it is made likely
# that one would be met, and shown that KCSAN does see them.

[ -e /sys/kernel/debug/kcsan ] || skip_all "this kernel has no KCSAN"

load
# Every access in 100 is looked at, not one in thousands.
echo 100 > /sys/module/kcsan/parameters/skip_watch
planted() { dmesg | grep -q 'KCSAN: data-race in .*\[kwtest\]'; }
run_bg plain var=static threads=2
ok "KCSAN reports a race that was planted" wait_for 60 planted
run_stop

ctl_ok "w8 kwtest_word summary rate=0"
a=$(last_id)
ctl_ok "w1 kwtest_byte unseen=5 if new > 0"
b=$(last_id)
run_bg inc var=word threads=2 gap_us=50
(while [ ! -e /tmp/over ]; do
	cat $KW/stats $KW/ctl $KW/hits $KW/summary > /dev/null
	timeout 1 cat $KW/hits_raw > /dev/null
done; : > /tmp/read) &
i=0
while [ $i -lt 40 ]; do
	i=$((i + 1))
	ctl "w8 kwtest_static rate=100/s name=c"
	run store8 50 var=static threads=2
	run store1 50 var=byte threads=2
	ctl "off c"
	ctl "on c"
	ctl "-c"
done
: > /tmp/over
ok "readers come to an end" wait_for 60 test -e /tmp/read
run_stop
at_least "$(watch_of $a hits)" 1000 "two CPUs hit one watch"
is "$(watch_of $b hits)" $((i * 100)) "and another, counted to the one"
stats_add_up "every hit is accounted for"
done_testing
