# SPDX-License-Identifier: GPL-2.0
# vm: timeout=300
#
# The client on the real thing: the same text as the module's own, to the byte;
# watches that go with their program; the kernel's refusals.

load
modprobe trampolines

ok "kwatch version" sh -c 'kwatch version | grep -q "^module [0-9]"'
is "$(kwatch list 2>&1)" "no watches" "kwatch list"

# --- refusals -------------------------------------------------------------------

said=$(kwatch w8 nosuch 2>&1)
is $? 1 "a refusal is a failure"
like "$(echo "$said" | head -n 1)" '^kwatch: .*symbol' "it says why"
is "$(echo "$said" | sed -n 2,3p)" "  w8 nosuch
     ^" "and where"
like "$(kwatch add w4 kwtest_word nosuch=1 2>&1)" '^ {17}\^$' "also behind the target"
like "$(kwatch del 77 2>&1)" "^  del 77$" "kwatch del of none"

# --- add, list, tail -------------------------------------------------------------

id=$(kwatch add w8 kwtest_word name=word)
is "$id" "$(last_id)" "kwatch add prints the number"
like "$(kwatch list)" "^ *$id +armed +0 +w8 kwtest:?.*name=word$" "kwatch list shows it"
run store8 100 start=1
is "$(kwatch tail --no-follow | grep -c " watch=$id ")" 100 "kwatch tail shows every hit"
# Only the client knows instructions.
kwatch tail --no-follow | grep -v '^ <insn> ' > /tmp/client
cat "$KW/hits" > /tmp/module
ok "as the module itself shows them" cmp /tmp/client /tmp/module
kwatch tail --no-follow --json > /tmp/json
is "$(grep -c '^{"type":"hit",.*"sym":.*}$' /tmp/json)" 100 "and as JSON"
is "$(kwatch tail --no-follow -n 7 | grep -c seq=)" 7 "the last seven"
ok "kwatch del" kwatch del word
nok "it is gone" grep -q word "$KW/ctl"
ok "kwatch add of two, and an x" kwatch add 'w8 kwtest_word' 'x vfs_read cpu=0'
is "$(kwatch list | wc -l)" 3 "are two"
kwatch list --spec > /tmp/specs
ok "kwatch clear" kwatch clear
is "$(cat "$KW/ctl")" "" "removes them"
ok "kwatch add -f" kwatch add -f /tmp/specs
is "$(kwatch list --spec)" "$(cat /tmp/specs)" "brings them back"
kwatch clear

# --- a watch that goes with its program --------------------------------------------

armed() { grep -q until=close "$KW/ctl"; }
gone() { ! armed; }

for signal in INT TERM HUP KILL; do
	kwatch w8 kwtest_word > /tmp/out 2> /tmp/err &
	pid=$!
	wait_for 60 armed
	run store8 50 start=1
	wait_for 60 grep -q seq=50 /tmp/out
	is "$(grep -c seq= /tmp/out)" 50 "kwatch w8 shows 50 of 50"
	kill -$signal $pid
	ok "SIG$signal ends the watch" wait_for 60 gone
	wait $pid
	[ $signal = KILL ] || is "$(grep -c '^# watch [0-9]*: ' /tmp/err)" 1 "with a count at the end"
done

kwatch w8 jiffies --count=5 > /tmp/out 2> /dev/null
is "$?$(grep -c seq= /tmp/out)" 05 "--count"
is "$(kwatch w8 jiffies 2> /dev/null | head -n 1 | wc -l)" 1 "a closed pipe ends it"
ok "and the watch" wait_for 60 gone

kwatch w8 kwtest_word > /tmp/out 2> /tmp/err &
pid=$!
wait_for 60 armed
kwatch clear
wait $pid
is "$?" 0 "it ends when somebody else removes the watch"
like "$(cat /tmp/err)" 'removed by somebody else' "and says so"

# --- a module that comes while we follow ------------------------------------------

rmmod trampolines
kwatch tail --from-now > /tmp/out 2> /tmp/err &
pid=$!
sleep 1
modprobe trampolines
kwatch add w8 trampolines > /dev/null
ok "functions of a new module have names" wait_for 60 grep -q '^ => tl_write+.*\[trampolines\]$' /tmp/out
kill $pid
wait $pid
done_testing
