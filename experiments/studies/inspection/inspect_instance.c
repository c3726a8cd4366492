/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What is in an instance.
 */
#include <gsl/gsl_sort.h>
#include <gsl/gsl_statistics.h>
#include <string.h>

#include "experiments/output/text_table.h"
#include "experiments/studies/inspection/inspect.h"
#include "models/base/alloc.h"
#include "models/base/compare.h"
#include "models/base/shown.h"

static gg_status set_row(gg_table *table, size_t row, const char *name, const char *unit,
                         const double *values, size_t n, gg_error *err) {
    gg_table_set(table, row, 0, "%s", name);
    gg_table_set(table, row, 1, "%s", unit);
    if (values == NULL || n == 0) {
        gg_table_set(table, row, 2, "%s", values == NULL ? "not known" : "none");
        return GG_OK;
    }
    double *sorted = gg_alloc(n, sizeof *sorted);
    if (sorted == NULL)
        return gg_fail(err, GG_E_NOMEM, "out of memory for %zu numbers", n);
    memcpy(sorted, values, n * sizeof *sorted);
    gsl_sort(sorted, 1, n);
    double median = gsl_stats_median_from_sorted_data(sorted, 1, n);
    gg_table_set(table, row, 2, "%.6g", sorted[0]);
    gg_table_set(table, row, 3, "%.6g", median);
    gg_table_set(table, row, 4, "%.6g", sorted[n - 1]);
    gg_free(sorted);
    return GG_OK;
}

static gg_status print_columns(const gg_instance *in, FILE *stream, gg_error *err) {
    static const gg_table_column headings[] = {{"number", "", true},
                                               {"unit", "", true},
                                               {"min", "", false},
                                               {"median", "", false},
                                               {"max", "", false}};
    const struct {
        const char *name;
        const char *unit;
        const double *values;
        size_t n;
    } rows[] = {{"alpha", "", in->alpha, in->n_users},
                {"payload", "bit", in->payload_bits, in->n_users},
                {"transmit power", "W", in->tx_power_w, in->n_users},
                {"device capacity", "FLOP/s", in->local_capacity_flops, in->n_users},
                {"local delay", "s", in->local_delay_s, in->n_users},
                {"measured edge delay", "s", in->edge_delay_ref_s, in->n_users},
                {"channel gain", "", in->gain, in->n_users * in->n_servers},
                {"bandwidth", "Hz", in->bandwidth_hz, in->n_servers},
                {"server capacity", "FLOP/s", in->server_capacity_flops, in->n_servers},
                {"fixed interference", "W", in->fixed_interference_w, in->n_servers},
                {"output tokens", "", in->output_tokens, in->n_users},
                {"prefill", "s", in->prefill_s, in->n_users},
                {"gate delay", "s", in->gate_delay_s, in->n_users},
                {"device power", "W", in->device_power_w, in->n_users}};
    enum { N_ROWS = sizeof rows / sizeof *rows, N_ALWAYS = 9 };
    size_t n_rows = N_ALWAYS, at = 0;
    for (size_t r = N_ALWAYS; r < N_ROWS; r++)
        n_rows += rows[r].values != NULL;
    gg_table table;
    gg_status status =
        gg_table_init(&table, headings, sizeof headings / sizeof *headings, n_rows, err);
    for (size_t r = 0; status == GG_OK && r < N_ROWS; r++)
        if (r < N_ALWAYS || rows[r].values != NULL)
            status =
                set_row(&table, at++, rows[r].name, rows[r].unit, rows[r].values, rows[r].n, err);
    if (status == GG_OK)
        gg_table_print(&table, stream);
    gg_table_clear(&table);
    return status;
}

/* A line for each run of servers that have the same curve. */
static void print_curves(const gg_load_curve *curves, size_t n, const char *what, FILE *stream) {
    char text[GG_CURVE_TEXT], next[GG_CURVE_TEXT];
    for (size_t first = 0, end; curves != NULL && first < n; first = end) {
        gg_curve_text(&curves[first], text);
        for (end = first + 1; end < n && strcmp(gg_curve_text(&curves[end], next), text) == 0;)
            end++;
        fprintf(stream, "%s of server %zu", what, first);
        if (end > first + 1)
            fprintf(stream, " to %zu", end - 1);
        fprintf(stream, ": %s\n", text);
    }
}

gg_status gg_inspect_instance(const char *path, const gg_instance *in, FILE *stream,
                              gg_error *err) {
    size_t mandatory = 0;
    for (size_t i = 0; i < in->n_users; i++)
        mandatory += gg_is_mandatory(in, i) != 0;
    char name[61];
    gg_put_shown(stream, path);
    fprintf(stream, ": instance %s\n", gg_shown_cut(in->name, name, sizeof name));
    fprintf(stream, "users %zu, servers %zu, tau %.6g: %zu must offload%s\n\n", in->n_users,
            in->n_servers, in->tau, mandatory,
            gg_instance_infeasible(in) ? ", which nobody can: infeasible" : "");
    GG_TRY(print_columns(in, stream, err));
    fprintf(stream,
            "\nnoise %.6g W, most a user gets of a server %.6g FLOP/s, work ratio %.6g,\n"
            "measured on a device of %.6g FLOP/s\n",
            in->noise_w, in->max_user_capacity_flops, in->edge_work_ratio, in->ref_capacity_flops);
    print_curves(in->server_model, in->n_servers, "model", stream);
    print_curves(in->air_model, in->n_servers, "air", stream);
    fprintf(stream, "correct answers: slm %s, llm %s%s\nsound\n",
            in->slm_correct != NULL ? "known" : "not known",
            in->llm_correct != NULL ? "known" : "not known",
            in->slm_p_correct != NULL && in->llm_p_correct != NULL
                ? "; their probabilities are known"
                : "");
    return GG_OK;
}
