/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models/threads/together.h"

#include <pthread.h>
#include <sched.h>
#include <stdbool.h>

/* A thread that is made is often put on its maker's core, where each waits for the other for
 * milliseconds: it begins on another one, and goes where it likes from there. */
typedef struct cores {
    cpu_set_t usable;
    size_t count; /* of those usable; 0: nobody knows */
    size_t own;   /* the maker's */
} cores;

typedef struct share {
    void (*work)(void *context, size_t k);
    void *context;
    size_t k;
    const cores *cores;
    pthread_t thread;
} share;

static cores find_cores(void) {
    int own = sched_getcpu();
    cores found = {.own = own > 0 ? (size_t)own : 0};
    if (sched_getaffinity(0, sizeof found.usable, &found.usable) == 0)
        found.count = (size_t)CPU_COUNT(&found.usable);
    return found;
}

size_t gg_usable_cores(void) {
    size_t count = find_cores().count;
    return count > 1 ? count : 1;
}

static void *begin(void *context) {
    const share *own = context;
    if (own->cores->count > 1)
        pthread_setaffinity_np(pthread_self(), sizeof own->cores->usable, &own->cores->usable);
    own->work(own->context, own->k);
    return NULL;
}

/* The k-th usable core after the maker's, round and round. */
static cpu_set_t core_after(const cores *all, size_t k) {
    size_t at = all->own;
    for (size_t left = k % all->count; left > 0;) {
        at = (at + 1) % CPU_SETSIZE;
        left -= CPU_ISSET(at, &all->usable) != 0;
    }
    cpu_set_t one;
    CPU_ZERO(&one);
    CPU_SET(at, &one);
    return one;
}

static bool start(share *s) {
    pthread_attr_t attributes;
    if (pthread_attr_init(&attributes) != 0)
        return false;
    if (s->cores->count > 1) {
        cpu_set_t core = core_after(s->cores, s->k);
        pthread_attr_setaffinity_np(&attributes, sizeof core, &core);
    }
    bool started = pthread_create(&s->thread, &attributes, begin, s) == 0 ||
                   pthread_create(&s->thread, NULL, begin, s) == 0;
    pthread_attr_destroy(&attributes);
    return started;
}

void gg_work_together(size_t n, void (*work)(void *context, size_t k), void *context) {
    const cores usable = find_cores();
    share shares[GG_THREADS_MAX];
    size_t started = 1;
    for (; started < n && started < GG_THREADS_MAX; started++) {
        shares[started] = (share){.work = work, .context = context, .k = started, .cores = &usable};
        if (!start(&shares[started]))
            break;
    }
    work(context, 0);
    while (started-- > 1)
        pthread_join(shares[started].thread, NULL);
}
