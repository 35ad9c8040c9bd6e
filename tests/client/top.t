#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# kwatch top on a terminal, which tmux plays: what is drawn, at 130 columns and
# at 40, the keys, thousands of hits at once, and no screen that is wiped.
# KWATCH_SHOTS=DIR keeps what the screen showed, with its colours, for cat or aha.

. "$(dirname "$0")/lib.sh"

wants "tmux=is the terminal that kwatch top is tested on" || skip_all "$wanted"

# --- without a terminal -------------------------------------------------------------

"$mkstream" < "$here/capture.txt" > "$KWATCH_DIR/hits_raw"
run top --once
is "$status$err" 0 "top --once"
golden top.golden "a table of what is in the rings"
for key in h r p f v w; do
	run top -1 -s $key
	is "$status $(wc -l <<< "$out")" "0 5" "sorted by $key"
done
run top -1 -s p
is "$(awk 'NR > 1 { print $2 }' <<< "$out" | tr '\n' ' ')" "a;b-5 a;b-5 init-1 tl_writer-108 " "by process"
run top -1 -w 2
is "$(tail -n +2 <<< "$out" | awk '{ print $1, $2 }')" "1 init-1" "of one watch"
run top
is "$status $err" "1 kwatch: top: needs a terminal; see --once" "no terminal"
for words in '-s x' '-s hh' '-w 0' 'x'; do
	# shellcheck disable=SC2086
	run top $words
	is "$status" 2 "usage: kwatch top $words"
done
printf 'abi: 77\n' > "$KWATCH_DIR/stats"
run top -1
like "$status $err" '^1 kwatch: the module speaks ABI 77, this kwatch ABI 2' "a module of another ABI"
fresh

# --- on one ---------------------------------------------------------------------------

tmux=(tmux -L "kwatch-$$" -f /dev/null)
trap '"${tmux[@]}" kill-server 2> /dev/null; rm -rf "$dir"' EXIT

# start COLUMNS LINES: top on a terminal of that size; hits go to descriptor 9
start() {
	rm -f "$dir/fifo" "$KWATCH_DIR/hits_raw" "$dir/pipe" "$dir/status"
	mkfifo "$dir/fifo"
	ln -s "$dir/fifo" "$KWATCH_DIR/hits_raw"
	exec 9<> "$dir/fifo"
	"${tmux[@]}" new-session -d -x "$1" -y "$2" "cat > $dir/typed" \; \
		pipe-pane "cat > $dir/pipe" \; respawn-pane -k \
		"exec 9>&-; '$kwatch' top 2> $dir/err; echo \$? > $dir/status; exec cat"
	wait_for shows 'no hits yet'
}

screen() { "${tmux[@]}" capture-pane -p; }
shows() { screen | grep -qE -e "$1"; }
shot() { [ -z "${KWATCH_SHOTS:-}" ] || "${tmux[@]}" capture-pane -p -e -N > "$KWATCH_SHOTS/$1.ansi"; }
press() { "${tmux[@]}" send-keys "$@"; }

# feed: stdin to top, its hits from now on
feed() {
	local now
	now=$(awk '{ printf "%.0f", $1 * 1000000000 + 3600000000000 }' /proc/uptime)
	sed "s/ time=[0-9]*/ time=$now/" | "$mkstream" >&9
}

start 130 20
feed < "$here/capture.txt"
ok "hits are drawn" wait_for shows '^ +5 +[0-9]+ tl_writer-108 +tl_write\+0x5a \[trampolines\] +0x5 -> 0x4 +w8 trampolines\+0x0'
like "$(screen | head -n 1)" '^kwatch: 8 hits, [0-9]+/s, 5 overwritten, 3 watches' "and counted"
is "$(screen | sed -n 3p | awk '{ print $1 }')" 5 "most hits first"
shot top
press p
ok "p sorts by process" wait_for shows 'sort: PROCESS'
is "$(screen | sed -n 3p | awk '{ print $3 }')" "a;b-5" "a;b first"
press p
ok "p again, the other way round" wait_for shows 'sort: PROCESS up'
is "$(screen | sed -n 3p | awk '{ print $3 }')" "tl_writer-108" "tl_writer first"
press h
wait_for shows 'sort: HITS'
echo 'hit watch=1 cpu=0 time=1 seq=30 old=4 new=9 pid=77 comm=loud k=0xffffffff81000230 repeat=50000' | feed
ok "50000 hits at once, and it is not behind" wait_for shows '^ +50000 +[0-9]+ loud-77 +vfs_read\+0x10 +0x4 -> 0x9'
is "$(screen | sed -n 3p | awk '{ print $3 }')" "loud-77" "they go to the top"
press ' '
ok "space pauses" wait_for shows PAUSED
rates=$(screen | sed -n '1s/.* \([0-9]*\)\/s.*/\1/p; 3s/^ *[0-9]* *\([0-9]*\) .*/\1/p' | tr '\n' ' ')
like "$rates" '^(0 0|[1-9][0-9]* [1-9][0-9]*) $' "the head's rate is of the same time as that of a line"
press ' '
"${tmux[@]}" resize-window -x 40 -y 12
ok "40 columns: what matters" wait_for shows '^ +50000 +[0-9]+ loud-77 +vfs_read'
shot top-narrow
is "$(screen | awk 'length > 40' | wc -l) $(screen | wc -l)" "0 12" "and no more"
"${tmux[@]}" resize-window -x 10 -y 2
sleep 0.5
"${tmux[@]}" resize-window -x 130 -y 20
ok "hardly any terminal at all is survived" wait_for shows 'loud-77'
printf 'hit watch=1 cpu=0 time=1 seq=30 pid=1 comm=\033[31mred\n' | feed
ok "a name cannot write to the terminal" wait_for shows ' \.\[31mred-1'
press q
ok "q ends it" wait_for test -s "$dir/status"
is "$(cat "$dir/status" "$dir/err")" 0 "well, and the sanitizers have nothing to say"
wipes=$(grep -ac $'\033\\[[23]\\?J' "$dir/pipe")
ok "the screen was wiped $wipes times: at the start and when its size changed" test "$wipes" -le 5
exec 9>&-

# A terminal that is larger than any.
start 80 10
stty -F "$("${tmux[@]}" display-message -p '#{pane_tty}')" rows 40000
feed < "$here/capture.txt"
ok "a terminal of 40000 rows" wait_for shows 'tl_writer-108'
press q
ok "is no reason to end before q" wait_for test -s "$dir/status"
is "$(cat "$dir/status" "$dir/err")" "0
kwatch: top: of the terminal's 40000 rows and 80 columns at most 1000 are used" "and what is not used is said"
exec 9>&-

# What is wrong is said when the screen is the user's again.
start 80 10
printf '\001\000\001\000\000\000\000\000\000\000\000\000\000\000\000\000' >&9
ok "a damaged stream ends it" wait_for test -s "$dir/status"
is "$(cat "$dir/status" "$dir/err")" "1
kwatch: hits_raw: a record has an impossible size" "and that can be read"
done_testing
