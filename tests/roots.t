#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# host: long
#
# From nothing to a running kwatch on each Debian: fresh roots, in which a clone of
# the tree is built, shown, packaged, installed and tested, by a user and by root.
# Debian 12 and 13 have the sources of Debian's cloud images (mirror+file:).
#
# KWATCH_ROOTS="SUITE..." takes only these.  What a root cannot show: make install's
# kernel is the machine's, whose headers the Debian in the root seldom has.

. "$(dirname "$0")/tap.sh"

[ "$(id -u)" = 0 ] || skip_all "only root can make a root file system"
command -v debootstrap > /dev/null || skip_all "debootstrap is not installed"
suites=${KWATCH_ROOTS:-bullseye bookworm trixie sid}
# shellcheck disable=SC2034 # for apt.sh
suite=bookworm arch=$(dpkg --print-architecture)
mirror=$(. scripts/apt.sh > /dev/null 2>&1 && echo "$mirror") || skip_all "no mirror to make a root from"
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

# fresh SUITE: a root that has nothing but Debian's minimum, in the cache
fresh() {
	local root=$cache/roots/fresh-$1
	[ ! -d "$root" ] || return 0
	mkdir -p "$cache/roots"
	rm -rf "$root.new"
	debootstrap --variant=minbase "$1" "$root.new" "$mirror" > "$root.log" 2>&1 && mv "$root.new" "$root"
}

# sources SUITE: apt's, as the images of that Debian have them
sources() {
	local etc=$root/etc/apt
	case $1 in
	bookworm | trixie)
		rm -f "$etc/sources.list"
		mkdir -p "$etc/mirrors"
		echo "$mirror" > "$etc/mirrors/debian.list"
		echo "$mirror-security" > "$etc/mirrors/debian-security.list"
		printf 'Types: deb\nURIs: mirror+file:///etc/apt/mirrors/%s.list\nSuites: %s\nComponents: main\nSigned-By: /usr/share/keyrings/debian-archive-keyring.gpg\n\n' \
			debian "$1 $1-updates $1-backports" debian-security "$1-security" > "$etc/sources.list.d/debian.sources"
		;;
	*) echo "deb $mirror $1 main" > "$etc/sources.list" ;;
	esac
	# A mirror of sid that stood still for some days will do.
	echo 'Acquire::Check-Valid-Until "false";' > "$etc/apt.conf.d/90test"
}

# as USER COMMAND: in the tree of the root; what it says goes to $out
as() {
	local home=/home/someone
	[ "$1" != root ] || home=/root
	# shellcheck disable=SC2016
	out=$(unshare --mount --propagation private --pid --fork sh -ec '
		mount -t proc proc "$1/proc"
		mount --rbind /dev "$1/dev"
		exec chroot --userspec="$2:$2" "$1" /usr/bin/env -i HOME="$3" KWATCH_PATIENCE=10 LC_ALL=C.UTF-8 \
			PATH=/usr/sbin:/usr/bin:/sbin:/bin sh -c "cd \"\$HOME/kwatch\" && $4"' \
		sh "$root" "$1" "$home" "$2" 2>&1 < /dev/null)
}

# works USER COMMAND DESC
works() {
	if as "$1" "$2"; then
		pass "$suite, $1: $3"
	else
		fail "$suite, $1: $3"
		diag "$(tail -n 20 <<< "$out")"
	fi
}

# refused USER COMMAND ERE DESC: it fails, and its last sentence is that, but for make's
refused() {
	as "$1" "$2" && fail "$suite, $1: $4: it fails"
	like "$(grep -v '^make' <<< "$out" | tail -n 1)" "$3" "$suite, $1: $4"
}

for suite in $suites; do
	if ! fresh "$suite"; then
		skip 1 "no Debian $suite: $(tail -n 1 "$cache/roots/fresh-$suite.log")"
		continue
	fi
	root=$tmp/$suite
	cp -a "$cache/roots/fresh-$suite" "$root"
	sources "$suite"
	cp /etc/resolv.conf "$root/etc/"
	chroot "$root" useradd -m someone
	git clone -q --no-hardlinks . "$root/root/kwatch"
	cp -r "$root/root/kwatch" "$root/home/someone/kwatch"
	chroot "$root" chown -R someone: /home/someone
	# make and a package list are where set-up begins.
	if ! as root "apt-get -q update && apt-get -q install -y --no-install-recommends make"; then
		fail "$suite: make can be installed"
		diag "$(tail -n 5 <<< "$out")"
		continue
	fi

	# --- a user, who lacks packages and is told which -----------------------------
	packages='^kwatch: (packages are missing; as root: apt-get install .+|apt knows no .+)$'
	refused someone "make" "$packages" "make names the packages"
	refused someone "make demo" "$packages" "make demo, too"
	refused someone "make deb" "$packages" "make deb, too"
	refused someone "make test T=tests/client/man.t" "$packages" "make test, too"
	refused someone "make install" '^kwatch: only root can install modules: sudo make install$' "make install is for root"

	if [ "$suite" = bullseye ]; then
		refused root "make demo" '^kwatch: apt knows no .*gcc-12.*Debian 12 or newer' "make demo says that it cannot"
		rm -rf "$root"
		continue
	fi

	# --- root, for whom they are installed ------------------------------------------
	works root "make demo" "make demo"
	like "$out" 'tl_write' "$suite, root: and it shows the hits"
	works root "make" "make"
	works root "make deb" "make deb"
	works root "make test T=\"tests/client/man.t tests/vm/00-kwtest.t\"" "make test"
	as root "make install" &&
		like "$out" '^kwatch: installed; try: modprobe kwatch' "$suite, root: make install" ||
		like "$(grep -v '^make' <<< "$out" | tail -n 1)" "^kwatch: (could not install|apt knows no) .*linux-headers-" \
			"$suite, root: make install names the headers"
	works root "make -s -C tools/libkwatch install && apt-get -q install -y --no-install-recommends pkg-config libzstd-dev liblzma-dev libbz2-dev &&
		printf '#include <libkwatch.h>\nint main(void) { return kwatch_watch(0, 0, 0) < 0 ? 0 : 1; }\n' > /tmp/own.c &&
		gcc -static -o /tmp/own /tmp/own.c \$(pkg-config --cflags --libs --static libkwatch) && /tmp/own" \
		"pkg-config --static libkwatch links"

	# --- the user, with root's packages ---------------------------------------------
	works someone "make" "make"
	works someone "make deb" "make deb"
	works someone "make demo" "make demo"
	rm -rf "$root"
done
done_testing
