/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "data/files/npy.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "models/base/alloc.h"

static const unsigned char magic[6] = {0x93, 'N', 'U', 'M', 'P', 'Y'};

bool gg_npy_recognises(const unsigned char *head, size_t size) {
    return size >= sizeof magic && memcmp(head, magic, sizeof magic) == 0;
}

typedef struct cursor {
    const char *at, *end;
} cursor;

static void skip_space(cursor *c) {
    while (c->at < c->end && (*c->at == ' ' || *c->at == '\t' || *c->at == '\n' || *c->at == '\r'))
        c->at++;
}

static bool take(cursor *c, char wanted) {
    skip_space(c);
    if (c->at == c->end || *c->at != wanted)
        return false;
    c->at++;
    return true;
}

static bool take_word(cursor *c, const char *word) {
    size_t n = strlen(word);
    skip_space(c);
    if ((size_t)(c->end - c->at) < n || memcmp(c->at, word, n) != 0)
        return false;
    c->at += n;
    return true;
}

/* A quoted text without escapes. */
static bool take_text(cursor *c, char *text, size_t size) {
    skip_space(c);
    if (c->at == c->end || (*c->at != '\'' && *c->at != '"'))
        return false;
    char quote = *c->at++;
    size_t n = 0;
    while (c->at < c->end && *c->at != quote) {
        if (n + 1 == size || *c->at == '\\' || *c->at == '\0')
            return false;
        text[n++] = *c->at++;
    }
    text[n] = '\0';
    return take(c, quote);
}

static bool take_size(cursor *c, size_t *value) {
    skip_space(c);
    const char *start = c->at;
    *value = 0;
    for (; c->at < c->end && isdigit((unsigned char)*c->at); c->at++)
        if (gg_size_multiply(*value, 10, value) != 0 ||
            __builtin_add_overflow(*value, (size_t)(*c->at - '0'), value))
            return false;
    bool any = c->at > start;
    /* Python 2 wrote long integers with this ending. */
    if (any && c->at < c->end && *c->at == 'L')
        c->at++;
    return any;
}

static gg_status refuse(const gg_array *a, const char *reason, gg_error *err) {
    return gg_fail(err, GG_E_INPUT, "%s: NPY header: %s", a->place, reason);
}

static gg_status take_shape(cursor *c, gg_array *a, gg_error *err) {
    if (!take(c, '('))
        return refuse(a, "the shape is no tuple", err);
    for (a->rank = 0; !take(c, ')'); a->rank++) {
        if (a->rank == GG_ARRAY_MAX_RANK)
            return refuse(a, "the array has more than 4 dimensions", err);
        if (!take_size(c, &a->dims[a->rank]))
            return refuse(a, "the shape has an entry that is no size", err);
        if (!take(c, ',') && c->at < c->end && *c->at != ')')
            return refuse(a, "the shape is damaged", err);
    }
    return GG_OK;
}

static gg_status number_of(const char *descr, gg_array *a, gg_error *err) {
    static const struct {
        const char *code;
        gg_number number;
    } known[] = {{"f2", GG_NUMBER_F16},    {"f4", GG_NUMBER_F32}, {"f8", GG_NUMBER_F64},
                 {"i1", GG_NUMBER_I8},     {"u1", GG_NUMBER_U8},  {"i2", GG_NUMBER_I16},
                 {"u2", GG_NUMBER_U16},    {"i4", GG_NUMBER_I32}, {"u4", GG_NUMBER_U32},
                 {"i8", GG_NUMBER_I64},    {"u8", GG_NUMBER_U64}, {"b1", GG_NUMBER_BOOL},
                 {"V2", GG_NUMBER_VOID16}, {"?", GG_NUMBER_BOOL}};
    char order = *descr;
    const char *code = strchr("<>=|", order) != NULL && order != '\0' ? descr + 1 : descr;
    /* Void has no order of its own: as bfloat16 it is little-endian, like the machines that save
     * it. */
    a->big_endian = order == '>';
    if (*code == 'O')
        return gg_fail(err, GG_E_INPUT,
                       "%s: holds Python objects (a pickle), which are never read: save plain "
                       "numbers with numpy.save(..., allow_pickle=False)",
                       a->place);
    for (size_t k = 0; k < sizeof known / sizeof *known; k++)
        if (strcmp(code, known[k].code) == 0) {
            a->number = known[k].number;
            return GG_OK;
        }
    return gg_fail(err, GG_E_INPUT, "%s: its type '%.40s' is not one of f2, f4, f8, integers, V2",
                   a->place, descr);
}

