# SPDX-License-Identifier: GPL-2.0
# vm: timeout=90
#
# Memory of a process that is unmapped: the watch says so and by whom, ends if it is
# until=free, and never takes an old page's value for a new one's.

load
victim
at_page() { do_it map; page=${answer#done }; }
said() { awk -v w=" watch=$1\$" '/^#/ { on = $0 ~ w && /unmapped/ } on && /^(#| =>)/' $KW/hits; }
was_said() { [ -n "$(said "$1")" ]; }
values() { heads $KW/hits | sed -n "s/.*: \([^ ]* -> [^ ]*\) watch=$1 .*/\1/p" | tr '\n' ','; }

at_page
ctl "w8 $page pid=$pid until=free"
[ "$ERR" != EOPNOTSUPP ] || skip_all "this kernel does not tell what is unmapped (CONFIG_MMU_NOTIFIER)"
ctl_ok clear
watch "w8 $page pid=$pid unseen=100"
do_it mapstore 8
do_it unmap
ok "munmap(): it says so" wait_for 10 was_said "$id"
like "$(said "$id" | head -n 1)" "^# .*: w8 $page: its memory was unmapped by kwu-$pid; the watch goes on watch=$id\$" "who"
like "$(said "$id")" '^ => .*munmap' "from where in the kernel"
like "$(said "$id")" '^ => <user>' "and in the program"
is "$(watch_of "$id" state)" armed "the watch stays, as a debugger's does"
do_it remap
do_it mapstore 9
do_it mapstore 10
# Where the trap comes before the store the page itself says what it holds.
old='?'
! is_arm64 || old=0x0
is "$(values "$id")" "0x7 -> 0x8,$old -> 0x9,0x9 -> 0xa," "the new page's values are its own"
unlike "$(cat $KW/hits)" 'unseen writer' "and nobody unseen wrote them"
do_it dontneed
do_it protect
do_it mapstore 11
is "$(said "$id" | grep -c '^#')" 1 "a page that is dropped, or locked, is not unmapped"
ctl_ok "off $id"
ctl_ok "on $id"
do_it unmap
twice() { [ "$(said "$id" | grep -c '^#')" = 2 ]; }
ok "armed anew it says so again" wait_for 10 twice
ctl_ok clear

at_page
watch "w8 $page pid=$pid until=free"
do_it dontneed
do_it protect
do_it mapstore 8
is "$(watch_of "$id" state)" armed "until=free: not for a page that is dropped"
do_it move
ok "mremap() takes it away: it ends" wait_for 10 is_gone "$id"
like "$(said "$id" | head -n 1)" "^# .*: w8 $page ended: its memory was unmapped by kwu-$pid watch=$id\$" "and says who"
like "$(said "$id")" '^ => .*mremap' "and from where"
like "$(grep -E " watch=$id( |\$)" $KW/hits | tail -n 1)" " ended: " "with its last record"

at_page
watch "w8 $page pid=$pid until=free"
do_it unmap
do_it remap
do_it mapstore 9
ok "until=free: munmap() ends it" wait_for 10 is_gone "$id"
is "$(values "$id")" "" "no hit is another page's"

# The end of the process is the end of the process.
at_page
watch "w8 $page pid=$pid"
do_it mapstore 8
echo exit >&8
ok "the process ends" wait_for 10 is_gone "$id"
is "$(said "$id")" "" "which is no munmap()"
like "$(cat $KW/hits)" "ended: its task ended watch=$id\$" "but what it is"
exec 8>&-
wait
stats_add_up "stats add up"
ok "the module goes" rmmod kwatch
done_testing
