/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * An evaluation for people, in at most 80 columns.
 */
#pragma once

#include <stdio.h>

#include "experiments/studies/evaluation/evaluation.h"

/* All uncertainties side by side, then everything about the first. Errors: GG_E_NOMEM. */
gg_status gg_evaluation_print_table(const gg_evaluation *evaluation, FILE *stream, gg_error *err);
