/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * How each strategy looks in every figure: colours of Okabe and Ito, told apart without colour by
 * dashes and markers as well.
 */
#pragma once

#include <stddef.h>

typedef struct gg_series_style {
    const char *colour; /* "currentColor" follows the page's ink */
    const char *dash;   /* stroke-dasharray; "none" for a solid line */
    size_t marker;      /* for gg_svg_marker */
} gg_series_style;

enum { GG_N_MARKERS = 12, GG_SERIES_OWNED = 12 };

/* Look number `slot`; those below 24 differ. */
gg_series_style gg_series_slot(size_t slot);

/* The slot of one of goagap's own strategies, which looks the same in every figure;
 * GG_SERIES_OWNED, the first that is left for others, for any other name. */
size_t gg_series_owned_slot(const char *name);
