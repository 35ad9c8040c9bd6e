# SPDX-License-Identifier: GPL-2.0
#
# A machine that does not deliver debug exceptions: kwatch does not load, and
# says why in one sentence.

modprobe kwt_deaf
nok "modprobe kwatch fails" modprobe kwatch 2> /tmp/said
like "$(cat /tmp/said)" 'No such device' "ENODEV"
nok "it is not there" test -e /sys/module/kwatch
nok "nor are its files" test -e $KW
sentence='kwatch: this machine does not deliver debug exceptions as it should \(1 store gave 0 hits, .*\), so no watch could be trusted'
ok "the kernel log has the sentence" dmesg_has "$sentence"
rmmod kwt_deaf
ok "where they are delivered, it loads" load
like "$(stat_of selftest)" '^ok, ' "the self-test is content"
ctl_ok "w8 kwtest_word"
run store8 10
is "$(watch_of 1 hits)" 10 "and watches work"
done_testing
