// SPDX-License-Identifier: GPL-2.0
/*
 * kwatch doctor: what this machine can and cannot do, and why.
 *
 * A line for each thing that watches need or are better with.  Everything is
 * asked of the running system, nothing is changed; what takes root to see is
 * said to be unknown to others.  KWATCH_ROOT in the environment is a directory
 * that /proc, /sys, /boot and so on are looked for in: for tests.
 */
#define _GNU_SOURCE
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <limits.h>
#include <linux/hw_breakpoint.h>
#include <linux/perf_event.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <unistd.h>
#include <zlib.h>

#include <uapi/kwatch.h>

#include "commands.h"
#include "output/json.h"
#include "control/listing.h"
#include "control/named.h"
#include "base/out.h"
#include "control/paths.h"
#include "base/slurp.h"

#define SLOTS_MAX	16	/* more than any CPU has */
#define SLOTS_USUAL	4
#define TEXT_BYTES	512

#define SECURE_BOOT	"/sys/firmware/efi/efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c"

/* Of a line.  Only what is broken makes the doctor fail. */
enum state {
	STATE_OK,
	STATE_NOTE,	/* kwatch works, and could do more */
	STATE_BROKEN,	/* it does not work */
};

static const char *const state_names[] = {
	[STATE_OK] = "ok", [STATE_NOTE] = "note", [STATE_BROKEN] = "BROKEN",
};

struct doctor {
	struct client_out out;
	const char *root;
	bool json;
	bool broken;
	bool loaded;
	char *release;
	char *stats;		/* NULL where they cannot be read */
	char *config;		/* NULL where there is none */
};

