/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Chat completions and responses of OpenAI's interface and of servers that speak it.
 */
#include "data/import/records/completion_record.h"

static bool recognises(const unsigned char *head, size_t size, const char *path) {
    static const char *const keys[] = {"choices", "custom_id", NULL};
    static const char *const texts[] = {"\"chat.completion",       "\"type\": \"response.",
                                        "\"type\":\"response.",    "\"object\": \"response\"",
                                        "\"object\":\"response\"", NULL};
    (void)path;
    return gg_head_has_key(head, size, keys) || gg_head_has_text(head, size, texts);
}

static gg_status run(gg_import_job *job, gg_error *err) {
    return gg_completion_import(job, false, err);
}

const gg_importer gg_importer_openai = {
    .name = "openai",
    .summary = "OpenAI chat completions with top_logprobs, responses, batches, streams",
    .recognises = recognises,
    .run = run};
