# SPDX-License-Identifier: GPL-2.0
# vm: timeout=400
#
# What is said of a watch: names that a program chose for itself, registers,
# summaries, the client's own accesses, hits of watches that are gone.

load dev_mode=0666

# controls FILE: characters that a terminal obeys: C0 but for the newline, DEL, C1
# as UTF-8 and as bytes of their own
controls() {
	local c1
	c1=$(printf '\302[\200-\237]')
	LC_ALL=C sed "s/$c1/\\x01/g; s/[$(printf '\303')-$(printf '\364')][$(printf '\200')-$(printf '\277')]*//g" "$1" |
		tr -d '\n' | LC_ALL=C tr -cd '\000-\037\177-\237' | wc -c
}
# shown DESC: what is in /tmp/shown is harmless, and is of the hit
shown() {
	is "$(controls /tmp/shown) $(grep -c "$mark" /tmp/shown)" "0 $1" "$2" ||
		diag "$(cat -v /tmp/shown | head -n 20)"
}

# --- names ------------------------------------------------------------------------

victim
for name in 'ESC\033[2Jx\r%%y' 'CSI\302\2332J' 'RAW\2332J\200' 'CUT\303'; do
	# shellcheck disable=SC2059
	do_it "$(printf "comm $name")"
	mark=${name%%\\*}
	ctl_ok "w8 $word pid=$pid"
	id=$(last_id)
	do_it store 1
	grep -A 1 " watch=$id " $KW/hits > /tmp/shown
	shown 1 "$mark: hits"
	kwatch tail -w "$id" --no-follow > /tmp/shown
	shown 1 "$mark: tail"
	kwatch tail -w "$id" --no-follow --json > /tmp/shown
	shown 1 "$mark: tail --json"
	kwatch top -w "$id" -1 > /tmp/shown
	shown 1 "$mark: top"
	rm -rf /tmp/capture
	kwatch record -w "$id" --no-follow -o /tmp/capture 2> /dev/null
	kwatch report /tmp/capture > /tmp/shown
	shown 1 "$mark: report"
	ctl_ok clear
	ctl_ok "w8 $word pid=$pid summary=task"
	do_it store 1
	cat $KW/summary > /tmp/shown
	shown 1 "$mark: summary"
	kwatch summary > /tmp/shown
	shown 1 "$mark: kwatch summary"
	ctl_ok clear
done

# What is listed can be written back, and so is refused if it cannot be listed.
csi=$(printf '\302\2332J')
ctl_err EINVAL "w8 kwtest_word if comm ~ \"$csi*\"" "a predicate with a control sequence"
ctl_err EINVAL "w8 kwtest_word comm=\"a$(printf '\233')\"" "and comm= with one"
like "$(last_error)" 'error: a control character, or a byte that is not UTF-8' "which is explained"
cat $KW/error_log > /tmp/shown
is "$(controls /tmp/shown)" 0 "and shown without it"
kwatch add "w8 kwtest_word comm=\"$csi\"" > /tmp/shown 2>&1
is "$(controls /tmp/shown)" 0 "by the client, too"
ctl_ok "w8 kwtest_word comm=\"M$(printf '\303\274')ller\"" "a name in UTF-8 is fine"
like "$(kwatch list --spec)" "comm=\"M$(printf '\303\274')ller\"" "and listed"
ctl_ok clear

# --- registers ----------------------------------------------------------------------

ctl_ok "w8 kwtest_word regs"
id=$(last_id)
run store8 2 start=4659
cat $KW/hits > /tmp/module
at_least "$(grep -cE "^    .* (si|x[0-9]+)=0x1234 " /tmp/module)" 1 "hits has them"
rm -rf /tmp/capture
kwatch record -w "$id" --no-follow -o /tmp/capture 2> /dev/null
for view in "tail --no-follow" "report -e /tmp/capture"; do
	# shellcheck disable=SC2086
	kwatch ${view%% *} -w "$id" ${view#* } | grep -v '^ <insn> ' > /tmp/client
	is "$(grep '^    ' /tmp/client)" "$(grep -A 40 " watch=$id " /tmp/module | grep '^    ')" "regs: $view shows the same"
	# shellcheck disable=SC2086
	is "$(kwatch ${view%% *} -w "$id" --json ${view#* } | grep -cE "\"(si|x[0-9]+)\":\"0x1234\"")" 1 "regs: $view --json, too"
