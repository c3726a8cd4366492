/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models/draw/preset.h"

#include <string.h>

#include "models/base/alloc.h"
#include "models/draw/preset_keys.h"
#include "models/draw/radio.h"

/* experiments/presets/ as C strings, made by the build: the program finds them from anywhere. */
static const struct {
    const char *name;
    const char *text;
} shipped[] = {
#include "models/draw/preset_shipped.inc"
};

static const size_t n_shipped = sizeof shipped / sizeof *shipped;

const char *gg_preset_shipped_text(const char *name) {
    for (size_t k = 0; k < n_shipped; k++)
        if (strcmp(name, shipped[k].name) == 0)
            return shipped[k].text;
    return NULL;
}

const char *gg_preset_shipped_name(size_t index) {
    return index < n_shipped ? shipped[index].name : NULL;
}

void gg_preset_free(gg_preset *preset) {
    if (preset == NULL)
        return;
    gg_free(preset->name);
    gg_free(preset->bandwidth_hz);
    gg_free(preset->server_model);
    gg_free(preset->air_model);
    gg_free(preset);
}

const char *gg_preset_name(const gg_preset *preset) {
    return preset->name;
}

double gg_preset_noise_w(const gg_preset *preset) {
    double widest_hz = 0.0;
    for (size_t k = 0; k < preset->n_bandwidths; k++)
        widest_hz = fmax(widest_hz, preset->bandwidth_hz[k]);
    return preset->noise_w_hz * widest_hz * gg_from_db(preset->noise_figure_db);
}

static void print_numbers(FILE *stream, const char *section, const char *key, const double *numbers,
                          size_t count) {
    fprintf(stream, "%s.%s:", section, key);
    for (size_t k = 0; k < count; k++)
        fprintf(stream, " %.17g", numbers[k]);
    fputc('\n', stream);
}

/* The address as that of a first element, whether the member is an array or a number. */
#define PRINT(section, key, member, count, domain, need)                                           \
    print_numbers(stream, #section, #key, (const double *)(const void *)&preset->member, count);

static void print_curves(FILE *stream, const char *name, const gg_load_curve *curves,
                         size_t count) {
    char text[GG_CURVE_TEXT];
    for (size_t k = 0; k < count; k++)
        fprintf(stream, "%s: %s\n", name, gg_curve_text(&curves[k], text));
}

/* A preset that nothing of this matters to prints as before there was any. */
static void print_costs(const gg_preset *preset, FILE *stream) {
    if (preset->n_server_models + preset->n_air_models > 0 || preset->gate != GG_GATE_NONE) {
        WORKLOAD_MORE_NUMBERS(PRINT)
        print_curves(stream, "compute.server_model", preset->server_model, preset->n_server_models);
        print_curves(stream, "radio.air_model", preset->air_model, preset->n_air_models);
        fprintf(stream, "gate: %d\n", (int)preset->gate);
    }
    if (preset->device_power_w > 0.0) {
        COMPUTE_MORE_NUMBERS(PRINT)
    }
}

void gg_preset_print(const gg_preset *preset, FILE *stream) {
    const gg_workload_model *model = &preset->workload;
    fprintf(stream, "name: %s\ntau: %.17g\nnetwork.servers: %zu\n", preset->name, preset->tau,
            preset->servers);
    NETWORK_NUMBERS(PRINT)
    RADIO_NUMBERS(PRINT)
    fprintf(stream, "radio.path_loss: %d\nradio.fading: %d\n", (int)preset->path_loss,
            (int)preset->fading);
    print_numbers(stream, "radio", "bandwidth_hz", preset->bandwidth_hz, preset->n_bandwidths);
    COMPUTE_NUMBERS(PRINT)
    WORKLOAD_NUMBERS(PRINT)
    fprintf(stream, "workload.payload: %d\n", (int)preset->payload);
    print_numbers(stream, "workload", "alpha_survival", &model->survival[0][0],
                  2 * model->n_survival);
    print_costs(preset, stream);
}
