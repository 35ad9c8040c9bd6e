# SPDX-License-Identifier: GPL-2.0
# vm: timeout=120
#
# Ten thousand stores are ten thousand hits, each with the right old and new
# value; every length and type sees its own bytes and no others.

load ring_kb=4096

# --- 10,000 ----------------------------------------------------------------------

ctl_ok "w8 kwtest_word"
run store8 10000 start=1000
is "$(watch_of 1 hits)" 10000 "10,000 stores: 10,000 hits in ctl"
is "$(stat_of watch1.hits) $(stat_of watch1.recorded) $(stat_of watch1.filtered) $(stat_of watch1.suppressed)" \
	"10000 10000 0 0" "in stats"
heads $KW/hits > /tmp/hits
is "$(wc -l < /tmp/hits)" 10000 "and in hits"
# judge START N: are seq, old and new value of every line what they must be?
cat > /tmp/hex.awk << 'END'
# Numbers are small enough for a double.
function hex(s,   i, v) {
	for (i = 3; i <= length(s); i++)
		v = v * 16 + index("0123456789abcdef", substr(s, i, 1)) - 1
	return v + 0
}
{
	seq = $NF; sub(/.*=/, "", seq)
	old = $(NF - 4); new = $(NF - 2)
	if (seq != NR) { print "line " NR ": seq " seq; bad++ }
	if (hex(new) != start + NR) { print "line " NR ": new value " new; bad++ }
	if (NR > 1 && old != before) { print "line " NR ": old value " old " after " before; bad++ }
	if (bad > 5) exit
	before = new
}
END
is "$(awk -v start=1000 -f /tmp/hex.awk /tmp/hits)" "" "seq is 1 to 10000, each new value is the one stored, each old one that before"
is "$(grep -c '^ *kwtest/0-' /tmp/hits)" 10000 "all by that thread"
is "$(awk '{ sub(/:$/, "", $4); if ($4 + 0 < last) n++; last = $4 + 0 } END { print n + 0 }' /tmp/hits)" 0 "in the order of time"
ctl_ok clear

# From two CPUs at once.  A handler may find the value that the other CPU stored
# meanwhile, so of the values only that they are among those stored is sure.
ctl_ok "w8 kwtest_word stack=off rate=0"
run store8 5000 threads=2
id=$(last_id)
is "$(stat_of watch$id.hits) $(stat_of watch$id.cpu0.hits) $(stat_of watch$id.cpu1.hits)" "10000 5000 5000" "5,000 stores on each of two CPUs"
heads $KW/hits | grep " watch=$id " > /tmp/hits
is "$(wc -l < /tmp/hits) $(sed 's/.*seq=//' /tmp/hits | sort -n | uniq | wc -l) $(sed 's/.*seq=//' /tmp/hits | sort -n | sed -n '1p;$p' | tr '\n' ' ')" \
	"10000 10000 1 10000 " "all in hits, with 10,000 different seq"
is "$(grep -c '\[000\]' /tmp/hits) $(grep -c '\[001\]' /tmp/hits)" "5000 5000" "half of them on each"
is "$(awk -v n=5000 '{ v = $(NF - 2); if (!(v in seen)) seen[v] = 1; if (length(v) > 6 || v == "0x0") bad++ } END { print bad + 0 }' /tmp/hits)" 0 "with values that were stored"
stats_add_up "stats add up"
ctl_ok clear

# --- lengths and places -----------------------------------------------------------

# One watch at a time: QEMU reports an access that touches what several watch for
# the first only.  Stores of every size, at and around its ends, unaligned ones
# too: those that touch it count, its neighbours' do not.  Not judged are
# unaligned stores right behind it, which QEMU 7.2 takes for hits.
for watch in w1+0 w1+3 w2+2 w4+4 w8+0 rw1+7 rw2+0 rw4+8 rw8+8; do
	ctl clear
	ctl "${watch%+*} kwtest_word+${watch#*+} stack=off"
	from=${watch#*+} len=${watch%+*} len=${len#r} len=${len#w}
	end=$((from + len)) want=0
	for size in 1 2 4 8; do
		for at in $((from - size)) $((from - size + 1)) "$from" $((end - 1)) "$end"; do
			[ "$at" -lt "$end" ] || [ $((at % size)) = 0 ] || continue
			run store$size 1 off=$at
			[ "$at" -ge "$end" ] || [ $((at + size)) -le "$from" ] || want=$((want + 1))
		done
	done
	is "$(watch_of "$(last_id)" hits)" $want "$watch: $want of the stores in and around it"
done
stats_add_up "stats add up"

# --- types ----------------------------------------------------------------------

# op N HITS: HITS more of the only watch for N of it
op() {
	local before
	before=$(watch_of "$(last_id)" hits)
	run "$1" 50
	is "$(($(watch_of "$(last_id)" hits) - before))" "$2" "$(sed 's/ .*//' $KW/ctl): 50 of $1 are $2 hits"
}

ctl_ok clear
ctl_ok "w8 kwtest_word stack=off"
op load8 0
op store8 50
op inc 50
op same 50
op lock_inc 50
op xchg 50
op cmpxchg 50
op cmpxchg_fail 50
ctl_ok clear
# QEMU before 10 loses what locked instructions are to rw: not judged.
ctl_ok "rw8 kwtest_word stack=off"
op load8 50
op store8 50
if is_arm64; then op inc 100; else op inc 50; fi
op same 100
ctl_ok clear
ctl_ok "r8 kwtest_word stack=off"
r=$(last_id)
if is_arm64; then
	run store8 51 start=$((0x1233))
	run load8 50
	run same 50
	is "$(stat_of watch$r.recorded) $(stat_of watch$r.filtered)" "100 0" "r sees reads and no write"
	is "$(heads $KW/hits | grep "watch=$r " | grep -cv '0x1266 -> 0x1266')" 0 "with the value that they read"
else
	like "$(cat $KW/ctl)" '^r8 kwtest_word stack=off  # id=[0-9]+ state=armed hits=0 .*no read-only watch' "r says that it cannot be had as such"
	run store8 1 start=$((0x1233))
	is "$(stat_of watch$r.recorded) $(stat_of watch$r.filtered)" "0 1" "r filters a write"
	run load8 50
	is "$(stat_of watch$r.recorded) $(stat_of watch$r.filtered)" "50 1" "records reads"
	run store8 50 start=$((0x1234))
	is "$(stat_of watch$r.recorded) $(stat_of watch$r.filtered)" "50 51" "and filters writes, which it counts"
	run same 50
	is "$(stat_of watch$r.recorded) $(stat_of watch$r.filtered)" "150 51" "a store of what was there cannot be told from a read"
	is "$(heads $KW/hits | grep "watch=$r " | grep -cv '0x1234 -> 0x1234\|0x1266 -> 0x1266')" 0 "with the value that they read"
fi
stats_add_up "stats add up"

# Loads and memory functions, where an instruction may be one hit or several:
# at least one, and the value is right.
ctl_ok clear
ctl_ok "w8 kwtest_word stack=off"
run memset 1 start=$((0x5a - 1))
like "$(heads $KW/hits | tail -n 1)" ' -> 0x5a5a5a5a5a5a5a5a watch=' "memset"
run memcpy 1 start=$((0x1122334455667788 - 1))
like "$(heads $KW/hits | tail -n 1)" ' -> 0x1122334455667788 watch=' "memcpy"
done_testing
