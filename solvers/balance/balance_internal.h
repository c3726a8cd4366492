/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The work space of the balance bound, shared by its evaluation, ascent and reduction.
 */
#pragma once

#include "solvers/balance/balance.h"
#include "solvers/balance/balance_kernel.h"
#include "solvers/bound/bound_internal.h"

/* A server's interference is cut into at most so many levels, each LEVEL_RATIO times the one below
 * where they suffice. */
enum { GG__LEVELS_MAX = 12 };
/* So many states that were the best once are looked at every time. */
enum { GG__RIVALS = 6 };
static const double GG__LEVEL_RATIO = 1.05;

/* Of many users, so many loads together share what is remembered of them. */
static inline size_t gg__stride(const gg_bound_problem *p) {
    return 1 + p->n / 1024;
}

/* Where states were last found to be dearest: where to look next. */
typedef struct gg__memo {
    float mu, t[N_ENDS];
} gg__memo;

/* A state of a server (a load, a level of interference), with the multiplier of its balance. */
typedef struct gg__state {
    uint32_t load;
    int level, end;   /* the end of the level that is cheaper at mu */
    double mu;        /* of the balance, seconds per power unit */
    double t[N_ENDS]; /* thresholds: infinite where all or none of the free are taken */
    double value;     /* V_j there */
} gg__state;

/* One server's part over the loaded box. Columns are over the free users, who may be here and have
 * another option; over outsiders, who may disturb or stay home; forced users, and those who are on
 * another server in every decision, enter by sums. */
typedef struct gg__server {
    uint32_t n_free, n_forced, n_outside;
    size_t padded, padded_outside;
    uint32_t *user, *outsider;   /* n each */
    double *factor;              /* (GG__LEVELS_MAX + 1) x padded n: cost factors at levels' ends */
    double *work, *base;         /* padded n */
    double *power, *price, *cap; /* padded n: of the free, see balance_kernel.h */
    double *out_power, *out_price, *out_cap; /* padded n: of the outsiders */
    double forced_factor[GG__LEVELS_MAX + 1], forced_work, forced_base;
    double certain_power, certain_price;
    double loudest; /* the power of all who may disturb */
    double level[GG__LEVELS_MAX + 1];
    int n_levels;
    uint32_t load_low, load_high;
    const double *range[N_ENDS];   /* by load: least and greatest interference */
    gg__memo *memo;                /* (n / gg__stride + 1) x GG__LEVELS_MAX */
    uint32_t *too_wide;            /* likewise: see gg__balance_scan */
    gg__memo near[GG__LEVELS_MAX]; /* what suited the last state of each level */
    double spacing;                /* of the users' values about a threshold */
    gg__state best;                /* of the last bound */
    gg__state kept;                /* of the best one of the ascent */
    gg__state rivals[GG__RIVALS];  /* the best ones of earlier scans */
    int n_rivals, next_rival;
    bool is_cut; /* the last look at all states, since what it had found was hopeless */
} gg__server;

struct gg_balance {
    gg_bounder *b;
    const gg_bound_problem *p;
    const gg_balance_kernels *kernels;
    bool many;           /* users: of more than GG_BALANCE_MANY, or for a test */
    bool persists;       /* gg_balance_persist */
    gg__server *servers; /* m */
    double *columns;     /* the servers' */
    uint32_t *users;     /* likewise */
    gg__memo *memos;     /* likewise */
    uint32_t *too_wide;  /* likewise */
    double *prices;      /* m x n: the present ones */
    double *worth;       /* m x n: what prices were first, which scales their steps */
    double *stretch;     /* m x n: by what persistence has multiplied a price's steps */
    double *charge;      /* n: sum over servers of prices, less u */
    double *best;        /* n + m n + 1 */
    double *gradient, *direction, *scale; /* n + m n + 1: the row's price last */
    double *q[N_ENDS];                    /* padded n each */
    double *on, *elsewhere, *home; /* m x n: how much V_j rises with a user there; in the place of
                                      gradient, direction and scale */
    double multipliers[GG_BOUND_SERVERS_MAX];
    double local_sum_s; /* what local execution costs in all: the measure of multipliers */
    double ambition_s;
    double missing_s;    /* of the last ascent's target; INFINITY before the first */
    double slack_s;      /* how far below its least state V_j may be claimed */
    double hopeless_s;   /* a value below this need not be exact */
    gg_hands hands;      /* zeroed: the caller's thread alone */
    double *desks;       /* of all threads, each with a q; borrowed */
    gg_state_note *note; /* NULL: nobody asked */
    void *note_context;
    uint64_t work;
};

