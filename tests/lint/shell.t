#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# shellcheck, over every script on both sides.

. "$(dirname "$0")/../tap.sh"

mapfile -t scripts < <(grep -lE '^#!/bin/bash|shellcheck shell=bash' -r scripts tests .ci --exclude-dir=vm)
for f in "${scripts[@]}"; do
	[ "$f" = tests/lint/shell.t ] || ok "$f" shellcheck -f gcc "$f"
done
# The guest's shell is busybox, which knows "local" and job control as dash does.
for f in tests/vm/init tests/vm/*.sh tests/vm/*.t; do
	[ ! -e "$f" ] || ok "$f" shellcheck -f gcc -s dash -e SC1090,SC1091,SC2154,SC2034,SC2086,SC2119,SC2120 "$f"
done
done_testing
