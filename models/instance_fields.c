/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models/instance_fields.h"

#include <string.h>

#define FIELD(name, shape, domain, optional)                                                       \
    { #name, offsetof(gg_instance, name), shape, domain, optional }

const gg_instance_field gg_instance_fields[GG_INSTANCE_FIELDS] = {
    FIELD(bandwidth_hz, GG_PER_SERVER, GG_POSITIVE, 0),
    FIELD(server_capacity_flops, GG_PER_SERVER, GG_POSITIVE, 0),
    FIELD(max_user_capacity_flops, GG_ONE, GG_POSITIVE, 0),
    FIELD(noise_w, GG_ONE, GG_POSITIVE_POWER, 0),
    FIELD(fixed_interference_w, GG_PER_SERVER, GG_POWER, GG_WITH_FIXED_INTERFERENCE),
    FIELD(edge_work_ratio, GG_ONE, GG_POSITIVE, 0),
    FIELD(ref_capacity_flops, GG_ONE, GG_POSITIVE, 0),
    FIELD(tau, GG_ONE, GG_UNIT, 0),
    FIELD(payload_bits, GG_PER_USER, GG_NON_NEGATIVE, 0),
    FIELD(tx_power_w, GG_PER_USER, GG_POWER, 0),
    FIELD(local_capacity_flops, GG_PER_USER, GG_POSITIVE, 0),
    FIELD(local_delay_s, GG_PER_USER, GG_POSITIVE, 0),
    FIELD(edge_delay_ref_s, GG_PER_USER, GG_POSITIVE, GG_WITH_MEASURED),
    FIELD(alpha, GG_PER_USER, GG_UNIT, 0),
    FIELD(gain, GG_PER_PAIR, GG_POWER, 0),
    FIELD(slm_correct, GG_PER_USER, GG_FLAG, GG_WITH_SLM_CORRECT),
    FIELD(llm_correct, GG_PER_USER, GG_FLAG, GG_WITH_LLM_CORRECT),
    FIELD(slm_p_correct, GG_PER_USER, GG_UNIT, GG_WITH_SLM_P_CORRECT),
    FIELD(llm_p_correct, GG_PER_USER, GG_UNIT, GG_WITH_LLM_P_CORRECT),
    FIELD(server_model, GG_PER_SERVER, GG_SERVER_CURVE, GG_WITH_SERVER_MODEL),
    FIELD(air_model, GG_PER_SERVER, GG_AIR_CURVE, GG_WITH_AIR_MODEL),
    FIELD(output_tokens, GG_PER_USER, GG_NON_NEGATIVE, GG_WITH_OUTPUT_TOKENS),
    FIELD(prefill_s, GG_PER_USER, GG_NON_NEGATIVE, GG_WITH_PREFILL),
    FIELD(gate_delay_s, GG_PER_USER, GG_NON_NEGATIVE, GG_WITH_GATE_DELAY),
    FIELD(device_power_w, GG_PER_USER, GG_NON_NEGATIVE, GG_WITH_DEVICE_POWER),
};

const gg_instance_field *gg_field_in_turn(size_t k) {
    for (int arrays = 0; arrays < 2; arrays++)
        for (size_t at = 0; at < GG_INSTANCE_FIELDS; at++)
            if ((gg_instance_fields[at].shape != GG_ONE) == arrays && k-- == 0)
                return &gg_instance_fields[at];
    return NULL;
}

size_t gg_field_count(const gg_instance_field *field, size_t n_users, size_t n_servers) {
    const size_t counts[] = {[GG_ONE] = 1,
                             [GG_PER_SERVER] = n_servers,
                             [GG_PER_USER] = n_users,
                             [GG_PER_PAIR] = n_users * n_servers};
    return counts[field->shape];
}

void *gg_field_values(const gg_instance *instance, const gg_instance_field *field) {
    char *place = (char *)instance + field->at;
    if (field->shape == GG_ONE)
        return place;
    void *values;
    memcpy(&values, place, sizeof values);
    return values;
}

unsigned gg_instance_optional(const gg_instance *instance) {
    unsigned optional = 0;
    for (size_t k = 0; k < GG_INSTANCE_FIELDS; k++)
        if (gg_field_values(instance, &gg_instance_fields[k]) != NULL)
            optional |= gg_instance_fields[k].optional;
    return optional;
}

const char *gg_instance_format(const gg_instance *instance) {
    return (gg_instance_optional(instance) & GG_OF_FORMAT_2) != 0 ? GG_INSTANCE_FORMAT_2
                                                                  : GG_INSTANCE_FORMAT;
}

gg_status gg_instance_check_format(const char *format, unsigned optional, gg_error *err) {
    if (strcmp(format, GG_INSTANCE_FORMAT_2) == 0)
        return GG_OK;
    if (strcmp(format, GG_INSTANCE_FORMAT) != 0)
        return gg_fail(err, GG_E_INPUT, "format: \"%.64s\" is not \"%s\" or \"%s\"", format,
                       GG_INSTANCE_FORMAT, GG_INSTANCE_FORMAT_2);
    for (size_t k = 0; k < GG_INSTANCE_FIELDS; k++)
        if ((gg_instance_fields[k].optional & optional & GG_OF_FORMAT_2) != 0)
            return gg_fail(err, GG_E_INPUT, "%s: needs \"format\": \"%s\", the file has \"%s\"",
                           gg_instance_fields[k].name, GG_INSTANCE_FORMAT_2, format);
    return GG_OK;
}

bool gg_instance_has_key(const char *name) {
    static const char *const head[] = {"format", "name", "n_users", "n_servers"};
    for (size_t k = 0; k < sizeof head / sizeof *head; k++)
        if (strcmp(name, head[k]) == 0)
            return true;
    for (size_t k = 0; k < GG_INSTANCE_FIELDS; k++)
        if (strcmp(name, gg_instance_fields[k].name) == 0)
            return true;
    return false;
}
