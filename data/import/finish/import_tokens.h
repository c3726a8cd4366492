/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What is known of the words themselves: their classes and, for people, their texts.
 */
#pragma once

#include "data/import/sink/import_sink.h"

/* Writes the classes of --class-map and the texts of tokens that came with texts. Errors:
 * GG_E_USAGE, GG_E_INPUT, GG_E_IO, GG_E_NOMEM. */
gg_status gg__import_write_tokens(const gg_import_sink *sink, gg_error *err);
