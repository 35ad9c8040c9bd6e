# SPDX-License-Identifier: GPL-2.0
# vm: timeout=90
#
# What ctl is given by mistake, by malice, or by eight processes at once.
#
# shellcheck disable=SC2016 # eval is to expand it

load ring_kb=1024

# --- long -----------------------------------------------------------------------

head -c 65536 /dev/zero | tr '\0' a > /tmp/line
is "$(kwt write $KW/ctl < /tmp/line)" E2BIG "a line of 64 KiB"
like "$(last_error)" '^kwatch: error: a line has at most 1024 bytes$' "is explained"
(cat /tmp/line; echo) > /tmp/line1
is "$(kwt write $KW/ctl < /tmp/line1)" E2BIG "and with a newline, which is a byte more than ctl looks at"
(echo "w8 kwtest_word"; cat /tmp/line) > /tmp/behind
is "$(kwt write $KW/ctl < /tmp/behind)" 15 "behind a good line: that is done"
ctl_ok clear
(head -c 65400 /tmp/line | tr a ' '; echo "w8 kwtest_word") > /tmp/blanks
is "$(kwt write $KW/ctl < /tmp/blanks)" E2BIG "64 KiB of blanks and a command"

# Each of 16 bytes: 4096 lines are 64 KiB, done in one write.
yes "# sixteen bytes" | head -n 4096 > /tmp/lines
is "$(kwt write $KW/ctl < /tmp/lines)" 65536 "64 KiB of comments"
yes "" | head -c 65536 > /tmp/lines
is "$(kwt write $KW/ctl < /tmp/lines)" 65536 "64 KiB of empty lines"
ctl_ok "w8 kwtest_word name=n"
ctl_ok "off n"
yes "off n " | head -c 65534 > /tmp/lines
is "$(kwt write $KW/ctl < /tmp/lines)" 65534 "nine thousand commands in one write"
# More than ctl looks at in one write: a short count, as for any write.
(cat /tmp/lines /tmp/lines; printf "%s\n" "-n" "w8 kwtest_word name=last") > /tmp/twice
n=$(kwt write $KW/ctl < /tmp/twice)
is "$n" "$(head -c 65536 /tmp/twice | awk '{ n += length($0) + 1 } END { print n - length($0) - 1 }')" "twice as much: whole lines of the first 64 KiB"
while [ "$n" -gt 0 ] && [ "$n" -lt "$(wc -c < /tmp/twice)" ]; do
	tail -c +$((n + 1)) /tmp/twice > /tmp/rest
	n=$((n + $(kwt write $KW/ctl < /tmp/rest )))
done
is "$n" "$(wc -c < /tmp/twice)" "the caller goes on from there"
is "$(sed 's/  #.*//' $KW/ctl)" "w8 kwtest_word name=last" "to the end"
ctl_ok clear
# Each of these takes its time: the debug registers are taken off all CPUs.
for i in $(seq 1 50); do echo "w8 kwtest_word"; echo "clear"; done > /tmp/lines
is "$(kwt write $KW/ctl < /tmp/lines)" "$(wc -c < /tmp/lines)" "a hundred that arm and disarm"
is "$(cat $KW/ctl)" "" "leave nothing"

# --- strange bytes ------------------------------------------------------------------

head -c 100 /dev/zero > /tmp/nul
is "$(kwt write $KW/ctl < /tmp/nul)" EINVAL "NUL bytes"
is "$(last_error | head -n 2 | cut -c 1-30)" "kwatch: error: a control chara
  Command: ???????????????????" "are shown as question marks"
printf 'w8 kwtest_word\0\n' > /tmp/nul
is "$(kwt write $KW/ctl < /tmp/nul)" EINVAL "a NUL byte behind a command"
printf 'w8 kwtest_word\0w8 kwtest_byte' > /tmp/nul
is "$(kwt write $KW/ctl < /tmp/nul)" EINVAL "and between two"
is "$(last_error)" "kwatch: error: a control character, or a byte that is not UTF-8
  Command: w8 kwtest_word?w8 kwtest_byte
$(printf '%26s' '^')" "the caret is under it"
head -c 65536 /dev/zero > /tmp/nul
is "$(kwt write $KW/ctl < /tmp/nul)" E2BIG "64 KiB of them are too long first of all"
printf 'w8 kwtest_w\303\266rd' > /tmp/utf8
is "$(kwt write $KW/ctl < /tmp/utf8)" EINVAL "UTF-8 in a symbol"
is "$(last_error)" "kwatch: error: only a quoted name may have bytes that are not ASCII
  Command: w8 kwtest_w??rd
