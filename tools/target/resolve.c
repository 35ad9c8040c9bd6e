// SPDX-License-Identifier: GPL-2.0
/*
 * Targets for ctl, see resolve.h: brings together expressions, types, names and
 * memory.
 */
#define _GNU_SOURCE
#include <ctype.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/client.h"
#include "control/control.h"
#include "control/cpu_list.h"
#include "kernel/kmem.h"
#include "kernel/vmlinux.h"
#include "names.h"
#include "base/out.h"
#include "language/spec.h"
#include "stream/spectext.h"
#include "resolve.h"

#define BLANKS		" \t"

/* The kernel's image is no lower than this, and all that is allocated is. */
#ifdef __x86_64__
#define IMAGE		0xffffffff80000000ull
#else
#define IMAGE		0xffff800000000000ull
#endif
#define KERNEL_HALF	(1ull << 63)

/* A radix tree of PIDs has a few levels only. */
#define LEVELS_MAX	16

struct client_targets {
	struct client_eval eval;
	struct client_names *names;
	struct client_kmem *kmem;	/* NULL: not opened yet */
	bool tables_known;
};

static struct client_kmem *kmem_of(struct client_targets *targets)
{
	if (!targets->kmem)
		targets->kmem = client_kmem_open();
	return targets->kmem;
}

/* The kernel's page tables are looked up when memory is read that needs them. */
static bool op_read(void *context, uint64_t address, void *buf, size_t len)
{
	struct client_targets *targets = context;
	struct client_kmem *kmem = kmem_of(targets);
	char error[KWATCH_NAMES_ERROR_MAX];
	struct client_name tables;

	if (!targets->tables_known && client_kmem_is_sparse(kmem, address)) {
		targets->tables_known = true;
		if (!client_names_find(targets->names, "init_top_pgt", &tables, error) ||
		    !client_names_find(targets->names, "swapper_pg_dir", &tables, error))
			client_kmem_set_tables(kmem, tables.address);
	}
	return client_kmem_read(kmem, address, buf, len);
}

/* "struct list_head **" into a type. */
static void set_type(struct client_targets *targets, const char *text,
		     struct client_type *type)
{
	struct client_expr_error error;
	struct client_expr *expr = client_expr_parse_type(text, &error);

	if (!expr || !client_types_find(targets->eval.types, expr->name,
					expr->stars, type))
		type->btf = NULL;
	client_expr_free(expr);
}

static int op_symbol(void *context, const char *name,
		     struct client_named *named, char *error)
{
	struct client_targets *targets = context;
	const char *colon = strchr(name, ':');
	struct client_name found;
	bool percpu = false;
	int ret;

	ret = client_names_find(targets->names, name, &found, error);
	if (ret)
		return ret;
	named->address = found.address;
	named->foreign = found.foreign;
	if (*found.type)
		set_type(targets, found.type, &named->type);
	if (!named->type.btf &&
	    !client_types_variable(targets->eval.types,
				   *found.module ? found.module : NULL,
				   colon ? colon + 1 : name, &named->type, &percpu))
		named->type.btf = NULL;
	named->percpu = found.percpu || percpu;
	return 0;
}

static int op_percpu(void *context, uint64_t offset, unsigned int cpu,
		     uint64_t *address, char *error)
{
	struct client_targets *targets = context;
	const char *why = client_kmem_error(kmem_of(targets));
	struct client_name table;
	uint64_t base;
	int ret;

	if (client_cpus_next((int)cpu - 1) != (int)cpu) {
		snprintf(error, KWATCH_EVAL_ERROR_MAX, "there is no CPU %u", cpu);
		return -1;
	}
	if (why) {
		snprintf(error, KWATCH_EVAL_ERROR_MAX, "%s", why);
		return -1;
	}
	ret = client_names_find(targets->names, "__per_cpu_offset", &table, error);
	if (ret > 0)
		snprintf(error, KWATCH_EVAL_ERROR_MAX,
			 "the kernel does not tell where its CPUs' own variables are (__per_cpu_offset)");
	if (ret)
		return -1;
	if (!op_read(targets, table.address + cpu * sizeof(base), &base, sizeof(base))) {
		snprintf(error, KWATCH_EVAL_ERROR_MAX,
			 "where CPU %u has its own variables cannot be read", cpu);
		return -1;
	}
	*address = offset + base;
	return 0;
}

