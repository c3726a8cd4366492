/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiments/studies/solving/perturbation.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "models/base/alloc.h"
#include "models/base/compare.h"
#include "models/base/parse.h"
#include "models/base/rng.h"
#include "models/base/timer.h"

/* Draws of a user: its servers' gains first, then these. */
enum { DRAW_ALPHA = GG_MAX_SERVERS + 1, DRAW_DELAY };

static const double MOST_DB = 100.0;

static gg_status parse_part(char *part, gg_perturbation *out, bool *given, gg_error *err) {
    const struct {
        const char *name, *unit;
        double scale, most;
        double *to;
    } kinds[] = {{"gain", "dB", 1.0, MOST_DB, &out->gain_db},
                 {"alpha", "", 1.0, 1.0, &out->alpha},
                 {"delay", "%", 0.01, 1000.0, &out->delay}};
    char *equals = strchr(part, '=');
    if (equals == NULL)
        return gg_fail(err, GG_E_USAGE, "perturb: '%.60s' is not KIND=SIZE", part);
    *equals = '\0';
    for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++) {
        char *text = equals + 1;
        size_t length = strlen(text), unit = strlen(kinds[k].unit);
        double value = 0.0;
        char hint[GG_COMMA_HINT];
        if (strcmp(part, kinds[k].name) != 0)
            continue;
        if (given[k])
            return gg_fail(err, GG_E_USAGE, "perturb: %s is given twice", part);
        given[k] = true;
        if (length < unit || strcmp(text + length - unit, kinds[k].unit) != 0)
            return gg_fail(err, GG_E_USAGE, "perturb: %s: '%.60s' lacks its unit %s", part, text,
                           kinds[k].unit);
        text[length - unit] = '\0';
        if (!gg_parse_double(text, &value))
            return gg_fail(err, GG_E_USAGE, "perturb: %s: '%.60s' is not a number%s", part, text,
                           gg_comma_hint(text, hint));
        if (value < 0.0 || value > kinds[k].most)
            return gg_fail(err, GG_E_USAGE, "perturb: %s: %s is outside [0, %g]", part, text,
                           kinds[k].most);
        *kinds[k].to = value * kinds[k].scale;
        return GG_OK;
    }
    return gg_fail(err, GG_E_USAGE, "perturb: '%.60s' is none of gain, alpha, delay", part);
}

gg_status gg_perturbation_parse(const char *text, gg_perturbation *out, gg_error *err) {
    bool given[3] = {false};
    *out = (gg_perturbation){0};
    char *copy = gg_strdup(text), *rest = copy, *part;
    if (copy == NULL)
        return gg_fail(err, GG_E_NOMEM, "perturb: out of memory");
    gg_status status = GG_OK;
    while (status == GG_OK && (part = strsep(&rest, ",")) != NULL)
        status = parse_part(part, out, given, err);
    gg_free(copy);
    return status;
}

static double error_of(uint64_t seed, uint32_t trial, size_t user, size_t draw) {
    double normal[2];
    gg_rng_normal2((gg_rng_address){.seed = seed,
                                    .run = trial,
                                    .stream = GG_STREAM_PERTURBATION,
                                    .entity = (uint32_t)user,
                                    .draw = (uint32_t)draw},
                   normal);
    return normal[0];
}

gg_status gg_perturb(const gg_instance *in, const gg_perturbation *by, uint64_t seed,
                     uint32_t trial, gg_instance **out, gg_error *err) {
    GG_TRY(gg_instance_copy(in, out, err));
    for (size_t i = 0; i < in->n_users; i++) {
        double alpha = in->alpha[i] + by->alpha * error_of(seed, trial, i, DRAW_ALPHA);
        double *gain = (*out)->gain + i * in->n_servers;
        (*out)->alpha[i] = fmin(fmax(alpha, 0.0), 1.0);
        (*out)->local_delay_s[i] *= exp(by->delay * error_of(seed, trial, i, DRAW_DELAY));
        for (size_t j = 0; j < in->n_servers; j++)
            gain[j] *= pow(10.0, 0.1 * by->gain_db * error_of(seed, trial, i, j));
    }
    return GG_OK;
}

