#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Following: waiting for hits, ending in every way there is, and the watch that
# belongs to "kwatch w8 ...".

. "$(dirname "$0")/lib.sh"

# hits FIRST LAST [WATCH]: so many, a microsecond apart
hits() {
	echo "watch watch=${3:-1} kind=2 len=8 time=1 spec=w8 jiffies"
	echo "hit watch=${3:-1} cpu=1 time=$((1000 * $1)) seq=$1 pid=1 comm=a repeat=$(($2 - $1 + 1))"
}

# seqs: the numbers of the hits in $out
seqs() { sed -n 's/.* seq=//p' <<< "$out" | tr '\n' ' '; }

# --- what is there -------------------------------------------------------------

hits 1 9 | $mkstream > "$KWATCH_DIR/hits_raw"
run tail
is "$(seqs)" "1 2 3 4 5 6 7 8 9 " "all of them"
run tail -n 3
is "$(seqs)" "7 8 9 " "the last three"
run tail -n 100
is "$(seqs)" "1 2 3 4 5 6 7 8 9 " "the last hundred of nine"
run tail -c 3
is "$(seqs)" "1 2 3 " "no more than three"
run tail -n 4 -c 2
is "$(seqs)" "6 7 8 9 " "those that were there are shown together"
run tail --from-now
is "$status $(seqs)" "0 " "none of them"
run tail --no-follow --json -n 1
is "$(wc -l < "$dir/out")" 1 "as JSON"
hits 1 1000000 | $mkstream > "$KWATCH_DIR/hits_raw"
run tail
is "$(wc -l < "$dir/out") $(tail -n 1 "$dir/out" | sed 's/.* //')" "1000000 seq=1000000" "a million"

# --- what is to come -----------------------------------------------------------

mkfifo "$dir/fifo"
ln -sf "$dir/fifo" "$KWATCH_DIR/hits_raw"
exec 9<> "$dir/fifo"

# start ARG...: the client in the background, as $pid.  Bash lets background
# jobs ignore SIGINT, and what is ignored stays so: env gives it back.
start() {
	: > "$dir/out"
	env --default-signal=INT "$kwatch" "$@" > "$dir/out" 2> "$dir/err" &
	pid=$!
}

# finished PID: it is gone, but for its status
# shellcheck disable=SC2317
finished() { [ ! -e "/proc/$1" ] || grep -q '^State:.*Z' "/proc/$1/status"; }

# ends WANT DESC: $pid ends by itself, with that status
ends() {
	wait_for finished $pid || kill -9 $pid
	wait $pid 2> /dev/null
	is $? "$1" "$2"
	out=$(cat "$dir/out")
	err=$(cat "$dir/err")
}

start tail
hits 1 2 | $mkstream >&9
ok "a hit is shown at once" wait_for grep -q seq=2 "$dir/out"
hits 3 3 | $mkstream >&9
ok "and the next" wait_for grep -q seq=3 "$dir/out"
kill -INT $pid
ends 0 "Ctrl-C ends it"
is "$(seqs)$err" "1 2 3 " "after all that was shown"

for signal in TERM HUP; do
	start tail
	hits 1 1 | $mkstream >&9
	wait_for grep -q seq=1 "$dir/out"
	kill -$signal $pid
	ends 0 "SIG$signal, too"
done

start tail -c 2
hits 1 5 | $mkstream >&9
ends 0 "-c ends it"
is "$(seqs)" "1 2 " "at that hit"

start tail --no-follow
ends 0 "--no-follow does not wait"

# A record that comes in two halves.
hits 1 2 | $mkstream > "$dir/stream"
start tail -c 2
head -c 100 "$dir/stream" >&9
sleep 0.3
tail -c +101 "$dir/stream" >&9
ends 0 "half a record is waited for"
is "$(seqs)" "1 2 " "and shown"

# --- readers that go away ------------------------------------------------------

