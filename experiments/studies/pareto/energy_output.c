/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiments/output/json_file.h"
#include "experiments/studies/pareto/energy_study.h"

#include <jansson.h>
#include <math.h>

#include "experiments/output/csv_out.h"
#include "experiments/output/json_layout.h"
#include "experiments/output/text_table.h"
#include "models/base/alloc.h"
#include "models/base/shown.h"

static const char *status_of(const gg_energy_point *point) {
    return point->proven ? "optimal" : "bounded";
}

static double per_query(const gg_energy_study *study, double sum) {
    return sum / (double)study->instance->n_users;
}

static size_t offloaded(const gg_energy_study *study, const gg_energy_point *point) {
    size_t n = 0;
    for (size_t i = 0; i < study->instance->n_users; i++)
        n += point->assignment[i] != GG_LOCAL;
    return n;
}

enum { WHO, ENERGY, DELAY, BOUND, ABOVE, PRICE, STATUS, OFFLOADED, N_COLUMNS };

static void set_place(gg_table *table, size_t row, const gg_energy_study *study, double delay_s,
                      double energy_j) {
    gg_table_set(table, row, ENERGY, "%.6g", 1e3 * per_query(study, energy_j));
    gg_table_set(table, row, DELAY, "%.6g", 1e3 * per_query(study, delay_s));
}

static void set_bound(gg_table *table, size_t row, const gg_energy_study *study, double delay_s,
                      double energy_j) {
    double above = gg_energy_above(study, delay_s, energy_j);
    gg_table_set(table, row, BOUND, "%.6g",
                 1e3 * per_query(study, gg_energy_front_bound_s(&study->front, energy_j)));
    if (!isnan(above))
        gg_table_set(table, row, ABOVE, "%.4g", 100.0 * fmax(0.0, above));
}

static gg_status print_table(const gg_energy_study *study, FILE *stream, gg_error *err) {
    static const gg_table_column columns[N_COLUMNS] = {
        {"", "", true},         {"energy", "mJ/query", false}, {"delay", "ms/query", false},
        {"bound", "ms", false}, {"above", "%", false},         {"price", "s/J", false},
        {"status", "", true},   {"offl.", "", false}};
    const gg_energy_front *front = &study->front;
    gg_table table;
    GG_TRY(gg_table_init(&table, columns, N_COLUMNS, front->count + study->count, err));
    for (size_t k = 0; k < front->count; k++) {
        const gg_energy_point *at = &front->points[k];
        gg_table_set(&table, k, WHO, "front");
        set_place(&table, k, study, at->delay_s, at->energy_j);
        set_bound(&table, k, study, at->delay_s, at->energy_j);
        gg_table_set(&table, k, PRICE, "%.4g", at->price_s_j);
        gg_table_set(&table, k, STATUS, "%s", status_of(at));
        gg_table_set(&table, k, OFFLOADED, "%zu", offloaded(study, at));
    }
    for (size_t s = 0; s < study->count; s++) {
        const gg_energy_strategy *at = &study->strategies[s];
        size_t row = front->count + s;
        gg_table_set(&table, row, WHO, "%s", at->name);
        set_place(&table, row, study, at->delay_s, at->energy_j);
        if (at->breaks_tau)
            gg_table_set(&table, row, STATUS, "breaks tau");
        else
            set_bound(&table, row, study, at->delay_s, at->energy_j);
        gg_table_set(&table, row, OFFLOADED, "%zu", at->n_offloaded);
    }
    gg_table_print(&table, stream);
    return GG_OK;
}

gg_status gg_energy_print(const gg_energy_study *study, FILE *stream, gg_error *err) {
    const gg_instance *in = study->instance;
    char instance[61];
    fprintf(stream,
            "%s\nusers %zu, servers %zu, tau %.6g\n"
            "delay against the devices' energy, of decisions that keep tau\n\n",
            gg_shown_cut(in->name, instance, sizeof instance), in->n_users, in->n_servers, in->tau);
    GG_TRY(print_table(study, stream, err));
    fprintf(stream,
            "\nThe front's supported points: each has the least delay + price x energy.\n"
            "%s\n"
            "No decision that keeps tau is below its bound, whichever it is: %zu prices\n"
            "are solved, each a line that is proven.\n",
            study->front.complete ? "There are no others, up to the gap."
                                  : "There may be others: a limit came first.",
            study->front.n_lines);
    return GG_OK;
}

