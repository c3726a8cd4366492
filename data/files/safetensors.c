/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * safetensors files as stores of arrays, one file or the shards that an index names. The header is
 * checked as strictly as the format's own reader does: no holes, no overlap, exact sizes.
 */
#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "data/files/array_store.h"
#include "data/files/little_endian.h"
#include "models/base/alloc.h"

enum { MAX_HEADER = 32 << 20, LENGTH_SIZE = 8 };

typedef struct dtype {
    const char *name;
    int64_t number; /* a gg_number, or -1 where it is none of ours */
    unsigned bits;  /* of an element */
} dtype;

typedef struct tensor {
    const dtype *dtype;
    size_t rank;
    size_t dims[GG_ARRAY_MAX_RANK]; /* where the rank allows */
    uint64_t elements;
    uint64_t begin, end; /* in the buffer */
} tensor;

typedef struct tensor_file {
    int fd;
    uint64_t buffer; /* where the data begin */
    tensor *tensors; /* as many as the store has names */
} tensor_file;

static const dtype dtypes[] = {
    {"F16", GG_NUMBER_F16, 16},  {"BF16", GG_NUMBER_BF16, 16},
    {"F32", GG_NUMBER_F32, 32},  {"F64", GG_NUMBER_F64, 64},
    {"I8", GG_NUMBER_I8, 8},     {"U8", GG_NUMBER_U8, 8},
    {"I16", GG_NUMBER_I16, 16},  {"U16", GG_NUMBER_U16, 16},
    {"I32", GG_NUMBER_I32, 32},  {"U32", GG_NUMBER_U32, 32},
    {"I64", GG_NUMBER_I64, 64},  {"U64", GG_NUMBER_U64, 64},
    {"BOOL", GG_NUMBER_BOOL, 8}, {"F4", -1, 4},
    {"F6_E2M3", -1, 6},          {"F6_E3M2", -1, 6},
    {"F8_E5M2", -1, 8},          {"F8_E4M3", -1, 8},
    {"F8_E8M0", -1, 8},          {"F8_E4M3FNUZ", -1, 8},
    {"F8_E5M2FNUZ", -1, 8},      {"C64", -1, 64},
};

static gg_status refuse(const char *path, const char *name, const char *reason, gg_error *err) {
    return gg_fail(err, GG_E_INPUT, "%s: %.80s: %s", path, name, reason);
}

static bool is_size(const json_t *value) {
    return json_is_integer(value) && json_integer_value(value) >= 0;
}

static gg_status take_dtype(const char *path, const char *name, const json_t *entry, tensor *t,
                            gg_error *err) {
    const char *named = json_string_value(json_object_get(entry, "dtype"));
    if (named == NULL)
        return refuse(path, name, "has no dtype", err);
    for (size_t k = 0; k < sizeof dtypes / sizeof *dtypes; k++)
        if (strcmp(named, dtypes[k].name) == 0) {
            t->dtype = &dtypes[k];
            return GG_OK;
        }
    return gg_fail(err, GG_E_INPUT, "%s: %.80s: dtype \"%.40s\" is not known", path, name, named);
}

static gg_status take_tensor(const char *path, const char *name, const json_t *entry, tensor *t,
                             gg_error *err) {
    const json_t *shape = json_object_get(entry, "shape");
    const json_t *offsets = json_object_get(entry, "data_offsets");
    const json_t *begin = json_array_get(offsets, 0), *end = json_array_get(offsets, 1);
    GG_TRY(take_dtype(path, name, entry, t, err));
    if (json_object_size(entry) != 3 || !json_is_array(shape) || json_array_size(offsets) != 2 ||
        !is_size(begin) || !is_size(end))
        return refuse(path, name, "needs dtype, shape and data_offsets, and nothing else", err);
    t->begin = (uint64_t)json_integer_value(begin);
    t->end = (uint64_t)json_integer_value(end);
    t->rank = json_array_size(shape);
    t->elements = 1;
    for (size_t k = 0; k < t->rank; k++) {
        const json_t *dim = json_array_get(shape, k);
        if (!is_size(dim) ||
            __builtin_mul_overflow(t->elements, (uint64_t)json_integer_value(dim), &t->elements))
            return refuse(path, name, "its shape is not one", err);
        if (k < GG_ARRAY_MAX_RANK)
            t->dims[k] = (size_t)json_integer_value(dim);
    }
    uint64_t bits;
    if (__builtin_mul_overflow(t->elements, (uint64_t)t->dtype->bits, &bits) || bits % 8 != 0 ||
        t->end < t->begin || t->end - t->begin != bits / 8)
        return refuse(path, name, "data_offsets do not hold what dtype and shape need", err);
    return GG_OK;
}

