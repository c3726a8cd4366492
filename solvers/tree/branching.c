/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "solvers/tree/branching.h"

#include "solvers/bound/offload_row.h"

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

/* A record is the mean over the first splits, then fades over so many. 0 % | 0 %. */
enum { MEMORY = 16 };

void gg_branch_credit(gg_branch_scores *scores, int gap_size, gg_branch_kind kind, double first,
                      double second) {
    double size = tree_size(fmax(first, 1e-3), fmax(second, 1e-3));
    uint32_t tried = ++scores->tried[gap_size][kind];
    double share = 1.0 / (tried < MEMORY ? tried : MEMORY);
    scores->size[gap_size][kind] += share * (size - scores->size[gap_size][kind]);
}

/* Candidates, each with a merit within its kind; merit 0: none. */
typedef struct candidate {
    gg_branch branch;
    double merit;
} candidate;

/* The convex combination of decisions that the ascent ended in. */
typedef struct blend {
    const gg_bound_problem *p;
    const gg_box *box;
    gg_choices choices;
    double load[GG_BOUND_SERVERS_MAX], interference[GG_BOUND_SERVERS_MAX];
} blend;

static double frequency(const blend *b, size_t i, size_t option) {
    return (double)b->choices.frequency[i * (b->p->m + 1) + option];
}

static void mix(blend *b) {
    const gg_bound_problem *p = b->p;
    for (size_t i = 0; i < p->n; i++)
        for (size_t j = 0; j < p->m; j++) {
            double x = frequency(b, i, 1 + j);
            if (x <= 0.0)
                continue;
            b->load[j] += x;
            for (size_t k = 0; k < p->m; k++)
                if (k != j)
                    b->interference[k] += x * p->power[k * p->n + i];
        }
    for (size_t j = 0; j < p->m; j++)
        b->interference[j] = fmin(fmax(b->interference[j], b->box->interference_low[j]),
                                  b->box->interference_high[j]);
}

/* A cost factor on the chord over the range of the server's interference, at the blend's. */
static double chord(const blend *b, size_t i, size_t j) {
    double low = b->box->interference_low[j], high = b->box->interference_high[j];
    double share = high > low ? (b->interference[j] - low) / (high - low) : 0.0;
    return (1.0 - share) * gg_cost_factor(b->p, i, j, low) +
           share * gg_cost_factor(b->p, i, j, high);
}

/* Options that hardly ever were chosen are not worth a logarithm. 0 % | 0 % nodes at half | double,
 * as all figures here (see ascent.c). */
static const double RARE = 1e-3;

/* How much the bound undercharges server j because the range of its interference is wide: the
 * concave cost at the blend's interference less the chord there. */
static double chord_gap(const blend *b, size_t j) {
    double gap = 0.0;
    if (!(b->box->interference_high[j] > b->box->interference_low[j]))
        return 0.0;
    for (size_t i = 0; i < b->p->n; i++) {
        double x = frequency(b, i, 1 + j);
        if (x > RARE)
            gap += x * (gg_cost_factor(b->p, i, j, b->interference[j]) - chord(b, i, j));
    }
    return gap * gg_air_between(b->p, j, b->load[j]);
}

/* How much the bound undercharges user i on server j: what it would pay at the blend's load and
 * interference, as often as it was chosen, less what it paid when it was. Users are chosen when the
 * server is empty and quiet; one for whom that is half of its cost is best settled first. */
static double bargain(const blend *b, size_t i, size_t j) {
    double per_work = gg_seconds_between(b->p, j, b->load[j]);
    double fair =
        gg_air_between(b->p, j, b->load[j]) * gg_cost_factor(b->p, i, j, b->interference[j]) +
        per_work * gg_work(b->p, i, j);
    return frequency(b, i, 1 + j) * fair - (double)b->choices.paid_s[i * b->p->m + j];
}

