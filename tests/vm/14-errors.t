# SPDX-License-Identifier: GPL-2.0
# vm: timeout=60
#
# Every refusal: its errno, its sentence, its caret.  A ^ stands in front of
# what the caret is expected under.

load
ctl_ok "w8 kwtest_word name=word"
run store8 5

# --- EINVAL: malformed ------------------------------------------------------------

verb="expected r, w, rw or x with a length, or -ID, off, on, clear, ignore"
refused EINVAL "^q8 kwtest_word" "$verb"
refused EINVAL "  ^hello" "$verb"
refused EINVAL "^W8 kwtest_word" "$verb"
refused EINVAL "^wr8 kwtest_word" "$verb"
refused EINVAL "w^ kwtest_word" "length missing: w1, w2, w4 or w8"
refused EINVAL "w8^" "target missing: a symbol, a hex address or task(PID)"
for len in 0 33 99999999999999999999; do
	refused EINVAL "w^$len kwtest_word" "a length is 1 to 32 bytes"
done
refused EINVAL "x^3 kwtest_func" "x takes no length, or 1, 2, 4 or 8"
refused ENOSPC "w^32 kwtest_word+1" "That takes 7 slots at this alignment, and a CPU has 4"
refused EINVAL "w8 kwtest_word+^" "an offset is a number of bytes, below 2 to the 63rd"
refused EINVAL "w8 kwtest_word^*2" "after a target come only @cpu, for a per-CPU variable, and +offset"
refused EINVAL "w8 ^:kwtest_word" "expected a symbol, a hex address or task(PID)"
refused EINVAL "w8 ^0x10000000000000000" "an address has 1 to 16 hex digits"
refused EINVAL "w8 0x^" "an address has 1 to 16 hex digits"
refused EINVAL "w8 kwtest_byte ^colour=red" "no such option"
refused EINVAL "w8 kwtest_byte stack=3 ^stack=4" "this option was given before"
refused EINVAL "w8 ^kwtest_byte@0" "Not a per-CPU variable, so it has no copies"
refused EINVAL "w8 kwtest_static ^cpu=77" "No such CPU"
refused EINVAL "w8 ^kwtest:kwtest_percpu@77" "No such CPU"
refused EINVAL "clear ^all" "nothing may follow here"
refused EINVAL "off^" "expected the ID or NAME of a watch"
refused EINVAL "-^0" "neither an ID from 1 to 65535 nor a NAME of [A-Za-z0-9_.-]"

# --- ENOENT -------------------------------------------------------------------------

nosuch="No such symbol (say module:symbol for a module that is not loaded yet, or for its per-CPU variables)"
refused ENOENT "w8 ^no_such_symbol" "$nosuch"
refused ENOENT "w8 ^kwtest_wor" "$nosuch"
refused ENOENT "x ^kwtest_percpu" "$nosuch"
refused ENOENT "w8 ^kwtest:no_such_symbol" "The module has no such symbol"
refused ENOENT "-^77" "No watch has that number or name"
refused ENOENT "-^nobody" "No watch has that number or name"
refused ENOENT "off ^77" "No watch has that number or name"
refused ENOENT "on   ^nobody" "No watch has that number or name"

# --- EEXIST -------------------------------------------------------------------------

refused EEXIST "w8 ^kwtest_word" "There is such a watch already"
refused EEXIST "w8   ^kwtest_word name=other" "There is such a watch already"
refused EEXIST "w8 kwtest_static ^name=word" "There is a watch of that name already"

# --- EFAULT -------------------------------------------------------------------------

refused EFAULT "w8 ^0" "Not a kernel address (a process's needs pid=)"
refused EFAULT "w8 ^0x400000" "Not a kernel address (a process's needs pid=)"
refused EFAULT "w1 ^00007fffffffefff" "Not a kernel address (a process's needs pid=)"
refused EFAULT "x ^0x400000" "Not a kernel address (a process's needs pid=)"
refused EFAULT "w8 ^0x8000000000000000" "No memory is mapped there"
refused EFAULT "w1 ^ff0fffffffffffff" "No memory is mapped there"
refused EFAULT "w8 ^0xffffffffffe00000" "No memory is mapped there"
refused EFAULT "w8 ^0xfffffffffffffff8" "No memory is mapped there"
refused EFAULT "w1 ^0xffffffffffffffff" "No memory is mapped there"
refused EFAULT "x ^0xffffffffffffffff" "No memory is mapped there"
refused EFAULT "w8 ^0xfffffffffffffffc" "No memory is mapped there"
refused EFAULT "w8 ^kwtest_word-0x7fffffffffffffff" "No memory is mapped there"

# --- E2BIG --------------------------------------------------------------------------

long=$(printf '%1100s' '' | tr ' ' z)
ctl "w8 $long"
is "$ERR" E2BIG "E2BIG: a line of 1103 bytes"
is "$(last_error)" "kwatch: error: a line has at most 1024 bytes
  Command: $(echo "w8 $long" | cut -c 1-1024)
           $(printf '%1025s' '^')" "its beginning is shown, and where it should have ended"
like "$(ctl "w8 kwtest_byte # ${long}" ; echo "$ERR")" '^E2BIG$' "E2BIG: a comment is part of the line"
refused ENOENT "w8 ^$(echo "$long" | cut -c 1-255)" "$nosuch"
refused EINVAL "w8 ^$(echo "$long" | cut -c 1-256)" "a symbol has at most 255 bytes"

# --- EOPNOTSUPP ---------------------------------------------------------------------

if [ "$(uname -m)" = x86_64 ]; then
protected="The kernel allows no breakpoint there (entry code or data, or code that may not be probed)"
refused EOPNOTSUPP "x ^asm_exc_debug" "$protected"
refused EOPNOTSUPP "x ^asm_exc_nmi" "$protected"
refused EOPNOTSUPP "w8 ^cpu_tss_rw" "$protected"
refused EOPNOTSUPP "w8 ^gdt_page" "$protected"
refused EOPNOTSUPP "w8 ^cpu_dr7" "$protected"
refused EOPNOTSUPP "rw8 ^__per_cpu_offset" "$protected"
else
skip 12 "only x86 keeps breakpoints off its entry code and data"
fi

# --- after all that -------------------------------------------------------------------

is "$(cat $KW/ctl)" "w8 kwtest_word name=word  # id=1 state=armed hits=5" "a command that fails changes nothing"
is "$(stat_of slots_used) $(stat_of watches)" "1 1" "no slot is lost"
run store8 5
is "$(watch_of 1 hits)" 10 "and the watch that was there still counts"
is "$(grep -c 'kwatch: error: ' $KW/error_log)" 8 "error_log keeps the last eight"
ctl "w8 nosuch"
ctl "w8 nosuch"
ctl "w8 nosuch"
is "$(tail -n 6 $KW/error_log | grep -c 'Command: w8 nosuch')" 1 "and the same again as one"
for i in 1 2 3; do ctl_ok "w1 kwtest_byte+$i" "there is room for three more"; done
stats_add_up "stats add up"
done_testing
