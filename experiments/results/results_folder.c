/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "experiments/results/part_index.h"
#include "experiments/results/results.h"
#include "experiments/results/results_columns.h"
#include "models/base/alloc.h"
#include "models/base/compare.h"
#include "models/base/outfile.h"

static gg_status check_same_plan(const gg_results *first, const char *first_name,
                                 const gg_results *part, const char *path, gg_error *err) {
    const char *known = gg_manifest_get(&first->manifest, "plan_fingerprint");
    const char *other = gg_manifest_get(&part->manifest, "plan_fingerprint");
    if (known == other || (known != NULL && other != NULL && strcmp(known, other) == 0))
        return GG_OK;
    return gg_fail(err, GG_E_INPUT, "%s: belongs to another plan (%s) than %s (%s)", path,
                   other != NULL ? other : "without fingerprint", first_name,
                   known != NULL ? known : "without fingerprint");
}

/* A part copied under another name would count its networks twice in every mean. */
static gg_status check_distinct(const char *folder, struct dirent *const *entries,
                                gg_results *const *parts, size_t count, gg_error *err) {
    size_t n = 0, filled = 0;
    for (size_t p = 0; p < count; p++)
        n += parts[p]->n_units;
    gg__holding *all = gg_alloc(n, sizeof *all);
    if (all == NULL)
        return gg_fail(err, GG_E_NOMEM, "%s: out of memory", folder);
    for (size_t p = 0; p < count; p++)
        for (size_t u = 0; u < parts[p]->n_units; u++)
            all[filled++] = (gg__holding){parts[p]->units[u], p};
    gg_status status = gg__results_check_distinct(folder, entries, all, n, err);
    gg_free(all);
    return status;
}

/* Parts one after the other in one table, which takes the first part's manifest. */
static gg_status concatenate(gg_results **parts, size_t n_parts, gg_results *all) {
    size_t rows = 0, entries = 0, units = 0;
    bool with_assignments = true, with_units = true;
    for (size_t p = 0; p < n_parts; p++) {
        rows += parts[p]->count;
        units += parts[p]->n_units;
        with_units = with_units && parts[p]->units != NULL;
        with_assignments = with_assignments && parts[p]->offsets != NULL;
        if (with_assignments)
            entries += parts[p]->offsets[parts[p]->count];
    }
    if (with_assignments) {
        all->offsets = gg_alloc(rows + 1, sizeof *all->offsets);
        all->assignment = gg_alloc(entries, sizeof *all->assignment);
    }
    if (with_units)
        all->units = gg_alloc(units, sizeof *all->units);
    if ((with_units && all->units == NULL) ||
        (with_assignments && (all->offsets == NULL || all->assignment == NULL)))
        return GG_E_NOMEM;
    entries = 0;
    for (size_t p = 0; p < n_parts; p++) {
        const gg_results *part = parts[p];
        if (with_assignments) {
            size_t more = part->offsets[part->count];
            memcpy(all->assignment + entries, part->assignment, more * sizeof *part->assignment);
            for (size_t k = 0; k <= part->count; k++)
                all->offsets[all->count + k] = entries + part->offsets[k];
            entries += more;
        }
        if (with_units)
            memcpy(all->units + all->n_units, part->units, part->n_units * sizeof *part->units);
        all->n_units += with_units ? part->n_units : 0;
        all->count += part->count;
        all->unchecked = all->unchecked || part->unchecked;
        if (all->missing_columns < part->missing_columns)
            all->missing_columns = part->missing_columns;
    }
    all->manifest = parts[0]->manifest;
    parts[0]->manifest = (gg_manifest){0};
    return GG_OK;
}

/* Rows so far, and room for more. */
typedef struct table {
    gg_row *rows;
    size_t count;
    size_t room;
} table;

/* Rows are most of what there is: they stand in memory once. `left` parts, this one included, are
 * likely to have as many each. */
static gg_status move_rows(table *all, gg_results *part, size_t left) {
    if (all->rows == NULL && left == 1) {
        *all = (table){part->rows, part->count, part->count};
        part->rows = NULL;
        return GG_OK;
    }
    if (all->rows == NULL || part->count > all->room - all->count) {
        size_t room = all->count + part->count * left;
        gg_row *rows = gg_realloc(all->rows, all->count, room, sizeof *rows);
        if (rows == NULL)
            return GG_E_NOMEM;
        all->rows = rows;
        all->room = room;
    }
    memcpy(all->rows + all->count, part->rows, part->count * sizeof *part->rows);
    all->count += part->count;
    gg_free(part->rows);
    part->rows = NULL;
    return GG_OK;
}

gg_status gg__results_read_unknown(gg_index *index, const char *folder, const char *name,
                                   const char *path, bool with_assignments, gg_results **out,
                                   gg_error *err) {
    struct stat before;
    bool there = stat(path, &before) == 0;
    GG_TRY(gg__results_read_part(path, with_assignments, out, err));
    if (there && index != NULL && gg_index_find(index, folder, name) == NULL)
        gg_index_note(index, folder, name, &before, *out);
    return GG_OK;
}

gg_status gg__results_read_known(gg_index *index, const char *folder, const char *name,
                                 const char *path, bool with_assignments, gg_results **out,
                                 gg_error *err) {
    const gg_part_entry *known = gg_index_find(index, folder, name);
    *out = NULL;
    if (known != NULL && known->places.n_texts > 0)
        GG_TRY(gg__part_read_indexed(path, known, out, err));
    if (*out == NULL)
        return gg__results_read_unknown(index, folder, name, path, with_assignments, out, err);
    if (!with_assignments)
        gg__results_drop_assignments(*out);
    return GG_OK;
}

