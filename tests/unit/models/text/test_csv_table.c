/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * CSV: what is read, what is refused and on which line.
 */
#include <stdio.h>
#include <string.h>

#include "models/base/alloc.h"
#include "models/text/csv_table.h"
#include "tests/support/support.h"
#include "tests/support/temporary_file.h"

static gg_status read_text(const char *text, size_t size, gg_table *table, gg_error *err) {
    temporary_file file = temporary_file_of(text, size);
    gg_status status = gg_csv_read_table(file.path, table, err);
    temporary_file_remove(&file);
    return status;
}

static void reads_a_rectangle(void **state) {
    (void)state;
    const char *texts[] = {
        "1,2.5,-3e2\n4,5,6\n",
        "1,2.5,-3e2\n4,5,6",
        "\357\273\2771,2.5,-3e2\r\n\r\n4,5,6\r\n",
        "s0,s1,s2\n1,2.5,-3e2\n4,5,6\n",
        "user;a;b;c\n0;1;2,5;-3e2\n1;4;5;6\n",
        "1\t2,5\t-3e2\n4\t5\t6\n",
        ",0,1,2\n0,1,2.5,-300.0\n1,4.0,5.0,6.0\n",
        "id,x,y,z\nu2,1,2.5,-3e2\nu10,4,5,6\n",
        "# gains, measured\n\n 1 ,\"2.5\",\t-3e2\n# half way\n4,5,6\n   \n",
    };
    const double expected[] = {1.0, 2.5, -300.0, 4.0, 5.0, 6.0};
    for (size_t t = 0; t < sizeof texts / sizeof *texts; t++) {
        gg_error err = {0};
        gg_table table;
        assert_success(read_text(texts[t], strlen(texts[t]), &table, &err), &err);
        assert_int_equal(table.n_rows, 2);
        assert_int_equal(table.n_columns, 3);
        assert_memory_equal(table.values, expected, sizeof expected);
        gg_free(table.values);
    }
}

static void reads_many_fields_and_rows(void **state) {
    (void)state;
    enum { ROWS = 200, COLUMNS = 150 };
    size_t size = 0;
    char *text = gg_alloc((size_t)ROWS * COLUMNS, 8);
    assert_non_null(text);
    for (int r = 0; r < ROWS; r++)
        for (int c = 0; c < COLUMNS; c++)
            size +=
                (size_t)sprintf(text + size, "%d%c", r * COLUMNS + c, c + 1 < COLUMNS ? ',' : '\n');
    gg_error err = {0};
    gg_table table;
    assert_success(read_text(text, size, &table, &err), &err);
    assert_int_equal(table.n_rows, ROWS);
    assert_int_equal(table.n_columns, COLUMNS);
    for (size_t k = 0; k < (size_t)ROWS * COLUMNS; k++)
        assert_true(table.values[k] == (double)k);
    gg_free(table.values);
    gg_free(text);
}

static void refuses_with_the_line(void **state) {
    (void)state;
    const struct {
        const char *text;
        const char *said;
    } cases[] = {
        {"1,2\n3,x\n", ":2: field 2: \"x\" is not a finite number"},
        {"1,2\n\n# c\n3\n", ":4: has 1 fields, the rows above have 2"},
        {"1,2\n3,4,5\n", ":2: has 3 fields"},
        {"1,\n", ":1: field 2: \"\" is not"},
        {"nan\n", ":1: field 1: \"nan\""},
        {"1\ninf\n", ":2: field 1: \"inf\""},
        {"0x10\n", ":1: field 1: \"0x10\""},
        {"1e999\n", ":1: field 1: \"1e999\""},
        {"1;2,3;x\n", ":1: "},
        {"user,a\n1,2\n0,3\n", ": row 1: user 0 stands behind user 1"},
        {"user,a\nu10,2\nu2,3\n", ": row 1: user 2 stands behind user 10"},
        {"s0,s10,s2\n1,2,3\n", ":1: column \"s2\" stands behind number 10"},
        {"1.5.2\n", ":1: field 1"},
        {"\"1\n", ":1: a quoted field does not end"},
        {"1\"2\n", ":1: a quote within a field"},
        {"user_x,user_y\n", ": has no rows"},
        {"", ": has no rows"},
        {"# nothing\n\n", ": has no rows"},
    };
    for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
        gg_error err = {0};
        gg_table table;
        assert_int_equal(read_text(cases[c].text, strlen(cases[c].text), &table, &err), GG_E_INPUT);
        if (strstr(err.message, cases[c].said) == NULL)
            fail_msg("case %zu: \"%s\" does not say \"%s\"", c, err.message, cases[c].said);
        assert_null(table.values);
    }
}

static void refuses_what_is_no_text(void **state) {
    (void)state;
    gg_error err = {0};
    gg_table table;
    assert_int_equal(read_text("1,2\n3,\0004\n", 9, &table, &err), GG_E_INPUT);
    assert_non_null(strstr(err.message, ":2: contains a NUL byte"));
    err = (gg_error){0};
    assert_int_equal(gg_csv_read_table("/tmp", &table, &err), GG_E_IO);
    assert_non_null(strstr(err.message, "/tmp: cannot be read: Is a directory"));
    err = (gg_error){0};
    assert_int_equal(gg_csv_read_table("tests/no-such.csv", &table, &err), GG_E_IO);
    assert_non_null(strstr(err.message, "tests/no-such.csv: cannot be read"));
}

static void survives_failing_allocations(void **state) {
    (void)state;
    const char *text = "1,2,3\n4,5,6\n7,8,9\n";
    temporary_file file = temporary_file_of(text, strlen(text));
    gg_status status = GG_E_NOMEM;
    for (long allowed = 0; status != GG_OK; allowed++) {
        gg_error err = {0};
        gg_table table;
        gg_alloc_fail_after(allowed);
        status = gg_csv_read_table(file.path, &table, &err);
        gg_alloc_fail_after(-1);
        if (status != GG_OK)
            assert_int_equal(status, GG_E_NOMEM);
        gg_free(table.values);
        assert_int_equal(gg_alloc_live(), 0);
        assert_true(allowed < 100);
    }
    temporary_file_remove(&file);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_a_rectangle),
        cmocka_unit_test(reads_many_fields_and_rows),
        cmocka_unit_test(refuses_with_the_line),
        cmocka_unit_test(refuses_what_is_no_text),
        cmocka_unit_test(survives_failing_allocations),
    };
    return cmocka_run_group_tests(tests, NULL, assert_nothing_leaked);
}
