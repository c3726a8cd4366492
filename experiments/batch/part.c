/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiments/batch/part.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "models/base/alloc.h"
#include "models/base/outfile.h"

gg_status gg_part_new(const gg_plan *plan, size_t index, gg_part **out, gg_error *err) {
    size_t units = gg_plan_units(plan), n_rows = 0;
    gg_part *part = gg_alloc(1, sizeof *part);
    *out = part;
    if (part == NULL)
        return gg_fail(err, GG_E_NOMEM, "part %zu: out of memory", index);
    part->index = index;
    part->first_unit = index * plan->units_per_part;
    part->n_units = units - part->first_unit;
    if (part->n_units > plan->units_per_part)
        part->n_units = plan->units_per_part;
    part->unit_rows = gg_plan_rows_per_unit(plan);
    part->wanted = gg_alloc(part->n_units, sizeof *part->wanted);
    if (gg_size_multiply(part->n_units, part->unit_rows, &n_rows) == 0)
        part->rows = gg_alloc(n_rows, sizeof *part->rows);
    part->rows_missing = n_rows;
    if (part->rows != NULL && plan->assignments)
        part->assignments = gg_alloc(n_rows, sizeof *part->assignments);
    if (part->wanted != NULL && part->rows != NULL &&
        (part->assignments != NULL || !plan->assignments)) {
        memset(part->wanted, 1, part->n_units * sizeof *part->wanted);
        return GG_OK;
    }
    gg_part_free(part);
    *out = NULL;
    return gg_fail(err, GG_E_NOMEM, "part %zu: out of memory", index);
}

void gg_part_free(gg_part *part) {
    if (part == NULL)
        return;
    for (size_t k = 0; part->assignments != NULL && k < part->n_units * part->unit_rows; k++)
        gg_free(part->assignments[k]);
    gg_free(part->wanted);
    gg_free(part->assignments);
    gg_free(part->rows);
    gg_free(part);
}

static char *part_path(const char *folder, size_t index) {
    size_t size = strlen(folder) + 40;
    char *path = gg_alloc(size, 1);
    if (path != NULL)
        snprintf(path, size, "%s/part-%06zu.h5", folder, index);
    return path;
}

/* Takes over a stored row and its decision. */
static gg_status keep_row(gg_part *part, const gg_results *stored, size_t at, gg_error *err) {
    part->rows[at] = stored->rows[at];
    part->rows_missing--;
    size_t n = stored->offsets != NULL ? stored->offsets[at + 1] - stored->offsets[at] : 0;
    if (part->assignments == NULL || n == 0)
        return GG_OK;
    part->assignments[at] = gg_alloc(n, sizeof **part->assignments);
    if (part->assignments[at] == NULL)
        return gg_fail(err, GG_E_NOMEM, "part %zu: out of memory", part->index);
    memcpy(part->assignments[at], stored->assignment + stored->offsets[at],
           n * sizeof **part->assignments);
    return GG_OK;
}

static gg_status keep_sound_units(gg_part *part, const gg_results *stored, gg_error *err) {
    gg_status status = GG_OK;
    for (size_t u = 0; status == GG_OK && u < part->n_units; u++) {
        size_t first = u * part->unit_rows, end = first + part->unit_rows;
        part->wanted[u] = false;
        for (size_t at = first; at < end; at++)
            part->wanted[u] = part->wanted[u] || stored->rows[at].failure[0] != '\0';
        for (size_t at = first; status == GG_OK && !part->wanted[u] && at < end; at++)
            status = keep_row(part, stored, at, err);
    }
    return status;
}

gg_status gg_part_reopen(const gg_plan *plan, const char *folder, size_t index, gg_part **out,
                         gg_error *err) {
    gg_results *stored = NULL;
    *out = NULL;
    char *path = part_path(folder, index);
    gg_status status =
        path != NULL ? GG_OK : gg_fail(err, GG_E_NOMEM, "part %zu: out of memory", index);
    if (status == GG_OK)
        status = gg_results_read(path, plan->assignments, &stored, err);
    if (status == GG_OK)
        status = gg_part_new(plan, index, out, err);
    if (status == GG_OK && stored->count != (*out)->n_units * (*out)->unit_rows)
        status = gg_fail(err, GG_E_INPUT, "%s: has %zu rows, the plan's part %zu", path,
                         stored->count, (*out)->n_units * (*out)->unit_rows);
    if (status == GG_OK)
        status = keep_sound_units(*out, stored, err);
    if (status != GG_OK) {
        gg_part_free(*out);
        *out = NULL;
    }
    gg_results_free(stored);
    gg_free(path);
    return status;
}

