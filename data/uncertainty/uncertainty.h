/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * How unsure a model was of each query's answer: a measure of the next-token distribution, then an
 * aggregate over the answer's tokens. With logits z and temperature T, p = softmax(z / T).
 *
 *   margin              1 - (p1 - p2), of the two largest (arXiv 2602.07958)
 *   entropy             - sum p ln p, in nats
 *   normalised_entropy  entropy / ln V (ln of the outcomes kept with top_k)
 *   least_confidence    1 - p1
 *   nll                 - ln p of the generated token
 *   gini                1 - sum p^2
 *
 * With top_k = K > 0 all but nll look at the K largest probabilities, renormalised to sum 1. With a
 * class map (and K > 0) the 3K most probable tokens are merged by class, those of class -1 dropped,
 * before the K largest classes are kept.
 *
 * Where only the k largest log-probabilities are stored, K = 0 takes them as they are (margin,
 * least_confidence, nll of a stored token); the other measures need K > 0.
 */
#pragma once

#include "data/dataset/dataset.h"
#include "data/dataset/uncertainty_store.h"
#include "data/uncertainty/uncertainty_options.h"
#include "models/base/linkage.h"

GG_C_BEGIN
/* Computes one value a query (n_queries of them) into `values`. Streams the rows in bounded memory
 * a thread; `first` and `last` read little more than the rows they need. Errors: GG_E_USAGE
 * (options that do not fit each other or the data), GG_E_INPUT (naming query and token: NaN or
 * infinite logits, an answer without tokens, fewer than two words), GG_E_NOMEM. */
gg_status gg_uncertainty_compute(gg_dataset *dataset, gg_side side,
                                 const gg_uncertainty_options *options, double *values,
                                 gg_error *err);

/* The attributes of what `options` compute from `side`, with this program as created_by. */
void gg_uncertainty_describe(const gg_dataset *dataset, gg_side side,
                             const gg_uncertainty_options *options, gg_uncertainty_info *info);
GG_C_END
