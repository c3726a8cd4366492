/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The strategies of a plan: plain names, and those with options of their own.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "experiments/planning/plan_source.h"
#include "experiments/results/results.h"
#include "models/base/alloc.h"
#include "models/base/yaml.h"

/* An external command that says nothing is given up after this time. */
static const double EXTERNAL_TIME_S = 60.0;

/* The line of item number `index` of `strategies`, so that complaints look for keys there. */
static size_t item_line(const gg__plan_source *from, size_t index) {
    size_t start = gg_yaml_line(from->text, from->size, "strategies", 1), line = 1, indent = 0;
    const char *at = from->text, *end = from->text + from->size;
    for (; at < end; line++) {
        const char *first = at, *next = memchr(at, '\n', (size_t)(end - at));
        while (first < end && *first == ' ')
            first++;
        size_t blanks = (size_t)(first - at);
        if (line > start && first < end && *first == '-' && (indent == 0 || blanks + 1 == indent)) {
            indent = blanks + 1;
            if (index-- == 0)
                return line;
        }
        at = next != NULL ? next + 1 : end;
    }
    return start;
}

static gg_status refuse(const gg__plan_source *at, const char *key, const char *reason) {
    return gg__plan_complain(at, key, GG_E_INPUT, reason);
}

static gg_status find_solver(const gg__plan_source *at, const char *key, const char *name,
                             const gg_solver **solver) {
    gg_error inner = {0};
    *solver = gg_solver_find(name, &inner);
    return *solver != NULL ? GG_OK : refuse(at, key, inner.message);
}

static gg_status read_weights(const gg__plan_source *at, const char *text, gg_plan_strategy *s) {
    if (text == NULL)
        return GG_OK;
    if (s->command != NULL)
        return refuse(at, "weights", "an external command has none");
    s->weights_of_objective = strcmp(text, "objective") == 0;
    return s->weights_of_objective || strcmp(text, "alpha") == 0
               ? GG_OK
               : gg__plan_none_of(at, "weights", text, "alpha, objective");
}

/* "population=200, elite=10" of the solver's own parameters. */
static gg_status read_settings(const gg__plan_source *at, char *text, gg_plan_strategy *s) {
    if (text == NULL)
        return GG_OK;
    if (s->solver == NULL)
        return refuse(at, "set", "an external command has no parameters");
    for (char *item; (item = strsep(&text, ",")) != NULL;) {
        gg_error inner = {0};
        item += strspn(item, " ");
        if (gg_setting_parse(&s->solver->parameters, item, &s->settings, &inner) != GG_OK)
            return refuse(at, "set", inner.message);
    }
    return GG_OK;
}

static gg_status read_item(const gg__plan_source *at, const gg_strategy_texts *texts,
                           gg_plan_strategy *s) {
    if ((texts->solver == NULL) == (texts->external == NULL))
        return refuse(at, texts->external != NULL ? "external" : "strategies",
                      "a strategy is either a solver or an external command");
    if (texts->external != NULL && (texts->name == NULL || texts->external[0] == '\0'))
        return refuse(at, "external", "an external command needs a name beside it");
    if (texts->external != NULL && (texts->nodes != NULL || texts->gap != NULL))
        return refuse(at, texts->nodes != NULL ? "nodes" : "gap",
                      "an external command has only time_s");
    if (texts->solver != NULL)
        GG_TRY(find_solver(at, "solver", texts->solver, &s->solver));
    GG_TRY(gg__plan_text(at, texts->name != NULL ? texts->name : texts->solver, &s->name));
    GG_TRY(gg__plan_text(at, texts->external, &s->command));
    if (s->command != NULL && !isfinite(s->limits.time_s))
        s->limits.time_s = EXTERNAL_TIME_S;
    GG_TRY(read_weights(at, texts->weights, s));
    GG_TRY(read_settings(at, texts->set, s));
    GG_TRY(gg__plan_number(at, "time_s", texts->time_s, 0.0, &s->limits.time_s));
    GG_TRY(gg__plan_integer(at, "nodes", texts->nodes, 0, INT64_MAX, &s->limits.nodes));
    return gg__plan_number(at, "gap", texts->gap, 0.0, &s->limits.gap);
}

/* The strategy whose accuracy this one is held to: its decision must be there first. */
static gg_status read_accuracy_of(const gg__plan_source *at, const char *name, gg_plan *plan,
                                  size_t index) {
    gg_plan_strategy *s = &plan->strategies[index];
    s->accuracy_of = GG_PLAN_NOBODY;
    if (name == NULL)
        return GG_OK;
    if (s->solver == NULL || !s->solver->meets_accuracy)
        return refuse(at, "accuracy_of", "only exact can be held to an accuracy");
    for (size_t k = 0; k < index; k++)
        if (strcmp(plan->strategies[k].name, name) == 0)
            s->accuracy_of = k;
    if (s->accuracy_of == GG_PLAN_NOBODY)
        return refuse(at, "accuracy_of", "no strategy of that name stands before this one");
    return gg_plan_holds(plan, s->accuracy_of)
               ? refuse(at, "accuracy_of", "that strategy is held to an accuracy itself")
               : GG_OK;
}

/* Names tell strategies apart in the results. */
static gg_status check_name(const gg__plan_source *at, const gg_plan *plan, size_t index) {
    char reason[GG_ROW_NAME + 32];
    const char *name = plan->strategies[index].name;
    if (name[0] == '\0' || strlen(name) >= GG_ROW_NAME) {
        snprintf(reason, sizeof reason, "a strategy's name has 1 to %d bytes", GG_ROW_NAME - 1);
        return refuse(at, "name", reason);
    }
    for (size_t k = 0; k < index; k++)
        if (strcmp(plan->strategies[k].name, name) == 0) {
            snprintf(reason, sizeof reason, "\"%s\" stands twice", name);
            return refuse(at, "strategies", reason);
        }
    return GG_OK;
}

gg_status gg__plan_strategies(const gg__plan_source *from, const gg_plan_yaml *yaml,
                              gg_plan *plan) {
    size_t plain = yaml->solvers.count, count = plain + yaml->strategies.count;
    if (count == 0)
        return refuse(from, "solvers", "missing: a plan needs this list");
    /* A list of instances adds one. */
    plan->strategies = gg_alloc(count + 1, sizeof *plan->strategies);
    if (plan->strategies == NULL)
        return gg__plan_no_memory(from);
    GG_TRY(gg__plan_refuse_twice(from, "solvers", &yaml->solvers));
    while (plan->n_strategies < count) {
        size_t k = plan->n_strategies++;
        gg__plan_source at = *from;
        gg_plan_strategy *s = &plan->strategies[k];
        s->limits = plan->limits;
        s->accuracy_of = GG_PLAN_NOBODY;
        if (k < plain) {
            GG_TRY(find_solver(from, "solvers", yaml->solvers.items[k], &s->solver));
            GG_TRY(gg__plan_text(from, yaml->solvers.items[k], &s->name));
        } else {
            at.first_line = item_line(from, k - plain);
            GG_TRY(read_item(&at, &yaml->strategies.items[k - plain], s));
            GG_TRY(read_accuracy_of(&at, yaml->strategies.items[k - plain].accuracy_of, plan, k));
        }
        GG_TRY(check_name(&at, plan, k));
    }
    return GG_OK;
}
