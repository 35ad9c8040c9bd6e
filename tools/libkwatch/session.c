// SPDX-License-Identifier: GPL-2.0
/*
 * The device and the watches of libkwatch, see session.h and libkwatch.h.
 *
 * One session a program.  A forked child has none: the module takes commands
 * only from the process that opened the device, so the child opens it anew.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <unwind.h>

#include <uapi/kwatch.h>

#include "base/client.h"
#include "session.h"
#include "stream/record_parts.h"

#define DEVICE		"/dev/kwatch"

/* Watches that are gone and may still be reported. */
#define GONE_MAX	256

#pragma weak dladdr
#pragma weak dlopen

pthread_mutex_t client_session_lock = PTHREAD_MUTEX_INITIALIZER;

/* -1: not open.  With the lock. */
static int device = -1;
static struct client_setting *settings;

/* The device. */

/* Records that were read and not taken yet. */
static uint64_t read_words[64 * 1024 / sizeof(uint64_t)];
static size_t read_pos, read_len;

/* Each is told in a child; stored by client_session_at_fork(). */
static void (*told_of_fork[KWATCH_FORKS])(void);

void client_session_at_fork(enum client_fork who, void (*in_child)(void))
{
	__atomic_store_n(&told_of_fork[who], in_child, __ATOMIC_RELEASE);
}

static void forget_settings(void)
{
	struct client_setting *setting;

	while (settings) {
		setting = settings;
		settings = setting->next;
		free(setting);
	}
}

void client_session_close(void)
{
	if (device >= 0)
		close(device);
	device = -1;
	forget_settings();
	read_pos = 0;
	read_len = 0;
}

static void before_fork(void)
{
	pthread_mutex_lock(&client_session_lock);
}

static void after_fork(void)
{
	pthread_mutex_unlock(&client_session_lock);
}

static void in_child(void)
{
	void (*tell)(void);
	int i;

	for (i = 0; i < KWATCH_FORKS; i++) {
		tell = __atomic_load_n(&told_of_fork[i], __ATOMIC_ACQUIRE);
		if (tell)
			tell();
	}
	client_session_close();
	pthread_mutex_unlock(&client_session_lock);
}

/*
 * The library in a plugin, as the static one may be, stays when the plugin is
 * unloaded: its thread runs there, and exit() and fork() call it.  A static
 * program has neither function, and no plugins.
 */
static void stay(void)
{
	Dl_info info;

	if (dladdr && dlopen && dladdr(&client_session_lock, &info) && info.dli_fname)
		dlopen(info.dli_fname, RTLD_NOW | RTLD_NOLOAD | RTLD_NODELETE);
}

static int open_device(void)
{
	static bool registered;
	int fd;

	if (!registered)
		stay();
	fd = open(DEVICE, O_RDWR | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0)
		return fd;
	if (!registered && pthread_atfork(before_fork, after_fork, in_child)) {
		close(fd);
		errno = ENOMEM;
		return -1;
	}
	registered = true;
	return fd;
}

static int explain_open(int error)
{
	switch (error) {
	case ENOENT:
	case ENODEV:
	case ENXIO:
		return client_session_fail(error, "There is no " DEVICE ": is the kwatch module loaded?");
	case EACCES:
		return client_session_fail(error, "No permission for " DEVICE
					   ": its group or dev_mode= decides who has it");
	case EMFILE:
		return client_session_fail(error, "Too many files are open, or too many of "
					   DEVICE " by this user");
	default:
		return client_session_fail(error, DEVICE ": %s", strerror(error));
	}
}

int client_session_begin(void)
{
	int error;

	pthread_mutex_lock(&client_session_lock);
	if (device < 0)
		device = open_device();
	if (device >= 0)
		return device;
	error = errno;
	pthread_mutex_unlock(&client_session_lock);
	return explain_open(error);
}

void client_session_end(void)
{
	pthread_mutex_unlock(&client_session_lock);
}

int kwatch_fd(void)
{
	KWATCH_NOT_CANCELLED();
	int fd = client_session_begin();

	if (fd >= 0)
		client_session_end();
	return fd;
}

const struct kwatch_record *client_session_record(int fd, struct client_parts *parts)
{
	const struct kwatch_record *rec;
	const char *why;
	ssize_t got;
	int size;

	if (read_pos == read_len) {
		got = read(fd, read_words, sizeof(read_words));
		if (got <= 0) {
			client_session_fail(got ? errno : EAGAIN, "No report: %s",
					    strerror(got ? errno : EAGAIN));
			return NULL;
		}
		read_pos = 0;
		read_len = got;
	}
	rec = (const void *)((const char *)read_words + read_pos);
	size = client_records_next(rec, read_len - read_pos, parts, &why);
	if (size <= 0) {
		/* Another version of the module may know what it is. */
		client_session_fail(EPROTO, DEVICE ": %s", size ? why : "half a record");
		read_pos = read_len;
		return NULL;
	}
	read_pos += size;
	return rec;
}

/* A line of the command language. Return: what it made, 0, or -1. */
static int say(int fd, const char *line)
{
	struct kwatch_dev_command command = { 0 };
	size_t len = strlen(line);

	if (len > sizeof(command.text))
		return client_session_fail(E2BIG, "The line is too long");
	command.len = len;
	memcpy(command.text, line, len);
	if (!ioctl(fd, KWATCH_IOC_COMMAND, &command))
		return command.id;
	command.why[sizeof(command.why) - 1] = '\0';
	return client_session_fail(errno, "%s", *command.why ? command.why : strerror(errno));
}

