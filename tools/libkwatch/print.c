// SPDX-License-Identifier: GPL-2.0
/*
 * Reports as text: what the client would print, by the client's own code, with
 * names and lines by libdwfl, and where the watch was set.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "process/processes.h"
#include "report.h"
#include "output/line.h"
#include "read/wording.h"

/* One report at a time: names are looked up in tables that are kept. */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct client_frames_cache cache;
static struct client_symbols *symbols;
static struct client_processes *processes;

/* What there is may be half made. */
static void forget(void)
{
	memset(&cache, 0, sizeof(cache));
	symbols = NULL;
	processes = NULL;
}

/* In a child, whose parent may just be printing. */
static void forked(void)
{
	pthread_mutex_init(&lock, NULL);
	forget();
}

static const char *word_of(enum kwatch_access access)
{
	static const char *const words[] = { "?", "r", "w", "rw", "x" };

	return words[access <= KWATCH_EXECUTE ? access : 0];
}

static void put_set_frames(struct client_out *out, const struct kwatch_report *report,
			   struct client_event *event)
{
	uint64_t bytes[1 + KWATCH_LIB_FRAMES_MAX];
	struct kwatch_stack *stack = (void *)bytes;
	struct client_parts parts = { .ustack = stack };
	struct kwatch_record rec = { .time_ns = report->time_ns };
	struct client_event set = *event;
	struct client_out text;
	unsigned int i;

	memset(stack, 0, sizeof(*stack));
	for (i = 0; i < report->nr_set_frames; i++)
		stack->ip[stack->nr++] = report->set_frames[i] + 1;
	set.rec = &rec;
	set.ucopy = NULL;
	set.exact = false;
	set.frames = client_frames_get(&cache, &parts);
	client_out_init(&text, -1);
	client_text_frames(&text, symbols, &set);
	client_out_printf(out, KWATCH_WORDS_SET, report->set_tid);
	client_out_put(out, text.data + strlen(KWATCH_WORDS_USER),
		       text.len - strlen(KWATCH_WORDS_USER));
	client_out_destroy(&text);
}

static void print(const struct kwatch_report *report, FILE *file)
{
	const struct kwatch_report_details *details = report->details;
	char label[2 + 20 + 1 + 18 + 1];
	struct client_watch watch = { .id = report->watch, .label = label };
	struct client_event event = { .rec = details->rec, .watch = &watch };
	struct kwatch_task task;
	struct client_parts parts;
	struct client_out out;
	const char *why;

	if (client_records_next(details->rec, details->rec->size, &parts, &why) <= 0)
		return;
	watch.label_len = snprintf(label, sizeof(label), "%s%zu %#" PRIxPTR,
				   word_of(report->access), report->len,
				   (uintptr_t)report->addr);
	watch.type = report->access;
	event.exact = details->exact;
	event.ucopy = parts.ucopy;
	if (parts.task) {
		task = *parts.task;
		task.tid = report->tid;
		/* As /proc knows it here; the record's is of the initial name space. */
		task.tgid = getpid();
		event.task = &task;
	}
	if (!processes) {
		symbols = client_symbols_create();
		processes = client_processes_create();
	}
	event.processes = processes;
	if (parts.kstack || parts.ustack)
		event.frames = client_frames_get(&cache, &parts);
	client_out_init(&out, -1);
	client_text_event(&out, symbols, &event);
	if (report->nr_set_frames && details->rec->type == KWATCH_RECORD_HIT)
		put_set_frames(&out, report, &event);
	fwrite(out.data, 1, out.len, file);
	fflush(file);
	client_out_destroy(&out);
	/* It would keep each stack for the next time. */
	client_frames_clear(&cache);
}

void kwatch_print(const struct kwatch_report *report, void *file)
{
	KWATCH_NOT_CANCELLED();
	jmp_buf escape;

	client_session_at_fork(KWATCH_FORK_PRINT, forked);
	pthread_mutex_lock(&lock);
	client_memory_escape = &escape;
	if (!setjmp(escape)) {
		print(report, file);
	} else {
		forget();
		fputs("libkwatch: no memory to print a report\n", file);
	}
	client_memory_escape = NULL;
	pthread_mutex_unlock(&lock);
}
