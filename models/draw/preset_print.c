/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * All that a preset holds, as text that is the same for the same numbers.
 */
#include "models/draw/preset.h"
#include "models/draw/preset_keys.h"

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
}
