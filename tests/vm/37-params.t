# SPDX-License-Identifier: GPL-2.0
# vm: timeout=90
#
# Module parameters, good and bad.

modprobe kwtest

# with PARAM=VALUE...: loads kwatch with them
with() { rmmod kwatch 2> /dev/null; modprobe kwatch "$@" 2> /tmp/said && kw_find; }

# --- ksym and type ------------------------------------------------------------------

ok "ksym=" with ksym=kwtest_word
run store8 3
is "$(cat $KW/ctl)" "w8 kwtest_word  # id=1 state=armed hits=3" "is w8"
ok "type=" with ksym=kwtest_byte type=rw1
run store1 3 var=byte
is "$(cat $KW/ctl)" "rw1 kwtest_byte  # id=1 state=armed hits=3" "is how"
ok "type=x" with ksym=kwtest_func type=x
run call 3
is "$(cat $KW/ctl)" "x kwtest_func  # id=1 state=armed hits=3" "is code"
ok "module:symbol+off" with ksym=kwtest:kwtest_word+4 type=w4
is "$(cat $KW/ctl)" "w4 kwtest:kwtest_word+0x4  # id=1 state=armed hits=0" "is as in ctl"
ok "of a module that is not there" with ksym=kwt_late:kwt_late_word
modprobe kwt_late
is "$(cat $KW/ctl)" "w8 kwt_late:kwt_late_word  # id=1 state=armed hits=5" "waits for it"
rmmod kwt_late
ok "an address" with ksym="$(addr kwtest_heap)"
run store8 3 var=heap
is "$(watch_of 1 hits)" 3 "is one"
ok "type= alone" with type=w8
is "$(cat $KW/ctl)" "" "is nothing"

# refuses ERRNO-TEXT SENTENCE PARAM...: modprobe fails, and the log says why
refuses() {
	local said=$1 sentence=$2
	shift 2
	nok "modprobe kwatch $*" with "$@"
	like "$(cat /tmp/said)" "$said" "$*: $said"
	ok "$*: the kernel log says why" dmesg_has "$sentence"
	nok "$*: it is not there" test -e /sys/module/kwatch
}
refuses 'unknown symbol' 'kwatch: ksym=nosuch: No such symbol' ksym=nosuch
refuses 'Invalid argument' 'kwatch: ksym=kwtest_word: expected r, w, rw or x with a length' ksym=kwtest_word type=q8
refuses 'Bad address' 'kwatch: ksym=0x1000: Not a kernel address' ksym=0x1000
refuses 'Invalid argument' 'kwatch: ksym=kwtest_word until=close: There is no open file here that could be closed' "ksym=kwtest_word until=close"
refuses 'Invalid argument' 'kwatch: .*ring_kb' ring_kb=1
refuses 'Invalid argument' 'kwatch: .*ring_kb' ring_kb=4000000000
refuses 'Invalid argument' 'kwatch.*ring_kb' ring_kb=many
refuses 'Invalid argument' 'kwatch: .*stack_depth' stack_depth=65

# --- ring_kb and stack_depth -----------------------------------------------------------

# The ring is full after so many of the smallest records.
held() {
	ctl "w8 kwtest_word stack=off rate=0"
	run store8 9000 cpu=0
	hits
}
with ring_kb=64
small=$(held)
with ring_kb=65
double=$(held)
with ring_kb=256
large=$(held)
at_least "$small" 700 "64 KiB hold $small hits without a stack"
is "$(((double + small / 20) / small)) $(((large + small / 10) / small))" "2 4" "65 is rounded up to 128; 256 hold four times as many ($double, $large)"
for depth in 0 1 5; do
	ok "stack_depth=$depth" with stack_depth=$depth
	ctl "w8 kwtest_word"
	run store8 1
	is "$(grep -c '^ => ' $KW/hits)" $depth "is $depth frames"
done
ctl clear
ctl "w8 kwtest_word stack=3"
run store8 1
is "$(sed -n '/watch=2/,$p' $KW/hits | grep -c '^ => ')" 3 "unless stack= says otherwise"
is "$(cat /sys/module/kwatch/parameters/stack_depth)" 5 "it can be read in sysfs"
done_testing
