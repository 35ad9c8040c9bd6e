# SPDX-License-Identifier: GPL-2.0
# vm: timeout=400
#
# kwatch -p and kwatch run: variables of a program and of its libraries by their
# names, and user frames with names and lines, in a program as distributions
# ship them: position-independent, optimised, no frame pointers.

load
ok "a task has a perf event all along" keep_patched

# start WORD...: kwup, as $prog; it goes on when we say so
start() {
	# The signal of the last one's end would break off the opening of a pipe.
	exec 9>&-
	wait
	[ -p /tmp/kwup.in ] || mkfifo /tmp/kwup.in
	$kwup "$@" < /tmp/kwup.in > /tmp/kwup.out &
	prog=$!
	exec 9> /tmp/kwup.in
	wait_for 20 grep -q "ready $prog" /tmp/kwup.out
	addr=$(awk '$1 == "ready" { print $3 }' /tmp/kwup.out)
}
kwup=kwup
go() { echo >&9; }
# follow WORD...: kwatch WORD... -p of it, as $client, armed
follow() {
	kwatch "$@" -p "$prog" > /tmp/out 2> /tmp/err &
	client=$!
	wait_for 20 grep -q " pid=$prog " $KW/ctl || diag "$(cat /tmp/err)"
}
ended() { wait "$client"; }
# user_frames FILE N: those of its Nth hit
user_frames() {
	awk -v n="$2" '/ seq=[0-9]+$/ { hit++; u = 0; next } hit == n && u && /^ => / { print }
		/^ => <user>/ { u = 1 }' "$1"
}

# --- by name ----------------------------------------------------------------------

start ready wait store=100 own=50 other=7 wait
follow w counter
like "$(cat $KW/ctl)" "^w4 0x[0-9a-f]+ pid=$prog ucopy=2048 until=close +#" "w counter: a length from the symbol's size, an address, a copy of the stack"
go
wait_for 30 grep -q ' seq=150$' /tmp/out
go
ended
is "$?" 0 "the client ends with the process"
is "$(heads /tmp/out | wc -l)" 150 "each of 150 stores"
like "$(cat /tmp/out)" "^ +kwup-$prog +\[00[01]\] .* w4 counter\+0x0: 0x63 -> 0x64 watch=[0-9]+ seq=100$" "the hit's line has the variable's name"
like "$(cat /tmp/out)" "w4 counter\+0x0 ended: its task ended" "and says that the process ended"
like "$(cat /tmp/err)" "not what (the kernel or )?other processes write" "the limits are told where the watch is armed"
frames=$(user_frames /tmp/out 100)
is "$(printf '%s\n' "$frames" | awk '{ sub(/\+.*/, "", $2); print $2 }' | head -n 5 | tr '\n' ' ')" \
	"put program_store lib_bounce lib_call main " "the stack: program, library, program, without frame pointers"
like "$(printf '%s\n' "$frames" | head -n 1)" '^ => put \[kwup\] kwup\.c:[0-9]+ \(inlined\)$' "an inlined function, with its line"
like "$frames" '^ => program_store\+0x[0-9a-f]+/0x[0-9a-f]+ \[kwup\] kwup\.c:[0-9]+$' "the function it is in"
like "$frames" '^ => lib_bounce\+0x[0-9a-f]+/0x[0-9a-f]+ \[libkwup\.so\] libkwup\.c:[0-9]+$' "the library's"
like "$(printf '%s\n' "$frames" | tail -n 1)" '^ => _start\+' "down to the start of the program"

start ready wait lib=10 other=7 store=3 wait
follow w lib_word
go
wait_for 30 grep -q ' seq=10$' /tmp/out
go
ended
is "$(heads /tmp/out | grep -c ' w8 lib_word+0x0: ')" 10 "a library's variable"
start ready wait store=3 wait
follow w libkwup:twin
go
wait_for 30 grep -q ' seq=3$' /tmp/out
go
ended
like "$(user_frames /tmp/out 1 | head -n 1)" '^ => lib_call\+' "libkwup:twin, and not the program's of the same name"
start ready wait store=3 wait
follow w twin
go
wait_for 30 grep -q ' seq=3$' /tmp/out
go
ended
like "$(user_frames /tmp/out 1 | head -n 1)" '^ => program_store\+' "twin, the program's"
is "$(kwatch w other -p 1 2>&1 | head -n 1)" "kwatch: no other in the program or the libraries of process 1" "a name that is nowhere"

start ready wait other=5 wait
follow w8 other+0 --json
go
wait_for 30 grep -q '"seq":5,' /tmp/out
go
ended
like "$(cat /tmp/out)" '"ustack":\[\{"ip":"0x[0-9a-f]+","sym":"main","off":[0-9]+,"size":[0-9]+,"mod":"kwup","file":"kwup.c","line":[0-9]+\},' "JSON has the names and lines, too"

# names N: of the first frames of the first hit
names() { user_frames /tmp/out 1 | awk '{ sub(/\+.*/, "", $2); print $2 }' | head -n "$1" | tr '\n' ' '; }

start ready wait fork=20 store=5 wait
follow w counter children
go
wait_for 30 grep -q ' seq=25$' /tmp/out
go
ended
is "$(heads /tmp/out | wc -l) $(heads /tmp/out | grep -c "kwup-$prog ")" "25 5" "children: what it forks, too"
is "$(names 5)" "put program_store lib_bounce lib_call forked " "with names in the child"

if is_arm64; then
	skip 2 "arm64 does not report what the kernel writes"
else
	start ready wait read=3 wait
	follow w counter
	go
	wait_for 30 grep -q ' seq=3$' /tmp/out
	go
	ended
	like "$(cat /tmp/out)" '^ => vfs_read\+' "read(2) into it: the kernel's stack"
	like "$(names 3)" '^(__)?read read_in main $' "and below it the program's"
