/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Importers of language models' answers: OpenAI's shapes, vLLM's, llama.cpp server's. The samples'
 * first tokens have the probabilities 0.6, 0.3, 0.1 ("red") or 0.8, 0.15, 0.05 ("blue").
 *
 * Covers import_completions, import_llama_server, completion_record, completion_echo,
 * completion_pieces, logprob_lists, logprob_maps and logprob_token.
 */
#include <math.h>
#include <string.h>

#include "data/uncertainty/uncertainty.h"
#include "models/base/alloc.h"
#include "tests/support/imported.h"
#include "tests/support/support.h"
#include "tests/support/temporary_folder.h"

static const double red = 1.0 - (0.6 - 0.3), blue = 1.0 - (0.8 - 0.15), dot = 1.0 - (0.9 - 0.06);

#define SAMPLE(name) TEST_PATH("data/import/" name)

/* Imports a sample that is fine. */
static imported sample(void *const *state, const char *format, const char *path,
                       const gg_import_options *options) {
    imported i;
    gg_error err = {0};
    assert_success(import_file(state, format, path, options, &i, &err), &err);
    gg_status status = gg_dataset_validate(i.dataset, &err);
    assert_success(status, &err);
    return i;
}

static void chat_completions(void **state) {
    const double first[] = {red, blue, 1.0 - (0.7 - 0.2)}, last[] = {dot, blue, 0.5};
    const char *const paths[] = {SAMPLE("openai_chat.jsonl"), SAMPLE("openai_chat_array.json")};
    for (size_t k = 0; k < 2; k++) {
        imported i = sample(state, k == 0 ? "openai" : NULL, paths[k], NULL);
        assert_ids(&i, "q-red q-blue q-odd");
        assert_margins(&i, "first", 3, first);
        assert_margins(&i, "last", 3, last);
        assert_int_equal(i.counts.tokens, 4);
        assert_int_equal(i.counts.width, 3);
        assert_int_equal(i.counts.sentinels, 2);
        assert_int_equal(i.counts.duplicates, 1);
        assert_int_equal(i.counts.non_greedy, 1);
        assert_false(gg_dataset_has(i.dataset, GG_SLM, GG_COLUMN_ANSWER_TOKENS));
        imported_close(&i);
    }
}

static void tokens_that_share_a_text(void **state) {
    const double first[] = {1.0 - (0.5 - 0.4), 1.0};
    imported i = sample(state, "openai", SAMPLE("openai_namesakes.jsonl"), NULL);
    assert_margins(&i, "first", 2, first);
    assert_int_equal(i.counts.duplicates, 0);
    assert_int_equal(i.counts.width, 3);
    imported_close(&i);
}

static void nll_of_tokens_known_by_text(void **state) {
    imported i = sample(state, "openai", SAMPLE("openai_chat.jsonl"), NULL);
    gg_uncertainty_options options = gg_uncertainty_options_init();
    double nll[3];
    gg_error err = {0};
    options.measure = GG_NLL;
    assert_success(gg_uncertainty_compute(i.dataset, GG_SLM, &options, nll, &err), &err);
    assert_close(nll[0], -log(0.6), 1e-12, 0.0);
    assert_close(nll[1], -log(0.15), 1e-12, 0.0);
    assert_close(nll[2], -log(0.7), 1e-12, 0.0);
    imported_close(&i);
}

static void end_tokens(void **state) {
    gg_import_options options = gg_import_options_init();
    options.drop_eos = true;
    /* The first ends by its length; the second has "stop" and would lose its only token. */
    gg_error err = {0};
    imported i;
    assert_int_equal(import_file(state, "openai", SAMPLE("openai_chat.jsonl"), &options, &i, &err),
                     GG_E_INPUT);
    assert_says(&err, "openai_chat.jsonl:2");
    assert_says(&err, "only the end-of-answer token");
    options.skip_empty = true;
    i = sample(state, "openai", SAMPLE("openai_chat.jsonl"), &options);
    assert_ids(&i, "q-red");
    assert_int_equal(i.counts.skipped, 2);
    assert_int_equal(i.counts.tokens, 2);
    imported_close(&i);

    options.skip_empty = false;
    const double last[] = {blue, red}, answer[] = {1, 1};
    i = sample(state, "vllm", SAMPLE("vllm_chat.jsonl"), &options);
    assert_margins(&i, "last", 2, last);
    assert_int_equal(i.counts.dropped_eos, 1);
    imported_close(&i);
    i = sample(state, "vllm", SAMPLE("vllm_chat.jsonl"), NULL);
    assert_column(&i, GG_SLM, GG_COLUMN_ANSWER_TOKENS, 2, answer);
    imported_close(&i);
    i = sample(state, "llama-server", SAMPLE("llama_a.jsonl"), &options);
    assert_margins(&i, "last", 2, (const double[]){1.0 - (0.6 - 0.3), blue});
    imported_close(&i);
}

