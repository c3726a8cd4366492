/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * How each strategy looks in every figure: colours of Okabe and Ito, told apart without colour by
 * dashes and markers as well.
 */
#ifndef GOAGAP_EXPERIMENTS_CHARTS_SERIES_STYLE_H
#define GOAGAP_EXPERIMENTS_CHARTS_SERIES_STYLE_H

#include "experiments/report/stats/summary.h"

typedef struct gg_series_style {
    const char *colour; /* "currentColor" follows the page's ink */
    const char *dash;   /* stroke-dasharray; "none" for a solid line */
    size_t marker;      /* for gg_svg_marker */
} gg_series_style;

enum { GG_N_MARKERS = 12 };

/* The look of a strategy of the summary. Goagap's own strategies look the same in every report,
 * others take what is left; no two look alike as long as there are at most 24. */
gg_series_style gg_series_look(const gg_summary *summary, size_t strategy);

/* Look number `slot`; those below 24 differ. */
gg_series_style gg_series_slot(size_t slot);

#endif
