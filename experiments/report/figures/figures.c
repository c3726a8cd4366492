/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiments/report/figures/figures.h"

const gg_figure *const gg_figures[] = {
#define GG_FIGURE(name) &gg_figure_##name,
#include "experiments/report/figures/figures.def"
#undef GG_FIGURE
    &gg_figures_published[0],  &gg_figures_published[1],  &gg_figures_published[2],
    &gg_figures_published[3],  &gg_figures_published[4],  &gg_figures_published[5],
    &gg_figures_published[6],  &gg_figures_published[7],  &gg_figures_published[8],
    &gg_figures_published[9],  &gg_figures_published[10], &gg_figures_published[11],
    &gg_figures_published[12], &gg_figures_published[13], &gg_figures_published[14],
    &gg_figures_published[15], &gg_figures_published[16], NULL};
