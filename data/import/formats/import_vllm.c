/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Answers of vLLM: its servers' chat and completions, prompt_logprobs, and dumps of its offline
 * outputs. Unlike OpenAI it lists the end-of-answer token.
 */
#include "data/import/records/completion_record.h"

static bool recognises(const unsigned char *head, size_t size, const char *path) {
    static const char *const keys[] = {
        "prompt_logprobs",    "prompt_token_ids", "stop_reason", "kv_transfer_params",
        "cumulative_logprob", "decoded_token",    NULL};
    static const char *const texts[] = {"\"token_id:", NULL};
    (void)path;
    return gg_head_has_key(head, size, keys) || gg_head_has_text(head, size, texts);
}

static gg_status run(gg_import_job *job, gg_error *err) {
    return gg_completion_import(job, true, err);
}

const gg_importer gg_importer_vllm = {
    .name = "vllm",
    .summary = "vLLM chat, completions, prompt_logprobs and offline outputs",
    .recognises = recognises,
    .run = run};
