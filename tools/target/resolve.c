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

struct kwatch_targets {
	struct kwatch_eval eval;
	struct kwatch_names *names;
	struct kwatch_kmem *kmem;	/* NULL: not opened yet */
	bool tables_known;
};

static struct kwatch_kmem *kmem_of(struct kwatch_targets *targets)
{
	if (!targets->kmem)
		targets->kmem = kwatch_kmem_open();
	return targets->kmem;
}

/* The kernel's page tables are looked up when memory is read that needs them. */
static bool op_read(void *context, uint64_t address, void *buf, size_t len)
{
	struct kwatch_targets *targets = context;
	struct kwatch_kmem *kmem = kmem_of(targets);
	char error[KWATCH_NAMES_ERROR_MAX];
	struct kwatch_name tables;

	if (!targets->tables_known && kwatch_kmem_is_sparse(kmem, address)) {
		targets->tables_known = true;
		if (!kwatch_names_find(targets->names, "init_top_pgt", &tables, error) ||
		    !kwatch_names_find(targets->names, "swapper_pg_dir", &tables, error))
			kwatch_kmem_set_tables(kmem, tables.address);
	}
	return kwatch_kmem_read(kmem, address, buf, len);
}

/* "struct list_head **" into a type. */
static void set_type(struct kwatch_targets *targets, const char *text,
		     struct kwatch_type *type)
{
	struct kwatch_expr_error error;
	struct kwatch_expr *expr = kwatch_expr_parse_type(text, &error);

	if (!expr || !kwatch_types_find(targets->eval.types, expr->name,
					expr->stars, type))
		type->btf = NULL;
	kwatch_expr_free(expr);
}

static int op_symbol(void *context, const char *name,
		     struct kwatch_named *named, char *error)
{
	struct kwatch_targets *targets = context;
	const char *colon = strchr(name, ':');
	struct kwatch_name found;
	bool percpu = false;
	int ret;

	ret = kwatch_names_find(targets->names, name, &found, error);
	if (ret)
		return ret;
	named->address = found.address;
	named->foreign = found.foreign;
	if (*found.type)
		set_type(targets, found.type, &named->type);
	if (!named->type.btf &&
	    !kwatch_types_variable(targets->eval.types,
				   *found.module ? found.module : NULL,
				   colon ? colon + 1 : name, &named->type, &percpu))
		named->type.btf = NULL;
	named->percpu = found.percpu || percpu;
	return 0;
}

static int op_percpu(void *context, uint64_t offset, unsigned int cpu,
		     uint64_t *address, char *error)
{
	struct kwatch_targets *targets = context;
	const char *why = kwatch_kmem_error(kmem_of(targets));
	struct kwatch_name table;
	uint64_t base;
	int ret;

	if (kwatch_cpus_next((int)cpu - 1) != (int)cpu) {
		snprintf(error, KWATCH_EVAL_ERROR_MAX, "there is no CPU %u", cpu);
		return -1;
	}
	if (why) {
		snprintf(error, KWATCH_EVAL_ERROR_MAX, "%s", why);
		return -1;
	}
	ret = kwatch_names_find(targets->names, "__per_cpu_offset", &table, error);
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
	struct kwatch_targets *targets = context;
	char error[KWATCH_EVAL_ERROR_MAX], byte;
	uint64_t address;
	bool first;
	int cpu;

	if (kwatch_kmem_error(kmem_of(targets)))
		return false;
	/* Of most pointers this is all, and no name has to be looked up. */
	if (pointer >= KERNEL_HALF && pointer < IMAGE && op_read(targets, pointer, &byte, 1))
		return false;
	first = kwatch_names_is_percpu(targets->names, pointer);
	if (!first && op_read(targets, pointer, &byte, 1))
		return false;
	for (cpu = kwatch_cpus_next(-1); cpu >= 0; cpu = kwatch_cpus_next(cpu)) {
		if (op_percpu(targets, pointer, cpu, &address, error) ||
		    !(first || kwatch_kmem_is_sparse(targets->kmem, address)) ||
		    !op_read(targets, address, &byte, 1))
			return false;
	}
	return true;
}

