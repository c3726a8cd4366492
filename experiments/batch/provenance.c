/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Where results come from: the manifest of an experiment's part files.
 */
#include <gsl/gsl_version.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "data/hdf5/h5.h"
#include "data/uncertainty/kernels/row_stats.h"
#include "experiments/planning/experiment.h"
#include "solvers/program/milp_glpk.h"

/* The build passes these. */
#ifndef GG_VERSION
#define GG_VERSION "unknown"
#endif
#ifndef GG_GIT_REVISION
#define GG_GIT_REVISION "unknown"
#endif

/* Builds a manifest: after the first failure nothing more is added. */
typedef struct builder {
    gg_manifest *manifest;
    gg_status status;
    gg_error *err;
} builder;

static void add(builder *to, const char *key, const char *value) {
    if (to->status == GG_OK)
        to->status = gg_manifest_add(to->manifest, key, value, to->err);
}

static void add_count(builder *to, const char *key, size_t count) {
    char text[32];
    snprintf(text, sizeof text, "%zu", count);
    add(to, key, text);
}

/* Adds what `print` writes. */
static void add_printed(builder *to, const char *key, const gg_experiment *experiment,
                        void (*print)(const gg_experiment *, FILE *)) {
    char *text = NULL;
    size_t size = 0;
    FILE *stream = to->status == GG_OK ? open_memstream(&text, &size) : NULL;
    if (stream != NULL) {
        print(experiment, stream);
        if (fclose(stream) == 0)
            add(to, key, text);
        else
            to->status = gg_fail(to->err, GG_E_NOMEM, "manifest: out of memory");
    } else if (to->status == GG_OK) {
        to->status = gg_fail(to->err, GG_E_NOMEM, "manifest: out of memory");
    }
    free(text);
}

static void print_plan(const gg_experiment *experiment, FILE *stream) {
    gg_plan_print_settings(experiment->plan, stream);
}

/* In one sentence, for the report. */
static void print_workload(const gg_experiment *experiment, FILE *stream) {
    const gg_plan *plan = experiment->plan;
    if (plan->n_sites > 0 && plan->site_kind == GG_SITE_FILE) {
        fprintf(stream, "Networks are instances in %zu file%s.", plan->n_sites,
                plan->n_sites == 1 ? "" : "s");
        return;
    }
    if (plan->dataset == NULL)
        fputs("Queries are drawn from each preset's distributions", stream);
    else
        fprintf(stream, "Queries are drawn from the %zu of %s; their uncertainty is \"%s\"%s",
                experiment->workload->n_queries, plan->dataset, plan->uncertainty,
                plan->rank_alpha ? ", as mid-ranks" : "");
    if (experiment->latency_scale > 0.0)
        fprintf(stream, "; both models' latencies are multiplied by %.4g",
                experiment->latency_scale);
    if (plan->slm_median_latency_s > 0.0)
        fprintf(stream, ", so that the small model's median is %.4g ms",
                1e3 * plan->slm_median_latency_s);
    fputc('.', stream);
    if (gg_plan_has_instances(plan))
        fprintf(stream,
                " Networks are %zu of a list, whose best known values and bounds are "
                "\"known\".",
                plan->n_sites);
    else if (plan->n_sites > 0)
        fprintf(stream, " %s are measured (%zu file%s).",
                plan->site_kind == GG_SITE_GAINS ? "Channel gains" : "Positions", plan->n_sites,
                plan->n_sites == 1 ? "" : "s");
}

static void print_libraries(const gg_experiment *experiment, FILE *stream) {
    (void)experiment;
    fprintf(stream, "GLPK %s, HDF5 %s, GSL %s", gg_glpk_version(), gg_h5_version(), gsl_version);
}

static void print_host(const gg_experiment *experiment, FILE *stream) {
    struct utsname host;
    (void)experiment;
    if (uname(&host) == 0)
        fprintf(stream, "%s (%s %s, %s, %ld processors)", host.nodename, host.sysname, host.release,
                host.machine, sysconf(_SC_NPROCESSORS_ONLN));
}

static void add_kernels(builder *to) {
    const gg_row_kernels *kernels = NULL;
    if (to->status == GG_OK)
        to->status = gg_row_kernels_choose(NULL, &kernels, to->err);
    if (to->status == GG_OK)
        add(to, "kernels", kernels->name);
}

gg_status gg_experiment_describe(const gg_experiment *experiment, const char *command,
                                 gg_manifest *manifest, gg_error *err) {
    builder to = {.manifest = manifest, .status = GG_OK, .err = err};
    add(&to, "created_by", "goagap " GG_VERSION);
    add(&to, "git", GG_GIT_REVISION);
    add(&to, "compiler", __VERSION__);
    add_printed(&to, "libraries", experiment, print_libraries);
    add_printed(&to, "host", experiment, print_host);
    add(&to, "command", command);
    add(&to, "plan", experiment->plan->name);
    add(&to, "plan_fingerprint", experiment->fingerprint);
    add(&to, "fingerprint_version", GG_FINGERPRINT_VERSION);
    add(&to, "fingerprint_components", experiment->components);
    add(&to, "row_origins", experiment->origins);
    add_printed(&to, "plan_settings", experiment, print_plan);
    add_printed(&to, "workload", experiment, print_workload);
    const gg_plan *plan = experiment->plan;
    add_count(&to, "plan_units", gg_plan_units(plan) * gg_plan_instances_per_unit(plan));
    add_count(&to, "plan_networks", gg_plan_units(plan));
    add_count(&to, "rows_per_network", gg_plan_rows_per_unit(plan));
    add_kernels(&to);
    return to.status;
}
