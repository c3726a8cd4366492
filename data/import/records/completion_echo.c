/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "data/import/records/completion_echo.h"

#include <string.h>

#include "data/text/word_search.h"

typedef struct echo {
    const json_t *answer, *request; /* the request may be NULL */
    const json_t *choices, *logprobs;
    size_t n;                                /* tokens of the choice */
    json_int_t prompt_tokens, answer_tokens; /* -1: not known */
} echo;

static json_int_t count_at(const json_t *object, const char *key) {
    const json_t *count = json_object_get(object, key);
    return json_is_integer(count) ? json_integer_value(count) : -1;
}

static const json_t *tokens_of(const json_t *logprobs) {
    return json_object_get(logprobs, "tokens");
}

static bool begins_with_null(const echo *e) {
    const json_t *own = json_object_get(e->logprobs, "token_logprobs"),
                 *maps = json_object_get(e->logprobs, "top_logprobs");
    return json_is_null(json_array_get(own, 0)) || json_is_null(json_array_get(maps, 0));
}

static bool is_alone(const echo *e) {
    return json_array_size(e->choices) == 1;
}

static bool is_echo(const echo *e) {
    return begins_with_null(e) || json_is_true(json_object_get(e->request, "echo")) ||
           json_is_true(json_object_get(e->answer, "echo")) ||
           (is_alone(e) && e->prompt_tokens > 0 && e->answer_tokens >= 0 &&
            (json_int_t)e->n == e->prompt_tokens + e->answer_tokens);
}

/* True when the first `count` tokens of all choices are the same: those of one prompt. */
static bool is_shared(const echo *e, size_t count) {
    size_t k;
    const json_t *choice;
    json_array_foreach(e->choices, k, choice) {
        const json_t *tokens = tokens_of(json_object_get(choice, "logprobs"));
        if (json_array_size(tokens) < count)
            return false;
        for (size_t t = 0; t < count; t++)
            if (!json_equal(json_array_get(tokens, t), json_array_get(tokens_of(e->logprobs), t)))
                return false;
    }
    return true;
}

/* The usage fits: an end token may be counted and not listed. */
static bool usage_fits(const echo *e) {
    json_int_t n = (json_int_t)e->n, both = e->prompt_tokens + e->answer_tokens;
    if (e->prompt_tokens < 1 || e->prompt_tokens > n)
        return false;
    if (!is_alone(e))
        return is_shared(e, (size_t)e->prompt_tokens);
    return e->answer_tokens < 0 || n == both || n + 1 == both;
}

static const json_t *prompt_of(const echo *e) {
    const json_t *prompt = json_object_get(e->answer, "prompt");
    if (prompt == NULL)
        prompt = json_object_get(e->request, "prompt");
    return json_array_size(prompt) == 1 && !json_is_integer(json_array_get(prompt, 0))
               ? json_array_get(prompt, 0)
               : prompt;
}

/* Tokens that begin before the prompt's end. */
static bool count_by_text(const echo *e, size_t *skip) {
    const json_t *offsets = json_object_get(e->logprobs, "text_offset");
    const char *prompt = json_string_value(prompt_of(e));
    *skip = 0;
    if (prompt == NULL || json_array_size(offsets) != e->n)
        return false;
    size_t length = gg_count_characters(prompt);
    while (*skip < e->n && json_integer_value(json_array_get(offsets, *skip)) < (json_int_t)length)
        (*skip)++;
    return true;
}

bool gg_echoed_tokens(const gg_json_place *answer, const json_t *request,
                      const gg_json_place *logprobs, size_t *skip) {
    const json_t *usage = json_object_get(answer->value, "usage");
    echo e = {.answer = answer->value,
              .request = request,
              .choices = json_object_get(answer->value, "choices"),
              .logprobs = logprobs->value,
              .n = json_array_size(tokens_of(logprobs->value)),
              .prompt_tokens = count_at(usage, "prompt_tokens"),
              .answer_tokens = count_at(usage, "completion_tokens")};
    *skip = 0;
    if (!is_echo(&e))
        return true;
    const json_t *prompt = prompt_of(&e);
    *skip = usage_fits(&e) ? (size_t)e.prompt_tokens : 0;
    if (*skip == 0 && json_is_integer(json_array_get(prompt, 0)))
        *skip = json_array_size(prompt);
    return (*skip > 0 && *skip <= e.n) || count_by_text(&e, skip);
}
