# SPDX-License-Identifier: GPL-2.0
# vm: timeout=240
#
# kwatch record and report on the real thing: what is in a capture is what the
# module counted, to the one; also when the disk was full.

load ring_kb=256
cap=/tmp/cap

# of FILE TYPE NAME: the sum of a member over the lines of a type
of() { sed -n "s/^{\"type\":\"$2\".*\"$3\":\([0-9]*\)[,}].*/\1/p" "$1" | awk '{ sum += $1 } END { print sum + 0 }'; }

ctl "w8 kwtest_word rate=0 name=word"
word=$(last_id)
ctl "rw4 kwtest_static rate=0 stack=2"
static=$(last_id)
kwatch record -o $cap 2> /tmp/err &
pid=$!
wait_for 20 test -e $cap/metadata
run store8 700 threads=2
run store8 30 var=static
wait_for 20 test -e $cap/host/kallsyms.gz
kill -INT $pid
wait $pid
is $? 0 "record ends well at Ctrl-C"
hits=$(stat_of "watch$word.recorded")
like "$(cat /tmp/err)" "^# $cap: $((hits + $(stat_of "watch$static.recorded"))) hits recorded, .* 0 overwritten" "it says how much"

kwatch report --json $cap > /tmp/json
is $? 0 "report"
grep "\"watch\":$word," /tmp/json > /tmp/word
is "$(of /tmp/word watch hits)" "$hits" "hits of a watch as in stats"
is "$(of /tmp/word stack count)" "$hits" "and those of its stacks"
is "$(of /tmp/json capture hits)" "$(($(stat_of cpu0.recorded) + $(stat_of cpu1.recorded)))" "hits of all as in stats"
kwatch tail --no-follow > /tmp/tail
kwatch report -e $cap > /tmp/events
ok "its events are what tail shows" cmp /tmp/tail /tmp/events
like "$(kwatch report $cap)" '^ => .*\[kwtest\]$' "with names"
is "$(kwatch report --folded $cap | awk '{ sum += $NF } END { print sum }')" "$(of /tmp/json capture hits)" "folded"
is "$(kwatch report --perf-script $cap | grep -c ' kwatch:.*: $')" "$(of /tmp/json capture hits)" "perf script"
ok "a page" sh -c "kwatch report --html $cap | grep -q '</html>'"
like "$(cat $cap/host/buildids)" '^[0-9a-f]{40} kernel$' "the kernel's build-id"
like "$(cat $cap/host/buildids)" '^[0-9a-f]{40} kwatch$' "and the module's"

# A reader that comes late is told how many are gone, and so is the report.
ctl clear
rmmod kwatch
load ring_kb=64
ctl "w8 kwtest_word rate=0"
word=$(last_id)
run store8 5000
kwatch record --no-follow -o /tmp/late 2> /dev/null
kwatch report --json /tmp/late > /tmp/json
is "$(($(of /tmp/json capture hits) + $(of /tmp/json capture overwritten)))" "$(stat_of "watch$word.recorded")" \
	"recorded and overwritten are all there were"
at_least "$(of /tmp/json capture overwritten)" 1 "some were overwritten"

# The module goes; its capture stays what it was.
kwatch report $cap > /tmp/before
ctl clear
rmmod kwatch
kwatch report $cap > /tmp/after
ok "a report needs no module" cmp /tmp/before /tmp/after
kwatch record -o /tmp/none 2> /tmp/err
is "$? $(cat /tmp/err)" "1 kwatch: the kwatch module is not loaded: modprobe kwatch" "recording does"

# --- a disk that fills -------------------------------------------------------------

load ring_kb=1024
mkdir -p /tmp/small
mount -t tmpfs -o size=700k none /tmp/small
ctl "w8 kwtest_word rate=0"
run store8 18000
# The symbols alone would fill it.
KWATCH_KALLSYMS=/dev/null kwatch record --no-follow -o /tmp/small/cap 2> /tmp/err
is $? 1 "a full disk is a failure"
like "$(cat /tmp/err)" '^kwatch: /tmp/small/cap/.*: No space left on device$' "it says so"
said=$(sed -n 's/^# .*: \([0-9]*\) hits recorded.*/\1/p' /tmp/err)
at_least "$said" 1 "$said hits were recorded before"
kwatch report --json /tmp/small/cap > /tmp/json 2> /tmp/err
is "$(of /tmp/json capture hits)" "$said" "and can be read"
is "$(of /tmp/json capture damaged_bytes)" 0 "whole"
umount /tmp/small
done_testing
