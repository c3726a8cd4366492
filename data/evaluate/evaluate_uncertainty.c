/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "data/evaluate/evaluate_uncertainty.h"

#include <math.h>

static const char *const names[GG_N_NAMED_METRICS] = {
    "auroc",     "auprc",    "aurc",  "e_aurc", "prr",  "prr_50", "spearman", "kendall",
    "ece_width", "ece_mass", "brier", "nll",    "apgr", "cpt_20", "cpt_50",   "cpt_80"};

const char *gg_metric_name(gg_metric metric) {
    return names[metric];
}

static double ratio(double above, double below) {
    return below > 0.0 ? above / below : NAN;
}

static void order_metrics(const gg_ranking *r, double *values) {
    double n = r->count, wrong = r->wrong, right = n - wrong;
    double below = 0.0, right_below = 0.0;
    double wins = 0.0, rank_sum = 0.0, rank_spread = 0.0, tied_pairs = 0.0;
    double centre = 0.5 * (n + 1.0);
    for (size_t g = 0; g < r->n_groups; g++) {
        const gg_rank_group *group = &r->groups[g];
        double count = group->count, group_right = count - group->wrong;
        double rank = below + 0.5 * (count + 1.0) - centre;
        wins += group->wrong * (right_below + 0.5 * group_right);
        rank_sum += group->wrong * rank;
        rank_spread += count * rank * rank;
        tied_pairs += 0.5 * count * (count - 1.0);
        below += count;
        right_below += group_right;
    }
    double pairs = wrong * right;
    values[GG_METRIC_AUROC] = ratio(wins, pairs);
    values[GG_METRIC_SPEARMAN] = ratio(rank_sum, sqrt(rank_spread * (pairs / n)));
    values[GG_METRIC_KENDALL] =
        ratio(2.0 * wins - pairs, sqrt((0.5 * n * (n - 1.0) - tied_pairs) * pairs));
}

static double average_precision(const gg_ranking *r) {
    double found = 0.0, taken = 0.0, sum = 0.0;
    for (size_t g = r->n_groups; g-- > 0;) {
        const gg_rank_group *group = &r->groups[g];
        if (group->count == 0.0)
            continue;
        found += group->wrong;
        taken += group->count;
        sum += group->wrong * (found / taken);
    }
    return ratio(sum, r->wrong);
}

/* Sums of r(k) over all k and over the k > n - floor(n / 2). */
typedef struct risk_sums {
    double all;
    double late;
} risk_sums;

static double first_late(double n) {
    return n - floor(0.5 * n) + 1.0;
}

static risk_sums sum_risks(const gg_ranking *r) {
    risk_sums sums = {0.0, 0.0};
    double late = first_late(r->count), k = 0.0, wrong = 0.0;
    for (size_t g = 0; g < r->n_groups; g++) {
        const gg_rank_group *group = &r->groups[g];
        for (double j = 1.0; j <= group->count; j += 1.0) {
            k += 1.0;
            double risk = (wrong + group->wrong * (j / group->count)) / k;
            sums.all += risk;
            if (k >= late)
                sums.late += risk;
        }
        wrong += group->wrong;
    }
    return sums;
}

/* The same when all wrong answers come last. */
static risk_sums sum_oracle_risks(const gg_ranking *r) {
    risk_sums sums = {0.0, 0.0};
    double late = first_late(r->count), right = r->count - r->wrong;
    for (double k = right + 1.0; k <= r->count; k += 1.0) {
        double risk = (k - right) / k;
        sums.all += risk;
        if (k >= late)
            sums.late += risk;
    }
    return sums;
}

static void risk_metrics(const gg_ranking *r, double *values) {
    double n = r->count, half = floor(0.5 * n), chance = r->wrong / n;
    risk_sums sums = sum_risks(r), best = sum_oracle_risks(r);
    values[GG_METRIC_AURC] = sums.all / n;
    values[GG_METRIC_E_AURC] = (sums.all - best.all) / n;
    /* Areas are 1 - mean risk: the ones cancel. */
    bool mixed = r->wrong > 0.0 && r->wrong < n;
    values[GG_METRIC_PRR] = mixed ? ratio(chance - sums.all / n, chance - best.all / n) : NAN;
    values[GG_METRIC_PRR_50] =
        mixed && half > 0.0 ? ratio(chance - sums.late / half, chance - best.late / half) : NAN;
}

/* A walk up the groups; positions must be asked for in ascending order. */
typedef struct walker {
    const gg_ranking *ranking;
    size_t group;
    double below; /* queries, and wrong answers, in the groups below */
    double wrong;
} walker;

/* Expected number of wrong answers among the first `position` queries, which may be a fraction. */
static double wrong_among(walker *w, double position) {
    const gg_rank_group *groups = w->ranking->groups;
    while (w->group < w->ranking->n_groups && w->below + groups[w->group].count < position) {
        w->below += groups[w->group].count;
        w->wrong += groups[w->group++].wrong;
    }
    if (w->group == w->ranking->n_groups || groups[w->group].count == 0.0)
        return w->wrong;
    const gg_rank_group *inside = &groups[w->group];
    return w->wrong + inside->wrong * ((position - w->below) / inside->count);
}

double gg_selective_risk(const gg_ranking *r, double coverage) {
    walker w = {.ranking = r};
    double position = coverage * r->count;
    return ratio(wrong_among(&w, position), position);
}

