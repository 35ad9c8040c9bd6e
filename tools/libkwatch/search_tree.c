// SPDX-License-Identifier: GPL-2.0
/*
 * elfutils 0.192's search trees, for programs that are linked statically: its
 * libelf.a and libdw.a call them and do not have them (sourceware bug 32293, mended
 * in 0.193; Debian 13 has 0.192).  A member of libkwatch.a by itself, which the
 * linker takes only where they are missing.
 *
 * No locks: Debian's elfutils is built without them, too.
 */
#define _GNU_SOURCE
#include <search.h>
#include <stddef.h>

struct search_tree {
	void *root;
};

typedef int compare_t(const void *, const void *);

void *eu_tsearch(const void *key, struct search_tree *tree, compare_t *compare);
void *eu_tfind(const void *key, struct search_tree *tree, compare_t *compare);
void *eu_tdelete(const void *key, struct search_tree *tree, compare_t *compare);
void eu_tdestroy(struct search_tree *tree, void (*free_node)(void *));
void eu_search_tree_init(struct search_tree *tree);
void eu_search_tree_fini(struct search_tree *tree, void (*free_node)(void *));

void *eu_tsearch(const void *key, struct search_tree *tree, compare_t *compare)
{
	return tsearch(key, &tree->root, compare);
}

void *eu_tfind(const void *key, struct search_tree *tree, compare_t *compare)
{
	return tfind(key, &tree->root, compare);
}

void *eu_tdelete(const void *key, struct search_tree *tree, compare_t *compare)
{
	return tdelete(key, &tree->root, compare);
}

void eu_tdestroy(struct search_tree *tree, void (*free_node)(void *))
{
	tdestroy(tree->root, free_node);
	tree->root = NULL;
}

void eu_search_tree_init(struct search_tree *tree)
{
	tree->root = NULL;
}

void eu_search_tree_fini(struct search_tree *tree, void (*free_node)(void *))
{
	eu_tdestroy(tree, free_node);
}
