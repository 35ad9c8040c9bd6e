# SPDX-License-Identifier: GPL-2.0
# vm: timeout=240
#
# A store through another mapping of the page: no debug register sees it, and
# it must not go unsaid.

load
modprobe kwmem
M=/sys/kernel/debug/kwmem
page=$(awk '$1 == "page" { print $2 }' $M/addr)
ctl_ok "w8 $page unseen=100"
echo 5 > $M/plain
is "$(hits ': 0x0 -> 0x5 ')" 1 "a plain store is a hit"
echo 9 > $M/alias
unseen() { grep -q 'unseen writer between .*: 0x5 -> 0x9 watch=' $KW/hits; }
ok "a store through an alias is told of, with both values" wait_for 5 unseen
is "$(stat_of "watch$(last_id).hits")" 1 "and is no hit"
echo 6 > $M/plain
is "$(hits ': 0x9 -> 0x6 ')" 1 "the next hit has the right old value"

# Found at the latest when the watch goes.
ctl_ok clear
ctl_ok "w8 $page unseen=3600000"
echo 11 > $M/alias
ctl_ok clear
is "$(grep -c 'unseen writer between .*: 0x6 -> 0xb watch=' $KW/hits)" 1 "a change is found at disarm too"

ctl_ok "w8 $page unseen=0"
echo 12 > $M/alias
ctl_ok clear
is "$(grep -c 'unseen writer' $KW/hits)" 2 "unseen=0: not asked for, not told"

# Busy stores are all hits, and none of them an unseen one.
ctl_ok "w8 kwtest_word unseen=1 rate=0 summary"
run store8 30000 threads=2
is "$(stat_of "watch$(last_id).hits")" 60000 "60,000 stores on two CPUs while it compares every ms"
ctl_ok clear
is "$(grep -c 'unseen writer' $KW/hits)" 2 "and no false alarm"

# What was stored while it was being armed came before it.
run_bg store8 gap_us=300 threads=2
n=500
! is_long || n=2000
! is_slow || n=200
is "$(kwt hammer $KW/ctl 1 $n "w8 kwtest_word rate=0 summary stack=off name=c
" "-c
")" "ok $n" "armed and disarmed $((n / 2)) times between two stores"
is "$(grep -c 'unseen writer' $KW/hits)" 2 "and none is unseen"
run_stop

# Nor is what is stored when it has gone off by itself.
run_bg store8 threads=2
for options in "limit=3 summary" "rate=1/s stack=off"; do
	is "$(kwt hammer $KW/ctl 1 $((n / 5)) "w8 kwtest_word $options name=c
" "-c
")" "ok $((n / 5))" "armed under fire with $options, $((n / 10)) times"
done
has_ended() { grep -q 'name=c .* state=off' $KW/ctl; }
times=$((n / 40)) i=0
while [ $i -lt $times ] && ctl "w8 kwtest_word limit=3 summary name=c" && wait_for 5 has_ended; do
	ctl "-c"
	i=$((i + 1))
done
is $i $times "ended by its limit, $times times"
is "$(grep -c 'kwtest_word.*: unseen writer' $KW/hits)" 0 "and none is unseen"
run_stop
done_testing