/* A file of the system.  Return: its text, for free(), or NULL. */
static char *text_of(const struct doctor *doctor, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

static void path_of(const struct doctor *doctor, char *path, const char *format,
		    va_list args)
{
	int len = snprintf(path, PATH_MAX, "%s", doctor->root);

	if (len >= 0 && len < PATH_MAX)
		vsnprintf(path + len, PATH_MAX - len, format, args);
}

static char *text_of(const struct doctor *doctor, const char *format, ...)
{
	char path[PATH_MAX], *text;
	va_list args;

	va_start(args, format);
	path_of(doctor, path, format, args);
	va_end(args);
	text = client_slurp(AT_FDCWD, path, NULL);
	return text;
}

static bool is_there(const struct doctor *doctor, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
static bool is_there(const struct doctor *doctor, const char *format, ...)
{
	char path[PATH_MAX];
	va_list args;

	va_start(args, format);
	path_of(doctor, path, format, args);
	va_end(args);
	return !access(path, F_OK);
}

/* What is in a file of one line.  Return: it, for free(); "" if there is none. */
static char *line_of(const struct doctor *doctor, const char *path)
{
	char *text = text_of(doctor, "%s", path);

	if (!text)
		return client_alloc(1, 1);
	text[strcspn(text, "\n")] = '\0';
	return text;
}

/* One line of the report; @todo may be NULL. */
static void say(struct doctor *doctor, enum state state, const char *name,
		const char *todo, const char *format, ...)
	__attribute__((format(printf, 5, 6)));
static void say(struct doctor *doctor, enum state state, const char *name,
		const char *todo, const char *format, ...)
{
	char found[TEXT_BYTES];
	va_list args;

	va_start(args, format);
	vsnprintf(found, sizeof(found), format, args);
	va_end(args);
	doctor->broken |= state == STATE_BROKEN;
	if (doctor->json) {
		json_t *object = json_object();

		client_json_set(object, "type", json_string("check"));
		client_json_set(object, "name", json_string(name));
		client_json_set(object, "state", json_string(state_names[state]));
		client_json_set(object, "found",
				client_json_string(found, strlen(found)));
		client_json_set(object, "todo",
				todo ? json_string(todo) : json_null());
		client_json_put(&doctor->out, object);
		return;
	}
	client_out_printf(&doctor->out, "%-6s  %-12s ", state_names[state], name);
	/* A task may call itself anything. */
	client_out_clean(&doctor->out, found, strlen(found));
	client_out_chr(&doctor->out, '\n');
	if (todo)
		client_out_printf(&doctor->out, "%21s%s\n", "-> ", todo);
}

static void look_at_kernel(struct doctor *doctor)
{
	unsigned int major = 0, minor = 0;
	struct utsname host;

	uname(&host);
	sscanf(doctor->release, "%u.%u", &major, &minor);
	if (strcmp(host.machine, "x86_64") && strcmp(host.machine, "aarch64"))
		say(doctor, STATE_BROKEN, "kernel", "use an x86-64 or arm64 machine",
		    "%s on %s, whose debug registers kwatch does not know",
		    doctor->release, host.machine);
	else if (major < 5 || (major == 5 && minor < 10))
		say(doctor, STATE_BROKEN, "kernel", "install a kernel 5.10 or newer",
		    "%s is too old", doctor->release);
	else
		say(doctor, STATE_OK, "kernel", NULL, "%s on %s", doctor->release,
		    host.machine);
}

/* gzread() takes what is not compressed as well. */
static char *read_config(const struct doctor *doctor)
{
	static const char *const places[] = {
		"/proc/config.gz", "/boot/config-%s", "/lib/modules/%s/config",
		"/lib/modules/%s/build/.config",
	};
	char path[PATH_MAX], name[PATH_MAX / 2], *text = NULL;
	size_t i, len = 0;
	gzFile file;
	int n;

	for (i = 0; i < KWATCH_ARRAY_SIZE(places); i++) {
		const char *hole = strstr(places[i], "%s");

		if (hole)
			snprintf(name, sizeof(name), "%.*s%s%s",
				 (int)(hole - places[i]), places[i],
				 doctor->release, hole + 2);
		else
			snprintf(name, sizeof(name), "%s", places[i]);
		snprintf(path, sizeof(path), "%s%s", doctor->root, name);
		file = gzopen(path, "rb");
		if (!file)
			continue;
		do {
			text = client_realloc(text, len + 65537);
			n = gzread(file, text + len, 65536);
			len += n > 0 ? n : 0;
		} while (n > 0);
		gzclose(file);
		text[len] = '\0';
		return text;
	}
	return NULL;
}

static bool config_has(const struct doctor *doctor, const char *option)
{
	char line[64];

	snprintf(line, sizeof(line), "\nCONFIG_%s=", option);
	return strstr(doctor->config, line);
}

static void look_at_config(struct doctor *doctor)
{
	static const char *const needed[] = {
		"MODULES", "PERF_EVENTS", "HAVE_HW_BREAKPOINT", "KALLSYMS", "KPROBES",
	};
	char missing[TEXT_BYTES] = "";
	size_t i;

	if (!doctor->config) {
		say(doctor, STATE_NOTE, "config",
		    "look for it in /boot/config-RELEASE or /proc/config.gz",
		    "the kernel's configuration is not to be found");
		return;
	}
	for (i = 0; i < KWATCH_ARRAY_SIZE(needed); i++) {
		if (!config_has(doctor, needed[i]))
			snprintf(missing + strlen(missing),
				 sizeof(missing) - strlen(missing), " %s", needed[i]);
	}
	if (*missing)
		say(doctor, STATE_BROKEN, "config",
		    "boot a kernel that was built with these",
		    "the kernel was built without%s", missing);
	else
		say(doctor, STATE_OK, "config", NULL, "all that is needed is built in");
}

/* Is there an address that is not hidden?  Those of per-CPU variables begin at 0. */
static bool has_addresses(const char *symbols)
{
	const char *line = symbols;

	while (line && *line) {
		if (line[strspn(line, "0")] != ' ')
			return true;
		line = strchr(line, '\n');
		line = line ? line + 1 : NULL;
	}
	return false;
}

static void look_at_symbols(struct doctor *doctor)
{
	char *symbols = text_of(doctor, "/proc/kallsyms");

	if (!symbols || !*symbols)
		say(doctor, STATE_NOTE, "symbols", "give addresses, or a vmlinux",
		    "/proc/kallsyms has none: nothing can be watched by name");
	/* A variable that every kernel has; marks of the linker are there anyway. */
	else if (!strstr(symbols, " jiffies\n"))
		say(doctor, STATE_NOTE, "symbols",
		    "functions have names; for variables give an address, or a typed expression",
		    "the kernel was built without KALLSYMS_ALL");
	else if (!geteuid() && !has_addresses(symbols))
		say(doctor, STATE_NOTE, "symbols",
		    "echo 1 > /proc/sys/kernel/kptr_restrict, so that root sees them",
		    "addresses are hidden: the client cannot name frames");
	else
		say(doctor, STATE_OK, "symbols", NULL, "functions and variables");
	free(symbols);
}

static void look_at_btf(struct doctor *doctor)
{
	if (is_there(doctor, "/sys/kernel/btf/vmlinux"))
		say(doctor, STATE_OK, "types", NULL, "BTF of the kernel%s",
		    is_there(doctor, "/sys/kernel/btf/kwatch") ? " and its modules" : "");
	else
		say(doctor, STATE_NOTE, "types",
		    "give addresses or symbol+offset; a kernel with DEBUG_INFO_BTF has types",
		    "no BTF: the kernel does not tell its types");
}

/*
 * What the kernel found when it loaded the module.  A kernel that checks no
 * signatures marks nobody as unsigned; it has no such parameter either.
 */
static const char *signature(const struct doctor *doctor)
{
	char *taint = line_of(doctor, "/sys/module/kwatch/taint");
	bool unsigned_module = strchr(taint, 'E');

	free(taint);
	if (unsigned_module)
		return "unsigned";
	if (!is_there(doctor, "/sys/module/module/parameters/sig_enforce"))
		return "signatures are not checked";
	return "signed";
}

static void look_at_lockdown(struct doctor *doctor)
{
	char *modes = line_of(doctor, "/sys/kernel/security/lockdown");

	if (!is_there(doctor, "/sys/kernel/security/lsm"))
		say(doctor, STATE_NOTE, "lockdown",
		    "mount -t securityfs none /sys/kernel/security",
		    "not known: securityfs is not mounted");
	else if (!*modes || strstr(modes, "[none]"))
		say(doctor, STATE_OK, "lockdown", NULL, "not locked down");
	else
		say(doctor, STATE_BROKEN, "lockdown",
		    "turn Secure Boot off, or boot without lockdown=; see kernel_lockdown(7)",
		    "the kernel is locked down (%.*s): it makes no new watches",
		    (int)strcspn(strchr(modes, '[') ? strchr(modes, '[') + 1 : modes, "]"),
		    strchr(modes, '[') ? strchr(modes, '[') + 1 : modes);
	free(modes);
}

static void look_at_secure_boot(struct doctor *doctor)
{
	char path[PATH_MAX], *value;
	size_t len = 0;
	bool on;

	snprintf(path, sizeof(path), "%s" SECURE_BOOT, doctor->root);
	value = client_slurp(AT_FDCWD, path, &len);
	/* Four bytes of attributes come first. */
	on = value && len == 5 && value[4] == 1;
	free(value);
	if (!is_there(doctor, "/sys/firmware/efi"))
		say(doctor, STATE_OK, "Secure Boot", NULL, "none: not booted by UEFI");
	else if (!on)
		say(doctor, STATE_OK, "Secure Boot", NULL, "off");
	else if (doctor->loaded)
		say(doctor, STATE_OK, "Secure Boot", NULL,
		    "on, and the module was let in (%s)", signature(doctor));
	else
		say(doctor, STATE_NOTE, "Secure Boot",
		    "mokutil --import /var/lib/dkms/mok.pub, and reboot: DKMS signs with that key",
		    "on: only modules with a signature that is trusted may load");
}

/* Return: where "NAME: value" has its value, NULL if it is not in stats. */
static const char *stat_of(const struct doctor *doctor, const char *name)
{
	size_t len = strlen(name);
	const char *line = doctor->stats;

	while (line) {
		if (!strncmp(line, name, len) && line[len] == ':')
			return line + len + 1 + strspn(line + len + 1, " ");
		line = strchr(line, '\n');
		line = line ? line + 1 : NULL;
	}
	return NULL;
}

static int line_len(const char *text)
{
	return strcspn(text, "\n");
}

/* As "modinfo -F signer" finds it, but for one that is compressed. */
static const char *signature_of(const char *path)
{
	static const char mark[] = "~Module signature appended~\n";
	const char *what = "unsigned";
	size_t len;
	char *data;

	if (!strstr(path, ".ko") || strcmp(strstr(path, ".ko"), ".ko"))
		return "compressed";
	data = client_slurp(AT_FDCWD, path, &len);
	if (!data)
		return "not to be read";
	if (len >= sizeof(mark) - 1 &&
	    !memcmp(data + len - (sizeof(mark) - 1), mark, sizeof(mark) - 1))
		what = "signed";
	free(data);
	return what;
}

static void look_for_module(struct doctor *doctor)
{
	bool other;
	char *file = client_named_file(doctor->root, &other);

	if (file && other)
		say(doctor, STATE_BROKEN, "module",
		    "remove that file, or install kwatch where modprobe looks first: updates/; then depmod",
		    "not loaded; modprobe finds another module of the name: %s",
		    file + strlen(doctor->root));
	else if (file)
		say(doctor, STATE_BROKEN, "module", "modprobe kwatch",
		    "not loaded; installed for this kernel (%s)", signature_of(file));
	else
		say(doctor, STATE_BROKEN, "module",
		    "install kwatch-dkms and this kernel's headers, or: make && make install",
		    "not installed for this kernel");
	free(file);
}

static void look_at_module(struct doctor *doctor)
{
	const char *missing, *abi, *version;

	missing = client_named_loaded(doctor->root);
	if (missing) {
		say(doctor, STATE_BROKEN, "module", NULL,
		    "%s", missing);
		return;
	}
	if (!doctor->loaded) {
		look_for_module(doctor);
		return;
	}
	missing = client_paths_missing();
	if (missing || !doctor->stats) {
		say(doctor, geteuid() ? STATE_NOTE : STATE_BROKEN, "module",
		    missing ? missing : "needs root: try again with sudo",
		    "loaded (%s), but its files cannot be read",
		    signature(doctor));
		return;
	}
	abi = stat_of(doctor, "abi");
	version = stat_of(doctor, "version");
	if (!abi || !version || atoi(abi) != KWATCH_ABI)
		say(doctor, STATE_BROKEN, "module", "install both from one version",
		    "it speaks ABI %.*s, this kwatch ABI %d",
		    abi ? line_len(abi) : 1, abi ? abi : "?", KWATCH_ABI);
	else
		say(doctor, STATE_OK, "module", NULL, "%.*s, loaded, %s",
		    line_len(version), version, signature(doctor));
}

/* Did the kernel's log say that the module refused to load? */
static bool was_deaf(const struct doctor *doctor)
{
	char path[PATH_MAX], record[8192];
	bool deaf = false;
	ssize_t n;
	int fd;

	snprintf(path, sizeof(path), "%s/dev/kmsg", doctor->root);
	fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0)
		return false;
	/* A record at a time; one that was overwritten is an error, and skipped. */
	while ((n = read(fd, record, sizeof(record) - 1)) > 0 ||
	       (n < 0 && (errno == EPIPE || errno == EINTR))) {
		record[n > 0 ? n : 0] = '\0';
		if (strstr(record, "kwatch: this machine does not deliver debug exceptions"))
			deaf = true;
	}
	close(fd);
	return deaf;
}

static void look_at_selftest(struct doctor *doctor, const char *host)
{
	const char *result = stat_of(doctor, "selftest");

	if (result && !strncmp(result, "ok", 2))
		say(doctor, STATE_OK, "self-test", NULL, "%s: debug exceptions arrive (%.*s)",
		    host, line_len(result), result);
	else if (result)
		say(doctor, STATE_NOTE, "self-test",
		    "free a slot (see below), then: rmmod kwatch; modprobe kwatch",
		    "%s: %.*s", host, line_len(result), result);
	else if (!doctor->loaded && was_deaf(doctor))
		say(doctor, STATE_BROKEN, "self-test",
		    "use bare metal or another hypervisor; see its manual for debug registers",
		    "%s holds debug exceptions back: no watch would see anything", host);
	else
		say(doctor, STATE_NOTE, "self-test", doctor->loaded ? NULL :
		    "modprobe kwatch tells: it tries, and refuses to load if not",
		    "%s: not known whether debug exceptions arrive", host);
}

static void look_at_machine(struct doctor *doctor)
{
	char *cpuinfo = text_of(doctor, "/proc/cpuinfo");
	char *vendor = line_of(doctor, "/sys/class/dmi/id/sys_vendor");
	char *product = line_of(doctor, "/sys/class/dmi/id/product_name");
	char host[TEXT_BYTES];

	if (cpuinfo && !strstr(cpuinfo, " hypervisor"))
		snprintf(host, sizeof(host), "no hypervisor");
	else if (*vendor)
		snprintf(host, sizeof(host), "hypervisor %s, %s", vendor, product);
	else
		snprintf(host, sizeof(host), "a hypervisor");
	/* Only x86 says so. */
	if (cpuinfo && !strstr(cpuinfo, "flags"))
		snprintf(host, sizeof(host), "%s", *vendor ? vendor : "this machine");
	look_at_selftest(doctor, host);
	free(cpuinfo);
	free(vendor);
	free(product);
}

static void look_at_unwinder(struct doctor *doctor)
{
	const char *unwinder = stat_of(doctor, "unwinder");

	if (!unwinder)
		return;
	say(doctor, STATE_OK, "stacks", NULL, "by %.*s", line_len(unwinder), unwinder);
}

/*
 * How many slots a watch on all CPUs can still have: as many breakpoints of
 * our own as perf grants.  Nothing touches what they watch.
 *
 * Return: the number; -1 if perf grants us none for another reason.
 */
static int free_slots(void)
{
	static uint64_t words[SLOTS_MAX];
	struct perf_event_attr attr = {
		.type = PERF_TYPE_BREAKPOINT,
		.size = sizeof(attr),
		.bp_type = HW_BREAKPOINT_W,
		.bp_len = HW_BREAKPOINT_LEN_8,
		.exclude_kernel = 1,
		.exclude_hv = 1,
	};
	int fds[SLOTS_MAX], nr = 0, i, error = 0;

	while (nr < SLOTS_MAX) {
		attr.bp_addr = (uintptr_t)&words[nr];
		fds[nr] = syscall(SYS_perf_event_open, &attr, 0, -1, -1,
				  PERF_FLAG_FD_CLOEXEC);
		if (fds[nr] < 0) {
			error = errno;
			break;
		}
		nr++;
	}
	for (i = 0; i < nr; i++)
		close(fds[i]);
	return error && error != ENOSPC ? -1 : nr;
}

/* Does a process have a perf event, of whatever kind, or a debugger? */
static bool holds_event(const char *pid)
{
	char path[PATH_MAX], target[64];
	const struct dirent *entry;
	bool found = false;
	ssize_t n;
	DIR *fds;

	snprintf(path, sizeof(path), "/proc/%s/fd", pid);
	fds = opendir(path);
	while (fds && !found && (entry = readdir(fds))) {
		n = readlinkat(dirfd(fds), entry->d_name, target, sizeof(target) - 1);
		target[n > 0 ? n : 0] = '\0';
		found = !strcmp(target, "anon_inode:[perf_event]");
	}
	if (fds)
		closedir(fds);
	return found;
}

static int tracer_of(const char *pid)
{
	char path[PATH_MAX], *status, *line;
	int tracer = 0;

	snprintf(path, sizeof(path), "/proc/%s/status", pid);
	status = client_slurp(AT_FDCWD, path, NULL);
	line = status ? strstr(status, "\nTracerPid:") : NULL;
	if (line)
		sscanf(line, "\nTracerPid: %d", &tracer);
	free(status);
	return tracer;
}

static void say_process(struct doctor *doctor, const char *pid, const char *how)
{
	char path[PATH_MAX], *comm;

	snprintf(path, sizeof(path), "/proc/%s/comm", pid);
	comm = client_slurp(AT_FDCWD, path, NULL);
	if (comm)
		say(doctor, STATE_OK, "held by", NULL, "%.*s, process %s, %s",
		    line_len(comm), comm, pid, how);
	free(comm);
}

/* Which events are breakpoints, the kernel does not say. */
static void say_others(struct doctor *doctor)
{
	DIR *proc = opendir("/proc");
	const struct dirent *entry;

	while (proc && (entry = readdir(proc))) {
		if (!isdigit((unsigned char)entry->d_name[0]) ||
		    atoi(entry->d_name) == getpid())
			continue;
		if (holds_event(entry->d_name))
			say_process(doctor, entry->d_name, "which has perf events: maybe");
		if (tracer_of(entry->d_name))
			say_process(doctor, entry->d_name, "which a debugger traces: maybe");
	}
	if (proc)
		closedir(proc);
}

static void say_watches(struct doctor *doctor)
{
	struct client_listing listing;
	int fd = doctor->stats ? client_paths_try("ctl", O_RDONLY) : -1;
	size_t i;

	if (fd < 0)
		return;
	if (!client_listing_read(&listing, fd)) {
		for (i = 0; i < listing.nr; i++) {
			const char *state = client_listing_value(&listing.watches[i],
								 "state");

			if (state && !strcmp(state, "armed"))
				say(doctor, STATE_OK, "held by", NULL, "watch %u: %s",
				    listing.watches[i].id, listing.watches[i].spec);
		}
		client_listing_destroy(&listing);
	}
	close(fd);
}

static void look_at_slots(struct doctor *doctor)
{
	const char *all = stat_of(doctor, "slots"), *used = stat_of(doctor, "slots_used");
	int nr = all ? atoi(all) : 0, ours = used ? atoi(used) : 0;
	int left = *doctor->root ? -1 : free_slots();

	/* Told by the module alone, where perf does not want to. */
	if (left < 0 && all)
		left = nr - ours;
	if (left < 0)
		say(doctor, STATE_NOTE, "slots", geteuid() ? "try again with sudo" : NULL,
		    "not known how many: perf grants this process none");
	else if (!left)
		say(doctor, STATE_NOTE, "slots", "kwatch del ID, or end what else holds them",
		    "no debug register is free");
	else if (all)
		say(doctor, STATE_OK, "slots", NULL, "%d of %d debug registers are free",
		    left, nr);
	else
		say(doctor, STATE_OK, "slots", NULL, "%d debug registers are free", left);
	if (left < 0 || left >= (all ? nr : SLOTS_USUAL))
		return;
	say_watches(doctor);
	if (!*doctor->root && (!all || left < nr - ours))
		say_others(doctor);
}

static int run(int argc, char **argv)
{
	static const struct option options[] = {
		{ "json", no_argument, NULL, 'j' },
		{ NULL, 0, NULL, 0 }
	};
	struct doctor doctor = { .root = getenv("KWATCH_ROOT") };
	int c, fd, error;

	while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (c != 'j')
			return client_usage(&client_doctor_command);
		doctor.json = true;
	}
	if (optind < argc)
		return client_usage(&client_doctor_command);
	if (!doctor.root)
		doctor.root = "";
	client_out_init(&doctor.out, STDOUT_FILENO);
	doctor.release = line_of(&doctor, "/proc/sys/kernel/osrelease");
	doctor.config = read_config(&doctor);
	doctor.loaded = is_there(&doctor, "/sys/module/kwatch");
	if (doctor.loaded && !client_paths_missing()) {
		fd = client_paths_try("stats", O_RDONLY);
		doctor.stats = fd >= 0 ? client_slurp_fd(fd, NULL) : NULL;
		if (fd >= 0)
			close(fd);
	}

	look_at_kernel(&doctor);
	look_at_config(&doctor);
	look_at_symbols(&doctor);
	look_at_btf(&doctor);
	look_at_lockdown(&doctor);
	look_at_secure_boot(&doctor);
	look_at_module(&doctor);
	look_at_machine(&doctor);
	look_at_unwinder(&doctor);
	look_at_slots(&doctor);

	client_out_flush(&doctor.out);
	error = doctor.out.error;
	client_out_destroy(&doctor.out);
	free(doctor.release);
	free(doctor.config);
	free(doctor.stats);
	if (error && error != EPIPE) {
		client_complain("cannot write: %s", strerror(error));
		return KWATCH_EXIT_FAILED;
	}
	return doctor.broken ? KWATCH_EXIT_FAILED : KWATCH_EXIT_OK;
}

const struct client_command client_doctor_command = {
	.name = "doctor",
	.args = "[--json]",
	.summary = "what this machine can and cannot do, and what to do about it",
	.help =
"      --json  one object a line\n"
"\n"
"Each line is ok, or a note (it works, something is missing), or BROKEN, with what\n"
"to do behind \"->\".  Ends with 1 if anything is broken.  Root sees more.\n",
	.run = run,
};
