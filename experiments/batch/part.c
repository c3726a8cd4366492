/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiments/batch/part.h"

#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "experiments/planning/experiment.h"
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
    for (size_t u = 0; u < part->n_units; u++) {
        size_t first = u * part->unit_rows, end = first + part->unit_rows;
        part->wanted[u] = false;
        for (size_t at = first; at < end; at++)
            part->wanted[u] = part->wanted[u] || stored->rows[at].failure[0] != '\0';
        for (size_t at = first; !part->wanted[u] && at < end; at++)
            GG_TRY(keep_row(part, stored, at, err));
    }
    return GG_OK;
}

static gg_status check_origin(const gg_experiment *experiment, const gg_manifest *manifest,
                              const char *path, gg_error *err) {
    char reason[300];
    switch (gg_fingerprint_compare(experiment, manifest, reason, sizeof reason)) {
    case GG_ORIGIN_SAME:
        return GG_OK;
    case GG_ORIGIN_OTHER:
        return gg_fail(err, GG_E_INPUT,
                       "%s: holds results of another plan: %s; undo that change, or give this plan "
                       "another folder",
                       path, reason);
    default:
        return gg_fail(err, GG_E_INPUT,
                       "%s: cannot be continued: %s. `goagap report' and `goagap merge' read it as "
                       "it is; give this plan another folder, or finish it with that version",
                       path, reason);
    }
}

/* A sound file may still be another part's, under this one's name. */
static gg_status check_networks(const gg_part *part, const gg_results *stored, const char *path,
                                gg_error *damage) {
    if (stored->units == NULL || stored->n_units != part->n_units ||
        stored->count != part->n_units * part->unit_rows)
        return gg_fail(damage, GG_E_INPUT, "%s: has %zu networks and %zu rows, the plan's part %zu",
                       path, stored->n_units, stored->count, part->n_units);
    for (size_t u = 0; u < part->n_units; u++)
        if (stored->units[u] != part->first_unit + u)
            return gg_fail(damage, GG_E_INPUT, "%s: holds network %" PRIu64 " in place of %zu",
                           path, stored->units[u], part->first_unit + u);
    return GG_OK;
}

static gg_status take_stored(const gg_experiment *experiment, const gg_results *stored,
                             const char *path, size_t index, gg_part **out, gg_error *damage,
                             gg_error *err) {
    GG_TRY(check_origin(experiment, &stored->manifest, path, err));
    GG_TRY(gg_part_new(experiment->plan, index, out, err));
    bool fits = check_networks(*out, stored, path, damage) == GG_OK;
    gg_status status = fits ? keep_sound_units(*out, stored, err) : GG_OK;
    if (!fits || status != GG_OK) {
        gg_part_free(*out);
        *out = NULL;
    }
    return status;
}

gg_status gg_part_find(const gg_experiment *experiment, const char *folder, size_t index,
                       gg_part **out, gg_error *damage, gg_error *err) {
    gg_results *stored = NULL;
    gg_error problem = {0};
    char *path = part_path(folder, index);
    *out = NULL;
    *damage = (gg_error){0};
    if (path == NULL)
        return gg_fail(err, GG_E_NOMEM, "part %zu: out of memory", index);
    gg_status status = GG_OK;
    if (access(path, F_OK) == 0) {
        status = gg_results_read(path, experiment->plan->assignments, &stored, &problem);
        if (status == GG_OK)
            status = take_stored(experiment, stored, path, index, out, damage, err);
        else if (status == GG_E_INPUT)
            *damage = problem;
        else
            gg_fail(err, status, "%s", problem.message);
        if (damage->message[0] != '\0')
            status = GG_OK;
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

/* Whether a name is that of a part file, and of which; *index is SIZE_MAX for a name that no part
 * of a plan has. */
static bool part_number(const char *name, size_t *index) {
    char canonical[40];
    size_t length = strlen(name), number;
    *index = SIZE_MAX;
    if (strncmp(name, "part-", 5) != 0 || length < 8 || strcmp(name + length - 3, ".h5") != 0)
        return false;
    if (sscanf(name, "part-%zu.h5", &number) == 1) {
        snprintf(canonical, sizeof canonical, "part-%06zu.h5", number);
        if (strcmp(name, canonical) == 0)
            *index = number;
    }
    return true;
}

/* The plan of any one part that can be read; damaged ones are found by who does them. */
static gg_status check_any(const gg_experiment *experiment, const char *folder, size_t index,
                           bool *checked, gg_error *err) {
    gg_manifest manifest;
    char *path = part_path(folder, index);
    if (path == NULL)
        return gg_fail(err, GG_E_NOMEM, "%s: out of memory", folder);
    gg_status status = GG_OK;
    *checked = gg_results_read_manifest(path, &manifest, NULL) == GG_OK;
    if (*checked) {
        status = check_origin(experiment, &manifest, path, err);
        gg_manifest_clear(&manifest);
    }
    gg_free(path);
    return status;
}

gg_status gg_part_check_folder(const gg_experiment *experiment, const char *folder, size_t n_parts,
                               gg_error *err) {
    DIR *open = opendir(folder);
    bool checked = false;
    if (open == NULL)
        return gg_fail(err, GG_E_IO, "%s: cannot be read: %s", folder, strerror(errno));
    gg_status status = GG_OK;
    for (struct dirent *entry; status == GG_OK && (entry = readdir(open)) != NULL;) {
        size_t index;
        if (!part_number(entry->d_name, &index))
            continue;
        if (index < n_parts && !checked)
            status = check_any(experiment, folder, index, &checked, err);
        else if (index >= n_parts)
            status = gg_fail(err, GG_E_INPUT,
                             "%s/%s: is none of this plan's %zu parts, and would be read as one: "
                             "move it elsewhere, or give this plan another folder",
                             folder, entry->d_name, n_parts);
    }
    closedir(open);
    return status;
}
