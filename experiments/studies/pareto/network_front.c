/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiments/studies/pareto/network_front.h"

#include <math.h>

#include "experiments/studies/pareto/energy_study.h"
#include "models/base/alloc.h"

/* Of every price for expected accuracy, or of every number of flags. */
static gg_status weigh_accuracy(const gg_instance *in, const gg_tradeoff_options *options,
                                bool hindsight, gg_network_front *out, gg_error *err) {
    gg_tradeoff_options chosen = *options;
    if (!hindsight && (in->slm_p_correct == NULL || in->llm_p_correct == NULL))
        return gg_fail(err, GG_E_INPUT,
                       "%s: has no slm_p_correct and llm_p_correct: no accuracy can be expected",
                       in->name);
    if (!hindsight) {
        chosen.p_slm = in->slm_p_correct;
        chosen.p_llm = in->llm_p_correct;
        chosen.supported_only = true;
    }
    GG_TRY(gg_tradeoff_compute(in, &chosen, &out->front, err));
    out->most = out->front.points[out->front.count - 1].accuracy;
    return GG_OK;
}

/* Energy saved takes the place of accuracy: less of it has the price that more accuracy has. */
static gg_status take_savings(const gg_energy_front *from, double n, gg_network_front *out,
                              gg_error *err) {
    gg_tradeoff *to = &out->front;
    to->points = gg_alloc(from->count, sizeof *to->points);
    to->lines = gg_alloc(from->n_lines, sizeof *to->lines);
    GG_NEED(to->points, err, "out of memory for a front of %zu points", from->count);
    GG_NEED(to->lines, err, "out of memory for a front of %zu prices", from->n_lines);
    for (size_t k = from->count; k-- > 0;)
        to->points[to->count++] = (gg_tradeoff_point){.accuracy = -from->points[k].energy_j / n,
                                                      .objective_s = from->points[k].delay_s,
                                                      .total_delay_s = from->points[k].delay_s,
                                                      .proven = from->proven};
    for (size_t k = 0; k < from->n_lines; k++) {
        const gg_energy_line *line = &from->lines[k];
        if (isinf(line->price_s_j))
            out->most = -line->bound / n;
        else
            to->lines[to->n_lines++] = (gg_tradeoff_line){line->price_s_j * n, line->bound};
    }
    to->stopped = from->stopped;
    return GG_OK;
}

static gg_status weigh_energy(const gg_instance *in, const gg_tradeoff_options *options,
                              gg_network_front *out, gg_error *err) {
    const gg_energy_options chosen = gg_energy_options_as(options);
    gg_energy_front front;
    GG_TRY(gg_energy_front_compute(in, &chosen, &front, err));
    gg_status status = take_savings(&front, (double)in->n_users, out, err);
    gg_energy_front_clear(&front);
    return status;
}

gg_status gg_network_front_compute(const gg_instance *in, const gg_tradeoff_options *options,
                                   gg_front_kind kind, gg_network_front *out, gg_error *err) {
    *out = (gg_network_front){0};
    return kind == GG_FRONT_ENERGY
               ? weigh_energy(in, options, out, err)
               : weigh_accuracy(in, options, kind == GG_FRONT_HINDSIGHT, out, err);
}
