/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * `goagap pareto`: the exact accuracy-delay front of an instance, or the mean one of a plan's
 * networks, and goa's curve over tau beside it; or delay against energy.
 */
#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "data/text/number_file.h"
#include "experiments/cli/commands.h"
#include "experiments/cli/options/shared_options.h"
#include "experiments/solution/load_instance.h"
#include "experiments/studies/pareto/energy_study.h"
#include "experiments/studies/pareto/pareto_study.h"
#include "models/base/alloc.h"
#include "models/base/outfile.h"
#include "models/base/timer.h"
#include "models/threads/together.h"

typedef struct request {
    const char *command;
    const char *path; /* of an instance or a plan */
    const char *dataset;
    const char *p_slm_path, *p_llm_path;
    const char *csv_path, *svg_path;
    double target_delay_s;
    bool hindsight;
    bool against_energy;
    bool as_json;
    gg_tradeoff_options options;
} request;

static const gg_option options[] = {
    {"against", 0, "WHAT",
     "What delay is weighed against: accuracy (the default) or energy of the devices, at the "
     "instance's tau",
     1, .values = "accuracy energy", GG_CHOICE(request, against_energy)},
    {"objective", 'w', "NAME",
     "Which delay: uniform (every query counts the same; the default) or weighted (by uncertainty)",
     1, .values = GG_OBJECTIVE_NAMES, GG_PARSED(request, options.objective, gg_parse_objective)},
    {"p-slm", 0, "FILE", "Probability of a correct local answer, a number a user", 1,
     .usual = "the instance's slm_p_correct", GG_READS, GG_TEXT(request, p_slm_path)},
    {"p-llm", 0, "FILE", "The same of an offloaded query's answer", 1, GG_READS,
     GG_TEXT(request, p_llm_path)},
    {"hindsight", 0, NULL,
     "Accuracy by the recorded flags, which nobody knows when deciding: a bound", 1,
     GG_FLAG(request, hindsight)},
    {"points", 0, "K", "Ask for K accuracies at equal distances; of energy for at most K prices", 1,
     .usual = "20; in hindsight every one there is, of energy as many as tell points apart",
     GG_INTEGER(request, options.n_levels, 2, 100000)},
    {"target-accuracy", 0, "A",
     "Say which tau of goa reaches it fastest, and how fast it can be reached", 2,
     GG_NUMBER(request, options.target, 0.0, 1.0)},
    {"target-delay", 0, "S",
     "Say which tau of goa is most accurate within S seconds a query, and what can be", 2,
     GG_NUMBER(request, target_delay_s, 0.0, 1e9)},
    GG_ROW_GAP(request, options.gap, 3),
    {"time-limit", 0, "S", "Seconds for each front", 3, .usual = "none",
     GG_NUMBER(request, options.time_limit_s, 0.0, 1e9)},
    {"node-limit", 0, "K", "Branch-and-bound nodes for each point", 3, .usual = "none",
     GG_INTEGER(request, options.node_limit, 0, INT64_MAX)},
    {"threads", 0, "T",
     "Threads of a search, or networks of a plan at a time: nothing but the time changes; 0: one "
     "for each core",
     3, .usual = "1", GG_INTEGER(request, options.threads, 0, GG_THREADS_MAX)},
    {"seed", 0, "N", "Seed of what draws random numbers", 3, .usual = "1",
     GG_INTEGER(request, options.seed, 0, INT64_MAX)},
    GG_ROW_PLAN_DATASET(request, dataset, 3),
    GG_ROW_FORMAT(request, as_json, 4),
    {"output", 'o', "FRONT.csv",
     "Also write the front as CSV; as front.csv in a folder of results the report draws it", 4,
     GG_WRITES, GG_TEXT(request, csv_path)},
    {"svg", 0, "FILE", "Also draw front and curves", 4, GG_WRITES, GG_TEXT(request, svg_path)}};

static bool is_plan(const char *path) {
    size_t length = strlen(path);
    return (length > 5 && strcmp(path + length - 5, ".yaml") == 0) ||
           (length > 4 && strcmp(path + length - 4, ".yml") == 0);
}

/* What is said of accuracies alone. */
static gg_status finish_energy(const request *asked, gg_error *err) {
    if (asked->p_slm_path != NULL || asked->p_llm_path != NULL || asked->hindsight)
        return gg_fail(err, GG_E_USAGE,
                       "p-slm, p-llm and hindsight: are about accuracy, not energy");
    if (!isnan(asked->options.target) || !isnan(asked->target_delay_s))
        return gg_fail(err, GG_E_USAGE,
                       "target-accuracy and target-delay: are about accuracy, not energy");
    if (asked->options.objective != GG_UNIFORM)
        return gg_fail(err, GG_E_USAGE,
                       "objective: against energy stands the uniform delay, not %s",
                       gg_objective_name(asked->options.objective));
    return GG_OK;
}

