/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Curves, gates and energy in files: read back bit for bit from both formats, and refused where
 * they are none.
 * Covers curve.c and objective.c as well.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "data/dataset/instance_file.h"
#include "models/base/alloc.h"
#include "models/instance_fields.h"
#include "models/instance_json.h"
#include "tests/support/instances/cost_forms.h"
#include "tests/support/instances/instance_text.h"
#include "tests/support/instances/random_instance.h"
#include "tests/support/support.h"
#include "tests/support/temporary_folder.h"
#include "tests/unit/data/dataset/instance_common.h"

static gg_instance *draw(uint64_t seed) {
    const random_shape shape = {.n_users = 1 + seed % 5,
                                .n_servers = seed % 4,
                                .tau = 0.5,
                                .payload_factor = 1.0,
                                .capacity_spread = 2.0,
                                .power_spread = 1.0};
    gg_instance *in = random_instance(shape, seed);
    give_forms(in, seed);
    return in;
}

/* Numbers are written with all their digits: the same text, the same bits. */
static void forms_are_read_back(void **state) {
    const char *path = folder_file(state, "i.h5");
    for (uint64_t seed = 1; seed <= test_count(60, 600); seed++) {
        gg_instance *in = draw(seed), *from_json = NULL, *from_h5 = NULL;
        gg_error err = {0};
        char *text = json_of(in);
        assert_success(
            gg_instance_parse_json(text, strlen(text), "i", &from_json, NULL, NULL, &err), &err);
        assert_success(gg_instance_write_h5(in, path, &err), &err);
        assert_success(gg_instance_read(path, &from_h5, NULL, NULL, &err), &err);
        char *again = json_of(from_json), *stored = json_of(from_h5);
        assert_string_equal(again, text);
        if (in->n_servers > 0) /* an array of nothing is not stored */
            assert_string_equal(stored, text);
        for (size_t j = 0; in->server_model != NULL && j < in->n_servers; j++)
            assert_memory_equal(&from_h5->server_model[j], &in->server_model[j],
                                sizeof *in->server_model);
        free(again);
        free(stored);
        free(text);
        gg_instance_free(in);
        gg_instance_free(from_json);
        gg_instance_free(from_h5);
    }
}

static void what_is_no_curve_is_refused(void **state) {
    (void)state;
    static const struct {
        gg_curve_side side;
        const char *text, *reason;
    } bad[] = {
        {GG_CURVE_OF_SERVER, "", "is none of share, batch"},
        {GG_CURVE_OF_SERVER, "shared", "did you mean \"share\""},
        {GG_CURVE_OF_SERVER, "share 3", "\"3\" is not expected"},
        {GG_CURVE_OF_SERVER, "shares", "is none of"},
        {GG_CURVE_OF_SERVER, "blocks 5", "is none of"},
        {GG_CURVE_OF_SERVER, "batch", "a batch wants base_s"},
        {GG_CURVE_OF_SERVER, "batch base_s=1", "a batch wants base_s"},
        {GG_CURVE_OF_SERVER, "batch base_s=1 base_s=2", "wanted twice"},
        {GG_CURVE_OF_SERVER, "batch base_s=1 per_query_ms=2", "is not base_s=SECONDS"},
        {GG_CURVE_OF_SERVER, "batch base_s=1,per_query_s=2", "is not a number of seconds"},
        {GG_CURVE_OF_SERVER, "batch base_s=-1 per_query_s=2", "neither 0 nor within"},
        {GG_CURVE_OF_SERVER, "batch base_s=0 per_query_s=0", "or both are 0"},
        {GG_CURVE_OF_SERVER, "batch base_s=inf per_query_s=0", "is not a number of seconds"},
        {GG_CURVE_OF_SERVER, "batch base_s=1e-70 per_query_s=0", "neither 0 nor within"},
        {GG_CURVE_OF_SERVER, "table", "a table begins at load 1"},
        {GG_CURVE_OF_SERVER, "table 2=0.1", "a table begins at load 1"},
        {GG_CURVE_OF_SERVER, "table 1=0.1 1=0.2", "loads do not rise"},
        {GG_CURVE_OF_SERVER, "table 1=0.1 3=0.05", "seconds fall"},
        {GG_CURVE_OF_SERVER, "table 1=0", "not within 1e-60..1e60"},
        {GG_CURVE_OF_SERVER, "table 1.5=0.1", "is not LOAD=SECONDS"},
        {GG_CURVE_OF_SERVER, "table 0=0.1", "is not LOAD=SECONDS"},
        {GG_CURVE_OF_AIR, "share", "is none of shares or blocks"},
        {GG_CURVE_OF_AIR, "blocks", "blocks want their number"},
        {GG_CURVE_OF_AIR, "blocks 0", "blocks want their number"},
        {GG_CURVE_OF_AIR, "blocks 2.5", "blocks want their number"},
        {GG_CURVE_OF_AIR, "blocks 5 6", "\"6\" is not expected"},
    };
    for (size_t k = 0; k < sizeof bad / sizeof *bad; k++) {
        gg_load_curve curve;
        gg_error err = {0};
        if (gg_curve_parse(bad[k].text, bad[k].side, &curve, &err) != GG_E_INPUT)
            fail_msg("\"%s\" is taken", bad[k].text);
        assert_says(&err, bad[k].reason);
    }
    char many[1024] = "table";
    for (int k = 1; k <= GG_CURVE_POINTS_MAX + 1; k++)
        snprintf(many + strlen(many), sizeof many - strlen(many), " %d=0.1", k);
    gg_load_curve curve;
    gg_error err = {0};
    assert_int_equal(gg_curve_parse(many, GG_CURVE_OF_SERVER, &curve, &err), GG_E_INPUT);
    assert_says(&err, "at most 32 points");
}

