/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The data file of the code of arXiv 2602.07958: an array of runs, each an array of users with the
 * K largest probabilities of one token and both models' answers, times and the right answer.
 */
#include <math.h>
#include <stdio.h>

#include "data/import/records/import_records.h"
#include "data/import/records/logprob_lists.h"
#include "data/text/word_search.h"

/* Speed, in FLOP/s, of the device that the large model was timed on; the small one's times are
 * brought to it. */
static const double reference_flops = 91.06e12;

typedef struct reader {
    gg_import_sink *sink;
    gg_logprob_lists *lists;
} reader;

/* Whether the label is a word of the answer: what follows the prompt in `key`. */
static gg_status judge(const gg_json_place *at, const char *key, const char *input, double *correct,
                       gg_error *err) {
    gg_json_place output_at = gg_json_key(at, key), label_at = gg_json_key(at, "label");
    const char *output, *label;
    *correct = NAN;
    if (!gg_json_given(&output_at) || !gg_json_given(&label_at) || input == NULL)
        return GG_OK;
    GG_TRY(gg_json_text(&output_at, &output, NULL, err));
    GG_TRY(gg_json_text(&label_at, &label, NULL, err));
    if (label[0] == '\0')
        return gg_json_refuse(&label_at, err, "is empty");
    *correct = gg_has_word(gg_skip_characters(output, gg_count_characters(input)), label);
    return GG_OK;
}

static gg_status read_times(const gg_json_place *at, gg_import_query *query, gg_error *err) {
    gg_json_place small = gg_json_key(at, "t_comp_slm"), large = gg_json_key(at, "t_comp_llm"),
                  speed_at = gg_json_key(at, "C_i_L");
    double speed = NAN;
    GG_TRY(gg_record_number(&speed_at, &speed, err));
    if (speed <= 0.0)
        return gg_json_refuse(&speed_at, err, "%g is not a speed > 0", speed);
    GG_TRY(gg_record_latency(&small, speed / reference_flops, &query->latency_s[GG_SLM], err));
    return gg_record_latency(&large, 1.0, &query->latency_s[GG_LLM], err);
}

static gg_status read_facts(const gg_json_place *at, gg_import_query *query, gg_error *err) {
    gg_json_place bytes = gg_json_key(at, "D"), input_at = gg_json_key(at, "input");
    const char *input = NULL;
    GG_TRY(gg_record_count(&bytes, &query->prompt_bytes, err));
    if (gg_json_given(&input_at))
        GG_TRY(gg_json_text(&input_at, &input, NULL, err));
    GG_TRY(judge(at, "output_slm", input, &query->correct[GG_SLM], err));
    GG_TRY(judge(at, "output_llm", input, &query->correct[GG_LLM], err));
    return read_times(at, query, err);
}

static gg_status read_user(void *state, gg_json_stream *stream, const gg_json_place *at,
                           gg_error *err) {
    reader *r = state;
    char id[64], place[GG_RECORD_PLACE_SIZE];
    gg_import_query query = gg_import_query_init();
    gg_status status = gg_json_object(at, err);
    if (status != GG_OK)
        return status;
    gg_json_place p_at = gg_json_key(at, "p_k");
    snprintf(id, sizeof id, "%zu/%zu", gg_json_stream_index(stream, 1),
             gg_json_stream_index(stream, 2));
    gg_record_place(at, place);
    query.id = id;
    query.place = place;
    query.eos = GG_EOS_ABSENT;
    status = read_facts(at, &query, err);
    if (status == GG_OK)
        status = gg_logprob_lists_row(r->lists, GG_VALUES_PROBS, &p_at, err);
    if (status != GG_OK)
        return status;
    const char *reason = gg_logprob_lists_unusable(r->lists);
    status = reason != NULL ? gg_import_sink_skip_query(r->sink, &query, reason, err)
                            : gg_import_sink_end_query(r->sink, &query, err);
    gg_logprob_lists_reset(r->lists);
    return status;
}

static gg_status run(gg_import_job *job, gg_error *err) {
    reader r = {.sink = job->sink, .lists = gg_logprob_lists_new(job)};
    gg_record_walk walk = {.levels = 2, .value = read_user, .state = &r};
    gg_status status = r.lists != NULL ? gg_import_walk(job, &walk, err)
                                       : gg_fail(err, GG_E_NOMEM, "out of memory");
    gg_logprob_lists_free(r.lists);
    return status;
}

static bool recognises(const unsigned char *head, size_t size, const char *path) {
    static const char *const keys[] = {"p_k",        "output_slm", "output_llm",
                                       "t_comp_slm", "sigma2",     NULL};
    (void)path;
    return gg_head_has_key(head, size, keys);
}

const gg_importer gg_importer_paper_json = {
    .name = "paper-json",
    .summary = "data file of the code of arXiv 2602.07958, plain or gzip",
    .recognises = recognises,
    .run = run};
