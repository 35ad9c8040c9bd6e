#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What greps can hold of the design, and the one version number.
# Quick, and part of "make test".

. "$(dirname "$0")/../tap.sh"
shopt -s nullglob

mapfile -t module < <(find module -name '*.[ch]' | sort)

# code FILE...: "FILE:LINE:TEXT" of each line, without its comments
code() {
	local f
	for f in "$@"; do
		[ -e "$f" ] || continue
		# The preprocessor knows a comment from a string; its own line
		# markers tell how many lines the comment had.
		gcc -fpreprocessed -dD -E -x c "$f" 2>/dev/null | awk -v f="$f" '
			/^# [0-9]+ / { n = $2; next }
			/^#include/ { n++; next }
			{ print f ":" n ":" $0; n++ }'
	done
}

# without FILE...: the module's files but these
without() {
	local f g
	for f in "${module[@]}"; do
		for g in "$@"; do
			# shellcheck disable=SC2053
			[[ $f == $g ]] && continue 2
		done
		echo "$f"
	done
}

# forbid DESC ERE FILE...
forbid() {
	local desc=$1 ere=$2
	shift 2
	none "$desc" "$(code "$@" | grep -E "^[^:]*:[0-9]*:.*($ere)")"
}

# --- what runs inside the debug exception -------------------------------------

# Of ring.c only the producer runs there; it is held to this by review.
hot=()
for f in module/hit/*.c module/arch/*/hit/*.c; do
	case $f in
	*/ring.c) ;;
	*) hot+=("$f") ;;
	esac
done

like "$(code module/hit/hit.c)" '^module/hit/hit.c:[0-9]+:.*perf_event' "the greps see the handler's code"
forbid "no lock in the exception" \
	'\b(raw_)?(spin|read|write)_(try)?(un)?lock|\bmutex_|\bdown(_|\()|\brtmutex|\bseqlock|\blocal_lock|\b(read|write)_seq' "${hot[@]}"
forbid "no allocation in the exception" '\b(k[mzvc]*alloc|kfree|kvfree|vmalloc|vfree|alloc_page|alloc_percpu)' "${hot[@]}"
forbid "no printk in the exception" \
	'\b(printk|pr_[a-z]+|dev_(info|warn|err|dbg)|WARN(_ON)?(_ONCE)?|BUG(_ON)?|panic|dump_stack|trace_printk|print_hex_dump)\(|\bprintk\b' "${hot[@]}"
forbid "no wake-up in the exception but irq_work_queue" '\b(wake_up|complete(_all)?|schedule(_work)?|queue_work|up|mod_timer|hrtimer_start|kill_fasync|eventfd_signal|send_sig|task_work_add)\(|\bwake_up' "${hot[@]}"
forbid "no symbol lookup in the exception" '\bkallsyms|\bsprint_symbol|%p|\bregister_kprobe|\b(v?s[cn]+printf|sprintf|seq_printf)\(' "${hot[@]}"
forbid "no loop without a bound in the exception" 'while \((1|true)\)|for \(;;\)' "${hot[@]}"
forbid "the handler never calls up" '\bkwatch_(watch|spec|symbol|bp|files|text|reader|main)_[a-z_]+\(' "${hot[@]}"

# folders NAME...: those that have files
folders() { printf '%s\n' "$@" | xargs -n 1 dirname | sort -u; }
is "$(folders "${module[@]}" | grep '/hit$')" "$(sed -n 's,^handler := .*call objects\,\(.*\))$,\1,p' Kbuild | tr ' ' '\n' | sed 's,^,module/,' | sort)" \
	"Kbuild traces and sanitizes no folder of the handler's"
is "$(sed -n 's,^[[:space:]]*\*\(module/.*\)\.o(.*,\1,p' module/handler.lds)" "$(printf 'module/hit/*\nmodule/arch/*/hit/*')" \
	"and handler.lds has them"

