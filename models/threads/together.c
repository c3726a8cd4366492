/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models/threads/together.h"

#include <pthread.h>
#include <sched.h>

typedef struct share {
    void (*work)(void *context, size_t k);
    void *context;
    size_t k;
    pthread_t thread;
} share;

size_t gg_usable_cores(void) {
    cpu_set_t usable;
    int count = sched_getaffinity(0, sizeof usable, &usable) == 0 ? CPU_COUNT(&usable) : 1;
    return count > 1 ? (size_t)count : 1;
}

static void *begin(void *context) {
    const share *own = context;
    own->work(own->context, own->k);
    return NULL;
}

void gg_work_together(size_t n, void (*work)(void *context, size_t k), void *context) {
    share shares[GG_THREADS_MAX];
    size_t started = 1;
    for (; started < n && started < GG_THREADS_MAX; started++) {
        shares[started] = (share){.work = work, .context = context, .k = started};
        if (pthread_create(&shares[started].thread, NULL, begin, &shares[started]) != 0)
            break;
    }
    work(context, 0);
    while (started-- > 1)
        pthread_join(shares[started].thread, NULL);
}
