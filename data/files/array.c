/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "data/files/array.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "models/base/alloc.h"

static const struct {
    const char *name;
    size_t size;
} numbers[] = {
    [GG_NUMBER_F16] = {"float16", 2}, [GG_NUMBER_BF16] = {"bfloat16", 2},
    [GG_NUMBER_F32] = {"float32", 4}, [GG_NUMBER_F64] = {"float64", 8},
    [GG_NUMBER_I8] = {"int8", 1},     [GG_NUMBER_U8] = {"uint8", 1},
    [GG_NUMBER_I16] = {"int16", 2},   [GG_NUMBER_U16] = {"uint16", 2},
    [GG_NUMBER_I32] = {"int32", 4},   [GG_NUMBER_U32] = {"uint32", 4},
    [GG_NUMBER_I64] = {"int64", 8},   [GG_NUMBER_U64] = {"uint64", 8},
    [GG_NUMBER_BOOL] = {"bool", 1},   [GG_NUMBER_VOID16] = {"2-byte void", 2},
};

const char *gg_number_name(gg_number number) {
    return numbers[number].name;
}

size_t gg_number_size(gg_number number) {
    return numbers[number].size;
}

gg_status gg_array_measure(gg_array *a, gg_error *err) {
    size_t bytes;
    a->count = 1;
    for (size_t k = 0; k < a->rank; k++)
        if (gg_size_multiply(a->count, a->dims[k], &a->count) != 0)
            return gg_fail(err, GG_E_INPUT, "%s: its shape is too large to be true", a->place);
    if (gg_size_multiply(a->count, gg_number_size(a->number), &bytes) != 0)
        return gg_fail(err, GG_E_INPUT, "%s: its shape is too large to be true", a->place);
    return GG_OK;
}

void gg_array_close(gg_array *a) {
    if (a == NULL)
        return;
    if (a->close != NULL)
        a->close(a);
    gg_free(a);
}

gg_status gg_array_opened(gg_status status, gg_array *array, gg_array **out) {
    if (status == GG_OK)
        *out = array;
    else
        gg_array_close(array);
    return status;
}

static gg_status read_file(gg_array *a, size_t first, size_t count, void *target, gg_error *err) {
    const gg_array_file *f = a->state;
    size_t size = gg_number_size(a->number);
    return gg_read_at(f->fd, f->data + (uint64_t)first * size, target, count * size, a->place, err);
}

static void close_file(gg_array *a) {
    gg_array_file *f = a->state;
    if (f->fd >= 0)
        close(f->fd);
    gg_free(f);
}

gg_status gg_array_new_in_file(const char *path, gg_array **out, gg_array_file **file,
                               gg_error *err) {
    gg_array *a = gg_alloc(1, sizeof *a);
    *file = gg_alloc(1, sizeof **file);
    if (a == NULL || *file == NULL) {
        gg_free(a);
        gg_free(*file);
        return gg_fail(err, GG_E_NOMEM, "%s: out of memory", path);
    }
    (*file)->fd = -1;
    a->state = *file;
    a->read = read_file;
    a->close = close_file;
    *out = a;
    return GG_OK;
}

static void swap_bytes(void *values, size_t count, size_t size) {
    unsigned char *at = values;
    for (size_t k = 0; k < count; k++, at += size)
        for (size_t low = 0, high = size - 1; low < high; low++, high--) {
            unsigned char byte = at[low];
            at[low] = at[high];
            at[high] = byte;
        }
}

gg_status gg_array_read(gg_array *a, size_t first, size_t count, void *target, gg_error *err) {
    if (count > a->count || first > a->count - count)
        return gg_fail(err, GG_E_INPUT, "%s: has %zu numbers; numbers %zu to %zu were asked for",
                       a->place, a->count, first, first + count);
    gg_status status = count > 0 ? a->read(a, first, count, target, err) : GG_OK;
    size_t size = gg_number_size(a->number);
    if (status == GG_OK && size > 1 && a->big_endian != (__BYTE_ORDER__ == __ORDER_BIG_ENDIAN__))
        swap_bytes(target, count, size);
    return status;
}

#define INTEGERS(X)                                                                                \
    X(GG_NUMBER_I8, int8_t)                                                                        \
    X(GG_NUMBER_U8, uint8_t)                                                                       \
    X(GG_NUMBER_BOOL, uint8_t)                                                                     \
    X(GG_NUMBER_I16, int16_t)                                                                      \
    X(GG_NUMBER_U16, uint16_t)                                                                     \
    X(GG_NUMBER_VOID16, uint16_t)                                                                  \
    X(GG_NUMBER_I32, int32_t)                                                                      \
    X(GG_NUMBER_U32, uint32_t)                                                                     \
    X(GG_NUMBER_I64, int64_t)                                                                      \
    X(GG_NUMBER_U64, uint64_t)

