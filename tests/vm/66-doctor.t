# SPDX-License-Identifier: GPL-2.0
#
# kwatch doctor on a machine that is well, and what it says when it is not.

# doctor: its $report and $status
doctor() { report=$(kwatch doctor); status=$?; }

# --- no module -------------------------------------------------------------------

doctor
is "$status" 1 "no module: broken"
like "$report" '^BROKEN  module       not loaded; installed for this kernel \(unsigned\)$' "it is there, and not loaded"
like "$report" '^ +-> modprobe kwatch$' "with what to do"
like "$report" '^note    self-test    .*not known whether debug exceptions arrive$' "nobody has tried yet"
modprobe kwt_deaf
nok "a machine without debug exceptions" modprobe kwatch 2> /dev/null
doctor
like "$report" '^BROKEN  self-test    .* holds debug exceptions back: no watch would see anything$' "is named as one"
rmmod kwt_deaf

# --- all is well -------------------------------------------------------------------

load
doctor
is "$status" 0 "all is well"
unlike "$report" '^BROKEN' "nothing is broken"
is "$(echo "$report" | grep ' kernel  ')" "ok      kernel       $(uname -r) on $(uname -m)" "the kernel"
if grep -q ' jiffies$' /proc/kallsyms; then
	like "$report" '^ok      symbols      functions and variables$' "symbols"
else
	like "$report" '^note    symbols      the kernel was built without KALLSYMS_ALL$' "symbols"
fi
if [ -e /sys/kernel/btf/vmlinux ]; then
	like "$report" '^ok      types        BTF of the kernel' "types"
else
	like "$report" '^note    types        no BTF' "types"
fi
if [ -e /sys/kernel/security/lockdown ]; then
	like "$report" '^ok      lockdown     not locked down$' "lockdown"
else
	skip 1 "this kernel has no lockdown"
fi
# Only a kernel that checks signatures lets this be asked for.
if [ -e /sys/module/module/parameters/sig_enforce ]; then
	signature="unsigned"
else
	signature="signatures are not checked"
fi
like "$report" "^ok      module       $(stat_of version), loaded, $signature\$" "the module"
like "$report" '^ok      self-test    .*: debug exceptions arrive \(ok, [0-9]+ ns a hit' "the self-test"
like "$report" "^ok      slots        $(stat_of slots) of $(stat_of slots) debug registers are free\$" "all slots are free"
unlike "$report" '^ok      held by' "nobody has any"

# --- who has the slots ---------------------------------------------------------------

all=$(stat_of slots)
ctl_ok "w8 kwtest_word name=first"
ctl_ok "w8 kwtest_byte cpu=0"
doctor
like "$report" "^ok      slots        $((all - 2)) of $all debug registers are free\$" "two watches"
like "$report" '^ok      held by      watch 1: w8 kwtest_word\b.* name=first' "are named"
like "$report" '^ok      held by      watch 2: w8 kwtest_byte\b.* cpu=0' "both"
mkfifo /tmp/in
kwt slots $((all - 2)) < /tmp/in > /tmp/taken &
exec 8> /tmp/in
ok "another takes the rest" wait_for 10 grep -q "^$((all - 2))\$" /tmp/taken
doctor
is "$status" 0 "which is not broken"
like "$report" '^note    slots        no debug register is free$' "none is free"
like "$report" '^ok      held by      kwt, process [0-9]+, which has perf events: maybe$' "by whom"
exec 8>&-
wait
is "$(kwatch doctor --json | grep -c '^{"type":"check","name":"[A-Za-z -]*","state":"[a-zA-Z]*","found":".*","todo":.*}$')" \
	"$(kwatch doctor | grep -c '^[a-zA-Z]')" "as JSON"

# --- locked down ---------------------------------------------------------------------

if [ -w /sys/kernel/security/lockdown ]; then
	echo integrity > /sys/kernel/security/lockdown
	expect_dmesg 'Lockdown: .*debugfs access is restricted'
	doctor
	is "$status" 1 "locked down: broken"
	like "$report" '^BROKEN  lockdown     the kernel is locked down \(integrity\): it makes no new watches$' "and says so"
else
	skip 2 "this kernel has no lockdown"
fi
done_testing
