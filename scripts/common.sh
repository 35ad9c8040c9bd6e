# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Sourced by every host script here: where things are, and how to speak.

# A function that fails inside $(...) ends that, too.
set -euo pipefail
shopt -s inherit_errexit

top=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

# What is fetched or built once per machine lives outside the tree, so that
# "make clean" and a fresh clone do not cost a download.
# shellcheck disable=SC2034
cache=${KWATCH_CACHE:-${XDG_CACHE_HOME:-${HOME:-/root}/.cache}/kwatch}

# For make: a compiler on each CPU.
# shellcheck disable=SC2034
parallel=-j$(nproc)

# Progress goes to stderr: stdout belongs to what a script answers.
say() { printf 'kwatch: %s\n' "$*" >&2; }
die() { say "$*"; exit 1; }

# quiet LOG COMMAND...: show the output only when the command fails.
quiet() {
	local log=$1
	shift
	mkdir -p "$(dirname "$log")"
	if ! "$@" > "$log" 2>&1; then
		tail -n 30 "$log" >&2
		die "failed: $*  (all of it: $log)"
	fi
}

# is_long FILE: does the test say, in a line of its own, that it is not for each run?
is_long() { grep -qE '^# (vm|host): long$' "$1"; }

# kernel_row KEY: set key, arch, suite, image, tools and cc from scripts/kernels.
# shellcheck disable=SC2034
kernel_row() {
	local line
	line=$(awk -v k="$1" '$1 == k' "$top/scripts/kernels")
	[ -n "$line" ] || die "no kernel \"$1\" in scripts/kernels; there are:" \
		"$(awk '!/^#/ && NF { printf "%s ", $1 }' "$top/scripts/kernels")"
	read -r key arch suite image tools cc _ <<< "$line"
}

# with_tools DIR... -- COMMAND...: run the compilers that the row of kernel_row
# names; DIRs are what they must see, when they live in a root of their own.
with_tools() {
	if [ "$tools" = host ]; then
		while [ "$1" != -- ]; do shift; done
		shift
		"$@"
	else
		"$top/scripts/root" "$tools" "$@"
	fi
}

# need WHAT KEY [PACKAGE=WHY...]: see to it that the packages are there that
# building for a kernel ("build") or booting it as well ("vm") takes.  One call
# of apt for all of them.
need() {
	local what=$1
	command -v apt-get > /dev/null && command -v dpkg-deb > /dev/null ||
		die "VMs are made of Debian's packages, and this machine has no apt-get and dpkg to unpack them"
	kernel_row "$2"
	shift 2
	if [ "$tools" = host ]; then
		set -- "$@" "$cc=compiles the modules, as it did the kernel"
	else
		set -- "$@" "debootstrap=makes a root file system with the compilers of Debian $tools"
	fi
	set -- client "$@" "make=builds everything" \
		"debian-archive-keyring=checks the kernel packages that are downloaded"
	if [ "$what" = vm ]; then
		set -- "$@" "kmod=depmod, for modprobe in the VM" "cpio=packs the VM's file system"
		case $arch in
		amd64) set -- "$@" "qemu-system-x86=the VM that kwatch is run in" ;;
		arm64) set -- "$@" "qemu-system-arm=the VM that kwatch is run in" ;;
		esac
	fi
	# A caller that asks for the status has turned "set -e" off.
	"$top/scripts/need" "$@" || return
	# Here, where what it fetches is told, and once its libraries are there.
	[ "$what" != vm ] || "$top/scripts/qemu" "$arch" > /dev/null
}
