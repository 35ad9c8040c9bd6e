# SPDX-License-Identifier: GPL-2.0
# vm: timeout=240
# vm: memory=2G
# vm: programs=linux-perf:perf,trace-cmd:trace-cmd,bpftrace:bpftrace
#
# The tracepoint kwatch:hit, by the tools that a machine has: each sees every
# recorded hit, with its values, and costs nothing when it is gone.

E=/sys/kernel/tracing/events/kwatch/hit
load
echo -1 > /proc/sys/kernel/perf_event_paranoid
ctl_ok "w8 kwtest_word rate=0 if new > 10"
watch=$(last_id)
addr=$(grep ' kwtest_word\b' /proc/kallsyms | cut -d' ' -f1)

# --- ftrace, by hand -------------------------------------------------------------

echo 1 > $E/enable
run store8 20 start=0
echo 0 > $E/enable
is "$(grep -c ' hit: w8 0x' /sys/kernel/tracing/trace)" 10 "ftrace: a line for each hit that is recorded, none for those filtered"
like "$(cat /sys/kernel/tracing/trace)" " hit: w8 0x$addr: 0xe -> 0xf watch=$watch seq=15 ip=kwt_op_store8\+0x[0-9a-f]+/" "with its values and its place"
before=$(wc -l < /sys/kernel/tracing/trace)
run store8 100 start=20
is "$(wc -l < /sys/kernel/tracing/trace)" "$before" "and none when it is off"

# What only summarises tells them as well.
ctl_ok "w8 kwtest_static rate=0 summary"
echo 1 > $E/enable
run store8 7 var=static
echo 0 > $E/enable
is "$(grep -c " hit: .* watch=$(last_id) " /sys/kernel/tracing/trace)" 7 "a summary's hits, too"
ctl "-$(last_id)"

# --- perf ------------------------------------------------------------------------

stores() { run store8 1000 start=100; }
counted() { stat_of "watch$watch.recorded"; }

was=$(counted)
perf record -q -a -e kwatch:hit -o /tmp/perf.data -- sh -c 'echo "store8 1000 start=100" > '"$T"'/run' 2> /tmp/err
is $? 0 "perf record"
perf script -i /tmp/perf.data > /tmp/perf 2> /tmp/err
is "$(grep -c ' kwatch:hit: ' /tmp/perf)" "$(($(counted) - was))" "perf: every hit"
like "$(cat /tmp/perf)" "kwatch:hit: *w8 0x$addr: 0x65 -> 0x66 watch=$watch .*ip=kwt_op_store8" "with its values"

# --- trace-cmd ---------------------------------------------------------------------

was=$(counted)
trace-cmd record -q -e kwatch:hit -o /tmp/trace.dat sh -c 'echo "store8 1000 start=100" > '"$T"'/run' > /tmp/out 2>&1
is $? 0 "trace-cmd record"
trace-cmd report -q -i /tmp/trace.dat > /tmp/trace 2> /tmp/err
is "$(grep -c ' hit: ' /tmp/trace)" "$(($(counted) - was))" "trace-cmd: every hit"
like "$(cat /tmp/trace)" " hit: *w8 0x$addr: 0x65 -> 0x66 watch=$watch .*ip=kwt_op_store8" "with its values"

# --- bpftrace ----------------------------------------------------------------------

was=$(counted)
# shellcheck disable=SC2016
bpftrace -e 'BEGIN { printf("ready\n"); } tracepoint:kwatch:hit { @hits[args->watch] = count(); @new = max(args->new_value); @who[ksym(args->ip)] = count(); }' \
	> /tmp/out 2> /tmp/err &
pid=$!
ready_or_dead() { grep -q ready /tmp/out || ! /bin/kill -0 $pid 2> /dev/null; }
wait_for 90 ready_or_dead
if ! grep -q ready /tmp/out && ! bpftrace -d -e 'tracepoint:sched:sched_switch { @ = args->prev_pid; }' > /dev/null 2> /tmp/err; then
	# Of an old kernel, whose types it does not find.
	skip 4 "this bpftrace reads no event of this kernel: $(grep error /tmp/err | head -n 1)"
	done_testing
	exit 0
fi
ok "bpftrace attaches" grep -q ready /tmp/out
wait_for 20 grep -q 1 $E/enable
stores
# A signal that comes while it is not waiting for events does not end its loop; one
# more when it is printing what it counted would.
has_said() { grep -q '^@' /tmp/out; }
for _ in 1 2 3; do
	/bin/kill -INT $pid
	! wait_for 20 has_said || break
done
wait $pid
[ -s /tmp/err ] && diag "$(cat /tmp/err)"
like "$(cat /tmp/out)" "^@hits\[$watch\]: $(($(counted) - was))\$" "bpftrace: every hit"
like "$(cat /tmp/out)" '^@new: 1100$' "with its values"
like "$(cat /tmp/out)" '^@who\[kwt_op_store8\]: 1000$' "and its place"

done_testing