static gg_status check_metadata(const char *path, const json_t *metadata, gg_error *err) {
    const char *key;
    json_t *value;
    if (!json_is_object(metadata))
        return refuse(path, "__metadata__", "is no object", err);
    json_object_foreach((json_t *)metadata, key, value) if (!json_is_string(value)) return refuse(
        path, "__metadata__", "has a value that is no text", err);
    return GG_OK;
}

typedef struct span {
    uint64_t begin, end;
} span;

static int compare_spans(const void *a, const void *b) {
    const span *x = a, *y = b;
    if (x->begin != y->begin)
        return x->begin < y->begin ? -1 : 1;
    return (x->end > y->end) - (x->end < y->end);
}

/* The tensors fill the buffer: each begins where another ends. */
static gg_status check_spans(const char *path, const tensor *tensors, size_t n, uint64_t buffer,
                             gg_error *err) {
    span *spans = gg_alloc(n, sizeof *spans);
    uint64_t place = 0;
    gg_status status = GG_OK;
    if (spans == NULL)
        return gg_fail(err, GG_E_NOMEM, "%s: out of memory", path);
    for (size_t k = 0; k < n; k++)
        spans[k] = (span){tensors[k].begin, tensors[k].end};
    qsort(spans, n, sizeof *spans, compare_spans);
    for (size_t k = 0; status == GG_OK && k < n; k++) {
        if (spans[k].begin != place)
            status = gg_fail(err, GG_E_INPUT,
                             "%s: tensors overlap or leave a hole at byte %" PRIu64, path, place);
        place = spans[k].end;
    }
    gg_free(spans);
    if (status == GG_OK && place != buffer)
        status =
            gg_fail(err, GG_E_INPUT,
                    "%s: its tensors have %" PRIu64 " bytes, the file has %" PRIu64 " (cut off?)",
                    path, place, buffer);
    return status;
}

static gg_status take_header(gg_array_store *store, tensor_file *f, json_t *header, uint64_t buffer,
                             gg_error *err) {
    const char *name;
    json_t *entry;
    if (!json_is_object(header))
        return gg_fail(err, GG_E_INPUT, "%s: its header is no JSON object", store->path);
    f->tensors = gg_alloc(json_object_size(header), sizeof *f->tensors);
    if (f->tensors == NULL)
        return gg_fail(err, GG_E_NOMEM, "%s: out of memory", store->path);
    json_object_foreach(header, name, entry) {
        if (strcmp(name, "__metadata__") == 0) {
            GG_TRY(check_metadata(store->path, entry, err));
            continue;
        }
        GG_TRY(take_tensor(store->path, name, entry, &f->tensors[store->count], err));
        GG_TRY(gg_array_store_add(store, name, err));
    }
    return check_spans(store->path, f->tensors, store->count, buffer, err);
}

static gg_status read_header(gg_array_store *store, tensor_file *f, gg_error *err) {
    unsigned char length_bytes[LENGTH_SIZE];
    uint64_t size = 0;
    GG_TRY(gg_open_regular(store->path, &f->fd, &size, err));
    GG_TRY(gg_read_at(f->fd, 0, length_bytes, sizeof length_bytes, store->path, err));
    uint64_t length = gg__get64(length_bytes);
    if (length > size - LENGTH_SIZE)
        return gg_fail(err, GG_E_INPUT,
                       "%s: its header would be %" PRIu64 " bytes, the file has %" PRIu64,
                       store->path, length, size - LENGTH_SIZE);
    if (length > MAX_HEADER)
        return gg_fail(err, GG_E_INPUT, "%s: a header of %" PRIu64 " bytes is more than %d",
                       store->path, length, MAX_HEADER);
    f->buffer = LENGTH_SIZE + length;
    char *text = gg_alloc((size_t)length, 1);
    if (text == NULL)
        return gg_fail(err, GG_E_NOMEM, "%s: out of memory", store->path);
    gg_status status = gg_read_at(f->fd, LENGTH_SIZE, text, (size_t)length, store->path, err);
    json_error_t problem;
    json_t *header = NULL;
    if (status == GG_OK && (length == 0 || text[0] != '{'))
        status = gg_fail(err, GG_E_INPUT, "%s: is not a safetensors file", store->path);
    if (status == GG_OK) {
        header = json_loadb(text, (size_t)length, JSON_REJECT_DUPLICATES, &problem);
        if (header == NULL)
            status = gg_fail(err, GG_E_INPUT, "%s: header byte %d: %s", store->path,
                             problem.position, problem.text);
    }
    gg_free(text);
    if (status == GG_OK)
        status = take_header(store, f, header, size - f->buffer, err);
    json_decref(header);
    return status;
}

