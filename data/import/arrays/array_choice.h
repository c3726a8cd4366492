/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Which of a file's named arrays are meant, and what their names say of their numbers.
 */
#pragma once

#include "data/import/arrays/array_family.h"
#include "data/import/sink/importer.h"

GG_C_BEGIN
typedef enum gg_array_role {
    GG_ARRAY_LOGITS,
    GG_ARRAY_HIDDEN,    /* with lm_head beside it */
    GG_ARRAY_CANDIDATES /* the most probable tokens of each row */
} gg_array_role;

typedef struct gg_array_choice {
    gg_array_role role;
    gg_import_values values; /* what the numbers are, unless the option says otherwise */
    size_t chosen;           /* of the store */
    long ids;                /* of candidates; GG_NO_ARRAY: they have none */
    gg_array_family family;  /* that the chosen one is the first of, or empty; to be cleared */
} gg_array_choice;

/* The lm_head (or its bias) beside the chosen array, or GG_NO_ARRAY. */
long gg_array_head_beside(const gg_array_store *store, size_t chosen, bool bias);

/* `tells` warns which was taken where there was a choice. Errors: GG_E_INPUT (none, several, or not
 * the one asked for), GG_E_USAGE. */
gg_status gg_array_choose(gg_import_job *job, gg_array_store *store, bool tells,
                          gg_array_choice *choice, gg_error *err);

/* Programs without bfloat16 keep its bits as what else has two bytes: they are what --dtype says.
 * Errors: GG_E_USAGE. */
gg_status gg_array_take_bits(gg_import_job *job, gg_array *array, gg_error *err);
GG_C_END
