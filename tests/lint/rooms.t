#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The rooms of docs/ARCHITECTURE.md: arrows point down, and there is no circle.

. "$(dirname "$0")/../tap.sh"
. "$(dirname "$0")/arrows.sh"

key=${KWATCH_K:-6.1-amd64}

# From the lowest to the highest.
module=(module/compat.h module/language/ module/base/ "module/arch/,module/hit/" module/read/
	module/cover/ module/watch/ module/user/ module/main.c)

# The test sees what it is there to see.
is "$(printf 'a/x.c b/y.c\nb/y.c a/z.c\n' | upwards a/ b/)" "a/x.c b/y.c" "an arrow upwards is seen"
like "$(printf 'a b\nb c\nc a\n' | circles)" '^a$' "a circle is seen"

scripts/build "$key" > /dev/null || { fail "the module builds"; done_testing; exit; }
arrows=$({ included module; called "build/$key/src/module" module; } | grep -v '^module/demo/')
like "$arrows" '^module/hit/hit.c module/hit/action.c$' "calls are arrows"
like "$arrows" '^module/hit/hit.c module/hit/hit.h$' "and includes"
none "each file of module/ is in a room" "$(homeless "${module[@]}" <<< "$arrows")"
none "no arrow of module/ points upwards" "$(upwards "${module[@]}" <<< "$arrows")"
none "no circle in module/" "$(circles <<< "$arrows")"

tools=(tools/base/ tools/kernel/ tools/stream/ tools/process/ tools/control/ tools/target/
	tools/output/ tools/capture/ tools/report/ tools/commands/ tools/libkwatch/)

make -s client > /dev/null 2>&1 || { fail "the client builds"; done_testing; exit; }
arrows=$({ included tools; called build/tools tools; called build/lib tools/libkwatch; called build/lib/client tools; })
like "$arrows" '^tools/commands/main.c tools/commands/usage.c$' "calls in the client are arrows"
none "each file of tools/ is in a room" "$(homeless "${tools[@]}" <<< "$arrows")"
none "no arrow of tools/ points upwards" "$(upwards "${tools[@]}" <<< "$arrows")"
none "no circle in tools/" "$(circles <<< "$arrows")"

none "a folder's private header is included there alone" "$({ included module; included tools; } |
	while read -r from to; do
		! tr -s ' *\n' ' ' < "$to" | grep -q 'Private to this folder' ||
			[[ $from == "$(dirname "$to")"/* ]] || echo "$from includes $to"
	done)"
done_testing
