/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Arrays of one file that belong together, because a pattern or their numbered names say so: the
 * steps of one answer (numpy.savez(*scores)), or a query each.
 */
#pragma once

#include "data/import/sink/importer.h"

GG_C_BEGIN
typedef struct gg_array_family {
    size_t *members; /* of the store, in natural order (q2 before q10); NULL: no family */
    size_t count;
    bool are_steps;      /* stacked they are one array; else each is a query */
    bool has_rows;       /* each has the axes T,V or B,V, not V alone */
    gg_import_axes axes; /* of the stack, or of each */
} gg_array_family;

/* The arrays that a pattern ("q*" or one with folders) means; none where it is no pattern. The
 * caller clears *family. Errors: GG_E_INPUT (shapes that do not go together), GG_E_USAGE (steps or
 * queries: axes are needed), GG_E_NOMEM. */
gg_status gg_array_family_match(gg_import_job *job, gg_array_store *store, gg_array_family *family,
                                gg_error *err);
/* The same for numbered arrays whose names say what they are. */
gg_status gg_array_family_find(gg_import_job *job, gg_array_store *store, gg_array_family *family,
                               gg_error *err);
/* Says what was taken for what. */
void gg_array_family_tell(const gg_import_job *job, const gg_array_store *store,
                          const gg_array_family *family);
void gg_array_family_clear(gg_array_family *family);

/* A pattern that would mean the array and its like in other folders, for messages; empty where it
 * is in none. */
void gg_array_family_pattern(const gg_array_store *store, size_t k, char *text, size_t size);

/* The steps as one array; the family and the store are borrowed. Errors: GG_E_INPUT, GG_E_NOMEM. */
gg_status gg_array_family_stack(gg_array_store *store, const gg_array_family *family,
                                gg_array **out, gg_error *err);

/* What tells member `k` from the others, as its query's name. */
void gg_array_family_name(const gg_import_job *job, const gg_array_store *store,
                          const gg_array_family *family, size_t k, char *name, size_t size);
GG_C_END
