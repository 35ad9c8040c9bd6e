#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Streams that are cut or damaged: a clear error and status 1, or what is left
# of them; never a crash.  The unit test client_stream does the same to every
# byte, in memory; this is the whole program.

. "$(dirname "$0")/lib.sh"

$mkstream < "$here/every.txt" > "$dir/stream"
size=$(stat -c %s "$dir/stream")
whole=$(cp "$dir/stream" "$KWATCH_DIR/hits_raw" && "$kwatch" tail)

# judge DESC: $status and $err after a damaged stream are as they should be
judge() {
	if [ "$status" = 0 ] && [ -z "$err" ]; then
		harmless=$((harmless + 1))
	elif [ "$status" = 1 ] && grep -qE '^kwatch: hits_raw: [a-z ]+$' <<< "$err" &&
	     [ "$(wc -l <<< "$err")" = 1 ]; then
		seen=$((seen + 1))
	else
		fail "$1"
		diag "status $status: $err"
	fi
}

seen=0 harmless=0
for ((at = 4; at < size; at += 12)); do
	head -c "$at" "$dir/stream" > "$KWATCH_DIR/hits_raw"
	run tail
	judge "cut at byte $at of $size"
	[ "${whole:0:${#out}}" = "$out" ] || fail "cut at byte $at: what is left of it"
done
ok "cut at every twelfth byte: said so $seen times" [ "$seen" -gt 50 ]
ok "and fine between records: $harmless times" [ "$harmless" -gt 0 ]

seen=0 harmless=0
for ((at = 0; at < size; at += 13)); do
	cp "$dir/stream" "$KWATCH_DIR/hits_raw"
	printf '\377' | dd of="$KWATCH_DIR/hits_raw" bs=1 seek="$at" conv=notrunc status=none
	run tail --json
	judge "byte $at of $size is wrong"
done
ok "every thirteenth byte wrong: seen $seen times" [ "$seen" -gt 5 ]
ok "and harmless $harmless times" [ "$harmless" -gt 50 ]

# error DESC WANT LINE: mkstream's LINE after a good record
error() {
	{
		echo "hit watch=1 cpu=1 time=1 seq=1 pid=1 comm=a"
		echo "$3"
	} | $mkstream > "$KWATCH_DIR/hits_raw"
	run tail
	is "$status $err $(grep -c seq=1 <<< "$out")" "1 kwatch: hits_raw: $2 1" "$1"
}

error "a size of 0" "a record has an impossible size" "hit size=0"
error "a size that is odd" "a record has an impossible size" "hit size=49"
error "a record that is too small" "a record is too small for its type" "hit size=40"
error "a stack that is too large" "a stack does not fit into its record" \
	"hit k=1,2,3 size=64"
error "a task that is not there" "a task does not fit into its record" "hit parts=1"
error "a watch without an end" "the text of a watch does not end" "watch size=32 spec=1234567"
error "the text of a watch that no kernel takes" "the text of a watch is longer than any" \
	"watch spec=$(printf '%02000d' 0)"
error "the end in a record" "ends in the middle of a record" "raw 10 00 63"
error "the largest size there is" "ends in the middle of a record" "hit size=65528"

head -c 300000 /dev/urandom > "$KWATCH_DIR/hits_raw"
run tail
judge "noise"
head -c 300000 /dev/zero > "$KWATCH_DIR/hits_raw"
run tail
is "$status $err" "1 kwatch: hits_raw: a record has an impossible size" "nothing but zeros"
done_testing
