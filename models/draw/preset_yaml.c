/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * From the YAML of a preset to its numbers: the keys, their domains, what must fit together.
 */
#include <math.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "models/base/alloc.h"
#include "models/base/parse.h"
#include "models/base/yaml.h"
#include "models/draw/preset.h"
#include "models/draw/preset_keys.h"
#include "models/instance.h"

typedef enum domain { POSITIVE, NON_NEGATIVE, UNIT, CORRELATION, NUMBER } domain;
typedef enum need { REQUIRED, OPTIONAL } need;

#include "models/draw/preset_schema.inc"

/* Where the texts and numbers of a key are. */
typedef struct number_rule {
    const char *section; /* "" at the top */
    const char *key;
    size_t texts;   /* offset in preset_texts */
    size_t numbers; /* offset in gg_preset */
    size_t count;
    domain domain;
    need need;
} number_rule;

#define RULE(section, key, member, count, domain, need)                                            \
    {#section, #key, offsetof(preset_texts, section.key), offsetof(gg_preset, member), count,      \
     domain,   need},

static const number_rule number_rules[] = {
    {"", "tau", offsetof(preset_texts, tau), offsetof(gg_preset, tau), 1, UNIT, REQUIRED},
    NETWORK_NUMBERS(RULE) RADIO_NUMBERS(RULE) COMPUTE_NUMBERS(RULE) WORKLOAD_NUMBERS(RULE)
        COMPUTE_MORE_NUMBERS(RULE) WORKLOAD_MORE_NUMBERS(RULE)};

/* A file being read: where messages point. */
typedef struct reader {
    const char *text;
    size_t size;
    const char *source;
    bool has_base; /* absent keys keep the base's value */
    gg_error *err;
} reader;

static gg_status refuse(const reader *r, const char *section, const char *key, const char *format,
                        ...) __attribute__((format(printf, 4, 5)));

static gg_status refuse(const reader *r, const char *section, const char *key, const char *format,
                        ...) {
    char reason[300], place[24] = "";
    va_list args;
    va_start(args, format);
    vsnprintf(reason, sizeof reason, format, args);
    va_end(args);
    size_t from = section[0] != '\0' ? gg_yaml_line(r->text, r->size, section, 1) : 1;
    size_t line = from > 0 ? gg_yaml_line(r->text, r->size, key, from) : 0;
    if (line > 0)
        snprintf(place, sizeof place, ":%zu", line);
    return gg_fail(r->err, GG_E_INPUT, "%s%s: %s%s%s: %s", r->source, place, section,
                   section[0] != '\0' ? "." : "", key, reason);
}

static gg_status missing(const reader *r, const char *section, const char *key) {
    return refuse(r, section, key, "missing, and there is no base to take it from");
}

static bool inside(domain kind, double value) {
    switch (kind) {
    case POSITIVE:
        return value > 0.0;
    case NON_NEGATIVE:
        return value >= 0.0;
    case UNIT:
        return value >= 0.0 && value <= 1.0;
    case CORRELATION:
        return value >= -1.0 && value <= 1.0;
    case NUMBER:
        return true;
    }
    return false;
}

static gg_status read_number(const reader *r, const char *section, const char *key,
                             const char *text, domain kind, double *number) {
    static const char *const wanted[] = {[POSITIVE] = "> 0",
                                         [NON_NEGATIVE] = ">= 0",
                                         [UNIT] = "in [0, 1]",
                                         [CORRELATION] = "in [-1, 1]",
                                         [NUMBER] = "a number"};
    if (!gg_parse_double(text, number))
        return refuse(r, section, key, "\"%.40s\" is not a finite number", text);
    if (!inside(kind, *number))
        return refuse(r, section, key, "%s is not %s", text, wanted[kind]);
    return GG_OK;
}

static gg_status read_rule(const reader *r, const number_rule *rule, const preset_texts *texts,
                           gg_preset *preset) {
    char *const *text = (char *const *)(const void *)((const char *)texts + rule->texts);
    double *number = (double *)(void *)((char *)preset + rule->numbers);
    if (text[0] == NULL)
        return r->has_base || rule->need == OPTIONAL ? GG_OK : missing(r, rule->section, rule->key);
    for (size_t k = 0; k < rule->count; k++)
        GG_TRY(read_number(r, rule->section, rule->key, text[k], rule->domain, &number[k]));
    return GG_OK;
}

/* The position of `text` among `n` choices. */
static gg_status read_choice(const reader *r, const char *section, const char *key,
                             const char *text, const char *const choices[], size_t n,
                             size_t *choice) {
    char known[160] = "";
    if (text == NULL)
        return r->has_base ? GG_OK : missing(r, section, key);
    for (size_t k = 0; k < n; k++) {
        if (strcmp(text, choices[k]) == 0) {
            *choice = k;
            return GG_OK;
        }
        size_t used = strlen(known);
        snprintf(known + used, sizeof known - used, "%s%s", k > 0 ? ", " : "", choices[k]);
    }
    gg_status status = refuse(r, section, key, "\"%.40s\" is none of %s", text, known);
    gg_suggest(r->err, text, known);
    return status;
}

