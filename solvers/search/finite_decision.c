/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "solvers/search/finite_decision.h"

#include <math.h>
#include <stdlib.h>

#include "models/base/alloc.h"
#include "models/base/record.h"
#include "models/delay.h"
#include "models/evaluate.h"

/* A user that must offload, by the power it is best received with. */
typedef struct candidate {
    double best_w;
    uint32_t user;
} candidate;

typedef struct quest {
    const gg_instance *in;
    int32_t *assignment;
    candidate *must; /* once ranked weakest first: whoever is heard least has the fewest places */
    size_t n_must;
    double *interference_w, *weakest_w; /* M, of the users placed */
    uint64_t steps;                     /* left */
} quest;

static bool has_rate(const quest *q, size_t j, double power_w, double interference_w) {
    return gg_has_rate(power_w, interference_w + gg_floor_w(q->in, j));
}

static void take_steps(quest *q, uint64_t count) {
    q->steps -= count < q->steps ? count : q->steps;
}

static int by_power(const void *a, const void *b) {
    const candidate *x = a, *y = b;
    if (x->best_w != y->best_w)
        return x->best_w < y->best_w ? -1 : 1;
    return (x->user > y->user) - (x->user < y->user);
}

static void everybody_local(quest *q) {
    for (uint32_t i = 0; i < q->in->n_users; i++) {
        q->assignment[i] = GG_LOCAL;
        if (gg_is_mandatory(q->in, i))
            q->must[q->n_must++].user = i;
    }
}

static void rank(quest *q) {
    for (size_t k = 0; k < q->n_must; k++)
        for (size_t j = 0; j < q->in->n_servers; j++)
            q->must[k].best_w = fmax(q->must[k].best_w, gg_received_w(q->in, q->must[k].user, j));
    qsort(q->must, q->n_must, sizeof *q->must, by_power);
}

/* On one server nobody disturbs anybody. */
static bool share_a_server(quest *q) {
    for (size_t j = 0; j < q->in->n_servers; j++) {
        bool all = true;
        for (size_t k = 0; all && k < q->n_must; k++)
            all = has_rate(q, j, gg_received_w(q->in, q->must[k].user, j), 0.0);
        for (size_t k = 0; all && k < q->n_must; k++)
            q->assignment[q->must[k].user] = (int32_t)j;
        if (all)
            return true;
    }
    return false;
}

static void place(quest *q, size_t i, size_t server) {
    q->weakest_w[server] = fmin(q->weakest_w[server], gg_received_w(q->in, i, server));
    for (size_t j = 0; j < q->in->n_servers; j++)
        if (j != server)
            q->interference_w[j] += gg_disturbing_w(q->in, i, j);
}

static void place_first(quest *q, size_t count) {
    for (size_t j = 0; j < q->in->n_servers; j++) {
        q->interference_w[j] = 0.0;
        q->weakest_w[j] = INFINITY;
    }
    for (size_t k = 0; k < count; k++)
        place(q, q->must[k].user, (size_t)q->assignment[q->must[k].user]);
    take_steps(q, count * q->in->n_servers);
}

/* Who has no rate now has none with more users; what the order of summation may have rounded up is
 * let pass, and left to the judge. */
static bool all_have_rates(const quest *q) {
    for (size_t j = 0; j < q->in->n_servers; j++)
        if (!has_rate(q, j, q->weakest_w[j], q->interference_w[j] * (1.0 - 1e-9)))
            return false;
    return true;
}

/* The server to try after `last`: by falling power, then by rising id. */
static int32_t next_server(const quest *q, size_t i, int32_t last) {
    double last_w = last == GG_LOCAL ? INFINITY : gg_received_w(q->in, i, (size_t)last),
           best_w = 0.0;
    int32_t best = GG_LOCAL;
    for (int32_t j = 0; j < (int32_t)q->in->n_servers; j++) {
        double power_w = gg_received_w(q->in, i, (size_t)j);
        if ((power_w < last_w || (power_w == last_w && j > last)) && power_w > best_w) {
            best_w = power_w;
            best = j;
        }
    }
    return best;
}

static gg_status judge(quest *q, bool *finite, gg_error *err) {
    gg_metrics metrics;
    gg_status status = gg_evaluate(q->in, GG_UNIFORM, q->assignment, &metrics, err);
    *finite = status == GG_OK && isfinite(metrics.objective_s);
    take_steps(q, q->in->n_users * q->in->n_servers);
    return status;
}

/* Depth first over the servers of one user after the other. */
static gg_status explore(quest *q, gg_finiteness *answer, gg_error *err) {
    size_t depth = 0;
    rank(q);
    place_first(q, 0);
    for (*answer = GG_FINITE_UNKNOWN; q->steps > 0;) {
        if (depth == q->n_must) {
            bool finite;
            gg_status status = judge(q, &finite, err);
            *answer = finite ? GG_SOME_FINITE : GG_FINITE_UNKNOWN;
            if (finite || status != GG_OK)
                return status;
            depth--;
        }
        size_t user = q->must[depth].user;
        int32_t last = q->assignment[user];
        if (last != GG_LOCAL)
            place_first(q, depth);
        q->assignment[user] = next_server(q, user, last);
        take_steps(q, q->in->n_servers);
        if (q->assignment[user] != GG_LOCAL) {
            place(q, user, (size_t)q->assignment[user]);
            depth += all_have_rates(q);
        } else if (depth-- == 0) {
            *answer = GG_NONE_FINITE;
            return GG_OK;
        }
    }
    return GG_OK;
}

gg_status gg_find_finite(const gg_instance *in, uint64_t steps, int32_t *assignment,
                         gg_finiteness *answer, gg_error *err) {
    quest q = {.in = in, .assignment = assignment, .steps = steps};
    const gg_record_array arrays[] = {GG_ARRAY(quest, must, in->n_users),
                                      GG_ARRAY(quest, interference_w, in->n_servers),
                                      GG_ARRAY(quest, weakest_w, in->n_servers)};
    void *memory = GG_ARRAYS_NEW(&q, arrays);
    gg_status status = GG_OK;
    *answer = GG_SOME_FINITE;
    GG_NEED(memory, err, "out of memory for %zu users", in->n_users);
    everybody_local(&q);
    if (q.n_must > 0 && !share_a_server(&q))
        status = explore(&q, answer, err);
    gg_free(memory);
    return status;
}

gg_status gg_make_finite(gg_search *search, const gg_instance *in, gg_error *err) {
    if (isfinite(gg_search_objective_s(search)))
        return GG_OK;
    gg_finiteness answer;
    int32_t *found = gg_alloc(in->n_users, sizeof *found);
    GG_NEED(found, err, "out of memory for %zu users", in->n_users);
    gg_status status = gg_find_finite(in, GG_FINITE_STEPS, found, &answer, err);
    if (status == GG_OK && answer == GG_SOME_FINITE)
        gg_search_load(search, found);
    gg_free(found);
    return status;
}

gg_status gg_descend_to_finite(gg_search *search, const gg_instance *in, double deadline_s,
                               double *scratch, bool *finished, gg_error *err) {
    *finished = gg_descend(search, in, NULL, deadline_s, scratch);
    if (isfinite(gg_search_objective_s(search)))
        return GG_OK;
    gg_status status = gg_make_finite(search, in, err);
    *finished = gg_descend(search, in, NULL, deadline_s, scratch);
    return status;
}
