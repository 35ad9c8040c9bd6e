/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Where the module's files are, and what is wrong when they are not there.
 *
 * /sys/kernel/debug/kwatch, else /proc/kwatch; KWATCH_DIR in the environment
 * names another directory.
 */
#ifndef KWATCH_PATHS_H
#define KWATCH_PATHS_H

/**
 * client_paths_missing() - is the module's directory there?
 *
 * Return: NULL, or what is missing, in a sentence.
 */
const char *client_paths_missing(void);

/**
 * client_paths_open() - open one of the module's files
 * @name:  "ctl", "hits_raw", "stats", ...
 * @flags: as open()'s
 *
 * Says what is wrong when it cannot: not loaded, no permission, no debugfs.
 *
 * Return: a file descriptor, or -1.
 */
int client_paths_open(const char *name, int flags);

/**
 * client_paths_try() - open one of the module's files, and say nothing
 * @name:  as above
 * @flags: as above
 *
 * For what can be done without, once another file has been opened.
 *
 * Return: a file descriptor, or -1 with errno set.
 */
int client_paths_try(const char *name, int flags);

/**
 * client_paths_read() - read one of the module's files
 * @name: "stats", "error_log", ...
 *
 * Return: its text, NUL-terminated, for free(); NULL after saying why.
 */
char *client_paths_read(const char *name);

/**
 * client_paths_check_abi() - does the module speak our language?
 *
 * Return: 0, or -1 after saying which version the module has and which this
 * client.
 */
int client_paths_check_abi(void);

#endif /* KWATCH_PATHS_H */
