/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Batches whose plan grew: rows that are there are kept, and memory may be short.
 *
 * Covers earlier, known_part and row_origins.
 */
#include "experiments/batch/earlier.h"
#include "tests/unit/experiments/batch/batch_common.h"

/* Asks for a stop once a few units are done. */
static void stop_soon(void *context, const gg_batch_state *state) {
    (void)context;
    if (state->units_done >= 5)
        gg_stop_request(true);
}

/* The same plan with one more strategy and one more threshold. */
static void grow(fixture *f) {
    static const char more[] =
        "preset: [paper-bits]\nobjective: [weighted, uniform]\nusers: [3, 5]\nservers: [2]\n"
        "tau: [0.6, 0.7]\nruns: 5\nsolvers: [local, edge, random, goa]\n"
        "outputs: {assignments: yes, units_per_part: 3}\n";
    gg_error err = {0};
    gg_experiment_close(f->experiment);
    gg_plan_free(f->plan);
    assert_success(gg_plan_parse(more, strlen(more), "plan.yaml", NULL, &f->plan, &err), &err);
    assert_success(gg_experiment_open(f->plan, &f->experiment, &err), &err);
}

static void test_a_plan_that_grew_keeps_its_rows(void **state) {
    (void)state;
    fixture f, fresh;
    open_fixture(&f);
    gg_batch_options options = batch_options(&f, 2);
    run(&f, &options);
    grow(&f);
    options.progress = stop_soon;
    gg_batch_state stopped = run(&f, &options);
    gg_stop_request(false);
    assert_true(stopped.interrupted);
    options.progress = NULL;
    assert_int_equal(stopped.rows_kept, UNITS * ROWS_EACH);
    gg_batch_state rest = run(&f, &options);
    assert_true(rest.units_found >= 5);
    assert_int_equal(rest.units_found + rest.units_done, UNITS);
    assert_int_equal(folder_count(&f.folder), 2 + 4);
    open_fixture(&fresh);
    grow(&fresh);
    gg_batch_options at_once = batch_options(&fresh, 2);
    run(&fresh, &at_once);
    gg_results *grown = read_all(&f), *expected = read_all(&fresh);
    assert_same_results(expected, grown);
    gg_results_free(grown);
    gg_results_free(expected);
    close_fixture(&fresh);
    close_fixture(&f);
}

static void test_short_memory_loses_no_earlier_row(void **state) {
    (void)state;
    fixture f;
    open_fixture(&f);
    gg_batch_options options = batch_options(&f, 2);
    run(&f, &options);
    grow(&f);
    size_t live = gg_alloc_live(), kept = 0;
    gg_status status = GG_E_NOMEM;
    for (long allowed = 0; status != GG_OK; allowed += 1 + allowed / 8) {
        gg_earlier *earlier = NULL;
        gg_part *part = NULL;
        gg_error err = {0};
        kept = 0;
        gg_alloc_fail_after(allowed);
        status = gg_earlier_open(f.experiment, path_of(&f), (gg_part_wish){0}, &earlier, &err);
        if (status == GG_OK)
            status = gg_part_new(f.plan, 0, &part, &err);
        if (status == GG_OK)
            status = gg_earlier_fill(earlier, f.experiment, part, &kept, &err);
        gg_alloc_fail_after(-1);
        if (status != GG_OK)
            assert_int_equal(status, GG_E_NOMEM);
        gg_part_free(part);
        gg_earlier_close(earlier);
        assert_int_equal(gg_alloc_live(), live);
    }
    assert_int_equal(kept, 3 * ROWS_EACH);
    gg_earlier_remove(path_of(&f));
    close_fixture(&f);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_plan_that_grew_keeps_its_rows),
        cmocka_unit_test(test_short_memory_loses_no_earlier_row),
    };
    return cmocka_run_group_tests(tests, NULL, assert_nothing_leaked);
}
