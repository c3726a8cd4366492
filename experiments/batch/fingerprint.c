/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiments/batch/fingerprint.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

enum { PROBE_USERS = 8 };

static uint64_t hash_bytes(uint64_t hash, const void *data, size_t size) {
    const unsigned char *at = data;
    for (size_t k = 0; k < size; k++)
        hash = (hash ^ at[k]) * UINT64_C(0x100000001b3);
    return hash;
}

static uint64_t hash_doubles(uint64_t hash, const double *values, size_t n) {
    return values != NULL ? hash_bytes(hash, values, n * sizeof *values) : hash_bytes(hash, "-", 1);
}

static uint64_t hash_flags(uint64_t hash, const uint8_t *flags, size_t n) {
    return flags != NULL ? hash_bytes(hash, flags, n) : hash_bytes(hash, "-", 1);
}

static uint64_t hash_workload(uint64_t hash, const gg_workload *w) {
    if (w == NULL)
        return hash;
    hash = hash_doubles(hash, w->alpha, w->n_queries);
    hash = hash_doubles(hash, w->prompt_bytes, w->n_queries);
    hash = hash_doubles(hash, w->slm_latency_s, w->n_queries);
    hash = hash_doubles(hash, w->llm_latency_s, w->n_queries);
    hash = hash_flags(hash, w->slm_correct, w->n_queries);
    hash = hash_flags(hash, w->llm_correct, w->n_queries);
    hash = hash_doubles(hash, &w->slm_device_flops, 1);
    return hash_doubles(hash, &w->llm_device_flops, 1);
}

/* Drawn numbers enter with nine digits: the last bits of a logarithm differ between processors. */
static uint64_t hash_drawn(uint64_t hash, const double *values, size_t n) {
    for (size_t k = 0; values != NULL && k < n; k++) {
        char text[32];
        int length = snprintf(text, sizeof text, "%.9g ", values[k]);
        hash = hash_bytes(hash, text, (size_t)length);
    }
    return hash;
}

static uint64_t hash_instance(uint64_t hash, const gg_instance *instance) {
    size_t n = instance->n_users, m = instance->n_servers;
    const double scalars[] = {instance->max_user_capacity_flops, instance->noise_w,
                              instance->edge_work_ratio, instance->ref_capacity_flops};
    hash = hash_drawn(hash, scalars, sizeof scalars / sizeof *scalars);
    hash = hash_drawn(hash, instance->fixed_interference_w, m);
    hash = hash_drawn(hash, instance->bandwidth_hz, m);
    hash = hash_drawn(hash, instance->server_capacity_flops, m);
    hash = hash_drawn(hash, instance->payload_bits, n);
    hash = hash_drawn(hash, instance->tx_power_w, n);
    hash = hash_drawn(hash, instance->local_capacity_flops, n);
    hash = hash_drawn(hash, instance->local_delay_s, n);
    hash = hash_drawn(hash, instance->edge_delay_ref_s, n);
    hash = hash_drawn(hash, instance->alpha, n);
    hash = hash_drawn(hash, instance->gain, n * m);
    hash = hash_flags(hash, instance->slm_correct, n);
    return hash_flags(hash, instance->llm_correct, n);
}

/* What a preset draws says all about it, whatever other presets its file builds on. */
static gg_status hash_preset(const gg_experiment *experiment, const gg_preset *preset,
                             uint64_t *hash, gg_error *err) {
    gg_draw draw = {.n_users = PROBE_USERS,
                    .default_servers = true,
                    .tau = experiment->plan->taus[0],
                    .seed = experiment->plan->seed,
                    .workload = experiment->workload,
                    .latency_scale = experiment->latency_scale};
    if (experiment->workload != NULL && experiment->workload->n_queries < PROBE_USERS)
        draw.n_users = experiment->workload->n_queries;
    gg_instance *instance = NULL;
    gg_status status = gg_scenario_draw(preset, &draw, &instance, err);
    if (status == GG_OK)
        *hash = hash_instance(*hash, instance);
    gg_instance_free(instance);
    return status;
}

static gg_status hash_grid(const gg_plan *plan, uint64_t *hash, gg_error *err) {
    char *text = NULL;
    size_t size = 0;
    FILE *stream = open_memstream(&text, &size);
    if (stream == NULL)
        return gg_fail(err, GG_E_NOMEM, "%s: out of memory", plan->path);
    gg_plan_print_grid(plan, stream);
    int failed = fclose(stream) != 0;
    if (!failed)
        *hash = hash_bytes(*hash, text, size);
    free(text);
    return failed ? gg_fail(err, GG_E_NOMEM, "%s: out of memory", plan->path) : GG_OK;
}

gg_status gg_fingerprint(const gg_experiment *experiment, char hex[GG_FINGERPRINT_SIZE],
                         gg_error *err) {
    uint64_t hash = UINT64_C(0xcbf29ce484222325);
    gg_status status = hash_grid(experiment->plan, &hash, err);
    for (size_t p = 0; status == GG_OK && p < gg_plan_variants(experiment->plan); p++)
        status = hash_preset(experiment, experiment->presets[p], &hash, err);
    hash = hash_workload(hash, experiment->workload);
    hash = hash_doubles(hash, &experiment->latency_scale, 1);
    snprintf(hex, GG_FINGERPRINT_SIZE, "%016" PRIx64, hash);
    return status;
}
