. "$(dirname "$0")/lib.sh"
cap=$dir/cap
# Files that are none: a pipe that nobody writes to, a device without an end.
rm -rf "$cap"
"$mkstream" < "$here/capture.txt" > "$KWATCH_DIR/hits_raw"
run record -o "$cap"
for file in metadata host/kallsyms.gz host/code.gz host/buildids host/maps/108; do
	mkdir -p "$cap/host/maps"
	mv "$cap/$file" "$dir/file" 2> "$dir/null"
	mkfifo "$cap/$file"
	timeout 60 "$kwatch" report "$cap" < /dev/null > "$dir/out" 2> "$dir/err"
	ok "a pipe for $file is not waited for" [ $? -lt 2 ]
	rm "$cap/$file"
	ln -s /dev/zero "$cap/$file"
	(ulimit -f 0; timeout 60 "$kwatch" report "$cap" < /dev/null > /dev/null 2> /dev/null)
	ok "nor is a device for it read to its end" [ $? -lt 2 ]
	rm "$cap/$file"
	mv "$dir/file" "$cap/$file" 2> "$dir/null"
done

# A uuid, and a build-id, of an odd number of digits, at the very end of their text.
head -c 4096 "$cap/metadata" | sed 's/uuid = ".*/uuid = "a/; /uuid = "a/q' | head -c -1 > "$dir/head"
crc=$(gzip -c "$dir/head" | tail -c 8 | od -An -tx4 | awk '{ print $1 }')
cp "$cap/metadata" "$dir/file"
{ cat "$dir/head"; printf '/* crc32 of what is above: %s */\n' "$crc"; } > "$cap/metadata"
run report "$cap"
is "$status $err" "1 kwatch: $cap/metadata: incomplete" "a uuid that is cut short"
cp "$dir/file" "$cap/metadata"
printf 'abc %s' /some/file > "$cap/host/buildids"
run report "$cap"
is "$status" 0 "a build-id that is cut short"
done_testing
