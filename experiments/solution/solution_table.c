/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A solution as a table for people.
 */
#include <math.h>
#include <string.h>

#include "experiments/output/text_table.h"
#include "experiments/solution/solution.h"
#include "models/base/shown.h"

/* What is known about the optimum from all results together. */
typedef struct optimum {
    double upper_s; /* best decision that keeps the threshold; INFINITY: none */
    double lower_s; /* best proven bound; NAN: none */
    bool proven;    /* some result is optimal: upper_s is the optimum */
} optimum;

static optimum find_optimum(const gg_solution *solution) {
    optimum best = {INFINITY, NAN, false};
    for (size_t e = 0; e < solution->n_entries; e++) {
        const gg_solution_entry *entry = &solution->entries[e];
        /* What holds of the decisions of some accuracy is not said of all. */
        if (entry->required_accuracy == 0.0)
            best.lower_s = fmax(best.lower_s, entry->lower_bound_s);
        if (entry->assignment == NULL || entry->metrics.tau_violations > 0)
            continue;
        best.upper_s = fmin(best.upper_s, entry->metrics.objective_s);
        best.proven =
            best.proven || (entry->status == GG_OPTIMAL && entry->required_accuracy == 0.0);
    }
    return best;
}

/* f / reference - 1 in percent; NAN where that is no number. */
static double above_percent(double f, double reference) {
    if (fabs(f - reference) <= 1e-12)
        return 0.0;
    return reference > 0.0 && isfinite(f) ? 100.0 * (f / reference - 1.0) : NAN;
}

/* Where only an interval is known, the interval is shown, never one number. */
static void set_gap(gg_table *table, size_t row, size_t column, double f, const optimum *best) {
    double least = fmax(0.0, above_percent(f, best->upper_s));
    double most = above_percent(f, best->lower_s);
    if (isnan(f) || isinf(best->upper_s))
        return;
    if (best->proven && !isnan(above_percent(f, best->upper_s)))
        gg_table_set(table, row, column, "%.3f", least);
    else if (!best->proven && !isnan(most))
        gg_table_set(table, row, column, "%.1f..%.1f", least, most);
}

enum { SOLVER, STATUS, OBJECTIVE, BOUND, GAP, OFFLOADED, ACCURACY, ENERGY, TIME, N_COLUMNS };

enum { LONGEST_NAME = 12, LONGEST_INSTANCE = 60 };

typedef struct unit {
    const char *name;
    double per_s;
} unit;

/* The unit in which the largest finite objective reads well. */
static unit choose_unit(const gg_solution *solution) {
    enum { SIZES = 3 };
    static const unit seconds[SIZES] = {{"s", 1.0}, {"ms", 1e3}, {"us", 1e6}};
    static const unit joules[SIZES] = {{"J", 1.0}, {"mJ", 1e3}, {"uJ", 1e6}};
    const unit *units = gg_objective_unit(solution->objective)[0] == 's' ? seconds : joules;
    double largest = 0.0;
    for (size_t e = 0; e < solution->n_entries; e++)
        if (isfinite(solution->entries[e].metrics.objective_s))
            largest = fmax(largest, solution->entries[e].metrics.objective_s);
    size_t chosen = largest == 0.0 ? 1 : 0;
    while (largest > 0.0 && chosen + 1 < SIZES && largest * units[chosen].per_s < 1.0)
        chosen++;
    return units[chosen];
}

static void set_delay(gg_table *table, size_t row, size_t column, double delay_s, unit shown) {
    if (isinf(delay_s))
        gg_table_set(table, row, column, "inf");
    else if (!isnan(delay_s))
        gg_table_set(table, row, column, "%.6g", delay_s * shown.per_s);
}

static void fill_row(gg_table *table, size_t row, const gg_solution_entry *entry,
                     const optimum *best, unit shown, bool forecast) {
    const gg_metrics *m = &entry->metrics;
    char name[LONGEST_NAME + 1];
    gg_table_set(table, row, SOLVER, "%s", gg_shown_cut(entry->solver, name, sizeof name));
    gg_table_set(table, row, STATUS, "%s", gg_result_status_name(entry->status));
    gg_table_set(table, row, TIME, "%.2f", entry->runtime_s);
    if (entry->assignment == NULL)
        return;
    set_delay(table, row, OBJECTIVE, m->objective_s, shown);
    set_delay(table, row, BOUND, entry->lower_bound_s, shown);
    /* A decision that breaks the threshold does not compete with the optimum that keeps it. */
    if (m->tau_violations == 0)
        set_gap(table, row, GAP, m->objective_s, best);
    gg_table_set(table, row, OFFLOADED, "%zu", m->n_offloaded);
    double accuracy = forecast ? m->expected_accuracy : m->accuracy;
    if (!isnan(accuracy))
        gg_table_set(table, row, ACCURACY, "%.1f", 100.0 * accuracy);
    if (!isnan(m->energy_j))
        gg_table_set(table, row, ENERGY, "%.4g", m->energy_j);
}

