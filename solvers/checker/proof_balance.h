/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The balance bound of a box, rounded downward, and what it excludes. See solvers/EXACT.md.
 */
#pragma once

#include "solvers/checker/proof_bound.h"

/* A server's interference is cut into at most so many levels. */
enum { GG__PROOF_LEVELS = 20 };

/* What suited a state last: where its dearest multiplier is sought first. */
typedef struct gg__proof_memo {
    double mu;
    float t[N_ENDS]; /* where known */
    bool is_given;   /* mu, by the certificate: options are priced with it */
    bool is_known;   /* how dear the state is there may be asked at once */
} gg__proof_memo;

/* One server's part. Columns are over the free users, who may be here and have another option, and
 * after them over those who may disturb or stay home. */
typedef struct gg__balance_part {
    size_t n_free, n_outside, n_forced;
    uint32_t *user;                /* n */
    double *power_w, *price, *cap; /* n; caps: 0 for who may stay home, else infinite */
    double *base, *work;           /* n, below; of the free */
    double *factor;                /* (GG__PROOF_LEVELS + 1) x n, below; of the free */
    double forced_factor[GG__PROOF_LEVELS + 1], forced_work, forced_base; /* below */
    double certain_low_w, certain_high_w, certain_price; /* elsewhere in every decision; above */
    double loudest_w;                                    /* the power of all who may disturb */
    double level_w[GG__PROOF_LEVELS + 1];
    size_t n_levels;
    uint32_t given_level[GG__PROOF_LEVELS]; /* which level of the certificate's each is part of */
    double *range[N_ENDS];                  /* n + 1, by load, W */
    gg__proof_memo *memo;                   /* (n + 1) x GG__PROOF_LEVELS */
    gg__proof_memo near[GG__PROOF_LEVELS];  /* of the last state of each level */
    double spread;                          /* of thresholds sought one after the other */
    double least_s;                         /* V_j, below */
    size_t least_load;                      /* the state that costs so much, also of the round */
    double least_at_w;                      /* before: its load and interference */
} gg__balance_part;

/* The work space of the balance bound, beside a bounder's users and row. */
typedef struct gg__proof_balance {
    gg__proof_bounder *b;
    const gg__proof_problem *p;
    gg__balance_part *parts;         /* m */
    uint32_t *users;                 /* the parts' */
    double *columns;                 /* the parts' */
    double *ranges;                  /* the parts' */
    gg__proof_memo *memos;           /* the parts' */
    double *prices;                  /* m x n: nu */
    double *total;                   /* n: below the sum of a user's prices */
    double *term;                    /* n: what each user contributes to the last state valued */
    double *away, *here;             /* n: what a user costs the server, below */
    const gg__balance_part *away_of; /* whose users and at which multiplier; NULL: nobody's */
    double away_mu;
    double *gap, *sorted;          /* n: here less away */
    double *on, *elsewhere, *home; /* m x n: rises of V_j, below */
    double slack_s;                /* how far too low V_j is taken */
    bool prices_options;           /* the round left states to price options in */
    double scale_s;                /* what local execution costs in all: what multipliers measure */
    double bound_s;
} gg__proof_balance;

/* Free with gg_free. Errors: GG_E_NOMEM. */
gg_status gg__proof_balance_new(gg__proof_bounder *bounder, gg__proof_balance **out, gg_error *err);

/* Below the cost G of every decision of the box, by the multipliers and prices of the certificate's
 * round. Any finite ones make a valid bound. */
double gg__proof_balance_bound(gg__proof_balance *balance, const gg__proof_box *box,
                               const gg_certificate *certificate, size_t round);

/* As gg__proof_reduce. */
bool gg__proof_balance_reduce(gg__proof_balance *balance, gg__proof_box *box, double target_s);

/* A state of a server: a load, a level of interference, a multiplier of its balance, and a
 * threshold for who is here. */
typedef struct gg__balance_state {
    size_t load, level;
    double mu, t;
    double t_at[N_ENDS];    /* the thresholds that suit both ends of the level; t is one of them */
    double next_at[N_ENDS]; /* the largest that do: the cheapest of who is not here */
    bool by_threshold;      /* t counts even where all, or none, of the free are here */
    double at[N_ENDS];      /* below what it costs at both ends of the level */
} gg__balance_state;

/* Below what the state costs with the interference at level_w[edge]; what every user costs and its
 * part are left in balance->away, here and term. */
double gg__balance_value(gg__proof_balance *balance, size_t server, const gg__balance_state *state,
                         size_t edge);

/* Seeks the multiplier that makes a state dearest, or dearer than `enough`; in plain arithmetic,
 * since any multiplier is as valid. False where no decision has the state. */
bool gg__balance_seek(gg__proof_balance *balance, size_t server, double enough,
                      gg__balance_state *state);

/* The multiplier and the thresholds that suited the state last, or else the last one that was
 * sought in its level; false where there is none. */
bool gg__balance_recall(const gg__proof_balance *balance, size_t server, gg__balance_state *state);

/* Whether the certificate gives a multiplier of the state, and some decision has it. */
bool gg__balance_is_given(const gg__proof_balance *balance, size_t server,
                          const gg__balance_state *state);

/* That multiplier, and the thresholds that suit it; false where there is none. */
bool gg__balance_given(gg__proof_balance *balance, size_t server, gg__balance_state *state);

/* Sets state->at: below what it costs at both ends with its multiplier and thresholds. */
void gg__balance_value_ends(gg__proof_balance *balance, size_t server, gg__balance_state *state);

/* Loads and interference in states that are left. */
typedef struct gg__proof_hull {
    size_t load_low, load_high;
    double lowest, highest; /* W */
} gg__proof_hull;

/* Visits, valued at both ends, every state of the box that is not certain to cost at least
 * *needed_s, which the visit may lower. */
typedef struct gg__balance_scan {
    gg__proof_balance *balance;
    const gg__proof_box *box;
    size_t server;
    double needed_s;
    void (*visit)(struct gg__balance_scan *scan, const gg__balance_state *state);
    void *context;
    bool hurries;                /* a state may be visited more than once */
    bool takes_given;            /* of states that the certificate gives: at its multiplier */
    const gg__proof_hull *known; /* what is inside needs no visit; NULL: everything does */
} gg__balance_scan;
void gg__balance_scan_all(gg__balance_scan *scan);
