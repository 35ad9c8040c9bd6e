// SPDX-License-Identifier: GPL-2.0
/*
 * Events for journald, see journal.h.
 *
 * journald's native protocol, which systemd documents and keeps: a datagram
 * with "NAME=value" lines, or, where the value has several lines itself, NAME,
 * a newline, its length and the value.  That is less than to link with
 * libsystemd.
 */
#define _GNU_SOURCE
#include <endian.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/client.h"
#include "journal.h"
#include "base/out.h"
#include "stream/regs.h"
#include "line.h"

#define SOCKET		"/run/systemd/journal/socket"

/* syslog's: something that a person asked to be told. */
#define PRIORITY_NOTICE	5

static const char *const types[] = {
	[KWATCH_RECORD_HIT]	= "hit",
	[KWATCH_RECORD_LOST]	= "lost",
	[KWATCH_RECORD_GAP]	= "gap",
	[KWATCH_RECORD_UNSEEN]	= "unseen",
	[KWATCH_RECORD_GONE]	= "gone",
	[KWATCH_RECORD_COVER]	= "cover",
	[KWATCH_RECORD_FREED]	= "freed",
	[KWATCH_RECORD_ALSO]	= "also",
};

int client_journal_open(void)
{
	const char *path = getenv("KWATCH_JOURNAL");
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd;

	if (!path)
		path = SOCKET;
	snprintf(address.sun_path, sizeof(address.sun_path), "%s", path);
	fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd >= 0 && !connect(fd, (struct sockaddr *)&address, sizeof(address)))
		return fd;
	client_complain("journal: %s: %s", path, strerror(errno));
	if (fd >= 0)
		close(fd);
	return -1;
}

/* A value of any bytes. */
static void put_field(struct client_out *out, const char *name,
		      const char *value, size_t len)
{
	uint64_t size = htole64(len);

	client_out_str(out, name);
	client_out_chr(out, '\n');
	client_out_put(out, (const char *)&size, sizeof(size));
	client_out_put(out, value, len);
	client_out_chr(out, '\n');
}

static void put_string(struct client_out *out, const char *name, const char *value)
{
	put_field(out, name, value, strlen(value));
}

static void put_number(struct client_out *out, const char *name, uint64_t value)
{
	client_out_printf(out, "%s=%llu\n", name, (unsigned long long)value);
}

static void put_value(struct client_out *out, const char *name, uint64_t value,
		      unsigned int unknown)
{
	if (!unknown)
		client_out_printf(out, "%s=0x%llx\n", name,
				  (unsigned long long)value);
}

static void put_culprit(struct client_out *out, struct client_symbols *symbols,
			const struct client_event *event)
{
	const struct kwatch_stack *stack = event->frames ? event->frames->kstack : NULL;
	struct client_symbol symbol;

	if (!stack || !stack->nr)
		return;
	if (client_symbols_find(symbols, stack->ip[0], event->exact, event->time_ns, &symbol))
		put_string(out, "KWATCH_FUNCTION", symbol.name);
	if (symbol.module)
		put_string(out, "KWATCH_MODULE", symbol.module);
}

/* What "hits" shows: the first line is the message, then the stack, then registers. */
static void put_text(struct client_out *out, struct client_symbols *symbols,
		     const struct client_event *event)
{
	struct client_out text;
	const char *line, *end, *regs;

	client_out_init(&text, -1);
	client_text_event(&text, symbols, event);
	client_out_chr(&text, '\0');
	line = text.data + strspn(text.data, " ");
	end = line + strcspn(line, "\n");
	put_field(out, "MESSAGE", line, end - line);
	regs = strstr(end, "\n" KWATCH_REGS_INDENT);
	if (!regs)
		regs = end + strlen(end);
	if (regs > end + 1)
		put_field(out, "KWATCH_STACK", end + 1, regs + !!*regs - end - 1);
	if (*regs)
		put_string(out, "KWATCH_REGS", regs + 1);
	client_out_destroy(&text);
}

static void put_hit(struct client_out *out, struct client_symbols *symbols,
		    const struct client_event *event)
{
	const struct kwatch_hit *hit = (const void *)event->rec;
	bool code = event->watch && event->watch->type == KWATCH_TYPE_X;

	put_number(out, "KWATCH_CPU", hit->cpu);
	put_number(out, "KWATCH_SEQ", hit->seq);
	put_value(out, "KWATCH_OLD", hit->old_value,
		  code || hit->rec.flags & KWATCH_FLAG_OLD_UNKNOWN);
	put_value(out, "KWATCH_NEW", hit->new_value,
		  code || hit->rec.flags & KWATCH_FLAG_NEW_UNKNOWN);
	put_culprit(out, symbols, event);
}

/* Too large for a datagram: journald takes a sealed file instead. */
static int send_file(int fd, const struct client_out *out)
{
	union {
		char buf[CMSG_SPACE(sizeof(int))];
		struct cmsghdr align;
	} control = { .buf = { 0 } };
	struct msghdr message = {
		.msg_control = control.buf,
		.msg_controllen = sizeof(control.buf),
	};
	struct cmsghdr *header = CMSG_FIRSTHDR(&message);
	int file = memfd_create("kwatch", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	ssize_t n = -1;

	if (file < 0)
		return -1;
	header->cmsg_level = SOL_SOCKET;
	header->cmsg_type = SCM_RIGHTS;
	header->cmsg_len = CMSG_LEN(sizeof(int));
	memcpy(CMSG_DATA(header), &file, sizeof(int));
	/* Without the seals it would have to trust us not to write any more. */
	if (write(file, out->data, out->len) == (ssize_t)out->len &&
	    !fcntl(file, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_SEAL))
		n = sendmsg(fd, &message, 0);
	close(file);
	return n < 0 ? -1 : 0;
}

int client_journal_send(int fd, struct client_symbols *symbols,
			const struct client_event *event)
{
	const struct kwatch_record *rec = event->rec;
	struct client_out out;
	ssize_t n;

	if (rec->type >= KWATCH_ARRAY_SIZE(types) || !types[rec->type])
		return 0;
	client_out_init(&out, -1);
	put_text(&out, symbols, event);
	put_number(&out, "PRIORITY", PRIORITY_NOTICE);
	put_string(&out, "SYSLOG_IDENTIFIER", "kwatch");
	put_string(&out, "KWATCH_TYPE", types[rec->type]);
	put_number(&out, "KWATCH_TIME_NS", rec->time_ns);
	if (rec->watch)
		put_number(&out, "KWATCH_WATCH", rec->watch);
	if (event->watch) {
		put_string(&out, "KWATCH_LABEL", event->watch->label);
		put_string(&out, "KWATCH_SPEC", event->watch->spec);
		if (event->watch->note)
			put_string(&out, "KWATCH_NOTE", event->watch->note);
	}
	if (event->task) {
		put_number(&out, "KWATCH_PID", event->task->tid);
		put_number(&out, "KWATCH_TGID", event->task->tgid);
		put_field(&out, "KWATCH_COMM", event->task->comm,
			  strnlen(event->task->comm, KWATCH_COMM_MAX));
	}
	if (rec->type == KWATCH_RECORD_HIT)
		put_hit(&out, symbols, event);

	do
		n = send(fd, out.data, out.len, MSG_NOSIGNAL);
	while (n < 0 && errno == EINTR);
	if (n < 0 && (errno == EMSGSIZE || errno == ENOBUFS))
		n = send_file(fd, &out);
	if (n < 0)
		client_complain("journal: %s", strerror(errno));
	client_out_destroy(&out);
	return n < 0 ? -1 : 0;
}
