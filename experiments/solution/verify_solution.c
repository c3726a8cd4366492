/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiments/solution/solution.h"

#include <math.h>
#include <stdarg.h>
#include <string.h>

#include "solvers/checker/certificate_check.h"

/* A verification under way. */
typedef struct verifier {
    const gg_instance *instance;
    const gg_solution *solution;
    gg_finding_fn report;
    void *context;
    size_t found;
} verifier;

static void __attribute__((format(printf, 4, 5)))
find(verifier *v, size_t entry, const char *field, const char *format, ...) {
    char reason[256];
    va_list args;
    va_start(args, format);
    vsnprintf(reason, sizeof reason, format, args);
    va_end(args);
    v->found++;
    v->report(v->context, entry, field, reason);
}

/* Recorded numbers may differ from recomputed ones by rounding: 1e-9 of themselves, however small
 * they are. */
static double tolerance(double value) {
    return 1e-9 * fabs(value);
}

static bool agree_within(double recorded, double computed, double most) {
    if (isnan(recorded) || isnan(computed))
        return isnan(recorded) && isnan(computed);
    if (isinf(recorded) || isinf(computed))
        return recorded == computed;
    return fabs(recorded - computed) <= most;
}

static bool agree(double recorded, double computed) {
    return agree_within(recorded, computed, tolerance(computed));
}

static void show(double value, char text[32]) {
    if (isnan(value))
        strcpy(text, "null");
    else
        snprintf(text, 32, "%.17g", value);
}

static void find_difference(verifier *v, size_t entry, const char *field, double recorded,
                            double computed) {
    char is[32], should_be[32];
    show(recorded, is);
    show(computed, should_be);
    find(v, entry, field, "recorded %s, recomputed %s", is, should_be);
}

static void compare(verifier *v, size_t entry, const char *field, double recorded,
                    double computed) {
    if (!agree(recorded, computed))
        find_difference(v, entry, field, recorded, computed);
}

static void compare_count(verifier *v, size_t entry, const char *field, size_t recorded,
                          size_t computed) {
    if (recorded != computed)
        find(v, entry, field, "recorded %zu, recomputed %zu", recorded, computed);
}

/* The strategies that ignore the threshold by definition. */
static bool may_break_threshold(const char *solver) {
    static const char *const names[] = {"local", "dmin", "random"};
    for (size_t k = 0; k < sizeof names / sizeof *names; k++)
        if (strcmp(solver, names[k]) == 0)
            return true;
    return false;
}

static void check_metrics(verifier *v, size_t e, const gg_metrics *true_values) {
    const gg_metrics *is = &v->solution->entries[e].metrics;
    compare(v, e, "objective_s", is->objective_s, true_values->objective_s);
    compare_count(v, e, "n_offloaded", is->n_offloaded, true_values->n_offloaded);
    compare(v, e, "total_delay_s", is->total_delay_s, true_values->total_delay_s);
    compare(v, e, "local_delay_s", is->local_delay_s, true_values->local_delay_s);
    compare(v, e, "comm_delay_s", is->comm_delay_s, true_values->comm_delay_s);
    compare(v, e, "comp_delay_s", is->comp_delay_s, true_values->comp_delay_s);
    compare(v, e, "measured_total_delay_s", is->measured_total_delay_s,
            true_values->measured_total_delay_s);
    compare(v, e, "measured_comp_delay_s", is->measured_comp_delay_s,
            true_values->measured_comp_delay_s);
    compare(v, e, "accuracy", is->accuracy, true_values->accuracy);
    if (!v->solution->entries[e].no_forecast)
        compare(v, e, "expected_accuracy", is->expected_accuracy, true_values->expected_accuracy);
    if (!isnan(is->energy_j))
        compare(v, e, "energy_j", is->energy_j, true_values->energy_j);
    compare_count(v, e, "tau_violations", is->tau_violations, true_values->tau_violations);
    if (true_values->tau_violations > 0 && v->solution->entries[e].status != GG_INFEASIBLE &&
        !may_break_threshold(v->solution->entries[e].solver))
        find(v, e, "tau_violations", "%zu above tau %g stay on the device, none may",
             true_values->tau_violations, v->instance->tau);
}

/* The decision must expect what it was held to. */
static void check_accuracy(verifier *v, size_t e, const gg_metrics *true_values) {
    double required = v->solution->entries[e].required_accuracy;
    if (required > 0.0 && !(true_values->expected_accuracy >= required - GG_ACCURACY_SLACK))
        find(v, e, "required_accuracy", "%.17g, but the decision expects %.17g", required,
             true_values->expected_accuracy);
}

