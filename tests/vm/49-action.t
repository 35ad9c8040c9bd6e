# SPDX-License-Identifier: GPL-2.0
# vm: timeout=90
#
# action=: what is done at a hit besides recording it.

load
D=/sys/kernel/tracing
ctl_ok "w8 kwtest_word action=traceoff"
echo 1 > $D/tracing_on
run store8 1 cpu=0
is "$(cat $D/tracing_on)" 0 "traceoff stops ftrace"
ctl_ok clear

ctl_ok "w8 kwtest_word action=dump"
run store8 1 cpu=0
ok "dump prints to the kernel log" wait_for 5 dmesg_has 'kwatch: watch 2 was hit'
ok "with the stack" dmesg_has ' => kwt_op_store8\+'
ctl_ok clear

# A process that touches it itself: kwtest's module parameters are written by
# whoever writes them.
modprobe kwapi spec="w8 kwapi:kwapi_other"
ctl_ok "w8 kwapi:kwapi_word action=signal=SIGTERM"
sh -c 'echo 1 > /sys/module/kwapi/parameters/store; sleep 30; exit 0' &
wait $!
rc=$?
is "$rc" 143 "signal=SIGTERM reaches the process that made the access"
ctl_ok clear
rmmod kwapi
ctl_ok "w8 kwtest_word action=signal=SIGKILL"
ok "a kernel thread gets none" run store8 10 cpu=0
is "$(stat_of "watch$(last_id).recorded")" 10 "and is recorded"
ctl_ok clear
done_testing
