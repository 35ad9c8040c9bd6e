// SPDX-License-Identifier: GPL-2.0
/*
 * What expressions mean, on types and memory made up here.
 */
#include <bpf/btf.h>
#include <stdlib.h>
#include <string.h>

#include "target/eval.h"
#include "tap.h"

/* Memory from here on: one page, whose words the test sets. */
#define MEMORY		0xffff888000001000ull
static unsigned char memory[4096];

#define VARIABLE	(MEMORY + 0x100)
#define TASK		(MEMORY + 0x200)
#define PERCPU		0x20000ull
#define COPY(cpu)	(MEMORY + 0x400 + (cpu) * 0x100)

static struct client_type variable_type, percpu_type;

static int op_symbol(void *context, const char *name,
		     struct client_named *named, char *error)
{
	(void)context;
	memset(named, 0, sizeof(*named));
	if (!strcmp(name, "variable")) {
		named->address = VARIABLE;
		named->type = variable_type;
	} else if (!strcmp(name, "untyped")) {
		named->address = VARIABLE;
	} else if (!strcmp(name, "foreign")) {
		named->address = VARIABLE;
		named->foreign = true;
	} else if (!strcmp(name, "percpu")) {
		named->address = PERCPU;
		named->percpu = true;
		named->type = percpu_type;
	} else if (!strcmp(name, "twice")) {
		strcpy(error, "there are 2 symbols twice");
		return -1;
	} else {
		return 1;
	}
	return 0;
}

static int op_percpu(void *context, uint64_t offset, unsigned int cpu,
		     uint64_t *address, char *error)
{
	(void)context;
	if (cpu > 1) {
		sprintf(error, "there is no CPU %u", cpu);
		return -1;
	}
	*address = offset - PERCPU + COPY(cpu);
	return 0;
}

static bool op_is_percpu(void *context, uint64_t pointer)
{
	(void)context;
	return pointer >= PERCPU && pointer < PERCPU + 0x1000;
}

static int op_task(void *context, uint32_t pid, uint64_t *address, char *error)
{
	(void)context;
	if (pid != 7) {
		sprintf(error, "there is no task %u", pid);
		return -1;
	}
	*address = TASK;
	return 0;
}

static bool op_read(void *context, uint64_t address, void *buf, size_t len)
{
	(void)context;
	if (address < MEMORY || address - MEMORY > sizeof(memory) - len)
		return false;
	memcpy(buf, memory + (address - MEMORY), len);
	return true;
}

static const struct client_eval_ops ops = {
	op_symbol, op_percpu, op_is_percpu, op_task, op_read
};

static void put64(uint64_t address, uint64_t value)
{
	memcpy(memory + (address - MEMORY), &value, sizeof(value));
}

/*
 * struct inner { int a; union { u64 b; struct { char c[4]; }; }; };  16 bytes
 * struct task_struct {
 *	int pid; struct inner in; struct task_struct *parent; struct inner *table;
 *	unsigned bits: 3, wide: 9, sign: 4; int grid[2][3]; struct later *later;
 *	const char *name; refcount_t usage; atomic_t refs;
 *	struct inner *stats; struct inner __percpu *tagged;
 * };
 */
static int add_wrapper(struct btf *btf, const char *name, const char *member, int type)
{
	int wrapper = btf__add_struct(btf, NULL, 4);

	btf__add_field(btf, member, type, 0, 0);
	return btf__add_typedef(btf, name, wrapper);
}

static struct btf *make_types(void)
{
	struct btf *btf = btf__new_empty();
	int s32, u32, u64, chr, c4, onion, anon, inner, task, ptask, pinner, row, grid;
	int later, plater, cchr, pchr, mask, atomic, refcount, tagged;

