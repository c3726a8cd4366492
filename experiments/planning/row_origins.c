/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What a row of results depends on beside its place in the grid, so that a plan that grew can keep
 * the rows it had.
 */
#include <nettle/sha2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "experiments/planning/experiment.h"
#include "experiments/planning/program_files.h"
#include "models/base/alloc.h"
#include "models/base/shown.h"

static const char *const kinds[] = {
    [GG_NETWORKS] = "networks", [GG_STRATEGY] = "strategy", [GG_SITE] = "site"};

static void add_text(struct sha256_ctx *to, const char *text) {
    sha256_update(to, strlen(text) + 1, (const uint8_t *)text);
}

/* All that decides what a strategy answers, and when it is given up. */
static gg_status add_strategy(struct sha256_ctx *to, const gg_plan *plan, const gg_plan_strategy *s,
                              gg_error *err) {
    char numbers[160];
    size_t n_files = 0;
    add_text(to, s->name);
    add_text(to, s->command != NULL ? s->command : s->solver->name);
    snprintf(numbers, sizeof numbers, "%d %d %.17g %lld %.17g %zu", s->command != NULL,
             s->weights_of_objective, s->limits.time_s, (long long)s->limits.nodes, s->limits.gap,
             plan->memory_mb);
    add_text(to, numbers);
    for (size_t k = 0; k < s->settings.count; k++) {
        add_text(to, s->settings.items[k].parameter->name);
        snprintf(numbers, sizeof numbers, "%.17g", s->settings.items[k].value);
        add_text(to, numbers);
    }
    return s->command != NULL ? gg_add_program_files(to, s->command, &n_files, err) : GG_OK;
}

/* With the strategy to whose accuracy this one is held. */
static gg_status add_strategies(struct sha256_ctx *to, const gg_plan *plan, size_t strategy,
                                gg_error *err) {
    const gg_plan_strategy *s = &plan->strategies[strategy];
    GG_TRY(add_strategy(to, plan, s, err));
    return gg_plan_holds(plan, strategy)
               ? add_strategy(to, plan, &plan->strategies[s->accuracy_of], err)
               : GG_OK;
}

static void print_line(FILE *stream, gg_origin_kind kind, const char *name, const char *hex) {
    fprintf(stream, "%s ", kinds[kind]);
    gg_put_shown(stream, name);
    fprintf(stream, ": %s\n", hex);
}

static gg_status print_origins(const gg_experiment *experiment, FILE *stream, gg_error *err) {
    const gg_plan *plan = experiment->plan;
    char hex[GG_FINGERPRINT_SIZE];
    for (size_t p = 0; p < gg_plan_variants(plan); p++) {
        GG_TRY(gg_networks_digest(experiment, p, hex, err));
        print_line(stream, GG_NETWORKS, gg_preset_name(experiment->presets[p]), hex);
    }
    for (size_t k = 0; k < plan->n_sites; k++) {
        char number[32];
        snprintf(number, sizeof number, "%zu", k);
        print_line(stream, GG_SITE, number, plan->sites[k].digest);
    }
    for (size_t k = 0; k < plan->n_strategies; k++) {
        struct sha256_ctx strategy;
        uint8_t digest[(GG_FINGERPRINT_SIZE - 1) / 2];
        sha256_init(&strategy);
        GG_TRY(add_strategies(&strategy, plan, k, err));
        sha256_digest(&strategy, sizeof digest, digest);
        gg_put_hex(digest, sizeof digest, hex);
        print_line(stream, GG_STRATEGY, plan->strategies[k].name, hex);
    }
    return GG_OK;
}

gg_status gg_row_origins(gg_experiment *experiment, gg_error *err) {
    char *text = NULL;
    size_t size = 0;
    FILE *stream = open_memstream(&text, &size);
    gg_status status = stream != NULL ? print_origins(experiment, stream, err) : GG_OK;
    bool failed = stream == NULL || fclose(stream) != 0;
    if (status == GG_OK && !failed)
        experiment->origins = gg_strdup(text);
    if (status == GG_OK && experiment->origins == NULL)
        status = gg_fail(err, GG_E_NOMEM, "%s: out of memory", experiment->plan->path);
    free(text);
    return status;
}

/* Length of a line that is about a name, 0 for any other. */
static size_t line_about(const char *line, gg_origin_kind kind, const char *name) {
    size_t whole = strcspn(line, "\n"), head = strlen(kinds[kind]) + 1, length = strlen(name);
    bool about = strncmp(line, kinds[kind], head - 1) == 0 &&
                 whole == head + length + GG_FINGERPRINT_SIZE + 1 &&
                 strncmp(line + head, name, length) == 0;
    return about ? whole + (line[whole] == '\n') : 0;
}

const char *gg_origin_line(const char *origins, gg_origin_kind kind, const char *name,
                           size_t *length) {
    char shown[4 * GG_ROW_NAME];
    gg_shown_cut(name, shown, sizeof shown);
    for (const char *at = origins; *at != '\0'; at += *at == '\n') {
        *length = line_about(at, kind, shown);
        if (*length > 0)
            return at;
        at += strcspn(at, "\n");
    }
    return NULL;
}

bool gg_is_listed(const char *names, const char *name) {
    size_t length = strlen(name);
    for (const char *at = names; at != NULL; at = strchr(at, ',')) {
        at += at != names;
        if (strncmp(at, name, length) == 0 && (at[length] == '\0' || at[length] == ','))
            return true;
    }
    return names != NULL && strcmp(names, name) == 0;
}

static bool has_line(const char *text, const char *line, size_t length) {
    while (*text != '\0' && strncmp(text, line, length) != 0) {
        text += strcspn(text, "\n");
        text += *text == '\n';
    }
    return *text != '\0';
}

static bool is_redone(const gg_experiment *experiment, const char *line, const char *redo) {
    const gg_plan *plan = experiment->plan;
    char shown[4 * GG_ROW_NAME];
    for (size_t k = 0; redo != NULL && k < plan->n_strategies; k++)
        if (gg_is_listed(redo, plan->strategies[k].name) &&
            line_about(line, GG_STRATEGY,
                       gg_shown_cut(plan->strategies[k].name, shown, sizeof shown)) > 0)
            return true;
    return false;
}

const char *gg_origins_lacking(const gg_experiment *experiment, const char *theirs,
                               const char *redo) {
    for (const char *at = theirs; *at != '\0'; at += *at == '\n') {
        size_t length = strcspn(at, "\n");
        if (!has_line(experiment->origins, at, length + 1) && !is_redone(experiment, at, redo))
            return at;
        at += length;
    }
    return NULL;
}
