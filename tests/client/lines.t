#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# File, line and inlined functions of kernel frames, where there is debug
# information of that build: the kernel's, wherever it was loaded, a module's,
# and in a report on another machine.

. "$(dirname "$0")/lib.sh"

runs=0xffffffff9a000000
export KWATCH_NOTES=$dir/notes KWATCH_KALLSYMS=$dir/kallsyms KWATCH_DEBUG=$dir/debug
unset DEBUGINFOD_URLS
ids="$KWATCH_DEBUG/.build-id/ab"
mkdir -p "$ids"
source=$here/fakelines.c
# Compiled where the file is, as the kernel is.
(cd "$here" && "${CC:-gcc}" -g -O2 -mcmodel=kernel -fno-pic -fcf-protection=none -c -o "$dir/code.o" fakelines.c)
ld -static -nostdlib -e _stext --build-id=0xab000001 -Ttext=0xffffffff81000000 -o "$dir/vmlinux" "$dir/code.o"
ld -static -nostdlib -e _stext -Ttext=$runs -o "$dir/core" "$dir/code.o"
ld -r --build-id=0xab000002 -o "$dir/kwfake.ko" "$dir/code.o"
objcopy -O binary --only-section=.note.gnu.build-id "$dir/vmlinux" "$KWATCH_NOTES"
nm "$dir/core" > "$KWATCH_KALLSYMS"
printf 'ffffffffc0a0%s t %s\t[kwfake]\n' 1000 kw_touch 1020 _stext >> "$KWATCH_KALLSYMS"
touch=0x$(sed -n 's/ T kw_touch$//p' "$KWATCH_KALLSYMS")

# line WORD: of the comment in the source
line() { sed -n "/\/\* $1 \*\//=" "$source"; }
# behind ADDRESS: of the store at the start of the function there
behind() { printf '0x%x' $(($1 + 7)); }
stream() {
	cat << STREAM
watch watch=1 kind=2 len=8 addr=0xffffffff9a003000 time=500 spec=w8 kw_word name=kw
hit   watch=1 cpu=0 time=1000 seq=1 old=0 new=7 pid=1 tgid=1 comm=init k=$(behind "$touch"),$(behind 0xffffffffc0a01000)
STREAM
}
stream | "$mkstream" > "$KWATCH_DIR/hits_raw"
# frames [MODULE]: what is expected of one of the two
frames() {
	printf ' => kw_set%s fakelines.c:%s (inlined)\n' "$1" "$(line inner)"
	printf ' => kw_twice%s fakelines.c:%s (inlined)\n' "$1" "$(line middle)"
	printf ' => kw_touch+0x7/0x%s%s fakelines.c:%s\n' "$2" "$1" "$(line outer)"
}
plain=' => kw_touch+0x7/'

run tail
like "$status $out" "^0 " "no debug information"
is "$(grep -cF "$plain" <<< "$out") $(grep -c inlined <<< "$out")" "2 0" "names"
size=$(sed -n '2s,.*/0x,,p' <<< "$out")
cp "$dir/vmlinux" "$ids/000001.debug"
run tail
is "$(sed -n 2,4p <<< "$out")" "$(frames "" "$size")" "of the kernel, by its build-id"
is "$(sed -n 5p <<< "$out" | cut -c1-17)" "$plain" "of a module none"
rm "$ids/000001.debug"
run -v "$dir/vmlinux" tail
is "$(sed -n 2,4p <<< "$out")" "$(frames "" "$size")" "of the kernel, by -v"
mkdir -p "$KWATCH_DEBUG/boot"
cp "$dir/vmlinux" "$KWATCH_DEBUG/boot/vmlinux-$(uname -r)"
run tail
is "$(sed -n 2,4p <<< "$out")" "$(frames "" "$size")" "where distributions put it"
run tail --json
like "$out" "\"stack\":\[\{\"ip\":\"$(behind "$touch")\",\"sym\":\"kw_set\",\"file\":\"fakelines.c\",\"line\":$(line inner),\"inlined\":true\},.*\"sym\":\"kw_touch\",\"off\":7,\"size\":[0-9]*,\"file\":\"fakelines.c\",\"line\":$(line outer)\}" \
	"as JSON"
