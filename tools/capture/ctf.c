// SPDX-License-Identifier: GPL-2.0
/*
 * A capture's form on disk, see ctf.h.
 *
 * The metadata begins with what is true of this capture only, and ends that
 * part with a check sum; reading it back is reading those lines, and not the
 * whole of CTF's language: no one but kwatch writes a capture.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>
#include <zlib.h>

#include "base/client.h"
#include "ctf.h"
#include "base/embed.h"
#include "base/hex.h"
#include "base/out.h"
#include "language/printable.h"

#define NSEC_PER_SEC	1000000000ull

#define FIRST_LINE	"/* CTF 1.8 */"
#define CRC_START	"/* crc32 of what is above: "
#define CRC_FORMAT	CRC_START "%08x */\n"

_Static_assert(sizeof(struct client_ctf_packet) == 80, "as kwatch.tsdl says");

static uint64_t ns_of(clockid_t clock)
{
	struct timespec ts;

	clock_gettime(clock, &ts);
	return ts.tv_sec * NSEC_PER_SEC + ts.tv_nsec;
}

/* A version 4 UUID; nothing bad comes of one that is no good. */
static void make_uuid(uint8_t *uuid)
{
	if (getrandom(uuid, KWATCH_CTF_UUID_BYTES, 0) != KWATCH_CTF_UUID_BYTES) {
		uint64_t seed[2] = { ns_of(CLOCK_REALTIME), getpid() };

		memcpy(uuid, seed, KWATCH_CTF_UUID_BYTES);
	}
	uuid[6] = (uuid[6] & 0x0f) | 0x40;
	uuid[8] = (uuid[8] & 0x3f) | 0x80;
}

static unsigned int arch_of(const char *machine)
{
	if (!strcmp(machine, "x86_64"))
		return KWATCH_ARCH_X86_64;
	if (!strcmp(machine, "aarch64"))
		return KWATCH_ARCH_ARM64;
	return 0;
}

void client_ctf_info_now(struct client_ctf_info *info)
{
	struct utsname name;

	memset(info, 0, sizeof(*info));
	uname(&name);
	make_uuid(info->uuid);
	info->abi = KWATCH_ABI;
	info->offset_ns = ns_of(CLOCK_REALTIME) - ns_of(CLOCK_MONOTONIC);
	snprintf(info->version, sizeof(info->version), "%s", KWATCH_VERSION);
	snprintf(info->hostname, sizeof(info->hostname), "%s", name.nodename);
	snprintf(info->release, sizeof(info->release), "%s", name.release);
	snprintf(info->machine, sizeof(info->machine), "%s", name.machine);
	info->arch = arch_of(info->machine);
}

/* As a string of TSDL, without its quotes. */
static void put_quoted(struct client_out *out, const char *text)
{
	size_t len;

	for (; *text; text += len) {
		if (*text == '"' || *text == '\\')
			client_out_chr(out, '\\');
		len = kwatch_printable(text, strlen(text));
		len = client_out_clean(out, text, len ? len : 1);
	}
}

static void put_env(struct client_out *out, const char *name, const char *value)
{
	client_out_printf(out, "\t%s = \"", name);
	put_quoted(out, value);
	client_out_str(out, "\";\n");
}

