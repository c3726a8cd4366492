/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Importers of evaluation records and of our own text formats: lm-evaluation-harness, the paper's
 * data file, UCCI, CSV, JSON lines; and a chat log of real logits against recorded values.
 *
 * Covers import_csv, import_jsonl, import_lm_eval, import_paper_json, import_ucci, import_records
 * and query_fields.
 */
#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "data/text/word_search.h"
#include "data/uncertainty/uncertainty.h"
#include "models/base/alloc.h"
#include "tests/support/imported.h"
#include "tests/support/support.h"
#include "tests/support/temporary_folder.h"

static const double red = 1.0 - (0.6 - 0.3), blue = 1.0 - (0.8 - 0.15);

#define SAMPLE(name) TEST_PATH("data/import/" name)

static imported sample(void *const *state, const char *format, const char *path,
                       const gg_import_options *options) {
    imported i;
    gg_error err = {0};
    assert_success(import_file(state, format, path, options, &i, &err), &err);
    assert_success(gg_dataset_validate(i.dataset, &err), &err);
    return i;
}

static void real_logits(void **state) {
    enum { QUERIES = 8, LISTED = 20 };
    imported i = sample(state, NULL, SAMPLE("babi_top20.jsonl"), NULL);
    gg_uncertainty_options options = gg_uncertainty_options_init();
    double whole[QUERIES], top10[QUERIES];
    gg_error err = {0};
    assert_int_equal(gg_dataset_n_queries(i.dataset), QUERIES);
    assert_int_equal(i.counts.width, LISTED);
    assert_success(gg_uncertainty_compute(i.dataset, GG_SLM, &options, whole, &err), &err);
    options.top_k = 10;
    assert_success(gg_uncertainty_compute(i.dataset, GG_SLM, &options, top10, &err), &err);
    imported_close(&i);

    /* Columns slm and slm_top10: NumPy's values from the logits these lists were made of. */
    FILE *recorded = fopen(TEST_PATH("data/babi_alpha.csv"), "r");
    assert_non_null(recorded);
    char line[400];
    assert_non_null(fgets(line, sizeof line, recorded));
    for (size_t k = 0; k < QUERIES; k++) {
        double expected[2];
        assert_non_null(fgets(line, sizeof line, recorded));
        assert_int_equal(sscanf(line, "%lf,%lf", &expected[0], &expected[1]), 2);
        assert_close(whole[k], expected[0], 0.0, 1e-14);
        assert_close(top10[k], expected[1], 0.0, 1e-14);
    }
    fclose(recorded);
}

static void every_token_of_real_lists(void **state) {
    imported i = sample(state, "openai", SAMPLE("babi_top20.jsonl"), NULL);
    gg_uncertainty_options options = gg_uncertainty_options_init();
    double mean[8];
    gg_error err = {0};
    options.aggregate.kind = GG_MEAN;
    assert_success(gg_uncertainty_compute(i.dataset, GG_SLM, &options, mean, &err), &err);
    imported_close(&i);
    FILE *file = fopen(SAMPLE("babi_top20.jsonl"), "r");
    assert_non_null(file);
    for (size_t k = 0; k < 8; k++) {
        json_t *record = json_loadf(file, JSON_DISABLE_EOF_CHECK, NULL);
        assert_non_null(record);
        json_t *choice = json_array_get(json_object_get(record, "choices"), 0);
        json_t *content = json_object_get(json_object_get(choice, "logprobs"), "content");
        double sum = 0.0;
        for (size_t t = 0; t < json_array_size(content); t++) {
            json_t *list = json_object_get(json_array_get(content, t), "top_logprobs");
            double p1 = 0.0, p2 = 0.0;
            for (size_t c = 0; c < json_array_size(list); c++) {
                json_t *value = json_object_get(json_array_get(list, c), "logprob");
                double p = exp(json_number_value(value));
                p2 = p > p1 ? p1 : p > p2 ? p : p2;
                p1 = p > p1 ? p : p1;
            }
            sum += 1.0 - (p1 - p2);
        }
        assert_close(mean[k], sum / (double)json_array_size(content), 0.0, 1e-14);
        json_decref(record);
    }
    fclose(file);
}

