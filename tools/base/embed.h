/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Files that travel inside the program: each is a string that ends with a NUL.
 */
#ifndef KWATCH_EMBED_H
#define KWATCH_EMBED_H

extern const char client_embed_tsdl[];	/* kwatch.tsdl */
extern const char client_embed_html[];	/* report.html */

#endif /* KWATCH_EMBED_H */
