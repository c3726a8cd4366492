/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiments/batch/plan_yaml.h"

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
    TEXT("time_s", gg_plan_limits, time_s),
    TEXT("nodes", gg_plan_limits, nodes),
    TEXT("gap", gg_plan_limits, gap),
    CYAML_FIELD_END,
};

static const cyaml_schema_field_t outputs_schema[] = {
    TEXT("assignments", gg_plan_outputs, assignments),
    TEXT("units_per_part", gg_plan_outputs, units_per_part),
    CYAML_FIELD_END,
};

static const cyaml_schema_field_t plan_schema[] = {
    TEXT("name", gg_plan_yaml, name),
    LIST("preset", preset),
    LIST("objective", objective),
    LIST("users", users),
    LIST("servers", servers),
    LIST("tau", tau),
    TEXT("runs", gg_plan_yaml, runs),
    TEXT("seed", gg_plan_yaml, seed),
    LIST("solvers", solvers),
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

static const cyaml_schema_value_t top_schema = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_POINTER, gg_plan_yaml, plan_schema),
};

gg_status gg_plan_yaml_load(const char *text, size_t size, const char *path, gg_plan_yaml **out,
                            gg_error *err) {
    void *loaded = NULL;
    gg_status status = gg_yaml_load(text, size, path, &top_schema, &loaded, err);
    *out = loaded;
    return status;
}

void gg_plan_yaml_free(gg_plan_yaml *yaml) {
    gg_yaml_free(&top_schema, yaml);
}
