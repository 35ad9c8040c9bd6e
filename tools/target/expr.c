// SPDX-License-Identifier: GPL-2.0
/*
 * Expressions as trees, see expr.h: recursive descent, a function a rule.
 *
 * "(a)" is a cast if an operand follows: there are no calls and no binary "*"
 * or "&", so that it needs no knowledge of types.
 */
#include <ctype.h>
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/client.h"
#include "expr.h"

#define DEPTH_MAX	64	/* of nested operands */
#define STARS_MAX	8
#define CPU_MAX		65534

struct parser {
	const char *text;
	size_t pos;
	size_t end;			/* behind the last token */
	unsigned int depth;
	bool percpu;			/* a qualifier of the type being read */
	struct client_expr *nodes;
	struct client_expr_error *error;
};

static struct client_expr *parse_offset(struct parser *p);
static struct client_expr *parse_unary(struct parser *p);

static struct client_expr *refuse(struct parser *p, size_t at, const char *why)
{
	/* The first is the innermost one. */
	if (!p->error->why) {
		p->error->at = at;
		p->error->why = why;
	}
	return NULL;
}

static void skip_blanks(struct parser *p)
{
	p->pos += strspn(p->text + p->pos, " \t");
}

/* Take a token, if it is what comes next. */
static bool take(struct parser *p, const char *token)
{
	size_t at = p->pos + strspn(p->text + p->pos, " \t");

	if (strncmp(p->text + at, token, strlen(token)))
		return false;
	p->pos = p->end = at + strlen(token);
	return true;
}

static bool is_name_start(char c)
{
	return isalpha((unsigned char)c) || c == '_' || c == '$';
}

static bool is_name_char(char c)
{
	return is_name_start(c) || isdigit((unsigned char)c);
}

static size_t word_len(const char *text)
{
	size_t len = 0;

	if (is_name_start(*text)) {
		while (is_name_char(text[len]))
			len++;
	}
	return len;
}

/*
 * A symbol's name: the compiler's own "count.1" is one too, because no member
 * begins with a digit.
 */
static size_t symbol_len(const char *text)
{
	size_t len = word_len(text);

	while (len && text[len] == '.' && isdigit((unsigned char)text[len + 1])) {
		len++;
		while (is_name_char(text[len]))
			len++;
	}
	return len;
}

/* "module:" with its colon; modprobe's "-" will do, and "8021q" is one. */
static size_t module_len(const char *text)
{
	size_t len = 0;

	while (is_name_char(text[len]) || (len && text[len] == '-'))
		len++;
	return len && text[len] == ':' && symbol_len(text + len + 1) ? len + 1 : 0;
}

static struct client_expr *node(struct parser *p, enum client_expr_kind kind,
				size_t begin, struct client_expr *left)
{
	struct client_expr *expr = client_alloc(1, sizeof(*expr));

	expr->kind = kind;
	expr->cpu = KWATCH_EXPR_CPU_NONE;
	expr->begin = begin;
	expr->end = p->end;
	expr->left = left;
	expr->next = p->nodes;
	p->nodes = expr;
	return expr;
}

static char *copy(const char *text, size_t len)
{
	char *name = client_alloc(1, len + 1);

	memcpy(name, text, len);
	return name;
}

static bool parse_number(struct parser *p, uint64_t max, uint64_t *value)
{
	const char *start;
	char *end;

	skip_blanks(p);
	start = p->text + p->pos;
	errno = 0;
	if (!isdigit((unsigned char)*start))
		return refuse(p, p->pos, "a number is expected here");
	*value = strtoull(start, &end, start[0] == '0' && (start[1] | 32) == 'x' ?
			  16 : 10);
	if (!errno && *value <= max) {
		/* C's own suffixes. */
		end += strspn(end, "uUlL");
		if (!is_name_char(*end)) {
			p->pos = p->end = end - p->text;
			return true;
		}
	}
	return refuse(p, p->pos, "this is no number, or too large a one");
}

/* 16 hex digits without 0x are an address, as the kernel prints them. */
static bool is_bare_address(const char *text)
{
	size_t len = 0;

	while (isxdigit((unsigned char)text[len]))
		len++;
	return len == 16 && !is_name_char(text[len]);
}

static struct client_expr *parse_name(struct parser *p)
{
	const char *start = p->text + p->pos;
	size_t begin = p->pos, len = module_len(start);
	struct client_expr *expr;
	uint64_t number;

	len += symbol_len(start + len);
	if (!len)
		return refuse(p, p->pos, *start ?
			      "a variable, task(PID) or an address is expected here" :
			      "the expression ends too early");
	p->pos = p->end = begin + len;
	if (len == 4 && !strncmp(start, "task", 4) && take(p, "(")) {
		if (!parse_number(p, INT32_MAX, &number))
			return NULL;
		if (!take(p, ")"))
			return refuse(p, p->pos, "\")\" is expected here");
		expr = node(p, KWATCH_EXPR_TASK, begin, NULL);
		expr->number = number;
		return expr;
	}
	expr = node(p, KWATCH_EXPR_NAME, begin, NULL);
	expr->name = copy(start, len);
	if (p->text[p->pos] == '@') {
		p->pos++;
		if (!parse_number(p, CPU_MAX, &number))
			return NULL;
		expr->cpu = number;
		expr->end = p->end;
	}
	return expr;
}

