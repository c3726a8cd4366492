/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "solvers/branching.h"

void gg_branch_apply(const gg_branch *branch, gg_box *box, int half) {
    uint64_t bit = UINT64_C(1) << branch->server;
    switch (branch->kind) {
    case GG_BRANCH_INTERFERENCE:
        if (half == 0)
            box->interference_high[branch->server] = branch->interference;
        else
            box->interference_low[branch->server] = branch->interference;
        break;
    case GG_BRANCH_LOAD:
        if (half == 0)
            box->load_high[branch->server] = branch->load;
        else
            box->load_low[branch->server] = branch->load + 1;
        break;
    case GG_BRANCH_SERVER:
        if (half == 0) {
            box->servers[branch->user] &= bit;
            box->local[branch->user] = 0;
        } else {
            box->servers[branch->user] &= ~bit;
        }
        break;
    case GG_BRANCH_LOCAL:
    default:
        if (half == 0)
            box->servers[branch->user] = 0;
        else
            box->local[branch->user] = 0;
        break;
    }
}

int gg_gap_size(double relative_gap) {
    int size = 0;
    for (double limit = 0.1; size < GG_GAP_SIZES - 1 && relative_gap < limit; limit *= 0.1)
        size++;
    return size;
}

/* Logarithm of the tree that is left if every split closed these shares of the slack: the y with
 * exp(-first y) + exp(-second y) = 1. */
static double tree_size(double first, double second) {
    double low = 0.0, high = 1e4;
    for (int k = 0; k < 50; k++) {
        double y = 0.5 * (low + high);
        if (exp(-first * y) + exp(-second * y) > 1.0)
            low = y;
        else
            high = y;
    }
    return high;
}

void gg_branch_credit(gg_branch_scores *scores, int gap_size, gg_branch_kind kind, double first,
                      double second) {
    double size = tree_size(fmax(first, 1e-3), fmax(second, 1e-3));
    uint32_t tried = ++scores->tried[gap_size][kind];
    double share = tried < 16 ? 1.0 / tried : 1.0 / 16.0;
    scores->size[gap_size][kind] += share * (size - scores->size[gap_size][kind]);
}

/* Candidates, each with a merit within its kind; merit 0: none. */
typedef struct candidate {
    gg_branch branch;
    double merit;
} candidate;

/* Load, interference and cost of the convex combination of decisions that the ascent ended in. */
typedef struct blend {
    double load[GG_BOUND_SERVERS_MAX], interference[GG_BOUND_SERVERS_MAX];
} blend;

static double frequency(const gg_bound_problem *p, const float *frequencies, size_t i,
                        size_t option) {
    return (double)frequencies[i * (p->m + 1) + option];
}

static void blend_options(const gg_bound_problem *p, const float *frequencies, blend *b) {
    *b = (blend){0};
    for (size_t i = 0; i < p->n; i++)
        for (size_t j = 0; j < p->m; j++) {
            double x = frequency(p, frequencies, i, 1 + j);
            if (x <= 0.0)
                continue;
            b->load[j] += x;
            for (size_t k = 0; k < p->m; k++)
                if (k != j)
                    b->interference[k] += x * p->power[k * p->n + i];
        }
}

/* How much the bound undercharges server j because the range of its interference is wide: the
 * concave cost at the blend's interference less the chord there. */
static double chord_gap(const gg_bound_problem *p, const gg_box *box, const float *frequencies,
                        const blend *b, size_t j) {
    double low = box->interference_low[j], high = box->interference_high[j];
    if (!(high > low))
        return 0.0;
    double at = fmin(fmax(b->interference[j], low), high);
    double share = (at - low) / (high - low), gap = 0.0;
    for (size_t i = 0; i < p->n; i++) {
        double x = frequency(p, frequencies, i, 1 + j);
        if (x > 1e-3)
            gap += x * (gg_cost_factor(p, i, j, at) - (1.0 - share) * gg_cost_factor(p, i, j, low) -
                        share * gg_cost_factor(p, i, j, high));
    }
    return gap * b->load[j];
}

/* Just beside the incumbent's interference, so that one half can soon be discarded; in the middle
 * of the blend where the incumbent is elsewhere. */
static double interference_split(double low, double high, double incumbent, double blended) {
    double centre = incumbent > low && incumbent < high ? incumbent : blended;
    if (!(centre > low && centre < high))
        centre = 0.5 * (low + high);
    double above = 1.25 * centre, below = 0.8 * centre;
    if (above < high - 0.1 * (above - centre))
        return above;
    if (below > low + 0.1 * (centre - below))
        return below;
    /* The range is already narrow: cut the longer side at half its length. */
    return high - centre > centre - low ? centre + 0.5 * (high - centre)
                                        : centre - 0.5 * (centre - low);
}

