// SPDX-License-Identifier: GPL-2.0
// sources: module/hit/ring.c
/*
 * The ring in one thread (order, wrapping, exact losses), then with a writer
 * and several readers at full speed.  Built twice: with the address and
 * undefined-behaviour sanitizers, and under ThreadSanitizer (ring_tsan.c).
 *
 * Each record carries its number and a checksum over words that depend on it,
 * so that a torn, duplicated, reordered or invented record cannot pass, and
 * each reader must find read + lost == written, to the one.
 */
#include <pthread.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "hit/ring.h"

#define NR_WORDS	4096u
#define RECORD_WORDS	(KWATCH_RING_RECORD_MAX / sizeof(u64))

static int nr_tests, nr_failed;

static void ok(int good, const char *what)
{
	nr_tests++;
	nr_failed += !good;
	printf("%sok %d - %s\n", good ? "" : "not ", nr_tests, what);
}

static u64 mix(u64 x)
{
	x ^= x >> 31;
	x *= 0x9e3779b97f4a7c15ull;
	return x ^ (x >> 29);
}

static u32 words_of(u64 first)
{
	return (first & 0xffff) / sizeof(u64);
}

/* Record number @n: 2 to 34 words, one in 256 as long as may be. */
static u32 make_record(u64 n, u64 *words)
{
	u32 nr = mix(n) % 256 ? 2 + mix(n) % 33 : RECORD_WORDS, i;

	words[0] = nr * sizeof(u64) | KWATCH_RECORD_HIT << 16 | n << 24;
	for (i = 1; i < nr; i++)
		words[i] = mix(n + i);
	return nr;
}

/* Return: is this, to the bit, the record that its first word says it is? */
static int intact(const u64 *words)
{
	u64 want[RECORD_WORDS];
	u32 nr = make_record(words[0] >> 24, want);

	return !memcmp(want, words, nr * sizeof(u64));
}

static u64 data[NR_WORDS];
static struct kwatch_ring ring;

static void test_alone(void)
{
	struct kwatch_ring_cursor cursor = { 0 }, late = { 0 };
	u64 words[RECORD_WORDS], n, got = 0, lost = 0;
	struct kwatch_ring_batch batch;
	int good = 1;

	kwatch_ring_init(&ring, data, NR_WORDS);
	ok(!kwatch_ring_read(&ring, &cursor, words, &batch) &&
	   !kwatch_ring_has_news(&ring, &cursor), "an empty ring has nothing");

	for (n = 0; n < 100000; n++) {
		kwatch_ring_write(&ring, words, make_record(n, words));
		good &= kwatch_ring_has_news(&ring, &cursor);
		good &= kwatch_ring_read(&ring, &cursor, words, &batch);
		good &= !batch.lost && !batch.from && batch.to == words_of(words[0]);
		good &= words[0] >> 24 == n && intact(words);
		good &= ring.head - ring.tail <= NR_WORDS;
	}
	ok(good, "a reader that keeps up gets every record, over many wraps");

	while (kwatch_ring_read(&ring, &late, words, &batch)) {
		lost += batch.lost;
		for (n = batch.from; n < batch.to; n += words_of(words[n])) {
			good &= words[n] >> 24 == lost + got && intact(&words[n]);
			got++;
		}
	}
	ok(good && got > 10, "a late reader gets the newest ones, in order");
	ok(lost + got == 100000, "and is told the number of the others");
}

/* The threaded part. */
#define NR_READERS	3
#define NR_WRITES	200000

struct reader {
	pthread_t thread;
	u64 got, lost, torn, disorder;
	unsigned int pause;
};

static int done;

static void *reader_main(void *arg)
{
	struct kwatch_ring_cursor cursor = { 0 };
	u64 words[RECORD_WORDS], n, next = 0;
	struct kwatch_ring_batch batch;
	struct reader *r = arg;
	unsigned int idle = 0;

	for (;;) {
		int last = __atomic_load_n(&done, __ATOMIC_ACQUIRE);

		if (kwatch_ring_read(&ring, &cursor, words, &batch)) {
			r->lost += batch.lost;
			next += batch.lost;
			for (n = batch.from; n < batch.to; n += words_of(words[n])) {
				r->got++;
				r->torn += !intact(&words[n]);
				r->disorder += words[n] >> 24 != next;
				next++;
			}
		} else if (last) {
			return NULL;
		} else {
			sched_yield();
		}
		if (r->pause && ++idle % r->pause == 0)
			sched_yield();
	}
}

static void test_threads(void)
{
	struct reader readers[NR_READERS] = { { .pause = 0 }, { .pause = 7 }, { .pause = 500 } };
	u64 words[RECORD_WORDS], n;
	u64 got = 0, lost = 0, torn = 0, disorder = 0;
	int i, exact = 1;

	kwatch_ring_init(&ring, data, NR_WORDS);
	for (i = 0; i < NR_READERS; i++)
		pthread_create(&readers[i].thread, NULL, reader_main, &readers[i]);
	for (n = 0; n < NR_WRITES; n++) {
		kwatch_ring_write(&ring, words, make_record(n, words));
		if (n % 64 == 0)
			sched_yield();
	}
	__atomic_store_n(&done, 1, __ATOMIC_RELEASE);

	for (i = 0; i < NR_READERS; i++) {
		pthread_join(readers[i].thread, NULL);
		got += readers[i].got;
		lost += readers[i].lost;
		torn += readers[i].torn;
		disorder += readers[i].disorder;
		exact &= readers[i].got + readers[i].lost == NR_WRITES;
		printf("# reader %d: %llu read, %llu lost\n", i,
		       (unsigned long long)readers[i].got,
		       (unsigned long long)readers[i].lost);
	}
	ok(got && lost, "readers both read and lost (the test tests something)");
	ok(!torn, "no record was torn or invented");
	ok(!disorder, "no record came twice or out of its place");
	ok(exact, "read + lost == written, for every reader");
}

int main(void)
{
	setvbuf(stdout, NULL, _IOLBF, 0);
	alarm(60); /* a broken ring may never come to its end */
	test_alone();
	test_threads();
	printf("1..%d\n", nr_tests);
	return nr_failed != 0;
}
