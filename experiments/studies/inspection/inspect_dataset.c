/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What is in a dataset.
 */
#include <gsl/gsl_sort.h>
#include <gsl/gsl_statistics.h>
#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "data/dataset/uncertainty_store.h"
#include "experiments/studies/inspection/inspect.h"
#include "models/base/alloc.h"
#include "models/base/shown.h"

enum { BLOCK_NUMBERS = 1 << 18 };

/* A dataset of floats being scanned. */
typedef struct scan {
    gg_dataset *dataset;
    gg_side side;
    const char *path;
    bool by_query;   /* rows are tokens of queries */
    bool may_masked; /* -inf is legal */
} scan;

/* Where a row is, in the words of whoever made the file. */
static void describe_row(const scan *s, size_t row, char *text, size_t size) {
    const uint64_t *offsets = gg_dataset_side(s->dataset, s->side)->offsets;
    if (!s->by_query || offsets == NULL) {
        snprintf(text, size, "row %zu", row);
        return;
    }
    size_t query = 0, end = gg_dataset_n_queries(s->dataset);
    while (end - query > 1) {
        size_t middle = query + (end - query) / 2;
        if (offsets[middle] <= row)
            query = middle;
        else
            end = middle;
    }
    char name[160];
    gg_dataset_describe_query(s->dataset, query, name, sizeof name);
    snprintf(text, size, "%s, token %zu", name, row - (size_t)offsets[query]);
}

static gg_status check_row(const scan *s, const double *values, size_t row, size_t width,
                           gg_error *err) {
    size_t n_masked = 0, at = 0;
    const char *fault = NULL;
    for (; at < width && fault == NULL; at++) {
        bool masked = s->may_masked && values[at] == -INFINITY;
        n_masked += masked ? 1 : 0;
        if (!masked && !isfinite(values[at]))
            fault = isnan(values[at]) ? "is NaN" : "is infinite";
    }
    if (fault == NULL && !(s->by_query && n_masked == width))
        return GG_OK;
    char place[200];
    describe_row(s, row, place, sizeof place);
    if (fault == NULL)
        return gg_fail(err, GG_E_INPUT, "%s: %s: %s: every number is -infinity",
                       gg_dataset_path(s->dataset), s->path, place);
    return gg_fail(err, GG_E_INPUT, "%s: %s: %s: number %zu %s", gg_dataset_path(s->dataset),
                   s->path, place, at - 1, fault);
}

static gg_status check_block(const scan *s, const double *block, size_t first, size_t rows,
                             size_t width, gg_error *err) {
    for (size_t r = 0; r < rows; r++)
        GG_TRY(check_row(s, block + r * width, first + r, width, err));
    return GG_OK;
}

static gg_status scan_rows(const scan *s, gg_h5_dataset *opened, gg_error *err) {
    const gg_h5_shape *shape = gg_h5_dataset_shape(opened);
    size_t n_rows = shape->rank > 0 ? shape->dims[0] : 1;
    size_t width = n_rows > 0 ? shape->count / n_rows : 0;
    if (shape->count == 0)
        return GG_OK;
    size_t step = BLOCK_NUMBERS / width > 0 ? BLOCK_NUMBERS / width : 1;
    size_t n_numbers;
    double *block = NULL;
    step = step < n_rows ? step : n_rows;
    if (gg_size_multiply(2 * step, width, &n_numbers) == 0)
        block = gg_alloc(n_numbers, sizeof *block);
    if (block == NULL)
        return gg_h5_dataset_fail(opened, err, "out of memory for a row");
    double *raw = block + step * width;
    gg_status status = GG_OK;
    for (size_t first = 0; status == GG_OK && first < n_rows; first += step) {
        size_t rows = step < n_rows - first ? step : n_rows - first;
        status = gg_h5_read_raw(opened, first, rows, raw, err);
        if (status != GG_OK)
            break;
        gg_widen(shape->dtype, raw, 0, rows * width, block);
        status = check_block(s, block, first, rows, width, err);
    }
    gg_free(block);
    return status;
}

static gg_status scan_dataset(gg_dataset *dataset, gg_side side, const char *name, bool by_query,
                              bool may_masked, gg_error *err) {
    char path[GG_OBJECT_PATH_SIZE];
    gg_side_path(side, name, path);
    const scan s = {dataset, side, path, by_query, may_masked};
    gg_h5_dataset *opened = NULL;
    gg_status status = gg_h5_dataset_open(gg_dataset_h5(dataset), path, &opened, err);
    if (status == GG_OK)
        status = scan_rows(&s, opened, err);
    gg_h5_dataset_close(opened);
    return status;
}

static gg_status scan_side(gg_dataset *dataset, gg_side side, gg_error *err) {
    const gg_side_info *info = gg_dataset_side(dataset, side);
    bool hidden = info->storage == GG_STORAGE_HIDDEN;
    if (info->storage != GG_STORAGE_NONE)
        GG_TRY(scan_dataset(dataset, side, gg_storage_name(info->storage), true, !hidden, err));
    if (hidden)
        GG_TRY(scan_dataset(dataset, side, "lm_head", false, false, err));
    if (hidden && info->has_bias)
        GG_TRY(scan_dataset(dataset, side, "lm_head_bias", false, true, err));
    return GG_OK;
}

