# SPDX-License-Identifier: GPL-2.0
# vm: timeout=400
# vm: debugger=gdb
#
# kwatch beside gdb: the same stack at the same store, in a program without
# frame pointers; a debugger attached at the very instruction; and debug
# registers of one process shared, while there are some left.

load
ok "a task has a perf event all along" keep_patched

# start WORD...: kwup, as $prog; it goes on when we say so
start() {
	# The signal of the last one's end would break off the opening of a pipe.
	exec 9>&-
	wait
	[ -p /tmp/kwup.in ] || mkfifo /tmp/kwup.in
	kwup "$@" < /tmp/kwup.in > /tmp/kwup.out &
	prog=$!
	exec 9> /tmp/kwup.in
	wait_for 30 grep -q "ready $prog" /tmp/kwup.out
}
go() { echo >&9; }
follow() {
	kwatch "$@" -p "$prog" > /tmp/out 2> /tmp/err &
	client=$!
	wait_for 30 grep -q " pid=$prog " $KW/ctl || diag "$(cat /tmp/err)"
}
stopped() { grep -q "^State:.*T (stopped)" "/proc/$prog/status" 2> /dev/null; }
# debug COMMAND...: gdb attached to it, and gone again
debug() {
	local command
	: > /tmp/gdb.in
	for command; do echo "$command" >> /tmp/gdb.in; done
	gdb -batch -p "$prog" -x /tmp/gdb.in > /tmp/gdb.out 2>&1
}

# --- the same stack -----------------------------------------------------------------

# kwatch's and gdb's frames: "address function file:line" each, where known.
# Both show an inlined function at the address of the one it is in.
ours() {
	sed -n 's/.*"ustack":\[\(.*\)\].*/\1/p' | sed 's/},{/}\n{/g' | awk '
		function field(name,  v) {
			if (!match($0, "\"" name "\":\"?[^,}\"]*")) return ""
			v = substr($0, RSTART, RLENGTH); sub(/^"[^"]*":"?/, "", v); return v
		}
		{ print field("ip"), field("sym"), field("file") (field("line") != "" ? ":" field("line") : "") }'
}
theirs() {
	sed -n 's/^#[0-9]* *0x0*\([0-9a-f]*\) in \([^ ]*\) .*) at \(.*\)$/0x\1 \2 \3/p
		s/^#[0-9]* *0x0*\([0-9a-f]*\) in \([^ ]*\) .*)\( from .*\)*$/0x\1 \2 /p'
}

# same_stack DESC: stop the program at its next store, and compare
same_stack() {
	go
	ok "$1: it stops at the store" wait_for 30 stopped
	wait_for 30 grep -q '"seq":1,' /tmp/out
	debug "set print frame-info location-and-address" "set print frame-arguments none" \
		"set backtrace past-main on" bt
	# gdb says "<signal handler called>" of what called it, and not where.
	grep '"seq":1,' /tmp/out | ours | awk 'last != "on_signal" { print } { last = $2 }' > /tmp/ours
	theirs < /tmp/gdb.out > /tmp/theirs
	at_least "$(wc -l < /tmp/theirs)" 5 "$1: gdb sees frames"
	if grep -q '"ustack_cut":true' /tmp/out; then
		head -n "$(wc -l < /tmp/ours)" /tmp/theirs > /tmp/part
		mv /tmp/part /tmp/theirs
		pass "$1: the copy of the stack was too short, and that is said"
	fi
	if is_arm64; then
		# gdb 13 ends in a library without symbols whose return addresses are
		# signed, before it is at _start.
		head -n "$(wc -l < /tmp/theirs)" /tmp/ours > /tmp/part
		mv /tmp/part /tmp/ours
	fi
	is "$(awk '{ print $1 }' /tmp/ours | tr '\n' ' ')" "$(awk '{ print $1 }' /tmp/theirs | tr '\n' ' ')" \
		"$1: the addresses of all frames are those of gdb's bt"
	# A name that gdb does not have, we may have.
	grep -v ' ??' /tmp/theirs > /tmp/named
	is "$(grep -Fxvf /tmp/ours /tmp/named)" "" "$1: with its functions, files and lines"
	kill -CONT "$prog"
	wait "$client"
	is "$?" 0 "$1: the program goes on to its end"
}
# Stop there: a debugger can be attached at the very instruction.
stop_at() { follow w counter --json action=signal=SIGSTOP limit=1 "$@"; }

