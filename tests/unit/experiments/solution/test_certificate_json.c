/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Certificates as JSON: they read back bit for bit, and whatever is wrong is refused by its place.
 * Covers certificate_json.c and certificate_prices.c.
 */
#include "tests/support/support.h"

#include <float.h>
#include <stdlib.h>
#include <string.h>

#include "experiments/solution/solution.h"
#include "models/base/alloc.h"

/* Two users, one server, every kind of split, rounds here and there. */
static gg_certificate *sample(void) {
    static const gg_split_kind kinds[] = {GG_SPLIT_INTERFERENCE, GG_SPLIT_LOAD, GG_SPLIT_SERVER,
                                          GG_SPLIT_LOCAL};
    static const float multipliers[][3] = {
        {0.0f, -0.0f, 1.0f}, {FLT_MAX, -FLT_MIN, FLT_MIN / 4.0f}, {0.1f, 2.5e-7f, -3.75f}};
    gg_certificate *c = NULL;
    gg_error err = {0};
    size_t index;
    assert_success(gg_certificate_new(2, 1, 1.0 / 3e9, &c, &err), &err);
    c->bound_s = 0.1 / 3.0;
    for (size_t k = 0; k < 9; k++) {
        assert_success(gg_certificate_add_node(c, &index, &err), &err);
        for (size_t r = 0; r < (k == 0 ? 2 : k == 8); r++)
            assert_success(gg_certificate_add_round(c, multipliers[k == 8 ? 2 : r], &err), &err);
        if (k >= 4)
            continue;
        c->nodes[k].kind = kinds[k];
        c->nodes[k].child[0] = 2 * k + 1;
        c->nodes[k].child[1] = 2 * k + 2;
        c->nodes[k].interference = k == 0 ? 0.7 / 3.0 : 0.0;
        c->nodes[k].load = k == 1;
        c->nodes[k].user = k == 2 || k == 3;
    }
    return c;
}

static void certificates_read_back(void **state) {
    (void)state;
    gg_certificate *written = sample(), *read = NULL;
    gg_error err = {0};
    json_t *json = gg_certificate_json(written);
    assert_non_null(json);
    /* By way of a text, as in a file. */
    char *text = json_dumps(json, JSON_REAL_PRECISION(17));
    json_decref(json);
    json_error_t problem;
    json = json_loads(text, JSON_REJECT_DUPLICATES, &problem);
    free(text);
    assert_success(gg_certificate_from_json(json, "here", 2, 1, &read, &err), &err);
    json_decref(json);
    assert_true(read->bound_s == written->bound_s && read->power_unit_w == written->power_unit_w);
    assert_int_equal(read->n_nodes, written->n_nodes);
    assert_int_equal(read->n_rounds, written->n_rounds);
    for (size_t k = 0; k < read->n_nodes; k++) {
        const gg_proof_node *a = &read->nodes[k], *b = &written->nodes[k];
        assert_int_equal(a->kind, b->kind);
        assert_int_equal(a->server, b->server);
        assert_int_equal(a->user, b->user);
        assert_int_equal(a->load, b->load);
        assert_true(a->interference == b->interference);
        assert_int_equal(a->child[0], b->child[0]);
        assert_int_equal(a->child[1], b->child[1]);
        assert_int_equal(a->n_rounds, b->n_rounds);
        assert_true(a->n_rounds == 0 || a->first_round == b->first_round);
    }
    assert_memory_equal(read->multipliers, written->multipliers,
                        read->n_rounds * 3 * sizeof *read->multipliers);
    gg_certificate_free(read);
    gg_certificate_free(written);
}

#define HEAD "{\"format\": \"goagap-certificate-1\", \"bound_s\": 1.5, \"power_unit_w\": 1e-9, "
#define ROUND "\"000000003f80000040000000\""
#define PRICED(lists)                                                                              \
    "{\"format\": \"goagap-certificate-2\", \"bound_s\": 1, \"power_unit_w\": 1, \"nodes\": "      \
    "[[1]], "                                                                                      \
    "\"multipliers\": [" ROUND "]" lists "}"
