/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What one uncertainty is worth: measures on all queries, a calibrator fitted to the calibration
 * part and judged on the test part, thresholds chosen on one part and tried on the others.
 */
#include <math.h>
#include <string.h>

#include "experiments/studies/evaluation/evaluation.h"
#include "models/base/alloc.h"

/* The queries of one part. */
typedef struct subset {
    size_t n;
    double *alpha;
    double *p;
    uint8_t *wrong;
    uint8_t *llm; /* NULL without a large model */
} subset;

static void subset_clear(subset *s) {
    gg_free(s->alpha);
    gg_free(s->p);
    gg_free(s->wrong);
    gg_free(s->llm);
}

static gg_status take(const gg_evaluation *e, const gg_evaluated *item, gg_part part, subset *s,
                      gg_error *err) {
    size_t n = e->part_size[part];
    *s = (subset){.alpha = gg_alloc(n, sizeof *s->alpha),
                  .p = gg_alloc(n, sizeof *s->p),
                  .wrong = gg_alloc(n, sizeof *s->wrong),
                  .llm = e->llm_correct != NULL ? gg_alloc(n, sizeof *s->llm) : NULL};
    if (s->alpha == NULL || s->p == NULL || s->wrong == NULL ||
        (e->llm_correct != NULL && s->llm == NULL))
        return gg_fail(err, GG_E_NOMEM, "%s: out of memory for %zu queries", e->path, n);
    for (size_t i = 0; i < e->n; i++)
        if (e->part[i] == part) {
            s->alpha[s->n] = item->alpha[i];
            s->wrong[s->n] = e->wrong[i];
            if (s->llm != NULL)
                s->llm[s->n] = e->llm_correct[i];
            s->n++;
        }
    return GG_OK;
}

static gg_status judge_order(const gg_evaluation *e, gg_evaluated *item, gg_error *err) {
    gg_ranking ranking;
    GG_TRY(gg_ranking_init(&ranking, item->alpha, e->wrong, e->llm_correct, e->n, err));
    for (size_t d = 0; d < GG_N_DECILES; d++)
        gg_decile_range(&ranking, d, &item->decile_low[d], &item->decile_high[d]);
    gg_risk_curve(&ranking, item->risk);
    gg_status status =
        gg_order_estimate(&ranking, e->options->n_bins, e->options->seed, e->options->resamples,
                          item->metrics, &item->risk_band, &item->roc_band, err);
    gg_ranking_clear(&ranking);
    return status;
}

/* The test part by the uncertainty and by what it is calibrated to. */
static gg_status judge_test(const gg_evaluation *e, gg_evaluated *item, const subset *test,
                            gg_error *err) {
    enum { RAW, CALIBRATED, N_SCORES };
    gg_ranking rankings[N_SCORES] = {0};
    gg_estimate metrics[N_SCORES][GG_N_METRICS];
    gg_status status =
        gg_ranking_init(&rankings[RAW], test->alpha, test->wrong, test->llm, test->n, err);
    if (status == GG_OK)
        status =
            gg_ranking_init(&rankings[CALIBRATED], test->p, test->wrong, test->llm, test->n, err);
    if (status == GG_OK)
        status = gg_metrics_estimate_all(rankings, N_SCORES, e->options->n_bins, e->options->seed,
                                         e->options->resamples, metrics[0], err);
    if (status == GG_OK) {
        gg_reliability(&rankings[RAW], GG_EQUAL_WIDTH, e->options->n_bins, item->raw_bins);
        gg_reliability(&rankings[CALIBRATED], GG_EQUAL_WIDTH, e->options->n_bins,
                       item->calibrated_bins);
        memcpy(item->raw_test, metrics[RAW], sizeof metrics[RAW]);
        memcpy(item->calibrated_test, metrics[CALIBRATED], sizeof metrics[CALIBRATED]);
    }
    for (size_t k = 0; k < N_SCORES; k++)
        gg_ranking_clear(&rankings[k]);
    return status;
}

static gg_status calibrate(const gg_evaluation *e, gg_evaluated *item, subset parts[GG_N_PARTS],
                           gg_error *err) {
    const subset *from = &parts[GG_CALIBRATION_PART];
    GG_TRY(gg_calibrator_fit(e->options->calibration, from->alpha, from->wrong, from->n,
                             &item->calibrator, err));
    for (int part = 0; part < GG_N_PARTS; part++)
        for (size_t i = 0; i < parts[part].n; i++)
            parts[part].p[i] = gg_calibrator_at(&item->calibrator, parts[part].alpha[i]);
    return judge_test(e, item, &parts[GG_TEST_PART], err);
}

/* The threshold on the uncertainty that decides as `theta` does on the probability, for every value
 * that was seen; NAN when there is none because the probability falls somewhere. */
