#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The DKMS route: what "make install" hands over builds, through dkms itself,
# for the kernel under test.  In trees of its own, so that nothing of the
# machine changes.

. "$(dirname "$0")/tap.sh"

command -v dkms > /dev/null || skip_all "dkms is not installed"
env=$(scripts/kernel "${KWATCH_K:-6.1-amd64}") || exit 1
eval "$env"
[ "$KARCH" = amd64 ] || skip_all "dkms builds for the machine it runs on"

version=$(make -s version)
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
mkdir -p "$tmp/tree"

# Where it finds no key, dkms makes one, in /var/lib/dkms unless told.
export mok_signing_key=$tmp/mok.key mok_certificate=$tmp/mok.pub

run_dkms() {
	local verb=$1
	shift
	dkms "$verb" -m kwatch -v "$version" --dkmstree "$tmp/tree" --sourcetree "$tmp/usr/src" \
		--kernelsourcedir "$KDIR" "$@"
}

ok "make install-source" make install-source DESTDIR="$tmp"
ok "dkms add" run_dkms add
build() {
	run_dkms build -k "$KVER" && return
	tail -n 15 "$tmp"/tree/kwatch/"$version"/build/make.log
	return 1
}
ok "dkms build for $KVER" build
for ko in kwatch trampolines; do
	is "$(find "$tmp/tree" -path "*/$KVER/*" -name "$ko.ko*" | wc -l)" 1 "$ko.ko comes out"
done
is "$(find "$tmp/tree" -path "*/$KVER/*" -name '*.ko*' | wc -l)" 2 "and nothing else"

refused=$(run_dkms build -k 5.4.0-99-amd64 2>&1)
like "$refused" 'does not match this kernel' "dkms refuses a kernel older than 5.10"

# A kernel without debug registers: the same headers with one option less.
cp -rs "$KDIR" "$tmp/kdir" 2>/dev/null
rm -f "$tmp/kdir/.config"
sed 's/^CONFIG_HAVE_HW_BREAKPOINT=y/# &/' "$KDIR/.config" > "$tmp/kdir/.config"
refused=$(KDIR=$tmp/kdir run_dkms build -k 6.0.0-1-amd64 2>&1)
like "$refused" 'does not match this kernel' "and one without hardware breakpoints"
done_testing
