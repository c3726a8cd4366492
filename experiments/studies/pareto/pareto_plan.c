/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiments/studies/pareto/pareto_study.h"

#include <math.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "experiments/batch/unit.h"
#include "experiments/output/csv_out.h"
#include "experiments/planning/experiment.h"
#include "experiments/statistics/statistics.h"
#include "experiments/studies/pareto/front_floor.h"
#include "experiments/studies/pareto/network_front.h"
#include "models/base/alloc.h"
#include "models/threads/together.h"

/* Networks whose fronts are computed before they are added up. */
enum { BLOCK_MOST = 64 };

/* Points nearer than this in accuracy, or than this share of all energy that can be saved, are
 * written as one: no picture tells them apart. */
static const double STEP = 0.001;

/* From one vertex of a network's lower convex hull to the next. */
typedef struct edge {
    double accuracy, objective_s, delay_s; /* what they rise by */
    size_t network;
} edge;

/* A network's delay per query at the price that the front has come to. */
typedef struct member {
    uint32_t run;
    double delay_s;
    size_t network;
} member;

/* The least delay of several networks together at each accuracy of their answers together: every
 * network pays the same price for accuracy, so the edges of all their hulls are taken from the
 * flattest to the steepest. At equal accuracy in each network the same answers would cost more. */
typedef struct joint_front {
    size_t networks, room;
    member *members;          /* networks; of one run side by side once the edges are in order */
    size_t *place;            /* networks: where a network is among the members */
    double accuracy, delay_s; /* sums; at first of every network at its fastest */
    gg_front_floor floor;
    edge *edges;
    size_t count, capacity;
} joint_front;

static gg_status push(joint_front *to, const gg_tradeoff_point *from, const gg_tradeoff_point *next,
                      double n_users, gg_error *err) {
    if (to->count == to->capacity) {
        size_t capacity = 2 * to->capacity + 64;
        edge *grown = gg_realloc(to->edges, to->capacity, capacity, sizeof *grown);
        if (grown == NULL)
            return gg_fail(err, GG_E_NOMEM, "out of memory for a front of %zu points", capacity);
        to->edges = grown;
        to->capacity = capacity;
    }
    to->edges[to->count++] =
        (edge){next->accuracy - from->accuracy, (next->objective_s - from->objective_s) / n_users,
               (next->total_delay_s - from->total_delay_s) / n_users, to->networks - 1};
    return GG_OK;
}

/* The next vertex of the lower hull after point `k`: where the objective rises least for what the
 * accuracy does, the farthest such. */
static size_t next_vertex(const gg_tradeoff *front, size_t k) {
    size_t best = k + 1;
    double least = INFINITY;
    for (size_t q = k + 1; q < front->count; q++) {
        double slope = (front->points[q].objective_s - front->points[k].objective_s) /
                       (front->points[q].accuracy - front->points[k].accuracy);
        if (slope <= least) {
            least = slope;
            best = q;
        }
    }
    return best;
}

static gg_status add_member(joint_front *to, uint32_t run, double delay_s, gg_error *err) {
    if (to->networks == to->room) {
        size_t room = 2 * to->room + 64;
        member *grown = gg_realloc(to->members, to->room, room, sizeof *grown);
        if (grown == NULL)
            return gg_fail(err, GG_E_NOMEM, "out of memory for %zu fronts", room);
        to->members = grown;
        to->room = room;
    }
    to->members[to->networks] = (member){run, delay_s, to->networks};
    to->networks++;
    return GG_OK;
}

static gg_status add(joint_front *to, const gg_tradeoff *front, double most, uint32_t run,
                     size_t n_users, gg_error *err) {
    const gg_tradeoff_point *first = &front->points[0];
    double n = (double)n_users;
    GG_TRY(add_member(to, run, first->total_delay_s / n, err));
    to->accuracy += first->accuracy;
    to->delay_s += first->total_delay_s / n;
    GG_TRY(gg_front_floor_add(&to->floor, front, most, n_users, err));
    for (size_t k = 0, next; k + 1 < front->count; k = next) {
        next = next_vertex(front, k);
        GG_TRY(push(to, &front->points[k], &front->points[next], n, err));
    }
    return GG_OK;
}

static int flatter_first(const void *a, const void *b) {
    const edge *x = a, *y = b;
    double left = x->objective_s * y->accuracy, right = y->objective_s * x->accuracy;
    return (left > right) - (left < right);
}

static int by_run(const void *a, const void *b) {
    const member *x = a, *y = b;
    if (x->run != y->run)
        return x->run < y->run ? -1 : 1;
    return (x->network > y->network) - (x->network < y->network);
}

