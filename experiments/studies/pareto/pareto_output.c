/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiments/output/json_file.h"
#include "experiments/studies/pareto/pareto_study.h"

#include <jansson.h>
#include <math.h>

#include "experiments/output/csv_out.h"
#include "experiments/output/json_layout.h"
#include "experiments/output/text_table.h"
#include "models/base/shown.h"

static const char *status_of(const gg_tradeoff_point *point) {
    return point->proven ? "optimal" : "bounded";
}

static double per_query(const gg_pareto_view *view, double sum_s) {
    return sum_s / (double)view->instance->n_users;
}

static bool is_energy(const gg_pareto_view *view) {
    return gg_objective_unit(view->objective)[0] == 'J';
}

/* Of a thousandth. */
static const char *unit(const gg_pareto_view *view) {
    return is_energy(view) ? "mJ" : "ms";
}

enum { ACCURACY, DELAY, OBJECTIVE, BOUND, STATUS, KIND, OFFLOADED, N_COLUMNS };

static size_t offloaded(const gg_pareto_view *view, const gg_tradeoff_point *point) {
    size_t n = 0;
    for (size_t i = 0; i < view->instance->n_users; i++)
        n += point->assignment[i] != GG_LOCAL;
    return n;
}

static gg_status print_front(const gg_pareto_view *view, FILE *stream, gg_error *err) {
    const char *each = is_energy(view) ? "mJ/query" : "ms/query";
    const gg_table_column columns[N_COLUMNS] = {
        {"accuracy", "%", false}, {"delay", "ms/query", false}, {"objective", each, false},
        {"bound", each, false},   {"status", "", true},         {"", "", true},
        {"offl.", "", false}};
    const gg_tradeoff *front = &view->study->front;
    gg_table table;
    GG_TRY(gg_table_init(&table, columns, N_COLUMNS, front->count, err));
    for (size_t k = 0; k < front->count; k++) {
        const gg_tradeoff_point *at = &front->points[k];
        gg_table_set(&table, k, ACCURACY, "%.2f", 100.0 * at->accuracy);
        gg_table_set(&table, k, DELAY, "%.6g", 1e3 * per_query(view, at->total_delay_s));
        gg_table_set(&table, k, OBJECTIVE, "%.6g", 1e3 * per_query(view, at->objective_s));
        gg_table_set(&table, k, BOUND, "%.6g", 1e3 * per_query(view, at->lower_bound_s));
        gg_table_set(&table, k, STATUS, "%s", status_of(at));
        gg_table_set(&table, k, KIND, "%s", at->supported ? "supported" : "");
        gg_table_set(&table, k, OFFLOADED, "%zu", offloaded(view, at));
    }
    gg_table_print(&table, stream);
    return GG_OK;
}

static void print_area(const gg_pareto_view *view, FILE *stream) {
    const gg_pareto_area *area = &view->study->area;
    if (!area->known)
        return;
    const char *least = view->study->front.complete ? "" : "at least ";
    fprintf(stream,
            "\ngoa over tau 0..1 reaches %.2f..%.2f %%; area to the front %s%.6g %s:\n"
            "on average %s%.6g %s a query",
            100.0 * area->from_accuracy, 100.0 * area->to_accuracy, least, 1e3 * area->area_s,
            unit(view), least, 1e3 * area->mean_excess_s, unit(view));
    if (area->mean_front_s > 0.0)
        fprintf(stream, " (%.3g %%)", 100.0 * area->mean_excess_s / area->mean_front_s);
    fputs(" above it\n", stream);
}

static void print_answer(const gg_pareto_view *view, const gg_tau_point *goa,
                         const gg_tradeoff_point *best, FILE *stream) {
    if (goa != NULL)
        fprintf(stream, "  goa: best tau %.2f: %.2f %% correct, %.6g %s a query\n", goa->tau,
                100.0 * goa->accuracy, 1e3 * per_query(view, goa->objective_s), unit(view));
    else
        fputs("  goa: no tau reaches it\n", stream);
    if (best != NULL)
        fprintf(stream, "  front: %.2f %% correct, %.6g %s a query (%s)\n", 100.0 * best->accuracy,
                1e3 * per_query(view, best->objective_s), unit(view), status_of(best));
    else
        fputs("  front: no decision reaches it\n", stream);
}

static void print_targets(const gg_pareto_view *view, FILE *stream) {
    const gg_tradeoff *front = &view->study->front;
    const gg_tau_curve *goa = &view->study->curves[0];
    if (!isnan(view->target_accuracy)) {
        fprintf(stream, "\nat least %.6g %% correct\n", 100.0 * view->target_accuracy);
        print_answer(view, gg_curve_at_accuracy(goa, view->target_accuracy),
                     gg_front_at_accuracy(front, view->target_accuracy), stream);
    }
    if (!isnan(view->target_delay_s)) {
        double sum_s = view->target_delay_s * (double)view->instance->n_users;
        fprintf(stream, "\nat most %.6g %s a query\n", 1e3 * view->target_delay_s, unit(view));
        print_answer(view, gg_curve_at_objective(goa, sum_s), gg_front_at_objective(front, sum_s),
                     stream);
    }
}

