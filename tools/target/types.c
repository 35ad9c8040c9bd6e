// SPDX-License-Identifier: GPL-2.0
/*
 * The kernel's own types, see types.h.  libbpf reads the BTF.
 *
 * A module's BTF is "split": its numbers go on where vmlinux's end, and it
 * needs vmlinux's to make sense.
 */
#include <bpf/btf.h>
#include <bpf/libbpf.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/client.h"
#include "types.h"

#define VMLINUX		"vmlinux"
#define POINTER_BYTES	8
#define PERCPU_SECTION	".data..percpu"

/* Of typedefs, qualifiers, unnamed structs in each other: no BTF has more. */
#define CHAIN_MAX	64

struct part {
	struct btf *btf;		/* NULL: could not be read */
	char *module;			/* NULL for vmlinux */
};

/* A name that was asked for: libbpf compares it with those of all types. */
struct asked {
	char *name;
	struct btf *btf;
	int id;				/* negative: there is none */
};

struct client_types {
	struct part *parts;		/* the first is vmlinux */
	size_t nr;
	struct asked *asked;
	size_t nr_asked;
	bool loaded;			/* vmlinux was tried */
	bool complete;			/* and all modules */
	char error[256];
};

static int say_nothing(enum libbpf_print_level level, const char *format,
		       va_list args)
{
	(void)level;
	(void)format;
	(void)args;
	return 0;
}

static const char *directory(void)
{
	const char *path = getenv("KWATCH_BTF");

	return path ? path : "/sys/kernel/btf";
}

struct client_types *client_types_create(void)
{
	libbpf_set_print(say_nothing);
	return client_alloc(1, sizeof(struct client_types));
}

static struct part *add_part(struct client_types *types, struct btf *btf,
			     const char *module)
{
	struct part *part;

	types->parts = client_realloc(types->parts,
				      (types->nr + 1) * sizeof(*part));
	part = &types->parts[types->nr++];
	part->btf = btf;
	part->module = module ? strdup(module) : NULL;
	return part;
}

struct client_types *client_types_create_from(struct btf *btf)
{
	struct client_types *types = client_types_create();

	add_part(types, btf, NULL);
	types->loaded = types->complete = true;
	return types;
}

void client_types_destroy(struct client_types *types)
{
	size_t i;

	if (!types)
		return;
	/* The others refer to the first. */
	for (i = types->nr; i-- > 0;) {
		btf__free(types->parts[i].btf);
		free(types->parts[i].module);
	}
	for (i = 0; i < types->nr_asked; i++)
		free(types->asked[i].name);
	free(types->asked);
	free(types->parts);
	free(types);
}

/* NULL with errno set. */
static struct btf *read_btf(const char *name, struct btf *base)
{
	char path[4096];
	struct btf *btf;

	snprintf(path, sizeof(path), "%s/%s", directory(), name);
	btf = base ? btf__parse_split(path, base) : btf__parse(path, NULL);
	return libbpf_get_error(btf) ? NULL : btf;
}

/* vmlinux's, or NULL. */
static struct btf *base_of(struct client_types *types)
{
	struct btf *btf;

	if (!types->loaded) {
		types->loaded = true;
		btf = read_btf(VMLINUX, NULL);
		if (!btf)
			snprintf(types->error, sizeof(types->error),
				 "%s/" VMLINUX ": %s; the kernel's types are not known",
				 directory(), strerror(errno));
		add_part(types, btf, NULL);
	}
	return types->parts[0].btf;
}

const char *client_types_error(struct client_types *types)
{
	return base_of(types) ? NULL : types->error;
}

static struct btf *module_btf(struct client_types *types, const char *module)
{
	struct btf *base = base_of(types);
	size_t i;

	if (!base || !module)
		return base;
	for (i = 1; i < types->nr; i++) {
		if (!strcmp(types->parts[i].module, module))
			return types->parts[i].btf;
	}
	if (types->complete || strchr(module, '/'))
		return NULL;
	return add_part(types, read_btf(module, base), module)->btf;
}

