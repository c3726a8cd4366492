/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The notebook as a document: its form, what it says of names that look like markup, how long
 * tables are cut, and what happens when memory is short.
 */
#include "tests/support/support.h"

#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "models/base/alloc.h"
#include "notebooks-export/notebook.h"
#include "notebooks-export/notebook_tables.h"
#include "tests/support/temporary_folder.h"

enum { STRATEGIES = 2, MOST_CELLS = 40 };

typedef struct experiment {
    gg_row rows[MOST_CELLS * STRATEGIES];
    gg_results results;
    gg_study *study;
} experiment;

/* One run a cell; goa is 10 % above the optimum. */
static void make(experiment *e, size_t n_cells, const char *preset) {
    static const char *const names[STRATEGIES] = {"goa", "exact"};
    gg_error err = {0};
    memset(e, 0, sizeof *e);
    for (size_t k = 0; k < n_cells * STRATEGIES; k++) {
        gg_row *row = &e->rows[k];
        bool optimal = k % STRATEGIES == 1;
        *row = (gg_row){.n_users = (uint32_t)(2 + k / STRATEGIES),
                        .n_servers = 1,
                        .tau = 0.5,
                        .objective = "weighted",
                        .seed = 1,
                        .objective_s = optimal ? 1.0 : 1.1,
                        .lower_bound_s = optimal ? 1.0 : NAN,
                        .total_delay_s = 2.0,
                        .local_delay_s = 2.0,
                        .accuracy = NAN,
                        .measured_total_delay_s = NAN,
                        .measured_comp_delay_s = NAN,
                        .runtime_s = 1e-3,
                        .preset = preset,
                        .solver = names[k % STRATEGIES],
                        .status = optimal ? "optimal" : "feasible",
                        .stop_reason = "done",
                        .fair_reference = "",
                        .course = "",
                        .failure = ""};
    }
    e->results = (gg_results){.count = n_cells * STRATEGIES, .rows = e->rows};
    gg_manifest_add(&e->results.manifest, "plan", "of <b>mine</b>", &err);
    assert_success(gg_study_compute(&e->results, &(gg_study_sources){0}, &e->study, &err), &err);
}

static void release(experiment *e) {
    gg_study_free(e->study);
    gg_manifest_clear(&e->results.manifest);
}

static const char *text_of(const json_t *object, const char *key) {
    return json_string_value(json_object_get(object, key));
}

static void test_its_form(void **state) {
    experiment e;
    gg_error err = {0};
    json_error_t where;
    const char *path = folder_file(state, "gap.ipynb");
    make(&e, 2, "paper");
    assert_success(gg_notebook_write(e.study, "there", path, &err), &err);
    json_t *root = json_load_file(path, JSON_REJECT_DUPLICATES, &where);
    assert_non_null(root);
    assert_int_equal(json_integer_value(json_object_get(root, "nbformat")), 4);
    assert_int_equal(json_integer_value(json_object_get(root, "nbformat_minor")), 5);
    const json_t *cells = json_object_get(root, "cells");
    const json_t *cell, *other, *line;
    size_t k, j, n_outputs = 0;
    json_array_foreach(cells, k, cell) {
        const char *id = text_of(cell, "id");
        bool code = strcmp(text_of(cell, "cell_type"), "code") == 0;
        assert_true(strlen(id) >= 1 && strlen(id) <= 64);
        assert_int_equal(strspn(id, "abcdefghijklmnopqrstuvwxyz0123456789-"), strlen(id));
        json_array_foreach(cells, j, other)
            assert_true(j == k || strcmp(id, text_of(other, "id")) != 0);
        assert_true(code == (json_object_get(cell, "outputs") != NULL));
        assert_true(code == json_is_null(json_object_get(cell, "execution_count")));
        n_outputs += json_array_size(json_object_get(cell, "outputs"));
        const json_t *source = json_object_get(cell, "source");
        assert_true(json_array_size(source) > 0);
        json_array_foreach(source, j, line) {
            const char *end = strchr(json_string_value(line), '\n');
            bool last = j + 1 == json_array_size(source);
            assert_true(last ? end == NULL : end != NULL && end[1] == '\0');
            assert_null(strstr(json_string_value(line), "@"));
        }
    }
    /* Three tables; figures by gap, users, delay and runtime at least. */
    assert_true(n_outputs >= 7);
    json_decref(root);
    release(&e);
}

