/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The end of an import: what waited in spools and what comes from files of its own goes into the
 * dataset.
 */
#pragma once

#include "data/import/sink/import_sink.h"

GG_C_BEGIN
/* Adds the columns of --correct, --latency, --facts, --class-map and --join, writes everything and
 * gives the file its name; frees `sink` in every case. */
gg_status gg_import_sink_finish(gg_import_sink *sink, const char *format, gg_import_counts *counts,
                                gg_error *err);
GG_C_END
