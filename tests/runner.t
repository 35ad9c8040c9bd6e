#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# host: long
#
# The runner's own test: a machine that is not well must never look green.
# Each case is a VM test that goes wrong in one way; what scripts/vm-prove makes
# of it is held against what it should.

. "$(dirname "$0")/tap.sh"

key=${KWATCH_K:-6.1-amd64}
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

# The cases travel in a second initramfs behind the first, so that they are
# not among the tests.  The kernel unpacks one after the other.
mkdir -p "$tmp/root/tests" "$tmp/vm"

# case_is NAME PASS|FAIL ERE: the test on stdin ends so, and says a line like that
case_is() {
	cat > "$tmp/root/tests/$1.t"
	cases+=("$1 $2 $3")
}

case_is good pass '^ok [0-9]+ - the kernel log is clean' <<'END'
ok "kwtest loads" modprobe kwtest
ok "it stores" run store8 10 start=5
is "$(value kwtest_word)" 0xf "the last value"
done_testing
END
case_is assertion fail '^not ok 1 - two and two' <<'END'
is 4 5 "two and two"
done_testing
END
case_is early fail '^not ok 2 - the test reaches done_testing' <<'END'
pass "so far"
exit 0
END
case_is plan fail 'plans 3 assertions and makes 1' <<'END'
plan 3
pass "so far"
done_testing
END
case_is warning fail '^not ok [0-9]+ - the kernel log is clean' <<'END'
pass "so far"
echo "<4>WARNING: CPU: 0 PID: 1 at nowhere" > /dev/kmsg
done_testing
END
case_is race fail '^not ok [0-9]+ - the kernel log is clean' <<'END'
pass "so far"
echo "<3>BUG: KCSAN: data-race in kwatch_hit+0x1/0x2 [kwatch] / kwt_inc" > /dev/kmsg
done_testing
END
case_is others pass '^ok [0-9]+ - the kernel log is clean' <<'END'
pass "so far"
echo "<3>BUG: KCSAN: data-race in do_exit / wait_task_zombie" > /dev/kmsg
done_testing
END
case_is expected pass '^ok [0-9]+ - the kernel log is clean' <<'END'
expect_dmesg 'WARNING: .* at nowhere'
pass "so far"
echo "<4>WARNING: CPU: 0 PID: 1 at nowhere" > /dev/kmsg
echo "<4>Call Trace:" > /dev/kmsg
done_testing
END
case_is missing fail 'expected in the kernel log, and not there: never said' <<'END'
expect_dmesg 'never said'
pass "so far"
done_testing
END
# What it said just before may not have left the guest.
case_is panic fail '^not ok [12] - the machine lives until the end' <<'END'
pass "so far"
echo c > /proc/sysrq-trigger
done_testing
END
# The emulator's own fault is plain to see; once more then, and no more than once.
case_is stale fail 'an int3 that was no longer there .try 2 of 2' <<'END'
echo '<1>Oops: int3: 0000 [#1] SMP' > /dev/kmsg
echo '<1>Code: 90 0f <1f> 44' > /dev/kmsg
echo c > /proc/sysrq-trigger
END
case_is int3 fail '^not ok 1 - the machine lives until the end[^(]*$' <<'END'
echo '<1>Oops: int3: 0000 [#1] SMP' > /dev/kmsg
echo '<1>Code: 90 cc <1f> 44' > /dev/kmsg
echo c > /proc/sysrq-trigger
END
case_is reboot fail '^not ok [12] - the machine lives until the end' <<'END'
pass "so far"
poweroff -f
END
case_is hang fail '^not ok 2 - the machine ends within 3 s of' <<'END'
# vm: timeout=3
pass "so far"
sleep 1000
done_testing
END
case_is spin fail '^not ok 2 - the machine ends within 3 s of' <<'END'
# vm: timeout=3
pass "so far"
while :; do echo "still at it"; done
END
# Its emulator gets a fifth of a CPU, below.
case_is throttled pass '^ok [0-9]+ - the kernel log is clean' <<'END'
# vm: timeout=5
i=0
while [ $i -lt 150 ]; do
	/bin/busybox true
	i=$((i + 1))