/* Where beside a centre a range of interference is cut, and what room a half must keep, as a share
 * of that distance. +2 % | +1 % for the distance, 0 % | 0 % for the
 * room. */
static const double ABOVE = 1.25, BELOW = 0.8, ROOM = 0.1;

/* Just beside the incumbent's interference, so that one half can soon be discarded; in the middle
 * of the blend where the incumbent is elsewhere. */
static double interference_split(double low, double high, double incumbent, double blended) {
    double centre = incumbent > low && incumbent < high ? incumbent : blended;
    if (!(centre > low && centre < high))
        centre = 0.5 * (low + high);
    double above = ABOVE * centre, below = BELOW * centre;
    if (above < high - ROOM * (above - centre))
        return above;
    if (below > low + ROOM * (centre - below))
        return below;
    /* The range is already narrow: cut the longer side at half its length. */
    return high - centre > centre - low ? centre + 0.5 * (high - centre)
                                        : centre - 0.5 * (centre - low);
}

static candidate pick_interference(const blend *b, const double *incumbent) {
    candidate best = {.branch.kind = GG_BRANCH_INTERFERENCE};
    for (size_t j = 0; j < b->p->m; j++) {
        double low = b->box->interference_low[j], high = b->box->interference_high[j];
        if (!(high - low > 1e-7 * (high + b->p->noise[j])))
            continue;
        double gap = chord_gap(b, j);
        if (gap <= best.merit)
            continue;
        best.merit = gap;
        best.branch.server = (uint32_t)j;
        best.branch.interference = interference_split(low, high, incumbent[j], b->interference[j]);
    }
    return best;
}

/* The merit of a load at which the blend is whole. 0 % | 0 %. */
static const double MERIT_WHOLE = 0.01;

static candidate pick_load(const blend *b) {
    const gg_box *box = b->box;
    candidate best = {.branch.kind = GG_BRANCH_LOAD};
    for (size_t j = 0; j < b->p->m; j++) {
        if (box->load_low[j] >= box->load_high[j])
            continue;
        double at = fmin(fmax(b->load[j], box->load_low[j]), (double)box->load_high[j] - 1e-9);
        double fraction = at - floor(at);
        double merit = MERIT_WHOLE + fmin(fraction, 1.0 - fraction);
        if (merit <= best.merit)
            continue;
        best.merit = merit;
        best.branch.server = (uint32_t)j;
        best.branch.load = (uint32_t)floor(at);
    }
    return best;
}

/* What is at stake with a user: its own delay, and what its transmission costs the others. 0 % | 0
 * % for the first. */
static const double OWN_SHARE = 0.4, OTHERS_SHARE = 0.6;

static double user_weight(const blend *b, const double *lambda, size_t i) {
    const gg_bound_problem *p = b->p;
    double charge = 0.0;
    for (size_t j = 0; j < p->m; j++)
        charge += lambda[j] * p->power[j * p->n + i];
    return OWN_SHARE * fabs(b->choices.local_s[i]) + OTHERS_SHARE * charge + 1e-12;
}

/* How far from decided an option is; a little even where the votes agree. 0 % | 0 %. */
static const double DOUBT_LEAST = 0.002;

static double doubt(double x) {
    return DOUBT_LEAST + fmin(x, fabs(1.0 - x));
}

/* Without any bargain there must be a split all the same: its merit beside doubt and stake. 0 % | 0
 * %. */
static const double NO_BARGAIN = 1e-9;

static candidate pick_server(const blend *b, const double *lambda) {
    candidate best = {.branch.kind = GG_BRANCH_SERVER};
    for (size_t i = 0; i < b->p->n; i++) {
        if (!gg_box_has_choice(b->box, i))
            continue;
        double weight = user_weight(b, lambda, i);
        for (uint64_t left = b->box->servers[i]; left != 0; left &= left - 1) {
            size_t j = (size_t)__builtin_ctzll(left);
            double x = frequency(b, i, 1 + j);
            double merit = x > RARE ? bargain(b, i, j) * x * (1.0 - x) : 0.0;
            merit = fmax(merit, NO_BARGAIN * doubt(x) * weight);
            if (merit <= best.merit)
                continue;
            best.merit = merit;
            best.branch.user = (uint32_t)i;
            best.branch.server = (uint32_t)j;
        }
    }
    return best;
}

