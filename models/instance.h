/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * An instance of the offloading problem: N users with one query each, M edge servers, and every
 * number a decision depends on. Plain data, SI units.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "models/base/status.h"
#include "models/costs/curve.h"
#include "models/costs/objective.h"

GG_C_BEGIN
/* Assignments are int32_t[N]: a server's index, or GG_LOCAL. */
enum { GG_LOCAL = -1 };

/* Sizes beyond which an instance is refused. */
enum { GG_MAX_USERS = 10000000, GG_MAX_SERVERS = 32767 };

typedef struct gg_instance {
    char *name;
    size_t n_users;                 /* N >= 1 */
    size_t n_servers;               /* M >= 0 */
    double *bandwidth_hz;           /* M, > 0 */
    double *server_capacity_flops;  /* M, > 0 */
    double max_user_capacity_flops; /* > 0: the most one user can use of a server (Cmax) */
    double noise_w;                 /* > 0: noise power over the whole band (sigma2) */
    double *fixed_interference_w;   /* M, >= 0: whatever is decided; NULL: from the decision */
    double edge_work_ratio;         /* > 0: work of the large model per work of the small (kappa) */
    double ref_capacity_flops;      /* > 0: the device on which edge_delay_ref_s was measured */
    double tau;                     /* [0, 1]: alpha > tau must offload */
    double *payload_bits;           /* N, >= 0 */
    double *tx_power_w;             /* N, >= 0 */
    double *local_capacity_flops;   /* N, > 0 */
    double *local_delay_s;          /* N, > 0 */
    double *edge_delay_ref_s;       /* N, > 0, or NULL when not known */
    double *alpha;                  /* N, [0, 1]: uncertainty of the small model's answer */
    double *gain;                   /* N x M row-major, >= 0: channel gain |h|^2 */
    uint8_t *slm_correct;           /* N, 0/1, or NULL when not known */
    uint8_t *llm_correct;           /* N, 0/1, or NULL when not known */
    double *slm_p_correct;          /* N, [0, 1], or NULL: P(right | what is known when deciding) */
    double *llm_p_correct;          /* N, [0, 1], or NULL */
    gg_load_curve *server_model;    /* M: how long a server of a load takes; NULL: all share */
    gg_load_curve *air_model;       /* M: how users share the air to it; NULL: equally */
    double *output_tokens;          /* N, >= 0: of the large model's answer; NULL where all share */
    double *prefill_s;              /* N, >= 0: before a server that serves by tokens answers, its
                                       prompt is read; NULL: 0 */
    double *gate_delay_s;           /* N, >= 0: whoever offloads has measured its uncertainty first;
                                       NULL: 0 */
    double *device_power_w;         /* N, >= 0: of a device that computes; NULL when not known */
} gg_instance;

/* The arrays that an instance may be without, as bits. */
enum {
    GG_WITH_FIXED_INTERFERENCE = 1,
    GG_WITH_MEASURED = 2, /* edge_delay_ref_s */
    GG_WITH_SLM_CORRECT = 4,
    GG_WITH_LLM_CORRECT = 8,
    GG_WITH_FLAGS = GG_WITH_SLM_CORRECT | GG_WITH_LLM_CORRECT,
    GG_WITH_SLM_P_CORRECT = 16,
    GG_WITH_LLM_P_CORRECT = 32,
    GG_WITH_P_CORRECT = GG_WITH_SLM_P_CORRECT | GG_WITH_LLM_P_CORRECT,
    GG_WITH_SERVER_MODEL = 64,
    GG_WITH_AIR_MODEL = 128,
    GG_WITH_OUTPUT_TOKENS = 256,
    GG_WITH_PREFILL = 512,
    GG_WITH_GATE_DELAY = 1024,
    GG_WITH_DEVICE_POWER = 2048
};

/* An instance with all arrays of its size allocated and zero; the optional ones only if `optional`
 * asks for them (bits GG_WITH_...). `name` is copied. The caller owns it. Errors: GG_E_INPUT
 * (sizes), GG_E_NOMEM. */
gg_status gg_instance_new(const char *name, size_t n_users, size_t n_servers, unsigned optional,
                          gg_instance **out, gg_error *err);

/* Refuses numbers that are legal and cannot be (models/base/unusual.h); `place` is the instance's
 * in messages. Errors: GG_E_INPUT, GG_E_NOMEM. */
gg_status gg_instance_refuse_unusual(const gg_instance *instance, const char *place, gg_error *err);

/* An instance of its own with the same name and values. The caller owns it. Errors: GG_E_NOMEM. */
gg_status gg_instance_copy(const gg_instance *from, gg_instance **out, gg_error *err);

/* Gives an instance without it the array fixed_interference_w, zero. Errors: GG_E_NOMEM. */
gg_status gg_instance_fix_interference(gg_instance *instance, gg_error *err);

/* Releases an instance; accepts NULL. */
void gg_instance_free(gg_instance *instance);

/* Checks every number against its domain: finite, as the fields say, and where it is not 0 within
 * 1e-60..1e60, noise within 1e-300..1e300 W, powers, gains and their products at most 1e300: what
 * is computed from it neither over- nor underflows. Alpha and tau may be as small as they like. The
 * message names the field and index. Errors: GG_E_INPUT. */
gg_status gg_instance_validate(const gg_instance *instance, gg_error *err);

/* alpha_i > tau: user i may not be answered locally (section "mandatory offload"). */
static inline int gg_is_mandatory(const gg_instance *instance, size_t user) {
    return instance->alpha[user] > instance->tau;
}

/* True when some user must offload and there is no server to offload to. */
int gg_instance_infeasible(const gg_instance *instance);

static inline double gg_gain(const gg_instance *instance, size_t user, size_t server) {
    return instance->gain[user * instance->n_servers + server];
}

/* What a user on another server adds to the interference at `server`, W. */
static inline double gg_disturbing_w(const gg_instance *instance, size_t user, size_t server) {
    return instance->fixed_interference_w != NULL
               ? 0.0
               : instance->tx_power_w[user] * gg_gain(instance, user, server);
}

/* What disturbs transmissions to `server` whatever is decided, W: noise and fixed interference. */
static inline double gg_floor_w(const gg_instance *instance, size_t server) {
    return instance->fixed_interference_w != NULL
               ? instance->fixed_interference_w[server] + instance->noise_w
               : instance->noise_w;
}

/* True where the server takes what an output token takes, not the work of the query. */
static inline bool gg_serves_tokens(const gg_instance *instance, size_t server) {
    return instance->server_model != NULL && instance->server_model[server].kind != GG_CURVE_SHARE;
}

/* What a second of user i counts for while a server works on its query, and while it waits. */
static inline double gg_weight(const gg_instance *instance, gg_objective objective, size_t user) {
    const gg_objective_kind *kind = gg_objective_kind_of(objective);
    return kind->by_alpha ? instance->alpha[user] : kind->second;
}

/* The same with the energy of a device that draws so many watts meanwhile. */
static inline double gg_price_of_second(double weight, double joule, double watts) {
    return joule == 0.0 ? weight : weight + joule * watts;
}

/* Refuses an objective that counts energy where the instance has no device_power_w. Errors:
 * GG_E_INPUT. */
gg_status gg_instance_check_objective(const gg_instance *instance, gg_objective objective,
                                      gg_error *err);
GG_C_END
