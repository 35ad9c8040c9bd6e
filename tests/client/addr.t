#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Expressions on a kernel that is a file: what "-v vmlinux" adds to the names
# that kallsyms has, moved to where the kernel runs; another build's is refused.

. "$(dirname "$0")/lib.sh"

export KWATCH_BTF=$dir/btf KWATCH_KCORE=$dir/core KWATCH_NOTES=$dir/notes KWATCH_KALLSYMS=$dir/kallsyms
linked=0xffffffff81000000 runs=0xffffffff9a000000
compile() { "${CC:-gcc}" -O1 -mcmodel=kernel -fno-pic -c "$@" "$here/fakekernel.c"; }
link() { ld -static -nostdlib -e _stext --build-id="$3" "-Ttext-segment=$1" -o "$2" "$dir/kernel.o"; }
mkdir "$KWATCH_BTF"
compile -g -o "$dir/kernel.o"
compile -gbtf -o "$KWATCH_BTF/vmlinux"
link "$linked" "$dir/vmlinux" 0x0123456789abcdef
link "$linked" "$dir/other" 0xfedcba9876543210
link "$runs" "$KWATCH_KCORE" none
objcopy -O binary --only-section=.note.gnu.build-id "$dir/vmlinux" "$KWATCH_NOTES"
# As CONFIG_KALLSYMS_ALL=n has it.
nm "$KWATCH_KCORE" | grep ' T ' > "$KWATCH_KALLSYMS"

# at NAME: where the running kernel has it
at() { nm "$KWATCH_KCORE" | sed -n "s/^\([0-9a-f]*\) . $1\$/0x\1/p"; }
plus() { printf '0x%x' $(($1 + $2)); }

run addr first.id
is "$status $err" "1 kwatch: first is no symbol
  first.id
  ^" "kallsyms has no variables"
run addr vfs_read
is "$status $out" "0 $(at vfs_read) ? vfs_read ?" "but functions"
for order in "-v $dir/vmlinux addr" "addr -v $dir/vmlinux"; do
	# shellcheck disable=SC2086
	run $order first.id
	is "$status $out" "0 $(at first) 4 $(at first) int = 1" "kwatch ${order%% *}: moved by the slide, with its type"
done
v() { run -v "$dir/vmlinux" addr "$@"; }
v counter
is "$out" "$(at counter) 8 $(at counter) long long unsigned int = 1234605616436508552" "a number"
v 'first.all.next'
is "$out" "$(plus "$(at first)" 8) 8 $(plus "$(at first)" 8) struct link * = $(plus "$(at second)" 8)" "a pointer"
v '((struct thing *)((char *)first.all.next-8))->id'
is "$out" "$(at second) 4 $(at second) int = 2" "followed, as container_of() does"
v first.mode
is "$out" "$(plus "$(at first)" 4) 1 $(plus "$(at first)" 4) unsigned int : 5, bit 3 = 17" "a bitfield"
v '&((struct thing *)'"$(at second)"')->name'
is "$out" "$(plus "$(at second)" 16) 8 $(plus "$(at second)" 16) char * = 0xfffffffffffffff4" "an address that is cast"
v '((struct thing **)&things)[1]->id'
is "$out" "$(at second) 4 $(at second) int = 2" "an index"
v 'first.id' 'counter'
is "$status $(wc -l <<< "$out")" "0 2" "two of them"

v '(*(unsigned long long *)&first.all.next)+4'
is "$out" "$(plus "$(at second)" 12) ? $(plus "$(at second)" 12) ?" "what is added to a value is added to the value"
v 'first.all.next+4'
like "$status $err" '^1 kwatch: first.all.next \+ N counts elements in C and bytes in ctl: say ' "to a pointer: elements, or bytes?"
v first.tag
is "$out" "$(plus "$(at first)" 24) 8 $(plus "$(at first)" 24) char[8] = \"one\\001\\\"\"" "an array of char"
is "$("$kwatch" -v "$dir/vmlinux" addr --json first.tag | sed 's/.*"value"://')" '"one\u0001\""}' "as JSON"
v first.users
is "$out" "$(plus "$(at first)" 32) 4 $(plus "$(at first)" 32) refcount_t = 3" "a struct of one number"

# --- memory that is not there -----------------------------------------------------------

v 0xffff888123456000
is "$status $err" "1 kwatch: there is no memory at 0xffff888123456000
  0xffff888123456000
  ^" "an address without memory"

# --- links that lead nowhere ----------------------------------------------------------

v '((struct thing **)&things)[2]->id'
is "$status $err" "1 kwatch: ((struct thing **)&things)[2] is null
  ((struct thing **)&things)[2]->id
  ^" "null"
v 'first.all.next->next->next'
like "$err" '^kwatch: first.all.next->next is null' "a null one further on"
v '*second.name'
like "$err" '^kwatch: second.name is an error number, no address' "ERR_PTR()"
v '((struct thing **)&things)[3]->all.next->next'
like "$err" '^kwatch: \(\(struct thing \*\*\)&things\)\[3\]->all.next cannot be read: there is no memory at 0xffff888000000008' \
	"not mapped"
KWATCH_KCORE=$dir/nosuch v first.all.next-\>next
like "$err" 'kwatch: .*/nosuch: No such file' "no /proc/kcore: it is said"

# --- the wrong file ------------------------------------------------------------------------

run -v "$dir/other" addr first.id
is "$status $err" "1 kwatch: $dir/other: another build than the kernel that runs: its build-id is fedcba9876543210, the kernel's 0123456789abcdef" \
	"another build"
run -v "$dir/nosuch" addr first.id
is "$status $err" "1 kwatch: $dir/nosuch: No such file or directory" "none"
run -v "$KWATCH_KALLSYMS" addr first.id
like "$status $err" "^1 kwatch: .*kallsyms: no ELF file of a kernel" "no ELF file"
run -v "$dir/kernel.o" addr first.id
like "$status $err" "^1 kwatch: .*kernel.o: it has no build-id" "without a build-id"
strip -o "$dir/stripped" "$dir/vmlinux"
run -v "$dir/stripped" addr first.id
is "$status $err" "1 kwatch: $dir/stripped: it has no symbols" "without symbols"
KWATCH_NOTES=$dir/nosuch run -v "$dir/vmlinux" addr first.id
like "$status $err" "^1 kwatch: .*vmlinux: the running kernel does not tell its build-id" "a kernel without one"
sed -i 's/^[0-9a-f]*/0000000000000000/' "$KWATCH_KALLSYMS"
run -v "$dir/vmlinux" addr first.id
like "$status $err" "^1 kwatch: .*vmlinux: where the kernel is cannot be told: .*kptr_restrict" "addresses are hidden"
run addr vfs_read
like "$status $err" "^1 kwatch: .*hides the addresses" "from everybody"
nm "$KWATCH_KCORE" | grep ' T ' > "$KWATCH_KALLSYMS"
for cut in 0 10 63 64 100 4096 9000; do
	head -c "$cut" "$dir/vmlinux" > "$dir/cut"
	run -v "$dir/cut" addr first.id
	is "$status" 1 "cut at $cut: refused"
done
head -c 100 "$KWATCH_BTF/vmlinux" > "$dir/cut"
mv "$dir/cut" "$KWATCH_BTF/vmlinux"
run addr --offset 'struct thing' id
like "$status $err" "^1 kwatch: .*vmlinux: .*the kernel's types are not known" "types that cannot be read"
done_testing
