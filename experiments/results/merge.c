/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiments/results/merge.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "experiments/results/results_columns.h"
#include "models/base/alloc.h"
#include "models/base/compare.h"
#include "models/base/parse.h"

/* The rows of one network in one source. */
typedef struct block {
    uint64_t unit;
    size_t source;
    size_t first_row;
    size_t failed;
    bool timed_out;
} block;

typedef struct merger {
    const char *const *paths;
    size_t n_paths;
    gg_results **sources; /* n_paths; NULL where there is nothing */
    block *blocks;
    size_t n_blocks;
    size_t unit_rows;
    gg_census *census;
    gg_error *err;
} merger;

static gg_status no_memory(const merger *m) {
    return gg_fail(m->err, GG_E_NOMEM, "out of memory for the results");
}

static gg_status manifest_count(const merger *m, size_t source, const char *key, size_t *count) {
    const char *text = gg_manifest_get(&m->sources[source]->manifest, key);
    int64_t value;
    if (text == NULL || !gg_parse_integer(text, 1, INT64_MAX, &value))
        return gg_fail(m->err, GG_E_INPUT, "%s: does not say its %s", m->paths[source], key);
    *count = (size_t)value;
    return GG_OK;
}

static gg_status check_source(merger *m, size_t source, const gg_results *first) {
    const gg_results *found = m->sources[source];
    const char *path = m->paths[source];
    const char *known = gg_manifest_get(&first->manifest, "plan_fingerprint");
    const char *other = gg_manifest_get(&found->manifest, "plan_fingerprint");
    if (known == NULL || other == NULL || strcmp(known, other) != 0)
        return gg_fail(m->err, GG_E_INPUT, "%s: belongs to another plan (%s) than %s", path,
                       other != NULL ? other : "without fingerprint", m->paths[0]);
    if (found->units == NULL)
        return gg_fail(m->err, GG_E_INPUT, "%s: does not say which networks it holds", path);
    GG_TRY(manifest_count(m, source, "plan_networks", &m->census->planned));
    GG_TRY(manifest_count(m, source, "rows_per_network", &m->unit_rows));
    if (found->count != found->n_units * m->unit_rows)
        return gg_fail(m->err, GG_E_INPUT, "%s: %zu networks of %zu rows are not its %zu rows",
                       path, found->n_units, m->unit_rows, found->count);
    for (size_t u = 0; u < found->n_units; u++)
        if (found->units[u] >= m->census->planned)
            GG_TRY(gg_fail(m->err, GG_E_INPUT, "%s: network %" PRIu64 ", but the plan has %zu",
                           path, found->units[u], m->census->planned));
    return GG_OK;
}

static gg_status read_sources(merger *m) {
    const gg_results *first = NULL;
    for (size_t k = 0; k < m->n_paths; k++) {
        bool empty = false;
        GG_TRY(gg_results_folder_is_empty(m->paths[k], &empty, m->err));
        if (empty)
            continue;
        GG_TRY(gg_results_read(m->paths[k], true, &m->sources[k], m->err));
        if (first == NULL)
            first = m->sources[k];
        GG_TRY(check_source(m, k, first));
    }
    return GG_OK;
}

static int compare_blocks(const void *left, const void *right) {
    const block *a = left, *b = right;
    GG_COMPARE(a->unit, b->unit);
    GG_COMPARE(a->failed, b->failed);
    GG_COMPARE(a->source, b->source);
    GG_COMPARE(a->first_row, b->first_row);
    return 0;
}

