/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiments/batch/redraw.h"

#include <stdlib.h>
#include <string.h>

#include "data/dataset/instance_file.h"
#include "experiments/planning/experiment.h"
#include "models/base/alloc.h"

struct gg_redraw {
    gg_plan *plan;                  /* NULL: shipped presets */
    gg_experiment *experiment;      /* of the plan */
    gg_preset *shipped;             /* the last shipped preset that was asked for */
    char shipped_name[GG_ROW_NAME]; /* as the row calls it */
    bool other_queries;             /* the results' queries are not the presets' own */
    bool measured_gains;
    bool measured_positions;
    bool in_files; /* whole instances */
};

static gg_status open_plan(const gg_results *results, const char *path, const char *dataset,
                           gg_redraw *redraw, gg_error *err) {
    GG_TRY(gg_plan_read(path, dataset, &redraw->plan, err));
    GG_TRY(gg_experiment_open(redraw->plan, &redraw->experiment, err));
    char reason[300];
    switch (gg_fingerprint_compare(redraw->experiment, &results->manifest, reason, sizeof reason)) {
    case GG_ORIGIN_SAME:
        return GG_OK;
    case GG_ORIGIN_OTHER:
        return gg_fail(err, GG_E_INPUT, "%s: is not the plan of these results: %s", path, reason);
    default:
        return gg_fail(err, GG_E_INPUT,
                       "%s: cannot redraw these results: %s (the report needs no plan)", path,
                       reason);
    }
}

gg_status gg_redraw_open(const gg_results *results, const char *plan_path, const char *dataset,
                         gg_redraw **out, gg_error *err) {
    const char *workload = gg_manifest_get(&results->manifest, "workload");
    gg_redraw *redraw = gg_alloc(1, sizeof *redraw);
    *out = NULL;
    if (redraw == NULL)
        return gg_fail(err, GG_E_NOMEM, "instances of the results: out of memory");
    redraw->other_queries =
        workload == NULL || strstr(workload, "each preset's distributions.") == NULL;
    redraw->measured_gains =
        workload != NULL && strstr(workload, "Channel gains are measured") != NULL;
    redraw->in_files = workload != NULL && strstr(workload, "instances in ") != NULL;
    redraw->measured_positions =
        workload != NULL && strstr(workload, "Positions are measured") != NULL;
    gg_status status = GG_OK;
    if (plan_path != NULL)
        status = open_plan(results, plan_path, dataset, redraw, err);
    if (status == GG_OK)
        *out = redraw;
    else
        gg_redraw_free(redraw);
    return status;
}

void gg_redraw_free(gg_redraw *redraw) {
    if (redraw == NULL)
        return;
    gg_experiment_close(redraw->experiment);
    gg_plan_free(redraw->plan);
    gg_preset_free(redraw->shipped);
    gg_free(redraw);
}

const char *gg_redraw_dataset(const gg_redraw *redraw, const char **uncertainty) {
    *uncertainty = redraw->plan != NULL ? redraw->plan->uncertainty : NULL;
    return redraw->plan != NULL ? redraw->plan->dataset : NULL;
}

const char *gg_redraw_obstacle(const gg_redraw *redraw) {
    if (redraw->plan != NULL)
        return NULL;
    if (redraw->in_files)
        return "the networks are files: name the plan (report --plan PLAN.yaml)";
    if (redraw->other_queries)
        return "the queries came from a dataset: name the plan (report --plan PLAN.yaml)";
    return redraw->measured_gains || redraw->measured_positions
               ? "the networks were measured: name the plan (report --plan PLAN.yaml)"
               : NULL;
}

/* Number of the experiment's preset that the row names, or SIZE_MAX. */
static size_t plan_preset(const gg_redraw *redraw, const gg_row *row) {
    for (size_t k = 0; k < gg_plan_variants(redraw->plan); k++)
        if (strcmp(gg_preset_name(redraw->experiment->presets[k]), row->preset) == 0)
            return k;
    return SIZE_MAX;
}

/* A plan that crosses presets with payloads calls them "paper/bits": the length of the preset's
 * own name; *payload is NULL where the preset reads its payload its own way. */
