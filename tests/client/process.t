#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# User stacks of a process that is there, without a module: unwound from a copy,
# named by what it has mapped and by its debug information, wherever that is.

. "$(dirname "$0")/lib.sh"

export KWATCH_PROC=/proc
"${CC:-gcc}" -O2 -g -fomit-frame-pointer -Wall -Wextra -Iinclude -o "$dir/selfhit" \
	tests/client/selfhit.c || fail "selfhit builds"

# start PROGRAM [WORD]: as $pid; it ends with fd 9
start() {
	mkfifo "$dir/in"
	"$1" "$KWATCH_DIR/hits_raw" "${@:2}" < "$dir/in" > "$dir/callers" &
	pid=$!
	exec 9> "$dir/in"
	rm "$dir/in"
	until grep -q "^ready $pid" "$dir/callers"; do
		kill -0 "$pid" || break
	done
}
stop() {
	exec 9>&-
	wait "$pid"
}
addresses() { grep -oE '"ip":"0x[0-9a-f]+"' <<< "$out" | grep -oE '0x[0-9a-f]+'; }
# names: "name file" of the first frames
names() {
	sed 's/.*"ustack":\[//; s/},{/}\n{/g' <<< "$out" |
		sed -n 's/.*"sym":"\([a-z]*\)".*"file":"\([^"]*\)","line":[1-9].*/\1 \2/p' | head -n 4 | tr '\n' ' '
}
want="inner selfhit.c middle selfhit.c outer selfhit.c main selfhit.c "

start "$dir/selfhit"
run tail --json
is "$status $err" "0 " "the stack of a process that is there"
is "$(addresses | tail -n +2)" "$(grep '^0x' "$dir/callers")" \
	"is unwound as the C library's unwinder does it, to the last frame"
is "$(names)" "$want" "with names, files and lines"
run tail
like "$out" '^ => outer\+0x[0-9a-f]+/0x[0-9a-f]+ \[selfhit\] selfhit\.c:[0-9]+$' "the same as text"
is "$(grep -c 'ends here' <<< "$out")" 0 "and nothing is missing"
run top --once
like "$out" ' inner\+0x[0-9a-f]+ \[selfhit\] ' "top names the function"
stop
run tail --json
is "$(names) $(addresses | wc -l)" " 1" "of one that ended, the address is left"
like "$out" '"ustack_nameless":true' "and that nothing is known of it"
run tail
like "$out" '^ => <no names: what the process had mapped is not known>$' "the same as text"
# Another process may have that number by now.
start "$dir/selfhit"
python3 - "$KWATCH_DIR/hits_raw" << 'PY'
import struct, sys
data = bytearray(open(sys.argv[1], "rb").read())
at = struct.unpack_from("<H", data)[0]		# behind the watch
struct.pack_into("<Q", data, at + 8, 1000)	# struct kwatch_record.time_ns
open(sys.argv[1], "wb").write(data)
PY
run tail --json
is "$(names)" "" "a hit from before a process began is none of it"
stop

