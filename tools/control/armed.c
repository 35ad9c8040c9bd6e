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
static void put_where(struct kwatch_out *out, const struct kwatch_spec *spec)
{
	bool process = spec->target == KWATCH_TARGET_ADDR && spec->pid && !(spec->addr >> 63);

	if (process)
		kwatch_out_printf(out, " in process %d, all threads%s", spec->pid,
				  spec->children ? " and children" : "");
	else if (spec->copy >= 0)
		kwatch_out_printf(out, ", the copy of CPU %d", spec->copy);
	else if (spec->cpu >= 0)
		kwatch_out_printf(out, " on CPU %d", spec->cpu);
	else
		kwatch_out_str(out, " on every CPU");
}

static void put_how_long(struct kwatch_out *out, const struct kwatch_armed *armed,
			 const struct kwatch_spec *spec)
{
	kwatch_out_printf(out, "; until %s", armed->until);
	if (armed->count)
		kwatch_out_printf(out, " or %llu hits", (unsigned long long)armed->count);
	if (spec->limit)
		kwatch_out_printf(out, " or %llu hits recorded",
				  (unsigned long long)spec->limit);
	if (spec->until == KWATCH_UNTIL_FREE)
		kwatch_out_str(out, " or the object is freed");
}

void kwatch_armed_say(const struct kwatch_armed *armed)
{
	char label[KWATCH_SPECTEXT_LABEL_MAX];
	struct kwatch_spec spec;
	struct kwatch_out out;

	if (!kwatch_spectext_parse(armed->line, &spec))
		return;
	kwatch_spectext_label(armed->line, label, sizeof(label));
	kwatch_out_init(&out, -1);
	kwatch_out_printf(&out, "# watch %u armed: %s", armed->id,
			  armed->label ? armed->label : label);
	put_where(&out, &spec);
	put_how_long(&out, armed, &spec);
	kwatch_out_str(&out, "; ");
	if (armed->note)
		kwatch_out_str(&out, armed->note);
	else if (spec.type == KWATCH_TYPE_X)
		kwatch_out_str(&out, "not what runs in an NMI handler");
	else
		kwatch_out_str(&out, "not what DMA, another mapping or an NMI handler does");
	kwatch_out_chr(&out, '\n');
	fwrite(out.data, 1, out.len, stderr);
	kwatch_out_destroy(&out);
}
