# SPDX-License-Identifier: GPL-2.0
#
# A million hits recorded as they happen and reported, with time and peak
# memory; run by tests/bench/capture -v.

load ring_kb=65536
ctl "w8 kwtest_word rate=0"
watch=$(last_id)
kwatch record -o /tmp/cap 2> /tmp/err &
pid=$!
wait_for 20 test -e /tmp/cap/host/stats.begin
begin=$(cut -d. -f1 /proc/uptime)
run store8 500000 threads=2
diag "a million stores with hits: $(($(cut -d. -f1 /proc/uptime) - begin)) s"
diag "record: $(sed -n 's/^VmHWM: *//p' /proc/$pid/status) at most"
kill -INT $pid
wait $pid
is $? 0 "record"
diag "all of it recorded after $(($(cut -d. -f1 /proc/uptime) - begin)) s: $(cat /tmp/err)"
is "$(stat_of "watch$watch.recorded")" 1000000 "a million hits"
time -v kwatch report --json /tmp/cap > /tmp/json 2> /tmp/time
is $? 0 "report"
diag "$(grep -E 'Elapsed|Maximum' /tmp/time)"
is "$(grep -c '^{"type":"capture",.*"hits":1000000,"overwritten":0,' /tmp/json)" 1 "all of them are in it"
is "$(grep -c "^{\"type\":\"watch\",\"watch\":$watch,.*\"hits\":1000000," /tmp/json)" 1 "and are the watch's"
rm -r /tmp/cap
done_testing
