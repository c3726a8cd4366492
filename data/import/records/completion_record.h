/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Answers in the shapes of OpenAI's interfaces (chat completions, completions, responses) and of
 * the servers that speak them: whole, in a batch's wrapper, or in the pieces of a stream. Every
 * choice of an answer is a query.
 */
#pragma once

#include "data/import/records/import_records.h"
#include "models/base/linkage.h"

GG_C_BEGIN
/* Imports all sources of the job as such answers. Pieces of one answer must follow one another. A
 * gg_importer.run. */
gg_status gg_completion_import(gg_import_job *job, gg_error *err);
GG_C_END