static void decile_metrics(const gg_ranking *r, double *values) {
    walker w = {.ranking = r};
    double before = 0.0;
    for (size_t d = 0; d < GG_N_DECILES; d++) {
        double up_to = wrong_among(&w, r->count * (double)(d + 1) / GG_N_DECILES);
        values[GG_METRIC_DECILE + d] = 1.0 - (up_to - before) / (r->count / GG_N_DECILES);
        before = up_to;
    }
}

void gg_decile_range(const gg_ranking *r, size_t decile, double *low, double *high) {
    double first = floor(r->count * (double)decile / GG_N_DECILES);
    double end = ceil(r->count * (double)(decile + 1) / GG_N_DECILES);
    double below = 0.0;
    *low = *high = NAN;
    for (size_t g = 0; g < r->n_groups && below < end; g++) {
        double above = below + r->groups[g].count;
        if (below <= first && first < above)
            *low = r->groups[g].value;
        if (above > below)
            *high = r->groups[g].value;
        below = above;
    }
}

static double clip(double p) {
    return p < 0.0 ? 0.0 : p > 1.0 ? 1.0 : p;
}

static void probability_metrics(const gg_ranking *r, size_t n_bins, double *values) {
    gg_reliability_bin bins[GG_MAX_BINS];
    size_t found = gg_reliability(r, GG_EQUAL_WIDTH, n_bins, bins);
    values[GG_METRIC_ECE_WIDTH] = gg_calibration_error(bins, found);
    found = gg_reliability(r, GG_EQUAL_MASS, n_bins, bins);
    values[GG_METRIC_ECE_MASS] = gg_calibration_error(bins, found);
    double squares = 0.0, likelihood = 0.0;
    for (size_t g = 0; g < r->n_groups; g++) {
        const gg_rank_group *group = &r->groups[g];
        double right = group->count - group->wrong, p = clip(group->value);
        squares += group->wrong * (1.0 - p) * (1.0 - p) + right * p * p;
        const gg_rank_logs *logs = &r->logs[r->origin[g]];
        if (group->wrong > 0.0)
            likelihood += group->wrong * logs->wrong;
        if (right > 0.0)
            likelihood += right * logs->right;
    }
    values[GG_METRIC_BRIER] = squares / r->count;
    values[GG_METRIC_NLL] = -likelihood / r->count;
}

/* Correct answers more (or fewer) when a whole group is offloaded. */
static double gain(const gg_rank_group *group) {
    return group->llm_correct - (group->count - group->wrong);
}

/* Right answers with the `shares` (ascending) of most uncertain queries offloaded. */
static void correct_at(const gg_ranking *r, const double *shares, size_t n, double *correct) {
    double offloaded = 0.0, so_far = r->count - r->wrong;
    size_t g = r->n_groups, k = 0;
    while (k < n) {
        const gg_rank_group *group = g > 0 ? &r->groups[g - 1] : NULL;
        double left = shares[k] * r->count - offloaded;
        if (group != NULL && group->count < left) {
            offloaded += group->count;
            so_far += gain(group);
            g--;
        } else {
            bool part = group != NULL && group->count > 0.0;
            correct[k++] = so_far + (part ? gain(group) * (left / group->count) : 0.0);
        }
    }
}

/* The smallest share of offloaded queries that reaches `wanted` correct answers. */
static double share_for(const gg_ranking *r, double wanted) {
    double correct = r->count - r->wrong, offloaded = 0.0;
    for (size_t g = r->n_groups; g-- > 0;) {
        const gg_rank_group *group = &r->groups[g];
        if (correct >= wanted)
            break;
        if (correct + gain(group) >= wanted)
            return (offloaded + group->count * ((wanted - correct) / gain(group))) / r->count;
        correct += gain(group);
        offloaded += group->count;
    }
    return offloaded / r->count;
}

static void offload_metrics(const gg_ranking *r, double *values) {
    double weak = r->count - r->wrong, strong = r->llm_correct, area = 0.0, correct = weak;
    double shares[GG_N_OFFLOAD_RATES], at[GG_N_OFFLOAD_RATES];
    for (size_t k = 0; k < GG_N_OFFLOAD_RATES; k++)
        shares[k] = (double)(k + 1) / 10.0;
    correct_at(r, shares, GG_N_OFFLOAD_RATES, at);
    for (size_t k = 0; k < GG_N_OFFLOAD_RATES; k++)
        values[GG_METRIC_OFFLOAD + k] = r->has_llm ? at[k] / r->count : NAN;
    for (size_t g = r->n_groups; g-- > 0;) {
        const gg_rank_group *group = &r->groups[g];
        area += group->count * (correct + 0.5 * gain(group));
        correct += gain(group);
    }
    bool defined = r->has_llm && strong > weak;
    double rise = strong - weak;
    values[GG_METRIC_APGR] = defined ? (area / r->count - weak) / rise : NAN;
    values[GG_METRIC_CPT_20] = defined ? share_for(r, weak + 0.2 * rise) : NAN;
    values[GG_METRIC_CPT_50] = defined ? share_for(r, weak + 0.5 * rise) : NAN;
    values[GG_METRIC_CPT_80] = defined ? share_for(r, weak + 0.8 * rise) : NAN;
}

void gg_metrics_compute(const gg_ranking *ranking, size_t n_bins, double values[GG_N_METRICS]) {
    order_metrics(ranking, values);
    values[GG_METRIC_AUPRC] = average_precision(ranking);
    risk_metrics(ranking, values);
    decile_metrics(ranking, values);
    probability_metrics(ranking, n_bins, values);
    offload_metrics(ranking, values);
}