static void read_modules(struct client_types *types)
{
	const struct dirent *entry;
	DIR *dir;

	if (types->complete || !base_of(types))
		return;
	dir = opendir(directory());
	while (dir && (entry = readdir(dir))) {
		if (entry->d_name[0] != '.' && strcmp(entry->d_name, VMLINUX))
			module_btf(types, entry->d_name);
	}
	if (dir)
		closedir(dir);
	types->complete = true;
}

/* C has many words for a type; BTF has what compilers write. */
static const char *canonical(const char *name)
{
	static const char *const words[][2] = {
		{ "unsigned", "unsigned int" },
		{ "signed", "int" },
		{ "signed int", "int" },
		{ "bool", "_Bool" },
		{ "unsigned short", "short unsigned int" },
		{ "unsigned short int", "short unsigned int" },
		{ "short", "short int" },
		{ "signed short", "short int" },
		{ "long", "long int" },
		{ "signed long", "long int" },
		{ "unsigned long", "long unsigned int" },
		{ "unsigned long int", "long unsigned int" },
		{ "long unsigned", "long unsigned int" },
		{ "long long", "long long int" },
		{ "unsigned long long", "long long unsigned int" },
		{ "unsigned long long int", "long long unsigned int" },
	};
	size_t i;

	for (i = 0; i < KWATCH_ARRAY_SIZE(words); i++) {
		if (!strcmp(name, words[i][0]))
			return words[i][1];
	}
	return name;
}

static int find_in(struct btf *btf, const char *name)
{
	static const struct {
		const char *tag;
		unsigned int kind;
	} tags[] = {
		{ "struct ", BTF_KIND_STRUCT },
		{ "union ", BTF_KIND_UNION },
		{ "enum ", BTF_KIND_ENUM },
		{ "enum ", BTF_KIND_ENUM64 },
	};
	static const unsigned int kinds[] = {
		BTF_KIND_TYPEDEF, BTF_KIND_INT, BTF_KIND_FLOAT
	};
	bool tagged = false;
	size_t i;
	int id;

	for (i = 0; i < KWATCH_ARRAY_SIZE(tags); i++) {
		size_t len = strlen(tags[i].tag);

		if (strncmp(name, tags[i].tag, len))
			continue;
		tagged = true;
		id = btf__find_by_name_kind(btf, name + len, tags[i].kind);
		if (id > 0)
			return id;
	}
	for (i = 0; i < KWATCH_ARRAY_SIZE(kinds) && !tagged; i++) {
		id = btf__find_by_name_kind(btf, canonical(name), kinds[i]);
		if (id > 0)
			return id;
	}
	return -ENOENT;
}

static const struct asked *ask(struct client_types *types, const char *name)
{
	struct btf *btf = base_of(types);
	struct asked *asked;
	size_t i;
	int id;

	for (i = 0; i < types->nr_asked; i++) {
		if (!strcmp(types->asked[i].name, name))
			return &types->asked[i];
	}
	id = find_in(btf, name);
	if (id < 0)
		read_modules(types);
	for (i = 1; id < 0 && i < types->nr; i++) {
		btf = types->parts[i].btf;
		if (btf)
			id = find_in(btf, name);
	}
	types->asked = client_realloc(types->asked,
				      (types->nr_asked + 1) * sizeof(*types->asked));
	asked = &types->asked[types->nr_asked++];
	asked->name = strdup(name);
	if (!asked->name)
		client_out_of_memory();
	asked->btf = btf;
	asked->id = id;
	return asked;
}

bool client_types_find(struct client_types *types, const char *name,
		       unsigned int stars, struct client_type *type)
{
	const struct asked *asked;

	type->stars = stars;
	type->btf = base_of(types);
	if (!type->btf)
		return false;
	if (!strcmp(name, "void")) {
		type->id = 0;
		return true;
	}
	asked = ask(types, name);
	type->btf = asked->btf;
	type->id = asked->id;
	return asked->id > 0;
}

static const struct btf_type *type_of(const struct client_type *type)
{
	return type->btf ? btf__type_by_id(type->btf, type->id) : NULL;
}

static const char *name_of(const struct client_type *type,
			   const struct btf_type *t)
{
	const char *name = btf__name_by_offset(type->btf, t->name_off);

	return name ? name : "";
}

