/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "experiments/results/results.h"
#include "models/text/intern.h"

void gg_course_add(gg_course *course, gg_course_point point) {
    const double apart = 4.0 / 3.0, first_s = 0.01;
    if (!isfinite(point.lower_bound_s) || !isfinite(point.objective_s))
        return;
    gg_course_point *points = course->points;
    size_t n = course->count;
    bool newer = n < 2 || points[n - 1].time_s >= apart * fmax(points[n - 2].time_s, first_s);
    if (n == 0 || (newer && n < GG_COURSE_POINTS))
        course->count++;
    points[course->count - 1] = point;
}

const char *gg_course_text(const gg_course *course) {
    char text[GG_ROW_COURSE];
    size_t used = 0;
    for (size_t k = 0; k < course->count; k++) {
        const gg_course_point *p = &course->points[k];
        used += (size_t)snprintf(text + used, sizeof text - used, "%s%.4g %.8g %.8g",
                                 k > 0 ? ", " : "", p->time_s, p->lower_bound_s, p->objective_s);
        if (used >= sizeof text)
            return "";
    }
    const char *kept = course->count < 2 ? NULL : gg_intern(text, used, NULL);
    return kept != NULL ? kept : "";
}

/* The next of a point's numbers, which is not negative and ends where `end` says. */
static bool take(const char **text, char end, double *out) {
    char *rest;
    if (**text < '0' || **text > '9')
        return false;
    *out = strtod(*text, &rest);
    bool more = *rest == end && rest[1] != '\0', last = end == ',' && *rest == '\0';
    *text = rest + more;
    return (more || last) && isfinite(*out);
}

bool gg_course_parse(const char *text, gg_course *out) {
    *out = (gg_course){0};
    while (*text != '\0') {
        if (out->count == GG_COURSE_POINTS || (out->count > 0 && *text++ != ' '))
            return false;
        gg_course_point *p = &out->points[out->count++];
        if (!take(&text, ' ', &p->time_s) || !take(&text, ' ', &p->lower_bound_s) ||
            !take(&text, ',', &p->objective_s))
            return false;
        if (out->count > 1 && p->time_s < p[-1].time_s)
            return false;
    }
    return true;
}
