# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
#
# What a VM test may use; sourced before it by /init, in the guest, busybox sh.
# CONTRIBUTING.md shows a whole test.
#
# Asserting (each prints one line of TAP):
#   ok DESC CMD...        CMD succeeds
#   nok DESC CMD...       CMD fails
#   is GOT WANT DESC      the same text
#   isnt GOT OTHER DESC
#   like TEXT ERE DESC    a line of TEXT matches
#   unlike TEXT ERE DESC  no line does
#   at_least N MIN DESC
#   pass DESC, fail DESC
#   skip N REASON         instead of N assertions
#   skip_all REASON       ends the test
#   plan N                before the first, or nothing at all
#   done_testing          last line of a test; without it the test fails
#   diag TEXT             shown to whoever ran the tests
#
# Waiting:
#   wait_for SECONDS CMD...  until CMD succeeds; fails after SECONDS
#
# The kernel log (the host judges it when the VM is gone):
#   expect_dmesg ERE      must be there, and may look like a fault
#
# kwatch and kwtest: see the functions further down.

mkdir -p /tmp/tap
echo 0 > /tmp/tap/n

# Counted in a file: assertions in a pipeline run in a subshell.
tap_count() {
	local n
	read -r n < /tmp/tap/n
	echo "$n"
}

tap_line() {
	local n
	read -r n < /tmp/tap/n
	n=$((n + 1))
	echo "$n" > /tmp/tap/n
	echo "$1 $n - $2"
}

pass() { tap_line ok "$1"; }
fail() { tap_line "not ok" "$1"; return 1; }

# Several lines are several lines of diagnosis.
diag() { printf '%s\n' "$*" | sed 's/^/#vm diag /'; }

ok() {
	local desc=$1
	shift
	if "$@"; then
		pass "$desc"
	else
		fail "$desc"
		diag "failed: $*"
		return 1
	fi
}

nok() {
	local desc=$1
	shift
	if "$@"; then
		fail "$desc"
		diag "should have failed: $*"
		return 1
	else
		pass "$desc"
	fi
}

is() {
	if [ "$1" = "$2" ]; then
		pass "$3"
	else
		fail "$3"
		diag "     got: $1"
		diag "expected: $2"
		return 1
	fi
}

isnt() {
	if [ "$1" != "$2" ]; then
		pass "$3"
	else
		fail "$3"
		diag "should not be: $2"
		return 1
	fi
}

like() {
	if printf '%s\n' "$1" | grep -qE -e "$2"; then
		pass "$3"
	else
		fail "$3"
		diag "     got: $(printf '%s\n' "$1" | head -n 20)"
		diag "no match: $2"
		return 1
	fi
}

unlike() {
	if printf '%s\n' "$1" | grep -qE -e "$2"; then
		fail "$3"
		diag "     got: $(printf '%s\n' "$1" | grep -E -e "$2" | head -n 5)"
		diag " matches: $2"
		return 1
	else
		pass "$3"
	fi
}

at_least() {
	if [ "$1" -ge "$2" ]; then
		pass "$3"
	else
		fail "$3"
		diag "got $1, expected $2 or more"
		return 1
	fi
}

skip() {
	local n=$1
	while [ "$n" -gt 0 ]; do
		tap_line ok "# SKIP $2"
		n=$((n - 1))
	done
}

plan() { echo "$1" > /tmp/tap/plan; }

done_testing() {
	local planned
	if [ -e /tmp/tap/plan ]; then
		read -r planned < /tmp/tap/plan
		[ "$planned" = "$(tap_count)" ] || fail "the test plans $planned assertions and makes $(tap_count)"
	fi
	: > /tmp/tap/done
}

# Only what has been done so far counts, and nothing of it is lost.
skip_all() {
	tap_line ok "# SKIP $1"
	: > /tmp/tap/done
	exit 0
}

# The status of a test's last command means nothing; a shell that dies of a
# syntax error or an unset variable never comes here.
tap_finish() { exit 0; }

wait_for() {
	local until
	until=$(($(uptime_ms) + $1 * 1000))
	shift
	while ! "$@"; do
		[ "$(uptime_ms)" -lt "$until" ] || return 1
		usleep 20000
	done
}

uptime_ms() {
	local up
	read -r up _ < /proc/uptime
	echo "${up%.*}${up#*.}0"
}

expect_dmesg() { echo "#vm expect $1"; }

