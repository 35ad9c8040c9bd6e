# SPDX-License-Identifier: GPL-2.0
#
# File, line and inlined functions of a module's frames, by its debug
# information, which scripts/initrd puts where nobody looks by default.

load
export KWATCH_DEBUG=/debug
[ -d /debug/.build-id ] || skip_all "kwtest was built without debug information"

ctl_ok "w8 kwtest_word"
run store8 3
kwatch tail --no-follow > /tmp/out
is "$(grep -cE '^ => kwt_op_store8\+0x[0-9a-f]+/0x[0-9a-f]+ \[kwtest\] .*kwtest\.c:[0-9]+$' /tmp/out)" 3 "a module's function"
like "$(cat /tmp/out)" '^ => kwt_l1\+.* \[kwtest\] .*kwtest\.c:[0-9]+$' "its caller"
like "$(cat /tmp/out)" '^ => (kthread|ret_from_fork)\+0x[0-9a-f]+/0x[0-9a-f]+$' "the kernel has none here"
kwatch tail --no-follow --json > /tmp/json
is "$(grep -cE '"sym":"kwt_op_store8","off":[0-9]+,"size":[0-9]+,"mod":"kwtest","file":"[^"]*kwtest.c","line":[0-9]+' /tmp/json)" 3 "as JSON"
KWATCH_DEBUG=/nosuch kwatch tail --no-follow > /tmp/plain
is "$(grep -c 'kwtest.c' /tmp/plain)" 0 "without debug information there is none"
kwatch record --no-follow -o /tmp/cap 2> /dev/null
kwatch report -e /tmp/cap > /tmp/events
ok "a capture shows the same" cmp /tmp/out /tmp/events
ctl_ok clear
rmmod kwatch kwtest
kwatch report -e /tmp/cap > /tmp/later
ok "also when the module is gone" cmp /tmp/out /tmp/later

# A module that comes while hits are recorded.
modprobe kwatch
kwatch record -o /tmp/late 2> /tmp/err &
pid=$!
wait_for 30 test -e /tmp/late/host/kallsyms.gz
modprobe kwtest
ctl_ok "w8 kwtest_word"
run store8 2
kill -INT $pid
wait $pid
is "$(kwatch report -e /tmp/late | grep -cE '^ => kwt_op_store8.*kwtest\.c:[0-9]+$')" 2 "a module that came later"
ctl_ok clear
done_testing