done
ctl_ok clear

# --- summaries outlive their watches ---------------------------------------------------

kwatch summary --clear > /dev/null
ended() { grep -c ' watch=.*(ended)$' $KW/summary; }
ctl_ok "w8 kwtest_word summary limit=30"
id=$(last_id)
run store8 40
wait_for 20 grep -q "# id=$id state=off" $KW/ctl
ctl_ok "-$id"
like "$(cat $KW/summary)" "^w8 kwtest_word\\+0x0 watch=$id: 30 hits, .* stacks, most frequent first \\(ended\\)$" \
	"a watch that was removed"
ctl_ok "w8 $word pid=$pid summary"
do_it store 7
do_it exec
wait_for 20 grep -q 'watch=.*: 7 hits.*(ended)$' $KW/summary
is "$(ended)" 2 "a process that ended"
ctl_ok "w8 kwtest_word summary name=none"
ctl_ok "-none"
is "$(ended)" 2 "one without hits leaves nothing"
kwatch w8 kwtest_word summary > /tmp/out 2> /tmp/err &
client=$!
wait_for 60 grep -q armed /tmp/err
run store8 3
/bin/kill -INT $client
wait $client
like "$(cat /tmp/out)" '^w8 kwtest_word\+0x0 watch=[0-9]+: 3 hits, [0-9]+ stacks' "the client shows that of its own watch at Ctrl-C"
kwatch w8 kwtest_word summary -c 5 > /tmp/out 2> /tmp/err &
client=$!
wait_for 60 grep -q armed /tmp/err
run store8 8
wait $client
like "$(cat /tmp/out)" '^w8 kwtest_word\+0x0 watch=[0-9]+: 5 hits, [0-9]+ stacks' "and at its --count"
unlike "$(cat /tmp/err)" ' shown' "and not that no hits were shown"
n=$(ended)
is "$n" 4 "which stay, too"
ctl_ok "w8 kwtest_word summary name=late"
run store8 1
ctl_ok "clear summaries" "what was read is forgotten"
is "$(grep -c ' watch=' $KW/summary)" 1 "but not that of a watch that is there"
ctl_ok "-late"
ctl_ok "clear summaries"
is "$(ended)" 1 "nor what was not read since it ended"
is "$(kwatch summary --clear | grep -c 'ended)$') $(ended)" "1 0" "kwatch summary --clear shows and forgets"

# 16 MiB of tables in all.
size=$(($(grep -c '^processor' /proc/cpuinfo) * 256 * (80 + 8 * 65)))
n=$(((16 << 20) / size))
i=0
while [ $i -lt $((n + 5)) ]; do
	ctl "w8 kwtest_word summary stack=64"
	run store8 1
	ctl clear
	i=$((i + 1))
done
is "$(ended)" "$n" "the newest of them are kept, as many as fit"
kwatch summary --clear > /dev/null

# --- the client's own accesses ------------------------------------------------------------

while :; do
	cat /proc/uptime > /dev/null
	usleep 20000
done &
reader=$!
timeout 100 kwatch x vfs_read -c 200 > /tmp/out 2> /tmp/err
is "$(grep -c seq= /tmp/out) $(grep -c '^ *kwatch-' /tmp/out)" "200 0" "kwatch x vfs_read: of 200 hits all are others'"
like "$(tail -n 1 /tmp/err)" '200 hits shown, ' "and are counted"
timeout 100 kwatch x vfs_read -c 200 --self > /tmp/out 2> /tmp/err
isnt "$(grep -c '^ *kwatch-' /tmp/out)" 0 "with --self they are not all"
for how in "tail --from-now" "record -o /tmp/capture2"; do
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
exec 7> $KW/ctl
echo "ignore self" >&7
like "$(cat $KW/ctl)" "^# ignore self: process $$\$" "ignore self"
ctl_ok "x vfs_read pid=$$ name=reads"
reads=$(last_id)
read -r _ < /proc/uptime
is "$(stat_of "watch$reads.recorded")" 0 "an ignored process has no hits recorded"
isnt "$(stat_of "watch$reads.filtered")" 0 "they are filtered"
ctl_ok "w8 jiffies pid=$$"
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
kwatch add w8 "$word" -p "$pid" > /tmp/out 2>&1
is "$?" 0 "add -p"
is "$(cat /tmp/out)" "$(last_id)" "prints the number"
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
