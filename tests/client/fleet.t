#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What a fleet collects: metrics for node_exporter, and events in the journal.

. "$(dirname "$0")/lib.sh"

# --- kwatch stats --openmetrics -------------------------------------------------------

cat > "$KWATCH_DIR/stats" << 'STATS'
version: 0.0.0
abi: 2
selftest: ok, 5123 ns a hit
unwinder: the kernel's own
watch1.cpu0.hits: 10
watch1.cpu0.recorded: 7
watch1.cpu0.filtered: 2
watch1.cpu0.suppressed: 1
watch1.cpu0.off_ns: 1500000000
watch1.cpu0.uncovered: 1
watch1.hits: 10
watch1.recorded: 7
watch1.uncovered: 2
watch2.cpu0.recorded: 18446744073709551615
cpu0.hits: 10
cpu0.recorded: 7
cpu0.overwritten: 3
cpu0.stacks_checked: 9
watches: 2
slots: 4
slots_used: 2
slots_free: 2
STATS
printf 'w8 jiffies comm="a\\b"  # id=1 state=armed hits=10\n' > "$KWATCH_DIR/ctl"
file=$dir/kwatch.prom
echo old > "$file"
run stats --prometheus "$file"
is "$status$out$err" 0 "stats --prometheus"
out=$(cat "$file")
golden metrics.golden "each counter is a sample"
is "$(stat -c %a "$file") $(echo "$dir"/kwatch.prom*)" "644 $file" "anybody may read it, and nothing else is left"
if wants "prometheus=its promtool checks the metrics"; then
	promtool check metrics < "$file" > "$dir/prom" 2>&1
	is "$?$(cat "$dir/prom")" 0 "promtool has nothing to say"
else
	skip 1 "$wanted"
fi
# The reference parser of OpenMetrics.
run stats --openmetrics "$dir/open"
is "$status$out$err $(tail -n 1 "$dir/open")" "0 # EOF" "stats --openmetrics"
if wants "python3-prometheus-client=has OpenMetrics's reference parser"; then
	/usr/bin/python3 - "$dir/open" > "$dir/families" 2>&1 << 'EOF'
import sys
from prometheus_client.openmetrics.parser import text_string_to_metric_families

for family in text_string_to_metric_families(open(sys.argv[1]).read()):
    print(family.name, family.type, family.unit, len(family.samples))
EOF
	is "$?" 0 "is what the reference parser takes"
	like "$(cat "$dir/families")" '^kwatch_watch_off_seconds counter seconds 1$' "with types and units"
	like "$(cat "$dir/families")" '^kwatch_watch_hits counter  4$' "and all samples"
else
	skip 3 "$wanted"
fi
run stats --openmetrics "$dir/none/x.prom"
like "$status $err" '^1 kwatch: .*/none/x.prom: No such file or directory$' "a place that is not there"
mkfifo "$dir/device"
run stats --openmetrics "$dir/device"
is "$status $err" "1 kwatch: $dir/device: is no regular file" "a device is not replaced"
ok "but stays" test -p "$dir/device"
if [ "$(id -u)" = 0 ] && mkdir "$dir/full" && mount -t tmpfs -o size=4k,nr_inodes=9 none "$dir/full" 2> /dev/null; then
	head -c 4096 /dev/zero > "$dir/full/kwatch.prom"
	run stats --openmetrics "$dir/full/kwatch.prom"
	is "$status $err $(stat -c %s "$dir/full/kwatch.prom") $(cd "$dir/full" && echo *)" \
		"1 kwatch: $dir/full/kwatch.prom: No space left on device 4096 kwatch.prom" "a full disk: the old one stays"
	umount "$dir/full"
fi
for words in '--openmetrics' '--openmetrics f x' '--nosuch'; do
	# shellcheck disable=SC2086
	run stats $words
	is "$status" 2 "usage: kwatch stats $words"
done
printf 'abi: 77\n' > "$KWATCH_DIR/stats"
for command in list stats summary tail "stats --openmetrics $dir/x" "tail --json" "top -1" "record -o $dir/x"; do
	# shellcheck disable=SC2086
	run $command
	is "$status $err" "1 kwatch: the module speaks ABI 77, this kwatch ABI 2: install both from one version" \
		"a module of another ABI: ${command%% *}"
done
fresh

# --- kwatch tail --journal --------------------------------------------------------------

# A journald of our own: one line of JSON for each entry that it is sent.
cat > "$dir/journald.py" << 'PY'
import array, json, os, socket, struct, sys
server = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
server.bind(sys.argv[1])
print("ready", file=sys.stderr, flush=True)
while True:
    data, control, _, _ = server.recvmsg(1 << 20, socket.CMSG_SPACE(4))
    for level, kind, fds in control:
        fd = array.array("i", fds)[0]
        data = os.pread(fd, 1 << 24, 0)
    fields, at = {}, 0
    while at < len(data):
        end = data.index(b"\n", at)
        line = data[at:end]
        if b"=" in line:
            name, value = line.split(b"=", 1)
            at = end + 1
        else:
            name, (size,) = line, struct.unpack("<Q", data[end + 1:end + 9])
            value = data[end + 9:end + 9 + size]
            assert data[end + 9 + size:end + 10 + size] == b"\n"
            at = end + 10 + size
        fields[name.decode()] = value.decode(errors="replace")
    print(json.dumps(fields, sort_keys=True), flush=True)
PY
export KWATCH_JOURNAL=$dir/socket
run tail --journal
like "$status $err" '^1 kwatch: journal: .*/socket: No such file or directory$' "no journald"
python3 "$dir/journald.py" "$KWATCH_JOURNAL" > "$dir/entries" 2> "$dir/ready" &
journald=$!
trap 'kill $journald; rm -rf "$dir"' EXIT
wait_for grep -q ready "$dir/ready"
{
	cat "$here/capture.txt"
	echo 'hit watch=1 cpu=1 time=12348000000 seq=98 pid=1 comm=r k=0xffffffff81000110 regs=8'
	printf 'hit watch=1 cpu=1 time=12349000000 seq=99 pid=1 comm=a\\xff=b\n' | sed 's/\\xff/\xff/'
} | "$mkstream" > "$KWATCH_DIR/hits_raw"
run tail --journal
is "$status$out$err" 0 "tail --journal"
wait_for grep -q '"KWATCH_SEQ": "99"' "$dir/entries"
out=$(cat "$dir/entries")
golden journal.golden "each event is an entry, with its fields"
printf 'hit watch=1 cpu=1 time=1 seq=1 pid=1 comm=deep k=%s\n' "$(printf '0xffffffff81000110,%.0s' {1..3000})0x1" |
	"$mkstream" > "$KWATCH_DIR/hits_raw"
run tail --journal
is "$status$err" 0 "a stack of 3001 frames"
ok "arrives, too" wait_for grep -q 'deep.*0x1\\n' "$dir/entries"
kill $journald
wait $journald 2> /dev/null
trap 'rm -rf "$dir"' EXIT
run tail --journal
like "$status $err" '^1 kwatch: journal: .*: Connection refused$' "a journald that is gone"
for words in '--journal --json' '--journal -n 3'; do
	# shellcheck disable=SC2086
	run tail $words
	is "$status" 2 "usage: kwatch tail $words"
done
done_testing
