# SPDX-License-Identifier: GPL-2.0
# vm: timeout=180
#
# Everything that a target may be: symbols of modules and of the kernel,
# exported or not, data and code, addresses, per-CPU variables.
#
# shellcheck disable=SC2016 # eval is to expand it

load ring_kb=1024

# counts LINE WANT COMMAND...: a watch counts WANT hits while COMMAND runs
counts() {
	local line=$1 want=$2
	shift 2
	ctl_ok "$line" || return
	"$@"
	is "$(watch_of "$(last_id)" hits)" "$want" "$line: $want hits of: $*"
	ctl "-$(last_id)" || fail "it can be removed"
}

# --- data -----------------------------------------------------------------------

counts "w8 kwtest_word" 7 run store8 7
counts "w8 kwtest:kwtest_word" 7 run store8 7
counts "w1 kwtest_byte" 7 run store1 7 var=byte
counts "w8 kwtest_static" 7 run store8 7 var=static
counts "w8 kwtest:kwtest_static" 7 run store8 7 var=static
counts "w4 kwtest_word+4" 7 run store4 7 off=4
counts "w4 kwtest_word+0x4" 0 run store4 7
counts "w8 kwtest_word-8" 7 run store8 7 off=-8
counts "w8 kwtest:kwtest_word+16" 7 run store8 7 off=16
heap=$(addr kwtest_heap)
counts "w8 $heap" 7 run store8 7 var=heap
counts "w8 ${heap#0x}" 7 run store8 7 var=heap
counts "w8 $(echo "$heap" | tr a-f A-F | sed s/X/x/)" 7 run store8 7 var=heap
counts "w8 $heap+8" 7 run store8 7 var=heap off=8
counts "w8 $(addr kwtest_word)" 7 run store8 7
# An address shows as one, also when it has a name.
ctl_ok "w8 $(addr kwtest_word)"
like "$(cat $KW/ctl)" "^w8 $(addr kwtest_word)  # id=" "an address is listed as an address"
run store8 1
like "$(heads $KW/hits | tail -n 1)" ": w8 $(addr kwtest_word): 0x7 -> 0x1 watch=" "and so are its hits"
ctl_ok clear

# Of the kernel: the variables behind two sysctls, one exported, one not.
sysctl=/proc/sys/kernel
stores_to() { for i in 1 2 3; do echo 1 > "$1"; done; echo 0 > "$1"; }
thin=$(sed -n 's/^kallsyms_all //p' $T/config | grep 0)
if [ -n "$thin" ]; then
	ctl_err ENOENT "w4 print_fatal_signals" "a kernel without KALLSYMS_ALL knows exported data only"
	skip 2 "a kernel without KALLSYMS_ALL knows exported data only"
elif [ -w $sysctl/print-fatal-signals ]; then
	counts "w4 print_fatal_signals" 4 stores_to $sysctl/print-fatal-signals
	like "$(heads $KW/hits | tail -n 1)" ': w4 print_fatal_signals\+0x0: 0x1 -> 0x0 watch=' "with its values"
else
	skip 3 "this kernel has no print-fatal-signals"
fi
counts "w4 panic_timeout" 4 stores_to $sysctl/panic
echo -1 > $sysctl/panic

# --- code -----------------------------------------------------------------------

counts "x kwtest_func" 7 run call 7
counts "x kwtest:kwtest_func" 7 run call 7
counts "x1 kwtest_func" 7 run call 7
counts "x $(addr kwtest_func)" 7 run call 7
counts "x kwtest_func" 0 run store8 7
counts "w8 kwtest_func" 0 run call 7
ctl_ok "x kwtest_func"
run call 1
sed -n "/ watch=$(last_id) seq=1\$/,\$p" $KW/hits > /tmp/hits
like "$(head -n 1 /tmp/hits)" ': x kwtest_func\+0x0: watch=[0-9]+ seq=1$' "an x hit has no values"
is "$(sed -n 2,3p /tmp/hits | sed 's,/.*,,; s/+0x[1-9a-f][0-9a-f]*/+OFF/')" " => kwtest_func+0x0
 => kwt_op_call+OFF" "it stands at the function's first byte, called from kwt_op_call"
ctl_ok clear
case $(uname -m) in
x86_64) sethostname=__x64_sys_sethostname ;;
aarch64) sethostname=__arm64_sys_sethostname ;;
esac
name_it() { for i in 1 2 3 4 5; do hostname kwatch-vm; done; }
counts "x $sethostname" 5 name_it
like "$(heads $KW/hits | tail -n 1)" "^ *hostname-[0-9]+ .*: x $sethostname\\+0x0: watch=" "code of the kernel"

# --- per-CPU ----------------------------------------------------------------------