/*
 * Small numbers, and addresses in the image that no variable is left at, are
 * per-CPU pointers of the first chunk; those of other chunks lead to pages that
 * are mapped one by one, on each CPU.
 */
static bool op_is_percpu(void *context, uint64_t pointer)
{
	struct client_targets *targets = context;
	char error[KWATCH_EVAL_ERROR_MAX], byte;
	uint64_t address;
	bool first;
	int cpu;

	if (client_kmem_error(kmem_of(targets)))
		return false;
	/* Of most pointers this is all, and no name has to be looked up. */
	if (pointer >= KERNEL_HALF && pointer < IMAGE && op_read(targets, pointer, &byte, 1))
		return false;
	first = client_names_is_percpu(targets->names, pointer);
	if (!first && op_read(targets, pointer, &byte, 1))
		return false;
	for (cpu = client_cpus_next(-1); cpu >= 0; cpu = client_cpus_next(cpu)) {
		if (op_percpu(targets, pointer, cpu, &address, error) ||
		    !(first || client_kmem_is_sparse(targets->kmem, address)) ||
		    !op_read(targets, address, &byte, 1))
			return false;
	}
	return true;
}

/* Evaluate an expression of our own and read the number that is there. */
__attribute__((format(printf, 3, 4)))
static bool number_of(struct client_targets *targets, uint64_t *value,
		      const char *format, ...)
{
	struct client_expr_error error;
	struct client_evaluated result;
	struct client_expr *expr;
	struct client_type type;
	char text[256];
	va_list args;
	size_t end;
	bool good;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	expr = client_expr_parse(text, &end, &error);
	good = expr && !client_eval(&targets->eval, text, expr, &result) &&
	       client_eval_value(&targets->eval, &result, &type, value);
	client_expr_free(expr);
	return good;
}

/* Where a member begins, in bytes. */
static bool offset_of(struct client_targets *targets, const char *type_name,
		      const char *name, uint64_t *offset)
{
	struct client_member member;
	struct client_type type;

	if (!client_types_find(targets->eval.types, type_name, 0, &type) ||
	    !client_types_member(targets->eval.types, &type, name, &member))
		return false;
	*offset = member.offset / 8;
	return true;
}

/*
 * The root PID namespace: our own task's struct pid has the namespaces from
 * the root down.
 */
static bool root_namespace(struct client_targets *targets, uint64_t *namespace)
{
	uint64_t offset, pid;
	const char *task;
	size_t len;

	task = client_kmem_task(kmem_of(targets), &len);
	if (!task || !offset_of(targets, "struct task_struct", "thread_pid", &offset) ||
	    offset > len || len - offset < sizeof(pid))
		return false;
	memcpy(&pid, task + offset, sizeof(pid));
	return number_of(targets, namespace, "((struct pid *)0x%llx)->numbers[0].ns",
			 (unsigned long long)pid);
}

/*
 * Look a number up in the namespace's xarray, as idr_find() does: an entry
 * with the bits 10 at its end is a node, anything else is what was put there.
 */
static bool find_pid(struct client_targets *targets, uint64_t namespace,
		     uint32_t nr, uint64_t *pid)
{
	uint64_t entry, shift, slots = 64;
	struct client_member member;
	struct client_type node;
	unsigned int level;

	if (!number_of(targets, &entry,
		       "((struct pid_namespace *)0x%llx)->idr.idr_rt.xa_head",
		       (unsigned long long)namespace) ||
	    !client_types_find(targets->eval.types, "struct xa_node", 0, &node) ||
	    !client_types_member(targets->eval.types, &node, "slots", &member))
		return false;
	slots = client_types_size(targets->eval.types, &member.type) / 8;
	if (!slots)
		return false;
	for (level = 0; (entry & 3) == 2 && level < LEVELS_MAX; level++) {
		entry -= 2;
		if (!number_of(targets, &shift, "((struct xa_node *)0x%llx)->shift",
			       (unsigned long long)entry) || shift >= 32 ||
		    (!level && nr >> shift >= slots) ||
		    !number_of(targets, &entry, "((struct xa_node *)0x%llx)->slots[%llu]",
			       (unsigned long long)entry,
			       (unsigned long long)((nr >> shift) % slots)))
			return false;
	}
	*pid = entry;
	/* Only 0 is in no node. */
	return entry && !(entry & 3) && (level || !nr);
}