{ "$kwatch" tail 2> "$dir/err"; echo $? > "$dir/status"; } | head -n 1 > "$dir/out" &
hits 1 1 | $mkstream >&9
ok "a closed pipe ends it, even when nothing hits any more" wait_for [ -s "$dir/status" ]
is "$(cat "$dir/status" "$dir/err" "$dir/out" | cut -c 1-40)" "0
               a-1       [001] .....    " "quietly; it is no failure"

hits 1 10000 | $mkstream > "$dir/many"
ln -sf "$dir/many" "$KWATCH_DIR/hits_raw"
"$kwatch" tail > /dev/full 2> "$dir/err"
is "$? $(cat "$dir/err")" "1 kwatch: cannot write: No space left on device" "a full disk is one"
: > "$KWATCH_DIR/ctl"
"$kwatch" list --json > /dev/full 2> "$dir/err" < /dev/null
is $? 0 "nothing to write is none"
"$kwatch" help > /dev/full 2> "$dir/err"
is "$? $(cat "$dir/err")" "1 kwatch: cannot write: No space left on device" "also of small texts"

# A reader that stands still, and a user who wants to end.
ln -sf "$dir/fifo" "$KWATCH_DIR/hits_raw"
mkfifo "$dir/stuck"
exec 8<> "$dir/stuck"
env --default-signal=INT "$kwatch" tail > "$dir/stuck" 2> "$dir/err" &
pid=$!
cat "$dir/many" >&9 &
feeder=$!
sleep 0.5
kill -INT $pid
ends 0 "Ctrl-C while nobody reads our output"
kill $feeder
wait $feeder 2> /dev/null
exec 8>&- 9>&-

# --- a watch of our own ---------------------------------------------------------

rm "$dir/fifo"
mkfifo "$dir/fifo"
exec 9<> "$dir/fifo"

# ctl_has LINE: a ctl that, once LINE is written to it, lists it as number 7
ctl_has() {
	printf '%s \n# id=7 state=%s hits=0\nw8 other # id=9 state=armed hits=0\n' "$1" "${2:-armed}" \
		> "$KWATCH_DIR/ctl"
}

ctl_has 'w8 jiffies until=close'
start w8 jiffies
{ hits 1 3 7; hits 4 6 8; hits 7 7 7; } | $mkstream >&9
ok "kwatch w8 shows hits" wait_for grep -q seq=7 "$dir/out"
is "$(head -n 1 "$KWATCH_DIR/ctl")" "w8 jiffies until=close" "of what it has armed until it ends"
kill -INT $pid
ends 0 "Ctrl-C ends it"
is "$(seqs)" "1 2 3 7 " "hits of its own watch only"
is "$err" "# watch 7 armed: w8 jiffies+0x0 on every CPU; until Ctrl-C; not what DMA, another mapping or an NMI handler does
# watch 7: 4 hits shown, 0 overwritten before they were read" "it says what is armed, and in the end how many there were"

ctl_has 'w8 jiffies until=close if pid == 1' pending
start w8 jiffies --json if 'pid == 1'
{ hits 1 1 7; echo "lost cpu=1 count=5 time=9"; echo "gone watch=7 why=1 time=10"; hits 2 2 7
  echo "gone watch=7 why=2 time=10"; } | $mkstream >&9
ends 0 "it ends with its watch, but not with its module"
is "$(grep -c '"type":"hit"' <<< "$out") $(grep -c '"type":"gone"' <<< "$out")" "2 2" "as JSON"
is "$err" "kwatch: watch 7 waits for its module to be loaded" "and says what it waits for"

printf 'w8 jiffies until=free \n# id=7 state=armed\n' > "$KWATCH_DIR/ctl"
start w8 jiffies until=free
hits 1 1 7 | $mkstream >&9
wait_for grep -q seq=1 "$dir/out"
kill -TERM $pid
ends 0 "a watch that does not go with its file"
is "$(grep -c '^-7$' "$KWATCH_DIR/ctl")" 1 "is removed"

ctl_has 'w8 jiffies until=close'
start w8 jiffies
echo 'gone watch=7 cpu=0 why=6 time=1' | $mkstream >&9
ends 0 "somebody else removes the watch"
like "$err" 'watch 7 was removed by somebody else' "it says so"

