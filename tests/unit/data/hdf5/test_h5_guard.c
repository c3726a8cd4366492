/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * When the system or the HDF5 library refuses what opening files safely needs, they are not opened.
 *
 * Covers h5_probe, h5_guard.
 */
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <hdf5.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/support/some_h5.h"
#include "tests/support/support.h"
#include "tests/support/temporary_folder.h"

/* What the functions below, which stand before those of the libraries, do this time. */
typedef enum trouble {
    NONE,
    NO_PROCESS,
    NO_CHILD,
    KILLED,
    ASKED_TO_END,
    NOT_REGISTERED,
    NOT_SET
} trouble;
static trouble now;
static int forks;
static pid_t last_child;

static void *theirs(const char *name) {
    void *function = dlsym(RTLD_NEXT, name);
    assert_non_null(function);
    return function;
}

pid_t fork(void) {
    pid_t (*real)(void);
    if (now == NO_PROCESS) {
        errno = EAGAIN;
        return -1;
    }
    *(void **)(void *)&real = theirs("fork");
    pid_t child = real();
    forks++;
    last_child = child;
    if (child == 0 && now == ASKED_TO_END) {
        raise(SIGTERM);
        /* It lives, to be ended by a fault. */
        abort();
    }
    if (child == 0 && (now == KILLED || now == NO_CHILD))
        raise(SIGKILL);
    return child;
}

pid_t waitpid(pid_t child, int *how, int options) {
    pid_t (*real)(pid_t, int *, int);
    *(void **)(void *)&real = theirs("waitpid");
    pid_t ended = real(child, how, options);
    if (now != NO_CHILD)
        return ended;
    errno = ECHILD;
    return -1;
}

hid_t H5FDregister(const H5FD_class_t *class) {
    hid_t (*real)(const H5FD_class_t *);
    *(void **)(void *)&real = theirs("H5FDregister");
    return now == NOT_REGISTERED ? H5I_INVALID_HID : real(class);
}

herr_t H5Pset_driver(hid_t access, hid_t driver, const void *info) {
    herr_t (*real)(hid_t, hid_t, const void *);
    *(void **)(void *)&real = theirs("H5Pset_driver");
    return now == NOT_SET ? -1 : real(access, driver, info);
}

static void refuses_to_open(void **state, trouble which, gg_status expected, const char *message) {
    const char *path = folder_file(state, "some.h5");
    gg_error err = {0};
    gg_h5 *h5;
    now = NONE;
    assert_success(write_some(path, &err), &err);
    gg_h5_dismiss_guard();
    now = which;
    gg_status status = gg_h5_open(path, &h5, &err);
    now = NONE;
    assert_int_equal(status, expected);
    assert_null(h5);
    assert_says(&err, path);
    assert_says(&err, message);
    err = (gg_error){0};
    assert_success(gg_h5_open(path, &h5, &err), &err);
    gg_h5_close(h5);
}

static void test_no_process_to_examine_with(void **state) {
    refuses_to_open(state, NO_PROCESS, GG_E_IO, strerror(EAGAIN));
}

static void test_end_of_the_process_unknown(void **state) {
    refuses_to_open(state, NO_CHILD, GG_E_IO, strerror(ECHILD));
}

static void test_process_killed_from_outside(void **state) {
    refuses_to_open(state, KILLED, GG_E_IO, "ended from outside (Killed)");
}

static void test_requests_to_end_do_not_cut_the_examination_short(void **state) {
    refuses_to_open(state, ASKED_TO_END, GG_E_INPUT, "crashes reading it (Aborted)");
}

static void opens(const char *path) {
    gg_error err = {0};
    gg_h5 *h5;
    assert_success(gg_h5_open(path, &h5, &err), &err);
    gg_h5_close(h5);
}

static int open_descriptors(void) {
    int count = 0;
    DIR *folder = opendir("/proc/self/fd");
    assert_non_null(folder);
    while (readdir(folder) != NULL)
        count++;
    closedir(folder);
    return count;
}

