/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Every measure of an uncertainty against its definition on small random data full of ties: sums
 * over pairs, and means over all orders that a tie leaves open.
 */
#include "tests/support/support.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "data/evaluate/evaluate_uncertainty.h"
#include "models/base/alloc.h"
#include "models/base/rng.h"
#include "tests/unit/data/evaluate/evaluate_uncertainty_common.h"

static double sign(double x) {
    return (x > 0.0) - (x < 0.0);
}

/* ---- pairs ---- */

static double naive_auroc(const sample *s) {
    double wins = 0.0, pairs = 0.0;
    for (size_t i = 0; i < s->n; i++)
        for (size_t j = 0; j < s->n; j++)
            if (s->wrong[i] && !s->wrong[j]) {
                wins += 0.5 + 0.5 * sign(s->u[i] - s->u[j]);
                pairs += 1.0;
            }
    return pairs > 0.0 ? wins / pairs : NAN;
}

static double naive_kendall(const sample *s) {
    double sum = 0.0, untied_u = 0.0, untied_wrong = 0.0;
    for (size_t i = 0; i < s->n; i++)
        for (size_t j = 0; j < i; j++) {
            double du = sign(s->u[i] - s->u[j]), dw = sign((double)s->wrong[i] - s->wrong[j]);
            sum += du * dw;
            untied_u += du != 0.0;
            untied_wrong += dw != 0.0;
        }
    double below = sqrt(untied_u * untied_wrong);
    return below > 0.0 ? sum / below : NAN;
}

static double mid_rank(const double *x, size_t n, size_t i) {
    double rank = 0.5;
    for (size_t j = 0; j < n; j++)
        rank += 0.5 + 0.5 * sign(x[i] - x[j]);
    return rank;
}

static double naive_spearman(const sample *s) {
    double w[MOST], a[MOST], b[MOST], ma = 0.0, mb = 0.0, ab = 0.0, aa = 0.0, bb = 0.0;
    for (size_t i = 0; i < s->n; i++)
        w[i] = s->wrong[i];
    for (size_t i = 0; i < s->n; i++) {
        ma += (a[i] = mid_rank(s->u, s->n, i)) / (double)s->n;
        mb += (b[i] = mid_rank(w, s->n, i)) / (double)s->n;
    }
    for (size_t i = 0; i < s->n; i++) {
        ab += (a[i] - ma) * (b[i] - mb);
        aa += (a[i] - ma) * (a[i] - ma);
        bb += (b[i] - mb) * (b[i] - mb);
    }
    return aa > 1e-9 && bb > 1e-9 ? ab / sqrt(aa * bb) : NAN;
}

/* Sum over distinct thresholds, from the top, of the rise in recall times the precision. */
static double naive_average_precision(const sample *s) {
    double total = 0.0, sum = 0.0;
    for (size_t i = 0; i < s->n; i++)
        total += s->wrong[i];
    for (size_t i = 0; i < s->n; i++) {
        if (!s->wrong[i])
            continue;
        double taken = 0.0, found = 0.0;
        for (size_t j = 0; j < s->n; j++)
            if (s->u[j] >= s->u[i]) {
                taken += 1.0;
                found += s->wrong[j];
            }
        sum += found / taken;
    }
    return total > 0.0 ? sum / total : NAN;
}

static void test_pair_measures(void **state) {
    (void)state;
    for (uint32_t run = 0; run < test_count(300, 20000); run++) {
        double values[GG_N_METRICS];
        sample s = draw(run, 1 + run % MOST, 1 + run % 7);
        measure(&s, 10, values);
        assert_same(values[GG_METRIC_AUROC], naive_auroc(&s));
        assert_same(values[GG_METRIC_KENDALL], naive_kendall(&s));
        assert_same(values[GG_METRIC_SPEARMAN], naive_spearman(&s));
        assert_same(values[GG_METRIC_AUPRC], naive_average_precision(&s));
    }
}

/* ---- means over all orders ---- */

enum { FEW = 6 };

/* Sums over every order of the queries that ascends in u. */
typedef struct order_sums {
    double orders;
    double risk;
    double late_quality; /* mean of 1 - risk over the floor(n / 2) largest prefixes */
    double area;         /* under the offloading curve, in queries times answers */
    double wrong_at[FEW + 1];
    double correct_at[FEW + 1]; /* with the k most uncertain offloaded */
} order_sums;

