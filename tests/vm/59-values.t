# SPDX-License-Identifier: GPL-2.0
# vm: timeout=200
#
# What a hit says of its value: which bytes, and that a value is not known.

load

# The page is not there when the watch is armed (x86), or the handler cannot know what
# the instruction stores (arm64): no filter may take the value for 0.
victim
for options in "changed" "if old == 5 || new == 5" "if !(old == 0 && new == 0)"; do
	watch "w8 $word pid=$pid name=v $options"
	do_it store 1
	ctl_ok "off v"
	do_it drop
	ctl_ok "on v"
	do_it zero 1
	is "$(watch_of $id hits) $(stat_of "watch$id.filtered")" "2 1" \
		"$options: a hit with an unknown value passes"
	like "$(heads $KW/hits | tail -n 1)" " w8 $word: (\\? -> 0x0|0x0 -> \\?) watch=$id seq=2" \
		"and says that it is unknown"
	ctl_ok "-v"
done
done_testing
