# SPDX-License-Identifier: GPL-2.0
# vm: timeout=300
#
# A hit keeps the names of its time: its module's, when that is gone and another
# lies at its address; and its watch's, whose number goes to no other watch
# while a record refers to it.

load ring_kb=64
E=/sys/kernel/tracing/events/kwatch/hit
view_settle

# frames FUNCTION FILE: how many first frames are of that function
frames() { grep -cE "^ => $1\+0x[0-9a-f]+/0x[0-9a-f]+ \[${1%_*}\]\$" "$2"; }

# --- a module's code ---------------------------------------------------------------

ctl_ok "w8 kwtest_word"
exec 5< $KW/hits 6< $KW/hits_raw
kwatch record -o /tmp/through 2> /dev/null &
through=$!
kwatch tail > /tmp/tail-through &
tail=$!
wait_for 30 test -e /tmp/through/host/kallsyms.gz
echo 1 > $E/enable
view_come kwview_a init=1 exit=1
at=$(view_at kwview_a)
view_store kwview_a 2
cat $KW/hits > /tmp/before
kwatch record --no-follow -o /tmp/first 2> /dev/null
kwatch record -o /tmp/middle 2> /dev/null &
middle=$!
wait_for 30 test -s /tmp/middle/cpu_0 -o -s /tmp/middle/cpu_1
exec 7< $KW/hits
read -r line <&7
echo "$line" > /tmp/between
ok "another module comes to the address of one that went" view_swap
view_store kwview_b 2
echo 0 > $E/enable
cat $KW/hits > /tmp/after
is "$(frames kwview_a_store /tmp/before)" 3 "a module's stores have its name"
is "$(frames kwview_a_store /tmp/after) $(frames kwview_b_store /tmp/after)" "4 2" \
	"all four, though another lies there now, which has its own"
like "$(cat /tmp/after)" '^ => kwview_a_(init|stores)\+0x[0-9a-f]+/0x[0-9a-f]+ \[kwview_a\]$' "its init's, which was freed before"
is "$(frames kwview_a_init /tmp/after)" "$(frames kwview_a_init /tmp/before)" "as it was read in time"
unlike "$(cat /tmp/after)" '^ => 0x' "no frame is without a name"
cat <&5 > /tmp/open
is "$(cmp /tmp/open /tmp/after)" "" "a reader that was open all the time reads the same"
# A read() ends where the hits ended at the first.
cat <&7 >> /tmp/between
cat <&7 >> /tmp/between
is "$(frames kwview_a_store /tmp/between) $(frames kwview_b_store /tmp/between)" "4 2" "and one that began in between"
exec 5<&- 7<&-
events() { grep -c " ip=$1+0x[0-9a-f]*/0x[0-9a-f]* \[${1%_*}\]" /sys/kernel/tracing/trace; }
is "$(events kwview_a_store) $(events kwview_b_store)" "4 2" "kwatch:hit in ftrace's trace file has the names of then, too"

# --- in the client's views -----------------------------------------------------------

stores() { echo "$(frames kwview_a_store "$1") $(frames kwview_b_store "$1")"; }
tailed() { [ "$(stores /tmp/tail-through)" = "4 2" ]; }
wait_for 30 tailed
kill -INT $through $middle $tail
wait $through $middle $tail
kwatch record --no-follow -o /tmp/late 2> /dev/null
kwatch tail --no-follow > /tmp/tail-late
kwatch tail --no-follow --json > /tmp/json
for view in through late; do
	is "$(stores /tmp/tail-$view)" "4 2" "tail, $view"
	unlike "$(cat /tmp/tail-$view)" '^ => 0x|unloaded' "each frame has a name"
