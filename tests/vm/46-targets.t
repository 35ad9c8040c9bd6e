# SPDX-License-Identifier: GPL-2.0
# vm: timeout=90
#
# Targets beyond a plain symbol: per-CPU variables, tasks, modules to come.

load
ctl_ok "w8 kwtest:kwtest_percpu rate=0"
id=$(last_id)
run store8 100 var=percpu threads=2
is "$(stat_of "watch$id.cpu0.hits") $(stat_of "watch$id.cpu1.hits")" "100 100" "each CPU watches its own copy"
is "$(hits '\[000\].*: 0x63 -> 0x64 .* seq=100$') $(hits '\[001\].*: 0x63 -> 0x64 .* seq=100$')" "1 1" \
	"and counts and keeps values for itself"
ctl_ok clear
ctl_ok "w8 kwtest:kwtest_percpu@1 rate=0"
id=$(last_id)
run store8 100 var=percpu threads=2
is "$(stat_of "watch$id.cpu0.hits") $(stat_of "watch$id.cpu1.hits")" "0 100" "@1: one copy"
ctl_ok clear
ctl_err EINVAL "w8 kwtest_word@1" "a plain variable has no copies"
if grep -q 'kallsyms_all 1' $T/config; then
	percpu="w8 process_counts"
else # exported GPL there
	percpu="w8 cpu_scale"
fi
case $(uname -r) in
5.10.*-arm64) skip 2 "this kernel exports no per-CPU variable GPL" ;;
*)
	ctl_ok "$percpu" "a per-CPU variable of the kernel"
	ctl_ok clear
	ctl_ok "$percpu@0" "CPU 0's copy of it"
	ctl_ok clear
	;;
esac

# A task: its comm is written by prctl or, for us, /proc/PID/comm.
sleep 1000 &
pid=$!
ctl_ok "w1 task($pid)+0"
like "$(cat $KW/ctl)" "^w1 task\($pid\)\+0 |^w1 task\($pid\) " "task(PID) is listed as written"
kill -9 $pid
wait $pid 2> /dev/null
ctl_ok clear "its task_struct stays as long as it is watched"
ctl_err ENOENT "w8 task(999999)+0"

# A module to come.
ctl_ok "w8 kwmem:direct"
like "$(cat $KW/ctl)" '^w8 kwmem:direct +# id=[0-9]+ state=pending' "a module that is not loaded: pending"
is "$(stat_of slots_used)" 0 "and holds no slot"
modprobe kwmem
like "$(cat $KW/ctl)" '^w8 kwmem:direct +# id=[0-9]+ state=armed' "armed when it comes"
like "$(cat $KW/hits)" ': w8 kwmem:direct\+0x0: 0x0 -> 0x' "before its init runs, which is the first hit"
rmmod kwmem
like "$(cat $KW/ctl)" 'state=pending hits=1' "pending again when it goes, the count kept"
like "$(cat $KW/hits)" '^# .* w8 kwmem:direct\+0x0 ended: its module was unloaded' "and that is said"
modprobe kwmem
like "$(cat $KW/ctl)" 'state=armed hits=2' "and once more"
ctl_err ENOENT "w8 kwmem:nosuch" "a loaded module without that symbol"
ctl_ok clear

# A plain address in a module goes with it.
ctl_ok "w8 $(awk '$1 == "kwtest_word" { print $2 }' $T/addr)"
rmmod kwtest
is "$(cat $KW/ctl)" "" "an address in a module that goes is not watched any more"
done_testing
