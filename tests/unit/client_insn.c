// SPDX-License-Identifier: GPL-2.0
/*
 * What instructions do to memory, and finding the one that trapped.
 */
#include <stdio.h>
#include <string.h>
#include <uapi/kwatch.h>

#include "kernel/disasm.h"
#include "tap.h"

#define X86	KWATCH_ARCH_X86_64
#define ARM64	KWATCH_ARCH_ARM64
#define START	0xffffffff81000000ull

/* @does: L load, S store, k locked, s string, x cmpxchg; "" for no access. */
static const struct {
	unsigned int arch;
	unsigned int len;
	const char *bytes;
	const char *text;
	const char *does;
} known[] = {
	{ X86, 3, "\x48\x89\x07", "movq %rax, (%rdi)", "S" },
	{ X86, 7, "\xc7\x47\x10\x01\x00\x00\x00", "movl $1, 0x10(%rdi)", "S" },
	{ X86, 2, "\x8b\x07", "movl (%rdi), %eax", "L" },
	{ X86, 9, "\x65\x48\x8b\x04\x25\x00\x10\x00\x00", "movq %gs:0x1000, %rax", "L" },
	{ X86, 3, "\x48\x01\x07", "addq %rax, (%rdi)", "LS" },
	{ X86, 3, "\x48\x03\x07", "addq (%rdi), %rax", "L" },
	{ X86, 3, "\x48\x39\x07", "cmpq %rax, (%rdi)", "L" },
	{ X86, 3, "\x48\x3b\x07", "cmpq (%rdi), %rax", "L" },
	{ X86, 3, "\x83\x3f\x01", "cmpl $1, (%rdi)", "L" },
	{ X86, 6, "\xf7\x07\x01\x00\x00\x00", "testl $1, (%rdi)", "L" },
	{ X86, 2, "\x85\x07", "testl %eax, (%rdi)", "L" },
	{ X86, 2, "\xff\x07", "incl (%rdi)", "LS" },
	{ X86, 3, "\x48\xff\x0f", "decq (%rdi)", "LS" },
	{ X86, 2, "\xf7\x1f", "negl (%rdi)", "LS" },
	{ X86, 2, "\xf7\x17", "notl (%rdi)", "LS" },
	{ X86, 3, "\xc1\x27\x02", "shll $2, (%rdi)", "LS" },
	{ X86, 3, "\x83\x0f\x01", "orl $1, (%rdi)", "LS" },
	{ X86, 3, "\x80\x27\xfe", "andb $0xfe, (%rdi)", "LS" },
	{ X86, 4, "\x48\x83\x2f\x08", "subq $8, (%rdi)", "LS" },
	{ X86, 2, "\x31\x07", "xorl %eax, (%rdi)", "LS" },
	{ X86, 2, "\x11\x07", "adcl %eax, (%rdi)", "LS" },
	{ X86, 3, "\xf0\xff\x07", "lock incl (%rdi)", "LSk" },
	{ X86, 4, "\xf0\x0f\xc1\x07", "lock xaddl %eax, (%rdi)", "LSk" },
	{ X86, 3, "\x0f\xc1\x07", "xaddl %eax, (%rdi)", "LS" },
	{ X86, 2, "\x87\x07", "xchgl %eax, (%rdi)", "LSk" },
	{ X86, 4, "\xf0\x0f\xb1\x17", "lock cmpxchgl %edx, (%rdi)", "LSkx" },
	{ X86, 4, "\x65\x0f\xb1\x17", "cmpxchgl %edx, %gs:(%rdi)", "LSx" },
	{ X86, 4, "\xf0\x0f\xc7\x0f", "lock cmpxchg8b (%rdi)", "LSkx" },
	{ X86, 5, "\xf0\x48\x0f\xc7\x0f", "lock cmpxchg16b (%rdi)", "LSkx" },
	{ X86, 6, "\xf0\x48\x0f\xba\x2f\x01", "lock btsq $1, (%rdi)", "LSk" },
	{ X86, 3, "\x0f\xab\x07", "btsl %eax, (%rdi)", "LS" },
	{ X86, 4, "\x0f\xba\x27\x01", "btl $1, (%rdi)", "L" },
	{ X86, 4, "\xf0\x80\x0f\x02", "lock orb $2, (%rdi)", "LSk" },
	{ X86, 2, "\xff\x37", "pushq (%rdi)", "LS" },
	{ X86, 1, "\x50", "pushq %rax", "S" },
	{ X86, 2, "\x8f\x07", "popq (%rdi)", "LS" },
	{ X86, 1, "\x58", "popq %rax", "L" },
	{ X86, 2, "\xff\x17", "", "" },
	{ X86, 2, "\xff\x27", "", "" },
	{ X86, 5, "\xe8\xfb\xff\xff\xff", "", "" },
	{ X86, 1, "\xc3", "", "" },
	{ X86, 1, "\xc9", "leave", "L" },
	{ X86, 3, "\x0f\x94\x07", "sete (%rdi)", "S" },
	{ X86, 3, "\x0f\xb6\x07", "movzbl (%rdi), %eax", "L" },
	{ X86, 3, "\x0f\xbe\x07", "movsbl (%rdi), %eax", "L" },
	{ X86, 3, "\x48\x63\x07", "movslq (%rdi), %rax", "L" },
	{ X86, 3, "\x0f\x45\x07", "cmovnel (%rdi), %eax", "L" },
	{ X86, 3, "\x0f\xaf\x07", "imull (%rdi), %eax", "L" },
	{ X86, 3, "\x48\xf7\x27", "mulq (%rdi)", "L" },
	{ X86, 2, "\xf7\x37", "divl (%rdi)", "L" },
	{ X86, 4, "\x48\x0f\xc3\x07", "movntiq %rax, (%rdi)", "S" },
	{ X86, 3, "\x0f\x29\x07", "movaps %xmm0, (%rdi)", "S" },
	{ X86, 3, "\x0f\x28\x07", "movaps (%rdi), %xmm0", "L" },
	{ X86, 3, "\x0f\x11\x07", "movups %xmm0, (%rdi)", "S" },
	{ X86, 4, "\xf3\x0f\x6f\x0f", "movdqu (%rdi), %xmm1", "L" },
	{ X86, 4, "\xf2\x0f\x11\x07", "movsd %xmm0, (%rdi)", "S" },
	{ X86, 4, "\xf2\x0f\x10\x07", "movsd (%rdi), %xmm0", "L" },
	{ X86, 4, "\x66\x0f\xd4\x07", "paddq (%rdi), %xmm0", "L" },
	{ X86, 4, "\x66\x0f\xe7\x07", "movntdq %xmm0, (%rdi)", "S" },
	{ X86, 4, "\xc5\xfd\x7f\x07", "vmovdqa %ymm0, (%rdi)", "S" },
	{ X86, 4, "\xc5\xfd\x6f\x07", "vmovdqa (%rdi), %ymm0", "L" },
	{ X86, 3, "\x0f\xae\x07", "fxsave (%rdi)", "S" },
	{ X86, 3, "\x0f\xae\x0f", "fxrstor (%rdi)", "L" },
	{ X86, 3, "\x0f\xae\x27", "xsave (%rdi)", "S" },
	{ X86, 3, "\x0f\xae\x37", "xsaveopt (%rdi)", "S" },
	{ X86, 3, "\x0f\xc7\x2f", "xsaves (%rdi)", "S" },
	{ X86, 3, "\x0f\xae\x2f", "xrstor (%rdi)", "L" },
	{ X86, 3, "\x0f\xae\x1f", "stmxcsr (%rdi)", "L" },
	{ X86, 3, "\x0f\xae\x17", "ldmxcsr (%rdi)", "L" },
	{ X86, 3, "\x0f\x01\x07", "sgdtq (%rdi)", "S" },
	{ X86, 3, "\x0f\x01\x17", "lgdtq (%rdi)", "L" },
	{ X86, 3, "\x0f\x01\x0f", "sidtq (%rdi)", "S" },
	{ X86, 3, "\x0f\x00\x0f", "strw (%rdi)", "S" },
	{ X86, 3, "\x48\x8d\x07", "", "" },
	{ X86, 3, "\x0f\x1f\x07", "", "" },
	{ X86, 3, "\x0f\x18\x0f", "", "" },
	{ X86, 3, "\x0f\x0d\x0f", "", "" },
	{ X86, 3, "\x0f\xae\x3f", "", "" },
	{ X86, 3, "\x0f\x01\x3f", "", "" },
	{ X86, 3, "\xf3\x48\xab", "rep stosq %rax, (%rdi)", "Ss" },
	{ X86, 1, "\xaa", "stosb %al, (%rdi)", "Ss" },
	{ X86, 2, "\xf3\xa4", "rep movsb (%rsi), (%rdi)", "LSs" },
	{ X86, 2, "\x48\xa5", "movsq (%rsi), (%rdi)", "LSs" },
	{ X86, 1, "\xa5", "movsl (%rsi), (%rdi)", "LSs" },
	{ X86, 1, "\xac", "lodsb (%rsi), %al", "Ls" },
	{ X86, 2, "\xf2\xae", "repne scasb (%rdi), %al", "Ls" },
	{ X86, 2, "\xf3\xa6", "repe cmpsb (%rdi), (%rsi)", "Ls" },
	{ X86, 1, "\xa7", "cmpsl (%rdi), (%rsi)", "Ls" },
	{ X86, 4, "\x0f\x38\xf1\x07", "movbel %eax, (%rdi)", "S" },
	{ X86, 4, "\x0f\x38\xf0\x07", "movbel (%rdi), %eax", "L" },
	{ X86, 6, "\xf2\x48\x0f\x38\xf1\x07", "crc32q (%rdi), %rax", "L" },
	{ X86, 5, "\xf3\x48\x0f\xb8\x07", "popcntq (%rdi), %rax", "L" },
	{ X86, 3, "\x0f\xbc\x07", "bsfl (%rdi), %eax", "L" },
	{ X86, 2, "\xd1\x3f", "sarl $1, (%rdi)", "LS" },
	{ X86, 2, "\xd1\x17", "rcll $1, (%rdi)", "LS" },
	{ X86, 4, "\x0f\xa4\x07\x03", "shldl $3, %eax, (%rdi)", "LS" },
	{ X86, 1, "\x9c", "pushfq", "S" },
	{ X86, 1, "\x9d", "popfq", "L" },
	{ X86, 2, "\x48\xcf", "", "" },
	{ X86, 3, "\x48\x89\xc3", "", "" },
	{ X86, 10, "\x48\xa3\x88\x77\x66\x55\x44\x33\x22\x11", "movabsq %rax, 0x1122334455667788", "S" },
	{ X86, 10, "\x48\xa1\x88\x77\x66\x55\x44\x33\x22\x11", "movabsq 0x1122334455667788, %rax", "L" },
	{ X86, 2, "\x8c\x1f", "movw %ds, (%rdi)", "S" },
	{ X86, 2, "\xd9\x1f", "fstps (%rdi)", "S" },
	{ X86, 2, "\xdb\x2f", "fldt (%rdi)", "L" },
	{ X86, 2, "\xd9\x3f", "fnstcw (%rdi)", "S" },
	{ X86, 2, "\xd9\x2f", "fldcw (%rdi)", "L" },
	{ ARM64, 4, "\x41\x00\x00\xb9", "str w1, [x2]", "S" },
	{ ARM64, 4, "\x41\x00\x40\xf9", "ldr x1, [x2]", "L" },
	{ ARM64, 4, "\xfd\x7b\xbf\xa9", "stp x29, x30, [sp, #-0x10]!", "S" },
	{ ARM64, 4, "\xfd\x7b\xc1\xa8", "ldp x29, x30, [sp], #0x10", "L" },
	{ ARM64, 4, "\x41\x7c\x5f\x88", "ldxr w1, [x2]", "Lk" },
	{ ARM64, 4, "\x41\x7c\x03\x88", "stxr w3, w1, [x2]", "Sk" },
	{ ARM64, 4, "\x41\xfc\x9f\x88", "stlr w1, [x2]", "S" },
	{ ARM64, 4, "\x41\xfc\xdf\x88", "ldar w1, [x2]", "L" },
	{ ARM64, 4, "\x20\x74\x0b\xd5", "dc zva, x0", "S" },
	{ ARM64, 4, "\x40\x00\x80\xf9", "", "" },
	{ ARM64, 4, "\x21\x04\x00\x91", "", "" },
	{ ARM64, 4, "\xc0\x03\x5f\xd6", "", "" },
};

