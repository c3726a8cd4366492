/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Parts put together in their place.
 */
#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "experiments/results/part_index.h"
#include "models/base/alloc.h"
#include "models/base/outfile.h"

static int is_replaced(const struct dirent *entry) {
    return gg__results_is_part(entry) && strcmp(entry->d_name, GG_WHOLE_PART) != 0;
}

static void remove_from(const char *folder, int (*goes)(const struct dirent *)) {
    struct dirent **entries = NULL;
    int found = scandir(folder, &entries, goes, NULL);
    while (found-- > 0) {
        char *path = gg_path_in(folder, entries[found]->d_name);
        if (path != NULL)
            unlink(path);
        gg_free(path);
        free(entries[found]);
    }
    free(entries);
}

gg_status gg_results_consolidate(const char *folder, const gg_results *results, gg_error *err) {
    gg_part_places places;
    char *path = gg_path_in(folder, GG_WHOLE_PART);
    gg_status status = path != NULL ? gg_results_write_part(path, results, &places, err)
                                    : gg_fail(err, GG_E_NOMEM, "%s: out of memory", folder);
    gg_free(path);
    if (status != GG_OK)
        return status;
    remove_from(folder, is_replaced);
    remove_from(folder, gg__index_is_file);
    gg_index_add_manifest(folder, 0, 1, &results->manifest);
    gg_index_add_part(folder, 0, 1, GG_WHOLE_PART, results, &places);
    return GG_OK;
}