$(printf '%23s' '^')" "the caret is under its first byte"
printf 'w8 kwtest_word # gr\303\274n\n' > /tmp/utf8
is "$(kwt write $KW/ctl < /tmp/utf8)" "$(wc -c < /tmp/utf8)" "UTF-8 in a comment is nobody's business"
ctl_ok clear
printf 'w8 kwtest_word\r\n' > /tmp/cr
is "$(kwt write $KW/ctl < /tmp/cr)" EINVAL "a line that ends as on DOS"
printf '\377\376w\0008\000' > /tmp/utf16
is "$(kwt write $KW/ctl < /tmp/utf16)" EINVAL "UTF-16"
head -c 4096 /dev/urandom > /tmp/random
like "$(kwt write $KW/ctl < /tmp/random)" '^(EINVAL|E2BIG|[0-9]+)$' "noise"
ctl_ok clear
is "$(kwt write $KW/ctl "")" 0 "nothing at all"

# --- lines ------------------------------------------------------------------------

printf 'w8 kwtest_word\n\n  \n# a remark\nw1 kwtest_byte' > /tmp/lines
is "$(kwt write $KW/ctl < /tmp/lines)" "$(wc -c < /tmp/lines)" "no newline at the end"
is "$(sed 's/  #.*//' $KW/ctl | tr '\n' ' ')" "w8 kwtest_word w1 kwtest_byte " "both are there"
ctl_ok clear

printf 'w8 kwtest_word\nw1 kwtest_byte # fine\nw8 nosuch\nw8 kwtest_static\n' > /tmp/lines
is "$(kwt write $KW/ctl < /tmp/lines)" "$(head -n 2 /tmp/lines | wc -c)" "a bad line in the middle: the count says where"
is "$(sed 's/  #.*//' $KW/ctl | tr '\n' ' ')" "w8 kwtest_word w1 kwtest_byte " "those before it are done, those behind it are not"
like "$(last_error)" 'Command: w8 nosuch' "it is the one that is explained"
ctl_ok clear
nok "as echo tells its user" eval 'cat /tmp/lines > $KW/ctl' 2> /dev/null
ctl_ok clear

ctl_ok "w8 kwtest_word"
is "$(kwt trunc $KW/ctl "w1 kwtest_byte
")" 15 "opened as > does"
is "$(grep -c . $KW/ctl)" 2 "nothing is cleared by that"
ok "nor by this" eval ': > $KW/ctl'
is "$(grep -c . $KW/ctl)" 2 "they are still there"
ctl_ok "# clear"
ctl_ok "   "
is "$(grep -c . $KW/ctl)" 2 "a comment does nothing"
ctl_ok "   clear   # all of it"
is "$(cat $KW/ctl)" "" "blanks do not matter"
ctl_ok "	w8	kwtest_word	name=a	"
is "$(cat $KW/ctl | sed 's/  #.*//')" "w8 kwtest_word name=a" "nor do tabs"
ctl_ok clear

# --- eight at once --------------------------------------------------------------------

run_bg store8 threads=2
answer=$(kwt hammer $KW/ctl 8 50 \
	"w8 kwtest_word" "w1 kwtest_byte name=b" "x kwtest_func" "w8 kwtest_static" "w4 kwtest_word+8" \
	"-b" "clear" "off b" "on b" "rw8 kwtest_word+16" "w8 nosuch" "w3 kwtest_word")
run_stop
like "$answer" '^ok [0-9]+ ' "eight processes, 400 commands"
is "$(echo "$answer" | awk '{ for (i = 2; i <= NF; i += 2) n += $i; print n }')" 400 "each is answered"
is "$(echo "$answer" | tr ' ' '\n' | grep -E '^E' | grep -vE '^(ENOENT|EEXIST|ENOSPC|EINVAL|EOPNOTSUPP)$')" "" "with nothing but what it deserves: $answer"
stats_add_up "stats add up"
ctl_ok clear
is "$(cat $KW/ctl)$(stat_of watches) $(stat_of slots_used) $(stat_of slots_free)" "0 0 4" "afterwards all slots are free"
for w in "w8 kwtest_word" "w8 kwtest_word+8" "w8 kwtest_word+16" "w8 kwtest_word+24"; do ctl_ok "$w"; done
run store8 1000 threads=2
is "$(sed 's/.*hits=//' $KW/ctl | tr '\n' ' ')" "2000 0 0 0 " "and good for exact counts"
like "$(last_error; ctl "w8 kwtest_byte"; echo "$ERR")" '^ENOSPC$' "there are four of them"
stats_add_up "stats add up"
done_testing