static bool is_percpu(struct btf *btf, uint32_t var)
{
	int id = btf__find_by_name_kind(btf, PERCPU_SECTION, BTF_KIND_DATASEC);
	const struct btf_type *section = id > 0 ? btf__type_by_id(btf, id) : NULL;
	unsigned int i;

	for (i = 0; section && i < btf_vlen(section); i++) {
		if (btf_var_secinfos(section)[i].type == var)
			return true;
	}
	return false;
}

bool client_types_variable(struct client_types *types, const char *module,
			   const char *name, struct client_type *type,
			   bool *percpu)
{
	struct btf *btf = module_btf(types, module);
	const struct btf_type *var;
	int id;

	id = btf ? btf__find_by_name_kind(btf, name, BTF_KIND_VAR) : -ENOENT;
	var = id > 0 ? btf__type_by_id(btf, id) : NULL;
	if (!var)
		return false;
	*percpu = is_percpu(btf, id);
	type->btf = btf;
	type->id = var->type;
	type->stars = 0;
	return true;
}

static bool enumerator_of(struct btf *btf, const struct btf_type *t,
			  const char *name, uint64_t *value)
{
	unsigned int i;

	for (i = 0; i < btf_vlen(t); i++) {
		bool wide = btf_kind(t) == BTF_KIND_ENUM64;
		uint32_t offset = wide ? btf_enum64(t)[i].name_off :
					 btf_enum(t)[i].name_off;
		const char *other = btf__name_by_offset(btf, offset);

		if (!other || strcmp(other, name))
			continue;
		*value = wide ? btf_enum64_value(&btf_enum64(t)[i]) :
				(uint64_t)btf_enum(t)[i].val;
		return true;
	}
	return false;
}

bool client_types_enumerator(struct client_types *types, const char *name,
			     uint64_t *value)
{
	struct btf *btf = base_of(types);
	uint32_t id, nr = btf ? btf__type_cnt(btf) : 0;

	for (id = 1; id < nr; id++) {
		const struct btf_type *t = btf__type_by_id(btf, id);

		if ((btf_kind(t) == BTF_KIND_ENUM ||
		     btf_kind(t) == BTF_KIND_ENUM64) &&
		    enumerator_of(btf, t, name, value))
			return true;
	}
	return false;
}

/*
 * See through typedefs and qualifiers, and find what is only declared here.
 * Return: NULL for void, pointers by stars, and what makes no sense.
 */
static const struct btf_type *strip(struct client_types *types,
				    const struct client_type *from,
				    struct client_type *type)
{
	const struct btf_type *t;
	unsigned int i;

	*type = *from;
	for (i = 0; i < CHAIN_MAX && !type->stars; i++) {
		char name[512];

		t = type->id ? type_of(type) : NULL;
		if (!t)
			return NULL;
		switch (btf_kind(t)) {
		case BTF_KIND_TYPEDEF:
		case BTF_KIND_CONST:
		case BTF_KIND_VOLATILE:
		case BTF_KIND_RESTRICT:
		case BTF_KIND_TYPE_TAG:
			type->id = t->type;
			break;
		case BTF_KIND_FWD:
			snprintf(name, sizeof(name), "%s %s",
				 btf_kflag(t) ? "union" : "struct",
				 name_of(type, t));
			if (!client_types_find(types, name, 0, type))
				return NULL;
			break;
		default:
			return t;
		}
	}
	return NULL;
}

enum client_type_kind client_types_kind(struct client_types *types,
					const struct client_type *type)
{
	struct client_type inner;
	const struct btf_type *t = strip(types, type, &inner);

	if (inner.stars)
		return KWATCH_TYPE_POINTER;
	switch (t ? btf_kind(t) : BTF_KIND_UNKN) {
	case BTF_KIND_INT:
	case BTF_KIND_ENUM:
	case BTF_KIND_ENUM64:
		return KWATCH_TYPE_NUMBER;
	case BTF_KIND_PTR:
		return KWATCH_TYPE_POINTER;
	case BTF_KIND_ARRAY:
		return KWATCH_TYPE_ARRAY;
	case BTF_KIND_STRUCT:
	case BTF_KIND_UNION:
		return KWATCH_TYPE_STRUCT;
	case BTF_KIND_FLOAT:
		return KWATCH_TYPE_FLOAT;
	}
	return KWATCH_TYPE_NONE;
}

