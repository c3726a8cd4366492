/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Instances as JSON: bit for bit there and back, and every way a file can be wrong.
 */
#include "tests/support/support.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "models/base/alloc.h"
#include "models/instance_json.h"
#include "tests/support/instances/instance_text.h"
#include "tests/support/instances/random_instance.h"
#include "tests/support/temporary_folder.h"

/* Two users, two servers; every key on a line of its own. */
static const char *const good[][2] = {{"format", "\"goagap-instance-1\""},
                                      {"name", "\"two\""},
                                      {"n_users", "2"},
                                      {"n_servers", "2"},
                                      {"bandwidth_hz", "[1e8, 2e8]"},
                                      {"server_capacity_flops", "[1e16, 1e16]"},
                                      {"max_user_capacity_flops", "1.5e15"},
                                      {"noise_w", "4e-13"},
                                      {"fixed_interference_w", "[1e-11, 0]"},
                                      {"edge_work_ratio", "8"},
                                      {"ref_capacity_flops", "9e13"},
                                      {"tau", "0.5"},
                                      {"payload_bits", "[1000, 2000]"},
                                      {"tx_power_w", "[0.2, 0.2]"},
                                      {"local_capacity_flops", "[9e13, 8e13]"},
                                      {"local_delay_s", "[0.03, 0.04]"},
                                      {"edge_delay_ref_s", "[0.2, 0.3]"},
                                      {"alpha", "[0.2, 0.9]"},
                                      {"gain", "[[1e-9, 1e-10], [2e-9, 0]]"},
                                      {"slm_correct", "[1, 0]"},
                                      {"llm_correct", "[1, 1]"}};
enum { N_KEYS = sizeof good / sizeof *good };

/* The good text with the value of `key` replaced; NULL leaves the key out. */
static char *text_with(const char *key, const char *value) {
    char *text = malloc(4096);
    assert_non_null(text);
    size_t used = 0;
    const char *joint = "{";
    for (size_t k = 0; k < N_KEYS; k++) {
        bool changed = key != NULL && strcmp(good[k][0], key) == 0;
        const char *written = changed ? value : good[k][1];
        if (written == NULL)
            continue;
        used +=
            (size_t)snprintf(text + used, 4096 - used, "%s\"%s\": %s", joint, good[k][0], written);
        joint = ",\n";
    }
    snprintf(text + used, 4096 - used, "}\n");
    return text;
}

static gg_status parse(const char *text, gg_instance **in, gg_error *err) {
    return gg_instance_parse_json(text, strlen(text), "two.json", in, NULL, NULL, err);
}

/* Refused, with a message that names the file and says `reason`. */
static void refused(const char *text, const char *reason) {
    gg_instance *in = (gg_instance *)&in;
    gg_error err = {0};
    if (parse(text, &in, &err) != GG_E_INPUT)
        fail_msg("not refused: %s", reason);
    assert_null(in);
    assert_says(&err, "two.json: ");
    assert_says(&err, reason);
}

static void refused_with(const char *key, const char *value, const char *reason) {
    char *text = text_with(key, value);
    refused(text, reason);
    free(text);
}

