/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The answer in a sentence with numbers, for the terminal and for the page's first screen.
 */
#pragma once

#include "experiments/output/sentence.h"
#include "experiments/report/stats/summary.h"

enum { GG_HEADLINE_SIZE = 1024 };

/* The strategy's name as a sentence writes it: "GOA", else as it is. */
const char *gg_strategy_title(const gg_strategy *strategy);

/* The gap at equal accuracy that the headline is about: the subject's, with instances whose optima
 * are both proven; NULL: none. */
const gg_fair *gg_headline_fair(const gg_summary *summary);

/* Whether a few presets, of one objective, are what the results compare: the headline then tells of
 * each, not of all together. */
bool gg_headline_compares(const gg_summary *summary);

/* Whether there is a gap, or a lack of decisions, to tell of; else strategies are told by their
 * delays and accuracies. */
bool gg_headline_has_bounds(const gg_summary *summary);

/* "GOA is 38.1 % above the proven optimum in the median and 163 % at worst." Where it is known,
 * with the gap at equal accuracy, means and intervals, in its place. */
void gg_headline(const gg_summary *summary, char text[GG_HEADLINE_SIZE]);

/* What else must be known at once: how many optima are proven, which heuristic comes nearest, and
 * whatever is wrong with the results. */
void gg_headline_more(const gg_summary *summary, char text[GG_HEADLINE_SIZE]);

/* "paper-bits, weighted objective, N = 12, M = 4, tau = 0.8" with the given spelling of tau. */
void gg_cell_title(const gg_row *key, const char *tau, char *text, size_t size);

/* How much the results can say: "1,600 instances of 320 networks from 10 draws: only draws are
 * independent, and intervals and tests count them." */
void gg_draws_tell(const gg_summary *summary, gg_sentence *text);