static gg_status open_tensor(gg_array_store *store, size_t k, gg_array **out, gg_error *err) {
    const tensor_file *f = store->state;
    const tensor *t = &f->tensors[k];
    gg_array *a;
    gg_array_file *file;
    *out = NULL;
    if (t->dtype->number < 0)
        return gg_fail(err, GG_E_INPUT, "%s: %.80s: numbers of type %s are not read", store->path,
                       store->names[k], t->dtype->name);
    if (t->rank > GG_ARRAY_MAX_RANK)
        return refuse(store->path, store->names[k], "has more than 4 dimensions", err);
    GG_TRY(gg_array_new_in_file(store->path, &a, &file, err));
    a->number = (gg_number)t->dtype->number;
    a->rank = t->rank;
    memcpy(a->dims, t->dims, sizeof a->dims);
    gg_array_store_place(store, k, a->place);
    /* An array owns its descriptor: it may outlive a shard's store. */
    file->fd = dup(f->fd);
    file->data = f->buffer + t->begin;
    gg_status status = file->fd < 0
                           ? gg_fail(err, GG_E_IO, "%s: cannot be opened again", store->path)
                           : gg_array_measure(a, err);
    return gg_array_opened(status, a, out);
}

static void close_file(gg_array_store *store) {
    tensor_file *f = store->state;
    if (f == NULL)
        return;
    if (f->fd >= 0)
        close(f->fd);
    gg_free(f->tensors);
    gg_free(f);
}

static gg_status open_file(gg_array_store *store, gg_error *err) {
    tensor_file *f = store->state = gg_alloc(1, sizeof *f);
    store->open = open_tensor;
    store->close = close_file;
    if (f == NULL)
        return gg_fail(err, GG_E_NOMEM, "%s: out of memory", store->path);
    f->fd = -1;
    return read_header(store, f, err);
}

/* The state of such a store is the index. */
static gg_status open_in_shard(gg_array_store *store, size_t k, gg_array **out, gg_error *err) {
    const char *file = json_string_value(
        json_object_get(json_object_get(store->state, "weight_map"), store->names[k]));
    const char *slash = strrchr(store->path, '/');
    size_t folder = slash == NULL ? 0 : (size_t)(slash + 1 - store->path);
    size_t size = folder + strlen(file) + 1;
    char *path = gg_alloc(size, 1);
    gg_array_store *shard = NULL;
    *out = NULL;
    if (path == NULL)
        return gg_fail(err, GG_E_NOMEM, "%s: out of memory", store->path);
    snprintf(path, size, "%.*s%s", (int)folder, store->path, file);
    gg_status status = gg_array_store_new(path, &shard, err);
    if (status == GG_OK)
        status = open_file(shard, err);
    long found = status == GG_OK ? gg_array_store_find(shard, store->names[k]) : GG_NO_ARRAY;
    if (status == GG_OK && found == GG_NO_ARRAY)
        status =
            refuse(path, store->names[k], "is not in this shard, though the index says so", err);
    if (status == GG_OK)
        status = open_tensor(shard, (size_t)found, out, err);
    gg_array_store_close(shard);
    gg_free(path);
    return status;
}

static void close_index(gg_array_store *store) {
    json_decref(store->state);
}

static gg_status open_index(gg_array_store *store, gg_error *err) {
    json_error_t problem;
    store->open = open_in_shard;
    store->close = close_index;
    int fd = -1;
    uint64_t size = 0;
    gg_status status = GG_OK;
    GG_TRY(gg_open_regular(store->path, &fd, &size, err));
    if (size > MAX_HEADER)
        status = gg_fail(err, GG_E_INPUT, "%s: is too large for an index", store->path);
    else if ((store->state = json_loadfd(fd, JSON_REJECT_DUPLICATES, &problem)) == NULL)
        status = gg_fail(err, GG_E_INPUT, "%s:%d: %s", store->path, problem.line, problem.text);
    close(fd);
    json_t *map = status == GG_OK ? json_object_get(store->state, "weight_map") : NULL;
    if (status == GG_OK && !json_is_object(map))
        status = gg_fail(err, GG_E_INPUT, "%s: has no weight_map", store->path);
    const char *name;
    json_t *file;
    json_object_foreach(map, name, file) {
        if (status != GG_OK)
            break;
        const char *text = json_string_value(file);
        status = text == NULL || strchr(text, '/') != NULL
                     ? refuse(store->path, name, "is not in a file beside the index", err)
                     : gg_array_store_add(store, name, err);
    }
    return status;
}

gg_status gg_safetensors_store_open(const char *path, gg_array_store **out, gg_error *err) {
    size_t length = strlen(path);
    bool is_index = length >= 5 && strcmp(path + length - 5, ".json") == 0;
    GG_TRY(gg_array_store_new(path, out, err));
    return gg_array_store_opened(is_index ? open_index(*out, err) : open_file(*out, err), out);
}
