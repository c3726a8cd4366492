/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiments/batch/part.h"

#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "experiments/planning/experiment.h"
#include "experiments/results/part_index.h"
#include "models/base/alloc.h"
#include "models/base/outfile.h"

size_t gg_part_units(const gg_plan *plan, size_t index) {
    size_t left = gg_plan_units(plan) - index * plan->units_per_part;
    return left < plan->units_per_part ? left : plan->units_per_part;
}

bool gg_part_unit_failed(const gg_part *part, size_t unit) {
    for (size_t k = unit * part->unit_rows; k < (unit + 1) * part->unit_rows; k++)
        if (part->rows[k].failure[0] != '\0')
            return true;
    return false;
}

gg_status gg_part_new(const gg_plan *plan, size_t index, gg_part **out, gg_error *err) {
    size_t n_rows = 0;
    gg_part *part = gg_alloc(1, sizeof *part);
    *out = part;
    if (part == NULL)
        return gg_fail(err, GG_E_NOMEM, "part %zu: out of memory", index);
    part->index = index;
    part->first_unit = index * plan->units_per_part;
    part->n_units = gg_part_units(plan, index);
    part->unit_rows = gg_plan_rows_per_unit(plan);
    part->whole = gg_alloc(part->n_units, sizeof *part->whole);
    if (gg_size_multiply(part->n_units, part->unit_rows, &n_rows) == 0) {
        part->rows = gg_alloc(n_rows, sizeof *part->rows);
        part->missing = gg_alloc(n_rows, sizeof *part->missing);
    }
    part->rows_missing = n_rows;
    if (part->rows != NULL && plan->assignments)
        part->assignments = gg_alloc(n_rows, sizeof *part->assignments);
    if (part->whole != NULL && part->rows != NULL && part->missing != NULL &&
        (part->assignments != NULL || !plan->assignments)) {
        memset(part->missing, 1, n_rows * sizeof *part->missing);
        for (size_t k = 0; k < n_rows; k++)
            part->rows[k] = gg_row_blank();
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
    gg_free(part->missing);
    gg_free(part->whole);
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

gg_status gg_part_keep_row(gg_part *part, size_t unit, size_t row_index, const gg_results *from,
                           size_t at, gg_error *err) {
    const int16_t *entries = NULL;
    size_t n = 0;
    int16_t *copy = NULL;
    if (part->assignments != NULL && from->offsets != NULL) {
        entries = from->assignment + from->offsets[at];
        n = from->offsets[at + 1] - from->offsets[at];
    }
    if (n > 0) {
        copy = gg_alloc(n, sizeof *copy);
        if (copy == NULL)
            return gg_fail(err, GG_E_NOMEM, "part %zu: out of memory", part->index);
        memcpy(copy, entries, n * sizeof *copy);
    }
    gg_part_put(part, part->first_unit + unit, row_index, &from->rows[at], copy);
    return GG_OK;
}

/* What is to be done again of a network that has all its rows. */
static void miss_again(gg_part *part, size_t unit, gg_part_wish wish) {
    bool failed = gg_part_unit_failed(part, unit);
    const gg_row *rows = part->rows + unit * part->unit_rows;
    for (size_t r = 0; r < part->unit_rows; r++)
        if ((wish.retry_failed && failed) || gg_is_listed(wish.redo, rows[r].solver)) {
            part->missing[unit * part->unit_rows + r] = true;
            part->rows_missing++;
        }
}

static gg_status keep_units(gg_part *part, const gg_results *stored, gg_part_wish wish,
                            gg_error *err) {
    for (size_t k = 0; k < stored->n_units; k++) {
        size_t u = stored->units[k] - part->first_unit;
        for (size_t r = 0; r < part->unit_rows; r++)
            GG_TRY(gg_part_keep_row(part, u, r, stored, k * part->unit_rows + r, err));
        part->whole[u] = true;
        miss_again(part, u, wish);
    }
    return GG_OK;
}

/* The strategy that alone has changed since, its other rows kept; NULL: something else has. */
static const char *changed_strategy(const gg_experiment *experiment, const gg_manifest *manifest) {
    const char *theirs = gg_manifest_get(manifest, "row_origins");
    const gg_plan *plan = experiment->plan;
    if (theirs == NULL || gg_origins_lacking(experiment, theirs, NULL) == NULL)
        return NULL;
    for (size_t k = 0; k < plan->n_strategies; k++)
        if (gg_origins_lacking(experiment, theirs, plan->strategies[k].name) == NULL)
            return plan->strategies[k].name;
    return NULL;
}

gg_status gg_part_check_origin(const gg_experiment *experiment, const gg_manifest *manifest,
                               const char *path, gg_error *err) {
    char reason[300], redo[GG_ROW_NAME + 48] = "";
    const char *changed = changed_strategy(experiment, manifest);
    if (changed != NULL)
        snprintf(redo, sizeof redo, "run that strategy anew with `--redo %s', ", changed);
    switch (gg_fingerprint_compare(experiment, manifest, reason, sizeof reason)) {
    case GG_ORIGIN_SAME:
        return GG_OK;
    case GG_ORIGIN_OTHER:
        return gg_fail(
            err, GG_E_INPUT,
            "%s: holds results of another plan: %s; undo that change, %sor give this plan "
            "another folder",
            path, reason, redo);
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
    if (stored->units == NULL || stored->n_units > part->n_units ||
        stored->count != stored->n_units * part->unit_rows)
        return gg_fail(damage, GG_E_INPUT, "%s: has %zu networks and %zu rows, the plan's part %zu",
                       path, stored->n_units, stored->count, part->n_units);
    for (size_t k = 0; k < stored->n_units; k++) {
        uint64_t least = k == 0 ? part->first_unit : stored->units[k - 1] + 1;
        if (stored->units[k] < least || stored->units[k] >= part->first_unit + part->n_units)
            return gg_fail(damage, GG_E_INPUT, "%s: holds network %" PRIu64 " in place of %" PRIu64,
                           path, stored->units[k], least);
    }
    return GG_OK;
}

static gg_status take_stored(const gg_experiment *experiment, const gg_results *stored,
                             const char *path, size_t index, gg_part_wish wish, gg_part **out,
                             gg_error *damage, gg_error *err) {
    GG_TRY(gg_part_check_origin(experiment, &stored->manifest, path, err));
    GG_TRY(gg_part_new(experiment->plan, index, out, err));
    bool fits = check_networks(*out, stored, path, damage) == GG_OK;
    gg_status status = fits ? keep_units(*out, stored, wish, err) : GG_OK;
    if (!fits || status != GG_OK) {
        gg_part_free(*out);
        *out = NULL;
    }
    return status;
}

gg_status gg_part_find(const gg_experiment *experiment, gg_index *known, const char *folder,
                       size_t index, gg_part_wish wish, gg_part **out, gg_error *damage,
                       gg_error *err) {
    gg_results *stored = NULL;
    gg_error problem = {0};
    char *path = part_path(folder, index);
    *out = NULL;
    *damage = (gg_error){0};
    if (path == NULL)
        return gg_fail(err, GG_E_NOMEM, "part %zu: out of memory", index);
    gg_status status = GG_OK;
    if (access(path, F_OK) == 0) {
        status = gg__results_read_unknown(known, folder, strrchr(path, '/') + 1, path,
                                          experiment->plan->assignments, &stored, &problem);
        if (status == GG_OK)
            status = take_stored(experiment, stored, path, index, wish, out, damage, err);
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

size_t gg_part_next_row(const gg_part *part, size_t unit, size_t from) {
    while (from < part->unit_rows && !part->missing[unit * part->unit_rows + from])
        from++;
    return from;
}

bool gg_part_put(gg_part *part, size_t unit, size_t row_index, const gg_row *row,
                 int16_t *assignment) {
    size_t at = (unit - part->first_unit) * part->unit_rows + row_index;
    part->rows[at] = *row;
    part->missing[at] = false;
    if (part->assignments != NULL) {
        gg_free(part->assignments[at]);
        part->assignments[at] = assignment;
    } else {
        gg_free(assignment);
    }
    return --part->rows_missing == 0;
}

/* What of a part can be written: networks that have all their rows. */
static gg_status gather(const gg_part *part, gg_results *results, gg_error *err) {
    size_t n_rows = part->n_units * part->unit_rows, entries = 0;
    results->rows = gg_alloc(n_rows, sizeof *results->rows);
    results->units = gg_alloc(part->n_units, sizeof *results->units);
    if (part->assignments != NULL)
        results->offsets = gg_alloc(n_rows + 1, sizeof *results->offsets);
    for (size_t k = 0; part->assignments != NULL && k < n_rows; k++)
        entries += part->assignments[k] != NULL ? part->rows[k].n_users : 0;
    if (part->assignments != NULL)
        results->assignment = gg_alloc(entries, sizeof *results->assignment);
    if (results->rows == NULL || results->units == NULL ||
        (part->assignments != NULL && (results->offsets == NULL || results->assignment == NULL)))
        return gg_fail(err, GG_E_NOMEM, "part %zu: out of memory", part->index);
    for (size_t u = 0; u < part->n_units; u++) {
        if (!part->whole[u] && gg_part_next_row(part, u, 0) < part->unit_rows)
            continue;
        results->units[results->n_units++] = part->first_unit + u;
        for (size_t at = u * part->unit_rows; at < (u + 1) * part->unit_rows; at++) {
            const int16_t *decision = part->assignments != NULL ? part->assignments[at] : NULL;
            size_t n = decision != NULL ? part->rows[at].n_users : 0;
            uint64_t *offset = results->offsets != NULL ? results->offsets + results->count : NULL;
            if (n > 0)
                memcpy(results->assignment + *offset, decision, n * sizeof *decision);
            if (offset != NULL)
                offset[1] = offset[0] + n;
            results->rows[results->count++] = part->rows[at];
        }
    }
    return GG_OK;
}

gg_status gg_part_write(const gg_part *part, const char *folder, size_t shard, size_t shards,
                        const gg_manifest *manifest, gg_error *err) {
    gg_part_places places;
    gg_results results = {.manifest = *manifest};
    char *path = part_path(folder, part->index);
    gg_status status =
        path != NULL ? GG_OK : gg_fail(err, GG_E_NOMEM, "part %zu: out of memory", part->index);
    if (status == GG_OK)
        status = gather(part, &results, err);
    if (status == GG_OK && results.n_units > 0) {
        status = gg_results_write_part(path, &results, &places, err);
        if (status == GG_OK)
            gg_index_add_part(folder, shard, shards, strrchr(path, '/') + 1, &results, &places);
    }
    gg_free(results.rows);
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

bool gg_part_number(const char *name, size_t *index) {
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
        status = gg_part_check_origin(experiment, &manifest, path, err);
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
        if (!gg_part_number(entry->d_name, &index))
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
