# SPDX-License-Identifier: GPL-2.0
# vm: timeout=120
# vm: append=no_console_suspend
#
# The machine sleeps, and wakes with its breakpoints armed: debug registers lose
# what is in them, and the CPUs but the first go and come.  The console stays, or
# nobody would know what a machine that does not wake has died of.

power=/sys/power
alarm=/sys/class/rtc/rtc0/wakealarm
[ -w $alarm ] || skip_all "nothing would wake this machine"
grep -q mem $power/state || skip_all "this machine does not sleep"

load
ctl_ok "w8 kwtest_word rate=0"
ctl_ok "w8 kwtest:kwtest_percpu rate=0"
percpu=$(last_id)
ctl_ok "x kwtest_func rate=0"
func=$(last_id)
run store8 10 threads=2
is "$(watch_of 1 hits)" 20 "armed"
modprobe kwt_wake "addr=$(addr kwtest_word)"
deep=$(grep -c '\[deep\]' $power/mem_sleep)

diag "sleeps as: $(cat $power/mem_sleep)"
old=$(value kwtest_word)
echo 0 > $alarm
echo +2 > $alarm
before=$(cat $power/suspend_stats/success 2> /dev/null || sed -n 's/^success: //p' /sys/kernel/debug/suspend_stats)
ok "it sleeps and wakes" eval 'echo mem > $power/state'
after=$(cat $power/suspend_stats/success 2> /dev/null || sed -n 's/^success: //p' /sys/kernel/debug/suspend_stats)
is "$after" $((before + 1)) "and really did"

# Later the kernel may have patched code there, and then it loads them by chance.
if [ "$deep" = 1 ]; then
	is "$(stat_of watch1.cpu0.hits)" 11 "the first store on the CPU that slept last is a hit"
	is "$(hits ": $old -> 0xa1a2a3a4 watch=1 ")" 1 "with its values"
else
	skip 2 "the CPUs of this machine do not lose their registers"
fi
run store8 100 cpu=0
is "$(stat_of watch1.cpu0.hits)" $((110 + deep)) "still armed there"
run store8 1000 cpu=1
is "$(stat_of watch1.cpu1.hits)" 1010 "and on the one that was off"
run store8 5 var=percpu threads=2
is "$(watch_of "$percpu" hits)" 10 "a per-CPU watch"
run call 5 threads=2
is "$(watch_of "$func" hits)" 10 "and one on execution"
is "$(grep -c 'unseen writer' $KW/hits)" 0 "nothing is taken for unseen"
stats_add_up "stats add up"
rmmod kwt_wake
done_testing
