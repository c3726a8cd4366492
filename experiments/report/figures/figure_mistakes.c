/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * How many users each strategy decides otherwise than the optimum does, by kind.
 */
#include <math.h>

#include "experiments/output/format.h"
#include "experiments/report/figures/figures.h"
#include "experiments/report/stats/headline.h"
#include "models/base/shown.h"

static const double LEFT = 118, RIGHT = 78, TOP = 34, ROW = 24, BAR = 15;
static const char *const colours[GG_N_MISTAKES] = {"#D55E00", "#CC79A7", "#0072B2"};

static double share(const gg_mistakes *of, size_t kind) {
    return of->users == 0 ? 0.0 : (double)of->count[kind] / (double)of->users;
}

static double total(const gg_mistakes *of) {
    return share(of, 0) + share(of, 1) + share(of, 2);
}

static double longest_bar(const gg_study *study, size_t panel) {
    double longest = 0.0;
    for (size_t k = 0; k < study->mistakes.count; k++)
        if (study->mistakes.items[k].panel == panel)
            longest = fmax(longest, total(&study->mistakes.items[k]));
    return longest;
}

static bool shown(const gg_study *study, size_t panel) {
    return longest_bar(study, panel) > 0.0;
}

static void draw_row(FILE *stream, const gg_mistakes *of, double y, double longest) {
    double x = LEFT, scale = (gg_chart_width - LEFT - RIGHT) / longest;
    for (size_t kind = 0; kind < GG_N_MISTAKES; kind++) {
        double width = share(of, kind) * scale;
        if (width >= 0.05)
            gg_svg_print(stream, "<path d=\"M%.1f %.1fh%.1fv%.0fh-%.1fz\" fill=\"%s\"/>", x, y,
                         width, BAR, width, colours[kind]);
        x += width;
    }
    char label[40];
    snprintf(label, sizeof label, "%s %%", gg_percent(total(of)).text);
    gg_svg_text(stream, x + 5, y + BAR - 3, "start", label);
    fputc('\n', stream);
}

static void draw(FILE *stream, const gg_study *study, size_t panel, const gg_svg_place *place) {
    const gg_summary *summary = study->summary;
    double longest = longest_bar(study, panel), y = TOP;
    size_t rows = 0;
    char title[160];
    gg_sentence description = {0};
    gg_figure_title("Users decided otherwise than in the optimum", &summary->panels[panel], title,
                    sizeof title);
    gg_sentence_add(&description, "Share of users:");
    for (size_t k = 0; k < study->mistakes.count; k++) {
        const gg_mistakes *of = &study->mistakes.items[k];
        if (of->panel != panel || of->instances == 0)
            continue;
        gg_sentence_add(&description, " %s %s %%;", summary->strategies[of->strategy].name,
                        gg_percent(total(of)).text);
        rows++;
    }
    gg_svg_open(stream, place, gg_chart_width, TOP + ROW * (double)rows + 4, title,
                description.text);
    for (gg_mistake_kind kind = 0; kind < GG_N_MISTAKES; kind++) {
        double x = 4 + 148.0 * (double)kind;
        gg_svg_print(stream, "<path d=\"M%.0f 6h13v13h-13z\" fill=\"%s\"/>", x, colours[kind]);
        gg_svg_text(stream, x + 19, 17, "start", gg_mistake_name(kind));
    }
    fputc('\n', stream);
    for (size_t k = 0; k < study->mistakes.count; k++) {
        const gg_mistakes *of = &study->mistakes.items[k];
        char label[17];
        if (of->panel != panel || of->instances == 0)
            continue;
        gg_shown_cut(summary->strategies[of->strategy].name, label, sizeof label);
        gg_svg_text(stream, LEFT - 8, y + BAR - 3, "end", label);
        draw_row(stream, of, y, longest);
        y += ROW;
    }
    gg_svg_close(stream);
}

static void caption(const gg_study *study, size_t panel, gg_sentence *text) {
    size_t subject = gg_summary_subject_index(study->summary);
    for (size_t k = 0; k < study->mistakes.count; k++) {
        const gg_mistakes *of = &study->mistakes.items[k];
        if (of->panel != panel || of->strategy != subject || of->instances == 0)
            continue;
        gg_sentence_add(text,
                        "%s decides %s %% of the users otherwise than the optimum, and all of them "
                        "alike in %s of %s instances.",
                        gg_strategy_title(gg_summary_subject(study->summary)),
                        gg_percent(total(of)).text, gg_count(of->equal).text,
                        gg_count(of->instances).text);
    }
}

const gg_figure gg_figure_mistakes = {
    "mistakes", "Users decided otherwise", "mistakes.csv", shown, draw, caption};
