/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A distribution as a curve of a chart. A hundred thousand runs make as many steps; a page holds
 * only the corners that a reader can tell apart.
 */
#include <math.h>

#include "experiments/charts/chart.h"

/* Units: steps nearer than NEAR are taken as one, then corners nearer than CLOSE to the line
 * without them are left out. */
static const double NEAR = 0.5, CLOSE = 0.4;
enum { MOST_CORNERS = 2048 };

typedef struct corner {
    double x, y;
    bool kept;
} corner;

/* The corners from the left edge of the plot to the right one. */
static size_t collect(const gg_chart *chart, const gg_ecdf *ecdf, corner *corners) {
    size_t n = 0;
    double y = gg_chart_y(chart, gg_ecdf_at(ecdf, chart->x.low));
    corners[n++] = (corner){gg_chart_x(chart, chart->x.low), y, true};
    for (size_t k = 0; k < ecdf->count && ecdf->at[k] <= chart->x.high; k++) {
        double x = gg_chart_x(chart, ecdf->at[k]);
        bool last = k + 1 == ecdf->count || ecdf->at[k + 1] > chart->x.high;
        if ((x - corners[n - 1].x < NEAR && !last) || n + 3 > MOST_CORNERS)
            continue;
        corners[n++] = (corner){x, y, false};
        y = gg_chart_y(chart, ecdf->share[k]);
        corners[n++] = (corner){x, y, false};
    }
    corners[n++] = (corner){gg_chart_x(chart, chart->x.high), y, true};
    return n;
}

/* Keeps of the corners between two kept ones what lies off their line (Douglas and Peucker). */
static void simplify(corner *corners, size_t first, size_t last) {
    double dx = corners[last].x - corners[first].x, dy = corners[last].y - corners[first].y;
    double length = hypot(dx, dy), farthest = CLOSE;
    size_t at = first;
    for (size_t k = first + 1; k < last; k++) {
        double across =
            (corners[k].x - corners[first].x) * dy - (corners[k].y - corners[first].y) * dx;
        double off = length > 0.0 ? fabs(across) / length : 0.0;
        if (off > farthest) {
            farthest = off;
            at = k;
        }
    }
    if (at == first)
        return;
    corners[at].kept = true;
    simplify(corners, first, at);
    simplify(corners, at, last);
}

static void draw(const gg_chart *chart, const gg_ecdf *ecdf) {
    corner corners[MOST_CORNERS];
    size_t n = collect(chart, ecdf, corners);
    simplify(corners, 0, n - 1);
    const corner *last = &corners[0];
    gg_svg_print(chart->stream, "M%.1f %.1f", last->x, last->y);
    for (size_t k = 1; k < n; k++) {
        const corner *at = &corners[k];
        if (!at->kept)
            continue;
        if (fabs(at->y - last->y) < 0.05)
            gg_svg_print(chart->stream, "H%.1f", at->x);
        else if (fabs(at->x - last->x) < 0.05)
            gg_svg_print(chart->stream, "V%.1f", at->y);
        else
            gg_svg_print(chart->stream, "L%.1f %.1f", at->x, at->y);
        last = at;
    }
}

double gg_ecdf_quantile(const gg_ecdf *ecdf, double share) {
    for (size_t k = 0; k < ecdf->count; k++)
        if (ecdf->share[k] >= share)
            return ecdf->at[k];
    return NAN;
}

void gg_chart_steps(const gg_chart *chart, gg_series_style style, bool emphasised,
                    const gg_ecdf *ecdf) {
    enum { QUARTERS = 3 };
    double xs[QUARTERS + 1], ys[QUARTERS + 1], at_start = gg_ecdf_at(ecdf, chart->x.low);
    size_t n = 0;
    if (ecdf->count == 0)
        return;
    gg_chart_open_path(chart);
    draw(chart, ecdf);
    gg_chart_close_path(chart, style, emphasised);
    if (at_start > 0.0) {
        xs[n] = gg_chart_x(chart, chart->x.low);
        ys[n++] = gg_chart_y(chart, at_start);
    }
    for (int quarter = 1; quarter <= QUARTERS; quarter++) {
        double value = gg_ecdf_quantile(ecdf, 0.25 * quarter);
        if (!(value > chart->x.low && value <= chart->x.high))
            continue;
        xs[n] = gg_chart_x(chart, value);
        ys[n++] = gg_chart_y(chart, gg_ecdf_at(ecdf, value));
    }
    gg_svg_markers(chart->stream, style, n, xs, ys);
    fputc('\n', chart->stream);
}

void gg_chart_band(const gg_chart *chart, gg_series_style style, size_t n, const double *xs,
                   const double *lows, const double *highs) {
    bool any = false;
    for (size_t k = 0; k < 2 * n; k++) {
        size_t at = k < n ? k : 2 * n - 1 - k;
        if (isnan(lows[at]) || isnan(highs[at]))
            continue;
        if (!any)
            gg_chart_open_path(chart);
        gg_chart_path_to(chart, any ? 'L' : 'M', xs[at], k < n ? highs[at] : lows[at]);
        any = true;
    }
    if (any)
        fprintf(chart->stream, "z\" fill=\"%s\" fill-opacity=\".16\"/>\n", style.colour);
}
