/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Other people's programs as strategies: what they are told, what they may answer, and how they
 * are ended.
 *
 * Covers child_process.
 */
#include "tests/support/support.h"

#include <errno.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "experiments/batch/external.h"
#include "models/base/alloc.h"
#include "models/base/timer.h"
#include "tests/support/instances/random_instance.h"
#include "tests/support/temporary_folder.h"

enum { USERS = 3 };

static gg_instance *three_users(void) {
    random_shape shape = {.n_users = USERS,
                          .n_servers = 2,
                          .tau = 0.5,
                          .payload_factor = 1.0,
                          .capacity_spread = 1.0,
                          .power_spread = 1.0};
    return random_instance(shape, 5);
}

static gg_status ask(const char *command, double time_limit_s, int32_t **assignment,
                     gg_error *err) {
    gg_instance *instance = three_users();
    gg_solve_options options = gg_solve_options_init();
    options.time_limit_s = time_limit_s;
    options.objective = GG_UNIFORM;
    options.run = 7;
    *err = (gg_error){0};
    gg_status status = gg_external_solve(command, instance, &options, assignment, err);
    gg_instance_free(instance);
    return status;
}

static void answered(const char *command, int32_t a, int32_t b, int32_t c) {
    int32_t *assignment;
    gg_error err;
    assert_success(ask(command, 20.0, &assignment, &err), &err);
    assert_int_equal(assignment[0], a);
    assert_int_equal(assignment[1], b);
    assert_int_equal(assignment[2], c);
    gg_free(assignment);
}

static void test_answers_are_arrays_or_objects(void **state) {
    (void)state;
    answered("echo '[0, -1, 1]'", 0, -1, 1);
    answered("cat >/dev/null; echo '{\"assignment\": [1, 1, -1], \"note\": 3}'", 1, 1, -1);
    /* The answer may come before the question is read, and in pieces. */
    answered("printf '[0,'; sleep 0.05; printf '0,0]'", 0, 0, 0);
}

static void test_the_instance_and_the_task_arrive(void **state) {
    (void)state;
    answered("grep -q '\"n_users\": 3' && test $GOAGAP_OBJECTIVE = uniform && "
             "test $GOAGAP_RUN = 7 && test $GOAGAP_SEED = 1 && echo '[0,0,0]'",
             0, 0, 0);
}

static void refused(const char *command, double time_limit_s, const char *reason) {
    int32_t *assignment;
    gg_error err;
    assert_int_equal(ask(command, time_limit_s, &assignment, &err), GG_E_SOLVER);
    assert_null(assignment);
    assert_says(&err, "external: ");
    assert_says(&err, reason);
}

static void test_bad_answers_are_refused_with_the_reason(void **state) {
    (void)state;
    refused("echo '[0, 0]'", 20, "has 2 entries, the instance 3 users");
    refused("echo '[0, 0, 2]'", 20, "entry 2 is neither -1 nor a server below 2");
    refused("echo '[0, 0, -2]'", 20, "entry 2 is neither");
    refused("echo '[0, 0.5, 0]'", 20, "entry 1 is neither");
    refused("echo '{}'", 20, "neither an array nor an object");
    refused("echo '[0,0,0] x'", 20, "the answer is not JSON");
    refused("true", 20, "the answer is not JSON");
    refused("echo '[0,0,0]'; echo one >&2; echo 'no \001 idea' >&2; exit 3", 20,
            "ended with exit code 3: no ? idea");
    refused("kill -9 $$", 20, "exit code 137");
    refused("no-such-program-at-all", 20, "exit code 127");
    refused("yes", 20, "the answer is larger than");
}

static bool alive(pid_t pid) {
    return kill(pid, 0) == 0 || errno != ESRCH;
}

static pid_t pid_in(const char *path) {
    int pid = 0;
    FILE *stream = fopen(path, "r");
    assert_non_null(stream);
    assert_int_equal(fscanf(stream, "%d", &pid), 1);
    fclose(stream);
    return pid;
}

/* Dead processes need a moment to be gone. */
static void assert_ends(pid_t pid) {
    for (int k = 0; k < 500 && alive(pid); k++)
        usleep(10000);
    assert_false(alive(pid));
}

static void test_what_is_late_is_ended_with_all_it_started(void **state) {
    char command[512];
    const char *path = folder_file(state, "pid");
    double start_s = gg_now_s();
    snprintf(command, sizeof command, "sh -c 'echo $$ >%s; sleep 100; echo' & sleep 100", path);
    refused(command, 0.3, "no answer within 0.3 s");
    assert_true(gg_now_s() - start_s < 50.0);
    assert_ends(pid_in(path));
    /* Closed its output, and stays. */
    refused("exec >&- 2>&-; sleep 100", 0.2, "no answer within 0.2 s");
}

/* What leaves its session, and its parent, is ended all the same. */
static void test_sessions_of_their_own_are_no_way_out(void **state) {
    char command[512];
    const char *path = folder_file(state, "pid");
    snprintf(command, sizeof command,
             "setsid sh -c 'setsid sh -c \"echo \\$\\$ >%s; exec sleep 100\" & exit' & sleep 100",
             path);
    refused(command, 0.5, "no answer within 0.5 s");
    assert_ends(pid_in(path));
    assert_int_equal(unlink(path), 0);
    /* A program that answered leaves nothing either, nor does it wait for what it leaves. */
    double start_s = gg_now_s();
    snprintf(
        command, sizeof command,
        "setsid sh -c 'echo $$ >%s; exec sleep 100' & while ! test -s %s; do sleep 0.01; done; "
        "echo '[0,0,0]'",
        path, path);
    answered(command, 0, 0, 0);
    assert_true(gg_now_s() - start_s < 10.0);
    assert_ends(pid_in(path));
}

/* The limit grows with every user: it is a sum. */
static void test_long_answers_have_room(void **state) {
    (void)state;
    random_shape shape = {.n_users = 32768,
                          .n_servers = 1,
                          .tau = 0.5,
                          .payload_factor = 1.0,
                          .capacity_spread = 1.0,
                          .power_spread = 1.0};
    gg_instance *instance = random_instance(shape, 5);
    gg_solve_options options = gg_solve_options_init();
    int32_t *assignment = NULL;
    gg_error err = {0};
    gg_status status = gg_external_solve("head -c 1500000 /dev/zero | tr '\\0' ' '; printf '['; "
                                         "yes 0, | head -n 32767 | tr -d '\\n'; echo '0]'",
                                         instance, &options, &assignment, &err);
    assert_success(status, &err);
    gg_free(assignment);
    size_t n_users = instance->n_users;
    instance->n_users = SIZE_MAX / 31;
    assert_int_equal(gg_external_solve("true", instance, &options, &assignment, &err), GG_E_NOMEM);
    assert_null(assignment);
    instance->n_users = n_users;
    gg_instance_free(instance);
}

int main(void) {
    signal(SIGPIPE, SIG_IGN);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_answers_are_arrays_or_objects),
        cmocka_unit_test(test_the_instance_and_the_task_arrive),
        cmocka_unit_test(test_bad_answers_are_refused_with_the_reason),
        cmocka_unit_test_setup_teardown(test_what_is_late_is_ended_with_all_it_started,
                                        folder_setup, folder_teardown),
        cmocka_unit_test_setup_teardown(test_sessions_of_their_own_are_no_way_out, folder_setup,
                                        folder_teardown),
        cmocka_unit_test(test_long_answers_have_room),
    };
    return cmocka_run_group_tests(tests, NULL, assert_nothing_leaked);
}
