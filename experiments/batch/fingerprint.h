/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * One number for everything that decides an experiment's results, so that a folder is never
 * continued with another plan, dataset or preset.
 */
#ifndef GOAGAP_EXPERIMENTS_BATCH_FINGERPRINT_H
#define GOAGAP_EXPERIMENTS_BATCH_FINGERPRINT_H

#include "experiments/batch/experiment.h"

/* FNV-1a (64 bits, hexadecimal) of the grid, the workload's columns, the latency scale and a small
 * instance drawn from each preset; where files lie does not matter. Errors: GG_E_NOMEM, and those
 * of gg_scenario_draw. */
gg_status gg_fingerprint(const gg_experiment *experiment, char hex[GG_FINGERPRINT_SIZE],
                         gg_error *err);

#endif
