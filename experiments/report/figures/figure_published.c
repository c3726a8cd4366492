/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The figures of the published experiment, redrawn: its points beside our lines.
 */
#include <math.h>
#include <string.h>

#include "experiments/output/format.h"
#include "experiments/report/figures/figures.h"
#include "experiments/report/stats/headline.h"

/* What is drawn, and along what. */
typedef struct subject {
    gg_quantity quantity;
    const char *y_title;
    gg_tick_fn label;
    double scale;  /* to the unit of the axis */
    bool per_user; /* a sum over users */
    bool by_tau;   /* GOA alone, a line for each number of users */
} subject;

static const subject subjects[] = {
    {GG_ACCURACY_PCT, "correct answers", gg_tick_percent, 1e-2, false, false},
    {GG_TOTAL_DELAY_MS, "delay per user, mean", gg_tick_seconds, 1e-3, true, false},
    {GG_SOLVE_TIME_S, "time to decide, mean", gg_tick_seconds, 1.0, false, false},
    {GG_ACCURACY_PCT, "correct answers of GOA", gg_tick_percent, 1e-2, false, true},
    {GG_TOTAL_DELAY_MS, "delay per user of GOA, mean", gg_tick_seconds, 1e-3, true, true}};
enum { N_BY_USERS = 3 };

/* Which of the figures alike this is. */
static size_t part_of(const gg_figure *figure) {
    return (size_t)(figure - gg_figures_published);
}

static const subject *subject_of(const gg_figure *figure) {
    size_t by_users = N_BY_USERS * GG_PUBLISHED_TAUS;
    size_t part = part_of(figure);
    return part < by_users ? &subjects[part / GG_PUBLISHED_TAUS]
                           : &subjects[N_BY_USERS + part - by_users];
}

/* The distinct published users (or taus), ascending. */
enum { MOST_PLACES = 32 };
typedef struct places {
    size_t n;
    double at[MOST_PLACES];
} places;

static places places_of(const gg_published *published, bool users) {
    places found = {0};
    for (size_t k = 0; k < published->count; k++) {
        double value = users ? published->rows[k].n_users : published->rows[k].tau;
        size_t p = 0;
        while (p < found.n && found.at[p] < value)
            p++;
        if ((p < found.n && found.at[p] == value) || found.n == MOST_PLACES)
            continue;
        memmove(&found.at[p + 1], &found.at[p], (found.n - p) * sizeof *found.at);
        found.at[p] = value;
        found.n++;
    }
    return found;
}

/* One line: its points in the order of the axis. */
typedef struct line {
    char name[GG_ROW_NAME];
    gg_series_style style;
    bool emphasised;
    size_t n;
    double xs[MOST_PLACES], published[MOST_PLACES], ours[MOST_PLACES], lows[MOST_PLACES],
        highs[MOST_PLACES];
} line;

enum { MOST_LINES = 12 };
typedef struct lines {
    size_t n;
    line items[MOST_LINES];
} lines;

static void add_point(const gg_drawing *of, const subject *what, line *l, double users, double tau,
                      const char *strategy) {
    const gg_compared *c =
        gg_comparison_find(&of->study->comparison, (uint32_t)users, tau, strategy, what->quantity);
    if (c == NULL)
        return;
    double scale = what->scale / (what->per_user ? users : 1.0);
    l->xs[l->n] = what->by_tau ? tau : users;
    l->published[l->n] = scale * c->published;
    l->ours[l->n] = c->verdict == GG_UNDECIDABLE ? NAN : scale * c->mean;
    l->lows[l->n] = scale * c->low;
    l->highs[l->n++] = scale * c->high;
}

