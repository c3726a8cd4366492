/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "experiments/results/part_index.h"
#include "models/base/alloc.h"

/* Behind the object's last member: what a line that was cut or changed does not have. */
static const char tail[] = ",\"line\":\"%08lx\"}";
enum { TAIL_SIZE = 19 };

static gg_status no_memory(gg_error *err) {
    return gg_fail(err, GG_E_NOMEM, "index of the results: out of memory");
}

static unsigned long checksum_of(const char *text, size_t length) {
    return crc32(0, (const unsigned char *)text, (unsigned)length);
}

/* Takes the object. */
static char *seal(json_t *object, int failed) {
    /* Sorted, as HDF5 gives a manifest back. */
    char *text = failed ? NULL : json_dumps(object, JSON_COMPACT | JSON_SORT_KEYS);
    size_t length = text != NULL ? strlen(text) - 1 : 0;
    char *line = text != NULL ? gg_alloc(length + TAIL_SIZE + 1, 1) : NULL;
    if (line != NULL) {
        memcpy(line, text, length);
        snprintf(line + length, TAIL_SIZE + 1, tail, checksum_of(text, length));
    }
    free(text);
    json_decref(object);
    return line;
}

char *gg__index_line_of_manifest(const gg_manifest *manifest) {
    json_t *object = json_object(), *entries = json_object();
    int failed = 0;
    /* JSON has no text that is not UTF-8: then there is no line, and parts are read in full. */
    for (size_t k = 0; k < manifest->count; k++)
        failed |= json_object_set_new(entries, manifest->entries[k].key,
                                      json_string(manifest->entries[k].value));
    failed |= json_object_set_new(object, "manifest", entries);
    return seal(object, failed);
}

/* Runs of numbers as [first, last]. */
static json_t *ranges_of(const uint64_t *units, size_t count) {
    json_t *all = json_array();
    for (size_t k = 0, first = 0; k < count; k++)
        if (k + 1 == count || units[k + 1] != units[k] + 1) {
            json_array_append_new(
                all, json_pack("[I, I]", (json_int_t)units[first], (json_int_t)units[k]));
            first = k + 1;
        }
    return all;
}

static json_t *failures_of(const gg_part_entry *entry) {
    json_t *all = json_array();
    for (size_t k = 0; k < entry->n_failures; k++) {
        const gg_part_failure *f = &entry->failures[k];
        json_t *one = json_pack("{s:s, s:s, s:I}", "solver", f->solver, "reason", f->reason, "rows",
                                (json_int_t)f->count);
        if (one == NULL || json_array_append_new(all, one) != 0) {
            json_decref(all);
            return NULL;
        }
    }
    return all;
}

static json_t *places_of(const gg_part_places *places) {
    json_t *all = json_array();
    for (size_t k = 0; k < gg__n_run_columns + GG__N_MORE; k++)
        json_array_append_new(all, json_integer((json_int_t)places->at[k]));
    return all;
}

void gg__index_line_seal(const char *line, char seal_text[GG__SEAL_SIZE]) {
    size_t length = strlen(line);
    snprintf(seal_text, GG__SEAL_SIZE, "%.8s", length >= TAIL_SIZE ? line + length - 10 : "");
}

char *gg__index_line_of_part(const gg_part_entry *entry) {
    char crc[16];
    snprintf(crc, sizeof crc, "%08" PRIx32, entry->crc);
    json_t *object = json_pack(
        "{s:s, s:I, s:I, s:I, s:s, s:s, s:I, s:I, s:I}", "part", entry->name, "bytes",
        (json_int_t)entry->bytes, "modified_ns", (json_int_t)entry->modified_ns, "changed_ns",
        (json_int_t)entry->changed_ns, "crc32", crc, "checksum", entry->checksum, "rows",
        (json_int_t)entry->rows, "failed_rows", (json_int_t)entry->failed_rows, "failed_networks",
        (json_int_t)entry->failed_units);
    int failed = json_object_set_new(object, "of", json_string(entry->of));
    failed |= json_object_set_new(object, "networks", ranges_of(entry->units, entry->n_units));
    if (entry->n_failures > 0)
        failed |= json_object_set_new(object, "failures", failures_of(entry));
    failed |= json_object_set_new(object, "texts", json_integer((json_int_t)entry->places.n_texts));
    failed |= json_object_set_new(object, "at", places_of(&entry->places));
    return seal(object, failed);
}

/* ---- reading ---- */

static bool is_whole(const char *line, size_t length) {
    char expected[TAIL_SIZE + 1];
    if (length <= TAIL_SIZE)
        return false;
    size_t body = length - TAIL_SIZE;
    snprintf(expected, sizeof expected, tail, checksum_of(line, body));
    return strcmp(line + body, expected) == 0;
}

static gg_status take_manifest(const json_t *entries, gg_manifest *out, gg_error *err) {
    const char *key;
    json_t *value;
    gg_status status = GG_OK;
    json_object_foreach((json_t *)(uintptr_t)entries, key,
                        value) if (status == GG_OK && json_is_string(value)) status =
        gg_manifest_add(out, key, json_string_value(value), err);
    return status;
}

static bool take_range(const json_t *range, uint64_t *first, uint64_t *last) {
    json_int_t a = json_integer_value(json_array_get(range, 0));
    json_int_t b = json_integer_value(json_array_get(range, 1));
    *first = (uint64_t)a;
    *last = (uint64_t)b;
    return a >= 0 && b >= a;
}

