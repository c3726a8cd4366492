/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Numbers: what is one, and what only begins like one.
 */
#include "tests/support/support.h"

#include <string.h>

#include "models/base/parse.h"

static void good_numbers(void **state) {
    (void)state;
    static const struct {
        const char *text;
        double value;
    } cases[] = {{"0", 0.0},
                 {"1", 1.0},
                 {"-2.5", -2.5},
                 {"+3", 3.0},
                 {"1e-4", 1e-4},
                 {"1E3", 1000.0},
                 {".5", 0.5},
                 {"5.", 5.0},
                 {"0.1", 0.1},
                 {"1e+2", 100.0},
                 {"1e-999", 0.0},
                 {"1.7976931348623157e308", 0x1.fffffffffffffp1023},
                 {"007", 7.0},
                 {"91.06e12", 91.06e12},
                 {"2.2250738585072014e-308", 0x1p-1022}};
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        double value = -1.0;
        if (!gg_parse_double(cases[k].text, &value) || value != cases[k].value)
            fail_msg("\"%s\" became %.17g", cases[k].text, value);
    }
}

static void bad_numbers(void **state) {
    (void)state;
    static const char *const cases[] = {"",      " ",    "1 ",    " 1",     "1.5x",  "nan", "NAN",
                                        "inf",   "-inf", "1e999", "-1e999", "0x10",  "1,5", "1e",
                                        "1e+",   "--1",  "+-1",   "1.2.3",  "e5",    ".",   "-",
                                        "1_000", "1\n",  "\t1",   "one",    "1e5e5", "0b1", "1f"};
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        double value = 42.0;
        if (gg_parse_double(cases[k], &value) || value != 42.0)
            fail_msg("\"%s\" became %.17g", cases[k], value);
    }
}

static void good_integers(void **state) {
    (void)state;
    static const struct {
        const char *text;
        int64_t value;
    } cases[] = {{"0", 0},
                 {"-0", 0},
                 {"12", 12},
                 {"-7", -7},
                 {"010", 10},
                 {"1e5", 100000},
                 {"-2.5e1", -25},
                 {"3.0", 3},
                 {"9223372036854775807", INT64_MAX},
                 {"-9223372036854775808", INT64_MIN}};
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        int64_t value = 99;
        if (!gg_parse_integer(cases[k].text, INT64_MIN, INT64_MAX, &value) ||
            value != cases[k].value)
            fail_msg("\"%s\" became %lld", cases[k].text, (long long)value);
    }
}

static void bad_integers(void **state) {
    (void)state;
    static const char *const cases[] = {"",
                                        "-",
                                        "+5",
                                        " 5",
                                        "5 ",
                                        "5.5",
                                        "1e-3",
                                        "1e16",
                                        "0x5",
                                        "5x",
                                        "--5",
                                        "9223372036854775808",
                                        "-9223372036854775809",
                                        "99999999999999999999999",
                                        "nan"};
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        int64_t value = 99;
        if (gg_parse_integer(cases[k], INT64_MIN, INT64_MAX, &value) || value != 99)
            fail_msg("\"%s\" became %lld", cases[k], (long long)value);
    }
}

static void integers_stay_in_their_range(void **state) {
    (void)state;
    int64_t value = 99;
    assert_true(gg_parse_integer("1", 1, 10, &value));
    assert_true(gg_parse_integer("10", 1, 10, &value));
    assert_int_equal(value, 10);
    assert_false(gg_parse_integer("0", 1, 10, &value));
    assert_false(gg_parse_integer("11", 1, 10, &value));
    assert_false(gg_parse_integer("-1", 0, 10, &value));
    assert_int_equal(value, 10);
}

static void decimal_commas_are_hinted_at(void **state) {
    (void)state;
    char hint[GG_COMMA_HINT];
    assert_non_null(strstr(gg_comma_hint("0,8", hint), "point, not a comma: 0.8"));
    assert_non_null(strstr(gg_comma_hint("-1,5e3", hint), ": -1.5e3"));
    static const char *const others[] = {"", ",", "0.8", "1,2,3", "a,b", "0.5,8", "1,x"};
    for (size_t k = 0; k < sizeof others / sizeof *others; k++)
        assert_string_equal(gg_comma_hint(others[k], hint), "");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(good_numbers),
        cmocka_unit_test(bad_numbers),
        cmocka_unit_test(good_integers),
        cmocka_unit_test(bad_integers),
        cmocka_unit_test(integers_stay_in_their_range),
        cmocka_unit_test(decimal_commas_are_hinted_at),
    };
    return cmocka_run_group_tests(tests, NULL, assert_nothing_leaked);
}
