# SPDX-License-Identifier: GPL-2.0
# vm: timeout=120
#
# The client's own accesses are filtered: of 200 hits all are others'.

load
while :; do
	read -r _ < /proc/uptime
	usleep 20000
done &
reader=$!
timeout 80 kwatch x vfs_read -c 200 > /tmp/out 2> /tmp/err
kill $reader
is "$(grep -c seq= /tmp/out) $(grep -c '^ *kwatch-' /tmp/out)" "200 0" "kwatch x vfs_read: of 200 hits all are others'"
like "$(tail -n 1 /tmp/err)" '200 hits shown, ' "and are counted"
done_testing
