# SPDX-License-Identifier: GPL-2.0
# vm: timeout=60
#
# kwatch looks at watched bytes itself, from time to time and when a watch is
# made: that is nobody's hit.

load
ctl_ok "rw8 kwtest_word unseen=20 name=rw"
ctl_ok "r8 kwtest_static unseen=20 name=r"
ctl_ok "rw8 kwtest:kwtest_percpu unseen=20 name=percpu"
# Time for dozens of looks; the kernel's own clock says when it is over.
until=$(($(uptime_ms) + 1500))
over() { [ "$(uptime_ms)" -gt $until ]; }
wait_for 10 over
is "$(sed 's/.*hits=\([0-9]*\).*/\1/' $KW/ctl | tr '\n' ' ')" "0 0 0 " "the check for unseen writers is no hit"
# A second watch on the same bytes, which a machine may refuse. By address: to
# look a name up, the kernel itself reads what is there.
ctl "w8 $(addr kwtest_word)" && ctl "-$(last_id)"
like "$ERR" '^(EOPNOTSUPP|)$' "one more on the same bytes may be had or not"
ctl_ok "off rw"
ctl_ok "on rw"
ctl_err EINVAL "w8 $(addr kwtest_word)@0"
is "$(sed 's/.*hits=\([0-9]*\).*/\1/' $KW/ctl | tr '\n' ' ')" "0 0 0 " "nor is to make, arm or refuse one"
is "$(hits)" 0 "hits has none"
run store8 5
run load8 5
run load8 5 var=static
run store8 5 var=percpu
is "$(sed 's/.*hits=\([0-9]*\).*/\1/' $KW/ctl | tr '\n' ' ')" "10 5 5 " "others' accesses are counted to the one"
stats_add_up "stats add up"
done_testing
