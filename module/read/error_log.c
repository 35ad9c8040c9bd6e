// SPDX-License-Identifier: GPL-2.0
/*
 * The last refused commands, each with a caret under the word at fault.
 */
#include <linux/ctype.h>
#include <linux/ktime.h>
#include <linux/math64.h>
#include <linux/mutex.h>
#include <linux/seq_file.h>
#include <linux/string.h>

#include "base/answer.h"
#include "error_log.h"
#include "language/spec.h"

#define KEPT	8

struct refusal {
	u64	time_ns;	/* 0: none yet */
	u16	at;
	char	line[KWATCH_LINE_MAX + 1];
	char	why[KWATCH_WHY_MAX];
};

static DEFINE_MUTEX(errlog_mutex);
static struct refusal refusals[KEPT];	/* protected by errlog_mutex */
static unsigned int next;		/* likewise; the oldest, to be replaced */

/* What a terminal or a caret cannot stand becomes a "?". */
static void copy_line(char *to, const char *from, size_t len)
{
	size_t i;

	len = min_t(size_t, len, KWATCH_LINE_MAX);
	for (i = 0; i < len; i++)
		to[i] = isascii(from[i]) && isprint(from[i]) ? from[i] : '?';
	to[len] = '\0';
}

void kwatch_errlog_add(const char *line, size_t len, u16 at, const char *why)
{
	struct refusal *newest, *r;

	mutex_lock(&errlog_mutex);
	newest = &refusals[(next + KEPT - 1) % KEPT];
	r = &refusals[next];
	copy_line(r->line, line, len);
	if (newest->time_ns && newest->at == at && !strcmp(newest->line, r->line) &&
	    !strcmp(newest->why, why)) {
		r->time_ns = 0;
		r = newest;
	} else {
		next = (next + 1) % KEPT;
	}
	r->time_ns = ktime_get_mono_fast_ns();
	r->at = at;
	strscpy(r->why, why, sizeof(r->why));
	mutex_unlock(&errlog_mutex);
}

static void show_one(struct seq_file *m, const struct refusal *r)
{
	const char *details = strchrnul(r->why, '\n');
	u32 us;
	u64 s = div_u64_rem(r->time_ns, NSEC_PER_SEC, &us);

	seq_printf(m, "[%5llu.%06u] kwatch: error: %.*s\n", s, us / 1000,
		   (int)(details - r->why), r->why);
	seq_printf(m, "  Command: %s\n", r->line);
	seq_printf(m, "           %*s\n", r->at + 1, "^");
	if (*details)
		seq_printf(m, "%s\n", details + 1);
}

void kwatch_errlog_show(struct seq_file *m)
{
	unsigned int i;

	mutex_lock(&errlog_mutex);
	for (i = 0; i < KEPT; i++)
		if (refusals[(next + i) % KEPT].time_ns)
			show_one(m, &refusals[(next + i) % KEPT]);
	mutex_unlock(&errlog_mutex);
}