static void add_order(const sample *s, const size_t *order, order_sums *sums) {
    double wrong = 0.0, correct = 0.0, late = 0.0;
    size_t half = s->n / 2;
    for (size_t k = 0; k < s->n; k++) {
        sums->wrong_at[k] += wrong;
        wrong += s->wrong[order[k]];
        sums->risk += wrong / (double)(k + 1) / (double)s->n;
        if (k >= s->n - half)
            late += 1.0 - wrong / (double)(k + 1);
        correct += !s->wrong[order[k]];
    }
    sums->wrong_at[s->n] += wrong;
    sums->late_quality += half > 0 ? late / (double)half : NAN;
    for (size_t k = 0; k <= s->n; k++) {
        double before = correct;
        sums->correct_at[k] += correct;
        if (k == s->n)
            break;
        size_t query = order[s->n - 1 - k];
        correct += (double)s->llm[query] - !s->wrong[query];
        sums->area += 0.5 * (before + correct);
    }
    sums->orders += 1.0;
}

static void permute(const sample *s, size_t *order, size_t k, order_sums *sums) {
    if (k == s->n) {
        add_order(s, order, sums);
        return;
    }
    for (size_t j = k; j < s->n; j++) {
        size_t query = order[j];
        bool least = k == 0 || s->u[query] >= s->u[order[k - 1]];
        for (size_t rest = k; rest < s->n; rest++)
            least = least && s->u[query] <= s->u[order[rest]];
        if (!least)
            continue;
        order[j] = order[k];
        order[k] = query;
        permute(s, order, k + 1, sums);
        order[k] = order[j];
        order[j] = query;
    }
}

static order_sums over_orders(const sample *s) {
    order_sums sums = {0};
    size_t order[FEW] = {0};
    for (size_t i = 0; i < s->n; i++)
        order[i] = i;
    permute(s, order, 0, &sums);
    return sums;
}

static double at(const double *sums, const order_sums *o, size_t n, double position) {
    size_t below = (size_t)position;
    double part = position - (double)below;
    double low = sums[below], high = sums[below < n ? below + 1 : below];
    return (low + part * (high - low)) / o->orders;
}

static void check_orders(const sample *s) {
    double values[GG_N_METRICS], n = (double)s->n;
    order_sums o = over_orders(s);
    measure(s, 10, values);
    sample ideal = *s;
    for (size_t i = 0; i < s->n; i++)
        ideal.u[i] = s->wrong[i];
    order_sums best = over_orders(&ideal);
    double m = o.wrong_at[s->n] / o.orders, weak = n - m, strong = o.correct_at[s->n] / o.orders;
    double risk = o.risk / o.orders, best_risk = best.risk / best.orders;
    bool mixed = m > 0.0 && m < n;
    assert_same(values[GG_METRIC_AURC], risk);
    assert_same(values[GG_METRIC_E_AURC], risk - best_risk);
    assert_same(values[GG_METRIC_PRR],
                mixed ? (1.0 - risk - (1.0 - m / n)) / (1.0 - best_risk - (1.0 - m / n)) : NAN);
    /* Of up to three queries only the last prefix counts, which every order shares. */
    double late = o.late_quality / o.orders, best_late = best.late_quality / best.orders;
    assert_same(values[GG_METRIC_PRR_50],
                mixed && s->n > 3 ? (late - (1.0 - m / n)) / (best_late - (1.0 - m / n)) : NAN);
    for (size_t d = 0; d < GG_N_DECILES; d++) {
        double from = n * (double)d / 10, to = n * (double)(d + 1) / 10;
        double wrong = at(o.wrong_at, &o, s->n, to) - at(o.wrong_at, &o, s->n, from);
        assert_same(values[GG_METRIC_DECILE + d], 1.0 - wrong / (n / 10));
    }
    for (size_t k = 0; k < GG_N_OFFLOAD_RATES; k++)
        assert_same(values[GG_METRIC_OFFLOAD + k],
                    at(o.correct_at, &o, s->n, n * (double)(k + 1) / 10.0) / n);
    assert_same(values[GG_METRIC_APGR],
                strong > weak ? (o.area / o.orders / n - weak) / (strong - weak) : NAN);
}

