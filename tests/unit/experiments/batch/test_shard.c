/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Which share of a plan a process does: said outright, or by the launcher's variables.
 */
#include "tests/support/support.h"

#include <stdlib.h>
#include <string.h>

#include "experiments/batch/shard.h"

static const char *const variables[] = {
    "SLURM_ARRAY_TASK_ID",
    "SLURM_ARRAY_TASK_MIN",
    "SLURM_ARRAY_TASK_MAX",
    "SLURM_ARRAY_TASK_STEP",
    "SLURM_ARRAY_TASK_COUNT",
    "OMPI_COMM_WORLD_RANK",
    "OMPI_COMM_WORLD_SIZE",
    "PMI_RANK",
    "PMI_SIZE",
    "SLURM_PROCID",
    "SLURM_STEP_NUM_TASKS",
    "SLURM_STEP_ID",
    "SGE_TASK_ID",
    "SGE_TASK_FIRST",
    "SGE_TASK_LAST",
    "SGE_TASK_STEPSIZE",
    "PBS_ARRAY_INDEX",
    "PBS_ARRAYID",
    "LSB_JOBINDEX",
};

/* The shard under an environment of "NAME=value" pairs, ended by NULL, and no other of ours. */
static gg_status under(const char *const *pairs, gg_shard *shard, gg_error *err) {
    for (size_t k = 0; k < sizeof variables / sizeof *variables; k++)
        unsetenv(variables[k]);
    for (; *pairs != NULL; pairs++) {
        char name[64];
        const char *equals = strchr(*pairs, '=');
        memcpy(name, *pairs, (size_t)(equals - *pairs));
        name[equals - *pairs] = '\0';
        setenv(name, equals + 1, 1);
    }
    *err = (gg_error){0};
    return gg_shard_from_environment(shard, err);
}

#define UNDER(...) under((const char *const[]){__VA_ARGS__, NULL}, &shard, &err)
#define ARRAY(id, min, max, step, count)                                                           \
    "SLURM_ARRAY_TASK_ID=" id, "SLURM_ARRAY_TASK_MIN=" min, "SLURM_ARRAY_TASK_MAX=" max,           \
        "SLURM_ARRAY_TASK_STEP=" step, "SLURM_ARRAY_TASK_COUNT=" count

static void assert_shard(const gg_shard *shard, size_t index, size_t count) {
    assert_int_equal(shard->index, index);
    assert_int_equal(shard->count, count);
}

static void test_shards_are_said_outright(void **state) {
    (void)state;
    gg_shard shard;
    gg_error err = {0};
    assert_success(gg_shard_parse("3/7", &shard, &err), &err);
    assert_shard(&shard, 2, 7);
    static const char *const bad[] = {"0/2", "3/2", "2", "1/0", "a/b", "1/2/3", "", "/", "1/ 2"};
    for (size_t k = 0; k < sizeof bad / sizeof *bad; k++) {
        err = (gg_error){0};
        assert_int_equal(gg_shard_parse(bad[k], &shard, &err), GG_E_USAGE);
        assert_says(&err, "is not K/N");
    }
}

static void test_launchers_are_heard(void **state) {
    (void)state;
    gg_shard shard;
    gg_error err;
    const char *const nothing[] = {NULL};
    assert_success(under(nothing, &shard, &err), &err);
    assert_shard(&shard, 0, 1);
    assert_null(shard.source);
    assert_success(UNDER(ARRAY("0", "0", "4", "1", "5")), &err);
    assert_shard(&shard, 0, 5);
    assert_success(UNDER(ARRAY("9", "3", "11", "2", "5")), &err);
    assert_shard(&shard, 3, 5);
    assert_success(
        UNDER("SGE_TASK_ID=7", "SGE_TASK_FIRST=1", "SGE_TASK_LAST=8", "SGE_TASK_STEPSIZE=2"), &err);
    assert_shard(&shard, 3, 4);
    assert_success(UNDER("SGE_TASK_ID=undefined", "LSB_JOBINDEX=0"), &err);
    assert_shard(&shard, 0, 1);
    assert_success(UNDER("OMPI_COMM_WORLD_RANK=2", "OMPI_COMM_WORLD_SIZE=4"), &err);
    assert_shard(&shard, 2, 4);
    assert_success(UNDER("PMI_RANK=0", "PMI_SIZE=3"), &err);
    assert_shard(&shard, 0, 3);
    assert_success(UNDER("SLURM_PROCID=1", "SLURM_STEP_NUM_TASKS=2", "SLURM_STEP_ID=0"), &err);
    assert_shard(&shard, 1, 2);
    /* An array task that starts MPI ranks of its own is one share. */
    assert_success(UNDER(ARRAY("1", "0", "1", "1", "2"), "PMI_RANK=0", "PMI_SIZE=3"), &err);
    assert_shard(&shard, 1, 2);
}

static void test_a_batch_script_is_no_rank(void **state) {
    (void)state;
    gg_shard shard;
    gg_error err;
    assert_success(UNDER("SLURM_PROCID=0", "SLURM_STEP_NUM_TASKS=4"), &err);
    assert_shard(&shard, 0, 1);
}

static void test_what_says_nothing_about_shares_is_refused(void **state) {
    (void)state;
    gg_shard shard;
    gg_error err;
    assert_int_equal(UNDER(ARRAY("7", "3", "7", "1", "2")), GG_E_USAGE);
    assert_says(&err, "has gaps");
    assert_int_equal(UNDER("SLURM_ARRAY_TASK_ID=1"), GG_E_USAGE);
    assert_says(&err, "--shard K/N");
    assert_int_equal(UNDER("PMI_RANK=3", "PMI_SIZE=3"), GG_E_USAGE);
    assert_says(&err, "PMI_RANK=3");
    assert_int_equal(UNDER("PMI_RANK=x", "PMI_SIZE=3"), GG_E_USAGE);
    assert_int_equal(
        UNDER("SGE_TASK_ID=3", "SGE_TASK_FIRST=1", "SGE_TASK_LAST=4", "SGE_TASK_STEPSIZE=4"),
        GG_E_USAGE);
    assert_says(&err, "the Grid Engine array has gaps");
    assert_int_equal(UNDER("PBS_ARRAY_INDEX=3"), GG_E_USAGE);
    assert_says(&err, "say --shard $PBS_ARRAY_INDEX/N");
    assert_int_equal(UNDER("PBS_ARRAYID=0"), GG_E_USAGE);
    assert_int_equal(UNDER("LSB_JOBINDEX=2"), GG_E_USAGE);
    assert_says(&err, "$LSB_JOBINDEX_END");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_shards_are_said_outright),
        cmocka_unit_test(test_launchers_are_heard),
        cmocka_unit_test(test_a_batch_script_is_no_rank),
        cmocka_unit_test(test_what_says_nothing_about_shares_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, assert_nothing_leaked);
}