static const struct {
    const char *key, *value, *reason;
} wrong_values[] = {
    {"format", "\"goagap-instance-3\"", "format: \"goagap-instance-3\" is not"},
    {"format", "1", "format: expected a string, found an integer"},
    {"name", "null", "name: expected a string, found null"},
    {"name", "\"a\\u0000b\"", "\\u0000 is not allowed"},
    {"n_users", "2.0", "n_users: expected an integer"},
    {"n_users", "0", "n_users: 0 is outside"},
    {"n_users", "-2", "n_users: -2 is outside"},
    {"n_users", "3", "alpha: has 2 elements, expected 3"},
    {"n_users", "1000000000", "n_users: 1000000000 is outside"},
    {"n_users", "9223372036854775807", "n_users: 9223372036854775807 is outside"},
    {"n_users", "92233720368547758070", "two.json: line 3"},
    {"n_users", "10000000", "alpha: has 2 elements, expected 10000000"},
    {"n_servers", "-1", "n_servers: -1 is outside"},
    {"n_servers", "1", "bandwidth_hz: has 2 elements, expected 1"},
    {"n_servers", "40000", "n_servers: 40000 is outside"},
    {"bandwidth_hz", "[1e8]", "bandwidth_hz: has 1 elements, expected 2"},
    {"bandwidth_hz", "[1e8, -2e8]", "bandwidth_hz[1]: -2e+08 is not"},
    {"bandwidth_hz", "1e8", "bandwidth_hz: expected an array, found a number"},
    {"server_capacity_flops", "[1e16, 0]", "server_capacity_flops[1]: 0 is not"},
    {"server_capacity_flops", "[1e16, \"1e16\"]", "server_capacity_flops[1]: expected a number"},
    {"max_user_capacity_flops", "0", "max_user_capacity_flops: 0 is not"},
    {"max_user_capacity_flops", "[1]", "max_user_capacity_flops: expected a number"},
    {"noise_w", "-0.0", "noise_w: -0 is not"},
    {"noise_w", "NaN", "line 8"},
    {"fixed_interference_w", "[1e-11]", "fixed_interference_w: has 1 elements, expected 2"},
    {"fixed_interference_w", "[0, -1e-11]", "fixed_interference_w[1]: -1e-11 is not"},
    {"fixed_interference_w", "[0, null]", "fixed_interference_w[1]: expected a number"},
    {"fixed_interference_w", "[1e999, 0]", "line 9"},
    {"fixed_interference_w", "1e-11", "fixed_interference_w: expected an array"},
    {"noise_w", "1e999", "line 8"},
    {"edge_work_ratio", "false", "edge_work_ratio: expected a number, found false"},
    {"ref_capacity_flops", "-1", "ref_capacity_flops: -1 is not"},
    {"tau", "1.01", "tau: 1.01 is not in [0, 1]"},
    {"tau", "-0.1", "tau: -0.1 is not in [0, 1]"},
    {"payload_bits", "[1000, -1]", "payload_bits[1]: -1 is not"},
    {"payload_bits", "[1000, 2, 3]", "payload_bits: has 3 elements, expected 2"},
    {"tx_power_w", "[-0.2, 0.2]", "tx_power_w[0]: -0.2 is not"},
    {"local_capacity_flops", "[0, 1]", "local_capacity_flops[0]: 0 is not"},
    {"local_delay_s", "[0.03, 0]", "local_delay_s[1]: 0 is not"},
    {"edge_delay_ref_s", "[0.2, 0]", "edge_delay_ref_s[1]: 0 is not"},
    {"edge_delay_ref_s", "null", "edge_delay_ref_s: expected an array, found null"},
    {"alpha", "[0.2, 1.5]", "alpha[1]: 1.5 is not in [0, 1]"},
    {"alpha", "[0.2, null]", "alpha[1]: expected a number, found null"},
    {"alpha", "{}", "alpha: expected an array, found an object"},
    {"gain", "[[1, 2]]", "gain: has 1 elements, expected 2"},
    {"gain", "[[1, 2], [3]]", "gain[1]: expected an array of 2 numbers"},
    {"gain", "[[1], [3, 4]]", "gain[0]: expected an array of 2 numbers"},
    {"gain", "[1, 2]", "gain[0]: expected an array of 2 numbers"},
    {"gain", "[[1, 2], [3, -4]]", "gain[1][1]: -4 is not"},
    {"gain", "[[1, 2], [3, true]]", "gain[1][1]: expected a number"},
    {"slm_correct", "[1, 2]", "slm_correct[1]: expected 0 or 1"},
    {"slm_correct", "[1, 0.0]", "slm_correct[1]: expected 0 or 1"},
    {"llm_correct", "[1, true]", "llm_correct[1]: expected 0 or 1"},
    {"llm_correct", "[1]", "llm_correct: has 1 elements, expected 2"},
};

static void wrong_values_are_refused(void **state) {
    (void)state;
    for (size_t k = 0; k < sizeof wrong_values / sizeof *wrong_values; k++)
        refused_with(wrong_values[k].key, wrong_values[k].value, wrong_values[k].reason);
}

static void missing_keys_are_named(void **state) {
    (void)state;
    for (size_t k = 0; k < N_KEYS; k++) {
        bool optional = strstr("fixed_interference_w edge_delay_ref_s slm_correct llm_correct",
                               good[k][0]) != NULL;
        if (!optional)
            refused_with(good[k][0], NULL, good[k][0]);
    }
}

static void what_is_no_instance_is_refused(void **state) {
    (void)state;
    refused("", "two.json: line 1");
    refused("[1, 2]", "expected an object, found an array");
    refused("{\"format\": \"goagap-instance-1\"", "two.json: line 1");
    refused("{} {}", "two.json: line 1");
    refused_with("tau", "0.5, \"tau\": 0.6", "duplicate");
    refused_with("name", "\"\xff\"", "line 2");
    char deep[8000];
    memset(deep, '[', sizeof deep - 1);
    deep[sizeof deep - 1] = '\0';
    refused(deep, "two.json: line 1");
}

/* A few hundred kilobytes that claim 100,000 users at 30,000 servers: refused before anything of
 * that size is allocated. */
