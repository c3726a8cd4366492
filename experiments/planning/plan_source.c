/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiments/planning/plan_source.h"

#include <inttypes.h>
#include <nettle/sha2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "models/base/alloc.h"
#include "models/base/compare.h"
#include "models/base/parse.h"
#include "models/base/shown.h"
#include "models/base/yaml.h"

gg_status gg__plan_complain(const gg__plan_source *from, const char *key, gg_status status,
                            const char *reason) {
    size_t line = gg_yaml_line(from->text, from->size, key, from->first_line);
    if (line == 0)
        line = from->first_line > 1 ? from->first_line : 0;
    if (line == 0)
        return gg_fail(from->err, status, "%s: %s: %s", from->path, key, reason);
    return gg_fail(from->err, status, "%s:%zu: %s: %s", from->path, line, key, reason);
}

gg_status gg__plan_none_of(const gg__plan_source *from, const char *key, const char *text,
                           const char *words) {
    gg_error inner = {0};
    gg_fail(&inner, GG_E_INPUT, "\"%.60s\" is none of %s", text, words);
    gg_suggest(&inner, text, words);
    return gg__plan_complain(from, key, GG_E_INPUT, inner.message);
}

gg_status gg__plan_no_memory(const gg__plan_source *from) {
    return gg_fail(from->err, GG_E_NOMEM, "%s: out of memory", from->path);
}

static int compare_items(const void *left, const void *right) {
    char *const *const *a = left, *const *const *b = right;
    int order = strcmp(**a, **b);
    if (order == 0)
        GG_COMPARE(*a, *b);
    return order;
}

gg_status gg__plan_refuse_twice(const gg__plan_source *from, const char *key,
                                const gg_plan_list *list) {
    char reason[160];
    char **again = NULL;
    char ***sorted = gg_alloc(list->count, sizeof *sorted);
    if (sorted == NULL)
        return gg__plan_no_memory(from);
    for (unsigned k = 0; k < list->count; k++)
        sorted[k] = &list->items[k];
    if (list->count > 0)
        qsort(sorted, list->count, sizeof *sorted, compare_items);
    /* The first that has stood before. */
    for (unsigned k = 1; k < list->count; k++)
        if (strcmp(*sorted[k], *sorted[k - 1]) == 0 && (again == NULL || sorted[k] < again))
            again = sorted[k];
    gg_free(sorted);
    if (again == NULL)
        return GG_OK;
    snprintf(reason, sizeof reason, "\"%s\" stands twice", *again);
    return gg__plan_complain(from, key, GG_E_INPUT, reason);
}

gg_status gg__plan_text(const gg__plan_source *from, const char *text, char **out) {
    if (text == NULL)
        return GG_OK;
    *out = gg_strdup(text);
    return *out != NULL ? GG_OK : gg__plan_no_memory(from);
}

gg_status gg__plan_number(const gg__plan_source *from, const char *key, const char *text,
                          double minimum, double *out) {
    if (text == NULL)
        return GG_OK;
    char hint[GG_COMMA_HINT], reason[32 + GG_COMMA_HINT];
    if (!gg_parse_double(text, out)) {
        snprintf(reason, sizeof reason, "not a number%s", gg_comma_hint(text, hint));
        return gg__plan_complain(from, key, GG_E_INPUT, reason);
    }
    if (!(*out >= minimum))
        return gg__plan_complain(from, key, GG_E_INPUT,
                                 minimum == 0.0 ? "must not be negative" : "must be positive");
    return GG_OK;
}

gg_status gg__plan_integer(const gg__plan_source *from, const char *key, const char *text,
                           int64_t minimum, int64_t maximum, int64_t *out) {
    char reason[96];
    if (text == NULL || gg_parse_integer(text, minimum, maximum, out))
        return GG_OK;
    snprintf(reason, sizeof reason, "not a whole number in [%" PRId64 ", %" PRId64 "]", minimum,
             maximum);
    return gg__plan_complain(from, key, GG_E_INPUT, reason);
}

gg_status gg__plan_flag(const gg__plan_source *from, const char *key, const char *text, bool *out) {
    if (text == NULL)
        return GG_OK;
    if (strcmp(text, "yes") == 0 || strcmp(text, "true") == 0)
        *out = true;
    else if (strcmp(text, "no") == 0 || strcmp(text, "false") == 0)
        *out = false;
    else
        return gg__plan_complain(from, key, GG_E_INPUT, "neither yes nor no");
    return GG_OK;
}

gg_status gg__plan_digest_site(const gg_plan *plan, gg_plan_site *site, gg_error *err) {
    uint8_t block[1 << 14], digest[(sizeof site->digest - 1) / 2];
    struct sha256_ctx held;
    size_t got;
    FILE *stream = fopen(site->path, "r");
    if (stream == NULL)
        return gg_fail(err, GG_E_IO, "%s: cannot be read", site->path);
    sha256_init(&held);
    sha256_update(&held, sizeof plan->runs, (const uint8_t *)&plan->runs);
    while ((got = fread(block, 1, sizeof block, stream)) > 0)
        sha256_update(&held, got, block);
    int failed = ferror(stream);
    fclose(stream);
    if (failed)
        return gg_fail(err, GG_E_IO, "%s: cannot be read", site->path);
    sha256_digest(&held, sizeof digest, digest);
    gg_put_hex(digest, sizeof digest, site->digest);
    return GG_OK;
}