static void lm_eval(void **state) {
    imported i = sample(state, NULL, SAMPLE("samples_colours_2026-01-31T10-00-00.jsonl"), NULL);
    assert_ids(&i, "colours/0 colours/1 colours/2");
    assert_margins(&i, "first", 3, (const double[]){red, blue, 1.0});
    assert_column(&i, GG_SLM, GG_COLUMN_CORRECT, 3, (const double[]){1, 0, 0});
    assert_column(&i, GG_SLM, GG_COLUMN_PROMPT_BYTES, 3, (const double[]){13, 13, 13});
    assert_non_null(strstr(i.warnings, "those of \"none\" are taken, 1 others left out"));
    assert_non_null(strstr(i.warnings, "1 questions stand there more than once"));
    imported_close(&i);
    gg_error err = {0};
    assert_int_equal(import_file(state, NULL, SAMPLE("lm_eval_text.jsonl"), NULL, &i, &err),
                     GG_E_INPUT);
    assert_says(&err, "lm_eval_text.jsonl:1: query 0 (\"0\"): fewer than two options");
}

static void paper(void **state) {
    const char *zipped = folder_file(state, "paper.json.gz");
    size_t size;
    char *text = read_whole(SAMPLE("paper.json"), &size);
    gzFile out = gzopen(zipped, "wb");
    assert_int_equal(gzwrite(out, text, (unsigned)size), size);
    gzclose(out);
    free(text);
    for (int k = 0; k < 2; k++) {
        imported i = sample(state, NULL, k == 0 ? SAMPLE("paper.json") : zipped, NULL);
        assert_ids(&i, "0/0 0/1 2/0");
        assert_margins(&i, "first", 3, (const double[]){red, blue, blue});
        assert_column(&i, GG_SLM, GG_COLUMN_CORRECT, 3, (const double[]){1, 0, 1});
        assert_column(&i, GG_LLM, GG_COLUMN_CORRECT, 3, (const double[]){1, 0, 0});
        /* 20 ms on a device of half the reference's speed. */
        assert_column(&i, GG_SLM, GG_COLUMN_LATENCY, 3, (const double[]){0.01, 0.02, 0.01});
        assert_column(&i, GG_LLM, GG_COLUMN_LATENCY, 3, (const double[]){0.3, 0.3, 0.3});
        assert_column(&i, GG_SLM, GG_COLUMN_PROMPT_BYTES, 3, (const double[]){39, 39, 39});
        imported_close(&i);
    }
}

static void words(void **state) {
    (void)state;
    assert_true(gg_has_word("It is RED.", "red"));
    assert_true(gg_has_word("red", "red"));
    assert_true(gg_has_word("a red-ish one", "red"));
    assert_true(gg_has_word("predred, red", "Red"));
    assert_true(gg_has_word("\xE2\x80\x9Cred\xE2\x80\x9D", "red"));
    assert_false(gg_has_word("predred", "red"));
    assert_false(gg_has_word("red_", "red"));
    assert_false(gg_has_word("\xC3\xA9red", "red"));
    assert_false(gg_has_word("", "red"));
    assert_true(gg_has_word("two words here", "two words"));
    assert_int_equal(gg_count_characters("a\xC3\xA9\xE2\x82\xAC"), 3);
    assert_string_equal(gg_skip_characters("a\xC3\xA9\xE2\x82\xACz", 3), "z");
    assert_string_equal(gg_skip_characters("abc", 9), "");
}

static void ucci(void **state) {
    const char *const paths[] = {SAMPLE("ucci.jsonl"), SAMPLE("ucci.json"), SAMPLE("ucci.csv")};
    for (size_t k = 0; k < 3; k++) {
        imported i = sample(state, NULL, paths[k], NULL);
        assert_ids(&i, "a b");
        assert_stored(&i, "imported", 2, (const double[]){0.7, 0.35});
        assert_column(&i, GG_SLM, GG_COLUMN_CORRECT, 2, (const double[]){1, 0});
        assert_column(&i, GG_LLM, GG_COLUMN_CORRECT, 2, (const double[]){1, 1});
        assert_column(&i, GG_SLM, GG_COLUMN_LATENCY, 2, (const double[]){0.02, 0.0255});
        assert_column(&i, GG_LLM, GG_COLUMN_LATENCY, 2, (const double[]){0.3005, 0.31});
        imported_close(&i);
    }
}