# dmesg_has ERE: what the kernel has said so far, for wait_for and ok
dmesg_has() { dmesg | grep -qE -e "$1"; }

# is_arm64: where a trap comes before the access, and "r" means reads
is_arm64() { [ "$(uname -m)" = aarch64 ]; }
# is_checked: a kernel that checks each access to memory, and is slow
is_checked() { grep -qE ' (kasan_report|kcsan_setup_watchpoint)$' /proc/kallsyms; }
# is_slow: or one that waits out every grace period, so that a watch that goes takes long
is_slow() { is_checked || is_rt; }
is_rt() { grep -q PREEMPT_RT /proc/version; }
# is_long: in "make matrix", where what is random is repeated more often
is_long() { [ -n "${vm_long-}" ]; }
# has_data_symbols: 5.10 and 6.1 have them on x86 only (CONFIG_KALLSYMS_ALL)
has_data_symbols() { grep -q ' [dDbBrR] init_task$' /proc/kallsyms; }

# --- kwatch -----------------------------------------------------------------

# $KW is where kwatch's files are, $T where kwtest's are.
kw_find() {
	KW=/sys/kernel/debug/kwatch
	[ -e $KW/ctl ] || [ ! -e /proc/kwatch/ctl ] || KW=/proc/kwatch
	T=/sys/kernel/debug/kwtest
	[ -e $T/run ] || [ ! -e /proc/kwtest/run ] || T=/proc/kwtest
}
kw_find

# load [PARAM=VALUE...]: modprobe kwatch, and kwtest with it
load() {
	modprobe kwtest && modprobe kwatch "$@" && kw_find
}

