#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The modules, with W=1 and through sparse, without a warning.

. "$(dirname "$0")/../tap.sh"

key=${KWATCH_K:-6.1-amd64}
out=build/lint-$key
# From scratch: a warning is given only when its file is compiled.
rm -rf "$out"
ok "the modules build with W=1 under sparse" \
	scripts/build "$key" "$PWD/$out" W=1 C=2 CF="-D__CHECK_ENDIAN__"
log=$(cat "$out"/build.log "$out"/build-test.log 2>/dev/null)
like "$log" 'CHECK .*module/main.c' "sparse has looked at them"
none "not a warning" "$(grep -iE 'warning|error:' <<< "$log" | grep -v 'Skipping BTF')"
done_testing
