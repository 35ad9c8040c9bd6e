// SPDX-License-Identifier: GPL-2.0
/*
 * Code that a capture has kept, whatever became of the text.
 */
#include <stdlib.h>
#include <string.h>

#include "../../tools/kernel/code.h"
#include "tap.h"

static const char good[] =
	"ffffffff81000000 0102030405\n"
	"ffffffff81000003 04050607\n"
	"fffffffffffffffe 0a0b\n";

/* The bytes at an address as text, "" if they are not there. */
static const char *read_at(const char *text, uint64_t address, size_t len)
{
	struct client_code *code = client_code_create_kept(text);
	struct client_code_times times;
	static char hex[64];
	unsigned char bytes[16];
	size_t i;

	hex[0] = '\0';
	if (client_code_read(code, address, bytes, len, 0, &times)) {
		for (i = 0; i < len; i++)
			sprintf(hex + 2 * i, "%02x", bytes[i]);
	}
	client_code_destroy(code);
	return hex;
}

static void is(const char *text, uint64_t address, size_t len, const char *want)
{
	const char *got = read_at(text, address, len);

	if (!ok(!strcmp(got, want), "%zu bytes at %llx: %s", len,
		(unsigned long long)address, *want ? want : "none"))
		diag("got %s", got);
}

/* The same address at two times: two modules. */
static void test_times(void)
{
	struct client_code *code = client_code_create_kept("12 34 100 200\n12 56 300 400\n12 78\n");
	struct client_code_times times;
	unsigned char byte;

	ok(client_code_read(code, 0x12, &byte, 1, 0, &times) && byte == 0x34 &&
	   times.begin_ns == 100 && times.end_ns == 200, "code and its times");
	ok(client_code_read(code, 0x12, &byte, 1, 1, &times) && byte == 0x56 &&
	   times.begin_ns == 300 && times.end_ns == 400, "and that of later");
	ok(client_code_read(code, 0x12, &byte, 1, 2, &times) && byte == 0x78 &&
	   !times.begin_ns && times.end_ns == UINT64_MAX, "without times");
	ok(!client_code_read(code, 0x12, &byte, 1, 3, &times), "and no more");
	client_code_destroy(code);
}

int main(void)
{
	char text[sizeof(good)];
	size_t i, j;

	is(good, 0xffffffff81000000, 5, "0102030405");
	is(good, 0xffffffff81000001, 2, "0203");
	is(good, 0xffffffff81000003, 4, "04050607");
	is(good, 0xffffffff81000000, 6, "");
	is(good, 0xffffffff80ffffff, 2, "");
	is(good, 0xffffffff81000007, 1, "");
	is(good, 0xfffffffffffffffe, 2, "0a0b");
	is(good, 0xffffffffffffffff, 2, "");
	is(good, 0, 1, "");
	is("", 0, 1, "");
	is("12 3", 0x12, 1, "");
	is("12 34", 0x12, 1, "34");
	is("12 34zz56", 0x12, 2, "");
	is("12\n34 56\n", 0x34, 1, "56");
	is("\n12 34", 0x12, 1, "34");
	is("12", 0x12, 1, "");
	is("12 ", 0x12, 1, "");
	is(" 12 34", 0x12, 1, "");
	is("12 \n34", 0x12, 1, "");
	is("99999999999999999999 34", UINT64_MAX, 1, "34");
	test_times();
	for (i = 0; i < sizeof(good); i++) {
		memcpy(text, good, sizeof(good));
		text[i] = '\0';
		read_at(text, 0xffffffff81000003, 4);
		for (j = 1; j < 256; j++) {
			text[i] = j;
			text[sizeof(good) - 1] = '\0';
			read_at(text, 0xffffffff81000003, 4);
		}
	}
	ok(1, "cut anywhere, and with any byte changed");
	return tap_done();
}
