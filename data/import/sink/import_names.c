/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "data/import/sink/import_names.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "models/base/alloc.h"
#include "models/base/shown.h"

/* A path and a slash fit in front of the longest name. */
enum { LONGEST_NAME = 60 << 10, FIRST_NAMES = 256 };

static gg_status no_memory(gg_error *err) {
    return gg_fail(err, GG_E_NOMEM, "out of memory");
}

/* Bytes of the UTF-8 character that begins here; 0: none does. */
static size_t character_size(const unsigned char *c) {
    size_t n = c[0] < 0x80 ? 1 : c[0] < 0xC2 ? 0 : c[0] < 0xE0 ? 2 : c[0] < 0xF0 ? 3 : 4;
    if (n == 0 || c[0] > 0xF4)
        return 0;
    for (size_t k = 1; k < n; k++)
        if ((c[k] & 0xC0) != 0x80)
            return 0;
    bool overlong = (c[0] == 0xE0 && c[1] < 0xA0) || (c[0] == 0xF0 && c[1] < 0x90);
    bool beyond = (c[0] == 0xED && c[1] > 0x9F) || (c[0] == 0xF4 && c[1] > 0x8F);
    return overlong || beyond ? 0 : n;
}

static bool is_utf8(const char *text) {
    for (const unsigned char *c = (const unsigned char *)text; *c != '\0';) {
        size_t n = character_size(c);
        if (n == 0)
            return false;
        c += n;
    }
    return true;
}

/* The name from Latin-1; false when it cannot be: 0x80 to 0x9F are no characters there. */
static bool transcode(const char *text, char *name) {
    size_t used = 0;
    for (const unsigned char *c = (const unsigned char *)text; *c != '\0'; c++) {
        if ((*c >= 0x80 && *c < 0xA0) || used + 2 > LONGEST_NAME)
            return false;
        if (*c >= 0x80)
            name[used++] = (char)(0xC0 | *c >> 6);
        name[used++] = (char)(*c < 0x80 ? *c : 0x80 | (*c & 0x3F));
    }
    name[used] = '\0';
    return true;
}

static gg_status refuse(const gg_import_query *query, gg_error *err, const char *reason) {
    char shown[GG_SHOWN_SIZE];
    return gg_fail(err, GG_E_INPUT, "%s%sid \"%s\": %s", query->place != NULL ? query->place : "",
                   query->place != NULL ? ": " : "", gg_shown(query->id, shown), reason);
}

static gg_status make_room(gg__import_names *n, gg_error *err) {
    if (n->name == NULL && (n->name = gg_alloc(GG__NAME_SIZE, 1)) == NULL)
        return no_memory(err);
    return GG_OK;
}

static gg_status copy_name(gg__import_names *n, const gg_import_query *query, gg_error *err) {
    GG_TRY(make_room(n, err));
    if (is_utf8(query->id)) {
        if (strlen(query->id) > LONGEST_NAME)
            return refuse(query, err, "is longer than 60 KiB");
        strcpy(n->name, query->id);
        return GG_OK;
    }
    n->transcodes = true;
    return transcode(query->id, n->name)
               ? GG_OK
               : refuse(query, err,
                        "is neither UTF-8 nor Latin-1: convert the file (iconv -t UTF-8)");
}

/* Counts names->name in; *again tells that the source has it already. */
static gg_status count_in(gg__import_names *n, bool *again, gg_error *err) {
    int32_t id = 0;
    size_t before;
    if (n->known == NULL)
        GG_TRY(gg_token_texts_new(&n->known, err));
    before = gg_token_texts_count(n->known);
    GG_TRY(gg_token_texts_id(n->known, n->name, strlen(n->name), &id, err));
    bool is_new = (size_t)id >= before;
    *again = !is_new && n->last_source[id] == n->source;
    n->need_paths = n->need_paths || (!is_new && !*again);
    if ((size_t)id >= n->room) {
        size_t room = n->room > 0 ? 2 * n->room : FIRST_NAMES;
        uint32_t *last = gg_realloc(n->last_source, n->room, room, sizeof *last);
        if (last == NULL)
            return no_memory(err);
        n->last_source = last;
        n->room = room;
    }
    n->last_source[id] = n->source;
    return GG_OK;
}

gg_status gg__import_names_note(gg__import_names *n, const gg_import_query *query, gg_error *err) {
    bool again = false;
    GG_TRY(copy_name(n, query, err));
    GG_TRY(count_in(n, &again, err));
    if (!again)
        return GG_OK;
    if (query->id_kind == GG_ID_GIVEN)
        return refuse(query, err, "stands there a second time: ids tell queries apart");
    size_t end = strlen(n->name);
    n->repeated++;
    for (size_t k = 2; again; k++) {
        if (end + 24 > LONGEST_NAME)
            return refuse(query, err, "stands there a second time: ids tell queries apart");
        snprintf(n->name + end, 24, "~%zu", k);
        GG_TRY(count_in(n, &again, err));
    }
    return GG_OK;
}