static void collect_by_users(const gg_drawing *of, const subject *what, lines *out) {
    places users = places_of(&of->study->published, true);
    places taus = places_of(&of->study->published, false);
    size_t t = part_of(of->figure) % GG_PUBLISHED_TAUS;
    for (size_t c = 0; t < taus.n && c < of->panel->n_curves && out->n < MOST_LINES; c++) {
        size_t strategy = of->panel->curves[c].strategy;
        line *l = &out->items[out->n];
        *l = (line){.style = gg_series_look(of->summary, strategy),
                    .emphasised = gg_drawing_emphasises(of, strategy)};
        snprintf(l->name, sizeof l->name, "%s", of->summary->strategies[strategy].name);
        for (size_t k = 0; k < users.n; k++)
            add_point(of, what, l, users.at[k], taus.at[t], l->name);
        out->n += l->n > 0;
    }
}

static void collect_by_tau(const gg_drawing *of, const subject *what, lines *out) {
    places users = places_of(&of->study->published, true);
    places taus = places_of(&of->study->published, false);
    for (size_t k = 0; k < users.n && out->n < MOST_LINES; k++) {
        line *l = &out->items[out->n];
        *l = (line){.style = gg_series_slot(k)};
        snprintf(l->name, sizeof l->name, "N = %.0f", users.at[k]);
        for (size_t t = 0; t < taus.n; t++)
            add_point(of, what, l, users.at[k], taus.at[t], "goa");
        out->n += l->n > 0;
    }
}

static void collect(const gg_drawing *of, lines *out) {
    const subject *what = subject_of(of->figure);
    out->n = 0;
    (what->by_tau ? collect_by_tau : collect_by_users)(of, what, out);
}

static bool shown(const gg_drawing *of) {
    if (!gg_study_is_published(of->study, of->panel))
        return false;
    lines found;
    collect(of, &found);
    return found.n > 0;
}

/* "Accuracy at τ = 0.6" has its place in the axis title: headings are the same for all taus. */
static void x_title(const gg_drawing *of, char *text, size_t size) {
    places taus = places_of(&of->study->published, false);
    if (subject_of(of->figure)->by_tau)
        snprintf(text, size, "threshold τ");
    else
        snprintf(text, size, "users N, at τ = %s",
                 gg_plain(taus.at[part_of(of->figure) % GG_PUBLISHED_TAUS]).text);
}

static gg_number shown_value(const subject *what, double value) {
    return what->quantity == GG_ACCURACY_PCT ? gg_percent(value) : gg_milliseconds(value);
}

/* "goa at N = 50: 56.1 % published, 56.3 % ours; at N = 120 ...". */
static void tell(const gg_drawing *of, const line *l, gg_sentence *text) {
    const subject *what = subject_of(of->figure);
    const char *unit = what->quantity == GG_ACCURACY_PCT ? " %" : " ms";
    for (int last = 0; last < (l->n > 1 ? 2 : 1); last++) {
        size_t k = last ? l->n - 1 : 0;
        gg_sentence_add(text, "%s at %s = %s: %s%s published, %s", last ? ";" : l->name,
                        what->by_tau ? "τ" : "N", gg_plain(l->xs[k]).text,
                        shown_value(what, l->published[k]).text, unit,
                        isnan(l->ours[k]) ? "ours undecidable"
                                          : shown_value(what, l->ours[k]).text);
        if (!isnan(l->ours[k]))
            gg_sentence_add(text, "%s ours", unit);
    }
    gg_sentence_add(text, ".");
}

static void describe(const gg_drawing *of, gg_sentence *text) {
    char title[64];
    lines found;
    collect(of, &found);
    x_title(of, title, sizeof title);
    gg_sentence_add(text, "%s by %s.", subject_of(of->figure)->y_title, title);
    for (size_t k = 0; k < found.n; k++) {
        gg_sentence_add(text, " ");
        tell(of, &found.items[k], text);
    }
}

static gg_legend_entry legend_entry(const void *context, size_t index) {
    const line *l = &((const lines *)context)->items[index];
    gg_legend_entry entry = {.letters = strlen(l->name), .style = l->style};
    snprintf(entry.label, sizeof entry.label, "%s", l->name);
    return entry;
}

