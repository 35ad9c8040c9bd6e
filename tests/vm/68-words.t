# SPDX-License-Identifier: GPL-2.0
# vm: timeout=400
#
# What is said of a watch: names that a program chose for itself, registers,
# summaries.

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

done_testing
