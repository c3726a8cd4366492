/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * One file as seen from another's folder.
 */
#include "tests/support/support.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "experiments/output/relative_path.h"
#include "models/base/alloc.h"

static void expect_path(const char *target, const char *from, const char *expected) {
    gg_error err = {0};
    char *path = NULL;
    assert_int_equal(gg_relative_path(target, from, &path, &err), GG_OK);
    assert_string_equal(path, expected);
    gg_free(path);
}

static void test_it_leads_from_folder_to_target(void **state) {
    (void)state;
    char folder[] = "/tmp/goagap-relative-XXXXXX";
    assert_non_null(mkdtemp(folder));
    assert_int_equal(chdir(folder), 0);
    assert_int_equal(mkdir("a", 0700) + mkdir("a/results", 0700) + mkdir("b", 0700), 0);
    expect_path("a/results", "gap.ipynb", "a/results");
    expect_path("a/results", "b/gap.ipynb", "../a/results");
    expect_path("a/results", "a/gap.ipynb", "results");
    expect_path("a/results", "a/results/gap.ipynb", ".");
    expect_path("a", "a/results/gap.ipynb", "..");
    expect_path("a/../b", "/dev/null", "b");
    assert_int_equal(rmdir("a/results") + rmdir("a") + rmdir("b") + rmdir(folder), 0);
}

static void test_what_is_not_there_is_refused(void **state) {
    (void)state;
    gg_error err = {0};
    char *path = NULL;
    assert_int_equal(gg_relative_path("/", "/no/such/folder/gap.ipynb", &path, &err), GG_E_IO);
    assert_non_null(strstr(err.message, "no such folder"));
    err = (gg_error){0};
    assert_int_equal(gg_relative_path("/no/such", "/tmp/gap.ipynb", &path, &err), GG_E_IO);
    assert_non_null(strstr(err.message, "cannot be found again"));
    assert_null(path);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_it_leads_from_folder_to_target),
        cmocka_unit_test(test_what_is_not_there_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, assert_nothing_leaked);
}
