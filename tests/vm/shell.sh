# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
#
# "make shell", sourced by /init: kwatch is loaded, the rest is the user's.

modprobe kwatch && modprobe trampolines

cat > /root/.ashrc << 'END'
PS1='kwatch-vm:\w# '
alias ll='ls -l'
# man [SECTION] PAGE, of kwatch's pages
man() {
	local page
	for page in /usr/share/man/"$2.$1" /usr/share/man/"$1".*; do
		[ ! -e "$page" ] || { less "$page"; return; }
	done
	echo "the pages are: $(ls /usr/share/man)" >&2
	return 1
}
# A module's parameters count only when it is loaded; modprobe says nothing
# about a module that already is.
modprobe() {
	case $1-$# in
	kwatch-1 | *-0) ;;
	kwatch-*) [ ! -d /sys/module/kwatch ] ||
		echo "kwatch is loaded already and takes no parameters now; first: rmmod trampolines kwatch" >&2 ;;
	esac
	command modprobe "$@"
}
END

cat << END

Linux $(uname -r); kwatch and trampolines are loaded. Try:

    echo "w8 trampolines" > /sys/kernel/debug/kwatch/ctl
    cat /sys/kernel/debug/kwatch/hits
    kwatch w8 trampolines                 (Ctrl-C ends it)
    rmmod trampolines kwatch; modprobe kwatch ksym=jiffies

"exit" or Ctrl-D ends the machine; Ctrl-A x does when it hangs.

END
cd /sys/kernel/debug/kwatch 2> /dev/null || cd /root || return
ENV=/root/.ashrc setsid cttyhack sh -i
