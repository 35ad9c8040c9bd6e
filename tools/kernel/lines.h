/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Source lines of the kernel's addresses, and functions that were inlined
 * there, where there is debug information of that very build.
 *
 * It is looked for where distributions put it, by build-id; for a report by
 * debuginfod too, if DEBUGINFOD_URLS names a server.  Who follows hits cannot
 * wait for one.
 */
#ifndef KWATCH_LINES_H
#define KWATCH_LINES_H

#include "symbols.h"

struct client_lines;

/**
 * client_lines_create() - get ready; nothing is read yet
 * @symbols:  of the kernel; from now on they have lines, and must outlive this
 * @buildids: "HEX NAME" a line, where NAME is "kernel" or a module; must
 *            outlive this.  NULL: those of the kernel that runs
 * @release:  of the kernel, as uname -r has it; NULL likewise
 * @fetch:    ask debuginfod, too
 *
 * KWATCH_DEBUG in the environment names another directory than /usr/lib/debug.
 *
 * Return: it, for client_lines_destroy().
 */
struct client_lines *client_lines_create(struct client_symbols *symbols,
					 const char *buildids, const char *release,
					 bool fetch);

/**
 * client_lines_destroy() - free it
 * @lines: it, or NULL
 */
void client_lines_destroy(struct client_lines *lines);

#endif /* KWATCH_LINES_H */