/* The watches. */

const struct client_setting *client_session_setting(int watch)
{
	const struct client_setting *setting;

	for (setting = settings; setting; setting = setting->next)
		if (setting->watch == watch)
			return setting;
	return NULL;
}

/* The oldest that are gone, when there are many; and one whose number is used again. */
static void tidy(int watch)
{
	struct client_setting **at = &settings, *setting;
	unsigned int gone = 0;

	while (*at) {
		setting = *at;
		gone += setting->gone;
		if (setting->watch == watch || (setting->gone && gone > GONE_MAX)) {
			*at = setting->next;
			free(setting);
		} else {
			at = &setting->next;
		}
	}
}

struct note {
	struct client_setting *setting;
	uintptr_t caller;
	bool found;
};

/* Above the library's own frames, of which the last returns to @caller. */
static _Unwind_Reason_Code note_frame(struct _Unwind_Context *context, void *arg)
{
	struct note *note = arg;
	struct client_setting *setting = note->setting;
	uintptr_t ip = _Unwind_GetIP(context);

	note->found |= ip == note->caller;
	if (!note->found || !ip)
		return _URC_NO_REASON;
	setting->frames[setting->nr++] = ip;
	return setting->nr < KWATCH_LIB_FRAMES_MAX ? _URC_NO_REASON : _URC_END_OF_STACK;
}

static void note_stack(struct client_setting *setting, const void *caller)
{
	struct note note = { .setting = setting, .caller = (uintptr_t)caller };

	/* By the program's tables: most have no frame pointers. */
	_Unwind_Backtrace(note_frame, &note);
	if (!setting->nr)
		setting->frames[setting->nr++] = (uintptr_t)caller;
}

static const char *word_of(enum kwatch_access access)
{
	switch (access) {
	case KWATCH_READ:
		return "r";
	case KWATCH_WRITE:
		return "w";
	case KWATCH_READ_WRITE:
		return "rw";
	case KWATCH_EXECUTE:
		return "x";
	}
	return NULL;
}

static int watch_memory(const volatile void *addr, size_t len, enum kwatch_access access,
			const char *options, const void *caller)
{
	KWATCH_NOT_CANCELLED();
	const char *word = word_of(access);
	struct client_setting *setting;
	char line[KWATCH_LINE_MAX + 1];
	int fd, watch;

	if (!word)
		return client_session_fail(EINVAL, "No such access: %d", (int)access);
	if (snprintf(line, sizeof(line), "%s%zu %#lx %s", word, len, (unsigned long)addr,
		     options ? options : "") >= (int)sizeof(line))
		return client_session_fail(E2BIG, "The options are too long");
	setting = calloc(1, sizeof(*setting));
	if (!setting)
		return client_session_fail(ENOMEM, "No memory");
	setting->access = access;
	setting->addr = addr;
	setting->len = len;
	setting->tid = syscall(SYS_gettid);
	note_stack(setting, caller);

	/* Reports want to know of it, and may come before ioctl() returns. */
	fd = client_session_begin();
	if (fd < 0) {
		free(setting);
		return -1;
	}
	watch = say(fd, line);
	if (watch > 0) {
		tidy(watch);
		setting->watch = watch;
		setting->next = settings;
		settings = setting;
		setting = NULL;
	}
	client_session_end();
	free(setting);
	return watch;
}

int kwatch_watch(const volatile void *addr, size_t len, enum kwatch_access access)
{
	return watch_memory(addr, len, access, KWATCH_OPTIONS, __builtin_return_address(0));
}

int kwatch_watch_with(const volatile void *addr, size_t len, enum kwatch_access access,
		      const char *options)
{
	return watch_memory(addr, len, access, options, __builtin_return_address(0));
}

int kwatch_unwatch(int watch)
{
	KWATCH_NOT_CANCELLED();
	struct client_setting *setting;
	char line[16];
	int ret = -1;

	pthread_mutex_lock(&client_session_lock);
	for (setting = settings; setting; setting = setting->next)
		if (setting->watch == watch && !setting->gone)
			break;
	if (!setting || device < 0) {
		client_session_fail(ENOENT, "No watch has the number %d", watch);
	} else {
		snprintf(line, sizeof(line), "-%d", watch);
		ret = say(device, line);
		/* If the module does not know it, it is gone as well. */
		setting->gone = true;
	}
	pthread_mutex_unlock(&client_session_lock);
	return ret;
}

/* Pausing. */

int kwatch_pause(void)
{
	KWATCH_NOT_CANCELLED();
	int fd = client_session_begin(), ret;

	if (fd < 0)
		return -1;
	ret = ioctl(fd, KWATCH_IOC_PAUSE);
	if (ret)
		ret = client_session_fail(errno, errno == ENOSPC ? "Too many threads pause at once" :
					  "This process cannot pause");
	client_session_end();
	return ret;
}

int kwatch_resume(void)
{
	KWATCH_NOT_CANCELLED();
	int ret;

	pthread_mutex_lock(&client_session_lock);
	ret = device >= 0 ? ioctl(device, KWATCH_IOC_RESUME) : -1;
	pthread_mutex_unlock(&client_session_lock);
	return ret ? client_session_fail(EINVAL, "This thread does not pause") : 0;
}
