#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The man pages: well formed, and they have all that the program and the module
# take.

. "$(dirname "$0")/lib.sh"

wants "mandoc=checks the man pages" || skip_all "$wanted"

for page in tools/*/*.[0-9]; do
	is "$(mandoc -T lint -W warning "$page" 2>&1)" "" "$page is well formed"
	mandoc -T utf8 "$page" | sed 's/.\x08//g' > "$dir/${page##*/}"
done

run help
commands=$(sed -n 's/^  \([a-z0-9]*\)  *[a-z].*/\1/p' "$dir/out" | grep -v '^w8$\|^kwatch$')
ok "the program lists its commands" [ "$(wc -w <<< "$commands")" -ge 14 ]
missing=
for command in $commands on help version; do
	grep -qE "^     (kwatch )?$command\b" "$dir/kwatch.1" || missing+=" $command"
	run help "$command"
	mapfile -t options < <(sed 's/\$([^)]*)//' "$dir/out" | grep -oE -- '(^|[[ ,(|])--?[a-z1][a-z-]*' | grep -oE -- '--?[a-z1].*')
	for option in "${options[@]}"; do
		grep -qE -- "(^|[^a-z-])$option\b" "$dir/kwatch.1" || missing+=" $command:$option"
	done
done
is "$missing" "" "kwatch(1) has each command and option"

missing=
mapfile -t names < <(sed -n 's/^\tOPTION(\([a-z]*\),.*/\1/p; s/^\tFLAG(\([a-z]*\),.*/\1/p' module/language/option.c)
ok "the module has its options" [ ${#names[@]} -ge 18 ]
for name in "${names[@]}"; do
	grep -qE "^     (.*, )?$name\b" "$dir/kwatch.4" || missing+=" $name"
done
mapfile -t names < <(sed -n 's/^module_param\(_named\)\?(\([a-z_]*\),.*/\2/p' module/main.c module/user/device.c)
for name in "${names[@]}"; do
	grep -q "^     $name=" "$dir/kwatch.4" || missing+=" $name="
done
for name in ctl hits hits_raw summary stats error_log /dev/kwatch; do
	grep -qE "^     $name( |\$)" "$dir/kwatch.4" || missing+=" $name"
done
is "$missing" "" "kwatch(4) has each option, parameter and file"
done_testing
