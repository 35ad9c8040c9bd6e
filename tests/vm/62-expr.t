# SPDX-License-Identifier: GPL-2.0
# vm: timeout=300
#
# C expressions on the kernel's own types, followed through live memory, as the
# target of a watch.

load
[ -e /sys/kernel/btf/vmlinux ] || skip_all "this kernel has no BTF"

# addr EXPR: what it says; without the address and the value, which differ
addr_of() { kwatch addr "$@" 2>&1; }
tell() { addr_of "$@" | sed 's/^0x[0-9a-f]* //'; }
# why EXPR: the reason of a refusal, one line
why() { addr_of "$@" | head -n 1; }

# --- how often was this task moved: one command ------------------------------------

sh -c 'while :; do :; done' &
pid=$!
like "$(addr_of "task($pid)->se.nr_migrations")" \
	"^0x[0-9a-f]{16} 8 task\($pid\)\+0x[0-9a-f]+ u64 = [0-9]+$" "task(PID)->se.nr_migrations"
kwatch w "task($pid)->se.nr_migrations" > /tmp/out 2> /tmp/err &
follower=$!
armed() { grep -q "^w8 task($pid)+" "$KW/ctl"; }
ok "kwatch w arms it, with the length of its type" wait_for 60 armed
moved() {
	taskset -p 1 $pid > /dev/null
	taskset -p 2 $pid > /dev/null
	grep -q seq= /tmp/out
}
ok "and shows who moves the task" wait_for 30 moved
like "$(cat /tmp/out)" '^ => set_task_cpu\+' "set_task_cpu does"
like "$(cat /tmp/out)" " seq=[0-9]+ note=\"task\($pid\)->se.nr_migrations\"$" "each hit has the expression as it was typed"
is "$(kwatch addr --offset 'struct task_struct' se.nr_migrations | cut -d ' ' -f 2-)" "8 u64" "--offset"
is "$(printf 0x%x "$(kwatch addr --offset 'struct task_struct' se.nr_migrations | cut -d ' ' -f 1)")" \
	"$(sed -n "s/^w8 task($pid)+\([0-9a-fx]*\) .*/\1/p" "$KW/ctl")" "is where ctl has it"
kill $follower $pid
wait $follower
# From here on, a task that leaves the CPUs alone.
sleep 1000 &
pid=$!

# --- members, arrays, casts, pointers -----------------------------------------------

