/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "data/uncertainty/uncertainty_array.h"

#include <inttypes.h>

#include "data/uncertainty/measure.h"

static gg_status measure(gg_measurer *measurer, const gg_logit_array *array, size_t row, size_t at,
                         double *value, gg_error *err) {
    const int64_t token = array->tokens != NULL ? array->tokens[at] : -1;
    if (array->tokens != NULL && (token < 0 || (uint64_t)token >= array->width))
        return gg_fail(err, GG_E_USAGE, "token %" PRId64 " is none of the %zu words", token,
                       array->width);
    const char *logits = array->logits;
    return gg_measurer_row(measurer, array->dtype,
                           logits + row * array->stride * gg_dtype_size(array->dtype), NULL, token,
                           value, err);
}

gg_status gg_uncertainty_of_array(const gg_logit_array *array, const size_t *rows, size_t count,
                                  const gg_uncertainty_options *options, double *values,
                                  size_t *failed, gg_error *err) {
    gg_measurer *measurer = NULL;
    *failed = count;
    if (options->measure == GG_NLL && array->tokens == NULL)
        return gg_fail(err, GG_E_USAGE, "nll: needs the generated tokens");
    GG_TRY(gg_measurer_new(options, false, array->width, NULL, 0, &measurer, err));
    gg_status status = GG_OK;
    for (size_t k = 0; status == GG_OK && k < count; k++) {
        status = measure(measurer, array, rows[k], k, &values[k], err);
        if (status != GG_OK)
            *failed = k;
    }
    gg_measurer_free(measurer);
    return status;
}