ctl_has 'w8 jiffies until=close'
for count in --count=2 '--count 2' '-c 2' -c2; do
	ctl_has 'w8 jiffies until=close'
	# shellcheck disable=SC2086
	start w8 $count jiffies
	hits 1 5 7 | $mkstream >&9
	ends 0 "$count ends it"
	is "$(seqs)" "1 2 " "at that hit"
done

ctl_has 'x vfs_read until=close'
start 'x vfs_read'
hits 1 1 7 | $mkstream >&9
ok "a watch in one word" wait_for grep -q seq=1 "$dir/out"
kill -TERM $pid
ends 0 "SIGTERM ends it"

# Lines of the kernel that say more, each in one line of ours.
printf 'x 0x5581c0de4010 pid=42 children until=close # id=7 state=armed hits=0\n' > "$KWATCH_DIR/ctl"
start x 0x5581c0de4010 pid=42 children
hits 1 1 7 | $mkstream >&9
wait_for grep -q seq=1 "$dir/out"
kill -TERM $pid
ends 0 "code of a process"
is "$(head -n 1 <<< "$err")" "# watch 7 armed: x 0x5581c0de4010 in process 42, all threads and children; until Ctrl-C; not what runs in an NMI handler" \
	"where, how long, what not"
printf 'w4 0x5581c0de4010 pid=42 limit=9 until=close # id=7 state=armed hits=0 (not what other processes write into it)\n' > "$KWATCH_DIR/ctl"
start w4 0x5581c0de4010 pid=42 limit=9
hits 1 1 7 | $mkstream >&9
wait_for grep -q seq=1 "$dir/out"
kill -TERM $pid
ends 0 "memory of a process"
is "$(grep -c 'other processes' <<< "$err") $(head -n 1 <<< "$err")" \
	"1 # watch 7 armed: w4 0x5581c0de4010 in process 42, all threads; until Ctrl-C or 9 hits recorded; not what other processes write into it" \
	"what the kernel says of it, once"

# A summary has no hits to show, and is shown itself; --count is the kernel's limit=.
printf 'w8 jiffies summary limit=3 until=close # id=7 state=armed hits=3\n' > "$KWATCH_DIR/ctl"
cat > "$KWATCH_DIR/summary" << 'SUMMARY'
w8 jiffies+0x0 watch=7: 9 hits, 1 stacks, most frequent first (ended)
         9 100%  older-1      5.000000 to     5.500000  cpus=0  0x0 -> 0x1
w8 other+0x0 watch=9: 1 hits, 1 stacks, most frequent first
         1 100%  other-1      5.000000 to     5.500000  cpus=0  0x0 -> 0x1
w8 jiffies+0x0 watch=7: 3 hits, 2 stacks, most frequent first
         2  66%  a b-1      5.000000 to     5.500000  cpus=0  0x0 -> 0x1
 => f+0x1/0x2
 => g+0x1/0x2
         1  33%  c-1      5.000000 to     5.500000  cpus=0  0x0 -> 0x1
w8 last+0x0 watch=8: 1 hits, 1 stacks, most frequent first
SUMMARY
start w8 jiffies summary -c 3
echo 'gone watch=7 cpu=0 why=2 time=1' | $mkstream >&9
ends 0 "a summary, to its limit"
is "$(grep -v ended: <<< "$out")" "$(sed -n 5,9p "$KWATCH_DIR/summary")" "is shown at the end"
like "$(head -n 1 "$KWATCH_DIR/ctl")" '^w8 jiffies summary limit=3 until=close' "its hits are counted by the kernel"
unlike "$err" 'shown' "and none of them is said to be shown"
start w8 jiffies summary -c 3 --json
echo 'gone watch=7 cpu=0 why=2 time=1' | $mkstream >&9
ends 0 "as JSON"
is "$(grep summary <<< "$out")" '{"type":"summary","watch":7,"count":2,"task":"a b-1","stack":["f+0x1/0x2","g+0x1/0x2"]}
{"type":"summary","watch":7,"count":1,"task":"c-1","stack":[]}' "an object a stack"

# --- by name ---------------------------------------------------------------------

