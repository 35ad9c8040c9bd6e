# SPDX-License-Identifier: GPL-2.0
# vm: timeout=60
# vm: append=debugfs=off
#
# Where there is no debugfs, the same files are in /proc/kwatch.

nok "there is no debugfs" test -d /sys/kernel/debug/kwtest
load ring_kb=256
is "$KW" /proc/kwatch "the files are in /proc/kwatch"
is "$(cd $KW && stat -c '%n %a' ctl hits hits_raw stats error_log | tr '\n' ' ')" \
	"ctl 600 hits 400 hits_raw 400 stats 400 error_log 400 " "none is for others than root"

ctl_ok "w8 kwtest_word stack=2"
exec 7< $KW/hits
is "$(cat <&7)" "" "no hits yet"
run store8 100
is "$(cat <&7 | grep -c 'seq=')" 100 "a hundred, from where it was"
exec 7<&-
is "$(hits)" 100 "and for a reader from the start"
is "$(kwt read $KW/hits 7 2> /dev/null | md5sum)" "$(md5sum < $KW/hits)" "also read in small pieces"
refused EINVAL "w8 kwtest_word ^colour=red" "no such option"
refused ENOENT "-^77" "No watch has that number or name"
is "$(kwt trunc $KW/ctl "w1 kwtest_byte
")" 15 "O_TRUNC clears nothing"
is "$(grep -c . $KW/ctl)" 2 "they are there"
stats_add_up "stats add up"
is "$(kwt poll $KW/hits 100 2>&1)" timeout "poll waits"
kwt read $KW/hits_raw 8 2>&1 > /dev/null | grep -q EINVAL
is $? 0 "a short buffer: EINVAL"
kwt read $KW/hits_raw 65536 2> /tmp/how > /tmp/raw
like "$(cat /tmp/how)" 'end 0$' "hits_raw reads to its end, O_NONBLOCK"
if [ -x /usr/bin/kwatch ]; then
	is "$(kwatch tail --no-follow | grep -v '^ <insn> ' | md5sum)" "$(md5sum < $KW/hits)" "the client finds it"
	is "$(kwatch list | wc -l)" 3 "and lists"
fi

# --- who has a file open holds the module ---------------------------------------------

sits() { grep -q '^State:.S' /proc/"$1"/status; }
in_use() { rmmod kwatch 2>&1 | grep -qE 'Resource temporarily unavailable|in use|busy'; }
for file in hits hits_raw; do
	kwt sit $KW/$file > /tmp/sat 2>&1 &
	pid=$!
	read_all() { [ -s /tmp/sat ] && sits $pid; }
	ok "a reader of $file sits in poll()" wait_for 20 read_all
	ok "rmmod is refused: in use" timeout 10 sh -c 'rmmod kwatch 2>&1 | grep -qE "Resource temporarily unavailable|in use|busy"'
	kill -9 $pid
	wait $pid
done
cat $KW/hits_raw > /tmp/raw &
pid=$!
waits() { [ -s /tmp/raw ] && sits $pid; }
ok "a reader blocks in hits_raw" wait_for 20 waits
ok "rmmod is refused: in use" in_use
run store8 1
kill -9 $pid
wait $pid
exec 7> $KW/ctl
echo "x kwtest_func until=close" >&7
ok "an open ctl is a user" in_use
exec 7>&-
is "$(grep -c until=close $KW/ctl)" 0 "until=close ends with it"
run_bg store8 threads=2
ok "rmmod, armed and under fire" rmmod kwatch
run_stop
nok "the files are gone" test -e /proc/kwatch
ok "it loads again" load
done_testing
