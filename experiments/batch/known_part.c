/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiments/batch/known_part.h"

#include <stdio.h>

/* Whether these are networks of the part, each once. */
static bool are_of_part(const gg_plan *plan, size_t index, const gg_part_entry *entry) {
    uint64_t least = (uint64_t)index * plan->units_per_part, end = least + plan->units_per_part;
    if (end > gg_plan_units(plan))
        end = gg_plan_units(plan);
    for (size_t k = 0; k < entry->n_units; k++) {
        if (entry->units[k] < least || entry->units[k] >= end)
            return false;
        least = entry->units[k] + 1;
    }
    return entry->rows == entry->n_units * gg_plan_rows_per_unit(plan);
}

bool gg_part_is_known(const gg_experiment *experiment, const gg_index *known, const char *folder,
                      size_t index, gg_part_wish wish, gg_known_part *out) {
    char name[40];
    snprintf(name, sizeof name, "part-%06zu.h5", index);
    const gg_part_entry *entry = wish.redo == NULL ? gg_index_find(known, folder, name) : NULL;
    if (entry == NULL || (wish.retry_failed && entry->failed_units > 0) ||
        !are_of_part(experiment->plan, index, entry) ||
        gg_part_check_origin(experiment, entry->manifest, name, NULL) != GG_OK)
        return false;
    *out = (gg_known_part){entry->n_units, entry->failed_units};
    return true;
}
