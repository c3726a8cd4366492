/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A part being filled: consecutive units of a plan, whose rows arrive in any order and are written
 * in the plan's.
 */
#pragma once

#include "experiments/planning/experiment.h"
#include "experiments/results/results.h"

typedef struct gg_part {
    size_t index;
    size_t first_unit;
    size_t n_units;
    size_t unit_rows;
    size_t rows_missing;
    bool *wanted;          /* n_units: still to be done when the part was made */
    gg_row *rows;          /* n_units x unit_rows */
    int16_t **assignments; /* likewise, each NULL or n_users entries; NULL when not stored */
} gg_part;

/* Part number `index` of the plan, empty. Free with gg_part_free. Errors: GG_E_NOMEM. */
gg_status gg_part_new(const gg_plan *plan, size_t index, gg_part **out, gg_error *err);
void gg_part_free(gg_part *part);

/* What a folder holds of part number `index`, verified: *out has its rows, and wants only the units
 * that have a failed one. *out is NULL where there is no such part, or where it is damaged or holds
 * other networks: `damage` then says so, else it stays empty. Errors: GG_E_INPUT (results of
 * another plan, or of a version that cannot tell), GG_E_IO, GG_E_NOMEM. */
gg_status gg_part_find(const gg_experiment *experiment, const char *folder, size_t index,
                       gg_part **out, gg_error *damage, gg_error *err);

/* Puts a row of a wanted unit in its place; takes the assignment. True when the part is complete.
 */
bool gg_part_put(gg_part *part, size_t unit, size_t row_index, const gg_row *row,
                 int16_t *assignment);

/* Writes "<folder>/part-000012.h5". Errors as gg_results_write. */
gg_status gg_part_write(const gg_part *part, const char *folder, const gg_manifest *manifest,
                        gg_error *err);

/* Removes what killed runs left half-written of the parts of a shard (those whose number modulo
 * `shards` is `shard`); files of processes that are alive stay. */
void gg_part_sweep(const char *folder, size_t shard, size_t shards);

/* Refuses a folder with a part file that is none of the plan's, or whose first one is of another
 * plan: shards look only at their own parts. Errors: GG_E_INPUT, GG_E_IO, GG_E_NOMEM. */
gg_status gg_part_check_folder(const gg_experiment *experiment, const char *folder, size_t n_parts,
                               gg_error *err);