like "$(tell 'task(1)->pid')" '^4 task\(1\)\+0x[0-9a-f]+ pid_t = 1$' "a number and its value"
like "$(tell "task($pid)->tgid")" "= $pid$" "of another task"
like "$(tell "task($pid)->real_parent->pid")" "^4 0x[0-9a-f]{16} pid_t = $(sh -c 'echo $PPID')$" "a pointer is followed"
like "$(tell 'task(1)->comm')" '^16 task\(1\)\+0x[0-9a-f]+ char\[(16|TASK_COMM_LEN)\] = "init"$' "an array"
like "$(tell 'task(1)->comm[0]')" '^1 .* char = 105$' "an element of it: init"
like "$(tell 'task(1)->signal->rlim[7].rlim_cur')" '^8 .* = [0-9]+$' "a member of an element"
like "$(tell 'task(1)->signal->pids[PIDTYPE_TGID]->numbers[0].nr')" '^4 .* int = 1$' "an index by name"
like "$(tell '*task(1)->mm')" 'struct mm_struct$' "*"
like "$(tell '&task(1)->mm->mm_count')" '^4 0x[0-9a-f]{16} atomic_t = [1-9][0-9]*$' "&"
like "$(tell 'task(1)->usage')" '^4 .* refcount_t = [1-9][0-9]*$' "a counter in its struct"
mm=$(addr_of 'task(1)->mm' | sed 's/.* = //')
is "$(addr_of "((struct mm_struct *)$mm)->mm_count")" "$(addr_of 'task(1)->mm->mm_count')" "a cast address"
is "$(addr_of "((struct mm_struct *)${mm#0x})->pgd")" "$(addr_of 'task(1)->mm->pgd')" "without its 0x"
is "$(addr_of '((struct list_head *)&task(1)->tasks)->next')" "$(addr_of 'task(1)->tasks.next')" "a cast of &"
like "$(tell 'task(1)->in_iowait')" '^1 task\(1\)\+0x[0-9a-f]+ unsigned int : 1, bit [0-7] = [01]$' "a bitfield: the byte that holds it"
if grep -q ' kwtest_word' /proc/kallsyms; then
	is "$(tell "kwtest_word")" "? kwtest_word ?" "a variable whose type is not known"
	is "$(addr_of kwtest_word | cut -d ' ' -f 1)" "$(addr kwtest_word)" "is where the module says"
	run store8 3 start=40
	is "$(tell '*(u64 *)&kwtest_word')" "8 kwtest_word u64 = $(($(value kwtest_word)))" "its type can be said"
	like "$(why 'kwtest_word.x')" 'the type of kwtest_word is not known: say it' "no type"
else
	skip 4 "this kernel does not tell where a module's variables are"
fi
is "$(kwatch addr --json 'task(1)->pid' | sed 's/"address":"0x[0-9a-f]*",//; s/+0x[0-9a-f]*//')" \
	'{"len":4,"target":"task(1)","type":"pid_t","value":"0x1"}' "--json"

if has_data_symbols; then
	like "$(tell init_task.pid)" '^4 init_task\+0x[0-9a-f]+ pid_t = 0$' "a variable that everybody knows"
	case $(why runqueues@1.cpu) in
	*"the type of runqueues@1 is not known"*)
		# 5.10's BTF has no per-CPU variables.
		is "$(tell '((struct rq *)&runqueues@1)->cpu' | sed 's/.* = //')" 1 "a per-CPU variable whose type is said"
		skip 5 "this kernel's BTF has no per-CPU variables"
		;;
	*)
		is "$(tell runqueues@1.cpu | sed 's/.* = //')" 1 "a per-CPU variable of one CPU"
		is "$(tell runqueues.cpu | sed 's/.* = //' | tr '\n' ' ')" "$(seq 0 $(($(nproc) - 1)) | tr '\n' ' ')" "of each CPU"
		like "$(tell runqueues@1.curr | sed 's/ =.*//')" '^8 runqueues@1\+0x[0-9a-f]+ struct task_struct \*$' "a pointer in it"
		like "$(tell 'runqueues@1.idle->comm[0]')" '= 115$' "followed: swapper"
		like "$(why runqueues.idle-\>pid)" 'each CPU has its own runqueues: say whose, runqueues@0' "not of all CPUs"
		id=$(kwatch add w runqueues@1.nr_running)
		like "$(grep "# id=$id " "$KW/ctl")" '^w4 runqueues@1(\+0x[0-9a-f]+)? ' "armed with its name"
		;;
	esac
	like "$(why jiffies@1)" 'jiffies is no per-CPU variable' "no per-CPU variable"
	id=$(kwatch add w init_task.usage)
	like "$(grep "# id=$id " "$KW/ctl")" '^w4 init_task\+0x[0-9a-f]+ ' "so is a variable's member"
else
	skip 9 "this kernel does not tell where its variables are"
fi

# --- what each CPU has ----------------------------------------------------------------

nr=$(nproc)
copies() { tell "$1" | cut -d ' ' -f 2 | tr '\n' ' '; }
# copies_of TARGET: what "copies" says of it
copies_of() { for i in $(seq 0 $((nr - 1))); do echo "$1@$i"; done | tr '\n' ' '; }
if has_data_symbols; then
	like "$(why "((struct rq *)&runqueues@$nr)->cpu")" "there is no CPU $nr\$" "a CPU that there is not"
	for var in cell pool; do
		ptr=$(addr kwtest_$var)
		run store8 5 var=$var cpu=1 start=40
		is "$(copies "*(*(u64 **)&kwtest_$var)")" "$(copies_of "percpu:$ptr")" "what a per-CPU pointer points to: each CPU's"
		is "$(tell "*(*(u64 **)&kwtest_$var)" | sed -n '2s/.* = //p')" 45 "with CPU 1's value"
		is "$(copies "((u64 __percpu *)$ptr)[0]")" "$(copies_of "percpu:$ptr")" "also where it is said"
		id=$(kwatch add w "*(*(u64 **)&kwtest_$var)")
		like "$(grep "# id=$id " "$KW/ctl")" "^w8 percpu:$ptr " "armed on every CPU"
		run store8 3 var=$var cpu=0
		run store8 4 var=$var cpu=1
		is "$(stat_of "watch$id.cpu0.hits") $(stat_of "watch$id.cpu1.hits")" "3 4" "which has its own hits"
		kwatch del "$id"
	done
	is "$(copies '*(u64 *)&kwtest:kwtest_percpu')" "$(copies_of kwtest:kwtest_percpu)" "a module's per-CPU variable"
	is "$(addr_of kwtest:kwtest_percpu@1 | cut -d ' ' -f 1)" "$(addr kwtest_percpu@1)" "where CPU 1 has it"
else
	skip 13 "this kernel does not tell where its variables are"
