/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "solvers/tree/crew.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <time.h>

#include "models/base/alloc.h"
#include "models/base/timer.h"
#include "models/threads/together.h"

/* Halves that may be done before their turn: for each thread but the caller's, and at most. */
enum { AHEAD_A_THREAD = 24, AHEAD_MOST = 1024 };

/* Equal parts of one piece of work, for whoever comes. */
typedef struct parts {
    void (*part)(void *of, size_t k, size_t who);
    void *of;
    size_t n, next, left; /* not begun from `next` on; `left` are not done */
} parts;

/* So often, while a root's parts are shared, is looked for more of them before a thread sleeps. */
enum { LOOKS = 300 };

struct gg__crew {
    gg__tree *t;
    gg__crew_fn grow;
    gg_status status;
    gg_error *err;
    size_t n_threads;      /* the caller's is the first */
    gg__lane *lanes;       /* one a thread */
    size_t n_lanes;        /* of them are ready */
    gg__attempt own;       /* the caller's, of what nobody has begun */
    gg__attempt *attempts; /* halves ahead of their turn */
    size_t n_attempts;
    parts shared;
    bool shares_root; /* parts come often: who has nothing to do looks for them awhile */
    /* Guards the parts, how many lanes there are, the states of attempts, and of those that nobody
     * runs all else. */
    pthread_mutex_t lock;
    pthread_cond_t some_wait, some_done;
    atomic_bool is_over;
};

static void run(gg__crew *c, gg__attempt *a, size_t lane) {
    gg__attempt_run(a, &c->lanes[lane], c->t);
}

/* Of the halves that wait, that of the lowest bound; NULL: none does. */
static gg__attempt *next_waiting(gg__crew *c) {
    gg__attempt *first = NULL;
    for (size_t k = 0; k < c->n_attempts; k++) {
        gg__attempt *a = &c->attempts[k];
        if (a->state == GG__WAITS && (first == NULL || a->parent->bound_s < first->parent->bound_s))
            first = a;
    }
    return first;
}

/* With the lock, which is open while it runs. */
static void run_locked(gg__crew *c, gg__attempt *a, size_t lane) {
    a->state = GG__RUNS;
    pthread_mutex_unlock(&c->lock);
    run(c, a, lane);
    pthread_mutex_lock(&c->lock);
    a->state = GG__DONE;
    pthread_cond_broadcast(&c->some_done);
}

/* With the lock, which is open meanwhile: parts until all are begun. */
static void do_parts_locked(gg__crew *c, size_t who) {
    parts *p = &c->shared;
    while (p->next < p->n) {
        size_t k = p->next++;
        pthread_mutex_unlock(&c->lock);
        p->part(p->of, k, who);
        pthread_mutex_lock(&c->lock);
        p->left--;
    }
    if (p->left == 0)
        pthread_cond_broadcast(&c->some_done);
}

static bool is_over(void *crew) {
    return atomic_load(&((gg__crew *)crew)->is_over);
}

static bool parts_wait(const gg__crew *c) {
    return c->shared.next < c->shared.n;
}

static gg__attempt *next_for(gg__crew *c, size_t who) {
    return who < c->n_lanes ? next_waiting(c) : NULL;
}

static bool has_work(gg__crew *c, size_t who) {
    return is_over(c) || parts_wait(c) || next_for(c, who) != NULL;
}

static bool parts_are_done(gg__crew *c, size_t who) {
    (void)who;
    return c->shared.left == 0;
}

/* With the lock, which is open meanwhile: whether it has come in the end. To be woken takes as long
 * as a few parts do. */
static bool look_awhile(gg__crew *c, bool (*has_come)(gg__crew *crew, size_t who), size_t who) {
    for (int k = 0; c->shares_root && k < LOOKS && !has_come(c, who); k++) {
        pthread_mutex_unlock(&c->lock);
        sched_yield();
        pthread_mutex_lock(&c->lock);
    }
    return has_come(c, who);
}

/* A thread other than the caller's. Only that one is asked whether to stop: it tells the others. */
static void go_ahead(gg__crew *c, size_t who) {
    gg_stop_watch watch = {.ask = is_over, .context = c};
    gg_stop_watch_begin(&watch);
    pthread_mutex_lock(&c->lock);
    while (!is_over(c)) {
        gg__attempt *a = next_for(c, who);
        if (parts_wait(c))
            do_parts_locked(c, who);
        else if (a != NULL)
            run_locked(c, a, who);
        else if (!look_awhile(c, has_work, who))
            pthread_cond_wait(&c->some_wait, &c->lock);
    }
    pthread_mutex_unlock(&c->lock);
    gg_stop_watch_end(&watch);
}

