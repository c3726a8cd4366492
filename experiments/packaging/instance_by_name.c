/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiments/packaging/instance_by_name.h"

#include <stdio.h>
#include <string.h>

#include "models/instance_fields.h"

const char *gg_instance_field_name(size_t k) {
    return k < GG_INSTANCE_FIELDS ? gg_instance_fields[k].name : NULL;
}

static gg_status find(const char *name, const gg_instance_field **field, gg_error *err) {
    char known[640] = "";
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
    *size = field->domain == GG_FLAG  ? sizeof(uint8_t)
            : gg_field_is_text(field) ? 0
                                      : sizeof(double);
    return GG_OK;
}

/* Server j's curve of a field; NULL where there is none. */
static gg_load_curve *curve_of(const gg_instance *instance, const char *name, size_t server,
                               const gg_instance_field **field) {
    if (find(name, field, NULL) != GG_OK || !gg_field_is_text(*field))
        return NULL;
    gg_load_curve *curves = gg_field_values(instance, *field);
    return curves != NULL && server < instance->n_servers ? &curves[server] : NULL;
}

const char *gg_instance_curve(const gg_instance *instance, const char *name, size_t server) {
    static _Thread_local char text[GG_CURVE_TEXT];
    const gg_instance_field *field;
    const gg_load_curve *curve = curve_of(instance, name, server, &field);
    return curve != NULL ? gg_curve_text(curve, text) : NULL;
}

gg_status gg_instance_set_curve(gg_instance *instance, const char *name, size_t server,
                                const char *text, gg_error *err) {
    const gg_instance_field *field;
    gg_error inner = {0};
    gg_load_curve *curve = curve_of(instance, name, server, &field);
    if (curve == NULL)
        return gg_fail(err, GG_E_USAGE, "%.60s[%zu]: the instance has no such curve", name, server);
    if (gg_curve_parse(text, gg_field_side(field), curve, &inner) != GG_OK)
        return gg_fail(err, GG_E_INPUT, "%s[%zu]: %s", name, server, inner.message);
    return GG_OK;
}
