/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiments/packaging/instance_by_name.h"

#include <stdio.h>
#include <string.h>

#include "models/instance_fields.h"

const char *gg_instance_field_name(size_t k) {
    return k < GG_INSTANCE_FIELDS ? gg_instance_fields[k].name : NULL;
}

static gg_status find(const char *name, const gg_instance_field **field, gg_error *err) {
    char known[512] = "";
    for (size_t k = 0, used = 0; k < GG_INSTANCE_FIELDS; k++) {
        *field = &gg_instance_fields[k];
        if (strcmp((*field)->name, name) == 0)
            return GG_OK;
        if (used < sizeof known)
            used += (size_t)snprintf(known + used, sizeof known - used, "%s%s", k > 0 ? ", " : "",
                                     (*field)->name);
    }
    return gg_fail(err, GG_E_USAGE, "no field '%.60s' of instances; there are %s", name, known);
}

gg_status gg_instance_with(const char *name, size_t n_users, size_t n_servers, size_t count,
                           const char *const *fields, gg_instance **out, gg_error *err) {
    unsigned optional = 0;
    for (size_t k = 0; k < count; k++) {
        const gg_instance_field *field;
        GG_TRY(find(fields[k], &field, err));
        optional |= field->optional;
    }
    return gg_instance_new(name, n_users, n_servers, optional, out, err);
}

gg_status gg_instance_values(const gg_instance *instance, const char *name, void **values,
                             size_t *rank, size_t shape[2], size_t *size, gg_error *err) {
    const gg_instance_field *field;
    GG_TRY(find(name, &field, err));
    *values = gg_field_values(instance, field);
    *rank = field->shape == GG_ONE ? 0 : field->shape == GG_PER_PAIR ? 2 : 1;
    shape[0] = field->shape == GG_PER_SERVER ? instance->n_servers : instance->n_users;
    shape[1] = instance->n_servers;
    *size = field->domain == GG_FLAG ? sizeof(uint8_t) : sizeof(double);
    return GG_OK;
}
