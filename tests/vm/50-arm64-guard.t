# SPDX-License-Identifier: GPL-2.0
# vm: timeout=120
# vm: skip_on=.*amd64 instructions of arm64
#
# The loop guard.  The kernel steps over a watched access for perf's own handler
# only; here it is made to forget that, and every access traps for ever: until
# the guard takes the watch off, with interrupts on or off, and says why.

load
modprobe kwt_stick "addr=$(addr kwtest_word)"

# Of the watch $id.
said() { grep -q "ended: the same access trapped again and again watch=$id\$" $KW/hits; }

# stuck START [KEY=VALUE...]: 10 stores that do not get on are made all the same
stuck() {
	local start=$1
	shift
	ctl_ok "w8 kwtest_word stack=off rate=0"
	id=$(last_id)
	run store8 10 start="$start" "$@"
	is "$(value kwtest_word)" "$(printf 0x%x $((start + 10)))" "start=$start $*: it gets on"
	ok "for the watch is taken off, and that is said" wait_for 5 said
	at_least "$(hits " -> $(printf 0x%x $((start + 1))) watch=$id ")" 1 "the store that did not get on is a hit"
	is "$(hits " -> $(printf 0x%x $((start + 2))) watch=$id ")" 0 "and no later store is"
	ctl_ok "-$id"
}
stuck 0
stuck 10 ctx=irqsoff
stuck 20 threads=2

# Others are stepped over as ever, also in the same instructions.
ctl_ok "w8 kwtest_word stack=off rate=0"
ctl_ok "w1 kwtest_byte stack=off rate=0"
run store8 10 var=byte
is "$(watch_of "$(last_id)" hits)" 10 "a watch beside it"
ctl_ok clear
rmmod kwt_stick
ctl_ok "w8 kwtest_word stack=off rate=0"
run store8 100
is "$(watch_of "$(last_id)" hits)" 100 "and the same word, once the kernel steps again"

# A program, which would be stuck for ever with interrupts on.
victim
modprobe kwt_stick "addr=$word"
watch "w8 $word pid=$pid stack=off ustack=off rate=0"
do_it store 10
ok "a program gets on, too" wait_for 5 said
ctl_ok "-$id"
rmmod kwt_stick
stats_add_up "stats add up"
done_testing