sed -i 's/\x01/\x02/' "$KWATCH_NOTES"
objcopy -O binary --only-section=.note.gnu.build-id "$dir/kwfake.ko" "$KWATCH_NOTES"
run tail
is "$(sed -n 2p <<< "$out" | cut -c1-17)" "$plain" "another build's are not used"
objcopy -O binary --only-section=.note.gnu.build-id "$dir/vmlinux" "$KWATCH_NOTES"

# --- a capture, which has the build-ids of its own machine ---------------------------

run record -o "$dir/cap"
is "$status" 0 "record"
# This machine's modules are none of its.
printf 'ab000001 kernel\nab000002 kwfake\n' > "$dir/cap/host/buildids"
export KWATCH_NOTES=/dev/null
cp "$dir/vmlinux" "$ids/000001.debug"
cp "$dir/kwfake.ko" "$ids/000002.debug"
run report -e "$dir/cap"
is "$(sed -n 2,4p <<< "$out")" "$(frames "" "$size")" "report: of the kernel"
is "$(sed -n 5,7p <<< "$out" | sed 's,/0x[0-9a-f]* ,/0x ,')" "$(frames " [kwfake]" "")" "and of the module"
run report "$dir/cap"
is "$(grep -c ' fakelines.c:[0-9]' <<< "$out")" 6 "report, counted"

for ids_text in '' 'ab' 'ab000001' 'zz kernel' 'ab0 kernel' ' kernel' "$(printf 'a%.0s' {1..300}) kernel" $'\n\n'; do
	printf '%s' "$ids_text" > "$dir/cap/host/buildids"
	run report -e "$dir/cap"
	is "$status$(grep -c inlined <<< "$out")" 00 "build-ids that are none: $(printf %q "${ids_text:0:12}")"
done
rm "$dir/cap/host/buildids"
run report -e "$dir/cap"
is "$status$(grep -c inlined <<< "$out")" 00 "none at all"
printf 'ab000001 kernel\nab000002 kwfake\n' > "$dir/cap/host/buildids"
size=$(stat -c %s "$dir/kwfake.ko")
for cut in 0 63 64 1000 $((size / 2)) $((size - 100)); do
	head -c "$cut" "$dir/kwfake.ko" > "$ids/000002.debug"
	run report -e "$dir/cap"
	is "$status $(grep -cF "$plain" <<< "$out")" "0 2" "debug information that is cut at $cut"
done

# --- debuginfod -----------------------------------------------------------------------

if ls /usr/lib/*/libdebuginfod.so.1 > /dev/null 2>&1; then
	rm -r "$KWATCH_DEBUG"
	mkdir -p "$dir/www/buildid/ab000001"
	cp "$dir/vmlinux" "$dir/www/buildid/ab000001/debuginfo"
	python3 -u - "$dir/www" > "$dir/port" << 'PYTHON' &
import http.server, os, sys
os.chdir(sys.argv[1])
handler = http.server.SimpleHTTPRequestHandler
handler.log_message = lambda *arguments: None
server = http.server.HTTPServer(("127.0.0.1", 0), handler)
print(server.server_port)
server.serve_forever()
PYTHON
	server=$!
	wait_for test -s "$dir/port"
	port=$(cat "$dir/port")
	export DEBUGINFOD_URLS=http://127.0.0.1:$port DEBUGINFOD_CACHE_PATH=$dir/cache
	run report -e "$dir/cap"
	is "$(grep -c ' fakelines.c:[0-9]' <<< "$out")" 3 "a report asks debuginfod"
	rm -r "$dir/cache"
	export KWATCH_NOTES=$dir/notes
	run tail
	is "$(grep -c ' fakelines.c:[0-9]' <<< "$out")" 0 "who follows hits does not wait for it"
	kill $server
	wait $server 2> /dev/null
	rm -rf "$dir/cache"
	run report -e "$dir/cap"
	is "$status $(grep -cF "$plain" <<< "$out")" "0 2" "a server that is gone is no failure"
else
	pass "debuginfod # SKIP no libdebuginfod"
fi
done_testing
