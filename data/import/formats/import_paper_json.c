/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The data file of the code of arXiv 2602.07958: an array of runs, each an array of users with the
 * K largest probabilities of one token and both models' answers, times and the right answer.
 */
#include <math.h>
#include <stdio.h>

#include "data/import/records/import_records.h"
#include "data/text/word_search.h"

/* Speed, in FLOP/s, of the device that the large model was timed on; the small one's times are
 * brought to it. */
static const double reference_flops = 91.06e12;

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
    gg_logprob_lists **lists = state;
    gg_json_place p = gg_json_key(at, "p_k");
    gg_record record;
    GG_TRY(gg_json_object(at, err));
    GG_TRY(gg_record_begin(&record, at, NULL, err));
    snprintf(record.id, sizeof record.id, "%zu/%zu", gg_json_stream_index(stream, 1),
             gg_json_stream_index(stream, 2));
    record.query.id = record.id;
    record.query.eos = GG_EOS_ABSENT;
    GG_TRY(read_facts(at, &record.query, err));
    GG_TRY(gg_logprob_lists_row(*lists, GG_VALUES_PROBS, &p, err));
    return gg_logprob_lists_end_query(*lists, &record.query, NULL, err);
}

static gg_status run(gg_import_job *job, gg_error *err) {
    gg_logprob_lists *lists;
    gg_record_walk walk = {.levels = 2, .value = read_user, .state = &lists, .lists = &lists};
    return gg_import_walk(job, &walk, err);
}

const gg_importer gg_importer_paper_json = {
    .name = "paper-json",
    .summary = "data file of the code of arXiv 2602.07958, plain or gzip",
    .signs = {.keys = {"p_k", "output_slm", "output_llm", "t_comp_slm", "sigma2"}},
    .run = run};