/* What decisions are held to must be what the strategy named expects. */
static void check_requirement(verifier *v, size_t e) {
    const gg_solution_entry *entry = &v->solution->entries[e];
    double required = entry->required_accuracy;
    if (required == 0.0 || entry->accuracy_of == NULL)
        return;
    for (size_t k = 0; k < v->solution->n_entries; k++) {
        const gg_solution_entry *other = &v->solution->entries[k];
        if (strcmp(other->solver, entry->accuracy_of) == 0 && other->assignment != NULL &&
            !agree(required, other->metrics.expected_accuracy))
            find(v, e, "required_accuracy", "%.17g, but %s expects %.17g", required, other->solver,
                 other->metrics.expected_accuracy);
    }
}

/* Gaps are differences: what rounding leaves of one, and what of the bound is claimed less for it.
 */
static const double GAP_DIGITS = 1e-15, GAP_ROUNDING = 1e-9;

/* The gap follows from two numbers of the same entry. */
static double gap_of(double objective_s, double lower_bound_s) {
    if (isnan(lower_bound_s) || isinf(objective_s))
        return NAN;
    double distance_s = objective_s - lower_bound_s;
    return distance_s <= 1e-12 ? 0.0 : distance_s / objective_s;
}

/* "Optimal" needs the threshold kept and the gap that the solution states, of what the decision
 * truly costs. Where every decision costs infinitely much there is none to have. */
static void check_optimal(verifier *v, size_t e, const gg_metrics *true_values) {
    const gg_solution_entry *entry = &v->solution->entries[e];
    double most = v->solution->gap_tolerance;
    double gap = gap_of(true_values->objective_s, entry->lower_bound_s);
    if (true_values->tau_violations > 0)
        find(v, e, "status", "optimal, but %zu above tau %g stay on the device",
             true_values->tau_violations, v->instance->tau);
    if (isnan(entry->lower_bound_s))
        find(v, e, "status", "optimal without a lower bound");
    else if (isnan(gap) && !isinf(entry->lower_bound_s))
        find(v, e, "status", "optimal, but the objective is infinite and its lower bound is not");
    else if (gap > most + GAP_ROUNDING)
        find(v, e, "status", "optimal, but the gap of %.9g is above the tolerance of %.9g", gap,
             most);
}

static void check_bound(verifier *v, size_t e, const gg_metrics *true_values) {
    const gg_solution_entry *entry = &v->solution->entries[e];
    double lb = entry->lower_bound_s, gap = gap_of(entry->metrics.objective_s, lb);
    if (!agree_within(entry->gap, gap, tolerance(gap) + GAP_DIGITS))
        find_difference(v, e, "gap", entry->gap, gap);
    if (entry->status == GG_OPTIMAL)
        check_optimal(v, e, true_values);
    if (isnan(lb))
        return;
    if (lb < 0.0)
        find(v, e, "lower_bound_s", "%.17g is negative", lb);
    /* A bound holds for every decision that keeps the threshold and has the accuracy that was asked
     * for, whoever found it. */
    for (size_t k = 0; k < v->solution->n_entries; k++) {
        const gg_solution_entry *other = &v->solution->entries[k];
        double reached = other->metrics.objective_s;
        if (other->assignment == NULL || (k != e && other->metrics.tau_violations > 0) ||
            (k != e && !gg_solution_competes(entry, other)) || !(lb > reached + tolerance(reached)))
            continue;
        find(v, e, "lower_bound_s", "%.17g exceeds the objective %.17g%s%s", lb, reached,
             k == e ? "" : " of ", k == e ? "" : other->solver);
    }
}

/* A proof about a row must let every decision through that has the accuracy asked for: its row is
 * that of the instance's P(correct), and asks for no more. A quarter of the slack is for the sums.
 */
static gg_status check_row(const gg_instance *in, double accuracy, const gg_certificate *proof,
                           gg_error *err) {
    double n = (double)in->n_users, most = n * (accuracy - 0.25 * GG_ACCURACY_SLACK);
    bool same = accuracy > 0.0 && in->slm_p_correct != NULL && in->llm_p_correct != NULL &&
                proof->n_users == in->n_users;
    for (size_t i = 0; same && i < in->n_users; i++) {
        same = proof->gain[i] == in->llm_p_correct[i] - in->slm_p_correct[i];
        most -= in->slm_p_correct[i];
    }
    return same && proof->required <= most
               ? GG_OK
               : gg_fail(err, GG_E_CHECK, "its row is not that of the accuracy asked for");
}

