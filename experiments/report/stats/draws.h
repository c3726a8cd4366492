/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * How much the results can say: what is independent among the instances.
 */
#pragma once

#include "experiments/output/sentence.h"
#include "experiments/report/stats/summary.h"

/* "1,600 instances of 320 networks from 10 draws; intervals and tests count draws." */
void gg_draws_tell(const gg_summary *summary, gg_sentence *text);
