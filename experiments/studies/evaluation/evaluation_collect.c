/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Which uncertainties an evaluation is about: stored ones by name, others computed on the spot.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "data/dataset/uncertainty_store.h"
#include "experiments/studies/evaluation/evaluation.h"
#include "models/base/alloc.h"

static gg_status no_memory(const gg_evaluation *e, gg_error *err) {
    return gg_fail(err, GG_E_NOMEM, "%s: out of memory for %zu queries", e->path, e->n);
}

/* A new item with room for its values. */
static gg_status append(gg_evaluation *e, const char *name, bool stored, gg_evaluated **item,
                        gg_error *err) {
    gg_evaluated *grown = gg_grow(e->items, e->n_items, sizeof *grown);
    if (grown == NULL)
        return no_memory(e, err);
    e->items = grown;
    *item = &grown[e->n_items];
    (*item)->alpha = gg_alloc(e->n, sizeof *(*item)->alpha);
    if ((*item)->alpha == NULL)
        return no_memory(e, err);
    e->n_items++;
    (*item)->stored = stored;
    (*item)->calibrator.kind = GG_IDENTITY;
    snprintf((*item)->name, sizeof(*item)->name, "%s", name);
    return GG_OK;
}

static void drop_last(gg_evaluation *e) {
    gg_free(e->items[--e->n_items].alpha);
    e->items[e->n_items] = (gg_evaluated){0};
}

/* Calibrators want finite numbers; the order is kept. */
static void make_finite(gg_evaluated *item, size_t n) {
    double lowest = INFINITY, highest = -INFINITY;
    for (size_t i = 0; i < n; i++)
        if (isfinite(item->alpha[i])) {
            lowest = fmin(lowest, item->alpha[i]);
            highest = fmax(highest, item->alpha[i]);
        }
    if (lowest > highest)
        lowest = highest = 0.0;
    for (size_t i = 0; i < n; i++) {
        if (isinf(item->alpha[i])) {
            item->infinite++;
            item->alpha[i] = item->alpha[i] > 0.0 ? highest + 1.0 : lowest - 1.0;
        }
        item->outside += !(item->alpha[i] >= 0.0 && item->alpha[i] <= 1.0);
    }
}

static gg_status read_stored(gg_dataset *dataset, gg_evaluation *e, const char *name,
                             gg_error *err) {
    gg_evaluated *item = NULL;
    GG_TRY(append(e, name, true, &item, err));
    GG_TRY(gg_uncertainty_read(dataset, name, item->alpha, NULL, err));
    make_finite(item, e->n);
    return GG_OK;
}

/* The next piece of a list separated by commas; false at its end. */
static bool next_piece(const char **rest, char *piece, size_t size) {
    if (*rest == NULL)
        return false;
    size_t length = strcspn(*rest, ",");
    snprintf(piece, size, "%.*s", (int)(length < size ? length : size - 1), *rest);
    *rest = (*rest)[length] == ',' ? *rest + length + 1 : NULL;
    return true;
}

static gg_status read_named(gg_dataset *dataset, gg_evaluation *e, gg_error *err) {
    char name[GG_UNCERTAINTY_NAME_SIZE];
    const char *rest = e->options->uncertainties;
    while (next_piece(&rest, name, sizeof name)) {
        GG_TRY(gg_uncertainty_name_check(name, err));
        GG_TRY(read_stored(dataset, e, name, err));
    }
    return GG_OK;
}

/* Whether an uncertainty was computed from the other side's logits. */
static gg_status is_foreign(gg_dataset *dataset, const gg_evaluation *e, const char *name,
                            bool *foreign, gg_error *err) {
    gg_uncertainty_info info;
    const char *other = gg_side_name(e->options->side == GG_SLM ? GG_LLM : GG_SLM);
    gg_status status = gg_uncertainty_read(dataset, name, NULL, &info, err);
    *foreign = status == GG_OK && strncmp(info.source, other, strlen(other)) == 0;
    return status;
}

static gg_status read_all_stored(gg_dataset *dataset, gg_evaluation *e, gg_error *err) {
    gg_strings names = {0};
    gg_status status = gg_uncertainty_list(dataset, &names, err);
    for (size_t k = 0; status == GG_OK && k < names.count; k++) {
        bool foreign;
        const char *name = names.text + names.start[k];
        status = is_foreign(dataset, e, name, &foreign, err);
        if (status == GG_OK && !foreign)
            status = read_stored(dataset, e, name, err);
    }
    gg_strings_clear(&names);
    return status;
}

static gg_status compute(gg_dataset *dataset, gg_evaluation *e,
                         const gg_uncertainty_options *options, gg_error *err) {
    char name[GG_UNCERTAINTY_NAME_SIZE];
    gg_evaluated *item = NULL;
    gg_uncertainty_default_name(e->options->side, options, name);
    GG_TRY(append(e, name, false, &item, err));
    GG_TRY(gg_uncertainty_compute(dataset, e->options->side, options, item->alpha, err));
    /* No order holds a NaN: every number after this would be wrong without a sign of it. */
    for (size_t i = 0; i < e->n; i++)
        if (isnan(item->alpha[i]))
            return gg_fail(err, GG_E_INPUT, "%s: %s: query %zu: not a number", e->path, name, i);
    make_finite(item, e->n);
    return GG_OK;
}