static gg_status list_blocks(merger *m) {
    size_t count = 0;
    for (size_t k = 0; k < m->n_paths; k++)
        count += m->sources[k] != NULL ? m->sources[k]->n_units : 0;
    m->blocks = gg_alloc(count, sizeof *m->blocks);
    if (m->blocks == NULL)
        return no_memory(m);
    for (size_t k = 0; k < m->n_paths; k++)
        for (size_t u = 0; m->sources[k] != NULL && u < m->sources[k]->n_units; u++) {
            block *b = &m->blocks[m->n_blocks++];
            *b = (block){m->sources[k]->units[u], k, u * m->unit_rows, 0, false};
            for (size_t r = 0; r < m->unit_rows; r++) {
                const gg_row *row = &m->sources[k]->rows[b->first_row + r];
                b->failed += row->failure[0] != '\0';
                b->timed_out = b->timed_out || strcmp(row->stop_reason, "time") == 0;
            }
        }
    if (count > 0)
        qsort(m->blocks, count, sizeof *m->blocks, compare_blocks);
    return GG_OK;
}

static size_t row_assignment(const gg_results *results, size_t row, const int16_t **entries) {
    if (results->offsets == NULL)
        return 0;
    *entries = results->assignment + results->offsets[row];
    return results->offsets[row + 1] - results->offsets[row];
}

/* The first column in which two rows differ, or NULL. */
static const char *difference(const merger *m, const block *a, const block *b, size_t row) {
    const gg_results *x = m->sources[a->source], *y = m->sources[b->source];
    const gg_row *p = &x->rows[a->first_row + row], *q = &y->rows[b->first_row + row];
    const int16_t *left = NULL, *right = NULL;
    size_t missing =
        x->missing_columns > y->missing_columns ? x->missing_columns : y->missing_columns;
    for (size_t c = 0; c < gg__n_run_columns - missing; c++) {
        const gg__run_column *column = &gg__run_columns[c];
        const char *one = (const char *)p + column->offset, *two = (const char *)q + column->offset;
        bool same = column->type == GG_H5_UTF8
                        ? strcmp(*gg__text_of(column, p), *gg__text_of(column, q)) == 0
                        : memcmp(one, two, column->size) == 0;
        if (!column->timing && !same)
            return column->name;
    }
    size_t n = row_assignment(x, a->first_row + row, &left);
    if (n != row_assignment(y, b->first_row + row, &right) ||
        (n > 0 && memcmp(left, right, n * sizeof *left) != 0))
        return "assignments";
    return strcmp(p->failure, q->failure) == 0 ? NULL : "failures";
}

static void compare_copies(merger *m, const block *kept, const block *copy) {
    m->census->duplicates++;
    if (kept->failed != copy->failed || kept->timed_out || copy->timed_out)
        return;
    for (size_t r = 0; r < m->unit_rows; r++) {
        const char *column = difference(m, kept, copy, r);
        if (column == NULL)
            continue;
        if (m->census->conflicts++ == 0)
            snprintf(m->census->conflict, sizeof m->census->conflict,
                     "network %" PRIu64 ", row %zu: %s differs between %.80s and %.80s", kept->unit,
                     r, column, m->paths[kept->source], m->paths[copy->source]);
        return;
    }
}

/* Leaves one block of each network. */
static void drop_copies(merger *m) {
    size_t kept = 0;
    for (size_t k = 0; k < m->n_blocks; k++) {
        if (kept > 0 && m->blocks[kept - 1].unit == m->blocks[k].unit)
            compare_copies(m, &m->blocks[kept - 1], &m->blocks[k]);
        else
            m->blocks[kept++] = m->blocks[k];
    }
    m->n_blocks = kept;
    m->census->present = kept;
    m->census->first_missing = 0;
    for (size_t k = 0; k < kept; k++) {
        m->census->failed += m->blocks[k].failed;
        if (m->blocks[k].unit == m->census->first_missing)
            m->census->first_missing++;
    }
}

static bool all_have_assignments(const merger *m) {
    for (size_t k = 0; k < m->n_paths; k++)
        if (m->sources[k] != NULL && m->sources[k]->offsets == NULL)
            return false;
    return true;
}