static gg_status check_proof(const verifier *v, const gg_solution_entry *entry, gg_error *err) {
    const gg_objective objective = v->solution->objective;
    if (entry->certificate->gain == NULL)
        return gg_certificate_check(v->instance, objective, entry->certificate, err);
    GG_TRY(check_row(v->instance, entry->required_accuracy, entry->certificate, err));
    return gg_certificate_check_under(v->instance, objective, entry->certificate, err);
}

/* The bound must be one that its certificate proves. */
static gg_status check_certificate(verifier *v, size_t e, gg_error *err) {
    const gg_solution_entry *entry = &v->solution->entries[e];
    if (entry->certificate == NULL)
        return GG_OK;
    double proven_s = entry->certificate->bound_s;
    if (entry->lower_bound_s > proven_s + 1e-12 * fabs(proven_s))
        find(v, e, "lower_bound_s", "%.17g exceeds the bound %.17g of its certificate",
             entry->lower_bound_s, proven_s);
    gg_error reason = {0};
    gg_status status = check_proof(v, entry, &reason);
    if (status == GG_E_CHECK) {
        find(v, e, "certificate", "%s", reason.message);
        return GG_OK;
    }
    return status == GG_OK ? GG_OK : gg_fail(err, status, "%s", reason.message);
}

/* Whether no decision that keeps the threshold expects that accuracy: each user where it is
 * answered best. */
static bool is_out_of_reach(const gg_instance *in, double required) {
    double most = 0.0;
    if (required == 0.0 || in->slm_p_correct == NULL || in->llm_p_correct == NULL)
        return false;
    for (size_t i = 0; i < in->n_users; i++) {
        bool stays = in->alpha[i] <= in->tau, leaves = in->n_servers > 0;
        most += fmax(stays ? in->slm_p_correct[i] : 0.0, leaves ? in->llm_p_correct[i] : 0.0);
    }
    return most / (double)in->n_users < required - 0.25 * GG_ACCURACY_SLACK;
}

/* "Infeasible" without a decision claims that there is none; with one, that this one is not. */
static void check_infeasible(verifier *v, size_t e) {
    const gg_solution_entry *entry = &v->solution->entries[e];
    if (entry->assignment == NULL) {
        if (!gg_instance_infeasible(v->instance) &&
            !is_out_of_reach(v->instance, entry->required_accuracy))
            find(v, e, "status", "infeasible, but the instance has feasible decisions");
    } else if (entry->metrics.tau_violations == 0) {
        find(v, e, "status", "infeasible, but the decision is feasible");
    }
}

static gg_status check_entry(verifier *v, size_t e, gg_error *err) {
    const gg_solution_entry *entry = &v->solution->entries[e];
    const gg_instance *in = v->instance;
    check_requirement(v, e);
    if (entry->status == GG_INFEASIBLE)
        check_infeasible(v, e);
    if (entry->assignment == NULL) {
        if (entry->status != GG_INFEASIBLE)
            find(v, e, "assignment", "missing from a %s result",
                 gg_result_status_name(entry->status));
        compare(v, e, "objective_s", entry->metrics.objective_s, NAN);
        compare(v, e, "lower_bound_s", entry->lower_bound_s, NAN);
        return GG_OK;
    }
    if (entry->n_assigned != in->n_users) {
        find(v, e, "assignment", "has %zu entries, the instance has %zu users", entry->n_assigned,
             in->n_users);
        return GG_OK;
    }
    gg_metrics true_values;
    gg_error reason = {0};
    gg_status status =
        gg_evaluate(in, v->solution->objective, entry->assignment, &true_values, &reason);
    if (status == GG_E_INPUT) {
        find(v, e, "assignment", "%s", reason.message);
        return GG_OK;
    }
    if (status != GG_OK)
        return gg_fail(err, status, "%s", reason.message);
    check_metrics(v, e, &true_values);
    check_accuracy(v, e, &true_values);
    check_bound(v, e, &true_values);
    return check_certificate(v, e, err);
}

gg_status gg_verify_solution(const gg_instance *instance, const gg_solution *solution,
                             gg_finding_fn report, void *context, size_t *found, gg_error *err) {
    gg_instance at_tau = *instance; /* borrows every array */
    at_tau.tau = solution->tau;
    verifier v = {&at_tau, solution, report, context, 0};
    compare_count(&v, SIZE_MAX, "n_users", solution->n_users, instance->n_users);
    compare_count(&v, SIZE_MAX, "n_servers", solution->n_servers, instance->n_servers);
    gg_status status = GG_OK;
    bool same_sizes = v.found == 0;
    for (size_t e = 0; same_sizes && status == GG_OK && e < solution->n_entries; e++)
        status = check_entry(&v, e, err);
    *found = v.found;
    return status;
}
