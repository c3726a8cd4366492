/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * CSV of other programs: quoting, line ends, lines of records, limits.
 *
 * Covers csv_dialect.
 */
#include <stdio.h>
#include <string.h>

#include "models/base/alloc.h"
#include "models/text/csv.h"
#include "tests/support/support.h"
#include "tests/support/temporary_file.h"

/* All records as "line:field|field;", then what was remarked. */
static gg_status records_of(const char *text, size_t size, char *found, size_t room,
                            gg_error *err) {
    temporary_file file = temporary_file_of(text, size);
    gg_csv *csv = NULL;
    gg_status status = gg_csv_open_named(file.path, &csv, err);
    size_t used = 0, n_fields;
    found[0] = '\0';
    while (status == GG_OK) {
        status = gg_csv_next(csv, &n_fields, err);
        if (status != GG_OK || n_fields == 0)
            break;
        used += (size_t)snprintf(found + used, room - used, "%zu:", gg_csv_line(csv));
        for (size_t c = 0; c < gg_csv_columns(csv); c++)
            used += (size_t)snprintf(found + used, room - used, "%s%s", c > 0 ? "|" : "",
                                     gg_csv_field(csv, (int)c));
        used += (size_t)snprintf(found + used, room - used, ";");
    }
    if (status == GG_OK)
        snprintf(found + used, room - used, "%s", gg_csv_remark(csv));
    gg_csv_close(csv);
    temporary_file_remove(&file);
    return status;
}

#define TEXT(literal) literal, sizeof literal - 1

static void reads_records(void **state) {
    (void)state;
    const struct {
        const char *text;
        size_t size;
        const char *found;
    } cases[] = {
        {TEXT("a,b\n1,2\n3,4\n"), "2:1|2;3:3|4;"},
        {TEXT("a,b\r\n1,2\r\n\r\n3,4"), "2:1|2;4:3|4;"},
        {TEXT("\xEF\xBB\xBF\"a\",b\n\"x, y\",\"he said \"\"no\"\"\"\n"), "2:x, y|he said \"no\";"},
        {TEXT("a,b\n\"two\nlines\",1\n\"\",2\n"), "2:two\nlines|1;4:|2;"},
        {TEXT("a\n1\n"), "2:1;"},
        {TEXT("a,b\n 1 ,2\n"), "2:1|2;"},
        {TEXT("a,b\n\" 1 \" , 2\n"), "2: 1 |2;"},
        {TEXT("a,b\n1,\"2\""), "2:1|2;"},
        {TEXT("# made by x, y\n\na,b\n1,2\n"), "4:1|2;"},
        {TEXT("a,b\n#1,2\n# three\n"), "2:#1|2;"},
        {TEXT("a,b,,\n1,2,,\n"), "2:1|2||;"},
        {TEXT("a,b\n1,2,,\n"), "2:1|2;"},
        {TEXT("a,b\n1,2\n,\n ,\n3,4\n"),
         "2:1|2;5:3|4;empty records (separators alone) are left out"},
        {TEXT("a;b\n1;2\n"), "2:1|2;semicolons separate the fields"},
        {TEXT("sep=;\r\na;b\r\n1,5;2\r\n"), "3:1,5|2;semicolons separate the fields"},
        {TEXT("a\tb c\n1\t\n"), "2:1|;tabs separate the fields"},
        {TEXT("a|b\n1|2\n"), "2:1|2;bars separate the fields"},
        {TEXT("\"a;b\",c\n1,2\n"), "2:1|2;"},
        {TEXT("q, long;p1;p2\n1;2;3\n"), "2:1|2|3;semicolons separate the fields"},
        {TEXT("a,b\r1,2\r\r3,4\r"), "2:1|2;4:3|4;lines end in CR"},
        {TEXT("\xFF\xFE"
              "a\0\t\0\xE9\0\n\0"
              "1\0\t\0"
              "2\0"),
         "2:1|2;tabs separate the fields; the text is UTF-16"},
        {TEXT("\xFE\xFF\0a\0\n\xD8\x3D\xDE\0"), "2:\xF0\x9F\x98\x80;the text is UTF-16"},
        {TEXT("\0a\0,\0b\0\n\0"
              "1\0,\0"
              "2"),
         "2:1|2;the text is UTF-16"},
    };
    char found[200];
    for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
        gg_error err = {0};
        assert_success(records_of(cases[c].text, cases[c].size, found, sizeof found, &err), &err);
        assert_string_equal(found, cases[c].found);
    }
}

static void refuses_with_the_line(void **state) {
    (void)state;
    const struct {
        const char *text;
        size_t size;
        const char *said;
    } cases[] = {
        {TEXT("a,b\n1,\0002\n"), ":2: contains a NUL byte"},
        {TEXT("a,b\n\"x\"\r\n"), ":2: has 1 fields, the header has 2"},
        {TEXT("a,b\n1,2,3\n"), ":2: has 3 fields, the header has 2"},
        {TEXT("a,b\n\n\"x\n"), ":3: a quoted field does not end"},
        {TEXT("a,b\n\"x\"y,1\n"), ":2: text behind the closing quote of a field"},
        {TEXT("a,b\nx\"y\",1\n"), ":2: a quote within a field"},
        {TEXT("a,b,a\n"), ":1: column \"a\" stands there twice"},
        {TEXT("a,b;c\n"), ":1: commas, semicolons or tabs could separate"},
        {TEXT("\n# nothing\n"), ": has no header line"},
        {TEXT("\xFF\xFE"
              "a\0\n\0\x00\xDC"),
         ": the UTF-16 is cut off or damaged"},
        {TEXT("\xFF\xFE"
              "a\0\n\0"
              "1"),
         "the UTF-16 is cut off or damaged"},
        {TEXT("\xFF\xFE"
              "a\0\n\0\x00\xD8"),
         "the UTF-16 is cut off or damaged"},
    };
    char found[200], wide[2 * GG_CSV_NAMES + 2];
    for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
        gg_error err = {0};
        assert_int_equal(records_of(cases[c].text, cases[c].size, found, sizeof found, &err),
                         GG_E_INPUT);
        if (strstr(err.message, cases[c].said) == NULL)
            fail_msg("case %zu: \"%s\" does not say \"%s\"", c, err.message, cases[c].said);
    }
    for (size_t k = 0; k < sizeof wide; k += 2)
        memcpy(wide + k, "x,", 2);
    gg_error err = {0};
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
    gg_csv *csv;
    err = (gg_error){0};
    assert_int_equal(gg_csv_open("tests/no-such.csv", &csv, &err), GG_E_IO);
    assert_says(&err, "tests/no-such.csv: cannot be read");
}