static const char *letters(unsigned int does)
{
	static char text[8];

	snprintf(text, sizeof(text), "%s%s%s%s%s", does & KWATCH_INSN_LOAD ? "L" : "",
		 does & KWATCH_INSN_STORE ? "S" : "",
		 does & KWATCH_INSN_LOCKED ? "k" : "",
		 does & KWATCH_INSN_STRING ? "s" : "",
		 does & KWATCH_INSN_CMPXCHG ? "x" : "");
	return text;
}

static void test_known(void)
{
	size_t i;

	for (i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		bool exact = known[i].arch == ARM64, found;
		struct client_insn insn = { 0 };

		found = client_insn_find(known[i].arch, known[i].bytes, known[i].len,
					 START, START + (exact ? 0 : known[i].len),
					 exact, &insn);
		if (!found) {
			insn.does = 0;
			insn.text[0] = '\0';
		}
		if (!ok(!strcmp(letters(insn.does), known[i].does) &&
			!strcmp(insn.text, known[i].text), "%s",
			*known[i].text ? known[i].text : "no access"))
			diag("got %s: %s", insn.text, letters(insn.does));
	}
}

/* A function as compilers make them. */
static const char function[] =
	"\xf3\x0f\x1e\xfa"			/* +0 endbr64 */
	"\x0f\x1f\x44\x00\x00"			/* +4 ftrace's nop */
	"\x55"					/* +9 push %rbp */
	"\x48\x89\xe5"				/* +10 mov %rsp,%rbp */
	"\x48\xc7\x07\x89\x07\x89\x07"		/* +13 movq with stores in its bytes */
	"\x48\x89\x07"				/* +20 mov %rax,(%rdi) */
	"\x48\x89\xc3"				/* +23 mov %rax,%rbx */
	"\xf3\xa4"				/* +26 rep movsb */
	"\xe8\x00\x00\x00\x00"			/* +28 call */
	"\x5d"					/* +33 pop %rbp */
	"\xc3"					/* +34 ret */
	"\x06";					/* +35 no instruction */

