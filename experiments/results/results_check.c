/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Whether the numbers of a results file can be what they are called. A report sizes its tables and
 * axes by them: what nothing can have measured is refused before.
 */
#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "experiments/results/results_columns.h"
#include "models/evaluate.h"
#include "models/instance.h"
#include "solvers/solver.h"

/* A row of a file. */
typedef struct place {
    const char *path;
    size_t row;
    gg_error *err;
} place;

static gg_status __attribute__((format(printf, 3, 4)))
refuse(const place *at, const char *column, const char *format, ...) {
    char reason[200];
    va_list args;
    va_start(args, format);
    vsnprintf(reason, sizeof reason, format, args);
    va_end(args);
    return gg_fail(at->err, GG_E_INPUT, "%s: %s: row %zu: %s", at->path, column, at->row, reason);
}

static gg_status check_number(const gg__run_column *column, const void *member, const place *at) {
    char name[64];
    double value;
    if (column->type == GG_H5_F64) {
        memcpy(&value, member, sizeof value);
    } else if (column->type == GG_H5_U32) {
        uint32_t narrow;
        memcpy(&narrow, member, sizeof narrow);
        value = narrow;
    } else {
        int64_t wide;
        memcpy(&wide, member, sizeof wide);
        value = (double)wide;
    }
    if (isnan(value) ? column->may_be_unknown : value >= column->lowest && value <= column->highest)
        return GG_OK;
    snprintf(name, sizeof name, "/runs/%s", column->name);
    return refuse(at, name, "%.17g is not in %.9g .. %.9g", value, column->lowest, column->highest);
}

static bool is_objective(const char *text) {
    gg_objective objective;
    return gg_objective_parse(text, &objective, NULL) == GG_OK;
}

static gg_status check_word(const gg__run_column *column, const char *text, const place *at) {
    char name[64], known[120] = "";
    const char *word;
    if (column->word == NULL ||
        (column->offset == offsetof(gg_row, objective) && is_objective(text)))
        return GG_OK;
    for (size_t k = 0; (word = column->word(k)) != NULL; k++) {
        if (strcmp(text, word) == 0)
            return GG_OK;
        size_t used = strlen(known);
        snprintf(known + used, sizeof known - used, "%s%s", k > 0 ? ", " : "", word);
    }
    snprintf(name, sizeof name, "/runs/%s", column->name);
    return refuse(at, name, "\"%.16s\" is none of %s", text, known);
}

/* As the judge compares: what was summed up in another order is the same. */
static bool close_to(double a, double b) {
    return a == b || (isnan(a) && isnan(b)) || fabs(a - b) <= 1e-9 * fabs(b) + 1e-15;
}

/* Seconds, joules, or both at a price make the objective where energy counts. */
static gg_status check_energy(const gg_row *row, gg_objective objective, const place *at) {
    double joule = gg_objective_joule(objective);
    double second = gg_objective_kind_of(objective)->second;
    double f =
        isinf(row->total_delay_s) ? INFINITY : second * row->total_delay_s + joule * row->energy_j;
    if (joule == 0.0 || isnan(row->energy_j) || close_to(row->objective_s, f))
        return GG_OK;
    return refuse(at, "/runs/energy_j", "%.9g does not fit an objective of %.9g", row->energy_j,
                  row->objective_s);
}

/* Delays of a decision add up, and weights are at most 1. */
static gg_status check_delays(const gg_row *row, const place *at) {
    gg_objective objective = GG_WEIGHTED;
    gg_objective_parse(row->objective, &objective, NULL);
    bool uniform = objective == GG_UNIFORM, energy = gg_objective_joule(objective) > 0.0;
    double f = row->objective_s, lb = row->lower_bound_s, total = row->total_delay_s;
    if (lb > f && !(lb - f <= 1e-9 * f + 1e-12))
        return refuse(at, "/runs/lower_bound_s", "%.9g is above the objective %.9g", lb, f);
    /* Of the best known value of a list nothing else is known. */
    if (isnan(total) && isnan(row->comm_delay_s) && isnan(row->measured_total_delay_s))
        return GG_OK;
    if (!close_to(total, row->local_delay_s + row->comm_delay_s + row->comp_delay_s))
        return refuse(at, "/runs/total_delay_s", "%.9g is not the sum of its parts", total);
    if (!close_to(row->measured_total_delay_s,
                  row->local_delay_s + row->comm_delay_s + row->measured_comp_delay_s))
        return refuse(at, "/runs/measured_total_delay_s", "%.9g is not the sum of its parts",
                      row->measured_total_delay_s);
    GG_TRY(check_energy(row, objective, at));
    if (!energy && (uniform ? !close_to(f, total) : !(f <= total || close_to(f, total))))
        return refuse(at, "/runs/objective_s", "%.9g does not fit a total delay of %.9g", f, total);
    return GG_OK;
}

