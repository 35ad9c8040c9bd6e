# SPDX-License-Identifier: GPL-2.0
# vm: timeout=180
#
# libkwatch: a program without privileges watches its own memory, counted to the
# one.

[ -x /usr/bin/kwl ] || skip_all "no libkwatch for this architecture"
modprobe kwatch dev_mode=0666
kw_find

kwl threads > /tmp/out 2>&1
diag "$(cat /tmp/out)"
got() { sed -n "s/^$1: //p" /tmp/out; }
# told NAME: hits, and how many are told to be lost
told() { got "$1" | sed 's/.*told/told/'; }
like "$(got main)" "^hits=500 lost=0 " "each store of the main thread is a hit"
is "$(told main)" "told=500 wrong=0 suppressed=0 ended=0 unseen=0" "and none other"
is "$(told threads)" "told=8000 wrong=0 suppressed=0 ended=0 unseen=0" "each of eight threads is a hit, or told to be lost"
is "$(told unwatched)" "told=0 wrong=0 suppressed=0 ended=1 unseen=0" "none when it is not watched any more"

kwl pause > /tmp/out 2>&1
is "$(told pause)" "told=24 wrong=0 suppressed=0 ended=0 unseen=0" "eight threads pause at once, nested"
is "$(got resume)" "EINVAL: This thread does not pause" "resume without pause"

kwl fd > /tmp/out 2>&1
is "$(got nothing)" "0 0 EAGAIN" "no report"
is "$(got poll)" "1 1" "poll() and one report"
if is_arm64; then
	skip 1 "arm64 does not report what the kernel writes"
else
	is "$(got kernel)" "1 1" "what the kernel writes"
fi

kwl set > /tmp/out 2>&1
diag "$(cat /tmp/out)"
out=$(cat /tmp/out)
like "$out" "^ +kwl-[0-9]+ .*: w8 0x[0-9a-f]+: 0x0 -> 0x4d watch=[0-9]+ seq=1" "a report is printed as the client does"
# frames: functions and lines in a program without frame pointers
frames() { sed 's/+0x[^ ]*//; s/^ => \(.*\) \[kwl\] kwl\.c:[0-9]*/\1/; /\[/d' | tr '\n' ' '; }
is "$(printf '%s\n' "$out" | sed '1,/^ => <user>/d; /^ => <set/,$d' | frames)" \
	"store_here store_there do_set " "with the stack"
is "$(printf '%s\n' "$out" | sed '1,/^ => <set by thread [0-9]*>/d; /_start/,$d' | frames)" \
	"set_the_watch do_set " "and that of where the watch was set"
is "$(got values)" "0 77" "old and new value"
like "$out" "^# .* ended: it was removed watch=[0-9]+" "the end of a watch"
is "$(told limit)" "told=2 wrong=0 suppressed=0 ended=1 unseen=0" "options"

kwl errors > /tmp/out 2>&1
diag "$(cat /tmp/out)"
like "$(got length)" "^EINVAL: .*[a-z]" "refused: length"
like "$(got access)" "^EINVAL: .*[a-z]" "refused: access"
is "$(got null)" "EFAULT: No memory of the process is mapped there" "refused: null"
is "$(got kernel)" "EPERM: Only an address in your own memory" "refused: the kernel's memory"
like "$(got option)" "^EPERM: .*[a-z]" "refused: an option"
like "$(got long)" "^E2BIG: .*[a-z]" "refused: too long"
like "$(got unwatch)" "^ENOENT: .*[a-z]" "refused: no such watch"
like "$(got same)" "^EEXIST: .*[a-z]" "refused: the same"
like "$(got third)" "^ENOSPC: .*[a-z]" "refused: no slot left"
like "$(got closed)" "^done" "closed, and opened again"

kwl fork > /tmp/out 2>&1
is "$(told child)" "told=7 wrong=0 suppressed=0 ended=0 unseen=0" "a forked child has its own"
is "$(told parent)" "told=5 wrong=0 suppressed=0 ended=0 unseen=0" "and its parent too"

kwl life > /tmp/out 2>&1
like "$(told life)" "^told=300 wrong=0 suppressed=0 ended=0" "a hundred times opened and closed"
kwl exit > /tmp/out 2>&1
like "$(cat /tmp/out)" ": 0x0 -> 0x2a watch=[0-9]+ seq=1" "what came right before the end"

kwl callback > /tmp/out 2>&1
is "$?" 3 "exit() in the function that gets the reports"
is "$(sed 's/: Not by the function.*//' /tmp/out | tr '\n' ';')" \
	"flush: EDEADLK;on_report: EDEADLK;close: EDEADLK;watch: 1;unwatch: 0;" "what that may call, and what not"

kwl wait > /tmp/out &
wait_for 20 grep -q waits /tmp/out
is "$(stat_of watches)" 1 "a program with a watch"
kill -9 $!
wait
none_left() { [ "$(stat_of watches)" = 0 ]; }
ok "which goes with it" wait_for 10 none_left
chmod 600 /dev/kwatch
kwl exit > /tmp/out 2>&1
like "$(cat /tmp/out)" "^kwatch_on_report: Permission denied: No permission for /dev/kwatch" "no permission"
stats_add_up "stats add up"
ok "the module goes" rmmod kwatch
kwl exit > /tmp/out 2>&1
like "$(cat /tmp/out)" "^kwatch_on_report: No such file or directory: There is no /dev/kwatch: is the kwatch module loaded\?" "no module"
done_testing