static int op_task(void *context, uint32_t nr, uint64_t *address, char *error)
{
	struct client_targets *targets = context;
	uint64_t namespace, pid, link, offset, check;
	const char *why = client_kmem_error(kmem_of(targets));

	if (why) {
		snprintf(error, KWATCH_EVAL_ERROR_MAX, "%s", why);
		return -1;
	}
	if (!offset_of(targets, "struct task_struct", "pid_links", &offset) ||
	    !root_namespace(targets, &namespace)) {
		snprintf(error, KWATCH_EVAL_ERROR_MAX,
			 "the kernel's list of tasks is not found");
		return -1;
	}
	if (!find_pid(targets, namespace, nr, &pid) ||
	    !number_of(targets, &link, "((struct pid *)0x%llx)->tasks[0].first",
		       (unsigned long long)pid) || !link) {
		snprintf(error, KWATCH_EVAL_ERROR_MAX, "there is no task %u", nr);
		return -1;
	}
	*address = link - offset;
	/* It may have ended meanwhile. */
	if (!number_of(targets, &check, "((struct task_struct *)0x%llx)->pid",
		       (unsigned long long)*address) || check != nr) {
		snprintf(error, KWATCH_EVAL_ERROR_MAX, "there is no task %u", nr);
		return -1;
	}
	return 0;
}

static const struct client_eval_ops ops = {
	.symbol = op_symbol,
	.percpu = op_percpu,
	.is_percpu = op_is_percpu,
	.task = op_task,
	.read = op_read,
};

struct client_targets *client_targets_create(void)
{
	struct client_names *names = client_names_create(client_vmlinux_file);
	struct client_targets *targets;

	if (!names)
		return NULL;
	targets = client_alloc(1, sizeof(*targets));
	targets->names = names;
	targets->eval.types = client_types_create();
	targets->eval.ops = &ops;
	targets->eval.context = targets;
	return targets;
}

void client_targets_destroy(struct client_targets *targets)
{
	if (!targets)
		return;
	client_types_destroy(targets->eval.types);
	client_names_destroy(targets->names);
	client_kmem_close(targets->kmem);
	free(targets);
}

struct client_types *client_targets_types(struct client_targets *targets)
{
	return targets->eval.types;
}

void client_targets_refuse(const char *text, size_t at, const char *why)
{
	struct client_out out;

	client_complain("%s", why);
	client_out_init(&out, -1);
	client_out_clean(&out, text, strlen(text));
	client_out_chr(&out, '\0');
	fprintf(stderr, "  %s\n  %*s^\n", out.data, (int)at, "");
	client_out_destroy(&out);
}

int client_targets_try(struct client_targets *targets, const char *text,
		       const struct client_expr *expr,
		       struct client_evaluated *result)
{
	return client_eval(&targets->eval, text, expr, result);
}

int client_targets_eval(struct client_targets *targets, const char *text,
			const struct client_expr *expr,
			struct client_evaluated *result)
{
	const char *why;

	if (!client_eval(&targets->eval, text, expr, result))
		return 0;
	client_targets_refuse(text, targets->eval.begin, targets->eval.error);
	why = targets->kmem ? client_kmem_error(targets->kmem) : NULL;
	if (why && !strstr(targets->eval.error, why))
		client_complain("%s", why);
	return -1;
}

struct client_eval *client_targets_how(struct client_targets *targets)
{
	return &targets->eval;
}

int client_targets_check(struct client_targets *targets, const char *text,
			 const struct client_evaluated *result)
{
	uint64_t address = result->place.address;
	size_t last = result->len ? result->len - 1 : 0;
	char why[64], byte;

	if (client_kmem_error(kmem_of(targets)) ||
	    (op_read(targets, address, &byte, 1) &&
	     op_read(targets, address + last, &byte, 1)))
		return 0;
	snprintf(why, sizeof(why), "there is no memory at 0x%llx", (unsigned long long)address);
	client_targets_refuse(text, 0, why);
	return -1;
}

int client_targets_copy(struct client_targets *targets,
			const struct client_place *place, unsigned int cpu,
			uint64_t *address)
{
	char error[KWATCH_EVAL_ERROR_MAX];

	if (!op_percpu(targets, place->address, cpu, address, error)) {
		*address += place->offset;
		return 0;
	}
	client_complain("%s", error);
	return -1;
}

