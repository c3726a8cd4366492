/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "data/evaluate/threshold_choice.h"

#include <gsl/gsl_sort.h>
#include <math.h>
#include <string.h>

#include "models/base/alloc.h"

/* A product such as 0.3 * 10 must not lose a query to its last bit. */
static const double SLACK = 1e-9;

gg_offloading gg_offloading_at(const double *score, const uint8_t *wrong,
                               const uint8_t *llm_correct, size_t n, double threshold) {
    size_t offloaded = 0, right = 0, kept_wrong = 0;
    for (size_t i = 0; i < n; i++)
        if (score[i] > threshold) {
            offloaded++;
            right += llm_correct != NULL && llm_correct[i] != 0;
        } else {
            right += wrong[i] == 0;
            kept_wrong += wrong[i] != 0;
        }
    return (gg_offloading){
        .n = n,
        .offloaded = n > 0 ? (double)offloaded / (double)n : NAN,
        .accuracy = n > 0 && llm_correct != NULL ? (double)right / (double)n : NAN,
        .kept_wrong = offloaded < n ? (double)kept_wrong / (double)(n - offloaded) : NAN,
    };
}

bool gg_threshold_for_accuracy(const double *p, const uint8_t *wrong, const uint8_t *llm_correct,
                               size_t n, double target, double *threshold, double *best) {
    bool found = false;
    *best = -1.0;
    *threshold = NAN;
    for (int k = 0; k <= GG_THRESHOLD_STEPS; k++) {
        double candidate = (double)k / GG_THRESHOLD_STEPS;
        double accuracy = gg_offloading_at(p, wrong, llm_correct, n, candidate).accuracy;
        if (accuracy > *best)
            *best = accuracy;
        if (accuracy >= target) {
            *threshold = candidate;
            found = true;
        }
    }
    return found;
}

/* The rank-th smallest (from 1) of `count` scores; sorts them. */
static double smallest(double *scores, size_t count, size_t rank) {
    gsl_sort(scores, 1, count);
    return scores[rank - 1];
}

gg_status gg_threshold_for_rate(const double *score, size_t n, double rate, double *threshold,
                                gg_error *err) {
    size_t allowed = (size_t)(rate * (double)n + SLACK);
    *threshold = -INFINITY;
    if (allowed >= n)
        return GG_OK;
    double *sorted = gg_alloc(n, sizeof *sorted);
    if (sorted == NULL)
        return gg_fail(err, GG_E_NOMEM, "out of memory for %zu scores", n);
    memcpy(sorted, score, n * sizeof *sorted);
    *threshold = smallest(sorted, n, n - allowed);
    gg_free(sorted);
    return GG_OK;
}

gg_status gg_threshold_conformal(const double *score, const uint8_t *wrong, size_t n, double error,
                                 double *threshold, gg_error *err) {
    double *right = gg_alloc(n, sizeof *right);
    if (right == NULL)
        return gg_fail(err, GG_E_NOMEM, "out of memory for %zu scores", n);
    size_t m = 0;
    for (size_t i = 0; i < n; i++)
        if (wrong[i] == 0)
            right[m++] = score[i];
    double rank = ceil((double)(m + 1) * (1.0 - error) - SLACK);
    rank = rank < 1.0 ? 1.0 : rank;
    *threshold = rank > (double)m ? INFINITY : smallest(right, m, (size_t)rank);
    gg_free(right);
    return GG_OK;
}
