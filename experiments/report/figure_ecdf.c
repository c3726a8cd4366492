/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiments/report/figure_ecdf.h"

#include <math.h>
#include <string.h>

#include "experiments/report/format.h"
#include "experiments/report/svg.h"

/* Units of the view box. */
static const double WIDTH = 560, LEFT = 70, RIGHT = 16, TOP = 12, PLOT_HEIGHT = 270;
static const double LEGEND_ROW = 22, LEGEND_COLUMN = 122;
enum { LEGEND_COLUMNS = 4 };

/* Gaps below this are drawn nearly to scale, those above by their logarithm. */
static const double KNEE = 1e-3;

typedef struct axes {
    double largest; /* gap at the right edge */
    double bottom;
} axes;

static double bend(double gap) {
    return log10(1.0 + gap / KNEE);
}

static double x_of(const axes *a, double gap) {
    return LEFT + (WIDTH - LEFT - RIGHT) * bend(gap) / bend(a->largest);
}

static double y_of(const axes *a, double share) {
    return a->bottom - share * PLOT_HEIGHT;
}

/* The decade above the largest finite gap of all panels, between 1 % and 10^6 %. */
static double largest_gap(const gg_summary *summary) {
    double largest = 0.01;
    for (size_t p = 0; p < summary->n_panels; p++)
        for (size_t c = 0; c < summary->panels[p].n_curves; c++) {
            const gg_ecdf *ecdf = &summary->panels[p].curves[c].ecdf;
            while (ecdf->count > 0 && largest < 1e4 && ecdf->at[ecdf->count - 1] > largest)
                largest *= 10.0;
        }
    return largest;
}

static void draw_axes(FILE *stream, const axes *a) {
    char label[32];
    fputs("<g stroke=\"currentColor\" stroke-opacity=\".16\">", stream);
    for (int quarter = 0; quarter <= 4; quarter++)
        fprintf(stream, "<path d=\"M%.1f %.1fH%.1f\"/>", LEFT, y_of(a, 0.25 * quarter),
                WIDTH - RIGHT);
    for (double gap = KNEE; gap <= 1.001 * a->largest; gap *= 10.0)
        fprintf(stream, "<path d=\"M%.1f %.1fV%.1f\"/>", x_of(a, gap), TOP, a->bottom);
    fputs("</g>\n", stream);
    fprintf(stream, "<path d=\"M%.1f %.1fV%.1fH%.1f\" fill=\"none\" stroke=\"currentColor\"/>\n",
            LEFT, TOP, a->bottom, WIDTH - RIGHT);
    for (int quarter = 0; quarter <= 4; quarter++) {
        snprintf(label, sizeof label, "%d %%", 25 * quarter);
        gg_svg_text(stream, LEFT - 8, y_of(a, 0.25 * quarter) + 4.5, "end", label);
    }
    gg_svg_text(stream, LEFT, a->bottom + 18, "middle", "0");
    for (double gap = KNEE; gap <= 1.001 * a->largest; gap *= 10.0) {
        if (x_of(a, gap) < LEFT + 34)
            continue;
        snprintf(label, sizeof label, "%g %%", 100.0 * gap);
        gg_svg_text(stream, x_of(a, gap), a->bottom + 18, gap * 5.0 > a->largest ? "end" : "middle",
                    label);
    }
    gg_svg_text(stream, 0.5 * (LEFT + WIDTH - RIGHT), a->bottom + 39, "middle",
                "gap to the proven optimum");
    fprintf(stream,
            "<text transform=\"translate(14 %.1f) rotate(-90)\" text-anchor=\"middle\">share of "
            "runs within it</text>\n",
            0.5 * (TOP + a->bottom));
}

/* The curve as steps; steps closer than a third of a unit are drawn as one. */
static void draw_steps(FILE *stream, const axes *a, const gg_ecdf *ecdf) {
    double x = LEFT, y = y_of(a, gg_ecdf_at(ecdf, 0.0));
    fprintf(stream, "M%.1f %.1f", x, y);
    for (size_t k = 0; k < ecdf->count && ecdf->at[k] <= a->largest; k++) {
        double to = x_of(a, ecdf->at[k]);
        bool last = k + 1 == ecdf->count;
        if (to - x < 0.34 && !last)
            continue;
        fprintf(stream, "H%.1fV%.1f", to, y_of(a, ecdf->share[k]));
        x = to;
    }
    fprintf(stream, "H%.1f", WIDTH - RIGHT);
}