static gg_status take_units(const json_t *ranges, gg_part_entry *out, gg_error *err) {
    enum { MOST_UNITS = 1 << 28 };
    size_t count = 0;
    uint64_t first, last;
    for (size_t k = 0; k < json_array_size(ranges); k++) {
        if (!take_range(json_array_get(ranges, k), &first, &last) || last - first >= MOST_UNITS ||
            count > MOST_UNITS)
            return GG_E_INPUT;
        count += (size_t)(last - first + 1);
    }
    out->units = gg_alloc(count, sizeof *out->units);
    if (out->units == NULL)
        return no_memory(err);
    for (size_t k = 0; k < json_array_size(ranges); k++) {
        take_range(json_array_get(ranges, k), &first, &last);
        for (; first <= last; first++)
            out->units[out->n_units++] = first;
    }
    return GG_OK;
}

static gg_status take_failures(const json_t *failures, gg_part_entry *out, gg_error *err) {
    size_t count = json_array_size(failures), failed_rows = out->failed_rows;
    out->failures = gg_alloc(count, sizeof *out->failures);
    if (out->failures == NULL)
        return no_memory(err);
    for (size_t k = 0; k < count; k++) {
        const json_t *one = json_array_get(failures, k);
        const char *solver = json_string_value(json_object_get(one, "solver"));
        const char *reason = json_string_value(json_object_get(one, "reason"));
        if (solver == NULL || reason == NULL)
            return GG_E_INPUT;
        gg_part_failure *f = &out->failures[out->n_failures++];
        f->count = (size_t)json_integer_value(json_object_get(one, "rows"));
        failed_rows -= f->count;
        f->solver = gg_strdup(solver);
        f->reason = gg_strdup(reason);
        if (f->solver == NULL || f->reason == NULL)
            return no_memory(err);
    }
    return failed_rows == 0 ? GG_OK : GG_E_INPUT;
}

static size_t count_of(const json_t *object, const char *key) {
    return (size_t)json_integer_value(json_object_get(object, key));
}

/* GG_E_INPUT: not understood, as of a later version. */
static gg_status take_part(const json_t *object, const char *name, gg_part_entry *out,
                           gg_error *err) {
    const char *crc = json_string_value(json_object_get(object, "crc32"));
    const char *checksum = json_string_value(json_object_get(object, "checksum"));
    const json_t *at = json_object_get(object, "at");
    const char *of = json_string_value(json_object_get(object, "of"));
    if (crc == NULL || of == NULL || strlen(of) >= sizeof out->of || checksum == NULL ||
        strlen(checksum) >= sizeof out->checksum)
        return GG_E_INPUT;
    out->crc = (uint32_t)strtoul(crc, NULL, 16);
    strcpy(out->checksum, checksum);
    strcpy(out->of, of);
    out->bytes = (uint64_t)json_integer_value(json_object_get(object, "bytes"));
    out->modified_ns = json_integer_value(json_object_get(object, "modified_ns"));
    out->changed_ns = json_integer_value(json_object_get(object, "changed_ns"));
    out->rows = count_of(object, "rows");
    out->failed_rows = count_of(object, "failed_rows");
    out->failed_units = count_of(object, "failed_networks");
    /* Older versions have other places, and their rows are read in full. */
    size_t n_places = gg__n_run_columns + GG__N_MORE;
    if (json_array_size(at) == n_places)
        out->places.n_texts = count_of(object, "texts");
    for (size_t k = 0; k < n_places && out->places.n_texts > 0; k++)
        out->places.at[k] = (uint64_t)json_integer_value(json_array_get(at, k));
    GG_TRY(take_units(json_object_get(object, "networks"), out, err));
    GG_TRY(take_failures(json_object_get(object, "failures"), out, err));
    /* A row has many bytes: no line about a real part has more rows. */
    if (out->n_units == 0 || out->rows % out->n_units != 0 || out->rows > out->bytes ||
        out->failed_rows > out->rows || out->failed_units > out->n_units)
        return GG_E_INPUT;
    out->name = gg_strdup(name);
    return out->name != NULL ? GG_OK : no_memory(err);
}

gg_status gg__index_line_read(const char *line, gg_manifest *manifest, gg_part_entry *entry,
                              gg_error *err) {
    size_t length = strlen(line);
    *manifest = (gg_manifest){0};
    *entry = (gg_part_entry){0};
    json_t *object = is_whole(line, length) ? json_loads(line, 0, NULL) : NULL;
    const json_t *entries = json_object_get(object, "manifest");
    const char *name = json_string_value(json_object_get(object, "part"));
    gg_status status = GG_OK;
    if (entries != NULL)
        status = take_manifest(entries, manifest, err);
    else if (name != NULL)
        status = take_part(object, name, entry, err);
    json_decref(object);
    if (status != GG_OK) {
        gg_manifest_clear(manifest);
        gg__part_entry_clear(entry);
    }
    return status == GG_E_INPUT ? GG_OK : status;
}

void gg__part_entry_clear(gg_part_entry *entry) {
    for (size_t k = 0; k < entry->n_failures; k++) {
        gg_free(entry->failures[k].solver);
        gg_free(entry->failures[k].reason);
    }
    gg_free(entry->failures);
    gg_free(entry->units);
    gg_free(entry->name);
    *entry = (gg_part_entry){0};
}
