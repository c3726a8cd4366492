/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Names that somebody else chose: what a person sees of them, in messages, tables and files.
 */
#include "tests/support/support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "experiments/output/csv_out.h"
#include "experiments/output/text_table.h"
#include "models/base/shown.h"
#include "models/base/status.h"

static void assert_shown(const char *text, const char *expected) {
    char buffer[GG_SHOWN_SIZE], *written = NULL;
    size_t size;
    assert_string_equal(gg_shown(text, buffer), expected);
    FILE *stream = open_memstream(&written, &size);
    assert_non_null(stream);
    gg_put_shown(stream, text);
    gg_put_shown(stream, expected); /* the same once more */
    fclose(stream);
    assert_int_equal(size, 2 * strlen(expected));
    assert_memory_equal(written, expected, strlen(expected));
    assert_string_equal(written + strlen(expected), expected);
    free(written);
}

static void test_plain_text_is_left_alone(void **state) {
    (void)state;
    assert_shown("", "");
    assert_shown("goa-ls [2cm] \\ \"x\" ~", "goa-ls [2cm] \\ \"x\" ~");
    assert_shown("é ∞ 网络 \U0001F600 \u200d", "é ∞ 网络 \U0001F600 \u200d");
}

static void test_what_steers_is_escaped(void **state) {
    (void)state;
    assert_shown("a\nb\tc\rd", "a\\nb\\tc\\rd");
    assert_shown("\x1b[2J\x07\x7f", "\\x1b[2J\\x07\\x7f");
    assert_shown("\xc2\x85\xc2\x9b", "\\u0085\\u009b");
    assert_shown("\u202e\u202a\u2066\u2069", "\\u202e\\u202a\\u2066\\u2069");
    assert_shown("\u200e\u200f\u061c", "\\u200e\\u200f\\u061c");
    assert_shown("\u2028\ufeff\u200b\U000e0041", "\\u2028\\ufeff\\u200b\\U000e0041");
}

static void test_what_is_not_utf8_is_escaped(void **state) {
    (void)state;
    assert_shown("\xff\xc0\xaf\xed\xa0\x80", "\\xff\\xc0\\xaf\\xed\\xa0\\x80");
    assert_shown("\xf4\x90\x80\x80\xe2\x82", "\\xf4\\x90\\x80\\x80\\xe2\\x82");
}

/* Cuts never stand within a character or an escape. */
static void test_long_text_is_cut(void **state) {
    (void)state;
    char buffer[GG_SHOWN_SIZE], long_text[400];
    assert_string_equal(gg_shown_cut("abcdefghijkl", buffer, 13), "abcdefghijkl");
    assert_string_equal(gg_shown_cut("abcdefghijklm", buffer, 13), "abcdefghi…");
    assert_string_equal(gg_shown_cut("abcdefgh\x1b\x1b", buffer, 13), "abcdefgh…");
    assert_string_equal(gg_shown_cut("abcdefgéé∞", buffer, 13), "abcdefgé…");
    assert_string_equal(gg_shown_cut("∞∞", buffer, 4), "…");
    memset(long_text, '\n', sizeof long_text);
    long_text[sizeof long_text - 1] = '\0';
    assert_int_equal(strlen(gg_shown(long_text, buffer)), 255);
    assert_string_equal(buffer + 250, "\\n…");
}

static void test_messages_show_what_they_quote(void **state) {
    (void)state;
    gg_error err = {0};
    gg_fail(&err, GG_E_INPUT, "%s: is wrong", "a\nverified: b\x1b[1A");
    assert_string_equal(err.message, "a\\nverified: b\\x1b[1A: is wrong");
    gg_error_prefix(&err, "c\xff\r");
    assert_string_equal(err.message, "c\\xff\\r: a\\nverified: b\\x1b[1A: is wrong");
}

static void test_table_cells_are_one_line(void **state) {
    (void)state;
    static const gg_table_column columns[] = {{"name", "", true}, {"n", "", false}};
    gg_table table;
    gg_error err = {0};
    char *text = NULL;
    size_t size;
    FILE *stream = open_memstream(&text, &size);
    assert_non_null(stream);
    assert_success(gg_table_init(&table, columns, 2, 2, &err), &err);
    gg_table_set(&table, 0, 0, "%s", "x\ny\u202e");
    gg_table_set(&table, 0, 1, "%d", 1);
    gg_table_set(&table, 1, 0, "%s", "a name of more than thirty-two bytes");
    gg_table_set(&table, 1, 1, "%d", 22);
    gg_table_print(&table, stream);
    fclose(stream);
    assert_string_equal(text, "name                            n\n"
                              "x\\ny\\u202e                      1\n"
                              "a name of more than thirty-t…  22\n");
    free(text);
}

static void assert_field(const char *text, const char *expected) {
    char *field = NULL;
    size_t size;
    FILE *stream = open_memstream(&field, &size);
    assert_non_null(stream);
    gg_csv_put_text(stream, text);
    fclose(stream);
    assert_string_equal(field, expected);
    free(field);
}

static void test_csv_fields_are_text(void **state) {
    (void)state;
    assert_field("", "");
    assert_field("goa-ls", "goa-ls");
    assert_field("a=1", "a=1");
    assert_field("a,\"b\"", "\"a,\"\"b\"\"\"");
    assert_field("=1+1", "\"'=1+1\"");
    assert_field("+1", "\"'+1\"");
    assert_field("-x", "\"'-x\"");
    assert_field("@SUM(A1)", "\"'@SUM(A1)\"");
    assert_field("\t=1", "\"'\\t=1\"");
    assert_field("\r=1", "\"'\\r=1\"");
    assert_field("a\nb\x1b", "a\\nb\\x1b");
    char *numbers = NULL;
    size_t size;
    FILE *stream = open_memstream(&numbers, &size);
    assert_non_null(stream);
    gg_csv_put_number(stream, -1.5);
    fclose(stream);
    assert_string_equal(numbers, ",-1.5");
    free(numbers);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_plain_text_is_left_alone),
        cmocka_unit_test(test_what_steers_is_escaped),
        cmocka_unit_test(test_what_is_not_utf8_is_escaped),
        cmocka_unit_test(test_long_text_is_cut),
        cmocka_unit_test(test_messages_show_what_they_quote),
        cmocka_unit_test(test_table_cells_are_one_line),
        cmocka_unit_test(test_csv_fields_are_text),
    };
    return cmocka_run_group_tests(tests, NULL, assert_nothing_leaked);
}
