// SPDX-License-Identifier: GPL-2.0
/*
 * User stacks, see uframes.h.
 */
#include <dwarf.h>
#include <elfutils/libdw.h>
#include <elfutils/libdwfl.h>
#include <stdlib.h>
#include <string.h>

#include "base/client.h"
#include "base/out.h"
#include "kernel/source.h"
#include "uframes.h"

/* A stack that a bounded copy holds has fewer. */
#define FRAMES_MAX	256

/* struct pt_regs of x86-64, by DWARF's numbers of the registers. */
static const unsigned char x86_regs[] = {
	10, 12, 11, 5, 13, 14, 4, 19,	/* rax rdx rcx rbx rsi rdi rbp rsp */
	9, 8, 7, 6, 3, 2, 1, 0,		/* r8 to r15 */
	16,				/* rip */
};

/* Of arm64 the first 31 have DWARF's numbers; sp is the next in both. */
#define ARM64_REGS	32
#define ARM64_PC	32
#define ARM64_LR	30

/*
 * What arm64 uses of a user's address; above it may be the signature of a return
 * address.  It is taken off all that is read: what unwinding needs of a stack
 * are addresses, and which of them are signed libdwfl need not be told then.
 */
#define ARM64_ADDRESS	((1ull << 48) - 1)

#define STACK_MAX	(8ull << 20)	/* bytes, as a stack mostly has */

/* What libdwfl unwinds: a space's @memory. */
struct memory {
	pid_t pid;
	bool attached;
	bool failed;			/* libdwfl cannot */
	const struct kwatch_ucopy *copy;
	bool missed;			/* it wanted more than there is */
};

struct client_space *client_uframes_space(const struct client_event *event)
{
	const struct kwatch_stack *stack = event->frames ? event->frames->ustack : NULL;

	if (!event->processes || !event->task || !stack || !stack->nr)
		return NULL;
	return client_processes_space(event->processes, event->task->tgid,
				      event->rec ? event->rec->time_ns : event->time_ns,
				      stack->ip[0]);
}

/* Is the first address that of the instruction, and not behind it? */
static bool is_exact(const struct client_event *event)
{
	return event->exact && (event->rec ? event->rec->flags & KWATCH_FLAG_USER : event->user);
}

/* --- unwinding -------------------------------------------------------------------- */

static pid_t next_thread(Dwfl *dwfl, void *context, void **thread)
{
	struct memory *memory = context;

	(void)dwfl;
	if (*thread)
		return 0;
	*thread = memory;
	return memory->pid;
}

static bool set_registers(Dwfl_Thread *thread, void *context)
{
	const struct memory *memory = context;
	const struct kwatch_ucopy *copy = memory->copy;
	Dwarf_Word regs[ARM64_REGS];
	size_t i;

	if (copy->arch == KWATCH_ARCH_ARM64) {
		if (copy->nr <= ARM64_PC)
			return false;
		for (i = 0; i < ARM64_REGS; i++)
			regs[i] = copy->reg[i];
		regs[ARM64_LR] &= ARM64_ADDRESS;
		dwfl_thread_state_register_pc(thread, copy->reg[ARM64_PC]);
		return dwfl_thread_state_registers(thread, 0, ARM64_REGS, regs);
	}
	for (i = 0; i < KWATCH_ARRAY_SIZE(x86_regs); i++) {
		if (x86_regs[i] >= copy->nr)
			return false;
		regs[i] = copy->reg[x86_regs[i]];
	}
	return dwfl_thread_state_registers(thread, 0, KWATCH_ARRAY_SIZE(x86_regs), regs);
}

static bool read_memory(Dwfl *dwfl, Dwarf_Addr addr, Dwarf_Word *result, void *context)
{
	struct memory *memory = context;
	const struct kwatch_ucopy *copy = memory->copy;

	(void)dwfl;
	if (addr >= copy->sp && addr - copy->sp <= copy->size &&
	    copy->size - (addr - copy->sp) >= sizeof(*result)) {
		memcpy(result, (const char *)&copy->reg[copy->nr] + (addr - copy->sp),
		       sizeof(*result));
		if (copy->arch == KWATCH_ARCH_ARM64)
			*result &= ARM64_ADDRESS;
		return true;
	}
	/* The stack goes on above the copy; elsewhere is nothing that more of it would have. */
	if (copy->sp && addr >= copy->sp + copy->size && addr - copy->sp < STACK_MAX)
		memory->missed = true;
	return false;
}

