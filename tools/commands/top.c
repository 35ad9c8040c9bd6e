// SPDX-License-Identifier: GPL-2.0
/*
 * kwatch top: a live table of who touches what, how often, with which value.
 *
 * Hits are counted as they come (tally.c); twice a second those of one watch,
 * process and place are added up and drawn.  curses writes to the terminal
 * only what is different from before, so nothing flickers.
 */
#define _GNU_SOURCE
#include <curses.h>
#include <errno.h>
#include <getopt.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "commands.h"
#include "follow.h"
#include "control/listing.h"
#include "options.h"
#include "report/tally.h"
#include "output/line.h"
#include "process/uframes.h"

#define NSEC_PER_SEC	1000000000ull
#define EVERY_NS	(NSEC_PER_SEC / 2)

#define CELL_BYTES	512
#define WHERE_LEAST	20	/* columns, before the process has to give some */
#define COLUMNS_ONCE	130	/* of --once, whose output is no terminal */

enum column {
	COLUMN_HITS,
	COLUMN_RATE,
	COLUMN_WHO,
	COLUMN_WHERE,
	COLUMN_VALUE,
	COLUMN_WATCH,
	COLUMNS
};

/* In the order of importance; the last ones go first when it is narrow. */
static const struct {
	const char *name;
	int key;		/* that sorts by it */
	int width;
	bool right;
} columns[COLUMNS] = {
	[COLUMN_HITS]	= { "HITS", 'h', 9, true },
	[COLUMN_RATE]	= { "RATE/s", 'r', 7, true },
	[COLUMN_WHO]	= { "PROCESS", 'p', 20, false },
	[COLUMN_WHERE]	= { "FUNCTION", 'f', 30, false },
	[COLUMN_VALUE]	= { "LAST VALUE", 'v', 26, false },
	[COLUMN_WATCH]	= { "WATCH", 'w', 24, false },
};

/* One line: all stacks of a watch, a process and a place. */
struct line {
	const struct client_tally_row *row;	/* the one hit last */
	uint64_t hits;
	uint64_t fresh;				/* since the last look */
	uint64_t ip;
	char cells[COLUMNS][CELL_BYTES];
};

#define SIDE_MAX	1000	/* rows and columns of a screen */

struct top {
	struct client_follow follow;
	struct client_tally tally;
	struct line *lines;
	size_t nr;
	size_t size;
	size_t first;		/* line that is shown on top */
	enum column sort;
	bool up;
	bool paused;
	bool once;
	bool curses;
	bool clamped;		/* the terminal is larger than the screen */
	SCREEN *screen;
	uint64_t looked_ns;
	uint64_t hits_before;
	uint64_t fresh;
	double seconds;		/* between the last two looks */
	int said;		/* what was complained of meanwhile */
	int stderr_fd;
};

static enum column sort_by;
static bool sort_up;

static uint64_t place_of(const struct client_tally_row *row)
{
	const struct client_frames *frames = row->frames;

	if (frames && frames->kstack && frames->kstack->nr)
		return frames->kstack->ip[0];
	if (frames && frames->ustack && frames->ustack->nr)
		return frames->ustack->ip[0];
	return 0;
}

static bool is_same_line(const struct client_loads *loads, const struct line *line,
			 const struct client_tally_row *row)
{
	uint64_t address = line->ip - !row->exact;

	return client_loads_find(loads, address, line->row->last_ns) ==
	       client_loads_find(loads, address, row->last_ns) &&
	       line->row->watch == row->watch && line->ip == place_of(row) &&
	       line->row->known == row->known &&
	       line->row->task.tgid == row->task.tgid &&
	       !memcmp(line->row->task.comm, row->task.comm, KWATCH_COMM_MAX);
}

static uint64_t key_of(const struct client_tally_row *row)
{
	uint64_t comm[2];

	memcpy(comm, row->task.comm, sizeof(comm));
	return client_map_mix(client_map_mix(place_of(row) ^ comm[0]) +
			      (comm[1] ^ row->task.tgid)) + row->watch->id;
}

