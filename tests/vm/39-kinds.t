# SPDX-License-Identifier: GPL-2.0
# vm: timeout=60
#
# What a name stands for is another kind of variable after its module has come again:
# one, one for each CPU, and one again.

load
has_data_symbols || skip_all "this kernel has no names of data"
ko=/lib/modules/$(uname -r)/extra
sed 's/kwt_kind_b/kwt_kind_a/g' $ko/kwt_kind_b.ko > /tmp/percpu.ko
plain() { insmod $ko/kwt_kind_a.ko; }
percpu() { insmod /tmp/percpu.ko; }
# hits_are N DESC: the watch is armed, and has had N hits
hits_are() { is "$(watch_of "$id" state) $(watch_of "$id" hits)" "armed $1" "$2"; }

watch "w8 kwt_kind_a:kwt_kind_var"
plain
hits_are 1 "one variable"
rmmod kwt_kind_a
percpu
hits_are 2 "one for each CPU"
rmmod kwt_kind_a
plain
hits_are 3 "one again"

# Off while it changes.
for kind in percpu plain; do
	ctl_ok "off $id"
	rmmod kwt_kind_a
	$kind
	ctl_ok "on $id"
	is "$(watch_of "$id" state)" armed "on again, now that it is $kind"
done
rmmod kwt_kind_a

# It could not be armed when its module came, for all slots were taken.
for i in 0 8 16 24; do ctl_ok "w8 kwtest_word+$i"; done
expect_dmesg "watch $id could not be armed"
percpu
is "$(watch_of "$id" state)" failed "no slot was left"
ctl_ok "-$(last_id)"
ctl_ok "on $id"
is "$(watch_of "$id" state)" armed "on, now that there is one"
rmmod kwt_kind_a
percpu
hits_are 4 "and it counts when the module comes again"
taskset 1 rmmod kwt_kind_a

# No memory for the values of each CPU.
plain
ctl_ok "off $id"
rmmod kwt_kind_a
percpu
insmod $ko/kwt_fail.ko call=__alloc_percpu,__alloc_percpu_gfp,pcpu_alloc_noprof from=kwatch_plan_place ret=0
ctl_err ENOMEM "on $id"
at_least "$(cat /sys/module/kwt_fail/parameters/failed)" 1 "there was none"
is "$(watch_of "$id" state)" off "and nothing has changed"
rmmod kwt_fail
ctl_ok "on $id"
is "$(watch_of "$id" state)" armed "now there is"
ctl_ok clear
rmmod kwt_kind_a
done_testing
