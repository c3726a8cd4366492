/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The figures of an evaluation, as SVG and PNG files.
 */
#pragma once

#include "experiments/studies/evaluation/evaluation.h"

/* Draws into `folder`, which is made unless it is there: reliability.svg (of the first uncertainty,
 * on the test part; where there is one), risk-coverage.svg and roc.svg (the first six), and, if
 * rsvg-convert is installed, the same as .png. *converted says whether it was. Errors: GG_E_IO,
 * GG_E_NOMEM. */
gg_status gg_evaluation_draw(const gg_evaluation *evaluation, const char *folder, bool *converted,
                             gg_error *err);