/* What the module itself understands: a name, an address, a task. */
static bool is_plain(const struct client_expr *expr)
{
	if (expr->kind == KWATCH_EXPR_OFFSET)
		expr = expr->left;
	return expr->kind == KWATCH_EXPR_NAME || expr->kind == KWATCH_EXPR_NUMBER ||
	       expr->kind == KWATCH_EXPR_TASK;
}

/* The words of a line: type, length if there is one, and the target. */
struct words {
	size_t type_len;
	bool has_len;
	size_t target;
};

/* Return: false if it is no watch on memory, which is for ctl to judge. */
static bool split(const char *line, struct words *words)
{
	size_t begin = strspn(line, BLANKS);
	size_t len = strcspn(line + begin, BLANKS);
	char word[8];

	if (!len || len >= sizeof(word))
		return false;
	memcpy(word, line + begin, len);
	word[len] = '\0';
	if (!client_spectext_is_type(word) || word[0] == 'x')
		return false;
	words->has_len = isdigit((unsigned char)word[len - 1]);
	words->type_len = begin + len;
	words->target = begin + len + strspn(line + begin + len, BLANKS);
	return line[words->target];
}

static char *put_line(const char *line, const struct words *words, size_t len,
		      const char *target, const char *rest)
{
	struct client_out out;

	client_out_init(&out, -1);
	client_out_put(&out, line, words->type_len);
	if (!words->has_len)
		client_out_printf(&out, "%zu", len);
	client_out_chr(&out, ' ');
	client_out_str(&out, target);
	client_out_str(&out, rest);
	client_out_chr(&out, '\0');
	return out.data;
}

static char *resolve(struct client_targets *targets, const char *line,
		     const struct words *words, const struct client_expr *expr,
		     const char *rest)
{
	struct client_evaluated result;
	struct client_out target;
	char why[128], *made;

	if (client_targets_eval(targets, line, expr, &result))
		return NULL;
	if (!words->has_len && !result.len) {
		client_targets_refuse(line, words->type_len,
				      "how many bytes is not known: say the length, as in w8");
		return NULL;
	}
	if (!words->has_len && result.len > KWATCH_LEN_MAX) {
		snprintf(why, sizeof(why), "it has %zu bytes, and a watch at most %u: name a member, or say the length, as in w8",
			 result.len, KWATCH_LEN_MAX);
		client_targets_refuse(line, words->target, why);
		return NULL;
	}
	client_out_init(&target, -1);
	client_eval_target(&result.place, &target);
	client_out_chr(&target, '\0');
	made = put_line(line, words, result.len, target.data, rest);
	client_out_destroy(&target);
	return made;
}

/* Positions of the whole line, so that what is wrong is shown in it. */
static void shift(struct client_expr *expr, size_t by)
{
	for (; expr; expr = expr->next) {
		expr->begin += by;
		expr->end += by;
	}
}

/* A watch as it was written. */
struct written {
	const char *line;
	struct words words;
	struct client_expr *expr;	/* NULL: for ctl to judge */
	const char *rest;		/* of the line, behind the target */
};

/* Return: false after saying what is wrong. */
static bool read_line(struct written *written, const char *line)
{
	struct client_expr_error error = { 0 };
	const char *target;
	size_t end;

	memset(written, 0, sizeof(*written));
	written->line = line;
	if (!split(line, &written->words))
		return true;
	target = line + written->words.target;
	written->expr = client_expr_parse(target, &end, &error);
	written->rest = target + end;
	if (written->expr && *written->rest && !strchr(BLANKS, *written->rest)) {
		error.at = end;
		error.why = "the target should end before this";
	}
	if (!error.why) {
		shift(written->expr, written->words.target);
		return true;
	}
	client_expr_free(written->expr);
	written->expr = NULL;
	/* What is no expression may be something that ctl explains better. */
	if (!strpbrk(target, "()[]>&*"))
		return true;
	client_targets_refuse(line, written->words.target + error.at, error.why);
	return false;
}

/* With an option that the user did not write, or NULL; takes @line over. */
static char *with_option(char *line, const char *option)
{
	char *longer;

	if (!line || !option)
		return line;
	longer = client_spectext_add_option(line, option);
	free(line);
	return longer;
}