gg_status gg_pareto_print(const gg_pareto_view *view, FILE *stream, gg_error *err) {
    const gg_tradeoff *front = &view->study->front;
    char instance[61];
    fprintf(stream, "%s\nusers %zu, servers %zu, %s objective\n%s\n\n",
            gg_shown_cut(view->instance->name, instance, sizeof instance), view->instance->n_users,
            view->instance->n_servers, gg_objective_name(view->objective),
            view->hindsight
                ? "accuracy in hindsight: a bound by recorded flags that no decision can know"
                : "expected accuracy, given what is known when deciding");
    GG_TRY(print_front(view, stream, err));
    fputs(front->complete ? "\nEvery non-dominated point is there, each proven.\n"
                          : "\nNo decision that is as accurate as was asked of a point is below "
                            "its bound.\n",
          stream);
    print_area(view, stream);
    print_targets(view, stream);
    return GG_OK;
}

static json_t *point_json(const gg_pareto_view *view, const gg_tradeoff_point *at) {
    if (at == NULL)
        return json_null();
    return json_pack("{s:o, s:o, s:o, s:o, s:o, s:s, s:b, s:I, s:I, s:o}", "accuracy",
                     gg_json_of_number(at->accuracy), "delay_per_query_s",
                     gg_json_of_number(per_query(view, at->total_delay_s)), "objective_s",
                     gg_json_of_number(at->objective_s), "lower_bound_s",
                     gg_json_of_number(at->lower_bound_s), "required_accuracy",
                     gg_json_of_number(at->required), "status", status_of(at), "supported",
                     at->supported, "n_offloaded", (json_int_t)offloaded(view, at), "nodes",
                     (json_int_t)at->nodes, "assignment",
                     gg_json_of_decision(at->assignment, view->instance->n_users));
}

static json_t *tau_json(const gg_pareto_view *view, const gg_tau_point *at) {
    if (at == NULL)
        return json_null();
    return json_pack("{s:o, s:o, s:o, s:o}", "tau", gg_json_of_number(at->tau), "accuracy",
                     gg_json_of_number(at->accuracy), "delay_per_query_s",
                     gg_json_of_number(per_query(view, at->total_delay_s)), "objective_s",
                     gg_json_of_number(at->objective_s));
}

static json_t *curves_json(const gg_pareto_view *view) {
    json_t *curves = json_object();
    for (size_t c = 0; c < GG_PARETO_CURVES; c++) {
        const gg_tau_curve *curve = &view->study->curves[c];
        json_t *points = json_array();
        for (size_t k = 0; k < curve->count; k++)
            json_array_append_new(points, tau_json(view, &curve->points[k]));
        json_object_set_new(curves, curve->solver, points);
    }
    return curves;
}

static json_t *area_json(const gg_pareto_area *area) {
    if (!area->known)
        return json_null();
    return json_pack(
        "{s:o, s:o, s:o, s:o, s:o}", "from_accuracy", gg_json_of_number(area->from_accuracy),
        "to_accuracy", gg_json_of_number(area->to_accuracy), "area_s",
        gg_json_of_number(area->area_s), "mean_excess_s", gg_json_of_number(area->mean_excess_s),
        "mean_front_s", gg_json_of_number(area->mean_front_s));
}

static json_t *target_json(const gg_pareto_view *view, double value, const gg_tau_point *goa,
                           const gg_tradeoff_point *best) {
    if (isnan(value))
        return json_null();
    return json_pack("{s:o, s:o, s:o}", "target", gg_json_of_number(value), "goa",
                     tau_json(view, goa), "front", point_json(view, best));
}

gg_status gg_pareto_write_json(const gg_pareto_view *view, FILE *stream, gg_error *err) {
    const gg_instance *in = view->instance;
    const gg_tradeoff *front = &view->study->front;
    const gg_tau_curve *goa = &view->study->curves[0];
    double sum_s = view->target_delay_s * (double)in->n_users;
    json_t *points = json_array();
    for (size_t k = 0; k < front->count; k++)
        json_array_append_new(points, point_json(view, &front->points[k]));
    json_t *json = json_pack(
        "{s:s, s:I, s:I, s:s, s:s, s:b, s:o, s:o, s:o, s:o, s:o}", "instance", in->name, "n_users",
        (json_int_t)in->n_users, "n_servers", (json_int_t)in->n_servers, "objective",
        gg_objective_name(view->objective), "accuracy_kind", gg_accuracy_kind(view->hindsight),
        "complete", front->complete, "front", points, "curves", curves_json(view), "goa_area",
        area_json(&view->study->area), "target_accuracy",
        target_json(view, view->target_accuracy, gg_curve_at_accuracy(goa, view->target_accuracy),
                    gg_front_at_accuracy(front, view->target_accuracy)),
        "target_delay_s",
        target_json(view, view->target_delay_s, gg_curve_at_objective(goa, sum_s),
                    gg_front_at_objective(front, sum_s)));
    gg_status status = json != NULL ? gg_json_write(json, stream, err)
                                    : gg_fail(err, GG_E_NOMEM, "out of memory for the front");
    json_decref(json);
    return status;
}

void gg_pareto_write_csv(const gg_pareto_view *view, FILE *stream) {
    fputs("delay_per_query_s,accuracy,objective_s,lower_bound_s,required_accuracy,status,"
          "supported,kind\n",
          stream);
    for (size_t k = 0; k < view->study->front.count; k++) {
        const gg_tradeoff_point *at = &view->study->front.points[k];
        fprintf(stream, "%.17g", per_query(view, at->total_delay_s));
        gg_csv_put_number(stream, at->accuracy);
        gg_csv_put_number(stream, at->objective_s);
        gg_csv_put_number(stream, at->lower_bound_s);
        gg_csv_put_number(stream, at->required);
        fprintf(stream, ",%s,%d,%s\n", status_of(at), at->supported,
                gg_accuracy_kind(view->hindsight));
    }
}