ln -sf "$dir/many" "$KWATCH_DIR/hits_raw"
{ hits 1 3 7; hits 4 6 8; } | $mkstream > "$dir/many"
printf 'w8 a # id=8 state=armed hits=0\nw8 jiffies name=it if comm ~ "name=no" # id=7 state=armed hits=0\n' > "$KWATCH_DIR/ctl"
for words in 'tail -w it' 'tail --watch=it' 'tail -w 7'; do
	# shellcheck disable=SC2086
	run $words
	is "$(seqs)" "1 2 3 " "kwatch $words"
done
run tail -w no
is "$status $(head -n 1 <<< "$err")" '2 kwatch: no watch has the name no; see "kwatch list"' "a name that no watch has"

# --- hits of watches that are gone ---------------------------------------------------

cat > "$KWATCH_DIR/stats" << 'STATS'
abi: 2
watch8.made_ns: 3500
watches: 1
STATS
{ echo 'lost cpu=0 count=9 from=0 time=1000'; hits 1 3 7; echo 'gone watch=7 why=6 time=3400'
  echo 'lost cpu=0 count=5 from=3300 time=3900'; hits 4 6 8; } | $mkstream > "$dir/many"
run tail
is "$(grep -c overwritten <<< "$out") $(seqs)$err" "1 4 5 6 kwatch: 3 hits of watches that are gone left out; --all shows them" \
	"hits and losses of watches that are gone are left out, which is said"
run tail --all
is "$(grep -c overwritten <<< "$out") $(seqs)$err" "2 1 2 3 4 5 6 " "--all"
run tail -w 7
is "$(seqs)" "1 2 3 " "or the watch that is asked for"
rm -rf "$dir/capture"
run record -o "$dir/capture"
like "$err" '3 hits recorded, .* 5 overwritten' "record, too"
run record --all -o "$dir/capture2"
like "$err" '6 hits recorded, .* 14 overwritten' "record --all"
run report -w it "$dir/capture2"
like "$out" '^# 0 hits' "report of a name that is none"
run top -1
is "$(grep -c jiffies <<< "$out")" 1 "top"
run top -1 --all
is "$(grep -c jiffies <<< "$out")" 2 "top --all"
rm "$KWATCH_DIR/hits_raw"
fresh

# --- add and list ----------------------------------------------------------------

printf '%-30s\n# id=4 state=armed hits=0\n' 'w8 jiffies' > "$KWATCH_DIR/ctl"
run add w8 jiffies
is "$status $out" "0 4" "add prints the number"
printf '%-30s\n# id=4 state=armed\n' 'x' > "$KWATCH_DIR/ctl"
printf '# comment\n\n  w8 jiffies\n' > "$dir/specs"
run add -f "$dir/specs"
is "$status $out" "0 4" "add -f"
run add -f "$dir/none"
like "$status $err" '^1 kwatch: .*/none: No such file' "add -f of nothing"

run list
is "$status $out $err" "0 ID  STATE  WATCH
 4  armed    w8 jiffies " "list, as ctl is now"
cat > "$KWATCH_DIR/ctl" << 'LIST'
w8 jiffies until=close # id=1 state=armed hits=1234567 suppressed=0
x vfs_read if pid == 1 # id=12 state=pending hits=0
LIST
run list
is "$out" "ID  STATE    HITS     SUPPRESSED  WATCH
 1  armed    1234567           0  w8 jiffies until=close
12  pending        0           -  x vfs_read if pid == 1" "list"
run list --json
is "$out" '{"spec":"w8 jiffies until=close","id":1,"state":"armed","hits":1234567,"suppressed":0}
{"spec":"x vfs_read if pid == 1","id":12,"state":"pending","hits":0}' "list --json"
run list --spec
is "$out" 'w8 jiffies until=close
x vfs_read if pid == 1' "list --spec"
: > "$KWATCH_DIR/ctl"
run list
is "$status $out$err" "0 no watches" "no watches"
run stats
is "$status $(head -n 1 <<< "$out")" "0 version: 0.0.0" "stats"
done_testing