/* Evaluate an expression of our own and read the number that is there. */
__attribute__((format(printf, 3, 4)))
static bool number_of(struct kwatch_targets *targets, uint64_t *value,
		      const char *format, ...)
{
	struct kwatch_expr_error error;
	struct kwatch_evaluated result;
	struct kwatch_expr *expr;
	struct kwatch_type type;
	char text[256];
	va_list args;
	size_t end;
	bool good;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	expr = kwatch_expr_parse(text, &end, &error);
	good = expr && !kwatch_eval(&targets->eval, text, expr, &result) &&
	       kwatch_eval_value(&targets->eval, &result, &type, value);
	kwatch_expr_free(expr);
	return good;
}

/* Where a member begins, in bytes. */
static bool offset_of(struct kwatch_targets *targets, const char *type_name,
		      const char *name, uint64_t *offset)
{
	struct kwatch_member member;
	struct kwatch_type type;

	if (!kwatch_types_find(targets->eval.types, type_name, 0, &type) ||
	    !kwatch_types_member(targets->eval.types, &type, name, &member))
		return false;
	*offset = member.offset / 8;
	return true;
}

/*
 * The root PID namespace: our own task's struct pid has the namespaces from
 * the root down.
 */
static bool root_namespace(struct kwatch_targets *targets, uint64_t *namespace)
{
	uint64_t offset, pid;
	const char *task;
	size_t len;

	task = kwatch_kmem_task(kmem_of(targets), &len);
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
static bool find_pid(struct kwatch_targets *targets, uint64_t namespace,
		     uint32_t nr, uint64_t *pid)
{
	uint64_t entry, shift, slots = 64;
	struct kwatch_member member;
	struct kwatch_type node;
	unsigned int level;

	if (!number_of(targets, &entry,
		       "((struct pid_namespace *)0x%llx)->idr.idr_rt.xa_head",
		       (unsigned long long)namespace) ||
	    !kwatch_types_find(targets->eval.types, "struct xa_node", 0, &node) ||
	    !kwatch_types_member(targets->eval.types, &node, "slots", &member))
		return false;
	slots = kwatch_types_size(targets->eval.types, &member.type) / 8;
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
	struct kwatch_targets *targets = context;
	uint64_t namespace, pid, link, offset, check;
	const char *why = kwatch_kmem_error(kmem_of(targets));

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

static const struct kwatch_eval_ops ops = {
	.symbol = op_symbol,
	.percpu = op_percpu,
	.is_percpu = op_is_percpu,
	.task = op_task,
	.read = op_read,
};

struct kwatch_targets *kwatch_targets_create(void)
{
	struct kwatch_names *names = kwatch_names_create(kwatch_vmlinux_file);
	struct kwatch_targets *targets;

	if (!names)
		return NULL;
	targets = kwatch_alloc(1, sizeof(*targets));
	targets->names = names;
	targets->eval.types = kwatch_types_create();
	targets->eval.ops = &ops;
	targets->eval.context = targets;
	return targets;
}

void kwatch_targets_destroy(struct kwatch_targets *targets)
{
	if (!targets)
		return;
	kwatch_types_destroy(targets->eval.types);
	kwatch_names_destroy(targets->names);
	kwatch_kmem_close(targets->kmem);
	free(targets);
}

struct kwatch_types *kwatch_targets_types(struct kwatch_targets *targets)
{
	return targets->eval.types;
}

void kwatch_targets_refuse(const char *text, size_t at, const char *why)
{
	struct kwatch_out out;

	kwatch_complain("%s", why);
	kwatch_out_init(&out, -1);
	kwatch_out_clean(&out, text, strlen(text));
	kwatch_out_chr(&out, '\0');
	fprintf(stderr, "  %s\n  %*s^\n", out.data, (int)at, "");
	kwatch_out_destroy(&out);
}

int kwatch_targets_try(struct kwatch_targets *targets, const char *text,
		       const struct kwatch_expr *expr,
		       struct kwatch_evaluated *result)
{
	return kwatch_eval(&targets->eval, text, expr, result);
}

int kwatch_targets_eval(struct kwatch_targets *targets, const char *text,
			const struct kwatch_expr *expr,
			struct kwatch_evaluated *result)
{
	const char *why;

	if (!kwatch_eval(&targets->eval, text, expr, result))
		return 0;
	kwatch_targets_refuse(text, targets->eval.begin, targets->eval.error);
	why = targets->kmem ? kwatch_kmem_error(targets->kmem) : NULL;
	if (why && !strstr(targets->eval.error, why))
		kwatch_complain("%s", why);
	return -1;
}

struct kwatch_eval *kwatch_targets_how(struct kwatch_targets *targets)
{
	return &targets->eval;
}

int kwatch_targets_check(struct kwatch_targets *targets, const char *text,
			 const struct kwatch_evaluated *result)
{
	uint64_t address = result->place.address;
	size_t last = result->len ? result->len - 1 : 0;
	char why[64], byte;

	if (kwatch_kmem_error(kmem_of(targets)) ||
	    (op_read(targets, address, &byte, 1) &&
	     op_read(targets, address + last, &byte, 1)))
		return 0;
	snprintf(why, sizeof(why), "there is no memory at 0x%llx", (unsigned long long)address);
	kwatch_targets_refuse(text, 0, why);
	return -1;
}

int kwatch_targets_copy(struct kwatch_targets *targets,
			const struct kwatch_place *place, unsigned int cpu,
			uint64_t *address)
{
	char error[KWATCH_EVAL_ERROR_MAX];

	if (!op_percpu(targets, place->address, cpu, address, error)) {
		*address += place->offset;
		return 0;
	}
	kwatch_complain("%s", error);
	return -1;
}

/* What the module itself understands: a name, an address, a task. */
static bool is_plain(const struct kwatch_expr *expr)
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
	if (!kwatch_spectext_is_type(word) || word[0] == 'x')
		return false;
	words->has_len = isdigit((unsigned char)word[len - 1]);
	words->type_len = begin + len;
	words->target = begin + len + strspn(line + begin + len, BLANKS);
	return line[words->target];
}

static char *put_line(const char *line, const struct words *words, size_t len,
		      const char *target, const char *rest)
{
	struct kwatch_out out;

	kwatch_out_init(&out, -1);
	kwatch_out_put(&out, line, words->type_len);
	if (!words->has_len)
		kwatch_out_printf(&out, "%zu", len);
	kwatch_out_chr(&out, ' ');
	kwatch_out_str(&out, target);
	kwatch_out_str(&out, rest);
	kwatch_out_chr(&out, '\0');
	return out.data;
}

static char *resolve(struct kwatch_targets *targets, const char *line,
		     const struct words *words, const struct kwatch_expr *expr,
		     const char *rest)
{
	struct kwatch_evaluated result;
	struct kwatch_out target;
	char why[128], *made;

	if (kwatch_targets_eval(targets, line, expr, &result))
		return NULL;
	if (!words->has_len && !result.len) {
		kwatch_targets_refuse(line, words->type_len,
				      "how many bytes is not known: say the length, as in w8");
		return NULL;
	}
	if (!words->has_len && result.len > KWATCH_LEN_MAX) {
		snprintf(why, sizeof(why), "it has %zu bytes, and a watch at most %u: name a member, or say the length, as in w8",
			 result.len, KWATCH_LEN_MAX);
		kwatch_targets_refuse(line, words->target, why);
		return NULL;
	}
	kwatch_out_init(&target, -1);
	kwatch_eval_target(&result.place, &target);
	kwatch_out_chr(&target, '\0');
	made = put_line(line, words, result.len, target.data, rest);
	kwatch_out_destroy(&target);
	return made;
}

/* Positions of the whole line, so that what is wrong is shown in it. */
static void shift(struct kwatch_expr *expr, size_t by)
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
	struct kwatch_expr *expr;	/* NULL: for ctl to judge */
	const char *rest;		/* of the line, behind the target */
};