	s32 = btf__add_int(btf, "int", 4, BTF_INT_SIGNED);
	u32 = btf__add_int(btf, "unsigned int", 4, 0);
	u64 = btf__add_typedef(btf, "u64", btf__add_int(btf, "long long unsigned int", 8, 0));
	chr = btf__add_int(btf, "char", 1, BTF_INT_SIGNED);
	c4 = btf__add_array(btf, u32, chr, 4);
	anon = btf__add_struct(btf, NULL, 4);
	btf__add_field(btf, "c", c4, 0, 0);
	onion = btf__add_union(btf, NULL, 8);
	btf__add_field(btf, "b", u64, 0, 0);
	btf__add_field(btf, NULL, anon, 0, 0);
	inner = btf__add_struct(btf, "inner", 16);
	btf__add_field(btf, "a", s32, 0, 0);
	btf__add_field(btf, NULL, onion, 64, 0);
	pinner = btf__add_ptr(btf, inner);
	/* The type that is added after so many others. */
	ptask = btf__add_ptr(btf, btf__type_cnt(btf) + 15);
	row = btf__add_array(btf, u32, s32, 3);
	grid = btf__add_array(btf, u32, row, 2);
	later = btf__add_fwd(btf, "later", BTF_FWD_STRUCT);
	plater = btf__add_ptr(btf, later);
	cchr = btf__add_const(btf, chr);
	pchr = btf__add_ptr(btf, cchr);
	mask = btf__add_enum(btf, "mask", 4);
	btf__add_enum_value(btf, "MASK_TWO", 2);
	btf__add_struct(btf, "later", 8);
	btf__add_field(btf, "x", u64, 0, 0);
	(void)mask;
	atomic = add_wrapper(btf, "atomic_t", "counter", s32);
	refcount = add_wrapper(btf, "refcount_t", "refs", atomic);
	tagged = btf__add_ptr(btf, btf__add_type_tag(btf, "percpu", inner));
	task = btf__add_struct(btf, "task_struct", 128);
	ok(task == (int)btf__type_by_id(btf, ptask)->type, "the types are as they should be");
	btf__add_field(btf, "pid", s32, 0, 0);
	btf__add_field(btf, "in", inner, 64, 0);
	btf__add_field(btf, "parent", ptask, 24 * 8, 0);
	btf__add_field(btf, "table", pinner, 32 * 8, 0);
	btf__add_field(btf, "bits", u32, 40 * 8, 3);
	btf__add_field(btf, "wide", u32, 40 * 8 + 3, 9);
	btf__add_field(btf, "sign", s32, 40 * 8 + 12, 4);
	btf__add_field(btf, "grid", grid, 48 * 8, 0);
	btf__add_field(btf, "later", plater, 72 * 8, 0);
	btf__add_field(btf, "name", pchr, 80 * 8, 0);
	btf__add_field(btf, "usage", refcount, 88 * 8, 0);
	btf__add_field(btf, "refs", atomic, 92 * 8, 0);
	btf__add_field(btf, "stats", pinner, 96 * 8, 0);
	btf__add_field(btf, "tagged", tagged, 104 * 8, 0);
	return btf;
}

static struct client_eval eval = { .ops = &ops };

/* "target len type = value", or "begin-end: why". */
static const char *means(const char *text)
{
	static char said[1024];
	struct client_expr_error error;
	struct client_evaluated result;
	struct client_expr *expr;
	struct client_out out;
	char text_there[KWATCH_EVAL_TEXT_MAX];
	struct client_type number;
	uint64_t value;
	size_t end, len;

	expr = client_expr_parse(text, &end, &error);
	if (!expr || text[end])
		return "no expression";
	if (client_eval(&eval, text, expr, &result)) {
		snprintf(said, sizeof(said), "%zu-%zu: %s", eval.begin, eval.end,
			 eval.error);
		client_expr_free(expr);
		return said;
	}
	client_out_init(&out, -1);
	if (result.place.base == KWATCH_PLACE_ADDR &&
	    result.place.address - MEMORY < sizeof(memory))
		client_out_printf(&out, "M+0x%x", (unsigned int)(result.place.address - MEMORY));
	else
		client_eval_target(&result.place, &out);
	client_out_printf(&out, " %zu ", result.len);
	if (result.type.btf)
		client_types_put(eval.types, &result.type, &out);
	else
		client_out_chr(&out, '?');
	if (result.bits)
		client_out_printf(&out, ":%u@%u", result.bits, result.bit);
	if (client_eval_value(&eval, &result, &number, &value))
		client_out_printf(&out, " = %lld", (long long)value);
	if (client_eval_text(&eval, &result, text_there, &len))
		client_out_printf(&out, " = \"%.*s\"", (int)len, text_there);
	snprintf(said, sizeof(said), "%.*s", (int)out.len, out.data);
	client_out_destroy(&out);
	client_expr_free(expr);
	return said;
}

static void is(const char *text, const char *want)
{
	const char *got = means(text);

	if (!ok(!strcmp(got, want), "%s", text))
		diag("got %s, not %s", got, want);
}

