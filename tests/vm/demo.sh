# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
#
# "make demo", sourced by /init: what a user types, and what comes of it.

files=/sys/kernel/debug/kwatch

# Colours only where the host's terminal shows them.
# shellcheck disable=SC2154
if [ -n "$vm_color" ]; then
	blue=$(printf '\033[36m') bold=$(printf '\033[1m') plain=$(printf '\033[0m')
else
	blue='' bold='' plain=''
fi

tell() { printf '\n%s%s%s\n' "$blue" "$*" "$plain"; }

# do_it COMMAND [LINES]: show it as typed, then run it
do_it() {
	printf '%s# %s%s\n' "$bold" "$1" "$plain"
	sh -c "$1" 2>&1 | awk -v max="${2:-30}" '
		NR <= max { print; fflush() }
		END { if (NR > max) print "   ... and " NR - max " lines more" }'
}

# some_hits: a few seconds at most
some_hits() {
	i=0
	while [ "$(grep -c '=>' $files/hits)" -lt 12 ] && [ $i -lt 50 ]; do
		usleep 100000
		i=$((i + 1))
	done
}

tell "Linux $(uname -r), as Debian ships it. A module with a variable that is written to now and then:"
do_it "modprobe trampolines"

tell "Who writes to it?"
do_it "modprobe kwatch"
do_it "echo \"w8 trampolines\" > $files/ctl"
some_hits
do_it "cat $files/hits" 24

tell "The same for a variable of the kernel itself, from the moment the module is there:"
do_it "rmmod trampolines kwatch"
do_it "modprobe kwatch ksym=jiffies"
some_hits
do_it "cat $files/hits" 24
do_it "cat $files/ctl"

if [ -x /usr/bin/kwatch ]; then
	do_it "echo clear > $files/ctl"
	do_it "modprobe trampolines"
	tell "The client arms, follows and disarms; for 4 seconds:"
	do_it "timeout -s INT 4 kwatch w8 trampolines" 60
	do_it "cat $files/ctl"
	do_it "rmmod trampolines"
fi
do_it "rmmod kwatch"
tell "That was it: \"make shell\" gives you a root shell in this machine."
