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
is "$(LC_ALL=C grep -c $'a.\\[7m..-1' "$dir/out")" 1 "control characters in a name become dots"
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

# Watches of more than eight bytes: which of them, whatever the target looks like.
where() {
	printf '%s\n' "watch watch=1 kind=2 len=32 spec=w32 $1" \
		'hit watch=1 cpu=0 time=1 seq=7 old=1 new=2 pid=1 comm=a offset=8 part=8' \
		'also watch=1 cpu=0 time=1 seq=7 old=3 new=4 flags=0x4000 offset=16 part=4' \
		'unseen watch=1 cpu=0 from=1 time=2 old=2 new=5 offset=8 part=8' |
		$mkstream > "$KWATCH_DIR/hits_raw"
}
for target in 'jiffies:jiffies+0x8:jiffies+0x10' 'jiffies-12:jiffies-0x4:jiffies+0x4' \
	'0x1000 pid=1:0x1008:0x1010' 'my-mod.var+0x4:my-mod.var+0xc:my-mod.var+0x14' 'task(7):task(7)+0x8:task(7)+0x10'; do
	IFS=: read -r spec at also <<< "$target"
	where "${spec/my-mod./my-mod:}"
	run tail
	is "$(sed 's/my-mod:/my-mod./g; s/.*: w32/w32/' <<< "$out")" "w32 $at: 0x1 -> 0x2 watch=1 seq=7
 <also> w32 $also: ? -> 0x4 (watch 1, hit 7)
# w32 $at: unseen writer between 0.000000 and 0.000000, found by CPU 0: 0x2 -> 0x5 watch=1" "bytes of w32 $spec"
done
run tail --json
is "$(grep -o '"type":"[a-z]*"\|"offset":[0-9]*\|"len":[0-9]*' <<< "$out" | tail -n 9 | tr '\n' ' ')" \
	'"type":"hit" "offset":8 "len":8 "type":"also" "offset":16 "len":4 "type":"unseen" "offset":8 "len":8 ' "in JSON"
like "$out" '"type":"also".*"seq":7,"cpu":0,"old":null,"new":"0x4"' "with their values"

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
