#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Names of the time of the hit: what an address in a module, or the number of a
# watch, meant when the hit was made, in every view, whatever it means now.

. "$(dirname "$0")/lib.sh"

cap=$dir/cap

# Module moda was at the addresses of trampolines, which is there now; it had
# tl_write's address in the middle of a_store, and more that nobody noted.
module='module number=1 from=100 time=2000000 name=moda start=0xffffffffc0a01000 len=0x1000'
symbol='symbol module=1 time=2000000 name=a_store start=0xffffffffc0a01000 len=0x40'
stack='k=0xffffffffc0a01010,0xffffffffc0a01090,0xffffffff81000130'
watch='watch watch=1 kind=2 len=8 addr=0xffffffffc0a03000 time=1 spec=w8 jiffies'
# hits FIRST TIME: two hits of one stack
hits() { echo "hit watch=1 cpu=0 time=$2 seq=$1 new=$1 pid=9 comm=w $stack repeat=2"; }

then_a=' => a_store+0x10/0x40 [moda]
 => 0xffffffffc0a01090 [moda, unloaded]
 => kthread+0x10/0x100'
then_b=' => tl_write+0x10/0x80 [trampolines]
 => tl_exit+0x10/0xf80 [trampolines]
 => kthread+0x10/0x100'
every="$then_a
$then_a
$then_b
$then_b"

{ echo "$module"; echo "$symbol"; echo "$watch"; hits 1 1000; hits 3 3000000; } | $mkstream > "$KWATCH_DIR/hits_raw"
run tail
is "$status $err" "0 " "a stack of a module that was unloaded, and of one in its place"
is "$(grep '=>' <<< "$out")" "$every" "tail: the names of the time of each hit"
run tail --json
is "$(grep -o '"stack":.*' <<< "$out" | sort -u)" \
	'"stack":[{"ip":"0xffffffffc0a01010","sym":"a_store","off":16,"size":64,"mod":"moda"},{"ip":"0xffffffffc0a01090","mod":"moda","unloaded":true},{"ip":"0xffffffff81000130","sym":"kthread","off":16,"size":256}]}
"stack":[{"ip":"0xffffffffc0a01010","sym":"tl_write","off":16,"size":128,"mod":"trampolines"},{"ip":"0xffffffffc0a01090","sym":"tl_exit","off":16,"size":3968,"mod":"trampolines"},{"ip":"0xffffffff81000130","sym":"kthread","off":16,"size":256}]}' \
	"as JSON"
run top --once
is "$(grep '^ *2 ' <<< "$out" | grep -oE '[a-z_]+\+0x10 \[[a-z]+\]' | sort)" "a_store+0x10 [moda]
tl_write+0x10 [trampolines]" "top: a line each"

# --- captures -------------------------------------------------------------------

record() {
	rm -rf "$cap"
	run record -o "$cap"
}
# forms WHAT: every form of the report of $cap names the code of then
forms() {
	run report -e "$cap"
	is "$status $err" "0 " "$1: report"
	is "$(grep '=>' <<< "$out")" "$every" "$1: its events"
	run report "$cap"
	is "$(grep '=>' <<< "$out")" "$then_a
$then_b" "$1: counted, two ways"
	is "$(grep -c '^ *2 .*%' <<< "$out")" 2 "$1: of two hits each"
	run report --folded "$cap"
	is "$(sort <<< "$out")" "w;kthread;0xffffffffc0a01090 [moda, unloaded];a_store [moda] 2
w;kthread;tl_exit [trampolines];tl_write [trampolines] 2" "$1: folded"
	run report --json "$cap"
	is "$(grep -c '"sym":"a_store".*"unloaded":true' <<< "$out") $(grep -c '"sym":"tl_write"' <<< "$out")" "1 1" "$1: as JSON"
	run report --perf-script "$cap"
	is "$(grep -cE 'a_store\+0x10 \(\[moda\]\)|\[unknown\] \(\[moda\]\)' <<< "$out")" 4 "$1: as perf script"
	run report --html "$cap"
	like "$out" '"a_store \[moda\]"' "$1: as a page"
	like "$out" '"0xffffffffc0a01090 \[moda, unloaded\]"' "$1: as a page, without a name"
	like "$out" '"where":.{0,3}"tl_write\+0x10 \[trampolines\]"' "$1: as a page, the module of now"
}
record
is "$status" 0 "record after both"
is "$(cd "$cap" && echo *)" "cpu_0 host metadata modules watches" "the capture has the modules that were unloaded"
forms "begun after both"
KWATCH_KALLSYMS=/dev/null forms "on another machine"
if wants "babeltrace2=reads captures, to see that others can"; then
	babeltrace2 "$cap" > "$dir/bt" 2> "$dir/bt.err"
	is "$? $(grep -cE ' [EF] ' "$dir/bt.err")" "0 0" "babeltrace2 reads it"
	is "$(grep -c ' module: .*number = 1, .*start = 0xFFFFFFFFC0A01000' "$dir/bt") $(grep -c ' symbol: .*name = "a_store"' "$dir/bt") $(grep -c ' hit ' "$dir/bt")" \
		"1 1 4" "and has the module, its function and the hits"
