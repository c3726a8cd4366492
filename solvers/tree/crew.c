/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "solvers/tree/crew.h"

#include <stdatomic.h>

#include "models/base/alloc.h"
#include "models/base/timer.h"
#include "models/threads/team.h"
#include "models/threads/together.h"

/* Places for halves that are done before their turn: the first are the present wave's; of open
 * nodes for each thread but the caller's; and at most. */
enum { PLACES_OF_WAVE = 2 * GG__WAVE, PLACES_A_THREAD = 12, PLACES_MOST = 1024 };

/* What a thread has a lane for. */
typedef enum equipment { NOTHING, PLAIN, PRICED } equipment;

typedef struct seat {
    gg__lane lane;
    equipment has;
    bool is_fitting, gave_up; /* somebody fits it out; in vain */
} seat;

struct gg__crew {
    gg__tree *t;
    gg__crew_fn grow;
    gg_status status;
    gg_error *err;
    size_t n_threads;
    gg_team *team;      /* whose lock guards the seats, the states of attempts, and of those that
                           nobody runs all else */
    seat *seats;        /* one a thread, the caller's first */
    double *desks;      /* likewise; NULL: one thread's, or no prices */
    equipment wanted;   /* of every seat */
    gg__attempt own;    /* the caller's, of what nobody has begun */
    gg__attempt *ahead; /* halves ahead of their turn */
    size_t n_ahead;
    atomic_bool is_over;
};

static bool is_over(void *crew) {
    return atomic_load(&((gg__crew *)crew)->is_over);
}

/* The caller's thread alone is asked whether to stop: it tells the others. */
static void look_up(void *crew) {
    gg__crew *c = crew;
    if (gg_time_is_up(c->t->search->deadline_s))
        atomic_store(&c->is_over, true);
}

/* Of the halves that wait, that of the lowest bound; NULL: none does. */
static gg__attempt *next_waiting(const gg__crew *c) {
    gg__attempt *first = NULL;
    for (size_t k = 0; k < c->n_ahead; k++) {
        gg__attempt *a = &c->ahead[k];
        if (a->state == GG__WAITS && (first == NULL || a->parent->bound_s < first->parent->bound_s))
            first = a;
    }
    return first;
}

/* With the lock, which is open while it runs. */
static void run_half(gg__crew *c, gg__attempt *a, size_t who) {
    a->state = GG__RUNS;
    gg_team_unlock(c->team);
    gg__attempt_run(a, &c->seats[who].lane, c->t);
    gg_team_lock(c->team);
    a->state = GG__DONE;
    gg_team_tell(c->team);
}

/* What the balance does for each server is done with who is free. */
static void share(gg__crew *c, gg_balance *balance, size_t who) {
    if (c->n_threads > 1)
        gg_balance_share(balance, gg_team_hands(c->team, who), c->desks);
}

/* A lane has all that is asked for, or no less than before. */
static gg_status equip(gg__crew *c, size_t who, equipment with, gg_error *err) {
    gg__lane *lane = &c->seats[who].lane;
    gg_status status = lane->bounder == NULL ? gg__lane_init(lane, c->t->search, err) : GG_OK;
    if (status != GG_OK) {
        gg__lane_clear(lane);
        *lane = (gg__lane){0};
    } else if (with == PRICED && lane->balance == NULL) {
        GG_TRY(gg__lane_add_balance(lane, err));
        share(c, lane->balance, who);
    }
    return status;
}

/* With the lock, which is open meanwhile. */
static gg_status fit_out(gg__crew *c, size_t who, gg_error *err) {
    seat *at = &c->seats[who];
    equipment with = c->wanted;
    at->is_fitting = true;
    gg_team_unlock(c->team);
    gg_status status = equip(c, who, with, err);
    gg_team_lock(c->team);
    at->is_fitting = false;
    at->has = status == GG_OK ? with : at->has;
    at->gave_up = status != GG_OK;
    gg_team_tell(c->team);
    return status;
}

static bool is_ready(const gg__crew *c, size_t who) {
    return c->wanted != NOTHING && c->seats[who].has == c->wanted;
}

static bool is_bare(const gg__crew *c, size_t who) {
    const seat *at = &c->seats[who];
    return at->has < c->wanted && !at->is_fitting && !at->gave_up;
}