ctl_ok "w8 kwtest:kwtest_percpu stack=off"
id=$(last_id)
run store8 30 var=percpu cpu=0 start=100
run store8 12 var=percpu cpu=1 start=200
is "$(stat_of watch$id.cpu0.hits) $(stat_of watch$id.cpu1.hits)" "30 12" "every CPU watches its own copy"
like "$(heads $KW/hits | grep '\[000\]' | tail -n 1)" ': 0x81 -> 0x82 watch=[0-9]+ seq=30$' "CPU 0's values, and its own seq"
like "$(heads $KW/hits | grep '\[001\]' | tail -n 1)" ': 0xd3 -> 0xd4 watch=[0-9]+ seq=12$' "CPU 1's"
ctl_ok clear
ctl_ok "w8 kwtest:kwtest_percpu@1"
id=$(last_id)
run store8 30 var=percpu cpu=0
run store8 12 var=percpu cpu=1
is "$(stat_of watch$id.cpu0.hits) $(stat_of watch$id.cpu1.hits)" "0 12" "symbol@1 is one CPU's copy"
like "$(cat $KW/ctl)" '^w8 kwtest:kwtest_percpu@1  # id=' "and listed as such"
ctl_ok clear
# What a per-CPU pointer points to, in the first chunk or in one that was mapped since.
for var in cell pool; do
	ptr=$(addr kwtest_$var)
	ctl_ok "w8 percpu:$ptr stack=off"
	id=$(last_id)
	run store8 30 var=$var cpu=0 start=100
	run store8 12 var=$var cpu=1 start=200
	is "$(stat_of watch$id.cpu0.hits) $(stat_of watch$id.cpu1.hits)" "30 12" \
		"percpu:$ptr: every CPU watches its own copy"
	like "$(heads $KW/hits | grep '\[001\]' | tail -n 1)" \
		": w8 percpu:$ptr: 0xd3 -> 0xd4 watch=$id seq=12\$" "with its values"
	like "$(cat $KW/ctl)" "^w8 percpu:$ptr stack=off  # id=$id state=armed" "and is listed as it was written"
	ctl_ok clear
	ctl_ok "w4 percpu:$ptr@1+4"
	id=$(last_id)
	run store4 3 var=$var cpu=0 off=4
	run store4 5 var=$var cpu=1 off=4
	is "$(stat_of watch$id.cpu0.hits) $(stat_of watch$id.cpu1.hits)" "0 5" "percpu:...@1 is one CPU's copy"
	ctl_ok clear
done
ctl_err EFAULT "w8 percpu:0x0"
ctl_err EFAULT "w8 percpu:$(addr kwtest_pool)+0x10000000"
ctl_err EFAULT "w8 percpu:$(addr kwtest_heap)"
ctl_err EFAULT "w8 percpu:0x40000000"
ctl_err EFAULT "w8 percpu:0xdead00000000"
ctl_err EINVAL "w8 percpu:$(addr kwtest_cell)@64"
ctl_err EFAULT "w8 kwtest:kwtest_percpu+0x4000000"

# The kernel's own: every fork and exit of a task changes this one.
if [ -z "$thin" ]; then
	ctl_ok "w8 process_counts"
	id=$(last_id)
	for i in 1 2 3 4; do /bin/busybox true; done
	at_least "$(stat_of watch$id.hits)" 8 "a per-CPU variable of the kernel"
	ctl_ok "clear"
	ctl_ok "w8 process_counts@0 stack=4"
	ok "CPU 0's copy of it" wait_for 10 eval '/bin/busybox true; [ $(hits " w8 process_counts@0.0x0: ") -ge 4 ]'
	is "$(heads $KW/hits | grep 'process_counts@0' | grep -c '\[001\]')" 0 "only hits on CPU 0"
	ctl_ok clear
else
	skip 6 "no per-CPU variable that is written to is exported GPL"
fi

# --- a name that several symbols have ---------------------------------------------

# Functions of sysfs that several drivers have, where the module can count them.
grep -E ' (name_show|type_show|value_show|kallsyms_on_each_(match_)?symbol)$' /proc/kallsyms > /tmp/symbols
for twice in name_show type_show value_show; do
	n=$(grep -c " $twice\$" /tmp/symbols)
	[ "$n" -lt 2 ] || break
done
if [ "$n" -gt 1 ] && grep -q ' kallsyms_on_each_' /tmp/symbols; then
	refused EINVAL "w8 ^$twice" "$n symbols are called $twice; say 0xADDR or module:$twice"
	ctl_ok "w8 kwtest_word allow=vfs_read" "a name that one symbol has"
	ctl_ok clear
	ctl_err EINVAL "w8 kwtest_word allow=$twice" "an ambiguous function in allow="
else
	skip 5 "this kernel cannot count its symbols, or none is there twice"
fi
n=$(grep -c ' cleanup_module	' /proc/kallsyms)
refused EINVAL "x ^cleanup_module" "$n symbols are called cleanup_module; say 0xADDR or module:cleanup_module"
ctl_ok "x kwtest:cleanup_module" "module:symbol chooses one"
like "$(kwatch add 'x cleanup_module' 2>&1)" '^  0xf[0-9a-f]*  kwtest:cleanup_module$' \
	"the client lists the symbols"
ctl_ok clear

# --- one CPU only -----------------------------------------------------------------

ctl_ok "w8 kwtest_word cpu=1"
run store8 5 cpu=0
run store8 6 cpu=1
is "$(watch_of "$(last_id)" hits)" 6 "cpu=1 sees CPU 1 only"
ctl_ok clear

# --- depth of stacks --------------------------------------------------------------

for depth in 1 2 5; do
	ctl "w8 kwtest_word stack=$depth"
	run store8 1
	is "$(sed -n "/watch=$(last_id) /,\$p" $KW/hits | grep -c '^ => ')" $depth "stack=$depth gives $depth frames"
	ctl clear
done
ctl_ok "w8 kwtest_word stack=off"
run store8 1
is "$(sed -n "/watch=$(last_id) /,\$p" $KW/hits | wc -l)" 1 "stack=off gives none"
ctl clear
stats_add_up "stats add up"
done_testing
