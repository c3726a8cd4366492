/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Answers in the shapes of OpenAI's interfaces. The formats differ by what tells them, and by
 * whether they list the end-of-answer token.
 */
#include "data/import/records/completion_record.h"

/* Servers' chat and completions, prompt_logprobs, and dumps of offline outputs. */
const gg_importer gg_importer_vllm = {
    .name = "vllm",
    .summary = "vLLM chat, completions, prompt_logprobs and offline outputs",
    .signs = {.keys = {"prompt_logprobs", "prompt_token_ids", "stop_reason", "kv_transfer_params",
                       "cumulative_logprob", "decoded_token"},
              .texts = {"\"token_id:"},
              .together = {"outputs", "logprobs"}},
    .run = gg_completion_import,
    .lists_end_token = true};

/* Of the older interface: candidates stand in objects keyed by their text. */
const gg_importer gg_importer_openai_legacy = {
    .name = "openai-legacy",
    .summary = "OpenAI completions with logprobs, keyed by token text",
    .signs = {.keys = {"token_logprobs", "text_offset"}, .texts = {"\"text_completion\""}},
    .run = gg_completion_import};

/* Of OpenAI and of servers that speak its interface. */
const gg_importer gg_importer_openai = {
    .name = "openai",
    .summary = "OpenAI chat completions with top_logprobs, responses, batches, streams",
    .signs = {.keys = {"choices", "custom_id"},
              .texts = {"\"chat.completion", "\"type\":\"response.", "\"object\":\"response\"",
                        "\"logprobs\":{\"content\":", "\"logprobs\":[{\"token\":"},
              .unless = {"alpha", "p_top2", "logits"}},
    .run = gg_completion_import};
