/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiments/studies/solving/solve_runs.h"

#include <math.h>
#include <string.h>

#include "experiments/output/progress.h"
#include "experiments/output/say.h"
#include "experiments/solution/solution.h"
#include "models/base/alloc.h"

/* Lines of --verbose come at most so often. */
static const double SPOKEN_EVERY_S = 0.1;

/* Who is solving, for progress lines. */
typedef struct speaker {
    const char *command;
    const char *solver;
    bool verbose;
    double spoken_s; /* of the progress, when a line was last written; -INFINITY: none was */
    gg_progress_line line;
} speaker;

static gg_verdict show_progress(void *context, const gg_progress *progress) {
    speaker *who = context;
    double f = progress->incumbent_s, lb = fmax(0.0, progress->lower_bound_s);
    char words[160], incumbent[80] = "", gap[40] = "";
    if (who->verbose ? progress->elapsed_s < who->spoken_s + SPOKEN_EVERY_S || isinf(f)
                     : !who->line.is_terminal)
        return GG_CONTINUE;
    if (isfinite(f))
        snprintf(incumbent, sizeof incumbent, "incumbent %.9g s, bound %.9g s", f, lb);
    if (isfinite(f) && f > 0.0)
        snprintf(gap, sizeof gap, ", proof gap %.4g %%", 100.0 * fmax(0.0, f - lb) / f);
    snprintf(words, sizeof words, "%s: %.2f s: %s%s, %lld nodes", who->solver, progress->elapsed_s,
             isfinite(f) ? incumbent : "no decision yet", gap, (long long)progress->nodes);
    if (who->verbose)
        gg_say(who->command, "%s", words);
    else
        gg_progress_words(&who->line, words);
    who->spoken_s = progress->elapsed_s;
    return GG_CONTINUE;
}

static gg_solve_options options_of(const gg_solve_request *asked) {
    gg_solve_options chosen = asked->options;
    chosen.goa_weights = asked->goa_follows_objective ? chosen.objective : GG_WEIGHTED;
    chosen.random_users = asked->random_users;
    chosen.certify = asked->output_path != NULL;
    return chosen;
}

/* Solves under the eyes of whoever asked, and leaves the result in an entry called `name`. */
static gg_status run_watched(const gg_solve_request *asked, const gg_solver *solver,
                             const char *name, const gg_instance *instance,
                             gg_solve_options *chosen, gg_solution_entry *entry, bool *signalled,
                             gg_error *err) {
    speaker who = {asked->command, name, asked->verbose, -INFINITY, {0}};
    gg_progress_line_init(&who.line, asked->command);
    if (asked->verbose || who.line.is_terminal) {
        chosen->progress = show_progress;
        chosen->progress_context = &who;
    }
    gg_result result = {0};
    gg_status status = gg_solve(solver, instance, chosen, &result, err);
    gg_progress_line_clear(&who.line);
    GG_TRY(status);
    result.solver = name;
    *signalled = *signalled || result.stop_reason == GG_STOP_SIGNAL;
    if (asked->verbose)
        gg_say(asked->command, "%s: %s after %.3f s (%s)", name,
               gg_result_status_name(result.status), result.runtime_s,
               gg_stop_reason_name(result.stop_reason));
    return gg_solution_take(entry, instance->n_users, &result, err);
}

static gg_status run_solver(const gg_solve_request *asked, const gg_solver *solver,
                            const gg_instance *instance, const gg_solution_entry *known,
                            gg_solution_entry *entry, bool *signalled, gg_error *err) {
    gg_solve_options chosen = options_of(asked);
    chosen.known = known != NULL ? known->assignment : NULL;
    chosen.known_multipliers = known != NULL ? known->multipliers : NULL;
    return run_watched(asked, solver, solver->name, instance, &chosen, entry, signalled, err);
}

/* What the reference decides: as an entry has it, else run for this alone. The caller clears
 * *result. */
static gg_status decide_reference(const gg_solve_request *asked, const gg_instance *instance,
                                  const gg_solution *solution, gg_result *result, gg_error *err) {
    const gg_solve_options chosen = options_of(asked);
    for (size_t e = 0; e < solution->n_entries; e++) {
        const gg_solution_entry *entry = &solution->entries[e];
        if (entry->assignment == NULL || strcmp(entry->solver, asked->accuracy_of) != 0)
            continue;
        result->assignment = gg_alloc(instance->n_users, sizeof *result->assignment);
        GG_NEED(result->assignment, err, "out of memory for %zu users", instance->n_users);
        memcpy(result->assignment, entry->assignment,
               instance->n_users * sizeof *result->assignment);
        result->metrics = entry->metrics;
        return GG_OK;
    }
    const gg_solver *solver = gg_solver_find(asked->accuracy_of, err);
    return solver != NULL ? gg_solve(solver, instance, &chosen, result, err) : GG_E_USAGE;
}

