// SPDX-License-Identifier: GPL-2.0
/*
 * The end of libkwatch in a program.
 */
#include <libkwatch.h>

#include "session.h"

static void close_device(void)
{
	pthread_mutex_lock(&client_session_lock);
	client_session_close();
	pthread_mutex_unlock(&client_session_lock);
}

void kwatch_close(void)
{
	KWATCH_NOT_CANCELLED();

	if (!client_thread_delivers(__builtin_frame_address(0)))
		client_thread_stop(close_device);
}
