/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models/draw/scenario.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "models/base/alloc.h"
#include "models/base/rng.h"
#include "models/draw/scenario_layout.h"
#include "models/text/csv_table.h"

/* An instance in the making. */
typedef struct scene {
    const gg_preset *preset;
    const gg_draw *draw;
    double latency_scale;
    gg_layout layout; /* of positions_csv */
    gg_table gains;   /* of gains_csv */
    size_t n_servers;
    gg_instance *instance;
    gg_error *err;
} scene;

static gg_status check_draw(const gg_draw *draw, gg_error *err) {
    if (draw->n_users < 1 || draw->n_users > GG_MAX_USERS)
        return gg_fail(err, GG_E_USAGE, "users: %zu is outside 1..%d", draw->n_users, GG_MAX_USERS);
    if (!draw->default_tau && !(draw->tau >= 0.0 && draw->tau <= 1.0))
        return gg_fail(err, GG_E_USAGE, "tau: %g is not in [0, 1]", draw->tau);
    if (!isfinite(draw->latency_scale) || draw->latency_scale < 0.0)
        return gg_fail(err, GG_E_USAGE, "latency scale: %g is not finite and > 0",
                       draw->latency_scale);
    if (draw->positions_csv != NULL && draw->gains_csv != NULL)
        return gg_fail(
            err, GG_E_USAGE,
            "positions and gains both given: gains leave nothing for positions to decide");
    const gg_workload *queries = draw->workload;
    if (queries == NULL)
        return GG_OK;
    if (queries->slm_latency_s == NULL)
        return gg_fail(err, GG_E_INPUT, "the dataset has no latencies of the small model");
    if (queries->n_queries < draw->n_users)
        return gg_fail(err, GG_E_INPUT, "the dataset has %zu queries, fewer than %zu users",
                       queries->n_queries, draw->n_users);
    return GG_OK;
}

/* Users or servers of a CSV against what was asked for. */
static gg_status check_count(const scene *s, const char *path, const char *what, size_t found,
                             size_t wanted) {
    if (found == wanted)
        return GG_OK;
    return gg_fail(s->err, GG_E_INPUT, "%s: has %zu %s, the instance %zu", path, found, what,
                   wanted);
}

static gg_status read_positions(scene *s) {
    const char *path = s->draw->positions_csv;
    GG_TRY(gg_layout_read(path, &s->layout, s->err));
    if (s->layout.users != NULL)
        GG_TRY(check_count(s, path, "users", s->layout.n_users, s->draw->n_users));
    if (s->layout.servers == NULL)
        return GG_OK;
    if (s->draw->default_servers)
        s->n_servers = s->layout.n_servers;
    return check_count(s, path, "servers", s->layout.n_servers, s->n_servers);
}

static gg_status read_gains(scene *s) {
    const char *path = s->draw->gains_csv;
    GG_TRY(gg_csv_read_table(path, &s->gains, s->err));
    if (s->draw->remark != NULL)
        snprintf(s->draw->remark, GG_DRAW_REMARK, "%s", s->gains.remark);
    GG_TRY(check_count(s, path, "rows (users)", s->gains.n_rows, s->draw->n_users));
    if (s->draw->default_servers)
        s->n_servers = s->gains.n_columns;
    GG_TRY(check_count(s, path, "columns (servers)", s->gains.n_columns, s->n_servers));
    for (size_t k = 0; k < s->gains.n_rows * s->gains.n_columns; k++)
        if (s->gains.values[k] < 0.0)
            return gg_fail(s->err, GG_E_INPUT,
                           "%s: user %zu, server %zu: the gain %g is < 0: gains are linear power "
                           "gains |h|^2, dB become 10^(dB/10)",
                           path, k / s->gains.n_columns, k % s->gains.n_columns,
                           s->gains.values[k]);
    return GG_OK;
}

/* Uniform on (0, 1), an entity's first of a stream. */
static double uniform(const scene *s, gg_stream stream, size_t entity) {
    return gg_rng_uniform(
        (gg_rng_address){s->draw->seed, s->draw->run, stream, (uint32_t)entity, 0});
}

static double capacity_flops(const scene *s, gg_stream stream, size_t entity, double typical,
                             const double spread[2]) {
    return typical * (spread[0] + (spread[1] - spread[0]) * uniform(s, stream, entity));
}

