/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The two halves of an evaluation: which uncertainties there are, and what each is worth.
 */
#ifndef GOAGAP_EXPERIMENTS_STUDIES_EVALUATION_EVALUATION_PARTS_H
#define GOAGAP_EXPERIMENTS_STUDIES_EVALUATION_EVALUATION_PARTS_H

#include "data/dataset/dataset.h"
#include "experiments/studies/evaluation/evaluation.h"

/* Fills items with names and finite values: those that are stored and asked for, then those to
 * compare. Errors: as gg_evaluation_run. */
gg_status gg_evaluation_collect(gg_dataset *dataset, gg_evaluation *evaluation, gg_error *err);

/* Computes everything else of an item. Errors: GG_E_NOMEM. */
gg_status gg_evaluation_judge(const gg_evaluation *evaluation, gg_evaluated *item, gg_error *err);

#endif
