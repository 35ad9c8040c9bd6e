# SPDX-License-Identifier: GPL-2.0
#
# Others have kwatch's names: the folder of debugfs, the trace system, the module.

dir=/lib/modules/$(uname -r)/extra
modprobe kwtest

# --- the folder and the trace system ------------------------------------------------

modprobe kwt_taken
dmesg -c > /dev/null
ok "kwatch loads beside them" modprobe kwatch
if has_data_symbols; then
	like "$(dmesg)" "kwatch: debugfs has a folder kwatch of another owner \(kwt_taken_word \[kwt_taken\]\): kwatch's files are in /proc/kwatch" \
		"the load says whose the folder is"
else
	like "$(dmesg)" "kwatch: debugfs has a folder kwatch of another owner \(.*\): kwatch's files are in /proc/kwatch" \
		"the load says that the folder has another owner"
fi
unlike "$(dmesg)" "already present" "debugfs itself has nothing to say"
if [ -d /sys/kernel/tracing/events ] || mount -t tracefs none /sys/kernel/tracing; then
	like "$(dmesg)" "kwatch: the trace system kwatch has events of module kwt_taken, too" "and whose the trace system is"
	is "$(cd /sys/kernel/tracing/events/kwatch && echo */format)" "hit/format kwt_taken/format" "which has both"
else
	skip 2 "no tracefs"
fi
KW=/proc/kwatch
ctl_ok "w8 kwtest_word stack=2"
run store8 5
is "$(hits)" 5 "hits are counted"
if [ -x /usr/bin/kwatch ]; then
	is "$(kwatch list | grep -c kwtest_word)" 1 "the client finds its own files"
else
	skip 1 "no client for this architecture"
fi
rmmod kwatch
is "$(ls /sys/kernel/debug/kwatch)" ctl "the other's folder stays"
rmmod kwt_taken
dmesg -c > /dev/null
ok "it loads" modprobe kwatch
ok "and has the folder again" test -e /sys/kernel/debug/kwatch/hits_raw
is "$(dmesg | grep -c 'another owner\|too$')" 0 "with nothing to say"
rmmod kwatch

# --- the module's name ---------------------------------------------------------------

if [ ! -x /usr/bin/kwatch ]; then
	skip 5 "no client for this architecture"
	done_testing
	exit
fi
# The name is in the file twice, with zeros behind it.
cp "$dir/kwt_named.ko" /tmp/other.ko
strings -t d "$dir/kwt_named.ko" | sed -n 's/^ *\([0-9]*\) \(name=\)*kwt_named$/\1 \2/p' | while read -r at what; do
	printf '%skwatch\0\0\0' "$what" | dd of=/tmp/other.ko bs=1 seek="$at" conv=notrunc 2> /dev/null
done
mv "$dir/kwatch.ko" /tmp/kwatch.ko
cp /tmp/other.ko "$dir/kwatch.ko"
is "$(kwatch list 2>&1)" "kwatch: the kwatch module is not loaded, and modprobe finds another of that name: kwatch doctor" \
	"another's file is in the place of kwatch's"
like "$(kwatch doctor)" "^BROKEN  module       not loaded; modprobe finds another module of the name: /lib/modules/.*/extra/kwatch.ko$" \
	"the doctor says which"
ok "another module is loaded" modprobe kwatch
is "$(kwatch list 2>&1)" "kwatch: another module called kwatch is loaded: rmmod kwatch, then modprobe this one" "commands say so"
like "$(kwatch doctor)" "^BROKEN  module       another module called kwatch is loaded" "and the doctor"
rmmod kwatch
mv /tmp/kwatch.ko "$dir/kwatch.ko"
done_testing
