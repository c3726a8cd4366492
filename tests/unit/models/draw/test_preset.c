/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Presets (preset.c, preset_read.c, preset_yaml.c): the shipped ones hold what they promise,
 * and a bad file is refused with file, line, key and reason.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "models/base/alloc.h"
#include "models/draw/preset.h"
#include "tests/support/support.h"
#include "tests/support/temporary_file.h"

static gg_preset *shipped(const char *name) {
    gg_error err = {0};
    gg_preset *preset;
    assert_success(gg_preset_read(name, &preset, &err), &err);
    return preset;
}

static void every_shipped_preset_is_sound(void **state) {
    (void)state;
    size_t n = 0;
    for (const char *name; (name = gg_preset_shipped_name(n)) != NULL; n++) {
        gg_preset *preset = shipped(name);
        assert_string_equal(gg_preset_name(preset), name);
        assert_true(gg_preset_noise_w(preset) > 0.0);
        gg_preset_free(preset);
    }
    assert_int_equal(n, 7);
}

static void paper_holds_the_published_numbers(void **state) {
    (void)state;
    gg_preset *p = shipped("paper");
    assert_true(p->area_m[0] == 500.0 && p->area_m[1] == 500.0 && p->servers == 4);
    assert_true(p->carrier_hz == 3.5e9 && p->light_speed_m_s == 3e8 && p->tx_power_w == 0.2);
    assert_true(p->n_bandwidths == 1 && p->bandwidth_hz[0] == 1e8);
    assert_close(gg_preset_noise_w(p), 4e-13, 1e-15, 0.0);
    assert_true(p->max_user_capacity_flops == 1.513e15 && p->server_capacity_flops == 15.13e15);
    assert_true(p->server_capacity_spread[0] == 0.6 && p->server_capacity_spread[1] == 1.4);
    assert_true(p->local_capacity_flops == 91.06e12 && p->ref_capacity_flops == 91.06e12);
    assert_true(p->edge_work_ratio == 8.0 && p->min_distance_m == 0.0);
    assert_int_equal(p->payload, GG_PAYLOAD_BYTES_AS_BITS);
    assert_int_equal(p->path_loss, GG_PATH_FREE_SPACE);
    assert_int_equal(p->fading, GG_FADING_RAYLEIGH);
    gg_preset_free(p);
}

static void paper_bits_differs_in_the_payload_only(void **state) {
    (void)state;
    gg_preset *paper = shipped("paper"), *bits = shipped("paper-bits");
    assert_int_equal(bits->payload, GG_PAYLOAD_BITS);
    assert_true(bits->n_bandwidths == 1 && bits->bandwidth_hz[0] == paper->bandwidth_hz[0]);
    gg_preset same = *bits;
    same.payload = paper->payload;
    same.name = paper->name;
    same.bandwidth_hz = paper->bandwidth_hz;
    same.rician_k_db = paper->rician_k_db = 0.0; /* NAN in both */
    assert_memory_equal(&same.workload, &paper->workload, sizeof same.workload);
    assert_memory_equal(&same, paper, offsetof(gg_preset, workload));
    gg_preset_free(paper);
    gg_preset_free(bits);
}

static void urban_micro_is_a_street_canyon(void **state) {
    (void)state;
    gg_preset *p = shipped("urban-micro");
    assert_int_equal(p->path_loss, GG_PATH_UMI_STREET_CANYON);
    assert_int_equal(p->payload, GG_PAYLOAD_BITS);
    assert_true(p->shadowing_los_db == 4.0 && p->shadowing_nlos_db == 7.82);
    assert_true(p->min_distance_m == 10.0 && p->user_height_m == 1.5);
    assert_true(p->n_bandwidths == 4 && p->bandwidth_hz[3] == 40e6);
    assert_close(gg_preset_noise_w(p), 4e-21 * 100e6 * pow(10.0, 0.5), 1e-14, 0.0);
    gg_preset_free(p);
}

static gg_status parse(const char *text, gg_preset **preset, gg_error *err) {
    return gg_preset_parse(text, strlen(text), "mine.yaml", preset, err);
}

static void an_own_preset_is_read_by_path(void **state) {
    (void)state;
    const char *text =
        "name: wide\nbase: paper\nradio: {bandwidth_hz: [2e8, 1e8], tx_power_w: .1}\n"
        "network:\n  area_m: [1000, 100]\n";
    temporary_file file = temporary_file_of(text, strlen(text));
    gg_preset *p = shipped(file.path);
    temporary_file_remove(&file);
    assert_string_equal(p->name, "wide");
    assert_true(p->n_bandwidths == 2 && p->bandwidth_hz[0] == 2e8 && p->tx_power_w == 0.1);
    assert_true(p->area_m[0] == 1000.0 && p->area_m[1] == 100.0);
    assert_true(p->carrier_hz == 3.5e9);
    gg_preset_free(p);
}

#define OWN "name: x\nbase: paper\n"