static void batches_and_failures(void **state) {
    const double first[] = {red, blue};
    gg_import_options options = gg_import_options_init();
    imported i = sample(state, NULL, SAMPLE("openai_batch.jsonl"), NULL);
    assert_ids(&i, "task-7 task-8");
    assert_margins(&i, "first", 2, first);
    imported_close(&i);
    gg_error err = {0};
    assert_int_equal(
        import_file(state, "openai", SAMPLE("openai_batch_failed.jsonl"), NULL, &i, &err),
        GG_E_INPUT);
    assert_says(&err, "openai_batch_failed.jsonl:2: query 1 (\"task-8\"): the request failed");
    options.skip_empty = true;
    i = sample(state, "openai", SAMPLE("openai_batch_failed.jsonl"), &options);
    assert_ids(&i, "task-7");
    assert_int_equal(i.counts.skipped, 2);
    imported_close(&i);
    err = (gg_error){0};
    assert_int_equal(import_file(state, "openai", SAMPLE("openai_refusal.jsonl"), NULL, &i, &err),
                     GG_E_INPUT);
    assert_says(&err, "(\"refused\"): the model refused to answer");
    i = sample(state, "openai", SAMPLE("openai_refusal.jsonl"), &options);
    assert_ids(&i, "q-red");
    imported_close(&i);
}

static void responses_and_streams(void **state) {
    const double first[] = {red, blue}, last[] = {dot, blue};
    const char *const two[] = {SAMPLE("openai_responses.jsonl"), SAMPLE("openai_stream.txt"),
                               SAMPLE("openai_chunks.jsonl")};
    for (size_t k = 0; k < 3; k++) {
        imported i = sample(state, k == 1 ? NULL : "openai", two[k], NULL);
        assert_ids(&i, k == 0 ? "resp-1 resp-2" : "s-1 s-2");
        assert_margins(&i, "first", 2, first);
        assert_margins(&i, "last", 2, last);
        imported_close(&i);
    }
    imported i = sample(state, NULL, SAMPLE("openai_response_events.txt"), NULL);
    assert_margins(&i, "last", 1, last);
    imported_close(&i);
    gg_error err = {0};
    /* Azure begins with a piece that has neither name nor choices. */
    assert_success(
        import_text(state, NULL,
                    "data: {\"id\":\"\",\"object\":\"\",\"choices\":[],\"x\":{}}\n"
                    "data: {\"id\":\"a\",\"object\":\"chat.completion.chunk\",\"choices\":[]}\n"
                    "data: {\"object\":\"chat.completion.chunk\",\"choices\":[{\"delta\":{},"
                    "\"logprobs\":{\"content\":[{\"token\":\"a\",\"logprob\":-0.5,"
                    "\"top_logprobs\":[{\"token\":\"a\",\"logprob\":-0.5},"
                    "{\"token\":\"b\",\"logprob\":-1.5}]}]}}]}\n"
                    "data: {\"object\":\"chat.completion.chunk\",\"choices\":[{\"delta\":{},"
                    "\"finish_reason\":\"stop\"}]}\n",
                    NULL, &i, &err),
        &err);
    assert_margins(&i, "first", 1, (const double[]){1.0 - (exp(-0.5) - exp(-1.5))});
    imported_close(&i);
    assert_int_equal(
        import_file(state, "openai", SAMPLE("openai_mixed_chunks.jsonl"), NULL, &i, &err),
        GG_E_INPUT);
    assert_says(&err, "openai_mixed_chunks.jsonl:2: a piece of another answer");
}

