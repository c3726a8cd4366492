/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "data/import/sink/import_options.h"

#include <string.h>

gg_import_options gg_import_options_init(void) {
    return (gg_import_options){.side = GG_SLM};
}

/* The defaults have no name: they are what is meant when nothing is said. */
static const char *const value_names[GG_N_IMPORT_VALUES] = {"", "logits", "logprobs", "probs"};
static const char *const axes_names[GG_N_IMPORT_AXES] = {"", "V", "T,V", "B,T,V", "T,B,V", "B,V"};
static const char *const short_dtype_names[GG_N_DTYPES] = {"f16", "bf16", "f32", "f64"};

/* The place of a name, or -1. */
static int find_name(const char *const *names, int n, const char *name) {
    for (int k = 0; k < n; k++)
        if (names[k][0] != '\0' && strcmp(name, names[k]) == 0)
            return k;
    return -1;
}

const char *gg_import_axes_name(gg_import_axes axes) {
    return axes_names[axes];
}

gg_status gg_import_values_parse(const char *name, gg_import_values *values, gg_error *err) {
    int found = find_name(value_names, GG_N_IMPORT_VALUES, name);
    if (found < 0)
        return gg_fail(err, GG_E_USAGE, "values \"%.40s\" are not logits, logprobs or probs", name);
    *values = (gg_import_values)found;
    return GG_OK;
}

gg_status gg_import_axes_parse(const char *name, gg_import_axes *axes, gg_error *err) {
    int found = find_name(axes_names, GG_N_IMPORT_AXES, name);
    if (found < 0)
        return gg_fail(err, GG_E_USAGE, "axes \"%.40s\" are not V, T,V, B,V, B,T,V or T,B,V", name);
    *axes = (gg_import_axes)found;
    return GG_OK;
}

gg_status gg_import_dtype_parse(const char *name, gg_dtype *dtype, gg_error *err) {
    int found = find_name(short_dtype_names, GG_N_DTYPES, name);
    for (int k = 0; found < 0 && k < GG_N_DTYPES; k++)
        if (strcmp(name, gg_dtype_name((gg_dtype)k)) == 0)
            found = k;
    if (found < 0)
        return gg_fail(err, GG_E_USAGE, "dtype \"%.40s\" is not f16, bf16, f32 or f64", name);
    *dtype = (gg_dtype)found;
    return GG_OK;
}