/* Add the rows up.  The numbers of lines are kept in a map, from 1. */
static void gather(struct top *top)
{
	struct client_map map = { 0 };
	size_t i;

	top->nr = 0;
	for (i = 0; i < top->tally.nr; i++) {
		struct client_tally_row *row = top->tally.rows[i];
		uint64_t key = key_of(row);
		struct line *line = NULL;
		uintptr_t n;

		while ((n = (uintptr_t)client_map_get(&map, key)) &&
		       !is_same_line(&top->follow.stream.loads, &top->lines[n - 1], row))
			key++;
		if (!n) {
			if (top->nr == top->size) {
				top->size = top->size ? top->size * 2 : 64;
				top->lines = client_realloc(top->lines, top->size *
							    sizeof(*top->lines));
			}
			line = &top->lines[top->nr++];
			memset(line, 0, offsetof(struct line, cells));
			line->row = row;
			line->ip = place_of(row);
			client_map_set(&map, key, (void *)(uintptr_t)top->nr);
		} else {
			line = &top->lines[n - 1];
			if (row->last_ns >= line->row->last_ns)
				line->row = row;
		}
		line->hits += row->count;
		line->fresh += row->count - row->before;
		row->before = row->count;
	}
	client_map_clear(&map, NULL);
}

static void copy_clean(char *cell, const char *text, size_t max)
{
	size_t i;

	for (i = 0; i < max && i < CELL_BYTES - 1 && text[i]; i++) {
		unsigned char c = text[i];

		/* Bytes that are no ASCII may be half a character. */
		cell[i] = c < 0x20 || c >= 0x7f ? '.' : c;
	}
	cell[i] = '\0';
}

/* "function+0x12 [program]" of code of a process. */
static void fill_user(struct top *top, struct line *line)
{
	const struct client_uframe *frame;
	struct client_uframes uframes;
	struct client_event event;
	char text[CELL_BYTES];
	int len;

	client_tally_event(line->row, &event);
	event.processes = top->follow.processes;
	client_uframes_get(&event, client_uframes_space(&event), &uframes);
	frame = &uframes.frame[0];
	if (!frame->name)
		len = snprintf(text, sizeof(text), "0x%llx", (unsigned long long)line->ip);
	else if (frame->inlined)
		len = snprintf(text, sizeof(text), "%.300s", frame->name);
	else
		len = snprintf(text, sizeof(text), "%.300s+0x%llx", frame->name,
			       (unsigned long long)frame->offset);
	if (frame->image)
		snprintf(text + len, sizeof(text) - len, " [%.100s]", frame->image);
	copy_clean(line->cells[COLUMN_WHERE], text, CELL_BYTES);
	client_uframes_free(&uframes);
}

static void fill_where(struct top *top, struct line *line)
{
	const struct client_frames *frames = line->row->frames;
	bool kernel = frames && frames->kstack && frames->kstack->nr;
	char *cell = line->cells[COLUMN_WHERE];
	struct client_symbol symbol;

	if (!line->ip)
		snprintf(cell, CELL_BYTES, "?");
	else if (!kernel)
		fill_user(top, line);
	else if (client_symbols_find(top->follow.symbols, line->ip, line->row->exact,
					       line->row->last_ns, &symbol))
		snprintf(cell, CELL_BYTES, "%s+0x%llx%s%s%s", symbol.name,
			 (unsigned long long)symbol.offset,
			 symbol.module ? " [" : "",
			 symbol.module ? symbol.module : "",
			 symbol.module ? "]" : "");
	else if (symbol.load)
		snprintf(cell, CELL_BYTES, "0x%llx" KWATCH_TEXT_UNLOADED,
			 (unsigned long long)line->ip, symbol.module);
	else
		snprintf(cell, CELL_BYTES, "0x%llx", (unsigned long long)line->ip);
}

static void fill_value(struct line *line)
{
	const struct client_tally_row *row = line->row;
	char *cell = line->cells[COLUMN_VALUE];
	char before[24] = "?", after[24] = "?";

	if (row->watch->type == KWATCH_TYPE_X) {
		*cell = '\0';
		return;
	}
	if (!(row->flags & KWATCH_FLAG_OLD_UNKNOWN))
		snprintf(before, sizeof(before), "0x%llx",
			 (unsigned long long)row->old_value);
	if (!(row->flags & KWATCH_FLAG_NEW_UNKNOWN))
		snprintf(after, sizeof(after), "0x%llx",
			 (unsigned long long)row->new_value);
	snprintf(cell, CELL_BYTES, "%s -> %s", before, after);
}

