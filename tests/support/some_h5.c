/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/support/some_h5.h"

gg_status write_some(const char *path, gg_error *err) {
    const char *const words[] = {"plain", "", "h\xc3\xa9llo"};
    const int32_t integers[] = {-1, 0, 2147483647};
    const double numbers[6] = {0.1, -2.5, 1e300, 0, 5e-324, 7};
    const uint16_t halves[6] = {0x3c00, 0x0001, 0x7bff, 0xfc00, 0x8000, 0x3555};
    const size_t list[] = {3}, matrix[] = {2, 3}, none[] = {4, 0};
    gg_h5 *h5;
    gg_status status = gg_h5_create(path, &h5, err);
    if (status != GG_OK)
        return status;
    status = gg_h5_make_group(h5, "/g", err);
    if (status == GG_OK)
        status = gg_h5_write(h5, "/g/words", GG_H5_UTF8, 1, list, words, err);
    if (status == GG_OK)
        status = gg_h5_write(h5, "/g/integers", GG_H5_I32, 1, list, integers, err);
    if (status == GG_OK)
        status = gg_h5_write(h5, "/g/numbers", GG_H5_F64, 2, matrix, numbers, err);
    if (status == GG_OK)
        status = gg_h5_write(h5, "/g/halves", GG_H5_F16, 2, matrix, halves, err);
    if (status == GG_OK)
        status = gg_h5_write(h5, "/g/brains", GG_H5_BF16, 2, matrix, halves, err);
    if (status == GG_OK)
        status = gg_h5_write(h5, "/none", GG_H5_F32, 2, none, numbers, err);
    if (status == GG_OK)
        status = gg_h5_write(h5, "/one", GG_H5_F64, 0, NULL, numbers, err);
    if (status == GG_OK)
        status = gg_h5_write_text_attribute(h5, "/g", "text", "caf\xc3\xa9", err);
    if (status == GG_OK)
        status = gg_h5_write_integer_attribute(h5, "/", "integer", 42, err);
    if (status == GG_OK)
        status = gg_h5_write_double_attribute(h5, "/g/words", "number", 0.1, err);
    return gg_h5_finish(h5, status, err);
}
