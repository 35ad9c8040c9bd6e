# SPDX-License-Identifier: GPL-2.0
# vm: timeout=90
#
# The demo target: allowed stores are filtered, the others recorded, to the one;
# and it unloads at any time.

modprobe kwatch ring_kb=1024
kw_find
modprobe trampolines period_ms=1
P=/sys/module/trampolines/parameters
# entry LIST N: element N of a parameter that is an array
entry() { cut -d, -f"$(($2 + 1))" $P/"$1"; }
pause() {
	echo 1000000 > $P/period_ms
	# Its next store may be under way: done when two looks agree.
	while :; do
		now="$(cat $P/allowed $P/unallowed)"
		usleep 50000
		[ "$now" != "$(cat $P/allowed $P/unallowed)" ] || break
	done
}

pause
i=0
base=
while [ $i -lt 4 ]; do
	ctl_ok "w8 trampolines+$((i * 8))"
	base="$base $(entry allowed $i) $(entry unallowed $i)"
	i=$((i + 1))
done
rmmod trampolines
ctl_ok clear

# From its first store on: pending, armed before its init runs.
i=0
while [ $i -lt 4 ]; do
	ctl_ok "w8 trampolines:trampolines+$((i * 8))"
	i=$((i + 1))
done
first=$(($(last_id) - 3))
modprobe trampolines period_ms=1
many() { [ "$(entry allowed 0)" -gt 20 ] && [ "$(entry unallowed 3)" -gt 20 ]; }
ok "it stores" wait_for 30 many
pause
i=0
while [ $i -lt 4 ]; do
	id=$((first + i))
	is "$(stat_of watch$id.recorded) $(stat_of watch$id.filtered) $(stat_of watch$id.suppressed)" \
		"$(entry unallowed $i) $(entry allowed $i) 0" \
		"entry $i: unallowed stores are recorded, allowed ones filtered"
	is "$(hits " watch=$id ")" "$(entry unallowed $i)" "entry $i: hits has the unallowed ones"
	i=$((i + 1))
done
cat $KW/hits > /tmp/hits
is "$(grep -c '^ => tl_write+.* \[trampolines\]$' /tmp/hits)" "$(heads /tmp/hits | wc -l)" "each by tl_write"
is "$(grep -c 'tl_write_allowed' /tmp/hits)" 0 "none through tl_write_allowed"
is "$(heads /tmp/hits | grep -c '^ *tl_writer-')" "$(heads /tmp/hits | wc -l)" "all by its thread"
# An entry flips between two values; what was filtered changed it, too, and the
# next old value knows.
is "$(heads /tmp/hits | grep -vcE ': (0x0|0xd61f0000|0xd61f0020) -> 0xd61f00[02]0 ')" 0 "with its values"
is "$(heads /tmp/hits | awk '$(NF - 4) == $(NF - 2)' | wc -l)" 0 "each changes the value"
stats_add_up "stats add up"

# --- unload, at any time -------------------------------------------------------------

failed=0
for i in 1 2 3 4 5 6 7 8 9 10; do
	rmmod trampolines || failed=$((failed + 1))
	modprobe trampolines period_ms=$((i % 3)) allowed_percent=$((i * 10)) || failed=$((failed + 1))
done
is $failed 0 "ten times unloaded and loaded"
ok "it holds kwatch" eval '! rmmod kwatch 2> /dev/null'
ok "unloads while all of its entries are watched" rmmod trampolines
is "$(grep -c state=pending $KW/ctl)" 4 "they wait for it"
ctl_ok clear
modprobe trampolines period_ms=1 allowed_percent=100
ctl_ok "w8 trampolines"
all_allowed() { [ "$(stat_of "watch$(last_id).filtered")" -gt 20 ]; }
wait_for 20 all_allowed
is "$(stat_of "watch$(last_id).recorded")" 0 "allowed_percent=100: nothing to report"
nok "nothing slept while it must not" dmesg_has 'scheduling while atomic|sleeping function'
done_testing
