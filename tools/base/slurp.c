// SPDX-License-Identifier: GPL-2.0
/*
 * A whole file into memory, see slurp.h.
 *
 * The buffer doubles, so that the tens of thousands of lines of kallsyms cost
 * few reads: the kernel makes each of them anew from the start of a page.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "client.h"
#include "slurp.h"

static void close_quietly(int fd)
{
	int error = errno;

	close(fd);
	errno = error;
}

char *client_slurp_fd(int fd, size_t *len)
{
	size_t have = 0, size = 16 * 1024;
	char *text = client_alloc(1, size);
	ssize_t n;

	/* A pipe has no start to go to, and is read from where it is. */
	lseek(fd, 0, SEEK_SET);
	do {
		if (size - have < size / 2) {
			size *= 2;
			text = client_realloc(text, size);
		}
		n = read(fd, text + have, size - have - 1);
		if (n > 0)
			have += n;
	} while (n > 0 || (n < 0 && errno == EINTR));

	if (n < 0) {
		int error = errno;

		free(text);
		errno = error;
		return NULL;
	}
	text[have] = '\0';
	if (len)
		*len = have;
	return text;
}

int client_slurp_open(int dir, const char *path, off_t max)
{
	int fd = openat(dir, path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	struct stat st;

	if (fd < 0)
		return -1;
	if (!fstat(fd, &st)) {
		if (S_ISREG(st.st_mode) && st.st_size <= max)
			return fd;
		errno = S_ISREG(st.st_mode) ? EFBIG : EINVAL;
	}
	close_quietly(fd);
	return -1;
}

static char *slurp_and_close(int fd, size_t *len)
{
	char *text = fd < 0 ? NULL : client_slurp_fd(fd, len);

	if (fd >= 0)
		close_quietly(fd);
	return text;
}

char *client_slurp_kept(int dir, const char *path, off_t max)
{
	return slurp_and_close(client_slurp_open(dir, path, max), NULL);
}

char *client_slurp(int dir, const char *path, size_t *len)
{
	return slurp_and_close(openat(dir, path, O_RDONLY | O_CLOEXEC), len);
}
