# SPDX-License-Identifier: GPL-2.0
# vm: timeout=200
#
# What a hit says of its value: which bytes, and that a value is not known.

load

# The page is not there when the watch is armed (x86), or the handler cannot know what
# the instruction stores (arm64): no filter may take the value for 0.
victim
user_word=$word
for options in "changed" "if old == 5 || new == 5" "if !(old == 0 && new == 0)"; do
	watch "w8 $word pid=$pid name=v $options"
	do_it store 1
	ctl_ok "off v"
	do_it drop
	ctl_ok "on v"
	do_it zero 1
	is "$(watch_of $id hits) $(stat_of "watch$id.filtered")" "2 1" \
		"$options: a hit with an unknown value passes"
	like "$(heads $KW/hits | tail -n 1)" " w8 $word: (\\? -> 0x0|0x0 -> \\?) watch=$id seq=2" \
		"and says that it is unknown"
	ctl_ok "-v"
done

# A watch of more than eight bytes says which of them were touched.
watch "w24 kwtest_word name=l"
run store8 1 start=0x29 off=8
run store8 1 start=0x2a off=16
run store1 1 start=1
like "$(heads $KW/hits)" ": w24 kwtest_word\\+0x8: 0x[0-9a-f]+ -> 0x2a watch=$id seq=1" "the second word"
like "$(heads $KW/hits)" ": w24 kwtest_word\\+0x10: 0x[0-9a-f]+ -> 0x2b watch=$id seq=2" "the third"
like "$(heads $KW/hits)" ": w24 kwtest_word\\+0x0: 0x[0-9a-f]+ -> 0x[0-9a-f]*2 watch=$id seq=3" "the first"
is "$(kwatch tail --no-follow -w $id | grep " seq=" | sed 's/.*: w24/w24/')" \
	"$(heads $KW/hits | grep "watch=$id " | sed 's/.*: w24/w24/')" "the client says the same"
ctl_ok "-l"
watch "w12 kwtest_word+4 name=l"
run store8 1 off=8
like "$(heads $KW/hits)" ": w12 kwtest_word\\+0x8: 0x[0-9a-f]+ -> 0x[0-9a-f]+ watch=$id seq=1" \
	"an offset of the watch's own"
ctl_ok "-l"
word=$(addr kwtest_word)
watch "w16 $word name=l"
run store8 1 off=8
like "$(heads $KW/hits)" ": w16 $(printf '0x%x' $((word + 8))): 0x[0-9a-f]+ -> 0x[0-9a-f]+ watch=$id seq=1" \
	"of an address, the address"
ctl_ok "-l"

# One access to two words of it: one hit, with the values of both.
if is_arm64; then
	skip 12 "the kernel reports an access for one register"
else
	modprobe kwt_both at=$word
	watch "w16 kwtest_word cpu=0 name=b"
	run store8 1 start=1 off=8 cpu=0
	run store8 1 start=6 cpu=0
	is "$(watch_of $id hits) $(stat_of "watch$id.recorded")" "2 2" "two accesses are two hits"
	like "$(grep -A 13 " watch=$id seq=2" $KW/hits)" \
		"^ <also> w16 kwtest_word\\+0x0: 0x[0-9a-f]+ -> 0x7 \\(watch $id, hit 2\\)\$" "the second has two values"
	like "$(heads $KW/hits)" "w16 kwtest_word\\+0x8: 0x2 -> 0x2 watch=$id seq=2" "one in the hit"
	ctl_ok "-b"

	watch "w16 kwtest_word cpu=0 name=b changed if new == 9"
	run store8 1 start=2 off=8 cpu=0
	run store8 10 start=0 cpu=0
	is "$(watch_of $id hits) $(stat_of "watch$id.recorded") $(stat_of "watch$id.filtered")" "11 1 10" \
		"a hit passes by the values of any of its words"
	like "$(grep -A 13 " watch=$id seq=10" $KW/hits)" \
		"^ <also> w16 kwtest_word\\+0x8: 0x3 -> 0x3 \\(watch $id, hit 10\\)\$" "and has those of the others"
	ctl_ok "-b"
	stats_add_up "stats add up"
	rmmod kwt_both
