/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "data/hdf5/h5_internal.h"

/* Bit fields of our floats: sign position, exponent and fraction positions and sizes, bias. */
typedef struct float_layout {
    size_t size, sign, exponent, exponent_size, fraction_size, bias;
} float_layout;

static const float_layout layouts[GG_N_DTYPES] = {
    [GG_F16] = {2, 15, 10, 5, 10, 15},
    [GG_BF16] = {2, 15, 7, 8, 7, 127},
    [GG_F32] = {4, 31, 23, 8, 23, 127},
    [GG_F64] = {8, 63, 52, 11, 52, 1023},
};

bool gg__h5_float_kind(hid_t type, gg_dtype *dtype) {
    size_t sign, exponent, exponent_size, fraction, fraction_size;
    H5T_order_t order = H5Tget_order(type);
    if (H5Tget_class(type) != H5T_FLOAT || (order != H5T_ORDER_LE && order != H5T_ORDER_BE) ||
        H5Tget_fields(type, &sign, &exponent, &exponent_size, &fraction, &fraction_size) < 0 ||
        H5Tget_norm(type) != H5T_NORM_IMPLIED || H5Tget_offset(type) != 0 || fraction != 0)
        return false;
    for (int k = 0; k < GG_N_DTYPES; k++) {
        const float_layout *l = &layouts[k];
        if (H5Tget_size(type) == l->size && H5Tget_precision(type) == 8 * l->size &&
            sign == l->sign && exponent == l->exponent && exponent_size == l->exponent_size &&
            fraction_size == l->fraction_size && H5Tget_ebias(type) == l->bias) {
            *dtype = (gg_dtype)k;
            return true;
        }
    }
    return false;
}

/* HDF5 1.10 has no 16-bit floats of its own. The fields must fit before the size can shrink. */
static hid_t make_float16(const float_layout *l, H5T_order_t order) {
    hid_t type = H5Tcopy(H5T_IEEE_F32LE);
    if (type < 0)
        return type;
    if (H5Tset_fields(type, l->sign, l->exponent, l->exponent_size, 0, l->fraction_size) < 0 ||
        H5Tset_size(type, l->size) < 0 || H5Tset_ebias(type, l->bias) < 0 ||
        H5Tset_order(type, order) < 0) {
        H5Tclose(type);
        return H5I_INVALID_HID;
    }
    return type;
}

static hid_t make_text(void) {
    hid_t type = H5Tcopy(H5T_C_S1);
    if (type >= 0 &&
        (H5Tset_size(type, H5T_VARIABLE) < 0 || H5Tset_cset(type, H5T_CSET_UTF8) < 0)) {
        H5Tclose(type);
        return H5I_INVALID_HID;
    }
    return type;
}

/* Types that HDF5 has itself: their size, their name in memory and in files. */
#define PREDEFINED(X)                                                                              \
    X(GG_H5_F32, 4, H5T_NATIVE_FLOAT, H5T_IEEE_F32LE)                                              \
    X(GG_H5_F64, 8, H5T_NATIVE_DOUBLE, H5T_IEEE_F64LE)                                             \
    X(GG_H5_U8, 1, H5T_NATIVE_UINT8, H5T_STD_U8LE)                                                 \
    X(GG_H5_U16, 2, H5T_NATIVE_UINT16, H5T_STD_U16LE)                                              \
    X(GG_H5_I16, 2, H5T_NATIVE_INT16, H5T_STD_I16LE)                                               \
    X(GG_H5_I32, 4, H5T_NATIVE_INT32, H5T_STD_I32LE)                                               \
    X(GG_H5_I64, 8, H5T_NATIVE_INT64, H5T_STD_I64LE)                                               \
    X(GG_H5_U32, 4, H5T_NATIVE_UINT32, H5T_STD_U32LE)                                              \
    X(GG_H5_U64, 8, H5T_NATIVE_UINT64, H5T_STD_U64LE)

hid_t gg__h5_make_type(gg_h5_type type, bool in_file) {
    switch (type) {
#define COPY(name, size, memory, file)                                                             \
    case name:                                                                                     \
        return H5Tcopy(in_file ? file : memory);
        PREDEFINED(COPY)
#undef COPY
    case GG_H5_F16:
    case GG_H5_BF16:
        return make_float16(&layouts[type],
                            in_file ? H5T_ORDER_LE : H5Tget_order(H5T_NATIVE_FLOAT));
    case GG_H5_UTF8:
        return make_text();
    }
    return H5I_INVALID_HID;
}

size_t gg__h5_type_size(gg_h5_type type) {
#define SIZE(name, size, memory, file) [name] = size,
    static const size_t sizes[] = {
        [GG_H5_F16] = 2, [GG_H5_BF16] = 2, [GG_H5_UTF8] = sizeof(char *), PREDEFINED(SIZE)};
#undef SIZE
    return sizes[type];
}