/* A thread other than the caller's, which has enough to do: whose seat is fitted out first. */
static void go_ahead(gg__crew *c, size_t who) {
    gg_stop_watch watch = {.ask = is_over, .context = c};
    gg_stop_watch_begin(&watch);
    gg_team_lock(c->team);
    while (!is_over(c)) {
        gg__attempt *waiting = is_ready(c, who) ? next_waiting(c) : NULL;
        if (is_bare(c, 0))
            fit_out(c, 0, NULL);
        else if (is_bare(c, who))
            fit_out(c, who, NULL);
        else if (waiting != NULL)
            run_half(c, waiting, who);
        else
            gg_team_help(c->team, who);
    }
    gg_team_unlock(c->team);
    gg_stop_watch_end(&watch);
}

static void end_work(gg__crew *c) {
    gg_team_lock(c->team);
    atomic_store(&c->is_over, true);
    gg_team_tell(c->team);
    gg_team_unlock(c->team);
}

static void work(void *crew, size_t who) {
    gg__crew *c = crew;
    if (who > 0) {
        go_ahead(c, who);
        gg__lane_clear(&c->seats[who].lane);
        return;
    }
    c->status = c->grow(c->t, c, c->err);
    end_work(c);
}

gg_status gg__crew_prepare(gg__crew *c, gg_error *err) {
    gg_balance *balance = c->t->root.balance;
    if (balance != NULL && c->n_threads > 1) {
        c->desks = gg_alloc(c->n_threads * gg_balance_desk(c->t->p), sizeof *c->desks);
        GG_NEED(c->desks, err, "out of memory for the bound of %zu users", c->t->p->n);
        share(c, balance, 0);
    }
    gg_team_lock(c->team);
    if (!c->t->search->root_only)
        c->wanted = balance != NULL ? PRICED : PLAIN;
    gg_team_tell(c->team);
    gg_team_unlock(c->team);
    return GG_OK;
}

static const gg__goal *goal_of(const gg__crew *c, const gg__node *at) {
    return at->goal != NULL ? at->goal : c->t->goal;
}

static bool is_current(const gg__crew *c, const gg__attempt *a) {
    return a->goal == goal_of(c, a->parent);
}

static void let_wait(gg__crew *c, gg__attempt *a) {
    gg__attempt_reset(a);
    a->goal = goal_of(c, a->parent);
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
    while (*free_from < c->n_ahead && c->ahead[*free_from].state != GG__IDLE)
        ++*free_from;
    if (*free_from >= c->n_ahead)
        return false;
    a = at->ahead[half] = &c->ahead[*free_from];
    a->parent = at;
    a->half = half;
    let_wait(c, a);
    return true;
}

static void plan_wave(gg__crew *c, gg__node **wave, size_t count) {
    size_t place = 0;
    bool room = plan(c, wave[0], 1, &place);
    for (size_t k = 1; room && k < count; k++)
        room = plan(c, wave[k], 0, &place) && plan(c, wave[k], 1, &place);
}

/* Not more than `halves`. */
static void plan_open(gg__crew *c, int64_t halves) {
    const gg__open_nodes *open = &c->t->open;
    size_t place = PLACES_OF_WAVE;
    bool room = true;
    for (size_t k = 0; room && k < open->count && k < c->n_ahead && halves > 0; k++) {
        gg__node *later = open->heap[k];
        if (!gg__node_is_left(later, c->t->goal->threshold_s))
            continue;
        room = plan(c, later, 0, &place) && plan(c, later, 1, &place);
        halves -= 2;
    }
}

void gg__crew_look_ahead(gg__crew *c, gg__node **wave, size_t count) {
    const gg_tree_search *search = c->t->search;
    /* Nodes that are opened when the time is up have no branch. */
    if (c->n_ahead == 0 || gg_time_is_up(search->deadline_s))
        return;
    gg_team_lock(c->team);
    plan_wave(c, wave, count);
    /* Halves beyond the limit would be bounded in vain. */
    plan_open(c, search->options->node_limit - search->nodes - 2 * (int64_t)count);
    gg_team_tell(c->team);
    gg_team_unlock(c->team);
}

/* With the lock: until nobody runs it. Meanwhile the caller does what waits, or helps. */
static void await(gg__crew *c, const gg__attempt *a) {
    while (a->state == GG__RUNS) {
        gg__attempt *other = next_waiting(c);
        if (other != NULL)
            run_half(c, other, 0);
        else
            gg_team_help(c->team, 0);
    }
}

static void do_half(gg__crew *c, gg__attempt *a) {
    gg_team_lock(c->team);
    await(c, a);
    if (a->state == GG__WAITS || !is_current(c, a) || a->status != GG_OK) {
        let_wait(c, a);
        run_half(c, a, 0);
    }
    gg_team_unlock(c->team);
}