/*
 * The line with the expression as it was typed, as note=: all that ctl gets of it is an
 * address.  A note of the user's stands.  Takes @line over.
 */
static char *with_note(const struct written *written, char *line)
{
	const char *text = written->line + written->words.target;
	struct client_out note;

	if (!line || client_spectext_has_option(written->rest, "note=") ||
	    strlen(line) + 2 * KWATCH_NOTE_MAX > KWATCH_SPEC_TEXT_MAX)
		return line;
	client_out_init(&note, -1);
	client_out_str(&note, "note=\"");
	for (; text < written->rest && note.len < KWATCH_NOTE_MAX; text++) {
		if (*text == '"' || *text == '\\')
			client_out_chr(&note, '\\');
		client_out_chr(&note, *text);
	}
	client_out_put(&note, "\"", 2);
	line = with_option(line, note.data);
	client_out_destroy(&note);
	return line;
}

/* The line for ctl, for free(); NULL after saying why there is none. */
static char *make_line(const struct written *written)
{
	struct client_targets *targets;
	char *made = NULL;

	/* A process's memory is not ours to read. */
	if (!written->expr ||
	    (is_plain(written->expr) && written->words.has_len) ||
	    client_spectext_has_option(written->rest, "pid=")) {
		made = strdup(written->line);
		if (!made)
			client_out_of_memory();
		return made;
	}
	targets = client_targets_create();
	if (targets)
		made = resolve(targets, written->line, &written->words,
			       written->expr, written->rest);
	client_targets_destroy(targets);
	return is_plain(written->expr) ? made : with_note(written, made);
}

/* The line with an address for a name that the kernel does not know, or NULL. */
static char *make_foreign(const struct written *written)
{
	struct client_evaluated result;
	struct client_targets *targets;
	struct client_out target;
	char *made = NULL;

	if (!written->expr || !is_plain(written->expr))
		return NULL;
	targets = client_targets_create();
	if (targets && !client_targets_try(targets, written->line,
					   written->expr, &result) &&
	    result.place.base == KWATCH_PLACE_ADDR) {
		client_out_init(&target, -1);
		client_eval_target(&result.place, &target);
		client_out_chr(&target, '\0');
		made = put_line(written->line, &written->words, result.len,
				target.data, written->rest);
		client_out_destroy(&target);
	}
	client_targets_destroy(targets);
	return with_note(written, made);
}

/* Return: the line that ctl took or refused, for free(); NULL after complaining. */
static char *try_written(int ctl, const struct written *written, const char *option,
			 int *error)
{
	char *made = with_option(make_line(written), option), *foreign;

	if (!made)
		return NULL;
	*error = client_control_try(ctl, made);
	foreign = *error == ENOENT ? with_option(make_foreign(written), option) : NULL;
	if (foreign) {
		free(made);
		made = foreign;
		*error = client_control_try(ctl, made);
	}
	return made;
}

/* As try_written(), for a line that nobody has looked at yet. */
static char *try_line(int ctl, const char *line, const char *option, int *error)
{
	struct written written;
	char *made;

	if (strchr(line, '\n')) {
		client_complain("a command is one line");
		return NULL;
	}
	if (!read_line(&written, line))
		return NULL;
	made = try_written(ctl, &written, option, error);
	client_expr_free(written.expr);
	return made;
}

char *client_targets_send(int ctl, const char *line, const char *option)
{
	int error = 0;
	char *made = try_line(ctl, line, option, &error);

	if (!made || !error)
		return made;
	client_control_refused(made, line, error);
	free(made);
	return NULL;
}

int client_targets_lasting(const char *line)
{
	const char *until = client_spectext_has_option(line, "until=close");

	if (!until)
		return 0;
	client_targets_refuse(line, until - line,
			      "with until=close the watch would go as this command ends: leave it out, or follow the watch, as \"kwatch w8 ...\" does");
	return -1;
}

int client_targets_ensure(int ctl, const char *line)
{
	int error = 0;
	char *made;

	if (client_targets_lasting(line))
		return -1;
	made = try_line(ctl, line, NULL, &error);
	if (!made)
		return -1;
	if (error == EEXIST)
		error = 0;
	if (error)
		client_control_refused(made, line, error);
	free(made);
	return error ? -1 : 0;
}