fi

# pid= is a number of the PID namespace of who writes it; inside, it is the initial one.
KW=$KW unshare -p -f sh -c 'kwt write "$KW/ctl" "x vfs_read pid=1 name=ns
" && read -r _ < /proc/uptime && cat "$KW/ctl"' > /tmp/inner
id=$(last_id)
like "$(cat /tmp/inner)" '^x vfs_read( name=ns)? pid=1( name=ns)?  # ' "the writer reads its own number"
outer=$(sed -n 's/^x vfs_read.* pid=\([0-9]*\).*/\1/p' $KW/ctl)
isnt "$outer" 1 "others another"
at_least "$(stat_of "watch$id.recorded")" 1 "its process is the one that is watched"
is "$(heads $KW/hits | grep " watch=$id " | grep -c -v -e "-$outer ")" 0 "and no other"
KW=$KW unshare -p -f sh -c 'kwt write "$KW/ctl" "x vfs_read pid=77
"' > /tmp/inner 2>&1
like "$(last_error)" 'No such process' "a number that the namespace does not have"
ctl_ok "-ns"

# A uretprobe's trampoline is seen through.
TR=/sys/kernel/tracing
[ -e $TR/uprobe_events ] || mount -t tracefs none $TR
do_it where
if is_arm64; then
	skip 3 "the trampoline is in a register"
elif ! echo "r:ret $(command -v kwu):${answer#done }" > $TR/uprobe_events; then
	skip 3 "no uprobes here"
else
	watch "w8 $user_word pid=$pid ucopy=2048"
	do_it called 1
	want=$(kwatch tail --no-follow -w $id | grep '^ =>')
	echo 1 > $TR/events/uprobes/ret/enable
	do_it called 1
	is "$(kwatch tail --no-follow -w $id | sed '1,/ seq=2$/d' | grep '^ =>')" "$want" \
		"a user stack goes on behind a uretprobe's trampoline"
	at_least "$(echo "$want" | wc -l)" 5 "as far as without"
	ctl_ok "-$id"
	echo 0 > $TR/events/uprobes/ret/enable
	echo > $TR/uprobe_events
fi

# 32-bit code.
do_it code32 0
if [ "$answer" = "done without" ]; then
	skip 3 "no 32-bit code here"
else
	watch "w4 $user_word pid=$pid ucopy=512"
	do_it code32 2
	is "$(watch_of $id hits)" 2 "stores by 32-bit code"
	like "$(tail -n 1 $KW/hits)" '^ => <a 32-bit program: no more frames>$' "whose stack says so"
	is "$(kwatch tail --no-follow -w $id | grep '^ => <' | sort -u)" " => <a 32-bit program: no more frames>
 => <user>" "the client says it too"
	ctl_ok "-$id"
fi

# A BPF program on kwatch:hit stores as well: a hit that is suppressed, and nothing else.
if is_arm64; then
	skip 4 "the kernel's stores are not reported"
else
	watch "w8 $user_word pid=$pid unseen=100"
	kwu bpf "$user_word" 66 > /tmp/bpf 2>&1 &
	bpf=$!
	ok "a BPF program listens" wait_for 20 grep -q ready /tmp/bpf || diag "$(cat /tmp/bpf)"
	do_it store 3
	is "$(stat_of "watch$id.recorded") $(stat_of "watch$id.suppressed")" "3 3" "its stores are suppressed"
	is "$(heads $KW/hits | grep " watch=$id " | sed 's/.*: w8 [^ ]* //; s/ watch.*//' | tail -n 2 | tr '\n' ' ')" \
		"0x42 -> 0x1 0x42 -> 0x2 " "and are the old values of the next hits"
	kill $bpf
	ctl_ok "-$id" # compares the bytes
	is "$(grep 'unseen writer' $KW/hits | grep -c "watch=$id\$")" 0 "and not by an unseen writer"
fi
exec 8>&-
done_testing