# A definition begins its line and does not end it with a semicolon.
none "each function that wants the locks held asserts it" "$(awk '
	/^[a-z].*[ *]__kwatch_[a-z_]+\(/ && !/;$/ { name = FILENAME ": " $0; held = 0 }
	/;$/ && !body { name = "" }
	/lockdep_assert_held/ { held = 1 }
	/^[{]/ && name { body = 1 }
	/^[}]/ && name { if (body && !held) print name; name = ""; body = 0 }' "${module[@]}")"

# --- what only one file may do ------------------------------------------------

mapfile -t rest < <(without module/compat.h)
forbid "kernel versions are told apart only in compat.h" 'LINUX_VERSION_CODE|KERNEL_VERSION|UTS_RELEASE|linux/version\.h' "${rest[@]}" include/*.h
mapfile -t rest < <(without module/compat.h 'module/arch/*')
forbid "architectures are told apart only in compat.h and arch/" 'CONFIG_(X86|ARM64)|__x86_64__|__aarch64__' "${rest[@]}"
mapfile -t rest < <(without module/user/debugfs.c module/user/device.c)
forbid "only user/debugfs.c and user/device.c copy to and from users" '\b(__)?(copy_(to|from)_user|get_user|put_user|strncpy_from_user|strndup_user|memdup_user[a-z_]*|simple_(read_from|write_to)_buffer)\(' "${rest[@]}"
# trace_event.h has a format that the tracer prints by, later.
mapfile -t rest < <(without module/read/code.c module/user/taken.c module/hit/trace_event.h)
forbid "only code.c prints addresses as names, and taken.c the name of a variable" '%p[SsBF]' "${rest[@]}"
# perf.c and until_free.c probe functions; they do not look for their addresses.
mapfile -t rest < <(without module/base/symbol.c module/compat.h module/arch/arm64/perf.c module/watch/until_free.c)
forbid "only symbol.c makes addresses out of names" '\b(un)?register_kprobe\(|\bkallsyms_lookup|__symbol_get' "${rest[@]}"
mapfile -t rest < <(without 'module/cover/*' module/compat.h 'module/arch/*')
forbid "only cover/ talks to perf" '\b((un)?register|modify)_(wide|user)?_?hw_breakpoint\(|\bperf_event_(create_kernel_counter|enable|disable|release_kernel|read_value|read_local)\(' "${rest[@]}"

# spec.c and filter.c and ring.c are compiled for user space too.
forbid "no kernel calls in what unit tests compile" '\b(k[mz]alloc|printk|pr_[a-z]+|mutex_|spin_)' module/language/*.c module/hit/filter.c

# --- every file ---------------------------------------------------------------

none "Kbuild compiles every folder of module/" "$(folders "${module[@]}" | sed 's,^module/*,,' | while read -r f; do
	[ -z "$f" ] || grep -qE "(call objects,|addsuffix.*|[ ,]|module/)${f}[ ),/]|[ ,]$f\$" Kbuild || ls "module/$f"/*.c
done 2> /dev/null)"

# --- licences and versions ----------------------------------------------------

# Without git (a tarball) everything that is not built.
all_files() {
	git ls-files -co --exclude-standard 2>/dev/null | grep . ||
		find . -path ./.git -prune -o -path ./build -prune -o -type f -print
}
bare=$(all_files | while read -r f; do
	case $f in
	LICENSE | ./LICENSE | *.md | .gitignore | */unit/*.flags | *.svg | *.png | *.json | *.txt | */corpus/* | *.golden | *.ko | *.o | *.cmd | *.mod | *.symvers | *.order) continue ;;
	# Of a form of their own; debian/copyright speaks for them.
	debian/[!r]* | ./debian/[!r]*) continue ;;
	esac
	[ -s "$f" ] || continue
	# In the first line, or in the second under a "#!".
	{ read -r one; read -r two; } < "$f"
	[[ $one = *SPDX-License-Identifier:* ]] || { [[ $one = '#!'* ]] && [[ $two = *SPDX-License-Identifier:* ]]; } || echo "$f"
done)
none "every file says its licence in its first line" "$bare"

# --- one version --------------------------------------------------------------

version=$(make -s version)
like "$version" '^[0-9]+\.[0-9]+\.[0-9]+$' "include/uapi/kwatch.h has a version that make understands"
is "$(sed -n 's/^PACKAGE_VERSION="\(.*\)"/\1/p' dkms.conf)" "$version" "dkms.conf has the same"
is "$(sed -n '1s/^kwatch (\(.*\)).*/\1/p' debian/changelog)" "$version" "debian/changelog has the same"
is "$(sed -n 's/^## *\[\{0,1\}v\{0,1\}\([0-9][0-9.]*\).*/\1/p' CHANGELOG.md 2>/dev/null | head -n 1)" "$version" \
	"the newest entry of CHANGELOG.md has the same"
none "nobody else writes it down" \
	"$(grep -nF "\"$version\"" "${module[@]}" tools/*/*.[ch] include/*.h 2>/dev/null)"
ok "the module says it too" grep -q 'MODULE_VERSION(KWATCH_VERSION)' module/main.c

# The oldest kernel is written in dkms.conf as an expression and in compat.h as
# an #error: both refuse and take the same ones.
regex=$(sed -n 's/^BUILD_EXCLUSIVE_KERNEL="\(.*\)"/\1/p' dkms.conf)
fake=$(mktemp -d)
mkdir "$fake/linux"
taken='' built=''
for v in 4.19.0 5.4.0 5.9.255 5.10.0 5.15.0 5.19.17 6.1.0 6.12.107 7.3.4 10.0.0; do
	[[ $v =~ $regex ]] && taken+=" $v"
	IFS=. read -r major minor patch <<< "$v"
	printf '#define KERNEL_VERSION(a, b, c) (((a) << 16) + ((b) << 8) + (c))\n#define LINUX_VERSION_CODE %d\n' \
		$(((major << 16) + (minor << 8) + patch)) > "$fake/linux/version.h"
	first=$(gcc -E -nostdinc -I"$fake" module/compat.h 2>&1 > /dev/null | grep -m 1 'error:')
	[[ $first == *'#error "kwatch needs Linux 5.10 or newer"' ]] || built+=" $v"
done
rm -r "$fake"
is "$taken" " 5.10.0 5.15.0 5.19.17 6.1.0 6.12.107 7.3.4 10.0.0" "DKMS takes 5.10 and later, nothing older"
is "$built" "$taken" "and so does the build, with one sentence for those that are older"

# --- README -----------------------------------------------------------------------------

at_most() { ok "$3" [ "$2" -le "$1" ]; }
at_most 150 "$(wc -l < README.md)" "README has at most 150 lines"
commands=$(awk '
	/^## / { asks = /Which question/ }
	/^    # / { sub(/^    # /, ""); print }
	asks && /^    kwatch / { sub(/^ */, ""); sub(/   .*/, ""); gsub(/; /, "\n"); print }
	asks && /^\| .*`.*` \|$/ { gsub(/\\\|/, "|"); sub(/`[^`]*$/, ""); sub(/.*`/, ""); print }' README.md)
like "$commands" '^kwatch w8 jiffies$' "its commands are found"
none "each command of README is run as it stands by a test" \
	"$(while read -r command; do
		grep -qF -- "$command" tests/vm/02-readme.t tests/client/top.t || echo "$command"
	done <<< "$commands")"
done_testing
