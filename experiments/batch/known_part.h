/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Parts that the index of a folder knows, so that a batch that goes on need not read them.
 */
#pragma once

#include "experiments/batch/part.h"
#include "experiments/results/part_index.h"

typedef struct gg_known_part {
    size_t units; /* networks that it has whole */
    size_t units_failed;
} gg_known_part;

/* Whether the index vouches for part number `index` of the experiment's plan, with nothing in it to
 * be done again. Where it does not, gg_part_find finds out, and says what is wrong. */
bool gg_part_is_known(const gg_experiment *experiment, const gg_index *known, const char *folder,
                      size_t index, gg_part_wish wish, gg_known_part *out);

/* The same of the one part of a folder whose parts were put together: it must have the whole plan.
 * What of it has to be done again makes it one of the earlier parts. Errors: GG_E_IO. */
gg_status gg_whole_is_known(const gg_experiment *experiment, const gg_index *known,
                            const char *folder, gg_part_wish wish, bool *is_known,
                            gg_known_part *out, gg_error *err);