static void fill(struct top *top, struct line *line)
{
	const struct client_tally_row *row = line->row;
	char *who = line->cells[COLUMN_WHO];

	snprintf(line->cells[COLUMN_HITS], CELL_BYTES, "%llu",
		 (unsigned long long)line->hits);
	snprintf(line->cells[COLUMN_RATE], CELL_BYTES, "%.0f",
		 top->seconds > 0 ? line->fresh / top->seconds : 0.0);
	copy_clean(who, row->known ? row->task.comm : "<...>", KWATCH_COMM_MAX);
	if (row->known)
		snprintf(who + strlen(who), CELL_BYTES - strlen(who), "-%u",
			 row->task.tgid);
	fill_where(top, line);
	fill_value(line);
	copy_clean(line->cells[COLUMN_WATCH], client_tally_label(row), CELL_BYTES);
}

static int compare_numbers(uint64_t a, uint64_t b)
{
	return a < b ? -1 : a > b;
}

static int compare(const void *a, const void *b)
{
	const struct line *x = a, *y = b;
	int order;

	if (sort_by == COLUMN_HITS)
		order = -compare_numbers(x->hits, y->hits);
	else if (sort_by == COLUMN_RATE)
		order = -compare_numbers(x->fresh, y->fresh);
	else if (sort_by == COLUMN_VALUE)
		order = -compare_numbers(x->row->new_value, y->row->new_value);
	else
		order = strcmp(x->cells[sort_by], y->cells[sort_by]);
	if (sort_up)
		order = -order;
	/* Equal ones must not jump about. */
	if (!order)
		order = -compare_numbers(x->hits, y->hits);
	return order ? order : compare_numbers(x->row->first_ns, y->row->first_ns);
}

static void look(struct top *top)
{
	uint64_t now = client_follow_now();
	size_t i;

	top->seconds = (now - top->looked_ns) / (double)NSEC_PER_SEC;
	top->looked_ns = now;
	gather(top);
	for (i = 0; i < top->nr; i++)
		fill(top, &top->lines[i]);
}

static void sort(struct top *top)
{
	sort_by = top->sort;
	sort_up = top->up;
	if (top->nr)
		qsort(top->lines, top->nr, sizeof(*top->lines), compare);
}

/* How wide each column may be; 0 for one that is left out. */
static void lay_out(int width, int *widths)
{
	int used = 0, i;

	for (i = 0; i < COLUMNS; i++) {
		int wanted = columns[i].width + (i > 0);

		widths[i] = 0;
		/* What names the culprit is there, however short. */
		if (i == COLUMN_WHO && used + wanted + WHERE_LEAST > width)
			wanted = (width - used) / 2;
		if (i == COLUMN_WHERE && used + wanted > width)
			wanted = width - used;
		if (used + wanted > width || wanted < 2)
			continue;
		widths[i] = wanted;
		used += wanted;
	}
	/* What is left goes to the function, which needs it most. */
	widths[COLUMN_WHERE] += width > used ? width - used : 0;
}

static void put_cell(char *text, size_t *len, size_t size, const char *cell,
		     int width, bool right, bool first)
{
	int room = width - !first;

	if (width <= 0 || room <= 0)
		return;
	*len += snprintf(text + *len, size - *len, "%s%*.*s", first ? "" : " ",
			 right ? room : -room, room, cell);
}

static void format_line(const struct line *line, const int *widths, char *text,
			size_t size)
{
	size_t len = 0;
	int i;

	*text = '\0';
	for (i = 0; i < COLUMNS; i++)
		put_cell(text, &len, size, line ? line->cells[i] : columns[i].name,
			 widths[i], columns[i].right, !i);
}

static void format_head(const struct top *top, char *text, size_t size)
{
	const struct client_tally *tally = &top->tally;
	struct client_tally_watch **watches;
	unsigned long long uncovered = 0;
	char not_covered[64] = "";
	size_t i, nr;

	watches = client_tally_watches(tally, &nr);
	for (i = 0; i < nr; i++)
		uncovered += watches[i]->uncovered;
	free(watches);
	if (uncovered)
		snprintf(not_covered, sizeof(not_covered), ", %llu CPU%s or thread%s not covered",
			 uncovered, uncovered == 1 ? "" : "s", uncovered == 1 ? "" : "s");

	snprintf(text, size, "kwatch: %llu hits, %.0f/s, %llu overwritten, %zu watch%s%s%s",
		 (unsigned long long)tally->hits,
		 top->seconds > 0 ? top->fresh / top->seconds : 0.0,
		 (unsigned long long)tally->lost, tally->watches.nr,
		 tally->watches.nr == 1 ? "" : "es", not_covered, top->paused ? "  PAUSED" : "");
}

