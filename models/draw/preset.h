/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A preset: everything about a network and its queries that is not drawn, read from a YAML file.
 */
#pragma once

#include <stddef.h>
#include <stdio.h>

#include "models/base/status.h"
#include "models/costs/curve.h"
#include "models/draw/workload_model.h"

GG_C_BEGIN
typedef enum gg_path_loss { GG_PATH_FREE_SPACE, GG_PATH_UMI_STREET_CANYON } gg_path_loss;

/* GG_FADING_RICIAN is Rician in line of sight and Rayleigh without. */
typedef enum gg_fading { GG_FADING_NONE, GG_FADING_RAYLEIGH, GG_FADING_RICIAN } gg_fading;

/* What whoever offloads has paid before: nothing (the published code starts its clock after it), or
 * the small model's first token, whose uncertainty it has measured. */
typedef enum gg_gate { GG_GATE_NONE, GG_GATE_FIRST_TOKEN } gg_gate;

/* The published code takes the payload's bytes for bits. */
typedef enum gg_payload { GG_PAYLOAD_BITS, GG_PAYLOAD_BYTES_AS_BITS } gg_payload;

/* The members are the keys of the YAML. A capacity is its value times a uniform number of its
 * spread. */
typedef struct gg_preset {
    char *name;
    double tau;       /* [0, 1] */
    double area_m[2]; /* users are uniform on width x height */
    size_t servers;
    double user_height_m;
    double server_height_m;
    double min_distance_m; /* on the ground; who is nearer counts as this far */
    gg_path_loss path_loss;
    double light_speed_m_s;
    double carrier_hz;
    double shadowing_los_db; /* standard deviation; in free space all links are in line of sight */
    double shadowing_nlos_db;
    gg_fading fading;
    double rician_k_db; /* NAN unless given */
    size_t n_bandwidths;
    double *bandwidth_hz; /* n_bandwidths; server j has number j modulo n_bandwidths */
    double noise_w_hz;
    double noise_figure_db;
    double tx_power_w;
    double max_user_capacity_flops;
    double server_capacity_flops;
    double server_capacity_spread[2];
    double local_capacity_flops;
    double local_capacity_spread[2];
    double ref_capacity_flops; /* of the device the workload's delays are measured on */
    double edge_work_ratio;
    gg_payload payload;
    gg_gate gate;
    size_t n_server_models, n_air_models; /* 0: all share */
    gg_load_curve *server_model;          /* of server j number j modulo n_server_models */
    gg_load_curve *air_model;             /* likewise */
    double device_power_w;                /* of a device that computes; 0: not known */
    gg_workload_model workload;
} gg_preset;

/* Reads a preset: a shipped one by name, any other by path. The caller frees it. Errors: GG_E_INPUT
 * (file, line or key, reason; an unknown name lists the shipped ones), GG_E_IO, GG_E_NOMEM. */
gg_status gg_preset_read(const char *name_or_path, gg_preset **out, gg_error *err);

/* The same from `size` bytes of YAML; `source` names them in messages. */
gg_status gg_preset_parse(const char *text, size_t size, const char *source, gg_preset **out,
                          gg_error *err);

/* Releases a preset; accepts NULL. */
void gg_preset_free(gg_preset *preset);

const char *gg_preset_name(const gg_preset *preset);

/* YAML of the shipped preset `name`, or NULL. */
const char *gg_preset_shipped_text(const char *name);

/* Name of shipped preset number `index`, in the order of the files' names; NULL after the last. */
const char *gg_preset_shipped_name(size_t index);

/* Writes everything the preset holds, a key a line, in the keys' order: two presets that print
 * alike draw alike. */
void gg_preset_print(const gg_preset *preset, FILE *stream);

/* Noise power over the widest band: the model has one for all servers. */
double gg_preset_noise_w(const gg_preset *preset);
GG_C_END
