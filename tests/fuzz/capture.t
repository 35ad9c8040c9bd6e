#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A short session of libFuzzer over what captures are made of, and every form of
# report; see capture_fuzz.c.
#
#   KWATCH_FUZZ_SECONDS  how long (8); it always starts from the same seed

. "$(dirname "$0")/../tap.sh"

seconds=${KWATCH_FUZZ_SECONDS:-8}
dir=build/fuzz-capture
rm -rf "$dir"
mkdir -p "$dir/found" "$dir/seeds"
wants "clang=fuzzes captures" "libclang-rt-dev=fuzzes captures" || skip_all "$wanted"

fuzzer=$dir/capture_fuzz
mapfile -t client < <(find tools -name "*.c" ! -path "*/libkwatch/*")
read -ra libs <<< "$(make -s -C tools libs)"
ok "the fuzzer builds" clang -std=gnu11 -O1 -g -Wall -Wextra -Iinclude -Itools -Imodule -Dmain=kwatch_main \
	-fno-strict-aliasing -fsanitize=fuzzer,address,undefined -fno-sanitize-recover=all -o "$fuzzer" \
	tests/fuzz/capture_fuzz.c "${client[@]}" tools/base/embed.S module/language/*.c module/hit/filter.c "${libs[@]}"

gcc -O1 -Iinclude -o "$dir/mkstream" tests/client/mkstream.c
for stream in tests/client/{every,capture}.txt; do
	name=$(basename "$stream" .txt)
	"$dir/mkstream" < "$stream" > "$dir/seeds/$name"
	# Each record by itself, and in the other stream, too.
	sed '/^#/d' "$stream" | while read -r line; do
		{ echo "$line"; echo "$line"; } | "$dir/mkstream" > "$dir/seeds/$(cksum <<< "$line" | cut -d' ' -f1)"
	done
done
printf '/* CTF 1.8 */\n\tkwatch_abi = 2;\n\toffset = 1;\n\tuuid = "00112233-4455-6677-8899-aabbccddeef"' > "$dir/seeds/metadata"
printf 'bab kernel\n0123456789abcde kernel\n' > "$dir/seeds/buildids"
ok "$(find "$dir/seeds" -type f | wc -l) seeds pass" "$fuzzer" "$dir/seeds"/*

# What the client says of a damaged capture is for nobody (close_fd_mask): the
# fuzzer keeps another way to say what it has to.
# shellcheck disable=SC2317
fuzz() {
	"$fuzzer" -close_fd_mask=2 -seed=1 -max_total_time="$seconds" -max_len=4096 -timeout=10 -rss_limit_mb=1024 \
		-print_final_stats=1 -artifact_prefix="$dir/" "$dir/found" "$dir/seeds" 2>&1 | tee "$dir/log" > /dev/null
	return "${PIPESTATUS[0]}"
}
ok "$seconds seconds find nothing" fuzz
# A session that got nowhere would find nothing either.
runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$dir/log")
ok "it tried ${runs:-no} captures" test "${runs:-0}" -gt $((seconds * 10))
done_testing
