/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What misestimated inputs cost, as a table and as JSON.
 */
#include <math.h>

#include "experiments/output/json_file.h"
#include "experiments/output/text_table.h"
#include "experiments/studies/solving/perturbation.h"
#include "models/base/shown.h"

enum { SOLVER, OBJECTIVE, MEAN, MEDIAN, WORST, VIOLATIONS, UNKNOWN, N_COLUMNS };

static void set_percent(gg_table *table, size_t row, size_t column, double ratio) {
    if (!isnan(ratio))
        gg_table_set(table, row, column, "%.3f", 100.0 * ratio);
}

gg_status gg_perturbation_print(const gg_perturbation_study *study, FILE *stream, gg_error *err) {
    static const gg_table_column columns[N_COLUMNS] = {
        {"solver", "", true},        {"told the truth", "s", false}, {"mean", "%", false},
        {"median", "%", false},      {"worst", "%", false},          {"tau broken", "users", false},
        {"unknown", "trials", false}};
    gg_table table;
    GG_TRY(gg_table_init(&table, columns, N_COLUMNS, study->n_solvers, err));
    const gg_instance *in = study->instance;
    for (size_t s = 0; s < study->n_solvers; s++) {
        const gg_robustness *of = &study->solvers[s];
        char name[13];
        gg_table_set(&table, s, SOLVER, "%s", gg_shown_cut(of->solver, name, sizeof name));
        if (isnan(of->objective_s))
            gg_table_set(&table, s, OBJECTIVE, "infeasible");
        else
            gg_table_set(&table, s, OBJECTIVE, "%.6g", of->objective_s);
        set_percent(&table, s, MEAN, of->mean);
        set_percent(&table, s, MEDIAN, of->median);
        set_percent(&table, s, WORST, of->worst);
        gg_table_set(&table, s, VIOLATIONS, "%.2f", of->mean_violations);
        if (of->unknown > 0)
            gg_table_set(&table, s, UNKNOWN, "%zu", of->unknown);
    }
    char instance[61];
    fprintf(stream,
            "%s\nusers %zu, servers %zu, tau %.6g, %s objective\n"
            "%zu trials: gains off by %g dB, alpha by %g, local delays by %g %%\n\n",
            gg_shown_cut(in->name, instance, sizeof instance), in->n_users, in->n_servers, in->tau,
            gg_objective_name(study->objective), study->n_trials, study->by.gain_db,
            study->by.alpha, 100.0 * study->by.delay);
    gg_table_print(&table, stream);
    fputs("\nmean, median, worst: how much larger the true objective of what was decided on\n"
          "misestimated inputs is. tau broken: users above the true tau kept local, a trial\n",
          stream);
    return GG_OK;
}

static json_t *robustness_json(const gg_robustness *of, size_t n_trials) {
    json_t *trials = json_array();
    for (size_t t = 0; trials != NULL && t < n_trials; t++)
        json_array_append_new(trials, gg_json_of_number(of->degradation[t]));
    return json_pack("{s:s, s:o, s:o, s:o, s:o, s:o, s:o}", "solver", of->solver, "objective_s",
                     gg_json_of_number(of->objective_s), "mean_degradation",
                     gg_json_of_number(of->mean), "median_degradation",
                     gg_json_of_number(of->median), "worst_degradation",
                     gg_json_of_number(of->worst), "mean_tau_violations",
                     gg_json_of_number(of->mean_violations), "degradation", trials);
}

json_t *gg_perturbation_json(const gg_perturbation_study *study) {
    const gg_instance *in = study->instance;
    json_t *results = json_array();
    for (size_t s = 0; results != NULL && s < study->n_solvers; s++)
        if (json_array_append_new(results, robustness_json(&study->solvers[s], study->n_trials)) !=
            0) {
            json_decref(results);
            results = NULL;
        }
    return json_pack(
        "{s:s, s:I, s:I, s:s, s:o, s:{s:o, s:o, s:o}, s:I, s:I, s:o}", "instance", in->name,
        "n_users", (json_int_t)in->n_users, "n_servers", (json_int_t)in->n_servers, "objective",
        gg_objective_name(study->objective), "tau", gg_json_of_number(in->tau), "perturb",
        "gain_db", gg_json_of_number(study->by.gain_db), "alpha",
        gg_json_of_number(study->by.alpha), "delay", gg_json_of_number(study->by.delay), "seed",
        (json_int_t)study->seed, "trials", (json_int_t)study->n_trials, "results", results);
}
