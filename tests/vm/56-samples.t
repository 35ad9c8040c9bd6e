# SPDX-License-Identifier: GPL-2.0
# vm: skip_on=[0-9a-z.-]*arm64 the samples are built for this machine
#
# The samples of tests/samples, each with a fault that is found by one command,
# as README shows.

modprobe kwatch dev_mode=0666
kw_find

# culprit N: where the Nth hit was made: functions and lines, innermost first
culprit() {
	awk -v n="$1" '/ seq=[0-9]+$/ { hit++; u = 0; next } /^ => <user>/ { u = 1; next }
		/^ => </ { u = 0 } hit == n && u && /\.(c|cc):[0-9]+/ { print }' /tmp/out |
		sed 's/^ => //; s/+0x[^ ]*//; s/ \[[a-z]*\]//; s/:[0-9]*//' | tr '\n' ';'
}
overrun > /tmp/out
is "$?-$(tail -n 1 /tmp/out)" "1-limit is 28" "overrun: the fault"
kwatch run w limit -- overrun > /tmp/out 2>&1
is "$?" 1 "found by kwatch run"
is "$(grep -c ' seq=' /tmp/out)" 2 "two stores to limit"
is "$(culprit 1)" "configure overrun.c (inlined);main overrun.c;" "the one that is meant"
like "$(cat /tmp/out)" " w4 limit\+0x0: 0x5a -> 0x1c watch=[0-9]+ seq=2" "and the other"
is "$(culprit 2)" "take_readings overrun.c (inlined);main overrun.c;" "is the loop that runs too far"

kwu as-user reuse > /tmp/out
is "$?-$(tail -n 1 /tmp/out)" "1-bob is not authorised" "reuse: the fault"
kwu as-user reuse watch > /tmp/out 2>&1
is "$?" 1 "found by libkwatch, without being root"
like "$(cat /tmp/out)" " w4 0x[0-9a-f]+: 0x1 -> 0x0 watch=[0-9]+ seq=1" "a store to bob's session"
is "$(culprit 1)" "expire_sessions reuse.c (inlined);main reuse.c;" "by who expires alice's"
like "$(cat /tmp/out)" "^ => watch_session.* reuse\.c:[0-9]+" "and where the watch was set"
is "$(grep -c ' seq=' /tmp/out)" 1 "no other"

if [ -e /usr/bin/stale ]; then
	kwu as-user stale > /tmp/out
	is "$?-$(tail -n 1 /tmp/out)" "1-a year has 1365 days" "stale: the fault"
	kwu as-user stale watch > /tmp/out 2>&1
	is "$?" 1 "found by libkwatch, in C++"
	like "$(cat /tmp/out)" " w8 0x[0-9a-f]+: 0x16d -> 0x555 watch=[0-9]+ seq=1" "a store to the year"
	like "$(culprit 1)" "deposit.* stale.cc \(inlined\);main stale.cc;" "by a deposit"
	unlike "$(cat /tmp/out)" '^ => _start.*:[0-9]+$' "code without lines has none of its neighbour's"
	is "$(grep -c ' seq=' /tmp/out)" 1 "no other"
else
	skip 6 "the machine that built this VM has no g++ (package g++)"
fi
stats_add_up "stats add up"
done_testing
