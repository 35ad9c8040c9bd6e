#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# kwatch record and kwatch report: what goes in comes out, in every form, and
# babeltrace2 reads it, too.

. "$(dirname "$0")/lib.sh"

cap=$dir/cap

# record_stream FILE: mkstream's FILE into $cap
record_stream() {
	rm -rf "$cap"
	"$mkstream" < "$1" > "$KWATCH_DIR/hits_raw"
	run record -o "$cap"
}

# same_machine: $out without what is this machine's own
same_machine() {
	out=$(sed -E 's/^# [^,]*, Linux .*/# HOST, Linux RELEASE/; s/ from [0-9-]+ [0-9:]+ UTC/ from TIME/
		s/"(hostname|release|machine|version)":( ?)"[^"]*"/"\1":\2"X"/g
		s/"(offset_ns|begin_ms)":( ?)[0-9]+/"\1":\20/g' <<< "$out")
}

record_stream "$here/capture.txt"
is "$status" 0 "record"
is "$err" "# $cap: 8 hits recorded, 0.0 MB, 5 overwritten before they were read" "it says how much"
is "$(cd "$cap" && echo *)" "cpu_0 cpu_1 cpu_1_late1 events host metadata watches" "a file for each stream"

# --- in every form -------------------------------------------------------------

run report "$cap"
is "$status$err" 0 "report"
same_machine
golden capture.text.golden "as text"
run report --json "$cap"
same_machine
golden capture.json.golden "as JSON"
ok "which is JSON" python3 -c 'import json, sys; [json.loads(line) for line in open(sys.argv[1])]' "$dir/out"
run report --folded "$cap"
golden capture.folded.golden "as folded stacks"
is "$(awk '{ sum += $NF } END { print sum }' "$dir/out")" 8 "of all hits"
run report --perf-script "$cap"
golden capture.perf.golden "as perf script prints"
run report --html "$cap"
out=$(sed -n 's,.*<script id="data" type="application/json">\(.*\)</script>$,\1,p' "$dir/out" |
	python3 -m json.tool --sort-keys --indent 1)
same_machine
golden capture.html.golden "as a page: its data"
nok_network=$(grep -oE '(src|href) *= *"[^"]*"|url\([^)]*\)|@import' "$dir/out")
none "which loads nothing" "$nok_network"

run report -e "$cap"
whole=$out
run tail
is "$(sort <<< "$whole")" "$(sort <<< "$out")" "the events are those that tail shows"
is "$(grep -n seq=5 <<< "$whole" | cut -d: -f1)" "$(($(grep -n 'x vfs_read+0x0: ' <<< "$whole" | cut -d: -f1) - 1))" \
	"one that came late is in its place"
run report -e --json "$cap"
json=$out
run tail --json
is "$(sort <<< "$json")" "$(sort <<< "$out")" "and as JSON"
run report -e -w 2 "$cap"
is "$(grep -c 'seq=' <<< "$out")" 1 "-w shows one watch"
run report -n 1 "$cap"
is "$(grep -c '^ *[0-9].*%' <<< "$out") $(tail -n 1 <<< "$out")" "1 # and 3 more; see -n" "-n shows the first"

# --- on another machine --------------------------------------------------------

mv "$KWATCH_DIR" "$KWATCH_DIR.gone"
KWATCH_KALLSYMS=/dev/null run report "$cap"
same_machine
is "$status$out" "0$(cat "$here/capture.text.golden")" "without the module and its symbols: the same"
mv "$KWATCH_DIR.gone" "$KWATCH_DIR"

# --- as CTF --------------------------------------------------------------------

