/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiments/results/survey.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "experiments/results/part_index.h"
#include "models/base/alloc.h"
#include "models/base/outfile.h"
#include "models/base/parse.h"

typedef struct surveyor {
    const char *folder; /* or the one file */
    gg_survey *out;
    size_t unit_rows;
    gg__holding *holdings;
    size_t n_holdings;
    gg_error *err;
} surveyor;

static gg_status no_memory(const surveyor *s) {
    return gg_fail(s->err, GG_E_NOMEM, "%s: out of memory", s->folder);
}

static gg_status manifest_count(const surveyor *s, const gg_manifest *manifest, const char *path,
                                const char *key, size_t *count) {
    const char *text = gg_manifest_get(manifest, key);
    int64_t value;
    if (text == NULL || !gg_parse_integer(text, 1, INT64_MAX, &value))
        return gg_fail(s->err, GG_E_INPUT, "%s: does not say its %s", path, key);
    *count = (size_t)value;
    return GG_OK;
}

/* The first part says what the others must agree with. */
static gg_status take_manifest(surveyor *s, const gg_manifest *manifest, const char *path) {
    gg_survey *out = s->out;
    if (out->parts > 0) {
        const char *known = gg_manifest_get(&out->manifest, "plan_fingerprint");
        const char *other = gg_manifest_get(manifest, "plan_fingerprint");
        if (known != NULL && other != NULL && strcmp(known, other) == 0)
            return GG_OK;
        return gg_fail(s->err, GG_E_INPUT, "%s: belongs to another plan (%s) than the first part",
                       path, other != NULL ? other : "without fingerprint");
    }
    GG_TRY(manifest_count(s, manifest, path, "plan_networks", &out->census.planned));
    GG_TRY(manifest_count(s, manifest, path, "rows_per_network", &s->unit_rows));
    for (size_t k = 0; k < manifest->count; k++)
        GG_TRY(gg_manifest_add(&out->manifest, manifest->entries[k].key, manifest->entries[k].value,
                               s->err));
    return GG_OK;
}

static gg_status take_units(surveyor *s, const uint64_t *units, size_t n_units, size_t rows,
                            const char *path) {
    if (units == NULL)
        return gg_fail(s->err, GG_E_INPUT, "%s: does not say which networks it holds", path);
    if (rows != n_units * s->unit_rows)
        return gg_fail(s->err, GG_E_INPUT, "%s: %zu networks of %zu rows are not its %zu rows",
                       path, n_units, s->unit_rows, rows);
    for (size_t u = 0; u < n_units; u++) {
        if (units[u] >= s->out->census.planned)
            return gg_fail(s->err, GG_E_INPUT, "%s: network %" PRIu64 ", but the plan has %zu",
                           path, units[u], s->out->census.planned);
        gg__holding *grown = gg_grow(s->holdings, s->n_holdings, sizeof *grown);
        if (grown == NULL)
            return no_memory(s);
        s->holdings = grown;
        s->holdings[s->n_holdings++] = (gg__holding){units[u], s->out->parts};
    }
    s->out->rows += rows;
    return GG_OK;
}

static void take_failure(gg_survey *out, const char *solver, const char *reason, size_t count) {
    size_t at = 0;
    out->census.failed += count;
    while (at < out->n_failures && (strcmp(out->failures[at].solver, solver) != 0 ||
                                    strcmp(out->failures[at].reason, reason) != 0))
        at++;
    if (at == GG_MOST_FAILURES) {
        out->other_failures += count;
        return;
    }
    gg_survey_failure *f = &out->failures[at];
    if (at == out->n_failures) {
        snprintf(f->solver, sizeof f->solver, "%s", solver);
        snprintf(f->reason, sizeof f->reason, "%s", reason);
        out->n_failures++;
    }
    f->count += count;
}

static gg_status take_entry(surveyor *s, const gg_part_entry *entry, const char *path) {
    GG_TRY(take_manifest(s, entry->manifest, path));
    GG_TRY(take_units(s, entry->units, entry->n_units, entry->rows, path));
    for (size_t k = 0; k < entry->n_failures; k++)
        take_failure(s->out, entry->failures[k].solver, entry->failures[k].reason,
                     entry->failures[k].count);
    s->out->parts++;
    return GG_OK;
}

static gg_status take_rows(surveyor *s, const gg_results *part, const char *path) {
    GG_TRY(take_manifest(s, &part->manifest, path));
    GG_TRY(take_units(s, part->units, part->n_units, part->count, path));
    for (size_t k = 0; k < part->count; k++)
        if (part->rows[k].failure[0] != '\0')
            take_failure(s->out, part->rows[k].solver, part->rows[k].failure, 1);
    s->out->unchecked = s->out->unchecked || part->unchecked;
    s->out->parts++;
    return GG_OK;
}

/* `index` is NULL, and `name` too, of one file alone. */
static gg_status read_part(surveyor *s, gg_index *index, const char *name, const char *path) {
    gg_results *part;
    GG_TRY(index != NULL
               ? gg__results_read_unknown(index, s->folder, name, path, false, &part, s->err)
               : gg__results_read_part(path, false, &part, s->err));
    gg_status status = take_rows(s, part, path);
    gg_results_free(part);
    return status;
}

/* Networks that are there, and the first that is not. */
static void count_networks(surveyor *s) {
    gg_census *census = &s->out->census;
    census->present = s->n_holdings;
    for (size_t k = 0; k < s->n_holdings; k++)
        census->first_missing += s->holdings[k].unit == census->first_missing;
}

static gg_status survey_parts(surveyor *s, gg_index *index, struct dirent *const *entries,
                              size_t count) {
    gg_status status = GG_OK;
    for (size_t k = 0; status == GG_OK && k < count; k++) {
        const char *name = entries[k]->d_name;
        const gg_part_entry *known = gg_index_find(index, s->folder, name);
        char *path = gg_path_in(s->folder, name);
        status = path == NULL    ? no_memory(s)
                 : known != NULL ? take_entry(s, known, path)
                                 : read_part(s, index, name, path);
        gg__results_tell(k + 1, count);
        gg_free(path);
    }
    if (status == GG_OK)
        status = gg__results_check_distinct(s->folder, entries, s->holdings, s->n_holdings, s->err);
    return status;
}

static gg_status survey_folder(surveyor *s) {
    struct dirent **entries = NULL;
    gg_index index;
    size_t found;
    GG_TRY(gg__results_list(s->folder, &entries, &found, s->err));
    gg_status status = gg_index_read(s->folder, &index, s->err);
    if (status == GG_OK)
        status = survey_parts(s, &index, entries, found);
    gg_index_clear(&index);
    while (found-- > 0)
        free(entries[found]);
    free(entries);
    return status;
}

gg_status gg_survey_read(const char *path, gg_survey *out, gg_error *err) {
    struct stat info;
    surveyor s = {.folder = path, .out = out, .err = err};
    *out = (gg_survey){0};
    if (stat(path, &info) != 0)
        return gg_fail(err, GG_E_IO, "%s: cannot be read: %s", path, strerror(errno));
    gg_status status = S_ISDIR(info.st_mode) ? survey_folder(&s) : read_part(&s, NULL, NULL, path);
    if (status == GG_OK)
        count_networks(&s);
    else
        gg_survey_clear(out);
    gg_free(s.holdings);
    return status;
}

void gg_survey_clear(gg_survey *survey) {
    gg_manifest_clear(&survey->manifest);
    *survey = (gg_survey){0};
}