bool gg_part_put(gg_part *part, size_t unit, size_t row_index, const gg_row *row,
                 int16_t *assignment) {
    size_t at = (unit - part->first_unit) * part->unit_rows + row_index;
    part->rows[at] = *row;
    if (part->assignments != NULL)
        part->assignments[at] = assignment;
    else
        gg_free(assignment);
    return --part->rows_missing == 0;
}

/* The decisions end to end, as the file has them. */
static gg_status join_assignments(const gg_part *part, gg_results *results, gg_error *err) {
    if (part->assignments == NULL)
        return GG_OK;
    results->offsets = gg_alloc(results->count + 1, sizeof *results->offsets);
    if (results->offsets == NULL)
        return gg_fail(err, GG_E_NOMEM, "part %zu: out of memory", part->index);
    for (size_t k = 0; k < results->count; k++)
        results->offsets[k + 1] =
            results->offsets[k] + (part->assignments[k] != NULL ? part->rows[k].n_users : 0);
    results->assignment = gg_alloc(results->offsets[results->count], sizeof *results->assignment);
    if (results->assignment == NULL)
        return gg_fail(err, GG_E_NOMEM, "part %zu: out of memory", part->index);
    for (size_t k = 0; k < results->count; k++)
        if (part->assignments[k] != NULL)
            memcpy(results->assignment + results->offsets[k], part->assignments[k],
                   part->rows[k].n_users * sizeof *results->assignment);
    return GG_OK;
}

static gg_status number_units(const gg_part *part, gg_results *results, gg_error *err) {
    results->units = gg_alloc(part->n_units, sizeof *results->units);
    if (results->units == NULL)
        return gg_fail(err, GG_E_NOMEM, "part %zu: out of memory", part->index);
    for (size_t u = 0; u < part->n_units; u++)
        results->units[u] = part->first_unit + u;
    return GG_OK;
}

gg_status gg_part_write(const gg_part *part, const char *folder, const gg_manifest *manifest,
                        gg_error *err) {
    gg_results results = {
        .manifest = *manifest,
        .count = part->n_units * part->unit_rows,
        .n_units = part->n_units,
        .rows = part->rows,
    };
    char *path = part_path(folder, part->index);
    gg_status status =
        path != NULL ? GG_OK : gg_fail(err, GG_E_NOMEM, "part %zu: out of memory", part->index);
    if (status == GG_OK)
        status = number_units(part, &results, err);
    if (status == GG_OK)
        status = join_assignments(part, &results, err);
    if (status == GG_OK)
        status = gg_results_write(path, &results, err);
    gg_free(results.units);
    gg_free(results.offsets);
    gg_free(results.assignment);
    gg_free(path);
    return status;
}

typedef struct share {
    size_t shard;
    size_t shards;
} share;

static bool is_of_share(const char *name, const void *context) {
    const share *of = context;
    size_t index;
    int end = 0;
    return sscanf(name, "part-%zu.h5%n", &index, &end) == 1 && end > 0 && name[end] == '\0' &&
           index % of->shards == of->shard;
}

void gg_part_sweep(const char *folder, size_t shard, size_t shards) {
    gg_outfile_sweep(folder, is_of_share, &(share){shard, shards});
}

gg_status gg_part_exists(const char *folder, size_t index, const char *fingerprint, bool *exists,
                         gg_error *err) {
    gg_manifest manifest = {0};
    char *path = part_path(folder, index);
    *exists = false;
    if (path == NULL)
        return gg_fail(err, GG_E_NOMEM, "%s: out of memory", folder);
    gg_status status = GG_OK;
    if (access(path, F_OK) == 0) {
        status = gg_results_read_manifest(path, &manifest, err);
        const char *found = status == GG_OK ? gg_manifest_get(&manifest, "plan_fingerprint") : NULL;
        if (status == GG_OK && (found == NULL || strcmp(found, fingerprint) != 0))
            status = gg_fail(err, GG_E_INPUT,
                             "%s: holds results of another plan (or of another dataset or preset "
                             "under the same name); give this one another folder",
                             path);
        *exists = status == GG_OK;
    }
    gg_manifest_clear(&manifest);
    gg_free(path);
    return status;
}
