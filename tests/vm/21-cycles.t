# SPDX-License-Identifier: GPL-2.0
# vm: timeout=240
#
# Fifty times loaded, armed and unloaded, a hundred where there is time, while the
# target is written to; no memory is lost on the way.

modprobe kwtest
run_bg store8 threads=2 gap_us=20

# cycle N: everything that a life has, read back to the one where it can be
cycle() {
	modprobe kwatch ring_kb=64 ${2:+$2} || return
	kw_find
	ctl "w8 kwtest_word" || [ "$ERR" = EEXIST ] || return
	case $(($1 % 4)) in
	0) head -n 3 $KW/hits > /dev/null ;;
	1) ctl "x kwtest_func" && ctl "rw1 kwtest_byte" ;;
	2) ctl "clear" && ctl "w8 kwtest_word" ;;
	3) ctl "off 1" && ctl "on 1" ;;
	esac || return
	rmmod kwatch
}

# What the kernel can give back does not count; nor do free pages that a CPU keeps
# at hand, up to 20 MB of them, which no line of meminfo has.
free_kb() {
	echo 3 > /proc/sys/vm/drop_caches
	awk '/^MemAvailable:/ { kb += $2 } /^ *count: / { kb += 4 * $2 } END { print kb }' /proc/meminfo /proc/zoneinfo
}

i=0 failed=0 cycles=50
! is_long || cycles=100
while [ $i -lt $cycles ]; do
	[ $i != 10 ] || before=$(free_kb)
	cycle $i "$([ $((i % 5)) != 0 ] || echo ksym=kwtest_word)" ||
		{ failed=$((failed + 1)); diag "cycle $i: $ERR"; rmmod kwatch; }
	i=$((i + 1))
done
is $failed 0 "$cycles cycles"
# 40 cycles with one ring lost each would be 5 MB.
lost=$((before - $(free_kb)))
at_least 4096 $lost "memory is where it was (4 MB of noise; $lost kB less)"
run_stop
load
ctl_ok "w8 kwtest_word"
run store8 5000 threads=2
is "$(watch_of 1 hits)" 10000 "and exact afterwards"
stats_add_up "stats add up"
done_testing
