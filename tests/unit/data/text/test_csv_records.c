/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * CSV of other programs: quoting, line ends, lines of records, limits.
 */
#include <stdio.h>
#include <string.h>

#include "data/text/csv_records.h"
#include "models/base/alloc.h"
#include "tests/support/support.h"
#include "tests/support/temporary_file.h"

/* All records as "line:field|field;". */
static gg_status records_of(const char *text, size_t size, char *found, size_t room,
                            gg_error *err) {
    temporary_file file = temporary_file_of(text, size);
    gg_csv_records *csv = NULL;
    gg_status status = gg_csv_records_open(file.path, &csv, err);
    size_t used = 0;
    int more = 1;
    found[0] = '\0';
    while (status == GG_OK) {
        status = gg_csv_records_next(csv, &more, err);
        if (status != GG_OK || !more)
            break;
        used += (size_t)snprintf(found + used, room - used, "%zu:", gg_csv_records_line(csv));
        for (size_t c = 0; c < gg_csv_records_columns(csv); c++)
            used += (size_t)snprintf(found + used, room - used, "%s%s", c > 0 ? "|" : "",
                                     gg_csv_records_field(csv, (int)c));
        used += (size_t)snprintf(found + used, room - used, ";");
    }
    gg_csv_records_close(csv);
    temporary_file_remove(&file);
    return status;
}

static void reads_records(void **state) {
    (void)state;
    const struct {
        const char *text, *found;
    } cases[] = {
        {"a,b\n1,2\n3,4\n", "2:1|2;3:3|4;"},
        {"a,b\r\n1,2\r\n\r\n3,4", "2:1|2;4:3|4;"},
        {"\xEF\xBB\xBF\"a\",b\n\"x, y\",\"he said \"\"no\"\"\"\n", "2:x, y|he said \"no\";"},
        {"a,b\n\"two\nlines\",1\n\"\",2\n", "2:two\nlines|1;4:|2;"},
        {"a,b\n\"x\"\r\n", ""},
        {"a\n1\n", "2:1;"},
        {"a,b\n,\n", "2:|;"},
        {"a,b\n 1 ,2\n", "2: 1 |2;"},
        {"a,b\n1,\"2\"", "2:1|2;"},
    };
    char found[200];
    for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
        gg_error err = {0};
        gg_status status =
            records_of(cases[c].text, strlen(cases[c].text), found, sizeof found, &err);
        if (c == 4) {
            assert_int_equal(status, GG_E_INPUT);
            assert_says(&err, ":2: has 1 fields, the header has 2");
            continue;
        }
        assert_success(status, &err);
        assert_string_equal(found, cases[c].found);
    }
}

static void refuses_with_the_line(void **state) {
    (void)state;
    char found[200], wide[2 * GG_CSV_FIELDS + 2];
    gg_error err = {0};
    assert_int_equal(records_of("a,b\n1,\0002\n", 9, found, sizeof found, &err), GG_E_INPUT);
    assert_says(&err, ":2: contains a NUL byte");
    for (size_t k = 0; k < sizeof wide; k += 2)
        memcpy(wide + k, "x,", 2);
    err = (gg_error){0};
    assert_int_equal(records_of(wide, sizeof wide, found, sizeof found, &err), GG_E_INPUT);
    assert_says(&err, ":1: a record has more than 4096 fields");
    size_t size = GG_CSV_RECORD_BYTES + 100;
    char *large = gg_alloc(size, 1);
    assert_non_null(large);
    memset(large, 'x', size);
    err = (gg_error){0};
    assert_int_equal(records_of(large, size, found, sizeof found, &err), GG_E_INPUT);
    assert_says(&err, ":1: a record is larger than 16 MiB");
    gg_free(large);
    gg_csv_records *csv;
    err = (gg_error){0};
    assert_int_equal(gg_csv_records_open("tests/no-such.csv", &csv, &err), GG_E_IO);
    assert_says(&err, "tests/no-such.csv: cannot be read");
}

static void finds_columns(void **state) {
    (void)state;
    temporary_file file = temporary_file_of("id,alpha\n", 9);
    gg_csv_records *csv;
    gg_error err = {0};
    assert_success(gg_csv_records_open(file.path, &csv, &err), &err);
    assert_int_equal(gg_csv_records_find(csv, "alpha"), 1);
    assert_int_equal(gg_csv_records_find(csv, "beta"), GG_CSV_NO_COLUMN);
    assert_string_equal(gg_csv_records_field(csv, GG_CSV_NO_COLUMN), "");
    gg_csv_records_close(csv);
    temporary_file_remove(&file);
}

static void survives_failing_allocations(void **state) {
    (void)state;
    const char *text = "a,b\n1,\"a longer \"\"field\"\"\"\n";
    char found[200];
    gg_status status;
    long allowed = 0;
    do {
        gg_error err = {0};
        gg_alloc_fail_after(allowed++);
        status = records_of(text, strlen(text), found, sizeof found, &err);
        gg_alloc_fail_after(-1);
        assert_true(status == GG_OK || status == GG_E_NOMEM);
        assert_int_equal(gg_alloc_live(), 0);
    } while (status != GG_OK);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_records),
        cmocka_unit_test(refuses_with_the_line),
        cmocka_unit_test(finds_columns),
        cmocka_unit_test(survives_failing_allocations),
    };
    return cmocka_run_group_tests(tests, NULL, assert_nothing_leaked);
}
