#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Completion, by a bash that has a terminal: what is typed, with a tab at its
# end, and what words the command then gets.

. "$(dirname "$0")/lib.sh"

export KWATCH_BTF=$dir/btf KWATCH_KALLSYMS=$here/kallsyms.txt
mkdir "$KWATCH_BTF"
"${CC:-gcc}" -O1 -mcmodel=kernel -fno-pic -c -gbtf -o "$KWATCH_BTF/vmlinux" "$here/fakekernel.c"
printf 'w8 jiffies name=ticks  # id=12 state=armed hits=7\n' > "$KWATCH_DIR/ctl"
touch "$dir/some.conf"

# Ctrl-A and printf before the line, so that the terminal shows what came out.
cat > "$dir/type.py" << 'PY'
import os, pty, select, signal, sys
pid, fd = pty.fork()
if pid == 0:
    os.environ.update(TERM="dumb", PS1="$ ", PATH=os.path.dirname(sys.argv[1]) + ":" + os.environ["PATH"])
    os.execvp("bash", ["bash", "--norc", "--noprofile", "-i"])
seen = b""
def wait_for(what):
    global seen
    while what not in seen:
        if not select.select([fd], [], [], 20)[0]:
            # A quote that is still open, perhaps.
            os.write(fd, b"\x03")
            line, seen = seen, b""
            return b"nothing came: " + line
        seen += os.read(fd, 65536)
    line, seen = seen.rsplit(what, 1)
    return line
wait_for(b"$ ")
os.write(fd, b"bind 'set bell-style none'; bind 'set enable-bracketed-paste off'; . scripts/completion.bash\n")
os.write(fd, b"show() { printf '%s|' \"$@\"; echo '  done'; }; echo ready'!'\n")
wait_for(b"ready!")
for typed in sys.argv[2:]:
    os.write(fd, typed.encode() + b"\t\x01show \x05\n")
    line = wait_for(b"  done\r\n")
    print(line.decode(errors="replace").replace("\r", "\n").split("\n")[-1], flush=True)
os.kill(pid, signal.SIGKILL)
PY

typed=() wanted=()
# completes LINE WORDS: as typed, and as the program gets it
completes() {
	typed+=("$1")
	wanted+=("$2")
}
completes 'kwatch rec' 'kwatch|record|'
completes 'kwatch del ti' 'kwatch|del|ticks|'
completes 'kwatch del 1' 'kwatch|del|12|'
completes 'kwatch top -w ti' 'kwatch|top|-w|ticks|'
completes 'kwatch tail --no-f' 'kwatch|tail|--no-follow|'
completes 'kwatch report --perf' 'kwatch|report|--perf-script|'
completes 'kwatch help doc' 'kwatch|help|doctor|'
completes 'kwatch w8 jif' 'kwatch|w8|jiffies|'
completes 'kwatch x kthread_' 'kwatch|x|kthread_alias|'
completes 'kwatch x trampolines:tl_w' 'kwatch|x|trampolines:tl_write|'
completes 'kwatch add rw4 jif' 'kwatch|add|rw4|jiffies|'
completes "kwatch add 'w8 jif" 'kwatch|add|w8 jiffies|'
completes 'kwatch w8 jiffies chan' 'kwatch|w8|jiffies|changed|'
completes 'kwatch w8 jiffies act' 'kwatch|w8|jiffies|action=|'
completes 'kwatch w8 jiffies action=tr' 'kwatch|w8|jiffies|action=traceoff|'
completes "kwatch addr '((struct thing *)0x100000000)->nam" 'kwatch|addr|((struct thing *)0x100000000)->name|'
completes "kwatch w '((struct thing *)0x100000000)->all.ne" 'kwatch|w|((struct thing *)0x100000000)->all.next|'
completes "kwatch addr --offset 'struct thing' all.n" 'kwatch|addr|--offset|struct thing|all.next|'
completes "kwatch load $dir/so" "kwatch|load|$dir/some.conf|"
mapfile -t got < <(python3 "$dir/type.py" "$kwatch" "${typed[@]}")
for i in "${!typed[@]}"; do
	is "${got[$i]:-}" "${wanted[$i]}" "${typed[$i]}"
done
done_testing
