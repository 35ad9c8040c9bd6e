/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a caller of /dev/kwatch may ask for.
 */
#ifndef KWATCH_ADMIT_H
#define KWATCH_ADMIT_H

struct kwatch_answer;
struct kwatch_cmd;
struct kwatch_client_ring;

/* Slots that untrusted callers' watches may take in one process. */
extern unsigned int kwatch_admit_slots;

/**
 * kwatch_admit() - may a caller of /dev/kwatch say this?
 * @own:  its records
 * @cmd:  what it says; what is implied is filled in
 * @answer: filled on failure
 *
 * Context: may sleep.
 * Return: 0 or -EPERM.
 */
int kwatch_admit(const struct kwatch_client_ring *own, struct kwatch_cmd *cmd,
			struct kwatch_answer *answer);

#endif /* KWATCH_ADMIT_H */