done
like "$(cat /tmp/tail-late)" '^ => kwview_a_init\+0x[0-9a-f]+/0x[0-9a-f]+ \[kwview_a\]$' "init's name, too"
is "$(grep -c '"sym":"kwview_a_store"' /tmp/json) $(grep -c '"sym":"kwview_b_store"' /tmp/json)" "4 2" "as JSON"
is "$(grep -c '"sym":"kwview_a_store".*"sym":"kwview_b' /tmp/json)" 0 "no stack has frames of both"
# insn FUNCTION FILE: the instructions above the frames of a function
insn() { grep -B1 "^ => $1+" "$2" | sed -n 's/^ <insn> \([a-z]*\).*/\1/p' | sort -u | tr '\n' ' '; }
is "$(insn kwview_a_store /tmp/tail-late)" "" "the instruction of code that is gone is not shown"
b=$(insn kwview_b_store /tmp/tail-late)
isnt "$b" "" "that of code that is there is"
unlike "$(insn kwview_a_store /tmp/tail-through)" "^$b\$" "and never for another's"
kwatch top --once > /tmp/top
is "$(grep -cE 'kwview_a_store\+0x[0-9a-f]+ \[kwview_a\]' /tmp/top) $(grep -cE 'kwview_b_store\+0x[0-9a-f]+ \[kwview_b\]' /tmp/top)" \
	"3 1" "top: of each module its own, by process"
# folded CAPTURE: hits of each
folded() {
	kwatch report --folded "$1" | awk '/;kwview_a_store \[kwview_a\] /{ a += $NF } /;kwview_b_store \[kwview_b\] /{ b += $NF }
		/kwview_a.*kwview_b|kwview_b.*kwview_a|;0x/{ mixed++ } END { print a + 0, b + 0, mixed + 0 }'
}
is "$(folded /tmp/first)" "3 0 0" "a capture from before the other came"
for capture in through middle late; do
	kwatch report -e /tmp/$capture > /tmp/events
	is "$(stores /tmp/events) $(folded /tmp/$capture)" "4 2 4 2 0" "a capture, $capture: each hit, and counted"
	unlike "$(insn kwview_a_store /tmp/events)" "^$b\$" "and no instruction of the other"
done
is "$(insn kwview_a_store /tmp/tail-late)$(kwatch report -e /tmp/first | grep -c '^ <insn> ')" 3 \
	"a capture has kept the code of its time"

# --- what binary readers are told ----------------------------------------------------

kwt raw <&6 > /tmp/open
kwt raw < $KW/hits_raw > /tmp/new
defs() { grep -E '^(module|symbol) ' "$1"; }
isnt "$(defs /tmp/new)" "" "a new reader is told of modules that went"
is "$(head -n "$(defs /tmp/new | wc -l)" /tmp/new)" "$(defs /tmp/new)" "before all else"
is "$(defs /tmp/open)" "$(defs /tmp/new)" "one that was open, too"
number=$(awk '$1 == "symbol" && $3 == "kwview_a_store" { print $2 }' /tmp/new)
like "$(cat /tmp/new)" "^module $number kwview_a [1-9][0-9]* [1-9][0-9]* .*$at" "which, from when to when, and where"
id=$(grep "^module $number " /tmp/new | cut -d' ' -f6)
modprobe -r kwview_b
view_come kwview_a
is "$id" "$(od -An -v -tx1 /sys/module/kwview_a/notes/.note.gnu.build-id | tr -d ' \n' | tail -c 40)" "with its build-id, which ends its note"
rmmod kwview_a
is "$(kwt raw <&6 | grep '^module ' | cut -d' ' -f3 | tr '\n' ' ')" "kwview_b kwview_a " "what goes later is told when it goes"
exec 6<&-
ctl_ok clear

# --- stacks that are counted or known by number ----------------------------------------

ctl_ok "w8 kwtest_word summary"
view_come kwview_a
view_store kwview_a 5
view_swap
view_store kwview_b 3
view_store kwview_b 3
cat $KW/summary > /tmp/summary
is "$(frames kwview_a_store /tmp/summary) $(frames kwview_b_store /tmp/summary)" "1 1" "a summary has the names of then"
like "$(cat /tmp/summary)" '^ +6 ' "and counts each for itself"
rmmod kwview_b
cat $KW/summary > /tmp/after
is "$(grep -c '^ =>' /tmp/after)" "$(grep -c '^ =>' /tmp/summary)" "as many frames when both are gone"
is "$(grep '^ =>' /tmp/after)" "$(grep '^ =>' /tmp/summary)" "of the same names"
ctl_ok clear

# The same module at its own address again: its stacks have the same words.
ctl_ok "w8 kwtest_word"
id=$(last_id)
for _ in 1 2 3; do
	view_come kwview_a
	view_store kwview_a 1
	rmmod kwview_a
