#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Files of another user, read by root's client: one that is cut short, one that is
# written to, and one whose debug information inflates to much.

. "$(dirname "$0")/lib.sh"

[ "$(id -u)" = 0 ] || skip_all "only root has files of other users to read"
export KWATCH_PROC=/proc
cat > "$dir/lib.c" << 'EOF'
int lib_first(int a) { return a + 1; }
int lib_second(int a) { return a + 2; }
EOF
cat > "$dir/prog.c" << 'EOF'
#include <dlfcn.h>
#include <stdio.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	void *lib = dlopen(argv[1], RTLD_NOW);

	printf("%d %p %p\n", getpid(), dlsym(lib, "lib_first"), dlsym(lib, "lib_second"));
	fflush(stdout);
	pause();
	return argc;
}
EOF
"${CC:-gcc}" -o "$dir/prog" "$dir/prog.c" -ldl || fail "the program builds"

# begin LIB: a program that has it, and a client that follows; sets $first, $second
begin() {
	chown 65534 "$1"
	rm -f "$dir/say" "$KWATCH_DIR/hits_raw"
	"$dir/prog" "$1" > "$dir/say" &
	program=$!
	wait_for test -s "$dir/say" || fail "the program starts"
	read -r program first second < "$dir/say"
	# Names are of records from after the program began.
	now=$(awk '{ printf "%.0f", $1 * 1000000000 + 3600000000000 }' /proc/uptime)
	mkfifo "$KWATCH_DIR/hits_raw"
	exec 9<> "$KWATCH_DIR/hits_raw"
	"$kwatch" tail > "$dir/out" 2> "$dir/err" &
	client=$!
	seq=0
}
# hit ADDRESS: by that function, and wait until it is shown
hit() {
	seq=$((seq + 1))
	echo "hit watch=1 cpu=1 time=$((now + seq)) seq=$seq pid=$program comm=prog flags=0x2000 u=$(printf 0x%x $(($1 + 1)))" |
		"$mkstream" >&9
	wait_for grep -q "seq=$seq\$" "$dir/out"
	wait_for eval "[ \$(grep -c '^ => 0x\|^ => [a-z]' $dir/out) -ge $seq ]" || fail "the hit is shown"
}
end() {
	kill -INT "$client"
	wait "$client"
	is "$? $(grep -c ERROR "$dir/err")" "0 0" "$1: the client lives to its end"
	kill "$program"
	wait "$program" 2> "$dir/null"
}
frame() { grep -v '<user>' "$dir/out" | grep '^ => ' | sed -n "$1p"; }

build() { "${CC:-gcc}" -shared -fPIC -g -O1 "$@" -o "$dir/lib.so" "$dir/lib.c"; }

build
begin "$dir/lib.so"
hit "$first"
like "$(frame 1)" '^ => lib_first\+0x1/0x[0-9a-f]+ \[lib.so\] lib.c:1$' "a function of a file of another user"
: > "$dir/lib.so"
hit "$second"
like "$(frame 2)" "^ => 0x[0-9a-f]+ \[lib.so\]\$|^ => 0x[0-9a-f]+\$" "no name of a file that was cut short since"
end "cut short"

build
begin "$dir/lib.so"
hit "$first"
printf x | dd of="$dir/lib.so" bs=1 seek=5000 conv=notrunc 2> "$dir/null"
hit "$second"
like "$(frame 2)" "^ => 0x[0-9a-f]+" "no name of a file that was written to since"
end "written to"

# 300 MB of zeros, in some 300 KB
printf '.section .debug_macro\n.fill 314572800,1,0\n.section .note.GNU-stack\n' > "$dir/zeros.s"
build -gz=none "$dir/zeros.s"
objcopy --compress-debug-sections=zlib "$dir/lib.so"
begin "$dir/lib.so"
hit "$first"
like "$(frame 1)" '^ => lib_first\+0x1/0x[0-9a-f]+ \[lib.so\]$' "of a file with too much debug information, the symbols"
is "$(cat "$dir/err")" "kwatch: $dir/lib.so: its debug information takes too much memory: only its symbols are used" \
	"is said once"
hit "$second"
peak=$(sed -n 's/^VmHWM:[^0-9]*\([0-9]*\) kB/\1/p' "/proc/$client/status")
ok "and it took $((peak / 1024)) MB" [ "$peak" -lt 262144 ]
end "too much"

done_testing
