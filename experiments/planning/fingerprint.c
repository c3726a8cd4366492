/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiments/planning/experiment.h"

#include <inttypes.h>
#include <nettle/sha2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "experiments/planning/program_files.h"
#include "models/base/alloc.h"
#include "models/base/shown.h"
#include "models/instance_fields.h"

enum { PROBE_USERS = 8 };

typedef struct sha256_ctx hash;

static void add_bytes(hash *to, const void *data, size_t size) {
    sha256_update(to, size, data);
}

static void add_doubles(hash *to, const double *values, size_t n) {
    add_bytes(to, values != NULL ? "+" : "-", 1);
    if (values != NULL)
        add_bytes(to, values, n * sizeof *values);
}

static void add_flags(hash *to, const uint8_t *flags, size_t n) {
    add_bytes(to, flags != NULL ? "+" : "-", 1);
    if (flags != NULL)
        add_bytes(to, flags, n);
}

/* 64 bits of the digest: nobody makes such a change on purpose. */
static void finish(hash *from, char hex[GG_FINGERPRINT_SIZE]) {
    uint8_t digest[8];
    sha256_digest(from, sizeof digest, digest);
    gg_put_hex(digest, sizeof digest, hex);
}

/* Drawn numbers enter with nine digits: the last bits of a logarithm differ between processors. */
static void add_drawn(hash *to, const double *values, size_t n) {
    for (size_t k = 0; values != NULL && k < n; k++) {
        char text[32];
        int length = snprintf(text, sizeof text, "%.9g ", values[k]);
        add_bytes(to, text, (size_t)length);
    }
}

/* P(correct) follows from the preset or the queries, which have digests of their own: folders from
 * before it was known go on. */
static bool is_derived(const gg_instance_field *field) {
    return (field->optional & GG_WITH_P_CORRECT) != 0;
}

static void add_instance(hash *to, const gg_instance *instance) {
    size_t n = instance->n_users, m = instance->n_servers;
    for (size_t k = 0; k < GG_INSTANCE_FIELDS; k++) {
        const gg_instance_field *field = gg_field_in_turn(k);
        const void *values = gg_field_values(instance, field);
        size_t count = gg_field_count(field, n, m);
        if (is_derived(field))
            continue;
        if (gg_field_is_text(field))
            continue; /* the preset has them, and a digest of its own */
        if (field->domain == GG_FLAG)
            add_flags(to, values, count);
        else if (values != &instance->tau) /* the grid has it */
            add_drawn(to, values, count);
    }
}

/* A small network of each preset: a program that draws otherwise must not go on. */
static gg_status add_draws(hash *to, const gg_experiment *experiment, const gg_preset *preset,
                           gg_error *err) {
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
        add_instance(to, instance);
    gg_instance_free(instance);
    return status;
}

/* Whether the length of answers matters: folders from before it could are without. */
static bool counts_tokens(const gg_experiment *experiment) {
    for (size_t p = 0; p < gg_plan_variants(experiment->plan); p++)
        if (experiment->presets[p]->n_server_models > 0 ||
            experiment->presets[p]->gate != GG_GATE_NONE)
            return true;
    return false;
}

/* All of the dataset that an instance can hold. */
static void add_queries(hash *to, const gg_experiment *experiment) {
    const gg_workload *w = experiment->workload;
    add_doubles(to, &experiment->latency_scale, 1);
    if (w == NULL)
        return;
    uint64_t n = w->n_queries;
    add_bytes(to, &n, sizeof n);
    add_doubles(to, w->alpha, w->n_queries);
    add_doubles(to, w->prompt_bytes, w->n_queries);
    add_doubles(to, w->slm_latency_s, w->n_queries);
    add_doubles(to, w->llm_latency_s, w->n_queries);
    add_flags(to, w->slm_correct, w->n_queries);
    add_flags(to, w->llm_correct, w->n_queries);
    add_doubles(to, &w->slm_device_flops, 1);
    add_doubles(to, &w->llm_device_flops, 1);
    if (!counts_tokens(experiment))
        return;
    add_doubles(to, w->slm_tokens, w->n_queries);
    add_doubles(to, w->llm_tokens, w->n_queries);
}

