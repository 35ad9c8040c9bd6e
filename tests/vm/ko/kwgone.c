// SPDX-License-Identifier: GPL-2.0
/*
 * kwgone: memory that goes in each way that there is.  In debugfs, under kwgone/:
 *
 *   addr    "NAME 0x..": a fresh piece for each way; "pointer", of per-CPU memory
 *   free    write NAME: free it, in kwgone_free_it()
 *   again   write NAME: give it a fresh piece
 *           "neighbour" is a page, and to free it frees an object on the page before
 *   store   write 0x..: store to that address, in kwgone_store()
 */
#include <linux/debugfs.h>
#include <linux/gfp.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/percpu.h>
#include <linux/rcupdate.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/uaccess.h>
#include <linux/vmalloc.h>

struct piece {
	u64	word[8];
	struct rcu_head rcu;
};

enum way {
	BY_KFREE, BY_SENSITIVE, BY_CACHE, BY_BULK, BY_CACHE_BULK, BY_RCU, BY_RCU_SLEEP,
	BY_LARGE, BY_PAGES, BY_VMALLOC, BY_VMAP, BY_PERCPU, BY_NEIGHBOUR, NR_WAYS,
};

static const char *const names[] = {
	"kfree", "sensitive", "cache", "bulk", "cachebulk", "rcu", "rcusleep", "large", "pages",
	"vmalloc", "vmap", "percpu", "neighbour",
};

static void *piece[NR_WAYS];
static u64 __percpu *percpu;
static struct page *page;
static struct kmem_cache *cache, *beside;

#define TRIES	16
#define OBJECTS	192
static struct page *pair[TRIES];	/* the second of two; the first was freed */
static void *object[TRIES][OBJECTS];	/* of @beside */
static void *below;	/* one of them in the first of a pair */
static struct dentry *dir;

/*
 * A new slab takes the page that was freed last, if nothing else has.  Enough objects
 * for a new one, also where the kernel keeps some in hand.
 */
static void *make_neighbour(void)
{
	unsigned int try, i;

	for (try = 0; try < TRIES; try++) {
		pair[try] = alloc_pages(GFP_KERNEL, 1);
		if (!pair[try])
			return NULL;
		split_page(pair[try], 1);
		__free_page(pair[try]);
		for (i = 0; i < OBJECTS; i++) {
			void *new = kmem_cache_alloc(beside, GFP_KERNEL);

			if (!new)
				return NULL;
			/* Not the first on its page, which is a page away. */
			if (!below && virt_to_page(new) == pair[try] && offset_in_page(new))
				below = new;
			else
				object[try][i] = new;
		}
		if (below)
			return page_address(pair[try] + 1);
	}
	return NULL;
}

static void free_neighbours(void)
{
	unsigned int try, i;

	for (try = 0; try < TRIES && pair[try]; try++) {
		__free_page(pair[try] + 1);
		for (i = 0; i < OBJECTS; i++)
			if (object[try][i])
				kmem_cache_free(beside, object[try][i]);
	}
}

static void *make(enum way way)
{
	switch (way) {
	case BY_CACHE:
	case BY_CACHE_BULK:
		return kmem_cache_zalloc(cache, GFP_KERNEL);
	case BY_LARGE:
		return kzalloc(64 * 1024, GFP_KERNEL);
	case BY_PAGES:
		return (void *)__get_free_pages(GFP_KERNEL | __GFP_ZERO, 1);
	case BY_VMALLOC:
		return vzalloc(3 * PAGE_SIZE);
	case BY_VMAP:
		return vmap(&page, 1, VM_MAP, PAGE_KERNEL);
	case BY_PERCPU:
		percpu = __alloc_percpu(64, 64);
		return percpu ? per_cpu_ptr(percpu, 0) : NULL;
	case BY_NEIGHBOUR:
		return make_neighbour();
	default:
		return kzalloc(sizeof(struct piece), GFP_KERNEL);
	}
}

