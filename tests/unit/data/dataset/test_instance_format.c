/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The formats of instance files: the second is written where a field needs it and only there, and
 * fields of the second are not read from files of the first.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "data/dataset/instance_file.h"
#include "data/hdf5/h5.h"
#include "models/base/alloc.h"
#include "models/evaluate.h"
#include "models/instance_fields.h"
#include "models/instance_json.h"
#include "tests/support/instances/instance_text.h"
#include "tests/support/instances/random_instance.h"
#include "tests/support/support.h"
#include "tests/support/temporary_folder.h"

static gg_instance *make(unsigned with) {
    const random_shape shape = {.n_users = 5,
                                .n_servers = 2,
                                .tau = 0.5,
                                .payload_factor = 1.0,
                                .capacity_spread = 1.0,
                                .power_spread = 1.0};
    gg_instance *in = random_instance(shape, 3);
    give_probabilities(in, 3);
    if ((with & GG_WITH_SLM_P_CORRECT) == 0) {
        gg_free(in->slm_p_correct);
        in->slm_p_correct = NULL;
    }
    if ((with & GG_WITH_LLM_P_CORRECT) == 0) {
        gg_free(in->llm_p_correct);
        in->llm_p_correct = NULL;
    }
    return in;
}

static void assert_same(const double *a, const double *b, size_t n) {
    assert_true((a == NULL) == (b == NULL));
    if (a != NULL)
        assert_memory_equal(a, b, n * sizeof *a);
}

static void the_second_is_written_where_it_is_used(void **state) {
    const char *path = folder_file(state, "i.h5");
    for (unsigned with = 0; with <= GG_WITH_P_CORRECT; with += GG_WITH_SLM_P_CORRECT) {
        gg_instance *in = make(with), *from_json = NULL, *from_h5 = NULL;
        gg_error err = {0};
        gg_h5 *h5;
        char *format = NULL, *text = json_of(in);
        bool found;
        const char *expected = with == 0 ? "goagap-instance-1" : "goagap-instance-2";
        assert_int_equal(strncmp(text + strlen("{\"format\": \""), expected, strlen(expected)), 0);
        assert_true((strstr(text, "p_correct") == NULL) == (with == 0));
        assert_success(
            gg_instance_parse_json(text, strlen(text), "i", &from_json, NULL, NULL, &err), &err);
        assert_success(gg_instance_write_h5(in, path, &err), &err);
        assert_success(gg_h5_open(path, &h5, &err), &err);
        assert_success(gg_h5_read_text_attribute(h5, "/", "format", &format, &found, &err), &err);
        gg_h5_close(h5);
        assert_string_equal(format, expected);
        assert_success(gg_instance_read(path, &from_h5, NULL, NULL, &err), &err);
        assert_same(from_json->slm_p_correct, in->slm_p_correct, 5);
        assert_same(from_json->llm_p_correct, in->llm_p_correct, 5);
        assert_same(from_h5->slm_p_correct, in->slm_p_correct, 5);
        assert_same(from_h5->llm_p_correct, in->llm_p_correct, 5);
        gg_free(format);
        free(text);
        gg_instance_free(in);
        gg_instance_free(from_json);
        gg_instance_free(from_h5);
    }
}

static void refused(const char *text, const char *reason) {
    gg_instance *in = NULL;
    gg_error err = {0};
    assert_int_equal(gg_instance_parse_json(text, strlen(text), "i.json", &in, NULL, NULL, &err),
                     GG_E_INPUT);
    assert_says(&err, reason);
}

static void the_first_has_no_field_of_the_second(void **state) {
    (void)state;
    gg_instance *in = make(GG_WITH_P_CORRECT);
    char *text = json_of(in);
    strstr(text, "-2\"")[1] = '1';
    refused(text, "i.json: slm_p_correct: needs \"format\": \"goagap-instance-2\", the file has");
    free(text);
    in->slm_p_correct[1] = 1.5;
    text = json_of(in);
    refused(text, "slm_p_correct[1]: 1.5 is not in [0, 1]");
    free(text);
    in->slm_p_correct[1] = -0.25;
    text = json_of(in);
    refused(text, "slm_p_correct[1]: -0.25 is not in [0, 1]");
    free(text);
    gg_instance_free(in);
}

static void the_judge_expects_what_it_knows(void **state) {
    (void)state;
    for (unsigned with = 0; with <= GG_WITH_P_CORRECT; with += GG_WITH_SLM_P_CORRECT) {
        gg_instance *in = make(with);
        const int32_t decision[5] = {GG_LOCAL, 0, 1, GG_LOCAL, 0};
        gg_metrics metrics;
        gg_error err = {0};
        assert_success(gg_evaluate(in, GG_UNIFORM, decision, &metrics, &err), &err);
        assert_true(isnan(metrics.expected_accuracy) == (with != GG_WITH_P_CORRECT));
        if (with == GG_WITH_P_CORRECT)
            assert_close(metrics.expected_accuracy,
                         (in->slm_p_correct[0] + in->llm_p_correct[1] + in->llm_p_correct[2] +
                          in->slm_p_correct[3] + in->llm_p_correct[4]) /
                             5.0,
                         1e-15, 0.0);
        gg_instance_free(in);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(the_second_is_written_where_it_is_used, folder_setup,
                                        folder_teardown),
        cmocka_unit_test(the_first_has_no_field_of_the_second),
        cmocka_unit_test(the_judge_expects_what_it_knows)};
    return cmocka_run_group_tests(tests, NULL, assert_nothing_leaked);
}