static void test_one_process_for_many_files(void **state) {
    char here[4096];
    const char *path = folder_file(state, "some.h5");
    gg_error err = {0};
    assert_success(write_some(path, &err), &err);
    gg_h5_dismiss_guard();
    forks = 0;
    opens(path);
    int descriptors = open_descriptors();
    for (int k = 0; k < 20; k++)
        opens(path);
    assert_int_equal(forks, 1);
    assert_int_equal(open_descriptors(), descriptors);
    /* It looks at the file that is meant, wherever it was started. */
    assert_non_null(getcwd(here, sizeof here));
    assert_int_equal(chdir(((temporary_folder *)*state)->path), 0);
    opens("some.h5");
    assert_int_equal(chdir(here), 0);
    assert_int_equal(forks, 1);
}

static void test_a_process_that_went_is_replaced(void **state) {
    const char *path = folder_file(state, "some.h5");
    gg_error err = {0};
    assert_success(write_some(path, &err), &err);
    opens(path);
    forks = 0;
    assert_int_equal(kill(last_child, SIGKILL), 0);
    opens(path);
    opens(path);
    assert_int_equal(forks, 1);
}

/* A forked process has its own, and the other goes on. */
static void test_forked_processes_do_not_share_it(void **state) {
    int how;
    const char *path = folder_file(state, "some.h5");
    gg_error err = {0};
    assert_success(write_some(path, &err), &err);
    opens(path);
    pid_t child = fork();
    if (child == 0) {
        gg_h5 *h5;
        forks = 0;
        bool good = gg_h5_open(path, &h5, NULL) == GG_OK && forks == 1;
        _exit(good ? 0 : 1);
    }
    assert_int_equal(waitpid(child, &how, 0), child);
    assert_int_equal(how, 0);
    forks = 0;
    opens(path);
    assert_int_equal(forks, 0);
}

/* One that is started while files are open knows them, and so stays for one file only. */
static void test_none_stays_that_knows_open_files(void **state) {
    const char *path = folder_file(state, "some.h5"), *other = folder_file(state, "other.h5");
    gg_error err = {0};
    gg_h5 *h5;
    assert_success(write_some(path, &err), &err);
    assert_success(write_some(other, &err), &err);
    gg_h5_dismiss_guard();
    opens(path);
    assert_success(gg_h5_open(path, &h5, &err), &err);
    gg_h5_dismiss_guard();
    forks = 0;
    opens(other);
    opens(other);
    assert_int_equal(forks, 2);
    gg_h5_close(h5);
    opens(other);
    opens(other);
    assert_int_equal(forks, 3);
}

static void test_no_output_without_its_driver(void **state) {
    static const trouble troubles[] = {NOT_REGISTERED, NOT_SET};
    const char *source = folder_file(state, "source.h5"), *path = folder_file(state, "out.h5");
    gg_h5 *h5;
    for (size_t k = 0; k < sizeof troubles / sizeof *troubles; k++) {
        gg_error err = {0};
        now = troubles[k];
        gg_status status = gg_h5_create(path, &h5, &err);
        now = NONE;
        assert_int_equal(status, GG_E_IO);
        assert_null(h5);
        assert_says(&err, "out.h5: the HDF5 library refuses the driver of outputs");
        assert_int_equal(folder_count(state), 0);
    }
    gg_error err = {0};
    assert_success(write_some(source, &err), &err);
    now = NOT_SET;
    gg_status status = gg_h5_create_copy(source, path, &h5, &err);
    now = NONE;
    assert_int_equal(status, GG_E_IO);
    assert_null(h5);
    assert_int_equal(folder_count(state), 1);
}

int main(void) {
#define WITH_FOLDER(test) cmocka_unit_test_setup_teardown(test, folder_setup, folder_teardown)
    const struct CMUnitTest tests[] = {
        /* First: a driver stays registered. */
        WITH_FOLDER(test_no_output_without_its_driver),
        WITH_FOLDER(test_no_process_to_examine_with),
        WITH_FOLDER(test_end_of_the_process_unknown),
        WITH_FOLDER(test_process_killed_from_outside),
        WITH_FOLDER(test_requests_to_end_do_not_cut_the_examination_short),
        WITH_FOLDER(test_one_process_for_many_files),
        WITH_FOLDER(test_a_process_that_went_is_replaced),
        WITH_FOLDER(test_forked_processes_do_not_share_it),
        WITH_FOLDER(test_none_stays_that_knows_open_files),
    };
    return cmocka_run_group_tests(tests, NULL, assert_nothing_leaked);
}
