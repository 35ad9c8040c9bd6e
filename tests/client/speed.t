#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# 100,000 hits with names: about a second, most of it the loading of 170,000
# symbols.  What fails here is ten times as slow, whatever the machine is like.

. "$(dirname "$0")/lib.sh"

# Not the one with sanitizers: scripts/test has made it.
client=$top/build/kwatch
[ -x "$client" ] || make -s -C tools BUILD=../build > "$dir/log" 2>&1
export KWATCH_KALLSYMS=$dir/kallsyms
awk 'BEGIN {
	srand(1)
	for (i = 0; i < 130000; i++) {
		printf "ffffffff8%07x %s function_%d_of_many\n", at, i % 2 ? "t" : "T", i
		at += 16 * int(1 + rand() * 30)
	}
	for (i = 0; i < 40000; i++)
		printf "ffffffffc%07x t function_%d\t[module_%d]\n", i * 96, i, i / 400
}' > "$KWATCH_KALLSYMS"

# stream STACKS: hits that have one of so many stacks each, 0 for all different
stream() {
	awk -v stacks="$1" '
	function frames(i, text) {
		for (i = 0; i < 10; i++)
			text = text (i ? "," : "") sprintf("0xffffffff8%07x", int(rand() * 30000000))
		return text
	}
	BEGIN {
		srand(2)
		print "watch watch=1 kind=2 len=8 addr=0xffffffff82003000 time=500 spec=w8 word"
		print "task cpu=0 number=1 pid=108 tgid=108 comm=writer time=600"
		for (i = 1; i <= stacks; i++)
			printf "stack cpu=0 number=%d k=%s time=700\n", i, frames()
		for (i = 1; i <= 100000; i++)
			printf "hit watch=1 cpu=0 time=%d seq=%d old=%d new=%d task=1 %s\n", 1000 + i, i, i, i + 1,
				stacks ? "stack=" 1 + int(rand() * stacks) : "k=" frames()
	}' | "$mkstream"
}

# spends LIMIT NAME ARG...: the client takes at most so many seconds of CPU
spends() {
	local limit=$1 name=$2 TIMEFORMAT='%U %S' seconds
	shift 2
	seconds=$({ time "$client" "$@" > "$dir/out" 2> "$dir/err"; } 2>&1 | awk '{ print $1 + $2 }')
	diag "$name: $seconds s"
	ok "$name: at most $limit s" awk -v s="$seconds" -v limit="$limit" 'BEGIN { exit !(s < limit) }'
}

# A name that several symbols have: those are looked for in all of kallsyms.
printf '[   12.345678] kwatch: error: 2 symbols are called function_7; say 0xADDR\n  Command: x function_7\n             ^\n' > "$KWATCH_DIR/error_log"
ln -sf /dev/full "$KWATCH_DIR/ctl"
spends 2 "the symbols of a name" add x function_7
like "$(cat "$dir/err")" '^  0xffffffffc00002a0  module_0:function_7$' "are listed"
stream 500 > "$KWATCH_DIR/hits_raw"
spends 5 "100,000 hits as text" tail
is "$(grep -c seq= "$dir/out") $(grep -c '^ => function' "$dir/out")" "100000 1000000" "all of them, with names"
spends 10 "as JSON" tail --json
is "$(grep -c '"sym":"function' "$dir/out")" 100000 "all of them"
"$client" record -o "$dir/few" 2> "$dir/err"
spends 5 "a report" report "$dir/few"
like "$(head -n 2 "$dir/out")" "^# 100000 hits" "on all of them"
stream 0 > "$KWATCH_DIR/hits_raw"
"$client" record -o "$dir/many" 2> "$dir/err"
spends 10 "a report on 100,000 different stacks" report "$dir/many"
like "$(head -n 2 "$dir/out")" "^# 100000 hits" "on all of them"
done_testing
