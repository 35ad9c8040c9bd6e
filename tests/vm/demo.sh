# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
#
# "make demo", sourced by /init: what a user types, and what comes of it.

files=/sys/kernel/debug/kwatch

tell() { printf '\n\033[36m%s\033[0m\n' "$*"; }

# do_it COMMAND [LINES]: show it as typed, then run it
do_it() {
	printf '\033[1m# %s\033[0m\n' "$1"
	sh -c "$1" 2>&1 | head -n "${2:-30}"
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
