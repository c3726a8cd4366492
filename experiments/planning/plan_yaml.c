/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiments/planning/plan_source.h"

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