static gg_status digest_preset(const gg_preset *preset, char hex[GG_FINGERPRINT_SIZE],
                               gg_error *err) {
    char *text = NULL;
    size_t size = 0;
    hash held;
    FILE *stream = open_memstream(&text, &size);
    if (stream != NULL)
        gg_preset_print(preset, stream);
    if (stream == NULL || fclose(stream) != 0) {
        free(text);
        return gg_fail(err, GG_E_NOMEM, "preset %s: out of memory", gg_preset_name(preset));
    }
    sha256_init(&held);
    add_bytes(&held, text, size);
    finish(&held, hex);
    free(text);
    return GG_OK;
}

gg_status gg_networks_digest(const gg_experiment *experiment, size_t variant,
                             char hex[GG_FINGERPRINT_SIZE], gg_error *err) {
    const gg_preset *preset = experiment->presets[variant];
    hash networks;
    sha256_init(&networks);
    GG_TRY(digest_preset(preset, hex, err));
    add_bytes(&networks, hex, GG_FINGERPRINT_SIZE);
    add_bytes(&networks, &experiment->plan->seed, sizeof experiment->plan->seed);
    add_queries(&networks, experiment);
    GG_TRY(add_draws(&networks, experiment, preset, err));
    finish(&networks, hex);
    return GG_OK;
}

/* The programs of external strategies; a plan without them has the same lines as ever. */
static gg_status print_programs(const gg_plan *plan, FILE *stream, gg_error *err) {
    for (size_t k = 0; k < plan->n_strategies; k++) {
        char hex[GG_FINGERPRINT_SIZE], shown[GG_SHOWN_SIZE];
        size_t n_files = 0;
        hash files;
        if (plan->strategies[k].command == NULL)
            continue;
        sha256_init(&files);
        GG_TRY(gg_add_program_files(&files, plan->strategies[k].command, &n_files, err));
        finish(&files, hex);
        if (n_files > 0)
            fprintf(stream, "program %s: %s\n", gg_shown(plan->strategies[k].name, shown), hex);
    }
    return GG_OK;
}

/* A line for each thing that has a digest of its own. */
static gg_status print_components(const gg_experiment *experiment, FILE *stream, gg_error *err) {
    char hex[GG_FINGERPRINT_SIZE];
    hash draws, queries;
    sha256_init(&draws);
    for (size_t p = 0; p < gg_plan_variants(experiment->plan); p++) {
        GG_TRY(digest_preset(experiment->presets[p], hex, err));
        GG_TRY(add_draws(&draws, experiment, experiment->presets[p], err));
        fprintf(stream, "preset %s: %s\n", gg_preset_name(experiment->presets[p]), hex);
    }
    sha256_init(&queries);
    add_queries(&queries, experiment);
    finish(&queries, hex);
    fprintf(stream, "queries: %s\n", hex);
    finish(&draws, hex);
    fprintf(stream, "draws: %s\n", hex);
    for (size_t k = 0; k < experiment->plan->n_sites; k++)
        fprintf(stream, "site %zu: %s\n", k, experiment->plan->sites[k].digest);
    return print_programs(experiment->plan, stream, err);
}

static void add_limits(hash *to, const gg_plan_limits *limits) {
    add_doubles(to, &limits->time_s, 1);
    add_doubles(to, &limits->gap, 1);
    add_bytes(to, &limits->nodes, sizeof limits->nodes);
}

/* The grid as people read it, and what that rounds. */
static gg_status add_grid(hash *to, const gg_plan *plan, gg_error *err) {
    char *text = NULL;
    size_t size = 0;
    FILE *stream = open_memstream(&text, &size);
    if (stream == NULL)
        return gg_fail(err, GG_E_NOMEM, "%s: out of memory", plan->path);
    gg_plan_print_grid(plan, stream);
    int failed = fclose(stream) != 0;
    if (!failed)
        add_bytes(to, text, size);
    free(text);
    add_doubles(to, plan->taus, plan->n_taus);
    for (size_t k = 0; k < plan->n_strategies; k++)
        add_limits(to, &plan->strategies[k].limits);
    return failed ? gg_fail(err, GG_E_NOMEM, "%s: out of memory", plan->path) : GG_OK;
}

