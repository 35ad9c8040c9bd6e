#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What the client says when something is wrong, and what it ends with.

. "$(dirname "$0")/lib.sh"

# --- how it is called ---------------------------------------------------------

run
is "$status" 0 "kwatch alone explains itself"
is "$(wc -l < "$dir/out") $(awk 'length > 79' "$dir/out" | wc -l)" "$(wc -l < "$dir/out") 0" "in 80 columns"
ok "and 24 lines" [ "$(wc -l < "$dir/out")" -le 23 ]
screen=$out
for word in -h --help help; do
	run "$word"
	is "$status$out" "0$screen" "so does $word"
done
commands=$(sed -n 's/^  \([a-z0-9]*\)  *[a-zA-Z].*/\1/p' <<< "$screen" | grep -v kwatch)
for command in $commands; do
	run help "$command"
	like "$status$out" "^0usage: kwatch $command" "help $command"
	run "$command" --help
	like "$status$out" "^0usage: kwatch $command" "$command --help"
done

run ''
is "$status" 2 "usage: an empty word"
for words in nosuch W8 'help nosuch' 'help a b' w8 'w8 --json' 'w8 a --x' 'w8 a --count=0' 'w8 a --count=' add 'add -f' 'add -f x y' 'add -x' del off on \
	'clear all' 'list all' 'list --nosuch' 'stats x' 'summary x' 'version x' 'tail x' 'tail -n 0' \
	'tail -n x' 'tail -n -1' 'tail -n 1000001' 'tail -c 1x' 'tail -w 65536' 'tail --nosuch'; do
	# shellcheck disable=SC2086
	run $words
	is "$status${out:+ and stdout}" 2 "usage: kwatch $words"
done
run version
like "$out" '^kwatch [0-9.]+, ABI [0-9]+' "version"
run --version
is "$status" 0 "--version"

# --- what is not there --------------------------------------------------------

if [ ! -e /sys/module/kwatch ]; then
	(unset KWATCH_DIR; "$kwatch" list > "$dir/out" 2>&1)
	is "$? $(cat "$dir/out")" "1 kwatch: the kwatch module is not loaded: modprobe kwatch" \
		"no module"
