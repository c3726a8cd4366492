/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "data/uncertainty/kernels/row_stats.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Fastest first. */
static const gg_row_kernels *const all_kernels[] = {
#ifdef __x86_64__
    &gg_row_kernels_avx512, &gg_row_kernels_avx2,
#endif
    &gg_row_kernels_scalar};
enum { N_KERNELS = sizeof all_kernels / sizeof *all_kernels };

const gg_row_kernels *const *gg_row_kernels_all(size_t *count) {
    *count = N_KERNELS;
    return all_kernels;
}

gg_status gg_row_kernels_choose(const char *name, const gg_row_kernels **out, gg_error *err) {
    char known[128] = "";
    if (name == NULL)
        name = getenv("GOAGAP_KERNELS");
    bool any = name == NULL || *name == '\0';
    for (size_t k = 0; k < N_KERNELS; k++) {
        const gg_row_kernels *kernels = all_kernels[k];
        strncat(known, " ", sizeof known - strlen(known) - 1);
        strncat(known, kernels->name, sizeof known - strlen(known) - 1);
        bool named = !any && strcmp(name, kernels->name) == 0;
        if (named && !kernels->usable())
            return gg_fail(err, GG_E_USAGE, "kernels \"%s\" cannot run on this machine", name);
        if (named || (any && kernels->usable())) {
            *out = kernels;
            return GG_OK;
        }
    }
    return gg_fail(err, GG_E_USAGE, "kernels \"%s\" are not known; there are:%s", name, known);
}

gg_row_stats gg_row_stats_none(void) {
    return (gg_row_stats){
        .fault = GG_ROW_ALL_MASKED, .max = -INFINITY, .second = -INFINITY, .token_logit = NAN};
}

/* Makes the sums refer to a larger maximum. */
static void refer_to(gg_row_stats *s, double max, double temperature) {
    double x = (s->max - max) / temperature;
    double factor = exp(x);
    if (factor == 0.0) {
        s->exp_sum = s->entropy_sum = s->square_sum = 0.0;
    } else {
        s->entropy_sum = factor * (s->entropy_sum + x * s->exp_sum);
        s->exp_sum *= factor;
        s->square_sum *= factor * factor;
    }
    s->token_logit += x;
    s->max = max;
}

void gg_row_stats_merge(gg_row_stats *total, const gg_row_stats *piece, size_t first,
                        double temperature) {
    if (total->fault == GG_ROW_NAN || total->fault == GG_ROW_INFINITE ||
        piece->fault == GG_ROW_ALL_MASKED)
        return;
    if (piece->fault != GG_ROW_SOUND) {
        total->fault = piece->fault;
        total->fault_at = first + piece->fault_at;
        return;
    }
    gg_row_stats p = *piece;
    double second = fmax(fmin(total->max, p.max), fmax(total->second, p.second));
    if (total->fault == GG_ROW_ALL_MASKED) {
        *total = p;
        return;
    }
    if (p.max > total->max)
        refer_to(total, p.max, temperature);
    else
        refer_to(&p, total->max, temperature);
    total->second = second;
    total->exp_sum += p.exp_sum;
    total->entropy_sum += p.entropy_sum;
    total->square_sum += p.square_sum;
    if (isnan(total->token_logit))
        total->token_logit = p.token_logit;
}
