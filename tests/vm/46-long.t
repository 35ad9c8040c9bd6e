# SPDX-License-Identifier: GPL-2.0
# vm: append=setcpuid=bpext
# vm: skip_on=.*arm64 only AMD's CPUs have BPEXT
#
# Where a CPU's registers watch more than eight bytes (AMD's BPEXT), a long watch
# takes one when there are not as many as its values would need.
#
# QEMU has none that do; the kernel can be told so, from 6.15 on.  It arms them
# then, and QEMU, which does not know the mask, reports the first byte alone.

grep -q '\bbpext\b' /proc/cpuinfo || skip_all "this kernel cannot be told that its CPU has BPEXT"

load
ctl_ok "w32 kwtest_word rate=0" "a long watch, all slots free"
is "$(stat_of slots_used)" 4 "takes four: each has a value"
ctl_ok clear
ctl_ok "w8 kwtest_word+64"
ctl_ok "w8 kwtest:kwtest_static"
ctl_ok "w1 kwtest_byte"
ctl_ok "w32 kwtest_word rate=0" "another, where one slot is left"
w=$(last_id)
is "$(stat_of slots_used) $(stat_of slots_free)" "4 0" "takes that one"
run store1 7 var=word
is "$(watch_of $w hits) $(stat_of "watch$w.recorded")" "7 7" "its hits are counted"
like "$(grep " watch=$w seq=7\$" $KW/hits)" '\?.*\?' "and what was there is not known"
ctl_ok "-$w"
ctl_err ENOSPC "w16 kwtest_word+4" "a range that does not begin where a mask does"
done_testing
