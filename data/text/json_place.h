/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A JSON value and where it stands, so that a message can say "runs.jsonl:3: choices[0].logprobs:
 * expected an array". Places live on the stack; a child must not outlive its parent.
 */
#pragma once

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "models/base/status.h"

GG_C_BEGIN
typedef struct gg_json_place {
    const json_t *value; /* borrowed; NULL where there is none */
    const struct gg_json_place *parent;
    const char *key;  /* in an object; NULL for an element of an array */
    size_t index;     /* in an array */
    const char *file; /* of a root */
    size_t line;
} gg_json_place;

gg_json_place gg_json_root(const json_t *value, const char *file, size_t line);
/* The value under a key; without value when the parent is no object or has no such key. */
gg_json_place gg_json_key(const gg_json_place *at, const char *key);
/* The first of these keys (the list ends with NULL) that is there and not null; else the first. */
gg_json_place gg_json_any_key(const gg_json_place *at, const char *const *keys);
gg_json_place gg_json_item(const gg_json_place *at, size_t index);

/* True where there is a value other than null. */
bool gg_json_given(const gg_json_place *at);

/* Elements of an array; 0 for everything else. */
size_t gg_json_count(const gg_json_place *at);

/* Records GG_E_INPUT as "file:line: path: reason". */
gg_status gg_json_refuse(const gg_json_place *at, gg_error *err, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* Puts "file:line: path: " in front of a message already recorded. */
void gg_json_prefix(const gg_json_place *at, gg_error *err);
/* "expected <wanted>, found <what is there>". */
gg_status gg_json_expected(const gg_json_place *at, const char *wanted, gg_error *err);

/* The value itself, or GG_E_INPUT when it is of another type. Text is borrowed and may hold NUL
 * characters where `size` is asked for; else it may not. */
gg_status gg_json_text(const gg_json_place *at, const char **text, size_t *size, gg_error *err);
/* Finite; an integer beyond 64 bits, which the stream gives as text, is one too. */
gg_status gg_json_number(const gg_json_place *at, double *number, gg_error *err);
/* True for a text that some program writes for a number that is not finite, in any case: nan, inf,
 * Infinity, with a sign or without. */
bool gg_json_not_finite(const char *text, double *number);
gg_status gg_json_integer(const gg_json_place *at, json_int_t minimum, json_int_t maximum,
                          json_int_t *number, gg_error *err);
/* true, false, or a number that is 0 or 1. */
gg_status gg_json_flag(const gg_json_place *at, double *flag, gg_error *err);
gg_status gg_json_array(const gg_json_place *at, gg_error *err);
gg_status gg_json_object(const gg_json_place *at, gg_error *err);
GG_C_END
