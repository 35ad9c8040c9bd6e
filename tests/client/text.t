#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What the client makes of records: text for people, JSON for programs, and
# names for addresses.

. "$(dirname "$0")/lib.sh"

$mkstream < "$here/every.txt" > "$KWATCH_DIR/hits_raw"
run tail
is "$status" 0 "tail ends where the stream ends"
golden every.golden "every record as text"
is "$err" "" "and nothing on stderr"
run tail --json
golden every.json "every record as JSON"
is "$(wc -l < "$dir/out")" "$(grep -cE '"type":' "$dir/out")" "one object a line"
run tail -w 2
is "$(grep -c watch=2 <<< "$out") $(grep -c watch=1 <<< "$out")" "1 0" "-w shows one watch"

# Names that a terminal would obey, or JSON not take.
printf 'hit watch=1 cpu=1 time=1 seq=1 pid=1 comm=a\033[7m\001\374\n' | $mkstream > "$KWATCH_DIR/hits_raw"
run tail
is "$(LC_ALL=C grep -c $'a.\\[7m.\374-1' "$dir/out")" 1 "control characters in a name become dots"
run tail --json
like "$out" '"comm":"a\\u001[bB]\[7m\\u0001.*"' "JSON escapes them"
ok "and is UTF-8" iconv -f UTF-8 -t UTF-8 "$dir/out"

# Addresses without names.
hit='hit watch=1 cpu=1 time=1 seq=1 pid=1 comm=a k=0xffffffffc0a0105a,0xffffffff810001f7'
{ echo "$hit"; echo "$hit"; } | $mkstream > "$KWATCH_DIR/hits_raw"
sed 's/^[0-9a-f]*/0000000000000000/' "$KWATCH_KALLSYMS" > "$dir/zeros"
KWATCH_KALLSYMS=$dir/zeros run tail
is "$status" 0 "hidden addresses are no failure"
is "$(grep -c '^ => 0xffffffff810001f7$' <<< "$out")" 2 "they are shown as numbers"
is "$(grep -c kptr_restrict <<< "$err")" 1 "and the reason is given, once"
KWATCH_KALLSYMS=$dir/none run tail
is "$(grep -c 'No such file' <<< "$err")" 1 "no kallsyms: the reason, once"
is "$(grep -c '^ => 0xffffffffc0a0105a$' <<< "$out")" 2 "and numbers"

# A link register: of a leaf it is the caller; in a function that has called others
# (same function) or has it on the stack as well it says nothing.
link() { echo "hit watch=1 cpu=1 time=1 seq=1 pid=1 comm=a kflags=4 k=$1" | $mkstream > "$KWATCH_DIR/hits_raw"; }
link 0xffffffff81000224,0xffffffff81000130,0xffffffff81000108
run tail
is "$(grep -c '^ => ' <<< "$out")" 3 "a leaf's caller is shown"
for ips in 0xffffffff81000224,0xffffffff81000230,0xffffffff81000108 \
	0xffffffff81000224,0xffffffff81000108,0xffffffff81000108; do
	link $ips
	run tail
	is "$(grep '^ => ' <<< "$out" | tr -d '\n')" " => vfs_read+0x4/0xe0 => ret_from_fork+0x8/0x20" "a stale one is not"
	run tail --json
	is "$(grep -o '"ip"' <<< "$out" | wc -l)" 2 "nor in JSON"
done

# A module that comes while we follow.
mkfifo "$dir/fifo"
grep -v trampolines "$KWATCH_KALLSYMS" > "$dir/kallsyms"
ln -sf "$dir/fifo" "$KWATCH_DIR/hits_raw"
exec 9<> "$dir/fifo"
KWATCH_KALLSYMS=$dir/kallsyms "$kwatch" tail > "$dir/out" 2>&1 &
pid=$!
echo "$hit" | $mkstream >&9
wait_for grep -q '^ => kthread' "$dir/out"
like "$(cat "$dir/out")" '^ => 0xffffffffc0a0105a$' "before its module is there, an address"
cp "$KWATCH_KALLSYMS" "$dir/kallsyms"
sleep 1.1
echo "hit watch=1 cpu=1 time=2 seq=2 pid=1 comm=a k=0xffffffffc0a0105c" | $mkstream >&9
ok "and its name when it is" wait_for grep -q '^ => tl_write+0x5c/0x80 \[trampolines\]$' "$dir/out"
kill $pid
wait $pid
exec 9>&-
done_testing
