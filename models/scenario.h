/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * From a preset (a readable YAML file) and a seed to an instance: where users and servers are, the
 * channel between them, what the queries weigh.
 */
#ifndef GOAGAP_MODELS_SCENARIO_H
#define GOAGAP_MODELS_SCENARIO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "models/instance.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct gg_preset gg_preset;

/* Reads a preset: a shipped one by name ("paper", "paper-bits", "urban-micro"), any other by path.
 * The caller frees it. Errors: GG_E_INPUT (file, line or key, reason; an unknown name lists the
 * known ones), GG_E_IO, GG_E_NOMEM. */
gg_status gg_preset_read(const char *name_or_path, gg_preset **out, gg_error *err);
void gg_preset_free(gg_preset *preset);
const char *gg_preset_name(const gg_preset *preset);

/* Columns of a dataset's queries, borrowed; each has n_queries entries. Instead of the preset's
 * synthetic workload. */
typedef struct gg_workload {
    size_t n_queries;
    const double *alpha;          /* in [0, 1] */
    const double *prompt_bytes;   /* >= 0 */
    const double *slm_latency_s;  /* > 0; measured on a device of slm_device_flops */
    const double *llm_latency_s;  /* > 0, or NULL; measured on llm_device_flops */
    double slm_device_flops;      /* 0: not known, taken as the preset's reference device */
    double llm_device_flops;      /* 0: likewise */
    const uint8_t *slm_correct;   /* 0/1, or NULL */
    const uint8_t *llm_correct;   /* 0/1, or NULL */
} gg_workload;

/* What to draw. Zero-initialise, then set. */
typedef struct gg_draw {
    size_t n_users;
    size_t n_servers; /* 0 with default_servers: as many as the preset has */
    bool default_servers;
    double tau;                  /* [0, 1] */
    uint64_t seed;
    uint32_t run;
    const gg_workload *workload; /* NULL: the preset's distributions */
    double latency_scale;        /* multiplies both sides' latencies of a workload; 0 means 1 */
    const char *positions_csv;   /* user_x_m,user_y_m rows and server rows; NULL: drawn */
    const char *gains_csv;       /* N x M gains; NULL: drawn */
} gg_draw;

/* Draws an instance. The same preset, seed, run and workload give the same first users bit for bit
 * whatever the number of users. The caller owns *out. Errors: GG_E_INPUT, GG_E_IO, GG_E_NOMEM. */
gg_status gg_scenario_draw(const gg_preset *preset, const gg_draw *draw, gg_instance **out,
                           gg_error *err);

#ifdef __cplusplus
}
#endif
#endif
