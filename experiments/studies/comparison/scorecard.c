/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiments/studies/comparison/scorecard.h"

#include <gsl/gsl_statistics.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "experiments/batch/redraw.h"
#include "experiments/statistics/statistics.h"
#include "models/base/alloc.h"
#include "models/base/compare.h"

static const char *const baselines[GG_N_SCORES] = {"local", "edge", "dmin", "random"};

const char *gg_score_side_name(gg_score_side side) {
    static const char *const names[] = {"published", "means", "medians"};
    return names[side];
}

static double number_of(const gg_compared *c, gg_score_side side) {
    return side == GG_SCORE_PUBLISHED                                     ? c->published
           : side == GG_SCORE_MEDIANS && c->quantity == GG_TOTAL_DELAY_MS ? c->median
                                                                          : c->mean;
}

static void count_cell(const gg_comparison *comparison, const gg_published_row *cell,
                       gg_score *score) {
    static const gg_quantity quantities[] = {GG_ACCURACY_PCT, GG_TOTAL_DELAY_MS};
    const gg_compared *of[2][2];
    for (int q = 0; q < 2; q++)
        for (int other = 0; other < 2; other++) {
            of[q][other] = gg_comparison_find(comparison, cell->n_users, cell->tau,
                                              other ? score->against : "goa", quantities[q]);
            if (of[q][other] == NULL)
                return;
        }
    score->cells++;
    for (gg_score_side side = 0; side < GG_N_SCORE_SIDES; side++) {
        bool right = number_of(of[0][0], side) > number_of(of[0][1], side);
        bool fast = number_of(of[1][0], side) < number_of(of[1][1], side);
        score->accuracy[side] += right;
        score->delay[side] += fast;
        score->both[side] += right && fast;
    }
}

/* Largest networks first in each draw, so that one row of each stands for it. */
static int compare_rows(const void *left, const void *right) {
    const gg_row *a = *(const gg_row *const *)left, *b = *(const gg_row *const *)right;
    GG_COMPARE(a->seed, b->seed);
    GG_COMPARE(a->run, b->run);
    GG_COMPARE(b->n_users, a->n_users);
    GG_COMPARE(a->tau, b->tau);
    return 0;
}

/* The correlation with the flags; NAN without flags, or where one of both is the same throughout.
 */
static double correlation(const gg_instance *instance, const uint8_t *flags, double *scratch) {
    if (flags == NULL || instance->n_users < 2)
        return NAN;
    for (size_t i = 0; i < instance->n_users; i++)
        scratch[i] = flags[i];
    return gsl_stats_correlation(instance->alpha, 1, scratch, 1, instance->n_users);
}

typedef struct sample {
    double *slm, *llm;
    size_t n_slm, n_llm;
} sample;

static gg_status add_draw(gg_redraw *redraw, const gg_row *row, sample *to, gg_error *err) {
    gg_instance *instance;
    GG_TRY(gg_redraw_instance(redraw, row, &instance, err));
    if (instance == NULL)
        return GG_OK;
    double *scratch = gg_alloc(instance->n_users, sizeof *scratch);
    gg_status status = GG_OK;
    if (scratch == NULL) {
        status = gg_fail(err, GG_E_NOMEM, "scorecard: out of memory");
    } else {
        double slm = correlation(instance, instance->slm_correct, scratch);
        double llm = correlation(instance, instance->llm_correct, scratch);
        if (!isnan(slm))
            to->slm[to->n_slm++] = slm;
        if (!isnan(llm))
            to->llm[to->n_llm++] = llm;
    }
    gg_free(scratch);
    gg_instance_free(instance);
    return status;
}

static gg_status draw_all(const gg_results *results, const char *preset, const gg_row **rows,
                          sample *to, gg_error *err) {
    size_t n = 0;
    gg_redraw *redraw;
    for (size_t k = 0; k < results->count; k++)
        if (strcmp(results->rows[k].preset, preset) == 0)
            rows[n++] = &results->rows[k];
    if (n > 0)
        qsort(rows, n, sizeof *rows, compare_rows);
    GG_TRY(gg_redraw_open(results, NULL, NULL, &redraw, err));
    gg_status status = GG_OK;
    for (size_t k = 0; status == GG_OK && k < n; k++)
        if (k == 0 || rows[k - 1]->seed != rows[k]->seed || rows[k - 1]->run != rows[k]->run)
            status = add_draw(redraw, rows[k], to, err);
    gg_redraw_free(redraw);
    return status;
}