/* Networks of one run share their users: they are resampled together. */
static gg_status find_interval(const joint_front *at, gg_bootstrap *bootstrap, double *low_s,
                               double *high_s, gg_error *err) {
    GG_TRY(gg_bootstrap_begin(bootstrap, at->networks, err));
    for (size_t k = 0; k < at->networks; k++)
        gg_bootstrap_add(bootstrap, k > 0 && at->members[k].run == at->members[k - 1].run,
                         at->members[k].delay_s);
    return gg_bootstrap_end(bootstrap, low_s, high_s, err);
}

/* Where the front of one preset goes. */
typedef struct target {
    const char *preset; /* NULL: nothing is written yet */
    gg_front_kind kind;
    FILE *stream;
    gg_bootstrap bootstrap;
} target;

static void write_header(const target *to) {
    fprintf(to->stream,
            "preset,delay_per_query_s,%s,lower_bound_s,networks,delay_low_s,delay_high_s,kind\n",
            to->kind == GG_FRONT_ENERGY ? "energy_per_query_j" : "accuracy");
}

static gg_status write_point(joint_front *at, target *to, gg_error *err) {
    double networks = (double)at->networks, low_s, high_s;
    GG_TRY(find_interval(at, &to->bootstrap, &low_s, &high_s, err));
    gg_csv_put_text(to->stream, to->preset);
    gg_csv_put_number(to->stream, at->delay_s / networks);
    gg_csv_put_number(to->stream,
                      (to->kind == GG_FRONT_ENERGY ? -1.0 : 1.0) * at->accuracy / networks);
    gg_csv_put_number(to->stream, gg_front_floor_at(&at->floor, at->accuracy) / networks);
    gg_csv_put_count(to->stream, at->networks);
    gg_csv_put_number(to->stream, low_s);
    gg_csv_put_number(to->stream, high_s);
    gg_csv_put_more_text(to->stream, to->kind == GG_FRONT_ENERGY
                                         ? "energy"
                                         : gg_accuracy_kind(to->kind == GG_FRONT_HINDSIGHT));
    fputc('\n', to->stream);
    return GG_OK;
}

static gg_status put_in_order(joint_front *front, gg_error *err) {
    front->place = gg_alloc(front->networks, sizeof *front->place);
    GG_NEED(front->place, err, "out of memory for %zu fronts", front->networks);
    qsort(front->members, front->networks, sizeof *front->members, by_run);
    gg_front_floor_sort(&front->floor);
    for (size_t k = 0; k < front->networks; k++)
        front->place[front->members[k].network] = k;
    if (front->count > 0)
        qsort(front->edges, front->count, sizeof *front->edges, flatter_first);
    return GG_OK;
}

/* How far apart written points are, summed over the networks. */
static double step_of(const joint_front *front, gg_front_kind kind) {
    double range = 0.0;
    for (size_t k = 0; k < front->count; k++)
        range += front->edges[k].accuracy;
    return STEP * (kind == GG_FRONT_ENERGY ? range : (double)front->networks);
}

static gg_status write(joint_front *front, target *to, gg_error *err) {
    double written = -INFINITY, step = step_of(front, to->kind);
    GG_TRY(put_in_order(front, err));
    for (size_t k = 0; k <= front->count; k++) {
        if (k == front->count || front->accuracy - written >= step) {
            GG_TRY(write_point(front, to, err));
            written = front->accuracy;
        }
        if (k == front->count)
            break;
        const edge *next = &front->edges[k];
        front->accuracy += next->accuracy;
        front->delay_s += next->delay_s;
        front->members[front->place[next->network]].delay_s += next->delay_s;
    }
    return GG_OK;
}

static void clear(joint_front *front) {
    gg_front_floor_clear(&front->floor);
    gg_free(front->edges);
    gg_free(front->members);
    gg_free(front->place);
    *front = (joint_front){0};
}

/* A network of the plan, and its front once somebody has computed it. */
typedef struct member_front {
    gg_unit unit;
    gg_instance *network;
    gg_network_front of;
    gg_status status;
    gg_error error;
} member_front;

/* Networks that threads work on at a time: they are added up in the plan's order. */
typedef struct block {
    gg_tradeoff_options options; /* of one thread each */
    gg_front_kind kind;
    size_t count;
    atomic_size_t next;
    member_front of[BLOCK_MOST];
} block;

static void compute_next(void *context, size_t who) {
    block *b = context;
    (void)who;
    for (size_t k; (k = atomic_fetch_add(&b->next, 1)) < b->count;) {
        member_front *m = &b->of[k];
        m->status = gg_network_front_compute(m->network, &b->options, b->kind, &m->of, &m->error);
    }
}

