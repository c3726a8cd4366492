/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What an import tells of itself: counts at its end, hooks on the way.
 */
#pragma once

#include "data/dataset/dataset.h"

/* What an import found, for its summary. */
typedef struct gg_import_counts {
    size_t queries; /* written */
    size_t tokens;  /* rows written */
    size_t width;   /* V, d or k */
    gg_storage storage;
    gg_dtype dtype;         /* as written */
    gg_dtype source_dtype;  /* as found; meaningful for arrays */
    size_t skipped;         /* queries without a usable token, left out */
    size_t dropped_eos;     /* end-of-answer rows left out */
    size_t non_greedy;      /* generated tokens that were not the most probable */
    size_t sentinels;       /* "very unlikely" codes taken for probability 0 */
    size_t duplicates;      /* candidates listed twice */
    size_t clipped;         /* log-probabilities that the source cut off */
    size_t not_normalised;  /* rows whose probabilities do not sum to 1 within 1 % */
    size_t renormalised;    /* candidate lists of logits, normalised over the list */
    size_t incomplete;      /* columns left out because some queries had no value */
    size_t missing_records; /* records that a source announces and does not have */
} gg_import_counts;

/* Who hears of what happens on the way; either may be NULL. */
typedef struct gg_import_hooks {
    /* Called now and then; `done` and `total` are bytes of the sources. */
    void (*progress)(void *context, uint64_t done, uint64_t total);
    /* Something that is not an error but should be known. */
    void (*warn)(void *context, const char *message);
    void *context;
} gg_import_hooks;