static void end_work(gg__crew *c) {
    pthread_mutex_lock(&c->lock);
    atomic_store(&c->is_over, true);
    pthread_cond_broadcast(&c->some_wait);
    pthread_mutex_unlock(&c->lock);
}

static void work(void *crew, size_t k) {
    gg__crew *c = crew;
    if (k > 0) {
        go_ahead(c, k);
        return;
    }
    c->status = c->grow(c->t, c, c->err);
    end_work(c);
}

static bool is_current(const gg__crew *c, const gg__attempt *a) {
    return a->goal.number == c->t->goal.number;
}

static void let_wait(gg__crew *c, gg__attempt *a) {
    gg__attempt_reset(a);
    a->goal = c->t->goal;
    a->state = GG__WAITS;
}

/* With the lock: a half of a node may be done before its turn. Looks for room from *free_from on;
 * false where there is none. */
static bool plan(gg__crew *c, gg__node *at, int half, size_t *free_from) {
    gg__attempt *a = at->ahead[half];
    if (a != NULL) {
        if (a->state != GG__RUNS && !is_current(c, a))
            let_wait(c, a);
        return true;
    }
    while (*free_from < c->n_attempts && c->attempts[*free_from].state != GG__IDLE)
        ++*free_from;
    if (*free_from == c->n_attempts)
        return false;
    a = at->ahead[half] = &c->attempts[*free_from];
    a->parent = at;
    a->half = half;
    let_wait(c, a);
    return true;
}

void gg__crew_look_ahead(gg__crew *c, gg__node *at) {
    const gg__open_nodes *open = &c->t->open;
    const gg_tree_search *search = c->t->search;
    size_t kept = 0, free_from = 1; /* the first place is for what comes next */
    /* Halves beyond the limit would be bounded in vain. */
    int64_t halves = search->options->node_limit - search->nodes - 2;
    if (c->n_attempts == 0)
        return;
    pthread_mutex_lock(&c->lock);
    bool room = at->ahead[0] != NULL || plan(c, at, 1, &kept);
    for (size_t k = 0; room && k < open->count && k < c->n_attempts && halves > 0; k++) {
        gg__node *later = open->heap[k];
        if (later->is_point || !(later->bound_s < c->t->goal.threshold_s))
            continue;
        room = plan(c, later, 0, &free_from) && plan(c, later, 1, &free_from);
        halves -= 2;
    }
    pthread_cond_broadcast(&c->some_wait);
    pthread_mutex_unlock(&c->lock);
}

/* So long a wait at most before it is asked whether to stop. */
enum { WAIT_MS = 20 };

static void wait_a_little(gg__crew *c) {
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_nsec += WAIT_MS * 1000000L;
    until.tv_sec += until.tv_nsec / 1000000000L;
    until.tv_nsec %= 1000000000L;
    pthread_cond_timedwait(&c->some_done, &c->lock, &until);
    if (gg_time_is_up(c->t->search->deadline_s))
        atomic_store(&c->is_over, true);
}

/* With the lock: until nobody runs it. Meanwhile the caller does what waits. */
static void await(gg__crew *c, const gg__attempt *a) {
    while (a->state == GG__RUNS) {
        gg__attempt *other = next_waiting(c);
        if (other != NULL)
            run_locked(c, other, 0);
        else
            wait_a_little(c);
    }
}

static void do_half(gg__crew *c, gg__attempt *a) {
    pthread_mutex_lock(&c->lock);
    await(c, a);
    if (a->state == GG__WAITS || !is_current(c, a) || a->status != GG_OK) {
        let_wait(c, a);
        run_locked(c, a, 0);
    }
    pthread_mutex_unlock(&c->lock);
}

gg_status gg__crew_half(gg__crew *c, gg__node *at, int half, gg__attempt **out, gg_error *err) {
    gg__attempt *a = *out = at->ahead[half];
    if (a != NULL) {
        do_half(c, a);
    } else {
        a = *out = &c->own;
        a->parent = at;
        a->half = half;
        a->goal = c->t->goal;
        run(c, a, 0);
    }
    return a->status == GG_OK ? GG_OK
                              : gg_fail(err, GG_E_NOMEM, "out of memory after %llu nodes",
                                        (unsigned long long)c->t->created);
}

void gg__crew_leave(gg__crew *c, gg__node *at) {
    if (at->ahead[0] == NULL && at->ahead[1] == NULL)
        return;
    pthread_mutex_lock(&c->lock);
    for (int half = 0; half < 2; half++) {
        gg__attempt *a = at->ahead[half];
        if (a == NULL)
            continue;
        await(c, a);
        gg__attempt_reset(a);
        a->state = GG__IDLE;
        at->ahead[half] = NULL;
    }
    pthread_mutex_unlock(&c->lock);
}

