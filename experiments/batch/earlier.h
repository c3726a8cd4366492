/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Rows from before a plan grew: where a folder holds results of a plan that this one contains, its
 * parts move into the folder's `earlier` and what they hold is not computed again.
 */
#pragma once

#include "experiments/batch/part.h"

typedef struct gg_earlier gg_earlier;

/* Moves the folder's parts of a contained plan aside, and reads all that has been. Strategies in
 * `wish.redo` may have changed; their rows and, with `retry_failed`, failed ones are not taken. The
 * caller closes *out. Errors: GG_E_INPUT (results of a plan that is not contained, for which
 * nothing is moved), GG_E_IO, GG_E_NOMEM. */
gg_status gg_earlier_open(const gg_experiment *experiment, const char *folder, gg_part_wish wish,
                          gg_earlier **out, gg_error *err);
/* Moves the one part of a folder whose parts were put together aside, if it is this experiment's:
 * its rows are then earlier ones. Errors: GG_E_IO, GG_E_NOMEM. */
gg_status gg_earlier_take_whole(const gg_experiment *experiment, const char *folder, gg_error *err);

void gg_earlier_close(gg_earlier *earlier);

/* Whether there are any rows. */
bool gg_earlier_has_rows(const gg_earlier *earlier);

/* Puts earlier rows where the part misses them; *n_rows grows by their number. Errors: GG_E_NOMEM.
 */
gg_status gg_earlier_fill(const gg_earlier *earlier, const gg_experiment *experiment, gg_part *part,
                          size_t *n_rows, gg_error *err);

/* Whether anything was moved aside, and its removal. */
bool gg_earlier_exists(const char *folder);
void gg_earlier_remove(const char *folder);
