/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiments/batch/known_part.h"

#include <stdio.h>

#include "experiments/batch/earlier.h"

/* Whether these are networks from `least` to before `end`, each once. */
static bool are_between(const gg_plan *plan, uint64_t least, uint64_t end,
                        const gg_part_entry *entry) {
    for (size_t k = 0; k < entry->n_units; k++) {
        if (entry->units[k] < least || entry->units[k] >= end)
            return false;
        least = entry->units[k] + 1;
    }
    return entry->rows == entry->n_units * gg_plan_rows_per_unit(plan);
}

/* The entry of a file that needs no look: what is damaged is done again. */
static const gg_part_entry *vouched(const gg_experiment *experiment, const gg_index *known,
                                    const char *folder, const char *name, gg_part_wish wish) {
    const gg_part_entry *entry = wish.redo == NULL ? gg_index_find(known, folder, name) : NULL;
    return entry != NULL && !(wish.retry_failed && entry->failed_units > 0) &&
                   gg_part_check_origin(experiment, entry->manifest, name, NULL) == GG_OK &&
                   gg_index_bytes_hold(entry, folder)
               ? entry
               : NULL;
}

bool gg_part_is_known(const gg_experiment *experiment, const gg_index *known, const char *folder,
                      size_t index, gg_part_wish wish, gg_known_part *out) {
    char name[40];
    const uint64_t first = (uint64_t)index * experiment->plan->units_per_part;
    snprintf(name, sizeof name, "part-%06zu.h5", index);
    const gg_part_entry *entry = vouched(experiment, known, folder, name, wish);
    if (entry == NULL || !are_between(experiment->plan, first,
                                      first + gg_part_units(experiment->plan, index), entry))
        return false;
    *out = (gg_known_part){entry->n_units, entry->failed_units};
    return true;
}

gg_status gg_whole_is_known(const gg_experiment *experiment, const gg_index *known,
                            const char *folder, gg_part_wish wish, bool *is_known,
                            gg_known_part *out, gg_error *err) {
    size_t units = gg_plan_units(experiment->plan);
    const gg_part_entry *entry = vouched(experiment, known, folder, GG_WHOLE_PART, wish);
    *is_known =
        entry != NULL && entry->n_units == units && are_between(experiment->plan, 0, units, entry);
    if (!*is_known)
        return gg_earlier_take_whole(experiment, folder, err);
    *out = (gg_known_part){entry->n_units, entry->failed_units};
    return GG_OK;
}