static void empty(block *b) {
    for (size_t k = 0; k < b->count; k++) {
        gg_tradeoff_clear(&b->of[k].of.front);
        gg_instance_free(b->of[k].network);
    }
    b->count = 0;
    atomic_store(&b->next, 0);
}

/* The networks from `first` on, as many as there is room for. */
static gg_status fill(block *b, const gg_experiment *experiment, size_t first, gg_error *err) {
    size_t units = gg_plan_units(experiment->plan);
    while (b->count < BLOCK_MOST && first + b->count < units) {
        member_front *m = &b->of[b->count];
        *m = (member_front){.unit = gg_plan_unit(experiment->plan, first + b->count)};
        GG_TRY(gg_unit_draw(experiment, &m->unit, &m->network, err));
        b->count++;
    }
    return GG_OK;
}

/* What a plan's fronts come to. */
typedef struct outcome {
    bool proven, stopped;
} outcome;

static gg_status add_member_front(joint_front *sum, const member_front *m, outcome *came,
                                  gg_error *err) {
    if (m->status != GG_OK) {
        if (err != NULL)
            *err = m->error;
        return m->status;
    }
    const gg_tradeoff *front = &m->of.front;
    for (size_t k = 0; k < front->count; k++)
        came->proven = came->proven && front->points[k].proven;
    came->stopped = came->stopped || front->stopped;
    return add(sum, front, m->of.most, m->unit.run, m->network->n_users, err);
}

/* Adds a block's fronts, and writes the sum of a preset after its last network. */
static gg_status take(const block *b, const gg_experiment *experiment, size_t first,
                      joint_front *sum, target *to, outcome *came, gg_error *err) {
    const gg_plan *plan = experiment->plan;
    for (size_t k = 0; k < b->count && !came->stopped; k++) {
        size_t preset = b->of[k].unit.preset, next = first + k + 1;
        GG_TRY(add_member_front(sum, &b->of[k], came, err));
        if (came->stopped ||
            (next < gg_plan_units(plan) && gg_plan_unit(plan, next).preset == preset))
            continue;
        if (to->preset == NULL)
            write_header(to);
        to->preset = gg_preset_name(experiment->presets[preset]);
        GG_TRY(write(sum, to, err));
        clear(sum);
    }
    return GG_OK;
}

static gg_status write_fronts(const gg_experiment *experiment, const gg_tradeoff_options *options,
                              target *to, outcome *came, gg_error *err) {
    size_t threads = options->threads > 0 ? options->threads : gg_usable_cores();
    threads = threads < GG_THREADS_MAX ? threads : GG_THREADS_MAX;
    size_t units = gg_plan_units(experiment->plan);
    joint_front sum = {0};
    gg_status status = GG_OK;
    block *b = gg_alloc(1, sizeof *b);
    GG_NEED(b, err, "out of memory for fronts");
    b->options = *options;
    b->options.threads = 1;
    b->kind = to->kind;
    for (size_t first = 0, next; status == GG_OK && first < units && !came->stopped; first = next) {
        status = fill(b, experiment, first, err);
        if (status == GG_OK)
            gg_work_together(threads, compute_next, b);
        next = first + b->count;
        if (status == GG_OK)
            status = take(b, experiment, first, &sum, to, came, err);
        empty(b);
    }
    clear(&sum);
    gg_free(b);
    return status;
}

/* Energy is weighed at a tau, and a front of several would be of none. */
static gg_status ask_one_tau(const gg_plan *plan, gg_error *err) {
    return plan->n_taus == 1
               ? GG_OK
               : gg_fail(err, GG_E_USAGE, "against energy: the plan must have one tau, not %zu",
                         plan->n_taus);
}

gg_status gg_pareto_plan(const char *path, const char *dataset, const gg_tradeoff_options *options,
                         gg_front_kind kind, FILE *stream, bool *proven, gg_error *err) {
    gg_plan *plan = NULL;
    gg_experiment *experiment = NULL;
    target to = {.kind = kind, .stream = stream};
    outcome came = {.proven = true};
    gg_status status = gg_plan_read(path, dataset, &plan, err);
    if (status == GG_OK)
        status = kind == GG_FRONT_ENERGY ? ask_one_tau(plan, err) : GG_OK;
    if (status == GG_OK)
        status = gg_experiment_open(plan, &experiment, err);
    if (status == GG_OK)
        status = write_fronts(experiment, options, &to, &came, err);
    *proven = came.proven;
    if (status == GG_OK && came.stopped)
        status = gg_fail(err, GG_E_SOLVER, "%s: stopped before every network was done", path);
    gg_bootstrap_clear(&to.bootstrap);
    gg_experiment_close(experiment);
    gg_plan_free(plan);
    return status;
}
