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

hid_t gg__h5_memory_type(gg_h5_type type) {
    switch (type) {
    case GG_H5_F16:
    case GG_H5_BF16:
        return make_float16(&layouts[type], H5Tget_order(H5T_NATIVE_FLOAT));
    case GG_H5_F32:
        return H5Tcopy(H5T_NATIVE_FLOAT);
    case GG_H5_F64:
        return H5Tcopy(H5T_NATIVE_DOUBLE);
    case GG_H5_U8:
        return H5Tcopy(H5T_NATIVE_UINT8);
    case GG_H5_I16:
        return H5Tcopy(H5T_NATIVE_INT16);
    case GG_H5_I32:
        return H5Tcopy(H5T_NATIVE_INT32);
    case GG_H5_I64:
        return H5Tcopy(H5T_NATIVE_INT64);
    case GG_H5_U32:
        return H5Tcopy(H5T_NATIVE_UINT32);
    case GG_H5_U64:
        return H5Tcopy(H5T_NATIVE_UINT64);
    case GG_H5_UTF8:
        return make_text();
    }
    return H5I_INVALID_HID;
}

hid_t gg__h5_file_type(gg_h5_type type) {
    switch (type) {
    case GG_H5_F16:
    case GG_H5_BF16:
        return make_float16(&layouts[type], H5T_ORDER_LE);
    case GG_H5_F32:
        return H5Tcopy(H5T_IEEE_F32LE);
    case GG_H5_F64:
        return H5Tcopy(H5T_IEEE_F64LE);
    case GG_H5_U8:
        return H5Tcopy(H5T_STD_U8LE);
    case GG_H5_I16:
        return H5Tcopy(H5T_STD_I16LE);
    case GG_H5_I32:
        return H5Tcopy(H5T_STD_I32LE);
    case GG_H5_I64:
        return H5Tcopy(H5T_STD_I64LE);
    case GG_H5_U32:
        return H5Tcopy(H5T_STD_U32LE);
    case GG_H5_U64:
        return H5Tcopy(H5T_STD_U64LE);
    case GG_H5_UTF8:
        return make_text();
    }
    return H5I_INVALID_HID;
}

size_t gg__h5_type_size(gg_h5_type type) {
    switch (type) {
    case GG_H5_U8:
        return 1;
    case GG_H5_F16:
    case GG_H5_BF16:
    case GG_H5_I16:
        return 2;
    case GG_H5_F32:
    case GG_H5_I32:
    case GG_H5_U32:
        return 4;
    case GG_H5_F64:
    case GG_H5_I64:
    case GG_H5_U64:
        return 8;
    case GG_H5_UTF8:
        return sizeof(char *);
    }
    return 0;
}