fi
like "$(why 0xffff7fffffffe000)" 'there is no memory at 0xffff7fffffffe000' "an address that is none"
# Below a kernel thread's stack is a page that is not mapped; kcore has zeros there.
stack=$(addr_of 'task(2)->stack' | sed 's/.* = //')
below=$(printf '0x%x' $((stack - 8)))
if has_data_symbols; then
	like "$(why "$below")" "there is no memory at $below" "a hole where vmalloc() has mapped nothing"
	like "$(addr_of "*(u64 *)$stack")" "^$stack 8 $stack u64 = [0-9]+\$" "the page above it can be read"
else
	skip 2 "this kernel does not tell where its page tables are"
fi

# --- a name that only the kernel's file has ---------------------------------------------

text=0x$(sed -n 's/ T _stext$//p' /proc/kallsyms)
ok "a vmlinux file" kwelf /tmp/vmlinux 0x1230000 "_stext=$text" "kwhidden=$(addr kwtest_word)"
is "$(why kwhidden)" "kwatch: kwhidden is no symbol" "a name that kallsyms has not"
is "$(kwatch -v /tmp/vmlinux addr kwhidden)" "$(addr kwtest_word) ? $(addr kwtest_word) ?" \
	"-v: is in the file, moved to where the kernel is"
id=$(kwatch -v /tmp/vmlinux add w8 kwhidden name=hidden)
like "$(grep "# id=$id " "$KW/ctl")" "^w8 $(addr kwtest_word) name=hidden" "a watch on it gets an address"
like "$(grep "# id=$id " "$KW/ctl")" " note=kwhidden( |$)" "and its name as a note"
before=$(watch_of "$id" hits)
run store8 5
is $(($(watch_of "$id" hits) - before)) 5 "and its hits"
kwatch clear

# --- what is wrong is named ------------------------------------------------------------

is "$(why 'task(2)->mm->pgd')" "kwatch: task(2)->mm is null" "a null pointer on the way"
is "$(addr_of 'task(2)->mm->pgd' | sed -n 2,3p)" "  task(2)->mm->pgd
  ^" "and where"
like "$(why '((struct task_struct *)0xdead000000000000)->mm->pgd')" \
	'^kwatch: \(\(struct task_struct \*\)0xdead000000000000\)->mm cannot be read: there is no memory at 0xdead' "an address that is none"
is "$(why 'task(1)->nosuch')" "kwatch: struct task_struct has no member nosuch" "no such member"
is "$(why 'task(1).pid')" 'kwatch: task(1) is a pointer: its members follow a "->"' ". for ->"
is "$(why 'task(1)->se->load')" 'kwatch: task(1)->se is no pointer: its members follow a "."' "-> for ."
is "$(why 'task(1)->pid->x')" 'kwatch: task(1)->pid is no pointer' "a number is no pointer"
is "$(why 'task(99999)->pid')" 'kwatch: there is no task 99999' "no such task"
is "$(why 'nosuch.x')" 'kwatch: nosuch is no symbol' "no such symbol"
is "$(why '((struct nosuch *)0xffff888000000000)->x')" "kwatch: the kernel's types have no struct nosuch" "no such type"
is "$(addr_of 'task(1)->' | tail -n 1)" "           ^" "the caret of an unfinished one"
is "$(kwatch add w4 'task(2)->mm->pgd' 2>&1 | sed -n 2,3p)" "  w4 task(2)->mm->pgd
     ^" "in the line of a watch"
is "$(kwatch add w 0xffffffff80000000 2>&1 | head -n 1)" "kwatch: how many bytes is not known: say the length, as in w8" "no length to be had"

# --- more than one command takes it ---------------------------------------------------------

kwatch clear
id=$(kwatch add w "task($pid)->mm->mm_users" name=users)
like "$(grep "# id=$id " "$KW/ctl")" '^w4 0x[0-9a-f]{16} name=users' "kwatch add; options follow"
echo "w (struct task_struct *)0" > /tmp/specs
kwatch add -f /tmp/specs 2> /tmp/err
is "$?" 1 "kwatch add -f refuses what is none"
printf '%s\n' '# a comment' "w task($pid)->tgid name=tgid" "w8 kwtest_word" > /tmp/specs
ok "kwatch add -f" kwatch add -f /tmp/specs
like "$(cat "$KW/ctl")" "^w4 task\($pid\)\+0x[0-9a-f]+ name=tgid" "arms it"
like "$(kwatch list --spec)" "^w4 task\($pid\)\+0x[0-9a-f]+ name=tgid" "and lists it so that it can be written back"
kwatch clear
is "$(kwatch addr --complete 'task(1)->se.nr_migr')" "task(1)->se.nr_migrations" "completion for the shell"
kill $pid
done_testing
