# SPDX-License-Identifier: GPL-2.0
# vm: timeout=120
#
# summary: who touches it, counted by stack, or by task and stack.

load
# Summaries outlive their watches until they were read and cleared: 68-words.t.
forget() {
	cat $KW/summary > /dev/null
	ctl "clear summaries"
}
ctl_ok "w8 kwtest_word summary rate=0"
id=$(last_id)
run store8 2000 threads=2
run store4 300 cpu=0
run inc 40 cpu=1
out=$(cat $KW/summary)
diag "$out"
like "$out" "^w8 kwtest_word\+0x0 watch=$id: 4340 hits, 3 stacks, most frequent first" "the head of it"
is "$(printf '%s\n' "$out" | sed -n 's/^ *\([0-9][0-9]*\) *[0-9]*%.*/\1/p' | tr '\n' ' ')" "4000 300 40 " \
	"by stack, over both CPUs, most frequent first"
like "$out" '^ +4000 +92% .* cpus=0-1 ' "which CPUs"
like "$out" '^ +4000 .* 0x7cf -> 0x7d0' "the last values"
is "$(hits)" 0 "no single hits"
is "$(stat_of "watch$id.recorded")" 4340 "but all are recorded hits in stats"
ctl_ok "-$id"
forget

ctl_ok "w8 kwtest_word summary=task rate=0"
id=$(last_id)
run store8 100 threads=2
out=$(cat $KW/summary)
like "$out" 'watch=[0-9]+: 200 hits, 2 tasks and stacks' "summary=task keeps two tasks apart"
ctl_ok "-$id"
forget

# More stacks than there is room for: each store by a task of another name.
ctl_ok "w8 kwtest_word summary=task stack=off rate=0"
id=$(last_id)
i=0
while [ $i -lt 300 ]; do
	run store8 1 cpu=0
	i=$((i + 1))
done
out=$(cat $KW/summary)
is "$(printf '%s\n' "$out" | sed -n 's/.*: \([0-9]*\) hits, .*/\1/p')" 300 "a full table loses no hit"
like "$out" ' other, the table of 256 stacks a CPU being full' "and says what it could not keep apart"
is "$(printf '%s\n' "$out" | sed -n 's/^ *\([0-9][0-9]*\) *[0-9]*%.*/\1/p' | awk '{ s += $1 } END { print s }')" 300 \
	"the lines add up"
ctl_ok clear
forget
is "$(cat $KW/summary)" "" "nothing to summarise, nothing printed"
done_testing
