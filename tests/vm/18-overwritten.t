# SPDX-License-Identifier: GPL-2.0
# vm: timeout=90
#
# A ring too small for the load: the reader is told to the one how many records
# it lost, and recorded = read + lost, always.

load ring_kb=64

# totals FILE: hits read and records lost
totals() { echo "$(heads "$1" | wc -l) $(lost_of "$1")"; }
sum() { echo $(($1 + $2)); }
recorded() { echo $(($(stat_of cpu0.recorded) + $(stat_of cpu1.recorded))); }

ctl_ok "w8 kwtest_word rate=0"
run store8 5000 cpu=1
cat $KW/hits > /tmp/hits
# shellcheck disable=SC2046
{
is "$(sum $(totals /tmp/hits))" 5000 "5,000 recorded are those read and those lost"
}
at_least "$(lost_of /tmp/hits)" 3000 "most are lost"
at_least "$(heads /tmp/hits | wc -l)" 200 "the ring holds hundreds"
like "$(head -n 1 /tmp/hits)" '^# CPU 1: [0-9]+ records overwritten between +[0-9]+\.[0-9]{6} and +[0-9]+\.[0-9]{6}$' "the first line says how many, where and when"
is "$(grep -c '^#' /tmp/hits)" 1 "once"
is "$(heads /tmp/hits | sed -n '1s/.*seq=//p')" "$(($(lost_of /tmp/hits) + 1))" "the hits go on where the gap ends"
is "$(heads /tmp/hits | tail -n 1 | sed 's/.*seq=//')" 5000 "to the newest"
is "$(heads /tmp/hits | sed 's/.*seq=//' | awk 'NR > 1 && $1 != last + 1 { n++ } { last = $1 } END { print n + 0 }')" 0 "without another gap"
is "$(stat_of cpu1.overwritten) $(stat_of cpu0.overwritten)" "$(lost_of /tmp/hits) 0" "stats have the same number"
is "$(awk '/^#/ { sub(/.* and */, ""); end = $1 } / seq=/ { sub(/:$/, "", $4); print ($4 == end); exit }' /tmp/hits)" 1 "the gap ends at the first hit there is"

# A reader that was there before is told of what it lost, not of what it had.
exec 7< $KW/hits
cat <&7 > /tmp/first
run store8 10 cpu=1
run store8 3000 cpu=1
cat <&7 > /tmp/second
# shellcheck disable=SC2046
{
is "$(sum $(totals /tmp/second))" 3010 "a reader that fell behind: 3,010 more"
}
is "$(heads /tmp/second | tail -n 1 | sed 's/.*seq=//')" 8010 "to the newest"
exec 7<&-

# --- read while it is written at full speed -------------------------------------------

# Several readers of both kinds against two CPUs; each adds up on its own.
ctl_ok clear
ctl_ok "w8 kwtest_word stack=4 rate=0"
base=$(recorded)
cat $KW/hits > /tmp/before
for i in 1 2 3; do
	kwt follow $KW/hits 10000 > /tmp/follow$i 2> /dev/null &
	eval "pid$i=$!"
done
caught_up() { for i in 1 2 3; do [ "$(wc -c < /tmp/follow$i)" -ge "$(wc -c < /tmp/before)" ] || return 1; done; }
ok "three readers have caught up" wait_for 30 caught_up
run store8 10000 threads=2
# shellcheck disable=SC2154
for pid in $pid1 $pid2 $pid3; do wait $pid; done
is "$(($(recorded) - base))" 20000 "20,000 stores are recorded"
# account FILE: hits, records lost, hits that are there twice, torn lines, and hits
# out of the order of time; in one pass, and of equal frames one is looked at
account() {
	awk '
		substr($0, 1, 4) == " => " {
			if (!($0 in torn))
				torn[$0] = $0 !~ /^ => [a-z_0-9.]+\+0x[0-9a-f]+\/0x[0-9a-f]+( \[kwtest\])?$/
			broken += torn[$0]
			next
		}
		substr($0, 1, 1) == "#" {
			if ($0 !~ /^# CPU [01]: [0-9]+ records? overwritten between /)
				broken++
			lost += $4
			next
		}
		substr($0, 1, 2) != "  " || $(NF - 1) != "watch=2" || $NF !~ /^seq=[0-9]+$/ { broken++; next }
		{
			hits++
			twice += seen[$NF]++ == 1
			late += $4 + 0 < last
			last = $4 + 0
		}
		END { print hits + 0, lost + 0, twice + 0, broken + 0, late + 0 }' "$1"
}
for i in 1 2 3; do
	tail -c +$(($(wc -c < /tmp/before) + 1)) /tmp/follow$i > /tmp/rest
	# shellcheck disable=SC2046
	set -- $(account /tmp/rest)
	is $(($1 + $2)) 20000 "reader $i: read and lost are 20,000 ($1 $2)"
	is "$3" 0 "reader $i has none twice"
	is "$4" 0 "reader $i has no torn line"
	is "$5" 0 "reader $i has them in the order of time"
done
stats_add_up "stats add up"

# --- what is not in the rings any more -------------------------------------------------

is "$(sum "$(hits)" "$(cat $KW/hits > /tmp/hits; lost_of /tmp/hits)")" "$(recorded)" "one that comes last is told of all"
if [ -x /usr/bin/kwatch ]; then
	kwatch tail --no-follow --json > /tmp/json
	is "$(($(grep -c '"type":"hit"' /tmp/json) + $(grep -F '"type":"lost"' /tmp/json | sed 's/.*"count":\([0-9]*\).*/\1/' | awk '{ s += $1 } END { print s + 0 }')))" \
		"$(recorded)" "the same in binary"
else
	skip 1 "the client is not there"
fi
done_testing