done
is "$(grep -A1 " watch=$id seq=" $KW/hits | grep -c '^ => kwview_a_store+0x.* \[kwview_a\]$')" 3 "a module that comes back, thrice"
ctl_ok clear

# --- the first frame of an x watch is the instruction itself ----------------------------

ctl_ok "x kwview_a:kwview_a_store summary"
ctl_ok "x kwview_a:kwview_a_stores action=dump"
view_come kwview_a
view_store kwview_a 2
ok "in the kernel log" wait_for 10 dmesg_has ' => kwview_a_stores\+0x0/0x'
rmmod kwview_a
# Those that ended before stay otherwise.
cat $KW/summary > /dev/null
ctl_ok "clear summaries"
ctl_ok "x kwtest_func summary"
run call 3
cat $KW/summary > /tmp/summary
like "$(cat /tmp/summary)" '^ => kwtest_func\+0x0/0x' "in a summary"
unlike "$(cat /tmp/summary)" ' -> ' "which shows no values, there being none"
like "$(cat $KW/hits)" '^ => kwview_a_stores\+0x0/0x[0-9a-f]+ \[kwview_a\]$' "in hits, of a module that went"
ctl_ok clear

# --- numbers of watches ---------------------------------------------------------------

# The hits of one are in a ring to the end, those of the other will be overwritten.
ctl_ok "w8 kwtest_word name=kept"
kept=$(last_id)
ctl_ok "w1 kwtest_byte name=passing"
passing=$(last_id)
exec 6< $KW/hits_raw
run store8 3 cpu=1
run store1 2 var=byte cpu=0
# told NUMBER: what the open reader reads of that watch
told() { kwt raw <&6 | grep -E "^(hit|watch) $1\b" | sed 's/ @0x.*//' | uniq -c | tr -s ' ' | tr '\n' ,; }
is "$(told "$passing")" " 1 watch $passing w1 kwtest_byte name=passing, 2 hit $passing," \
	"a reader is told what a number stands for"
ctl_ok clear
labels() { grep -E " watch=$1 seq=" $KW/hits | grep -oE ' w[0-9] [^:]*' | sort -u; }
is "$(labels "$kept")" " w8 kwtest_word+0x0" "a record has its watch's name when that is gone"
like "$(kwt hammer $KW/ctl 1 70000 'w8 0xffffc8ffffffff00')" '^ok 0 [A-Z]+ 70000$' "70,000 commands are refused"
is "$(labels "$kept")" " w8 kwtest_word+0x0" "which takes no name away"
ctl_ok "w1 kwtest_byte rate=0"
is "$(last_id)" $((passing + 1)) "and no number"
run store1 2000 var=byte cpu=0
ctl_ok clear
is "$(labels "$passing")" "" "the other's records are overwritten"

# Numbers go round: up to the last one by watches on a module that is not there,
# which take no slot, then from the first one on.
awk -v n=$((32767 - passing - 1)) 'BEGIN { for (; n > 0; n--) printf "w8 nosuch:x name=n\n-n\n" }' |
	kwt lines $KW/ctl > /dev/null
seen=''
while [ "$(echo "$seen" | wc -w)" -lt 40 ]; do
	ctl "w1 kwtest_byte name=again"
	seen="$seen $(last_id)"
	[ "$(last_id)" != "$passing" ] || break
	ctl "-again"
done
like "$seen" " $passing\$" "numbers go round, and one is used again when its records are overwritten"
unlike "$seen " " $kept " "but not one that a record refers to"
is "$(labels "$kept")" " w8 kwtest_word+0x0" "which has its name"
run store1 7 var=byte
is "$(told "$passing")" " 1 watch $passing w1 kwtest_byte name=again, 7 hit $passing," \
	"and the reader is told of the new watch before its hits"
ctl_ok clear

# An address that is not known before its module comes.
ctl_ok "w8 kwt_late:kwt_late_word+0"
id=$(last_id)
modprobe kwt_late
like "$(kwt raw <&6)" "^watch $id .* @0x[0-9a-f]{16}\$" "a pending watch's address is told when it has one"
rmmod kwt_late
done_testing