# ctl LINE: write one line; fails with $ERR set to the errno's name
ctl() {
	ERR=$(kwt write "$KW/ctl" "$1
") && ERR=
}

# ctl_ok LINE [DESC], ctl_err ERRNO LINE [DESC]: the same as assertions
ctl_ok() {
	if ctl "$1"; then
		pass "${2:-ctl takes: $1}"
	else
		fail "${2:-ctl takes: $1}"
		diag "errno $ERR"
		diag "$(tail -n 4 "$KW/error_log")"
		return 1
	fi
}

ctl_err() {
	ctl "$2"
	is "$ERR" "$1" "${3:-$1: $2}"
}

# last_error: the newest entry of error_log, without its time
last_error() {
	awk '/^\[ *[0-9]+\.[0-9]+\] kwatch: error: / { entry = ""; sub(/^[^]]*\] /, "") }
	     { entry = entry $0 "\n" }
	     END { printf "%s", entry }' "$KW/error_log"
}

# refused ERRNO LINE WHY [MORE]: ctl refuses LINE, and error_log has exactly
# that to say.  A ^ in LINE is where the caret is expected and not sent.
refused() {
	local at=${2%%^*} line
	line=$at${2#*^}
	ctl "$line"
	is "$ERR" "$1" "$1: $line" || return
	is "$(last_error)" "kwatch: error: $3
  Command: $line
           $(printf "%$((${#at} + 1))s" '^')${4:+
$4}" "error_log explains: $line"
}

# stats_add_up DESC: in stats, for every watch and CPU, hits = recorded +
# filtered + suppressed; a watch has the sum of its CPUs; a CPU has at least
# that of the watches that are there
stats_add_up() {
	local wrong
	wrong=$(awk -F': ' '
		/^(watch|cpu)[0-9.cpu]*\.(hits|recorded|filtered|suppressed): / {
			n = split($1, part, ".")
			who = $1; sub(/\.[a-z]+$/, "", who)
			value[$1] = $2; known[who] = 1
			if (n == 3) { sum[part[1] "." part[3]] += $2; cpus[part[2] "." part[3]] += $2 }
		}
		END {
			for (who in known) {
				n++
				if (value[who ".hits"] != value[who ".recorded"] + value[who ".filtered"] + value[who ".suppressed"])
					print who ": hits are not recorded + filtered + suppressed"
			}
			for (name in sum) if (sum[name] != value[name])
				print name ": " value[name] ", its CPUs have " sum[name]
			for (name in cpus) if (cpus[name] > value[name])
				print name ": " value[name] ", its watches have " cpus[name]
			if (!n) print "no counters at all"
		}' "$KW/stats")
	is "$wrong" "" "$1"
}

# lost_of FILE: how many records its reader was told that it lost
lost_of() { awk '/^# .* overwritten between / { sub(/^# [^:]*: /, ""); s += $1 } END { print s + 0 }' "$1"; }

# heads FILE: the first lines of hits
heads() { grep -E ' watch=[0-9]+ seq=[0-9]+$' "$1"; }

# stat_of NAME: the value of "NAME: value" in stats
stat_of() { sed -n "s/^$1: *//p" "$KW/stats"; }

# sum_of NAME: of all CPUs, that field of stats
sum_of() { sed -n "s/^cpu[0-9]*\.$1: //p" $KW/stats | awk '{ s += $1 } END { printf "%d\n", s }'; }

# watch_of ID FIELD: a field of the comment after a watch in ctl, "hits" or "state"
watch_of() { sed -n "s/.*# id=$1 .*\b$2=\([^ ]*\).*/\1/p" "$KW/ctl"; }

# last_id: of the watch that was made last
last_id() { sed -n 's/.*# id=\([0-9]*\).*/\1/p' "$KW/ctl" | sort -n | tail -n 1; }

# hits [ERE]: how many hits (or hits that match) "hits" holds; frames not counted
hits() { grep -E ' \[[0-9]+\] ' "$KW/hits" | grep -cE -e "${1:-.}"; }

# keep_patched: the kernel patches its scheduler when a task gets the first perf event
# and a second after the last is gone.  Where watches come and go for minutes, that is
# often enough for QEMU to run an int3 that is not there (docs/KERNELS.md); so one stays.
keep_patched() { kwt event; }

# --- kwtest -----------------------------------------------------------------

# run OP N [KEY=VALUE...]: have the stores made; see tests/vm/ko/kwtest.c
run() { echo "$*" > $T/run; }
run_bg() { echo "$*" > $T/run_bg; }
run_stop() { echo 1 > $T/stop; }
# addr NAME: address of one of kwtest's variables
addr() { awk -v n="$1" '$1 == n { print $2 }' $T/addr; }
# value NAME: what it holds
value() { awk -v n="$1" '$1 == n { print $2 }' $T/value; }
# stores OP: how many kwtest has made
stores() { awk -v n="$1" '$1 == n { s = $2 } END { print s + 0 }' $T/count; }

# --- two modules that take turns at one address, tests/vm/ko/kwview.h ------------

# view_come MODULE [PARAM=VALUE...]: it stores to kwtest_word
view_come() {
	local module=$1
	shift
	modprobe "$module" addr="$(addr kwtest_word)" "$@"
}
# view_store MODULE N: N stores
view_store() { echo "$2" > "/sys/module/$1/parameters/store"; }
view_at() { cat "/sys/module/$1/sections/.text"; }
# view_swap: kwview_a goes, kwview_b comes to its address.  The kernel gives an
# address out again only some modules after it was freed.
view_swap() {
	local at n=0
	at=$(view_at kwview_a)
	rmmod kwview_a
	while [ $n -lt 20 ]; do
		view_come kwview_b
		[ "$(view_at kwview_b)" != "$at" ] || return 0
		rmmod kwview_b
		n=$((n + 1))
	done
	return 1
}
# view_settle: before the first of them is used, so that it lies where the next will
view_settle() {
	local module
	for module in kwview_a kwview_b kwview_a; do
		view_come $module
		rmmod $module
	done
}

# --- a process, tests/vm/kwu.c ------------------------------------------------

# victim: start one, as $pid, with its word at $word; it ends with fd 8
victim() {
	[ -p /tmp/victim.in ] || mkfifo /tmp/victim.in
	kwu victim < /tmp/victim.in > /tmp/victim.out &
	exec 8> /tmp/victim.in
	wait_for 20 grep -q ready /tmp/victim.out
	read -r _ pid word < /tmp/victim.out
}
# do_it COMMAND...: have the victim do it; its answer is $answer
do_it() {
	local n
	n=$(wc -l < /tmp/victim.out)
	echo "$*" >&8
	wait_for 60 has_lines $((n + 1)) || diag "no answer to $*: $(tail -n 3 /tmp/victim.out)"
	answer=$(tail -n 1 /tmp/victim.out)
}
has_lines() { [ "$(wc -l < /tmp/victim.out)" -ge "$1" ]; }
# expect N DESC: since the watch $id was made, N hits, all recorded
expect() {
	is "$(watch_of "$id" hits) $(stat_of "watch$id.recorded")" "$1 $1" "$2"
}
watch() {
	ctl_ok "$*"
	id=$(last_id)
}
is_gone() { ! grep -q "# id=$1 " $KW/ctl; }