static void fill_servers(const scene *s) {
    const gg_preset *p = s->preset;
    gg_instance *in = s->instance;
    in->max_user_capacity_flops = p->max_user_capacity_flops;
    in->noise_w = gg_preset_noise_w(p);
    in->edge_work_ratio = p->edge_work_ratio;
    in->ref_capacity_flops = p->ref_capacity_flops;
    in->tau = s->draw->default_tau ? p->tau : s->draw->tau;
    for (size_t j = 0; j < in->n_servers; j++) {
        if (in->server_model != NULL)
            in->server_model[j] = p->server_model[j % p->n_server_models];
        if (in->air_model != NULL)
            in->air_model[j] = p->air_model[j % p->n_air_models];
        in->bandwidth_hz[j] = p->bandwidth_hz[j % p->n_bandwidths];
        in->server_capacity_flops[j] = capacity_flops(
            s, GG_STREAM_SERVER, j, p->server_capacity_flops, p->server_capacity_spread);
    }
}

static void fill_devices(const scene *s) {
    const gg_preset *p = s->preset;
    for (size_t i = 0; i < s->instance->n_users; i++) {
        s->instance->tx_power_w[i] = p->tx_power_w;
        if (s->instance->device_power_w != NULL)
            s->instance->device_power_w[i] = p->device_power_w;
        s->instance->local_capacity_flops[i] = capacity_flops(
            s, GG_STREAM_DEVICE, i, p->local_capacity_flops, p->local_capacity_spread);
    }
}

/* Sets a user's columns; delays are those on the preset's reference device. */
static void put_query(const scene *s, size_t user, const gg_query *query) {
    gg_instance *in = s->instance;
    double speed = in->local_capacity_flops[user] / s->preset->ref_capacity_flops;
    double bits_per_byte = s->preset->payload == GG_PAYLOAD_BYTES_AS_BITS ? 1.0 : 8.0;
    in->payload_bits[user] = bits_per_byte * query->prompt_bytes;
    in->local_delay_s[user] = s->latency_scale * query->slm_delay_s / speed;
    in->alpha[user] = query->alpha;
    if (in->edge_delay_ref_s != NULL)
        in->edge_delay_ref_s[user] = s->latency_scale * query->llm_delay_s;
    if (in->slm_correct != NULL)
        in->slm_correct[user] = query->slm_correct;
    if (in->llm_correct != NULL)
        in->llm_correct[user] = query->llm_correct;
    if (in->slm_p_correct != NULL)
        in->slm_p_correct[user] = query->slm_p_correct;
    if (in->llm_p_correct != NULL)
        in->llm_p_correct[user] = query->llm_p_correct;
    if (in->output_tokens != NULL)
        in->output_tokens[user] = query->output_tokens;
    if (in->prefill_s != NULL)
        in->prefill_s[user] = s->preset->workload.prefill_s_per_byte * query->prompt_bytes;
    if (in->gate_delay_s != NULL)
        in->gate_delay_s[user] = query->first_token_share * in->local_delay_s[user];
}

static void fill_synthetic(const scene *s) {
    for (size_t i = 0; i < s->instance->n_users; i++) {
        gg_query query =
            gg_workload_query(&s->preset->workload, s->draw->seed, s->draw->run, (uint32_t)i);
        put_query(s, i, &query);
    }
}

static gg_status check_query(const scene *s, size_t k) {
    const gg_workload *w = s->draw->workload;
    const struct {
        const char *column;
        bool sound;
        double value;
    } rows[] = {
        {"alpha", w->alpha[k] >= 0.0 && w->alpha[k] <= 1.0, w->alpha[k]},
        {"prompt_bytes", w->prompt_bytes[k] >= 0.0, w->prompt_bytes[k]},
        {"slm latency_s", w->slm_latency_s[k] > 0.0, w->slm_latency_s[k]},
        {"llm latency_s", w->llm_latency_s == NULL || w->llm_latency_s[k] > 0.0,
         w->llm_latency_s == NULL ? 0.0 : w->llm_latency_s[k]},
    };
    for (size_t c = 0; c < sizeof rows / sizeof *rows; c++)
        if (!rows[c].sound || !isfinite(rows[c].value))
            return gg_fail(s->err, GG_E_INPUT, "query %zu: %s: %g is outside its domain", k,
                           rows[c].column, rows[c].value);
    return GG_OK;
}

/* A latency of the workload as it would be on the reference device. */
static double on_reference_s(const scene *s, double latency_s, double device_flops) {
    return device_flops > 0.0 ? latency_s * device_flops / s->preset->ref_capacity_flops
                              : latency_s;
}

