/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "data/uncertainty/kernels/row_stats.h"

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
