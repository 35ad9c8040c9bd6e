# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# shellcheck disable=SC2154
#
# Sourced by scripts/kernel: a kernel that is built here, from the source
# package that the row of scripts/kernels names and the fragments
# tests/matrix/base.config and KEY.config.  Its build directory is also what modules are
# built against.

# lines_missing FRAGMENT CONFIG: what was asked for and is not so
lines_missing() {
	grep -E '^(CONFIG_|# CONFIG_.* is not set)' "$1" | while read -r line; do
		case $line in
		# Options that an option removes are not even "not set".
		'# '*) ! grep -q "^$(cut -d' ' -f2 <<< "$line")=" "$2" || echo "$line" ;;
		*=n) ! grep -q "^${line%=n}=" "$2" || echo "$line" ;;
		*) grep -qxF "$line" "$2" || echo "$line" ;;
		esac
	done
}

fetch_source() {
	local pkg=${image#source:} fragment=$dir/config
	local ver stamp root src missing

	"$top/scripts/need" "make=builds the kernel" "$cc=compiles the kernel" "bison=the kernel's configuration" \
		"flex=the kernel's configuration" "bc=the kernel's build" "libelf-dev=the kernel's objtool" \
		"libssl-dev=the kernel's build" "xz-utils=the kernel's source is packed with it" >&2

	say "looking for the newest $pkg of Debian $suite"
	apt_get update > "$aptdir/update.log" 2>&1 || true
	ver=$(apt_version "$pkg")
	[ -n "$ver" ] || keep "apt finds no $pkg in Debian $suite"
	cat "$top/tests/matrix/base.config" "$top/tests/matrix/$key.config" > "$fragment"
	# One build for each version and configuration.
	stamp=$ver-$(sha256sum < "$fragment" | cut -c1-8)
	root=$dir/$stamp
	src=$root/src
	if [ ! -e "$root/complete" ]; then
		say "fetching the source of Linux $ver (about 140 MB)"
		rm -rf "$root"
		mkdir -p "$root/deb" "$src"
		(cd "$root/deb" && apt_get download "$pkg" > ../fetch.log 2>&1) || {
			tail -n 3 "$root/fetch.log" >&2
			rm -rf "$root"
			keep "could not download $pkg"
		}
		dpkg-deb --fsys-tarfile "$root"/deb/*.deb |
			tar -x -O --wildcards './usr/src/linux-source-*.tar.xz' |
			tar -x -J -C "$src" --strip-components=1
		rm -rf "$root/deb"

		say "configuring and building it (some minutes, once; log in $root/build.log)"
		quiet "$root/config.log" make -C "$src" CC="$cc" tinyconfig
		(cd "$src" && quiet "$root/config.log" ./scripts/kconfig/merge_config.sh -m .config "$fragment")
		quiet "$root/config.log" make -C "$src" CC="$cc" olddefconfig
		missing=$(lines_missing "$fragment" "$src/.config")
		[ -z "$missing" ] || die "the kernel's configuration does not take these lines of $fragment: $missing"
		quiet "$root/build.log" make -C "$src" CC="$cc" "$parallel" bzImage modules
		# Objects are nine tenths of it and modules need none of them.
		find "$src" -name '*.o' -not -path '*/scripts/*' -not -path '*/tools/*' -delete
		rm -f "$src"/vmlinux "$src"/vmlinux.*
		touch "$root/complete"
	fi
	# Files, not the release, tell kernels apart in the cache.
	answer "$stamp" "$src/arch/x86/boot/bzImage" "$src" "$(make -s -C "$src" kernelrelease)"
}