fi

# --- without symbols, and with those that are apart -------------------------------------

kwup=kwups
start ready wait store=1 wait
follow w4 "$addr"
go
wait_for 30 grep -q ' seq=1$' /tmp/out
go
ended
is "$(user_frames /tmp/out 1 | sed 's/.*\[\(.*\)\].*/\1/' | tr '\n' ' ')" \
	"kwups libkwup.so libkwup.so kwups libc.so.6 libc.so.6 kwups " "w4 ADDRESS, in a stripped program: its stack is unwound"
mkdir /usr/bin/.debug
cp /usr/lib/kwups.debug /usr/bin/.debug/
start ready wait store=1 wait
follow w counter
go
wait_for 30 grep -q ' seq=1$' /tmp/out
go
ended
is "$(names 5)" "put program_store lib_bounce lib_call main " "with a debug file beside it, it has its names"
rm -r /usr/bin/.debug
kwup=kwup

# refuse WORDS WHY DESC
refuse() {
	said=$(kwatch $1 -p "$prog" 2>&1)
	is "$? $(printf '%s\n' "$said" | head -n 1)" "1 kwatch: $2" "$3"
}
start ready wait
refuse "w nosuch" "no nosuch in the program or the libraries of process $prog" "no such variable"
refuse "w per_thread" "per_thread is thread-local: each thread has its own; give the address of one" "a thread's own"
refuse "w counter+4" "counter+4: it has 4 bytes; say how many to watch, as in w4" "behind its end"
refuse "w counter+x" "counter+x: an offset is a number of bytes, as in counter+8" "a bad offset"
refuse "w libno:counter" "no counter in libno of process $prog" "no such library"
is "$(kwatch w counter -p 0 2>&1 | head -n 1 | cut -c 1-7)" "kwatch:" "no such process number"
go
wait "$prog"
refuse "w counter" "no program is known of process $prog: is there one?" "no such process"

# --- libraries that come and go ------------------------------------------------------

start ready wait plug=/usr/lib/libplug_a.so plug=/usr/lib/libplug_b.so plug=/usr/lib/libplug_a.so wait
follow w counter --json
# All three are gone before the client sees the first hit.
kill -STOP $client
go
wait_for 30 grep -q ' hits=3' $KW/ctl
kill -CONT $client
wait_for 30 grep -q '"seq":3,' /tmp/out
sed -n 's/^{"type":"hit",.*"ustack":.{"ip":"\([^"]*\)","sym":"\([^"]*\)",.*/\1 \2/p' /tmp/out > /tmp/plugs
is "$(awk '{ print $2 }' /tmp/plugs | tr '\n' ' ')" "plug_a plug_b plug_a " \
	"frames in a library that was unloaded since have its names"
is "$(awk '{ print $1 }' /tmp/plugs | sort -u | wc -l)" 1 "also where another took its place"
go
ended
rm -f /tmp/kwup.in

# --- kwatch run ------------------------------------------------------------------------

out=$(kwatch run w counter -o /tmp/hits -- kwup store=20 traps exit=7 < /dev/null 2> /tmp/err)
is "$?" 7 "kwatch run: the program's exit status"
is "$out" "traps 0" "its output is its own, and it gets no SIGTRAP"
is "$(heads /tmp/hits | wc -l)" 20 "each store"
is "$(user_frames /tmp/hits 1 | awk '{ sub(/\+.*/, "", $2); print $2 }' | head -n 5 | tr '\n' ' ')" \
	"put program_store lib_bounce lib_call main " "with its stack"
like "$(cat /tmp/hits)" "w4 counter\+0x0 ended: its task ended" "it ends with the program"
kwatch run w relocated -o /tmp/hits -- kwup exit=0 2> /dev/null
is "$? $(heads /tmp/hits | wc -l)" "0 0" "armed behind the dynamic linker's own stores"
kwatch run w early -o /tmp/hits -- kwup exit=0 2> /dev/null
is "$? $(user_frames /tmp/hits 1 | head -n 1 | cut -d+ -f 1)" "0  => before_main" "and before the program's own constructors"
kwatch run w lib_word -- kwup lib=3 > /tmp/out 2> /tmp/err
is "$? $(heads /tmp/err | grep -c lib_word) $(cat /tmp/out)" "0 3 " "a library's variable; the hits go to stderr"
kwatch run w counter -o /tmp/hits -- kwup store=1 kill=9 2> /dev/null
is "$? $(heads /tmp/hits | wc -l)" "137 1" "a program that a signal ends"
kwatch run w counter -- /nonexistent 2> /dev/null
is "$?" 127 "no such program"
kwatch run w nosuch -- kwup exit=0 2> /tmp/err
is "$?" 1 "no such variable"
nok "and no program is left" pidof kwup
kwatch run w counter -- kwup exit=3 2> /dev/null
is "$?" 3 "no hit"
echo 5 | kwatch run w counter --count=2 -o /tmp/hits -- kwup store=10 wait store=1 exit=4 2> /dev/null
is "$? $(heads /tmp/hits | wc -l)" "4 2" "--count: the program goes on to its own end"
mkfifo /tmp/kwup.in
kwatch run w counter -o /tmp/hits -- kwup ready wait < /tmp/kwup.in > /tmp/kwup.out 2> /dev/null &
client=$!
exec 9> /tmp/kwup.in
wait_for 20 grep -q ready /tmp/kwup.out
kill -TERM $client
wait $client
is "$?" 143 "a signal that would end the client is the program's"
nok "which ends" pidof kwup
is "$(stat_of watches) $(cat $KW/ctl)" "0 " "nothing is left armed"
stats_add_up "stats add up"
done_testing