/* How a source is called, from shortest to longest. Places in its path: */
typedef enum label_style { STEM, FILE_NAME, FOLDER, FIRST_FOLDERS } label_style;

/* Where the last `parts` parts of a path begin. */
static const char *last_parts(const char *path, size_t parts) {
    const char *at = path + strlen(path);
    while (at > path) {
        if (at[-1] == '/' && parts-- == 1)
            break;
        at--;
    }
    return at;
}

static char *label_of(const char *path, int style) {
    const char *file = last_parts(path, 1);
    size_t parts = style <= FILE_NAME ? 1
                   : style == FOLDER  ? 2
                                      : (size_t)(style - FIRST_FOLDERS) + 2;
    const char *begin = last_parts(path, parts), *dot = strrchr(file, '.');
    const char *end = style == FOLDER             ? (file > begin ? file - 1 : begin)
                      : style == STEM             ? file + strcspn(file, ".")
                      : dot != NULL && dot > file ? dot
                                                  : file + strlen(file);
    char *label = gg_alloc((size_t)(end - begin) + 1, 1);
    if (label != NULL)
        memcpy(label, begin, (size_t)(end - begin));
    return label;
}

static int compare_labels(const void *a, const void *b) {
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* All sources' labels in a style; *distinct tells whether they differ. */
static gg_status make_labels(gg__import_names *n, int style, bool *distinct, gg_error *err) {
    char **sorted = gg_alloc(n->n_sources, sizeof *sorted);
    gg_status status = sorted != NULL ? GG_OK : no_memory(err);
    *distinct = true;
    for (size_t k = 0; status == GG_OK && k < n->n_sources; k++) {
        gg_free(n->labels[k]);
        sorted[k] = n->labels[k] = label_of(n->sources[k], style);
        if (sorted[k] == NULL)
            status = no_memory(err);
        else if (sorted[k][0] == '\0' || !is_utf8(sorted[k]))
            *distinct = false;
    }
    if (status == GG_OK)
        qsort(sorted, n->n_sources, sizeof *sorted, compare_labels);
    for (size_t k = 1; status == GG_OK && k < n->n_sources; k++)
        if (strcmp(sorted[k - 1], sorted[k]) == 0)
            *distinct = false;
    gg_free(sorted);
    return status;
}

static bool same_file_names(const gg__import_names *n) {
    for (size_t k = 1; k < n->n_sources; k++)
        if (strcmp(last_parts(n->sources[0], 1), last_parts(n->sources[k], 1)) != 0)
            return false;
    return true;
}

gg_status gg__import_names_settle(gg__import_names *n, gg_error *err) {
    size_t deepest = 1;
    bool distinct = false;
    if (!n->need_paths)
        return GG_OK;
    n->labels = gg_alloc(n->n_sources + 1, sizeof *n->labels);
    if (n->labels == NULL)
        return no_memory(err);
    for (size_t k = 0; k < n->n_sources; k++)
        for (const char *c = n->sources[k]; *c != '\0'; c++)
            deepest += *c == '/';
    for (int style = STEM; !distinct && (size_t)style <= FIRST_FOLDERS + deepest; style++)
        if (style != FOLDER || same_file_names(n))
            GG_TRY(make_labels(n, style, &distinct, err));
    if (!distinct)
        return gg_fail(err, GG_E_INPUT,
                       "%s: sources have queries of the same names, and their paths do not tell "
                       "them apart",
                       n->n_sources > 0 ? n->sources[0] : "import");
    return GG_OK;
}

gg_status gg__import_names_final(gg__import_names *n, uint32_t source, gg_import_id_kind kind,
                                 const char *noted, gg_error *err) {
    GG_TRY(make_room(n, err));
    const char *label = n->need_paths && source < n->n_sources ? n->labels[source] : "";
    const char *shown = kind == GG_ID_OF_SOURCE && label[0] != '\0' ? "" : noted;
    snprintf(n->name, GG__NAME_SIZE, "%s%s%s", label,
             label[0] != '\0' && shown[0] != '\0' ? "/" : "", shown);
    return GG_OK;
}

gg_status gg__import_names_taken(gg__import_names *n, const char *name, bool *taken,
                                 gg_error *err) {
    int32_t id = 0;
    *taken = false;
    if (n->known == NULL || n->need_paths)
        return GG_OK;
    size_t before = gg_token_texts_count(n->known);
    GG_TRY(gg_token_texts_id(n->known, name, strlen(name), &id, err));
    *taken = (size_t)id < before;
    return GG_OK;
}

void gg__import_names_clear(gg__import_names *n) {
    gg_token_texts_free(n->known);
    gg_free(n->last_source);
    for (size_t k = 0; n->labels != NULL && k < n->n_sources; k++)
        gg_free(n->labels[k]);
    gg_free(n->labels);
    gg_free(n->name);
    *n = (gg__import_names){0};
}