static gg_status allocate(const merger *m, gg_results *all) {
    size_t entries = 0;
    for (size_t k = 0; k < m->n_blocks; k++) {
        const gg_results *from = m->sources[m->blocks[k].source];
        size_t first = m->blocks[k].first_row;
        if (from->offsets != NULL)
            entries += from->offsets[first + m->unit_rows] - from->offsets[first];
    }
    all->count = m->n_blocks * m->unit_rows;
    all->n_units = m->n_blocks;
    all->rows = gg_alloc(all->count, sizeof *all->rows);
    all->units = gg_alloc(all->n_units, sizeof *all->units);
    if (all->rows == NULL || all->units == NULL)
        return no_memory(m);
    if (!all_have_assignments(m))
        return GG_OK;
    all->offsets = gg_alloc(all->count + 1, sizeof *all->offsets);
    all->assignment = gg_alloc(entries, sizeof *all->assignment);
    return all->offsets != NULL && all->assignment != NULL ? GG_OK : no_memory(m);
}

static void copy_blocks(const merger *m, gg_results *all) {
    for (size_t k = 0; k < m->n_blocks; k++) {
        const block *b = &m->blocks[k];
        const gg_results *from = m->sources[b->source];
        size_t at = k * m->unit_rows;
        all->units[k] = b->unit;
        memcpy(all->rows + at, from->rows + b->first_row, m->unit_rows * sizeof *all->rows);
        for (size_t r = 0; all->offsets != NULL && r < m->unit_rows; r++) {
            const int16_t *entries = NULL;
            size_t n = row_assignment(from, b->first_row + r, &entries);
            if (n > 0)
                memcpy(all->assignment + all->offsets[at + r], entries, n * sizeof *entries);
            all->offsets[at + r + 1] = all->offsets[at + r] + n;
        }
    }
}

/* Whether a source alone, as it stands, is the whole. */
static bool is_all(const merger *m, size_t source) {
    if (m->sources[source]->n_units != m->n_blocks)
        return false;
    for (size_t k = 0; k < m->n_blocks; k++)
        if (m->blocks[k].source != source || m->blocks[k].first_row != k * m->unit_rows)
            return false;
    return true;
}

static gg_status make_table(merger *m, gg_results **out) {
    size_t first = 0;
    while (first < m->n_paths && m->sources[first] == NULL)
        first++;
    if (first == m->n_paths)
        return GG_OK;
    if (m->n_paths == 1 && is_all(m, first)) {
        *out = m->sources[first];
        m->sources[first] = NULL;
        return GG_OK;
    }
    gg_results *all = gg_alloc(1, sizeof *all);
    if (all == NULL)
        return no_memory(m);
    gg_status status = allocate(m, all);
    if (status == GG_OK) {
        copy_blocks(m, all);
        for (size_t k = 0; k < m->n_paths; k++) {
            const gg_results *source = m->sources[k];
            all->unchecked = all->unchecked || (source != NULL && source->unchecked);
            if (source != NULL && all->missing_columns < source->missing_columns)
                all->missing_columns = source->missing_columns;
        }
        all->manifest = m->sources[first]->manifest;
        m->sources[first]->manifest = (gg_manifest){0};
        *out = all;
    } else {
        gg_results_free(all);
    }
    return status;
}

gg_status gg_merge(const char *const *paths, size_t n_paths, gg_results **out, gg_census *census,
                   gg_error *err) {
    *out = NULL;
    *census = (gg_census){0};
    merger m = {.paths = paths,
                .n_paths = n_paths,
                .sources = gg_alloc(n_paths, sizeof *m.sources),
                .census = census,
                .err = err};
    gg_status status = m.sources != NULL ? read_sources(&m) : no_memory(&m);
    if (status == GG_OK)
        status = list_blocks(&m);
    if (status == GG_OK) {
        drop_copies(&m);
        status = make_table(&m, out);
    }
    for (size_t k = 0; m.sources != NULL && k < n_paths; k++)
        gg_results_free(m.sources[k]);
    gg_free(m.sources);
    gg_free(m.blocks);
    return status;
}