static void legacy_completions(void **state) {
    const double first[] = {red, blue, red};
    imported i = sample(state, NULL, SAMPLE("legacy.jsonl"), NULL);
    assert_ids(&i, "cmpl-1 cmpl-2#0 cmpl-2#1");
    assert_margins(&i, "first", 3, first);
    assert_margins(&i, "last", 3, (const double[]){dot, blue, red});
    assert_int_equal(i.counts.duplicates, 0);
    imported_close(&i);
    i = sample(state, "openai-legacy", SAMPLE("legacy_echo.jsonl"), NULL);
    assert_margins(&i, "first", 1, first);
    assert_int_equal(i.counts.tokens, 1);
    assert_column(&i, GG_SLM, GG_COLUMN_PROMPT_BYTES, 1, (const double[]){5});
    imported_close(&i);
    i = sample(state, "openai-legacy", SAMPLE("legacy_stream.txt"), NULL);
    assert_margins(&i, "last", 1, (const double[]){dot});
    assert_int_equal(i.counts.tokens, 2);
    imported_close(&i);
}

static void vllm_answers(void **state) {
    imported i = sample(state, NULL, SAMPLE("vllm_chat.jsonl"), NULL);
    assert_margins(&i, "first", 2, (const double[]){blue, red});
    assert_column(&i, GG_SLM, GG_COLUMN_TOKENS, 3, (const double[]){17, 2, 5});
    assert_true(gg_dataset_side(i.dataset, GG_SLM)->has_topk_ids);
    imported_close(&i);
    i = sample(state, NULL, SAMPLE("vllm_completion.jsonl"), NULL);
    assert_margins(&i, "first", 1, (const double[]){blue});
    assert_column(&i, GG_SLM, GG_COLUMN_TOKENS, 2, (const double[]){17, 2});
    imported_close(&i);
    i = sample(state, NULL, SAMPLE("vllm_prompt.jsonl"), NULL);
    assert_margins(&i, "first", 2, (const double[]){blue, blue});
    assert_margins(&i, "last", 2, (const double[]){red, red});
    assert_column(&i, GG_SLM, GG_COLUMN_TOKENS, 4, (const double[]){17, 5, 17, 5});
    imported_close(&i);
    i = sample(state, NULL, SAMPLE("vllm_offline.jsonl"), NULL);
    assert_ids(&i, "0 1");
    assert_margins(&i, "first", 2, (const double[]){blue, red});
    assert_column(&i, GG_SLM, GG_COLUMN_TOKENS, 3, (const double[]){17, 2, 5});
    assert_column(&i, GG_SLM, GG_COLUMN_ANSWER_TOKENS, 2, (const double[]){1, 1});
    assert_column(&i, GG_SLM, GG_COLUMN_PROMPT_BYTES, 2, (const double[]){13, 10});
    imported_close(&i);
    gg_error err = {0};
    assert_int_equal(import_file(state, "vllm", SAMPLE("vllm_empty_token.jsonl"), NULL, &i, &err),
                     GG_E_INPUT);
    assert_says(&err, "(\"chatcmpl-9\"): a token without candidates");
}

static void llama_server_answers(void **state) {
    gg_import_options options = gg_import_options_init();
    imported i = sample(state, NULL, SAMPLE("llama_a.jsonl"), NULL);
    assert_margins(&i, "first", 2, (const double[]){red, blue});
    assert_column(&i, GG_SLM, GG_COLUMN_LATENCY, 2, (const double[]){0.05, 0.05});
    assert_column(&i, GG_SLM, GG_COLUMN_PROMPT_BYTES, 2, (const double[]){13, 13});
    assert_column(&i, GG_SLM, GG_COLUMN_ANSWER_TOKENS, 2, (const double[]){1, 1});
    assert_column(&i, GG_SLM, GG_COLUMN_TOKENS, 3, (const double[]){5, 2, 17});
    assert_int_equal(i.counts.sentinels, 1);
    imported_close(&i);
    i = sample(state, "llama-server", SAMPLE("llama_stream.txt"), NULL);
    assert_margins(&i, "first", 1, (const double[]){red});
    assert_int_equal(i.counts.tokens, 2);
    assert_column(&i, GG_SLM, GG_COLUMN_LATENCY, 1, (const double[]){0.05});
    imported_close(&i);
    const char *const behind[] = {SAMPLE("llama_b.jsonl"), SAMPLE("llama_c.jsonl")};
    for (size_t k = 0; k < 2; k++) {
        gg_error err = {0};
        options.allow_post_sampling = false;
        assert_int_equal(import_file(state, NULL, behind[k], &options, &i, &err), GG_E_INPUT);
        assert_says(&err, ".jsonl:1: completion_probabilities[0]: probabilities from behind the");
        assert_says(&err, "--allow-post-sampling");
        options.allow_post_sampling = true;
        i = sample(state, NULL, behind[k], &options);
        assert_margins(&i, "first", 1, (const double[]){red});
        assert_margins(&i, "last", 1, (const double[]){0.0});
        assert_true(gg_dataset_has(i.dataset, GG_SLM, GG_COLUMN_TOKENS));
        imported_close(&i);
    }
}

