// SPDX-License-Identifier: GPL-2.0
/*
 * kwatch addr EXPR: where something is, and how long; nothing is armed.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "commands.h"
#include "control/cpu_list.h"
#include "output/json.h"
#include "target/resolve.h"

enum {
	OPTION_OFFSET = 256,
	OPTION_COMPLETE,
	OPTION_JSON,
};

static const struct option options[] = {
	{ "offset",	no_argument,	NULL, OPTION_OFFSET },
	{ "complete",	no_argument,	NULL, OPTION_COMPLETE },
	{ "json",	no_argument,	NULL, OPTION_JSON },
	{ NULL, 0, NULL, 0 }
};

/* "unsigned int", "unsigned int : 3, bit 5" */
static char *type_text(struct client_types *types,
		       const struct client_evaluated *result)
{
	struct client_out out;

	client_out_init(&out, -1);
	if (result->type.btf)
		client_types_put(types, &result->type, &out);
	else
		client_out_chr(&out, '?');
	if (result->bits)
		client_out_printf(&out, " : %u, bit %u", result->bits, result->bit);
	client_out_chr(&out, '\0');
	return out.data;
}

/* As C has it; a memory's bytes may be anything. */
static void put_text(struct client_out *out, const char *text, size_t len)
{
	size_t i;

	client_out_str(out, " = \"");
	for (i = 0; i < len; i++) {
		unsigned char c = text[i];

		if (c == '"' || c == '\\')
			client_out_chr(out, '\\');
		if (c < ' ' || c >= 0x7f)
			client_out_printf(out, "\\%03o", c);
		else
			client_out_chr(out, c);
	}
	client_out_chr(out, '"');
}

static int show(struct client_targets *targets, struct client_out *out,
		 const struct client_evaluated *result, bool json)
{
	struct client_types *types = client_targets_types(targets);
	char *type = type_text(types, result);
	struct client_eval *eval = client_targets_how(targets);
	char text[KWATCH_EVAL_TEXT_MAX];
	struct client_type number;
	struct client_out target;
	size_t text_len;
	uint64_t value;
	bool known, is_text;

	known = client_eval_value(eval, result, &number, &value);
	is_text = client_eval_text(eval, result, text, &text_len);
	client_out_init(&target, -1);
	client_eval_target(&result->place, &target);
	client_out_chr(&target, '\0');
	if (json) {
		json_t *object = json_object();

		if (!object)
			client_out_of_memory();
		client_json_set(object, "address", client_json_hex(result->place.address));
		client_json_set(object, "len", result->len ?
				json_integer(result->len) : json_null());
		client_json_set(object, "target", client_json_string(target.data, -1));
		client_json_set(object, "type", result->type.btf ?
				client_json_string(type, -1) : json_null());
		if (result->bits) {
			client_json_set(object, "bit", json_integer(result->bit));
			client_json_set(object, "bits", json_integer(result->bits));
		}
		client_json_set(object, "value", known ? client_json_hex(value) :
				is_text ? client_json_string(text, text_len) : json_null());
		client_json_put(out, object);
	} else {
		client_out_hex(out, result->place.address);
		if (result->len)
			client_out_printf(out, " %zu ", result->len);
		else
			client_out_str(out, " ? ");
		client_out_printf(out, "%s %s", target.data, type);
		if (is_text) {
			put_text(out, text, text_len);
		} else if (known && client_types_kind(types, &number) ==
				    KWATCH_TYPE_POINTER) {
			client_out_str(out, " = ");
			client_out_hex(out, value);
		} else if (known && client_types_signed(types, &number)) {
			client_out_printf(out, " = %lld", (long long)value);
		} else if (known) {
			client_out_printf(out, " = %llu", (unsigned long long)value);
		}
		client_out_chr(out, '\n');
	}
	client_out_destroy(&target);
	free(type);
	return 0;
}

/* A line for each CPU that there can be. */
static int show_copies(struct client_targets *targets, struct client_out *out,
		       const char *text, const struct client_evaluated *result,
		       bool json)
{
	struct client_evaluated copy = *result;
	int cpu;

	for (cpu = client_cpus_next(-1); cpu >= 0; cpu = client_cpus_next(cpu)) {
		copy.place = result->place;
		if (client_targets_copy(targets, &result->place, cpu,
					&copy.place.address))
			return -1;
		copy.place.cpu = cpu;
		if (client_targets_check(targets, text, &copy))
			return -1;
		show(targets, out, &copy, json);
	}
	return 0;
}

static struct client_expr *parse(const char *text)
{
	struct client_expr_error error;
	struct client_expr *expr;
	size_t end;

	expr = client_expr_parse(text, &end, &error);
	if (expr && text[end + strspn(text + end, " \t")]) {
		client_expr_free(expr);
		expr = NULL;
		error.at = end;
		error.why = "the expression should end before this";
	}
	if (!expr)
		client_targets_refuse(text, error.at, error.why);
	return expr;
}

static int show_address(struct client_targets *targets, struct client_out *out,
			const char *text, bool json)
{
	struct client_expr *expr = parse(text);
	struct client_evaluated result;
	int ret = -1;

	if (!expr)
		return -1;
	if (!client_targets_eval(targets, text, expr, &result)) {
		if (result.place.percpu &&
		    result.place.cpu == KWATCH_EXPR_CPU_NONE)
			ret = show_copies(targets, out, text, &result, json);
		else if (!client_targets_check(targets, text, &result))
			ret = show(targets, out, &result, json);
	}
	client_expr_free(expr);
	return ret;
}

