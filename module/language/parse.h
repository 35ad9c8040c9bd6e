/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the readers of a line share.  Private to this folder.
 *
 * spec.c cuts a line into words and knows the commands; target.c and option.c
 * read one word each, and write it again; parse.c has what they all need.
 */
#ifndef KWATCH_PARSE_H
#define KWATCH_PARSE_H

#include "lex.h"
#include "spec.h"

#define KWATCH_PARSE_CPU_MAX	USHRT_MAX	/* as struct kwatch_hit has room for */

enum kwatch_why {
	KWATCH_WHY_LONG,
	KWATCH_WHY_LONG_PRINTED,
	KWATCH_WHY_CONTROL,
	KWATCH_WHY_ASCII,
	KWATCH_WHY_QUOTE,
	KWATCH_WHY_VERB,
	KWATCH_WHY_EXTRA,
	KWATCH_WHY_IGNORE,
	KWATCH_WHY_REF_MISSING,
	KWATCH_WHY_REF,
	KWATCH_WHY_LEN_MISSING,
	KWATCH_WHY_LEN,
	KWATCH_WHY_LEN_X,
	KWATCH_WHY_TARGET_MISSING,
	KWATCH_WHY_TARGET,
	KWATCH_WHY_TARGET_END,
	KWATCH_WHY_SYMBOL_LONG,
	KWATCH_WHY_ADDR,
	KWATCH_WHY_TASK,
	KWATCH_WHY_COPY,
	KWATCH_WHY_OFFSET,
	KWATCH_WHY_OPTION,
	KWATCH_WHY_TWICE,
	KWATCH_WHY_NO_VALUE,
	KWATCH_WHY_GLOB,
	KWATCH_WHY_X_VALUE,
	KWATCH_WHY_X_WRITER,
	KWATCH_WHY_X_FREE,
	KWATCH_WHY_R_CHANGED,
	KWATCH_WHY_CHILDREN,
	KWATCH_WHY_CPU_TWICE,
};

/**
 * struct kwatch_parse - a line on its way to a command
 * @line:    what is left of it
 * @cmd:     is filled
 * @spec:    = &@cmd->spec
 * @refusal: is filled at the first fault
 */
struct kwatch_parse {
	struct lex line;
	struct kwatch_cmd *cmd;
	struct kwatch_spec *spec;
	struct kwatch_refusal *refusal;
};

/**
 * struct kwatch_print - a spec on its way to a text
 * @buf:  takes what fits
 * @size: of @buf, in bytes
 * @len:  what the whole text takes, so far
 */
struct kwatch_print {
	char *buf;
	size_t size;
	size_t len;
};

/*
 * Refuse the line with a sentence, and a caret at a byte.  The first refusal
 * stands: it comes from where most was known.  Always -EINVAL.
 */
int kwatch_parse_refuse(struct kwatch_parse *p, size_t at, enum kwatch_why why);
int kwatch_parse_refuse_with(struct kwatch_parse *p, size_t at, const char *why);

/*
 * Readers of a part of a word.  False: not there, and the cursor stands where
 * the caret belongs; the caller refuses.
 */
bool kwatch_parse_number(struct lex *l, u64 min, u64 max, u64 *val);
bool kwatch_parse_name(struct lex *l, char *buf);
bool kwatch_parse_symbol(struct kwatch_parse *p, struct lex *l, char *buf);

/* One whole word each. */
int kwatch_target_parse(struct kwatch_parse *p, struct lex *word);
int kwatch_option_parse(struct kwatch_parse *p, struct lex *word);

/* What no option may be wrong about alone. */
int kwatch_option_check(struct kwatch_parse *p);

__printf(2, 3) void kwatch_print(struct kwatch_print *out, const char *fmt, ...);
/* With @plus_zero, an offset of 0 too, as "symbol+0x0". */
void kwatch_target_print(struct kwatch_print *out, const struct kwatch_spec *spec,
			 bool plus_zero);
void kwatch_option_print(struct kwatch_print *out, const struct kwatch_spec *spec);

#endif /* KWATCH_PARSE_H */
