/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Output files appear whole or not at all, devices stay what they are, and inputs too.
 *
 * Covers outfile and kept_inputs.
 */
#include "tests/support/support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "models/base/alloc.h"
#include "models/base/outfile.h"
#include "tests/support/temporary_folder.h"

static gg_outfile *open_for(const char *path, FILE **stream) {
    gg_outfile *out = NULL;
    gg_error err = {0};
    assert_success(gg_outfile_open(path, &out, stream, &err), &err);
    return out;
}

static void assert_holds(const char *path, const char *text) {
    size_t size;
    char *found = read_whole(path, &size);
    assert_string_equal(found, text);
    free(found);
}

static void a_commit_replaces_the_target(void **state) {
    const char *path = folder_file(state, "out.txt");
    write_whole(path, "old", 3);
    FILE *stream;
    gg_outfile *out = open_for(path, &stream);
    fputs("new", stream);
    fflush(stream);
    assert_holds(path, "old"); /* until the commit */
    assert_string_not_equal(gg_outfile_path(out), path);
    gg_error err = {0};
    assert_success(gg_outfile_commit(out, &err), &err);
    assert_holds(path, "new");
    assert_int_equal(folder_count(state), 1);
}

static void an_abort_leaves_nothing(void **state) {
    const char *path = folder_file(state, "out.txt");
    FILE *stream;
    gg_outfile *out = open_for(path, &stream);
    fputs("half", stream);
    gg_outfile_abort(out);
    gg_outfile_abort(NULL);
    assert_int_equal(folder_count(state), 0);
    write_whole(path, "old", 3);
    out = open_for(path, NULL);
    gg_outfile_abort(out);
    assert_holds(path, "old");
    assert_int_equal(folder_count(state), 1);
}

static void a_writer_by_name_is_committed_too(void **state) {
    const char *path = folder_file(state, "out.h5");
    gg_outfile *out = open_for(path, NULL);
    write_whole(gg_outfile_path(out), "by name", 7);
    gg_error err = {0};
    assert_success(gg_outfile_commit(out, &err), &err);
    assert_holds(path, "by name");
    assert_int_equal(folder_count(state), 1);
}

/* What used to be the temporary name was known to everybody. */
static void a_planted_link_is_not_followed(void **state) {
    char victim[256], planted[256];
    const char *path = folder_file(state, "victim");
    write_whole(path, "mine", 4);
    strcpy(victim, path);
    path = folder_file(state, "out.txt");
    snprintf(planted, sizeof planted, "%s.%ld.tmp", path, (long)getpid());
    assert_int_equal(symlink(victim, planted), 0);
    for (int k = 0; k < 2; k++) {
        FILE *stream;
        gg_error err = {0};
        gg_outfile *out = open_for(path, &stream);
        fputs("text", stream);
        assert_success(gg_outfile_commit(out, &err), &err);
    }
    assert_holds(victim, "mine");
}

static unsigned mode_of(const char *path) {
    struct stat info;
    assert_int_equal(lstat(path, &info), 0);
    return (unsigned)info.st_mode & 07777;
}

static void a_replaced_file_hands_on_its_mode(void **state) {
    static const mode_t modes[] = {0600, 0444, 0755, 0000};
    const char *path = folder_file(state, "out.txt");
    gg_error err = {0};
    mode_t before = umask(026);
    assert_success(gg_outfile_commit(open_for(path, NULL), &err), &err);
    assert_int_equal(mode_of(path), 0640);
    for (size_t k = 0; k < sizeof modes / sizeof *modes; k++) {
        FILE *stream;
        assert_int_equal(chmod(path, modes[k]), 0);
        gg_outfile *out = open_for(path, k % 2 == 0 ? &stream : NULL);
        assert_int_equal(mode_of(gg_outfile_path(out)), 0600);
        assert_success(gg_outfile_commit(out, &err), &err);
        assert_int_equal(mode_of(path), modes[k]);
    }
    umask(before);
}

static void leftovers_of_the_same_target_go(void **state) {
    static const char *const gone = "out.txt.goagap-abcdef.tmp";
    static const char *const kept[] = {"out.txt.goagap-ABCDEF.tmp",  "out.txt.goagap-abcde.tmp",
                                       "out.goagap-abcdef.tmp",      "2out.txt.goagap-abcdef.tmp",
                                       "out.txt.goagap-abcdef.tmp2", "out.txt.backup"};
    enum { N_KEPT = sizeof kept / sizeof *kept };
    for (size_t k = 0; k < N_KEPT; k++)
        write_whole(folder_file(state, kept[k]), "x", 1);
    write_whole(folder_file(state, gone), "x", 1);
    gg_error err = {0};
    FILE *stream;
    assert_success(gg_outfile_commit(open_for(folder_file(state, "out.txt"), &stream), &err), &err);
    assert_int_not_equal(access(folder_file(state, gone), F_OK), 0);
    assert_int_equal(folder_count(state), N_KEPT + 1);
    /* Nothing but a file of ours: neither what a link leads to nor the link. */
    assert_int_equal(symlink("out.txt", folder_file(state, gone)), 0);
    assert_success(gg_outfile_commit(open_for(folder_file(state, "out.txt"), &stream), &err), &err);
    assert_int_equal(folder_count(state), N_KEPT + 2);
}

