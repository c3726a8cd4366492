/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiments/charts/series_style.h"

#include <string.h>

/* Whose slot is whose; what a report is about stands in solid lines. */
static const char *const owners[] = {"goa",   "goa-ls", "exact",      "goa-marginal",
                                     "ga",    "edge",   "dmin",       "random",
                                     "local", "ils",    "lagrangian", "glpk"};
_Static_assert(sizeof owners / sizeof *owners == GG_SERIES_OWNED, "a slot each");

gg_series_style gg_series_slot(size_t slot) {
    /* Without the palette's yellow, which no white page shows; grey stands in for it. */
    static const char *const colours[] = {"#E69F00", "#009E73", "currentColor", "#0072B2",
                                          "#CC79A7", "#56B4E9", "#D55E00",      "#8a8a8a"};
    static const gg_series_style known[GG_SERIES_OWNED] = {
        {"#E69F00", "none", 0}, {"#009E73", "none", 1}, {"currentColor", "none", 5},
        {"#0072B2", "8 3", 2},  {"#CC79A7", "12 3", 3}, {"#56B4E9", "8 3", 1},
        {"#D55E00", "3 3", 4},  {"#8a8a8a", "8 3", 6},  {"#8a8a8a", "2 3", 0},
        {"#CC79A7", "3 3", 7},  {"#0072B2", "3 3", 8},  {"currentColor", "6 4", 9}};
    static const char *const dashes[] = {"9 3 2 3", "5 2", "14 3", "2 2"};
    if (slot < GG_SERIES_OWNED)
        return known[slot];
    return (gg_series_style){colours[slot % 8], dashes[slot / 2 % 4], slot % GG_N_MARKERS};
}

size_t gg_series_owned_slot(const char *name) {
    size_t k = 0;
    while (k < GG_SERIES_OWNED && strcmp(owners[k], name) != 0)
        k++;
    return k;
}