#define NODES(nodes) HEAD "\"nodes\": [" nodes "], \"multipliers\": []}"
#define ROUNDS(rounds) HEAD "\"nodes\": [[1]], \"multipliers\": [" rounds "]}"

static const struct {
    const char *text, *message;
} wrong_certificates[] = {
    {"7", "here: is neither an object nor null"},
    {"[]", "here: is neither an object"},
    {"{}", "here.format: is neither \"goagap-certificate-1\" nor"},
    {"{\"format\": \"goagap-certificate-3\"}", "here.format: is neither"},
    {"{\"format\": \"goagap-certificate-2\"}", "here.bound_s: missing"},
    {"{\"format\": 1}", "here.format: is neither"},
    {"{\"format\": \"goagap-certificate-1\"}", "here.bound_s: missing"},
    {"{\"format\": \"goagap-certificate-1\", \"bound_s\": \"inf\"}",
     "here.bound_s: is not a number"},
    {"{\"format\": \"goagap-certificate-1\", \"bound_s\": null}", "here.bound_s: is not a number"},
    {"{\"format\": \"goagap-certificate-1\", \"bound_s\": 1}", "here.power_unit_w: missing"},
    {HEAD "\"multipliers\": []}", "here.nodes: missing"},
    {HEAD "\"nodes\": {}, \"multipliers\": []}", "here.nodes: is not an array"},
    {HEAD "\"nodes\": []}", "here.multipliers: missing"},
    {HEAD "\"nodes\": [], \"multipliers\": \"\"}", "here.multipliers: is not an array"},
    {NODES("0"), "here.nodes[0]: is not an array that begins"},
    {NODES("[0], []"), "here.nodes[1]: is not an array that begins"},
    {NODES("[\"0\"]"), "here.nodes[0][0]: is not an integer from 0 to 0"},
    {NODES("[-1]"), "here.nodes[0][0]: is not an integer"},
    {NODES("[0.0]"), "here.nodes[0][0]: is not an integer"},
    {NODES("[1]"), "here.nodes[0][0]: is not an integer from 0 to 0"},
    {NODES("[9000000000000000000]"), "here.nodes[0][0]: is not an integer from 0 to 0"},
    {NODES("[0, \"half\", 0, 0, 1, 2]"), "here.nodes[0][1]: is none of"},
    {NODES("[0, \"\"]"), "here.nodes[0][1]: is none of"},
    {NODES("[0, 1]"), "here.nodes[0][1]: is none of"},
    {NODES("[0, \"local\"]"), "here.nodes[0]: has 2 elements, not 5"},
    {NODES("[0, \"local\", 0, 0, 1, 2]"), "here.nodes[0]: has 6 elements, not 5"},
    {NODES("[0, \"load\", 0, 1, 2]"), "here.nodes[0]: has 5 elements, not 6"},
    {NODES("[0, \"server\", 0, -1, 1, 2]"), "here.nodes[0][3]: is not an integer"},
    {NODES("[0, \"server\", 4294967296, 0, 1, 2]"), "here.nodes[0][2]: is not an integer"},
    {NODES("[0, \"load\", 0, 0.5, 1, 2]"), "here.nodes[0][3]: is not an integer"},
    {NODES("[0, \"load\", 0, 1, 1, -2]"), "here.nodes[0][5]: is not an integer"},
    {NODES("[0, \"load\", 0, 1, 4294967297, 2]"), "here.nodes[0][4]: is not an integer"},
    {NODES("[0, \"local\", 0, [], 2]"), "here.nodes[0][3]: is not an integer"},
    {NODES("[0, \"interference\", 0, \"1\", 1, 2]"), "here.nodes[0][3]: is not a number"},
    {NODES("[0, \"interference\", null, 1, 1, 2]"), "here.nodes[0][2]: is not an integer"},
    {ROUNDS("1"), "here.multipliers[0]: is not a string"},
    {ROUNDS("\"\""), "here.multipliers[0]: has 0 digits, not 8 for each of 3"},
    {ROUNDS("\"000000003f8000004000000\""), "here.multipliers[0]: has 23 digits"},
    {ROUNDS("\"000000003f8000004000000g\""), "here.multipliers[0]: character 23 is not"},
    {ROUNDS("\"000000003F80000040000000\""), "here.multipliers[0]: character 9 is not"},
    {ROUNDS("\"0000000 3f80000040000000\""), "here.multipliers[0]: character 7 is not"},
    {ROUNDS("\"000000003f8000007f800000\""), "here.multipliers[0]: number 2 is not finite"},
    {ROUNDS("\"7fc000003f80000040000000\""), "here.multipliers[0]: number 0 is not finite"},
    {ROUNDS("\"00000000ff80000040000000\""), "here.multipliers[0]: number 1 is not finite"},
    {ROUNDS(ROUND ", " ROUND), "here.multipliers: has 2 rounds, the nodes have 1"},
    {HEAD "\"nodes\": [[1], [2]], \"multipliers\": [" ROUND ", " ROUND "]}",
     "here.nodes[1][0]: is not an integer from 0 to 1"},
    {HEAD "\"nodes\": [[1], [1]], \"multipliers\": [" ROUND ", \"00\"]}",
     "here.multipliers[1]: has 2 digits"},
    {PRICED(""), "here.prices: missing"},
    {PRICED(", \"prices\": []"), "here.cuts: missing"},
    {PRICED(", \"prices\": [], \"cuts\": []"), "here.states: missing"},
    {PRICED(", \"prices\": [], \"cuts\": [], \"states\": []"), "here.prices[0]: is neither"},
    {PRICED(", \"prices\": [1], \"cuts\": [], \"states\": []"), "here.prices[0]: is neither"},
    {PRICED(", \"prices\": [\"00\"], \"cuts\": [], \"states\": []"),
     "here.prices[0]: is not made of a number and a price a server for each user"},
    {PRICED(", \"prices\": [\"0000000200000000\"], \"cuts\": [], \"states\": []"),
     "here.prices[0]: has a user that is not there"},
    {PRICED(", \"prices\": [\"000000017f800000\"], \"cuts\": [], \"states\": []"),
     "here.prices[0]: has a user that is not there, or no finite price"},
    {PRICED(", \"prices\": [null], \"cuts\": [], \"states\": []"), "here.cuts[0]: is not made"},
    {PRICED(", \"prices\": [null], \"cuts\": [\"0000000100000000\"], \"states\": [\"\"]"),
     "here.cuts[0]: has a server that is not there"},
    {PRICED(", \"prices\": [null], \"cuts\": [\"\"], \"states\": [\"000000007fc00000\"]"),
     "here.states[0]: is not made of places and finite multipliers"},
    {PRICED(", \"prices\": [null], \"cuts\": [\"\"], \"states\": [\"\"], \"row\": 1"),
     "here.row: is not a required number, a gain a user and a price a round"},
    {PRICED(", \"prices\": [null], \"cuts\": [\"\"], \"states\": [\"\"], \"row\": "
            "{\"required\": 1, \"gain\": [1, 2], \"price_s\": []}"),
     "here.row: is not a required number, a gain a user and a price a round"}};

