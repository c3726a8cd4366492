/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What all who go through the parts of a folder share.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "experiments/results/part_index.h"
#include "models/base/alloc.h"
#include "models/base/compare.h"

static gg_reading_fn watcher;

void gg_results_watch(gg_reading_fn told) {
    watcher = told;
}

void gg__results_tell(size_t done, size_t of) {
    if (watcher != NULL)
        watcher(done, of);
}

int gg__results_is_part(const struct dirent *entry) {
    size_t length = strlen(entry->d_name);
    return strncmp(entry->d_name, "part-", 5) == 0 && length > 8 &&
           strcmp(entry->d_name + length - 3, ".h5") == 0;
}

static int is_whole(const struct dirent *entry) {
    return strcmp(entry->d_name, GG_WHOLE_PART) == 0;
}

gg_status gg__results_list(const char *folder, struct dirent ***entries, size_t *n_found,
                           gg_error *err) {
    int found = scandir(folder, entries, is_whole, NULL);
    if (found == 0) {
        free(*entries);
        found = scandir(folder, entries, gg__results_is_part, alphasort);
    }
    *n_found = found < 0 ? 0 : (size_t)found;
    return found >= 0 ? GG_OK
                      : gg_fail(err, GG_E_IO, "%s: cannot be read: %s", folder, strerror(errno));
}

static int compare_holdings(const void *a, const void *b) {
    const gg__holding *left = a, *right = b;
    GG_COMPARE(left->unit, right->unit);
    GG_COMPARE(left->part, right->part);
    return 0;
}

gg_status gg__results_check_distinct(const char *folder, struct dirent *const *entries,
                                     gg__holding *all, size_t n, gg_error *err) {
    if (n > 0)
        qsort(all, n, sizeof *all, compare_holdings);
    for (size_t k = 1; k < n; k++)
        if (all[k].unit == all[k - 1].unit)
            return gg_fail(err, GG_E_INPUT, "%s/%s: holds network %" PRIu64 ", which %s has too",
                           folder, entries[all[k].part]->d_name, all[k].unit,
                           all[k].part == all[k - 1].part ? "it"
                                                          : entries[all[k - 1].part]->d_name);
    return GG_OK;
}
