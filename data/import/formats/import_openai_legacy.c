/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Completions of OpenAI's older interface: candidates in objects keyed by their text.
 */
#include "data/import/records/completion_record.h"

static bool recognises(const unsigned char *head, size_t size, const char *path) {
    static const char *const keys[] = {"token_logprobs", "text_offset", NULL};
    static const char *const texts[] = {"\"text_completion\"", NULL};
    (void)path;
    return gg_head_has_key(head, size, keys) || gg_head_has_text(head, size, texts);
}

static gg_status run(gg_import_job *job, gg_error *err) {
    return gg_completion_import(job, false, err);
}

const gg_importer gg_importer_openai_legacy = {
    .name = "openai-legacy",
    .summary = "OpenAI completions with logprobs, keyed by token text",
    .recognises = recognises,
    .run = run};