/* The optimum among decisions that expect as many right answers as the reference's. */
static gg_status run_fair(const gg_solve_request *asked, const gg_instance *instance,
                          const gg_result *reference, gg_solution_entry *entry, bool *signalled,
                          gg_error *err) {
    gg_solve_options chosen = options_of(asked);
    double required = reference->metrics.expected_accuracy;
    if (reference->assignment != NULL && isnan(required))
        return gg_fail(err, GG_E_INPUT,
                       "accuracy-of: %s has no slm_p_correct and llm_p_correct: no accuracy can be "
                       "expected",
                       instance->name);
    chosen.known = reference->assignment;
    chosen.least_accuracy = reference->assignment != NULL ? required : 0.0;
    GG_TRY(run_watched(asked, gg_solver_find("exact", err), GG_FAIR_NAME, instance, &chosen, entry,
                       signalled, err));
    entry->required_accuracy = chosen.least_accuracy;
    entry->accuracy_of = gg_strdup(asked->accuracy_of);
    GG_NEED(entry->accuracy_of, err, "out of memory for a result");
    return GG_OK;
}

static gg_status add_fair(const gg_solve_request *asked, const gg_instance *instance,
                          const gg_solution *solution, gg_solution_entry *entry, bool *signalled,
                          gg_error *err) {
    gg_result reference = {0};
    gg_status status = decide_reference(asked, instance, solution, &reference, err);
    if (status == GG_OK)
        status = run_fair(asked, instance, &reference, entry, signalled, err);
    gg_result_clear(&reference);
    return status;
}

/* Somebody's own decision is not excused from the threshold: breaking it is infeasible. */
static gg_status score_own(const gg_solve_request *asked, const gg_instance *instance,
                           gg_solution_entry *entry, gg_error *err) {
    gg_result own = {.solver = asked->assignment_name};
    gg_status status = gg_assignment_read(asked->assignment_path, instance, &own.assignment, err);
    if (status == GG_OK)
        status = gg_evaluate(instance, asked->options.objective, own.assignment, &own.metrics, err);
    if (status == GG_OK) {
        own.status = own.metrics.tau_violations > 0 ? GG_INFEASIBLE : GG_FEASIBLE;
        status = gg_solution_take(entry, instance->n_users, &own, err);
    }
    gg_result_clear(&own);
    return status;
}

/* What a strategy found at the tau before, for those that prove: the others' decisions are what
 * they would be alone. */
static const gg_solution_entry *known_to(const gg_solver *solver, const gg_solution *before,
                                         size_t s) {
    return solver->proves && before != NULL ? &before->entries[s] : NULL;
}

/* `before` is the solution at the tau before; NULL: none. */
static gg_status solve_at(const gg_solve_request *asked, const gg_instance *instance,
                          const gg_solution *before, gg_solution *solution, bool *signalled,
                          gg_error *err) {
    size_t own = asked->n_solvers, fair = own + (asked->assignment_path != NULL);
    size_t n_entries = fair + (asked->accuracy_of != NULL);
    gg_status status =
        gg_solution_init(solution, instance, asked->options.objective, n_entries, err);
    solution->gap_tolerance = asked->options.gap;
    for (size_t s = 0; status == GG_OK && s < asked->n_solvers; s++)
        status =
            run_solver(asked, asked->solvers[s], instance, known_to(asked->solvers[s], before, s),
                       &solution->entries[s], signalled, err);
    if (status == GG_OK && asked->assignment_path != NULL)
        status = score_own(asked, instance, &solution->entries[own], err);
    if (status == GG_OK && asked->accuracy_of != NULL)
        status = add_fair(asked, instance, solution, &solution->entries[fair], signalled, err);
    return status;
}

gg_status gg_solve_runs(const gg_solve_request *asked, gg_instance *instance,
                        gg_solution_list *list, bool *signalled, gg_error *err) {
    size_t n_taus = asked->taus.count > 0 ? asked->taus.count : 1;
    *list = (gg_solution_list){.runs = gg_alloc(n_taus, sizeof *list->runs),
                               .is_list = asked->taus.is_list};
    if (list->runs == NULL)
        return gg_fail(err, GG_E_NOMEM, "out of memory for %zu solutions", n_taus);
    for (size_t t = 0; t < n_taus; t++) {
        if (asked->taus.count > 0)
            instance->tau = asked->taus.values[t];
        list->count++;
        GG_TRY(solve_at(asked, instance, t > 0 ? &list->runs[t - 1] : NULL, &list->runs[t],
                        signalled, err));
    }
    return GG_OK;
}
