# SPDX-License-Identifier: GPL-2.0
# vm: skip_on=[0-9a-z.-]*arm64 udev is of this machine
# vm: programs=udev:udevadm
#
# Who may open /dev/kwatch, by the udev rule that "make install" installs.

[ -e /proc/net/unix ] || skip_all "udev wants sockets, which this kernel has not"
printf 'root:x:0:\nkwatch:x:4711:user\n' > /etc/group
printf 'root:x:0:0::/:/bin/sh\n' > /etc/passwd
mkdir -p /run/udev
ln -s "$(command -v udevadm)" /tmp/systemd-udevd
/tmp/systemd-udevd > /tmp/udev 2>&1 &
wait_for 20 test -S /run/udev/control
mode() { stat -c '%a %g' /dev/kwatch 2>&1; }
is_now() { [ "$(mode)" = "$1" ]; }

modprobe kwatch
udevadm settle
ok "by default it is for the group" wait_for 10 is_now "660 4711"
rmmod kwatch
udevadm settle
modprobe kwatch dev_mode=0666
udevadm settle
is "$(mode)" "666 0" "dev_mode= is not overruled"
rmmod kwatch
udevadm settle
udevadm control --exit
wait
diag "$(cat /tmp/udev)"
done_testing
