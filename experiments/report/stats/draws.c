/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiments/report/stats/draws.h"

#include "experiments/output/format.h"
#include "experiments/report/stats/pairs.h"

static const char *plural(size_t count) {
    return count == 1 ? "" : "s";
}

void gg_draws_tell(const gg_summary *summary, gg_sentence *text) {
    const gg_gap_counts *counts = &summary->counts;
    gg_sentence_add(text, "%s instance%s of %s network%s from %s draw%s",
                    gg_count(counts->units).text, plural(counts->units),
                    gg_count(counts->networks).text, plural(counts->networks),
                    gg_count(counts->draws).text, plural(counts->draws));
    if (counts->draws == 1)
        gg_sentence_add(text, ": too few for any interval.");
    else if (counts->draws < GG_FEWEST_DRAWS)
        gg_sentence_add(text, ": only draws are independent, too few for a test.");
    else
        gg_sentence_add(text, ": only draws are independent, and intervals and tests count them.");
}