static gg_status put_dataset_query(const scene *s, size_t user, size_t k) {
    const gg_workload *w = s->draw->workload;
    GG_TRY(check_query(s, k));
    gg_query query = {
        .prompt_bytes = w->prompt_bytes[k],
        .alpha = w->alpha[k],
        .slm_delay_s = on_reference_s(s, w->slm_latency_s[k], w->slm_device_flops),
    };
    if (w->llm_latency_s != NULL)
        query.llm_delay_s = on_reference_s(s, w->llm_latency_s[k], w->llm_device_flops);
    if (w->slm_correct != NULL)
        query.slm_correct = w->slm_correct[k];
    if (w->llm_correct != NULL)
        query.llm_correct = w->llm_correct[k];
    if (w->slm_p_correct != NULL)
        query.slm_p_correct = w->slm_p_correct[k];
    if (w->llm_p_correct != NULL)
        query.llm_p_correct = w->llm_p_correct[k];
    /* The end token is written, too. */
    query.output_tokens =
        w->llm_tokens != NULL ? w->llm_tokens[k] + 1.0 : s->preset->workload.output_tokens;
    query.first_token_share = w->slm_tokens != NULL
                                  ? 1.0 / (w->slm_tokens[k] + 1.0)
                                  : 1.0 / fmax(1.0, s->preset->workload.slm_output_tokens);
    put_query(s, user, &query);
    return GG_OK;
}

/* Queries without replacement: a Fisher-Yates shuffle whose step i depends on (seed, run, i) and
 * the number of queries, so that more users only go further along the same order. */
static gg_status fill_from_dataset(const scene *s) {
    size_t n_queries = s->draw->workload->n_queries;
    size_t *order = gg_alloc(n_queries, sizeof *order);
    GG_NEED(order, s->err, "out of memory for the order of %zu queries", n_queries);
    for (size_t k = 0; k < n_queries; k++)
        order[k] = k;
    gg_status status = GG_OK;
    for (size_t i = 0; status == GG_OK && i < s->instance->n_users; i++) {
        size_t left = n_queries - i;
        size_t step = (size_t)(uniform(s, GG_STREAM_QUERY, i) * (double)left);
        size_t k = i + (step < left ? step : left - 1);
        size_t chosen = order[k];
        order[k] = order[i];
        order[i] = chosen;
        status = put_dataset_query(s, i, chosen);
    }
    gg_free(order);
    return status;
}

static gg_status draw_gains(const scene *s, const gg_point *servers) {
    gg_instance *in = s->instance;
    for (size_t i = 0; i < in->n_users; i++) {
        gg_point at = s->layout.users != NULL
                          ? s->layout.users[i]
                          : gg_layout_user(s->preset, s->draw->seed, s->draw->run, (uint32_t)i);
        for (size_t j = 0; j < in->n_servers; j++) {
            double gain = gg_layout_gain(s->preset, s->draw->seed, s->draw->run, (uint32_t)i,
                                         (uint32_t)j, at, servers[j]);
            in->gain[i * in->n_servers + j] = gain;
            if (!isfinite(gain))
                return gg_fail(s->err, GG_E_INPUT,
                               "user %zu stands on server %zu, and preset \"%s\" has no minimum "
                               "distance",
                               i, j, s->preset->name);
        }
    }
    return GG_OK;
}

static gg_status fill_gains(const scene *s) {
    gg_instance *in = s->instance;
    if (s->gains.values != NULL) {
        memcpy(in->gain, s->gains.values, in->n_users * in->n_servers * sizeof *in->gain);
        return GG_OK;
    }
    if (s->layout.servers != NULL)
        return draw_gains(s, s->layout.servers);
    gg_point *servers = gg_alloc(in->n_servers, sizeof *servers);
    GG_NEED(servers, s->err, "out of memory for %zu servers", in->n_servers);
    for (size_t j = 0; j < in->n_servers; j++)
        servers[j] = gg_layout_server(s->preset, in->n_servers, j);
    gg_status status = draw_gains(s, servers);
    gg_free(servers);
    return status;
}

/* What the preset's servers, air, gate and devices need. Errors: GG_E_INPUT where nobody says how
 * long answers are. */