static void set_ranges(gg_chart *chart, const lines *found) {
    chart->x.low = chart->y.low = INFINITY;
    chart->x.high = chart->y.high = -INFINITY;
    for (size_t k = 0; k < found->n; k++)
        for (size_t p = 0; p < found->items[k].n; p++) {
            const line *l = &found->items[k];
            gg_axis_widen(&chart->x, l->xs[p]);
            gg_axis_widen(&chart->y, l->published[p]);
            gg_axis_widen(&chart->y, l->ours[p]);
            /* Whiskers of what is undecidable would squeeze the rest: they end at the edge. */
            if (!isnan(l->ours[p])) {
                gg_axis_widen(&chart->y, l->lows[p]);
                gg_axis_widen(&chart->y, l->highs[p]);
            }
        }
    gg_axis_pad(&chart->x, 0.04, INFINITY);
    gg_axis_pad(&chart->y, 0.07, 10.0);
}

/* Our line has no markers: those are the published points. */
static void draw_line(const gg_chart *chart, const line *l) {
    double at_x[MOST_PLACES], at_y[MOST_PLACES];
    bool any = false, drawing = false;
    gg_chart_intervals(chart, l->style, l->n, l->xs, l->lows, l->highs);
    for (size_t k = 0; k < l->n; k++) {
        at_x[k] = gg_chart_x(chart, l->xs[k]);
        at_y[k] = gg_chart_y(chart, l->published[k]);
        if (!isnan(l->ours[k])) {
            if (!any)
                gg_chart_open_path(chart);
            gg_chart_path_to(chart, drawing ? 'L' : 'M', l->xs[k], l->ours[k]);
            any = true;
        }
        drawing = !isnan(l->ours[k]);
    }
    if (any)
        gg_chart_close_path(chart, l->style, l->emphasised);
    gg_svg_markers(chart->stream, l->style, l->n, at_x, at_y);
    fputc('\n', chart->stream);
}

static void draw(const gg_drawing *of) {
    const subject *what = subject_of(of->figure);
    char title[GG_FIGURE_TITLE], axis[64];
    gg_sentence description;
    lines found;
    collect(of, &found);
    x_title(of, axis, sizeof axis);
    gg_chart chart = {.stream = of->stream,
                      .frame = &gg_chart_card,
                      .x = {.title = axis, .label = gg_tick_plain},
                      .y = {.title = what->y_title, .label = what->label},
                      .height = 220,
                      .legend = {found.n, legend_entry, &found}};
    set_ranges(&chart, &found);
    gg_drawing_tell(of, title, &description);
    gg_chart_open(&chart, of->place, title, description.text);
    for (size_t k = 0; k < found.n; k++)
        draw_line(&chart, &found.items[k]);
    gg_chart_close(&chart);
}

static void caption(const gg_drawing *of, gg_sentence *text) {
    lines found;
    collect(of, &found);
    for (size_t k = 0; k < found.n; k++)
        if (found.items[k].emphasised || subject_of(of->figure)->by_tau) {
            tell(of, &found.items[k], text);
            break;
        }
    if (subject_of(of->figure)->quantity == GG_SOLVE_TIME_S)
        gg_sentence_add(text, " Another program on another machine.");
}

#define ALIKE(name, heading)                                                                       \
    {                                                                                              \
        "published-" name, heading, heading ", published and ours", "published.csv", shown,        \
            describe, draw, caption, GG_N_ALONG                                                    \
    }
#define EACH_TAU(name, heading)                                                                    \
    ALIKE(name "-tau1", heading), ALIKE(name "-tau2", heading), ALIKE(name "-tau3", heading),      \
        ALIKE(name "-tau4", heading), ALIKE(name "-tau5", heading)

const gg_figure gg_figures_published[GG_PUBLISHED_FIGURES] = {
    EACH_TAU("accuracy", "Accuracy by number of users"),
    EACH_TAU("delay", "Delay per user by number of users"),
    EACH_TAU("time", "Time to decide by number of users"),
    ALIKE("accuracy-by-tau", "GOA's accuracy by threshold τ"),
    ALIKE("delay-by-tau", "GOA's delay per user by threshold τ")};