static candidate pick_local(const blend *b, const double *lambda) {
    candidate best = {.branch.kind = GG_BRANCH_LOCAL};
    for (size_t i = 0; i < b->p->n; i++) {
        if (!b->box->local[i] || b->box->servers[i] == 0)
            continue;
        double merit = doubt(frequency(b, i, 0)) * user_weight(b, lambda, i);
        if (merit <= best.merit)
            continue;
        best.merit = merit;
        best.branch.user = (uint32_t)i;
    }
    return best;
}

/* A range of interference whose ends differ by more than this factor is split before anything else:
 * in it users look cheap at the quiet end whatever is decided about them, and no record tells,
 * since it takes several such splits to gain. -1 % | 0 %. */
static const double WIDE = 8.0;

static bool is_wide(const gg_box *box, const candidate *interference) {
    size_t j = interference->branch.server;
    return interference->merit > 0.0 && box->interference_high[j] > WIDE * box->interference_low[j];
}

/* So often every kind is tried at every size of gap before records decide. 0 % | +4 %. */
enum { TRIALS = 8 };

/* Under a row, who stays home decides whether it is met: that is settled before the records are
 * asked, but after wide ranges, in which many states are left to bound (a proof of 1000 nodes of
 * 30 ms takes 150 of 9), and before them where so few users are left that they can be tried out
 * (fronts of 12 users: 13 nodes a point instead of 1500). */
enum { FEW_HOMES = 16 };

static size_t open_homes(const gg_box *box, const gg_bound_problem *p) {
    size_t count = 0;
    for (size_t i = 0; i < p->n; i++)
        count += box->local[i] && box->servers[i] != 0;
    return count;
}

gg_splits gg_branch_places(const gg_bound_problem *p, const gg_box *box, gg_choices choices,
                           const double *lambda, const double *interference) {
    blend b = {.p = p, .box = box, .choices = choices};
    mix(&b);
    const candidate candidates[GG_BRANCH_KINDS] = {pick_interference(&b, interference),
                                                   pick_load(&b), pick_server(&b, lambda),
                                                   pick_local(&b, lambda)};
    gg_splits splits = {.is_wide = is_wide(box, &candidates[GG_BRANCH_INTERFERENCE])};
    for (int kind = 0; kind < GG_BRANCH_KINDS; kind++) {
        splits.branch[kind] = candidates[kind].branch;
        splits.exists[kind] = candidates[kind].merit > 0.0;
    }
    splits.home_first = gg_held_to_row(p) && splits.exists[GG_BRANCH_LOCAL];
    splits.is_wide = splits.is_wide && !(splits.home_first && open_homes(box, p) <= FEW_HOMES);
    return splits;
}

bool gg_branch_pick(const gg_splits *splits, const gg_branch_scores *scores, int gap_size,
                    gg_branch *branch) {
    double best = INFINITY;
    if (splits->is_wide) {
        *branch = splits->branch[GG_BRANCH_INTERFERENCE];
        return true;
    }
    if (splits->home_first) {
        *branch = splits->branch[GG_BRANCH_LOCAL];
        return true;
    }
    for (int kind = 0; kind < GG_BRANCH_KINDS; kind++) {
        if (!splits->exists[kind])
            continue;
        bool fresh = scores->tried[gap_size][kind] < TRIALS;
        double size = fresh ? 0.0 : scores->size[gap_size][kind];
        if (size < best) {
            best = size;
            *branch = splits->branch[kind];
        }
    }
    return best < INFINITY;
}
