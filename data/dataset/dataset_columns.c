/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The values of a dataset's columns, checked as they are read.
 */
#include "data/dataset/dataset.h"

#include <inttypes.h>
#include <stdio.h>

#include "models/base/alloc.h"

enum { BLOCK = 8192 };

static gg_status check_number(const gg_h5_dataset *dataset, const gg_column_spec *spec,
                              size_t index, double value, gg_error *err) {
    bool legal = value <= spec->highest &&
                 (spec->excludes_lowest ? value > spec->lowest : value >= spec->lowest);
    if (legal)
        return GG_OK;
    return gg_h5_dataset_fail(dataset, err, "value %zu: %g is not finite and %s %g", index, value,
                              spec->excludes_lowest ? ">" : ">=", spec->lowest);
}

static gg_status read_integral_numbers(gg_dataset *ds, gg_side side, gg_column column, size_t first,
                                       size_t count, double *target, gg_error *err) {
    int64_t *integers = gg_alloc(count, sizeof *integers);
    if (integers == NULL)
        return gg_fail(err, GG_E_NOMEM, "%s: out of memory", gg_dataset_path(ds));
    gg_status status = gg_dataset_read_integers(ds, side, column, first, count, integers, err);
    for (size_t k = 0; status == GG_OK && k < count; k++)
        target[k] = (double)integers[k];
    gg_free(integers);
    return status;
}

gg_status gg_dataset_read_numbers(gg_dataset *ds, gg_side side, gg_column column, size_t first,
                                  size_t count, double *target, gg_error *err) {
    const gg_column_spec *spec = gg_column_of(column);
    if (spec->integral)
        return read_integral_numbers(ds, side, column, first, count, target, err);
    char path[GG_OBJECT_PATH_SIZE];
    gg_h5_dataset *dataset;
    gg_column_path(column, side, path);
    gg_status status = gg_h5_dataset_open(gg_dataset_h5(ds), path, &dataset, err);
    if (status == GG_OK)
        status = gg_h5_read_doubles(dataset, first, count, target, err);
    for (size_t k = 0; status == GG_OK && k < count; k++)
        status = check_number(dataset, spec, first + k, target[k], err);
    gg_h5_dataset_close(dataset);
    return status;
}

static gg_status check_answer_tokens(gg_dataset *ds, gg_side side, const gg_h5_dataset *dataset,
                                     size_t first, size_t count, const int64_t *values,
                                     gg_error *err) {
    const uint64_t *offsets = gg_dataset_side(ds, side)->offsets;
    for (size_t k = 0; offsets != NULL && k < count; k++) {
        uint64_t rows = offsets[first + k + 1] - offsets[first + k];
        if ((uint64_t)values[k] > rows)
            return gg_h5_dataset_fail(dataset, err,
                                      "value %zu: %" PRId64 " answer tokens in %" PRIu64 " rows",
                                      first + k, values[k], rows);
    }
    return GG_OK;
}

gg_status gg_dataset_read_integers(gg_dataset *ds, gg_side side, gg_column column, size_t first,
                                   size_t count, int64_t *target, gg_error *err) {
    const gg_column_spec *spec = gg_column_of(column);
    char path[GG_OBJECT_PATH_SIZE];
    gg_h5_dataset *dataset;
    gg_column_path(column, side, path);
    GG_TRY(gg_h5_dataset_open(gg_dataset_h5(ds), path, &dataset, err));
    int64_t highest = (int64_t)spec->highest;
    size_t vocabulary = gg_dataset_side(ds, side)->vocabulary;
    if (column == GG_COLUMN_TOKENS && vocabulary > 0)
        highest = (int64_t)vocabulary - 1;
    gg_status status =
        gg_h5_read_integers(dataset, first, count, (int64_t)spec->lowest, highest, target, err);
    if (status == GG_OK && column == GG_COLUMN_ANSWER_TOKENS)
        status = check_answer_tokens(ds, side, dataset, first, count, target, err);
    gg_h5_dataset_close(dataset);
    return status;
}

static gg_status validate_column(gg_dataset *ds, gg_side side, gg_column column, double *block,
                                 gg_error *err) {
    size_t length = gg_dataset_column_length(ds, side, column);
    for (size_t done = 0; done < length; done += BLOCK) {
        size_t n = length - done < BLOCK ? length - done : BLOCK;
        GG_TRY(gg_dataset_read_numbers(ds, side, column, done, n, block, err));
    }
    return GG_OK;
}

gg_status gg_dataset_validate(gg_dataset *ds, gg_error *err) {
    double *block = gg_alloc(BLOCK, sizeof *block);
    if (block == NULL)
        return gg_fail(err, GG_E_NOMEM, "%s: out of memory", gg_dataset_path(ds));
    gg_status status = GG_OK;
    for (int side = 0; side < GG_N_SIDES; side++)
        for (int c = 0; status == GG_OK && c < GG_N_COLUMNS; c++)
            if (gg_dataset_has(ds, (gg_side)side, (gg_column)c))
                status = validate_column(ds, (gg_side)side, (gg_column)c, block, err);
    gg_free(block);
    return status;
}

static gg_status number_ids(size_t first, size_t count, gg_strings *ids) {
    enum { DIGITS = 21 };
    ids->text = gg_alloc(count, DIGITS);
    ids->start = gg_alloc(count, sizeof *ids->start);
    if (ids->text == NULL || ids->start == NULL)
        return GG_E_NOMEM;
    ids->count = count;
    for (size_t k = 0; k < count; k++) {
        ids->start[k] = k * DIGITS;
        snprintf(ids->text + k * DIGITS, DIGITS, "%zu", first + k);
    }
    return GG_OK;
}

gg_status gg_dataset_read_ids(gg_dataset *ds, size_t first, size_t count, gg_strings *ids,
                              gg_error *err) {
    *ids = (gg_strings){0};
    if (!gg_dataset_has_ids(ds)) {
        if (number_ids(first, count, ids) == GG_OK)
            return GG_OK;
        gg_strings_clear(ids);
        return gg_fail(err, GG_E_NOMEM, "%s: out of memory", gg_dataset_path(ds));
    }
    gg_h5_dataset *dataset;
    gg_status status = gg_h5_dataset_open(gg_dataset_h5(ds), "/queries/id", &dataset, err);
    if (status == GG_OK)
        status = gg_h5_read_strings(dataset, first, count, ids, err);
    gg_h5_dataset_close(dataset);
    return status;
}

void gg_dataset_describe_query(gg_dataset *ds, size_t query, char *text, size_t size) {
    gg_strings ids;
    if (gg_dataset_has_ids(ds) && gg_dataset_read_ids(ds, query, 1, &ids, NULL) == GG_OK) {
        snprintf(text, size, "query %zu (\"%.60s\")", query, ids.text);
        gg_strings_clear(&ids);
        return;
    }
    snprintf(text, size, "query %zu", query);
}