static void test_ties_are_averaged(void **state) {
    (void)state;
    for (uint32_t run = 0; run < test_count(400, 20000); run++) {
        sample s = draw(run, 1 + run % FEW, 1 + run % 4);
        check_orders(&s);
    }
}

/* Right answers when the `share` of highest scores is offloaded, ties in part alike. */
static double naive_accuracy(const sample *s, double share) {
    double right = 0.0;
    for (size_t i = 0; i < s->n; i++) {
        double above = 0.0, alike = 0.0;
        for (size_t k = 0; k < s->n; k++) {
            above += s->u[k] > s->u[i];
            alike += s->u[k] == s->u[i];
        }
        double offloaded = fmin(fmax((share * (double)s->n - above) / alike, 0.0), 1.0);
        right += offloaded * s->llm[i] + (1.0 - offloaded) * !s->wrong[i];
    }
    return right / (double)s->n;
}

/* The share found is enough, and a little less is not. */
static void test_call_thresholds(void **state) {
    (void)state;
    for (uint32_t run = 0; run < test_count(300, 5000); run++) {
        double values[GG_N_METRICS];
        static const double wanted[] = {0.2, 0.5, 0.8};
        sample s = draw(run, 2 + run % (MOST - 1), 1 + run % 9);
        gg_ranking r;
        gg_error err = {0};
        assert_success(gg_ranking_init(&r, s.u, s.wrong, s.llm, s.n, &err), &err);
        gg_metrics_compute(&r, 10, values);
        double weak = naive_accuracy(&s, 0.0), strong = naive_accuracy(&s, 1.0);
        for (int k = 0; k < 3; k++) {
            double share = values[GG_METRIC_CPT_20 + k];
            double goal = weak + wanted[k] * (strong - weak);
            if (!(strong > weak)) {
                assert_true(isnan(share));
                continue;
            }
            assert_close(naive_accuracy(&s, share), goal, 1e-12, 0);
            for (double x = 0.0; x < share - 1e-9; x += 0.01)
                assert_true(naive_accuracy(&s, x) < goal);
        }
        gg_ranking_clear(&r);
    }
}

/* ---- probabilities ---- */

static double naive_ece(const sample *s, const double *edges, size_t n_edges) {
    double error = 0.0;
    for (size_t b = 0; b + 1 < n_edges; b++) {
        double count = 0.0, forecast = 0.0, observed = 0.0;
        for (size_t i = 0; i < s->n; i++) {
            bool inside =
                (s->u[i] > edges[b] && s->u[i] <= edges[b + 1]) || (b == 0 && s->u[i] == edges[0]);
            count += inside;
            forecast += inside * s->u[i];
            observed += inside * s->wrong[i];
        }
        error += fabs(forecast - observed) / (double)s->n;
    }
    return error;
}

static size_t mass_edges(const sample *s, size_t n_bins, double *edges) {
    double sorted[MOST];
    size_t n = 0;
    memcpy(sorted, s->u, sizeof sorted);
    qsort(sorted, s->n, sizeof *sorted, ascending);
    for (size_t k = 0; k <= n_bins; k++) {
        size_t whole = k * (s->n - 1) / n_bins, rest = k * (s->n - 1) % n_bins;
        double low = sorted[whole], high = sorted[rest > 0 ? whole + 1 : whole];
        double edge = low + (high - low) * ((double)rest / (double)n_bins);
        if (n == 0 || edge > edges[n - 1])
            edges[n++] = edge;
    }
    if (n == 1)
        edges[n++] = edges[0];
    return n;
}

static void test_forecast_measures(void **state) {
    (void)state;
    for (uint32_t run = 0; run < test_count(300, 20000); run++) {
        double values[GG_N_METRICS], edges[GG_MAX_BINS + 1], brier = 0.0, nll = 0.0;
        sample s = draw(run, 1 + run % MOST, 1 + run % 13);
        size_t n_bins = 1 + run % 12;
        measure(&s, n_bins, values);
        for (size_t k = 0; k <= n_bins; k++)
            edges[k] = (double)k / (double)n_bins;
        assert_same(values[GG_METRIC_ECE_WIDTH], naive_ece(&s, edges, n_bins + 1));
        assert_same(values[GG_METRIC_ECE_MASS],
                    naive_ece(&s, edges, mass_edges(&s, n_bins, edges)));
        for (size_t i = 0; i < s.n; i++) {
            double p = fmin(fmax(s.u[i], 1e-15), 1.0 - 1e-15);
            brier += (s.u[i] - s.wrong[i]) * (s.u[i] - s.wrong[i]) / (double)s.n;
            nll -= (s.wrong[i] ? log(p) : log1p(-p)) / (double)s.n;
        }
        assert_same(values[GG_METRIC_BRIER], brier);
        assert_same(values[GG_METRIC_NLL], nll);
    }
}

