/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * From a preset and a seed to an instance: where users and servers are, the channel between them,
 * what the queries weigh. Each number is a function of (preset, seed, run, user, server) alone: the
 * first n of N users are the users of an n-user draw, bit for bit, and servers do not change them.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "models/base/linkage.h"
#include "models/draw/preset.h"
#include "models/instance.h"

GG_C_BEGIN
/* Columns of a dataset's queries, borrowed; each has n_queries entries. Instead of the preset's
 * synthetic workload. */
typedef struct gg_workload {
    size_t n_queries;
    const double *alpha;         /* in [0, 1] */
    const double *prompt_bytes;  /* >= 0 */
    const double *slm_latency_s; /* > 0; measured on a device of slm_device_flops */
    const double *llm_latency_s; /* > 0, or NULL; measured on llm_device_flops */
    double slm_device_flops;     /* 0: not known, taken as the preset's reference device */
    double llm_device_flops;     /* 0: likewise */
    const uint8_t *slm_correct;  /* 0/1, or NULL */
    const uint8_t *llm_correct;  /* 0/1, or NULL */
    const double *slm_p_correct; /* in [0, 1], or NULL: P(right | what is known when deciding) */
    const double *llm_p_correct; /* in [0, 1], or NULL */
    const double *slm_tokens;    /* >= 0, of answers without their end token; or NULL */
    const double *llm_tokens;    /* >= 0, likewise; or NULL */
} gg_workload;

enum { GG_DRAW_REMARK = 240 };

/* What to draw. Zero-initialise, then set. */
typedef struct gg_draw {
    size_t n_users;
    size_t n_servers;
    bool default_servers; /* as many as the CSV has, else as the preset; n_servers is ignored */
    double tau;           /* [0, 1] */
    bool default_tau;     /* the preset's; tau is ignored */
    uint64_t seed;
    uint32_t run;
    const gg_workload *workload; /* NULL: the preset's distributions */
    double latency_scale;        /* multiplies both sides' latencies; 0 means 1 */
    const char *positions_csv;   /* NULL: drawn. Header kind,x_m,y_m; rows of kind user or server in
                                    metres. A kind without rows is drawn. */
    const char *gains_csv; /* NULL: drawn. N rows of M gains (models/text/csv_table.h); excludes
                              positions */
    char *remark;          /* NULL, or room for GG_DRAW_REMARK bytes: how the gains were read */
} gg_draw;

/* Draws an instance; the caller owns *out. A workload's queries are drawn without replacement. A
 * latency measured on a device of F FLOP/s becomes latency F / CL_i on user i's device, and
 * latency F / Cref on the reference device. Errors: GG_E_INPUT (a CSV with file and line, a query,
 * fewer queries than users), GG_E_USAGE (the draw itself), GG_E_IO, GG_E_NOMEM. */
gg_status gg_scenario_draw(const gg_preset *preset, const gg_draw *draw, gg_instance **out,
                           gg_error *err);

/* Sets n_users and n_servers as the draw's CSV has them, default_servers where it has no servers.
 * Errors: as gg_scenario_draw; GG_E_INPUT also for a file without users. */
gg_status gg_scenario_shape(gg_draw *draw, gg_error *err);
GG_C_END