/* UTF-16 longer than a buffer, with surrogates where pieces meet. */
static void reads_long_utf16(void **state) {
    (void)state;
    enum { ROWS = 30000 };
    static const char pair[] = "\x3D\xD8\x00\xDE", row[] = "\n\0"
                                                           "1\0";
    size_t size = 0;
    char *text = gg_alloc(ROWS, 16);
    assert_non_null(text);
    memcpy(text,
           "\xFF\xFE"
           "a\0",
           4);
    for (size = 4; size < 8 * ROWS;) {
        memcpy(text + size, row, 4);
        memcpy(text + size + 4, pair, 4);
        size += 8;
    }
    temporary_file file = temporary_file_of(text, size);
    gg_csv *csv;
    gg_error err = {0};
    assert_success(gg_csv_open_named(file.path, &csv, &err), &err);
    for (size_t n_fields = 1, n = 0; n_fields > 0; n++) {
        assert_success(gg_csv_next(csv, &n_fields, &err), &err);
        if (n_fields > 0)
            assert_string_equal(gg_csv_field(csv, 0), "1\xF0\x9F\x98\x80");
        else
            assert_int_equal(n, (size - 4) / 8);
    }
    gg_csv_close(csv);
    temporary_file_remove(&file);
    gg_free(text);
}

static void finds_columns(void **state) {
    (void)state;
    static const char text[] = "id,Alpha,beta,BETA\n";
    temporary_file file = temporary_file_of(text, sizeof text - 1);
    gg_csv *csv;
    gg_error err = {0};
    assert_success(gg_csv_open_named(file.path, &csv, &err), &err);
    assert_int_equal(gg_csv_find(csv, "id"), 0);
    assert_string_equal(gg_csv_remark(csv), "");
    assert_int_equal(gg_csv_find(csv, "alpha"), 1);
    assert_non_null(strstr(gg_csv_remark(csv), "column \"Alpha\" is taken for alpha"));
    assert_int_equal(gg_csv_find(csv, "beta"), 2);
    assert_int_equal(gg_csv_find(csv, "Beta"), GG_CSV_NO_COLUMN);
    assert_int_equal(gg_csv_find(csv, "gamma"), GG_CSV_NO_COLUMN);
    assert_string_equal(gg_csv_field(csv, GG_CSV_NO_COLUMN), "");
    gg_csv_close(csv);
    temporary_file_remove(&file);
}

static void has_one_decimal_sign(void **state) {
    (void)state;
    const struct {
        const char *text, *said;
        double value;
    } cases[] = {
        {"a;b\n0,25;1\n", NULL, 0.25},
        {"a;b\n0.25;1\n", NULL, 0.25},
        {"a\tb\n-2,5e-1\t1\n", NULL, -0.25},
        {"a;b\n1,25;1.000\n", "has decimal commas and decimal points", 0.0},
        {"a;b\n1.000,25;1\n", "a: \"1.000,25\" is not a finite number", 0.0},
        {"a;b\n1,000,25;1\n", "is not a finite number", 0.0},
        {"a,b\n\"1,25\",1\n", "a: \"1,25\" is not a finite number", 0.0},
        {"a;b\n,5;1\n", "is not a finite number", 0.0},
        {"a;b\n5,;1\n", "is not a finite number", 0.0},
    };
    for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
        temporary_file file = temporary_file_of(cases[c].text, strlen(cases[c].text));
        gg_csv *csv;
        gg_error err = {0};
        size_t n_fields;
        double a = 0.0, b = 0.0;
        assert_success(gg_csv_open_named(file.path, &csv, &err), &err);
        assert_success(gg_csv_next(csv, &n_fields, &err), &err);
        gg_status status = gg_csv_number(csv, 0, &a, &err);
        if (status == GG_OK)
            status = gg_csv_number(csv, 1, &b, &err);
        if (cases[c].said == NULL) {
            assert_success(status, &err);
            assert_true(a == cases[c].value && b == 1.0);
        } else {
            assert_int_equal(status, GG_E_INPUT);
            assert_says(&err, cases[c].said);
        }
        gg_csv_close(csv);
        temporary_file_remove(&file);
    }
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
        cmocka_unit_test(reads_records),    cmocka_unit_test(refuses_with_the_line),
        cmocka_unit_test(reads_long_utf16), cmocka_unit_test(has_one_decimal_sign),
        cmocka_unit_test(finds_columns),    cmocka_unit_test(survives_failing_allocations),
    };
    return cmocka_run_group_tests(tests, NULL, assert_nothing_leaked);
}
