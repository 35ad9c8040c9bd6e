# SPDX-License-Identifier: GPL-2.0
# vm: timeout=180
# vm: cpus=8
#
# Eight CPUs that hit at once: each counts to the one what its own thread
# stored, and what they share is in one order.  To arm a watch on all of them
# interrupts each once.

N=3000

is "$(grep -c '^processor' /proc/cpuinfo)" 8 "eight CPUs"

# --- what a load takes ------------------------------------------------------------------

# Without a watch: rings, tables and caches come with the first.
# taken CPUS [LINE]: KiB of vmalloc memory that kwatch has, with so many CPUs, and a watch
taken() {
	local cpu
	for cpu in 2 3 4 5 6 7; do
		echo $((cpu < $1)) > /sys/devices/system/cpu/cpu$cpu/online
	done
	modprobe kwatch
	[ -z "$2" ] || ctl "$2"
	awk '/\[kwatch\]/ { n += $2 } END { print int(n / 1024) }' /proc/vmallocinfo
	rmmod kwatch
}
few=$(taken 2)
each=$((($(taken 8) - few) / 6))
ok "a load takes $each KiB a CPU" [ $each -lt 20 ]
few=$(taken 2 "w8 jiffies")
each=$((($(taken 8 "w8 jiffies") - few) / 6))
ok "the first watch takes $each KiB a CPU" [ $each -gt 500 -a $each -lt 1000 ]

load

# --- each its own ---------------------------------------------------------------------

ctl_ok "w8 kwtest:kwtest_percpu rate=0"
run store8 $N var=percpu threads=8
w=$(last_id)
for cpu in 0 1 2 3 4 5 6 7; do
	is "$(stat_of "watch$w.cpu$cpu.recorded")" $N "CPU $cpu recorded $N"
	is "$(stat_of "watch$w.cpu$cpu.hits")" $N "and no more were there"
done
is "$(stat_of "watch$w.recorded")" $((8 * N)) "together all of them"
cat $KW/hits > /tmp/text
is "$(lost_of /tmp/text)" 0 "none was overwritten"
is "$(heads /tmp/text | sed 's/^[^[]*\[\([0-9]*\)\].*/\1/' | sort | uniq -c | awk '{ printf "%d ", $1 }')" \
	"$N $N $N $N $N $N $N $N " "as many are in each CPU's ring"
# Each copy is counted for itself.
is "$(heads /tmp/text | sed -n 's/.* seq=//p' | sort -n | uniq -c | awk '$1 != 8' | wc -l)" 0 "1 to $N on each CPU"
is "$(heads /tmp/text | sed -n 's/.* seq=//p' | sort -n | uniq | wc -l)" $N "without a gap"
stats_add_up "stats add up"
ctl_ok clear

# --- one for all -----------------------------------------------------------------------

rmmod kwatch
load
ctl_ok "w8 kwtest_word rate=0"
run store8 $N threads=8
w=$(last_id)
is "$(stat_of "watch$w.hits")" $((8 * N)) "one word: every store is a hit"
is "$(stat_of "watch$w.recorded")" $((8 * N)) "and recorded"
for cpu in 0 1 2 3 4 5 6 7; do
	is "$(stat_of "watch$w.cpu$cpu.recorded")" $N "CPU $cpu recorded its own"
done
cat $KW/hits > /tmp/text
is "$(lost_of /tmp/text)" 0 "none was overwritten"
is "$(heads /tmp/text | sed -n 's/.* seq=//p' | sort -n | awk '$1 != NR' | wc -l)" 0 "numbered 1 to $((8 * N)), each number once"
is "$(heads /tmp/text | wc -l)" $((8 * N)) "all are in the text"
stats_add_up "stats add up"

ctl_ok clear

# --- arming -------------------------------------------------------------------------

# Calls of other CPUs that the command makes, by the kernel's own tracer; timers
# and forks make theirs meanwhile.  Made disabled first, an event of arm64 may
# take two where no other is.
D=/sys/kernel/debug/tracing
if grep -q '\<function\>' $D/available_tracers 2> /dev/null; then
	echo "generic_exec_single smp_call_function_many_cond" > $D/set_ftrace_filter
	echo 1 > $D/options/func_stack_trace
	echo function > $D/current_tracer
	echo > $D/trace
	ctl_ok "w8 kwtest_word"
	echo 0 > $D/tracing_on
	calls=$(awk '/<stack trace>/ { timer = 0 } /=> .*(hrtimer|flush_tlb)/ { timer = 1 } /=> kwatch_command/ && !timer' $D/trace | wc -l)
	echo nop > $D/current_tracer
	diag "arming on 8 CPUs: $calls calls of a CPU"
	case $(uname -m) in
	x86_64) is "$calls" 8 "arming calls each CPU once" ;;
	*) ok "arming calls each CPU, twice at most: $calls" [ "$calls" -ge 8 -a "$calls" -le 16 ] ;;
	esac
else
	skip 1 "this kernel has no function tracer"
fi

done_testing
