#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# make shell: a terminal that top can draw on, man pages, what ADD= brings in.

. "$(dirname "$0")/tap.sh"

command -v script > /dev/null || skip_all "no script(1) (package bsdutils) to make a terminal with"
key=${KWATCH_K:-6.1-amd64}
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
cat > "$tmp/hello.c" << 'END'
#include <stdio.h>
#include <zlib.h>
int main(void) { printf("hello with zlib %d\n", zlibVersion()[0] - '0'); return 0; }
END
"${CC:-gcc}" -o "$tmp/hello" "$tmp/hello.c" -lz || skip_all "no program can be built with zlib"
cp "build/$key/ko/kwtest.ko" "$tmp/kwmine.ko"
echo "a note" > "$tmp/note.txt"

# A line is typed once the answer to the one before has come.
mkfifo "$tmp/keys"
TERM=xterm script -qfec "stty rows 30 cols 100; scripts/shell $key $tmp/hello $tmp/kwmine.ko $tmp/note.txt" "$tmp/out" \
	< "$tmp/keys" > /dev/null 2>&1 &
exec 8> "$tmp/keys"
# await ERE: it has come
await() {
	local n
	for ((n = 0; n < 1200; n++)); do
		! grep -qaE "$1" "$tmp/out" 2> /dev/null || return 0
		kill -0 $! 2> /dev/null || return 1
		sleep 0.1
	done
	return 1
}
ok "the shell comes up" await 'kwatch-vm:.*# '
printf 'hello; cat /root/note.txt; modinfo kwmine | grep -c filename; echo end-$((40 + 2))\n' >&8
ok "and takes a line" await 'end-42'
out=$(tr -d '\r' < "$tmp/out")
like "$out" '^hello with zlib 1$' "a program of one's own, with its libraries"
like "$out" '^a note$' "a file"
like "$out" '^1$' "a module that modprobe finds"
printf 'man 4 kwatch | head -n 1; man kwatch | head -n 1; echo end-$((41 + 2))\n' >&8
await 'end-43'
like "$(tr -d '\r' < "$tmp/out")" '^KWATCH\(4\) ' "man 4 kwatch"
like "$(tr -d '\r' < "$tmp/out")" '^KWATCH\(1\) ' "man kwatch"
printf 'kwatch top\n' >&8
ok "kwatch top draws its table" await 'WATCH|watches'
printf 'q' >&8
printf 'echo end-$((42 + 2))\n' >&8
ok "and ends" await 'end-44'
printf 'exit\n' >&8
exec 8>&-
wait $!
is "$?" 0 "the shell ends"
done_testing
