# SPDX-License-Identifier: GPL-2.0
# vm: timeout=90
#
# until=free: the last record is who freed the object, and then the watch is gone.

load
modprobe kwmem
M=/sys/kernel/debug/kwmem
for what in object cached; do
	at=$(awk -v n=$what '$1 == n { print $2 }' $M/addr)
	ctl_ok "w8 $at+8 until=free name=$what"
	id=$(last_id)
	ctl_ok "w8 $at name=start-$what"
	echo $what > $M/use
	echo $what > $M/free
	gone() { ! grep -q "name=$what " $KW/ctl; }
	ok "$what: the watch goes when the object is freed" wait_for 5 gone
	last=$(grep -A8 "ended: its object was freed by .* watch=$id" $KW/hits)
	diag "$last"
	like "$last" 'ended: its object was freed by [a-z]+-[0-9]+ watch=' "$what: and says who"
	like "$last" '^ => kwmem_free_it\+' "$what: and from where, first of all the caller"
	is "$(grep -c " watch=$id seq=" $KW/hits)" 0 "$what: what the allocator writes then is no hit"
	ctl_ok "-start-$what"
done
ctl_err EINVAL "w8 kwtest_word until=free" "not for what is in no slab"
is "$(stat_of slots_used)" 0 "the slots are free"

# A machine full of frees: other objects do not matter, and rmmod waits.
ctl_ok "w8 $(addr kwtest_heap) until=free"
i=0
while [ $i -lt 50 ]; do
	cat $KW/ctl > /dev/null
	i=$((i + 1))
done
is "$(stat_of slots_used)" 1 "frees of other objects leave it alone"
ctl_ok clear
done_testing