static const Dwfl_Thread_Callbacks thread_callbacks = {
	.next_thread = next_thread,
	.memory_read = read_memory,
	.set_initial_registers = set_registers,
};

/* A space is attached once; what it reads from is another with each hit. */
static struct memory *attach(struct client_space *space)
{
	struct memory *memory = space->memory;

	if (!memory) {
		memory = client_alloc(1, sizeof(*memory));
		memory->pid = space->pid;
		space->memory = memory;
	}
	if (!memory->attached && !memory->failed) {
		memory->attached = dwfl_attach_state(space->dwfl, NULL, space->pid,
						     &thread_callbacks, memory);
		memory->failed = !memory->attached;
	}
	return memory->attached ? memory : NULL;
}

/* The addresses of a stack, before they have names. */
struct walk {
	uint64_t ip[FRAMES_MAX];
	bool exact[FRAMES_MAX];		/* where it is, not where it returns to */
	size_t nr;
	bool cut;
};

static int take_frame(Dwfl_Frame *state, void *context)
{
	struct walk *walk = context;
	Dwarf_Addr pc;
	bool activation;

	if (walk->nr == FRAMES_MAX) {
		walk->cut = true;
		return DWARF_CB_ABORT;
	}
	if (!dwfl_frame_pc(state, &pc, &activation))
		return DWARF_CB_ABORT;
	walk->exact[walk->nr] = activation;
	walk->ip[walk->nr++] = pc;
	return DWARF_CB_OK;
}

/* Is it the kind of program whose registers these are? */
static bool fits(const struct kwatch_ucopy *copy, const struct kwatch_stack *stack)
{
	if (stack->flags & KWATCH_STACK_32BIT)
		return false;
#if defined(__x86_64__)
	return copy->arch == KWATCH_ARCH_X86_64;
#else
	return copy->arch == KWATCH_ARCH_ARM64;
#endif
}

/* Unwind the copy; false if there is nothing to be had. */
static bool unwind(struct client_space *space, const struct kwatch_ucopy *copy,
		   const struct kwatch_stack *stack, struct walk *walk)
{
	struct memory *memory;

	if (!fits(copy, stack))
		return false;
	memory = attach(space);
	if (!memory)
		return false;
	memory->copy = copy;
	memory->missed = false;
	dwfl_getthread_frames(space->dwfl, memory->pid, take_frame, walk);
	walk->cut |= memory->missed;
	return walk->nr > 0;
}

/* --- names ------------------------------------------------------------------------ */

static struct client_uframe *add_frame(struct client_uframes *uframes, uint64_t ip,
				       const struct client_image *image)
{
	struct client_uframe *frame;

	uframes->frame = client_realloc(uframes->frame,
					(uframes->nr + 1) * sizeof(*uframes->frame));
	frame = &uframes->frame[uframes->nr++];
	memset(frame, 0, sizeof(*frame));
	frame->ip = ip;
	frame->image = image ? client_out_cleaned(image->name) : NULL;
	return frame;
}

static void set_line(struct client_uframe *frame, const char *file, unsigned int line)
{
	const char *slash = file ? strrchr(file, '/') : NULL;

	frame->file = client_out_cleaned(slash ? slash + 1 : file);
	frame->line = line;
}

struct naming {
	struct client_uframes *uframes;
	const struct client_image *image;
	Dwfl_Module *module;
	uint64_t ip;
	uint64_t at;
};

/* A frame each: inlined functions, and at last the one they are in. */
static void add_function(void *context, const char *function, const char *file,
			 const char *dir, unsigned int line)
{
	const struct naming *naming = context;
	struct client_uframe *frame;
	GElf_Off offset;
	GElf_Sym symbol;
	const char *name;

	(void)dir;
	frame = add_frame(naming->uframes, naming->ip, naming->image);
	set_line(frame, file, line);
	if (function) {
		frame->name = client_out_cleaned(function);
		frame->inlined = true;
		return;
	}
	name = dwfl_module_addrinfo(naming->module, naming->at, &offset, &symbol,
				    NULL, NULL, NULL);
	if (!name)
		return;
	frame->name = client_out_cleaned(name);
	frame->offset = offset + (naming->ip - naming->at);
	frame->size = symbol.st_size;
}

/* Name the function at @ip; what is looked up is the instruction before it, unless @exact. */
static void add_named(struct client_uframes *uframes, struct client_space *space,
		      uint64_t ip, bool exact)
{
	uint64_t at = ip - !exact;
	const struct client_image *image = space ? client_space_image(space, at) : NULL;
	Dwfl_Module *module = image && client_space_is_intact(image) ?
			      dwfl_addrmodule(space->dwfl, at) : NULL;
	struct naming naming = { uframes, image, module, ip, at };

	if (module)
		client_source_each(module, at, add_function, &naming);
	else
		add_frame(uframes, ip, image);
}