else
	skip 2 "$wanted"
fi

# Symbols that were read while moda was there know its other functions, too.
now=$(awk '{ printf "%.0f", $1 * 1000000000 }' /proc/uptime)
cp "$KWATCH_KALLSYMS" "$dir/kallsyms"
sed 's/ tl_exit	/ a_other	/; s/ tl_write	/ a_store	/; s/\[trampolines\]/[moda]/' "$KWATCH_KALLSYMS" > "$dir/kallsyms.a"
cp "$dir/kallsyms.a" "$dir/kallsyms"
ln -sf "$dir/fifo" "$KWATCH_DIR/hits_raw"
mkfifo "$dir/fifo"
exec 9<> "$dir/fifo"
rm -rf "$cap"
KWATCH_KALLSYMS=$dir/kallsyms "$kwatch" record -o "$cap" 2> "$dir/err" &
pid=$!
until [ -e "$cap/host/kallsyms.gz" ] || ! kill -0 $pid; do sleep 0.05; done
cp "$KWATCH_KALLSYMS" "$dir/kallsyms"
# The uptime is CLOCK_MONOTONIC, but for suspends and the last hundredth.
until=$(awk '{ printf "%.0f", $1 * 1000000000 + 20000000 }' /proc/uptime)
{
	echo "$watch"
	hits 1 $((now + 1000))
	echo "module number=1 from=100 time=$until name=moda start=0xffffffffc0a01000 len=0x1000"
	echo "symbol module=1 time=$until name=a_store start=0xffffffffc0a01000 len=0x80"
	hits 3 $((until + 1000))
} | $mkstream >&9
until [ -s "$cap/cpu_0" ] || ! kill -0 $pid; do sleep 0.05; done
kill -INT $pid
wait $pid
exec 9>&-
run report --folded "$cap"
is "$(sort <<< "$out")" "w;kthread;a_other [moda];a_store [moda] 2
w;kthread;tl_exit [trampolines];tl_write [trampolines] 2" "a recorder that runs throughout does not mix the modules"
rm "$KWATCH_DIR/hits_raw" "$dir/fifo"

# --- what was forgotten ----------------------------------------------------------

{ echo "module number=7 mflags=1 time=2000000"; echo "$watch"; hits 1 1000; hits 3 3000000; } | $mkstream > "$KWATCH_DIR/hits_raw"
run tail
is "$(grep '=>' <<< "$out" | head -n 3)" " => 0xffffffffc0a01010
 => 0xffffffffc0a01090
 => kthread+0x10/0x100" "older modules were forgotten: no names in modules before that"
is "$(grep '=>' <<< "$out" | tail -n 3)" "$then_b" "and names after it"

# --- a number that two watches had -------------------------------------------------

{
	echo "$watch"
	hits 1 1000
	echo "watch watch=1 kind=2 len=4 addr=0xffffffff82000008 time=2000000 spec=w4 other"
	hits 3 3000000
} | $mkstream > "$KWATCH_DIR/hits_raw"
run tail
is "$(sed -n 's/.*: \(w[48] [a-z]*\)+0x0: .*/\1/p' <<< "$out" | tr '\n' ' ')" "w8 jiffies w8 jiffies w4 other w4 other " \
	"a number that is used again: each hit has its own watch"
run tail --json
is "$(grep -o '"label":"w[48] [a-z]*' <<< "$out" | uniq -c | awk '{ print $1, $3 }' | tr '\n' ' ')" "3 jiffies 3 other " "as JSON"
run top --once
is "$(grep -cE '^ +2 .*w8 jiffies' <<< "$out") $(grep -cE '^ +2 .*w4 other' <<< "$out")" "1 1" "top"
record
run report -e "$cap"
is "$(sed -n 's/.*: \(w[48] [a-z]*\)+0x0: .*/\1/p' <<< "$out" | tr '\n' ' ')" "w8 jiffies w8 jiffies w4 other w4 other " "a capture"
run report "$cap"
is "$(grep '^# watch' <<< "$out")" "# watch 1: w8 jiffies: 2 hits, 2 changed the value
# watch 1: w4 other: 2 hits, 2 changed the value" "a report counts them apart"
run report --html "$cap"
is "$(grep -oE '"label": ?"w[48] [a-z]*' <<< "$out" | sort | tr -d ' ')" '"label":"w4other
"label":"w8jiffies' "and a page"
done_testing
