/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What a query's delay is made of: two bars a strategy, as decided and as measured.
 */
#include <math.h>

#include "experiments/output/format.h"
#include "experiments/report/figures/figures.h"
#include "experiments/report/stats/headline.h"
#include "models/base/shown.h"

static const double LEFT = 118, RIGHT = 78, TOP = 34, ROW = 41, BAR = 15;
enum { N_PARTS = 3 };
static const char *const colours[N_PARTS] = {"#009E73", "#E69F00", "#56B4E9"};
static const char *const names[N_PARTS] = {"on the device", "transmission", "edge computing"};

static double sum(const double *parts) {
    return parts[0] + parts[1] + parts[2];
}

static void parts_of(const gg_delay_stats *d, bool measured, double *parts) {
    parts[0] = d->local_median_s;
    parts[1] = d->comm_median_s;
    parts[2] = measured ? d->measured_comp_median_s : d->comp_median_s;
}

static double longest_bar(const gg_panel *panel) {
    double longest = 0.0, parts[N_PARTS];
    for (size_t c = 0; c < panel->n_curves; c++)
        for (int measured = 0; measured < 2; measured++) {
            parts_of(&panel->curves[c].delays, measured, parts);
            if (isfinite(sum(parts)))
                longest = fmax(longest, sum(parts));
        }
    return longest;
}

static bool shown(const gg_study *study, size_t panel) {
    return longest_bar(&study->summary->panels[panel]) > 0.0;
}

static void draw_bar(FILE *stream, const gg_delay_stats *delays, bool measured, double y,
                     double longest) {
    double parts[N_PARTS], x = LEFT, scale = (gg_chart_width - LEFT - RIGHT) / longest;
    parts_of(delays, measured, parts);
    if (!isfinite(sum(parts)))
        return;
    for (size_t k = 0; k < N_PARTS; k++) {
        double width = parts[k] * scale;
        if (width >= 0.05)
            gg_svg_print(stream, "<path d=\"M%.1f %.1fh%.1fv%.0fh-%.1fz\" fill=\"%s\"%s/>", x, y,
                         width, BAR, width, colours[k], measured ? " fill-opacity=\".62\"" : "");
        x += width;
    }
    char label[40];
    snprintf(label, sizeof label, "%s ms", gg_milliseconds(sum(parts)).text);
    gg_svg_text(stream, x + 5, y + BAR - 2, "start", label);
    fputc('\n', stream);
}

static void draw_key(FILE *stream) {
    double x = 4;
    for (size_t k = 0; k < N_PARTS; k++) {
        gg_svg_print(stream, "<path d=\"M%.0f 6h13v13h-13z\" fill=\"%s\"/>", x, colours[k]);
        gg_svg_text(stream, x + 19, 17, "start", names[k]);
        x += 148;
    }
    fputc('\n', stream);
}

static void draw(FILE *stream, const gg_study *study, size_t panel, const gg_svg_place *place) {
    const gg_summary *summary = study->summary;
    const gg_panel *of = &summary->panels[panel];
    double longest = longest_bar(of);
    char title[160], label[32];
    gg_sentence description = {0};
    gg_figure_title("Delay per query by its parts", of, title, sizeof title);
    gg_sentence_add(&description, "Median delay per query in ms:");
    for (size_t c = 0; c < of->n_curves; c++)
        gg_sentence_add(&description, "%s %s %s", c > 0 ? "," : "",
                        summary->strategies[of->curves[c].strategy].name,
                        gg_milliseconds(of->curves[c].delays.delay_median_s).text);
    gg_svg_open(stream, place, gg_chart_width, TOP + ROW * (double)of->n_curves + 4, title,
                description.text);
    draw_key(stream);
    for (size_t c = 0; c < of->n_curves; c++) {
        double y = TOP + ROW * (double)c;
        const gg_curve *curve = &of->curves[c];
        char name[17];
        gg_shown_cut(summary->strategies[curve->strategy].name, name, sizeof name);
        snprintf(label, sizeof label, "%s%s", name, curve->gaps.breaks_tau > 0 ? " †" : "");
        gg_svg_text(stream, LEFT - 8, y + BAR + 5, "end", label);
        draw_bar(stream, &curve->delays, false, y, longest);
        draw_bar(stream, &curve->delays, true, y + BAR + 1, longest);
    }
    gg_svg_close(stream);
}

static void caption(const gg_study *study, size_t panel, gg_sentence *text) {
    const gg_summary *summary = study->summary;
    const gg_curve *subject =
        gg_panel_curve(&summary->panels[panel], gg_summary_subject_index(summary));
    double parts[N_PARTS];
    if (subject == NULL)
        return;
    parts_of(&subject->delays, false, parts);
    if (!(sum(parts) > 0.0) || isinf(sum(parts)))
        return;
    gg_sentence_add(text, "A query under %s takes %s ms in the median as decided",
                    gg_strategy_title(gg_summary_subject(summary)),
                    gg_milliseconds(subject->delays.delay_median_s).text);
    if (!isnan(subject->delays.measured_delay_median_s))
        gg_sentence_add(text, ", %s ms as measured",
                        gg_milliseconds(subject->delays.measured_delay_median_s).text);
    gg_sentence_add(text, "; transmission is %s %% of the bar.",
                    gg_share(parts[1] / sum(parts)).text);
}

const gg_figure gg_figure_delays = {"delays", "Where the time goes", "panels.csv", shown, draw,
                                    caption};
