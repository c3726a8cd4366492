/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The dataset's columns as data: one table that reader and writer share.
 */
#pragma once

#include "data/hdf5/h5.h"
#include "models/base/linkage.h"

GG_C_BEGIN
/* The small model on the device, the large one on the server. */
typedef enum gg_side { GG_SLM, GG_LLM } gg_side;
enum { GG_N_SIDES = 2 };

/* "slm" or "llm". */
const char *gg_side_name(gg_side side);
/* Errors: GG_E_USAGE for any other name. */
gg_status gg_side_parse(const char *name, gg_side *side, gg_error *err);

/* How a side keeps what its model said about the next token. */
typedef enum gg_storage {
    GG_STORAGE_NONE,
    GG_STORAGE_LOGITS, /* T x V logits */
    GG_STORAGE_HIDDEN, /* T x d hidden states; logits = hidden . lm_head^T (+ bias) */
    GG_STORAGE_TOPK    /* T x k largest log-probabilities, with token ids where has_topk_ids */
} gg_storage;

/* The dataset of a side that holds its rows: "logits", "hidden", "topk_values"; "none". */
const char *gg_storage_name(gg_storage storage);

/* Log-probabilities from here down are other tools' way to write "very unlikely". */
#define GG_VERY_UNLIKELY (-9998.0)
/* What rounding may add to the logarithm of a probability. */
#define GG_LOG_SLACK 1e-6

/* Columns of one number a query, a token or a word of the vocabulary. */
typedef enum gg_column {
    GG_COLUMN_TASK,          /* of the queries */
    GG_COLUMN_PROMPT_BYTES,  /* of the queries, >= 0 */
    GG_COLUMN_CORRECT,       /* of a side, 0 or 1 */
    GG_COLUMN_LATENCY,       /* of a side, seconds, > 0 */
    GG_COLUMN_ANSWER_TOKENS, /* of a side: rows without the end-of-answer token */
    GG_COLUMN_TOKENS,        /* of a side, one a token row: the generated token's id */
    GG_COLUMN_TOKEN_CLASS,   /* of a side, one a word: its class, -1 for none */
    GG_N_COLUMNS
} gg_column;

typedef enum gg_column_length { GG_PER_QUERY, GG_PER_TOKEN, GG_PER_WORD } gg_column_length;

typedef struct gg_column_spec {
    const char *name;
    bool of_side; /* in /slm and /llm; else in /queries */
    gg_column_length length;
    bool integral;
    double lowest; /* smallest and largest legal value; latency excludes its lowest */
    double highest;
    bool excludes_lowest;
    gg_h5_type stored; /* as it is written */
} gg_column_spec;

const gg_column_spec *gg_column_of(gg_column column);

/* How a side of a dataset is stored. */
typedef struct gg_side_info {
    bool present; /* the group is there */
    gg_storage storage;
    gg_dtype dtype;      /* of logits, hidden states or log-probabilities */
    gg_dtype head_dtype; /* of lm_head (GG_STORAGE_HIDDEN) */
    gg_dtype bias_dtype; /* where has_bias */
    size_t n_tokens;     /* T; 0 without offsets */
    size_t width;        /* V, d or k: numbers a stored row */
    size_t vocabulary;   /* V; 0 when not known (GG_STORAGE_TOPK without a class map) */
    size_t chunk_rows;   /* rows stored together; 0 when not chunked */
    bool has_bias;
    bool has_topk_ids;
    bool has[GG_N_COLUMNS];
    const uint64_t *offsets; /* n_queries + 1, or NULL; borrowed: query i owns token rows
                                offsets[i] .. offsets[i + 1] - 1 */
    double device_flops;     /* of the device latency_s was measured on; 0 when not known */
} gg_side_info;

enum { GG_OBJECT_PATH_SIZE = 320, GG_UNCERTAINTY_NAME_SIZE = 128 };

/* "/slm/correct"; `side` is ignored for columns of the queries. */
void gg_column_path(gg_column column, gg_side side, char path[GG_OBJECT_PATH_SIZE]);
/* "/slm/<name>". */
void gg_side_path(gg_side side, const char *name, char path[GG_OBJECT_PATH_SIZE]);

/* Errors: GG_E_USAGE unless `name` is 1..127 printable characters without "/" and not "." or "..".
 */
gg_status gg_uncertainty_name_check(const char *name, gg_error *err);
GG_C_END