/* What a strategy decides on `seen`, scored on the truth; NAN when it finds nothing. */
static gg_status decide(const gg_perturbation_study *study, const gg_instance *seen,
                        const gg_solver *solver, const gg_solve_options *options, gg_robustness *of,
                        double *objective_s, size_t *violations, gg_error *err) {
    gg_result result = {0};
    gg_metrics truth;
    *objective_s = NAN;
    *violations = 0;
    gg_status status = gg_solve(solver, seen, options, &result, err);
    if (status == GG_OK && result.assignment != NULL) {
        status = gg_evaluate(study->instance, options->objective, result.assignment, &truth, err);
        *objective_s = truth.objective_s;
        *violations = truth.tau_violations;
    }
    of->bounded = of->bounded || result.status == GG_BOUNDED;
    gg_result_clear(&result);
    return status;
}

static gg_status run_trial(gg_perturbation_study *study, const gg_solver *const *solvers,
                           const gg_solve_options *options, gg_error *err) {
    gg_instance *seen = NULL;
    gg_status status = GG_OK;
    GG_TRY(gg_perturb(study->instance, &study->by, study->seed, (uint32_t)study->n_trials, &seen,
                      err));
    for (size_t s = 0; status == GG_OK && s < study->n_solvers; s++) {
        gg_robustness *of = &study->solvers[s];
        double f, best = of->objective_s;
        size_t violations;
        status = decide(study, seen, solvers[s], options, of, &f, &violations, err);
        bool known = isfinite(f) && isfinite(best) && (best > 0.0 || f == best);
        of->degradation[study->n_trials] = !known ? NAN : f == best ? 0.0 : f / best - 1.0;
        of->mean_violations += (double)violations;
    }
    gg_instance_free(seen);
    study->n_trials += status == GG_OK;
    return status;
}

static gg_status summarise(gg_robustness *of, size_t n_trials, gg_error *err) {
    double *known = gg_alloc(n_trials, sizeof *known);
    if (known == NULL)
        return gg_fail(err, GG_E_NOMEM, "out of memory for %zu trials", n_trials);
    size_t n = 0;
    double sum = 0.0;
    for (size_t t = 0; t < n_trials; t++)
        if (!isnan(of->degradation[t])) {
            known[n++] = of->degradation[t];
            sum += of->degradation[t];
        }
    qsort(known, n, sizeof *known, gg_compare_doubles);
    of->unknown = n_trials - n;
    of->mean = of->median = of->worst = NAN;
    if (n > 0) {
        of->mean = sum / (double)n;
        of->median = 0.5 * (known[(n - 1) / 2] + known[n / 2]);
        of->worst = known[n - 1];
    }
    if (n_trials > 0)
        of->mean_violations /= (double)n_trials;
    gg_free(known);
    return GG_OK;
}

gg_status gg_perturbation_compute(const gg_instance *in, const gg_perturbation *by, size_t n_trials,
                                  const gg_solver *const *solvers, size_t n_solvers,
                                  const gg_solve_options *options, gg_perturbation_study *out,
                                  gg_error *err) {
    *out = (gg_perturbation_study){.instance = in,
                                   .objective = options->objective,
                                   .by = *by,
                                   .seed = options->seed,
                                   .n_solvers = n_solvers,
                                   .solvers = gg_alloc(n_solvers, sizeof *out->solvers)};
    gg_status status = GG_OK;
    if (out->solvers == NULL) {
        out->n_solvers = 0;
        return gg_fail(err, GG_E_NOMEM, "out of memory for %zu strategies", n_solvers);
    }
    for (size_t s = 0; status == GG_OK && s < n_solvers; s++) {
        gg_robustness *of = &out->solvers[s];
        size_t violations;
        of->solver = solvers[s]->name;
        of->degradation = gg_alloc(n_trials, sizeof *of->degradation);
        status = of->degradation != NULL
                     ? decide(out, in, solvers[s], options, of, &of->objective_s, &violations, err)
                     : gg_fail(err, GG_E_NOMEM, "out of memory for %zu trials", n_trials);
    }
    while (status == GG_OK && out->n_trials < n_trials && !gg_stop_requested())
        status = run_trial(out, solvers, options, err);
    for (size_t s = 0; status == GG_OK && s < n_solvers; s++)
        status = summarise(&out->solvers[s], out->n_trials, err);
    if (status != GG_OK)
        gg_perturbation_clear(out);
    return status;
}

void gg_perturbation_clear(gg_perturbation_study *study) {
    for (size_t s = 0; s < study->n_solvers; s++)
        gg_free(study->solvers[s].degradation);
    gg_free(study->solvers);
    *study = (gg_perturbation_study){0};
}