gg_status gg_fingerprint(gg_experiment *experiment, gg_error *err) {
    char *text = NULL;
    size_t size = 0;
    hash whole;
    FILE *stream = open_memstream(&text, &size);
    if (stream == NULL)
        return gg_fail(err, GG_E_NOMEM, "%s: out of memory", experiment->plan->path);
    gg_status status = print_components(experiment, stream, err);
    if (fclose(stream) != 0 && status == GG_OK)
        status = gg_fail(err, GG_E_NOMEM, "%s: out of memory", experiment->plan->path);
    sha256_init(&whole);
    if (status == GG_OK)
        status = add_grid(&whole, experiment->plan, err);
    if (status == GG_OK)
        experiment->components = gg_strdup(text);
    if (status == GG_OK && experiment->components == NULL)
        status = gg_fail(err, GG_E_NOMEM, "%s: out of memory", experiment->plan->path);
    if (status == GG_OK)
        add_bytes(&whole, text, size);
    free(text);
    finish(&whole, experiment->fingerprint);
    return status;
}

/* The line of `text` that begins with the first `length` bytes of `line`, or NULL. */
static const char *find_line(const char *text, const char *line, size_t length) {
    while (*text != '\0' && strncmp(text, line, length) != 0) {
        text += strcspn(text, "\n");
        text += *text == '\n';
    }
    return *text != '\0' ? text : NULL;
}

/* The first line of `ours` that `theirs` has not; NULL when it has all. */
static const char *first_difference(const char *ours, const char *theirs) {
    while (*ours != '\0') {
        size_t length = strcspn(ours, "\n") + 1;
        if (find_line(theirs, ours, length) == NULL)
            return ours;
        ours += length;
    }
    return NULL;
}

/* What decides the numbers beside the grid. */
static void name_component(const char *line, char *reason, size_t size) {
    const char *colon = memrchr(line, ':', strcspn(line, "\n"));
    int key = colon != NULL ? (int)(colon - line) : 0;
    if (strncmp(line, "queries:", 8) == 0)
        snprintf(reason, size, "the dataset's queries, or their scaling, are not what they were");
    else if (strncmp(line, "draws:", 6) == 0)
        snprintf(reason, size, "this version of goagap draws other networks");
    else if (strncmp(line, "site ", 5) == 0)
        snprintf(reason, size, "number %d of the gains, positions or instances is not what it was",
                 atoi(line + 5) + 1);
    else if (strncmp(line, "program ", 8) == 0)
        snprintf(reason, size, "the program of strategy %.*s has been edited", key - 8, line + 8);
    else
        snprintf(reason, size, "%.*s is not what it was", key, line);
}

static void name_setting(const char *ours, const char *theirs, char *reason, size_t size) {
    const char *other = find_line(theirs, ours, strcspn(ours, ":") + 1);
    snprintf(reason, size, "the plan has \"%.*s\", they have \"%.*s\"", (int)strcspn(ours, "\n"),
             ours, other != NULL ? (int)strcspn(other, "\n") : 9,
             other != NULL ? other : "no such line");
}

static gg_origin explain(const gg_experiment *experiment, const gg_manifest *manifest, char *reason,
                         size_t size) {
    const char *settings = gg_manifest_get(manifest, "plan_settings");
    const char *components = gg_manifest_get(manifest, "fingerprint_components");
    const char *line = NULL;
    char *grid = NULL;
    size_t grid_size = 0;
    FILE *stream = open_memstream(&grid, &grid_size);
    snprintf(reason, size, "their fingerprint is another");
    if (stream == NULL)
        return GG_ORIGIN_OTHER;
    gg_plan_print_grid(experiment->plan, stream);
    if (fclose(stream) == 0 && settings != NULL)
        line = first_difference(grid, settings);
    if (line != NULL)
        name_setting(line, settings, reason, size);
    else if (components != NULL &&
             (line = first_difference(experiment->components, components)) != NULL)
        name_component(line, reason, size);
    free(grid);
    return GG_ORIGIN_OTHER;
}

gg_origin gg_fingerprint_compare(const gg_experiment *experiment, const gg_manifest *manifest,
                                 char *reason, size_t size) {
    const char *version = gg_manifest_get(manifest, "fingerprint_version");
    const char *found = gg_manifest_get(manifest, "plan_fingerprint");
    const char *program = gg_manifest_get(manifest, "created_by");
    reason[0] = '\0';
    if (found == NULL || version == NULL || strcmp(version, GG_FINGERPRINT_VERSION) != 0) {
        snprintf(reason, size,
                 "they were made by another version (%.40s), whose fingerprint does not cover all "
                 "that presets and datasets hold: whether these are the same cannot be verified",
                 program != NULL ? program : "not said");
        return GG_ORIGIN_UNKNOWN;
    }
    if (strcmp(found, experiment->fingerprint) == 0)
        return GG_ORIGIN_SAME;
    return explain(experiment, manifest, reason, size);
}
