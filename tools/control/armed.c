// SPDX-License-Identifier: GPL-2.0
/*
 * The line that says that a watch is armed, see armed.h.
 */
#include <stdio.h>

#include "armed.h"
#include "base/out.h"
#include "language/spec.h"
#include "stream/spectext.h"

/* In whose memory, or on which CPUs. */
static void put_where(struct client_out *out, const struct kwatch_spec *spec)
{
	bool process = spec->target == KWATCH_TARGET_ADDR && spec->pid && !(spec->addr >> 63);

	if (process)
		client_out_printf(out, " in process %d, all threads%s", spec->pid,
				  spec->children ? " and children" : "");
	else if (spec->copy >= 0)
		client_out_printf(out, ", the copy of CPU %d", spec->copy);
	else if (spec->cpu >= 0)
		client_out_printf(out, " on CPU %d", spec->cpu);
	else
		client_out_str(out, " on every CPU");
}

static void put_how_long(struct client_out *out, const struct client_armed *armed,
			 const struct kwatch_spec *spec)
{
	client_out_printf(out, "; until %s", armed->until);
	if (armed->count)
		client_out_printf(out, " or %llu hits", (unsigned long long)armed->count);
	if (spec->limit)
		client_out_printf(out, " or %llu hits recorded",
				  (unsigned long long)spec->limit);
	if (spec->until == KWATCH_UNTIL_FREE)
		client_out_str(out, " or the object is freed");
}

void client_armed_say(const struct client_armed *armed)
{
	char label[KWATCH_SPECTEXT_LABEL_MAX];
	struct kwatch_spec spec;
	struct client_out out;

	if (!client_spectext_parse(armed->line, &spec))
		return;
	client_spectext_label(armed->line, label, sizeof(label));
	client_out_init(&out, -1);
	client_out_printf(&out, "# watch %u armed: %s", armed->id,
			  armed->label ? armed->label : label);
	put_where(&out, &spec);
	put_how_long(&out, armed, &spec);
	client_out_str(&out, "; ");
	if (armed->note)
		client_out_str(&out, armed->note);
	else if (spec.type == KWATCH_TYPE_X)
		client_out_str(&out, "not what runs in an NMI handler");
	else
		client_out_str(&out, "not what DMA, another mapping or an NMI handler does");
	client_out_chr(&out, '\n');
	fwrite(out.data, 1, out.len, stderr);
	client_out_destroy(&out);
}
