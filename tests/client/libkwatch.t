#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# libkwatch as it is installed: by pkg-config, from C and C++, shared and static.
# What it does is for tests/vm/56-libkwatch.t.

. "$(dirname "$0")/../tap.sh"
wants "g++=compiles what uses libkwatch" "pkg-config=finds libkwatch" \
	"man-db=reads its man page" "libzstd-dev=a static libdw needs it" \
	"liblzma-dev=a static libdw needs it" "libbz2-dev=a static libdw needs it" ||
	skip_all "$wanted"

dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
prefix=$dir/usr
ok "it installs" make -s -C tools/libkwatch install BUILD="$dir/build" PREFIX="$prefix"
export PKG_CONFIG_PATH=$prefix/lib/pkgconfig

functions=$(sed -n 's/^	\(kwatch_.*\);$/\1/p' tools/libkwatch/libkwatch.map | LC_ALL=C sort)
is "$(nm -D --defined-only "$prefix/lib/libkwatch.so" | sed -n 's/.* T \(.*\)@@.*/\1/p' | LC_ALL=C sort)" \
	"$functions" "the shared library has its functions"
is "$(nm -D --defined-only "$prefix/lib/libkwatch.so" | grep -c ' [^TA] ')" 0 "and nothing else"
ar p "$prefix/lib/libkwatch.a" libkwatch.o > "$dir/libkwatch.o"
is "$(nm -g --defined-only "$dir/libkwatch.o" | sed -n 's/.* T //p' | LC_ALL=C sort)" \
	"$functions" "the static one too"
is "$(sed -n 's/^[a-z].*[ *]\(kwatch_[a-z_]*\)(.*/\1/p' include/libkwatch.h | LC_ALL=C sort)" \
	"$functions" "which the header declares"
none "the man page is well-formed" "$(man --warnings -l "$prefix/share/man/man3/libkwatch.3" 2>&1 >"$dir/man")"
missing=''
for function in $functions $(grep -oE '\bKWATCH_REPORT_[A-Z]+	' include/libkwatch.h); do
	grep -q "$function" "$dir/man" || missing+="$function "
done
none "and has them all" "$missing"

# The example of the man page.
sed -n '/^\.SH EXAMPLES/,/^\.EE/ { /^\./d; s/\\e/\\/g; p; }' tools/libkwatch/libkwatch.3 > "$dir/example.c"
cp "$dir/example.c" "$dir/example.cc"
says=$(
	cd "$dir" || exit
	for build in "gcc -Wall -Wextra -Werror -pedantic" "gcc -Wall -Werror -std=c99" "g++ -x c++ -Wall -Wextra -Werror -pedantic"; do
		for how in "" --static; do
			# Words.
			# shellcheck disable=SC2046,SC2086
			$build $([ -z "$how" ] || echo -static) -o example example.c -x none \
				$(pkg-config --cflags --libs $how libkwatch) "-Wl,-rpath,$prefix/lib" 2> err ||
				cat err
			./example 2>&1 && echo "no module, and it works?"
		done
	done
)
if [ -e /dev/kwatch ]; then
	pass "# SKIP this machine has /dev/kwatch"
else
	is "$says" "$(yes "There is no /dev/kwatch: is the kwatch module loaded?" | head -n 6)" \
		"its example builds in C, C99 and C++, shared and static"
fi
ok "it goes" make -s -C tools/libkwatch uninstall PREFIX="$prefix"
none "without a trace" "$(find "$prefix" -type f -o -type l)"
done_testing
