# SPDX-License-Identifier: GPL-2.0
# vm: timeout=60
#
# A module that makes a watch and has a callback: tests/vm/ko/kwapi.c.

load
P=/sys/module/kwapi/parameters
modprobe kwapi
like "$(cat $KW/ctl)" '^w8 kwapi:kwapi_word rate=0 +# id=1 state=armed' "its watch is listed as any other"
echo 1000 > $P/store
is "$(cat $P/seen)" "1000 1000" "its callback is called for each hit, with the value"
is "$(hits)" 1000 "and each is recorded"
echo 50 > $P/allowed
is "$(cat $P/seen)" "1000 1000" "but not for stores made with kwatch suspended"
is "$(stat_of watch1.filtered)" 50 "which are counted"
echo 1 > $P/store
like "$(tail -n 20 $KW/hits)" ': 0x41a -> 0x41b ' "and whose values are known"
ctl_ok "w8 kwtest_word name=named"
for id in 0 -1 32768; do
	ok "to remove watch $id, which there is none of" sh -c "echo $id > $P/remove"
done
is "$(wc -l < $KW/ctl)" 2 "is nothing"
nok "kwatch cannot go while a module uses it" rmmod kwatch
ctl_ok clear "a user may remove the watch"
ok "and the module goes nevertheless" rmmod kwapi
nok "a spec that is none" modprobe kwapi "spec=w8"
like "$(tail -n 3 $KW/error_log)" 'Command: w8' "is explained in error_log"
nok "nor one that makes no watch" modprobe kwapi spec=clear
done_testing
