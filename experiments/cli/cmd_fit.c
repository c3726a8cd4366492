/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * `goagap fit`: the curve of a server that serves by tokens, from measured steps, for a preset.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "experiments/cli/commands.h"
#include "experiments/output/say.h"
#include "experiments/statistics/line_fit.h"
#include "models/base/alloc.h"
#include "models/costs/curve.h"
#include "models/text/csv_table.h"

typedef struct request {
    const char *csv_path;
} request;

/* Loads and seconds, columns of their own. */
static gg_status split(const gg_table *table, const char *path, double *loads, double *seconds,
                       gg_error *err) {
    for (size_t k = 0; k < table->n_rows; k++) {
        loads[k] = table->values[2 * k];
        seconds[k] = table->values[2 * k + 1];
        if (!(loads[k] >= 1.0) || loads[k] != nearbyint(loads[k]) || loads[k] > INT32_MAX)
            return gg_fail(err, GG_E_INPUT, "%s: row %zu: %g is no number of queries (1, 2, ...)",
                           path, k + 1, loads[k]);
        if (!(seconds[k] > 0.0))
            return gg_fail(err, GG_E_INPUT, "%s: row %zu: %g is no time > 0 s", path, k + 1,
                           seconds[k]);
    }
    return GG_OK;
}

/* Whether one of a name's words is a unit of time that is not the second. */
static bool names_other_unit(const char *name) {
    static const char *const units[] = {"ms", "msec", "milliseconds", "us", "usec", "microseconds"};
    static const char ends[] = " _-()[]/.,:";
    for (size_t length; *name != '\0'; name += length + (name[length] != '\0')) {
        length = strcspn(name, ends);
        for (size_t k = 0; k < sizeof units / sizeof *units; k++)
            if (strlen(units[k]) == length && strncasecmp(name, units[k], length) == 0)
                return true;
    }
    return false;
}

/* A file may name its columns, the last of which has the times. */
static gg_status check_unit(const char *path, gg_error *err) {
    gg_csv *csv = NULL;
    size_t n_fields = 0;
    GG_TRY(gg_csv_open(path, &csv, err));
    gg_status status = gg_csv_next(csv, &n_fields, err);
    const char *name = status == GG_OK && n_fields > 0 ? gg_csv_field(csv, (int)n_fields - 1) : "";
    if (names_other_unit(name))
        status = gg_csv_refuse(csv, err, "column \"%.40s\": steps are wanted in seconds", name);
    gg_csv_close(csv);
    return status;
}

static void print_fit(const gg_line_fit *fit, size_t n) {
    printf("# A decode step with n answers at once, of %zu measured: %.6g ms + %.6g ms n", n,
           1e3 * fit->base, 1e3 * fit->slope);
    if (!isnan(fit->base_half))
        printf("\n# (95 %% intervals +- %.3g and +- %.3g ms)", 1e3 * fit->base_half,
               1e3 * fit->slope_half);
    if (!isnan(fit->r_squared))
        printf(", R^2 %.3f", fit->r_squared);
    putchar('\n');
}

/* A line that falls, or begins below nothing, is no server's. */
static gg_status check_line(const gg_line_fit *fit, const char *path, gg_error *err) {
    const gg_load_curve curve = {
        .kind = GG_CURVE_BATCH, .base_s = fit->base, .per_query_s = fit->slope};
    const char *wrong = gg_curve_wrong(&curve, GG_CURVE_OF_SERVER);
    if (wrong != NULL)
        return gg_fail(err, GG_E_INPUT,
                       "%s: the line is %.6g s + %.6g s n, no server's: put the points in a table",
                       path, fit->base, fit->slope);
    return GG_OK;
}

/* What a preset takes. */
static void print_yaml(const gg_line_fit *fit) {
    printf("compute:\n  server_model:\n    - batch base_s=%.6g per_query_s=%.6g\n", fit->base,
           fit->slope);
}

static gg_status fit_table(const gg_table *table, const char *path, gg_error *err) {
    gg_line_fit fit;
    if (table->n_columns != 2)
        return gg_fail(err, GG_E_INPUT, "%s: has %zu columns, not two (n, seconds a step)", path,
                       table->n_columns);
    double *loads = gg_alloc(2 * table->n_rows, sizeof *loads), *seconds = loads;
    GG_NEED(loads, err, "%s: out of memory", path);
    seconds += table->n_rows;
    gg_error inner = {0};
    gg_status status = split(table, path, loads, seconds, err);
    if (status == GG_OK) {
        status = gg_fit_line(loads, seconds, table->n_rows, &fit, &inner);
        if (status != GG_OK)
            gg_fail(err, status, "%s: %s", path, inner.message);
    }
    if (status == GG_OK)
        status = check_line(&fit, path, err);
    if (status == GG_OK) {
        print_fit(&fit, table->n_rows);
        print_yaml(&fit);
    }
    gg_free(loads);
    return status;
}

static gg_status run(int argc, char **argv, int *code, gg_error *err) {
    (void)code;
    request asked = {0};
    gg_table table;
    gg_command_parse(&gg_command_fit, argc, argv, &asked);
    GG_TRY(gg_csv_read_table(asked.csv_path, &table, err));
    if (*table.remark != '\0')
        gg_say(argv[0], "%s: %s", asked.csv_path, table.remark);
    gg_status status = check_unit(asked.csv_path, err);
    if (status == GG_OK)
        status = fit_table(&table, asked.csv_path, err);
    gg_free(table.values);
    return status;
}

const gg_command gg_command_fit = {
    .name = "fit",
    .group = "Problems",
    .summary = "fit a batching server's curve to measured steps",
    .help = "Fits a straight line to measured decode steps, a CSV of two columns (answers at once, "
            "seconds a step), and prints it for a preset, with its 95 % intervals and R^2.",
    .arguments = {"STEPS.csv", "which steps? (STEPS.csv)", 1, offsetof(request, csv_path)},
    .run = run};
