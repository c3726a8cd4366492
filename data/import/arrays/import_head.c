/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * lm_head and its bias, which turn hidden states into logits.
 */
#include "data/import/arrays/import_arrays.h"

#include "models/base/alloc.h"

static gg_status check_head(const gg_array *head, size_t width, gg_error *err) {
    if (gg_number_is_float(head->number) && head->rank == 2 && !head->fortran &&
        head->dims[1] == width)
        return GG_OK;
    char shape[GG_ARRAY_SHAPE_SIZE];
    gg_array_shape_text(head, shape);
    return gg_fail(err, GG_E_INPUT, "%s: %s of shape %s is no lm_head for hidden states of %zu",
                   head->place, gg_number_name(head->number), shape, width);
}

static gg_status pour_head(gg_import_sink *sink, gg_array *head, size_t width, gg_error *err) {
    size_t size = width * gg_number_size(head->number);
    size_t most = ((size_t)16 << 20) / size, words = head->dims[0];
    size_t step = most > 0 ? most : 1;
    gg_status status = GG_OK;
    GG_TRY(check_head(head, width, err));
    void *piece = gg_alloc(step < words ? step : words, size);
    if (piece == NULL)
        return gg_fail(err, GG_E_NOMEM, "%s: out of memory", head->place);
    for (size_t at = 0; status == GG_OK && at < words; at += step) {
        size_t n = words - at < step ? words - at : step;
        status = gg_array_read(head, at * width, n * width, piece, err);
        if (status == GG_OK)
            status = gg_import_sink_head(sink, (gg_dtype)head->number, n, piece, err);
    }
    gg_free(piece);
    return status;
}

static gg_status pour_bias(gg_import_sink *sink, gg_array *bias, size_t words, gg_error *err) {
    if (!gg_number_is_float(bias->number) || bias->rank != 1 || bias->count != words)
        return gg_fail(err, GG_E_INPUT, "%s: is no bias of %zu words", bias->place, words);
    void *values = gg_alloc(words, gg_number_size(bias->number));
    if (values == NULL)
        return gg_fail(err, GG_E_NOMEM, "%s: out of memory", bias->place);
    gg_status status = gg_array_read(bias, 0, words, values, err);
    if (status == GG_OK)
        status = gg_import_sink_bias(sink, (gg_dtype)bias->number, words, values, err);
    gg_free(values);
    return status;
}

gg_status gg_import_head(gg_import_sink *sink, gg_array *head, gg_array *bias, size_t width,
                         gg_error *err) {
    GG_TRY(pour_head(sink, head, width, err));
    return bias != NULL ? pour_bias(sink, bias, head->dims[0], err) : GG_OK;
}