size_t client_types_size(struct client_types *types,
			 const struct client_type *type)
{
	size_t count = 1, size;
	struct client_type inner = *type;
	const struct btf_type *t;
	unsigned int i;

	for (i = 0; i < CHAIN_MAX; i++) {
		t = strip(types, &inner, &inner);
		if (inner.stars)
			return count * POINTER_BYTES;
		switch (t ? btf_kind(t) : BTF_KIND_UNKN) {
		case BTF_KIND_PTR:
			return count * POINTER_BYTES;
		case BTF_KIND_INT:
		case BTF_KIND_ENUM:
		case BTF_KIND_ENUM64:
		case BTF_KIND_STRUCT:
		case BTF_KIND_UNION:
		case BTF_KIND_FLOAT:
			return __builtin_mul_overflow(count, t->size, &size) ?
			       0 : size;
		case BTF_KIND_ARRAY:
			if (__builtin_mul_overflow(count, btf_array(t)->nelems,
						   &count))
				return 0;
			inner.id = btf_array(t)->type;
			break;
		default:
			return 0;
		}
	}
	return 0;
}

void client_types_target(struct client_types *types,
			 const struct client_type *type,
			 struct client_type *target)
{
	const struct btf_type *t = strip(types, type, target);

	if (target->stars)
		target->stars--;
	else if (t && btf_kind(t) == BTF_KIND_PTR)
		target->id = t->type;
	else if (t && btf_kind(t) == BTF_KIND_ARRAY)
		target->id = btf_array(t)->type;
	else
		target->id = 0;
}

bool client_types_signed(struct client_types *types,
			 const struct client_type *type)
{
	struct client_type inner;
	const struct btf_type *t = strip(types, type, &inner);

	return t && btf_kind(t) == BTF_KIND_INT &&
	       btf_int_encoding(t) & BTF_INT_SIGNED;
}

bool client_types_is_percpu(struct client_types *types,
			    const struct client_type *type)
{
	struct client_type inner;
	const struct btf_type *t = strip(types, type, &inner);
	unsigned int i;

	if (inner.stars || !t || btf_kind(t) != BTF_KIND_PTR)
		return false;
	for (i = 0; i < CHAIN_MAX; i++) {
		t = btf__type_by_id(inner.btf, t->type);
		if (!t || btf_kind(t) != BTF_KIND_TYPE_TAG)
			return false;
		if (!strcmp(name_of(&inner, t), "percpu"))
			return true;
	}
	return false;
}

bool client_types_is_text(struct client_types *types,
			  const struct client_type *type)
{
	const struct btf_type *t;
	struct client_type inner;

	if (client_types_kind(types, type) != KWATCH_TYPE_ARRAY)
		return false;
	client_types_target(types, type, &inner);
	t = strip(types, &inner, &inner);
	return t && btf_kind(t) == BTF_KIND_INT && !strcmp(name_of(&inner, t), "char");
}

void client_types_only_member(struct client_types *types,
			      const struct client_type *type,
			      struct client_type *inner)
{
	const struct btf_type *t;
	struct client_type outer, member;
	unsigned int i;

	*inner = *type;
	for (i = 0; i < CHAIN_MAX; i++) {
		t = strip(types, inner, &outer);
		if (!t || outer.stars || !btf_is_composite(t) || btf_vlen(t) != 1 ||
		    btf_member_bitfield_size(t, 0))
			return;
		member = (struct client_type){ outer.btf, btf_members(t)->type, 0 };
		if (client_types_size(types, &member) != t->size)
			return;
		*inner = member;
	}
}

