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
static char *type_text(struct kwatch_types *types,
		       const struct kwatch_evaluated *result)
{
	struct kwatch_out out;

	kwatch_out_init(&out, -1);
	if (result->type.btf)
		kwatch_types_put(types, &result->type, &out);
	else
		kwatch_out_chr(&out, '?');
	if (result->bits)
		kwatch_out_printf(&out, " : %u, bit %u", result->bits, result->bit);
	kwatch_out_chr(&out, '\0');
	return out.data;
}

/* As C has it; a memory's bytes may be anything. */
static void put_text(struct kwatch_out *out, const char *text, size_t len)
{
	size_t i;

	kwatch_out_str(out, " = \"");
	for (i = 0; i < len; i++) {
		unsigned char c = text[i];

		if (c == '"' || c == '\\')
			kwatch_out_chr(out, '\\');
		if (c < ' ' || c >= 0x7f)
			kwatch_out_printf(out, "\\%03o", c);
		else
			kwatch_out_chr(out, c);
	}
	kwatch_out_chr(out, '"');
}

static int show(struct kwatch_targets *targets, struct kwatch_out *out,
		 const struct kwatch_evaluated *result, bool json)
{
	struct kwatch_types *types = kwatch_targets_types(targets);
	char *type = type_text(types, result);
	struct kwatch_eval *eval = kwatch_targets_how(targets);
	char text[KWATCH_EVAL_TEXT_MAX];
	struct kwatch_type number;
	struct kwatch_out target;
	size_t text_len;
	uint64_t value;
	bool known, is_text;

	known = kwatch_eval_value(eval, result, &number, &value);
	is_text = kwatch_eval_text(eval, result, text, &text_len);
	kwatch_out_init(&target, -1);
	kwatch_eval_target(&result->place, &target);
	kwatch_out_chr(&target, '\0');
	if (json) {
		json_t *object = json_object();

		if (!object)
			kwatch_out_of_memory();
		kwatch_json_set(object, "address", kwatch_json_hex(result->place.address));
		kwatch_json_set(object, "len", result->len ?
				json_integer(result->len) : json_null());
		kwatch_json_set(object, "target", kwatch_json_string(target.data, -1));
		kwatch_json_set(object, "type", result->type.btf ?
				kwatch_json_string(type, -1) : json_null());
		if (result->bits) {
			kwatch_json_set(object, "bit", json_integer(result->bit));
			kwatch_json_set(object, "bits", json_integer(result->bits));
		}
		kwatch_json_set(object, "value", known ? kwatch_json_hex(value) :
				is_text ? kwatch_json_string(text, text_len) : json_null());
		kwatch_json_put(out, object);
	} else {
		kwatch_out_hex(out, result->place.address);
		if (result->len)
			kwatch_out_printf(out, " %zu ", result->len);
		else
			kwatch_out_str(out, " ? ");
		kwatch_out_printf(out, "%s %s", target.data, type);
		if (is_text) {
			put_text(out, text, text_len);
		} else if (known && kwatch_types_kind(types, &number) ==
				    KWATCH_TYPE_POINTER) {
			kwatch_out_str(out, " = ");
			kwatch_out_hex(out, value);
		} else if (known && kwatch_types_signed(types, &number)) {
			kwatch_out_printf(out, " = %lld", (long long)value);
		} else if (known) {
			kwatch_out_printf(out, " = %llu", (unsigned long long)value);
		}
		kwatch_out_chr(out, '\n');
	}
	kwatch_out_destroy(&target);
	free(type);
	return 0;
}

/* A line for each CPU that there can be. */
static int show_copies(struct kwatch_targets *targets, struct kwatch_out *out,
		       const char *text, const struct kwatch_evaluated *result,
		       bool json)
{
	struct kwatch_evaluated copy = *result;
	int cpu;

	for (cpu = kwatch_cpus_next(-1); cpu >= 0; cpu = kwatch_cpus_next(cpu)) {
		copy.place = result->place;
		if (kwatch_targets_copy(targets, &result->place, cpu,
					&copy.place.address))
			return -1;
		copy.place.cpu = cpu;
		if (kwatch_targets_check(targets, text, &copy))
			return -1;
		show(targets, out, &copy, json);
	}
	return 0;
}

static struct kwatch_expr *parse(const char *text)
{
	struct kwatch_expr_error error;
	struct kwatch_expr *expr;
	size_t end;

	expr = kwatch_expr_parse(text, &end, &error);
	if (expr && text[end + strspn(text + end, " \t")]) {
		kwatch_expr_free(expr);
		expr = NULL;
		error.at = end;
		error.why = "the expression should end before this";
	}
	if (!expr)
		kwatch_targets_refuse(text, error.at, error.why);
	return expr;
}