/* Whether there is an expected accuracy to show; what is right in hindsight stands in otherwise. */
static bool has_forecast(const gg_solution *solution) {
    for (size_t e = 0; e < solution->n_entries; e++)
        if (!isnan(solution->entries[e].metrics.expected_accuracy))
            return true;
    return false;
}

/* How far whose accuracy it is lies above the cheapest decision of that accuracy. */
static void print_requirement(const gg_solution *solution, const gg_solution_entry *entry,
                              FILE *stream) {
    const char *of = entry->accuracy_of != NULL ? entry->accuracy_of : "";
    char name[LONGEST_NAME + 1], whose[LONGEST_NAME + 1];
    if (entry->required_accuracy == 0.0 || entry->assignment == NULL)
        return;
    fprintf(stream, "%s: the least objective at %s%s expected accuracy, %.3f %%\n",
            gg_shown_cut(entry->solver, name, sizeof name), gg_shown_cut(of, whose, sizeof whose),
            *of != '\0' ? "'s" : "an", 100.0 * entry->required_accuracy);
    for (size_t e = 0; e < solution->n_entries; e++) {
        const gg_solution_entry *other = &solution->entries[e];
        double f = other->metrics.objective_s;
        double least = fmax(0.0, above_percent(f, entry->metrics.objective_s));
        double most = fmax(least, above_percent(f, entry->lower_bound_s));
        if (strcmp(other->solver, of) != 0 || other->assignment == NULL || isnan(least))
            continue;
        if (entry->status == GG_OPTIMAL)
            fprintf(stream, "  %s is %.3f %% above that\n", whose, least);
        else if (!isnan(most))
            fprintf(stream, "  %s is between %.1f and %.1f %% above that\n", whose, least, most);
    }
}

/* Which limit it was, and by which option it is moved. */
static void print_stop(const gg_solution_entry *entry, const char *name, FILE *stream) {
    static const char *const limits[] = {[GG_STOP_TIME] = "the time limit (--time-limit)",
                                         [GG_STOP_NODES] = "the node limit (--node-limit)",
                                         [GG_STOP_MEMORY] = "the memory limit (--memory-limit)",
                                         [GG_STOP_SIGNAL] = "a signal"};
    if (entry->stop_reason == GG_STOP_NODES && isinf(entry->metrics.objective_s))
        fprintf(stream, "%s: no finite decision was found, and none was ruled out\n", name);
    else if (entry->stop_reason == GG_STOP_IDLE)
        fprintf(stream, "%s: ended when nothing was gained any more\n", name);
    else if (entry->stop_reason != GG_STOP_DONE)
        fprintf(stream, "%s: stopped by %s\n", name, limits[entry->stop_reason]);
}

static void print_notes(const gg_solution *solution, const optimum *best, FILE *stream) {
    for (size_t e = 0; e < solution->n_entries; e++) {
        const gg_solution_entry *entry = &solution->entries[e];
        char name[LONGEST_NAME + 1];
        gg_shown_cut(entry->solver, name, sizeof name);
        if (entry->assignment == NULL && entry->required_accuracy > 0.0)
            fprintf(stream, "%s: infeasible: no decision expects an accuracy of %.3f %%\n", name,
                    100.0 * entry->required_accuracy);
        else if (entry->assignment == NULL)
            fprintf(stream, "%s: infeasible: a user must offload and there is no server\n", name);
        else if (entry->metrics.tau_violations > 0)
            fprintf(stream, "%s: queries above tau that stay on the device: %zu\n", name,
                    entry->metrics.tau_violations);
        print_stop(entry, name, stream);
        print_requirement(solution, entry, stream);
    }
    if (best->proven && isfinite(best->upper_s))
        fprintf(stream, "proven: no decision is below %.9g %s; the best found is %.9g %s\n",
                best->lower_s, gg_objective_unit(solution->objective), best->upper_s,
                gg_objective_unit(solution->objective));
}

gg_status gg_solution_print(const gg_solution *solution, FILE *stream, gg_error *err) {
    unit shown = choose_unit(solution);
    bool forecast = has_forecast(solution);
    const gg_table_column columns[N_COLUMNS] = {{"solver", "", true},
                                                {"status", "", true},
                                                {"objective", shown.name, false},
                                                {"bound", shown.name, false},
                                                {"gap", "%", false},
                                                {"offl.", "", false},
                                                {forecast ? "exp." : "hind.", "%", false},
                                                {"energy", "J", false},
                                                {"time", "s", false}};
    gg_table table;
    GG_TRY(gg_table_init(&table, columns, N_COLUMNS, solution->n_entries, err));
    const optimum best = find_optimum(solution);
    for (size_t e = 0; e < solution->n_entries; e++)
        fill_row(&table, e, &solution->entries[e], &best, shown, forecast);
    char instance[LONGEST_INSTANCE + 1];
    fprintf(stream, "%s\nusers %zu, servers %zu, tau %.6g, %s objective\n\n",
            gg_shown_cut(solution->instance, instance, sizeof instance), solution->n_users,
            solution->n_servers, solution->tau, gg_objective_name(solution->objective));
    gg_table_print(&table, stream);
    fputc('\n', stream);
    print_notes(solution, &best, stream);
    return GG_OK;
}
