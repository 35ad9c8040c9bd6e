// SPDX-License-Identifier: GPL-2.0
/*
 * Expressions: what they are taken for, and where they end.
 */
#include <stdlib.h>
#include <string.h>

#include "target/expr.h"
#include "tap.h"

static char text[4096];

static void put(const struct client_expr *e)
{
	static const char *const names[] = {
		"num", "name", "task", ".", "->", "[]", "*", "&", "cast", "+"
	};
	char *end = text + strlen(text);
	size_t i;

	sprintf(end, "(%s", names[e->kind]);
	if (e->name)
		sprintf(end + strlen(end), " %s", e->name);
	for (i = 0; i < e->stars; i++)
		strcat(end, i ? "*" : " *");
	if (e->cpu != KWATCH_EXPR_CPU_NONE)
		sprintf(end + strlen(end), "@%d", e->cpu);
	if (e->kind == KWATCH_EXPR_NUMBER || e->kind == KWATCH_EXPR_TASK ||
	    e->kind == KWATCH_EXPR_OFFSET)
		sprintf(end + strlen(end), " %lld", (long long)e->number);
	if (e->left) {
		strcat(end, " ");
		put(e->left);
	}
	if (e->right) {
		strcat(end, " ");
		put(e->right);
	}
	strcat(end, ")");
}

/* The tree, and behind "|" what was left; or what is wrong, and where. */
static const char *tree(const char *source)
{
	struct client_expr_error error;
	struct client_expr *expr;
	size_t end;

	text[0] = '\0';
	expr = client_expr_parse(source, &end, &error);
	if (!expr) {
		sprintf(text, "%zu: %s", error.at, error.why);
	} else {
		put(expr);
		if (source[end])
			sprintf(text + strlen(text), "|%s", source + end);
	}
	client_expr_free(expr);
	return text;
}

/* The same of what has nothing left behind it. */
static const char *whole(struct client_expr *expr, const struct client_expr_error *error)
{
	text[0] = '\0';
	if (expr)
		put(expr);
	else
		sprintf(text, "%zu: %s", error->at, error->why);
	client_expr_free(expr);
	return text;
}

static const char *type(const char *source)
{
	struct client_expr_error error;
	struct client_expr *expr = client_expr_parse_type(source, &error);

	return whole(expr, &error);
}

static const char *member(const char *source)
{
	struct client_expr_error error;
	struct client_expr *expr = client_expr_parse_member(source, &error);

	return whole(expr, &error);
}

static void is_str(const char *got, const char *want, const char *what)
{
	if (!ok(!strcmp(got, want), "%s", what))
		diag("got %s, not %s", got, want);
}

int main(void)
{
	char deep[4096];

	is_str(tree("jiffies"), "(name jiffies)", "a symbol");
	is_str(tree("mod:sym@2+8"), "(+ 8 (name mod:sym@2))", "all that ctl takes");
	is_str(tree("8021q:x"), "(name 8021q:x)", "a module that begins with a digit");
	is_str(tree("count.1"), "(name count.1)", "the compiler's own names");
	is_str(tree("init_task.pid"), "(. pid (name init_task))", "a member");
	is_str(tree("task(1234)->se.nr_migrations"),
	       "(. nr_migrations (-> se (task 1234)))", "task(PID)->");
	is_str(tree("task (7) -> mm -> mm_count"), "(-> mm_count (-> mm (task 7)))", "blanks");
	is_str(tree("task"), "(name task)", "a symbol named task");
	is_str(tree("&((struct super_block *)0x7fff0000)->s_count"),
	       "(& (-> s_count (cast struct super_block * (num 2147418112))))",
	       "a cast of an address");
	is_str(tree("fffffffffffffff0"), "(num -16)", "an address without 0x");
	is_str(tree("runqueues@2.nr_running"), "(. nr_running (name runqueues@2))", "one CPU's");
	is_str(tree("a[3].b[0x10]->c"), "(-> c ([] (. b ([] (name a) (num 3))) (num 16)))", "indexes");
	is_str(tree("a[b.c]"), "([] (name a) (. c (name b)))", "an index that is read");
	is_str(tree("*a.b"), "(* (. b (name a)))", "* binds less than .");
	is_str(tree("(*a).b"), "(. b (* (name a)))", "parentheses");
	is_str(tree("*&a"), "(* (& (name a)))", "* and &");
	is_str(tree("(u64)a"), "(cast u64 (name a))", "a cast to a typedef");
	is_str(tree("(u64 *)a+8"), "(+ 8 (cast u64 * (name a)))", "a cast, then an offset");
	is_str(tree("(a)+8"), "(+ 8 (name a))", "no cast");
	is_str(tree("(const unsigned long __percpu * const *)a"),
	       "(cast unsigned long ** (name a))", "qualifiers say nothing");
	is_str(tree("(a)->b"), "(-> b (name a))", "parentheses that are no cast");
	is_str(tree("jiffies name=j if old == 1"), "(name jiffies)| name=j if old == 1",
	       "it ends where options begin");
	is_str(tree("task(1)->pid until=close"), "(-> pid (task 1))| until=close", "there too");
	is_str(tree("a->b)"), "(-> b (name a))|)", "and before what is no part of it");

	is_str(tree(""), "0: the expression ends too early", "nothing");
	is_str(tree("a->"), "3: a member's name is expected here", "no member");
	is_str(tree("a[1"), "3: \"]\" is expected here", "no ]");
	is_str(tree("(a"), "2: \")\" is expected here", "no )");
	is_str(tree("task(x)"), "5: a number is expected here", "no PID");
	is_str(tree("a@x"), "2: a number is expected here", "no CPU");
	is_str(tree("=3"), "0: a variable, task(PID) or an address is expected here", "no operand");
	is_str(tree("0xfffffffffffffffff"), "0: this is no number, or too large a one", "17 digits");
	is_str(tree("12ab"), "0: this is no number, or too large a one", "no number");

	memset(deep, '(', sizeof(deep) - 1);
	deep[sizeof(deep) - 1] = '\0';
	is_str(tree(deep), "64: this is nested too deeply", "4095 parentheses");
	memset(deep, '*', sizeof(deep) - 1);
	is_str(tree(deep), "64: this is nested too deeply", "4095 stars");

	is_str(type("struct task_struct"), "(cast struct task_struct)", "a type");
	is_str(type("unsigned long **"), "(cast unsigned long **)", "with stars");
	is_str(type("struct"), "6: a type is expected here", "a tag alone");
	is_str(type("u64 x"), "4: a type's name ends before this", "a type and more");
	is_str(member("se.load.weight"),
	       "(. weight (. load (. se (name ))))", "members");
	is_str(member("a[2]"), "([] (. a (name )) (num 2))", "members and indexes");
	is_str(member("a b"), "2: only members and indexes may follow", "and nothing else");
	return tap_done();
}
