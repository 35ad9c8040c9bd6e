// SPDX-License-Identifier: GPL-2.0
/*
 * The kernel's code, see code.h.
 *
 * How long a function is not known while hits are recorded, because symbols
 * take long to load.  So what is kept is as much as nearly all functions have
 * in front of an address.
 */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/client.h"
#include "code.h"
#include "disasm.h"
#include "kmem.h"

#define KEPT_BEFORE	8192
#define KEPT_MAX	1024		/* places, in one capture */
#define PIECES_MAX	65536

struct piece {
	struct client_code_times times;
	uint64_t address;
	size_t len;
	unsigned char *bytes;
};

struct client_code {
	struct client_kmem *kmem;	/* NULL: not opened yet, or kept code */
	bool kept;
	struct piece *pieces;
	size_t nr;
};

static uint64_t now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000000000ull + ts.tv_nsec;
}

struct client_code *client_code_create(void)
{
	return client_alloc(1, sizeof(struct client_code));
}

static int digit(char c)
{
	static const char digits[] = "0123456789abcdef";
	const char *found = c ? strchr(digits, c) : NULL;

	return found ? found - digits : -1;
}

/* What cannot be read of a line is left out. */
static void add_piece(struct client_code *code, const char *line, size_t len)
{
	struct piece *piece;
	char *hex;
	uint64_t address = strtoull(line, &hex, 16);
	char *end;
	size_t i, nr;

	if (hex == line || *hex++ != ' ')
		return;
	nr = (len - (hex - line)) / 2;
	code->pieces = client_realloc(code->pieces,
				      (code->nr + 1) * sizeof(*piece));
	piece = &code->pieces[code->nr++];
	piece->address = address;
	piece->bytes = client_alloc(1, nr + 1);
	for (i = 0; i < nr && digit(hex[2 * i]) >= 0 && digit(hex[2 * i + 1]) >= 0; i++)
		piece->bytes[i] = digit(hex[2 * i]) << 4 | digit(hex[2 * i + 1]);
	piece->len = i;
	/* Without times it may be of any. */
	piece->times.begin_ns = 0;
	piece->times.end_ns = UINT64_MAX;
	if (hex[2 * i] != ' ')
		return;
	piece->times.begin_ns = strtoull(hex + 2 * i, &end, 10);
	if (*end == ' ')
		piece->times.end_ns = strtoull(end, NULL, 10);
}

struct client_code *client_code_create_kept(const char *text)
{
	struct client_code *code = client_code_create();

	code->kept = true;
	while (*text && code->nr < PIECES_MAX) {
		size_t len = strcspn(text, "\n");

		/* No number begins like this, but strtoull() goes on to the next line. */
		if (digit(*text) >= 0)
			add_piece(code, text, len);
		text += len;
		text += *text == '\n';
	}
	return code;
}

void client_code_destroy(struct client_code *code)
{
	size_t i;

	if (!code)
		return;
	for (i = 0; i < code->nr; i++)
		free(code->pieces[i].bytes);
	free(code->pieces);
	client_kmem_close(code->kmem);
	free(code);
}

bool client_code_read(struct client_code *code, uint64_t address, void *buf,
		      size_t len, size_t nth, struct client_code_times *times)
{
	bool there;
	size_t i;

	if (!code->kept) {
		if (!code->kmem)
			code->kmem = client_kmem_open();
		times->begin_ns = now_ns();
		there = !nth && client_kmem_read(code->kmem, address, buf, len);
		times->end_ns = now_ns();
		return there;
	}
	for (i = 0; i < code->nr; i++) {
		const struct piece *piece = &code->pieces[i];

		if (address >= piece->address &&
		    address - piece->address <= piece->len &&
		    len <= piece->len - (address - piece->address) && !nth--) {
			*times = piece->times;
			memcpy(buf, piece->bytes + (address - piece->address), len);
			return true;
		}
	}
	return false;
}

void client_code_keep(struct client_code_keeper *keeper, uint64_t ip, size_t nr_before)
{
	/* Not a pointer to anything: it is there. */
	static char seen;
	unsigned char bytes[KEPT_BEFORE + KWATCH_INSN_BYTES_MAX];
	struct client_code_times times;
	uint64_t key = ip + client_map_mix(nr_before);
	size_t before, i;

	if (client_map_get(&keeper->seen, key) || keeper->seen.nr >= KEPT_MAX)
		return;
	client_map_set(&keeper->seen, key, &seen);
	if (!keeper->text.data)
		client_out_init(&keeper->text, -1);
	/* There may be less: it is the start of the kernel's code. */
	for (before = KEPT_BEFORE; before; before /= 2) {
		size_t len = before + KWATCH_INSN_BYTES_MAX;

		if (ip < before ||
		    !client_code_read(keeper->code, ip - before, bytes, len, 0, &times))
			continue;
		client_out_printf(&keeper->text, "%llx ",
				  (unsigned long long)(ip - before));
		for (i = 0; i < len; i++)
			client_out_printf(&keeper->text, "%02x", bytes[i]);
		client_out_printf(&keeper->text, " %llu %llu\n",
				  (unsigned long long)times.begin_ns,
				  (unsigned long long)times.end_ns);
		break;
	}
}
