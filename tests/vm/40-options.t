# SPDX-License-Identifier: GPL-2.0
# vm: timeout=120
#
# Options: what is kept, what is filtered, and that the three sums are exact.

load

# expect HITS RECORDED FILTERED SUPPRESSED DESC: of the last watch; removes it
expect() {
	local id
	id=$(last_id)
	is "$(stat_of "watch$id.hits") $(stat_of "watch$id.recorded") $(stat_of "watch$id.filtered") $(stat_of "watch$id.suppressed")" \
		"$1 $2 $3 $4" "$5"
	ctl_ok "-$id"
}

ctl_ok "w8 kwtest_word changed rate=0"
run store8 100 cpu=0
run same 50 cpu=1
expect 150 100 50 0 "changed: stores of the same value are filtered"

ctl_ok "r8 kwtest_word rate=0"
case $(uname -m) in
x86_64) like "$(cat $KW/ctl)" 'no read-only' "ctl says what r means on this CPU" ;;
*) skip 1 "this CPU has a read-only watch" ;;
esac
run load8 40 cpu=0
run store8 20 cpu=0 start=1000
case $(uname -m) in
x86_64) expect 60 40 20 0 "r: only accesses that left the value" ;;
*) expect 40 40 0 0 "r: only loads" ;;
esac

ctl_ok "w8 kwtest_word rate=0 if new >= 0x20 && new < 0x30"
run store8 100 cpu=0
expect 100 16 84 0 "if: a range of new values"

ctl_ok "w8 kwtest_word rate=0 if cpu == 1"
run store8 100 threads=2
expect 200 100 100 0 "if cpu: one of two"

ctl_ok "w8 kwtest_word rate=0 cpu=1"
run store8 100 threads=2
expect 100 100 0 0 "cpu=: the other one is not even watched"

ctl_ok "w8 kwtest_word rate=0 comm=kwtest/1*"
run store8 100 threads=2
expect 200 100 100 0 "comm= takes a glob"

ctl_ok "w8 kwtest_word rate=0 if comm ~ \"nobody*\""
run store8 100 cpu=0
expect 100 0 100 0 "if comm ~ of nobody"

ctl_ok "w8 kwtest_word rate=0 pid=1"
run store8 100 cpu=0
expect 100 0 100 0 "pid= of another process"

ctl_ok "w8 kwtest_word rate=0 allow=kwtest:kwt_op_store8"
run store8 100 cpu=0
run store4 30 cpu=0
expect 130 30 100 0 "allow=: that function may"

ctl_ok "w8 kwtest_word rate=0 limit=25 name=few"
run store8 100 cpu=0
ok "a watch at its limit goes off" wait_for 5 grep -q 'name=few.*state=off' $KW/ctl
like "$(cat $KW/hits)" '^# .*: w8 kwtest_word\+0x0 ended: its limit was reached' "and says so"
is "$(stat_of "watch$(last_id).recorded")" 25 "limit=25 records 25"
ctl_ok "on few"
run store8 10 cpu=0
is "$(stat_of "watch$(last_id).recorded")" 35 "on again, it records again"
ctl_ok "-few"

ctl_ok "w8 kwtest_word rate=0 stack=off"
kwt read $KW/hits > /dev/null 2>&1
run store8 3 cpu=0 start=7000
is "$(grep -A1 '0x1b59 -> 0x1b5a' $KW/hits | grep -c '=>')" 0 "stack=off: no frames"
expect 3 3 0 0 "and all hits"
ctl_ok "w8 kwtest_word rate=0 stack=2"
run store8 1 cpu=0 start=8000
is "$(grep -A9 ' -> 0x1f41 ' $KW/hits | grep -c '=>')" 2 "stack=2: two frames"
expect 1 1 0 0 "one hit"
ctl_ok "w8 kwtest_word rate=0 regs"
run store8 1 cpu=0 start=9000
regs=$(grep -A30 ' -> 0x2329 ' $KW/hits)
like "$regs" ' (si|x[0-9]+)=0x2329' "regs: the registers, with the value stored"
like "$regs" ' (ip|pc)=0x[0-9a-f]{8}' "and where"
unlike "$regs" '[?]=' "and none without a name"
expect 1 1 0 0 "one hit"

# A store by a system call: the kernel's frames, then those of the program.
modprobe kwapi spec="w8 kwapi:kwapi_other"
ctl_ok "w8 kwapi:kwapi_word rate=0 ustack=4 name=user"
echo 1 > /sys/module/kwapi/parameters/store
out=$(grep -A40 'w8 kwapi:kwapi_word' $KW/hits)
like "$out" '^ => <user>$' "ustack: user frames follow the kernel's"
like "$(printf '%s\n' "$out" | sed -n '/<user>/,$p')" '^ => 0x[0-9a-f]+$' "as addresses"
ctl_ok "-user"
rmmod kwapi

ctl_ok "w24 kwtest_word rate=0"
like "$(cat $KW/stats)" '^slots_used: 3$' "w24 takes three slots"
run store8 10 cpu=0
run store8 10 cpu=0 off=8
run store8 10 cpu=0 off=16
run store8 10 cpu=0 off=24
run store8 10 cpu=0 off=-8
run store8 10 cpu=0 off=4
expect 40 40 0 0 "w24: each store in it once, also one over two slots; neighbours not"
ctl_ok "w8 kwtest_word+3 rate=0"
run store8 10 cpu=0 off=3
run store8 10 cpu=0
run store8 10 cpu=0 off=8
run store1 10 cpu=0 off=2
run store1 10 cpu=0 off=11
expect 30 30 0 0 "w8 at +3: stores that touch its bytes, once each; neighbours not"
ctl_ok 'w8 kwtest_word rate=0 note="who stores?"'
run store8 3 cpu=0
is "$(grep -c ' seq=[123] note="who stores?"$' $KW/hits)" 3 "note= is shown with each hit"
ctl_err EEXIST "w8 kwtest_word rate=0 note=other" "another note makes no other watch"
like "$(cat $KW/ctl)" '^w8 kwtest_word rate=0 note="who stores\?"  #' "and can be written back"
ctl_ok clear
ctl_ok "w8 kwtest_word"
ctl_err ENOSPC "w32 $(addr kwtest_heap)"
like "$(cat $KW/stats)" '^slots_used: 1$' "a watch that needs more slots than are free is refused whole"
ctl_ok clear
done_testing