static size_t own_name(const char *name, const char **payload) {
    const char *slash = strrchr(name, '/');
    *payload = NULL;
    if (slash != NULL && (strcmp(slash, "/bits") == 0 || strcmp(slash, "/bytes-as-bits") == 0))
        *payload = slash + 1;
    return *payload != NULL ? (size_t)(slash - name) : strlen(name);
}

static gg_status read_shipped(gg_redraw *redraw, const char *name, gg_error *err) {
    char own[GG_ROW_NAME];
    const char *payload;
    snprintf(own, sizeof own, "%.*s", (int)own_name(name, &payload), name);
    gg_preset_free(redraw->shipped);
    redraw->shipped = NULL;
    if (gg_preset_shipped_text(own) == NULL)
        return GG_OK;
    gg_status status = gg_preset_read(own, &redraw->shipped, err);
    if (status == GG_OK && payload != NULL)
        redraw->shipped->payload =
            strcmp(payload, "bits") == 0 ? GG_PAYLOAD_BITS : GG_PAYLOAD_BYTES_AS_BITS;
    snprintf(redraw->shipped_name, sizeof redraw->shipped_name, "%s", name);
    return status;
}

/* The row's preset, or NULL where it is not at hand. */
static gg_status find_preset(gg_redraw *redraw, const gg_row *row, const gg_preset **out,
                             gg_error *err) {
    *out = NULL;
    if (redraw->plan != NULL) {
        size_t k = plan_preset(redraw, row);
        *out = k == SIZE_MAX ? NULL : redraw->experiment->presets[k];
        return GG_OK;
    }
    if (redraw->other_queries)
        return GG_OK;
    gg_status status = GG_OK;
    if (redraw->shipped == NULL || strcmp(redraw->shipped_name, row->preset) != 0)
        status = read_shipped(redraw, row->preset, err);
    *out = redraw->shipped;
    return status;
}

/* The file of a row's network; NULL: it is drawn, or the plan is not at hand. */
static const char *site_file(const gg_redraw *redraw, const gg_row *row, gg_site_kind kind) {
    const gg_plan *plan = redraw->plan;
    if (plan == NULL || plan->n_sites == 0 || plan->site_kind != kind)
        return NULL;
    const gg_unit unit = {.run = row->run};
    size_t site = gg_plan_find_site(plan, row->preset, &unit);
    return site < plan->n_sites ? plan->sites[site].path : NULL;
}

gg_status gg_redraw_instance(gg_redraw *redraw, const gg_row *row, gg_instance **out,
                             gg_error *err) {
    const gg_preset *preset;
    *out = NULL;
    if (redraw->plan == NULL && (redraw->measured_gains || redraw->measured_positions))
        return GG_OK;
    const char *file = site_file(redraw, row, GG_SITE_FILE);
    if (file != NULL)
        return gg_instance_read(file, out, NULL, NULL, err);
    GG_TRY(find_preset(redraw, row, &preset, err));
    if (preset == NULL)
        return GG_OK;
    gg_draw draw = {
        .n_users = row->n_users,
        .n_servers = row->n_servers,
        .tau = row->tau,
        .seed = row->seed,
        .run = row->run,
        .gains_csv = site_file(redraw, row, GG_SITE_GAINS),
        .positions_csv = site_file(redraw, row, GG_SITE_POSITIONS),
        .workload = redraw->experiment != NULL ? redraw->experiment->workload : NULL,
        .latency_scale = redraw->experiment != NULL ? redraw->experiment->latency_scale : 0.0,
    };
    return gg_scenario_draw(preset, &draw, out, err);
}

/* A word as a POSIX shell reads it back. */
static void put_word(FILE *stream, const char *word) {
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                                "_-./:+,@%";
    if (*word != '\0' && strspn(word, plain) == strlen(word)) {
        fputs(word, stream);
        return;
    }
    fputc('\'', stream);
    for (; *word != '\0'; word++)
        if (*word == '\'')
            fputs("'\\''", stream);
        else
            fputc(*word, stream);
    fputc('\'', stream);
}

