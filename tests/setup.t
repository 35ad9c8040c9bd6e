#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Setting up on machines that are not like this one: where apt's packages come
# from, what is said when something is missing, what works without.

. "$(dirname "$0")/tap.sh"

tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

# --- the mirror -----------------------------------------------------------------

# mirrors_of [NAME=VALUE...]: "MIRROR SECURITY" by the sources in $tmp/apt, or what is said
mirrors_of() {
	printf 'Dir::Etc::sourcelist "%s/sources.list";\nDir::Etc::sourceparts "%s/sources.list.d";\n' "$tmp/apt" "$tmp/apt" > "$tmp/apt.conf"
	env APT_CONFIG="$tmp/apt.conf" KWATCH_CACHE="$tmp/cache" "$@" bash -c '
		. scripts/common.sh
		suite=bookworm arch=amd64
		. scripts/apt.sh
		echo "$mirror $mirror_security"' 2>&1
}
sources() {
	rm -rf "$tmp/apt"
	mkdir -p "$tmp/apt/sources.list.d" "$tmp/mirrors"
	cat > "$tmp/apt/$1"
}

sources sources.list << 'END'
# deb http://commented.example/debian bookworm main
deb [arch=amd64] http://one.example/debian/ bookworm main
deb http://sec.example/debian-security bookworm-security main
END
is "$(mirrors_of)" "http://one.example/debian http://sec.example/debian-security" "sources.list, without its comments"
sources sources.list.d/debian.sources << 'END'
Types: deb
URIs: http://two.example/debian
Suites: bookworm
Components: main
END
is "$(mirrors_of)" "http://two.example/debian http://two.example/debian-security" \
	"a .sources file; security updates lie beside the archive"
sources sources.list.d/debian.sources << END
Types: deb
URIs: mirror+file://$tmp/mirrors/debian.list
Suites: bookworm

Types: deb
URIs: mirror+file:$tmp/mirrors/security.list
Suites: bookworm-security
END
printf 'http://three.example/debian/\tpriority:1\n' > "$tmp/mirrors/debian.list"
printf 'http://three.example/debian-security\n' > "$tmp/mirrors/security.list"
is "$(mirrors_of)" "http://three.example/debian http://three.example/debian-security" \
	"mirror+file:, as Debian's cloud images have it"
is "$(mirrors_of KWATCH_MIRROR=http://mine.example/debian/)" "http://mine.example/debian http://mine.example/debian-security" \
	"KWATCH_MIRROR comes before all of them"
sources sources.list << 'END'
deb http://archive.example/ubuntu jammy main
END
is "$(mirrors_of)" "kwatch: apt's sources name no Debian mirror to fetch kernels from; say one: KWATCH_MIRROR=http://HOST/debian" \
	"a machine with another distribution's: one sentence, nothing after it"
is "$(mirrors_of KWATCH_MIRROR=http://mine.example/debian)" "http://mine.example/debian http://mine.example/debian-security" \
	"and what the sentence says helps"

# --- packages -------------------------------------------------------------------

