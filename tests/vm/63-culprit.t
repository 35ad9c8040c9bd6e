# SPDX-License-Identifier: GPL-2.0
# vm: timeout=240
#
# The instruction behind a hit: which it is, what it does, what came of it.
# Read out of the kernel's code, also when that has been kept in a capture.

load
head -c 64 /proc/kcore > /tmp/kcore || skip_all "this kernel has no /proc/kcore"

x86=
[ "$(uname -m)" = x86_64 ] && x86=1

# culprits OPTIONS OP [N]: of the hits of a watch, "COUNT INSN" each
culprits() {
	ctl "w8 kwtest_word $1"
	shift
	run "$@" start=5
	kwatch tail --no-follow -w "$(last_id)" > /tmp/tail
	ctl "-$(last_id)"
	sed -n 's/^ <insn> //p' /tmp/tail | sort | uniq -c | sed 's/^ *//'
}

if [ $x86 ]; then
	like "$(culprits "" store8 3)" '^3 movq %r[a-z0-9]*, \(%r[a-z0-9]*\): store$' "a store"
	is "$(sed -n 2p /tmp/tail | cut -c1-7)" " <insn>" "is shown under its hit"
	like "$(sed -n 3p /tmp/tail)" '^ => kwt_op_store8\+' "and above the stack"
	like "$(culprits "" inc 3)" '^3 (incq|addq .*) ?\(%r[a-z0-9]*\): load\+store$' "both"
	like "$(culprits "" lock_inc 3)" '^3 lock incq \(%r[a-z0-9]*\): load\+store, locked$' "locked"
	like "$(culprits "" xchg 3)" '^3 xchgq .*: load\+store, locked$' "xchg, without the prefix"
	like "$(culprits "" cmpxchg 3)" '^3 lock cmpxchgq .*: load\+store, locked, succeeded$' "cmpxchg"
	like "$(culprits regs cmpxchg 3)" '^3 lock cmpxchgq .*: load\+store, locked, succeeded$' "with its registers"
	fails=$(culprits "" cmpxchg_fail 3)
	if [ "$fails" ]; then
		like "$fails" '^3 lock cmpxchgq .*: load\+store, locked, unchanged$' "one that fails has changed nothing"
		like "$(culprits regs cmpxchg_fail 3)" '^3 lock cmpxchgq .*: load\+store, locked, failed$' "and has failed, by its registers"
	else
		skip 2 "this machine does not report a cmpxchg that fails"
	fi
	like "$(culprits "" memset 1; culprits "" memcpy 1)" ': (load\+)?store(, string)?$' "the kernel's memset and memcpy"
else
	like "$(culprits "" store8 3)" '^3 str x[0-9]*, \[x[0-9]*\]: store$' "a store"
	like "$(culprits "" inc 3)" '^3 str x[0-9]*, \[x[0-9]*\]: store$' "of an increment"
fi

# --- reads ------------------------------------------------------------------------------

ctl "r8 kwtest_word"
id=$(last_id)
run load8 4
kwatch tail --no-follow -w "$id" > /tmp/tail
is "$(grep -c seq= /tmp/tail)" 4 "reads"
like "$(sed -n 's/^ <insn> //p' /tmp/tail | sort -u)" ': load$' "are loads"
run same 3
kwatch tail --no-follow -w "$id" > /tmp/tail
is "$(grep -c seq= /tmp/tail)" 7 "a store of the same value is no read"
is "$(sed -n 's/^ <insn> .*: //p' /tmp/tail | sort -u)" load "only loads are shown"
kwatch tail --no-follow -w "$id" --json > /tmp/json
is "$(grep -c '"insn":{"text":".*","access":"load","locked":false,"string":false}' /tmp/json)" 7 "as JSON"

# --- a capture ----------------------------------------------------------------------------

kwatch record --no-follow -w "$id" -o /tmp/cap 2> /dev/null
kwatch report -e /tmp/cap > /tmp/events
ok "a capture shows the same" cmp /tmp/tail /tmp/events
# of TYPE NAME: the sum of a member over the lines of a type
of() { sed -n "s/^{\"type\":\"$1\".*\"$2\":\([0-9]*\)[,}].*/\1/p" /tmp/json | awk '{ sum += $1 } END { print sum + 0 }'; }
kwatch report --json /tmp/cap > /tmp/json
is "$(of stack count)" 7 "so does its report"
is $(($(of watch hits) + $(of watch no_reads))) "$(stat_of "watch$id.recorded")" "which counts all that was recorded"
like "$(kwatch report --html /tmp/cap)" '"insn":"[^"]*: load"' "and its page"
like "$(kwatch report /tmp/cap)" '^ <insn> .*: load$' "with the instruction"
ctl clear
rmmod kwatch kwtest
kwatch report -e /tmp/cap > /tmp/later
ok "and later, when there is no such code any more" cmp /tmp/events /tmp/later
done_testing
