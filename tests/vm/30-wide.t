# SPDX-License-Identifier: GPL-2.0
# vm: timeout=180
#
# Watches on all CPUs are armed by register_wide_hw_breakpoint(), one call for each debug
# register; a CPU that comes or goes while that is done is covered all the same.

load
D=/sys/kernel/debug/tracing
cpu1=/sys/devices/system/cpu/cpu1/online

# --- the call ------------------------------------------------------------------------

# calls LINE: how often the kernel's function is called for a command
calls() {
	echo > $D/trace
	ctl "$1" || echo "$1: $ERR"
	grep -c 'register_wide_hw_breakpoint <-' $D/trace
}
if grep -q '\<function\>' $D/available_tracers 2> /dev/null &&
	echo register_wide_hw_breakpoint > $D/set_ftrace_filter; then
	echo function > $D/current_tracer
	is "$(calls "w8 kwtest_word name=word")" 1 "a watch on all CPUs: one call"
	is "$(calls "off word")" 0 "off: none"
	is "$(calls "on word")" 1 "on again: one call"
	is "$(calls "w8 kwtest_static cpu=0")" 0 "cpu=0: none"
	ctl_ok clear
	is "$(calls "w8 kwtest:kwtest_percpu")" 0 "a per-CPU variable, which has many addresses: none"
	is "$(calls "w16 kwtest_word")" 2 "w16: one for each of two debug registers"
	is "$(calls "w8 kwtest_static")" 1 "the fourth register"
	ctl_err ENOSPC "w8 kwtest_byte" "there is no fifth"
	like "$(cat $KW/error_log)" 'No slot left' "and that is said"
	ctl_ok clear
	echo nop > $D/current_tracer
	echo > $D/set_ftrace_filter
else
	skip 8 "no function tracer that knows register_wide_hw_breakpoint()"
fi

# --- CPUs that come and go meanwhile -----------------------------------------------------

if [ ! -w $cpu1 ]; then
	skip 3 "this kernel cannot take CPU 1 off"
	done_testing
	exit
fi
n=30
! is_long || n=150
while [ ! -e /tmp/enough ]; do
	echo 0 > $cpu1
	echo 1 > $cpu1
done &
storm=$!
i=0 wrong='' before=$(stores store8)
while [ $i -lt $n ]; do
	if ! ctl "w8 kwtest_word stack=off rate=0 name=n$i"; then
		wrong="$wrong $i:$ERR"
	else
		run store8 20 cpu=0
		hits=$(watch_of "$(last_id)" hits)
		[ "$hits" = 20 ] || wrong="$wrong $i:$hits"
		ctl "-n$i" || wrong="$wrong $i:-$ERR"
	fi
	i=$((i + 1))
done
: > /tmp/enough
wait $storm
is "$wrong" "" "$n times armed while CPU 1 goes and comes, and each of 20 stores is a hit"
echo 1 > $cpu1
ctl_ok "w8 kwtest_word stack=off rate=0 name=last"
run store8 20 cpu=1
is "$(watch_of "$(last_id)" hits)" 20 "CPU 1 is covered in the end"
is "$(stat_of slots_free)" 3 "and no debug register was lost"
stats_add_up "stats add up"
done_testing