static void assert_same_priced(const gg_certificate *a, const gg_certificate *b) {
    assert_int_equal(a->n_rounds, b->n_rounds);
    assert_int_equal(a->n_priced, b->n_priced);
    assert_memory_equal(a->rounds, b->rounds, a->n_rounds * sizeof *a->rounds);
    assert_memory_equal(a->priced_user, b->priced_user, a->n_priced * sizeof *a->priced_user);
    assert_memory_equal(a->prices, b->prices, a->n_priced * sizeof *a->prices);
    assert_int_equal(a->n_cuts, b->n_cuts);
    assert_memory_equal(a->cuts, b->cuts, a->n_cuts * sizeof *a->cuts);
    assert_int_equal(a->n_states, b->n_states);
    assert_memory_equal(a->states, b->states, a->n_states * sizeof *a->states);
    assert_memory_equal(a->gain, b->gain, 2 * sizeof *a->gain);
    assert_true(a->required == b->required);
}

/* The second format: a round of each kind, and a row. */
static gg_certificate *priced_sample(void) {
    static const float round[] = {1.0F, 2.0F, 3.0F}, prices[] = {0.25F, -1e-9F};
    static const uint32_t users[] = {0, 1};
    static const double gain[] = {0.1, -0.3};
    gg_certificate *c = NULL;
    gg_error err = {0};
    size_t index;
    assert_success(gg_certificate_new(2, 1, 1e-9, &c, &err), &err);
    c->bound_s = 1.5;
    assert_success(gg_certificate_add_node(c, &index, &err), &err);
    assert_success(gg_certificate_add_round(c, round, &err), &err);
    assert_success(gg_certificate_add_round(c, round, &err), &err);
    assert_success(gg_certificate_add_prices(c, users, 2, prices, &err), &err);
    assert_success(gg_certificate_add_cut(c, (gg_proof_cut){0, 0.5F}, &err), &err);
    assert_success(gg_certificate_add_state(c, (gg_proof_state){77, -2.0F}, &err), &err);
    assert_success(gg_certificate_set_row(c, gain, 0.2, &err), &err);
    c->rounds[1].row_price_s = 1.0 / 3.0;
    return c;
}

