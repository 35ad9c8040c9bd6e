# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# TAP for tests that run on the host; sourced by tests/*.t and tests/lint/*.t.
# The guest's counterpart, with the same names, is tests/vm/lib.sh.

. "$(dirname "${BASH_SOURCE[0]}")/../scripts/common.sh"
cd "$top" || exit 1
set +e

tap_n=0 tap_failed=0

diag() { printf '%s\n' "$*" | sed 's/^/# /' >&2; }

pass() {
	tap_n=$((tap_n + 1))
	echo "ok $tap_n - $1"
}

fail() {
	tap_n=$((tap_n + 1)) tap_failed=$((tap_failed + 1))
	echo "not ok $tap_n - $1"
	diag "Failed in $0: $1"
}

# ok DESC CMD...: CMD succeeds; what it says is shown when it does not
ok() {
	local desc=$1 out
	shift
	if out=$("$@" 2>&1); then
		pass "$desc"
	else
		fail "$desc"
		diag "$(tail -n 20 <<< "$out")"
	fi
}

is() {
	if [ "$1" = "$2" ]; then
		pass "$3"
	else
		fail "$3"
		diag "     got: $1"
		diag "expected: $2"
	fi
}

like() {
	if grep -qE -e "$2" <<< "$1"; then
		pass "$3"
	else
		fail "$3"
		diag "     got: $(head -n 20 <<< "$1")"
		diag "no match: $2"
	fi
}

unlike() {
	if grep -qE -e "$2" <<< "$1"; then
		fail "$3"
		diag "     got: $(head -n 20 <<< "$1")"
		diag " matches: $2"
	else
		pass "$3"
	fi
}

# none DESC LINES: LINES is empty
none() {
	if [ -z "$2" ]; then
		pass "$1"
	else
		fail "$1"
		diag "$(head -n 20 <<< "$2")"
	fi
}

# skip N REASON: N assertions that this machine cannot make
skip() {
	local i
	for ((i = 0; i < $1; i++)); do
		tap_n=$((tap_n + 1))
		echo "ok $tap_n # SKIP $2"
	done
}

skip_all() {
	echo "1..0 # SKIP $1"
	exit 0
}

# wants PACKAGE=WHY...: whether the packages that this test alone needs are installed;
# else $wanted says which are not.  KWATCH_INSTALL=1 installs them.
wants() {
	local only=-n
	[ -z "${KWATCH_INSTALL:-}" ] || only=''
	# shellcheck disable=SC2086
	wanted=$(scripts/need $only "$@" 2>&1) && return 0
	wanted=$(tail -n 1 <<< "$wanted")
	return 1
}

done_testing() {
	echo "1..$tap_n"
	[ $tap_failed = 0 ]
	exit
}
