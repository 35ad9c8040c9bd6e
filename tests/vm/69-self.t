# SPDX-License-Identifier: GPL-2.0
# vm: timeout=120
#
# The client's own accesses are filtered: of 20 hits all are others'.

load
while :; do
	cat /proc/uptime > /dev/null
	usleep 20000
done &
reader=$!
timeout 80 kwatch x vfs_read -c 20 > /tmp/out 2> /tmp/err
kill $reader
is "$(grep -c seq= /tmp/out) $(grep -c '^ *kwatch-' /tmp/out)" "20 0" "kwatch x vfs_read: of 20 hits all are others'"
like "$(tail -n 1 /tmp/err)" '20 hits shown, ' "and are counted"
done_testing