#define ENTRY(own, list) "{\"token\":\"a\",\"logprob\":" own ",\"top_logprobs\":[" list "]}"
#define CHAT(entries)                                                                              \
    "{\"id\":\"x\",\"choices\":[{\"finish_reason\":\"length\",\"logprobs\":{\"content\":[" entries \
    "]}}]}\n"
#define TWO "{\"token\":\"a\",\"logprob\":-0.5},{\"token\":\"b\",\"logprob\":-1.5}"

static void values_of_other_kinds(void **state) {
    gg_import_options options = gg_import_options_init();
    imported i;
    gg_error err = {0};
    const char *logits = CHAT(ENTRY("3", "{\"token\":\"a\",\"logprob\":3},"
                                         "{\"token\":\"b\",\"logprob\":2}"));
    assert_refused(state, "openai", logits, NULL,
                   "source:1: choices[0].logprobs.content[0]: query 0: token 0: 3 is not a "
                   "log-probability (are these logits? --values logits)");
    options.values = GG_VALUES_LOGITS;
    assert_success(import_text(state, "openai", logits, &options, &i, &err), &err);
    double p1 = 1.0 / (1.0 + exp(-1.0));
    assert_margins(&i, "first", 1, (const double[]){1.0 - (p1 - (1.0 - p1))});
    imported_close(&i);
    options.values = GG_VALUES_PROBS;
    const char *probs = CHAT(ENTRY("0.6", "{\"token\":\"a\",\"logprob\":0.6},"
                                          "{\"token\":\"b\",\"logprob\":0.3},"
                                          "{\"token\":\"c\",\"logprob\":null}"));
    assert_success(import_text(state, "openai", probs, &options, &i, &err), &err);
    assert_margins(&i, "first", 1, (const double[]){red});
    imported_close(&i);
}