/* Return: false after saying what is wrong. */
static bool read_line(struct written *written, const char *line)
{
	struct kwatch_expr_error error = { 0 };
	const char *target;
	size_t end;

	memset(written, 0, sizeof(*written));
	written->line = line;
	if (!split(line, &written->words))
		return true;
	target = line + written->words.target;
	written->expr = kwatch_expr_parse(target, &end, &error);
	written->rest = target + end;
	if (written->expr && *written->rest && !strchr(BLANKS, *written->rest)) {
		error.at = end;
		error.why = "the target should end before this";
	}
	if (!error.why) {
		shift(written->expr, written->words.target);
		return true;
	}
	kwatch_expr_free(written->expr);
	written->expr = NULL;
	/* What is no expression may be something that ctl explains better. */
	if (!strpbrk(target, "()[]>&*"))
		return true;
	kwatch_targets_refuse(line, written->words.target + error.at, error.why);
	return false;
}

/* The line for ctl, for free(); NULL after saying why there is none. */
static char *make_line(const struct written *written)
{
	struct kwatch_targets *targets;
	char *made = NULL;

	/* A process's memory is not ours to read. */
	if (!written->expr ||
	    (is_plain(written->expr) && written->words.has_len) ||
	    kwatch_spectext_has_option(written->rest, "pid=")) {
		made = strdup(written->line);
		if (!made)
			kwatch_out_of_memory();
		return made;
	}
	targets = kwatch_targets_create();
	if (targets)
		made = resolve(targets, written->line, &written->words,
			       written->expr, written->rest);
	kwatch_targets_destroy(targets);
	return made;
}