void client_ctf_put_metadata(struct client_out *out,
			     const struct client_ctf_info *info)
{
	struct client_out head;
	unsigned int i;

	client_out_init(&head, -1);
	client_out_printf(&head, FIRST_LINE "\n\nenv {\n\tkwatch_abi = %u;\n", info->abi);
	put_env(&head, "tracer_name", "kwatch");
	put_env(&head, "tracer_version", info->version);
	put_env(&head, "domain", "kernel");
	put_env(&head, "sysname", "Linux");
	put_env(&head, "hostname", info->hostname);
	put_env(&head, "kernel_release", info->release);
	put_env(&head, "machine", info->machine);
	client_out_printf(&head, "};\n\nclock {\n\tname = \"monotonic\";\n"
			  "\tdescription = \"CLOCK_MONOTONIC\";\n\tfreq = %llu;\n"
			  "\toffset = %llu;\n};\n\n", NSEC_PER_SEC,
			  (unsigned long long)info->offset_ns);
	client_out_str(&head,
		       "typealias integer { size = 8; align = 8; signed = false; } := byte_t;\n"
		       "typealias integer { size = 32; align = 32; signed = false; } := word_t;\n\n"
		       "trace {\n\tmajor = 1;\n\tminor = 8;\n\tuuid = \"");
	for (i = 0; i < KWATCH_CTF_UUID_BYTES; i++)
		client_out_printf(&head, "%s%02x", i == 4 || i == 6 || i == 8 ||
				  i == 10 ? "-" : "", info->uuid[i]);
	client_out_str(&head,
		       "\";\n\tbyte_order = le;\n\tpacket.header := struct {\n"
		       "\t\tword_t magic;\n\t\tbyte_t uuid[16];\n\t\tword_t stream_id;\n\t};\n};\n");
	client_out_put(out, head.data, head.len);
	client_out_printf(out, CRC_FORMAT, (unsigned int)
			  crc32(0, (const void *)head.data, head.len));
	client_out_destroy(&head);
	client_out_chr(out, '\n');
	client_out_str(out, client_embed_tsdl);
}

/* What there is in a record, by its type. */
static const struct {
	const char *name;
	const char *fields;
	size_t fixed;
	unsigned int parts;
} types[] = {
	[KWATCH_RECORD_HIT]	= { "hit", "struct hit hit;",
				    sizeof(struct kwatch_hit), ~0u },
	[KWATCH_RECORD_LOST]	= { "lost", "struct lost lost;",
				    sizeof(struct kwatch_lost), 0 },
	[KWATCH_RECORD_WATCH]	= { "watch", "struct watch watch;",
				    sizeof(struct kwatch_watch_def), 0 },
	[KWATCH_RECORD_STACK]	= { "stack", "struct stack stack;",
				    sizeof(struct kwatch_stack_def), ~0u },
	[KWATCH_RECORD_TASK]	= { "task", "struct task_number task;",
				    sizeof(struct kwatch_task_def), 0 },
	[KWATCH_RECORD_GAP]	= { "gap", "struct gap gap;",
				    sizeof(struct kwatch_gap), 0 },
	[KWATCH_RECORD_UNSEEN]	= { "unseen", "struct unseen unseen;",
				    sizeof(struct kwatch_unseen),
				    KWATCH_PART_TASK | KWATCH_PART_WHERE },
	[KWATCH_RECORD_GONE]	= { "gone", "struct gone gone;",
				    sizeof(struct kwatch_gone), ~0u },
	[KWATCH_RECORD_MODULE]	= { "module", "struct module module;",
				    sizeof(struct kwatch_module_def), 0 },
	[KWATCH_RECORD_SYMBOL]	= { "symbol", "struct symbol symbol;",
				    sizeof(struct kwatch_symbol_def), 0 },
	[KWATCH_RECORD_COVER]	= { "cover", "struct cover cover;",
				    sizeof(struct kwatch_cover), 0 },
	[KWATCH_RECORD_FREED]	= { "freed", "struct gone gone;",
				    sizeof(struct kwatch_gone), ~0u },
	[KWATCH_RECORD_ALSO]	= { "also", "struct also also;",
				    sizeof(struct kwatch_also), 0 },
};

static size_t stack_bytes(const void *part)
{
	const struct kwatch_stack *stack = part;

	return sizeof(*stack) + stack->nr * sizeof(stack->ip[0]);
}

static size_t regs_bytes(const void *part)
{
	const struct kwatch_regs *regs = part;

	return sizeof(*regs) + regs->nr * sizeof(regs->reg[0]);
}

static size_t ucopy_bytes(const void *part)
{
	const struct kwatch_ucopy *copy = part;

	return sizeof(*copy) + copy->nr * sizeof(copy->reg[0]) + copy->size;
}

static size_t where_bytes(const void *part)
{
	(void)part;
	return sizeof(struct kwatch_where);
}

