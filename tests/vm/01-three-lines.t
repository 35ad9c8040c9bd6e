# SPDX-License-Identifier: GPL-2.0
#
# The three lines of the README, as a user types them.

ok "modprobe trampolines" modprobe trampolines
ok "modprobe kwatch" modprobe kwatch
kw_find
ok "line 1" sh -c 'echo "w8 trampolines" > /sys/kernel/debug/kwatch/ctl'
ok "the writer is seen" wait_for 10 grep -q '=> tl_write+' $KW/hits
like "$(cat $KW/hits)" '^ +tl_writer-[0-9]+ +\[[0-9]+\] .{5} +[0-9]+\.[0-9]{6}: w8 trampolines\+0x0: 0x[0-9a-f]+ -> 0x[0-9a-f]+ watch=1 seq=[0-9]+$' \
	"line 2: cat hits shows who, where, when and what"
ok "trampolines unloads while it is watched" rmmod trampolines
ok "kwatch unloads" rmmod kwatch

ok "line 3" modprobe kwatch ksym=jiffies
like "$(cat $KW/ctl)" '^w8 jiffies +# id=1 state=armed hits=[0-9]+$' "it is armed"
ok "jiffies are written" wait_for 10 grep -q '=> tick_do_update_jiffies64+' $KW/hits
done_testing
