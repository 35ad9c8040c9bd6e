# SPDX-License-Identifier: GPL-2.0
# vm: timeout=120
#
# CPU 1 goes and comes: every store on a CPU that is online is a hit.

load ring_kb=1024
cpu1=/sys/devices/system/cpu/cpu1/online
if [ ! -w $cpu1 ]; then
	skip_all "this kernel cannot take CPU 1 off"
fi
off() { echo 0 > $cpu1; }
on() { echo 1 > $cpu1; }

# counts ID C0 C1 DESC: the watch's hits on each CPU so far
counts() { is "$(stat_of watch$1.cpu0.hits) $(stat_of watch$1.cpu1.hits)" "$2 $3" "$4"; }

ctl_ok "w8 kwtest_word name=before"
ctl_ok "x kwtest_func name=func"
# On arm64, code has slots of its own.
[ "$(uname -m)" = x86_64 ] || ctl_ok "w1 kwtest_byte+8 name=fourth"
ctl_ok "w8 kwtest:kwtest_percpu name=percpu"
percpu=$(last_id)
run store8 1000 cpu=0
run store8 2000 cpu=1
run call 10 threads=2
run store8 5 var=percpu threads=2
counts 1 1000 2000 "both online"

ok "CPU 1 goes" off
case $(uname -r) in
5.10.*) like "$(dmesg)" 'kwatch: what CPU 1 still runs while it goes offline is not watched' "5.10 is said to be blind meanwhile" ;;
*) unlike "$(dmesg)" 'kwatch: what CPU' "it runs nothing meanwhile" ;;
esac
counts 1 1000 2000 "its counters are kept"
is "$(grep -c state=off $KW/ctl)" 0 "the watches are armed"
run store8 100 cpu=0
counts 1 1100 2000 "CPU 0 goes on"
is "$(hits '\[001\]')" "$((2000 + 10 + 5))" "what CPU 1 recorded can still be read"
ctl_ok "w8 kwtest_static name=meanwhile" "a watch is made while it is off"
static=$(last_id)
run store8 7 var=static cpu=0
ctl_err ENOSPC "w1 kwtest_byte"

ok "CPU 1 comes" on
run store8 500 cpu=1
run store8 50 cpu=0
counts 1 1150 2500 "counted to the one after"
run store8 300 var=static cpu=1
counts "$static" 7 300 "also by the watch that was made meanwhile"
run call 10 threads=2
counts 2 20 20 "an x watch"
run store8 5 var=percpu threads=2
counts "$percpu" 10 10 "a per-CPU one"
ctl_err ENOSPC "w1 kwtest_byte" "still four"

for cycle in 2 3; do
	ok "cycle $cycle: off" off
	run store8 100 cpu=0
	ok "cycle $cycle: on" on
	run store8 100 cpu=1
done
counts 1 1350 2700 "after three cycles"
is "$(stat_of cpu1.hits)" "$((2700 + 20 + 10 + 300))" "the CPU's own sum"
stats_add_up "stats add up"

# off and on of the watch while CPU 1 is away
ctl_ok "off before"
off
ctl_ok "on before"
on
run store8 10 cpu=1
counts 1 1350 2710 "a watch that was switched on while CPU 1 was off"
off
ctl_ok "-before"
ctl_ok "off func"
on
run store8 10 cpu=1
run call 10 cpu=1
counts 2 20 20 "one that is off stays off"
ctl_ok "clear"

# A watch of CPU 1 alone
off
ctl_ok "w8 kwtest_word cpu=1"
id=$(last_id)
run store8 10 cpu=0
on
run store8 10 cpu=1
counts "$id" 0 10 "cpu=1, made while it was off"
off
ctl_ok "clear"
is "$(stat_of slots_free)" 4 "cleared while it is off"
on
for i in 0 8 16 24; do ctl_ok "w8 kwtest_word+$i" "all four slots can be had"; done
ctl_ok clear

# --- under fire ---------------------------------------------------------------------

# Bound to CPU 0, so that it is never moved: each of its stores is a hit while
# CPU 1 comes and goes and readers read.
ctl_ok "w8 kwtest_word stack=off rate=0"
id=$(last_id)
before=$(stores store8)
run_bg store8 cpu=0
kwt follow $KW/hits 1000 > /dev/null 2>&1 &
pid=$!
i=0
while [ $i -lt 10 ]; do
	{ off && on; } || break
	i=$((i + 1))
done
is $i 10 "ten times off and on, under fire"
run_stop
wait $pid
counts "$id" "$(($(stores store8) - before))" 0 "no store on CPU 0 is missed"
run store8 100 cpu=1
counts "$id" "$(($(stores store8) - before - 100))" 100 "and CPU 1 counts"
stats_add_up "stats add up"
off
ok "rmmod while it is off" rmmod kwatch
on
ok "comes without us" run store8 10 cpu=1
off
ok "loaded while it is off" load
ctl_ok "w8 kwtest_word"
on
run store8 10 cpu=1
is "$(watch_of 1 hits)" 10 "covers it when it comes"
is "$(hits '\[001\]')" 10 "and records it"
stats_add_up "stats add up"
done_testing