static gg_status read_choices(const reader *r, const preset_texts *texts, gg_preset *preset) {
    static const char *const losses[] = {
        [GG_PATH_FREE_SPACE] = "free-space", [GG_PATH_UMI_STREET_CANYON] = "umi-street-canyon"};
    static const char *const fadings[] = {[GG_FADING_NONE] = "none",
                                          [GG_FADING_RAYLEIGH] = "rayleigh",
                                          [GG_FADING_RICIAN] = "rician"};
    static const char *const payloads[] = {
        [GG_PAYLOAD_BITS] = "bits", [GG_PAYLOAD_BYTES_AS_BITS] = "bytes-as-bits"};
    static const char *const gates[] = {
        [GG_GATE_NONE] = "none", [GG_GATE_FIRST_TOKEN] = "first-token"};
    size_t loss = preset->path_loss, fading = preset->fading, payload = preset->payload;
    size_t gate = preset->gate;
    GG_TRY(read_choice(r, "radio", "path_loss", texts->radio.path_loss, losses,
                       sizeof losses / sizeof *losses, &loss));
    GG_TRY(read_choice(r, "radio", "fading", texts->radio.fading, fadings,
                       sizeof fadings / sizeof *fadings, &fading));
    GG_TRY(read_choice(r, "workload", "payload", texts->workload.payload, payloads,
                       sizeof payloads / sizeof *payloads, &payload));
    if (texts->gate != NULL)
        GG_TRY(read_choice(r, "", "gate", texts->gate, gates, sizeof gates / sizeof *gates, &gate));
    preset->gate = (gg_gate)gate;
    preset->path_loss = (gg_path_loss)loss;
    preset->fading = (gg_fading)fading;
    preset->payload = (gg_payload)payload;
    return GG_OK;
}

static gg_status read_servers(const reader *r, const char *text, gg_preset *preset) {
    int64_t servers;
    if (text == NULL)
        return r->has_base ? GG_OK : missing(r, "network", "servers");
    if (!gg_parse_integer(text, 0, GG_MAX_SERVERS, &servers))
        return refuse(r, "network", "servers", "\"%.40s\" is not an integer in 0..%d", text,
                      GG_MAX_SERVERS);
    preset->servers = (size_t)servers;
    return GG_OK;
}

static gg_status read_bandwidths(const reader *r, const radio_texts *texts, gg_preset *preset) {
    size_t count = texts->bandwidth_hz_count;
    if (count == 0)
        return r->has_base ? GG_OK : missing(r, "radio", "bandwidth_hz");
    gg_free(preset->bandwidth_hz);
    preset->bandwidth_hz = gg_alloc(count, sizeof(double));
    preset->n_bandwidths = count;
    GG_NEED(preset->bandwidth_hz, r->err, "%s: out of memory", r->source);
    for (size_t k = 0; k < count; k++)
        GG_TRY(read_number(r, "radio", "bandwidth_hz", texts->bandwidth_hz[k], POSITIVE,
                           &preset->bandwidth_hz[k]));
    return GG_OK;
}

static gg_status read_curves(const reader *r, const char *section, const char *key,
                             char *const *texts, size_t count, gg_curve_side side, size_t *n_curves,
                             gg_load_curve **curves) {
    if (count == 0)
        return GG_OK;
    gg_free(*curves);
    *curves = gg_alloc(count, sizeof **curves);
    *n_curves = count;
    GG_NEED(*curves, r->err, "%s: out of memory", r->source);
    for (size_t k = 0; k < count; k++) {
        gg_error inner = {0};
        if (gg_curve_parse(texts[k], side, &(*curves)[k], &inner) != GG_OK)
            return refuse(r, section, key, "%s", inner.message);
    }
    return GG_OK;
}

/* From (a, 1) with a >= 0 down to (b, 0) with b <= 1, strictly in both. */
static gg_status read_survival(const reader *r, const workload_texts *texts, gg_preset *preset) {
    static const char *const key = "alpha_survival";
    gg_workload_model *model = &preset->workload;
    size_t count = texts->alpha_survival_count;
    if (count == 0)
        return r->has_base ? GG_OK : missing(r, "workload", key);
    model->n_survival = count;
    for (size_t k = 0; k < count; k++) {
        const knot_texts *knot = &texts->alpha_survival[k];
        double *alpha = &model->survival[k][0], *above = &model->survival[k][1];
        GG_TRY(read_number(r, "workload", key, knot->alpha, UNIT, alpha));
        GG_TRY(read_number(r, "workload", key, knot->above, UNIT, above));
        if (k > 0 && !(*alpha > model->survival[k - 1][0] && *above < model->survival[k - 1][1]))
            return refuse(r, "workload", key, "entry %zu: alpha must rise and the share above fall",
                          k + 1);
    }
    if (model->survival[0][1] != 1.0 || model->survival[count - 1][1] != 0.0)
        return refuse(r, "workload", key, "the share above must begin at 1 and end at 0");
    return GG_OK;
}