/* As few digits as read back to the same number. */
static void put_number(FILE *stream, double value) {
    char text[32];
    for (int digits = 1; digits <= 17; digits++) {
        snprintf(text, sizeof text, "%.*g", digits, value);
        if (strtod(text, NULL) == value)
            break;
    }
    fputs(text, stream);
}

/* The preset's name or path, without what a plan's payload added to it. */
typedef struct preset_word {
    char own[GG_ROW_NAME];
    const char *base;
    const char *payload; /* NULL: the preset's own reading */
} preset_word;

static void find_word(const gg_redraw *redraw, const gg_row *row, preset_word *word) {
    const gg_plan *plan = redraw->plan;
    size_t k = plan != NULL ? plan_preset(redraw, row) : SIZE_MAX;
    size_t length = own_name(row->preset, &word->payload);
    snprintf(word->own, sizeof word->own, "%.*s", (int)length, row->preset);
    word->base = word->own;
    if (k != SIZE_MAX)
        word->base = plan->presets[k / (plan->n_payloads > 0 ? plan->n_payloads : 1)];
}

/* Where the plan is not at hand, a name stands for the file. */
static void put_site(const gg_redraw *redraw, const gg_row *row, bool gains, FILE *stream) {
    const char *file = site_file(redraw, row, gains ? GG_SITE_GAINS : GG_SITE_POSITIONS);
    bool measured = gains ? redraw->measured_gains : redraw->measured_positions;
    if (file == NULL && measured && redraw->plan == NULL)
        file = gains ? "GAINS.csv" : "POSITIONS.csv";
    if (file == NULL)
        return;
    fputs(gains ? " --gains " : " --positions ", stream);
    put_word(stream, file);
}

/* The command that draws the row's instance. */
static void put_drawing(const gg_redraw *redraw, const gg_row *row, FILE *stream) {
    const gg_plan *plan = redraw->plan;
    preset_word preset;
    find_word(redraw, row, &preset);
    if (preset.payload != NULL) {
        /* A preset with another payload has no name: a file that says so. */
        fputs("printf '%s\\n' 'name: worst' 'base: '", stream);
        put_word(stream, preset.base);
        fprintf(stream, " 'workload: {payload: %s}' >worst.yaml && ", preset.payload);
    }
    fputs("goagap instance ", stream);
    if (plan != NULL && plan->dataset != NULL) {
        put_word(stream, plan->dataset);
        fputs(" --uncertainty ", stream);
        put_word(stream, plan->uncertainty);
        fputs(plan->rank_alpha ? " --rank-alpha " : " ", stream);
    } else if (plan == NULL && redraw->other_queries) {
        fputs("DATA.h5 ", stream);
    }
    fputs("--preset ", stream);
    put_word(stream, preset.payload != NULL ? "worst.yaml" : preset.base);
    put_site(redraw, row, true, stream);
    put_site(redraw, row, false, stream);
    fprintf(stream, " --users %u --servers %u --tau ", row->n_users, row->n_servers);
    put_number(stream, row->tau);
    fprintf(stream, " --seed %llu --run %u", (unsigned long long)row->seed, row->run);
    if (redraw->experiment != NULL && redraw->experiment->latency_scale > 0.0) {
        fputs(" --latency-scale ", stream);
        put_number(stream, redraw->experiment->latency_scale);
    }
    fputs(" -o worst.json && ", stream);
}

void gg_redraw_command(const gg_redraw *redraw, const gg_row *row, FILE *stream) {
    const char *file = site_file(redraw, row, GG_SITE_FILE);
    if (file == NULL && !redraw->in_files)
        put_drawing(redraw, row, stream);
    fputs("goagap solve ", stream);
    put_word(stream, file != NULL ? file : redraw->in_files ? row->preset : "worst.json");
    fputs(" --objective ", stream);
    put_word(stream, row->objective);
    /* A plan's own name for a strategy means nothing to `goagap solve`. */
    bool ours = gg_solver_find(row->solver, NULL) != NULL && strcmp(row->solver, "exact") != 0;
    fputs(" --solver ", stream);
    if (ours)
        put_word(stream, row->solver);
    fputs(ours ? ",exact" : "exact", stream);
}
