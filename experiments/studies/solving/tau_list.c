/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "experiments/planning/axis.h"
#include "experiments/studies/solving/solve_runs.h"
#include "models/base/alloc.h"
#include "models/base/parse.h"

static size_t count_items(const char *text) {
    size_t count = 1;
    while ((text = strchr(text, ',')) != NULL) {
        text++;
        count++;
    }
    return count;
}

/* A list of two, one of which cannot be, is one number with a decimal comma: 0,8. */
static gg_status complain(const char *text, gg_status status, const gg_error *wrong,
                          gg_error *err) {
    char hint[GG_COMMA_HINT];
    return gg_fail(err, status == GG_E_INPUT ? GG_E_USAGE : status, "tau: %s%s", wrong->message,
                   gg_comma_hint(text, hint));
}

gg_status gg_tau_list_parse(const char *text, gg_tau_list *list, gg_error *err) {
    gg_error wrong = {0};
    size_t n_items = count_items(text), n = 0;
    char *copy = gg_strdup(text), *rest = copy, **items = gg_alloc(n_items, sizeof *items);
    *list = (gg_tau_list){.is_list = strpbrk(text, ",:") != NULL};
    gg_status status = GG_E_NOMEM;
    if (copy == NULL || items == NULL) {
        gg_fail(&wrong, status, "out of memory");
    } else {
        while (rest != NULL)
            items[n++] = strsep(&rest, ",");
        status = gg_axis_expand(items, n_items, (gg_axis_domain){0, 1, 0}, &list->values,
                                &list->count, &wrong);
    }
    gg_free(items);
    gg_free(copy);
    return status == GG_OK ? GG_OK : complain(text, status, &wrong, err);
}

void gg_tau_list_clear(gg_tau_list *list) {
    gg_free(list->values);
    *list = (gg_tau_list){0};
}
