# SPDX-License-Identifier: GPL-2.0
# vm: timeout=120
# vm: accel=icount
# vm: cpus=1
# vm: skip_on=.*arm64 the benchmark is of amd64
#
# A hit costs what tests/bench/committed.json says, in guest instructions, and
# not a twentieth more.  The same work beside other tools is "make bench".

B=/sys/kernel/debug/kwbench
key=$(sed -n 's/.*vm_key=\([^ ]*\).*/\1/p' /proc/cmdline)

committed() { sed -n "s/.*\"$key\":.*\"$1\": *\([0-9]*\).*/\1/p" /committed.json; }
# measure NAME [OP]: instructions per store, or OP of kwbench, bare loop taken off
measure() {
	echo "20000 100 100 ${2:-0}" > $B/run
	cost=$(sed -n 's/.*least_milli_per=\([0-9]*\).*/\1/p' $B/result)
	cost=$(((cost + 500) / 1000))
	diag "$1: $cost instructions"
}
# not_above NAME: the last measurement against the committed one
not_above() {
	local was
	was=$(committed "$1")
	if [ -z "$was" ]; then
		skip 1 "no committed figure for $key"
		return
	fi
	ok "$1: $cost instructions, committed $was" [ $((cost * 100)) -le $((was * 105)) ]
}

modprobe kwbench
modprobe kwtest
modprobe kwpeer addr="$(cat $B/addr)"
measure empty
not_above empty
rmmod kwpeer

modprobe kwatch && kw_find
# rate=0: what is measured is the handler, not the governor.
ctl "w8 kwbench_word rate=0" || ctl_ok "w8 kwbench_word"
measure hit
not_above hit
last=$(tail -n 11 $KW/hits)
like "$last" 'bench_l7' "the stack is there"
like "$last" 'ret_from_fork' "to its end"
is "$(stat_of unwinder)" orc-cache "the fast unwinder did it"
ctl_ok clear

# A read-only watch sees stores on this CPU, and filters them.
ctl_ok "r8 kwbench_word"
measure filtered
not_above filtered

# While a watch is on memory that may be freed, each kfree() of the machine is looked at.
measure "kmalloc() and kfree()" 4
before=$cost
ctl_ok "w8 $(addr kwtest_heap)"
measure "the same while a watch follows its memory" 4
ok "which is $((cost - before)) instructions more" [ $((cost - before)) -le 60 ]

done_testing
