/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "data/import/finish/facts_columns.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "models/base/alloc.h"

enum { IMPORTED = -1, NAME_BYTES = 256, LIST_BYTES = 300 };

/* The names that a column may have, and what its numbers must be. */
static const struct {
    const char *name;
    gg__fact fact; /* the small model's, where there are two */
    int side;      /* IMPORTED: the side that is imported; of facts that have none: GG_SLM */
    gg_field_kind kind;
} keys[GG__FACT_KEYS] = {
    {"correct", GG__CORRECT, IMPORTED, GG_FIELD_FLAG},
    {"slm_correct", GG__CORRECT, GG_SLM, GG_FIELD_FLAG},
    {"llm_correct", GG__CORRECT, GG_LLM, GG_FIELD_FLAG},
    {"latency_s", GG__LATENCY, IMPORTED, GG_FIELD_TIME},
    {"slm_latency_s", GG__LATENCY, GG_SLM, GG_FIELD_TIME},
    {"llm_latency_s", GG__LATENCY, GG_LLM, GG_FIELD_TIME},
    {"local_delay_s", GG__LATENCY, GG_SLM, GG_FIELD_TIME},
    {"edge_delay_s", GG__LATENCY, GG_LLM, GG_FIELD_TIME},
    {"prompt_bytes", GG__PROMPT_BYTES, GG_SLM, GG_FIELD_COUNT},
    {"payload_bits", GG__PROMPT_BYTES, GG_SLM, GG_FIELD_BITS},
    {"task", GG__TASK, GG_SLM, GG_FIELD_NUMBER},
    {"alpha", GG__UNCERTAINTY, GG_SLM, GG_FIELD_NUMBER},
    {"answer_tokens", GG__ANSWER_TOKENS, GG_SLM, GG_FIELD_COUNT},
};

static size_t find_key(const char *name, size_t length) {
    size_t k = 0;
    while (k < GG__FACT_KEYS &&
           (strlen(keys[k].name) != length || strncmp(keys[k].name, name, length) != 0))
        k++;
    return k;
}

static void list_keys(char text[LIST_BYTES]) {
    size_t used = (size_t)snprintf(text, LIST_BYTES, "id");
    for (size_t k = 0; k < GG__FACT_KEYS; k++)
        used += (size_t)snprintf(text + used, LIST_BYTES - used, ", %s", keys[k].name);
}

/* The name of the file in a text whose rest begins with the colon at `length`. */
static gg_status split(const char *text, size_t length, gg__fact_source *source, gg_error *err) {
    source->path = gg_strdup(text);
    GG_NEED(source->path, err, "%s: out of memory", text);
    source->path[length] = '\0';
    return GG_OK;
}

/* The length of the name of the file: all of it where there is one of that name, else what stands
 * in front of the last colon that `marks` follow. */
static size_t file_length(const char *text, const char *marks) {
    size_t whole = strlen(text);
    for (size_t k = whole; access(text, F_OK) != 0 && k-- > 1;)
        if (text[k] == ':' && (marks == NULL || strpbrk(text + k + 1, marks) != NULL))
            return k;
    return whole;
}

static gg_status check_mapping(const gg__fact_source *source, gg_error *err) {
    char known[LIST_BYTES];
    for (const char *at = source->mapping; *at != '\0';) {
        size_t n = strcspn(at, ","), name = strcspn(at, "=,");
        if (name == n || n - name < 2 || n - name > NAME_BYTES)
            return gg_fail(err, GG_E_USAGE, "facts: \"%.*s\" is not KEY=COLUMN", (int)n, at);
        bool is_id = name == 2 && strncmp(at, "id", 2) == 0;
        if (!is_id && find_key(at, name) == GG__FACT_KEYS) {
            list_keys(known);
            return gg_fail(err, GG_E_USAGE, "facts: \"%.*s\" is none of %s", (int)name, at, known);
        }
        at += n + (at[n] == ',');
    }
    return GG_OK;
}