static gg_status add_costs(const scene *s, unsigned *optional) {
    const gg_preset *p = s->preset;
    const gg_workload *w = s->draw->workload;
    bool tokens = false;
    for (size_t k = 0; k < p->n_server_models; k++)
        tokens = tokens || p->server_model[k].kind != GG_CURVE_SHARE;
    if (tokens && p->workload.output_tokens == 0.0 && (w == NULL || w->llm_tokens == NULL))
        return gg_fail(s->err, GG_E_INPUT,
                       "preset \"%s\" has servers that serve by tokens, but neither it "
                       "(workload.output_tokens) nor a dataset (/llm/answer_tokens) says how many",
                       p->name);
    if (p->gate == GG_GATE_FIRST_TOKEN && p->workload.slm_output_tokens == 0.0 &&
        (w == NULL || w->slm_tokens == NULL))
        return gg_fail(
            s->err, GG_E_INPUT,
            "preset \"%s\" has a gate at the first token, but neither it "
            "(workload.slm_output_tokens) nor a dataset (/slm/answer_tokens) says of how "
            "many",
            p->name);
    *optional |= (tokens ? GG_WITH_SERVER_MODEL | GG_WITH_OUTPUT_TOKENS : 0) |
                 (tokens && p->workload.prefill_s_per_byte > 0.0 ? GG_WITH_PREFILL : 0) |
                 (p->n_air_models > 0 ? GG_WITH_AIR_MODEL : 0) |
                 (p->gate == GG_GATE_FIRST_TOKEN ? GG_WITH_GATE_DELAY : 0) |
                 (p->device_power_w > 0.0 ? GG_WITH_DEVICE_POWER : 0);
    return GG_OK;
}

static gg_status new_instance(scene *s) {
    char name[160];
    snprintf(name, sizeof name, "%s-n%zu-m%zu-seed%" PRIu64 "-run%" PRIu32, s->preset->name,
             s->draw->n_users, s->n_servers, s->draw->seed, s->draw->run);
    const gg_workload *w = s->draw->workload;
    unsigned optional = GG_WITH_MEASURED | GG_WITH_FLAGS | GG_WITH_P_CORRECT;
    if (w != NULL)
        optional = (w->llm_latency_s != NULL ? GG_WITH_MEASURED : 0) |
                   (w->slm_correct != NULL ? GG_WITH_SLM_CORRECT : 0) |
                   (w->llm_correct != NULL ? GG_WITH_LLM_CORRECT : 0) |
                   (w->slm_p_correct != NULL ? GG_WITH_SLM_P_CORRECT : 0) |
                   (w->llm_p_correct != NULL ? GG_WITH_LLM_P_CORRECT : 0);
    GG_TRY(add_costs(s, &optional));
    return gg_instance_new(name, s->draw->n_users, s->n_servers, optional, &s->instance, s->err);
}

static gg_status draw_scene(scene *s) {
    GG_TRY(check_draw(s->draw, s->err));
    if (s->draw->positions_csv != NULL)
        GG_TRY(read_positions(s));
    if (s->draw->gains_csv != NULL)
        GG_TRY(read_gains(s));
    GG_TRY(new_instance(s));
    fill_servers(s);
    fill_devices(s);
    if (s->draw->workload == NULL)
        fill_synthetic(s);
    else
        GG_TRY(fill_from_dataset(s));
    GG_TRY(fill_gains(s));
    return gg_instance_validate(s->instance, s->err);
}

gg_status gg_scenario_draw(const gg_preset *preset, const gg_draw *draw, gg_instance **out,
                           gg_error *err) {
    scene s = {.preset = preset,
               .draw = draw,
               .latency_scale = draw->latency_scale > 0.0 ? draw->latency_scale : 1.0,
               .n_servers = draw->default_servers ? preset->servers : draw->n_servers,
               .err = err};
    *out = NULL;
    gg_status status = draw_scene(&s);
    gg_layout_clear(&s.layout);
    gg_free(s.gains.values);
    if (status != GG_OK) {
        gg_instance_free(s.instance);
        return status;
    }
    *out = s.instance;
    return GG_OK;
}

gg_status gg_scenario_shape(gg_draw *draw, gg_error *err) {
    const char *path = draw->gains_csv != NULL ? draw->gains_csv : draw->positions_csv;
    if (draw->gains_csv != NULL) {
        gg_table gains;
        GG_TRY(gg_csv_read_table(path, &gains, err));
        draw->n_users = gains.n_rows;
        draw->n_servers = gains.n_columns;
        gg_free(gains.values);
    } else {
        gg_layout layout;
        GG_TRY(gg_layout_read(path, &layout, err));
        draw->n_users = layout.n_users;
        draw->n_servers = layout.n_servers;
        draw->default_servers = layout.servers == NULL;
        gg_layout_clear(&layout);
    }
    if (draw->n_users < 1 || draw->n_users > GG_MAX_USERS || draw->n_servers > GG_MAX_SERVERS)
        return gg_fail(err, GG_E_INPUT,
                       "%s: has %zu users and %zu servers, outside 1..%d and 0..%d", path,
                       draw->n_users, draw->n_servers, GG_MAX_USERS, GG_MAX_SERVERS);
    return GG_OK;
}
