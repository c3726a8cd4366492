/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiments/report/figures/figures.h"

const gg_figure *const gg_figures[] = {&gg_figure_ecdf,     &gg_figure_by_users,
                                       &gg_figure_by_tau,   &gg_figure_by_servers,
                                       &gg_figure_delays,   &gg_figure_plane,
                                       &gg_figure_runtime,  &gg_figure_profile,
                                       &gg_figure_mistakes, NULL};

void gg_figure_id(const gg_figure *figure, size_t panel, char *text, size_t size) {
    snprintf(text, size, "%s-%zu", figure->name, panel + 1);
}

void gg_figure_title(const char *what, const gg_panel *panel, char *text, size_t size) {
    snprintf(text, size, "%s, %s, %s objective", what, panel->key->preset, panel->key->objective);
}

bool gg_figure_emphasises(const gg_study *study, size_t strategy) {
    return strategy == gg_summary_subject_index(study->summary);
}
