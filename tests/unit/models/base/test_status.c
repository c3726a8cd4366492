/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Error messages: the innermost cause survives; and the clock and flag that stop long runs.
 */
#include "tests/support/support.h"

#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "models/base/timer.h"

static void the_first_writer_wins(void **state) {
    (void)state;
    gg_error err = {0};
    assert_int_equal(gg_fail(&err, GG_E_IO, "file %d", 7), GG_E_IO);
    assert_int_equal(gg_fail(&err, GG_E_INPUT, "later"), GG_E_INPUT);
    assert_int_equal(err.status, GG_E_IO);
    assert_string_equal(err.message, "file 7");
    assert_int_equal(gg_fail(NULL, GG_E_NOMEM, "nobody listens"), GG_E_NOMEM);
}

static void a_prefix_goes_in_front(void **state) {
    (void)state;
    gg_error err = {0};
    gg_error_prefix(NULL, "file");
    gg_error_prefix(&err, "file");
    assert_string_equal(err.message, "");
    gg_fail(&err, GG_E_INPUT, "alpha[3]: nan");
    gg_error_prefix(&err, "a.json");
    gg_error_prefix(&err, "solve");
    assert_string_equal(err.message, "solve: a.json: alpha[3]: nan");
}

static void long_messages_are_cut_not_overrun(void **state) {
    (void)state;
    char text[2 * GG_ERROR_MESSAGE_SIZE];
    memset(text, 'x', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    gg_error err = {0};
    gg_fail(&err, GG_E_INPUT, "%s", text);
    assert_int_equal(strlen(err.message), GG_ERROR_MESSAGE_SIZE - 1);
    gg_error_prefix(&err, "file");
    assert_int_equal(strlen(err.message), GG_ERROR_MESSAGE_SIZE - 1);
    assert_memory_equal(err.message, "file: xxx", 9);
    gg_error_prefix(&err, text);
    assert_true(strlen(err.message) < GG_ERROR_MESSAGE_SIZE);
}

static void every_status_has_a_name_of_its_own(void **state) {
    (void)state;
    for (int a = GG_OK; a <= GG_E_SOLVER; a++) {
        assert_string_not_equal(gg_status_text((gg_status)a), "unknown status");
        for (int b = GG_OK; b < a; b++)
            assert_string_not_equal(gg_status_text((gg_status)a), gg_status_text((gg_status)b));
    }
    assert_string_equal(gg_status_text((gg_status)1000), "unknown status");
}

static void time_does_not_run_backwards(void **state) {
    (void)state;
    double first = gg_now_s(), last = first;
    for (int k = 0; k < 1000; k++) {
        double now = gg_now_s();
        assert_true(now >= last);
        last = now;
    }
    usleep(2000);
    assert_true(gg_now_s() - first >= 0.002);
}

static void the_stop_flag_is_raised_and_cleared(void **state) {
    (void)state;
    assert_false(gg_stop_requested());
    gg_stop_request(true);
    assert_true(gg_stop_requested());
    gg_stop_request(false);
    assert_false(gg_stop_requested());
}

/* The first signal raises the flag, the second ends the process: exit code of a child that sends
 * itself `count` signals. */
static int child_with_signals(int number, int count) {
    pid_t child = fork();
    if (child == 0) {
        gg_stop_on_signals();
        for (int k = 0; k < count; k++)
            raise(number);
        _exit(gg_stop_requested() ? 10 : 11);
    }
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    return WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status);
}

static void signals_ask_first_and_then_end(void **state) {
    (void)state;
    assert_int_equal(child_with_signals(SIGINT, 0), 11);
    assert_int_equal(child_with_signals(SIGINT, 1), 10);
    assert_int_equal(child_with_signals(SIGTERM, 1), 10);
    assert_int_equal(child_with_signals(SIGINT, 2), -SIGINT);
    assert_int_equal(child_with_signals(SIGTERM, 2), -SIGTERM);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_first_writer_wins),
        cmocka_unit_test(a_prefix_goes_in_front),
        cmocka_unit_test(long_messages_are_cut_not_overrun),
        cmocka_unit_test(every_status_has_a_name_of_its_own),
        cmocka_unit_test(time_does_not_run_backwards),
        cmocka_unit_test(the_stop_flag_is_raised_and_cleared),
        cmocka_unit_test(signals_ask_first_and_then_end),
    };
    return cmocka_run_group_tests(tests, NULL, assert_nothing_leaked);
}
