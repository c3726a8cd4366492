/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models/instance.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "models/base/alloc.h"
#include "models/instance_fields.h"

static void set_values(gg_instance *instance, const gg_instance_field *field, void *values) {
    memcpy((char *)instance + field->at, &values, sizeof values);
}

static size_t value_size(const gg_instance_field *field) {
    return field->domain == GG_FLAG  ? sizeof(uint8_t)
           : gg_field_is_text(field) ? sizeof(gg_load_curve)
                                     : sizeof(double);
}

static size_t count_of(const gg_instance *in, const gg_instance_field *field) {
    return gg_field_count(field, in->n_users, in->n_servers);
}

/* The name and the arrays of an instance that has its size; false when memory is short. */
static bool allocate(gg_instance *instance, const char *name, unsigned optional) {
    size_t n_pairs;
    if (gg_size_multiply(instance->n_users, instance->n_servers, &n_pairs) != 0)
        return false;
    instance->name = gg_strdup(name);
    bool complete = instance->name != NULL;
    for (size_t k = 0; complete && k < GG_INSTANCE_FIELDS; k++) {
        const gg_instance_field *field = &gg_instance_fields[k];
        if (field->shape == GG_ONE || (field->optional & optional) != field->optional)
            continue;
        void *values = gg_alloc(count_of(instance, field), value_size(field));
        complete = values != NULL;
        set_values(instance, field, values);
    }
    return complete;
}

gg_status gg_instance_new(const char *name, size_t n_users, size_t n_servers, unsigned optional,
                          gg_instance **out, gg_error *err) {
    *out = NULL;
    if (n_users < 1 || n_users > GG_MAX_USERS)
        return gg_fail(err, GG_E_INPUT, "n_users: %zu is outside 1..%d", n_users, GG_MAX_USERS);
    if (n_servers > GG_MAX_SERVERS)
        return gg_fail(err, GG_E_INPUT, "n_servers: %zu is above %d", n_servers, GG_MAX_SERVERS);
    gg_instance *instance = gg_alloc(1, sizeof *instance);
    if (instance != NULL) {
        instance->n_users = n_users;
        instance->n_servers = n_servers;
    }
    if (instance == NULL || !allocate(instance, name, optional)) {
        gg_instance_free(instance);
        return gg_fail(err, GG_E_NOMEM,
                       "out of memory for an instance of %zu users and %zu servers", n_users,
                       n_servers);
    }
    *out = instance;
    return GG_OK;
}

gg_status gg_instance_copy(const gg_instance *from, gg_instance **out, gg_error *err) {
    GG_TRY(gg_instance_new(from->name, from->n_users, from->n_servers, gg_instance_optional(from),
                           out, err));
    for (size_t k = 0; k < GG_INSTANCE_FIELDS; k++) {
        const gg_instance_field *field = &gg_instance_fields[k];
        const void *values = gg_field_values(from, field);
        if (values != NULL)
            memcpy(gg_field_values(*out, field), values, count_of(from, field) * value_size(field));
    }
    return GG_OK;
}

gg_status gg_instance_fix_interference(gg_instance *instance, gg_error *err) {
    instance->fixed_interference_w = gg_alloc(instance->n_servers, sizeof(double));
    return instance->fixed_interference_w != NULL
               ? GG_OK
               : gg_fail(err, GG_E_NOMEM, "out of memory for %zu servers", instance->n_servers);
}

void gg_instance_free(gg_instance *instance) {
    if (instance == NULL)
        return;
    gg_free(instance->name);
    for (size_t k = 0; k < GG_INSTANCE_FIELDS; k++)
        if (gg_instance_fields[k].shape != GG_ONE)
            gg_free(gg_field_values(instance, &gg_instance_fields[k]));
    gg_free(instance);
}

#define POWER_MAX_W 1e300