static void prices_read_back(void **state) {
    (void)state;
    gg_certificate *written = priced_sample(), *read = NULL;
    gg_error err = {0};
    json_t *json = gg_certificate_json(written);
    char *text = json_dumps(json, JSON_REAL_PRECISION(17));
    json_decref(json);
    json_error_t problem;
    json = json_loads(text, 0, &problem);
    free(text);
    assert_success(gg_certificate_from_json(json, "here", 2, 1, &read, &err), &err);
    json_decref(json);
    assert_same_priced(written, read);
    gg_certificate_free(written);
    gg_certificate_free(read);
}

static void wrong_certificates_are_refused(void **state) {
    (void)state;
    for (size_t k = 0; k < sizeof wrong_certificates / sizeof *wrong_certificates; k++) {
        json_error_t problem;
        json_t *json = json_loads(wrong_certificates[k].text, JSON_DECODE_ANY, &problem);
        assert_non_null(json);
        gg_certificate *read = NULL;
        gg_error err = {0};
        assert_int_equal(gg_certificate_from_json(json, "here", 2, 1, &read, &err), GG_E_INPUT);
        assert_null(read);
        assert_says(&err, wrong_certificates[k].message);
        json_decref(json);
    }
}

/* Sizes that no file can hold do not reserve memory for them. */
static void sizes_are_not_believed(void **state) {
    (void)state;
    json_error_t problem;
    json_t *json = json_loads(ROUNDS(ROUND), 0, &problem);
    gg_certificate *read = NULL;
    gg_error err = {0};
    assert_int_equal(
        gg_certificate_from_json(json, "here", SIZE_MAX / 2, SIZE_MAX / 2, &read, &err),
        GG_E_INPUT);
    assert_says(&err, "here.multipliers[0]: has 24 digits");
    json_decref(json);
}

static void check_short_memory(gg_certificate *written) {
    gg_alloc_fail_after(0);
    assert_null(gg_certificate_json(written));
    gg_alloc_fail_after(-1);
    json_t *json = gg_certificate_json(written);
    gg_status status = GG_E_NOMEM;
    for (long allowed = 0; status != GG_OK; allowed++) {
        gg_certificate *read = NULL;
        gg_error err = {0};
        gg_alloc_fail_after(allowed);
        status = gg_certificate_from_json(json, "here", 2, 1, &read, &err);
        gg_alloc_fail_after(-1);
        assert_true(status == GG_OK ? allowed > 3 : status == GG_E_NOMEM);
        gg_certificate_free(read);
    }
    json_decref(json);
    gg_certificate_free(written);
}

static void short_memory_is_reported(void **state) {
    (void)state;
    check_short_memory(sample());
    check_short_memory(priced_sample());
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(certificates_read_back),         cmocka_unit_test(prices_read_back),
        cmocka_unit_test(wrong_certificates_are_refused), cmocka_unit_test(sizes_are_not_believed),
        cmocka_unit_test(short_memory_is_reported),
    };
    return cmocka_run_group_tests(tests, NULL, assert_nothing_leaked);
}
