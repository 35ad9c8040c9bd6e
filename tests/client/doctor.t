#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# kwatch doctor on machines made of files: each line it can say.

. "$(dirname "$0")/lib.sh"

root=$dir/root
export KWATCH_ROOT=$root

# put FILE: of the machine, from stdin
put() {
	mkdir -p "$root$(dirname "$1")"
	cat > "$root$1"
}

# machine: one that is well, kwatch loaded
machine() {
	rm -rf "$root"
	fresh
	put /proc/sys/kernel/osrelease <<< "6.1.0-56-amd64"
	put /proc/cpuinfo <<< "flags		: fpu de hypervisor"
	put /sys/class/dmi/id/sys_vendor <<< "QEMU"
	put /sys/class/dmi/id/product_name <<< "Standard PC"
	put /boot/config-6.1.0-56-amd64 << 'CONFIG'
# Automatically generated file; DO NOT EDIT.
CONFIG_MODULES=y
CONFIG_PERF_EVENTS=y
CONFIG_HAVE_HW_BREAKPOINT=y
CONFIG_KALLSYMS=y
CONFIG_KPROBES=y
CONFIG
	printf '0000000000000000 A fixed_percpu_data\nffffffff81000000 T _stext\nffffffff82000000 D jiffies\n' | put /proc/kallsyms
	put /sys/kernel/btf/vmlinux < /dev/null
	put /sys/kernel/security/lsm <<< "lockdown,capability"
	put /sys/kernel/security/lockdown <<< "[none] integrity confidentiality"
	put /sys/module/module/parameters/sig_enforce <<< "N"
	put /sys/module/kwatch/taint <<< "OE"
	put /sys/module/kwatch/initstate <<< "live"
	put /sys/module/kwatch/parameters/ring_kb <<< "512"
	cat > "$KWATCH_DIR/stats" << 'STATS'
version: 0.1.0
abi: 2
selftest: ok, 5123 ns a hit
unwinder: the kernel's own
slots: 4
slots_used: 1
STATS
	printf 'w8 jiffies name=j  # id=3 state=armed hits=7\nw8 other  # id=4 state=off hits=0\n' > "$KWATCH_DIR/ctl"
}

# report ARG...: run; $out has no machine's name in it
report() {
	run doctor "$@"
	out=$(sed "s/ on $(uname -m)\$/ on MACHINE/; s/ on $(uname -m)\"/ on MACHINE\"/" "$dir/out")
}

machine
report
is "$status$err" 0 "a machine that is well"
golden doctor.golden "every line is ok"
report --json
golden doctor.json.golden "as JSON"

# --- everything that can be wrong, in one report ------------------------------------

machine
put /proc/sys/kernel/osrelease <<< "5.4.0-1"
rm -r "$root/sys/kernel/btf" "$root/sys/class" "$root/sys/module"
printf 'CONFIG_MODULES=y\nCONFIG_KALLSYMS=y\n' | gzip | put /proc/config.gz
printf 'ffffffff81000000 T _stext\nffffffff81000000 t some_jiffies\nffffffff82400000 D __start_rodata\n' | put /proc/kallsyms
put /sys/kernel/security/lockdown <<< "none [integrity] confidentiality"
printf '\6\0\0\0\1' | put /sys/firmware/efi/efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c
printf 'kernel/drivers/a.ko:\nupdates/dkms/kwatch.ko: kernel/drivers/a.ko\n' | put /lib/modules/5.4.0-1/modules.dep
printf 'ELF\0parmtype=ring_kb:uint\0...~Module signature appended~\n' | put /lib/modules/5.4.0-1/updates/dkms/kwatch.ko
put /dev/kmsg <<< "3,1,1,-;kwatch: this machine does not deliver debug exceptions as it should (1 store gave 0 hits)"
report
is "$status$err" 1 "one that is not"
golden doctor-broken.golden "each line says what to do"

# --- one thing at a time -----------------------------------------------------------------

# expect NAME: the report's line, and what to do if there is something
expect() {
	report
	is "$(grep -A 1 "^[a-zA-Z]* *$1  " <<< "$out" | sed '2{/^ *->/!d}')" "$2" "${3:-${2%%$'\n'*}}"
}