static void writers_of_one_target_leave_each_other_alone(void **state) {
    const char *path = folder_file(state, "out.txt");
    FILE *first, *second;
    gg_error err = {0};
    gg_outfile *one = open_for(path, &first), *other = open_for(path, &second);
    gg_outfile *by_name = open_for(path, NULL);
    write_whole(gg_outfile_path(by_name), "third", 5);
    assert_int_equal(folder_count(state), 3);
    fputs("first", first);
    fputs("second", second);
    assert_success(gg_outfile_commit(one, &err), &err);
    assert_holds(path, "first");
    assert_success(gg_outfile_commit(other, &err), &err);
    assert_holds(path, "second");
    assert_success(gg_outfile_commit(by_name, &err), &err);
    assert_holds(path, "third");
    assert_int_equal(folder_count(state), 1);
}

static void the_longest_names_can_be_written(void **state) {
    char name[256] = "";
    memset(name, 'n', 255);
    FILE *stream;
    gg_error err = {0};
    const char *path = folder_file(state, name);
    gg_outfile *out = open_for(path, &stream);
    fputs("text", stream);
    assert_success(gg_outfile_commit(out, &err), &err);
    assert_holds(path, "text");
}

static void assert_refused(const char *path, const char *reason) {
    for (int with_stream = 0; with_stream < 2; with_stream++) {
        gg_outfile *out = (gg_outfile *)&out;
        FILE *stream;
        gg_error err = {0};
        assert_int_equal(gg_outfile_open(path, &out, with_stream ? &stream : NULL, &err), GG_E_IO);
        assert_null(out);
        assert_says(&err, path);
        assert_says(&err, reason);
    }
}

static void unwritable_targets_are_refused_at_once(void **state) {
    assert_refused(((temporary_folder *)*state)->path, "is a directory");
    assert_refused(folder_file(state, "no/such/folder.txt"), "No such file or directory");
    write_whole(folder_file(state, "file"), "x", 1);
    assert_refused(folder_file(state, "file/below"), "Not a directory");
    assert_int_equal(folder_count(state), 1);
}

static void a_missing_folder_is_made_with_the_output(void **state) {
    FILE *stream;
    gg_error err = {0};
    const char *path = folder_file(state, "new/out.txt"), *folder = folder_file(state, "new");
    gg_outfile_abort(open_for(path, &stream));
    assert_int_not_equal(access(folder, F_OK), 0);
    gg_outfile *out = open_for(path, &stream);
    fputs("text", stream);
    assert_success(gg_outfile_commit(out, &err), &err);
    assert_holds(path, "text");
    /* What another writer put into it stays. */
    gg_outfile_abort(open_for(folder_file(state, "new/other.txt"), &stream));
    assert_holds(path, "text");
    assert_success(gg_folder_make(folder, &err), &err);
    assert_int_equal(gg_folder_make(path, &err), GG_E_IO);
    assert_says(&err, "out.txt: is not a folder");
    assert_int_equal(unlink(path), 0);
    assert_int_equal(rmdir(folder), 0);
}

static void devices_are_written_straight(void **state) {
    (void)state;
    struct stat before, after;
    FILE *stream;
    gg_error err = {0};
    assert_int_equal(stat("/dev/null", &before), 0);
    gg_outfile *out = open_for("/dev/null", &stream);
    assert_string_equal(gg_outfile_path(out), "/dev/null");
    fputs("gone", stream);
    assert_success(gg_outfile_commit(out, &err), &err);
    gg_outfile_abort(open_for("/dev/null", &stream));
    assert_int_equal(stat("/dev/null", &after), 0);
    assert_true(S_ISCHR(after.st_mode));
    assert_true(before.st_rdev == after.st_rdev && before.st_ino == after.st_ino);
}

static void a_full_device_is_an_error(void **state) {
    (void)state;
    FILE *stream;
    gg_error err = {0};
    gg_outfile *out = open_for("/dev/full", &stream);
    fputs("text", stream);
    assert_int_equal(gg_outfile_commit(out, &err), GG_E_IO);
    assert_says(&err, "/dev/full: writing failed: No space left on device");
    struct stat after;
    assert_int_equal(stat("/dev/full", &after), 0);
    assert_true(S_ISCHR(after.st_mode));
}

