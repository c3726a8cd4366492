/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The figures of a report: one list for the page and for the files beside it.
 */
#ifndef GOAGAP_EXPERIMENTS_REPORT_FIGURES_FIGURES_H
#define GOAGAP_EXPERIMENTS_REPORT_FIGURES_FIGURES_H

#include "experiments/charts/chart.h"
#include "experiments/output/sentence.h"
#include "experiments/report/stats/study.h"

/* A kind of figure, drawn for each panel that has something to show. */
typedef struct gg_figure {
    const char *name;    /* of its files, and part of its id */
    const char *heading; /* in the page */
    const char *table;   /* the CSV file that holds its data */
    bool (*shown)(const gg_study *study, size_t panel);
    void (*draw)(FILE *stream, const gg_study *study, size_t panel, const gg_svg_place *place);
    void (*caption)(const gg_study *study, size_t panel, gg_sentence *text);
} gg_figure;

extern const gg_figure gg_figure_ecdf;
extern const gg_figure gg_figure_by_users;
extern const gg_figure gg_figure_by_servers;
extern const gg_figure gg_figure_by_tau;
extern const gg_figure gg_figure_delays;
extern const gg_figure gg_figure_plane;
extern const gg_figure gg_figure_runtime;
extern const gg_figure gg_figure_profile;
extern const gg_figure gg_figure_mistakes;

/* All of them in the page's order, NULL after the last. */
extern const gg_figure *const gg_figures[];

/* "ecdf-1": the figure's id in the page and the name of its files. */
void gg_figure_id(const gg_figure *figure, size_t panel, char *text, size_t size);

/* "Distribution of the gap, paper-bits, weighted objective". */
void gg_figure_title(const char *what, const gg_panel *panel, char *text, size_t size);

/* True where the report's subject is the strategy: it stands out in every figure. */
bool gg_figure_emphasises(const gg_study *study, size_t strategy);

/* Writes figures/<id>.svg of every figure into `folder`, made if it is not there, and, if
 * rsvg-convert is installed, the same as .pdf and .png. *converted says whether it was. Errors:
 * GG_E_IO, GG_E_NOMEM. */
gg_status gg_figure_files(const gg_study *study, const char *folder, bool *converted,
                          gg_error *err);

#endif
