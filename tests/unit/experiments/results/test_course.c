/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * How a proof came about: points thin out, the text reads back, what is none is refused.
 */
#include "tests/support/support.h"

#include <math.h>
#include <string.h>

#include "experiments/results/results.h"

static void test_points_thin_out_and_the_newest_stays(void **state) {
    (void)state;
    gg_course course = {0};
    gg_course_add(&course, (gg_course_point){0.0, -INFINITY, 3.0});
    gg_course_add(&course, (gg_course_point){0.0, 1.0, INFINITY});
    assert_int_equal(course.count, 0);
    assert_string_equal(gg_course_text(&course), "");
    enum { POINTS = 400000 };
    for (size_t k = 0; k <= POINTS; k++)
        gg_course_add(&course, (gg_course_point){0.05 * (double)k, 1.0 + 1e-6 * (double)k, 3.0});
    assert_in_range(course.count, 25, GG_COURSE_POINTS);
    const gg_course_point *last = &course.points[course.count - 1];
    assert_float_equal(last->time_s, 0.05 * POINTS, 0.0);
    for (size_t k = 1; k + 1 < course.count; k++)
        assert_true(course.points[k].time_s >= 4.0 / 3.0 * course.points[k - 1].time_s);
    /* More than there is room for: the newest takes the place of the one before. */
    for (double time_s = 1e5; time_s < 1e30; time_s *= 2.0)
        gg_course_add(&course, (gg_course_point){time_s, 2.0, 2.5});
    assert_int_equal(course.count, GG_COURSE_POINTS);
    assert_float_equal(last[0].objective_s, 2.5, 0.0);
    assert_in_range(strlen(gg_course_text(&course)), 1, GG_ROW_COURSE - 1);
}

static void test_the_text_reads_back(void **state) {
    (void)state;
    gg_course course = {.count = 3, .points = {{0.5, 0, 3}, {0.75, 1.25, 3}, {2, 2.5, 2.5}}}, read;
    const char *text = gg_course_text(&course);
    assert_string_equal(text, "0.5 0 3, 0.75 1.25 3, 2 2.5 2.5");
    assert_true(gg_course_parse(text, &read));
    assert_int_equal(read.count, course.count);
    assert_memory_equal(read.points, course.points, 3 * sizeof *read.points);
    assert_true(gg_course_parse("", &read));
    assert_int_equal(read.count, 0);
}

static void test_what_is_none_is_refused(void **state) {
    (void)state;
    gg_course read;
    static const char *const wrong[] = {"1",         "1 2",          "1 2 3,",        "1 2 3,4 5 6",
                                        "1 2 3 ",    " 1 2 3",       "1  2 3",        "1 2 3, ",
                                        "1 2 x",     "-1 2 3",       "1 nan 3",       "1 2 inf",
                                        "1 2 1e999", "2 2 3, 1 2 3", "1 2 3, 1 2 3 4"};
    for (size_t k = 0; k < sizeof wrong / sizeof *wrong; k++)
        if (gg_course_parse(wrong[k], &read))
            fail_msg("\"%s\" was taken", wrong[k]);
    char many[8 * (GG_COURSE_POINTS + 1)] = "1 1 1";
    for (size_t k = 0; k < GG_COURSE_POINTS; k++)
        strcat(many, ", 1 1 1");
    assert_false(gg_course_parse(many, &read));
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_points_thin_out_and_the_newest_stays),
                                       cmocka_unit_test(test_the_text_reads_back),
                                       cmocka_unit_test(test_what_is_none_is_refused)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
