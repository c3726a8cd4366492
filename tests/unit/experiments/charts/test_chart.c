/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Axes over every range that doubles have: drawing ends, ticks are few, and every coordinate is a
 * number within the figure.
 */
#include "tests/support/support.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "experiments/charts/chart.h"

typedef struct ends {
    double low, high;
} ends;

static const ends ranges[] = {
    {0.0, 1.0},
    {0.6, 1.0},
    {-3.0, 5.0},
    {0.25, 0.25},
    {0.0, 0.0},
    {0.0, 5e-324},
    {5e-324, 1e-323},
    {0.0, 3e-310},
    {1e-308, 2.3e-308},
    {1.0, 1.0 + DBL_EPSILON},
    {1e300, 1.0000000000000002e300},
    {1e16, 1e16 + 2.0},
    {-DBL_MAX, DBL_MAX},
    {0.0, DBL_MAX},
    {5e-324, DBL_MAX},
    {1e-300, 1e300},
    {1e-9, 1e9},
    {0.0, 1e305},
    {-1e-320, 1e-320},
    {0.999, 0.99900000000000011},
};

/* The figure, and how many texts it has. */
static size_t draw(gg_scale scale, ends x, ends y) {
    char *text = NULL;
    size_t size = 0, texts = 0;
    FILE *stream = open_memstream(&text, &size);
    gg_chart chart = {.stream = stream,
                      .frame = &gg_chart_card,
                      .x = {scale, x.low, x.high, "x", gg_tick_plain, NULL, 0},
                      .y = {scale, y.low, y.high, "y", gg_tick_seconds, NULL, 0},
                      .height = 240};
    const double xs[] = {x.low, 0.5 * x.low + 0.5 * x.high, x.high};
    const double ys[] = {y.low, 0.5 * y.low + 0.5 * y.high, y.high};
    gg_chart_open(&chart, &(gg_svg_place){"id", true}, "title", "description");
    gg_chart_line(&chart, (gg_series_style){.colour = "red", .dash = "none"}, false, 3, xs, ys);
    gg_chart_close(&chart);
    fclose(stream);
    for (const char *at = text; (at = strstr(at, "<text")) != NULL; at++)
        texts++;
    assert_null(strstr(text, "nan"));
    assert_null(strstr(text, "inf"));
    for (size_t k = 0; k < 3; k++) {
        double across = gg_chart_x(&chart, xs[k]), down = gg_chart_y(&chart, ys[k]);
        assert_true(across >= 0.0 && across <= gg_chart_card.width);
        assert_true(down >= 0.0 && down <= 300.0);
    }
    free(text);
    return texts;
}

static void test_every_range_is_drawn(void **state) {
    const size_t n = sizeof ranges / sizeof *ranges;
    (void)state;
    /* A loop without an end is a failure, not a wait. */
    alarm(60);
    for (size_t a = 0; a < n; a++)
        for (size_t b = 0; b < n; b++) {
            assert_in_range(draw(GG_SCALE_LINEAR, ranges[a], ranges[b]), 2, 2 + 2 * 24);
            ends across = {0.0, fmax(ranges[a].high, 0.0)}, up = {0.0, fmax(ranges[b].high, 0.0)};
            assert_in_range(draw(GG_SCALE_GAP, across, up), 2, 2 + 2 * 24);
            if (ranges[a].low > 0.0 && ranges[b].low > 0.0)
                assert_in_range(draw(GG_SCALE_LOG, ranges[a], ranges[b]), 2, 2 + 2 * 24);
        }
    alarm(0);
}

/* What readers are used to: 0, 0.2, ... 1. */
static void test_ticks_are_round(void **state) {
    (void)state;
    assert_int_equal(draw(GG_SCALE_LINEAR, (ends){0.0, 1.0}, (ends){0.0, 1.0}), 2 + 6 + 6);
    assert_int_equal(draw(GG_SCALE_LOG, (ends){1e-3, 10.0}, (ends){1e-3, 10.0}), 2 + 5 + 5);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_range_is_drawn),
        cmocka_unit_test(test_ticks_are_round),
    };
    return cmocka_run_group_tests(tests, NULL, assert_nothing_leaked);
}
