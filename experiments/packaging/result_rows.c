/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiments/packaging/result_rows.h"

#include "experiments/results/results_columns.h"

gg_status gg_result_rows_read(const char *path, gg_result_rows **out, gg_error *err) {
    return gg_results_read(path, true, out, err);
}

void gg_result_rows_free(gg_result_rows *table) {
    gg_results_free(table);
}

size_t gg_result_rows_count(const gg_result_rows *table) {
    return table->count;
}

static const char *kind_of(gg_h5_type type) {
    return type == GG_H5_U32   ? "uint32"
           : type == GG_H5_U64 ? "uint64"
           : type == GG_H5_I64 ? "int64"
           : type == GG_H5_F64 ? "float64"
                               : "text";
}

bool gg_result_rows_column(const gg_result_rows *table, size_t k, const char **name,
                           const char **kind, size_t *size, size_t *stride, const void **first) {
    if (k > gg__n_run_columns)
        return false;
    /* Why a row failed is kept beside the columns. */
    bool failure = k == gg__n_run_columns;
    *name = failure ? "failure" : gg__run_columns[k].name;
    *kind = failure ? "text" : kind_of(gg__run_columns[k].type);
    *size =
        failure || gg__run_columns[k].type == GG_H5_UTF8 ? sizeof(char *) : gg__run_columns[k].size;
    *stride = sizeof(gg_row);
    *first = (const char *)table->rows +
             (failure ? offsetof(gg_row, failure) : gg__run_columns[k].offset);
    return true;
}

const int16_t *gg_result_rows_assignment(const gg_result_rows *table, size_t row, size_t *n_users) {
    *n_users = 0;
    if (table->offsets == NULL || row >= table->count)
        return NULL;
    *n_users = (size_t)(table->offsets[row + 1] - table->offsets[row]);
    return *n_users > 0 ? table->assignment + table->offsets[row] : NULL;
}

bool gg_result_rows_manifest(const gg_result_rows *table, size_t k, const char **key,
                             const char **value) {
    if (k >= table->manifest.count)
        return false;
    *key = table->manifest.entries[k].key;
    *value = table->manifest.entries[k].value;
    return true;
}
