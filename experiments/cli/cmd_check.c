/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * `goagap check`: verifies a solution file against its instance.
 */
#include <math.h>
#include <stdint.h>
#include <string.h>

#include "experiments/cli/commands.h"
#include "experiments/output/say.h"
#include "experiments/solution/load_instance.h"
#include "experiments/solution/solution.h"
#include "models/base/alloc.h"
#include "models/base/shown.h"

typedef struct request {
    const char *command;
    const char *paths[2]; /* instance, solution */
} request;

/* One solution being verified: where findings point, and which entries had any. */
typedef struct verdicts {
    const request *asked;
    const gg_instance *instance;
    const gg_solution *solution;
    char prefix[40];     /* "runs[2]." in a list */
    bool wrong_instance; /* nothing else was looked at */
    size_t *findings;    /* per entry */
} verdicts;

static void take_finding(void *context, size_t entry, const char *field, const char *reason) {
    verdicts *now = context;
    const char *path = now->asked->paths[1];
    if (entry == SIZE_MAX) {
        gg_say(now->asked->command, "%s: %s%s: %s", path, now->prefix, field, reason);
        now->wrong_instance = true;
        return;
    }
    now->findings[entry]++;
    gg_say(now->asked->command, "%s: %sresults[%zu] (%s): %s: %s", path, now->prefix, entry,
           now->solution->entries[entry].solver, field, reason);
}

/* The threshold that a verdict holds for, and the instance's own where it is another. */
static void print_tau(const verdicts *now) {
    double tau = now->solution->tau, own = now->instance->tau;
    int digits = fabs(tau - own) > 1e-6 ? 9 : 17;
    if (tau == own)
        printf(" at tau %.9g", tau);
    else
        printf(" at tau %.*g (the instance has %.*g)", digits, tau, digits, own);
}

/* The tolerance, or what is left where that is more: the bound is claimed a little less than it is,
 * and a difference of 1e-12 is none. Printed a little above, so that it is true to its last digit.
 */
static void print_optimal(const verdicts *now, const gg_solution_entry *entry, double f) {
    double left = f - entry->lower_bound_s, tolerance = now->solution->gap_tolerance;
    if (!(left > tolerance * f))
        printf("optimal within %.9g", tolerance);
    else if (left <= 1e-12)
        printf("optimal within 1e-12 %s", gg_objective_unit(now->solution->objective));
    else
        printf("optimal within %.9g", left / f * (1.0 + 1e-8));
}

/* What follows from the decision and from a proof that was replayed: a bound without one makes
 * nothing optimal, nor even bounded. */
static void print_status(const verdicts *now, const gg_solution_entry *entry, double f) {
    if (entry->status == GG_INFEASIBLE)
        printf("infeasible");
    else if (entry->certificate == NULL || entry->status == GG_FEASIBLE)
        printf("feasible");
    else if (entry->status == GG_BOUNDED)
        printf("bounded");
    else
        print_optimal(now, entry, f);
}

static void print_bound(const verdicts *now, const gg_solution_entry *entry) {
    const char *unit = gg_objective_unit(now->solution->objective);
    const char *whose = entry->required_accuracy > 0.0 ? " of that accuracy" : "";
    /* Below the bound, so that what is printed is true to its last digit. */
    if (entry->certificate != NULL)
        printf("; proven: no decision%s is below %.12g %s (%zu node%s)",
               entry->certificate->gain != NULL ? whose : "",
               entry->certificate->bound_s * (1.0 - 1e-11), unit, entry->certificate->n_nodes,
               entry->certificate->n_nodes == 1 ? "" : "s");
    else if (!isnan(entry->lower_bound_s))
        printf("; claimed, not re-proved (no certificate): %sno decision%s is below %.9g %s",
               entry->status == GG_OPTIMAL ? "optimal, " : "", whose, entry->lower_bound_s, unit);
}

/* What the decision is, not what is recorded, which may differ by rounding. */
static gg_status print_verified(const verdicts *now, const gg_solution_entry *entry,
                                gg_error *err) {
    const gg_objective objective = now->solution->objective;
    gg_metrics is;
    GG_TRY(gg_evaluate(now->instance, objective, entry->assignment, &is, err));
    printf("verified: ");
    print_status(now, entry, is.objective_s);
    printf(", %s objective %.9g %s", gg_objective_name(objective), is.objective_s,
           gg_objective_unit(objective));
    print_tau(now);
    if (entry->metrics.tau_violations > 0)
        printf(", which %zu break%s", entry->metrics.tau_violations,
               entry->metrics.tau_violations == 1 ? "s" : "");
    if (entry->required_accuracy > 0.0)
        printf(", expects %.9g right answers of 1, %.9g asked for", is.expected_accuracy,
               entry->required_accuracy);
    print_bound(now, entry);
    putchar('\n');
    return GG_OK;
}