static struct client_expr *parse_primary(struct parser *p)
{
	struct client_expr *expr;
	uint64_t number;
	size_t begin;

	skip_blanks(p);
	begin = p->pos;
	if (take(p, "(")) {
		expr = parse_offset(p);
		if (!expr)
			return NULL;
		if (!take(p, ")"))
			return refuse(p, p->pos, "\")\" is expected here");
		/* Its text is that with the parentheses. */
		expr->begin = begin;
		expr->end = p->end;
		return expr;
	}
	if (is_bare_address(p->text + begin)) {
		number = strtoull(p->text + begin, NULL, 16);
		p->pos = p->end = begin + 16;
	} else if (module_len(p->text + begin) ||
		   !isdigit((unsigned char)p->text[begin])) {
		return parse_name(p);
	} else if (!parse_number(p, UINT64_MAX, &number)) {
		return NULL;
	}
	expr = node(p, KWATCH_EXPR_NUMBER, begin, NULL);
	expr->number = number;
	return expr;
}

static struct client_expr *parse_member_name(struct parser *p,
					     enum client_expr_kind kind,
					     struct client_expr *left)
{
	struct client_expr *expr;
	size_t begin, len;

	skip_blanks(p);
	begin = p->pos;
	len = word_len(p->text + begin);
	if (!len)
		return refuse(p, begin, "a member's name is expected here");
	p->pos = p->end = begin + len;
	expr = node(p, kind, left->begin, left);
	expr->name = copy(p->text + begin, len);
	return expr;
}

/* What may follow an operand. */
static struct client_expr *parse_suffixes(struct parser *p,
					  struct client_expr *expr)
{
	struct client_expr *index;
	unsigned int nr = 0;

	while (expr) {
		if (++nr > DEPTH_MAX * 4)
			return refuse(p, p->pos, "this is nested too deeply");
		if (take(p, "->")) {
			expr = parse_member_name(p, KWATCH_EXPR_ARROW, expr);
		} else if (take(p, ".")) {
			expr = parse_member_name(p, KWATCH_EXPR_MEMBER, expr);
		} else if (take(p, "[")) {
			index = parse_offset(p);
			if (!index)
				return NULL;
			if (!take(p, "]"))
				return refuse(p, p->pos, "\"]\" is expected here");
			expr = node(p, KWATCH_EXPR_INDEX, expr->begin, expr);
			expr->right = index;
		} else {
			break;
		}
	}
	return expr;
}

static bool is_word(const char *text, size_t len, const char *word)
{
	return strlen(word) == len && !strncmp(text, word, len);
}

static bool is_one_of(const char *text, size_t len, const char *const *words)
{
	for (; *words; words++) {
		if (is_word(text, len, *words))
			return true;
	}
	return false;
}

static const char *const tags[] = { "struct", "union", "enum", NULL };
static const char *const qualifiers[] = {
	"const", "volatile", "__user", "__percpu", "__rcu", "__iomem", NULL
};
static const char *const basics[] = {
	"unsigned", "signed", "char", "short", "int", "long", "_Bool", "bool",
	"float", "double", "void", "__int128", NULL
};

/* The next word that is no qualifier.  Return: its bytes, 0 if there is none. */
static size_t type_word(struct parser *p)
{
	size_t len;

	for (;;) {
		skip_blanks(p);
		len = word_len(p->text + p->pos);
		if (!len || !is_one_of(p->text + p->pos, len, qualifiers))
			return len;
		p->percpu |= is_word(p->text + p->pos, len, "__percpu");
		p->pos = p->end = p->pos + len;
	}
}

/* Take a word of @len bytes behind @name, which has room for all of the text. */
static void take_word(struct parser *p, char *name, size_t len)
{
	size_t used = strlen(name);

	if (used)
		name[used++] = ' ';
	memcpy(name + used, p->text + p->pos, len);
	p->pos = p->end = p->pos + len;
}

/* "struct NAME", "long unsigned int", "NAME".  Return: false if it is none. */
static bool take_type_name(struct parser *p, char *name)
{
	size_t len = type_word(p);

	if (len && is_one_of(p->text + p->pos, len, tags)) {
		take_word(p, name, len);
		len = type_word(p);
		if (len)
			take_word(p, name, len);
		return len;
	}
	if (!len || !is_one_of(p->text + p->pos, len, basics)) {
		if (len)
			take_word(p, name, len);
		return len;
	}
	do {
		take_word(p, name, len);
		len = type_word(p);
	} while (len && is_one_of(p->text + p->pos, len, basics));
	return true;
}