done
pass "a second or two of CPU time"
done_testing
END
case_is module fail '^not ok 2 - all modules unload' <<'END'
modprobe kwtest
setsid sh -c 'exec 7< /sys/kernel/debug/kwtest/addr; sleep 1000' &
wait_for 5 test "$(lsmod | awk '/kwtest/ { print $3 }')" -gt 0
usleep 200000
pass "so far"
done_testing
END
case_is boot fail 'died before the test began \(boot 3 of 3\)' <<'END'
# vm: append=rdinit=/none init=/none root=/dev/none
pass "so far"
done_testing
END

cp -r "build/$key/env" "$tmp/vm/"
(cd "$tmp/root" && find . | cpio -o -H newc --quiet) > "$tmp/cases.cpio"
cat "build/$key/initrd" "$tmp/cases.cpio" > "$tmp/vm/initrd"

# throttle PIDFILE: let that process run a fifth of the time
throttle() {
	local pid
	while :; do
		pid=$(cat "$1" 2>/dev/null) || pid=
		[ -z "$pid" ] || kill -STOP "$pid" 2>/dev/null || true
		sleep 0.4
		[ -z "$pid" ] || kill -CONT "$pid" 2>/dev/null || true
		sleep 0.1
	done
}

for line in "${cases[@]}"; do
	read -r name want ere <<< "$line"
	got=pass throttle=
	if [ "$name" = throttled ]; then
		throttle "$tmp/vm/log/$name.pid" &
		throttle=$!
	fi
	began=$SECONDS
	out=$(KWATCH_PATIENCE=1 KWATCH_DIR=$tmp/vm scripts/vm-prove "$tmp/root/tests/$name.t" 2>&1) || got=fail
	took=$((SECONDS - began))
	if [ -n "$throttle" ]; then
		kill "$throttle"
		ok "$name: it took longer by the clock than its limit" [ "$took" -gt 5 ]
	fi
	is "$got" "$want" "$name: the runner says $want"
	like "$out" "$ere" "$name: and why"
done
is "$(grep -cE '^ *(RIP|PC)=' "$tmp/vm/log/hang.registers")" 2 "hang: both CPUs say where they are"
out=$(KWATCH_AGAIN=1 KWATCH_PATIENCE=1 KWATCH_DIR=$tmp/vm scripts/vm-prove "$tmp/root/tests/panic.t" 2>&1)
like "$out" '^# panic: the machine went down: .*panic.* .try 2 of 2.$' "where it is asked for, any that goes down has a second try"

# Which emulator: the machine's own if that will do, or if no other is to be had.
mkdir "$tmp/bin"
which_qemu() {
	printf '#!/bin/sh\necho "QEMU emulator version %s (Debian)"\n' "$1" > "$tmp/bin/qemu-system-x86_64"
	printf '#!/bin/sh\necho "E: no mirror today"\nexit 1\n' > "$tmp/bin/apt-get"
	chmod +x "$tmp"/bin/*
	PATH=$tmp/bin:$PATH KWATCH_CACHE=$tmp/cache scripts/qemu amd64 2>&1
}
is "$(which_qemu 8.1.0)" "qemu-system-x86_64" "a QEMU that is new enough is taken"
out=$(which_qemu 7.2.22)
like "$out" 'no qemu-system-x86_64 of 8.1 or newer .E: no mirror today.* may be lost' "one that is not, and no other to be had: that is said"
is "$(tail -n 1 <<< "$out")" "qemu-system-x86_64" "and it is taken all the same"
is "$(which_qemu 7.2.22)" "qemu-system-x86_64" "and not looked for again at once"
done_testing
