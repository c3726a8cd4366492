/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "data/import/records/query_fields.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "models/base/parse.h"

const gg_query_field gg_own_fields[] = {
    {"alpha", GG_FIELD_NUMBER, 1.0, offsetof(gg_import_query, uncertainty)},
    {"slm_correct", GG_FIELD_FLAG, 1.0, offsetof(gg_import_query, correct[GG_SLM])},
    {"llm_correct", GG_FIELD_FLAG, 1.0, offsetof(gg_import_query, correct[GG_LLM])},
    {"local_delay_s", GG_FIELD_TIME, 1.0, offsetof(gg_import_query, latency_s[GG_SLM])},
    {"edge_delay_s", GG_FIELD_TIME, 1.0, offsetof(gg_import_query, latency_s[GG_LLM])},
    {"payload_bits", GG_FIELD_BITS, 1.0, offsetof(gg_import_query, prompt_bytes)},
    {"prompt_bytes", GG_FIELD_COUNT, 1.0, offsetof(gg_import_query, prompt_bytes)},
    {NULL, GG_FIELD_NUMBER, 0.0, 0}};

static const struct {
    const char *wanted;
    double least, most;
    bool is_whole;
} kinds[] = {[GG_FIELD_NUMBER] = {"a finite number", -DBL_MAX, DBL_MAX, false},
             [GG_FIELD_FLAG] = {"0 or 1", 0.0, 1.0, true},
             [GG_FIELD_TIME] = {"a time > 0", DBL_TRUE_MIN, DBL_MAX, false},
             [GG_FIELD_COUNT] = {"an integer >= 0", 0.0, UINT32_MAX, true},
             [GG_FIELD_BITS] = {"an integer >= 0", 0.0, 8.0 * UINT32_MAX, true}};

static bool fits(gg_field_kind kind, double value) {
    return value >= kinds[kind].least && value <= kinds[kind].most &&
           (!kinds[kind].is_whole || value == trunc(value));
}

/* True for what would fit if it were smaller. */
static bool is_too_large(gg_field_kind kind, double value) {
    return (kind == GG_FIELD_COUNT || kind == GG_FIELD_BITS) && value > kinds[kind].most;
}

static void store(const gg_query_field *field, double value, gg_import_query *query) {
    double scaled = field->kind == GG_FIELD_BITS ? ceil(value / 8.0) : value * field->unit;
    memcpy((char *)query + field->offset, &scaled, sizeof scaled);
}

gg_status gg_query_fields_of_json(const gg_query_field *fields, const gg_json_place *at,
                                  gg_import_query *query, gg_error *err) {
    for (; fields->name != NULL; fields++) {
        gg_json_place field = gg_json_key(at, fields->name);
        bool is_flag = fields->kind == GG_FIELD_FLAG && json_is_boolean(field.value);
        if (!gg_json_given(&field))
            continue;
        double value = is_flag                       ? json_is_true(field.value)
                       : json_is_number(field.value) ? json_number_value(field.value)
                                                     : NAN;
        if (isnan(value))
            return gg_json_expected(&field, kinds[fields->kind].wanted, err);
        if (is_too_large(fields->kind, value))
            return gg_json_refuse(&field, err, "%.17g is larger than %.0f", value,
                                  kinds[fields->kind].most);
        if (!fits(fields->kind, value))
            return gg_json_refuse(&field, err, "%g is not %s", value, kinds[fields->kind].wanted);
        store(fields, value, query);
    }
    return GG_OK;
}

gg_status gg_csv_field_number(gg_csv *csv, int column, gg_field_kind kind, double *number,
                              gg_error *err) {
    const char *text = gg_csv_field(csv, column);
    *number = NAN;
    if (text[0] == '\0')
        return GG_OK;
    if (kind == GG_FIELD_FLAG && (strcasecmp(text, "true") == 0 || strcasecmp(text, "false") == 0))
        *number = strcasecmp(text, "true") == 0;
    else if (!gg_csv_parse(csv, column, number))
        return gg_csv_refuse_field(csv, column, kinds[kind].wanted, err);
    if (is_too_large(kind, *number))
        return gg_csv_refuse(csv, err, "%s: %.40s is larger than %.0f",
                             gg_csv_name(csv, (size_t)column), text, kinds[kind].most);
    return fits(kind, *number) ? GG_OK : gg_csv_refuse_field(csv, column, kinds[kind].wanted, err);
}

gg_status gg_query_fields_of_csv(const gg_query_field *fields, gg_csv *csv, gg_import_query *query,
                                 gg_error *err) {
    for (; fields->name != NULL; fields++) {
        int column = gg_csv_find(csv, fields->name);
        double value;
        GG_TRY(gg_csv_field_number(csv, column, fields->kind, &value, err));
        if (!isnan(value))
            store(fields, value, query);
    }
    return GG_OK;
}

gg_status gg_task_number(gg_task_names *names, const char *text, double *number, gg_error *err) {
    int64_t integer;
    *number = NAN;
    if (text[0] == '\0')
        return GG_OK;
    bool is_integer = gg_parse_integer(text, INT32_MIN, INT32_MAX, &integer);
    if (!names->any)
        names->are_integers = is_integer;
    names->any = true;
    if (names->are_integers && !is_integer)
        return gg_fail(err, GG_E_INPUT, "task: \"%.40s\" is not a number like those above", text);
    if (is_integer && names->are_integers) {
        *number = (double)integer;
        return GG_OK;
    }
    if (names->numbers == NULL)
        names->numbers = json_object();
    const json_t *known = json_object_get(names->numbers, text);
    size_t next = json_object_size(names->numbers);
    if (known == NULL &&
        json_object_set_new_nocheck(names->numbers, text, json_integer((json_int_t)next)) != 0)
        return gg_fail(err, GG_E_NOMEM, "out of memory");
    *number = known != NULL ? (double)json_integer_value(known) : (double)next;
    return GG_OK;
}

void gg_task_names_finish(gg_task_names *names, gg_import_sink *sink) {
    enum { MOST_SHOWN = 20 };
    char text[400];
    size_t used = 0, shown = 0;
    const char *name;
    json_t *number;
    if (names->numbers == NULL)
        return;
    json_object_foreach(names->numbers, name, number) {
        if (shown++ == MOST_SHOWN || used >= sizeof text - 1)
            break;
        used += (size_t)snprintf(text + used, sizeof text - used, "%s%lld = %.40s",
                                 used > 0 ? ", " : "", (long long)json_integer_value(number), name);
    }
    if (sink != NULL)
        gg_import_sink_warn(sink, "tasks are numbered: %s%s", text,
                            shown > MOST_SHOWN ? ", ..." : "");
    json_decref(names->numbers);
    names->numbers = NULL;
}