static size_t task_bytes(const void *part)
{
	(void)part;
	return sizeof(struct kwatch_task);
}

/* In the order of their bits, which is that in the record. */
static const struct {
	unsigned int bit;
	const char *fields;
	size_t least;
	size_t (*bytes)(const void *part);
} parts[] = {
	{ KWATCH_PART_TASK, "struct task task;",
	  sizeof(struct kwatch_task), task_bytes },
	{ KWATCH_PART_KSTACK, "struct frames kstack;",
	  sizeof(struct kwatch_stack), stack_bytes },
	{ KWATCH_PART_USTACK, "struct frames ustack;",
	  sizeof(struct kwatch_stack), stack_bytes },
	{ KWATCH_PART_REGS, "struct regs regs;",
	  sizeof(struct kwatch_regs), regs_bytes },
	{ KWATCH_PART_UCOPY, "struct ucopy ucopy;",
	  sizeof(struct kwatch_ucopy), ucopy_bytes },
	{ KWATCH_PART_WHERE, "struct where where;",
	  sizeof(struct kwatch_where), where_bytes },
};

uint32_t client_ctf_event_id(const struct kwatch_record *rec)
{
	return rec->type | rec->parts << 8 | (uint32_t)rec->watch << 16;
}

/* Does its fixed part end with a string, which ends at its NUL? */
static bool has_string(const struct kwatch_record *rec)
{
	return rec->type == KWATCH_RECORD_WATCH || rec->type == KWATCH_RECORD_SYMBOL;
}

bool client_ctf_is_known(const struct kwatch_record *rec)
{
	const char *data = (const char *)rec;
	unsigned int known = 0;
	size_t i, pos;

	if (rec->type >= KWATCH_ARRAY_SIZE(types) || !types[rec->type].name)
		return false;
	pos = types[rec->type].fixed;
	if (has_string(rec)) {
		/* The next record is aligned. */
		pos += strlen(data + pos) + 1;
		return ((pos + 7) & ~7ul) == rec->size;
	}
	for (i = 0; i < KWATCH_ARRAY_SIZE(parts); i++) {
		if (!(rec->parts & types[rec->type].parts & parts[i].bit))
			continue;
		known |= parts[i].bit;
		if (rec->size < pos + parts[i].least)
			return false;
		pos += parts[i].bytes(data + pos);
	}
	return rec->parts == known && rec->size == pos;
}

size_t client_ctf_padding(const struct kwatch_record *rec)
{
	size_t fixed = types[rec->type].fixed;

	return has_string(rec) ? rec->size - fixed - strlen((const char *)rec + fixed) - 1 : 0;
}

void client_ctf_put_event(struct client_out *out,
			  const struct kwatch_record *rec, const char *label)
{
	size_t i;

	client_out_printf(out, "\nevent {\n\tname = \"%s", types[rec->type].name);
	if (label) {
		client_out_chr(out, ' ');
		put_quoted(out, label);
	}
	client_out_printf(out, "\";\n\tid = %u;\n\tstream_id = %d;\n"
			  "\tfields := struct {\n\t\t%s\n",
			  client_ctf_event_id(rec),
			  client_ctf_lane(rec) >= KWATCH_CTF_LANE_WATCHES ?
			  KWATCH_CTF_WATCHES : KWATCH_CTF_RECORDS,
			  types[rec->type].fields);
	for (i = 0; i < KWATCH_ARRAY_SIZE(parts); i++) {
		if (rec->parts & types[rec->type].parts & parts[i].bit)
			client_out_printf(out, "\t\t%s\n", parts[i].fields);
	}
	client_out_str(out, "\t} align(64);\n};\n");
}

/* The text behind "KEY = " in the first part of the metadata, or NULL. */
static const char *value_of(const char *text, const char *key)
{
	const char *at = text;
	size_t len = strlen(key);

	while ((at = strstr(at, key))) {
		if (at > text && at[-1] == '\t' && !strncmp(at + len, " = ", 3))
			return at + len + 3;
		at += len;
	}
	return NULL;
}