int main(void)
{
	eval.types = client_types_create_from(make_types());
	client_types_find(eval.types, "struct task_struct", 0, &variable_type);
	percpu_type = variable_type;

	put64(VARIABLE, (uint32_t)-5);			/* pid */
	put64(VARIABLE + 24, TASK);			/* parent */
	put64(VARIABLE + 40, 0x5 | 0x1ab << 3 | 0xeu << 12);
	put64(TASK, 7);
	put64(TASK + 32, MEMORY + 0x300);		/* table */
	put64(TASK + 72, MEMORY + 0x380);		/* later */
	put64(TASK + 80, (uint64_t)-12);		/* name: an error */
	put64(COPY(1) + 24, VARIABLE);
	put64(VARIABLE + 16, 0x00636261);		/* in.c: "abc" */
	put64(VARIABLE + 88, 3 | 5ull << 32);		/* usage, refs */
	put64(VARIABLE + 96, PERCPU + 0x80);		/* stats */
	put64(VARIABLE + 104, MEMORY + 0x600);		/* tagged */

	is("variable", "variable 128 struct task_struct");
	is("variable.pid", "variable 4 int = -5");
	is("variable.in", "variable+0x8 16 struct inner");
	is("variable.in.a", "variable+0x8 4 int = 0");
	is("variable.in.b", "variable+0x10 8 u64 = 6513249");
	is("variable.in.c", "variable+0x10 4 char[4] = \"abc\"");
	is("variable.in.c[2]", "variable+0x12 1 char = 99");
	is("variable.usage", "variable+0x58 4 refcount_t = 3");
	is("variable.refs", "variable+0x5c 4 atomic_t = 5");
	is("variable.grid[1][2]", "variable+0x44 4 int = 0");
	is("variable.grid[1]", "variable+0x3c 12 int[3]");
	is("variable.grid", "variable+0x30 24 int[2][3]");
	is("variable.grid[0][MASK_TWO]", "variable+0x38 4 int = 0");
	is("variable.bits", "variable+0x28 1 unsigned int:3@0 = 5");
	is("variable.wide", "variable+0x28 2 unsigned int:9@3 = 427");
	is("variable.sign", "variable+0x29 1 int:4@4 = -2");
	is("&variable.in", "variable+0x8 16 struct inner");
	is("*&variable.pid", "variable 4 int = -5");
	is("(&variable)->pid", "variable 4 int = -5");
	is("(*&variable).pid", "variable 4 int = -5");
	is("variable.parent", "variable+0x18 8 struct task_struct * = -131391639514624");
	is("variable.parent->pid", "M+0x200 4 int = 7");
	is("variable.parent->table[3].b", "M+0x338 8 u64 = 0");
	is("variable.parent->table[variable.parent->pid].a", "M+0x370 4 int = 0");
	is("variable.parent->later->x", "M+0x380 8 u64 = 0");
	is("*variable.parent", "M+0x200 128 struct task_struct");
	is("(u64)variable.parent", "M+0x200 0 ?");
	is("((struct inner *)&variable.in)->b", "variable+0x10 8 u64 = 6513249");
	is("((struct inner *)variable.parent)->b", "M+0x208 8 u64 = 0");
	is("((unsigned *)&variable)[10]", "variable+0x28 4 unsigned int = 60765");
	is("*(struct task_struct **)0xffff888000001118", "M+0x118 8 struct task_struct * = -131391639514624");
	is("(*(struct task_struct **)0xffff888000001118)->pid", "M+0x200 4 int = 7");
	is("((char *)variable.grid)[1]", "variable+0x31 1 char = 0");
	is("variable+16", "variable+0x10 0 ?");
	is("variable-0x10", "variable-0x10 0 ?");
	is("((struct inner *)(task(7)+8))->b", "task(7)+0x10 8 u64 = 0");
	is("task(7)", "task(7) 128 struct task_struct");
	is("task(7)->pid", "task(7) 4 int = 7");
	is("task(7)->table->a", "M+0x300 4 int = 0");
	is("0xffff888000001000", "M+0x0 0 ?");
	is("untyped", "untyped 0 ?");
	is("((struct inner *)&untyped)->b", "untyped+0x8 8 u64 = 0");
	is("foreign", "M+0x100 0 ?");
	is("percpu", "percpu 128 struct task_struct");
	is("percpu.in.b", "percpu+0x10 8 u64");
	is("percpu@1.in.b", "percpu@1+0x10 8 u64 = 0");
	is("percpu@1.parent->pid", "M+0x100 4 int = -5");

	/* What is added to a value is added to the value. */
	is("variable.parent->pid+0x7fffffff", "0x80000006 0 ?");
	is("*(u64 *)&variable.parent+8", "M+0x208 0 ?");
	is("(*(u64 *)&variable.parent)+8", "M+0x208 0 ?");
	is("(char *)variable.parent+8", "M+0x208 0 ?");
	is("variable@0+8", "0-10: variable is no per-CPU variable");
	is("percpu@1+8", "percpu@1+0x8 0 ?");
	is("task(7)+8", "task(7)+0x8 0 ?");
	is("variable.parent+8", "0-15: variable.parent + N counts elements in C and bytes in ctl: say &(variable.parent)[N], or (char *)variable.parent + BYTES");
	is("&variable.pid+8", "0-13: &variable.pid + N counts elements in C and bytes in ctl: say &(&variable.pid)[N], or (char *)&variable.pid + BYTES");
	is("variable.in+8", "0-11: variable.in is a struct, to which nothing can be added: name a member, or say (char *)&variable.in");

	/* What a per-CPU pointer points to. */
	is("*variable.stats", "percpu:0x20080 16 struct inner");
	is("variable.stats->b", "percpu:0x20080+0x8 8 u64");
	is("variable.stats[2].c[1]", "percpu:0x20080+0x29 1 char");
	is("*variable.tagged", "percpu:0xffff888000001600 16 struct inner");
	is("variable.tagged->a", "percpu:0xffff888000001600 4 int");
	is("((struct inner __percpu *)variable.parent)->b", "percpu:0xffff888000001200+0x8 8 u64");
	is("(struct inner *)0x20100", "percpu:0x20100 16 struct inner");
	is("0x20100", "percpu:0x20100 0 ?");
	is("*(struct inner **)variable.stats->b", "18-35: each CPU has its own variable.stats->b, so it has no single value");
	is("variable.in.c[variable.stats->a]", "14-31: each CPU has its own variable.stats->a, so it has no single value");
	is("(struct inner __percpu *)0", "0-26: (struct inner __percpu *)0 is no address of the kernel");

	is("variable.nosuch", "0-15: struct task_struct has no member nosuch");
	is("variable.pid.x", "0-14: int is no struct and has no member x");
	is("variable->pid", "0-8: variable is no pointer: its members follow a \".\"");
	is("variable.parent.pid", "0-15: variable.parent is a pointer: its members follow a \"->\"");
	is("task(7)->parent->pid", "0-15: task(7)->parent is null");
	is("(task(7)->parent)->parent->pid", "0-17: (task(7)->parent) is null");
	is("task(7)->parent->parent->pid", "0-15: task(7)->parent is null");
	is("*task(7)->name", "1-14: task(7)->name is an error number, no address");
	is("((struct task_struct *)0xdead0000)->parent->pid",
	   "0-42: ((struct task_struct *)0xdead0000)->parent cannot be read: there is no memory at 0xdead0018");
	is("task(8)->pid", "0-7: there is no task 8");
	is("percpu.parent->pid", "0-13: each CPU has its own percpu: say whose, percpu@0");
	is("percpu@2.pid", "0-8: there is no CPU 2");
	is("variable@0", "0-10: variable is no per-CPU variable");
	is("nosuch", "0-6: nosuch is no symbol");
	is("twice", "0-5: there are 2 symbols twice");
	is("untyped.x", "0-7: the type of untyped is not known: say it, ((struct NAME *)&untyped)->x");
	is("(struct nosuch *)0xffff888000001000", "0-35: the kernel's types have no struct nosuch");
	is("(struct inner)variable", "0-22: struct inner is no type to cast to: (struct inner *)&...");
	is("0xffff888000001000->a", "0-18: 0xffff888000001000 is only a number: say what is there, ((struct NAME *)0xffff888000001000)");
	is("&variable.bits", "1-14: variable.bits is a bitfield, which has no address: leave out the \"&\"");
	is("&task(7)", "1-8: task(7) is no variable, so it has no address");
	is("12", "0-2: 12 is no address of the kernel");
	client_types_destroy(eval.types);
	return tap_done();
}