gg_status gg__fact_source_parse(const char *text, gg_side side, gg__fact_source *source,
                                gg_error *err) {
    size_t length = file_length(text, "=");
    *source = (gg__fact_source){.text = text, .side = side, .only = GG__N_FACTS};
    source->mapping = text[length] == ':' ? text + length + 1 : "";
    GG_TRY(check_mapping(source, err));
    return split(text, length, source, err);
}

gg_status gg__fact_source_of_column(const char *text, gg__fact fact, const char *const *names,
                                    gg__fact_source *source, gg_error *err) {
    size_t length = file_length(text, NULL);
    *source = (gg__fact_source){.text = text, .mapping = "", .only = fact, .names = names};
    source->column = text[length] == ':' ? text + length + 1 : NULL;
    return split(text, length, source, err);
}

/* The column that the mapping names for a key; GG_CSV_NO_COLUMN where it names none. */
static gg_status mapped(const gg__fact_source *source, const char *key, gg_csv *csv, int *column,
                        gg_error *err) {
    *column = GG_CSV_NO_COLUMN;
    for (const char *at = source->mapping; *at != '\0';) {
        size_t n = strcspn(at, ","), length = strlen(key);
        if (length < n && at[length] == '=' && strncmp(at, key, length) == 0) {
            char name[NAME_BYTES];
            snprintf(name, sizeof name, "%.*s", (int)(n - length - 1), at + length + 1);
            *column = gg_csv_find(csv, name);
            if (*column == GG_CSV_NO_COLUMN)
                return gg_fail(err, GG_E_INPUT, "%s:1: has no column \"%.60s\"", source->path,
                               name);
        }
        at += n + (at[n] == ',');
    }
    return GG_OK;
}

static gg__fact fact_of(const gg__fact_source *source, size_t key) {
    int side = keys[key].side == IMPORTED ? (int)source->side : keys[key].side;
    return source->only != GG__N_FACTS ? source->only : keys[key].fact + (unsigned)side;
}

static gg_status add(gg__fact_columns *c, const gg__fact_source *source, size_t key, int column,
                     gg_csv *csv, gg_error *err) {
    gg__fact fact = fact_of(source, key);
    c->of[key] = column;
    c->fact[key] = fact;
    for (size_t k = 0; k < GG__FACT_KEYS; k++)
        if (k != key && c->of[k] != GG_CSV_NO_COLUMN && c->fact[k] == fact)
            return gg_fail(err, GG_E_INPUT,
                           "%s:1: columns \"%.40s\" and \"%.40s\" say the same (%s, %s): "
                           ":KEY=COLUMN chooses one",
                           source->path, gg_csv_name(csv, (size_t)c->of[k]),
                           gg_csv_name(csv, (size_t)column), keys[k].name, keys[key].name);
    c->has[fact] = true;
    return GG_OK;
}

/* The one column of a fact. */
static gg_status find_one(gg__fact_columns *c, const gg__fact_source *source, gg_csv *csv,
                          gg_error *err) {
    int column = source->column != NULL ? gg_csv_find(csv, source->column) : GG_CSV_NO_COLUMN;
    for (size_t k = 0; source->column == NULL && source->names[k] != NULL && column < 0; k++)
        column = gg_csv_find(csv, source->names[k]);
    if (column == GG_CSV_NO_COLUMN)
        return gg_fail(err, GG_E_INPUT, "%s:1: has no column %s; %s:COLUMN names one", source->path,
                       source->column != NULL ? source->column : source->names[0], source->path);
    size_t key = 0;
    while (keys[key].fact != (source->only < GG__LATENCY ? GG__CORRECT : GG__LATENCY))
        key++;
    return add(c, source, key, column, csv, err);
}

static bool is_read(const gg__fact_columns *c, int column) {
    bool is = column == c->id;
    for (size_t k = 0; k < GG__FACT_KEYS; k++)
        is = is || c->of[k] == column;
    return is;
}

