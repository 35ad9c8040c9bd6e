# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# shellcheck disable=SC2154
#
# Sourced with $suite and $arch set: apt on package lists of our own, for those
# two.  Needs no root and changes nothing of the machine's own apt.

# uri ARCHIVE: where the machine's own apt has it from; nothing if it has not
uri() {
	grep -rhoE "https?://[^ ]+/$1/?( |\$)" /etc/apt/sources.list /etc/apt/sources.list.d 2>/dev/null |
		grep -v snapshot | head -n 1 | tr -d ' '
}

# mirror ARCHIVE: the same, or beside the archive that every Debian has
mirror() {
	local at
	at=$(uri "$1") || true
	[ -n "$at" ] || at=$(uri debian | sed "s,/debian/*\$,/$1,") || true
	[ -n "$at" ] || die "no Debian mirror is named in /etc/apt/sources.list or sources.list.d, so there is nowhere to fetch a kernel from"
	printf '%s\n' "$at"
}

apt_conf() {
	local base=${suite%-backports}

	aptdir=$cache/apt/$suite-$arch
	mkdir -p "$aptdir"/state/lists/partial "$aptdir"/cache/archives/partial
	[ -e "$aptdir/status" ] || : > "$aptdir/status"
	local signed="[arch=$arch signed-by=/usr/share/keyrings/debian-archive-keyring.gpg]"
	{
		printf 'deb %s %s %s main\n' "$signed" "$(mirror debian)" "$base"
		[ "$base" = "$suite" ] || printf 'deb %s %s %s main\n' "$signed" "$(mirror debian)" "$suite"
		[ "$base" = sid ] ||
			printf 'deb %s %s %s-security main\n' "$signed" "$(mirror debian-security)" "$base"
	} > "$aptdir/sources.list"
}
apt_conf

apt_opts() {
	# Backports have to be asked for by name; elsewhere naming the release
	# would rank it above its own security updates.
	[ "$suite" = "${suite%-backports}" ] || printf '%s\n' -o "APT::Default-Release=$suite"
	printf '%s\n' -o "Dir::State=$aptdir/state" -o "Dir::State::status=$aptdir/status" \
		-o "Dir::Cache=$aptdir/cache" -o "Dir::Etc::SourceList=$aptdir/sources.list" \
		-o Dir::Etc::SourceParts=- -o Dir::Etc::PreferencesParts=- -o Dir::Etc::Preferences=- \
		-o "APT::Architecture=$arch" -o "APT::Architectures=$arch" \
		-o APT::Sandbox::User=root -o Acquire::Languages=none -o Acquire::Retries=3
}

apt_get() {
	local opts
	mapfile -t opts < <(apt_opts)
	apt-get "${opts[@]}" -q "$@"
}

# apt_depends PACKAGE PATTERN: its direct dependencies whose names match.
apt_depends() {
	local opts
	mapfile -t opts < <(apt_opts)
	apt-cache "${opts[@]}" depends --important "$1" 2>/dev/null |
		awk -v p="^$2" '$1 == "Depends:" && $2 ~ p { print $2 }' | tr '\n' ' '
}

# apt_version PACKAGE: the version that would be installed
apt_version() {
	local opts
	mapfile -t opts < <(apt_opts)
	apt-cache "${opts[@]}" policy "$1" 2>/dev/null | awk '$1 == "Candidate:" && $2 != "(none)" { print $2 }'
}

# apt_update: fetch the package lists; mirrors have bad minutes.
apt_update() {
	local try
	for try in 1 2 3; do
		if apt_get update > "$aptdir/update.log" 2>&1; then
			return 0
		fi
		sleep $((try * 2))
	done
	return 1
}

# apt_names PREFIX: all packages of the suite whose names start so
apt_names() {
	local opts
	mapfile -t opts < <(apt_opts)
	apt-cache "${opts[@]}" pkgnames "$1" 2>/dev/null
}

# apt_native: from here on, packages of this machine's own architecture
apt_native() {
	local native
	native=$(dpkg --print-architecture)
	[ "$arch" != "$native" ] || return 0
	arch=$native
	apt_conf
	apt_update
}
