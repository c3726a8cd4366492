/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * `goagap solve --perturb`: from the instance's file to the printed study.
 */
#include <math.h>

#include "experiments/output/json_layout.h"
#include "experiments/output/say.h"
#include "experiments/solution/load_instance.h"
#include "experiments/studies/solving/solve_runs.h"
#include "models/base/timer.h"

static gg_status write_study(const gg_perturbation_study *study, bool as_json, gg_error *err) {
    if (!as_json)
        return gg_perturbation_print(study, stdout, err);
    json_t *json = gg_perturbation_json(study);
    gg_status status = json != NULL ? gg_json_write(json, stdout, err)
                                    : gg_fail(err, GG_E_NOMEM, "out of memory for the study");
    json_decref(json);
    return status;
}

static int exit_code(const gg_perturbation_study *study) {
    int code = gg_stop_requested() ? GG_EXIT_LIMIT : GG_EXIT_OK;
    for (size_t s = 0; s < study->n_solvers; s++) {
        if (isnan(study->solvers[s].objective_s))
            return GG_EXIT_NO;
        if (study->solvers[s].bounded)
            code = GG_EXIT_LIMIT;
    }
    return code;
}

static gg_status compute(const gg_solve_request *asked, gg_instance **instance,
                         gg_perturbation_study *study, gg_error *err) {
    enum { TRIALS = 20 };
    gg_solve_options options = asked->options;
    if (asked->goa_follows_objective)
        options.goa_weights = options.objective;
    options.random_users = asked->random_users;
    GG_TRY(gg_load_instance(asked->command, asked->instance_path, instance, err));
    gg_stop_on_signals();
    if (asked->taus.count > 0)
        (*instance)->tau = asked->taus.values[0];
    GG_TRY(gg_perturbation_compute(*instance, &asked->perturbation,
                                   asked->trials > 0 ? asked->trials : TRIALS, asked->solvers,
                                   asked->n_solvers, &options, study, err));
    return write_study(study, asked->as_json, err);
}

gg_status gg_solve_perturbed(const gg_solve_request *asked, int *code, gg_error *err) {
    gg_instance *instance = NULL;
    gg_perturbation_study study = {0};
    gg_status status = compute(asked, &instance, &study, err);
    *code = exit_code(&study);
    gg_perturbation_clear(&study);
    gg_instance_free(instance);
    return status;
}
