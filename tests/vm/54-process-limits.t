# SPDX-License-Identifier: GPL-2.0
# vm: timeout=120
#
# The memory of a process: what the kernel writes into it, what nobody sees, and
# what is refused.

load
victim

# --- what the kernel writes ---------------------------------------------------

watch "w8 $word pid=$pid rate=0"
do_it read 1
do_it read 99
if is_arm64; then
	is "$(watch_of "$id" hits)" 0 "read(2) is not reported on arm64, as ctl says"
else
	# An emulated "rep movsb" may be a hit for every byte.
	at_least "$(watch_of "$id" hits)" 100 "read(2) into the word is a hit"
	out=$(cat $KW/hits)
	like "$out" " 0x[0-9a-f]+ -> 0x1112 watch=$id" "with the value"
	like "$out" '^ => (_copy_to_iter|copyout|copy_page_to_iter|rep_movs_alternative|copy_user_[a-z_]+|_copy_to_user)\+' "the kernel's stack"
	like "$(printf '%s\n' "$out" | grep -A3 '<user>')" '^ => 0x4[0-9a-f]+$' "and the user stack below it"
fi
is "$(stat_of "watch$id.hits")" "$(stat_of "watch$id.recorded")" "all are recorded"
ctl_ok "-$id"

if [ -e /proc/sys/kernel/io_uring_disabled ] && [ "$(cat /proc/sys/kernel/io_uring_disabled)" != 0 ]; then
	skip 2 "io_uring is disabled here"
elif is_arm64; then
	skip 2 "arm64 does not report what the kernel writes"
else
	watch "w8 $word pid=$pid rate=0"
	do_it uring 20 0
	if [ "$answer" = "done without" ]; then
		skip 2 "this kernel has no io_uring"
	else
		at_least "$(watch_of "$id" hits)" 20 "io_uring, inline: each read is a hit"
		n=$(watch_of "$id" hits)
		do_it uring 20 16
		case $(uname -r) in
		5.1[01].*) skip 1 "its workers are not threads of the process before 5.12" ;;
		*) at_least "$(watch_of "$id" hits)" $((n + 20)) "and by its workers" ;;
		esac
	fi
	ctl_ok "-$id"
fi

# Another process writes: no debug register of the victim sees that.
watch "w8 $word pid=$pid unseen=100 rate=0"
do_it store 10
kwu poke "$pid" "$word" 0xabcdef
ok "process_vm_writev is told as an unseen writer" \
	wait_for 10 grep -q "w8 $word: unseen writer between .*: 0x9 -> 0xabcdef watch=$id" $KW/hits
is "$(watch_of "$id" hits)" 10 "and is no hit"
kwu poke "$pid" "$word" 0x123
ctl_ok "-$id"
ok "the same where it is removed" grep -q "unseen writer between .*: 0xabcdef -> 0x123 watch=$id" $KW/hits

# --- signals ------------------------------------------------------------------

watch "w8 $word pid=$pid action=signal=SIGSTOP limit=1"
echo "store 5" >&8
stopped() { grep -q '^State:.*T (stopped)' "/proc/$pid/status"; }
ok "action=signal=SIGSTOP stops it" wait_for 10 stopped
# Word 1 behind "running" in /proc/PID/syscall is the stack, 2 the place.
at=$(awk '{ print $NF }' "/proc/$pid/syscall")
ip=$(awk -v w="watch=$id seq=1\$" '$0 ~ w { h = 1 } h && /^ => 0x/ { print $2; exit }' $KW/hits)
is "$at" "$ip" "at the very instruction"
kill -CONT "$pid"
ok "and it goes on" wait_for 10 sh -c 'tail -n 1 /tmp/victim.out | grep -q done'
ctl_ok clear

# --- what is refused -----------------------------------------------------------

refused ENOENT "w8 $word ^pid=4000000" "No such process"
refused EFAULT "w8 ^$word" "Not a kernel address (a process's needs pid=)"
refused EFAULT "w8 ^0x10 pid=$pid" "No memory of the process is mapped there"
refused EFAULT "w8 ^0x600000000000 pid=$pid" "No memory of the process is mapped there"
refused EFAULT "w8 $word ^pid=2" "A kernel thread has no user memory"
refused ENOENT "w8 ^no_such_symbol pid=$pid" "No such symbol (say module:symbol for a module that is not loaded yet, or for its per-CPU variables)"
refused ENOENT "-^77" "No watch has that number or name"
refused EINVAL "w^0 $word pid=$pid" "a length is 1 to 32 bytes"
refused EINVAL "w8 $word pid=^abc" "pid= takes a process ID above 0"
refused EINVAL "w8 $word pid=^0" "pid= takes a process ID above 0"
refused EINVAL "w8 $word pid=^-$pid" "pid= takes a process ID above 0"
refused EINVAL "w8 $word pid=$pid ^pid=$pid" "this option was given before"
refused EINVAL "w8 $word ^children" "children needs pid="
ctl_err E2BIG "w8 $word pid=$pid comm=$(printf %01024d 0)" "a line that is too long"
refused EINVAL "w8 $word pid=$pid ^cpu=77" "No such CPU"
refused EOPNOTSUPP "w8 $(addr kwtest_word) pid=$pid ^children" "A kernel address is watched for one process, not for its children"
ctl_ok "w8 $(addr kwtest_word) pid=$pid" "a kernel address may be watched for one process"
ctl_ok clear
ctl_ok "w8 $word pid=$pid"
refused EEXIST "w8 ^$word pid=$pid" "There is such a watch already"
ctl_ok clear
slots=$(stat_of slots)
n=0
while [ $n -lt "$slots" ]; do
	ctl "w8 $word+$((n * 8)) pid=$pid name=s$n" || break
	n=$((n + 1))
done
is $n "$slots" "as many watches as slots"
is "$(stat_of slots_free)" 0 "none is free"
ctl_err ENOSPC "w8 $word+$((n * 8)) pid=$pid"
like "$(last_error)" "No slot left for process $pid, which has $slots; they are held by" "it says which"
like "$(last_error)" "  [0-9]+: w8 $word pid=$pid" "by name"
ctl_err ENOSPC "w8 kwtest_word"
like "$(last_error)" "  [0-9]+: w8 $word pid=$pid" "also where the kernel's memory is wanted"
ctl_ok "clear"
if has_data_symbols; then
	n=0
	for s in kwtest_word kwtest_byte kwtest_static; do
		ctl "w1 $s" && n=$((n + 1))
	done
	while [ $n -lt "$slots" ]; do
		ctl "w1 kwtest_word+$((n * 8))" || break
		n=$((n + 1))
	done
	ctl_err ENOSPC "w8 $word pid=$pid"
	like "$(last_error)" "  [0-9]+: w1 kwtest_word" "a kernel watch takes it from processes"
	ctl_ok clear
fi
exec 8>&-
kwu victim < /dev/null > /tmp/dead
read -r _ dead dead_word < /tmp/dead
refused ENOENT "w8 $dead_word ^pid=$dead" "No such process"
stats_add_up "stats add up"
is "$(stat_of watches)" 0 "nothing is left"
done_testing
