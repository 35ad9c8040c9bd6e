// SPDX-License-Identifier: GPL-2.0
/*
 * Stacks as other tools read them: folded, and as perf script prints them.
 *
 * Both are texts with separators that nobody quotes; so those in a name are
 * replaced.
 */
#include <string.h>

#include "base/client.h"
#include "report.h"

#define NSEC_PER_SEC	1000000000ull

/* A name, with '_' for what would be taken for something else. */
static void put_name(struct client_out *out, const char *name, size_t len,
		     const char *separators)
{
	char *p = client_out_room(out, len);
	size_t n = client_out_clean(out, name, len);

	/* Putting may have moved it. */
	p = out->data + out->len - n;
	for (; n; n--, p++) {
		if (strchr(separators, *p))
			*p = '_';
	}
}

static void put_comm(struct client_out *out, const struct kwatch_task *task,
		     const char *separators)
{
	if (task)
		put_name(out, task->comm, KWATCH_COMM_MAX, separators);
	if (!task || !task->comm[0])
		client_out_chr(out, '?');
}

/* The user frames of a hit or a row; none if it has none. */
static void get_user(const struct client_event *event, struct client_uframes *user)
{
	memset(user, 0, sizeof(*user));
	if (event->frames && event->frames->ustack)
		client_uframes_get(event, client_uframes_space(event), user);
}

static void fold(struct client_report *report, const struct client_tally_row *row)
{
	const struct client_frames *frames = row->frames;
	const struct kwatch_stack *kernel = frames ? frames->kstack : NULL;
	struct client_out *out = &report->out;
	char name[KWATCH_REPORT_NAME_MAX];
	struct client_uframes user;
	struct client_watch watch;
	struct client_event event;
	unsigned int i, stale;

	put_comm(out, row->known ? &row->task : NULL, ";");
	client_report_event(report, row, &watch, &event);
	get_user(&event, &user);
	for (i = user.nr; i; i--) {
		client_out_chr(out, ';');
		client_report_user_name(&user.frame[i - 1], name);
		put_name(out, name, strlen(name), ";");
	}
	client_uframes_free(&user);
	stale = kernel ? client_symbols_stale_link(report->symbols, kernel, row->last_ns) : 0;
	for (i = kernel ? kernel->nr : 0; i; i--) {
		if (stale && i - 1 == stale)
			continue;
		client_out_chr(out, ';');
		client_report_name(report, kernel->ip[i - 1],
				   row->exact && i == 1, row->last_ns, name);
		put_name(out, name, strlen(name), ";");
	}
	client_out_chr(out, ' ');
	client_out_dec(out, row->count, 0, ' ');
	client_out_chr(out, '\n');
}

void client_report_folded(struct client_report *report)
{
	size_t i, nr = client_report_nr_rows(report);

	for (i = 0; i < nr; i++)
		fold(report, report->tally.rows[i]);
}

/* "	ffffffff81000110 kthread+0x10 ([kernel.kallsyms])" */
static void put_frame(struct client_report *report, uint64_t ip, bool exact,
		      uint64_t time_ns)
{
	struct client_out *out = &report->out;
	struct client_symbol symbol;

	client_out_printf(out, "\t%16llx ", (unsigned long long)ip);
	if (!client_symbols_find(report->symbols, ip, exact, time_ns, &symbol))
		client_out_printf(out, symbol.load ? "[unknown] ([%s])\n" :
				  "[unknown] ([unknown])\n", symbol.module);
	else if (symbol.module)
		client_out_printf(out, "%s+0x%llx ([%s])\n", symbol.name,
				  (unsigned long long)symbol.offset, symbol.module);
	else
		client_out_printf(out, "%s+0x%llx ([kernel.kallsyms])\n", symbol.name,
				  (unsigned long long)symbol.offset);
}

void client_report_perf(struct client_report *report,
			const struct client_event *event)
{
	const struct kwatch_hit *hit = (const void *)event->rec;
	const struct kwatch_task *task = event->task;
	const struct kwatch_stack *kernel;
	const struct client_uframe *frame;
	struct client_uframes user;
	struct client_out *out = &report->out;
	unsigned int i, stale;

	if (event->rec->type != KWATCH_RECORD_HIT)
		return;
	put_comm(out, task, "");
	client_out_printf(out, " %u/%u [%03u] %llu.%06llu: 1 kwatch:",
			  task ? task->tgid : 0, task ? task->tid : 0, hit->cpu,
			  (unsigned long long)(event->rec->time_ns / NSEC_PER_SEC),
			  (unsigned long long)(event->rec->time_ns % NSEC_PER_SEC / 1000));
	if (event->watch)
		put_name(out, event->watch->label, event->watch->label_len, " :");
	else
		client_out_printf(out, "watch_%u", event->rec->watch);
	client_out_str(out, ": \n");

	kernel = event->frames ? event->frames->kstack : NULL;
	stale = kernel ? client_symbols_stale_link(report->symbols, kernel, event->time_ns) : 0;
	for (i = 0; kernel && i < kernel->nr; i++)
		if (!i || i != stale)
			put_frame(report, kernel->ip[i], event->exact && !i, event->time_ns);
	get_user(event, &user);
	for (i = 0; i < user.nr; i++) {
		frame = &user.frame[i];
		client_out_printf(out, "\t%16llx ", (unsigned long long)frame->ip);
		if (frame->name && !frame->inlined)
			client_out_printf(out, "%s+0x%llx (%s)\n", frame->name,
					  (unsigned long long)frame->offset, frame->image);
		else
			client_out_printf(out, "%s (%s)\n", frame->name ? frame->name : "[unknown]",
					  frame->image ? frame->image : "[unknown]");
	}
	client_uframes_free(&user);
	client_out_chr(out, '\n');
}
