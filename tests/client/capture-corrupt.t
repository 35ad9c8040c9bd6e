#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A capture that is cut or damaged: a clear error, or a report of what is left;
# never a crash, and never a report that differs without saying why.  Every byte
# of every file, with the sanitizers, in one process: build/asan/capture_bytes.

. "$(dirname "$0")/lib.sh"

cap=$dir/cap
"$mkstream" < "$here/capture.txt" > "$KWATCH_DIR/hits_raw"
run record -o "$cap"
is "$status" 0 "a capture"
run report -e --json "$cap"
whole=$out

# --- every byte, in memory ----------------------------------------------------------

ok "the client's files build" make -s build/unit/all.a
ok "the walker builds" gcc -std=gnu11 -O1 -g -Wall -Wextra -Iinclude -Imodule -Itools \
	-fsanitize=address,undefined -fno-sanitize-recover=all -o "$top/build/asan/capture_bytes" \
	tests/client/capture_bytes.c tools/base/embed.S build/unit/all.a -lz
ASAN_OPTIONS=log_path=$dir/asan UBSAN_OPTIONS=log_path=$dir/asan:print_stacktrace=1 \
	"$top/build/asan/capture_bytes" "$cap" > "$dir/out" 2> "$dir/err"
is "$?" 0 "each byte of each file cut off, and each bit of it turned"
like "$(cat "$dir/out")" '^[0-9]{4,} cuts, [0-9]{4,} flips: as whole, shorter or refused$' "$(cat "$dir/out")"
[ "$(cat "$dir"/err "$dir"/asan* 2> /dev/null | wc -c)" = 0 ] || diag "$(tail -n 20 "$dir"/err "$dir"/asan*)"

# --- the whole program, and what it says ----------------------------------------------

# judge DESC: what is left is a part of the whole, and that is said
judge() {
	local left
	left=$(comm -23 <(sort -u "$dir/out") <(sort -u <<< "$whole"))
	if [ "$status" -gt 1 ] || [ "$(wc -l < "$dir/err")" -gt 2 ] || grep -qvE '^kwatch: ' "$dir/err"; then
		fail "$1: status $status, $err"
	elif [ "$out" != "$whole" ] && [ "$status" != 1 ]; then
		fail "$1: another report, and status $status"
	elif [ -n "$left" ] && ! grep -q 'kallsyms\|watches' "$dir/err"; then
		fail "$1: what was never there: $left"
	else
		judged=$((judged + 1))
	fi
}

for file in cpu_0 cpu_1 events watches metadata host/kallsyms.gz; do
	judged=0 n=0
	size=$(stat -c %s "$cap/$file")
	cp "$cap/$file" "$dir/file"
	for ((at = 0; at < size && at < 1500; at += size / 5 + 1)); do
		head -c "$at" "$dir/file" > "$cap/$file"
		run report -e --json "$cap"
		judge "$file cut at byte $at"
		cp "$dir/file" "$cap/$file"
		printf '\125' | dd of="$cap/$file" bs=1 seek="$at" conv=notrunc status=none
		run report -e --json "$cap"
		judge "$file with byte $at wrong"
		n=$((n + 2))
	done
	cp "$dir/file" "$cap/$file"
	is "$judged" "$n" "$file, cut or wrong, $n times"
done

# One packet is damaged; those behind it are found again.
echo 'hit watch=1 cpu=3 time=1000000 seq=1 new=5 pid=9 comm=w repeat=9000' > "$dir/many"
rm -rf "$cap"
"$mkstream" < "$dir/many" > "$KWATCH_DIR/hits_raw"
run record -o "$cap"
printf '\377' | dd of="$cap/cpu_3" bs=1 seek=300000 conv=notrunc status=none
run report -e "$cap"
is "$status $(grep -o 'cut or damaged at byte [0-9]*' <<< "$err")" "1 cut or damaged at byte 262088" "a packet in the middle"
is "$(grep -c seq= <<< "$out") $(tail -n 1 <<< "$out" | grep -o 'seq=.*')" "$((9000 - 3639)) seq=9000" "is left out, and only that"
run report --json "$cap"
like "$out" '"damaged_bytes":262088' "and counted"
mkfifo "$cap/fifo"
run report --json "$cap"
is "$status" 1 "a fifo in it is not waited for"
rm "$cap/fifo"

# Files that are none: a pipe that nobody writes to, a device without an end.
rm -rf "$cap"
"$mkstream" < "$here/capture.txt" > "$KWATCH_DIR/hits_raw"
run record -o "$cap"
for file in metadata host/kallsyms.gz host/code.gz host/buildids host/maps/108; do
	mkdir -p "$cap/host/maps"
	mv "$cap/$file" "$dir/file" 2> "$dir/null"
	mkfifo "$cap/$file"
	timeout 60 "$kwatch" report "$cap" < /dev/null > "$dir/out" 2> "$dir/err"
	ok "a pipe for $file is not waited for" [ $? -lt 2 ]
	rm "$cap/$file"
	ln -s /dev/zero "$cap/$file"
	(ulimit -f 0; timeout 60 "$kwatch" report "$cap" < /dev/null > /dev/null 2> /dev/null)
	ok "nor is a device for it read to its end" [ $? -lt 2 ]
	rm "$cap/$file"
	mv "$dir/file" "$cap/$file" 2> "$dir/null"
done

# A uuid, and a build-id, of an odd number of digits, at the very end of their text.
head -c 4096 "$cap/metadata" | sed 's/uuid = ".*/uuid = "a/; /uuid = "a/q' | head -c -1 > "$dir/head"
crc=$(gzip -c "$dir/head" | tail -c 8 | od -An -tx4 | awk '{ print $1 }')
cp "$cap/metadata" "$dir/file"
{ cat "$dir/head"; printf '/* crc32 of what is above: %s */\n' "$crc"; } > "$cap/metadata"
run report "$cap"
is "$status $err" "1 kwatch: $cap/metadata: incomplete" "a uuid that is cut short"
cp "$dir/file" "$cap/metadata"
printf 'abc %s' /some/file > "$cap/host/buildids"
run report "$cap"
is "$status" 0 "a build-id that is cut short"
done_testing