/* "+20 movq ...", "" for none */
static const char *at(unsigned int offset, size_t len)
{
	static char text[256];
	struct client_insn insn;

	if (!client_insn_find(X86, function, len, START, START + offset, false, &insn))
		return "";
	snprintf(text, sizeof(text), "+%d %s", (int)(insn.address - START), insn.text);
	return text;
}

static void is(unsigned int offset, const char *want)
{
	const char *got = at(offset, sizeof(function) - 1);

	if (!ok(!strcmp(got, want), "trapped at +%u: %s", offset, *want ? want : "unknown"))
		diag("got %s", got);
}

int main(void)
{
	struct client_insn insn;
	unsigned int i;

	test_known();
	is(0, "");
	is(4, "");
	is(9, "");
	is(10, "+9 pushq %rbp");
	is(20, "+13 movq $0x7890789, (%rdi)");
	is(15, "");				/* in the middle of it */
	is(23, "+20 movq %rax, (%rdi)");
	is(26, "+26 rep movsb (%rsi), (%rdi)");	/* between its rounds */
	is(28, "+26 rep movsb (%rsi), (%rdi)");
	is(33, "");				/* a call comes back through a ret */
	is(34, "+33 popq %rbp");
	is(35, "");
	is(36, "");
	is(37, "");
	for (i = 0; i < sizeof(function); i++)
		at(23, i);
	ok(1, "cut anywhere");
	ok(!*at(23, 22), "not all of it is there");
	ok(!client_insn_find(3, function, 20, START, START + 10, false, &insn),
	   "another architecture");
	ok(!client_insn_find(X86, function, 20, START, START - 1, false, &insn),
	   "in front of it");
	ok(!client_insn_find(ARM64, function, 2, START, START, true, &insn),
	   "half an instruction");
	return tap_done();
}
