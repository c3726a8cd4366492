/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiments/batch/shard.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "models/base/parse.h"

enum { MOST_SHARDS = 1000000 };

gg_status gg_shard_parse(const char *text, gg_shard *shard, gg_error *err) {
    const char *slash = strchr(text, '/');
    char first[24] = "";
    int64_t index = 0, count = 0;
    if (slash != NULL && (size_t)(slash - text) < sizeof first) {
        memcpy(first, text, (size_t)(slash - text));
        first[slash - text] = '\0';
    }
    if (slash == NULL || !gg_parse_integer(slash + 1, 1, MOST_SHARDS, &count) ||
        !gg_parse_integer(first, 1, count, &index))
        return gg_fail(err, GG_E_USAGE, "shard: '%s' is not K/N with 1 <= K <= N", text);
    *shard = (gg_shard){(size_t)index - 1, (size_t)count, "--shard"};
    return GG_OK;
}

/* A variable that is set and a number not below `minimum`. */
static bool variable(const char *name, int64_t minimum, int64_t *value) {
    const char *text = getenv(name);
    return text != NULL && gg_parse_integer(text, minimum, INT64_MAX, value);
}

static gg_status from_array(gg_shard *shard, bool *found, gg_error *err) {
    int64_t id, first, last, step = 1, count;
    *found = getenv("SLURM_ARRAY_TASK_ID") != NULL;
    if (!*found)
        return GG_OK;
    variable("SLURM_ARRAY_TASK_STEP", 1, &step);
    if (!variable("SLURM_ARRAY_TASK_ID", 0, &id) || !variable("SLURM_ARRAY_TASK_MIN", 0, &first) ||
        !variable("SLURM_ARRAY_TASK_MAX", 0, &last) ||
        !variable("SLURM_ARRAY_TASK_COUNT", 1, &count))
        return gg_fail(err, GG_E_USAGE,
                       "this is a Slurm array task, but SLURM_ARRAY_TASK_ID, _MIN, _MAX and _COUNT "
                       "are not all numbers: say --shard K/N");
    if (count > MOST_SHARDS || (last - first) / step + 1 != count || id < first || id > last ||
        (id - first) % step != 0)
        return gg_fail(err, GG_E_USAGE,
                       "this Slurm array has gaps, so that its numbers say nothing about shares: "
                       "say --shard K/N");
    *shard = (gg_shard){(size_t)((id - first) / step), (size_t)count, "the Slurm array"};
    return GG_OK;
}

gg_status gg_shard_from_environment(gg_shard *shard, gg_error *err) {
    static const struct {
        const char *rank, *size, *only_if, *source;
    } launchers[] = {
        {"OMPI_COMM_WORLD_RANK", "OMPI_COMM_WORLD_SIZE", NULL, "the MPI rank"},
        {"PMI_RANK", "PMI_SIZE", NULL, "the MPI rank"},
        /* A batch script has these too, but is not a step: it runs once. */
        {"SLURM_PROCID", "SLURM_STEP_NUM_TASKS", "SLURM_STEP_ID", "the Slurm task"},
    };
    bool found;
    *shard = (gg_shard){.count = 1};
    gg_status status = from_array(shard, &found, err);
    if (found)
        return status;
    for (size_t k = 0; k < sizeof launchers / sizeof *launchers; k++) {
        int64_t rank, size;
        if (getenv(launchers[k].rank) == NULL || getenv(launchers[k].size) == NULL ||
            (launchers[k].only_if != NULL && getenv(launchers[k].only_if) == NULL))
            continue;
        if (!variable(launchers[k].size, 1, &size) || !variable(launchers[k].rank, 0, &rank) ||
            rank >= size || size > MOST_SHARDS)
            return gg_fail(err, GG_E_USAGE, "%s=%s and %s=%s are no rank and number of ranks",
                           launchers[k].rank, getenv(launchers[k].rank), launchers[k].size,
                           getenv(launchers[k].size));
        *shard = (gg_shard){(size_t)rank, (size_t)size, launchers[k].source};
        return GG_OK;
    }
    return GG_OK;
}