static void take_string(const char *text, const char *key, char *buf, size_t size)
{
	const char *value = value_of(text, key);
	size_t len = 0;

	if (!value || *value != '"')
		return;
	for (value++; *value && *value != '"' && len < size - 1; value++) {
		if (*value == '\\' && value[1])
			value++;
		buf[len++] = *value;
	}
	buf[len] = '\0';
}

static bool take_uuid(const char *text, uint8_t *uuid)
{
	const char *value = value_of(text, "uuid");
	unsigned int i;

	if (!value || *value++ != '"')
		return false;
	for (i = 0; i < KWATCH_CTF_UUID_BYTES; i++) {
		value += *value == '-';
		if (!client_hex_byte(value, &uuid[i]))
			return false;
		value += 2;
	}
	return true;
}

int client_ctf_parse_metadata(const char *text, struct client_ctf_info *info,
			      char *why, size_t size)
{
	const char *abi, *offset, *end;
	unsigned int crc;
	char *head;
	int ret = -1;

	memset(info, 0, sizeof(*info));
	if (strncmp(text, FIRST_LINE, strlen(FIRST_LINE))) {
		snprintf(why, size, "not a CTF trace");
		return -1;
	}
	end = strstr(text, CRC_START);
	if (!end || sscanf(end + strlen(CRC_START), "%8x", &crc) != 1) {
		snprintf(why, size, "%s", strstr(text, "\"kwatch\"") ?
			 "cut or damaged" : "a CTF trace, but not one of kwatch");
		return -1;
	}
	head = strndup(text, end - text);
	if (!head)
		client_out_of_memory();
	if (crc32(0, (const void *)head, end - text) != crc) {
		snprintf(why, size, "damaged");
		goto out;
	}
	abi = value_of(head, "kwatch_abi");
	offset = value_of(head, "offset");
	if (abi)
		info->abi = strtoul(abi, NULL, 10);
	if (info->abi != KWATCH_ABI) {
		snprintf(why, size, "a capture of ABI %u, this kwatch reads ABI %d",
			 info->abi, KWATCH_ABI);
		goto out;
	}
	if (!offset || !take_uuid(head, info->uuid)) {
		snprintf(why, size, "incomplete");
		goto out;
	}
	info->offset_ns = strtoull(offset, NULL, 10);
	take_string(head, "tracer_version", info->version, sizeof(info->version));
	take_string(head, "hostname", info->hostname, sizeof(info->hostname));
	take_string(head, "kernel_release", info->release, sizeof(info->release));
	take_string(head, "machine", info->machine, sizeof(info->machine));
	info->arch = arch_of(info->machine);
	ret = 0;
out:
	free(head);
	return ret;
}

uint32_t client_ctf_crc(const struct client_ctf_packet *packet, size_t size)
{
	struct client_ctf_packet head = *packet;
	uint32_t crc;

	head.crc = 0;
	crc = crc32(0, (const void *)&head, sizeof(head));
	return crc32(crc, (const void *)(packet + 1), size - sizeof(head));
}

unsigned int client_ctf_lane(const struct kwatch_record *rec)
{
	switch (rec->type) {
	case KWATCH_RECORD_HIT:
		return ((const struct kwatch_hit *)rec)->cpu;
	case KWATCH_RECORD_ALSO:
		return ((const struct kwatch_also *)rec)->cpu;
	case KWATCH_RECORD_LOST:
		return ((const struct kwatch_lost *)rec)->cpu;
	case KWATCH_RECORD_STACK:
		return ((const struct kwatch_stack_def *)rec)->cpu;
	case KWATCH_RECORD_TASK:
		return ((const struct kwatch_task_def *)rec)->cpu;
	case KWATCH_RECORD_WATCH:
		return KWATCH_CTF_LANE_WATCHES;
	case KWATCH_RECORD_MODULE:
	case KWATCH_RECORD_SYMBOL:
		return KWATCH_CTF_LANE_MODULES;
	}
	return KWATCH_CPU_NONE;
}
