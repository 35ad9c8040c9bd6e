// SPDX-License-Identifier: GPL-2.0
/*
 * Names to addresses: the only place in the module that does it.
 *
 * The kernel exports no look-up by name (and __symbol_get() refuses what is
 * EXPORT_SYMBOL, jiffies among it), so there are ways around:
 *
 * 1. kallsyms_lookup_name() itself is called.  It must be a direct call, which
 *    a static_call is: on kernels with IBT the function's ENDBR has been
 *    sealed at boot, and an indirect call faults.
 * 2. Its address, and any other if way 1 is not to be had, comes from
 *    register_kprobe(), which resolves its symbol_name and leaves the address
 *    in kp.addr even when it then refuses the place because it is data.  The
 *    probe is registered disabled, so text is not patched; but the kernel
 *    looks at the bytes there, which a watch on them would report.
 * 3. Where kallsyms has no data symbols: those exported for GPL modules, and
 *    jiffies.
 */
#include <linux/jiffies.h>
#include <linux/kallsyms.h>
#include <linux/kprobes.h>
#include <linux/mm.h>
#include <linux/percpu.h>
#include <linux/static_call.h>
#include <linux/string.h>

#include <uapi/kwatch.h>

#include "module_list.h"
#include "symbol.h"

static unsigned long no_lookup(const char *name)
{
	return 0;
}

DEFINE_STATIC_CALL(kwatch_lookup, no_lookup);

/* Where the kernel's own per-CPU symbols lie; constant after init. */
static unsigned long percpu_start, percpu_end;

/* Likewise: where modules' may lie, if only a guess tells; else 0. */
static unsigned long percpu_limit;

/* A per-CPU variable of a module, whose address is known. */
static DEFINE_PER_CPU(bool, own);

/*
 * Functions: kprobes moves its address behind an ENDBR.  Undo that, by what
 * the kernel itself calls the place; it does not matter for data.
 */
static unsigned long symbol_start(unsigned long addr, const char *name)
{
	const char *colon = strchr(name, ':'), *bare = colon ? colon + 1 : name;
	char text[KSYM_SYMBOL_LEN], *plus;
	unsigned long offset;

	sprint_symbol(text, addr);
	plus = strchr(text, '+');
	if (!plus || plus - text != strlen(bare) || strncmp(text, bare, plus - text))
		return addr;
	if (sscanf(plus, "+0x%lx", &offset) != 1)
		return addr;
	return addr - offset;
}

/* A module's name as the kernel has it. */
static void copy_name(char *to, const char *from, size_t size)
{
	char *c, *colon;

	strscpy(to, from, size);
	colon = strchr(to, ':');
	for (c = to; colon && c < colon; c++)
		if (*c == '-')
			*c = '_';
}

/* Way 2. */
static unsigned long probe_symbol(const char *as_written)
{
	char name[KWATCH_SYMBOL_MAX];
	struct kprobe kp = {
		.symbol_name = name,
		.flags = KPROBE_FLAG_DISABLED,
	};

	copy_name(name, as_written, sizeof(name));
	if (!register_kprobe(&kp))
		unregister_kprobe(&kp);
	if (IS_ERR_OR_NULL(kp.addr))
		return 0;
	return symbol_start((unsigned long)kp.addr, name);
}

/*
 * Way 3, for kernels whose symbol table has no data (5.10 and 6.1 on arm64):
 * what is exported GPL only.  Not so jiffies, which everybody tries first.
 */
static unsigned long exported_symbol(const char *name)
{
	const char *colon = strchr(name, ':'), *bare = colon ? colon + 1 : name;
	void *addr;

	if (IS_ENABLED(CONFIG_KALLSYMS_ALL))
		return 0;
	if (!strcmp(name, "jiffies"))
		return (unsigned long)&jiffies;
	if (!strcmp(name, "jiffies_64"))
		return (unsigned long)&jiffies_64;
	addr = __symbol_get(bare);
	if (addr)
		__symbol_put(bare);
	return (unsigned long)addr;
}

/* Way 1. */
static unsigned long call_lookup(const char *as_written)
{
	char name[KWATCH_SYMBOL_MAX];

	copy_name(name, as_written, sizeof(name));
	return static_call(kwatch_lookup)(name);
}

/* Not inlined: with KASAN one frame would be too large for several of its names. */
static noinline unsigned long lookup_symbol(const char *name)
{
	return call_lookup(name) ?: probe_symbol(name) ?: exported_symbol(name);
}

/* Behind the kernel's per-CPU symbols come numbers that modules' have. */
#define PERCPU_OTHERS	(64 * 1024)

/*
 * May @addr be a symbol's of that name in the kernel's image?  Two names may
 * share an address, but hardly where modules' per-CPU variables look as if
 * they were.  True if the kernel does not know.
 */
