# SPDX-License-Identifier: GPL-2.0
# vm: timeout=180
#
# A hit keeps the names of its time: its module's, when that is gone and another
# lies at its address; and its watch's, whose number goes to no other watch
# while a record refers to it.

load ring_kb=64
view_settle

# --- a module's code ---------------------------------------------------------------

ctl_ok "w8 kwtest_word"
view_come kwview_a init=1 exit=1
view_store kwview_a 2
cat $KW/hits > /tmp/before
ok "another module comes to the address of one that went" view_swap
view_store kwview_b 2
cat $KW/hits > /tmp/after
like "$(cat /tmp/before)" '^ => kwview_a_store\+0x[0-9a-f]+/0x[0-9a-f]+ \[kwview_a\]$' "the first module's store, by name"
done_testing