static gg_status read_parts(const char *folder, gg_index *index, struct dirent *const *entries,
                            size_t count, bool with_assignments, gg_results **parts, table *rows,
                            gg_error *err) {
    gg_status status = GG_OK;
    for (size_t k = 0; status == GG_OK && k < count; k++) {
        const char *name = entries[k]->d_name;
        char *path = gg_path_in(folder, name);
        if (path == NULL)
            return gg_fail(err, GG_E_NOMEM, "%s: out of memory", folder);
        status =
            gg__results_read_known(index, folder, name, path, with_assignments, &parts[k], err);
        if (status == GG_OK)
            status = check_same_plan(parts[0], entries[0]->d_name, parts[k], path, err);
        if (status == GG_OK && move_rows(rows, parts[k], count - k) != GG_OK)
            status = gg_fail(err, GG_E_NOMEM, "%s: out of memory", folder);
        gg__results_tell(k + 1, count);
        gg_free(path);
    }
    return status;
}

static gg_status read_folder(const char *folder, bool with_assignments, gg_results **out,
                             gg_error *err) {
    struct dirent **entries = NULL;
    size_t count;
    GG_TRY(gg__results_list(folder, &entries, &count, err));
    gg_results **parts = gg_alloc(count, sizeof *parts);
    gg_results *all = gg_alloc(1, sizeof *all);
    gg_index index = {0};
    table rows = {0};
    gg_status status = GG_OK;
    if (parts == NULL || all == NULL)
        status = gg_fail(err, GG_E_NOMEM, "%s: out of memory", folder);
    else if (count == 0)
        status = gg_fail(err, GG_E_INPUT, "%s: holds no results (no part-*.h5)", folder);
    if (status == GG_OK)
        status = gg_index_read(folder, &index, err);
    if (status == GG_OK)
        status = read_parts(folder, &index, entries, count, with_assignments, parts, &rows, err);
    if (all != NULL)
        all->rows = rows.rows;
    if (status == GG_OK)
        status = check_distinct(folder, entries, parts, count, err);
    if (status == GG_OK && concatenate(parts, count, all) != GG_OK)
        status = gg_fail(err, GG_E_NOMEM, "%s: out of memory", folder);
    for (size_t k = 0; k < count; k++) {
        if (parts != NULL)
            gg_results_free(parts[k]);
        free(entries[k]);
    }
    free(entries);
    gg_free(parts);
    gg_index_clear(&index);
    if (status != GG_OK) {
        gg_results_free(all);
        all = NULL;
    }
    *out = all;
    return status;
}

/* Parts that the index does not know: one is looked at, others are likely to be like it. */
typedef struct unknown_parts {
    size_t rows; /* of the one */
    double bytes;
    double all_bytes;
} unknown_parts;

static gg_status count_part(const gg_index *index, const char *folder, const char *name,
                            size_t *rows, unknown_parts *unknown, gg_error *err) {
    struct stat info;
    gg_status status = GG_OK;
    char *path = gg_path_in(folder, name);
    if (path == NULL)
        return gg_fail(err, GG_E_NOMEM, "%s: out of memory", folder);
    const gg_part_entry *known = gg_index_find(index, folder, name);
    if (known != NULL) {
        *rows += known->rows;
    } else if (stat(path, &info) == 0) {
        unknown->all_bytes += (double)info.st_size;
        if (unknown->bytes == 0.0)
            status = gg__results_count_part(path, &unknown->rows, err);
        if (unknown->bytes == 0.0)
            unknown->bytes = (double)info.st_size;
    }
    gg_free(path);
    return status;
}

gg_status gg_results_count(const char *path, size_t *rows, gg_error *err) {
    struct stat info;
    struct dirent **entries = NULL;
    unknown_parts unknown = {0};
    gg_index index;
    size_t found;
    *rows = 0;
    if (stat(path, &info) != 0)
        return gg_fail(err, GG_E_IO, "%s: cannot be read: %s", path, strerror(errno));
    if (!S_ISDIR(info.st_mode))
        return gg__results_count_part(path, rows, err);
    GG_TRY(gg__results_list(path, &entries, &found, err));
    gg_status status = gg_index_read(path, &index, err);
    for (size_t k = 0; status == GG_OK && k < found; k++)
        status = count_part(&index, path, entries[k]->d_name, rows, &unknown, err);
    if (unknown.bytes > 0.0)
        *rows += (size_t)((double)unknown.rows * (unknown.all_bytes / unknown.bytes));
    gg_index_clear(&index);
    while (found-- > 0)
        free(entries[found]);
    free(entries);
    return status;
}

gg_status gg_results_folder_is_empty(const char *path, bool *empty, gg_error *err) {
    struct stat info;
    *empty = false;
    if (stat(path, &info) != 0)
        return gg_fail(err, GG_E_IO, "%s: cannot be read: %s", path, strerror(errno));
    if (!S_ISDIR(info.st_mode))
        return GG_OK;
    struct dirent **entries = NULL;
    size_t found;
    GG_TRY(gg__results_list(path, &entries, &found, err));
    *empty = found == 0;
    while (found-- > 0)
        free(entries[found]);
    free(entries);
    return GG_OK;
}

gg_status gg_results_read(const char *path, bool with_assignments, gg_results **out,
                          gg_error *err) {
    struct stat info;
    *out = NULL;
    if (stat(path, &info) != 0)
        return gg_fail(err, GG_E_IO, "%s: cannot be read: %s", path, strerror(errno));
    return S_ISDIR(info.st_mode) ? read_folder(path, with_assignments, out, err)
                                 : gg__results_read_part(path, with_assignments, out, err);
}
