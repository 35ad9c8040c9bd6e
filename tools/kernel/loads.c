// SPDX-License-Identifier: GPL-2.0
/*
 * Modules that were unloaded, see loads.h.
 *
 * A developer unloads a module some hundred times a day, so a list will do.
 * Their number is limited, because a capture may say anything: the oldest one
 * goes, and addresses of its time have no name then.
 */
#include <stdlib.h>
#include <string.h>

#include "base/client.h"
#include "loads.h"

#define LOADS_MAX	4096
#define FUNCTIONS_MAX	(1u << 20)	/* of all loads */

static void copy_clean(char *to, const char *from, size_t len)
{
	size_t i;

	for (i = 0; i < len && from[i]; i++) {
		unsigned char c = from[i];

		to[i] = c <= ' ' || c >= 0x7f ? '.' : c;
	}
	to[i] = '\0';
}

static void load_free(struct client_load *load)
{
	size_t i;

	for (i = 0; i < load->nr; i++)
		free(load->functions[i].name);
	free(load->functions);
	free(load);
}

static int compare_times(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return x < y ? -1 : x > y;
}

/* A load is there from its @from_ns until its @until_ns, both included. */
static void set_bounds(struct client_loads *loads)
{
	size_t i;

	loads->bounds = client_realloc(loads->bounds, (2 * loads->nr + 1) * sizeof(uint64_t));
	for (i = 0; i < loads->nr; i++) {
		loads->bounds[2 * i] = loads->list[i]->from_ns;
		loads->bounds[2 * i + 1] = loads->list[i]->until_ns + 1;
	}
	loads->bounds[2 * loads->nr] = loads->stale_ns;
	qsort(loads->bounds, 2 * loads->nr + 1, sizeof(uint64_t), compare_times);
	loads->generation++;
}

static void forget_before(struct client_loads *loads, uint64_t time_ns)
{
	if (time_ns > loads->stale_ns)
		loads->stale_ns = time_ns;
}

static void forget_oldest(struct client_loads *loads)
{
	struct client_load *load = loads->list[0];

	forget_before(loads, load->until_ns);
	loads->functions -= load->nr;
	load_free(load);
	loads->nr--;
	memmove(loads->list, loads->list + 1, loads->nr * sizeof(*loads->list));
}

static struct client_load *load_of(const struct client_loads *loads, uint32_t number,
				   uint64_t until_ns)
{
	size_t i;

	for (i = loads->nr; i; i--) {
		struct client_load *load = loads->list[i - 1];

		if (load->number == number && load->until_ns == until_ns)
			return load;
	}
	return NULL;
}

bool client_loads_module(struct client_loads *loads, const struct kwatch_module_def *def)
{
	struct client_load *load;
	unsigned int i;

	if (def->flags & KWATCH_MODULE_STALE) {
		if (def->rec.time_ns <= loads->stale_ns)
			return false;
		forget_before(loads, def->rec.time_ns);
		set_bounds(loads);
		return true;
	}
	if (load_of(loads, def->number, def->rec.time_ns))
		return false;
	if (loads->nr == LOADS_MAX)
		forget_oldest(loads);
	load = client_alloc(1, sizeof(*load));
	load->number = def->number;
	copy_clean(load->name, def->name, sizeof(def->name) - 1);
	load->from_ns = def->from_ns;
	load->until_ns = def->rec.time_ns;
	if (def->build_id_size <= sizeof(def->build_id)) {
		load->build_id.len = def->build_id_size;
		memcpy(load->build_id.data, def->build_id, def->build_id_size);
	}
	for (i = 0; i < def->nr_ranges && i < KWATCH_MODULE_RANGES; i++) {
		load->range[i].start = def->range[i].start;
		load->range[i].end = def->range[i].start + def->range[i].size;
	}
	load->nr_ranges = i;
	loads->list = client_realloc(loads->list, (loads->nr + 1) * sizeof(*loads->list));
	for (i = loads->nr; i && loads->list[i - 1]->until_ns > load->until_ns; i--)
		loads->list[i] = loads->list[i - 1];
	loads->list[i] = load;
	loads->nr++;
	set_bounds(loads);
	return true;
}

