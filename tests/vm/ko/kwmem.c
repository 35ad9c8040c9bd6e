// SPDX-License-Identifier: GPL-2.0
/*
 * kwmem: memory that debug registers do not watch over alone.  In debugfs,
 * under kwmem/:
 *
 *   addr    "device 0x..", a device's registers, "page 0x..", a page, and "object 0x..", "cached 0x..": slab objects
 *           from kmalloc() and from a kmem_cache
 *   alias   write N: store N to the page's first word through another mapping
 *   plain   write N: store N to it directly
 *   free    write "object" or "cached": free it, in kwmem_free_it()
 *   use     likewise: store to the first word of it
 */
#include <linux/debugfs.h>
#include <linux/fs.h>
#include <linux/gfp.h>
#include <linux/io.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/uaccess.h>
#include <linux/vmalloc.h>

static struct page *page;
static u64 *direct, *alias, *object, *cached;
static struct kmem_cache *cache;
static void __iomem *device;

/* The HPET of QEMU's pc, the clock of its virt. */
#define DEVICE	(IS_ENABLED(CONFIG_X86) ? 0xfed00000 : 0x09010000)
static struct dentry *dir;

static int addr_show(struct seq_file *m, void *v)
{
	seq_printf(m, "device 0x%lx\n", (unsigned long)device);
	seq_printf(m, "page 0x%lx\nobject 0x%lx\ncached 0x%lx\n", (unsigned long)direct,
		   (unsigned long)object, (unsigned long)cached);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(addr);

static int alias_set(void *unused, u64 value)
{
	WRITE_ONCE(*alias, value);
	return 0;
}
DEFINE_DEBUGFS_ATTRIBUTE(alias_fops, NULL, alias_set, "%llu\n");

static int plain_set(void *unused, u64 value)
{
	WRITE_ONCE(*direct, value);
	return 0;
}
DEFINE_DEBUGFS_ATTRIBUTE(plain_fops, NULL, plain_set, "%llu\n");

static noinline void kwmem_free_it(bool from_cache)
{
	if (from_cache) {
		kmem_cache_free(cache, cached);
		cached = NULL;
	} else {
		kfree(object);
		object = NULL;
	}
}

/* 'o' or 'c', the first letter of what was written. */
static int which(const char __user *from, size_t len, char *letter)
{
	return !len || copy_from_user(letter, from, 1) ? -EFAULT : 0;
}

static ssize_t free_write(struct file *file, const char __user *from, size_t len, loff_t *pos)
{
	char letter;

	if (which(from, len, &letter))
		return -EFAULT;
	kwmem_free_it(letter == 'c');
	return len;
}

static const struct file_operations free_fops = {
	.owner = THIS_MODULE,
	.write = free_write,
};

static ssize_t use_write(struct file *file, const char __user *from, size_t len, loff_t *pos)
{
	char letter;

	if (which(from, len, &letter))
		return -EFAULT;
	WRITE_ONCE(*(letter == 'c' ? cached : object), 0x77);
	return len;
}

static const struct file_operations use_fops = {
	.owner = THIS_MODULE,
	.write = use_write,
};

static int __init kwmem_init(void)
{
	page = alloc_page(GFP_KERNEL | __GFP_ZERO);
	cache = kmem_cache_create("kwmem", 192, 0, 0, NULL);
	object = kmalloc(96, GFP_KERNEL);
	cached = cache ? kmem_cache_alloc(cache, GFP_KERNEL) : NULL;
	alias = page ? vmap(&page, 1, VM_MAP, PAGE_KERNEL) : NULL;
	device = ioremap(DEVICE, PAGE_SIZE);
	if (!alias || !object || !cached || !device)
		return -ENOMEM; /* a test machine has the memory, or the test fails */
	direct = page_address(page);

	dir = debugfs_create_dir("kwmem", NULL);
	debugfs_create_file("addr", 0400, dir, NULL, &addr_fops);
	debugfs_create_file_unsafe("alias", 0200, dir, NULL, &alias_fops);
	debugfs_create_file_unsafe("plain", 0200, dir, NULL, &plain_fops);
	debugfs_create_file("free", 0200, dir, NULL, &free_fops);
	debugfs_create_file("use", 0200, dir, NULL, &use_fops);
	return 0;
}

static void __exit kwmem_exit(void)
{
	debugfs_remove_recursive(dir);
	vunmap(alias);
	iounmap(device);
	kfree(object);
	if (cached)
		kmem_cache_free(cache, cached);
	kmem_cache_destroy(cache);
	__free_page(page);
}

module_init(kwmem_init);
module_exit(kwmem_exit);

MODULE_DESCRIPTION("kwatch's tests: aliased pages and slab objects");
MODULE_LICENSE("GPL");
