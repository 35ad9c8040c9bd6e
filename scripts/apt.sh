# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# shellcheck disable=SC2154
#
# Sourced with $suite and $arch set: apt on package lists of our own, for those
# two.  Needs no root and changes nothing of the machine's own apt.

# apt_uris: every archive that the machine's own apt fetches from, a line each,
# also those in the lists of mirrors that "mirror+file:/PATH" names
apt_uris() {
	local list parts files
	eval "$(apt-config shell list Dir::Etc::sourcelist/f parts Dir::Etc::sourceparts/d)"
	files=$(cat "$list" "$parts"/*.list "$parts"/*.sources 2>/dev/null | sed 's/#.*//') || true
	{
		printf '%s\n' "$files"
		grep -oE 'mirror[+]file:[^[:space:]]+' <<< "$files" | sed 's,^mirror[+]file:/*,/,' | sort -u |
			while read -r list; do cat "$list" 2>/dev/null || true; done
	} | grep -oE 'https?://[^[:space:]]+' | grep -v snapshot | sed 's,/*$,,'
}

# find_mirrors: set mirror and mirror_security, where Debian's packages come from
find_mirrors() {
	local uris
	uris=$(apt_uris) || true
	mirror=${KWATCH_MIRROR:-$(grep -m 1 '/debian$' <<< "$uris")} || true
	[ -n "$mirror" ] ||
		die "apt's sources name no Debian mirror to fetch kernels from; say one: KWATCH_MIRROR=http://HOST/debian"
	mirror=${mirror%/}
	mirror_security=$(grep -m 1 '/debian-security$' <<< "$uris") || true
	# The archive of security updates lies beside the archive itself.
	[ -n "$mirror_security" ] && [ -z "${KWATCH_MIRROR:-}" ] || mirror_security=${mirror%/*}/debian-security
}
find_mirrors

apt_conf() {
	local base=${suite%-backports}

	aptdir=$cache/apt/$suite-$arch
	mkdir -p "$aptdir"/state/lists/partial "$aptdir"/cache/archives/partial
	[ -e "$aptdir/status" ] || : > "$aptdir/status"
	local signed="[arch=$arch signed-by=/usr/share/keyrings/debian-archive-keyring.gpg]"
	{
		printf 'deb %s %s %s main\n' "$signed" "$mirror" "$base"
		[ "$base" = "$suite" ] || printf 'deb %s %s %s main\n' "$signed" "$mirror" "$suite"
		[ "$base" = sid ] ||
			printf 'deb %s %s %s-security main\n' "$signed" "$mirror_security" "$base"
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
