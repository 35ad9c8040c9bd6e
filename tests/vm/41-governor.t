# SPDX-License-Identifier: GPL-2.0
# vm: timeout=120
#
# A thread that stores without pause must not stop the machine: the breakpoint
# goes off its CPU and comes back, the shell answers, and the numbers say what
# was counted and what was not.

load
ctl_ok "w8 kwtest_word rate=200/s"
id=$(last_id)
run_bg store8 cpu=1
off_once() { [ -n "$(stat_of "watch$id.cpu1.off_ns")" ]; }
ok "the breakpoint goes off" wait_for 20 off_once

# A shell that does something: 20 processes, one after the other.
began=$(uptime_ms)
i=0
while [ $i -lt 20 ]; do
	cat $KW/ctl > /dev/null
	i=$((i + 1))
done
took=$(($(uptime_ms) - began))
diag "20 commands took $took ms"
ok "the shell answers" [ $took -lt 5000 ]

gaps() { [ "$(grep -c 'more not counted from' $KW/hits)" -ge "$1" ]; }
ok "it comes back and goes off again" wait_for 30 gaps 2
run_stop
ctl_ok "off $id"

hits=$(stat_of "watch$id.hits")
recorded=$(stat_of "watch$id.recorded")
suppressed=$(stat_of "watch$id.suppressed")
filtered=$(stat_of "watch$id.filtered")
made=$(stores store8)
diag "$made stores: $hits hits, $recorded recorded, $suppressed suppressed"
is "$hits" $((recorded + filtered + suppressed)) "hits = recorded + filtered + suppressed"
ok "hits are stores that were made" [ "$hits" -le "$made" ]
ok "not all of them, or there was nothing to govern" [ "$hits" -lt "$made" ]
is "$(sed -n 's/.*: \([0-9]*\) hits\{0,1\} suppressed.*/\1/p' $KW/hits | awk '{ s += $1 } END { print s }')" \
	"$suppressed" "the records of suppressed hits add up to stats"
unlike "$(cat $KW/hits)" 'unseen writer' "stores while it was off are no unseen writer"
ctl_ok "-$id"

# The same with what the self-test measured, for a watch like any other.
ctl_ok "w8 kwtest_word summary"
id=$(last_id)
run_bg store8 cpu=1
began=$(uptime_ms)
if wait_for 60 off_once; then
	pass "also without rate="
else
	# On a starved host the hits of a second may cost a quarter of it, or so little more
	# that what may be spent at once is not spent in a minute.
	per_s=$(($(watch_of "$id" hits) * 1000 / ($(uptime_ms) - began)))
	cost_ns=$(sed -n 's/^selftest: ok, \([0-9]*\) ns a hit.*/\1/p' $KW/stats)
	if [ $((per_s * cost_ns)) -lt 300000000 ]; then
		skip 1 "$per_s hits a second of $cost_ns ns are hardly a quarter of a CPU"
	else
		fail "also without rate=: $per_s hits a second of $cost_ns ns"
	fi
fi
run_stop
ctl_ok "-$id"

# No governor: exact, whatever it costs.
before=$(stores store8)
ctl_ok "w8 kwtest_word rate=0 summary"
id=$(last_id)
run store8 50000 threads=2
is "$(stat_of "watch$id.recorded")" 100000 "rate=0: every one of 100,000 counts"
is "$(($(stores store8) - before))" 100000 "(the victim agrees)"
ctl_ok clear
done_testing