/* A decision held to an accuracy has it, up to rounding. */
static gg_status check_accuracy(const gg_row *row, const place *at) {
    if (isnan(row->fair_accuracy) ||
        row->expected_accuracy >= row->fair_accuracy - GG_ACCURACY_SLACK)
        return GG_OK;
    return refuse(at, "/runs/expected_accuracy", "%.17g, but %.17g was asked for",
                  row->expected_accuracy, row->fair_accuracy);
}

/* What no column can say alone. */
static gg_status check_row(const gg_row *row, const place *at) {
    bool failed = strcmp(row->status, gg_result_status_name(GG_FAILED)) == 0;
    bool decided = !failed && strcmp(row->status, gg_result_status_name(GG_INFEASIBLE)) != 0;
    if (row->n_offloaded > row->n_users)
        return refuse(at, "/runs/n_offloaded", "%" PRIu32 " of %" PRIu32 " users", row->n_offloaded,
                      row->n_users);
    if (row->tau_violations > row->n_users)
        return refuse(at, "/runs/tau_violations", "%" PRIu32 " of %" PRIu32 " users",
                      row->tau_violations, row->n_users);
    if (decided && isnan(row->objective_s))
        return refuse(at, "/runs/objective_s", "not known, but the row is %s", row->status);
    if (!failed && row->failure[0] != '\0')
        return refuse(at, "/failures", "a reason, but the row is %s", row->status);
    gg_course course;
    if (!gg_course_parse(row->course, &course))
        return refuse(at, "/runs/course", "\"%.40s\" is none", row->course);
    if (decided)
        GG_TRY(check_accuracy(row, at));
    return decided ? check_delays(row, at) : GG_OK;
}

static gg_status check_assignment(const gg_results *results, const place *at) {
    const gg_row *row = &results->rows[at->row];
    const int16_t *server = results->assignment + results->offsets[at->row];
    size_t n = results->offsets[at->row + 1] - results->offsets[at->row], offloaded = 0;
    if (n != 0 && n != row->n_users)
        return refuse(at, "/assignments/offsets",
                      "decides for %zu users, /runs/n_users says %" PRIu32, n, row->n_users);
    for (size_t i = 0; i < n; i++) {
        if (server[i] >= 0 && (uint32_t)server[i] >= row->n_servers)
            return refuse(at, "/assignments/server", "user %zu is on server %d of %" PRIu32, i,
                          server[i], row->n_servers);
        offloaded += server[i] >= 0;
    }
    if (n != 0 && offloaded != row->n_offloaded)
        return refuse(at, "/assignments/server",
                      "%zu users are offloaded, /runs/n_offloaded says %" PRIu32, offloaded,
                      row->n_offloaded);
    return GG_OK;
}

gg_status gg__results_check(const gg_results *results, const char *path, gg_error *err) {
    for (size_t k = 0; k < results->count; k++) {
        const gg_row *row = &results->rows[k];
        const place at = {path, k, err};
        for (size_t c = 0; c < gg__n_run_columns; c++) {
            const gg__run_column *column = &gg__run_columns[c];
            GG_TRY(column->type == GG_H5_UTF8
                       ? check_word(column, *gg__text_of(column, row), &at)
                       : check_number(column, (const char *)row + column->offset, &at));
        }
        GG_TRY(check_row(row, &at));
        if (results->offsets != NULL)
            GG_TRY(check_assignment(results, &at));
    }
    return GG_OK;
}
