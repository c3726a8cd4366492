/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiments/report/figures/figures.h"

const gg_figure *const gg_figures[] = {&gg_figure_ecdf,     &gg_figure_by_users,
                                       &gg_figure_by_tau,   &gg_figure_by_servers,
                                       &gg_figure_delays,   &gg_figure_plane,
                                       &gg_figure_runtime,  &gg_figure_profile,
                                       &gg_figure_mistakes, NULL};