static void csv(void **state) {
    imported i = sample(state, NULL, SAMPLE("own.csv"), NULL);
    assert_ids(&i, "red, or blue b c");
    assert_stored(&i, "imported", 3, (const double[]){0.7, 0.35, 1.0});
    assert_column(&i, GG_SLM, GG_COLUMN_CORRECT, 3, (const double[]){1, 0, 0});
    assert_column(&i, GG_LLM, GG_COLUMN_CORRECT, 3, (const double[]){1, 1, 0});
    assert_column(&i, GG_SLM, GG_COLUMN_LATENCY, 3, (const double[]){0.02, 0.0255, 0.01});
    assert_column(&i, GG_LLM, GG_COLUMN_LATENCY, 3, (const double[]){0.3005, 0.31, 0.2});
    assert_column(&i, GG_SLM, GG_COLUMN_PROMPT_BYTES, 3, (const double[]){120, 80, 3});
    assert_column(&i, GG_SLM, GG_COLUMN_TASK, 3, (const double[]){0, 1, 0});
    assert_non_null(strstr(i.warnings, "column \"remark\" is not read"));
    assert_non_null(strstr(i.warnings, "tasks are numbered: 0 = colours, 1 = numbers"));
    imported_close(&i);
    i = sample(state, NULL, SAMPLE("own_pairs.csv"), NULL);
    assert_stored(&i, "imported", 2, (const double[]){red, blue});
    assert_margins(&i, "first", 2, (const double[]){red, blue});
    imported_close(&i);
}

static void jsonl(void **state) {
    imported i = sample(state, NULL, SAMPLE("own_alpha.jsonl"), NULL);
    assert_ids(&i, "a b");
    assert_stored(&i, "imported", 2, (const double[]){0.7, 0.35});
    assert_column(&i, GG_SLM, GG_COLUMN_PROMPT_BYTES, 2, (const double[]){121, 100});
    assert_column(&i, GG_SLM, GG_COLUMN_TASK, 2, (const double[]){3, 4});
    assert_column(&i, GG_LLM, GG_COLUMN_CORRECT, 2, (const double[]){1, 0});
    imported_close(&i);
    i = sample(state, NULL, SAMPLE("own_pairs.jsonl"), NULL);
    assert_ids(&i, "1 2");
    assert_margins(&i, "first", 2, (const double[]){red, blue});
    assert_margins(&i, "last", 2, (const double[]){1.0 - (0.9 - 0.05), blue});
    imported_close(&i);
    i = sample(state, NULL, SAMPLE("own_lists.jsonl"), NULL);
    assert_margins(&i, "first", 2, (const double[]){red, blue});
    assert_column(&i, GG_SLM, GG_COLUMN_TOKENS, 3, (const double[]){5, 2, 17});
    imported_close(&i);
    i = sample(state, NULL, SAMPLE("own_logits.jsonl"), NULL);
    /* exp of the first three logits is in the ratio 1 : 1/2 : 1/6. */
    double total = exp(1.0) + exp(3.0) + exp(-1.5);
    assert_margins(&i, "first", 2, (const double[]){red, 1.0 - (exp(3.0) - exp(1.0)) / total});
    assert_int_equal(gg_dataset_side(i.dataset, GG_SLM)->storage, GG_STORAGE_LOGITS);
    assert_column(&i, GG_SLM, GG_COLUMN_TOKENS, 3, (const double[]){0, 2, 1});
    imported_close(&i);
}

