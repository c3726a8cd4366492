/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The manifest of a batch as JSON in the folder of its results, there before the first part is.
 */
#pragma once

#include "experiments/results/results.h"

/* Writes manifest.json, or manifest-K-of-N.json for a shard (0-based) of several: the manifest's
 * entries, the shard and the time. A retry or continuation replaces it. Errors: GG_E_IO,
 * GG_E_NOMEM. */
gg_status gg_manifest_write_json(const gg_manifest *manifest, const char *folder, size_t shard,
                                 size_t shards, gg_error *err);

/* Reads the entries of any one manifest of the folder; *n_found is how many there are. The caller
 * clears *out. Errors: GG_E_IO (the folder), GG_E_INPUT (not JSON), GG_E_NOMEM. */
gg_status gg_manifest_read_json(const char *folder, gg_manifest *out, size_t *n_found,
                                gg_error *err);