static gg_status finish(void *input, gg_error *err) {
    const request *asked = input;
    if (asked->against_energy)
        GG_TRY(finish_energy(asked, err));
    if ((asked->p_slm_path == NULL) != (asked->p_llm_path == NULL))
        return gg_fail(err, GG_E_USAGE, "p-slm and p-llm: one needs the other");
    if (asked->p_slm_path != NULL && asked->hindsight)
        return gg_fail(err, GG_E_USAGE, "hindsight: goes without p-slm and p-llm");
    if (!is_plan(asked->path)) {
        if (asked->dataset != NULL)
            return gg_fail(err, GG_E_USAGE, "dataset: needs a plan (PLAN.yaml)");
        return GG_OK;
    }
    if (asked->p_slm_path != NULL)
        return gg_fail(err, GG_E_USAGE,
                       "p-slm and p-llm: belong to one instance's users, not to a plan");
    if (asked->svg_path != NULL || asked->as_json)
        return gg_fail(err, GG_E_USAGE, "a plan's front is written as CSV only");
    if (!isnan(asked->options.target) || !isnan(asked->target_delay_s))
        return gg_fail(err, GG_E_USAGE,
                       "target-accuracy and target-delay: need one instance, not a plan");
    return GG_OK;
}

/* A probability a user. */
static gg_status read_chances(const char *path, const char *column, size_t n_users, double **out,
                              gg_error *err) {
    const char *const columns[] = {column, "p", NULL};
    size_t count = 0;
    GG_TRY(gg_number_file_read(path, columns, out, &count, err));
    if (count != n_users)
        return gg_fail(err, GG_E_INPUT, "%s: %zu numbers for %zu users", path, count, n_users);
    for (size_t i = 0; i < n_users; i++)
        if (!((*out)[i] >= 0.0 && (*out)[i] <= 1.0))
            return gg_fail(err, GG_E_INPUT, "%s: number %zu: %g is outside [0, 1]", path, i,
                           (*out)[i]);
    return GG_OK;
}

/* An output file that is asked for, or none. */
typedef struct output {
    gg_outfile *file;
    FILE *stream;
} output;

static gg_status open_output(const char *path, output *out, gg_error *err) {
    return path != NULL ? gg_outfile_open(path, &out->file, &out->stream, err) : GG_OK;
}

static gg_status commit(output *out, gg_error *err) {
    gg_outfile *file = out->file;
    out->file = NULL;
    return file != NULL ? gg_outfile_commit(file, err) : GG_OK;
}

static gg_status write_all(const request *asked, const gg_pareto_view *view, output *csv,
                           output *svg, gg_error *err) {
    if (csv->file != NULL)
        gg_pareto_write_csv(view, csv->stream);
    if (svg->file != NULL)
        gg_pareto_draw(view, svg->stream);
    GG_TRY(commit(csv, err));
    GG_TRY(commit(svg, err));
    return asked->as_json ? gg_pareto_write_json(view, stdout, err)
                          : gg_pareto_print(view, stdout, err);
}

static bool all_proven(const gg_tradeoff *front) {
    for (size_t k = 0; k < front->count; k++)
        if (!front->points[k].proven)
            return false;
    return true;
}

/* What an instance's study owns. */
typedef struct holdings {
    gg_instance *instance;
    double *p_slm, *p_llm;
    gg_pareto_study study;
} holdings;

static gg_status compute(request *asked, holdings *own, gg_error *err) {
    GG_TRY(gg_load_instance(asked->command, asked->path, &own->instance, err));
    size_t n_users = own->instance->n_users;
    if (asked->p_slm_path != NULL)
        GG_TRY(read_chances(asked->p_slm_path, "p_slm", n_users, &own->p_slm, err));
    if (asked->p_llm_path != NULL)
        GG_TRY(read_chances(asked->p_llm_path, "p_llm", n_users, &own->p_llm, err));
    const gg_instance *in = own->instance;
    asked->options.p_slm = own->p_slm != NULL || asked->hindsight ? own->p_slm : in->slm_p_correct;
    asked->options.p_llm = own->p_llm != NULL || asked->hindsight ? own->p_llm : in->llm_p_correct;
    if (!asked->hindsight && (asked->options.p_slm == NULL || asked->options.p_llm == NULL))
        return gg_fail(err, GG_E_INPUT,
                       "%s: has no slm_p_correct and llm_p_correct, so that no accuracy can be "
                       "expected; --hindsight bounds it by the recorded flags",
                       asked->path);
    if (!asked->hindsight && asked->options.n_levels == 0)
        asked->options.n_levels = 20;
    return gg_pareto_study_compute(own->instance, &asked->options, &own->study, err);
}

