# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# What depends on what.  An arrow is a line "FILE FILE": the first includes the second, or
# calls or uses a name that the second exports.

# included TREE: arrows by #include "..." between the files of module/ or tools/
included() {
	local file name dir
	git ls-files "$1" | grep '\.[ch]$' | while read -r file; do
		sed -n 's/^#include "\(.*\)".*/\1/p' "$file" | while read -r name; do
			for dir in "$(dirname "$file")" "$1"; do
				if [ -e "$dir/$name" ]; then
					echo "$file $(realpath --relative-to=. "$dir/$name")"
					break
				fi
			done
		done
	done
}

# called OBJECTS SOURCES: arrows by name, from the objects below a folder, whose sources
# lie below another
called() {
	find "$1" -name '*.o' ! -name '*.mod.o' -printf '%P\n' | while read -r object; do
		[ ! -e "$2/${object%.o}.c" ] || nm "$1/$object" | awk -v file="$2/${object%.o}.c" \
			'$(NF - 1) == "U" { print "U", $NF, file } $(NF - 1) ~ /^[TDBR]$/ { print "D", $NF, file }'
	done | sort | awk '
		# Definitions come first.
		$1 == "D" { where[$2] = $3 }
		$1 == "U" && $2 in where && where[$2] != $3 { print $3, where[$2] }' | sort -u
}

# upwards ROOM...: of the arrows on standard input, those from a room to one that is named
# later; a room is a prefix of paths, or several with a comma in between
upwards() {
	awk -v rooms="$*" '
		function level(file, i, k, n, room, part) {
			n = split(rooms, room, " ")
			for (i = 1; i <= n; i++) {
				m = split(room[i], part, ",")
				for (k = 1; k <= m; k++)
					if (index(file, part[k]) == 1)
						return i
			}
			return 0
		}
		level($1) && level($1) < level($2) { print }'
}

# homeless ROOM...: files of the arrows that are in no room
homeless() {
	tr ' ' '\n' | sort -u | grep -vE "^($(tr ', ' '|' <<< "$*"))"
}

# circles: the files of a circle of arrows
circles() { sort -u | tsort 2>&1 > /dev/null | sed 's/^tsort: //'; }
