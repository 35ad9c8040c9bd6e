/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the module's "summary" says, of one watch.
 */
#ifndef KWATCH_SUMMARY_TEXT_H
#define KWATCH_SUMMARY_TEXT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/out.h"

/**
 * client_summary_show() - put the summary of a watch
 * @out:  where to
 * @id:   the watch, which may have ended; of several of that number, the newest
 * @json: an object a stack, not text
 *
 * Return: 0, or -1 after saying why there is none.
 */
int client_summary_show(struct client_out *out, uint16_t id, bool json);

/**
 * client_summary_put() - put text of the module, harmless for a terminal
 * @out:  where to
 * @text: lines
 */
void client_summary_put(struct client_out *out, const char *text);

#endif /* KWATCH_SUMMARY_TEXT_H */
