# SPDX-License-Identifier: GPL-2.0
# vm: timeout=300
# vm: skip_on=.*amd64 instructions of arm64
#
# Each access is reported exactly once, with its values, whatever instruction
# makes it, and the kernel steps on from it.

load ring_kb=2048
N=1000

# seen DESC HITS OP [KEY=VALUE...]: N of OP are HITS more of the only watch
seen() {
	local desc=$1 hits=$2 before op=$3
	shift 3
	before=$(watch_of "$(last_id)" hits)
	run "$op" $N "$@"
	is "$(($(watch_of "$(last_id)" hits) - before))" "$hits" "$desc: $N of $op $* are $hits hits"
}
# value_is DESC OLD NEW: of the last hit
value_is() { like "$(heads $KW/hits | tail -n 1)" ": $2 -> $3 watch=" "$1"; }

ctl_ok "w8 kwtest_word stack=off rate=0"
seen plain $N store8
value_is "str" 0x3e7 0x3e8
seen plain $N store1 start=$((0x11))
seen unaligned $N store8 off=-4
seen near 0 store8 off=8
seen near 0 store8 off=-8
seen pair $N stp start=$((0x4000))
value_is "stp" 0x43e7 0x43e8
seen "pair, its second half" $N stp off=-8
seen pair 0 ldp
seen ordered $N stlr
value_is "stlr" 0x3e7 0x3e8
seen LSE $N ldadd
value_is "ldadd" 0x7cf 0x7d0
seen LSE $N stadd
value_is "stadd" 0xbb7 0xbb8
seen LSE $N swp
value_is "swp" 0x3e7 0x3e8
seen LSE $N cas start=$((0x100))
value_is "cas" 0x4e7 0x4e8
seen "LSE, that stores nothing" $N cas_fail
value_is "cas that fails" 0x4e8 0x4e8
seen "same value" $N same
seen memset $N memset
# memcpy() stores eight bytes once or, the same again, twice: as many hits as
# there are places in it that hit.
ctl_ok clear
ctl_ok "w8 kwtest_word stack=1 rate=0"
run memcpy $N
sed -n "/ watch=$(last_id) seq=1\$/,\$p" $KW/hits > /tmp/hits
places=$(grep '^ => ' /tmp/hits | sort -u | wc -l)
ok "memcpy: $places places in it store" [ "$places" = 1 -o "$places" = 2 ]
is "$(watch_of "$(last_id)" hits)" $((N * places)) "memcpy: each of them hits each time"
like "$(heads $KW/hits | tail -n 2)" ": 0x3e7 -> 0x3e8 watch=" "with its values"
seen zva $N zva
value_is "dc zva" 0x0 0x0
is "$(heads $KW/hits | grep -c ' 0x3e8 -> 0x0 watch=')" 1 "dc zva clears it"
seen "interrupts off" $N store8 ctx=irqsoff
seen "in a softirq" $N store8 ctx=softirq
seen "in a hardirq" $N store8 ctx=hardirq
seen load 0 load8
is "$(heads $KW/hits | grep -c '?')" 0 "every value is known"
stats_add_up "stats add up"
ctl_ok clear

ctl_ok "r8 kwtest_word stack=off rate=0"
seen read $N load8
seen read $N ldp
seen read 0 store8
ctl_ok clear
ctl_ok "rw8 kwtest_word stack=off rate=0"
seen "read and write" $N load8
seen "read and write" $N store8
seen "read and write" $((2 * N)) inc
ctl_ok clear
ctl_ok "w1 kwtest_word+3 stack=off rate=0"
seen "one byte of it" $N store8
seen "one byte of it" 0 store1 off=2
ctl_ok clear
ctl_ok "x4 kwtest_func stack=off rate=0"
seen "execution" $N call
ctl_ok clear

# Interrupts in the step, preemption, and tasks that go from CPU to CPU.
ctl_ok "w8 kwtest_word stack=off rate=0"
run store8 5000 threads=4 roam=1
is "$(watch_of "$(last_id)" hits)" 20000 "four threads, preempted and not bound to a CPU"
# So many that what is known of their last accesses is kept at the same place.
run store8 400 threads=500 roam=1
is "$(watch_of "$(last_id)" hits)" 220000 "five hundred more"
stats_add_up "stats add up"

# What hits are seen with cannot be switched off; where it was off before, another is used.
ftrace=/proc/sys/kernel/ftrace_enabled
nok "ftrace cannot be switched off now" eval "echo 0 > $ftrace"
if dmesg_has 'ftrace_enabled file .* no longer disables ftrace'; then
	skip 7 "here ftrace cannot be switched off at all"
else
	rmmod kwatch
	ok "but before" eval "echo 0 > $ftrace"
	load
	ok "the kernel log says what is missed then" dmesg_has 'kwatch: without ftrace an access that is interrupted may be counted twice'
	ctl_ok "w8 kwtest_word stack=off rate=0"
	seen "without ftrace" $N store8
	seen "without ftrace, interrupts off" $N store8 ctx=irqsoff
	stats_add_up "stats add up"
fi
done_testing