static gg_status find_all(gg__fact_columns *c, const gg__fact_source *source, gg_csv *csv,
                          gg_error *err) {
    /* What the mapping names first: it decides between columns that say the same. */
    for (size_t k = 0; k < GG__FACT_KEYS; k++) {
        int column;
        GG_TRY(mapped(source, keys[k].name, csv, &column, err));
        if (column != GG_CSV_NO_COLUMN)
            GG_TRY(add(c, source, k, column, csv, err));
    }
    bool decided[GG__N_FACTS];
    memcpy(decided, c->has, sizeof decided);
    for (size_t k = 0; k < GG__FACT_KEYS; k++) {
        int column = gg_csv_find(csv, keys[k].name);
        if (column != GG_CSV_NO_COLUMN && !is_read(c, column) && !decided[fact_of(source, k)])
            GG_TRY(add(c, source, k, column, csv, err));
    }
    return GG_OK;
}

static gg_status tell_unread(const gg__fact_columns *c, gg_csv *csv, gg_import_sink *sink,
                             gg_error *err) {
    char text[LIST_BYTES] = "", known[LIST_BYTES];
    size_t n_read = 0;
    for (size_t k = 0; k < gg_csv_columns(csv); k++) {
        size_t used = strlen(text);
        if (is_read(c, (int)k))
            n_read++;
        else if (used + 8 < sizeof text)
            snprintf(text + used, sizeof text - used, "%s\"%.40s\"", used > 0 ? ", " : "",
                     gg_csv_name(csv, k));
    }
    list_keys(known);
    if (n_read < 2)
        return gg_fail(err, GG_E_INPUT, "%s:1: no column is one of %s; :KEY=COLUMN says which is",
                       gg_csv_path(csv), known);
    if (*text != '\0')
        gg_import_sink_warn(sink, "%s: not read: %s", gg_csv_path(csv), text);
    return GG_OK;
}

gg_status gg__fact_columns_find(gg__fact_columns *c, const gg__fact_source *source, gg_csv *csv,
                                gg_import_sink *sink, gg_error *err) {
    *c = (gg__fact_columns){0};
    for (size_t k = 0; k < GG__FACT_KEYS; k++)
        c->of[k] = GG_CSV_NO_COLUMN;
    GG_TRY(mapped(source, "id", csv, &c->id, err));
    if (c->id == GG_CSV_NO_COLUMN)
        c->id = gg_csv_find(csv, "id");
    if (c->id == GG_CSV_NO_COLUMN)
        return gg_fail(err, GG_E_INPUT, "%s:1: has no column id; %s:id=COLUMN names one",
                       source->path, source->path);
    if (source->only != GG__N_FACTS)
        return find_one(c, source, csv, err);
    GG_TRY(find_all(c, source, csv, err));
    return tell_unread(c, csv, sink, err);
}

static gg_status read_task(gg__fact_columns *c, gg_csv *csv, int column, double *number,
                           gg_error *err) {
    gg_error inner = {0};
    gg_status status = gg_task_number(&c->tasks, gg_csv_field(csv, column), number, &inner);
    return status == GG_OK ? GG_OK : gg_csv_refuse(csv, err, "%s", inner.message);
}

gg_status gg__fact_columns_read(gg__fact_columns *c, gg_csv *csv, double *facts, gg_error *err) {
    for (size_t k = 0; k < GG__N_FACTS; k++)
        facts[k] = NAN;
    for (size_t k = 0; k < GG__FACT_KEYS; k++) {
        double value = NAN;
        if (c->of[k] == GG_CSV_NO_COLUMN)
            continue;
        if (c->fact[k] == GG__TASK)
            GG_TRY(read_task(c, csv, c->of[k], &value, err));
        else
            GG_TRY(gg_csv_field_number(csv, c->of[k], keys[k].kind, &value, err));
        facts[c->fact[k]] = keys[k].kind == GG_FIELD_BITS ? ceil(value / 8.0) : value;
    }
    return GG_OK;
}
