/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiments/studies/solving/solve_perturbed.h"

#include <math.h>

#include "experiments/output/json_layout.h"
#include "experiments/solution/load_instance.h"
#include "experiments/output/say.h"
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

int gg_solve_perturbed(const gg_perturbed_request *asked) {
    gg_error err = {0};
    gg_instance *instance = NULL;
    gg_perturbation_study study = {0};
    gg_status status = gg_load_instance(asked->command, asked->instance_path, &instance, &err);
    gg_stop_on_signals();
    if (status == GG_OK && !isnan(asked->tau))
        instance->tau = asked->tau;
    if (status == GG_OK)
        status = gg_perturbation_compute(instance, &asked->by, asked->trials, asked->solvers,
                                         asked->n_solvers, &asked->options, &study, &err);
    if (status == GG_OK)
        status = write_study(&study, asked->as_json, &err);
    int code = status == GG_OK ? exit_code(&study) : gg_say_failure(asked->command, &err);
    gg_perturbation_clear(&study);
    gg_instance_free(instance);
    return code;
}