static void a_failed_rename_leaves_nothing(void **state) {
    const char *path = folder_file(state, "out");
    FILE *stream;
    gg_error err = {0};
    gg_outfile *out = open_for(path, &stream);
    fputs("text", stream);
    /* A folder takes the name meanwhile. */
    assert_int_equal(mkdir(path, 0700), 0);
    assert_int_equal(gg_outfile_commit(out, &err), GG_E_IO);
    assert_says(&err, "writing failed");
    assert_int_equal(folder_count(state), 1);
    assert_int_equal(rmdir(path), 0);
}

static void a_dash_is_stdout(void **state) {
    (void)state;
    FILE *stream = NULL;
    gg_error err = {0};
    gg_outfile *out = open_for("-", &stream);
    assert_ptr_equal(stream, stdout);
    assert_success(gg_outfile_commit(out, &err), &err);
    gg_outfile_abort(open_for("-", &stream));
    assert_true(fileno(stdout) >= 0); /* not closed */
    assert_int_equal(fflush(stdout), 0);
}

static void allocation_failures_are_reported(void **state) {
    const char *path = folder_file(state, "out.txt");
    for (long allowed = 0; allowed < 4; allowed++) {
        gg_outfile *out = NULL;
        FILE *stream;
        gg_error err = {0};
        gg_alloc_fail_after(allowed);
        gg_status status = gg_outfile_open(path, &out, &stream, &err);
        gg_alloc_fail_after(-1);
        assert_int_equal(status, GG_E_NOMEM);
        assert_int_equal(folder_count(state), 0);
    }
}

static void refused(const char *path, const char *reason) {
    gg_error err = {0};
    gg_outfile *out = NULL;
    FILE *stream = NULL;
    assert_int_equal(gg_check_output(path, &err), GG_E_USAGE);
    assert_says(&err, reason);
    assert_int_equal(gg_outfile_open(path, &out, &stream, NULL), GG_E_USAGE);
    assert_null(out);
}

static void an_input_is_not_replaced(void **state) {
    gg_error err = {0};
    const char *path = folder_file(state, "part-1.h5");
    char folder[512], link_path[600], fresh[600];
    snprintf(folder, sizeof folder, "%s", path);
    *strrchr(folder, '/') = '\0';
    snprintf(link_path, sizeof link_path, "%s/link", folder);
    snprintf(fresh, sizeof fresh, "%s/fresh", folder);
    write_whole(path, "in", 2);
    assert_int_equal(link(path, link_path), 0);
    for (int through_folder = 0; through_folder < 2; through_folder++) {
        assert_success(gg_check_output(path, &err), &err);
        assert_success(gg_keep_input(through_folder ? folder : path, &err), &err);
        refused(path, "is read");
        refused(link_path, "is the same file as ");
        assert_success(gg_check_output(fresh, &err), &err);
        assert_success(gg_check_output(folder, &err), &err);
        gg_forget_inputs();
    }
    assert_success(gg_keep_input("/dev/null", &err), &err);
    assert_success(gg_keep_input(fresh, &err), &err);
    assert_success(gg_check_output("/dev/null", &err), &err);
    assert_holds(path, "in");
    gg_alloc_fail_after(0);
    assert_int_equal(gg_keep_input(path, NULL), GG_E_NOMEM);
    gg_alloc_fail_after(1);
    assert_int_equal(gg_keep_input(path, NULL), GG_E_NOMEM);
    gg_alloc_fail_after(-1);
    gg_forget_inputs();
}

int main(void) {
#define IN_A_FOLDER(test) cmocka_unit_test_setup_teardown(test, folder_setup, folder_teardown)
    const struct CMUnitTest tests[] = {
        IN_A_FOLDER(a_commit_replaces_the_target),
        IN_A_FOLDER(an_abort_leaves_nothing),
        IN_A_FOLDER(a_writer_by_name_is_committed_too),
        IN_A_FOLDER(a_planted_link_is_not_followed),
        IN_A_FOLDER(a_replaced_file_hands_on_its_mode),
        IN_A_FOLDER(leftovers_of_the_same_target_go),
        IN_A_FOLDER(writers_of_one_target_leave_each_other_alone),
        IN_A_FOLDER(the_longest_names_can_be_written),
        IN_A_FOLDER(unwritable_targets_are_refused_at_once),
        IN_A_FOLDER(a_missing_folder_is_made_with_the_output),
        cmocka_unit_test(devices_are_written_straight),
        cmocka_unit_test(a_full_device_is_an_error),
        IN_A_FOLDER(a_failed_rename_leaves_nothing),
        cmocka_unit_test(a_dash_is_stdout),
        IN_A_FOLDER(allocation_failures_are_reported),
        IN_A_FOLDER(an_input_is_not_replaced),
    };
    return cmocka_run_group_tests(tests, NULL, assert_nothing_leaked);
}