static gg_status read_name(const reader *r, const char *text, gg_preset *preset) {
    static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                  "0123456789._-";
    if (text == NULL)
        return refuse(r, "", "name", "missing");
    size_t length = strlen(text);
    if (length < 1 || length > 64 || strspn(text, allowed) != length)
        return refuse(r, "", "name", "wants 1 to 64 letters, digits and . _ -");
    gg_free(preset->name);
    preset->name = gg_strdup(text);
    return preset->name != NULL ? GG_OK
                                : gg_fail(r->err, GG_E_NOMEM, "%s: out of memory", r->source);
}

static gg_status check_umi(const reader *r, const gg_preset *p) {
    if (p->carrier_hz < 0.5e9 || p->carrier_hz > 100e9)
        return refuse(r, "radio", "carrier_hz", "umi-street-canyon covers 0.5e9 to 100e9");
    if (p->user_height_m < 1.5 || p->user_height_m > 22.5)
        return refuse(r, "network", "user_height_m", "umi-street-canyon covers 1.5 to 22.5");
    if (p->server_height_m <= 1.0)
        return refuse(r, "network", "server_height_m", "umi-street-canyon wants more than 1");
    if (p->min_distance_m < 10.0)
        return refuse(r, "network", "min_distance_m", "umi-street-canyon begins at 10");
    return GG_OK;
}

/* What no key can say alone. */
static gg_status check_whole(const reader *r, const gg_preset *p) {
    if (p->server_capacity_spread[0] > p->server_capacity_spread[1])
        return refuse(r, "compute", "server_capacity_spread", "wants [low, high]");
    if (p->local_capacity_spread[0] > p->local_capacity_spread[1])
        return refuse(r, "compute", "local_capacity_spread", "wants [low, high]");
    if (p->fading == GG_FADING_RICIAN && isnan(p->rician_k_db))
        return refuse(r, "radio", "rician_k_db", "missing: fading is rician");
    return p->path_loss == GG_PATH_UMI_STREET_CANYON ? check_umi(r, p) : GG_OK;
}

static gg_status read_texts(const reader *r, const preset_texts *texts, gg_preset *preset) {
    GG_TRY(read_name(r, texts->name, preset));
    for (size_t k = 0; k < sizeof number_rules / sizeof *number_rules; k++)
        GG_TRY(read_rule(r, &number_rules[k], texts, preset));
    GG_TRY(read_choices(r, texts, preset));
    GG_TRY(read_servers(r, texts->network.servers, preset));
    GG_TRY(read_bandwidths(r, &texts->radio, preset));
    GG_TRY(read_survival(r, &texts->workload, preset));
    GG_TRY(read_curves(r, "compute", "server_model", texts->compute.server_model,
                       texts->compute.server_model_count, GG_CURVE_OF_SERVER,
                       &preset->n_server_models, &preset->server_model));
    GG_TRY(read_curves(r, "radio", "air_model", texts->radio.air_model,
                       texts->radio.air_model_count, GG_CURVE_OF_AIR, &preset->n_air_models,
                       &preset->air_model));
    return check_whole(r, preset);
}

/* What the keys are read over: the base, or an empty preset. */
static gg_status start(const reader *r, const char *base, gg_preset **preset) {
    if (base != NULL) {
        const char *text = gg_preset_shipped_text(base);
        if (text == NULL)
            return refuse(r, "", "base", "\"%.40s\" is not a shipped preset", base);
        return gg_preset_parse(text, strlen(text), base, preset, r->err);
    }
    *preset = gg_alloc(1, sizeof **preset);
    GG_NEED(*preset, r->err, "%s: out of memory", r->source);
    (*preset)->rician_k_db = NAN;
    return GG_OK;
}

gg_status gg_preset_parse(const char *text, size_t size, const char *source, gg_preset **out,
                          gg_error *err) {
    void *loaded;
    gg_preset *preset = NULL;
    *out = NULL;
    GG_TRY(gg_yaml_load(text, size, source, &preset_schema, &loaded, err));
    const preset_texts *texts = loaded;
    const reader r = {text, size, source, texts->base != NULL, err};
    gg_status status = start(&r, texts->base, &preset);
    if (status == GG_OK)
        status = read_texts(&r, texts, preset);
    gg_yaml_free(&preset_schema, loaded);
    if (status != GG_OK) {
        gg_preset_free(preset);
        return status;
    }
    *out = preset;
    return GG_OK;
}