/* One element as an integer; false when it has a fraction or does not fit, which leaves the bits of
 * an unsigned one in *value. */
static bool integer_of(gg_number number, const void *raw, int64_t *value) {
    double wide;
    switch (number) {
#define TAKE(name, type)                                                                           \
    case name: {                                                                                   \
        type v;                                                                                    \
        memcpy(&v, raw, sizeof v);                                                                 \
        *value = (int64_t)v;                                                                       \
        return name != GG_NUMBER_U64 || *value >= 0;                                               \
    }
        INTEGERS(TAKE)
#undef TAKE
    default:
        gg_widen((gg_dtype)number, raw, 0, 1, &wide);
        if (!(wide >= -0x1p53 && wide <= 0x1p53) || wide != nearbyint(wide))
            return false;
        *value = (int64_t)wide;
        return true;
    }
}

/* Elements are read into a block on the stack, a piece after another. */
enum { PIECE = 512 };

gg_status gg_array_integers(gg_array *a, size_t first, size_t count, int64_t lowest,
                            int64_t highest, int64_t *target, gg_error *err) {
    uint64_t raw[PIECE];
    size_t size = gg_number_size(a->number);
    for (size_t done = 0; done < count; done += PIECE) {
        size_t n = count - done < PIECE ? count - done : PIECE;
        GG_TRY(gg_array_read(a, first + done, n, raw, err));
        for (size_t k = 0; k < n; k++) {
            int64_t *value = &target[done + k];
            bool fits = integer_of(a->number, (const char *)raw + k * size, value);
            if (!fits || *value < lowest || *value > highest)
                return gg_fail(err, GG_E_INPUT,
                               "%s: value %zu is not an integer in %" PRId64 "..%" PRId64, a->place,
                               first + done + k, lowest, highest);
        }
    }
    return GG_OK;
}

gg_status gg_array_doubles(gg_array *a, size_t first, size_t count, double *target, gg_error *err) {
    uint64_t raw[PIECE];
    size_t size = gg_number_size(a->number);
    for (size_t done = 0; done < count; done += PIECE) {
        size_t n = count - done < PIECE ? count - done : PIECE;
        GG_TRY(gg_array_read(a, first + done, n, raw, err));
        for (size_t k = 0; k < n; k++) {
            int64_t integer = 0;
            if (gg_number_is_float(a->number))
                gg_widen((gg_dtype)a->number, raw, k, 1, &target[done + k]);
            else if (integer_of(a->number, (const char *)raw + k * size, &integer))
                target[done + k] = (double)integer;
            else
                target[done + k] = (double)(uint64_t)integer;
        }
    }
    return GG_OK;
}

void gg_array_shape_text(const gg_array *a, char text[GG_ARRAY_SHAPE_SIZE]) {
    size_t used = (size_t)snprintf(text, GG_ARRAY_SHAPE_SIZE, "(");
    for (size_t k = 0; k < a->rank; k++)
        used += (size_t)snprintf(text + used, GG_ARRAY_SHAPE_SIZE - used, "%s%zu",
                                 k > 0 ? ", " : "", a->dims[k]);
    snprintf(text + used, GG_ARRAY_SHAPE_SIZE - used, ")");
}

gg_status gg_read_at(int fd, uint64_t offset, void *target, size_t size, const char *place,
                     gg_error *err) {
    char *next = target;
    while (size > 0) {
        ssize_t got = pread(fd, next, size, (off_t)offset);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return gg_fail(err, GG_E_IO, "%s: cannot be read: %s", place, strerror(errno));
        if (got == 0)
            return gg_fail(err, GG_E_INPUT, "%s: the file ends at byte %" PRIu64, place, offset);
        next += got;
        offset += (uint64_t)got;
        size -= (size_t)got;
    }
    return GG_OK;
}

gg_status gg_open_regular(const char *path, int *fd, uint64_t *size, gg_error *err) {
    struct stat info;
    gg_status status = GG_OK;
    *fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (*fd < 0 || fstat(*fd, &info) != 0)
        status = gg_fail(err, GG_E_IO, "%s: cannot be opened: %s", path, strerror(errno));
    else if (!S_ISREG(info.st_mode))
        status = gg_fail(err, GG_E_IO, "%s: is not a regular file, which this format needs", path);
    else
        *size = (uint64_t)info.st_size;
    if (status != GG_OK && *fd >= 0) {
        close(*fd);
        *fd = -1;
    }
    return status;
}
