/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models/threads/team.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdint.h>
#include <time.h>

#include "models/base/alloc.h"

/* So often is looked for news before a thread sleeps: to be woken takes as long as many parts. */
enum { LOOKS = 1000 };

/* So long a sleep at most for the first thread. */
enum { SLEEP_MS = 20 };

/* One thread's work in parts. */
typedef struct job {
    gg_team *team;
    size_t owner;
    void (*part)(void *of, size_t k, size_t who);
    void *of;
    atomic_uint_fast64_t left; /* the first and, 32 bits higher, the end of those not begun */
    bool is_open;              /* others may help */
    size_t helpers;            /* who are at it */
} job;

struct gg_team {
    size_t n_threads;
    job *jobs; /* one a thread */
    void (*look)(void *context);
    void *context;
    size_t n_asleep;
    atomic_size_t n_free; /* threads that would help */
    atomic_size_t news;   /* another number with everything told */
    pthread_mutex_t lock;
    pthread_cond_t is_told;
};

gg_status gg_team_new(size_t n_threads, void (*look)(void *context), void *context, gg_team **out,
                      gg_error *err) {
    gg_team *t = *out = gg_alloc(1, sizeof *t);
    job *jobs = gg_alloc(n_threads, sizeof *jobs);
    if (t == NULL || jobs == NULL) {
        gg_free(t);
        gg_free(jobs);
        *out = NULL;
        return gg_fail(err, GG_E_NOMEM, "out of memory for %zu threads", n_threads);
    }
    t->n_threads = n_threads;
    t->jobs = jobs;
    t->look = look;
    t->context = context;
    for (size_t k = 0; k < n_threads; k++) {
        jobs[k].team = t;
        jobs[k].owner = k;
    }
    pthread_condattr_t by_clock;
    pthread_condattr_init(&by_clock);
    pthread_condattr_setclock(&by_clock, CLOCK_MONOTONIC);
    pthread_cond_init(&t->is_told, &by_clock);
    pthread_condattr_destroy(&by_clock);
    pthread_mutex_init(&t->lock, NULL);
    return GG_OK;
}

void gg_team_free(gg_team *t) {
    if (t == NULL)
        return;
    pthread_cond_destroy(&t->is_told);
    pthread_mutex_destroy(&t->lock);
    gg_free(t->jobs);
    gg_free(t);
}

void gg_team_lock(gg_team *t) {
    pthread_mutex_lock(&t->lock);
}

void gg_team_unlock(gg_team *t) {
    pthread_mutex_unlock(&t->lock);
}

static void tell(gg_team *t, size_t at_most) {
    atomic_fetch_add(&t->news, 1);
    for (size_t k = 0; k < at_most && k < t->n_asleep; k++)
        pthread_cond_signal(&t->is_told);
}

void gg_team_tell(gg_team *t) {
    tell(t, t->n_threads);
}

static void sleep_awhile(gg_team *t, bool briefly) {
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_nsec += SLEEP_MS * 1000000L;
    until.tv_sec += until.tv_nsec / 1000000000L;
    until.tv_nsec %= 1000000000L;
    t->n_asleep++;
    if (briefly)
        pthread_cond_timedwait(&t->is_told, &t->lock, &until);
    else
        pthread_cond_wait(&t->is_told, &t->lock);
    t->n_asleep--;
}

static void look_up(gg_team *t, size_t who) {
    if (who == 0 && t->look != NULL)
        t->look(t->context);
}

void gg_team_wait(gg_team *t, size_t who) {
    size_t known = atomic_load(&t->news);
    gg_team_unlock(t);
    for (int k = 0; k < LOOKS && atomic_load(&t->news) == known; k++)
        sched_yield();
    gg_team_lock(t);
    if (atomic_load(&t->news) == known)
        sleep_awhile(t, who == 0 && t->look != NULL);
    look_up(t, who);
}

/* Parts are begun from both ends, so that a thread mostly has the same ones again: what they read
 * is near it. */
static const uint64_t FROM_FIRST = 1, FROM_END = UINT64_C(1) << 32;

static bool begin(job *of, size_t who, size_t *k) {
    uint64_t left = atomic_load(&of->left), rest;
    do {
        size_t first = (uint32_t)left, end = (size_t)(left >> 32);
        if (first >= end)
            return false;
        *k = who == of->owner ? first : end - 1;
        rest = who == of->owner ? left + FROM_FIRST : left - FROM_END;
    } while (!atomic_compare_exchange_weak(&of->left, &left, rest));
    return true;
}

static void do_parts(job *of, size_t who) {
    size_t k;
    while (begin(of, who, &k))
        of->part(of->of, k, who);
}

static bool needs_help(job *of) {
    uint64_t left = atomic_load(&of->left);
    return of->is_open && (uint32_t)left < left >> 32;
}

static void help(job *of, size_t who) {
    gg_team *t = of->team;
    of->helpers++;
    gg_team_unlock(t);
    do_parts(of, who);
    gg_team_lock(t);
    if (--of->helpers == 0 && !of->is_open)
        gg_team_tell(t);
}

void gg_team_help(gg_team *t, size_t who) {
    for (size_t k = 0; k < t->n_threads; k++)
        if (needs_help(&t->jobs[k])) {
            help(&t->jobs[k], who);
            look_up(t, who);
            return;
        }
    atomic_fetch_add(&t->n_free, 1);
    gg_team_wait(t, who);
    atomic_fetch_sub(&t->n_free, 1);
}

/* With whoever is free. */
static void do_together(job *own, size_t n) {
    gg_team *t = own->team;
    gg_team_lock(t);
    atomic_store(&own->left, n * FROM_END);
    own->is_open = true;
    tell(t, n - 1);
    gg_team_unlock(t);
    do_parts(own, own->owner);
    gg_team_lock(t);
    own->is_open = false;
    while (own->helpers > 0)
        gg_team_wait(t, own->owner);
    gg_team_unlock(t);
}

static void each(void *context, size_t n, void (*part)(void *of, size_t k, size_t who), void *of) {
    job *own = context;
    own->part = part;
    own->of = of;
    if (n > 1 && atomic_load(&own->team->n_free) > 0)
        do_together(own, n);
    else
        for (size_t k = 0; k < n; k++)
            part(of, k, own->owner);
}

gg_hands gg_team_hands(gg_team *t, size_t who) {
    return (gg_hands){each, &t->jobs[who]};
}
