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

/* Arrays of jobs, as their schedulers say where in one a process is. */
typedef struct job_array {
    const char *name, *id, *no_array;        /* the value of `id` outside arrays, or NULL */
    const char *first, *last, *step, *count; /* NULL: the scheduler does not say */
    const char *advice;
} job_array;

static const job_array arrays[] = {
    {"the Slurm array", "SLURM_ARRAY_TASK_ID", NULL, "SLURM_ARRAY_TASK_MIN", "SLURM_ARRAY_TASK_MAX",
     "SLURM_ARRAY_TASK_STEP", "SLURM_ARRAY_TASK_COUNT", "--shard K/N"},
    {"the Grid Engine array", "SGE_TASK_ID", "undefined", "SGE_TASK_FIRST", "SGE_TASK_LAST",
     "SGE_TASK_STEPSIZE", NULL, "--shard K/N"},
    {"the PBS array", "PBS_ARRAY_INDEX", NULL, NULL, NULL, NULL, NULL,
     "--shard $PBS_ARRAY_INDEX/N"},
    {"the Torque array", "PBS_ARRAYID", NULL, NULL, NULL, NULL, NULL, "--shard $PBS_ARRAYID/N"},
    {"the LSF array", "LSB_JOBINDEX", "0", NULL, NULL, NULL, NULL,
     "--shard $LSB_JOBINDEX/$LSB_JOBINDEX_END, where its numbers begin at 1"},
};

static gg_status from_array(const job_array *array, gg_shard *shard, gg_error *err) {
    int64_t id, first, last, step = 1, count;
    if (array->first == NULL)
        return gg_fail(err, GG_E_USAGE, "%s (%s) does not say how many tasks it has: say %s",
                       array->name, array->id, array->advice);
    variable(array->step, 1, &step);
    bool numbers = variable(array->id, 0, &id) && variable(array->first, 0, &first) &&
                   variable(array->last, 0, &last) && last >= first;
    if (numbers)
        count = (last - first) / step + 1;
    if (!numbers || (array->count != NULL && !variable(array->count, 1, &count)))
        return gg_fail(err, GG_E_USAGE, "%s: %s, %s, %s%s%s are not all numbers: say %s",
                       array->name, array->id, array->first, array->last,
                       array->count != NULL ? ", " : "", array->count != NULL ? array->count : "",
                       array->advice);
    if (count > MOST_SHARDS || (last - first) / step + 1 != count || id < first || id > last ||
        (id - first) % step != 0)
        return gg_fail(err, GG_E_USAGE,
                       "%s has gaps, so that its numbers say nothing about shares: say %s",
                       array->name, array->advice);
    *shard = (gg_shard){(size_t)((id - first) / step), (size_t)count, array->name};
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
    *shard = (gg_shard){.count = 1};
    for (size_t k = 0; k < sizeof arrays / sizeof *arrays; k++) {
        const char *id = getenv(arrays[k].id);
        if (id != NULL && (arrays[k].no_array == NULL || strcmp(id, arrays[k].no_array) != 0))
            return from_array(&arrays[k], shard, err);
    }
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