machine
rm "$root/boot/config-6.1.0-56-amd64"
expect config "note    config       the kernel's configuration is not to be found
                  -> look for it in /boot/config-RELEASE or /proc/config.gz"
machine
rm "$root/boot/config-6.1.0-56-amd64" "$root/sys/module/module/parameters/sig_enforce"
put /sys/module/kwatch/taint <<< "O"
expect module "ok      module       0.1.0, loaded, signatures are not checked"
machine
put /sys/module/kwatch/taint <<< "O"
expect module "ok      module       0.1.0, loaded, signed"
machine
sed -i 's/^abi: .*/abi: 77/' "$KWATCH_DIR/stats"
expect module "BROKEN  module       it speaks ABI 77, this kwatch ABI 2
                  -> install both from one version"
is "$status" 1 "which is a failure"
machine
rm -r "$root/sys/module"
expect module "BROKEN  module       not installed for this kernel
                  -> install kwatch-dkms and this kernel's headers, or: make && make install"
put /lib/modules/6.1.0-56-amd64/modules.dep <<< "kernel/mm/kwatch.ko:"
put /lib/modules/6.1.0-56-amd64/kernel/mm/kwatch.ko <<< "ELF parmtype=config:charp"
expect module "BROKEN  module       not loaded; modprobe finds another module of the name: /lib/modules/6.1.0-56-amd64/kernel/mm/kwatch.ko
                  -> remove that file, or install kwatch where modprobe looks first: updates/; then depmod"
printf 'ELF parmtype=ring_kb:uint\0' | put /lib/modules/6.1.0-56-amd64/kernel/mm/kwatch.ko
expect module "BROKEN  module       not loaded; installed for this kernel (unsigned)
                  -> modprobe kwatch"
machine
rm -r "$root/sys/module/kwatch/parameters"
expect module "BROKEN  module       another module called kwatch is loaded: rmmod kwatch, then modprobe this one"
rm "$root/sys/module/kwatch/initstate"
expect module "BROKEN  module       another kwatch is built into this kernel, so this one cannot be loaded: boot another kernel"
machine
: > "$root/proc/kallsyms"
expect symbols "note    symbols      /proc/kallsyms has none: nothing can be watched by name
                  -> give addresses, or a vmlinux"
machine
printf '0000000000000000 A fixed_percpu_data\n0000000000000000 D jiffies\n' | put /proc/kallsyms
if [ "$(id -u)" = 0 ]; then
	expect symbols "note    symbols      addresses are hidden: the client cannot name frames
                  -> echo 1 > /proc/sys/kernel/kptr_restrict, so that root sees them"
fi
machine
rm -r "$root/sys/kernel/security"
expect lockdown "note    lockdown     not known: securityfs is not mounted
                  -> mount -t securityfs none /sys/kernel/security"
machine
printf '\6\0\0\0\1' | put /sys/firmware/efi/efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c
expect "Secure Boot" "ok      Secure Boot  on, and the module was let in (unsigned)"
printf '\6\0\0\0\0' | put /sys/firmware/efi/efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c
expect "Secure Boot" "ok      Secure Boot  off"
machine
sed -i 's/^selftest: .*/selftest: not run, no slot was free/; s/^slots_used: .*/slots_used: 4/' "$KWATCH_DIR/stats"
expect self-test "note    self-test    hypervisor QEMU, Standard PC: not run, no slot was free
                  -> free a slot (see below), then: rmmod kwatch; modprobe kwatch"
expect slots "note    slots        no debug register is free
                  -> kwatch del ID, or end what else holds them"
is "$status" 0 "a note is no failure"
machine
put /proc/cpuinfo <<< "flags		: fpu de"
expect self-test "ok      self-test    no hypervisor: debug exceptions arrive (ok, 5123 ns a hit)"
machine
"$kwatch" doctor 2> "$dir/err" | true
is "${PIPESTATUS[0]}$(cat "$dir/err")" 0 "into a closed pipe"
"$kwatch" doctor > /dev/full 2> "$dir/err"
is "$? $(cat "$dir/err")" "1 kwatch: cannot write: No space left on device" "onto a full disk"
for words in '--nosuch' 'word'; do
	run doctor $words
	is "$status" 2 "usage: kwatch doctor $words"
done
done_testing