/*
 * A type.
 * Return: NULL, with nothing said, if there is none.
 */
static struct client_expr *parse_type(struct parser *p)
{
	size_t begin = p->pos;
	char *name = client_alloc(2, strlen(p->text + begin) + 1);
	struct client_expr *type;

	p->percpu = false;
	if (!take_type_name(p, name)) {
		free(name);
		return NULL;
	}
	type = node(p, KWATCH_EXPR_CAST, begin, NULL);
	type->name = name;
	while (!type_word(p) && type->stars < STARS_MAX && take(p, "*"))
		type->stars++;
	type->percpu = p->percpu;
	type->end = p->end;
	return type;
}

/* Could this begin an operand? */
static bool is_operand(const char *text)
{
	text += strspn(text, " \t");
	return is_name_char(*text) || *text == '(' || *text == '&' || *text == '*';
}

/* Behind "(".  Return: a type with its ")", or NULL with @p where it was. */
static struct client_expr *try_cast(struct parser *p)
{
	size_t begin = p->pos, end = p->end;
	struct client_expr *type = parse_type(p);

	if (type && take(p, ")") && is_operand(p->text + p->pos))
		return type;
	p->pos = begin;
	p->end = end;
	return NULL;
}

static struct client_expr *parse_cast(struct parser *p, size_t begin,
				      struct client_expr *type)
{
	type->left = parse_unary(p);
	if (!type->left)
		return NULL;
	type->begin = begin;
	type->end = p->end;
	return type;
}

static struct client_expr *parse_unary_deep(struct parser *p)
{
	enum client_expr_kind kind = KWATCH_EXPR_DEREF;
	struct client_expr *expr;
	size_t begin, end;

	skip_blanks(p);
	begin = p->pos;
	end = p->end;
	if (take(p, "(")) {
		expr = try_cast(p);
		if (expr)
			return parse_cast(p, begin, expr);
		p->pos = begin;
		p->end = end;
	}
	if (take(p, "&"))
		kind = KWATCH_EXPR_ADDRESS;
	else if (!take(p, "*"))
		return parse_suffixes(p, parse_primary(p));
	expr = parse_unary(p);
	return expr ? node(p, kind, begin, expr) : NULL;
}

static struct client_expr *parse_unary(struct parser *p)
{
	struct client_expr *expr;

	if (p->depth == DEPTH_MAX)
		return refuse(p, p->pos, "this is nested too deeply");
	p->depth++;
	expr = parse_unary_deep(p);
	p->depth--;
	return expr;
}

static struct client_expr *parse_offset(struct parser *p)
{
	struct client_expr *expr = parse_unary(p);
	uint64_t number;
	bool minus;

	if (!expr)
		return NULL;
	minus = take(p, "-");
	if (!minus && !take(p, "+"))
		return expr;
	if (!parse_number(p, INT64_MAX, &number))
		return NULL;
	expr = node(p, KWATCH_EXPR_OFFSET, expr->begin, expr);
	expr->number = minus ? -number : number;
	return expr;
}

/* The root is what client_expr_free() gets: it leads to all others. */
static struct client_expr *finish(struct parser *p, struct client_expr *root)
{
	struct client_expr **link;

	if (!root) {
		client_expr_free(p->nodes);
		return NULL;
	}
	for (link = &p->nodes; *link != root; link = &(*link)->next)
		;
	*link = root->next;
	root->next = p->nodes;
	return root;
}

struct client_expr *client_expr_parse(const char *text, size_t *end,
				      struct client_expr_error *error)
{
	struct parser p = { .text = text, .error = error };
	struct client_expr *root;

	error->why = NULL;
	root = parse_offset(&p);
	*end = p.end;
	return finish(&p, root);
}

struct client_expr *client_expr_parse_type(const char *text,
					   struct client_expr_error *error)
{
	struct parser p = { .text = text, .error = error };
	struct client_expr *type;

	error->why = NULL;
	type = parse_type(&p);
	skip_blanks(&p);
	if (!type)
		refuse(&p, p.pos, "a type is expected here");
	else if (text[p.pos])
		type = refuse(&p, p.pos, "a type's name ends before this");
	return finish(&p, type);
}

struct client_expr *client_expr_parse_member(const char *text,
					     struct client_expr_error *error)
{
	struct parser p = { .text = text, .error = error };
	struct client_expr *expr;

	error->why = NULL;
	expr = node(&p, KWATCH_EXPR_NAME, 0, NULL);
	expr->name = copy("", 0);
	take(&p, ".");
	expr = parse_suffixes(&p, parse_member_name(&p, KWATCH_EXPR_MEMBER, expr));
	skip_blanks(&p);
	if (expr && text[p.pos])
		expr = refuse(&p, p.pos, "only members and indexes may follow");
	return finish(&p, expr);
}

void client_expr_free(struct client_expr *expr)
{
	while (expr) {
		struct client_expr *next = expr->next;

		free(expr->name);
		free(expr);
		expr = next;
	}
}
