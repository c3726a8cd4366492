/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Fingerprints: whatever of a preset, a dataset or a plan changes, they change, and say what.
 */
#include "tests/support/support.h"

#include <math.h>
#include <string.h>

#include "experiments/planning/experiment.h"
#include "models/base/alloc.h"
#include "models/draw/preset_keys.h"

static const char text[] = "preset: [paper-bits, urban-micro]\nusers: [3]\nservers: [2]\n"
                           "tau: [0.7]\nruns: 2\nsolvers: [goa]\n";

typedef struct fixture {
    gg_plan *plan;
    gg_experiment *experiment;
    gg_manifest manifest; /* of the experiment as it was */
    char before[GG_FINGERPRINT_SIZE];
} fixture;

static void open_fixture(fixture *f) {
    gg_error err = {0};
    *f = (fixture){0};
    assert_success(gg_plan_parse(text, strlen(text), "plan.yaml", NULL, &f->plan, &err), &err);
    assert_success(gg_experiment_open(f->plan, &f->experiment, &err), &err);
    assert_success(gg_experiment_describe(f->experiment, "test", &f->manifest, &err), &err);
    strcpy(f->before, f->experiment->fingerprint);
}

static void close_fixture(fixture *f) {
    gg_experiment_close(f->experiment);
    gg_plan_free(f->plan);
    gg_manifest_clear(&f->manifest);
}

static void fingerprint(fixture *f) {
    gg_error err = {0};
    gg_free(f->experiment->components);
    f->experiment->components = NULL;
    assert_success(gg_fingerprint(f->experiment, &err), &err);
}

/* The change shows, and the reason says so; without it, all is as before. */
static void assert_changed(fixture *f, const char *what, const char *reason) {
    char said[300];
    fingerprint(f);
    if (strcmp(f->experiment->fingerprint, f->before) == 0)
        fail_msg("%s is not in the fingerprint", what);
    assert_int_equal(gg_fingerprint_compare(f->experiment, &f->manifest, said, sizeof said),
                     GG_ORIGIN_OTHER);
    if (strstr(said, reason) == NULL)
        fail_msg("%s: \"%s\" does not say \"%s\"", what, said, reason);
}

static void change_number(fixture *f, double *number, const char *what, const char *reason) {
    double kept = *number;
    *number = kept > 0.5 ? kept * (1.0 - 1e-12) : kept + 1e-12;
    assert_changed(f, what, reason);
    *number = kept;
}

static void test_every_key_of_a_preset_counts(void **state) {
    fixture f;
    (void)state;
    open_fixture(&f);
    gg_preset *preset = f.experiment->presets[1];
    const char *reason = "preset urban-micro is not what it was";
#define CHANGE(section, key, member, count, domain, need)                                          \
    for (size_t k = 0; k < count; k++)                                                             \
        change_number(&f, (double *)(void *)&preset->member + k, #section "." #key, reason);
    NETWORK_NUMBERS(CHANGE)
    RADIO_NUMBERS(CHANGE)
    COMPUTE_NUMBERS(CHANGE)
    WORKLOAD_NUMBERS(CHANGE)
    change_number(&f, &preset->tau, "tau", reason);
    for (size_t k = 0; k < preset->n_bandwidths; k++)
        change_number(&f, &preset->bandwidth_hz[k], "bandwidth_hz", reason);
    for (size_t k = 1; k + 1 < preset->workload.n_survival; k++)
        change_number(&f, &preset->workload.survival[k][1], "alpha_survival", reason);
    preset->servers++;
    assert_changed(&f, "servers", reason);
    preset->servers--;
    preset->payload ^= 1;
    assert_changed(&f, "payload", reason);
    preset->payload ^= 1;
    preset->fading = GG_FADING_RAYLEIGH;
    assert_changed(&f, "fading", reason);
    preset->fading = GG_FADING_RICIAN;
    preset->path_loss = GG_PATH_FREE_SPACE;
    assert_changed(&f, "path_loss", reason);
    preset->path_loss = GG_PATH_UMI_STREET_CANYON;
    fingerprint(&f);
    assert_string_equal(f.experiment->fingerprint, f.before);
    close_fixture(&f);
}

static void test_every_column_of_the_queries_counts(void **state) {
    enum { QUERIES = 20, COLUMNS = 4 };
    double columns[COLUMNS][QUERIES];
    uint8_t flags[2][QUERIES] = {{0}};
    fixture f;
    (void)state;
    open_fixture(&f);
    for (size_t c = 0; c < COLUMNS; c++)
        for (size_t k = 0; k < QUERIES; k++)
            columns[c][k] = 0.1 + 0.01 * (double)(k + c);
    gg_workload workload = {.n_queries = QUERIES,
                            .alpha = columns[0],
                            .prompt_bytes = columns[1],
                            .slm_latency_s = columns[2],
                            .llm_latency_s = columns[3],
                            .slm_device_flops = 1e13,
                            .llm_device_flops = 1e14,
                            .slm_correct = flags[0],
                            .llm_correct = flags[1]};
    f.experiment->workload = &workload;
    fingerprint(&f);
    strcpy(f.before, f.experiment->fingerprint);
    const char *reason = "the dataset's queries, or their scaling, are not what they were";
    /* Beyond the few that are drawn to see how this program draws. */
    for (size_t c = 0; c < COLUMNS; c++)
        change_number(&f, &columns[c][QUERIES - 1], "a column", reason);
    for (size_t c = 0; c < 2; c++) {
        flags[c][QUERIES - 1] = 1;
        assert_changed(&f, "a flag", reason);
        flags[c][QUERIES - 1] = 0;
    }
    change_number(&f, &workload.slm_device_flops, "slm_device_flops", reason);
    change_number(&f, &workload.llm_device_flops, "llm_device_flops", reason);
    change_number(&f, &f.experiment->latency_scale, "latency_scale", reason);
    f.experiment->workload = NULL;
    close_fixture(&f);
}

static void test_the_grid_counts(void **state) {
    fixture f;
    (void)state;
    open_fixture(&f);
    f.plan->users[0] = 4;
    assert_changed(&f, "users", "the plan has \"users: 4\", they have \"users: 3\"");
    f.plan->users[0] = 3;
    /* Below what the grid prints. */
    f.plan->taus[0] = nextafter(0.7, 1.0);
    assert_changed(&f, "tau", "their fingerprint is another");
    close_fixture(&f);
}

static void test_older_fingerprints_cannot_tell(void **state) {
    fixture f;
    char said[300];
    gg_manifest old = {0};
    (void)state;
    open_fixture(&f);
    assert_int_equal(gg_fingerprint_compare(f.experiment, &f.manifest, said, sizeof said),
                     GG_ORIGIN_SAME);
    assert_success(gg_manifest_add(&old, "plan_fingerprint", f.before, NULL), NULL);
    assert_success(gg_manifest_add(&old, "created_by", "goagap 0.1", NULL), NULL);
    assert_int_equal(gg_fingerprint_compare(f.experiment, &old, said, sizeof said),
                     GG_ORIGIN_UNKNOWN);
    assert_non_null(strstr(said, "another version (goagap 0.1)"));
    gg_manifest_clear(&old);
    close_fixture(&f);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_key_of_a_preset_counts),
        cmocka_unit_test(test_every_column_of_the_queries_counts),
        cmocka_unit_test(test_the_grid_counts),
        cmocka_unit_test(test_older_fingerprints_cannot_tell),
    };
    return cmocka_run_group_tests(tests, NULL, assert_nothing_leaked);
}
