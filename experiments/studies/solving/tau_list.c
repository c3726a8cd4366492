/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiments/studies/solving/solve_runs.h"

#include <math.h>
#include <string.h>

#include "models/base/alloc.h"
#include "models/base/parse.h"

enum { MOST_VALUES = 10001 };

static gg_status append(gg_tau_list *list, double tau, gg_error *err) {
    double *values = gg_grow(list->values, list->count, sizeof *values);
    if (values == NULL)
        return gg_fail(err, GG_E_NOMEM, "out of memory for thresholds");
    list->values = values;
    list->values[list->count++] = tau;
    return GG_OK;
}

static gg_status parse_unit(const char *text, double *value, gg_error *err) {
    char hint[GG_COMMA_HINT];
    if (!gg_parse_double(text, value))
        return gg_fail(err, GG_E_USAGE, "tau: '%s' is not a number%s", text,
                       gg_comma_hint(text, hint));
    if (*value < 0.0 || *value > 1.0)
        return gg_fail(err, GG_E_USAGE, "tau: %s is outside [0, 1]", text);
    return GG_OK;
}

/* The decimal number a person would write: k steps of 0.1 are 0.7, not 0.7000000000000001. */
static double tidy(double value) {
    return round(value * 1e12) / 1e12;
}

static gg_status parse_range(char *text, gg_tau_list *list, gg_error *err) {
    const char *first_text = strsep(&text, ":"), *last_text = strsep(&text, ":");
    if (text == NULL)
        return gg_fail(err, GG_E_USAGE, "tau: a range is FIRST:LAST:STEP");
    double first = 0.0, last = 0.0, step = 0.0;
    GG_TRY(parse_unit(first_text, &first, err));
    GG_TRY(parse_unit(last_text, &last, err));
    GG_TRY(parse_unit(text, &step, err));
    if (last < first)
        return gg_fail(err, GG_E_USAGE, "tau: the range ends at %g, before its start %g", last,
                       first);
    if (!(step > 0.0) || (last - first) / step >= MOST_VALUES)
        return gg_fail(err, GG_E_USAGE, "tau: a step of %g gives no list of at most %d values",
                       step, MOST_VALUES);
    size_t n_steps = (size_t)floor((last - first) / step + 1e-9);
    for (size_t k = 0; k <= n_steps; k++)
        GG_TRY(append(list, fmin(tidy(first + (double)k * step), last), err));
    return GG_OK;
}

static gg_status parse_values(char *text, gg_tau_list *list, gg_error *err) {
    for (char *part; (part = strsep(&text, ",")) != NULL;) {
        double tau = 0.0;
        GG_TRY(parse_unit(part, &tau, err));
        GG_TRY(append(list, tau, err));
    }
    return GG_OK;
}

/* A list of two, one of which cannot be, is one number with a decimal comma: 0,8. */
static gg_status list_values(const char *text, char *copy, gg_tau_list *list, gg_error *err) {
    char hint[GG_COMMA_HINT];
    gg_error inner = {0};
    gg_status status = parse_values(copy, list, &inner);
    return status == GG_OK ? GG_OK
                           : gg_fail(err, status, "%s%s", inner.message, gg_comma_hint(text, hint));
}

gg_status gg_tau_list_parse(const char *text, gg_tau_list *list, gg_error *err) {
    *list = (gg_tau_list){.is_list = strpbrk(text, ",:") != NULL};
    char *copy = gg_strdup(text);
    if (copy == NULL)
        return gg_fail(err, GG_E_NOMEM, "out of memory for thresholds");
    gg_status status = strchr(text, ':') != NULL ? parse_range(copy, list, err)
                                                 : list_values(text, copy, list, err);
    gg_free(copy);
    if (status != GG_OK)
        gg_tau_list_clear(list);
    return status;
}

void gg_tau_list_clear(gg_tau_list *list) {
    gg_free(list->values);
    *list = (gg_tau_list){0};
}