static void print_names(const gg_dataset *dataset, gg_side side, bool of_side, FILE *stream) {
    for (gg_column c = 0; c < GG_N_COLUMNS; c++) {
        const gg_column_spec *spec = gg_column_of(c);
        if (spec->of_side == of_side && gg_dataset_has(dataset, side, c))
            fprintf(stream, ", %s", spec->name);
    }
}

static size_t count_empty(const gg_side_info *info, size_t n_queries) {
    size_t empty = 0;
    for (size_t i = 0; info->offsets != NULL && i < n_queries; i++)
        empty += info->offsets[i] == info->offsets[i + 1];
    return empty;
}

static void print_side(const gg_dataset *dataset, gg_side side, FILE *stream) {
    static const char *const what[] = {"no logits", "logits", "hidden states",
                                       "log-probabilities of candidates"};
    const gg_side_info *info = gg_dataset_side(dataset, side);
    if (!info->present) {
        fprintf(stream, "%-12s absent\n", gg_side_name(side));
        return;
    }
    fprintf(stream, "%-12s %s", gg_side_name(side), what[info->storage]);
    if (info->storage != GG_STORAGE_NONE)
        fprintf(stream, ": %zu tokens x %zu %s", info->n_tokens, info->width,
                gg_dtype_name(info->dtype));
    if (info->storage == GG_STORAGE_HIDDEN)
        fprintf(stream, ", vocabulary %zu", info->vocabulary);
    if (info->has_topk_ids)
        fputs(", topk_ids", stream);
    print_names(dataset, side, true, stream);
    if (info->device_flops > 0.0)
        fprintf(stream, " (on %.6g FLOP/s)", info->device_flops);
    fputc('\n', stream);
    size_t empty = count_empty(info, gg_dataset_n_queries(dataset));
    if (empty > 0)
        fprintf(stream, "%-12s %zu queries without any token\n", "", empty);
}

static gg_status print_uncertainty(gg_dataset *dataset, const char *name, double *values,
                                   FILE *stream, gg_error *err) {
    gg_uncertainty_info info;
    size_t n = gg_dataset_n_queries(dataset);
    GG_TRY(gg_uncertainty_read(dataset, name, values, &info, err));
    if (stream == NULL)
        return GG_OK;
    gsl_sort(values, 1, n);
    double median = gsl_stats_median_from_sorted_data(values, 1, n);
    fputs("uncertainty  ", stream);
    gg_put_shown(stream, name);
    fprintf(stream, ": min %.6g, median %.6g, max %.6g\n", values[0], median, values[n - 1]);
    if (info.method[0] == '\0')
        return GG_OK;
    char method[GG_SHOWN_SIZE], aggregate[GG_SHOWN_SIZE], source[GG_SHOWN_SIZE];
    fprintf(stream, "%-12s %s, top-k %g, %s, temperature %g, of %s\n", "",
            gg_shown(info.method, method), info.top_k, gg_shown(info.aggregate, aggregate),
            info.temperature, gg_shown(info.source, source));
    return GG_OK;
}

/* With `stream` NULL they are only checked. */
static gg_status print_uncertainties(gg_dataset *dataset, FILE *stream, gg_error *err) {
    gg_strings names = {0};
    size_t n = gg_dataset_n_queries(dataset);
    double *values = gg_alloc(n, sizeof *values);
    if (values == NULL)
        return gg_fail(err, GG_E_NOMEM, "out of memory for %zu queries", n);
    gg_status status = gg_uncertainty_list(dataset, &names, err);
    for (size_t k = 0; status == GG_OK && k < names.count; k++)
        status = print_uncertainty(dataset, names.text + names.start[k], values, stream, err);
    gg_strings_clear(&names);
    gg_free(values);
    return status;
}

static gg_status inspect(gg_dataset *dataset, const char *path, FILE *stream, gg_error *err) {
    GG_TRY(gg_dataset_validate(dataset, err));
    for (gg_side side = GG_SLM; side <= GG_LLM; side++)
        GG_TRY(scan_side(dataset, side, err));
    GG_TRY(print_uncertainties(dataset, NULL, err));
    gg_put_shown(stream, path);
    fputs(": dataset\n", stream);
    fprintf(stream, "%-12s %zu%s", "queries", gg_dataset_n_queries(dataset),
            gg_dataset_has_ids(dataset) ? ", id" : "");
    print_names(dataset, GG_SLM, false, stream);
    fputc('\n', stream);
    print_side(dataset, GG_SLM, stream);
    print_side(dataset, GG_LLM, stream);
    GG_TRY(print_uncertainties(dataset, stream, err));
    fputs("sound\n", stream);
    return GG_OK;
}

gg_status gg_inspect_dataset(const char *path, FILE *stream, gg_error *err) {
    gg_dataset *dataset = NULL;
    GG_TRY(gg_dataset_open(path, &dataset, err));
    gg_status status = inspect(dataset, path, stream, err);
    gg_dataset_close(dataset);
    return status;
}
