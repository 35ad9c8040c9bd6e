# SPDX-License-Identifier: GPL-2.0
# vm: timeout=300
#
# /dev/kwatch: an unprivileged program watches its own memory, and gets nothing
# else, whatever it tries.

modprobe kwtest
modprobe kwatch
kw_find
ok "there is a device" test -c /dev/kwatch
is "$(stat -c %a /dev/kwatch)" 600 "for root alone"
kwu own 1 1 > /tmp/own 2>&1
like "$(cat /tmp/own)" "Permission denied" "so others cannot open it"
rmmod kwatch
modprobe kwatch dev_mode=0666
kw_find
is "$(stat -c %a /dev/kwatch)" 666 "dev_mode="

# Somebody else's watch, with records that must stay.
ctl_ok "w8 kwtest_word name=root"
root=$(last_id)
run store8 50 cpu=0
ctl_ok "w1 kwtest_byte"
gone=$(last_id)
run store1 5 var=byte cpu=0
ctl_ok "-$gone"
before=$(heads $KW/hits | wc -l)
# More than names are kept, but where a watch that goes takes long.
n=6000
! is_slow || n=200
kwu own "$root" $n > /tmp/own 2>&1
diag "$(cat /tmp/own)"
# got NAME: its value
got() { sed -n "s/^$1: //p" /tmp/own; }

is "$(got add)" 0 "a program watches its own memory"
is "$(got store)" "hits=100 kernel=0 kstacks=0 gone=0 lost=0 others=0" "and gets its hits, each"
if is_arm64; then
	is "$(got read)" "hits=0 kernel=0 kstacks=0 gone=0 lost=0 others=0" "the kernel's are not reported on arm64"
else
	like "$(got read)" "^hits=[1-9][0-9]+ kernel=0 kstacks=0 gone=0 lost=0 others=0" "the kernel's too, without its stack, registers and addresses"
fi
# A CPU that the host takes away while it writes keeps the others from writing for
# longer than they may wait; that is told.
like "$(got threads)" "^hits=[1-9][0-9] kernel=0 kstacks=0 gone=0 lost=[0-9]+ others=0$" "all threads'"
is "$(($(got threads | sed 's/hits=\([0-9]*\) .* lost=\([0-9]*\) .*/\1 + \2/')))" 40 "each of them read, or told to be lost"
is "$(got pause)" "hits=8 kernel=0 kstacks=0 gone=0 lost=0 others=0" "one thread may pause, and be nested; the others go on"
is "$(got resume)" EINVAL "resume without pause"
like "$(got "past the end")" "^(EPERM|EINVAL)$" "refused: past the end"
is "$(got "kernel address, by offset")" EINVAL "refused: kernel address, by offset"
for what in "other process" "kernel address" "kernel address, own pid" symbol task governor \
	"governor, nearly" panic allow name children unseen "by a child"; do
	is "$(got "$what")" EPERM "refused: $what"
done
is "$(got unmapped)" EFAULT "refused: unmapped"
is "$(got garbage)" EINVAL "refused: garbage"
is "$(got "remove another's")" ENOENT "another's watch is not there"
is "$(got "off another's")" ENOENT "nor to be switched off"
is "$(got "second slot") $(got "third slot")" "0 ENOSPC" "two slots of the process"
is "$(got why)" "No slot left for you" "without a word on who has them"
is "$(got files)" "16 EMFILE" "16 files"
is "$(got "third slot, another file")" ENOSPC "which share the slots"
is "$(got watches)" "$n " "watches that come and go"
like "$(got storm)" "hits=[1-9][0-9]+ kernel=0 kstacks=0 gone=0 lost=[1-9][0-9]* others=0" "a storm loses its own records"
is "$(heads $KW/hits | wc -l)" "$before" "and nobody else's"
is "$(lost_of $KW/hits)" 0 "none of which was overwritten"
unlike "$(cat $KW/hits)" 'w8 0x' "nobody else sees the program's"
like "$(cat $KW/hits)" "w1 kwtest_byte\+0x0: .* watch=$gone seq=" "nor are the names of watches forgotten that went before"
is "$(cat $KW/error_log)" "" "nor is its list of refused commands theirs"
is "$(got clear)" 0 "clear"
like "$(got cleared)" "^hits=0 kernel=0 kstacks=0 " "clears its own"
is "$(watch_of "$root" state)" armed "and leaves the others"
is "$(got again)" 0 "a last one"
is "$(sed 's/ .*#.*//' $KW/ctl | wc -l)" 1 "goes with the file"
stats_add_up "stats add up"
ctl_ok clear

# Two of the four slots are root's, however many take all that they get.
for n in 1 2 3; do
	kwu hog > "/tmp/hog$n" &
done
for n in 1 2 3; do
	wait_for 20 test -s "/tmp/hog$n"
	is "$(cat "/tmp/hog$n")" 2 "a process takes the slots that it gets"
done
ctl_ok "w8 kwtest_word"
id=$(sed -n 's/^w8 kwtest_word.*# id=\([0-9]*\).*/\1/p' $KW/ctl)
ctl_ok "w1 kwtest_byte"
run store8 10
is "$(watch_of "$id" hits)" 10 "root has two left"
jobs -p | xargs kill
wait
is "$(sed 's/ .*#.*//' $KW/ctl | wc -l)" 2 "the others went with their processes"
ctl_ok clear
ok "the module goes" rmmod kwatch
done_testing