if wants "babeltrace2=reads captures, to see that others can"; then
	babeltrace2 "$cap" > "$dir/bt" 2> "$dir/bt.err"
	is "$?" 0 "babeltrace2 reads it"
	none "without an error" "$(grep -E ' [EF] ' "$dir/bt.err")"
	is "$(grep -c ' hit ' "$dir/bt")" 8 "with every hit"
	out=$(sed -E 's/^\[[^]]*\] \([^)]*\) [^ ]+ //; s/crc32 = [0-9]+/crc32/' "$dir/bt")
	golden capture.ctf.golden "each to the field"
	like "$(cat "$dir/bt.err")" 'discarded.* events.*cpu_1"' "and that records were lost"
	babeltrace2 --clock-seconds --no-delta "$cap" 2> /dev/null | sed -nE 's/^\[([0-9.]+)\].* hit .*/\1/p' > "$dir/times"
	is "$(sort -n "$dir/times" | cmp - "$dir/times" && wc -l < "$dir/times")" 8 "in the order of time"
	printf '%s\n' 'watch watch=1 kind=2 len=32 spec=w32 jiffies' \
		'hit watch=1 cpu=0 time=1000 seq=7 old=1 new=2 pid=1 comm=a offset=8 part=8' \
		'also watch=1 cpu=0 time=1000 seq=7 old=3 new=4 offset=16 part=4' \
		'unseen watch=1 cpu=0 from=1 time=2000 old=2 new=5 offset=8 part=8' > "$dir/long.txt"
	record_stream "$dir/long.txt"
	is "$(babeltrace2 "$cap" 2> /dev/null | grep -c 'where = { offset = \(8\|16\), len = [48] }')" 3 \
		"which bytes of a long watch"
	run report "$cap"
	like "$out" ' w32 jiffies\+0x8  a-1  last 0x1 -> 0x2$' "also in a report"
	record_stream "$here/capture.txt"
else
	skip 8 "$wanted"
fi

# --- little, and much ----------------------------------------------------------

record_stream /dev/null
is "$status" 0 "nothing to record"
for form in '' --json --folded --perf-script --html -e; do
	# shellcheck disable=SC2086
	run report $form "$cap"
	is "$status$err" 0 "report $form of nothing"
done
echo 'hit watch=1 cpu=3 time=1000000 seq=1 new=5 pid=9 comm=w k=0xffffffff81000220 repeat=100000' > "$dir/many"
record_stream "$dir/many"
is "$status $(stat -c %s "$cap/cpu_3")" "0 $((100000 * 88 + 80 * ((100000 * 88 + 262063) / 262064)))" \
	"100000 hits take what they took in hits_raw, and their packets"
run report --json "$cap"
like "$out" '"count":100000' "all are there"
run record -o "$cap"
like "$status $err" '^1 kwatch: .*cap: is there already, and not empty$' "nothing is overwritten"
rm -rf "$cap"
mkdir "$cap"
run record -o "$cap" -c 7
like "$status $err" '^0 .*: 7 hits recorded' "an empty directory will do; -c"
run record -o "$dir/none/cap"
like "$status $err" '^1 kwatch: .*No such file' "a place that is not there"
run record -o /proc/kwatch-capture
is "$status" 1 "or where nothing can be made"

# --- what is not a capture -------------------------------------------------------

run report "$dir/none"
like "$status $err" '^1 kwatch: .*/none: No such file or directory$' "no directory"
run report "$KWATCH_DIR"
like "$status $err" '^1 kwatch: .*not a capture' "no metadata"
mkdir "$dir/other"
echo '/* CTF 1.8 */ trace { };' > "$dir/other/metadata"
run report "$dir/other"
is "$status $err" "1 kwatch: $dir/other/metadata: a CTF trace, but not one of kwatch" "another's trace"
record_stream "$here/capture.txt"
python3 - "$cap/metadata" << 'PY'
import re, sys, zlib
text = open(sys.argv[1]).read()
head, rest = text.split("/* crc32 of what is above: ")
head = head.replace("kwatch_abi = 2;", "kwatch_abi = 77;")
open(sys.argv[1], "w").write("%s/* crc32 of what is above: %08x%s" % (head, zlib.crc32(head.encode()), rest[8:]))
PY
run report "$cap"
is "$status $err" "1 kwatch: $cap/metadata: a capture of ABI 77, this kwatch reads ABI 2" "one of another ABI: both versions"
printf 'abi: 77\n' > "$KWATCH_DIR/stats"
run record -o "$dir/cap77"
is "$status $err $(echo "$dir"/cap77*)" "1 kwatch: the module speaks ABI 77, this kwatch ABI 2: install both from one version $dir/cap77*" \
	"and a module of another ABI, before anything is made"
fresh

# --- an output that nobody reads, or that is full ---------------------------------

record_stream "$dir/many"
for form in -e --json --folded --perf-script --html; do
	"$kwatch" report $form "$cap" 2> "$dir/err" | head -c 10 > /dev/null
	is "${PIPESTATUS[0]}$(cat "$dir/err")" 0 "report $form into a closed pipe"
	"$kwatch" report $form "$cap" > /dev/full 2> "$dir/err"
	is "$? $(cat "$dir/err")" "1 kwatch: cannot write: No space left on device" "and onto a full disk"
done
done_testing
