# SPDX-License-Identifier: GPL-2.0
# vm: timeout=90
#
# Targets in modules that come and go: the watch goes with the module, or waits
# for it and is armed before its init runs.

load ring_kb=1024
gone_line() { grep -cE "^# .*$1.*(ended|gone|unloaded)" $KW/hits; }

# --- a watch that knows no module -------------------------------------------------

ctl_ok "w8 kwtest_word"
ctl_ok "w8 $(addr kwtest_static)"
ctl_ok "w4 panic_timeout"
run store8 3
run store8 4 var=static
ok "the module goes while it is watched" rmmod kwtest
is "$(sed 's/  #.*//' $KW/ctl)" "w4 panic_timeout" "its watches go with it, others stay"
is "$(gone_line kwtest_word)" 1 "hits says so"
like "$(grep '^#' $KW/hits)" 'w8 kwtest_word\+0x0.* its module was unloaded.* watch=1$' "which, why"
like "$(grep '^#' $KW/hits)" 'w8 0x[0-9a-f]+.* its module was unloaded.* watch=2$' "an address in its memory, too"
is "$(hits)" 7 "its hits stay"
is "$(stat_of cpu0.hits)" "$((7 - $(stat_of cpu1.hits)))" "and are counted"
ctl_ok clear
ctl_err ENOENT "w8 kwtest_word" "ENOENT: its symbols are gone"

# --- pending ------------------------------------------------------------------------

ctl_ok "w8 kwtest:kwtest_word name=word"
ctl_ok "x kwtest:kwtest_func"
is "$(sed 's/ hits=.*//' $KW/ctl)" "w8 kwtest:kwtest_word name=word  # id=$(($(last_id) - 1)) state=pending
x kwtest:kwtest_func  # id=$(last_id) state=pending" "of a module that is not there: pending"
is "$(stat_of slots_used)" 0 "which takes no slot"
ctl_err EEXIST "w8 kwtest:kwtest_word"
modprobe kwtest
word=$(($(last_id) - 1)) func=$(last_id)
is "$(watch_of $word state) $(watch_of "$func" state)" "armed armed" "armed when the module comes"
run store8 5
run call 6
is "$(watch_of $word hits) $(watch_of "$func" hits)" "5 6" "they count"
run_bg store8 threads=2
hit_much() { [ "$(watch_of $word hits)" -gt 1000 ]; }
wait_for 20 hit_much
ok "the module goes under fire" rmmod kwtest
is "$(watch_of $word state) $(watch_of "$func" state)" "pending pending" "they wait again"
hits=$(watch_of $word hits)
is "$(gone_line kwtest:kwtest_word)" 1 "hits says so"
modprobe kwtest
run store8 5
is "$(watch_of $word hits)" $((hits + 5)) "and go on counting when it comes again"
like "$(heads $KW/hits | tail -n 5 | head -n 1)" ': 0x0 -> 0x1 watch=' "the value was looked at anew"
ctl_ok clear

# --- before init ----------------------------------------------------------------------

ctl_ok "w8 kwt_late:kwt_late_word name=late"
modprobe kwt_late
is "$(watch_of "$(last_id)" hits)" 5 "all five stores of the module's init"
is "$(heads $KW/hits | tail -n 5 | sed 's/.*: \(0x.* -> 0x[^ ]*\) .*/\1/' | tr '\n' ',')" \
	"0x0 -> 0x1,0x1 -> 0x2,0x2 -> 0x3,0x3 -> 0x4,0x4 -> 0x5," "from the first on"
like "$(tail -n 12 $KW/hits)" '^ => kwt_late_(store|init)\+0x.* \[kwt_late\]$' "by name"
like "$(tail -n 12 $KW/hits)" '^ => do_one_initcall\+0x' "called from the module loader"
rmmod kwt_late
# insmod tries again in another way when init fails.
before=$(watch_of "$(last_id)" hits)
nok "a module whose init fails" modprobe kwt_late fail=1 2> /dev/null
stored=$(($(watch_of "$(last_id)" hits) - before))
is $((stored > 0 && stored % 5 == 0)) 1 "has stored, five times an attempt"
is "$(watch_of "$(last_id)" state)" pending "and the watch waits for a better one"
modprobe kwt_late
is "$(watch_of "$(last_id)" hits)" $((before + stored + 5)) "which comes"
rmmod kwt_late

# Off while its module comes and goes.
ctl_ok "off late"
modprobe kwt_late
is "$(watch_of "$(last_id)" state)" off "one that is off is not armed"
ctl_ok "on late"
is "$(watch_of "$(last_id)" state)" armed "but can be, when the module is there"
rmmod kwt_late
is "$(watch_of "$(last_id)" state)" pending "it waits"
ctl_ok "off late"
ctl_ok "on late"
is "$(watch_of "$(last_id)" state)" pending "and waits on"
modprobe kwt_late
is "$(watch_of "$(last_id)" state)" armed "until it comes"
ctl_ok "off late"
rmmod kwt_late
is "$(watch_of "$(last_id)" state)" off "one that is off stays off when it goes"
ctl_ok "-late"

# Named as modprobe lets you name it.
ctl_ok "w8 kwt-late:kwt_late_word"
modprobe kwt_late
is "$(watch_of "$(last_id)" state) $(watch_of "$(last_id)" hits)" "armed 5" "kwt-late is kwt_late"
rmmod kwt_late
ctl_ok clear

# No symbol of that name when the module has come.
ctl_ok "w8 kwt_late:nosuch"
modprobe kwt_late
isnt "$(watch_of "$(last_id)" state)" armed "a module without that symbol"
rmmod kwt_late
ctl_ok clear

# More wait than there are slots: the first four get them, the fifth says so.
for i in 0 8 16 24 32; do ctl_ok "w8 kwt_late:kwt_late_word+$i"; done
modprobe kwt_late
is "$(grep -c state=armed $KW/ctl) $(grep -c state=failed $KW/ctl)" "4 1" "five watches wait for four slots"
ok "the kernel log names the fifth" dmesg_has 'kwatch: watch [0-9]+ could not be armed: No slot left'
rmmod kwt_late
is "$(grep -c state=pending $KW/ctl)" 5 "all wait again when it goes"
ctl_ok clear

# Per-CPU variables of a module.
ctl_ok "w8 kwtest:kwtest_percpu"
run store8 4 var=percpu threads=2
rmmod kwtest
is "$(watch_of "$(last_id)" state)" pending "a module's per-CPU variable"
modprobe kwtest
run store8 4 var=percpu threads=2
is "$(watch_of "$(last_id)" hits)" 16 "comes back as one"
stats_add_up "stats add up"
if [ -x /usr/bin/kwatch ]; then
	kwatch tail --no-follow --all > /tmp/client
	cat $KW/hits > /tmp/module
	is "$(grep '^#' /tmp/client)" "$(grep '^#' /tmp/module)" "the client says it in the same words"
fi
done_testing