/* Calls part(balance, j, context) for servers first .. last - 1, in any order and several at a time
 * where there are hands: with copies of the record, of which each has a q of its own. A part writes
 * what is its server's alone. */
typedef void (*gg__server_task)(gg_balance *balance, size_t j, void *context);
/* False where a thread that helped was stopped, as the caller's may not have been yet: parts may be
 * unfinished. */
bool gg__balance_each(gg_balance *balance, size_t first, size_t last, gg__server_task part,
                      void *context);

/* Every sum of the present prices that the servers' parts need. */
void gg__balance_charge(gg_balance *balance);

/* V_j at a load and a multiplier, at both ends of some levels, rounded down. */
typedef struct gg__ends {
    uint32_t load;
    int edge[N_ENDS];
    double mu;
    double t[N_ENDS];     /* the thresholds: infinite where all or none of the free are taken */
    double value[N_ENDS]; /* infinite where no decision has this load */
    double slope[N_ENDS]; /* in mu */
    /* What the steps from one to the other hand on. */
    double rest[N_ENDS], outside_power;
    gg_below below[N_ENDS];
} gg__ends;

static inline gg__ends gg__ends_of(const gg__state *state) {
    gg__ends ends; /* what the steps set is left as it is */
    ends.load = state->load;
    for (int end = LOW; end < N_ENDS; end++) {
        ends.edge[end] = state->level + end;
        ends.t[end] = state->t[end];
    }
    ends.mu = state->mu;
    return ends;
}

/* The values with thresholds as they are: whatever these are, the ends cost no less. The costs that
 * decide who is here are left in balance->q. */
void gg__ends_look(gg_balance *balance, size_t j, gg__ends *ends);

/* Then the values at the best thresholds. */
void gg__ends_settle(gg_balance *balance, size_t j, gg__ends *ends);

/* Then the slopes. */
void gg__ends_slope(const gg_balance *balance, size_t j, gg__ends *ends);

/* Where a state has its place in a server's memo. */
static inline size_t gg__memo_place(const gg_balance *bal, const gg__state *state) {
    return state->load / gg__stride(bal->p) * GG__LEVELS_MAX + (size_t)state->level;
}

static inline bool gg__memo_is_new(const gg__memo *memo) {
    return memo->mu == 0.0F && memo->t[LOW] == 0.0F && memo->t[HIGH] == 0.0F;
}

static inline gg__memo gg__memo_from(const gg__state *state) {
    gg__memo memo = {.mu = (float)state->mu};
    for (int end = LOW; end < N_ENDS; end++)
        memo.t[end] = isfinite(state->t[end]) ? (float)state->t[end] : 0.0F;
    return memo;
}

static inline void gg__memo_recall(const gg__memo *memo, gg__state *state) {
    state->mu = (double)memo->mu;
    for (int end = LOW; end < N_ENDS; end++)
        state->t[end] = (double)memo->t[end];
}

/* Seeks the multiplier that makes state->load, state->level dearest, from the last one found for it
 * or else for another state of the level, until it is found to within `tolerance_s` or costs more
 * than `enough`. False where no decision of the box has the state. */
bool gg__state_maximise(gg_balance *balance, size_t j, double enough, double tolerance_s,
                        gg__state *state);

/* Of a box's loads and interference at a server, those in states that are left. */
typedef struct gg__hull {
    uint32_t load_low, load_high;
    double interference_low, interference_high;
} gg__hull;

/* What a scan over states does with one that costs at most what its scan allows. */
typedef struct gg__scan {
    gg_balance *balance;
    size_t j;
    double allowed, tolerance_s;
    double hopeless;       /* below this no value matters, and the scan is over */
    bool is_over, hurries; /* a state may be visited more than once */
    const gg__hull *known; /* what is inside needs no visit; NULL: everything does */
    /* May lower `allowed`. */
    void (*visit)(struct gg__scan *scan, const gg__state *state);
    void *context;
} gg__scan;

/* Visits every state of the box that may cost at most `allowed`. */
void gg__balance_scan(gg__scan *scan);

/* The bound at the present prices, over all states (-INFINITY when the deadline passes) or only
 * those near the last best ones. */
double gg__balance_evaluate(gg_balance *balance, bool all_states, double tolerance_s);

static inline double gg__elsewhere_cost(const gg_elsewhere *users, double mu, size_t x) {
    return mu * users->power[x] - users->price[x];
}

static inline gg_elsewhere gg__free_of(const gg__server *s) {
    return (gg_elsewhere){s->power, s->price, s->cap};
}

static inline gg_elsewhere gg__outside_of(const gg__server *s) {
    return (gg_elsewhere){s->out_power, s->out_price, s->out_cap};
}
