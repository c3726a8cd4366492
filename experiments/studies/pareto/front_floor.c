/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiments/studies/pareto/front_floor.h"

#include <math.h>
#include <stdlib.h>

#include "models/base/alloc.h"

static gg_status push(gg_front_floor *floor, gg_floor_edge edge, gg_error *err) {
    if (floor->count == floor->capacity) {
        size_t capacity = 2 * floor->capacity + 64;
        gg_floor_edge *grown = gg_realloc(floor->edges, floor->capacity, capacity, sizeof *grown);
        GG_NEED(grown, err, "out of memory for a front of %zu points", capacity);
        floor->edges = grown;
        floor->capacity = capacity;
    }
    floor->edges[floor->count++] = edge;
    return GG_OK;
}

/* The line that crosses line `k` first as accuracy rises, and where; of those that cross together
 * the steepest. */
static size_t next_line(const gg_tradeoff *front, size_t k, double *crossing) {
    const gg_tradeoff_line *lines = front->lines;
    size_t next = k;
    *crossing = INFINITY;
    for (size_t q = k + 1; q < front->n_lines; q++) {
        double at = (lines[k].bound_s - lines[q].bound_s) / (lines[q].price_s - lines[k].price_s);
        if (at <= *crossing) {
            *crossing = at;
            next = q;
        }
    }
    return next;
}

gg_status gg_front_floor_add(gg_front_floor *floor, const gg_tradeoff *front, double most,
                             size_t n_users, gg_error *err) {
    double n = (double)n_users, at = -INFINITY, crossing;
    for (size_t k = 0, next; at < most; k = next, at = crossing) {
        next = next_line(front, k, &crossing);
        crossing = fmin(crossing, most);
        if (k == 0) {
            floor->accuracy += crossing;
            floor->objective_s += front->lines[0].bound_s / n;
        } else if (crossing > at) {
            double rise = crossing - at;
            GG_TRY(push(floor, (gg_floor_edge){rise, front->lines[k].price_s * rise / n}, err));
        }
    }
    return GG_OK;
}

static int flatter_first(const void *a, const void *b) {
    const gg_floor_edge *x = a, *y = b;
    double left = x->objective_s * y->accuracy, right = y->objective_s * x->accuracy;
    return (left > right) - (left < right);
}

void gg_front_floor_sort(gg_front_floor *floor) {
    if (floor->count > 0)
        qsort(floor->edges, floor->count, sizeof *floor->edges, flatter_first);
}

double gg_front_floor_at(gg_front_floor *floor, double accuracy) {
    for (; floor->next < floor->count; floor->next++) {
        const gg_floor_edge *edge = &floor->edges[floor->next];
        if (floor->accuracy + edge->accuracy > accuracy)
            break;
        floor->accuracy += edge->accuracy;
        floor->objective_s += edge->objective_s;
    }
    if (floor->next == floor->count || accuracy <= floor->accuracy)
        return floor->objective_s;
    const gg_floor_edge *edge = &floor->edges[floor->next];
    return floor->objective_s + edge->objective_s * ((accuracy - floor->accuracy) / edge->accuracy);
}

void gg_front_floor_clear(gg_front_floor *floor) {
    gg_free(floor->edges);
    *floor = (gg_front_floor){0};
}
