/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * An evaluation as JSON. What is not defined is null; infinite thresholds are "inf" and "-inf".
 */
#pragma once

#include <stdio.h>

#include "experiments/studies/evaluation/evaluation.h"

/* Errors: GG_E_NOMEM. */
gg_status gg_evaluation_print_json(const gg_evaluation *evaluation, FILE *stream, gg_error *err);
