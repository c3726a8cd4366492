/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/support/imported.h"

#include <stdio.h>
#include <string.h>

#include "data/dataset/uncertainty_store.h"
#include "data/uncertainty/uncertainty.h"
#include "models/base/alloc.h"
#include "tests/support/support.h"
#include "tests/support/temporary_folder.h"

static void keep_warning(void *context, const char *message) {
    imported *out = context;
    size_t used = strlen(out->warnings);
    snprintf(out->warnings + used, sizeof out->warnings - used, "%s\n", message);
}

gg_status import_file(void *const *state, const char *format, const char *path,
                      const gg_import_options *options, imported *out, gg_error *err) {
    const gg_importer *importer = NULL;
    gg_import_options defaults = gg_import_options_init();
    gg_import_hooks hooks = {.warn = keep_warning, .context = out};
    const char *output = folder_file(state, "imported.h5");
    *out = (imported){0};
    if (format != NULL && (importer = gg_importer_find(format, err)) == NULL)
        return GG_E_USAGE;
    gg_status status = gg_import(importer, &path, 1, output, options != NULL ? options : &defaults,
                                 &hooks, &out->counts, err);
    return status == GG_OK ? gg_dataset_open(output, &out->dataset, err) : status;
}

gg_status import_text(void *const *state, const char *format, const char *text,
                      const gg_import_options *options, imported *out, gg_error *err) {
    const char *path = folder_file(state, "source");
    write_whole(path, text, strlen(text));
    return import_file(state, format, path, options, out, err);
}

void imported_close(imported *i) {
    gg_dataset_close(i->dataset);
    i->dataset = NULL;
}

enum { MOST = 16 };

void assert_margins(const imported *i, const char *aggregate, size_t n, const double *expected) {
    gg_uncertainty_options options = gg_uncertainty_options_init();
    double values[MOST];
    gg_error err = {0};
    assert_success(gg_aggregate_parse(aggregate, &options.aggregate, &err), &err);
    assert_int_equal(gg_dataset_n_queries(i->dataset), n);
    assert_success(gg_uncertainty_compute(i->dataset, GG_SLM, &options, values, &err), &err);
    for (size_t k = 0; k < n; k++)
        assert_close(values[k], expected[k], 0.0, 1e-12);
}

void assert_column(const imported *i, gg_side side, gg_column column, size_t n,
                   const double *expected) {
    double values[MOST];
    gg_error err = {0};
    assert_true(gg_dataset_has(i->dataset, side, column));
    assert_int_equal(gg_dataset_column_length(i->dataset, side, column), n);
    assert_success(gg_dataset_read_numbers(i->dataset, side, column, 0, n, values, &err), &err);
    for (size_t k = 0; k < n; k++)
        assert_close(values[k], expected[k], 1e-14, 0.0);
}

void assert_stored(const imported *i, const char *name, size_t n, const double *expected) {
    double values[MOST];
    gg_error err = {0};
    assert_int_equal(gg_dataset_n_queries(i->dataset), n);
    assert_success(gg_uncertainty_read(i->dataset, name, values, NULL, &err), &err);
    for (size_t k = 0; k < n; k++)
        assert_close(values[k], expected[k], 1e-14, 0.0);
}

void assert_ids(const imported *i, const char *expected) {
    char text[1000] = "";
    gg_strings ids;
    gg_error err = {0};
    assert_success(gg_dataset_read_ids(i->dataset, 0, gg_dataset_n_queries(i->dataset), &ids, &err),
                   &err);
    for (size_t k = 0, used = 0; k < ids.count && used < sizeof text; k++)
        used += (size_t)snprintf(text + used, sizeof text - used, "%s%s", k > 0 ? " " : "",
                                 ids.text + ids.start[k]);
    gg_strings_clear(&ids);
    assert_string_equal(text, expected);
}

void assert_refused(void *const *state, const char *format, const char *text,
                    const gg_import_options *options, const char *said) {
    imported i;
    gg_error err = {0};
    gg_status status = import_text(state, format, text, options, &i, &err);
    if (status == GG_OK || strstr(err.message, said) == NULL)
        fail_msg("%s: status %d, \"%s\" does not say \"%s\"", format, (int)status, err.message,
                 said);
    assert_null(i.dataset);
    assert_int_equal(folder_count(state), 1);
}