static json_t *point_json(const gg_energy_study *study, const gg_energy_point *at) {
    double bound_s = gg_energy_front_bound_s(&study->front, at->energy_j);
    return json_pack("{s:o, s:o, s:o, s:o, s:s, s:I, s:I, s:o}", "energy_per_query_j",
                     gg_json_of_number(per_query(study, at->energy_j)), "delay_per_query_s",
                     gg_json_of_number(per_query(study, at->delay_s)), "delay_bound_s",
                     gg_json_of_number(per_query(study, bound_s)), "price_s_j",
                     gg_json_of_number(at->price_s_j), "status", status_of(at), "n_offloaded",
                     (json_int_t)offloaded(study, at), "nodes", (json_int_t)at->nodes, "assignment",
                     gg_json_of_decision(at->assignment, study->instance->n_users));
}

/* Sums over the users: what no decision's delay + price energy, or energy alone, is below. */
static json_t *line_json(const gg_energy_line *line) {
    return json_pack("{s:o, s:o}", "price_s_j", gg_json_of_number(line->price_s_j),
                     isinf(line->price_s_j) ? "lower_bound_j" : "lower_bound_s",
                     gg_json_of_number(line->bound));
}

static json_t *strategy_json(const gg_energy_study *study, const gg_energy_strategy *at) {
    double above = at->breaks_tau ? NAN : gg_energy_above(study, at->delay_s, at->energy_j);
    return json_pack("{s:s, s:o, s:o, s:o, s:b, s:I}", "strategy", at->name, "energy_per_query_j",
                     gg_json_of_number(per_query(study, at->energy_j)), "delay_per_query_s",
                     gg_json_of_number(per_query(study, at->delay_s)), "above",
                     gg_json_of_number(above), "breaks_tau", at->breaks_tau, "n_offloaded",
                     (json_int_t)at->n_offloaded);
}

gg_status gg_energy_write_json(const gg_energy_study *study, FILE *stream, gg_error *err) {
    const gg_instance *in = study->instance;
    const gg_energy_front *front = &study->front;
    json_t *points = json_array(), *lines = json_array(), *others = json_array();
    for (size_t k = 0; k < front->count; k++)
        json_array_append_new(points, point_json(study, &front->points[k]));
    for (size_t k = 0; k < front->n_lines; k++)
        json_array_append_new(lines, line_json(&front->lines[k]));
    for (size_t s = 0; s < study->count; s++)
        json_array_append_new(others, strategy_json(study, &study->strategies[s]));
    json_t *json =
        json_pack("{s:s, s:I, s:I, s:o, s:s, s:b, s:o, s:o, s:o}", "instance", in->name, "n_users",
                  (json_int_t)in->n_users, "n_servers", (json_int_t)in->n_servers, "tau",
                  gg_json_of_number(in->tau), "against", "energy", "complete", front->complete,
                  "front", points, "lines", lines, "strategies", others);
    gg_status status = json != NULL ? gg_json_write(json, stream, err)
                                    : gg_fail(err, GG_E_NOMEM, "out of memory for the front");
    json_decref(json);
    return status;
}

static void put_row(const gg_energy_study *study, const char *kind, const char *name,
                    double delay_s, double energy_j, double price_s_j, const char *status,
                    FILE *stream) {
    double bound_s = gg_energy_front_bound_s(&study->front, energy_j);
    gg_csv_put_text(stream, kind);
    gg_csv_put_more_text(stream, name);
    gg_csv_put_number(stream, per_query(study, delay_s));
    gg_csv_put_number(stream, per_query(study, energy_j));
    gg_csv_put_number(stream, per_query(study, bound_s));
    gg_csv_put_number(stream, price_s_j);
    gg_csv_put_more_text(stream, status);
    fputc('\n', stream);
}

gg_status gg_energy_write_csv(const gg_energy_study *study, FILE *stream, gg_error *err) {
    const gg_energy_front *front = &study->front;
    size_t count;
    double *energy_j, *delay_s;
    GG_TRY(gg_energy_polygon(front, &count, &energy_j, &delay_s, err));
    fputs("kind,strategy,delay_per_query_s,energy_per_query_j,delay_bound_s,price_s_j,status\n",
          stream);
    for (size_t k = 0; k < front->count; k++) {
        const gg_energy_point *at = &front->points[k];
        put_row(study, "front", "exact", at->delay_s, at->energy_j, at->price_s_j, status_of(at),
                stream);
    }
    for (size_t k = 0; k < count; k++)
        put_row(study, "polygon", "", delay_s[k], energy_j[k], NAN, "bound", stream);
    for (size_t s = 0; s < study->count; s++) {
        const gg_energy_strategy *at = &study->strategies[s];
        put_row(study, "strategy", at->name, at->delay_s, at->energy_j, NAN,
                at->breaks_tau ? "breaks tau" : "feasible", stream);
    }
    gg_free(energy_j);
    return GG_OK;
}
