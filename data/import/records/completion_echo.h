/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The prompt in front of a completion's answer, where the request asked for its echo.
 */
#pragma once

#include "data/text/json_place.h"

GG_C_BEGIN
/* How many of the choice's tokens are the prompt's, into *skip. An echo is told by null in place of
 * the first log-probability, by the request's "echo" or by the usage; its end by the usage, the
 * prompt's ids, or its text. False: there is an echo, and nothing tells where it ends. */
bool gg_echoed_tokens(const gg_json_place *answer, const json_t *request,
                      const gg_json_place *logprobs, size_t *skip);
GG_C_END
