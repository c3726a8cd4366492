/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * An explanation as tables for people.
 */
#include <math.h>

#include "experiments/output/text_table.h"
#include "experiments/studies/explanation/explanation.h"
#include "models/base/shown.h"

enum { LONGEST_NAME = 12, LONGEST_INSTANCE = 60 };

static void set_place(gg_table *table, size_t row, size_t column, int32_t at) {
    if (at == GG_LOCAL)
        gg_table_set(table, row, column, "local");
    else
        gg_table_set(table, row, column, "%d", (int)at);
}

static void set_milliseconds(gg_table *table, size_t row, size_t column, double delay_s) {
    if (isinf(delay_s))
        gg_table_set(table, row, column, delay_s > 0.0 ? "inf" : "-inf");
    else
        gg_table_set(table, row, column, "%.4g", 1e3 * delay_s);
}

static void names(const gg_explanation *e, char of[2][LONGEST_NAME + 1]) {
    gg_shown_cut(e->decided->solver, of[0], sizeof of[0]);
    gg_shown_cut(e->better->solver, of[1], sizeof of[1]);
}

static void print_head(const gg_explanation *e, FILE *stream) {
    const gg_instance *in = e->instance;
    double f = e->objective_s[0], best = e->objective_s[1];
    char instance[LONGEST_INSTANCE + 1], of[2][LONGEST_NAME + 1];
    names(e, of);
    fprintf(stream, "%s\nusers %zu, servers %zu, tau %.6g, %s objective\n\n",
            gg_shown_cut(in->name, instance, sizeof instance), in->n_users, in->n_servers, in->tau,
            gg_objective_name(e->objective));
    const char *unit = gg_objective_unit(e->objective);
    fprintf(stream, "%s %.6g %s, %s %.6g %s (%s)", of[0], f, unit, of[1], best, unit,
            gg_result_status_name(e->better->status));
    if (best > 0.0 && isfinite(f) && isfinite(best))
        fprintf(stream, ": %+.3f %%", 100.0 * (f / best - 1.0));
    fprintf(stream, "\n%zu of %zu users decided otherwise\n", e->count, in->n_users);
}

enum { USER, ALPHA, DECIDED, BETTER, KIND, COST, SHARE, N_COLUMNS };

static gg_status print_users(const gg_explanation *e, size_t most_rows, FILE *stream,
                             gg_error *err) {
    char of[2][LONGEST_NAME + 1];
    names(e, of);
    const gg_table_column columns[N_COLUMNS] = {
        {"user", "", false}, {"alpha", "", false},   {of[0], "", false},     {of[1], "", false},
        {"", "", true},      {"costs", "ms", false}, {"of best", "%", false}};
    size_t rows = e->count < most_rows ? e->count : most_rows;
    gg_table table;
    GG_TRY(gg_table_init(&table, columns, N_COLUMNS, rows, err));
    for (size_t k = 0; k < rows; k++) {
        const gg_difference *at = &e->differences[k];
        gg_table_set(&table, k, USER, "%zu", at->user);
        gg_table_set(&table, k, ALPHA, "%.3f%s", e->instance->alpha[at->user],
                     gg_is_mandatory(e->instance, at->user) ? "*" : " ");
        set_place(&table, k, DECIDED, at->decided);
        set_place(&table, k, BETTER, at->better);
        gg_table_set(&table, k, KIND, "%s", gg_mistake_name(at->kind));
        set_milliseconds(&table, k, COST, at->cost_s);
        if (e->objective_s[1] > 0.0 && isfinite(at->cost_s))
            gg_table_set(&table, k, SHARE, "%.2f", 100.0 * at->cost_s / e->objective_s[1]);
    }
    fputc('\n', stream);
    gg_table_print(&table, stream);
    if (rows < e->count)
        fprintf(stream, "... and %zu more\n", e->count - rows);
    fputs("\ncosts: what the objective falls by when this user alone is corrected;\n"
          "below 0 where others must change too. * must offload (alpha > tau)\n",
          stream);
    return GG_OK;
}

static void print_kinds(const gg_explanation *e, FILE *stream) {
    for (gg_mistake_kind kind = 0; kind < GG_N_MISTAKES; kind++) {
        size_t count = 0, costly = 0;
        double sum_s = 0.0;
        for (size_t k = 0; k < e->count; k++) {
            if (e->differences[k].kind != kind)
                continue;
            count++;
            if (e->differences[k].cost_s > 0.0) {
                costly++;
                sum_s += e->differences[k].cost_s;
            }
        }
        if (count > 0)
            fprintf(stream, "%s: %zu, of which %zu cost something, together %.4g ms\n",
                    gg_mistake_name(kind), count, costly, 1e3 * sum_s);
    }
}

enum { SERVER, LOAD, BETTER_LOAD, DISTURBED, BETTER_DISTURBED, N_SERVER_COLUMNS };

static gg_status print_servers(const gg_explanation *e, FILE *stream, gg_error *err) {
    char of[2][LONGEST_NAME + 1];
    names(e, of);
    const gg_table_column columns[N_SERVER_COLUMNS] = {{"server", "", false},
                                                       {"users:", of[0], false},
                                                       {"users:", of[1], false},
                                                       {"disturbed, pW:", of[0], false},
                                                       {"disturbed, pW:", of[1], false}};
    gg_table table;
    GG_TRY(gg_table_init(&table, columns, N_SERVER_COLUMNS, e->instance->n_servers, err));
    for (size_t j = 0; j < e->instance->n_servers; j++) {
        const gg_server_load *at = &e->servers[j];
        gg_table_set(&table, j, SERVER, "%zu", j);
        for (size_t side = 0; side < 2; side++) {
            gg_table_set(&table, j, LOAD + side, "%zu", at->load[side]);
            gg_table_set(&table, j, DISTURBED + side, "%.4g", 1e12 * at->interference_w[side]);
        }
    }
    fputc('\n', stream);
    gg_table_print(&table, stream);
    return GG_OK;
}

gg_status gg_explanation_print(const gg_explanation *e, size_t most_rows, FILE *stream,
                               gg_error *err) {
    print_head(e, stream);
    if (e->count > 0) {
        GG_TRY(print_users(e, most_rows, stream, err));
        print_kinds(e, stream);
    }
    return print_servers(e, stream, err);
}
