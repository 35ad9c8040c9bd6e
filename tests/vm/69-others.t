# SPDX-License-Identifier: GPL-2.0
# vm: timeout=400
#
# The client's own accesses, hits of watches that are gone, words.

load dev_mode=0666
victim
# --- the client's own accesses ------------------------------------------------------------

while :; do
	read -r _ < /proc/uptime
	usleep 20000
done &
reader=$!
# Without --self: 69-self.t
timeout 100 kwatch x vfs_read -c 200 --self > /tmp/out 2> /tmp/err
isnt "$(grep -c '^ *kwatch-' /tmp/out)" 0 "with --self they are not all"
for how in "tail --from-now" "record --from-now -o /tmp/capture2"; do
	ctl_ok "x vfs_read name=reads rate=0"
	id=$(last_id)
	# shellcheck disable=SC2086
	kwatch $how > /tmp/out 2> /tmp/err &
	client=$!
	ok "$how says so in ctl" wait_for 20 grep -q "^# ignore self: process $client$" $KW/ctl
	before=$(stat_of "watch$id.filtered")
	wait_for 20 sh -c "[ \$(sed -n 's/^watch$id.filtered: //p' $KW/stats) -gt $before ]"
	/bin/kill -INT $client
	wait $client
	ok "for as long as it runs" grep -qv '^# ignore self' $KW/ctl
	ctl_ok clear
done
kill $reader
wait $reader 2> /dev/null
is "$(kwatch report -e /tmp/capture2 | grep -c '^ *kwatch-')" 0 "nothing of the recorder in its capture"
kwatch tail > /dev/null 2>&1 &
client=$!
wait_for 20 grep -q "^# ignore self: process $client$" $KW/ctl
/bin/kill -KILL $client
ok "it goes with the process, also by SIGKILL" wait_for 20 sh -c "! grep -q ignore $KW/ctl"

# This shell: its reads are filtered, but not what interrupts do on top of it.
read -r self _ < /proc/self/stat
exec 7> $KW/ctl
echo "ignore self" >&7
like "$(cat $KW/ctl)" "^# ignore self: process $self\$" "ignore self"
ctl_ok "x vfs_read pid=$self name=reads"
reads=$(last_id)
read -r _ < /proc/uptime
is "$(stat_of "watch$reads.recorded")" 0 "an ignored process has no hits recorded"
isnt "$(stat_of "watch$reads.filtered")" 0 "they are filtered"
ctl_ok "w8 jiffies pid=$self"
id=$(last_id)
spin() {
	local i=0
	while [ $i -lt 20000 ]; do i=$((i + 1)); done
	[ "$(stat_of "watch$id.recorded")" -gt 0 ]
}
ok "but those of interrupts are" wait_for 60 spin
exec 7>&-
read -r _ < /proc/uptime
isnt "$(stat_of "watch$reads.recorded")" 0 "and all, once the file is closed"
stats_add_up "stats add up"
ctl_ok clear
ctl_err EINVAL "ignore" "ignore whom"

# --- hits and losses of others ---------------------------------------------------------------

ctl_ok "w8 kwtest_word rate=0 name=loud"
run store8 30000 cpu=0
loud=$(last_id)
ctl_ok "-loud"
kwatch w1 kwtest_byte > /tmp/out 2> /tmp/err &
client=$!
wait_for 60 grep -q armed /tmp/err
run store1 5 var=byte cpu=0
wait_for 20 grep -q seq=5 /tmp/out
/bin/kill -INT $client
wait $client
is "$(tail -n 1 /tmp/err | sed 's/.*: //') $(grep -c overwritten /tmp/out)" "5 hits shown, 0 overwritten before they were read 0" \
	"losses of an earlier watch are not those of this one"
ctl_ok "w8 kwtest_word name=odd if new & 1"
id=$(last_id)
run store8 10 start=0 cpu=0
like "$(cat $KW/ctl)" "# id=$id state=armed hits=10 recorded=5$" "ctl tells hits and recorded hits apart"
like "$(kwatch list)" "^ID +STATE +HITS +RECORDED +WATCH" "so does kwatch list"
is "$(kwatch tail --no-follow 2> /tmp/err | grep -c seq=) $(grep -c overwritten /tmp/err)" "5 0" "tail begins with hits of what is there"
like "$(cat /tmp/err)" 'hits of watches that are gone left out; --all shows them' "which it says"
at_least "$(kwatch tail --no-follow --all | grep -c " watch=$loud ")" 1000 "--all: and with others, too"
is "$(kwatch tail --no-follow -w odd | grep -c seq=)" 5 "by its name"
ctl_ok clear

# --- words ------------------------------------------------------------------------------

kwatch w8 kwtest_word until=free > /tmp/out 2> /tmp/err
like "$(cat /tmp/err)" '^  w8 kwtest_word until=free$' "a refusal quotes what was typed"
kwatch w8 "$word" pid=1234567 > /tmp/out 2> /tmp/err
is "$(sed -n 2p /tmp/err)" "  w8 $word pid=1234567" "also with -p's options"
kwatch add 'w8 kwtest_word until=close' > /tmp/out 2>&1
is "$? $(head -n 1 /tmp/out | cut -c 1-49)" "1 kwatch: with until=close the watch would go as th" "a watch that would go at once is refused"
kwatch add w8 "$word" -p "$pid" > /tmp/out 2> /tmp/err
is "$?" 0 "add -p"
is "$(cat /tmp/out)" "$(last_id)" "prints the number"
like "$(cat /tmp/err)" "^# watch $(last_id) armed: .* in process $pid, all threads; until it is removed; not what other processes " \
	"and what is to be known of it"
ctl_ok clear
ctl_ok "x 0x401000 pid=$pid"
unlike "$(cat $KW/ctl)" 'other processes' "code has no writers"
ctl_ok clear
kwatch w8 kwtest_word > /tmp/out 2> /tmp/err &
client=$!
wait_for 60 grep -q armed /tmp/err
run store8 3
wait_for 20 grep -q seq=3 /tmp/out
/bin/kill -INT $client
wait $client
is "$(cat /tmp/err)" "# watch $(sed -n 's/^# watch \([0-9]*\) armed.*/\1/p' /tmp/err) armed: w8 kwtest_word+0x0 on every CPU; until Ctrl-C; not what DMA, another mapping or an NMI handler does
# watch $(sed -n 's/^# watch \([0-9]*\) armed.*/\1/p' /tmp/err): 3 hits shown, 0 overwritten before they were read" "two lines: armed, and the end"

done_testing