static const struct {
    const char *format, *text, *said;
} refused[] = {
    {"lm-eval", "{\"doc_id\":0}", ":1: query 0 (\"0\"): no responses; --skip-empty leaves such"},
    {"lm-eval", "{\"resps\":[]}", ":1: doc_id: expected a number or text, found nothing"},
    {"lm-eval", "{\"doc_id\":0,\"resps\":[[[\"x\",\"True\"]],[[\"-1\",\"True\"]]]}",
     "resps[0][0][0]: expected a log-probability, found \"x\""},
    {"lm-eval", "{\"doc_id\":0,\"resps\":[[\"-inf\"],[\"-inf\"]]}", "no option has a probability"},
    {"lm-eval", "{\"doc_id\":0,\"acc\":0.5,\"resps\":[[\"-1\"],[\"-2\"]]}",
     "acc: expected true, false, 0 or 1"},
    {"paper-json", "[[{}]]", ":1: p_k: expected an array, found nothing"},
    {"paper-json", "[[7]]", ":1: expected an object, found an integer"},
    {"paper-json", "[[{\"p_k\":[0.6,1.3]}]]", "p_k: query 0: token 0: 1.3 is not a probability"},
    {"paper-json", "[[{\"p_k\":[1.0]}]]", "(\"0/0\"): a token with only one candidate"},
    {"paper-json", "[[{\"p_k\":[0.6,0.3],\"D\":-1}]]", "D: -1 is outside 0.."},
    {"paper-json", "[[{\"p_k\":[0.6,0.3],\"C_i_L\":0}]]", "C_i_L: 0 is not a speed > 0"},
    {"paper-json", "[[{\"p_k\":[0.6,0.3],\"input\":\"a\",\"output_slm\":\"ab\",\"label\":\"\"}]]",
     "label: is empty"},
    {"paper-json", "[[{\"p_k\":[0.6,0.3]}", ":1: the array begun on line 1 does not end"},
    {"ucci", "{\"id\":\"a\",\"small_correct\":1}", ":1: query 0 (\"a\"): no u"},
    {"ucci", "{\"id\":\"a\",\"u\":\"high\"}", ":1: u: expected a finite number, found \"high\""},
    {"ucci", "{\"u\":0.5,\"small_correct\":2}", ":1: small_correct: 2 is not 0 or 1"},
    {"ucci", "{\"u\":0.5,\"latency_small_ms\":0}", "latency_small_ms: 0 is not a time > 0"},
    {"ucci", "id,small_correct\na,1\n", ":1: the header has no column u"},
    {"ucci", "id,u\na,x\n", ":2: u: \"x\" is not a finite number"},
    {"csv", "id,colour\n1,red\n", ":1: the header has none of alpha"},
    {"csv", "id,alpha\n", ": has no records"},
    {"csv", "", ": has no header line"},
    {"csv", "id,alpha,alpha\n", ":1: column \"alpha\" stands there twice"},
    {"csv", "id,alpha\na,0.5\nb,x\n", ":3: alpha: \"x\" is not a finite number"},
    {"csv", "id,alpha\na,0.5\nb\n", ":3: has 1 fields, the header has 2"},
    {"csv", "id,alpha\na,\"0.5\n", ":2: a quoted field does not end"},
    {"csv", "id,alpha\na,\"0.5\"x\n", ":2: text behind the closing quote"},
    {"csv", "id,alpha\na,0\"5\n", ":2: a quote within a field"},
    {"csv", "alpha,slm_correct\n0.5,2\n", ":2: slm_correct: \"2\" is not 0 or 1"},
    {"csv", "alpha,local_delay_s\n0.5,-1\n", ":2: local_delay_s: \"-1\" is not a time > 0"},
    {"csv", "alpha,prompt_bytes\n0.5,1.5\n", ":2: prompt_bytes: \"1.5\" is not an integer"},
    {"csv", "alpha,task\n0.5,1\n0.5,x\n", ":3: task: \"x\" is not a number like those above"},
    {"csv", "p1\n0.5\n", ":1: p1 and p2 come together"},
    {"csv", "p1,p2\n1.5,0.1\n", ":2: p1, p2: query 0: token 0: 1.5 is not a probability"},
    {"csv", "id,alpha\na,0.5\nb,\n", "query 1 (\"b\"): it has no uncertainty"},
    {"jsonl", "{\"id\":1}", "query 0 (\"1\"): none of alpha, p_top2, top_logprobs and logits"},
    {"jsonl", "{\"alpha\":\"x\"}", ":1: alpha: expected a finite number, found \"x\""},
    {"jsonl", "{\"alpha\":NaN}", ":1: alpha: expected a finite number, found \"NaN\""},
    {"jsonl", "{\"p_top2\":[[0.5,0.2]],\"logits\":[[1,2]]}", "has more than one of p_top2"},
    {"jsonl", "{\"p_top2\":[[0.5]]}", "a token with only one candidate"},
    {"jsonl", "{\"p_top2\":[[0.5,\"x\"]]}", "p_top2[0][1]: expected a number, found \"x\""},
    {"jsonl", "{\"logits\":[[1,2],[1,2,3]]}", "logits[1]: has 3 logits where those above have 2"},
    {"jsonl", "{\"logits\":[[1]]}", "logits[0]: 1 logits: a vocabulary has at least 2"},
    {"jsonl", "{\"logits\":[[1,\"NaN\"]]}",
     "logits[0]: query 0: token 0: value 1 is not a number; --skip-empty leaves"},
    {"jsonl", "{\"logits\":[[1,2]],\"tokens\":[7]}", "tokens[0]: 7 is outside 0..1"},
    {"jsonl", "{\"logits\":[[1,2]],\"tokens\":[]}", "tokens: 0 tokens for 1 rows"},
    {"jsonl", "{\"top_logprobs\":[[-1,-2]],\"top_ids\":[[1]]}", "top_ids[0]: 1 ids for 2"},
    {"jsonl", "{\"top_logprobs\":[[1.5,-2]]}", "1.5 is not a log-probability"},
};