/* Where a member is in a struct: members are evaluated at an address. */
static int show_offset(struct client_targets *targets, struct client_out *out,
		       const char *type_name, const char *member, bool json)
{
	/* Aligned as a struct can be, and no address that means nothing. */
	static const uint64_t base = 1ull << 32;
	struct client_types *types = client_targets_types(targets);
	struct client_evaluated result;
	struct client_expr *expr;
	char *text, *type;
	int ret;

	if (client_types_error(types)) {
		client_complain("%s", client_types_error(types));
		return -1;
	}
	if (asprintf(&text, "((%s *)0x%llx)->%s", type_name,
		     (unsigned long long)base, member) < 0)
		client_out_of_memory();
	expr = parse(text);
	ret = expr ? client_targets_eval(targets, text, expr, &result) : -1;
	if (!ret) {
		uint64_t offset = result.place.address - base;

		type = type_text(types, &result);
		if (json) {
			json_t *object = json_object();

			if (!object)
				client_out_of_memory();
			client_json_set(object, "offset", json_integer(offset));
			client_json_set(object, "len", json_integer(result.len));
			client_json_set(object, "type", client_json_string(type, -1));
			client_json_put(out, object);
		} else {
			client_out_printf(out, "%llu %zu %s\n",
					  (unsigned long long)offset,
					  result.len, type);
		}
		free(type);
	}
	client_expr_free(expr);
	free(text);
	return ret;
}

struct completion {
	struct client_out *out;
	const char *head;		/* that all answers begin with */
	size_t head_len;
	const char *start;		/* of the member */
};

static void complete_member(void *context, const char *name)
{
	const struct completion *c = context;

	if (strncmp(name, c->start, strlen(c->start)))
		return;
	client_out_put(c->out, c->head, c->head_len);
	client_out_str(c->out, name);
	client_out_chr(c->out, '\n');
}

/* What "task(1)->se.nr" could become, for the shell. */
static int complete(struct client_targets *targets, struct client_out *out,
		    const char *text)
{
	struct completion c = { .out = out, .head = text };
	struct client_types *types = client_targets_types(targets);
	struct client_expr_error error;
	struct client_evaluated result;
	struct client_expr *expr;
	size_t len, end;
	char *left;

	len = strlen(text);
	while (len && text[len - 1] != '.' && text[len - 1] != '>')
		len--;
	if (len < 2)
		return 0;
	c.head_len = len;
	c.start = text + len;
	len -= text[len - 1] == '>' ? 2 : 1;
	left = strndup(text, len);
	if (!left)
		client_out_of_memory();
	expr = client_expr_parse(left, &end, &error);
	/* Mistakes are told when the line is complete. */
	if (expr && !left[end] &&
	    !client_targets_try(targets, left, expr, &result)) {
		if (text[len] == '-' &&
		    client_types_kind(types, &result.type) == KWATCH_TYPE_POINTER)
			client_types_target(types, &result.type, &result.type);
		client_types_each_member(types, &result.type, complete_member, &c);
	}
	client_expr_free(expr);
	free(left);
	return 0;
}

static int run(int argc, char **argv)
{
	bool json = false, offset = false, completing = false;
	struct client_targets *targets;
	struct client_out out;
	int c, i, ret = 0;

	while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
		switch (c) {
		case OPTION_OFFSET:
			offset = true;
			break;
		case OPTION_COMPLETE:
			completing = true;
			break;
		case OPTION_JSON:
			json = true;
			break;
		default:
			return client_usage(&client_addr_command);
		}
	}
	if (optind == argc || (offset && argc - optind != 2) ||
	    (completing && argc - optind != 1))
		return client_usage(&client_addr_command);
	targets = client_targets_create();
	if (!targets)
		return KWATCH_EXIT_FAILED;
	client_out_init(&out, STDOUT_FILENO);
	if (offset)
		ret = show_offset(targets, &out, argv[optind], argv[optind + 1], json);
	else if (completing)
		ret = complete(targets, &out, argv[optind]);
	else
		for (i = optind; i < argc && !ret; i++)
			ret = show_address(targets, &out, argv[i], json);
	client_targets_destroy(targets);
	client_out_flush(&out);
	if (out.error && out.error != EPIPE) {
		client_complain("cannot write: %s", strerror(out.error));
		ret = -1;
	}
	client_out_destroy(&out);
	return ret ? KWATCH_EXIT_FAILED : KWATCH_EXIT_OK;
}

const struct client_command client_addr_command = {
	.name = "addr",
	.args = "[--json] EXPR... | --offset TYPE MEMBER",
	.summary = "where a C expression is, how long, and what ctl calls it",
	.help =
"  kwatch addr 'task(1234)->se.nr_migrations'\n"
"  kwatch addr '&((struct super_block *)0xffff888003c1e000)->s_count'\n"
"  kwatch addr runqueues@2.nr_running\n"
"  kwatch addr --offset 'struct task_struct' se.nr_migrations\n"
"\n"
"Prints address, bytes, the target as ctl takes it, type and value; of a\n"
"bitfield the bytes that hold it.  Types are the kernel's own (BTF), pointers\n"
"are followed in /proc/kcore.  Every command takes such a target, and its\n"
"length from the type: kwatch w 'task(1234)->se.nr_migrations'.\n"
"The type of a variable that is not per-CPU may be unknown; then say it:\n"
"  kwatch addr '((struct task_struct *)&init_task)->pid'\n"
"or give the kernel's ELF file, which also knows static variables:\n"
"  kwatch -v /usr/lib/debug/boot/vmlinux-$(uname -r) addr init_task.pid\n",
	.run = run,
};
