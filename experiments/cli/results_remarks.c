/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiments/cli/results_remarks.h"

#include "experiments/output/say.h"
#include "models/base/parse.h"

void gg_say_unchecked(const char *command, const char *path, const gg_results *results) {
    if (results->unchecked)
        gg_say(command,
               "%s: written by an older version, without a checksum: damage cannot be noticed",
               path);
}

void gg_say_results(const char *command, const char *path, const gg_results *results) {
    const char *text = gg_manifest_get(&results->manifest, "plan_networks");
    int64_t planned;
    gg_say_unchecked(command, path, results);
    if (text != NULL && results->units != NULL && gg_parse_integer(text, 1, INT64_MAX, &planned) &&
        results->n_units < (uint64_t)planned)
        gg_say(command, "%s: holds %zu of the %s networks of its plan", path, results->n_units,
               text);
}
