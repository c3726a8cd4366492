/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A part being filled: consecutive units of a plan, whose rows arrive in any order and are written
 * in the plan's.
 */
#pragma once

#include "experiments/planning/experiment.h"
#include "experiments/results/part_index.h"

typedef struct gg_part {
    size_t index;
    size_t first_unit;
    size_t n_units;
    size_t unit_rows;
    size_t rows_missing;
    bool *missing;         /* n_units x unit_rows: rows that are still to be done */
    bool *whole;           /* n_units: had all its rows before any of them is done again */
    gg_row *rows;          /* n_units x unit_rows */
    int16_t **assignments; /* likewise, each NULL or n_users entries; NULL when not stored */
} gg_part;

/* What is done again of rows that are there. */
typedef struct gg_part_wish {
    bool retry_failed;
    const char *redo; /* names of strategies, commas between, or NULL */
} gg_part_wish;

/* Networks of part number `index`. */
size_t gg_part_units(const gg_plan *plan, size_t index);

/* Whether a strategy failed on a network (counted within the part) whose rows are there. */
bool gg_part_unit_failed(const gg_part *part, size_t unit);

/* Part number `index` of the plan, empty. Free with gg_part_free. Errors: GG_E_NOMEM. */
gg_status gg_part_new(const gg_plan *plan, size_t index, gg_part **out, gg_error *err);
void gg_part_free(gg_part *part);

/* What a folder holds of part number `index`, verified, and from then on in the folder's index,
 * which is `known` (NULL: not noted): *out has its rows, and misses networks that an interrupted
 * batch left out and what is wished to be done again: all of a network with a failed row, or some
 * strategies. *out is NULL where there is no such part, or where it is damaged or holds other
 * networks: `damage` then says so, else it stays empty. Errors: GG_E_INPUT (results of another
 * plan, or of a version that cannot tell), GG_E_IO, GG_E_NOMEM. */
gg_status gg_part_find(const gg_experiment *experiment, gg_index *known, const char *folder,
                       size_t index, gg_part_wish wish, gg_part **out, gg_error *damage,
                       gg_error *err);

/* The first missing row of a unit (counted within the part) from `from` on; unit_rows: none. */
size_t gg_part_next_row(const gg_part *part, size_t unit, size_t from);

/* Puts a row that is missing in its place; takes the assignment. True when the part is complete. */
bool gg_part_put(gg_part *part, size_t unit, size_t row_index, const gg_row *row,
                 int16_t *assignment);

/* The same with a copy of row `at` of a table. Errors: GG_E_NOMEM. */
gg_status gg_part_keep_row(gg_part *part, size_t unit, size_t row_index, const gg_results *from,
                           size_t at, gg_error *err);

/* Writes "<folder>/part-000012.h5": the networks that have all their rows, for a complete part all;
 * nothing where none has; and a line about it into the shard's index. Errors as gg_results_write.
 */
gg_status gg_part_write(const gg_part *part, const char *folder, size_t shard, size_t shards,
                        const gg_manifest *manifest, gg_error *err);

/* Removes what killed runs left half-written of the parts of a shard (those whose number modulo
 * `shards` is `shard`); files of processes that are alive stay. */
void gg_part_sweep(const char *folder, size_t shard, size_t shards);

/* Refuses results that are not the experiment's, saying why; `path` names them. Errors: GG_E_INPUT.
 */
gg_status gg_part_check_origin(const gg_experiment *experiment, const gg_manifest *manifest,
                               const char *path, gg_error *err);

/* Whether a name is that of a part file, and of which; *index is SIZE_MAX for a name that no part
 * of a plan has. */
bool gg_part_number(const char *name, size_t *index);

/* Refuses a folder with a part file that is none of the plan's, or whose first one is of another
 * plan: shards look only at their own parts. Errors: GG_E_INPUT, GG_E_IO, GG_E_NOMEM. */
gg_status gg_part_check_folder(const gg_experiment *experiment, const char *folder, size_t n_parts,
                               gg_error *err);