static gg_status study_instance(request *asked, output *csv, output *svg, bool *proven,
                                gg_error *err) {
    holdings own = {0};
    gg_status status = compute(asked, &own, err);
    if (status == GG_OK) {
        const gg_pareto_view view = {
            own.instance,          &own.study,           asked->options.objective, asked->hindsight,
            asked->options.target, asked->target_delay_s};
        *proven = all_proven(&own.study.front);
        status = write_all(asked, &view, csv, svg, err);
    }
    gg_pareto_study_clear(&own.study);
    gg_instance_free(own.instance);
    gg_free(own.p_slm);
    gg_free(own.p_llm);
    return status;
}

static gg_status write_energy(const request *asked, const gg_energy_study *study, output *csv,
                              output *svg, gg_error *err) {
    if (csv->file != NULL)
        GG_TRY(gg_energy_write_csv(study, csv->stream, err));
    if (svg->file != NULL)
        GG_TRY(gg_energy_draw(study, svg->stream, err));
    GG_TRY(commit(csv, err));
    GG_TRY(commit(svg, err));
    return asked->as_json ? gg_energy_write_json(study, stdout, err)
                          : gg_energy_print(study, stdout, err);
}

static gg_status study_energy(const request *asked, output *csv, output *svg, bool *proven,
                              gg_error *err) {
    const gg_energy_options chosen = gg_energy_options_as(&asked->options);
    gg_instance *in = NULL;
    gg_energy_study study;
    GG_TRY(gg_load_instance(asked->command, asked->path, &in, err));
    gg_status status = gg_energy_study_compute(in, &chosen, &study, err);
    if (status == GG_OK) {
        *proven = study.front.proven;
        status = write_energy(asked, &study, csv, svg, err);
        gg_energy_study_clear(&study);
    }
    gg_instance_free(in);
    return status;
}

static gg_status study(request *asked, output *csv, output *svg, bool *proven, gg_error *err) {
    bool plan = is_plan(asked->path);
    GG_TRY(open_output(plan && asked->csv_path == NULL ? "-" : asked->csv_path, csv, err));
    GG_TRY(open_output(asked->svg_path, svg, err));
    gg_stop_on_signals();
    if (!plan)
        return asked->against_energy ? study_energy(asked, csv, svg, proven, err)
                                     : study_instance(asked, csv, svg, proven, err);
    gg_front_kind kind = asked->against_energy ? GG_FRONT_ENERGY
                         : asked->hindsight    ? GG_FRONT_HINDSIGHT
                                               : GG_FRONT_EXPECTED;
    GG_TRY(gg_pareto_plan(asked->path, asked->dataset, &asked->options, kind, csv->stream, proven,
                          err));
    return commit(csv, err);
}

static gg_status run(int argc, char **argv, int *code, gg_error *err) {
    request asked = {
        .command = argv[0], .target_delay_s = NAN, .options = gg_tradeoff_options_init()};
    output csv = {0}, svg = {0};
    bool proven = true;
    gg_command_parse(&gg_command_pareto, argc, argv, &asked);
    gg_status status = study(&asked, &csv, &svg, &proven, err);
    gg_outfile_abort(csv.file);
    gg_outfile_abort(svg.file);
    *code = proven ? GG_EXIT_OK : GG_EXIT_LIMIT;
    return status;
}

const gg_command gg_command_pareto = {
    .name = "pareto",
    .group = "Problems",
    .summary = "the exact accuracy-delay front, and goa beside it",
    .help =
        "Computes the exact front between accuracy and delay of an instance: for each accuracy the "
        "smallest delay of any decision, whatever its tau; beside it what goa, dmin and random "
        "reach over tau. Accuracy is what can be expected when deciding. Of a plan it writes the "
        "front of its networks together: the least mean "
        "delay for each mean accuracy (or energy, at the plan's tau). Against energy it finds the "
        "supported points of the front "
        "(those of the least delay and energy at some price), each proven, and from all the prices "
        "a line that no decision which keeps the instance's tau is below.\v"
        "Exit code: 3 if a limit left a point unproven, else 0.",
    .arguments = {"I.json | PLAN.yaml", "which instance or plan? (I.json | PLAN.yaml)", 1,
                  offsetof(request, path)},
    GG_OPTIONS(options),
    .finish = finish,
    .run = run};