start ready wait store=1
stop_at
same_stack "a library that calls back"
start ready wait plug=/usr/lib/libplug_a.so
stop_at
same_stack "a library that was just loaded"
# With all of the CPU's state between the frames, which on arm64 may be more
# than a copy can have.
if ! is_arm64; then
	start ready wait signal
	stop_at ucopy=8192
	same_stack "a signal handler"
fi
start ready wait deep=15
stop_at
same_stack "calls of itself"
start ready wait deep=15
stop_at ucopy=1024
same_stack "1 KiB of them"

# --- both watch ---------------------------------------------------------------------

# attach COMMAND...: gdb in the background, until the program ends
attach() {
	local command
	: > /tmp/gdb.in
	for command; do echo "$command" >> /tmp/gdb.in; done
	rm -f /tmp/gdb.goes
	gdb -batch -p "$prog" -x /tmp/gdb.in > /tmp/gdb.out 2>&1 &
	gdb=$!
}
# The program runs again, and gdb's watchpoints are in the registers.
runs() { [ -e /tmp/gdb.goes ] && grep -q '^State:.*S (sleeping)' "/proc/$prog/status"; }
tell='commands
silent
printf "gdb: %lu\n", other[0]
continue
end'
last="shell touch /tmp/gdb.goes"
no_trap() { is "$(grep traps /tmp/kwup.out) $(grep -c 'received signal' /tmp/gdb.out)" "traps 0 0" "$1"; }

start ready wait other=3 store=5 traps wait
follow w counter
attach "watch other[0]" "$tell" "$last" continue
if is_arm64; then
	wait "$gdb"
else
	wait_for 60 runs
fi
go
wait_for 60 grep -q traps /tmp/kwup.out
go
wait "$gdb"
wait "$client"
if is_arm64; then
	like "$(cat /tmp/gdb.out)" "Unexpected error setting hardware debug registers" \
		"gdb, which on arm64 takes all registers at once, is refused where kwatch has one"
else
	like "$(cat /tmp/gdb.out)" "^Hardware watchpoint 1: other" "gdb watches the same process by hardware"
	is "$(grep -c '^gdb: [123]$' /tmp/gdb.out)" 3 "and is told of its three stores"
fi
is "$(heads /tmp/out | wc -l)" 5 "kwatch is told of its five"
no_trap "no SIGTRAP for the program, nor one that gdb wonders about"

# The last one is gdb's, and then there are none.
slots=$(stat_of slots)
if [ "$slots" = 4 ] && ! is_arm64; then
	start ready wait other=2 lib=3 traps wait
	follow w24 other+8
	attach "watch other[0]" "$tell" "watch lib_word" continue
	wait "$gdb"
	like "$(cat /tmp/gdb.out)" "(Couldn't write debug register: No space left|Could not insert hardware watchpoint 2)" \
		"gdb's second is refused where kwatch has three of four"
	attach "watch other[0]" "$tell" "$last" continue
	wait_for 60 runs
	go
	wait_for 60 grep -q traps /tmp/kwup.out
	go
	wait "$gdb"
	wait "$client"
	is "$(grep -c '^gdb: [12]$' /tmp/gdb.out)" 2 "its first works"
	no_trap "no SIGTRAP"
fi
if [ "$slots" = 4 ]; then
	start ready wait other=2 store=1 traps wait
	attach "watch other[0]" "$tell" "watch other[1]" "watch other[2]" "watch other[3]" "$last" continue
	wait_for 60 runs
	said=$(kwatch w counter -p "$prog" 2>&1)
	is "$?" 1 "kwatch is refused where gdb has all"
	like "$said" "^kwatch: No slot left for process $prog, which has 4; they are held by" "it says so"
	like "$said" "^ +4 by others \(perf, bpftrace, kgdb or a debugger\)" "and by whom"
	go
	wait_for 60 grep -q traps /tmp/kwup.out
	go
	wait "$gdb"
	is "$(grep -c '^gdb: [12]$' /tmp/gdb.out)" 2 "gdb's go on working"
	no_trap "no SIGTRAP"
else
	skip 5 "a CPU with $slots slots"
fi

# What a debugger writes is written by another process.
start ready wait store=3 wait
follow w counter unseen=100
go
wait_for 30 grep -q ' seq=3$' /tmp/out
debug "set var counter = 77"
ok "what gdb writes is told as an unseen writer" \
	wait_for 30 grep -q 'w4 counter+0x0: unseen writer between .*: 0x3 -> 0x4d' /tmp/out
go
wait "$client"
is "$(heads /tmp/out | wc -l)" 3 "and is no hit"
stats_add_up "stats add up"
is "$(stat_of watches)" 0 "nothing is left"
done_testing
