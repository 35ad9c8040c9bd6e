# SPDX-License-Identifier: GPL-2.0
# vm: timeout=180
#
# When watched memory goes, the watch says so, whatever memory it is and however it
# is freed: with until=free that is its last record, else it goes on.

load
modprobe kwgone
G=/sys/kernel/debug/kwgone
at() { awk -v n="$1" '$1 == n { print $2 }' $G/addr; }
free_it() { echo "$1" > $G/free; }
again() { echo "$1" > $G/again; }
# said ID: its line in hits that says that its memory went, and the stack
said() { awk -v w=" watch=$1\$" '/^#/ { on = $0 ~ w && /(freed|unmapped)/ } on && /^(#| =>)/' $KW/hits; }
# was_said ID: for wait_for
was_said() { [ -n "$(said "$1")" ]; }

# ends WAY WHY: the watch $id, until=free, of what goes in that way
ends() {
	ok "$1: the watch ends" wait_for 30 is_gone "$id"
	like "$(said "$id" | head -n 1)" "ended: $2 by init-[0-9]+ watch=$id\$" "$1: and says why and who"
	like "$(said "$id")" '^ => kwgone_free_it\+' "$1: and from where"
	like "$(grep -E " watch=$id( |\$)" $KW/hits | tail -n 1)" " ended: " "$1: with its last record"
}

# --- until=free ---------------------------------------------------------------------

for way in kfree sensitive cache bulk cachebulk; do
	watch "w8 $(at $way)+8 until=free"
	free_it $way
	ends $way "its object was freed"
done
# On most kernels some seconds after the call.
watch "w8 $(at rcu)+8 until=free"
rcu=$id
watch "w8 $(at rcusleep)+8 until=free"
free_it rcu
free_it rcusleep
ends rcusleep "kfree_rcu\(\) freed its object"
id=$rcu
ends rcu "kfree_rcu\(\) freed its object"
watch "w8 $(at large)+40000 until=free"
free_it large
ends large "its object was freed"
watch "w8 $(at pages)+4104 until=free"
free_it pages
ends pages "its memory was freed"
watch "w8 $(at vmalloc)+8 until=free"
free_it vmalloc
ends vmalloc "its memory was (freed|unmapped)"
watch "w8 $(at vmap)+8 until=free"
free_it vmap
ends vmap "its memory was unmapped"
watch "w8 $(at percpu)+8 until=free"
free_it percpu
ends percpu "its memory was freed"

again percpu
watch "w8 percpu:$(at pointer)+8 until=free"
free_it percpu
ends percpu "its memory was freed"

# Of another object, on the page before.
again kfree
neighbour=$(at neighbour)
if [ $((neighbour)) != 0 ]; then
	watch "w8 $neighbour+8 until=free"
	neighbour=$id
	free_it neighbour
	watch "w8 $(at kfree)+8 until=free"
	free_it kfree
	ends kfree "its object was freed"
	is "$(watch_of "$neighbour" state)" armed "an object on the page before was freed: that is another"
	ctl_ok "-$neighbour"
else
	skip 8 "no object was made on the page before another"
fi

# Where the kernel does not show the free: between which times.
again percpu
again vmap
plus8() { printf '0x%x' $(($(at "$1") + 8)); }
watch "w8 $(plus8 percpu) until=free"
free_it percpu
again percpu
ok "per-CPU memory, by an address inside: it ends when it is used again" wait_for 10 is_gone "$id"
like "$(said "$id")" "ended: its memory was freed between [0-9.]+ and [0-9.]+ watch=$id\$" "and says between which times"
watch "w8 $(plus8 vmap) until=free"
free_it vmap
ok "vunmap(), by an address inside" wait_for 10 is_gone "$id"
like "$(said "$id")" "ended: its memory was unmapped between [0-9.]+ and [0-9.]+ watch=$id\$" "and says between which times"
is "$(stat_of slots_used)" 0 "the slots are free"

ctl_err EINVAL "w8 kwtest_word until=free" "a module's variable is not freed by itself"
ctl_err EINVAL "w8 $(addr kwtest_word) until=free" "nor by its address"

# --- without ------------------------------------------------------------------------

for way in kfree pages vmalloc; do again $way; done
watch "w8 $(at kfree)"
plain=$id
watch "w8 $(at pages)"
pages=$id page=$(at pages)
watch "w8 $(at vmalloc)"
for way in kfree pages vmalloc; do free_it $way; done
ok "not until=free: it says so" wait_for 10 was_said "$plain"
like "$(said "$plain" | head -n 1)" ": its object was freed by init-[0-9]+; the watch goes on watch=$plain\$" "who"
like "$(said "$plain")" '^ => kwgone_free_it\+' "and from where"
ok "pages" wait_for 10 was_said "$pages"
ok "vmalloc" wait_for 10 was_said "$id"
is "$(watch_of "$plain" state) $(watch_of "$pages" state) $(watch_of "$id" state)" \
	"armed armed armed" "and goes on"
n=$(watch_of "$pages" hits)
echo "$page" > $G/store
at_least "$(watch_of "$pages" hits)" $((n + 1)) "whoever uses the memory now"
again kfree
is "$(grep -c "the watch goes on watch=$plain\$" $KW/hits)" 1 "it says so once"
ctl_ok "off $plain"
ctl_ok "on $plain" "and is armed anew"
ctl_ok clear
stats_add_up "stats add up"
if [ -x /usr/bin/kwatch ]; then
	is "$(kwatch tail --no-follow --all | grep '^#.*\(freed\|unmapped\)')" "$(grep '^#.*\(freed\|unmapped\)' $KW/hits)" "the client says it in the same words"
fi
ok "the module goes while its probes are placed" rmmod kwatch
rmmod kwgone
done_testing