# A capture keeps what was mapped, and of which builds.
if [ "$(id -u)" = 0 ]; then
	# Two callers of the function that made the hits.
	start "$dir/selfhit" two
	run record -o "$dir/two"
	stop
	chain='main [selfhit];%s [selfhit];middle [selfhit];inner [selfhit] %d\n'
	run report --folded "$dir/two"
	# shellcheck disable=SC2059 # it is a format
	is "$(grep -o 'main \[selfhit\].*' <<< "$out" | sort)" \
		"$(printf "$chain$chain" another 1 outer 9 | sort)" "a report tells callers apart: folded"
	run report "$dir/two"
	is "$(grep -oE '^ +[19] +[0-9.]+%|(outer|another)\+' <<< "$out" | tr -d ' \n')" "990.0%outer+110.0%another+" "as text"
	run report --json "$dir/two"
	is "$(grep -oE '"count":[0-9]+|"sym":"(outer|another)"' <<< "$out" | tr '\n' ' ')" \
		'"count":9 "sym":"outer" "count":1 "sym":"another" ' "as JSON"
	run report --html "$dir/two"
	is "$(grep -oE '"count":(9|1),' <<< "$out" | tr -d '\n')" '"count":9,"count":1,' "and in a page"

	# A recorder that runs: names are there while it does.
	mkfifo "$dir/fifo"
	start "$dir/selfhit"
	mv "$KWATCH_DIR/hits_raw" "$dir/raw"
	ln -s "$dir/fifo" "$KWATCH_DIR/hits_raw"
	exec 8<> "$dir/fifo"
	"$kwatch" record -o "$dir/live" 2> "$dir/err" 9>&- &
	recorder=$!
	cat "$dir/raw" >&8
	until [ -s "$dir/live/cpu_0" ] && [ -e "$dir/live/host/kallsyms.gz" ]; do
		kill -0 $recorder || break
		sleep 0.05
	done
	run report -e --json "$dir/live"
	is "$status $(names)" "0 $want" "names are there while the recorder runs"
	stop
	kill -INT $recorder
	wait $recorder
	run report -e --json "$dir/live"
	is "$status $(names)" "0 $want" "and when the process ended before it"
	exec 8>&-
	rm "$KWATCH_DIR/hits_raw" "$dir/fifo"

	cp "$dir/selfhit" "$dir/recorded"
	start "$dir/recorded"
	run record -o "$dir/cap"
	stop
	ok "a capture has the build-id of a program" grep -qE "^[0-9a-f]{40} $dir/recorded\$" "$dir/cap/host/buildids"
	run report -e --json "$dir/cap"
	is "$(names)" "$want" "and names its stacks when it has ended"
	run report "$dir/cap"
	like "$out" '=> outer\+0x[0-9a-f]+/0x[0-9a-f]+ \[recorded\] selfhit\.c:[0-9]+$|=> inner\+' "also where hits are counted"
	run report --folded "$dir/cap"
	like "$out" '^selfhit;(.*;)?inner \[recorded\] 1$' "folded"
	run report --perf-script "$dir/cap"
	like "$out" '^	 *[0-9a-f]+ inner\+0x[0-9a-f]+ \(recorded\)$' "as perf script has them"
	run report --html "$dir/cap"
	like "$out" '"inner \[recorded\]"' "and in a page"
	cp /bin/true "$dir/recorded"
	run report -e "$dir/cap"
	like "$out" '^ => 0x[0-9a-f]+ \[recorded\]$' "another program in its place is not taken for it"
	rm "$dir/recorded"
	run report -e "$dir/cap"
	like "$out" '^ => 0x[0-9a-f]+ \[recorded\]$' "where it is not there, its name is left"
	# What a capture says of a process may be made up.
	maps=$(ls "$dir/cap/host/maps"/*)
	for i in $(seq 1 3000); do echo "$(printf %x $((i * 4096)))-ffffffffffffffff r-xp 0 08:01 $i /dev/zero"; done > "$maps"
	run report -e "$dir/cap"
	is "$status" 0 "mappings that cannot be"
else
	skip 15 "only root may open what a process has mapped"
fi

if [ "$(id -u)" = 0 ]; then
	cp "$dir/selfhit" "$dir/deleted"
	start "$dir/deleted"
	rm "$dir/deleted"
	run tail --json
	is "$(names)" "$want" "a program that was deleted since"
	# It has other functions there.
	cp /bin/true "$dir/deleted"
	run tail --json
	is "$(names)" "$want" "or replaced"
	stop
else
	skip 2 "only root may open what a process has mapped and nobody can name"
fi

start "$dir/selfhit" bad
run tail
is "$status" 0 "wrong registers and wrong stacks"
is "$(grep -c ' seq=' <<< "$out")" "$(grep -c '<user>' <<< "$out")" "each hit is shown"
ok "all of them" [ "$(grep -c ' seq=' <<< "$out")" -ge 600 ]
stop

# What packages ship: no symbols, and the debug information elsewhere.
id=$(readelf -n "$dir/selfhit" | sed -n 's/.*Build ID: //p')
strip -o "$dir/stripped" "$dir/selfhit"
start "$dir/stripped"
run tail --json
is "$(names) $(addresses | tail -n +2 | tr '\n' ' ')" " $(grep '^0x' "$dir/callers" | tr '\n' ' ')" \
	"a stripped program is unwound, and has no names"
if [ -z "$id" ]; then
	skip 1 "this compiler makes no build IDs"
elif ! ldconfig -p | grep -q 'libdebuginfod\.so\.1 '; then
	skip 1 "libdebuginfod is not installed"
else
	mkdir -p "$dir/server/buildid/$id"
	objcopy --only-keep-debug "$dir/selfhit" "$dir/server/buildid/$id/debuginfo"
	DEBUGINFOD_URLS=file://$dir/server DEBUGINFOD_CACHE_PATH=$dir/cache run tail --json
	is "$(names)" "$want" "debuginfod has its names"
fi
stop
done_testing