fi
KWATCH_DIR=$dir/none run list
like "$status $err" '^1 kwatch: .*none: No such file or directory$' "a KWATCH_DIR that is not there"
if [ "$(id -u)" = 0 ]; then
	chmod 755 "$dir"
	chmod 600 "$KWATCH_DIR"/*
	setpriv --reuid 65534 --regid 65534 --clear-groups "$kwatch" list > "$dir/out" 2>&1
	is "$? $(cat "$dir/out")" "1 kwatch: needs root: try again with sudo" "no permission"
fi

printf 'abi: 77\n' > "$KWATCH_DIR/stats"
run tail
is "$status $err" "1 kwatch: the module speaks ABI 77, this kwatch ABI 2: install both from one version" \
	"a module of another ABI"
printf 'x: 1\nabi:\n' > "$KWATCH_DIR/stats"
run tail
is "$status" 1 "an ABI without a number"
printf 'x: 1\n' > "$KWATCH_DIR/stats"
run tail
like "$status $err" '^1 .*does not say' "no ABI at all"
rm "$KWATCH_DIR/stats"
run tail
like "$status $err" '^1 kwatch: stats: No such file' "no stats"

# --- what the kernel refuses ---------------------------------------------------

fresh
# A ctl that refuses everything.
ln -sf /dev/full "$KWATCH_DIR/ctl"
cat > "$KWATCH_DIR/error_log" << 'LOG'
[   11.000000] kwatch: error: An older one
  Command: w8 nosuch
           ^
[   12.345678] kwatch: error: No such symbol
  Command: w8 nosuch
              ^
[   12.345679] kwatch: error: No slot is left on CPU 1
  Command: w8 jiffies until=close
           ^
  held by 1 w8 a
  held by 2 w8 b
[   12.345680] kwatch: error: Unknown option
  Command: w8 jiffies until=close foo
                                  ^
[   12.345681] kwatch: error: Too wide
  Command: w8 comm="??" bad
                        ^
[   12.345682] kwatch: error: Caret under what was added
  Command: w8 b until=close
                ^
LOG
run add w8 nosuch
is "$status" 1 "a refusal"
is "$err" "kwatch: No such symbol
  w8 nosuch
     ^" "the kernel's sentence and its caret, of the last such command"
run w8 jiffies --self
is "$status $err" "1 kwatch: No slot is left on CPU 1
  w8 jiffies
  ^
  held by 1 w8 a
  held by 2 w8 b" "further lines; and not what the client has added"
run w8 jiffies until=close foo --self
is "$err" "kwatch: Unknown option
  w8 jiffies until=close foo
                         ^" "but what the user has written"
run w8 b --self
is "$err" "kwatch: Caret under what was added
  w8 b" "nothing that nobody has written, not even for a caret"
run w8 b
like "$err" "^kwatch: this program's own accesses are recorded" "a module that cannot leave its accesses out"
run add w8 b until=close
is "$status $err" "1 kwatch: with until=close the watch would go as this command ends: leave it out, or follow the watch, as \"kwatch w8 ...\" does
  w8 b until=close
       ^" "a watch that would be gone at once"
run add w8 'comm=ü' bad
is "$err" "kwatch: w8 comm=ü bad: no debug register is left" "a command that the log has not: the errno"
run add 'w8 comm="ü" bad'
is "$err" "kwatch: Too wide
  w8 comm=\"ü\" bad
              ^" "the caret stands under a character, not a byte"
run del 1 name
is "$status $err" "1 kwatch: del 1: no debug register is left
kwatch: del name: no debug register is left" "each is tried"
cat >> "$KWATCH_DIR/error_log" << 'LOG'
[   12.345683] kwatch: error: No watch has that number or name
  Command: -99
            ^
[   12.345684] kwatch: error: No watch has that number or name
  Command: off 99
               ^
LOG
run del 99
is "$err" "kwatch: No watch has that number or name
  del 99
      ^" "what was typed, and not what was sent"
run off 99
is "$err" "kwatch: No watch has that number or name
  off 99
      ^" "also of off"
run add $'w8 a\nw8 b'
like "$status $err" '^1 .*one line' "two commands in one"

# --- a name that several symbols have -------------------------------------------

cat > "$KWATCH_DIR/error_log" << 'LOG'
[   12.345678] kwatch: error: 3 symbols are called stats; say 0xADDR or module:stats
  Command: w8 stats
              ^
[   12.345679] kwatch: error: 2 symbols of b are called stats; say 0xADDR
  Command: w8 b:stats
              ^
LOG
cat > "$dir/symbols" << 'SYMBOLS'
ffffffff82000010 d stats
ffffffff82000018 d stats_all
ffffffffc0a02000 d stats	[a]
ffffffffc0a03000 d stats	[b]
ffffffffc0a03010 b stats	[b]
SYMBOLS
KWATCH_KALLSYMS=$dir/symbols run add w8 stats
is "$err" "kwatch: 3 symbols are called stats; say 0xADDR or module:stats
  w8 stats
     ^
  0xffffffff82000010
  0xffffffffc0a02000  a:stats
  0xffffffffc0a03000  b:stats
  0xffffffffc0a03010  b:stats" "the client lists them"
KWATCH_KALLSYMS=$dir/symbols run add w8 b:stats
is "$(tail -n +4 <<< "$err")" "  0xffffffffc0a03000  b:stats
  0xffffffffc0a03010  b:stats" "a module's alone"

rm "$KWATCH_DIR/error_log"
run add w8 nosuch
like "$status $err" '^1 .*no debug register' "no error_log"
done_testing