/*
 * Lay the screen out anew if the terminal's size has changed.  curses itself does
 * it with shorts, and ends the program at 32768.
 */
static void fit(struct top *top)
{
	struct winsize size;
	int rows, width;

	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) || !size.ws_row || !size.ws_col)
		return;
	rows = size.ws_row < SIDE_MAX ? size.ws_row : SIDE_MAX;
	width = size.ws_col < SIDE_MAX ? size.ws_col : SIDE_MAX;
	if (rows != LINES || width != COLS)
		resizeterm(rows, width);
	if (!top->clamped && (rows < size.ws_row || width < size.ws_col)) {
		client_complain("top: of the terminal's %u rows and %u columns at most %d are used",
				size.ws_row, size.ws_col, SIDE_MAX);
		top->clamped = true;
	}
}

static void draw(struct top *top)
{
	int height, width, widths[COLUMNS], y;
	char text[1024];
	size_t i;

	fit(top);
	getmaxyx(stdscr, height, width);
	if (width > (int)sizeof(text) - 1)
		width = sizeof(text) - 1;
	lay_out(width, widths);
	sort(top);
	if (top->first >= top->nr)
		top->first = top->nr ? top->nr - 1 : 0;

	erase();
	format_head(top, text, sizeof(text));
	mvaddnstr(0, 0, text, width);
	format_line(NULL, widths, text, sizeof(text));
	mvaddnstr(1, 0, text, width);
	mvchgat(1, 0, -1, A_REVERSE, 0, NULL);
	for (i = top->first, y = 2; i < top->nr && y < height - 1; i++, y++) {
		format_line(&top->lines[i], widths, text, sizeof(text));
		mvaddnstr(y, 0, text, width);
	}
	if (!top->nr && height > 3)
		mvaddnstr(2, 0, "no hits yet", width);
	snprintf(text, sizeof(text), "q quit  sort: %s%s (h r p f v w)  space pause",
		 columns[top->sort].name, top->up ? " up" : "");
	mvaddnstr(height - 1, 0, text, width);
	refresh();
}

static int take(struct client_follow *follow, const struct client_event *event)
{
	struct top *top = follow->context;
	const struct client_tally_row *row = client_tally_add(&top->tally, event);

	/* The process may have ended when the table is drawn. */
	if (row && row->count == 1 && row->frames && row->frames->ustack)
		client_uframes_space(event);
	return 0;
}

static bool tick(struct client_follow *follow)
{
	struct top *top = follow->context;

	client_symbols_refresh(follow->symbols);
	if (!top->paused) {
		look(top);
		/* Of the same time as those of the lines, however often it is drawn. */
		top->fresh = top->tally.hits - top->hits_before;
		top->hits_before = top->tally.hits;
		draw(top);
	}
	return false;
}

static void choose(struct top *top, int key)
{
	enum column i;

	for (i = 0; i < COLUMNS; i++) {
		if (columns[i].key != key)
			continue;
		top->up = top->sort == i && !top->up;
		top->sort = i;
		top->first = 0;
	}
}

/* Return: true to end. */
static bool press(struct top *top, int key)
{
	size_t page = LINES > 4 ? LINES - 4 : 1;

	switch (key) {
	case 'q':
	case 'Q':
		return true;
	case ' ':
		top->paused = !top->paused;
		break;
	case KEY_DOWN:
		top->first += top->first + 1 < top->nr;
		break;
	case KEY_UP:
		top->first -= top->first > 0;
		break;
	case KEY_NPAGE:
		top->first += top->first + page < top->nr ? page : 0;
		break;
	case KEY_PPAGE:
		top->first -= top->first < page ? top->first : page;
		break;
	default:
		choose(top, key);
	}
	return false;
}

static bool input(struct client_follow *follow)
{
	struct top *top = follow->context;
	int key = getch();

	if (key == ERR)
		return false;
	for (; key != ERR; key = getch()) {
		if (press(top, key))
			return true;
	}
	draw(top);
	return false;
}

/* What is said while the screen is ours is kept, and said at the end. */
static int begin_screen(struct top *top)
{
	setlocale(LC_CTYPE, "");
	/* See fit(). */
	use_env(false);
	top->screen = newterm(NULL, stdout, stdin);
	if (!top->screen) {
		client_complain("top: the terminal \"%s\" is not known; see --once",
				getenv("TERM") ? getenv("TERM") : "");
		return -1;
	}
	top->curses = true;
	set_term(top->screen);
	cbreak();
	noecho();
	nodelay(stdscr, true);
	keypad(stdscr, true);
	curs_set(0);
	fflush(stderr);
	top->said = memfd_create("kwatch", MFD_CLOEXEC);
	top->stderr_fd = dup(STDERR_FILENO);
	if (top->said >= 0)
		dup2(top->said, STDERR_FILENO);
	fit(top);
	return 0;
}

