# SPDX-License-Identifier: GPL-2.0
# vm: timeout=240
#
# Everything at once, and every number right to the one: stores from four
# threads on two CPUs, while other watches come and go with limits, budgets
# and filters on a word that is stored to as well, a CPU goes and comes, a
# module too, processes end while their memory is watched, and commands fail.  The same seed, so the same commands, each time.

load
THREADS=4
EACH=40000
TOTAL=$((THREADS * EACH))

# Two words next to each other: the first is counted, the second filtered too.
ctl_ok "w8 kwtest_word summary rate=0 name=all"
all=$(last_id)
ctl_ok "w1 kwtest_byte rate=0 stack=off name=odd if new & 1"
odd=$(last_id)
run_bg inc var=static threads=2 gap_us=100

# Before 5.11 a CPU that goes runs its tasks on when nothing can be armed there any more.
case $(uname -r) in
5.10.*) cpu=true; skip 1 "a CPU that goes and comes: on 5.10 nobody sees what it does last" ;;
*) cpu='echo $((1 - $(cat $cpu1))) > $cpu1' ;;
esac

# One pseudo-random command after the other; "wait" is a moment.
awk 'BEGIN {
	srand(4711)
	split("rate=50/s|limit=3|changed|comm=nobody|cpu=1|summary|if new > 100|stack=2 regs|unseen=5|rate=0", option, "|")
	for (i = 0; i < 220; i++) {
		r = rand()
		n = "t" int(rand() * 3)
		o = option[int(rand() * 10) + 1]
		if (o ~ /^if/) o = "name=" n " " o; else o = o " name=" n
		if (i % 40 == 5) print "process"
		else if (r < 0.40) print "w8 kwtest_static " o
		else if (r < 0.60) print "-" n
		else if (r < 0.70) print "off " n
		else if (r < 0.80) print "on " n
		else if (r < 0.84) print "w8 kwmem:direct"
		else if (r < 0.88) print "w8 nosuch"
		else if (r < 0.92) print "cpu"
		else if (r < 0.96) print "module"
		else print "w8 kwtest_static " o " until=close"
	}
}' > /tmp/commands

(run store8 $EACH threads=$THREADS; run store1 $EACH var=byte threads=$THREADS; : > /tmp/stored) &

# A process whose memory is watched: its stores are counted, and then it is killed
# while it goes on.
ends=0
wrong=''
process() {
	victim
	# A slot for it.
	ctl "-t0"
	ctl "-t1"
	if ctl "w8 $word pid=$pid rate=0 stack=off ustack=off summary name=process"; then
		id=$(sed -n 's/.* name=process .*# id=\([0-9]*\) .*/\1/p' $KW/ctl)
		do_it threads 2 300
		[ "$(watch_of "$id" hits)" = 600 ] || wrong="$wrong $(watch_of "$id" hits)"
		ends=$((ends + 1))
	fi
	echo bg >&8
	kill -9 "$pid"
	exec 8>&-
}
cpu1=/sys/devices/system/cpu/cpu1/online
fine=0
refused=0
while [ ! -e /tmp/stored ]; do
	while read -r line && [ ! -e /tmp/stored ]; do
		case $line in
		cpu) eval "$cpu" ;;
		process) process ;;
		module) modprobe -r kwmem 2> /dev/null || modprobe kwmem ;;
		*) if ctl "$line"; then fine=$((fine + 1)); else refused=$((refused + 1)); fi ;;
		esac
	done < /tmp/commands
done
[ "$(cat $cpu1)" = 1 ] || echo 1 > $cpu1
wait
run_stop
diag "$fine commands done, $refused refused, during $TOTAL stores"
# How many depends on how fast the kernel finds a symbol: 9 on 5.10, 50 on 6.1.
at_least $fine 3 "watches came and went"
at_least $refused 3 "and commands failed"

at_least $ends 1 "processes ended while they were watched"
is "$wrong" "" "each of their stores was a hit"
is "$(stores store8)" $TOTAL "the victim made its stores"
is "$(stat_of "watch$all.hits")" $TOTAL "each was a hit of the watch that stayed"
is "$(stat_of "watch$all.recorded")" $TOTAL "and counted by it"
is "$(sed -n "s/^.* watch=$all: \([0-9]*\) hits,.*/\1/p" $KW/summary)" $TOTAL "so says its summary"
# Which of them it kept is not certain to the one: with two CPUs storing, the
# handler of one may read what the other stored.
is "$(stat_of "watch$odd.hits")" $TOTAL "the one with a filter saw each as well"
is "$(($(stat_of "watch$odd.recorded") + $(stat_of "watch$odd.filtered")))" $TOTAL "and kept or filtered it"
at_least "$(stat_of "watch$odd.recorded")" $((TOTAL * 4 / 10)) "about half of them"

# Every sum in stats, of what is there and of what is gone.
cat > /tmp/sums.awk <<'AWK'
{ sub(":", "", $1); v[$1] = $2 }
END {
	for (k in v) {
		if (k !~ /\.hits$/)
			continue
		p = substr(k, 1, length(k) - 5)
		sum = v[p ".recorded"] + v[p ".filtered"] + v[p ".suppressed"]
		if (sum != v[k]) { print p ": " v[k] " is not " sum; bad = 1 }
		if (p ~ /^watch[0-9]+$/) {
			sum = 0
			for (c = 0; c < 2; c++) sum += v[p ".cpu" c ".hits"]
			if (sum != v[k]) { print p ": " v[k] " over CPUs is " sum; bad = 1 }
		}
	}
	exit bad
}
AWK
is "$(awk -f /tmp/sums.awk $KW/stats)" "" "hits = recorded + filtered + suppressed, for each watch and CPU"
before=$(($(stat_of cpu0.hits) + $(stat_of cpu1.hits)))
ctl_ok clear
is "$(($(stat_of cpu0.hits) + $(stat_of cpu1.hits)))" "$before" "the totals outlive the watches"
is "$(awk -f /tmp/sums.awk $KW/stats)" "" "and still add up"
is "$(stat_of slots_used)" 0 "no slot is left behind"

# What the rings hold is recorded less overwritten.
ctl_ok "w8 kwtest_word"
ctl_ok clear
lost=$(kwt read $KW/hits 2> /dev/null | sed -n 's/^# CPU .*: \([0-9]*\) records\{0,1\} overwritten.*/\1/p' | awk '{ s += $1 } END { print s + 0 }')
is "$lost" $(($(stat_of cpu0.overwritten) + $(stat_of cpu1.overwritten))) "a late reader is told of each lost record"
done_testing
