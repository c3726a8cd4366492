/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models/draw/preset.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "models/base/alloc.h"
#include "models/base/yaml.h"
#include "models/draw/radio.h"

enum { MAX_FILE_BYTES = 65536 };

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

static gg_status no_such_preset(const char *name, gg_error *err) {
    char known[256] = "";
    for (size_t k = 0; k < n_shipped; k++) {
        size_t used = strlen(known);
        snprintf(known + used, sizeof known - used, "%s%s", k > 0 ? ", " : "", shipped[k].name);
    }
    return gg_fail(err, GG_E_INPUT, "preset \"%s\" is neither a shipped one (%s) nor a file", name,
                   known);
}

gg_status gg_preset_read(const char *name_or_path, gg_preset **out, gg_error *err) {
    *out = NULL;
    const char *own = gg_preset_shipped_text(name_or_path);
    if (own != NULL)
        return gg_preset_parse(own, strlen(own), name_or_path, out, err);
    if (access(name_or_path, F_OK) != 0)
        return no_such_preset(name_or_path, err);
    char *text;
    size_t size;
    gg_status status = gg_yaml_read_text(name_or_path, MAX_FILE_BYTES, &text, &size, err);
    if (status == GG_OK)
        status = gg_preset_parse(text, size, name_or_path, out, err);
    gg_free(text);
    return status;
}

void gg_preset_free(gg_preset *preset) {
    if (preset == NULL)
        return;
    gg_free(preset->name);
    gg_free(preset->bandwidth_hz);
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
