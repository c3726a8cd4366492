/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * `ga`: the genetic algorithm of the paper's comparison (population 100, elitism 6, one-point
 * crossover, at most 5000 generations, 200 without progress), with what its published code lacks:
 * per-gene mutation, fitness-proportional selection, mandatory users never local.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "models/base/alloc.h"
#include "models/base/record.h"
#include "models/base/rng.h"
#include "models/base/timer.h"
#include "solvers/search/finite_decision.h"
#include "solvers/solver.h"

enum { POPULATION, ELITE, MUTATIONS, STAGNATION, GENERATIONS };

static const gg_parameter parameters[] = {
    [POPULATION] = {"population", "individuals of a generation", 100, 2, 1e6, true},
    [ELITE] = {"elite", "individuals that live on unchanged", 6, 0, 1e6, true},
    [MUTATIONS] = {"mutations", "genes of a child that mutate, in the mean", 1, 0, 1e6, false},
    [STAGNATION] = {"stagnation", "generations without progress before it ends", 200, 1, 1e9, true},
    [GENERATIONS] = {"generations", "most generations", 5000, 0, 1e9, true}};

typedef struct individual {
    double objective_s;
    int32_t *genes; /* N: an assignment */
} individual;

typedef struct evolution {
    const gg_instance *in;
    gg_search *search; /* evaluates individuals */
    gg_rng rng;
    size_t population, elite;
    double mutations;
    int32_t *storage; /* 2 x population x N genes */
    individual *now, *next;
    double *cumulated_fitness; /* population */
    void *memory;              /* of the arrays */
} evolution;

static double value(const gg_solve_options *options, size_t parameter) {
    return gg_parameter_value(&options->settings, &parameters[parameter]);
}

static gg_status evolution_init(evolution *e, const gg_instance *in,
                                const gg_solve_options *options, gg_error *err) {
    *e = (evolution){.in = in,
                     .rng = gg_rng_start(options->seed, options->run, GG_STREAM_SOLVER_GA),
                     .population = (size_t)value(options, POPULATION),
                     .elite = (size_t)value(options, ELITE),
                     .mutations = value(options, MUTATIONS)};
    if (e->elite > e->population)
        return gg_fail(err, GG_E_USAGE, "elite: %zu is more than the population of %zu", e->elite,
                       e->population);
    const gg_record_array arrays[] = {GG_ARRAY(evolution, storage, 2 * e->population * in->n_users),
                                      GG_ARRAY(evolution, now, e->population),
                                      GG_ARRAY(evolution, next, e->population),
                                      GG_ARRAY(evolution, cumulated_fitness, e->population)};
    GG_TRY(gg_search_new(in, options->objective, &e->search, err));
    e->memory = GG_ARRAYS_NEW(e, arrays);
    GG_NEED(e->memory, err, "out of memory for a population of %zu users", in->n_users);
    for (size_t k = 0; k < e->population; k++) {
        e->now[k].genes = e->storage + 2 * k * in->n_users;
        e->next[k].genes = e->storage + (2 * k + 1) * in->n_users;
    }
    return GG_OK;
}

/* Any option of the user, mandatory users never local. */
static int32_t random_gene(evolution *e, size_t user) {
    uint32_t options = (uint32_t)e->in->n_servers + (gg_is_mandatory(e->in, user) ? 0 : 1);
    return (int32_t)e->in->n_servers - 1 - (int32_t)gg_rng_next_below(&e->rng, options);
}

static void evaluate(evolution *e, individual *one) {
    gg_search_load(e->search, one->genes);
    one->objective_s = gg_search_objective_s(e->search);
}

static int by_objective(const void *a, const void *b) {
    double x = ((const individual *)a)->objective_s, y = ((const individual *)b)->objective_s;
    return (x > y) - (x < y);
}

static const individual *select_parent(evolution *e) {
    double mark = gg_rng_next_uniform(&e->rng) * e->cumulated_fitness[e->population - 1];
    size_t k = 0;
    while (k + 1 < e->population && e->cumulated_fitness[k] < mark)
        k++;
    return &e->now[k];
}

