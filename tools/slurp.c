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
#include <unistd.h>

#include "client.h"
#include "slurp.h"

char *kwatch_slurp_fd(int fd, size_t *len)
{
	size_t have = 0, size = 16 * 1024;
	char *text = kwatch_alloc(1, size);
	ssize_t n;

	/* A pipe has no start to go to, and is read from where it is. */
	lseek(fd, 0, SEEK_SET);
	do {
		if (size - have < size / 2) {
			size *= 2;
			text = kwatch_realloc(text, size);
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

char *kwatch_slurp(int dir, const char *path, size_t *len)
{
	int fd = openat(dir, path, O_RDONLY | O_CLOEXEC), error;
	char *text;

	if (fd < 0)
		return NULL;
	text = kwatch_slurp_fd(fd, len);
	error = errno;
	close(fd);
	errno = error;
	return text;
}
