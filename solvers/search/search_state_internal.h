/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The search state's sums, shared by its factors, its bookkeeping and its predictions.
 */
#pragma once

#include <math.h>
#include <stdbool.h>

#include "models/delay.h"
#include "solvers/search/search_state.h"

/* A cost factor a(y), y = ln(interference + noise), near an origin: a0 + a1 dy + a2 dy^2. */
typedef struct gg__expansion {
    double a0, a1, a2;
} gg__expansion;

/* The summed factors of a server's users far from the present interference are expanded about
 * origins this far apart in y, each only when it is first asked for. */
enum { GG__REGIONS = 17 };
#define GG__REACH 0.2

typedef struct gg__region {
    gg__expansion sum;
    uint64_t version; /* of the server when it was made */
} gg__region;

/* The factor of a user that its server's interference leaves without a rate: more than any decision
 * of a valid instance costs, and a number, so that differences are numbers and a descent can tell
 * fewer such users from more. */
#define GG__NO_RATE 1e200

/* A server's summed cost factors. The transmission cost of its n users is n a(y). */
typedef struct gg__server_sums {
    uint32_t load;
    uint64_t version;      /* rises when origin or members change */
    uint64_t origin;       /* rises when the origin changes */
    double interference_w; /* from users */
    double floor_w;        /* noise and fixed interference */
    double weakest_w[2];   /* the least two powers of its users; INFINITY where there are fewer */
    double origin_w;       /* interference and noise that `sum` is expanded about */
    double per_origin_w;
    gg__expansion sum;
    double work;     /* sum of w_i kappa tL_i CL_i, or of w_i o_i */
    double fixed_s;  /* sum of what its users cost whatever the load */
    double per_flop; /* 1 / C_j */
    double bits_scale;
    double cost_s; /* of its users now */
    gg__region regions[GG__REGIONS];
} gg__server_sums;

/* One user's factor on one server, expanded about the server's origin. */
typedef struct gg__user_factor {
    gg__expansion at;
    uint64_t origin; /* of the server when it was made */
} gg__user_factor;

/* What each user alone would change by trading places with somebody, the loads being what they are.
 * Both shares of a trade add up to no more than the trade. Places are home, then the servers. */
typedef struct gg__trades {
    double *share_s;   /* (1 + M) x N: of who goes to a place */
    double *from_a_s;  /* 1 + M: of one user, INFINITY where that is */
    double *come_s;    /* M x N: the server's part of a share */
    double *disturb_s; /* M x N: the part of a server that the user neither leaves nor comes to,
                          when who is home no longer is, or who is not goes there */
    double *leave_s;   /* 2 x N: the part of the server that is left, for home or another */
    uint64_t *version; /* M: of the server when its parts were made */
    size_t vain;       /* trades tried in vain since the last change */
    bool are_known;
} gg__trades;

struct gg_search {
    const gg_instance *in;
    size_t n_users, n_servers;
    double *weighted_local_s; /* N: w_i tL_i */
    double *weighted_work;    /* N: w_i kappa tL_i CL_i */
    double *weighted_tokens;  /* N: w_i o_i; NULL: no server serves tokens */
    double *weighted_bits;    /* N: D_i, at what a second of sending costs: w_i */
    double *fixed;            /* N x M: what a user costs there whatever the load; NULL: nothing */
    double *power_w;          /* N x M: P_i g_ij */
    bool is_fixed;            /* interference: users do not disturb */
    uint8_t *usable;          /* N x M */
    gg__user_factor *factor;  /* N x M; NULL for many users: what is seldom used twice */
    int32_t *server;          /* N */
    uint32_t *members;        /* M x N: users of each server */
    uint32_t *place;          /* N: index within its server's members */
    gg__server_sums *sums;    /* M */
    double *scratch;          /* M */
    double local_s;           /* sum of weighted_local_s over local users */
    double per_user_flop;     /* 1 / Cmax */
    double drift_allowed;
    gg__trades trades;
};

static inline double gg__power(const gg_search *s, size_t i, size_t j) {
    return s->power_w[i * s->n_servers + j];
}

/* What user i on another server adds to server j's interference. */
static inline double gg__disturbing(const gg_search *s, size_t i, size_t j) {
    return s->is_fixed ? 0.0 : gg__power(s, i, j);
}

/* User i's cost factor on server j per unit of load, w_i D_i / (B_j log2(1 + SINR)), with its first
 * two derivatives in y, expanded about a disturbance. */
gg__expansion gg__expand(const gg_search *s, size_t i, size_t j, double disturbance_w);

/* The same about the server's origin. */
gg__expansion gg__expand_near(gg_search *s, size_t i, size_t j);

static inline double gg__work(const gg_search *s, size_t i, size_t j) {
    return s->weighted_tokens != NULL && gg_serves_tokens(s->in, j) ? s->weighted_tokens[i]
                                                                    : s->weighted_work[i];
}

static inline double gg__fixed(const gg_search *s, size_t i, size_t j) {
    return s->fixed == NULL ? 0.0 : s->fixed[i * s->n_servers + j];
}

static inline double gg__seconds_per_work(const gg_search *s, size_t j, uint32_t load) {
    if (s->weighted_tokens != NULL && gg_serves_tokens(s->in, j))
        return gg_curve_token_s(&s->in->server_model[j], load);
    double shared = (double)load * s->sums[j].per_flop;
    return shared > s->per_user_flop ? shared : s->per_user_flop;
}

static inline double gg__server_cost_s(const gg_search *s, size_t j, uint32_t load, double factors,
                                       double work, double fixed_s) {
    if (load == 0)
        return 0.0;
    double per_work = gg__seconds_per_work(s, j, load);
    return gg_air(s->in, j, load) * factors + per_work * work + fixed_s;
}

/* The sum of the cost factors of server j's present users at another interference, less that of
 * `out` and plus that of `in` (GG__NOBODY: none); GG__NO_RATE for each who has none there. */
double gg__factors_at(gg_search *s, size_t j, double interference_w, size_t out, size_t in);
#define GG__NOBODY SIZE_MAX

/* Change of server j's cost when its interference changes by `power_w` and its users stay. */
double gg__disturbed_change_s(gg_search *s, size_t j, double power_w);
