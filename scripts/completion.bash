# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Completion of kwatch's command lines for bash: commands, options, the numbers
# and names of watches, the kernel's symbols, the members of its types.
# Installed as .../bash-completion/completions/kwatch, or sourced.

# Symbols that begin with $1; "module:symbol" where $1 has a colon.  Code for x.
_kwatch_symbols() {
	local types='[dDbBrRvVuUgGsS]'
	[[ $2 = x ]] && types='[tTwW]'
	awk -v start="$1" -v types="$types" '
		$2 !~ types && $2 != "A" { next }
		start ~ /:/ && NF > 3 { $3 = substr($4, 2, length($4) - 2) ":" $3 }
		index($3, start) == 1 && !seen[$3]++ { print $3; if (++n == 2000) exit }' \
		"${KWATCH_KALLSYMS:-/proc/kallsyms}" 2> /dev/null
}

# Targets that begin with $1 for a watch of type $2.
_kwatch_targets() {
	case $1 in
	*[.\>]*) kwatch addr --complete "$1" 2> /dev/null ;;
	*) _kwatch_symbols "$1" "$2" ;;
	esac
}

# Names and numbers of the watches there are.
_kwatch_watches() {
	kwatch list --json 2> /dev/null |
		grep -oE '"id":[0-9]+|[ "]name=[A-Za-z0-9_.-]+' | sed 's/.*[:=]//'
}

_kwatch_options='name= note= pid= children cpu= comm= changed allow= limit= rate= stack= stack=off ustack=
	ustack=off ucopy= regs summary summary=task action=log action=dump action=traceoff action=signal=
	action=panic until=close until=free unseen= if'

# $1: the words of the watch before the one that is completed, $2: that one.
_kwatch_spec() {
	local words
	read -ra words <<< "$1"
	case ${#words[@]} in
	0) printf '%s\n' w8 w4 w2 w1 w rw8 rw4 rw2 rw1 rw r8 r4 r2 r1 r x ;;
	1) _kwatch_targets "$2" "${words[0]}" ;;
	*) compgen -W "$_kwatch_options" ;;
	esac
}

# Options of command $1.
_kwatch_dashes() {
	kwatch help "$1" 2> /dev/null | sed 's/\$([^)]*)//' |
		grep -oE -- '(^|[[ ,(|])--?[a-z1][a-z-]*' | grep -oE -- '--?[a-z1].*' | sort -u
}

_kwatch_commands() { kwatch help 2> /dev/null | sed -n 's/^  \([a-z0-9]*\)  *[a-z].*/\1/p' | grep -v '^kwatch$'; }

# $1: the command, $2: all words before the one that is completed, $3: that one
_kwatch_answers() {
	local words
	read -ra words <<< "$2"
	case ${words[-1]} in
	-w | --watch) _kwatch_watches; return ;;
	-s | --sort) printf '%s\n' h r p f v w; return ;;
	-p | --pid) (cd /proc && compgen -G '[0-9]*'); return ;;
	-f | --file | -c | --count | -n | --lines | -o | --output | --openmetrics | --prometheus | -v) return ;;
	esac
	[[ $3 != -* ]] || _kwatch_dashes "$1"
	case $1 in
	kwatch) _kwatch_commands; printf '%s\n' on version help w8 w4 w rw8 x ;;
	w | w[0-9]* | rw | rw[0-9]* | r | r[0-9]* | x) _kwatch_spec "${words[*]:1}" "$3" ;;
	add) _kwatch_spec "${words[*]:2}" "$3" ;;
	addr) _kwatch_targets "$3" w ;;
	del | off | on) _kwatch_watches ;;
	help) _kwatch_commands; printf '%s\n' on version ;;
	esac
}

_kwatch() {
	local line=${COMP_LINE:0:COMP_POINT} words cur command answers head='' open='' q cut
	COMPREPLY=()
	# What is in quotes that are still open is one word, blanks and all; and
	# bash cuts words at : = > and the like, which are parts of targets.
	for q in \' \"; do
		cut=${line//[^$q]/}
		((${#cut} % 2 == 0)) || { cur=${line##*"$q"} line=${line%"$q"*} open=$q; }
	done
	if [[ $line =~ --offset[[:blank:]]+[\'\"]([^\'\"]*)[\'\"][[:blank:]]+([^[:blank:]]*)$ ]]; then
		head="((${BASH_REMATCH[1]} *)0x100000000)->" cur=${BASH_REMATCH[2]}
		answers=$(kwatch addr --complete "$head$cur" 2> /dev/null)
		answers=${answers//"$head"/}
	else
		read -ra words <<< "$line"
		if [[ ! $open ]]; then
			cur=
			[[ $line = *[[:blank:]] ]] || { cur=${words[-1]}; unset 'words[-1]'; }
		fi
		[[ ${words[1]:-} != -v || ${#words[@]} -lt 3 ]] || words=("${words[0]}" "${words[@]:3}")
		command=${words[1]:-kwatch}
		if [[ $open && $command = add && $cur = *[[:blank:]]* ]]; then
			# A whole watch in quotes.
			head=${cur%"${cur##*[[:blank:]]}"}
			answers=$(_kwatch_spec "$head" "${cur#"$head"}" |
				while IFS= read -r line; do printf '%s\n' "$head$line"; done)
			head=
		else
			answers=$(_kwatch_answers "$command" "${words[*]}" "$cur")
		fi
	fi
	while IFS= read -r line; do
		[[ $line != "$cur"* ]] || COMPREPLY+=("$line")
	done < <(sort -u <<< "$answers")
	# Files, where there is nothing of ours.
	if [[ ${#COMPREPLY[@]} = 0 && $cur && ${command:-} =~ ^(record|report|load|stats|add|run)$ ]]; then
		compopt -o filenames 2> /dev/null
		mapfile -t COMPREPLY < <(compgen -f -- "$cur")
		return
	fi
	# What ends in "=" or is on its way to a member goes on.
	[[ ${#COMPREPLY[@]} != 1 || ${COMPREPLY[0]:-} != *= ]] || compopt -o nospace 2> /dev/null
	# bash replaces only what is behind its own last cut.
	if [[ ! $open && $cur = *[:=\>@\&\(\)]* ]]; then
		head=${cur%"${cur##*[:=>@&()]}"}
		COMPREPLY=("${COMPREPLY[@]#"$head"}")
	fi
}
complete -F _kwatch kwatch