static void refusals(void **state) {
    for (size_t c = 0; c < sizeof refused / sizeof *refused; c++)
        assert_refused(state, refused[c].format, refused[c].text, NULL, refused[c].said);
}

static void leaves_empty_queries_out(void **state) {
    gg_import_options options = gg_import_options_init();
    imported i;
    gg_error err = {0};
    options.skip_empty = true;
    assert_success(import_text(state, "jsonl",
                               "{\"id\":\"a\",\"p_top2\":[[0.6,0.3]]}\n{\"id\":\"b\"}\n"
                               "{\"id\":\"c\",\"p_top2\":[]}\n{\"id\":\"d\",\"p_top2\":[0.8,0.15]}",
                               &options, &i, &err),
                   &err);
    assert_ids(&i, "a d");
    assert_margins(&i, "first", 2, (const double[]){red, blue});
    assert_int_equal(i.counts.skipped, 2);
    imported_close(&i);
}

static void recognises_formats(void **state) {
    const struct {
        const char *text, *name;
    } cases[] = {
        {"{\"id\":\"a\",\"u\":0.5,\"small_correct\":1}", "ucci"},
        {"id,u,small_correct\n", "ucci"},
        {"\xEF\xBB\xBFid,\"alpha\"\n", "csv"},
        {"{\"id\":1,\"alpha\":0.5}", "jsonl"},
        {"{\"text\":\"\\\"choices\\\": []\",\"alpha\":0.5}", "jsonl"},
        {"{\"choices\":[]}", "openai"},
        {"data: {\"id\":\"x\",\"object\":\"chat.completion.chunk\"}", "openai"},
        {"{\"custom_id\":\"a\",\"response\":{\"request_id\":\"r\",\"body\":{}}}", "openai"},
        {"{\"object\":\"text_completion\"}", "openai-legacy"},
        {"{\"object\":\"text_completion\",\"prompt_logprobs\":null}", "vllm"},
        {"{\"doc_id\":0,\"doc\":{\"choices\":[]}}", "lm-eval"},
        {"[[{\"id\":0,\"D\":10,\"P\":0.2,\"sigma2\":1}]]", "paper-json"},
        {"{\"content\":\"\",\"id_slot\":0}", "llama-server"},
    };
    const char *path = folder_file(state, "source");
    for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
        const gg_importer *importer = NULL;
        gg_error err = {0};
        write_whole(path, cases[c].text, strlen(cases[c].text));
        assert_success(gg_importer_recognise(path, &importer, &err), &err);
        assert_string_equal(importer->name, cases[c].name);
    }
    const gg_importer *importer = NULL;
    write_whole(path, "some words\n", 11);
    assert_int_equal(gg_importer_recognise(path, &importer, NULL), GG_E_INPUT);
}

static void survives_failing_allocations(void **state) {
    const char *const paths[] = {SAMPLE("samples_colours_2026-01-31T10-00-00.jsonl"),
                                 SAMPLE("paper.json"),
                                 SAMPLE("ucci.csv"),
                                 SAMPLE("own.csv"),
                                 SAMPLE("own_lists.jsonl"),
                                 SAMPLE("own_logits.jsonl"),
                                 TEST_PATH("cases/bigint-siblings/sentinel.jsonl"),
                                 TEST_PATH("cases/latin1-id/in.csv"),
                                 TEST_PATH("cases/lmeval-siblings/filters.jsonl")};
    for (size_t k = 0; k < sizeof paths / sizeof *paths; k++) {
        gg_status status;
        long allowed = 0;
        do {
            gg_error err = {0};
            imported i;
            gg_alloc_fail_after(allowed++);
            status = import_file(state, NULL, paths[k], NULL, &i, &err);
            gg_alloc_fail_after(-1);
            if (status != GG_OK && status != GG_E_NOMEM)
                fail_msg("%s: after %ld allocations: %s", paths[k], allowed - 1, err.message);
            imported_close(&i);
            assert_int_equal(gg_alloc_live(), 0);
        } while (status != GG_OK);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, folder_setup, folder_teardown)
        TEST(real_logits),
        TEST(every_token_of_real_lists),
        TEST(lm_eval),
        TEST(paper),
        cmocka_unit_test(words),
        TEST(ucci),
        TEST(csv),
        TEST(jsonl),
        TEST(refusals),
        TEST(leaves_empty_queries_out),
        TEST(recognises_formats),
        TEST(survives_failing_allocations),
    };
    return cmocka_run_group_tests(tests, NULL, assert_nothing_leaked);
}
