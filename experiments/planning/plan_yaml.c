/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiments/planning/plan_source.h"

#include <string.h>

#include "models/base/yaml.h"

#define TEXT(key, type, member)                                                                    \
    CYAML_FIELD_STRING_PTR(key, CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL, type, member, 0,         \
                           CYAML_UNLIMITED)
#define LIST(key, member)                                                                          \
    CYAML_FIELD_SEQUENCE_COUNT(key, CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL, gg_plan_yaml,        \
                               member.items, member.count, &text_schema, 1, CYAML_UNLIMITED)

static const cyaml_schema_value_t text_schema = {
    CYAML_VALUE_STRING(CYAML_FLAG_POINTER, char, 0, CYAML_UNLIMITED),
};

static const cyaml_schema_field_t limits_schema[] = {
    TEXT("time_s", gg_limit_texts, time_s),
    TEXT("nodes", gg_limit_texts, nodes),
    TEXT("gap", gg_limit_texts, gap),
    TEXT("memory_mb", gg_limit_texts, memory_mb),
    CYAML_FIELD_END,
};

static const cyaml_schema_field_t strategy_schema[] = {
    TEXT("name", gg_strategy_texts, name),
    TEXT("solver", gg_strategy_texts, solver),
    TEXT("external", gg_strategy_texts, external),
    TEXT("weights", gg_strategy_texts, weights),
    TEXT("time_s", gg_strategy_texts, time_s),
    TEXT("nodes", gg_strategy_texts, nodes),
    TEXT("gap", gg_strategy_texts, gap),
    TEXT("set", gg_strategy_texts, set),
    TEXT("accuracy_of", gg_strategy_texts, accuracy_of),
    CYAML_FIELD_END,
};

static const cyaml_schema_value_t strategy_value = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, gg_strategy_texts, strategy_schema),
};

static const cyaml_schema_field_t outputs_schema[] = {
    TEXT("assignments", gg_output_texts, assignments),
    TEXT("units_per_part", gg_output_texts, units_per_part),
    CYAML_FIELD_END,
};

static const cyaml_schema_field_t plan_schema[] = {
    TEXT("name", gg_plan_yaml, name),
    LIST("preset", preset),
    LIST("payload", payload),
    LIST("objective", objective),
    LIST("users", users),
    LIST("servers", servers),
    LIST("gains", gains),
    LIST("positions", positions),
    LIST("instances", instances),
    LIST("tau", tau),
    TEXT("runs", gg_plan_yaml, runs),
    TEXT("seed", gg_plan_yaml, seed),
    LIST("solvers", solvers),
    CYAML_FIELD_SEQUENCE_COUNT("strategies", CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL, gg_plan_yaml,
                               strategies.items, strategies.count, &strategy_value, 1,
                               CYAML_UNLIMITED),
    TEXT("dataset", gg_plan_yaml, dataset),
    TEXT("uncertainty", gg_plan_yaml, uncertainty),
    TEXT("rank_alpha", gg_plan_yaml, rank_alpha),
    TEXT("latency_scale", gg_plan_yaml, latency_scale),
    TEXT("slm_median_latency_s", gg_plan_yaml, slm_median_latency_s),
    CYAML_FIELD_MAPPING_PTR("limits", CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL, gg_plan_yaml,
                            limits, limits_schema),
    CYAML_FIELD_MAPPING_PTR("outputs", CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL, gg_plan_yaml,
                            outputs, outputs_schema),
    CYAML_FIELD_END,
};

enum { N_KEYS = sizeof plan_schema / sizeof *plan_schema };

/* Lists of files that may be one file without brackets. */
static const cyaml_schema_field_t files_alone[] = {TEXT("gains", gg_plan_yaml, gains_file),
                                                   TEXT("positions", gg_plan_yaml, positions_file),
                                                   TEXT("instances", gg_plan_yaml, instances_file)};
enum { N_ALONE = sizeof files_alone / sizeof *files_alone };

/* The schema of a plan in which some lists of files are texts. */
typedef struct schema {
    cyaml_schema_field_t fields[N_KEYS];
    cyaml_schema_value_t top;
} schema;

static void make_schema(unsigned alone, schema *out) {
    memcpy(out->fields, plan_schema, sizeof plan_schema);
    for (size_t k = 0; k + 1 < N_KEYS; k++)
        for (size_t a = 0; a < N_ALONE; a++)
            if ((alone >> a & 1) != 0 && strcmp(plan_schema[k].key, files_alone[a].key) == 0)
                out->fields[k] = files_alone[a];
    out->top =
        (cyaml_schema_value_t){CYAML_VALUE_MAPPING(CYAML_FLAG_POINTER, gg_plan_yaml, out->fields)};
}

/* Whether a line begins with the key and has a text behind it, not a list. */
static bool has_text(const char *line, const char *end, const char *key) {
    size_t length = strlen(key);
    if ((size_t)(end - line) <= length || strncmp(line, key, length) != 0)
        return false;
    for (line += length; line < end && *line == ' ';)
        line++;
    if (line == end || *line != ':')
        return false;
    for (line++; line < end && *line == ' ';)
        line++;
    return line < end && strchr("[#\r", *line) == NULL;
}

/* Which lists of files are texts: a bit each. */
static unsigned find_alone(const char *text, size_t size) {
    unsigned alone = 0;
    for (const char *at = text, *end; at < text + size; at = end + 1) {
        end = memchr(at, '\n', (size_t)(text + size - at));
        end = end != NULL ? end : text + size;
        for (size_t a = 0; a < N_ALONE; a++)
            if (has_text(at, end, files_alone[a].key))
                alone |= 1U << a;
    }
    return alone;
}

gg_status gg_plan_yaml_load(const char *text, size_t size, const char *path, gg_plan_yaml **out,
                            gg_error *err) {
    void *loaded = NULL;
    unsigned alone = find_alone(text, size);
    schema of;
    make_schema(alone, &of);
    gg_status status = gg_yaml_load(text, size, path, &of.top, &loaded, err);
    *out = loaded;
    if (*out != NULL)
        (*out)->alone = alone;
    return status;
}

void gg_plan_yaml_free(gg_plan_yaml *yaml) {
    schema of;
    if (yaml == NULL)
        return;
    make_schema(yaml->alone, &of);
    gg_yaml_free(&of.top, yaml);
}
