# SPDX-License-Identifier: GPL-2.0
#
# The kernel is locked down while kwatch is there: no new watch, in words.
#
# shellcheck disable=SC2016 # eval is to expand it

lockdown=/sys/kernel/security/lockdown
if [ ! -w $lockdown ]; then
	skip_all "this kernel has no lockdown"
fi
load dev_mode=0666
ctl_ok "w8 kwtest_word name=before"
run store8 3
# A process whose memory might be watched, by root and by itself.
sleep 1000 | kwu victim > /tmp/victim.out &
wait_for 20 grep -q ready /tmp/victim.out
read -r _ pid word < /tmp/victim.out
exec 7> $KW/ctl
exec 8< $KW/hits
exec 9< $KW/error_log
# The victim's file is one to be written, too.
exec 6> $T/run
ok "locked down" eval 'echo integrity > $lockdown'

# A file that may be written cannot be opened any more; one that is open can be
# written to, and then kwatch itself has to say no.
is "$(kwt open $KW/ctl w)" EPERM "ctl cannot be opened"
like "$(sh -c 'echo "w1 kwtest_byte" >&7' 2>&1)" 'Operation not permitted' "one that is open refuses a watch"
like "$(sh -c "echo 'w8 $word pid=$pid' >&7" 2>&1)" 'Operation not permitted' "of a process's memory, too"
like "$(kwu own 1 1 2>&1)" '^add: EPERM$' "and by /dev/kwatch"
like "$(cat <&9)" '^\[.*kwatch: error: The kernel is locked down \(see kernel_lockdown.7\)$' "error_log says why"
echo "store8 2" >&6
is "$(cat <&8 | grep -c 'seq=')" 5 "the watch that was there goes on"
like "$(cat $KW/stats)" '^watch1.hits: 5$' "stats can be read"
stats_add_up "stats add up"
expect_dmesg 'Lockdown: .*debugfs access is restricted'
exec 6>&- 7>&- 8<&- 9<&-
kill "$pid"
ok "and it can be unloaded" rmmod kwatch
done_testing