static noinline void kwgone_free_it(enum way way)
{
	struct piece *p = piece[way];
	void *all[] = { p };

	switch (way) {
	case BY_CACHE:
		kmem_cache_free(cache, p);
		break;
	case BY_CACHE_BULK:
		kmem_cache_free_bulk(cache, 1, all);
		break;
	case BY_BULK:
		kfree_bulk(1, all);
		break;
	case BY_RCU:
		kfree_rcu(p, rcu);
		break;
	case BY_RCU_SLEEP:
		kfree_rcu_mightsleep(p);
		break;
	case BY_SENSITIVE:
		kfree_sensitive(p);
		break;
	case BY_PAGES:
		free_pages((unsigned long)p, 1);
		break;
	case BY_VMALLOC:
		vfree(p);
		break;
	case BY_VMAP:
		vunmap(p);
		break;
	case BY_PERCPU:
		free_percpu(percpu);
		break;
	case BY_NEIGHBOUR:
		kmem_cache_free(beside, below);
		break;
	default:
		kfree(p);
	}
	barrier(); /* no tail call: this function is to be in the stack */
}

/* The store leaves the value as it is: the memory may be free, or somebody's by now. */
static noinline __no_sanitize_address void kwgone_store(u64 *at)
{
	u64 is = READ_ONCE(*at);

	WRITE_ONCE(*at, is);
}

static int addr_show(struct seq_file *m, void *v)
{
	unsigned int i;

	for (i = 0; i < NR_WAYS; i++)
		seq_printf(m, "%s 0x%lx\n", names[i], (unsigned long)piece[i]);
	seq_printf(m, "pointer 0x%lx\n", (unsigned long __force)percpu);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(addr);

static int take_word(const char __user *from, size_t len, char *word, size_t size)
{
	size_t n = min(len, size - 1);

	if (copy_from_user(word, from, n))
		return -EFAULT;
	word[n] = '\0';
	strim(word);
	return 0;
}

static ssize_t free_write(struct file *file, const char __user *from, size_t len, loff_t *pos)
{
	char word[32];
	int way;

	if (take_word(from, len, word, sizeof(word)))
		return -EFAULT;
	way = match_string(names, NR_WAYS, word);
	if (way < 0 || !piece[way])
		return -EINVAL;
	kwgone_free_it(way);
	piece[way] = NULL;
	return len;
}

static const struct file_operations free_fops = {
	.owner = THIS_MODULE,
	.write = free_write,
};

static ssize_t again_write(struct file *file, const char __user *from, size_t len, loff_t *pos)
{
	char word[32];
	int way;

	if (take_word(from, len, word, sizeof(word)))
		return -EFAULT;
	way = match_string(names, NR_WAYS, word);
	if (way < 0 || piece[way])
		return -EINVAL;
	piece[way] = make(way);
	return piece[way] ? len : -ENOMEM;
}

static const struct file_operations again_fops = {
	.owner = THIS_MODULE,
	.write = again_write,
};

static int store_set(void *unused, u64 at)
{
	kwgone_store((u64 *)(unsigned long)at);
	return 0;
}
DEFINE_DEBUGFS_ATTRIBUTE(store_fops, NULL, store_set, "%llu\n");

/* A cache with a constructor is not merged with others. */
static void begin(void *object)
{
	memset(object, 0, 64);
}

static int __init kwgone_init(void)
{
	unsigned int i;

	page = alloc_page(GFP_KERNEL | __GFP_ZERO);
	cache = kmem_cache_create("kwgone", 160, 0, 0, NULL);
	beside = kmem_cache_create("kwgone_beside", 64, 64, 0, begin);
	if (!page || !cache || !beside)
		return -ENOMEM; /* a test machine has the memory, or the test fails */
	for (i = 0; i < NR_WAYS; i++) {
		piece[i] = make(i);
		if (!piece[i] && i != BY_NEIGHBOUR)
			return -ENOMEM;
	}
	dir = debugfs_create_dir("kwgone", NULL);
	debugfs_create_file("addr", 0400, dir, NULL, &addr_fops);
	debugfs_create_file("free", 0200, dir, NULL, &free_fops);
	debugfs_create_file("again", 0200, dir, NULL, &again_fops);
	debugfs_create_file_unsafe("store", 0200, dir, NULL, &store_fops);
	return 0;
}
module_init(kwgone_init);

static void __exit kwgone_exit(void)
{
	unsigned int i;

	debugfs_remove_recursive(dir);
	for (i = 0; i < NR_WAYS; i++)
		if (piece[i])
			kwgone_free_it(i);
	rcu_barrier();
	free_neighbours();
	kmem_cache_destroy(beside);
	kmem_cache_destroy(cache);
	__free_page(page);
}
module_exit(kwgone_exit);

MODULE_DESCRIPTION("Memory that goes in each way that there is");
MODULE_LICENSE("GPL");