/* The line with an address for a name that the kernel does not know, or NULL. */
static char *make_foreign(const struct written *written)
{
	struct kwatch_evaluated result;
	struct kwatch_targets *targets;
	struct kwatch_out target;
	char *made = NULL;

	if (!written->expr || !is_plain(written->expr))
		return NULL;
	targets = kwatch_targets_create();
	if (targets && !kwatch_targets_try(targets, written->line,
					   written->expr, &result) &&
	    result.place.base == KWATCH_PLACE_ADDR) {
		kwatch_out_init(&target, -1);
		kwatch_eval_target(&result.place, &target);
		kwatch_out_chr(&target, '\0');
		made = put_line(written->line, &written->words, result.len,
				target.data, written->rest);
		kwatch_out_destroy(&target);
	}
	kwatch_targets_destroy(targets);
	return made;
}

/* With an option that the user did not write, or NULL; takes @line over. */
static char *with_option(char *line, const char *option)
{
	char *longer;

	if (!line || !option)
		return line;
	longer = kwatch_spectext_add_option(line, option);
	free(line);
	return longer;
}

/* Return: the line that ctl took or refused, for free(); NULL after complaining. */
static char *try_written(int ctl, const struct written *written, const char *option,
			 int *error)
{
	char *made = with_option(make_line(written), option), *foreign;

	if (!made)
		return NULL;
	*error = kwatch_control_try(ctl, made);
	foreign = *error == ENOENT ? with_option(make_foreign(written), option) : NULL;
	if (foreign) {
		free(made);
		made = foreign;
		*error = kwatch_control_try(ctl, made);
	}
	return made;
}

/* As try_written(), for a line that nobody has looked at yet. */
static char *try_line(int ctl, const char *line, const char *option, int *error)
{
	struct written written;
	char *made;

	if (strchr(line, '\n')) {
		kwatch_complain("a command is one line");
		return NULL;
	}
	if (!read_line(&written, line))
		return NULL;
	made = try_written(ctl, &written, option, error);
	kwatch_expr_free(written.expr);
	return made;
}

char *kwatch_targets_send(int ctl, const char *line, const char *option)
{
	int error = 0;
	char *made = try_line(ctl, line, option, &error);

	if (!made || !error)
		return made;
	kwatch_control_refused(made, line, error);
	free(made);
	return NULL;
}

int kwatch_targets_lasting(const char *line)
{
	const char *until = kwatch_spectext_has_option(line, "until=close");

	if (!until)
		return 0;
	kwatch_targets_refuse(line, until - line,
			      "with until=close the watch would go as this command ends: leave it out, or follow the watch, as \"kwatch w8 ...\" does");
	return -1;
}

int kwatch_targets_ensure(int ctl, const char *line)
{
	int error = 0;
	char *made;

	if (kwatch_targets_lasting(line))
		return -1;
	made = try_line(ctl, line, NULL, &error);
	if (!made)
		return -1;
	if (error == EEXIST)
		error = 0;
	if (error)
		kwatch_control_refused(made, line, error);
	free(made);
	return error ? -1 : 0;
}
