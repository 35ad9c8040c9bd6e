# SPDX-License-Identifier: GPL-2.0
# vm: timeout=400
#
# libkwatch in programs that cancel threads, end their main thread, leave the
# report function in odd ways, close beside reading, or unload the plugin that it is
# in: none hangs, and none dies.

[ -x /usr/bin/kwlodd ] || skip_all "no libkwatch for this architecture"
modprobe kwatch dev_mode=0666
kw_find

# odd MODE DESC: it ends by itself, with status 0
odd() {
	timeout -s KILL $((60 * ${KWATCH_PATIENCE:-1})) kwlodd "$1" > /tmp/out 2>&1
	is "$?" 0 "$2"
	diag "$(head -n 5 /tmp/out)"
}

odd cancel-next "threads that are cancelled in kwatch_next() leave no lock to fork()"
odd cancel-flush "nor do those in kwatch_flush() leave one to exit()"
odd main-ends "a program ends when its main thread does, by pthread_exit()"
odd close "kwatch_close() beside kwatch_next()"
like "$(cat /tmp/out)" '^stolen: 0$' "reads none of the program's own pipes"
odd function-ends "pthread_exit() in the report function"
like "$(cat /tmp/out)" '^told: [3-9]' "is survived: hits are told afterwards"
odd function-jumps "longjmp() out of it"
like "$(cat /tmp/out)" '^told: [1-9]' "is survived, too"
odd function-forks "a child that returns from the report function"
like "$(cat /tmp/out)" '^child: 1$' "ends with status 1"
like "$(cat /tmp/out)" '^libkwatch: a child that the report function forked returned from it' "and says why"
odd plugin "a plugin with libkwatch in it can be unloaded"
odd copy "a copy of a report"
like "$(cat /tmp/out)" 'kwlodd-.*: w8 0x[0-9a-f]*: 0x0 -> 0x7' "is printed"
is "$(stat_of watches)" 0 "no watch is left"
done_testing