static void refusals(void **state) {
    const struct {
        const char *format, *text, *said;
    } cases[] = {
        {"openai", "", ": has no records"},
        {"openai", "[]", ": has no records"},
        {"openai", "7\n", ":1: expected an object, found an integer"},
        {"openai", "{}\n", ":1: choices: expected an array, found nothing"},
        {"openai", "{\"choices\":7}\n", ":1: choices: expected an array, found an integer"},
        {"openai", "{\"choices\":[7]}\n", ":1: choices[0]: expected an object"},
        {"openai", "{\"choices\":[{\"logprobs\":7}]}\n", "choices[0].logprobs: expected an object"},
        {"openai", CHAT(ENTRY("-0.5", TWO)) CHAT("7"),
         ":2: choices[0].logprobs.content[0]: expected an object"},
        {"openai", CHAT(ENTRY("-0.5", TWO) "," ENTRY("-0.5", "{\"token\":\"a\"}")),
         "content[1].top_logprobs[0].logprob: expected a number, found nothing"},
        {"openai", CHAT(ENTRY("-0.5", TWO ",{\"logprob\":-3}")),
         "content[0].top_logprobs[2].token: expected a string, found nothing"},
        {"openai", CHAT(ENTRY("\"x\"", TWO)), "content[0].logprob: expected a number, found \"x\""},
        {"openai", CHAT(ENTRY("NaN", TWO)), "content[0].logprob: a log-probability is not a number; --skip-empty leaves such"},
        {"openai", CHAT(ENTRY("-0.5", TWO ",{\"token\":\"c\",\"logprob\":-3,\"bytes\":[300]}")),
         "top_logprobs[2].bytes[0]: 300 is outside 0..255"},
        {"openai", CHAT(ENTRY("-0.5", "{\"token\":\"a\",\"logprob\":-0.5}")),
         "source:1: query 0 (\"x\"): a token with only one candidate"},
        {"openai",
         CHAT(ENTRY("null", "{\"token\":\"a\",\"logprob\":null},"
                            "{\"token\":\"b\",\"logprob\":-9999}")),
         "a token whose candidates all have probability 0"},
        {"openai", CHAT(""), "query 0 (\"x\"): no log-probabilities"},
        {"openai", CHAT(ENTRY("-0.5", TWO)) "{\"choices\":[}\n", ":2: "},
        {"openai", "{\"id\":[],\"choices\":[]}", "id: expected a string, found an array"},
        {"openai-legacy",
         "{\"choices\":[{\"logprobs\":{\"tokens\":[\"a\"],\"token_logprobs\":[],"
         "\"top_logprobs\":[]}}]}",
         "choices[0].logprobs: 1 tokens, 0 token_logprobs and 0 top_logprobs"},
        {"openai-legacy",
         "{\"choices\":[{\"logprobs\":{\"tokens\":[\"a\"],\"token_logprobs\":[-1],"
         "\"top_logprobs\":[7]}}]}",
         "logprobs.top_logprobs[0]: expected an object, found an integer"},
        {"openai-legacy",
         "{\"choices\":[{\"logprobs\":{\"tokens\":[\"a\"],\"token_logprobs\":[-0.1],"
         "\"top_logprobs\":null}}]}",
         "no candidates"},
        {"vllm", "{\"outputs\":[{\"logprobs\":[{\"x\":-1}]}]}", "\"x\" is not a token id"},
        {"vllm", "{\"outputs\":[{\"token_ids\":[],\"logprobs\":[{\"1\":-1,\"2\":-2}]}]}",
         "outputs[0].logprobs: 1 positions for 0 tokens"},
        {"vllm",
         "{\"outputs\":[{\"logprobs\":{\"start_indices\":[0],\"end_indices\":[3],"
         "\"token_ids\":[1,2],\"logprobs\":[-1,-2]}}]}",
         "end_indices[0]: 3 is outside 0..2"},
        {"llama-server", "{\"content\":\"x\"}", "no completion_probabilities"},
        {"llama-server", "{\"completion_probabilities\":[{}]}",
         "has none of top_logprobs, top_probs and probs"},
    };
    for (size_t c = 0; c < sizeof cases / sizeof *cases; c++)
        assert_refused(state, cases[c].format, cases[c].text, NULL, cases[c].said);
}

static void limits_queries(void **state) {
    gg_import_options options = gg_import_options_init();
    options.limit = 2;
    imported i = sample(state, "openai", SAMPLE("openai_chat.jsonl"), &options);
    assert_ids(&i, "q-red q-blue");
    imported_close(&i);
    options.limit = 1;
    i = sample(state, "openai", SAMPLE("openai_stream.txt"), &options);
    assert_ids(&i, "s-1");
    imported_close(&i);
}

static void survives_failing_allocations(void **state) {
    const char *const paths[] = {SAMPLE("openai_namesakes.jsonl"), SAMPLE("openai_stream.txt"),
                                 SAMPLE("vllm_offline.jsonl"), SAMPLE("llama_a.jsonl")};
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
        TEST(chat_completions),
        TEST(tokens_that_share_a_text),
        TEST(nll_of_tokens_known_by_text),
        TEST(end_tokens),
        TEST(batches_and_failures),
        TEST(responses_and_streams),
        TEST(legacy_completions),
        TEST(vllm_answers),
        TEST(llama_server_answers),
        TEST(values_of_other_kinds),
        TEST(refusals),
        TEST(limits_queries),
        TEST(survives_failing_allocations),
    };
    return cmocka_run_group_tests(tests, NULL, assert_nothing_leaked);
}
