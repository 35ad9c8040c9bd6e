// SPDX-License-Identifier: GPL-2.0
/*
 * The texts that the client reads and writes: watches, what ctl lists, what
 * error_log says, and its own output buffer.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../../tools/control/control.h"
#include "../../tools/stream/held.h"
#include "../../tools/control/listing.h"
#include "../../tools/base/out.h"
#include "../../tools/stream/spectext.h"
#include "tap.h"

static void is(const char *got, const char *want, const char *what)
{
	if (!ok(got && !strcmp(got, want), "%s", what))
		diag("got \"%s\", expected \"%s\"", got ? got : "NULL", want);
}

static void is_free(char *got, const char *want, const char *what)
{
	is(got, want, what);
	free(got);
}

static void test_types(void)
{
	static const char *const yes[] = {
		"w8", "w1", "rw4", "r2", "x", "x8", "w24", "w", "r", "rw", "w3",
	};
	static const char *const no[] = {
		"", "8", "rx", "rwx", "ww8", "wr8", "w8x", "write", "list", "-1",
	};
	unsigned int i;

	for (i = 0; i < sizeof(yes) / sizeof(yes[0]); i++)
		ok(client_spectext_is_type(yes[i]), "%s begins a watch", yes[i]);
	for (i = 0; i < sizeof(no) / sizeof(no[0]); i++)
		ok(!client_spectext_is_type(no[i]), "\"%s\" does not", no[i]);
}

static void test_lines(void)
{
	char *plain[] = { "w8", "jiffies", "limit=3" };
	char *blanks[] = { "w8", "jiffies", "comm=a b", "if comm == \"c d\"" };
	char *whole[] = { "w8 jiffies if pid == 1" };
	char *slash[] = { "w8", "j", "comm=a \\b" };

	is_free(client_spectext_join(3, plain), "w8 jiffies limit=3", "words");
	is_free(client_spectext_join(4, blanks),
		"w8 jiffies comm=\"a b\" if comm == \"c d\"",
		"the quotes that a shell took come back");
	is_free(client_spectext_join(1, whole), whole[0], "a whole line stays");
	is_free(client_spectext_join(3, slash), "w8 j comm=\"a \\\\b\"",
		"a backslash stays one");

	is_free(client_spectext_add_option("w8 jiffies", "until=close"),
		"w8 jiffies until=close", "an option goes to the end");
	is_free(client_spectext_add_option("w8 jiffies if pid != 0", "until=close"),
		"w8 jiffies until=close if pid != 0", "but before if");
	ok(client_spectext_has_option("w8 j until=free", "until="), "it is there");
	ok(!client_spectext_has_option("w8 until", "until="), "it is not");
	ok(!client_spectext_has_option("w8 j if comm == \"x until=y\"", "until="),
	   "a predicate has none");
}

static void test_meaning(void)
{
	char label[KWATCH_SPECTEXT_LABEL_MAX];

	ok(client_spectext_same("w8 jiffies", " w8  jiffies+0 name=a"),
	   "two ways to say the same");
	ok(client_spectext_same("w8 0xffffffff81000000", "w8 FFFFFFFF81000000"),
	   "also by address");
	ok(!client_spectext_same("w8 jiffies", "w8 jiffies until=close"),
	   "two watches");
	ok(!client_spectext_same("nonsense", "nonsense"), "no watch at all");

	client_spectext_label("w8 jiffies name=a if pid == 1", label, sizeof(label));
	is(label, "w8 jiffies+0x0", "a label");
	client_spectext_label("w8 jiffies quantum=7", label, sizeof(label));
	is(label, "w8 jiffies", "a label of a line from the future");
	client_spectext_label("w8 jiffies quantum=7", label, 4);
	is(label, "w8 ", "a label in too little room");
	client_spectext_label("", label, sizeof(label));
	is(label, "", "no label");
}

static void test_listing(void)
{
	struct client_listing listing;
	const struct client_listed *watch;

	client_listing_parse(&listing, strdup(
		"# kwatch, 3 watches\n"
		"w8 jiffies until=close # id=3 state=armed hits=17\n"
		"x vfs_read if comm == \"# id=9\"\t#  id=12 state=off hits=0 new=a=b\n"
		"rw4 foo:bar\n"
		"# id=4 state=pending\n"));
	ok(listing.nr == 3, "three watches");
	is(listing.watches[0].spec, "w8 jiffies until=close", "the first");
	ok(listing.watches[0].id == 3 && listing.watches[0].nr == 3, "its id");
	is(client_listing_value(&listing.watches[0], "hits"), "17", "its hits");
	is(listing.watches[1].spec, "x vfs_read if comm == \"# id=9\"",
	   "a # in a predicate is its own");
	is(client_listing_value(&listing.watches[1], "new"), "a=b",
	   "fields of a newer module");
	ok(!client_listing_value(&listing.watches[1], "old"), "and none");
	ok(listing.watches[2].id == 4, "a state on a line of its own");

	watch = client_listing_find(&listing, "w8 jiffies+0x0 until=close");
	ok(watch && watch->id == 3, "the one that asks for the same");
	watch = client_listing_find(&listing, "w8 jiffies quantum=7");
	ok(watch && watch->id == 12, "the newest, where that cannot be told");
	watch = client_listing_by_id(&listing, 4);
	ok(watch && !strcmp(watch->spec, "rw4 foo:bar"), "by number");
	ok(!client_listing_by_id(&listing, 5), "no such number");
	client_listing_destroy(&listing);

	client_listing_parse(&listing, strdup(""));
	ok(!listing.nr && !client_listing_find(&listing, "w8 a"), "none at all");
	client_listing_destroy(&listing);
	client_listing_parse(&listing, strdup("# id=1\n#\n = \n"));
	ok(listing.nr == 1, "nonsense does no harm");
	client_listing_destroy(&listing);
}

static void test_error_log(void)
{
	static const char log[] =
		"[    1.000000] kwatch: error: Old\n"
		"  Command: w8 a\n"
		"              ^\n"
		"[    2.000000] kwatch: error: New\n"
		"  Command: w8 a\n"
		"           ^\n"
		"  w4 held since boot\n"
		"[    3.000000] kwatch: error: Longer\n"
		"  Command: w8 a b\n"
		"           ^\n"
		"[    4.000000] kwatch: error: Cut\n";
	const char *entry;
	size_t len = 0;

	entry = client_control_find_error(log, "w8 a", &len);
	ok(entry && !strncmp(entry, "[    2.", 7), "the last of its command");
	ok(len && entry && !strncmp(entry + len, "[    3.", 7), "with all its lines");
	entry = client_control_find_error(log, "w8 a b", &len);
	ok(entry && entry + len == strstr(log, "[    4."), "a longer one");
	ok(!client_control_find_error(log, "w8", &len), "the start of one is none");
	ok(!client_control_find_error("", "w8", &len), "an empty log");
	ok(!client_control_find_error("[ kwatch: error: x", "", &len), "half a log");
	ok(!client_control_find_error("\n\n[\n", "", &len), "nonsense");
}

static void test_out(void)
{
	struct client_out out;

	client_out_init(&out, -1);
	client_out_dec(&out, 0, 0, ' ');
	client_out_dec(&out, 7, 3, '0');
	client_out_dec(&out, UINT64_MAX, 5, ' ');
	client_out_chr(&out, ' ');
	client_out_hex(&out, 0);
	client_out_hex(&out, 0x10);
	client_out_hex(&out, UINT64_MAX);
	client_out_clean(&out, "a\033[1m\n\x7f\xc3\xbc", 99);
	client_out_printf(&out, "%5d", 42);
	client_out_chr(&out, '\0');
	is(out.data, "000718446744073709551615 0x00x100xffffffffffffffff"
	   "a.[1m..\xc3\xbc   42", "numbers, and what a terminal would obey");
	client_out_destroy(&out);
}

static void test_out_full(void)
{
	int fd = open("/dev/full", O_WRONLY), pipes[2];
	struct client_out out;
	unsigned int i;

	client_out_init(&out, fd);
	for (i = 0; i < 1000000; i++)
		client_out_str(&out, "0123456789");
	ok(client_out_flush(&out) && out.error == ENOSPC, "a disk that is full");
	client_out_destroy(&out);
	close(fd);

	if (pipe(pipes))
		return;
	signal(SIGPIPE, SIG_IGN);
	close(pipes[0]);
	client_out_init(&out, pipes[1]);
	client_out_str(&out, "x");
	ok(client_out_flush(&out) && out.error == EPIPE, "a pipe that is closed");
	client_out_destroy(&out);
	close(pipes[1]);
}

/* What -n 3 shows of so many hits, with a line between each. */
static const char *last_three(unsigned int hits)
{
	static char text[256];
	struct client_held *held = client_held_create(3);
	struct client_out out;
	unsigned int i, nr;

	client_out_init(&out, -1);
	client_out_str(client_held_next(held, false), "-");
	for (i = 1; i <= hits; i++) {
		client_out_dec(client_held_next(held, true), i, 0, ' ');
		client_out_str(client_held_next(held, false), ",");
	}
	nr = client_held_put(held, &out);
	client_out_printf(&out, " %u", nr);
	snprintf(text, sizeof(text), "%.*s", (int)out.len, out.data);
	client_out_destroy(&out);
	client_held_destroy(held);
	return text;
}

static void test_held(void)
{
	is(last_three(0), "- 0", "the last three of none");
	is(last_three(1), "-1, 1", "of one");
	is(last_three(2), "-1,2, 2", "of two");
	is(last_three(3), "1,2,3, 3", "of three");
	is(last_three(4), "2,3,4, 3", "of four");
	is(last_three(11), "9,10,11, 3", "of many");
}

int main(void)
{
	test_types();
	test_lines();
	test_meaning();
	test_listing();
	test_error_log();
	test_out();
	test_out_full();
	test_held();
	return tap_done();
}
