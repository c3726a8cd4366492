/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models/instance.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "models/base/alloc.h"

gg_status gg_instance_new(const char *name, size_t n_users, size_t n_servers, int with_measured,
                          int with_flags, gg_instance **out, gg_error *err) {
    *out = NULL;
    if (n_users < 1 || n_users > GG_MAX_USERS)
        return gg_fail(err, GG_E_INPUT, "n_users: %zu is outside 1..%d", n_users, GG_MAX_USERS);
    if (n_servers > GG_MAX_SERVERS)
        return gg_fail(err, GG_E_INPUT, "n_servers: %zu is above %d", n_servers, GG_MAX_SERVERS);
    gg_instance *instance = gg_alloc(1, sizeof *instance);
    if (instance == NULL)
        goto no_memory;
    size_t n_pairs;
    if (gg_size_multiply(n_users, n_servers, &n_pairs) != 0)
        goto no_memory;
    instance->n_users = n_users;
    instance->n_servers = n_servers;
    instance->name = gg_strdup(name);
    double **columns[] = {&instance->payload_bits, &instance->tx_power_w,
                          &instance->local_capacity_flops, &instance->local_delay_s,
                          &instance->alpha};
    bool complete = instance->name != NULL;
    for (size_t c = 0; c < sizeof columns / sizeof *columns; c++)
        complete = (*columns[c] = gg_alloc(n_users, sizeof(double))) != NULL && complete;
    complete = (instance->bandwidth_hz = gg_alloc(n_servers, sizeof(double))) != NULL && complete;
    complete =
        (instance->server_capacity_flops = gg_alloc(n_servers, sizeof(double))) != NULL && complete;
    complete = (instance->gain = gg_alloc(n_pairs, sizeof(double))) != NULL && complete;
    if (with_measured)
        complete =
            (instance->edge_delay_ref_s = gg_alloc(n_users, sizeof(double))) != NULL && complete;
    if (with_flags) {
        complete = (instance->slm_correct = gg_alloc(n_users, 1)) != NULL && complete;
        complete = (instance->llm_correct = gg_alloc(n_users, 1)) != NULL && complete;
    }
    if (!complete)
        goto no_memory;
    *out = instance;
    return GG_OK;

no_memory:
    gg_instance_free(instance);
    return gg_fail(err, GG_E_NOMEM, "out of memory for an instance of %zu users and %zu servers",
                   n_users, n_servers);
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
    gg_free(instance->bandwidth_hz);
    gg_free(instance->server_capacity_flops);
    gg_free(instance->fixed_interference_w);
    gg_free(instance->payload_bits);
    gg_free(instance->tx_power_w);
    gg_free(instance->local_capacity_flops);
    gg_free(instance->local_delay_s);
    gg_free(instance->edge_delay_ref_s);
    gg_free(instance->alpha);
    gg_free(instance->gain);
    gg_free(instance->slm_correct);
    gg_free(instance->llm_correct);
    gg_free(instance);
}

/* The domains of the model's numbers. Powers only meet each other, in a quotient; whatever else is
 * multiplied and divided, five such numbers at a time, stays far from the ends of the doubles. */
typedef enum domain { POSITIVE, NON_NEGATIVE, UNIT, POSITIVE_POWER, POWER } domain;

#define POWER_MAX_W 1e300

/* What a value would have to be; NULL when it is. */
static const char *violated(domain kind, double value) {
    bool needs_more = kind == POSITIVE || kind == POSITIVE_POWER;
    if (kind == UNIT)
        return value >= 0.0 && value <= 1.0 ? NULL : "in [0, 1]";
    if (!(isfinite(value) && value >= 0.0 && !(needs_more && value == 0.0)))
        return needs_more ? "finite and > 0" : "finite and >= 0";
    if (value == 0.0)
        return NULL;
    if (kind == POWER)
        return value <= POWER_MAX_W ? NULL : "at most 1e300";
    if (kind == POSITIVE_POWER)
        return value >= 1e-300 && value <= POWER_MAX_W ? NULL : "within 1e-300..1e300";
    return value >= 1e-60 && value <= 1e60 ? NULL : "within 1e-60..1e60";
}

static gg_status check_scalar(const char *field, domain kind, double value, gg_error *err) {
    const char *wanted = violated(kind, value);
    if (wanted == NULL)
        return GG_OK;
    return gg_fail(err, GG_E_INPUT, "%s: %g is not %s", field, value, wanted);
}