/* What a value would have to be; NULL when it is. */
static const char *violated(gg_field_domain domain, double value) {
    bool needs_more = domain == GG_POSITIVE || domain == GG_POSITIVE_POWER;
    if (domain == GG_FLAG)
        return value <= 1.0 ? NULL : "0 or 1";
    if (domain == GG_UNIT)
        return value >= 0.0 && value <= 1.0 ? NULL : "in [0, 1]";
    if (!(isfinite(value) && value >= 0.0 && !(needs_more && value == 0.0)))
        return needs_more ? "finite and > 0" : "finite and >= 0";
    if (value == 0.0)
        return NULL;
    if (domain == GG_POWER)
        return value <= POWER_MAX_W ? NULL : "at most 1e300";
    if (domain == GG_POSITIVE_POWER)
        return value >= 1e-300 && value <= POWER_MAX_W ? NULL : "within 1e-300..1e300";
    return value >= 1e-60 && value <= 1e60 ? NULL : "within 1e-60..1e60";
}

enum { PLACE_SIZE = 96 };

/* Where value k of a field is: "tau", "alpha[3]", "gain[3][0]". */
static const char *place_of(const gg_instance *in, const gg_instance_field *field, size_t k,
                            char place[PLACE_SIZE]) {
    if (field->shape == GG_ONE)
        return field->name;
    if (field->shape == GG_PER_PAIR)
        snprintf(place, PLACE_SIZE, "%s[%zu][%zu]", field->name, k / in->n_servers,
                 k % in->n_servers);
    else
        snprintf(place, PLACE_SIZE, "%s[%zu]", field->name, k);
    return place;
}

static gg_status check_curves(const gg_instance *in, const gg_instance_field *field,
                              const gg_load_curve *curves, size_t count, gg_error *err) {
    char place[PLACE_SIZE];
    for (size_t j = 0; j < count; j++) {
        const char *wrong = gg_curve_wrong(&curves[j], gg_field_side(field));
        if (wrong != NULL)
            return gg_fail(err, GG_E_INPUT, "%s: %s", place_of(in, field, j, place), wrong);
        if (curves == in->server_model && gg_serves_tokens(in, j) && in->output_tokens == NULL)
            return gg_fail(err, GG_E_INPUT,
                           "%s: serves by output tokens, but output_tokens is missing",
                           place_of(in, field, j, place));
    }
    return GG_OK;
}

static gg_status check_field(const gg_instance *in, const gg_instance_field *field, gg_error *err) {
    const void *values = gg_field_values(in, field);
    size_t count = values != NULL ? count_of(in, field) : 0;
    char place[PLACE_SIZE];
    if (gg_field_is_text(field))
        return check_curves(in, field, values, count, err);
    for (size_t k = 0; k < count; k++) {
        double value = gg_field_value(field, values, k);
        const char *wanted = violated(field->domain, value);
        if (wanted != NULL)
            return gg_fail(err, GG_E_INPUT, "%s: %g is not %s", place_of(in, field, k, place),
                           value, wanted);
        size_t user = field->shape == GG_PER_PAIR ? k / in->n_servers : 0;
        if (field->shape == GG_PER_PAIR && in->tx_power_w[user] * value > POWER_MAX_W)
            return gg_fail(err, GG_E_INPUT, "%s: %g times tx_power_w[%zu] %g is above 1e300",
                           place_of(in, field, k, place), value, user, in->tx_power_w[user]);
    }
    return GG_OK;
}

gg_status gg_instance_validate(const gg_instance *in, gg_error *err) {
    if (in->n_users < 1)
        return gg_fail(err, GG_E_INPUT, "n_users: 0 is not >= 1");
    for (size_t k = 0; k < GG_INSTANCE_FIELDS; k++)
        GG_TRY(check_field(in, gg_field_in_turn(k), err));
    return GG_OK;
}

int gg_instance_infeasible(const gg_instance *instance) {
    if (instance->n_servers > 0)
        return 0;
    for (size_t i = 0; i < instance->n_users; i++)
        if (gg_is_mandatory(instance, i))
            return 1;
    return 0;
}

gg_status gg_instance_check_objective(const gg_instance *in, gg_objective objective,
                                      gg_error *err) {
    if (gg_objective_joule(objective) == 0.0 || in->device_power_w != NULL)
        return GG_OK;
    return gg_fail(err, GG_E_INPUT, "%s: has no device_power_w, which objective %s needs", in->name,
                   gg_objective_name(objective));
}