# A machine like this one, but for some commands.
mkdir "$tmp/bin"
ln -s /usr/bin/* /bin/* /usr/sbin/* /usr/local/bin/* "$tmp/bin/" 2> /dev/null
rm -f "$tmp"/bin/{dpkg,apt}*
without_dpkg() { PATH=$tmp/bin "$@" 2>&1; }

is "$(without_dpkg scripts/need gcc=why make=why libc6-dev=why)" "" "without dpkg: what is there is found by what it provides"
mkdir "$tmp/include"
out=$(without_dpkg scripts/need libnosuch-dev=why kwatch-no-such-program=it) && fail "and what is not there is missed"
is "$out" "kwatch: needs libnosuch-dev: why
kwatch: needs kwatch-no-such-program: it
kwatch: install what brings them, by your distribution's names" "and what is not there is named"
out=$(without_dpkg env CC="gcc -nostdinc" scripts/need client) && fail "headers are missed"
like "$out" '^kwatch: needs jansson.h: the client prints JSON with it$' "a library by its header"
out=$(without_dpkg make demo | grep -v "^make")
is "$(head -n 1 <<< "$out")" "kwatch: VMs are made of Debian's packages, and this machine has no apt-get and dpkg to unpack them" \
	"VMs are said to need Debian's packages"
is "$(grep -c '^kwatch:' <<< "$out")" 1 "and nothing more is said"

# apt's own reason is given, not a guess of ours.
printf '#!/bin/sh\necho "E: the mirror burns"\nexit 100\n' > "$tmp/apt-get"
printf '#!/bin/sh\nexit 1\n' > "$tmp/dpkg-query"
printf '#!/bin/sh\n[ "$2" = make ] && [ -e "%s/lists" ]\n' "$tmp" > "$tmp/apt-cache"
chmod +x "$tmp/apt-get" "$tmp/apt-cache" "$tmp/dpkg-query"
out=$(PATH=$tmp:$PATH scripts/need kwatch-no-such=why 2>&1)
if [ "$(id -u)" = 0 ]; then
	like "$out" '^E: the mirror burns$' "apt's own words"
	is "$(tail -n 1 <<< "$out")" "kwatch: could not install kwatch-no-such" "and what could not be installed"
else
	is "$(tail -n 1 <<< "$out")" "kwatch: packages are missing; as root: apt-get install kwatch-no-such" "what root would type"
fi
is "$(PATH=$tmp:$PATH scripts/need -n kwatch-no-such=why 2>&1)" "kwatch: needs kwatch-no-such: why
kwatch: packages are missing; as root: apt-get install kwatch-no-such" "make alone installs nothing"
: > "$tmp/lists"
is "$(PATH=$tmp:$PATH scripts/need -n kwatch-no-such=why 2>&1 | tail -n 1)" \
	"kwatch: apt knows no kwatch-no-such here; Debian 12 or newer has what kwatch needs" "nor names what cannot be installed"
rm "$tmp/lists"

# A test's own package.
is "$(PATH=$tmp:$PATH KWATCH_INSTALL='' scripts/run-test tests/client/top.t 2>&1)" \
	"1..0 # SKIP kwatch: packages are missing; as root: apt-get install tmux" "a test skips by its package's name"
[ "$(id -u)" != 0 ] || is "$(PATH=$tmp:$PATH KWATCH_INSTALL=1 scripts/run-test tests/client/top.t 2>&1)" \
	"1..0 # SKIP kwatch: could not install tmux" "which continuous integration installs"

# Also where the caller asks for the status, and bash would go on.
out=$(PATH=$tmp:$PATH bash -c '. scripts/common.sh; if ! need vm 6.1-amd64; then echo refused; fi' 2>&1)
is "$(tail -n 1 <<< "$out")" refused "a need that is not met is a failure"
like "$(tail -n 2 <<< "$out")" '^kwatch: (could not install|packages are missing; as root: apt-get install)' "of which nothing else is said"

# --- long tests -----------------------------------------------------------------

out=$(scripts/test -n)
like "$out" '^tests/setup.t$' "make test runs this one"
unlike "$out" '^tests/roots.t$' "and none that is marked long"
is "$(scripts/test -n tests/roots.t)" tests/roots.t "unless it is named"
is "$(scripts/test -n tests/unit 2>&1)" "kwatch: no such test: tests/unit" "what is no test is said"

# --- without kernel headers -----------------------------------------------------

mkdir "$tmp/tree"
git ls-files -z | xargs -0 cp --parents -t "$tmp/tree"
out=$(make -C "$tmp/tree" KDIR="$tmp/none" CFLAGS=-O0 2>&1)
is "$?" 0 "make builds without kernel headers"
ok "and the client is there" "$tmp/tree/build/kwatch" help
like "$out" "^kwatch: built the client alone: there are no kernel headers in $tmp/none" "and says what is not"
out=$(make -C "$tmp/tree" modules KDIR="$tmp/none" 2>&1) && fail "make modules fails"
like "$out" "^kwatch: no kernel headers in $tmp/none: install linux-headers" "make modules names the package"

# --- the samples, as README says -------------------------------------------------

if wants "g++=compiles a sample"; then
	out=$(make -C "$tmp/tree/tests/samples" 2>&1)
	is "$?" 0 "make -C tests/samples, in a tree that is not installed" || diag "$out"
	ok "and they find the tree's library" sh -c "! ldd $tmp/tree/build/samples/reuse | grep 'not found'"
else
	skip 2 "$wanted"
fi
done_testing