static gg_status check_column(const char *field, domain kind, const double *values, size_t count,
                              gg_error *err) {
    for (size_t k = 0; k < count; k++) {
        const char *wanted = violated(kind, values[k]);
        if (wanted != NULL)
            return gg_fail(err, GG_E_INPUT, "%s[%zu]: %g is not %s", field, k, values[k], wanted);
    }
    return GG_OK;
}

static gg_status check_gains(const gg_instance *in, gg_error *err) {
    for (size_t i = 0; i < in->n_users; i++)
        for (size_t j = 0; j < in->n_servers; j++) {
            double gain = gg_gain(in, i, j);
            const char *wanted = violated(POWER, gain);
            if (wanted != NULL)
                return gg_fail(err, GG_E_INPUT, "gain[%zu][%zu]: %g is not %s", i, j, gain, wanted);
            if (in->tx_power_w[i] * gain > POWER_MAX_W)
                return gg_fail(err, GG_E_INPUT,
                               "gain[%zu][%zu]: %g times tx_power_w[%zu] %g is above 1e300", i, j,
                               gain, i, in->tx_power_w[i]);
        }
    return GG_OK;
}

static gg_status check_flags(const char *field, const uint8_t *flags, size_t count, gg_error *err) {
    for (size_t k = 0; flags != NULL && k < count; k++)
        if (flags[k] > 1)
            return gg_fail(err, GG_E_INPUT, "%s[%zu]: %d is not 0 or 1", field, k, flags[k]);
    return GG_OK;
}

gg_status gg_instance_validate(const gg_instance *in, gg_error *err) {
    const struct {
        const char *field;
        domain kind;
        double value;
    } scalars[] = {{"max_user_capacity_flops", POSITIVE, in->max_user_capacity_flops},
                   {"noise_w", POSITIVE_POWER, in->noise_w},
                   {"edge_work_ratio", POSITIVE, in->edge_work_ratio},
                   {"ref_capacity_flops", POSITIVE, in->ref_capacity_flops},
                   {"tau", UNIT, in->tau}};
    const struct {
        const char *field;
        domain kind;
        const double *values;
        size_t count;
    } columns[] = {{"bandwidth_hz", POSITIVE, in->bandwidth_hz, in->n_servers},
                   {"server_capacity_flops", POSITIVE, in->server_capacity_flops, in->n_servers},
                   {"payload_bits", NON_NEGATIVE, in->payload_bits, in->n_users},
                   {"tx_power_w", POWER, in->tx_power_w, in->n_users},
                   {"local_capacity_flops", POSITIVE, in->local_capacity_flops, in->n_users},
                   {"local_delay_s", POSITIVE, in->local_delay_s, in->n_users},
                   {"alpha", UNIT, in->alpha, in->n_users}};
    if (in->n_users < 1)
        return gg_fail(err, GG_E_INPUT, "n_users: 0 is not >= 1");
    gg_status status = GG_OK;
    for (size_t k = 0; status == GG_OK && k < sizeof scalars / sizeof *scalars; k++)
        status = check_scalar(scalars[k].field, scalars[k].kind, scalars[k].value, err);
    for (size_t k = 0; status == GG_OK && k < sizeof columns / sizeof *columns; k++)
        status = check_column(columns[k].field, columns[k].kind, columns[k].values,
                              columns[k].count, err);
    if (status == GG_OK && in->edge_delay_ref_s != NULL)
        status = check_column("edge_delay_ref_s", POSITIVE, in->edge_delay_ref_s, in->n_users, err);
    if (status == GG_OK && in->fixed_interference_w != NULL)
        status = check_column("fixed_interference_w", POWER, in->fixed_interference_w,
                              in->n_servers, err);
    if (status == GG_OK)
        status = check_gains(in, err);
    if (status == GG_OK)
        status = check_flags("slm_correct", in->slm_correct, in->n_users, err);
    if (status == GG_OK)
        status = check_flags("llm_correct", in->llm_correct, in->n_users, err);
    return status;
}

int gg_instance_infeasible(const gg_instance *instance) {
    if (instance->n_servers > 0)
        return 0;
    for (size_t i = 0; i < instance->n_users; i++)
        if (gg_is_mandatory(instance, i))
            return 1;
    return 0;
}

const char *gg_objective_name(gg_objective objective) {
    return objective == GG_WEIGHTED ? "weighted" : "uniform";
}

gg_status gg_objective_parse(const char *name, gg_objective *objective, gg_error *err) {
    if (strcmp(name, "weighted") == 0)
        *objective = GG_WEIGHTED;
    else if (strcmp(name, "uniform") == 0)
        *objective = GG_UNIFORM;
    else
        return gg_fail(err, GG_E_USAGE, "objective \"%s\" is neither weighted nor uniform", name);
    return GG_OK;
}
