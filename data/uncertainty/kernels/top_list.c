/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "data/uncertainty/kernels/top_list.h"

static bool less(const gg_top_list *list, size_t a, size_t b) {
    if (list->value[a] != list->value[b])
        return list->value[a] < list->value[b];
    return list->id[a] > list->id[b];
}

static void swap(gg_top_list *list, size_t a, size_t b) {
    double value = list->value[a];
    int64_t id = list->id[a];
    list->value[a] = list->value[b];
    list->id[a] = list->id[b];
    list->value[b] = value;
    list->id[b] = id;
}

/* Lets the entry at `k` sink among the first `count`. */
static void sink(gg_top_list *list, size_t k, size_t count) {
    for (size_t child = 2 * k + 1; child < count; child = 2 * k + 1) {
        if (child + 1 < count && less(list, child + 1, child))
            child++;
        if (!less(list, child, k))
            return;
        swap(list, child, k);
        k = child;
    }
}

void gg_top_list_offer(gg_top_list *list, double value, int64_t id) {
    if (list->count < list->capacity) {
        size_t k = list->count++;
        list->value[k] = value;
        list->id[k] = id;
        for (; k > 0 && less(list, k, (k - 1) / 2); k = (k - 1) / 2)
            swap(list, k, (k - 1) / 2);
        return;
    }
    if (list->capacity == 0 || value < list->value[0] ||
        (value == list->value[0] && id > list->id[0]))
        return;
    list->value[0] = value;
    list->id[0] = id;
    sink(list, 0, list->count);
}

void gg_top_list_sort(gg_top_list *list) {
    for (size_t count = list->count; count > 1; count--) {
        swap(list, 0, count - 1);
        sink(list, 0, count - 1);
    }
}
