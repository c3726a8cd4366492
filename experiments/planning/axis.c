/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiments/planning/axis.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "models/base/alloc.h"
#include "models/base/compare.h"
#include "models/base/parse.h"

/* More values than this on one axis is a slip of the pen. */
enum { MOST_VALUES = 100000 };

typedef struct range {
    double first;
    double step;
    size_t count;
} range;

static double twelve_digits(double value) {
    char text[32];
    snprintf(text, sizeof text, "%.12g", value);
    return strtod(text, NULL);
}

static gg_status check(double value, const char *item, gg_axis_domain domain, gg_error *err) {
    if (domain.whole && value != floor(value))
        return gg_fail(err, GG_E_INPUT, "\"%s\" is not a whole number", item);
    if (value < domain.minimum || value > domain.maximum)
        return gg_fail(err, GG_E_INPUT, "\"%s\" is outside [%.12g, %.12g]", item, domain.minimum,
                       domain.maximum);
    return GG_OK;
}

/* Splits "first:last:step" at its colons; number of fields, or 0 when one is not a number. */
static size_t split(const char *item, double fields[3]) {
    char copy[96], *rest = copy, *field;
    if (strlen(item) >= sizeof copy)
        return 0;
    strcpy(copy, item);
    size_t count = 0;
    for (; (field = strsep(&rest, ":")) != NULL; count++)
        if (count == 3 || !gg_parse_double(field, &fields[count]))
            return 0;
    return count;
}

static gg_status parse(const char *item, gg_axis_domain domain, range *out, gg_error *err) {
    double field[3];
    char hint[GG_COMMA_HINT];
    size_t n_fields = split(item, field);
    if (n_fields == 0)
        return gg_fail(err, GG_E_INPUT, "\"%s\" is neither a number nor a range first:last:step%s",
                       item, gg_comma_hint(item, hint));
    gg_status status = check(field[0], item, domain, err);
    *out = (range){.first = field[0], .step = 1.0, .count = 1};
    if (n_fields == 1 || status != GG_OK)
        return status;
    if (n_fields == 2 && !domain.whole)
        return gg_fail(err, GG_E_INPUT, "\"%s\": a range of fractions is first:last:step", item);
    if (n_fields == 3)
        out->step = field[2];
    if (!(out->step > 0.0) || field[1] < field[0])
        return gg_fail(err, GG_E_INPUT,
                       "\"%s\": a range runs upwards, first:last:step with a positive step", item);
    double steps = floor((field[1] - field[0]) / out->step + 1e-9);
    if (steps >= MOST_VALUES)
        return gg_fail(err, GG_E_INPUT, "\"%s\" has more than %d values", item, MOST_VALUES);
    out->count = (size_t)steps + 1;
    status = check(field[1], item, domain, err);
    if (status == GG_OK && domain.whole && out->step != floor(out->step))
        status = gg_fail(err, GG_E_INPUT, "\"%s\": the step is not a whole number", item);
    return status;
}

typedef struct place {
    double value;
    size_t at;
} place;

static int compare_places(const void *left, const void *right) {
    const place *a = left, *b = right;
    GG_COMPARE(a->value, b->value);
    GG_COMPARE(a->at, b->at);
    return 0;
}

static gg_status refuse_twice(const double *values, size_t count, gg_error *err) {
    place *sorted = gg_alloc(count, sizeof *sorted);
    if (sorted == NULL)
        return gg_fail(err, GG_E_NOMEM, "out of memory");
    for (size_t k = 0; k < count; k++)
        sorted[k] = (place){values[k], k};
    if (count > 0)
        qsort(sorted, count, sizeof *sorted, compare_places);
    /* The first that has stood before. */
    size_t again = SIZE_MAX;
    for (size_t k = 1; k < count; k++)
        if (sorted[k].value == sorted[k - 1].value && sorted[k].at < again)
            again = sorted[k].at;
    gg_free(sorted);
    return again == SIZE_MAX ? GG_OK
                             : gg_fail(err, GG_E_INPUT, "%.12g stands twice", values[again]);
}

static gg_status expand_item(const char *item, gg_axis_domain domain, double **values,
                             size_t *n_values, gg_error *err) {
    range r = {0};
    GG_TRY(parse(item, domain, &r, err));
    if (*n_values + r.count > MOST_VALUES)
        return gg_fail(err, GG_E_INPUT, "more than %d values", MOST_VALUES);
    for (size_t k = 0; k < r.count; k++) {
        double *grown = gg_grow(*values, *n_values, sizeof *grown);
        if (grown == NULL)
            return gg_fail(err, GG_E_NOMEM, "out of memory");
        *values = grown;
        (*values)[(*n_values)++] = twelve_digits(r.first + (double)k * r.step);
    }
    return GG_OK;
}

gg_status gg_axis_expand(char *const *items, size_t count, gg_axis_domain domain, double **values,
                         size_t *n_values, gg_error *err) {
    gg_status status = GG_OK;
    gg_error wrong = {0};
    *values = NULL;
    *n_values = 0;
    for (size_t k = 0; status == GG_OK && k < count; k++)
        status = expand_item(items[k], domain, values, n_values, &wrong);
    /* What stands before an item that is wrong is complained of first. */
    gg_status twice = status == GG_E_NOMEM ? status : refuse_twice(*values, *n_values, err);
    if (status != GG_OK)
        gg_fail(err, status, "%s", wrong.message);
    status = twice != GG_OK ? twice : status;
    if (status != GG_OK) {
        gg_free(*values);
        *values = NULL;
        *n_values = 0;
    }
    return status;
}
