/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What whoever reads results should know about them before the numbers: that damage could not be
 * noticed, that networks are missing.
 */
#ifndef GOAGAP_EXPERIMENTS_CLI_RESULTS_REMARKS_H
#define GOAGAP_EXPERIMENTS_CLI_RESULTS_REMARKS_H

#include "experiments/results/results.h"

/* Says so where a file of `path` has no checksum, a line. */
void gg_say_unchecked(const char *command, const char *path, const gg_results *results);

/* The same, and a line where the networks of the plan are not all there. */
void gg_say_results(const char *command, const char *path, const gg_results *results);

#endif
