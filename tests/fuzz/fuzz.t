#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A short session of libFuzzer over the command language.
#
#   KWATCH_FUZZ_SECONDS  how long (8); it always starts from the same seed
#
# What it finds is left in build/fuzz, to be run again as
# "build/fuzz/spec_fuzz FILE", and then goes into tests/fuzz/corpus.

. "$(dirname "$0")/../tap.sh"

seconds=${KWATCH_FUZZ_SECONDS:-8}
dir=build/fuzz
rm -rf "$dir"
mkdir -p "$dir/found"

# clang alone is not enough: what is linked in comes in a package of its own.
has_libfuzzer() {
	echo 'int LLVMFuzzerTestOneInput(void) { return 0; }' |
		clang -x c -fsanitize=fuzzer,address,undefined -o "$dir/probe" - 2> /dev/null
}

if ! has_libfuzzer; then
	wants "clang=fuzzes the command language" "libclang-rt-dev=fuzzes the command language" ||
		skip_all "$wanted"
	has_libfuzzer || skip_all "clang comes without libFuzzer here"
fi

fuzzer=$dir/spec_fuzz
ok "the fuzzer builds" clang -std=gnu11 -O1 -g -Wall -Wextra -Werror -Iinclude -Imodule -Itests/unit \
	-fsanitize=fuzzer,address,undefined -fno-sanitize-recover=all -o "$fuzzer" \
	tests/fuzz/spec_fuzz.c module/language/*.c module/hit/filter.c

seeds=(tests/fuzz/corpus/*)
ok "${#seeds[@]} seeds pass" "$fuzzer" "${seeds[@]}"

# shellcheck disable=SC2317
fuzz() {
	"$fuzzer" -seed=1 -max_total_time="$seconds" -max_len=1100 -timeout=5 -print_final_stats=1 \
		-dict=tests/fuzz/spec.dict -artifact_prefix="$dir/" "$dir/found" tests/fuzz/corpus \
		2>&1 | tee "$dir/log"
	return "${PIPESTATUS[0]}"
}
ok "$seconds seconds find nothing" fuzz

# A session that got nowhere would find nothing either.
runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$dir/log")
ok "it tried ${runs:-no} lines" test "${runs:-0}" -gt $((seconds * 100))
done_testing
