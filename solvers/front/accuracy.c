/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "solvers/front/accuracy.h"

double gg_expected_accuracy(const gg_instance *in, const double *p_slm, const double *p_llm,
                            const int32_t *assignment) {
    double sum = 0.0;
    for (size_t i = 0; i < in->n_users; i++)
        sum += assignment[i] == GG_LOCAL ? gg_correctness(p_slm, in->slm_correct, i)
                                         : gg_correctness(p_llm, in->llm_correct, i);
    return sum / (double)in->n_users;
}