/* The source of the notebook's k-th cell. */
static char *source_of(const char *path, size_t k) {
    json_t *root = json_load_file(path, 0, NULL);
    assert_non_null(root);
    const json_t *lines =
        json_object_get(json_array_get(json_object_get(root, "cells"), k), "source");
    char *text = NULL;
    size_t size = 0, at;
    const json_t *line;
    FILE *stream = open_memstream(&text, &size);
    assert_non_null(stream);
    json_array_foreach(lines, at, line) fputs(json_string_value(line), stream);
    fclose(stream);
    json_decref(root);
    return text;
}

static void test_names_are_no_markup(void **state) {
    experiment e;
    gg_error err = {0};
    const char *path = folder_file(state, "gap.ipynb");
    make(&e, 1, "paper");
    assert_success(gg_notebook_write(e.study, "a \"b\"\\c_\n\xc3\xa9*", path, &err), &err);
    char *about = source_of(path, 0), *code = source_of(path, 1);
    assert_non_null(strstr(about, "# of \\<b\\>mine\\</b\\>"));
    assert_non_null(strstr(about, "at a \"b\"\\\\c\\_\\\\n\xc3\xa9\\* (seen"));
    assert_non_null(strstr(code, "RESULTS = \"a \\\"b\\\"\\\\c_\\n\xc3\xa9*\""));
    free(about);
    free(code);
    /* Bytes that are no text are what Python calls such names. */
    assert_success(gg_notebook_write(e.study, "a\xff\u202e", path, &err), &err);
    about = source_of(path, 0);
    code = source_of(path, 1);
    assert_non_null(strstr(about, "at a\\\\xff\\\\u202e (seen"));
    assert_non_null(strstr(code, "RESULTS = \"a\\udcff\\u202e\""));
    free(about);
    free(code);
    release(&e);
}

static void test_the_same_gives_the_same(void **state) {
    experiment e;
    gg_error err = {0};
    const char *first = folder_file(state, "a.ipynb"), *second = folder_file(state, "b.ipynb");
    make(&e, 3, "paper");
    assert_success(gg_notebook_write(e.study, "there", first, &err), &err);
    assert_success(gg_notebook_write(e.study, "there", second, &err), &err);
    assert_true(same_files(first, second));
    release(&e);
}

static void test_long_tables_are_cut(void **state) {
    (void)state;
    experiment e;
    char *text = NULL;
    size_t size = 0, n_lines = 0;
    make(&e, MOST_CELLS, "paper");
    FILE *stream = open_memstream(&text, &size);
    assert_non_null(stream);
    assert_int_equal(gg_notebook_table("cells")(e.study, stream, NULL), GG_OK);
    fclose(stream);
    for (const char *at = text; *at != '\0'; at++)
        n_lines += *at == '\n';
    assert_non_null(strstr(text, "... 80 lines in all\n"));
    assert_true(n_lines > GG_NOTEBOOK_TABLE_ROWS && n_lines < GG_NOTEBOOK_TABLE_ROWS + 5);
    assert_non_null(strstr(text, " 10 % "));
    free(text);
    assert_null(gg_notebook_table("ecdf"));
    release(&e);
}

static void *json_allocate(size_t size) {
    return gg_alloc(size, 1);
}

/* The JSON library's memory counted and failing too. */
static void test_allocation_failures_leave_nothing(void **state) {
    experiment e;
    json_malloc_t old_malloc;
    json_free_t old_free;
    const char *path = folder_file(state, "gap.ipynb");
    make(&e, 1, "paper");
    size_t live = gg_alloc_live();
    json_get_alloc_funcs(&old_malloc, &old_free);
    json_set_alloc_funcs(json_allocate, gg_free);
    for (long allowed = 0;; allowed++) {
        gg_error err = {0};
        gg_alloc_fail_after(allowed);
        gg_status status = gg_notebook_write(e.study, "there", path, &err);
        gg_alloc_fail_after(-1);
        assert_int_equal(gg_alloc_live(), live);
        if (status == GG_OK) {
            assert_true(allowed > 500);
            break;
        }
        assert_int_equal(status, GG_E_NOMEM);
        assert_says(&err, "out of memory");
        assert_int_equal(folder_count(state), 0);
    }
    json_set_alloc_funcs(old_malloc, old_free);
    release(&e);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_its_form, folder_setup, folder_teardown),
        cmocka_unit_test_setup_teardown(test_names_are_no_markup, folder_setup, folder_teardown),
        cmocka_unit_test_setup_teardown(test_the_same_gives_the_same, folder_setup,
                                        folder_teardown),
        cmocka_unit_test(test_long_tables_are_cut),
        cmocka_unit_test_setup_teardown(test_allocation_failures_leave_nothing, folder_setup,
                                        folder_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, assert_nothing_leaked);
}
