# SPDX-License-Identifier: GPL-2.0
# vm: timeout=120
#
# "ended" is the last record of a watch, whatever ends it; and what allow= names
# comes and goes with its module.

load

# last_is ID WHY DESC: the last line of hits that is about a watch
last_is() {
	like "$(grep -E " watch=$1( |\$)" $KW/hits | tail -n 1)" "^# .* ended: $2( by [^ ]*)? watch=$1\$" "$3"
}
# fire SPEC: a watch as $id that is hit all the time, more than it can record
fire() {
	watch "$1"
	wait_for 20 is_over "$id"
}
is_over() { [ "$(stat_of "watch$1.suppressed")" -gt 100 ]; }
ended() { grep -qE "ended: .* watch=$1\$" $KW/hits; }

run_bg store8 threads=2
fire "w8 kwtest_word rate=200/s"
ctl_ok "-$id"
last_is "$id" "it was removed" "removed by its number"
fire "w8 kwtest_word rate=200/s"
ctl_ok clear
last_is "$id" "it was removed" "by clear"
fire "w8 kwtest_word rate=200/s limit=50"
ok "limit=: it ends" wait_for 20 ended "$id"
last_is "$id" "its limit was reached" "by its limit"
ctl_ok clear

exec 7> $KW/ctl
echo "w8 kwtest_word rate=200/s until=close" >&7
id=$(last_id)
wait_for 20 is_over "$id"
exec 7>&-
last_is "$id" "the file that made it was closed" "by its file"

# Off most of the time, so that there is a gap to tell at the end.
fire "w8 kwtest:kwtest_word rate=1/s"
pending=$id
watch "w8 kwtest_word+8"
ok "the module goes under fire" rmmod kwtest
last_is "$pending" "its module was unloaded" "by its module, waiting for it"
last_is "$id" "its module was unloaded" "by its module, for good"
modprobe kwtest
ctl_ok clear

victim
watch "w8 $word pid=$pid rate=200/s"
echo bg >&8
wait_for 20 is_over "$id"
kill -9 "$pid"
wait_for 20 ended "$id"
last_is "$id" "its task ended" "by the end of its process"
exec 8>&-
wait

# What a module's init was in is freed when it has run.
watch "x kwt_late:kwt_late_init"
modprobe kwt_late
is "$(watch_of "$id" hits) $(watch_of "$id" state)" "1 pending" "code of a module's init: one hit, and it waits"
last_is "$id" "its module freed the memory of its init" "and says why"
rmmod kwt_late
modprobe kwt_late
is "$(watch_of "$id" hits) $(watch_of "$id" state)" "2 pending" "which it does each time"
rmmod kwt_late
ctl_ok clear

# --- allow= -----------------------------------------------------------------------

ctl_err ENOENT "w8 kwtest_word allow=kwtest:no_such_function"
ctl_ok "w8 kwt_late:kwt_late_word allow=kwtest:kwt_op_store8,kwt_late:kwt_late_store" \
	"allow= takes a function of a module that is not loaded"
id=$(last_id)
modprobe kwt_late
is "$(watch_of "$id" hits) $(stat_of "watch$id.filtered")" "5 5" "it is allowed when its module comes"
rmmod kwt_late
# Something else where it was.
modprobe kwmem
modprobe kwt_late
is "$(watch_of "$id" hits) $(stat_of "watch$id.filtered")" "10 10" "and when it comes to another place"
rmmod kwt_late
ctl_ok clear

# --- an address that is written as 0 and an offset ------------------------------------

watch "w8 0x0-$(printf '0x%x' $((0 - $(addr kwtest_word))))"
run store8 5
ctl_ok "off $id"
ctl_ok "on $id"
run store8 5
is "$(watch_of "$id" state) $(watch_of "$id" hits)" "armed 10" "off and on: it is armed again"
ctl_ok clear
stats_add_up "stats add up"
done_testing
