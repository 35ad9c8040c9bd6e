# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# For tests of the client without a module: a directory of files that look
# like the module's, and the client built with the sanitizers.  Sourced by
# tests/client/*.t.

. "$(dirname "${BASH_SOURCE[0]}")/../tap.sh"

here=$top/tests/client
kwatch=$top/build/asan/kwatch
mkdir -p "$top/build/asan"

build() {
	make -s -C tools BUILD=../build/asan \
		CFLAGS="-O1 -g -fsanitize=address,undefined -fno-sanitize-recover=all" || return
	[ build/asan/mkstream -nt tests/client/mkstream.c ] ||
		"${CC:-gcc}" -O1 -Wall -Wextra -Iinclude -o build/asan/mkstream tests/client/mkstream.c
}

# Several tests may want it at once.
{
	flock 9
	if ! build > build/asan/log 2>&1; then
		diag "$(cat build/asan/log)"
		fail "the client builds"
		done_testing
	fi
} 9> "$top/build/asan/.lock"

# shellcheck disable=SC2034
mkstream=$top/build/asan/mkstream

dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
export KWATCH_DIR=$dir/kwatch KWATCH_KALLSYMS=$here/kallsyms.txt KWATCH_MODULES=/dev/null
# Whose process 108 is here, is none of a stream's business.
export KWATCH_PROC=/dev/null KWATCH_KCORE=/dev/null
export UBSAN_OPTIONS=print_stacktrace=1 LC_ALL=C.UTF-8
mkdir "$KWATCH_DIR"

# fresh: a module with nothing in it
fresh() {
	rm -rf "$KWATCH_DIR"
	mkdir -p "$KWATCH_DIR"
	printf 'version: 0.0.0\nabi: 2\n' > "$KWATCH_DIR/stats"
	: > "$KWATCH_DIR/ctl"
	: > "$KWATCH_DIR/error_log"
	: > "$KWATCH_DIR/hits_raw"
}
fresh

# run ARG...: the client; sets $out, $err, $status
# shellcheck disable=SC2034
run() {
	"$kwatch" "$@" > "$dir/out" 2> "$dir/err" < /dev/null
	status=$?
	out=$(cat "$dir/out")
	err=$(cat "$dir/err")
}

# golden FILE NAME: $out is what tests/client/FILE has.  With KWATCH_GOLDEN=write
# in the environment it is written instead, to be read before it is committed.
golden() {
	[ "${KWATCH_GOLDEN:-}" != write ] || printf '%s\n' "$out" > "$here/$1"
	is "$out" "$(cat "$here/$1")" "$2"
}

# wait_for CMD...: until CMD succeeds, ten seconds at most
wait_for() {
	local i
	for ((i = 0; i < 200; i++)); do
		"$@" > /dev/null 2>&1 && return
		sleep 0.05
	done
	return 1
}