static void a_small_file_cannot_ask_for_a_large_instance(void **state) {
    (void)state;
    enum { USERS = 100000, SERVERS = 30000 };
    size_t capacity = 2000000, used = 0;
    char *text = malloc(capacity);
    assert_non_null(text);
#define ADD(...) used += (size_t)snprintf(text + used, capacity - used, __VA_ARGS__)
    ADD("{\"format\": \"goagap-instance-1\", \"name\": \"\", \"n_users\": %d, \"n_servers\": %d",
        USERS, SERVERS);
    ADD(", \"alpha\": [0");
    for (int i = 1; i < USERS; i++)
        ADD(",0");
    ADD("], \"bandwidth_hz\": [1");
    for (int j = 1; j < SERVERS; j++)
        ADD(",1");
    ADD("], \"gain\": [[1");
    for (int j = 1; j < SERVERS; j++)
        ADD(",1");
    ADD("]");
    for (int i = 1; i < USERS; i++)
        ADD(",[]");
    ADD("]}");
#undef ADD
    refused(text, "gain[1]: expected an array of 30000 numbers");
    free(text);
}

typedef struct heard {
    int count;
    char message[256];
} heard;

static void hear(void *context, const char *message) {
    heard *h = context;
    h->count++;
    snprintf(h->message, sizeof h->message, "%s", message);
}

static void unknown_keys_warn(void **state) {
    (void)state;
    char *text = text_with("tau", "0.5, \"taux\": 0.6");
    heard h = {0};
    gg_instance *in = NULL;
    gg_error err = {0};
    assert_success(gg_instance_parse_json(text, strlen(text), "two.json", &in, hear, &h, &err),
                   &err);
    assert_int_equal(h.count, 1);
    assert_string_equal(h.message, "two.json: unknown key \"taux\" ignored");
    gg_instance_free(in);
    free(text);
}

static void optional_keys_may_be_absent_one_by_one(void **state) {
    (void)state;
    static const char *const optional[] = {"edge_delay_ref_s", "slm_correct", "llm_correct"};
    for (size_t k = 0; k < 3; k++) {
        char *text = text_with(optional[k], NULL);
        gg_instance *in = NULL;
        gg_error err = {0};
        assert_success(parse(text, &in, &err), &err);
        assert_int_equal(in->edge_delay_ref_s == NULL, k == 0);
        assert_int_equal(in->slm_correct == NULL, k == 1);
        assert_int_equal(in->llm_correct == NULL, k == 2);
        if (k == 1)
            assert_int_equal(in->llm_correct[1], 1);
        gg_instance_free(in);
        free(text);
    }
}

static void assert_same_numbers(const double *a, const double *b, size_t count) {
    assert_int_equal(a == NULL, b == NULL);
    if (a != NULL && count > 0)
        assert_memory_equal(a, b, count * sizeof *a);
}

static void assert_same(const gg_instance *a, const gg_instance *b) {
    size_t n = a->n_users, m = a->n_servers;
    assert_int_equal(b->n_users, n);
    assert_int_equal(b->n_servers, m);
    assert_string_equal(a->name, b->name);
    assert_same_numbers(&a->max_user_capacity_flops, &b->max_user_capacity_flops, 1);
    assert_same_numbers(&a->noise_w, &b->noise_w, 1);
    assert_same_numbers(a->fixed_interference_w, b->fixed_interference_w, m);
    assert_same_numbers(&a->edge_work_ratio, &b->edge_work_ratio, 1);
    assert_same_numbers(&a->ref_capacity_flops, &b->ref_capacity_flops, 1);
    assert_same_numbers(&a->tau, &b->tau, 1);
    assert_same_numbers(a->bandwidth_hz, b->bandwidth_hz, m);
    assert_same_numbers(a->server_capacity_flops, b->server_capacity_flops, m);
    assert_same_numbers(a->payload_bits, b->payload_bits, n);
    assert_same_numbers(a->tx_power_w, b->tx_power_w, n);
    assert_same_numbers(a->local_capacity_flops, b->local_capacity_flops, n);
    assert_same_numbers(a->local_delay_s, b->local_delay_s, n);
    assert_same_numbers(a->edge_delay_ref_s, b->edge_delay_ref_s, n);
    assert_same_numbers(a->alpha, b->alpha, n);
    assert_same_numbers(a->gain, b->gain, n * m);
    assert_memory_equal(a->slm_correct, b->slm_correct, n);
    assert_memory_equal(a->llm_correct, b->llm_correct, n);
}

