/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "solvers/tree/open_nodes.h"

#include "models/base/alloc.h"

static size_t head_bytes(void) {
    return (sizeof(gg__node) + 7) / 8 * 8;
}

size_t gg__node_bytes(const gg_bound_problem *p, bool priced) {
    size_t numbers = p->n + p->m + (priced ? p->n * p->m : 0);
    return head_bytes() + gg_box_bytes(p) + numbers * sizeof(float);
}

gg__node *gg__node_new(const gg_bound_problem *p, uint64_t number, bool priced) {
    char *memory = gg_alloc(gg__node_bytes(p, priced), 1);
    if (memory == NULL)
        return NULL;
    gg__node *fresh = (gg__node *)memory;
    gg_box_place(&fresh->box, p, memory + head_bytes());
    fresh->multipliers = (float *)(memory + head_bytes() + gg_box_bytes(p));
    fresh->prices = priced ? fresh->multipliers + p->n + p->m : NULL;
    fresh->number = number;
    return fresh;
}

static bool goes_first(const gg__node *a, const gg__node *b) {
    return a->bound_s != b->bound_s ? a->bound_s < b->bound_s : a->number < b->number;
}

bool gg__open_push(gg__open_nodes *open, gg__node *fresh) {
    if (open->count == open->capacity) {
        size_t capacity = open->capacity * 2 + 64;
        gg__node **grown = gg_realloc(open->heap, open->capacity, capacity, sizeof(gg__node *));
        if (grown == NULL)
            return false;
        open->heap = grown;
        open->capacity = capacity;
    }
    size_t hole = open->count++;
    while (hole > 0 && goes_first(fresh, open->heap[(hole - 1) / 2])) {
        open->heap[hole] = open->heap[(hole - 1) / 2];
        hole = (hole - 1) / 2;
    }
    open->heap[hole] = fresh;
    return true;
}

gg__node *gg__open_pop(gg__open_nodes *open) {
    gg__node *top = open->heap[0], *last = open->heap[--open->count];
    size_t hole = 0;
    for (;;) {
        size_t child = 2 * hole + 1;
        if (child >= open->count)
            break;
        if (child + 1 < open->count && goes_first(open->heap[child + 1], open->heap[child]))
            child++;
        if (!goes_first(open->heap[child], last))
            break;
        open->heap[hole] = open->heap[child];
        hole = child;
    }
    open->heap[hole] = last;
    return top;
}

void gg__open_clear(gg__open_nodes *open) {
    for (size_t k = 0; k < open->count; k++)
        gg_free(open->heap[k]);
    gg_free(open->heap);
    *open = (gg__open_nodes){0};
}
