# SPDX-License-Identifier: GPL-2.0
#
# Four slots: a fifth watch is refused with the names of those that hold them,
# and they do not notice.

load

ctl_ok "w8 kwtest_word rate=0"
ctl_ok "rw1 kwtest_byte name=second"
# On arm64, code has slots of its own.
case $(uname -m) in
x86_64) third="x kwtest_func" ;;
*) third="w1 kwtest_byte+8" ;;
esac
ctl_ok "$third"
ctl_ok "w4 kwtest:kwtest_static+4"
is "$(stat_of slots_used) $(stat_of slots_free)" "4 0" "all slots are used"
run_bg store8 threads=2
for i in $(seq 1 20); do
	ctl_err ENOSPC "w8 kwtest_word+64" "ENOSPC: a fifth, attempt $i" || break
done
run_stop
refused ENOSPC "w2 ^kwtest:kwtest_percpu" "No slot left on CPU 0, which has 4; they are held by" \
"  1: w8 kwtest_word+0x0
  2: rw1 kwtest_byte+0x0
  3: ${third%+8}+0x$([ "$third" = "${third%+8}" ] && echo 0 || echo 8)
  4: w4 kwtest:kwtest_static+0x4"
is "$(grep -c . $KW/ctl)" 4 "the four survive"
is "$(watch_of 1 hits)" "$(stores store8)" "and no store was missed meanwhile"
run store1 3 var=byte
case $third in
x*) run call 4 ;;
*) run store1 4 var=byte off=8 ;;
esac
run store4 5 var=static off=4
is "$(watch_of 2 hits) $(watch_of 3 hits) $(watch_of 4 hits)" "3 4 5" "the others count as well"
ctl_ok "-second"
ctl_ok "w8 kwtest:kwtest_percpu" "a slot that was given back can be had"
run store8 6 var=percpu
is "$(watch_of "$(last_id)" hits)" 6 "and counts"

# A slot is one on each CPU: two watches on a CPU of their own share the rest.
ctl_ok clear
for i in 0 1 2; do ctl_ok "w1 kwtest_byte+$i"; done
ctl_ok "w8 kwtest_word cpu=0"
ctl_ok "w8 kwtest_word cpu=1" "the fourth slot of the other CPU"
run store8 7 cpu=0
run store8 8 cpu=1
is "$(watch_of "$(last_id)" hits)" 8 "each counts its CPU"
is "$(stat_of slots_used) $(stat_of slots_free)" "4 0" "four slots, not five, are used"
ctl_err ENOSPC "w8 kwtest_static cpu=1"
like "$(last_error)" 'No slot left on CPU 1, which has 4' "the CPU that is full is named"
is "$(last_error | grep -c '^  [0-9]*: ')" 4 "with the four on it"
ctl_ok clear
is "$(stat_of slots_used) $(stat_of slots_free)" "0 4" "all free"

# Some are free, but not as many as are wanted.
mkfifo /tmp/slots.in
kwt slots 1 < /tmp/slots.in > /tmp/slots.out &
exec 7> /tmp/slots.in
wait_for 20 test -s /tmp/slots.out
refused ENOSPC "w32 ^kwtest_word" "Too few slots left on CPU 0: it takes 4, and 3 of 4 are free; the others are held by" \
"  1 by others (perf, bpftrace, kgdb or a debugger)"
ctl_ok "w16 kwtest_word"
refused ENOSPC "w16 ^kwtest_word+64" "Too few slots left on CPU 0: it takes 2, and 1 of 4 is free; the others are held by" \
"  $(last_id): w16 kwtest_word+0x0 (2 slots)
  1 by others (perf, bpftrace, kgdb or a debugger)"
ctl_ok "w8 kwtest_word+64" "the one that is free can be had"
ctl_ok clear
exec 7>&-
wait
stats_add_up "stats add up"
done_testing