/* One-point crossover, then every gene may mutate. */
static void breed(evolution *e, individual *child) {
    size_t n = e->in->n_users;
    const individual *a = select_parent(e), *b = select_parent(e);
    size_t cut = gg_rng_next_below(&e->rng, (uint32_t)n + 1);
    memcpy(child->genes, a->genes, cut * sizeof *child->genes);
    memcpy(child->genes + cut, b->genes + cut, (n - cut) * sizeof *child->genes);
    for (size_t i = 0; i < n; i++)
        if (gg_rng_next_uniform(&e->rng) * (double)n < e->mutations)
            child->genes[i] = random_gene(e, i);
    evaluate(e, child);
}

static void next_generation(evolution *e) {
    double sum = 0.0;
    for (size_t k = 0; k < e->population; k++)
        e->cumulated_fitness[k] = sum += 1.0 / fmax(e->now[k].objective_s, 1e-300);
    for (size_t k = 0; k < e->population; k++) {
        if (k < e->elite) {
            memcpy(e->next[k].genes, e->now[k].genes, e->in->n_users * sizeof(int32_t));
            e->next[k].objective_s = e->now[k].objective_s;
        } else {
            breed(e, &e->next[k]);
        }
    }
    individual *old = e->now;
    e->now = e->next;
    e->next = old;
    qsort(e->now, e->population, sizeof *e->now, by_objective);
}

/* Random individuals; where all of them are infinite, a finite one if there is any. */
static gg_status settle(evolution *e, gg_error *err) {
    for (size_t k = 0; k < e->population; k++) {
        for (size_t i = 0; i < e->in->n_users; i++)
            e->now[k].genes[i] = random_gene(e, i);
        evaluate(e, &e->now[k]);
    }
    qsort(e->now, e->population, sizeof *e->now, by_objective);
    if (isfinite(e->now[0].objective_s))
        return GG_OK;
    gg_search_load(e->search, e->now[0].genes);
    gg_status status = gg_make_finite(e->search, e->in, err);
    memcpy(e->now[0].genes, gg_search_assignment(e->search), e->in->n_users * sizeof(int32_t));
    e->now[0].objective_s = gg_search_objective_s(e->search);
    return status;
}

static void evolve(evolution *e, const gg_solve_options *options, gg_result *result) {
    double start_s = gg_now_s(), deadline_s = start_s + options->time_limit_s;
    double best_s = e->now[0].objective_s;
    result->stop_reason = GG_STOP_DONE;
    const double patience = value(options, STAGNATION), most = value(options, GENERATIONS);
    for (int stagnant = 0; stagnant < patience && (double)result->nodes < most;) {
        const gg_progress now = {best_s, -INFINITY, result->nodes, gg_now_s() - start_s};
        if (options->progress != NULL)
            options->progress(options->progress_context, &now);
        result->stop_reason = gg_stopped_by(deadline_s);
        if (result->nodes >= options->node_limit && result->stop_reason != GG_STOP_SIGNAL)
            result->stop_reason = GG_STOP_NODES;
        if (result->stop_reason != GG_STOP_DONE)
            break;
        next_generation(e);
        result->nodes++;
        stagnant = e->now[0].objective_s < best_s ? 0 : stagnant + 1;
        best_s = e->now[0].objective_s;
    }
}

static gg_status solve(const gg_instance *in, const gg_solve_options *options, gg_result *result,
                       gg_error *err) {
    evolution e;
    gg_status status = evolution_init(&e, in, options, err);
    if (status == GG_OK)
        status = settle(&e, err);
    if (status == GG_OK) {
        evolve(&e, options, result);
        memcpy(result->assignment, e.now[0].genes, in->n_users * sizeof *result->assignment);
    }
    gg_free(e.search);
    gg_free(e.memory);
    return status;
}

const gg_solver gg_solver_ga = {.name = "ga",
                                .summary = "the paper's genetic algorithm, done right",
                                .parameters = GG_PARAMETERS(parameters),
                                .solve = solve};