/* No decision keeps tau, or none has the accuracy asked for. */
static void print_infeasible(const verdicts *now, const gg_solution_entry *entry) {
    printf("verified: infeasible");
    print_tau(now);
    if (entry->required_accuracy > 0.0)
        printf(", %.9g right answers of 1 asked for", entry->required_accuracy);
    putchar('\n');
}

static gg_status print_verdict(const verdicts *now, size_t e, gg_error *err) {
    const gg_solution_entry *entry = &now->solution->entries[e];
    char solver[GG_SHOWN_SIZE];
    printf("%sresults[%zu] %s: ", now->prefix, e, gg_shown(entry->solver, solver));
    if (now->findings[e] == 0 && entry->assignment != NULL)
        return print_verified(now, entry, err);
    if (now->findings[e] > 0)
        printf("WRONG (%zu)\n", now->findings[e]);
    else
        print_infeasible(now, entry);
    return GG_OK;
}

/* Verifies the r-th solution; *found grows by what is wrong. */
static gg_status check_run(const request *asked, const gg_instance *instance,
                           const gg_solution_list *list, size_t r, size_t *found, gg_error *err) {
    const gg_solution *solution = &list->runs[r];
    verdicts now = {.asked = asked,
                    .instance = instance,
                    .solution = solution,
                    .findings = gg_alloc(solution->n_entries, sizeof *now.findings)};
    if (now.findings == NULL)
        return gg_fail(err, GG_E_NOMEM, "out of memory for %zu results", solution->n_entries);
    if (list->is_list)
        snprintf(now.prefix, sizeof now.prefix, "runs[%zu].", r);
    const bool is_other = strcmp(solution->instance, instance->name) != 0;
    if (is_other)
        gg_say(asked->command, "note: %s: %sinstance: \"%.60s\", but the instance is \"%.60s\"",
               asked->paths[1], now.prefix, solution->instance, instance->name);
    size_t found_here = 0;
    gg_status status = gg_verify_solution(instance, solution, take_finding, &now, &found_here, err);
    for (size_t e = 0; status == GG_OK && !now.wrong_instance && e < solution->n_entries; e++)
        status = print_verdict(&now, e, err);
    if (found_here > 0 && (now.wrong_instance || is_other))
        gg_say(
            asked->command,
            "%s: %sis a solution of another instance than %s: check it with the instance that it "
            "was made from (\"%.60s\")",
            asked->paths[1], now.prefix, asked->paths[0], solution->instance);
    gg_free(now.findings);
    *found += found_here;
    return status;
}

static gg_status check(const request *asked, gg_instance **instance, gg_solution_list *list,
                       size_t *found, gg_error *err) {
    GG_TRY(gg_load_instance(asked->command, asked->paths[0], instance, err));
    GG_TRY(gg_load_solutions(asked->paths[1], list, err));
    for (size_t r = 0; r < list->count; r++)
        GG_TRY(check_run(asked, *instance, list, r, found, err));
    return GG_OK;
}

static gg_status run(int argc, char **argv, int *code, gg_error *err) {
    request asked = {.command = argv[0]};
    gg_instance *instance = NULL;
    gg_solution_list list = {0};
    size_t found = 0;
    gg_command_parse(&gg_command_check, argc, argv, &asked);
    gg_status status = check(&asked, &instance, &list, &found, err);
    *code = found > 0 ? GG_EXIT_NO : GG_EXIT_OK;
    gg_solution_list_clear(&list);
    gg_instance_free(instance);
    return status;
}

const gg_command gg_command_check = {
    .name = "check",
    .group = "Problems",
    .summary = "verify a solution from the instance alone",
    .help =
        "Verifies a solution: every recorded number is recomputed from the instance alone, every "
        "certificate of a bound is proven anew. A verdict names the threshold, the objective, the "
        "gap up to which the solution calls a result optimal, and what was proven; a bound without "
        "a certificate is only said to be claimed.\v"
        "Exit code: 0 everything is true, 1 something is not (stderr says what), 2 a file cannot "
        "be read.",
    .arguments = {"I.json SOL.json", "needs an instance and a solution", 2,
                  offsetof(request, paths)},
    .run = run};