static double matching_tau(const gg_evaluation *e, const gg_evaluated *item, double theta) {
    double kept = -INFINITY, offloaded = INFINITY;
    for (size_t i = 0; i < e->n; i++) {
        double alpha = item->alpha[i];
        if (gg_calibrator_at(&item->calibrator, alpha) > theta)
            offloaded = fmin(offloaded, alpha);
        else
            kept = fmax(kept, alpha);
    }
    if (!(kept < offloaded))
        return NAN;
    return isinf(offloaded) ? INFINITY : kept;
}

/* What a threshold does on every part. */
static gg_status try_out(const gg_evaluation *e, const subset *parts, gg_threshold *t,
                         gg_error *err) {
    bool by_p = t->kind == GG_TARGET_ACCURACY;
    double threshold = by_p ? t->theta : t->tau;
    for (int part = 0; part < GG_N_PARTS; part++) {
        const subset *s = &parts[part];
        t->parts[part] =
            gg_offloading_at(by_p ? s->p : s->alpha, s->wrong, s->llm, s->n, threshold);
    }
    const subset *test = &parts[GG_TEST_PART];
    return gg_offloading_estimate(by_p ? test->p : test->alpha, test->wrong, test->llm, test->n,
                                  threshold, e->options->seed, e->options->resamples,
                                  &t->test_offloaded, &t->test_accuracy, err);
}

static gg_status choose(const gg_evaluation *e, const gg_evaluated *item, const subset *parts,
                        gg_threshold *t, gg_error *err) {
    const subset *validation = &parts[GG_VALIDATION_PART], *fitted = &parts[GG_CALIBRATION_PART];
    gg_status status = GG_OK;
    t->found = true;
    t->theta = t->best = NAN;
    t->chosen_on = GG_VALIDATION_PART;
    if (t->kind == GG_TARGET_ACCURACY) {
        t->found = gg_threshold_for_accuracy(validation->p, validation->wrong, validation->llm,
                                             validation->n, t->asked, &t->theta, &t->best);
        t->tau = t->found ? matching_tau(e, item, t->theta) : NAN;
    } else if (t->kind == GG_OFFLOAD_RATE) {
        status = gg_threshold_for_rate(validation->alpha, validation->n, t->asked, &t->tau, err);
    } else {
        t->chosen_on = GG_CALIBRATION_PART;
        status =
            gg_threshold_conformal(fitted->alpha, fitted->wrong, fitted->n, t->asked, &t->tau, err);
    }
    return status == GG_OK && t->found ? try_out(e, parts, t, err) : status;
}

static gg_status judge_parts(const gg_evaluation *e, gg_evaluated *item, gg_error *err) {
    subset parts[GG_N_PARTS] = {{0}};
    gg_status status = GG_OK;
    for (int part = 0; status == GG_OK && part < GG_N_PARTS; part++)
        status = take(e, item, (gg_part)part, &parts[part], err);
    if (status == GG_OK)
        status = calibrate(e, item, parts, err);
    for (int kind = 0; status == GG_OK && kind < GG_N_THRESHOLD_KINDS; kind++) {
        if (isnan(e->options->asked[kind]))
            continue;
        gg_threshold *t = &item->thresholds[item->n_thresholds++];
        *t = (gg_threshold){.kind = (gg_threshold_kind)kind, .asked = e->options->asked[kind]};
        status = choose(e, item, parts, t, err);
    }
    for (int part = 0; part < GG_N_PARTS; part++)
        subset_clear(&parts[part]);
    return status;
}

static gg_status judge_router(const gg_evaluation *e, gg_evaluated *item, gg_error *err) {
    const gg_router *router = e->options->router;
    double *p = gg_alloc(e->n, sizeof *p);
    if (p == NULL)
        return gg_fail(err, GG_E_NOMEM, "%s: out of memory for %zu queries", e->path, e->n);
    for (size_t i = 0; i < e->n; i++)
        p[i] = gg_isotonic_at(&router->calibrator, item->alpha[i]);
    item->router_use = gg_offloading_at(p, e->wrong, e->llm_correct, e->n, router->theta);
    gg_ranking ranking;
    gg_status status = gg_ranking_init(&ranking, p, e->wrong, e->llm_correct, e->n, err);
    gg_free(p);
    GG_TRY(status);
    status = gg_metrics_estimate(&ranking, e->options->n_bins, e->options->seed,
                                 e->options->resamples, item->router_metrics, err);
    gg_ranking_clear(&ranking);
    return status;
}

gg_status gg__evaluation_judge(const gg_evaluation *e, gg_evaluated *item, gg_error *err) {
    GG_TRY(judge_order(e, item, err));
    if (e->split)
        GG_TRY(judge_parts(e, item, err));
    if (e->options->router != NULL)
        GG_TRY(judge_router(e, item, err));
    return GG_OK;
}