static const struct {
    const char *text;
    const char *said;
} bad_presets[] = {
    {"", "mine.yaml: is empty"},
    {"# only a comment\n", "mine.yaml: is empty"},
    {"- 1\n", "mine.yaml:1: Expecting MAPPING"},
    {"base: paper\n", "mine.yaml: name: missing"},
    {"name: x\n", "mine.yaml: tau: missing, and there is no base"},
    {"name: a/b\nbase: paper\n", "mine.yaml:1: name: wants 1 to 64 letters"},
    {"name: x\nbase: papier\n", "mine.yaml:2: base: \"papier\" is not a shipped preset"},
    {OWN "radio:\n  bandwith_hz: [1e8]\n",
     "mine.yaml:4: unknown key \"bandwith_hz\"; did you mean \"bandwidth_hz\"?"},
    {OWN "# raido: no\nraido:\n  carrier_hz: 1e9\n",
     "mine.yaml:4: unknown key \"raido\"; did you mean \"radio\"?"},
    {OWN "network:\n  carrier_hz: 1e9\n", "mine.yaml:4: unknown key \"carrier_hz\""},
    {OWN "tau: 1.5x\n", "mine.yaml:3: tau: \"1.5x\" is not a finite number"},
    {OWN "tau: nan\n", "mine.yaml:3: tau: \"nan\" is not a finite number"},
    {OWN "tau: .inf\n", "mine.yaml:3: tau: \".inf\" is not a finite number"},
    {OWN "tau: 1.01\n", "mine.yaml:3: tau: 1.01 is not in [0, 1]"},
    {OWN "tau:\n", "mine.yaml:3: tau: \"\" is not a finite number"},
    {OWN "tau: [0.5]\n", "mine.yaml:3: tau: Expecting STRING"},
    {OWN "tau: 0.5\ntau: 0.6\n", "mine.yaml:4: tau: Mapping field already seen"},
    {OWN "radio:\n  carrier_hz: -1\n", "mine.yaml:4: radio.carrier_hz: -1 is not > 0"},
    {OWN "radio:\n  carrier_hz: 0x1p9\n", "\"0x1p9\" is not a finite number"},
    {OWN "radio:\n  fading: rayleight\n",
     "mine.yaml:4: radio.fading: \"rayleight\" is none of none, rayleigh, rician"},
    {OWN "radio:\n  fading: 1\n", "\"1\" is none of none"},
    {OWN "radio:\n  fading: rician\n", "radio.rician_k_db: missing: fading is rician"},
    {OWN "radio:\n  bandwidth_hz: []\n", "mine.yaml:4: radio.bandwidth_hz"},
    {OWN "radio:\n  bandwidth_hz: [1e8, 0]\n", "mine.yaml:4: radio.bandwidth_hz: 0 is not > 0"},
    {OWN "radio:\n  bandwidth_hz: 1e8\n",
     "mine.yaml:4: radio.bandwidth_hz: must be a list: write ["},
    {OWN "radio:\n  path_loss: umi-street-canyon\n",
     "network.user_height_m: umi-street-canyon covers 1.5 to 22.5"},
    {OWN "radio: 5\n", "mine.yaml:3: radio: Expecting MAPPING"},
    {OWN "network:\n  servers: 4.5\n", "network.servers: \"4.5\" is not an integer in 0..32767"},
    {OWN "network:\n  servers: 40000\n", "network.servers: \"40000\" is not an integer"},
    {OWN "network:\n  area_m: [500]\n", "mine.yaml:4: network.area_m"},
    {OWN "network:\n  area_m: [1, 2, 3]\n", "network.area_m"},
    {OWN "network:\n  area_m: [500, 0]\n", "mine.yaml:4: network.area_m: 0 is not > 0"},
    {OWN "compute:\n  server_capacity_spread: [2, 1]\n",
     "mine.yaml:4: compute.server_capacity_spread: wants [low, high]"},
    {OWN "workload:\n  payload: bytes\n",
     "mine.yaml:4: workload.payload: \"bytes\" is none of bits, bytes-as-bits"},
    {OWN "workload:\n  alpha_length_correlation: 2\n", "2 is not in [-1, 1]"},
    {OWN "workload:\n  slm_length_share: 1.1\n", "1.1 is not in [0, 1]"},
    {OWN "workload:\n  alpha_survival:\n  - {alpha: 0, above: 1}\n", "workload.alpha_survival"},
    {OWN "workload:\n  alpha_survival:\n  - {alpha: 0, above: 1}\n  - {alpha: 1}\n",
     "missing key \"workload.alpha_survival"},
    {OWN "workload:\n  alpha_survival:\n  - {alpha: 0, above: 1}\n  - {alpha: 1, above: 0.5}\n",
     "mine.yaml:4: workload.alpha_survival: the share above must begin at 1 and end at 0"},
    {OWN "workload:\n  alpha_survival:\n  - {alpha: 0.5, above: 1}\n  - {alpha: 0.5, above: 0}\n",
     "entry 2: alpha must rise"},
    {OWN "tau: &t 0.5\nradio: {noise_figure_db: *t}\n", "YAML alias unsupported"},
    {OWN "---\nname: y\n", "mine.yaml: holds more than one document"},
    {OWN "radio: {carrier_hz: 1e9\n", "mine.yaml:4: "},
    {"\tname: x\n", "mine.yaml:1: found character that cannot start any token"},
    {OWN "tau: \x01\n", "mine.yaml:3: is no plain text: control characters are not allowed"},
    {OWN "tau: \xff\xfe\n", "mine.yaml:3: is no plain text: invalid leading UTF-8 octet"},
    {"? [a]\n: 1\n", "mine.yaml:1: a key is not a plain word"},
    {OWN "workload:\n  alpha_survival:\n  - {alpha: 0, abov: 1}\n",
     "mine.yaml:5: unknown key \"abov\"; did you mean \"above\"?"},
};

