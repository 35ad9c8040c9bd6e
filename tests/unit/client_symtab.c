// SPDX-License-Identifier: GPL-2.0
/*
 * The client's symbol table: what the kernel's %pS would say.
 */
#include <stdlib.h>
#include <string.h>

#include "kernel/symtab.h"
#include "tap.h"

static const char kallsyms[] =
	"0000000000000000 A fixed_percpu_data\n"
	"0000000000020000 A __per_cpu_end\n"
	"ffffffff81000000 T _stext\n"
	"ffffffff81000000 T _text\n"
	"ffffffff81000100 T first\n"
	"ffffffff81000180 t alias_shown\n"
	"ffffffff81000180 W alias_hidden\n"
	"ffffffff81000300 T _etext\n"
	"ffffffff81001000 D data\n"
	"ffffffff81002000 B _end\n"
	/* Modules by module, and not in order within one. */
	"ffffffffc0b02010 d two_data\t[two]\n"
	"ffffffffc0b01000 t two_a\t[two]\n"
	"ffffffffc0b01900 t two_b\t[two]\n"
	"ffffffffc0a02000 r one_note\t[one]\n"
	"ffffffffc0a01080 t one_exit\t[one]\n"
	"ffffffffc0a01000 t $x\t[one]\n"
	"ffffffffc0a01000 t one_write\t[one]\n"
	"ffffffffc0a01010 t $d.7\t[one]\n"
	"garbage\n"
	"\n"
	"ffffffff T\n"
	"zz T name\n"
	"ffffffffc0c01000 t last\t[three]\n"
	"ffffffffc0d01000 t bpf_prog_1\t[bpf]";	/* and no newline */

static struct client_symtab symtab;

/* "name+off/size [module]", "" for none. */
static const char *find(__UINT64_TYPE__ addr)
{
	static char text[256];
	const struct client_sym *sym;
	uint64_t end = 0;

	sym = client_symtab_find(&symtab, addr, &end);
	if (!sym)
		return "";
	snprintf(text, sizeof(text), "%s+0x%llx/0x%llx%s%s", sym->name,
		 (unsigned long long)(addr - sym->addr),
		 (unsigned long long)(end - sym->addr),
		 sym->module ? " " : "", sym->module ? sym->module : "");
	return text;
}

static void is(uint64_t addr, const char *want, const char *what)
{
	const char *got = find(addr);

	if (!ok(!strcmp(got, want), "%s", what))
		diag("got \"%s\", expected \"%s\"", got, want);
}

static void test_find(void)
{
	is(0xffffffff81000000, "_stext+0x0/0x100", "the first symbol");
	is(0xffffffff810000ff, "_stext+0xff/0x100", "its last byte");
	is(0xffffffff81000100, "first+0x0/0x80", "the next one");
	is(0xffffffff81000190, "alias_shown+0x10/0x180",
	   "of aliases the first, sized to the next address");
	is(0xffffffff80ffffff, "", "before all of them");
	is(0x10, "", "an offset into per-CPU data is no address");
	is(0, "", "nor is 0");

	is(0xffffffffc0a0105a, "one_write+0x5a/0x80 one", "a module's function");
	is(0xffffffffc0a01090, "one_exit+0x10/0xf80 one",
	   "its last one ends with its page, where its data begin");
	is(0xffffffffc0b01900, "two_b+0x0/0x700 two",
	   "also where the data have no symbol at their start");
	is(0xffffffffc0c01fff, "last+0xfff/0x1000 three",
	   "or another module follows");
	is(0xffffffffc0c02000, "", "what is behind it may be a new module");
	is(0xffffffffc0d01fff, "bpf_prog_1+0xfff/0x1000 bpf", "the last line");
	is(0xffffffffffffffff, "", "the last address");
}

/* "ADDRESS MODULE;" of each symbol of a name */
static const char *all_of(const char *text, const char *name)
{
	static char list[256];
	char module[8];
	uint64_t addr;
	size_t len = 0;

	list[0] = '\0';
	while ((text = client_symtab_next(text, name, &addr, module, sizeof(module))))
		len += snprintf(list + len, sizeof(list) - len, "%llx %s;",
				(unsigned long long)addr, module);
	return list;
}

static void test_next(void)
{
	static const char text[] =
		"ffffffff81000100 T init\n"
		"ffffffff81000200 T init_task\n"
		"ffffffff81000300 T my init\n"
		"garbage\n"
		"\n"
		"ffffffffc0a01000 t init\t[one]\n"
		"ffffffffc0b01000 t init\t[a_long_name]";

	ok(!strcmp(all_of(text, "init"), "ffffffff81000100 ;ffffffffc0a01000 one;ffffffffc0b01000 a_long_;"),
	   "each symbol of a name, with its module");
	ok(!strcmp(all_of(text, "init_task"), "ffffffff81000200 ;"), "one whose name goes on");
	ok(!*all_of(text, "task") && !*all_of(text, "ini") && !*all_of("", "init"), "a name that is none");
}

static void test_hidden(void)
{
	static const char zeros[] =
		"0000000000000000 T _text\n"
		"0000000000000000 t foo\t[bar]\n";

	client_symtab_destroy(&symtab);
	client_symtab_build(&symtab, strdup(zeros));
	ok(symtab.hidden && !symtab.nr, "addresses that are hidden");
	is(0xffffffff81000000, "", "name nothing");

	client_symtab_destroy(&symtab);
	client_symtab_build(&symtab, strdup(""));
	ok(!symtab.hidden && !symtab.nr, "a file without symbols hides nothing");
	client_symtab_destroy(&symtab);
}

/* As many as a kernel has, in the worst order. */
static void test_many(void)
{
	unsigned int i, wrong = 0, nr = 200000;
	char *text = malloc(nr * 40), *p = text;

	for (i = nr; i > 0; i--)
		p += sprintf(p, "%016llx t s%u\n",
			     0xffffffff80000000ull + 16 * i, i);
	client_symtab_build(&symtab, text);
	for (i = 1; i < nr; i++) {
		char want[32];

		snprintf(want, sizeof(want), "s%u+0x7/0x10", i);
		wrong += !!strcmp(find(0xffffffff80000007ull + 16 * i), want);
	}
	ok(symtab.nr == nr && !wrong, "%u symbols in reverse order", nr);
	client_symtab_destroy(&symtab);
}

int main(void)
{
	client_symtab_build(&symtab, strdup(kallsyms));
	test_find();
	test_next();
	test_hidden();
	test_many();
	return tap_done();
}
