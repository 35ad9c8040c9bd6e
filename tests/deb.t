#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The Debian packages, in a Debian that knows nothing of kwatch: they build,
# install, boot with the watches of /etc/kwatch.d armed, and purge without a
# trace.

. "$(dirname "$0")/tap.sh"

key=${KWATCH_K:-6.1-amd64}
[ "$(id -u)" = 0 ] || skip_all "only root can make a root file system"
env=$(scripts/kernel "$key") || exit 1
eval "$env"
[ "$KARCH" = "$(dpkg --print-architecture)" ] || skip_all "packages are built for the machine they are built on"
wants "debhelper=builds the packages" "dh-dkms=builds kwatch-dkms" "lintian=checks the packages" \
	"debootstrap=makes the Debian that they are installed in" || skip_all "$wanted"

dir=build/$key-deb
rm -rf "$dir"
mkdir -p "$dir"/{share,log}
dir=$PWD/$dir

# --- build ---------------------------------------------------------------------------

ok "make deb" make -s deb
rm -f build/deb/*dbgsym*
cp build/deb/*.deb "$dir/share/"
version=$(make -s version)
is "$(cd "$dir/share" && echo *.deb)" "kwatch-dkms_${version}_all.deb kwatch_${version}_$KARCH.deb libkwatch-dev_${version}_$KARCH.deb libkwatch0_${version}_$KARCH.deb" "four packages"
is "$(lintian --allow-root --fail-on error,warning --suppress-tags initial-upload-closes-no-bugs "$dir"/share/*.deb 2>&1)" "" "lintian has nothing to say"

# --- install -------------------------------------------------------------------------

in_root() { scripts/clean-root "$key" "$dir" "$@"; }
traces() { (cd "$dir/root" && find . -path ./share -prune -o \( -name '*kwatch*' -o -name 'trampolines.ko*' \) -print | grep -v '^./kwatch-root$' | sort); }

install() {
	in_root sh -c 'apt-get -q update && apt-get -q install -y --no-install-recommends /share/*.deb' > "$dir/log/install" 2>&1 ||
		{ tail -n 20 "$dir/log/install"; return 1; }
}
if ! ok "they install" install; then
	done_testing
	exit
fi
like "$(in_root dkms status)" "^kwatch/.*, $KVER, .*: installed\$" "DKMS has built the modules"
for file in usr/bin/kwatch usr/share/man/man1/kwatch.1.gz usr/share/man/man4/kwatch.4.gz \
	usr/share/man/man3/libkwatch.3.gz lib/udev/rules.d/60-kwatch.rules \
	usr/share/bash-completion/completions/kwatch lib/systemd/system/kwatch.service \
	"lib/modules/$KVER/updates/dkms/kwatch.ko" "lib/modules/$KVER/updates/dkms/trampolines.ko"; do
	ok "/$file" test -e "$dir/root/$file"
done
like "$(in_root kwatch version)" "^kwatch $version, ABI" "the client runs"
printf '#include <stdio.h>\n#include <libkwatch.h>\nint x; int main(void) { return kwatch_watch(&x, sizeof(x), KWATCH_WRITE) < 0 ? 77 : 0; }\n' > "$dir/share/own.c"
in_root sh -c 'cd /share && gcc -Wall -Werror -o own own.c -lkwatch && ./own' > "$dir/log/own" 2>&1
is "$?$(cat "$dir/log/own")" 77 "a program is compiled with libkwatch, and finds no kwatch here"
is "$(systemd-analyze verify --man=no --root="$dir/root" kwatch.service 2>&1 | grep kwatch)" "" "systemd takes the unit"

# --- boot ------------------------------------------------------------------------------

cat > "$dir/root/etc/kwatch.d/test.conf" << 'CONF'
# at boot
w8 jiffies summary name=boot
w8 trampolines:trampolines name=later
CONF
cat > "$dir/root/etc/systemd/system/check.service" << 'UNIT'
[Unit]
After=kwatch.service
[Service]
Type=oneshot
ExecStart=/bin/sh /check
ExecStopPost=/bin/systemctl poweroff -ff
UNIT
# The last of it is written when the port is closed.
cat > "$dir/root/check" << 'CHECK'
stty -F /dev/ttyS1 raw -echo
{
	echo "state: $(systemctl is-active kwatch.service) $(systemctl is-enabled kwatch.service)"
	systemctl status --no-pager kwatch.service
	kwatch list
	modprobe trampolines
	kwatch list
	kwatch doctor
	timeout 60 kwatch tail --journal --count 3
	journalctl --sync
	journalctl -o json --output-fields=MESSAGE,KWATCH_FUNCTION,KWATCH_SPEC,PRIORITY KWATCH_TYPE=hit
} > /dev/ttyS1 2>&1
CHECK
ln -sf ../check.service "$dir/root/etc/systemd/system/multi-user.target.wants/check.service"
ln -sf lib/systemd/systemd "$dir/root/init"
printf '%s\n' "$env" > "$dir/env"
# What compiles is not needed any more, and is most of it.
(cd "$dir/root" && find . \( -path ./usr/src -o -path ./usr/include -o -path './usr/lib/gcc*' -o -path ./usr/share/doc \
	-o -path ./usr/share/locale -o -path ./usr/share/perl -o -path './usr/lib/*/perl*' -o -path ./var/cache -o -path ./var/lib/apt \
	-o -path ./share -o -name '*.a' -o -name 'lto*' \) -prune -o -print |
	cpio -o -H newc --quiet -R 0:0) > "$dir/initrd"
# As scripts/vm-prove: some boots are lost to the emulator.
for try in 1 2 3; do
	scripts/vm -k "$key" -d "$dir" -t 240 -m 2G -l "$dir/log/console" \
		systemd.unit=multi-user.target > "$dir/log/boot" 2> "$dir/log/qemu"
	grep -q '^state: ' "$dir/log/boot" && break
	diag "the machine died before kwatch was looked at (boot $try of 3)"
done
said=$(tr -d '\r' < "$dir/log/boot")
like "$said" '^state: active enabled$' "kwatch.service has run"
like "$said" '^ +1 +armed .* w8 jiffies.*name=boot' "the watch of /etc/kwatch.d is armed"
like "$said" '^ +2 +pending .*name=later$' "and the other waits for its module"
like "$said" '^ +2 +armed .*name=later$' "which comes"
like "$said" '^ok      module       .*, loaded, ' "the doctor has found the module"
none "and nothing broken" "$(grep '^BROKEN' <<< "$said")"
like "$said" '"KWATCH_FUNCTION":"tl_write"' "journald has the hits, with their fields"
is "$(grep -c '^{.*"KWATCH_SPEC":"w8 trampolines:trampolines name=later"' <<< "$said")" 3 "as many as there were"
is "$(scripts/console-faults "$dir/log/console")" "" "the kernel log is clean"

# --- purge -------------------------------------------------------------------------------

rm -r "$dir/root/etc/kwatch.d/test.conf" "$dir/root/check" "$dir/root/init" \
	"$dir/root/etc/systemd/system/check.service" "$dir/root/etc/systemd/system/multi-user.target.wants/check.service"
in_root apt-get -q purge -y kwatch kwatch-dkms libkwatch0 libkwatch-dev > "$dir/log/purge" 2>&1
is "$?" 0 "they purge"
is "$(traces; grep kwatch "$dir/root/etc/group")" "" "and leave no trace"
rm -rf "$dir/root" "$dir/initrd"
done_testing