static void there_and_back_bit_for_bit(void **state) {
    (void)state;
    for (uint64_t seed = 1; seed <= test_count(50, 1000); seed++) {
        random_shape shape = {1 + seed % 17, seed % 5, -1.0, 1e-3, 5.0, 5.0, false};
        gg_instance *in = random_instance(shape, seed), *back = NULL;
        gg_error err = {0};
        gg_free(in->name);
        in->name = gg_strdup(seed % 2 ? "quo\"te \\ \n \xc3\xa9" : "");
        in->payload_bits[0] = 0.0;
        if (shape.n_servers > 0)
            in->gain[0] = 0x1p-1074; /* the smallest number there is */
        char *text = json_of(in);
        assert_success(parse(text, &back, &err), &err);
        assert_same(in, back);
        gg_instance_free(in);
        gg_instance_free(back);
        free(text);
    }
}

static void files_are_read(void **state) {
    const char *path = folder_file(state, "two.json");
    char *text = text_with(NULL, NULL);
    gg_instance *in = NULL;
    gg_error err = {0};
    write_whole(path, text, strlen(text));
    assert_success(gg_instance_read_json(path, &in, NULL, NULL, &err), &err);
    assert_close(in->gain[2], 2e-9, 0.0, 0.0);
    gg_instance_free(in);
    assert_int_equal(gg_instance_read_json(folder_file(state, "none"), &in, NULL, NULL, &err),
                     GG_E_IO);
    assert_says(&err, "No such file");
    gg_error other = {0};
    const char *folder = ((temporary_folder *)*state)->path;
    assert_int_equal(gg_instance_read_json(folder, &in, NULL, NULL, &other), GG_E_IO);
    assert_says(&other, "is a directory");
    free(text);
}

static void *json_allocate(size_t size) {
    return gg_alloc(size, 1);
}

/* Reading with the parser's memory counted and failing too; writing as well. */
static void allocation_failures_are_reported(void **state) {
    (void)state;
    char *text = text_with(NULL, NULL);
    json_malloc_t old_malloc;
    json_free_t old_free;
    json_get_alloc_funcs(&old_malloc, &old_free);
    json_set_alloc_funcs(json_allocate, gg_free);
    gg_status last = GG_OK;
    for (long allowed = 0;; allowed++) {
        gg_instance *in = NULL;
        gg_error err = {0};
        gg_alloc_fail_after(allowed);
        gg_status status = parse(text, &in, &err);
        gg_alloc_fail_after(-1);
        gg_instance_free(in);
        assert_int_equal(gg_alloc_live(), 0);
        if (status == GG_OK) {
            assert_true(allowed > 50 && last == GG_E_NOMEM);
            break;
        }
        /* Inside the parser a failure may look like a syntax error; ours never do. */
        assert_true(status == GG_E_NOMEM || status == GG_E_INPUT);
        assert_says(&err, status == GG_E_NOMEM ? "out of memory" : "two.json: line");
        last = status;
    }
    json_set_alloc_funcs(old_malloc, old_free);
    free(text);
}

static void allocation_failures_of_the_writer_are_reported(void **state) {
    (void)state;
    gg_instance *in = random_instance((random_shape){2, 1, 0.5, 1.0, 1.0, 1.0, false}, 1);
    size_t live = gg_alloc_live();
    json_malloc_t old_malloc;
    json_free_t old_free;
    json_get_alloc_funcs(&old_malloc, &old_free);
    json_set_alloc_funcs(json_allocate, gg_free);
    FILE *stream = fopen("/dev/null", "w");
    for (long allowed = 0;; allowed++) {
        gg_error err = {0};
        gg_alloc_fail_after(allowed);
        gg_status status = gg_instance_write_json(in, stream, &err);
        gg_alloc_fail_after(-1);
        assert_int_equal(gg_alloc_live(), live);
        if (status == GG_OK) {
            assert_true(allowed > 0);
            break;
        }
        assert_int_equal(status, GG_E_NOMEM);
    }
    json_set_alloc_funcs(old_malloc, old_free);
    gg_error err = {0};
    in->name[0] = (char)0xff;
    assert_int_equal(gg_instance_write_json(in, stream, &err), GG_E_INPUT);
    assert_says(&err, "not valid UTF-8");
    fclose(stream);
    gg_instance_free(in);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(wrong_values_are_refused),
        cmocka_unit_test(missing_keys_are_named),
        cmocka_unit_test(what_is_no_instance_is_refused),
        cmocka_unit_test(a_small_file_cannot_ask_for_a_large_instance),
        cmocka_unit_test(unknown_keys_warn),
        cmocka_unit_test(optional_keys_may_be_absent_one_by_one),
        cmocka_unit_test(there_and_back_bit_for_bit),
        cmocka_unit_test_setup_teardown(files_are_read, folder_setup, folder_teardown),
        cmocka_unit_test(allocation_failures_are_reported),
        cmocka_unit_test(allocation_failures_of_the_writer_are_reported),
    };
    return cmocka_run_group_tests(tests, NULL, assert_nothing_leaked);
}
