/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Write a capture, see ctf.h.
 *
 * A record costs a copy into its CPU's packet; a packet is written when it is
 * full, or when the caller has time.  Whatever happens, files end with a
 * whole packet: a capture can be read at any moment, also while it grows.
 */
#ifndef KWATCH_CTF_WRITE_H
#define KWATCH_CTF_WRITE_H

#include "ctf.h"

struct client_ctf_writer;

/**
 * client_ctf_writer_create() - make the directory and its metadata
 * @path: of the directory; must not be there, or be empty
 *
 * Return: it, for client_ctf_writer_close(); NULL after saying why not.
 */
struct client_ctf_writer *client_ctf_writer_create(const char *path);

/**
 * client_ctf_writer_dir() - the directory
 * @writer: whose
 *
 * Return: a file descriptor that belongs to @writer.
 */
int client_ctf_writer_dir(const struct client_ctf_writer *writer);

/**
 * client_ctf_writer_add() - add a record
 * @writer: where to
 * @event:  the record, and its watch
 *
 * Return: 0, or -1 after saying why; nothing more is taken then.
 */
int client_ctf_writer_add(struct client_ctf_writer *writer,
			  const struct client_event *event);

/**
 * client_ctf_writer_flush() - write all that was added
 * @writer: it
 *
 * Return: 0, or -1 after saying why.
 */
int client_ctf_writer_flush(struct client_ctf_writer *writer);

/**
 * client_ctf_writer_hits() - how many hits are in the files
 * @writer: it
 *
 * Return: that many; those not flushed are not among them.
 */
uint64_t client_ctf_writer_hits(const struct client_ctf_writer *writer);

/**
 * client_ctf_writer_bytes() - how large the streams are
 * @writer: it
 *
 * Return: bytes in the files of all streams.
 */
uint64_t client_ctf_writer_bytes(const struct client_ctf_writer *writer);

/**
 * client_ctf_writer_close() - flush, close and free
 * @writer: it, or NULL
 *
 * Return: 0, or -1 if something could not be written, now or before.
 */
int client_ctf_writer_close(struct client_ctf_writer *writer);

#endif /* KWATCH_CTF_WRITE_H */
