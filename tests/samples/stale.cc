// SPDX-License-Identifier: GPL-2.0
/*
 * A sample with a fault: a reference into a vector is kept while the vector
 * grows, which moves it.  What is written by it then changes whatever has got
 * that memory since.
 *
 *	./stale watch
 */
#include <cstdio>
#include <cstring>
#include <memory>
#include <vector>

#include <libkwatch.h>

namespace {

struct Account {
	long number;
	long balance;
};

struct Interest {
	long rate;
	long days;
};

class Bank {
public:
	Account &open(long number)
	{
		accounts.push_back({ number, 0 });
		return accounts.back();
	}

	static void deposit(Account &account, long amount)
	{
		account.balance += amount;
	}

private:
	std::vector<Account> accounts;
};

void watch_days(const Interest &interest)
{
	if (kwatch_on_report(kwatch_print, stdout) ||
	    kwatch_watch(&interest.days, sizeof(interest.days), KWATCH_WRITE) < 0)
		std::fprintf(stderr, "%s\n", kwatch_error());
}

} // namespace

int main(int argc, char **argv)
{
	Bank bank;
	Account &first = bank.open(1);

	/* It moves: "first" is where it was. */
	bank.open(2);
	auto interest = std::make_unique<Interest>(Interest{ 3, 365 });
	if (argc > 1 && !std::strcmp(argv[1], "watch"))
		watch_days(*interest);
	Bank::deposit(first, 1000);
	kwatch_flush();
	/* Before it is freed, which may write there, too. */
	kwatch_close();
	std::printf("a year has %ld days\n", interest->days);
	return interest->days != 365;
}