static bool find_member(struct client_types *types,
			const struct client_type *type, const char *name,
			unsigned int depth, struct client_member *found)
{
	struct client_type inner;
	const struct btf_type *t = strip(types, type, &inner);
	unsigned int i;

	if (!t || depth == CHAIN_MAX || !btf_is_composite(t))
		return false;
	for (i = 0; i < btf_vlen(t); i++) {
		const struct btf_member *m = &btf_members(t)[i];
		const char *other = btf__name_by_offset(inner.btf, m->name_off);
		uint64_t offset = btf_member_bit_offset(t, i);

		found->type = inner;
		found->type.id = m->type;
		if (other && *other && !strcmp(other, name)) {
			found->offset = offset;
			found->bits = btf_member_bitfield_size(t, i);
			return true;
		}
		if (!(other && *other) &&
		    find_member(types, &(struct client_type){ inner.btf, m->type, 0 },
				name, depth + 1, found)) {
			found->offset += offset;
			return true;
		}
	}
	return false;
}

bool client_types_member(struct client_types *types,
			 const struct client_type *type, const char *name,
			 struct client_member *member)
{
	return find_member(types, type, name, 0, member);
}

static void each_member(struct client_types *types,
			const struct client_type *type, unsigned int depth,
			void (*each)(void *context, const char *name),
			void *context)
{
	struct client_type inner;
	const struct btf_type *t = strip(types, type, &inner);
	unsigned int i;

	if (!t || depth == CHAIN_MAX || !btf_is_composite(t))
		return;
	for (i = 0; i < btf_vlen(t); i++) {
		const struct btf_member *m = &btf_members(t)[i];
		const char *name = btf__name_by_offset(inner.btf, m->name_off);
		struct client_type member = { inner.btf, m->type, 0 };

		if (name && *name)
			each(context, name);
		else
			each_member(types, &member, depth + 1, each, context);
	}
}

void client_types_each_member(struct client_types *types,
			      const struct client_type *type,
			      void (*each)(void *context, const char *name),
			      void *context)
{
	each_member(types, type, 0, each, context);
}

static void put_stars(struct client_out *out, unsigned int stars)
{
	if (stars)
		client_out_chr(out, ' ');
	while (stars--)
		client_out_chr(out, '*');
}

static void put_tagged(struct client_out *out, const char *tag, const char *name)
{
	client_out_str(out, tag);
	if (*tag)
		client_out_chr(out, ' ');
	client_out_str(out, *name ? name : "{...}");
}

void client_types_put(struct client_types *types,
		      const struct client_type *type, struct client_out *out)
{
	struct client_type inner = *type;
	unsigned int stars = type->stars, depth, nr = 0;
	uint32_t dims[CHAIN_MAX];
	const struct btf_type *t;
	unsigned int i;

	(void)types;
	for (depth = 0; depth < CHAIN_MAX; depth++) {
		t = inner.id ? type_of(&inner) : NULL;
		if (!t)
			break;
		switch (btf_kind(t)) {
		case BTF_KIND_CONST:
		case BTF_KIND_VOLATILE:
		case BTF_KIND_RESTRICT:
		case BTF_KIND_TYPE_TAG:
			inner.id = t->type;
			continue;
		case BTF_KIND_PTR:
			/* An array of pointers has its dimensions behind them. */
			stars++;
			inner.id = t->type;
			continue;
		case BTF_KIND_ARRAY:
			dims[nr++] = btf_array(t)->nelems;
			inner.id = btf_array(t)->type;
			continue;
		}
		break;
	}
	if (!t) {
		client_out_str(out, "void");
	} else {
		const char *name = name_of(&inner, t);

		switch (btf_kind(t)) {
		case BTF_KIND_STRUCT:
			put_tagged(out, "struct", name);
			break;
		case BTF_KIND_UNION:
			put_tagged(out, "union", name);
			break;
		case BTF_KIND_FWD:
			put_tagged(out, btf_kflag(t) ? "union" : "struct", name);
			break;
		case BTF_KIND_ENUM:
		case BTF_KIND_ENUM64:
			put_tagged(out, "enum", name);
			break;
		case BTF_KIND_FUNC_PROTO:
			client_out_str(out, "function");
			break;
		default:
			put_tagged(out, "", name);
		}
	}
	put_stars(out, stars);
	for (i = 0; i < nr; i++)
		client_out_printf(out, "[%u]", dims[i]);
}