static void refused(const char *text, const char *from, const char *to, const char *reason) {
    gg_instance *in = NULL;
    gg_error err = {0};
    char changed[8192];
    const char *at = strstr(text, from);
    assert_non_null(at);
    snprintf(changed, sizeof changed, "%.*s%s%s", (int)(at - text), text, to, at + strlen(from));
    assert_int_equal(
        gg_instance_parse_json(changed, strlen(changed), "i.json", &in, NULL, NULL, &err),
        GG_E_INPUT);
    assert_says(&err, reason);
}

static void files_with_wrong_forms_are_refused(void **state) {
    (void)state;
    gg_instance *in = random_instance((random_shape){2, 2, 0.5, 1.0, 1.0, 1.0, false}, 1);
    gg_error err = {0};
    in->output_tokens = gg_alloc(2, sizeof(double));
    in->server_model = gg_alloc(2, sizeof *in->server_model);
    assert_true(in->output_tokens != NULL && in->server_model != NULL);
    in->output_tokens[0] = 3.0;
    in->server_model[1] = (gg_load_curve){.kind = GG_CURVE_BATCH, .base_s = 0.5};
    assert_success(gg_instance_validate(in, &err), &err);
    char *text = json_of(in);
    refused(text, "instance-2", "instance-1", "server_model: needs \"format\"");
    refused(text, "\"share\"", "\"fast\"", "i.json: server_model[0]: \"fast\" is none of share");
    refused(text, "\"share\"", "1", "server_model[0]: expected a string, found an integer");
    refused(text, "\"share\", ", "", "server_model: has 1 elements, expected 2");
    refused(text, "\"output_tokens\"", "\"token\"", "output_tokens is missing");
    refused(text, "[3, 0]", "[3, -1]", "output_tokens[1]: -1 is not finite and >= 0");
    refused(text, "[3, 0]", "[3]", "output_tokens: has 1 elements, expected 2");
    free(text);
    gg_instance_free(in);
}

static void failing_allocations_are_survived(void **state) {
    assert_true(survive_failing_allocations(folder_file(state, "i.h5"), draw(2)) > 20);
}

/* Air and tokens by hand. */
static void curves_are_what_they_say(void **state) {
    (void)state;
    gg_load_curve curve;
    gg_error err = {0};
    assert_success(gg_curve_parse("blocks 10", GG_CURVE_OF_AIR, &curve, &err), &err);
    const double air[] = {1.0, 2.0, 10.0 / 3.0, 5.0, 5.0, 10.0, 10.0, 10.0, 10.0, 10.0, 11.0, 12.0};
    for (uint32_t n = 1; n <= 12; n++)
        assert_close(gg_curve_air(&curve, n), air[n - 1], 1e-15, 0.0);
    assert_int_equal(gg_curve_straight_to(&curve, 4), 5);
    assert_int_equal(gg_curve_straight_to(&curve, 6), 10);
    assert_int_equal(gg_curve_straight_to(&curve, 11), UINT32_MAX);
    assert_success(gg_curve_parse("table 1=1 3=2 5=6", GG_CURVE_OF_SERVER, &curve, &err), &err);
    const double seconds[] = {1.0, 1.5, 2.0, 4.0, 6.0, 8.0, 10.0};
    for (uint32_t n = 1; n <= 7; n++)
        assert_close(gg_curve_token_s(&curve, n), seconds[n - 1], 1e-15, 0.0);
    assert_int_equal(gg_curve_straight_to(&curve, 2), 3);
    assert_int_equal(gg_curve_straight_to(&curve, 4), UINT32_MAX);
    assert_success(
        gg_curve_parse(" batch  per_query_s=0.25 base_s=2 ", GG_CURVE_OF_SERVER, &curve, &err),
        &err);
    assert_close(gg_curve_token_s(&curve, 4), 3.0, 0.0, 0.0);
}

int main(void) {
#define WITH_FOLDER(test) cmocka_unit_test_setup_teardown(test, folder_setup, folder_teardown)
    const struct CMUnitTest tests[] = {
        WITH_FOLDER(forms_are_read_back),
        cmocka_unit_test(what_is_no_curve_is_refused),
        cmocka_unit_test(files_with_wrong_forms_are_refused),
        WITH_FOLDER(failing_allocations_are_survived),
        cmocka_unit_test(curves_are_what_they_say),
    };
    return cmocka_run_group_tests(tests, NULL, assert_nothing_leaked);
}