/* ---- closed forms ---- */

static void test_perfect_order(void **state) {
    (void)state;
    double values[GG_N_METRICS];
    sample s = {.n = 5, .u = {0.1, 0.2, 0.3, 0.8, 0.9}, .wrong = {0, 0, 0, 1, 1}};
    measure(&s, 10, values);
    assert_true(values[GG_METRIC_AUROC] == 1.0 && values[GG_METRIC_AUPRC] == 1.0);
    assert_true(values[GG_METRIC_E_AURC] == 0.0);
    assert_close(values[GG_METRIC_AURC], (1.0 / 4 + 2.0 / 5) / 5, 1e-15, 0);
    assert_close(values[GG_METRIC_PRR], 1.0, 1e-15, 0);
    assert_close(values[GG_METRIC_PRR_50], 1.0, 1e-15, 0);
    for (size_t i = 0; i < s.n; i++)
        s.u[i] = -s.u[i];
    measure(&s, 10, values);
    assert_true(values[GG_METRIC_AUROC] == 0.0 && values[GG_METRIC_PRR] < 0.0);
    assert_close(values[GG_METRIC_KENDALL], -6.0 / sqrt(10.0 * 6.0), 1e-15, 0);
}

static void test_what_is_not_defined(void **state) {
    (void)state;
    double values[GG_N_METRICS];
    sample equal = {.n = 4, .u = {2, 2, 2, 2}, .wrong = {0, 1, 1, 0}};
    measure(&equal, 10, values);
    assert_true(values[GG_METRIC_AUROC] == 0.5 && values[GG_METRIC_AURC] == 0.5);
    assert_true(values[GG_METRIC_PRR] == 0.0);
    assert_true(isnan(values[GG_METRIC_SPEARMAN]) && isnan(values[GG_METRIC_KENDALL]));
    assert_true(values[GG_METRIC_BRIER] == 0.5); /* 2 counts as 1 */
    sample right = {.n = 2, .u = {0.1, 0.2}};
    measure(&right, 10, values);
    assert_true(isnan(values[GG_METRIC_AUROC]) && isnan(values[GG_METRIC_AUPRC]));
    assert_true(isnan(values[GG_METRIC_PRR]) && isnan(values[GG_METRIC_PRR_50]));
    assert_true(values[GG_METRIC_AURC] == 0.0);
    assert_true(isnan(values[GG_METRIC_APGR])); /* the large model is worse */
    gg_ranking r;
    gg_error err = {0};
    assert_success(gg_ranking_init(&r, right.u, right.wrong, NULL, 2, &err), &err);
    gg_metrics_compute(&r, 10, values);
    assert_true(isnan(values[GG_METRIC_OFFLOAD]) && isnan(values[GG_METRIC_CPT_20]));
    gg_ranking_clear(&r);
    assert_int_equal(gg_ranking_init(&r, right.u, right.wrong, NULL, 0, &err), GG_E_USAGE);
}

static void test_infinite_scores_have_ranks(void **state) {
    (void)state;
    double values[GG_N_METRICS];
    sample s = {.n = 3, .u = {-INFINITY, 0.5, INFINITY}, .wrong = {0, 0, 1}};
    measure(&s, 10, values);
    assert_true(values[GG_METRIC_AUROC] == 1.0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_pair_measures),
        cmocka_unit_test(test_ties_are_averaged),
        cmocka_unit_test(test_call_thresholds),
        cmocka_unit_test(test_forecast_measures),
        cmocka_unit_test(test_perfect_order),
        cmocka_unit_test(test_what_is_not_defined),
        cmocka_unit_test(test_infinite_scores_have_ranks),
    };
    return cmocka_run_group_tests(tests, NULL, assert_nothing_leaked);
}