gg_status gg__crew_half(gg__crew *c, gg__node *at, int half, gg__attempt **out, gg_error *err) {
    gg__attempt *a = *out = at->ahead[half];
    if (a != NULL) {
        do_half(c, a);
    } else {
        a = *out = &c->own;
        a->parent = at;
        a->half = half;
        a->goal = goal_of(c, at);
        gg__attempt_run(a, &c->seats[0].lane, c->t);
    }
    return a->status == GG_OK ? GG_OK
                              : gg_fail(err, GG_E_NOMEM, "out of memory after %llu nodes",
                                        (unsigned long long)c->t->created);
}

void gg__crew_leave(gg__crew *c, gg__node *at) {
    if (at->ahead[0] == NULL && at->ahead[1] == NULL)
        return;
    gg_team_lock(c->team);
    for (int half = 0; half < 2; half++) {
        gg__attempt *a = at->ahead[half];
        if (a == NULL)
            continue;
        await(c, a);
        gg__attempt_reset(a);
        a->state = GG__IDLE;
        at->ahead[half] = NULL;
    }
    gg_team_unlock(c->team);
}

void gg__crew_leave_all(gg__crew *c) {
    gg_team_lock(c->team);
    for (size_t k = 0; k < c->n_ahead; k++)
        if (c->ahead[k].state == GG__WAITS)
            c->ahead[k].state = GG__IDLE;
    for (size_t k = 0; k < c->n_ahead; k++) {
        await(c, &c->ahead[k]);
        gg__attempt_reset(&c->ahead[k]);
        c->ahead[k].state = GG__IDLE;
    }
    gg_team_unlock(c->team);
}
/* Room for halves ahead of their turn, as far as there is memory; *count of them. */
static gg__attempt *make_attempts(const gg__crew *c, size_t *count) {
    size_t most = c->n_threads > 1 ? PLACES_OF_WAVE + (c->n_threads - 1) * PLACES_A_THREAD : 0;
    most = most < PLACES_MOST ? most : PLACES_MOST;
    gg__attempt *ahead = most > 0 ? gg_alloc(most, sizeof *ahead) : NULL;
    for (*count = 0; ahead != NULL && *count < most; ++*count)
        if (gg__attempt_init(&ahead[*count], c->t, NULL) != GG_OK) {
            gg__attempt_clear(&ahead[*count]);
            break;
        }
    return ahead;
}

gg_status gg__crew_get_ready(gg__crew *c, gg_error *err) {
    gg_status status = GG_OK;
    size_t count = c->n_ahead;
    gg__attempt *ahead = c->ahead == NULL ? make_attempts(c, &count) : c->ahead;
    if (c->own.decision == NULL)
        status = gg__attempt_init(&c->own, c->t, err);
    gg_team_lock(c->team);
    c->ahead = ahead;
    c->n_ahead = count;
    while (c->seats[0].is_fitting)
        gg_team_wait(c->team, 0);
    if (status == GG_OK && !is_ready(c, 0))
        status = fit_out(c, 0, err);
    gg_team_unlock(c->team);
    return status;
}

static size_t count_threads(const gg__tree *t) {
    size_t wanted = t->search->options->threads;
    wanted = wanted == 0 ? gg_usable_cores() : wanted;
    return wanted < GG_THREADS_MAX ? wanted : GG_THREADS_MAX;
}

static void clear(gg__crew *c) {
    for (size_t k = 0; k < c->n_ahead; k++)
        gg__attempt_clear(&c->ahead[k]);
    gg__attempt_clear(&c->own);
    if (c->seats != NULL)
        gg__lane_clear(&c->seats[0].lane); /* whoever fitted it out; others clear their own */
    gg_team_free(c->team);
    gg_free(c->ahead);
    gg_free(c->desks);
    gg_free(c->seats);
}

gg_status gg__crew_run(gg__tree *t, gg__crew_fn grow, gg_error *err) {
    gg__crew c = {.t = t, .grow = grow, .err = err, .n_threads = count_threads(t)};
    c.seats = gg_alloc(c.n_threads, sizeof *c.seats);
    c.status = gg_team_new(c.n_threads, look_up, &c, &c.team, err);
    if (c.status == GG_OK && c.seats == NULL)
        c.status = gg_fail(err, GG_E_NOMEM, "out of memory for %zu threads", c.n_threads);
    if (c.status == GG_OK)
        gg_work_together(c.n_threads, work, &c);
    clear(&c);
    return c.status;
}