static candidate pick_interference(const gg_bound_problem *p, const gg_box *box,
                                   const float *frequencies, const blend *b,
                                   const double *incumbent) {
    candidate best = {.branch.kind = GG_BRANCH_INTERFERENCE};
    for (size_t j = 0; j < p->m; j++) {
        double low = box->interference_low[j], high = box->interference_high[j];
        if (!(high - low > 1e-7 * (high + p->noise)))
            continue;
        double gap = chord_gap(p, box, frequencies, b, j);
        if (gap <= best.merit)
            continue;
        best.merit = gap;
        best.branch.server = (uint32_t)j;
        best.branch.interference = interference_split(low, high, incumbent[j], b->interference[j]);
    }
    return best;
}

static candidate pick_load(const gg_bound_problem *p, const gg_box *box, const blend *b) {
    candidate best = {.branch.kind = GG_BRANCH_LOAD};
    for (size_t j = 0; j < p->m; j++) {
        if (box->load_low[j] >= box->load_high[j])
            continue;
        double at = fmin(fmax(b->load[j], box->load_low[j]), (double)box->load_high[j] - 1e-9);
        double fraction = at - floor(at);
        double merit = 0.01 + fmin(fraction, 1.0 - fraction);
        if (merit <= best.merit)
            continue;
        best.merit = merit;
        best.branch.server = (uint32_t)j;
        best.branch.load = (uint32_t)floor(at);
    }
    return best;
}

/* What is at stake with a user: its own delay, and what its transmission costs the others. */
static double user_weight(const gg_bound_problem *p, const double *lambda, size_t i) {
    double charge = 0.0;
    for (size_t j = 0; j < p->m; j++)
        charge += lambda[j] * p->power[j * p->n + i];
    return 0.4 * fabs(p->local_s[i]) + 0.6 * charge + 1e-12;
}

/* How far from decided an option is; a little even where the votes agree. */
static double doubt(double x) {
    return 0.002 + fmin(x, fabs(1.0 - x));
}

static candidate pick_server(const gg_bound_problem *p, const gg_box *box, const float *frequencies,
                             const double *lambda) {
    candidate best = {.branch.kind = GG_BRANCH_SERVER};
    for (size_t i = 0; i < p->n; i++) {
        uint64_t servers = box->servers[i];
        if (servers == 0 || (!box->local[i] && (servers & (servers - 1)) == 0))
            continue;
        double weight = user_weight(p, lambda, i);
        for (; servers != 0; servers &= servers - 1) {
            size_t j = (size_t)__builtin_ctzll(servers);
            double x = frequency(p, frequencies, i, 1 + j);
            double merit = doubt(x) * weight;
            if (merit <= best.merit)
                continue;
            best.merit = merit;
            best.branch.user = (uint32_t)i;
            best.branch.server = (uint32_t)j;
        }
    }
    return best;
}

static candidate pick_local(const gg_bound_problem *p, const gg_box *box, const float *frequencies,
                            const double *lambda) {
    candidate best = {.branch.kind = GG_BRANCH_LOCAL};
    for (size_t i = 0; i < p->n; i++) {
        if (!box->local[i] || box->servers[i] == 0)
            continue;
        double x = frequency(p, frequencies, i, 0);
        double weight = user_weight(p, lambda, i);
        double merit = doubt(x) * weight;
        if (merit <= best.merit)
            continue;
        best.merit = merit;
        best.branch.user = (uint32_t)i;
    }
    return best;
}

enum { TRIALS = 2 };

bool gg_branch_pick(const gg_bound_problem *p, const gg_box *box, const float *frequencies,
                    const double *lambda, const double *interference,
                    const gg_branch_scores *scores, int gap_size, gg_branch *branch) {
    blend b;
    blend_options(p, frequencies, &b);
    const candidate candidates[GG_BRANCH_KINDS] = {
        pick_interference(p, box, frequencies, &b, interference), pick_load(p, box, &b),
        pick_server(p, box, frequencies, lambda), pick_local(p, box, frequencies, lambda)};
    double best = INFINITY;
    for (int kind = 0; kind < GG_BRANCH_KINDS; kind++) {
        if (candidates[kind].merit <= 0.0)
            continue;
        bool fresh = scores->tried[gap_size][kind] < TRIALS;
        double size = fresh ? 0.0 : scores->size[gap_size][kind];
        if (size < best) {
            best = size;
            *branch = candidates[kind].branch;
        }
    }
    return best < INFINITY;
}
