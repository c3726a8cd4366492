/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models/text/text_source.h"

#include <errno.h>
#include <string.h>
#include <zlib.h>

#include "models/base/alloc.h"
#include "models/text/utf16.h"

enum { BUFFER_BYTES = 1 << 16 };

struct gg_text_source {
    char *path;
    gzFile file;
    size_t line;
    size_t at, filled;
    bool ended;
    gg_error problem;
    bool is_utf16;
    gg__utf16 utf16;
    unsigned char raw[BUFFER_BYTES / 2]; /* UTF-16, of which UTF-8 is at most half as much again */
    unsigned char buffer[BUFFER_BYTES + 1];
};

static void note_problem(gg_text_source *s) {
    int code;
    int reason = errno;
    const char *text = gzerror(s->file, &code);
    if (code == Z_OK)
        return;
    if (code == Z_ERRNO)
        gg_fail(&s->problem, GG_E_IO, "%s: cannot be read: %s", s->path, strerror(reason));
    else if (code == Z_MEM_ERROR)
        gg_fail(&s->problem, GG_E_NOMEM, "%s: out of memory", s->path);
    else
        gg_fail(&s->problem, GG_E_INPUT, "%s:%zu: the compressed data end early or are damaged: %s",
                s->path, s->line, text);
}

static void note_damage(gg_text_source *s) {
    s->ended = true;
    gg_fail(&s->problem, GG_E_INPUT, "%s: the UTF-16 is cut off or damaged: save it as UTF-8",
            s->path);
}

/* The raw bytes into the buffer; how many they are there. */
static size_t decode(gg_text_source *s, size_t size) {
    size_t n = gg__utf16_decode(&s->utf16, s->raw, size, s->buffer);
    if (s->utf16.is_damaged)
        note_damage(s);
    return n;
}

static void fill(gg_text_source *s) {
    if (s->ended)
        return;
    s->at = s->filled = 0;
    while (s->filled == 0 && !s->ended) {
        int got = gzread(s->file, s->is_utf16 ? s->raw : s->buffer, sizeof s->raw);
        s->ended = got <= 0;
        if (got <= 0)
            note_problem(s);
        else
            s->filled = s->is_utf16 ? decode(s, (size_t)got) : (size_t)got;
    }
    if (s->ended && s->is_utf16 && gg__utf16_is_cut(&s->utf16))
        note_damage(s);
    s->buffer[s->filled] = '\0';
}

int gg_text_source_peek(gg_text_source *s) {
    if (s->at == s->filled) {
        fill(s);
        if (s->at == s->filled)
            return -1;
    }
    return s->buffer[s->at];
}

int gg_text_source_get(gg_text_source *s) {
    int c = gg_text_source_peek(s);
    if (c < 0)
        return c;
    s->at++;
    if (c == '\n' || (c == '\r' && gg_text_source_peek(s) != '\n'))
        s->line++;
    return c;
}

const char *gg_text_source_ahead(gg_text_source *s, size_t *size) {
    gg_text_source_peek(s);
    *size = s->filled - s->at;
    return (const char *)s->buffer + s->at;
}

bool gg_text_source_is_utf16(const gg_text_source *s) {
    return s->is_utf16;
}

const char *gg_text_source_run(gg_text_source *s, const char *stops, size_t *size) {
    *size = 0;
    if (gg_text_source_peek(s) < 0)
        return NULL;
    const unsigned char *begin = s->buffer + s->at, *end = s->buffer + s->filled;
    for (const char *stop = "\n"; stop != NULL; stop = *stops != '\0' ? stops++ : NULL) {
        const unsigned char *found = memchr(begin, *stop, (size_t)(end - begin));
        if (found != NULL)
            end = found;
    }
    *size = (size_t)(end - begin);
    s->at += *size;
    return (const char *)begin;
}

/* The first piece decides what the file is. */
static void recode(gg_text_source *s) {
    s->is_utf16 = gg__utf16_begins(s->buffer, s->filled, &s->utf16);
    if (!s->is_utf16)
        return;
    size_t n = s->filled;
    memcpy(s->raw, s->buffer, n);
    s->filled = decode(s, n);
    s->buffer[s->filled] = '\0';
}

gg_status gg_text_source_open(const char *path, gg_text_source **out, gg_error *err) {
    *out = NULL;
    gg_text_source *s = gg_alloc(1, sizeof *s);
    if (s == NULL || (s->path = gg_strdup(path)) == NULL) {
        gg_text_source_close(s);
        return gg_fail(err, GG_E_NOMEM, "%s: out of memory", path);
    }
    errno = 0;
    s->file = gzopen(path, "rb");
    if (s->file == NULL) {
        int reason = errno;
        gg_text_source_close(s);
        if (reason == 0)
            return gg_fail(err, GG_E_NOMEM, "%s: out of memory", path);
        return gg_fail(err, GG_E_IO, "%s: cannot be read: %s", path, strerror(reason));
    }
    s->line = 1;
    fill(s);
    recode(s);
    if (s->filled >= 3 && memcmp(s->buffer, "\xEF\xBB\xBF", 3) == 0)
        s->at = 3;
    *out = s;
    return GG_OK;
}

void gg_text_source_close(gg_text_source *s) {
    if (s == NULL)
        return;
    if (s->file != NULL)
        gzclose(s->file);
    gg_free(s->path);
    gg_free(s);
}

gg_status gg_text_source_check(const gg_text_source *s, gg_error *err) {
    if (s->problem.status == GG_OK)
        return GG_OK;
    return gg_fail(err, s->problem.status, "%s", s->problem.message);
}

const char *gg_text_source_path(const gg_text_source *s) {
    return s->path;
}

uint64_t gg_text_source_offset(const gg_text_source *s) {
    z_off_t offset = gzoffset(s->file);
    return offset > 0 ? (uint64_t)offset : 0;
}

size_t gg_text_head(const unsigned char *head, size_t size, char *text, size_t room) {
    enum { GZIP_WINDOW = 15 + 16 };
    size_t n = size < room ? size : room - 1;
    gg__utf16 utf16;
    z_stream z = {.next_in = (z_const Bytef *)(uintptr_t)head, .avail_in = (uInt)size};
    if (size >= 2 && head[0] == 0x1F && head[1] == 0x8B && inflateInit2(&z, GZIP_WINDOW) == Z_OK) {
        z.next_out = (Bytef *)text;
        z.avail_out = (uInt)(room - 1);
        inflate(&z, Z_SYNC_FLUSH);
        n = room - 1 - z.avail_out;
        inflateEnd(&z);
    } else {
        memcpy(text, head, n);
    }
    if (gg__utf16_begins((unsigned char *)text, n, &utf16))
        n = gg__utf16_squeeze(&utf16, text, n);
    for (size_t k = 0; k < n; k++)
        if (text[k] == '\0')
            text[k] = 1;
    text[n] = '\0';
    return n;
}

size_t gg_text_source_line(const gg_text_source *s) {
    return s->line;
}