void gg__crew_leave_all(gg__crew *c) {
    pthread_mutex_lock(&c->lock);
    for (size_t k = 0; k < c->n_attempts; k++)
        if (c->attempts[k].state == GG__WAITS)
            c->attempts[k].state = GG__IDLE;
    for (size_t k = 0; k < c->n_attempts; k++) {
        await(c, &c->attempts[k]);
        gg__attempt_reset(&c->attempts[k]);
        c->attempts[k].state = GG__IDLE;
    }
    pthread_mutex_unlock(&c->lock);
}

static void each(void *crew, size_t n, void (*part)(void *of, size_t k, size_t who), void *of) {
    gg__crew *c = crew;
    pthread_mutex_lock(&c->lock);
    c->shared = (parts){part, of, n, 0, n};
    pthread_cond_broadcast(&c->some_wait);
    do_parts_locked(c, 0);
    while (!look_awhile(c, parts_are_done, 0))
        wait_a_little(c);
    pthread_mutex_unlock(&c->lock);
}

gg_status gg__crew_share_root(gg__crew *c, gg_error *err) {
    const gg_hands hands = {c->n_threads, each, c};
    if (c->n_threads == 1)
        return GG_OK;
    GG_TRY(gg_balance_share(c->t->root.balance, &hands, err));
    pthread_mutex_lock(&c->lock);
    c->shares_root = true;
    pthread_cond_broadcast(&c->some_wait);
    pthread_mutex_unlock(&c->lock);
    return GG_OK;
}

/* A lane that has all that the root's has, or nothing. */
static gg_status fit_out(gg__crew *c, gg__lane *lane, gg_error *err) {
    gg_status status = GG_OK;
    if (lane->bounder == NULL)
        status = gg__lane_init(lane, c->t->search, err);
    if (status == GG_OK && c->t->root.balance != NULL && lane->balance == NULL)
        status = gg__lane_add_balance(lane, err);
    if (status != GG_OK) {
        gg__lane_clear(lane);
        *lane = (gg__lane){0};
    }
    return status;
}

/* Room for halves ahead of their turn, as far as there is memory. */
static void add_attempts(gg__crew *c) {
    size_t most = (c->n_threads - 1) * AHEAD_A_THREAD;
    if (most == 0 || c->attempts != NULL)
        return;
    most = most < AHEAD_MOST ? most : AHEAD_MOST;
    c->attempts = gg_alloc(most, sizeof *c->attempts);
    for (; c->attempts != NULL && c->n_attempts < most; c->n_attempts++)
        if (gg__attempt_init(&c->attempts[c->n_attempts], c->t, NULL) != GG_OK) {
            gg__attempt_clear(&c->attempts[c->n_attempts]);
            return;
        }
}

gg_status gg__crew_get_ready(gg__crew *c, gg_error *err) {
    size_t ready = 1;
    if (c->own.decision == NULL)
        GG_TRY(gg__attempt_init(&c->own, c->t, err));
    GG_TRY(fit_out(c, &c->lanes[0], err));
    add_attempts(c);
    while (ready < c->n_threads && fit_out(c, &c->lanes[ready], NULL) == GG_OK)
        ready++;
    pthread_mutex_lock(&c->lock);
    c->n_lanes = ready;
    c->shares_root = false;
    pthread_mutex_unlock(&c->lock);
    return GG_OK;
}

static size_t count_threads(const gg__tree *t) {
    size_t wanted = t->search->options->threads;
    wanted = wanted == 0 ? gg_usable_cores() : wanted;
    return wanted < GG_THREADS_MAX ? wanted : GG_THREADS_MAX;
}

static void clear(gg__crew *c) {
    for (size_t k = 0; k < c->n_attempts; k++)
        gg__attempt_clear(&c->attempts[k]);
    for (size_t k = 0; k < c->n_threads; k++)
        gg__lane_clear(&c->lanes[k]);
    gg__attempt_clear(&c->own);
    gg_free(c->attempts);
    gg_free(c->lanes);
}

gg_status gg__crew_run(gg__tree *t, gg__crew_fn grow, gg_error *err) {
    gg__crew c = {.t = t, .grow = grow, .err = err, .n_threads = count_threads(t)};
    c.lanes = gg_alloc(c.n_threads, sizeof *c.lanes);
    GG_NEED(c.lanes, err, "out of memory for branch and bound");
    pthread_mutex_init(&c.lock, NULL);
    pthread_cond_init(&c.some_wait, NULL);
    pthread_cond_init(&c.some_done, NULL);
    gg_work_together(c.n_threads, work, &c);
    clear(&c);
    pthread_cond_destroy(&c.some_done);
    pthread_cond_destroy(&c.some_wait);
    pthread_mutex_destroy(&c.lock);
    return c.status;
}