static bool is_image(const char *name, unsigned long addr)
{
	char text[KSYM_SYMBOL_LEN], *plus;

	if (!IS_ENABLED(CONFIG_KALLSYMS_ALL))
		return true;
	sprint_symbol(text, addr);
	plus = strchr(text, '+');
	if (!plus || !strstarts(plus, "+0x0/"))
		return false;
	*plus = '\0';
	return !strcmp(text, name) || addr - percpu_end >= PERCPU_OTHERS;
}

/*
 * Numbers that per_cpu_ptr() takes look like small numbers up to 6.12 on
 * amd64, and like addresses in the kernel's image elsewhere; a module's are
 * in none of its own sections, and in the kernel's only by chance.
 */
static bool is_percpu(const char *name, const struct kwatch_symbol *symbol)
{
	if (symbol->addr < PAGE_OFFSET)
		return true;
	if (!symbol->module[0] && (strchr(name, ':') || !is_image(name, symbol->addr)))
		return true;
	return symbol->addr >= percpu_start && symbol->addr < max(percpu_end, percpu_limit);
}

int kwatch_symbol_find(const char *name, struct kwatch_symbol *symbol)
{
	const char *colon = strchr(name, ':');

	/* Up to 6.1 the kernel compares all of its symbols before it says no. */
	symbol->addr = colon && !kwatch_module_is_loaded(name) ? 0 : lookup_symbol(name);
	if (!symbol->addr)
		return -ENOENT;

	kwatch_module_of(symbol->addr, symbol->module);
	symbol->percpu = is_percpu(name, symbol);
	if (!symbol->percpu || symbol->addr < percpu_end)
		return 0;

	/* Some module's; whose, only the name can tell. */
	if (!colon)
		return -ENOENT;
	strscpy(symbol->module, name, min_t(size_t, colon - name + 1, MODULE_NAME_LEN));
	strreplace(symbol->module, '-', '_');
	return 0;
}

/* The first chunk has the variables of the kernel, of modules, and what fits besides. */
static bool in_first_chunk(unsigned long ptr)
{
	unsigned long size = percpu_end - percpu_start + PERCPU_MODULE_RESERVE +
			     PERCPU_DYNAMIC_RESERVE;

	return ptr && ptr - percpu_start < PAGE_ALIGN(size);
}

/* The chunk of the per-CPU allocator that has mapped a page, or 0. */
static unsigned long chunk_at(unsigned long addr)
{
	struct page *page = is_vmalloc_addr((void *)addr) ? vmalloc_to_page((void *)addr) : NULL;
	unsigned long chunk = page ? kwatch_percpu_chunk(page) : 0;

	return chunk < PAGE_OFFSET ? 0 : chunk;
}

static bool is_in_chunk(unsigned long ptr)
{
	unsigned long chunk, first = 0;
	unsigned int cpu;

	for_each_possible_cpu(cpu) {
		chunk = chunk_at((unsigned long)per_cpu_ptr((void __percpu __force *)ptr, cpu));
		if (!chunk || (first && chunk != first))
			return false;
		first = chunk;
	}
	return true;
}

bool kwatch_symbol_is_percpu(unsigned long ptr, u32 len)
{
	unsigned long last = ptr + len - 1;

	return last >= ptr && (in_first_chunk(ptr) || is_in_chunk(ptr)) &&
	       (in_first_chunk(last) || is_in_chunk(last));
}

int kwatch_symbol_function(const char *name, unsigned long *start,
			   unsigned long *end)
{
	char text[KSYM_SYMBOL_LEN], *slash;
	unsigned long size;

	*start = lookup_symbol(name);
	if (!*start)
		return -ENOENT;
	sprint_symbol(text, *start);
	slash = strrchr(text, '/');
	if (!slash || sscanf(slash, "/0x%lx", &size) != 1)
		return -ENOENT;
	*end = *start + size;
	return 0;
}

int kwatch_symbol_init(void)
{
	unsigned long lookup = probe_symbol("kallsyms_lookup_name");

	if (lookup)
		static_call_update(kwatch_lookup, (typeof(&no_lookup))lookup);

	if (IS_ENABLED(CONFIG_KALLSYMS_ALL)) {
		percpu_start = lookup_symbol("__per_cpu_start");
		percpu_end = lookup_symbol("__per_cpu_end");
		return 0;
	}
	/*
	 * Of what lies there only the start of init text has a name, and where
	 * modules' numbers begin, which is behind the kernel's own, our own
	 * tell.  Whoever is taken for a module's wrongly is not found.
	 */
	percpu_start = lookup_symbol("_sinittext");
	percpu_end = (unsigned long)&own - PERCPU_MODULE_RESERVE;
	percpu_limit = percpu_end + PERCPU_OTHERS;
	return 0;
}