static void end_screen(struct top *top)
{
	char text[4096];
	ssize_t n;

	if (!top->curses)
		return;
	endwin();
	delscreen(top->screen);
	fflush(stderr);
	if (top->said < 0 || top->stderr_fd < 0)
		return;
	dup2(top->stderr_fd, STDERR_FILENO);
	close(top->stderr_fd);
	lseek(top->said, 0, SEEK_SET);
	while ((n = read(top->said, text, sizeof(text))) > 0)
		fwrite(text, 1, n, stderr);
	close(top->said);
}

static void print_once(struct top *top)
{
	int widths[COLUMNS];
	char text[1024];
	size_t i;

	top->looked_ns = client_follow_now();
	look(top);
	top->seconds = 0;
	sort(top);
	lay_out(COLUMNS_ONCE, widths);
	/* A rate of what was, there is none. */
	widths[COLUMN_WHERE] += widths[COLUMN_RATE];
	widths[COLUMN_RATE] = 0;
	format_line(NULL, widths, text, sizeof(text));
	puts(text);
	for (i = 0; i < top->nr; i++) {
		format_line(&top->lines[i], widths, text, sizeof(text));
		puts(text);
	}
}

static int run_top(struct top *top)
{
	struct client_follow *follow = &top->follow;
	int ret;

	if (!top->once && (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO))) {
		client_complain("top: needs a terminal; see --once");
		return -1;
	}
	if (client_follow_open(follow))
		return -1;
	client_symbols_load(follow->symbols);
	top->looked_ns = client_follow_now();
	if (!top->once && begin_screen(top))
		return -1;
	if (!top->once)
		tick(follow);
	ret = client_follow_run(follow);
	end_screen(top);
	if (!ret && top->once)
		print_once(top);
	return ret;
}

static bool take_option(struct top *top, int c)
{
	enum column before = top->sort;

	switch (c) {
	case 'w':
		top->follow.id = client_listing_named(optarg);
		return top->follow.id;
	case KWATCH_OPTION_ALL:
		top->follow.all = true;
		return true;
	case KWATCH_OPTION_SELF:
		top->follow.self = true;
		return true;
	case 's':
		if (!optarg[0] || optarg[1])
			return false;
		top->sort = COLUMNS;
		choose(top, optarg[0]);
		if (top->sort < COLUMNS)
			return true;
		top->sort = before;
		return false;
	case '1':
		top->once = true;
		top->follow.snapshot = true;
		return true;
	}
	return false;
}

static int run(int argc, char **argv)
{
	struct top top = {
		.follow = {
			.fd = -1,
			.event = take,
		},
		.sort = COLUMN_HITS,
	};
	int c, ret;

	while ((c = client_options_next(argc, argv, "ws1AS")) != -1) {
		if (!take_option(&top, c))
			return client_usage(&client_top_command);
	}
	if (optind < argc)
		return client_usage(&client_top_command);
	top.follow.context = &top;
	if (!top.once) {
		top.follow.from_now = true;
		top.follow.tick = tick;
		top.follow.input = input;
		top.follow.every_ns = EVERY_NS;
	}
	ret = run_top(&top);
	client_tally_destroy(&top.tally);
	free(top.lines);
	if (client_follow_close(&top.follow))
		ret = -1;
	return client_close_stdout(ret ? KWATCH_EXIT_FAILED : KWATCH_EXIT_OK);
}

const struct client_command client_top_command = {
	.name = "top",
	.args = "[-w ID|NAME] [-s h|r|p|f|v|w] [-1 [--all]] [--self]",
	.summary = "live: who touches what, how often, last values",
	.help =
"  -w, --watch ID  only this watch\n"
"  -s, --sort KEY  by hits, rate, process, function, value or watch\n"
"  -1, --once      print what is in the rings now, and end\n"
"      --all       with -1: also hits of watches that are gone\n"
"      --self      also what this program does itself\n"
"\n"
"Keys: h r p f v w sort by a column, again the other way round; arrows and page\n"
"keys scroll; space pauses; q ends.  Hits count from when it was started.\n",
	.run = run,
};