static int show_address(struct kwatch_targets *targets, struct kwatch_out *out,
			const char *text, bool json)
{
	struct kwatch_expr *expr = parse(text);
	struct kwatch_evaluated result;
	int ret = -1;

	if (!expr)
		return -1;
	if (!kwatch_targets_eval(targets, text, expr, &result)) {
		if (result.place.percpu &&
		    result.place.cpu == KWATCH_EXPR_CPU_NONE)
			ret = show_copies(targets, out, text, &result, json);
		else if (!kwatch_targets_check(targets, text, &result))
			ret = show(targets, out, &result, json);
	}
	kwatch_expr_free(expr);
	return ret;
}

/* Where a member is in a struct: members are evaluated at an address. */
static int show_offset(struct kwatch_targets *targets, struct kwatch_out *out,
		       const char *type_name, const char *member, bool json)
{
	/* Aligned as a struct can be, and no address that means nothing. */
	static const uint64_t base = 1ull << 32;
	struct kwatch_types *types = kwatch_targets_types(targets);
	struct kwatch_evaluated result;
	struct kwatch_expr *expr;
	char *text, *type;
	int ret;

	if (kwatch_types_error(types)) {
		kwatch_complain("%s", kwatch_types_error(types));
		return -1;
	}
	if (asprintf(&text, "((%s *)0x%llx)->%s", type_name,
		     (unsigned long long)base, member) < 0)
		kwatch_out_of_memory();
	expr = parse(text);
	ret = expr ? kwatch_targets_eval(targets, text, expr, &result) : -1;
	if (!ret) {
		uint64_t offset = result.place.address - base;

		type = type_text(types, &result);
		if (json) {
			json_t *object = json_object();

			if (!object)
				kwatch_out_of_memory();
			kwatch_json_set(object, "offset", json_integer(offset));
			kwatch_json_set(object, "len", json_integer(result.len));
			kwatch_json_set(object, "type", kwatch_json_string(type, -1));
			kwatch_json_put(out, object);
		} else {
			kwatch_out_printf(out, "%llu %zu %s\n",
					  (unsigned long long)offset,
					  result.len, type);
		}
		free(type);
	}
	kwatch_expr_free(expr);
	free(text);
	return ret;
}

struct completion {
	struct kwatch_out *out;
	const char *head;		/* that all answers begin with */
	size_t head_len;
	const char *start;		/* of the member */
};

static void complete_member(void *context, const char *name)
{
	const struct completion *c = context;

	if (strncmp(name, c->start, strlen(c->start)))
		return;
	kwatch_out_put(c->out, c->head, c->head_len);
	kwatch_out_str(c->out, name);
	kwatch_out_chr(c->out, '\n');
}

/* What "task(1)->se.nr" could become, for the shell. */
static int complete(struct kwatch_targets *targets, struct kwatch_out *out,
		    const char *text)
{
	struct completion c = { .out = out, .head = text };
	struct kwatch_types *types = kwatch_targets_types(targets);
	struct kwatch_expr_error error;
	struct kwatch_evaluated result;
	struct kwatch_expr *expr;
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
		kwatch_out_of_memory();
	expr = kwatch_expr_parse(left, &end, &error);
	/* Mistakes are told when the line is complete. */
	if (expr && !left[end] &&
	    !kwatch_targets_try(targets, left, expr, &result)) {
		if (text[len] == '-' &&
		    kwatch_types_kind(types, &result.type) == KWATCH_TYPE_POINTER)
			kwatch_types_target(types, &result.type, &result.type);
		kwatch_types_each_member(types, &result.type, complete_member, &c);
	}
	kwatch_expr_free(expr);
	free(left);
	return 0;
}

static int run(int argc, char **argv)
{
	bool json = false, offset = false, completing = false;
	struct kwatch_targets *targets;
	struct kwatch_out out;
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
			return kwatch_client_usage(&kwatch_addr_command);
		}
	}
	if (optind == argc || (offset && argc - optind != 2) ||
	    (completing && argc - optind != 1))
		return kwatch_client_usage(&kwatch_addr_command);
	targets = kwatch_targets_create();
	if (!targets)
		return KWATCH_EXIT_FAILED;
	kwatch_out_init(&out, STDOUT_FILENO);
	if (offset)
		ret = show_offset(targets, &out, argv[optind], argv[optind + 1], json);
	else if (completing)
		ret = complete(targets, &out, argv[optind]);
	else
		for (i = optind; i < argc && !ret; i++)
			ret = show_address(targets, &out, argv[i], json);
	kwatch_targets_destroy(targets);
	kwatch_out_flush(&out);
	if (out.error && out.error != EPIPE) {
		kwatch_complain("cannot write: %s", strerror(out.error));
		ret = -1;
	}
	kwatch_out_destroy(&out);
	return ret ? KWATCH_EXIT_FAILED : KWATCH_EXIT_OK;
}

const struct kwatch_command kwatch_addr_command = {
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