static gg_status summarise(gg_bootstrap *bootstrap, const double *values, size_t n,
                           gg_correlation *out, gg_error *err) {
    *out = (gg_correlation){.draws = n, .mean = gg_mean(values, n)};
    return gg_bootstrap_mean(bootstrap, values, n, &out->low, &out->high, err);
}

static gg_status correlate(const gg_results *results, const char *preset, gg_scorecard *out,
                           gg_error *err) {
    const gg_row **rows = gg_alloc(results->count, sizeof *rows);
    sample found = {.slm = gg_alloc(results->count, sizeof(double)),
                    .llm = gg_alloc(results->count, sizeof(double))};
    gg_bootstrap bootstrap = {0};
    gg_status status = rows != NULL && found.slm != NULL && found.llm != NULL
                           ? draw_all(results, preset, rows, &found, err)
                           : gg_fail(err, GG_E_NOMEM, "scorecard: out of memory");
    if (status == GG_OK)
        status = summarise(&bootstrap, found.slm, found.n_slm, &out->slm, err);
    if (status == GG_OK)
        status = summarise(&bootstrap, found.llm, found.n_llm, &out->llm, err);
    gg_bootstrap_clear(&bootstrap);
    gg_free(rows);
    gg_free(found.slm);
    gg_free(found.llm);
    return status;
}

gg_status gg_scorecard_compute(const gg_comparison *comparison, const gg_results *results,
                               const char *preset, gg_scorecard *out, gg_error *err) {
    *out = (gg_scorecard){0};
    for (size_t s = 0; s < GG_N_SCORES; s++) {
        out->scores[s].against = baselines[s];
        /* Each cell once: at GOA's own row of it. */
        for (size_t k = 0; k < comparison->count; k++) {
            const gg_compared *c = &comparison->cells[k];
            if (c->quantity == GG_TOTAL_DELAY_MS && strcmp(c->cell->strategy, "goa") == 0)
                count_cell(comparison, c->cell, &out->scores[s]);
        }
    }
    return correlate(results, preset, out, err);
}

static void print_correlation(const char *model, const gg_correlation *of, FILE *stream) {
    if (of->draws > 0)
        fprintf(stream, "  %s model %+.3f [%+.3f, %+.3f]\n", model, of->mean, of->low, of->high);
}

void gg_scorecard_print(const gg_scorecard *card, FILE *stream) {
    bool any = false;
    for (size_t s = 0; s < GG_N_SCORES; s++) {
        const gg_score *score = &card->scores[s];
        if (score->cells == 0)
            continue;
        if (!any)
            fputs("\nIn how many cells GOA beats a baseline: published means | our means | our "
                  "median\ndelays (accuracy is a mean in both):\n"
                  "  against  cells   more often right       less delay             both\n",
                  stream);
        any = true;
        fprintf(stream,
                "  %-7s %6zu    %4zu |%4zu |%4zu     %4zu |%4zu |%4zu     %4zu |%4zu |%4zu\n",
                score->against, score->cells, score->accuracy[0], score->accuracy[1],
                score->accuracy[2], score->delay[0], score->delay[1], score->delay[2],
                score->both[0], score->both[1], score->both[2]);
    }
    if (card->slm.draws == 0)
        return;
    fprintf(stream,
            "\nCorrelation of uncertainty with a right answer, mean over %zu draws with its\n"
            "95 %% interval (in our calibrated workload; the published table has none):\n",
            card->slm.draws);
    print_correlation("small", &card->slm, stream);
    print_correlation("large", &card->llm, stream);
}

void gg_scorecard_csv(const gg_scorecard *card, FILE *stream) {
    fputs("against,cells", stream);
    static const char *const claims[] = {"accuracy", "delay", "both"};
    for (size_t c = 0; c < 3; c++)
        for (gg_score_side side = 0; side < GG_N_SCORE_SIDES; side++)
            fprintf(stream, ",%s_%s", claims[c], gg_score_side_name(side));
    fputc('\n', stream);
    for (size_t s = 0; s < GG_N_SCORES; s++) {
        const gg_score *score = &card->scores[s];
        const size_t *const counts[] = {score->accuracy, score->delay, score->both};
        fprintf(stream, "%s,%zu", score->against, score->cells);
        for (size_t c = 0; c < 3; c++)
            for (gg_score_side side = 0; side < GG_N_SCORE_SIDES; side++)
                fprintf(stream, ",%zu", counts[c][side]);
        fputc('\n', stream);
    }
}