/* The addresses of an event's user stack.  Return: true if they are from its copy. */
static bool find_addresses(const struct client_event *event, struct client_space *space,
			   struct walk *walk)
{
	const struct client_frames *frames = event->frames;
	const struct kwatch_stack *stack = frames->ustack;
	bool unwound;
	size_t i;

	memset(walk, 0, sizeof(*walk));
	if (space && event->ucopy && !frames->unwound)
		unwind(space, event->ucopy, stack, walk);
	/* Where there are frame pointers and no tables, the handler got further. */
	unwound = walk->nr && !(walk->nr < stack->nr && (walk->cut || walk->nr < 2));
	if (!unwound) {
		walk->nr = 0;
		walk->cut = stack->flags & KWATCH_STACK_CUT;
		for (i = 0; i < stack->nr && i < FRAMES_MAX; i++) {
			walk->exact[i] = frames->unwound && i < 64 && frames->exact >> i & 1;
			walk->ip[walk->nr++] = stack->ip[i];
		}
	}
	if (walk->nr && !frames->unwound)
		walk->exact[0] = is_exact(event);
	return unwound;
}

struct client_frames *client_uframes_unwound(const struct client_event *event,
					     struct client_frames_cache *cache)
{
	const struct kwatch_stack *kernel = event->frames->kstack;
	size_t before = kernel ? sizeof(*kernel) + kernel->nr * sizeof(kernel->ip[0]) : 0;
	struct client_parts parts = { 0 };
	struct kwatch_stack *user;
	struct client_frames *frames;
	struct walk walk;
	char *bytes;
	size_t i;

	if (!event->ucopy || !event->frames->ustack ||
	    !find_addresses(event, client_uframes_space(event), &walk))
		return event->frames;
	/* As a record has them: the kernel's frames, then the user's. */
	bytes = client_alloc(1, before + sizeof(*user) + walk.nr * sizeof(user->ip[0]));
	if (kernel)
		parts.kstack = memcpy(bytes, kernel, before);
	user = (void *)(bytes + before);
	parts.ustack = user;
	user->nr = walk.nr;
	user->flags = walk.cut ? KWATCH_STACK_CUT : 0;
	memcpy(user->ip, walk.ip, walk.nr * sizeof(user->ip[0]));
	frames = client_frames_get(cache, &parts);
	free(bytes);
	frames->unwound = true;
	frames->exact = 0;
	for (i = 0; i < walk.nr && i < 64; i++)
		frames->exact |= (uint64_t)walk.exact[i] << i;
	return frames;
}

void client_uframes_get(const struct client_event *event, struct client_space *space,
			struct client_uframes *uframes)
{
	const struct kwatch_stack *stack = event->frames->ustack;
	struct walk walk;
	size_t i;

	memset(uframes, 0, sizeof(*uframes));
	uframes->unknown = event->processes && event->task && !space;
	if (!find_addresses(event, space, &walk))
		uframes->broken = stack->flags & KWATCH_STACK_BROKEN;
	for (i = 0; i < walk.nr; i++)
		add_named(uframes, space, walk.ip[i], walk.exact[i]);
	uframes->cut = walk.cut;
}

void client_uframes_free(struct client_uframes *uframes)
{
	size_t i;

	for (i = 0; i < uframes->nr; i++) {
		free(uframes->frame[i].name);
		free(uframes->frame[i].image);
		free(uframes->frame[i].file);
	}
	free(uframes->frame);
}

/* When are two stacks of the same addresses shown alike?  When this is the same. */
static uint64_t key_of(const struct client_event *event, const struct client_space *space)
{
	return (space ? space->id : 0) * 2 + is_exact(event);
}

void client_uframes_put(struct client_out *out, const struct client_event *event,
			unsigned int form, client_uframes_put_t put)
{
	struct client_space *space = client_uframes_space(event);
	struct client_frames_shown *shown = &event->frames->user[form];
	uint64_t generation = key_of(event, space);
	struct client_out text;

	if (event->ucopy) {
		put(out, event, space);
		return;
	}
	if (!shown->data || shown->generation != generation) {
		client_out_init(&text, -1);
		put(&text, event, space);
		client_frames_keep(shown, text.data, text.len, generation);
	}
	client_out_put(out, shown->data, shown->len);
}