static void a_bad_preset_is_refused_with_the_reason(void **state) {
    (void)state;
    for (size_t c = 0; c < sizeof bad_presets / sizeof *bad_presets; c++) {
        gg_error err = {0};
        gg_preset *preset;
        gg_status status = parse(bad_presets[c].text, &preset, &err);
        if (status != GG_E_INPUT || preset != NULL ||
            strstr(err.message, bad_presets[c].said) == NULL)
            fail_msg("case %zu: status %d, \"%s\" does not say \"%s\"", c, status, err.message,
                     bad_presets[c].said);
    }
}

/* Without a base every key but the optional ones is required, and each is named when it lacks. */
static void every_required_key_is_asked_for(void **state) {
    (void)state;
    const char *paper = gg_preset_shipped_text("paper");
    const char *keys[] = {"tau",          "area_m",     "servers",    "path_loss",
                          "fading",       "carrier_hz", "noise_w_hz", "server_capacity_spread",
                          "bandwidth_hz", "payload",    "slm_correct"};
    for (size_t k = 0; k < sizeof keys / sizeof *keys; k++) {
        gg_error err = {0};
        gg_preset *preset;
        char *text = strdup(paper), pattern[64];
        assert_non_null(text);
        snprintf(pattern, sizeof pattern, "%s:", keys[k]);
        char *at = strstr(text, pattern);
        assert_non_null(at);
        while (*at != '\n')
            *at++ = ' ';
        assert_int_equal(parse(text, &preset, &err), GG_E_INPUT);
        snprintf(pattern, sizeof pattern, "%s: missing", keys[k]);
        assert_non_null(strstr(err.message, pattern));
        free(text);
    }
}

static void an_unknown_name_lists_the_shipped_ones(void **state) {
    (void)state;
    gg_error err = {0};
    gg_preset *preset;
    assert_int_equal(gg_preset_read("papier", &preset, &err), GG_E_INPUT);
    assert_string_equal(
        err.message, "preset \"papier\" is neither a shipped one (paper-batch-gate, paper-batch, "
                     "paper-bits, paper-gate, paper, urban-batch, "
                     "urban-micro) nor a file; did you mean \"paper\"?");
    err = (gg_error){0};
    assert_int_equal(gg_preset_read("/tmp", &preset, &err), GG_E_IO);
    assert_string_equal(err.message, "/tmp: cannot be read: Is a directory");
    err = (gg_error){0};
    assert_int_equal(gg_preset_read("/dev/zero", &preset, &err), GG_E_INPUT);
    assert_string_equal(err.message, "/dev/zero: larger than 65536 bytes");
    assert_null(preset);
}

static void survives_failing_allocations(void **state) {
    (void)state;
    gg_status status = GG_E_NOMEM;
    for (long allowed = 0; status != GG_OK; allowed++) {
        gg_error err = {0};
        gg_preset *preset;
        gg_alloc_fail_after(allowed);
        status = gg_preset_read("urban-micro", &preset, &err);
        gg_alloc_fail_after(-1);
        if (status != GG_OK && status != GG_E_NOMEM)
            fail_msg("after %ld allocations: %s", allowed, err.message);
        gg_preset_free(preset);
        assert_int_equal(gg_alloc_live(), 0);
        assert_true(allowed < 10000);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_shipped_preset_is_sound),
        cmocka_unit_test(paper_holds_the_published_numbers),
        cmocka_unit_test(paper_bits_differs_in_the_payload_only),
        cmocka_unit_test(urban_micro_is_a_street_canyon),
        cmocka_unit_test(an_own_preset_is_read_by_path),
        cmocka_unit_test(a_bad_preset_is_refused_with_the_reason),
        cmocka_unit_test(every_required_key_is_asked_for),
        cmocka_unit_test(an_unknown_name_lists_the_shipped_ones),
        cmocka_unit_test(survives_failing_allocations),
    };
    return cmocka_run_group_tests(tests, NULL, assert_nothing_leaked);
}
