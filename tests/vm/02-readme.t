# SPDX-License-Identifier: GPL-2.0
# vm: timeout=300
#
# The commands of README, as they stand, but for kwatch top, which wants a terminal and is
# in tests/client/top.t; tests/lint/rules.t sees that none is missing.

# shows ERE COMMAND: run until a line is shown, then end it as Ctrl-C does
shows() {
	: > /tmp/out
	sh -c "exec $2" > /tmp/out 2>&1 &
	pid=$!
	ok "$2" wait_for 90 grep -qE "$1" /tmp/out || diag "$(head -n 5 /tmp/out)"
	kill $pid 2> /dev/null
	wait $pid
}

# does COMMAND: run to its end
does() {
	sh -c "$1" > /tmp/last 2>&1
	is "$?" 0 "$1" || diag "$(head -n 5 /tmp/last)"
}

modprobe kwtest
cd /tmp || exit
if ! grep -qw jiffies /proc/kallsyms; then
	skip 1 "this kernel's symbol table has no variables"
	done_testing
	exit
fi
does 'modprobe kwatch'
kw_find
does 'echo "w8 jiffies" > /sys/kernel/debug/kwatch/ctl'
ok "jiffies are written" wait_for 10 grep -q '=> tick_do_update_jiffies64+' $KW/hits
timeout 5 cat $KW/hits > /tmp/hits
like "$(head -n 1 /tmp/hits)" ': w8 jiffies\+0x0: 0x[0-9a-f]+ -> 0x[0-9a-f]+ watch=1 seq=[0-9]+$' \
	'cat /sys/kernel/debug/kwatch/hits'
head -n 12 /tmp/hits | while read -r line; do diag "$line"; done
ctl_ok clear

hit=' seq=[0-9]+$'
shows "$hit" 'kwatch w8 jiffies'
shows "$hit" 'kwatch w8 0x$(grep -w jiffies /proc/kallsyms | cut -c1-16)'
if [ -e /sys/kernel/btf/vmlinux ]; then
	shows 'armed' "kwatch w 'task(1)->se.nr_migrations'"
else
	skip 1 "this kernel has no BTF"
fi
cp /usr/bin/overrun /usr/bin/reuse /tmp/ 2> /dev/null
if [ -x /tmp/overrun ]; then
	shows "$hit" 'kwatch run w limit -- ./overrun'
	shows "$hit" './reuse watch'
else
	skip 2 "the samples are built for this machine"
fi
if [ -x /usr/bin/kwup ]; then
	cp /usr/bin/kwup /tmp/victim
	mkfifo /tmp/in
	./victim ready wait store=1000 < /tmp/in > /tmp/said &
	exec 9> /tmp/in
	wait_for 20 grep -q ready /tmp/said
	(wait_for 30 grep -q ' pid=' $KW/ctl; echo >&9) &
	shows "$hit" 'kwatch w counter -p $(pidof victim)'
	exec 9>&-
else
	skip 1 "no program with a variable is built for this machine"
fi

does "kwatch add 'w8 jiffies name=tick summary'"
(wait_for 20 sh -c 'cat D/cpu_* | grep -q .'; killall kwatch) 2> /dev/null &
does 'kwatch record -o D'
does 'kwatch report D'
like "$(cat /tmp/last)" 'hits' "a report"
sh -c 'kwatch doctor' > /tmp/out 2>&1
like "$(cat /tmp/out)" '^ok +module' 'kwatch doctor'
done_testing