bool client_loads_symbol(struct client_loads *loads, const struct kwatch_symbol_def *def)
{
	struct client_load *load = load_of(loads, def->module, def->rec.time_ns);

	if (!load || !client_loads_add(loads, load, def->start, def->start + def->size,
				       def->name))
		return false;
	loads->generation++;
	return true;
}

/* How many functions of a load begin at or before an address. */
static size_t nr_before(const struct client_load *load, uint64_t address)
{
	size_t low = 0, high = load->nr;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (load->functions[middle].start <= address)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

bool client_loads_add(struct client_loads *loads, struct client_load *load,
		      uint64_t start, uint64_t end, const char *name)
{
	size_t at = nr_before(load, start), len = strlen(name);
	struct client_function *function;

	if ((at && load->functions[at - 1].start == start) || loads->functions >= FUNCTIONS_MAX)
		return false;
	/* Room doubles at powers of two. */
	if (!(load->nr & (load->nr - 1)))
		load->functions = client_realloc(load->functions, (load->nr ? 2 * load->nr : 1) *
						 sizeof(*function));
	function = &load->functions[at];
	memmove(function + 1, function, (load->nr - at) * sizeof(*function));
	load->nr++;
	loads->functions++;
	function->start = start;
	function->end = end;
	function->name = client_alloc(1, len + 1);
	copy_clean(function->name, name, len);
	return true;
}

const struct client_function *client_loads_function(const struct client_load *load,
						    uint64_t address)
{
	size_t nr = nr_before(load, address);

	return nr && address < load->functions[nr - 1].end ? &load->functions[nr - 1] : NULL;
}

static bool is_in(const struct client_load *load, uint64_t address)
{
	unsigned int i;

	for (i = 0; i < load->nr_ranges; i++)
		if (address >= load->range[i].start && address < load->range[i].end)
			return true;
	return false;
}

struct client_load *client_loads_find(const struct client_loads *loads, uint64_t address,
				      uint64_t time_ns)
{
	size_t i;

	for (i = 0; loads && i < loads->nr; i++) {
		struct client_load *load = loads->list[i];

		if (time_ns >= load->from_ns && time_ns <= load->until_ns && is_in(load, address))
			return load;
	}
	return NULL;
}

size_t client_loads_count(const struct client_loads *loads, uint64_t address)
{
	size_t i, nr = 0;

	for (i = 0; i < loads->nr; i++)
		nr += is_in(loads->list[i], address);
	return nr;
}

size_t client_loads_era(const struct client_loads *loads, uint64_t time_ns)
{
	size_t low = 0, high = loads && loads->bounds ? 2 * loads->nr + 1 : 0;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (loads->bounds[middle] <= time_ns)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

bool client_loads_same(const struct client_loads *loads, const struct kwatch_stack *stack,
		       bool exact, uint64_t a_ns, uint64_t b_ns)
{
	unsigned int i;

	if (!stack || client_loads_era(loads, a_ns) == client_loads_era(loads, b_ns))
		return true;
	if ((a_ns < loads->stale_ns) != (b_ns < loads->stale_ns))
		return false;
	for (i = 0; i < stack->nr; i++) {
		uint64_t address = stack->ip[i] - !(exact && !i);

		if (client_loads_find(loads, address, a_ns) !=
		    client_loads_find(loads, address, b_ns))
			return false;
	}
	return true;
}

void client_loads_clear(struct client_loads *loads)
{
	size_t i;

	for (i = 0; i < loads->nr; i++)
		load_free(loads->list[i]);
	free(loads->list);
	free(loads->bounds);
	memset(loads, 0, sizeof(*loads));
}