static gg_status compute_all(gg_dataset *dataset, gg_evaluation *e, gg_error *err) {
    static const gg_aggregate aggregates[] = {
        {GG_FIRST, 0.0},    {GG_MEAN, 0.0}, {GG_MAX, 0.0},       {GG_LAST, 0.0},
        {GG_QUANTILE, 0.9}, {GG_SUM, 0.0},  {GG_PERPLEXITY, 0.0}};
    gg_uncertainty_options options = gg_uncertainty_options_init();
    options.top_k = e->options->top_k;
    for (int m = 0; m < GG_N_MEASURES; m++) {
        options.measure = (gg_measure)m;
        bool nll = options.measure == GG_NLL;
        for (size_t a = 0; a < sizeof aggregates / sizeof *aggregates; a++) {
            options.aggregate = aggregates[a];
            bool of_nll_alone =
                options.aggregate.kind == GG_SUM || options.aggregate.kind == GG_PERPLEXITY;
            if (of_nll_alone && !nll)
                continue;
            if (nll && !gg_dataset_has(dataset, e->options->side, GG_COLUMN_TOKENS)) {
                e->n_skipped++;
                continue;
            }
            gg_error inner = {0};
            gg_status status = compute(dataset, e, &options, &inner);
            if (status == GG_E_USAGE) {
                drop_last(e);
                e->n_skipped++;
            } else if (status != GG_OK) {
                return gg_fail(err, status, "%s", inner.message);
            }
        }
    }
    return GG_OK;
}

/* "entropyxmax": no method has an x in its name. */
static gg_status parse_pair(char *text, gg_uncertainty_options *options, gg_error *err) {
    char *cross = strchr(text, 'x');
    if (cross == NULL)
        return gg_fail(err, GG_E_USAGE,
                       "compare: \"%s\" is neither \"all\" nor METHODxAGGREGATE (entropyxmean)",
                       text);
    *cross = '\0';
    GG_TRY(gg_measure_parse(text, &options->measure, err));
    return gg_aggregate_parse(cross + 1, &options->aggregate, err);
}

static gg_status compute_compared(gg_dataset *dataset, gg_evaluation *e, gg_error *err) {
    const char *rest = e->options->compare;
    char piece[GG_UNCERTAINTY_NAME_SIZE];
    if (rest != NULL && strcmp(rest, "all") == 0)
        return compute_all(dataset, e, err);
    while (next_piece(&rest, piece, sizeof piece)) {
        gg_uncertainty_options options = gg_uncertainty_options_init();
        options.top_k = e->options->top_k;
        GG_TRY(parse_pair(piece, &options, err));
        GG_TRY(compute(dataset, e, &options, err));
    }
    return GG_OK;
}

gg_status gg__evaluation_collect(gg_dataset *dataset, gg_evaluation *e, gg_error *err) {
    const gg_evaluation_options *o = e->options;
    if (o->uncertainties != NULL)
        GG_TRY(read_named(dataset, e, err));
    else if (o->compare == NULL)
        GG_TRY(read_all_stored(dataset, e, err));
    GG_TRY(compute_compared(dataset, e, err));
    if (e->n_items > 0)
        return GG_OK;
    gg_uncertainty_options options = gg_uncertainty_options_init();
    options.top_k = o->top_k;
    return compute(dataset, e, &options, err);
}

/* Whether an item is this measure already, stored under its usual name or computed. */
static bool is_item(const gg_evaluation *e, const char *name) {
    for (size_t k = 0; k < e->n_items; k++)
        if (strcmp(e->items[k].name, name) == 0)
            return true;
    return false;
}

/* Makes the last item one that is only ranked. */
static gg_status rank_only(gg_evaluation *e, gg_error *err) {
    gg_ranked_measure *grown = gg_realloc(e->ranked, e->n_ranked, e->n_ranked + 1, sizeof *grown);
    if (grown == NULL)
        return no_memory(e, err);
    gg_evaluated *last = &e->items[e->n_items - 1];
    e->ranked = grown;
    grown[e->n_ranked] = (gg_ranked_measure){.alpha = last->alpha};
    snprintf(grown[e->n_ranked++].name, sizeof grown->name, "%s", last->name);
    *last = (gg_evaluated){0};
    e->n_items--;
    return GG_OK;
}

gg_status gg__evaluation_add_first_tokens(gg_dataset *dataset, gg_evaluation *e, gg_error *err) {
    char name[GG_UNCERTAINTY_NAME_SIZE];
    gg_uncertainty_options options = gg_uncertainty_options_init();
    options.top_k = e->options->top_k;
    for (int m = 0; m < GG_N_MEASURES; m++) {
        options.measure = (gg_measure)m;
        gg_uncertainty_default_name(e->options->side, &options, name);
        if (is_item(e, name))
            continue;
        size_t before = e->n_items;
        gg_error inner = {0};
        gg_status status = compute(dataset, e, &options, &inner);
        if (status == GG_E_NOMEM)
            return gg_fail(err, status, "%s", inner.message);
        if (status == GG_OK)
            GG_TRY(rank_only(e, err));
        else if (e->n_items > before)
            drop_last(e);
    }
    return GG_OK;
}
