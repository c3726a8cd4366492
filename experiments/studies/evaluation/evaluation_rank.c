/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Which measure ranks errors best.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "experiments/studies/evaluation/evaluation.h"
#include "models/base/alloc.h"

static gg_status no_memory(const gg_evaluation *e, gg_error *err) {
    return gg_fail(err, GG_E_NOMEM, "%s: out of memory for %zu queries", e->path, e->n);
}

/* Best first; equal ones by name. */
static int compare(const void *left, const void *right) {
    const gg_ranked_measure *a = left, *b = right;
    if (a->auroc.value != b->auroc.value)
        return a->auroc.value > b->auroc.value ? -1 : 1;
    return strcmp(a->name, b->name);
}

static gg_status rank(const gg_evaluation *e, gg_ranked_measure *list, size_t n, gg_error *err) {
    gg_ranking *rankings = gg_alloc(n, sizeof *rankings);
    gg_estimate *both = gg_alloc(n, 2 * sizeof *both);
    gg_status status = rankings != NULL && both != NULL ? GG_OK : no_memory(e, err);
    size_t made = 0;
    while (status == GG_OK && made < n) {
        status = gg_ranking_init(&rankings[made], list[made].alpha, e->wrong, NULL, e->n, err);
        made += status == GG_OK;
    }
    if (status == GG_OK)
        status = gg_auroc_compare(rankings, n, e->options->seed, e->options->resamples, both,
                                  both + n, err);
    for (size_t k = 0; status == GG_OK && k < n; k++) {
        list[k].auroc = both[k];
        list[k].behind = both[n + k];
    }
    for (size_t k = 0; k < made; k++)
        gg_ranking_clear(&rankings[k]);
    gg_free(rankings);
    gg_free(both);
    return status;
}

/* Of a single one all is known: its resamples are those of its measures. */
static void rank_alone(const gg_evaluated *item, gg_ranked_measure *list) {
    const gg_estimate *auroc = &item->metrics[GG_METRIC_AUROC];
    list->auroc = *auroc;
    list->behind = (gg_estimate){auroc->value - auroc->value, auroc->low - auroc->low,
                                 auroc->high - auroc->high};
}

gg_status gg__evaluation_rank(gg_evaluation *e, gg_error *err) {
    size_t beside = e->n_ranked, n = beside + e->n_items;
    gg_ranked_measure *list = gg_realloc(e->ranked, beside, n, sizeof *list);
    if (list == NULL)
        return no_memory(e, err);
    e->ranked = list;
    for (size_t k = 0; k < e->n_items; k++) {
        list[beside + k] = (gg_ranked_measure){.alpha = e->items[k].alpha};
        snprintf(list[beside + k].name, sizeof list->name, "%s", e->items[k].name);
    }
    gg_status status = GG_OK;
    if (n == 1 && e->n_items == 1)
        rank_alone(&e->items[0], list);
    else
        status = rank(e, list, n, err);
    for (size_t k = 0; k < beside; k++)
        gg_free(list[k].alpha);
    for (size_t k = 0; k < n; k++)
        list[k].alpha = NULL;
    e->n_ranked = n;
    if (status == GG_OK)
        qsort(list, n, sizeof *list, compare);
    return status;
}

static void add_interval(const gg_estimate *of, gg_sentence *text) {
    gg_sentence_add(text, " %.3f", of->value);
    if (!isnan(of->low))
        gg_sentence_add(text, " [%.3f, %.3f]", of->low, of->high);
}

void gg_evaluation_tell_best(const gg_evaluation *e, gg_sentence *text) {
    if (e->n_ranked < 2 || isnan(e->ranked[0].auroc.value))
        return;
    const gg_ranked_measure *best = &e->ranked[0], *own = best;
    for (size_t k = 0; k < e->n_ranked; k++)
        if (strcmp(e->ranked[k].name, e->items[0].name) == 0)
            own = &e->ranked[k];
    gg_sentence_add(text, "Of %zu measures %s ranks errors best: AUROC", e->n_ranked, best->name);
    add_interval(&best->auroc, text);
    if (own != best) {
        gg_sentence_add(text, "; %s has", own->name);
        add_interval(&own->auroc, text);
        gg_sentence_add(text, ", behind by");
        add_interval(&own->behind, text);
    }
    gg_sentence_add(text, own == &e->ranked[e->n_ranked - 1] ? ", the last of all." : ".");
}
