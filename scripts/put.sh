# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# shellcheck disable=SC2154
#
# Sourced after kernel_row, with $root and $out set: programs for a guest's file
# system, with the libraries that they are linked with.

native=$(dpkg --print-architecture)

# put_libraries PROGRAM: what it is linked with, nothing if it is static
put_libraries() {
	local lib from=/usr/lib/${cc%-gcc*}
	if [ "$arch" = "$native" ]; then
		{ ldd "$1" 2>/dev/null || true; } | { grep -oE '/[^ ]+' || true; } | sort -u | while read -r lib; do
			mkdir -p "$root$(dirname "$lib")"
			cp -L "$lib" "$root$lib"
		done
		return
	fi
	mkdir -p "$root$from"
	readelf -d "$1" | sed -n 's/.*(NEEDED).*\[\(.*\)\]$/\1/p' | while read -r lib; do
		if [ ! -e "$root$from/$lib" ] && [ -e "$cache/roots/$tools$from/$lib" ]; then
			cp -L "$cache/roots/$tools$from/$lib" "$root$from/"
			put_libraries "$root$from/$lib"
		fi
	done
	readelf -l "$1" | sed -n 's/.*program interpreter: \(.*\)\]$/\1/p' | while read -r lib; do
		mkdir -p "$root$(dirname "$lib")"
		cp "$cache/roots/$tools$from/${lib##*/}" "$root$lib"
	done
}

# put_program FILE: into /usr/bin, with the libraries it wants
put_program() {
	if [ "$arch" != "$native" ]; then
		with_tools "$out" -- "${cc%gcc*}strip" -o "$root/usr/bin/${1##*/}" "$1"
	else
		strip -o "$root/usr/bin/${1##*/}" "$1"
	fi
	put_libraries "$1"
}