/* The smallest gap that `share` of the runs are within; negative when no gap is. */
static double gap_at_share(const gg_ecdf *ecdf, double share) {
    for (size_t k = 0; k < ecdf->count; k++)
        if (ecdf->share[k] >= share)
            return ecdf->at[k];
    return -1.0;
}

static void draw_curve(FILE *stream, const axes *a, const gg_curve *curve, bool emphasised) {
    gg_series_style style = gg_svg_style(curve->strategy);
    const gg_ecdf *ecdf = &curve->ecdf;
    if (ecdf->count == 0)
        return;
    fputs("<path d=\"", stream);
    draw_steps(stream, a, ecdf);
    fprintf(stream,
            "\" fill=\"none\" stroke=\"%s\" stroke-width=\"%s\" stroke-dasharray=\"%s\" "
            "stroke-linejoin=\"round\"/>",
            style.colour, emphasised ? "3" : "1.8", style.dash);
    double at_zero = gg_ecdf_at(ecdf, 0.0);
    if (at_zero > 0.0)
        gg_svg_marker(stream, style, LEFT, y_of(a, at_zero));
    for (double share = 0.25; share < 1.0; share += 0.25) {
        double gap = gap_at_share(ecdf, share);
        if (gap > 0.0 && gap <= a->largest)
            gg_svg_marker(stream, style, x_of(a, gap), y_of(a, gg_ecdf_at(ecdf, gap)));
    }
    fputc('\n', stream);
}

static void draw_legend(FILE *stream, const gg_summary *summary, const gg_panel *panel,
                        double top) {
    for (size_t c = 0; c < panel->n_curves; c++) {
        const gg_curve *curve = &panel->curves[c];
        gg_series_style style = gg_svg_style(curve->strategy);
        double x = LEFT + LEGEND_COLUMN * (double)(c % LEGEND_COLUMNS);
        double y = top + LEGEND_ROW * (double)(c / LEGEND_COLUMNS);
        char label[96];
        snprintf(label, sizeof label, "%s%s", summary->strategies[curve->strategy].name,
                 curve->breaks_tau > 0 ? " †" : "");
        fprintf(stream,
                "<path d=\"M%.1f %.1fh30\" stroke=\"%s\" stroke-width=\"2\" "
                "stroke-dasharray=\"%s\"/>",
                x, y, style.colour, style.dash);
        gg_svg_marker(stream, style, x + 15, y);
        gg_svg_text(stream, x + 36, y + 4.5, "start", label);
        fputc('\n', stream);
    }
}

/* What the figure shows, in words: the median of every curve. */
static void describe(const gg_summary *summary, const gg_panel *panel, char *text, size_t size) {
    size_t used = (size_t)snprintf(text, size, "Gap that half of the runs are within:");
    for (size_t c = 0; c < panel->n_curves && used < size; c++) {
        const gg_curve *curve = &panel->curves[c];
        double median = gap_at_share(&curve->ecdf, 0.5);
        const char *joint = c + 1 < panel->n_curves ? "," : ".";
        if (median >= 0.0)
            used += (size_t)snprintf(text + used, size - used, " %s %s %%%s",
                                     summary->strategies[curve->strategy].name,
                                     gg_percent(median).text, joint);
        else
            used += (size_t)snprintf(text + used, size - used, " %s none%s",
                                     summary->strategies[curve->strategy].name, joint);
    }
}

void gg_figure_ecdf(FILE *stream, const gg_summary *summary, const gg_panel *panel, size_t number) {
    char id[32], title[160], description[1024];
    axes a = {.largest = largest_gap(summary), .bottom = TOP + PLOT_HEIGHT};
    size_t legend_rows = (panel->n_curves + LEGEND_COLUMNS - 1) / LEGEND_COLUMNS;
    double height = a.bottom + 54 + LEGEND_ROW * (double)legend_rows;
    snprintf(id, sizeof id, "ecdf-%zu", number);
    snprintf(title, sizeof title, "Distribution of the gap, %s, %s objective", panel->key->preset,
             panel->key->objective);
    describe(summary, panel, description, sizeof description);
    gg_svg_open(stream, id, WIDTH, height, title, description);
    draw_axes(stream, &a);
    const gg_strategy *subject = gg_summary_subject(summary);
    for (size_t c = 0; c < panel->n_curves; c++)
        draw_curve(stream, &a, &panel->curves[c],
                   &summary->strategies[panel->curves[c].strategy] == subject);
    draw_legend(stream, summary, panel, a.bottom + 64);
    fputs("</g>\n</svg>\n", stream);
}