enum { HAS_DESCR = 1, HAS_ORDER = 2, HAS_SHAPE = 4, HAS_ALL = 7 };

static gg_status take_entry(cursor *c, gg_array *a, unsigned *seen, gg_error *err) {
    char key[32], descr[64];
    unsigned bit = 0;
    gg_status status = GG_OK;
    if (!take_text(c, key, sizeof key) || !take(c, ':'))
        return refuse(a, "it is no dictionary of descr, fortran_order and shape", err);
    if (strcmp(key, "descr") == 0) {
        bit = HAS_DESCR;
        skip_space(c);
        if (c->at < c->end && *c->at == '[')
            return refuse(a, "structured arrays are not read", err);
        if (!take_text(c, descr, sizeof descr))
            return refuse(a, "descr is no text", err);
        status = number_of(descr, a, err);
    } else if (strcmp(key, "fortran_order") == 0) {
        bit = HAS_ORDER;
        a->fortran = take_word(c, "True");
        if (!a->fortran && !take_word(c, "False"))
            return refuse(a, "fortran_order is neither True nor False", err);
    } else if (strcmp(key, "shape") == 0) {
        bit = HAS_SHAPE;
        status = take_shape(c, a, err);
    }
    if (status == GG_OK && (bit == 0 || (*seen & bit) != 0))
        return refuse(a, bit == 0 ? "it has an unknown key" : "it has a key twice", err);
    *seen |= bit;
    return status;
}

static gg_status take_header(cursor *c, gg_array *a, gg_error *err) {
    unsigned seen = 0;
    if (!take(c, '{'))
        return refuse(a, "it is no dictionary", err);
    while (!take(c, '}')) {
        GG_TRY(take_entry(c, a, &seen, err));
        if (!take(c, ',') && (c->at == c->end || *c->at != '}'))
            return refuse(a, "its dictionary is damaged", err);
    }
    skip_space(c);
    if (seen != HAS_ALL || c->at != c->end)
        return refuse(a, "it needs descr, fortran_order and shape, and nothing else", err);
    return GG_OK;
}

gg_status gg_npy_parse(const unsigned char *bytes, size_t size, uint64_t total, gg_array *a,
                       size_t *data, gg_error *err) {
    if (size < 10 || !gg_npy_recognises(bytes, size))
        return gg_fail(err, GG_E_INPUT, "%s: is not in NumPy's NPY format", a->place);
    unsigned major = bytes[6];
    if (major < 1 || major > 3)
        return gg_fail(err, GG_E_INPUT, "%s: NPY version %u.%u is not known", a->place, major,
                       bytes[7]);
    size_t start = major == 1 ? 10 : 12;
    size_t length = (size_t)bytes[8] | (size_t)bytes[9] << 8;
    if (major > 1 && size >= 12)
        length |= (size_t)bytes[10] << 16 | (size_t)bytes[11] << 24;
    if (start + length > GG_NPY_HEADER_MAX)
        return refuse(a, "it is longer than 10000 bytes", err);
    if (start + length > size)
        return refuse(a, "the file ends inside it", err);
    cursor c = {(const char *)bytes + start, (const char *)bytes + start + length};
    GG_TRY(take_header(&c, a, err));
    GG_TRY(gg_array_measure(a, err));
    *data = start + length;
    uint64_t wanted = (uint64_t)a->count * gg_number_size(a->number);
    if (total - *data == wanted)
        return GG_OK;
    char shape[GG_ARRAY_SHAPE_SIZE];
    gg_array_shape_text(a, shape);
    return gg_fail(err, GG_E_INPUT,
                   "%s: shape %s of %s needs %" PRIu64 " bytes of data, the file has %" PRIu64,
                   a->place, shape, gg_number_name(a->number), wanted, total - *data);
}

static gg_status read_head(const char *path, gg_array *a, gg_array_file *file, gg_error *err) {
    unsigned char head[GG_NPY_HEADER_MAX];
    uint64_t total = 0;
    GG_TRY(gg_open_regular(path, &file->fd, &total, err));
    size_t size = total < sizeof head ? (size_t)total : sizeof head, data = 0;
    GG_TRY(gg_read_at(file->fd, 0, head, size, path, err));
    GG_TRY(gg_npy_parse(head, size, total, a, &data, err));
    file->data = data;
    return GG_OK;
}

gg_status gg_npy_open(const char *path, gg_array **out, gg_error *err) {
    gg_array *a;
    gg_array_file *file;
    *out = NULL;
    GG_TRY(gg_array_new_in_file(path, &a, &file, err));
    snprintf(a->place, sizeof a->place, "%s", path);
    return gg_array_opened(read_head(path, a, file, err), a, out);
}
