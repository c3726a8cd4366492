/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Servers that batch, gates and devices' powers, as presets and datasets have them.
 */
#include "tests/support/support.h"

#include <string.h>

#include "models/draw/preset.h"
#include "models/draw/scenario.h"

static gg_instance *draw(const char *name, const gg_workload *queries) {
    gg_preset *preset = NULL;
    gg_instance *in = NULL;
    gg_error err = {0};
    const gg_draw draw = {
        .n_users = 6, .default_servers = true, .default_tau = true, .seed = 5, .workload = queries};
    assert_success(gg_preset_read(name, &preset, &err), &err);
    assert_success(gg_scenario_draw(preset, &draw, &in, &err), &err);
    gg_preset_free(preset);
    return in;
}

static void batching_is_the_same_network(void **state) {
    (void)state;
    gg_instance *shared = draw("paper", NULL), *batch = draw("paper-batch-gate", NULL);
    assert_null(shared->server_model);
    assert_null(shared->gate_delay_s);
    assert_null(shared->device_power_w);
    assert_memory_equal(shared->gain, batch->gain, 24 * sizeof *batch->gain);
    assert_memory_equal(shared->local_delay_s, batch->local_delay_s, 6 * sizeof(double));
    assert_memory_equal(shared->alpha, batch->alpha, 6 * sizeof(double));
    assert_null(batch->prefill_s);
    for (size_t j = 0; j < 4; j++) {
        assert_int_equal(batch->server_model[j].kind, GG_CURVE_BATCH);
        assert_close(batch->server_model[j].base_s, j % 2 ? 25.1e-3 : 10.8e-3, 1e-15, 0.0);
    }
    for (size_t i = 0; i < 6; i++) {
        /* The same share of the mean as the large model's delay. */
        assert_close(batch->output_tokens[i], shared->edge_delay_ref_s[i] / 204.5e-3, 1e-12, 0.0);
        assert_true(batch->gate_delay_s[i] > 0.5 * batch->local_delay_s[i] &&
                    batch->gate_delay_s[i] < batch->local_delay_s[i]);
        assert_close(batch->device_power_w[i], 30.0, 0.0, 0.0);
    }
    gg_instance_free(shared);
    gg_instance_free(batch);
}

static void datasets_say_how_long_answers_are(void **state) {
    (void)state;
    double alpha[8], bytes[8], seconds[8], slm_tokens[8], llm_tokens[8];
    for (size_t k = 0; k < 8; k++) {
        alpha[k] = 0.1 * (double)k;
        bytes[k] = 100.0;
        seconds[k] = 0.04;
        slm_tokens[k] = 3.0;
        llm_tokens[k] = 7.0;
    }
    gg_workload queries = {.n_queries = 8,
                           .alpha = alpha,
                           .prompt_bytes = bytes,
                           .slm_latency_s = seconds,
                           .slm_tokens = slm_tokens,
                           .llm_tokens = llm_tokens};
    gg_instance *in = draw("paper-batch-gate", &queries);
    for (size_t i = 0; i < 6; i++) {
        /* The end token is one, too. */
        assert_close(in->output_tokens[i], 8.0, 0.0, 0.0);
        assert_close(in->gate_delay_s[i], 0.25 * in->local_delay_s[i], 1e-15, 0.0);
    }
    gg_instance_free(in);
}

static const char own[] = "name: own\nbase: paper\n"
                          "radio: {air_model: [blocks 20, shares]}\n"
                          "compute: {server_model: [table 1=0.01 4=0.02, share]}\n"
                          "workload: {prefill_s_per_byte: 1e-6}\n";

static gg_preset *parsed(const char *text) {
    gg_preset *preset = NULL;
    gg_error err = {0};
    assert_success(gg_preset_parse(text, strlen(text), "own.yaml", &preset, &err), &err);
    return preset;
}

static void own_presets_have_curves(void **state) {
    (void)state;
    gg_preset *preset = parsed(own);
    gg_instance *in = NULL;
    gg_error err = {0};
    const gg_draw draw = {.n_users = 3, .default_servers = true, .default_tau = true, .seed = 5};
    assert_int_equal(gg_scenario_draw(preset, &draw, &in, &err), GG_E_INPUT);
    assert_says(&err, "neither it (workload.output_tokens) nor a dataset");
    preset->workload.output_tokens = 4.0;
    assert_success(gg_scenario_draw(preset, &draw, &in, &err), &err);
    assert_int_equal(in->server_model[0].kind, GG_CURVE_TABLE);
    assert_int_equal(in->server_model[3].kind, GG_CURVE_SHARE);
    assert_int_equal(in->air_model[2].blocks, 20);
    assert_int_equal(in->air_model[1].kind, GG_CURVE_SHARES);
    assert_close(in->prefill_s[1], 1e-6 * in->payload_bits[1], 1e-12, 0.0);
    gg_instance_free(in);
    gg_preset_free(preset);
}

static void refused(const char *text, const char *reason) {
    gg_preset *preset = NULL;
    gg_error err = {0};
    assert_int_equal(gg_preset_parse(text, strlen(text), "own.yaml", &preset, &err), GG_E_INPUT);
    assert_says(&err, reason);
}

static void wrong_forms_are_refused(void **state) {
    (void)state;
    refused("name: own\nbase: paper\ngate: second-token\n",
            "own.yaml:3: gate: \"second-token\" is none of none, first-token");
    refused("name: own\nbase: paper\ncompute:\n  server_model: [fast]\n",
            "own.yaml:4: compute.server_model: \"fast\" is none of share");
    refused("name: own\nbase: paper\nradio:\n  air_model: [share]\n", "radio.air_model: \"share\"");
    refused("name: own\nbase: paper\ncompute:\n  device_power_w: -1\n",
            "device_power_w: -1 is not");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(batching_is_the_same_network),
        cmocka_unit_test(datasets_say_how_long_answers_are),
        cmocka_unit_test(own_presets_have_curves),
        cmocka_unit_test(wrong_forms_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, assert_nothing_leaked);
}
