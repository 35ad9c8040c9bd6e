# SPDX-License-Identifier: GPL-2.0
# vm: timeout=90
#
# What the kernel, its devices and its memory are spared, and readers too.

load ring_kb=64
ko=/lib/modules/$(uname -r)/extra

# --- no kprobe in the code that runs inside the debug exception ----------------------

# kprobe FUNCTION: place one; tracefs would refuse what is not traced anyway
kprobe() { insmod $ko/kwt_fail.ko call="$1" from=nobody && rmmod kwt_fail; }
for f in kwatch_hit kwatch_hit_value_late kwatch_decide kwatch_ring_write kwatch_unwind_kernel; do
	grep -q " $f.*kwatch" /proc/kallsyms || fail "$f is no function"
	nok "$f: refused" kprobe $f
done
ok "kwatch_command, which does not run there, is taken" kprobe kwatch_command

blacklist=/sys/kernel/debug/kprobes/blacklist
handler=$(awk '$4 == "[kwatch]" && tolower($2) == "t" && $3 ~ /^kwatch_(hit|decide|unwind|dedup|value|client_ring|ring|arch|hook|insn|action|filter_match|summary_add|orc_(unwind|recall|learn|step|find))/ { print $3 }' /proc/kallsyms)
# arm64's has what is no part of it in a file of its own
handler=$(printf '%s\n' "$handler" | grep -vE '^kwatch_arch_(init|exit|create(_wide)?|release(_wide)?|bp_of)$')
at_least "$(printf '%s\n' "$handler" | wc -l)" 30 "functions of the handler"
if [ -e $blacklist ]; then
	awk '{ print $2 }' $blacklist > /tmp/refused
	is "$(printf '%s\n' "$handler" | grep -vxFf /tmp/refused)" "" "the kernel places no kprobe in any of them"
else
	skip 1 "no list of what the kernel refuses"
fi

# --- devices ---------------------------------------------------------------------------

modprobe kwmem
device=$(awk '/^device/ { print $2 }' /sys/kernel/debug/kwmem/addr)
for type in w4 rw4 r4 w32; do
	refused EFAULT "$type ^$device" "Registers of a device: to read them may change what it does"
done
ctl_ok "w8 $(awk '/^page/ { print $2 }' /sys/kernel/debug/kwmem/addr)" "a page is memory"
ctl_ok clear
rmmod kwmem

# --- readers ---------------------------------------------------------------------------

is "$(kwt nothing $KW/hits_raw)" 0 "a read() of 0 bytes does not wait for a record"
is "$(kwt nothing /dev/kwatch)" 0 "of /dev/kwatch neither"
ctl_ok "w8 kwtest_word rate=0 stack=off"
run store8 5000 cpu=0
insmod $ko/kwt_fail.ko call=kvmalloc_node,kvmalloc_node_noprof,__kvmalloc_node_noprof from=refill ret=0
for file in hits hits_raw; do
	like "$(kwt read $KW/$file 2>&1)" "end ENOMEM$" "no memory for a reader of $file: it is told"
done
at_least "$(cat /sys/module/kwt_fail/parameters/failed)" 2 "there was none"
rmmod kwt_fail
cat $KW/hits > /tmp/hits
is "$(($(heads /tmp/hits | wc -l) + $(lost_of /tmp/hits)))" 5000 "with memory, nothing is missing"
like "$(grep overwritten /tmp/hits)" '^# CPU 0: [0-9]+ records overwritten between +[1-9][0-9]*\.[0-9]{6} and ' "a loss begins when kwatch was there, not at 0"
done_testing
