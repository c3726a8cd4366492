/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Which decisions of a strategy differ from those of the optimum, and what each of them costs.
 */
#pragma once

#include "experiments/batch/redraw.h"
#include "experiments/report/stats/lineup.h"

typedef enum gg_mistake_kind {
    GG_TOO_GREEDY,   /* offloaded, should stay local */
    GG_WRONG_SERVER, /* offloaded to another server than the optimum's */
    GG_TOO_CAUTIOUS, /* local, should offload */
    GG_N_MISTAKES
} gg_mistake_kind;

/* "too greedy", "wrong server", "too cautious". */
const char *gg_mistake_name(gg_mistake_kind kind);

/* One user decided otherwise than in the optimum. Its cost is what the objective would fall by if
 * this user alone were decided as in the optimum; negative where the others must change too. */
typedef struct gg_mistake {
    size_t row;
    size_t user;
    gg_mistake_kind kind;
    int16_t decided; /* a server, or -1 */
    int16_t optimal;
    double alpha;
    double cost_s;
    double share; /* of the optimum's objective */
} gg_mistake;

enum { GG_TOP_MISTAKES = 10 };

/* One strategy's mistakes in one panel, over the instances whose optimum is proven and for which
 * both decisions are stored and respect tau. */
typedef struct gg_mistakes {
    size_t panel;
    size_t strategy;
    size_t instances;
    size_t equal; /* of them: every user decided as in the optimum */
    size_t users;
    size_t count[GG_N_MISTAKES];  /* users decided otherwise */
    size_t costed[GG_N_MISTAKES]; /* of them: the cost is known */
    size_t costly[GG_N_MISTAKES]; /* of those: cost > 0 */
    double cost_s[GG_N_MISTAKES]; /* sum of the positive costs */
    size_t n_top;
    gg_mistake top[GG_TOP_MISTAKES]; /* largest shares first */
} gg_mistakes;

typedef struct gg_mistake_list {
    size_t count; /* 0 where no assignments are stored */
    gg_mistakes *items;
    size_t redrawn;  /* instances drawn again */
    size_t mismatch; /* of them: their recorded objective did not come out again; not costed */
    size_t costed;   /* instances whose mistakes have a cost */
} gg_mistake_list;

/* Costs are computed for at most this many instances of a panel, evenly spread. */
enum { GG_COSTED_INSTANCES = 2000 };

/* Errors: GG_E_NOMEM. Clear with gg_mistakes_clear. */
gg_status gg_mistakes_compute(const gg_summary *summary, const gg_lineup *lineup, gg_redraw *redraw,
                              gg_mistake_list *out, gg_error *err);
void gg_mistakes_clear(gg_mistake_list *list);
