/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "data/import/finish/import_tokens.h"

#include <ctype.h>
#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#include "data/import/sink/import_internal.h"
#include "data/text/number_file.h"
#include "models/base/alloc.h"

static gg_status no_memory(const gg_import_sink *s, gg_error *err) {
    return gg_fail(err, GG_E_NOMEM, "%s: out of memory", s->output);
}

/* The class of a text: the same for texts that differ in case and surrounding blanks only. */
static gg_status class_of_text(gg_token_texts *classes, const char *text, size_t size,
                               char *lowered, int32_t *class, gg_error *err) {
    while (size > 0 && isspace((unsigned char)*text)) {
        text++;
        size--;
    }
    while (size > 0 && isspace((unsigned char)text[size - 1]))
        size--;
    for (size_t k = 0; k < size; k++)
        lowered[k] = (char)tolower((unsigned char)text[k]);
    return gg_token_texts_id(classes, lowered, size, class, err);
}

static gg_status write_text_classes(const gg_import_sink *s, const gg_token_texts *texts,
                                    gg_error *err) {
    gg_token_texts *classes = NULL;
    gg_status status = gg_token_texts_new(&classes, err);
    for (size_t id = 0; status == GG_OK && id < gg_token_texts_count(texts); id++) {
        size_t size;
        int32_t class;
        const char *text = gg_token_texts_text(texts, id, &size);
        char *lowered = gg_alloc(size, 1);
        if (lowered == NULL) {
            status = no_memory(s, err);
            break;
        }
        status = class_of_text(classes, text, size, lowered, &class, err);
        gg_free(lowered);
        double value = class;
        if (status == GG_OK)
            status = gg_dataset_writer_append(s->writer, s->options->side, GG_COLUMN_TOKEN_CLASS, 1,
                                              &value, err);
    }
    gg_token_texts_free(classes);
    return status;
}

static gg_status check_classes(const gg_import_sink *s, const char *path, size_t count,
                               gg_error *err) {
    const gg_import_row_spec *spec = s->rows != NULL ? gg_import_rows_spec(s->rows) : NULL;
    if (spec != NULL && spec->storage == GG_STORAGE_LOGITS && count != spec->width)
        return gg_fail(err, GG_E_INPUT, "%s: has %zu classes for %zu words", path, count,
                       spec->width);
    if (s->lists != NULL && count <= (size_t)gg_import_lists_highest_id(s->lists))
        return gg_fail(err, GG_E_INPUT, "%s: has %zu classes, but there is a token %" PRId32, path,
                       count, gg_import_lists_highest_id(s->lists));
    return GG_OK;
}

static gg_status write_classes(const gg_import_sink *s, const gg_token_texts *texts,
                               gg_error *err) {
    static const char *const columns[] = {"class", "token_class", NULL};
    const char *path = s->options->class_map;
    double *classes = NULL;
    size_t count = 0;
    if (path == NULL)
        return GG_OK;
    if (strcmp(path, "text") == 0 && texts != NULL)
        return write_text_classes(s, texts, err);
    if (strcmp(path, "text") == 0 && access(path, F_OK) != 0)
        return gg_fail(
            err, GG_E_USAGE,
            "class-map: text: these tokens came without texts; FILE has a class a token");
    if (s->rows == NULL && (s->lists == NULL || gg_import_lists_highest_id(s->lists) < 0))
        return gg_fail(err, GG_E_USAGE, "%s: a class map needs tokens with ids", path);
    GG_TRY(gg_number_file_read(path, columns, &classes, &count, err));
    gg_status status = check_classes(s, path, count, err);
    if (status == GG_OK)
        status = gg_dataset_writer_append(s->writer, s->options->side, GG_COLUMN_TOKEN_CLASS, count,
                                          classes, err);
    gg_free(classes);
    return status;
}

/* Texts are kept beside their ids, for people. */
static gg_status write_texts(const gg_import_sink *s, const gg_token_texts *texts, gg_error *err) {
    char path[GG_OBJECT_PATH_SIZE];
    gg_h5_appender *appender = NULL;
    gg_h5_append_options options = {.type = GG_H5_UTF8};
    gg_side_path(s->options->side, "token_text", path);
    gg_status status =
        gg_h5_appender_new(gg_dataset_writer_h5(s->writer), path, &options, &appender, err);
    for (size_t id = 0; status == GG_OK && id < gg_token_texts_count(texts); id++) {
        char *text = gg_token_texts_printable(texts, id);
        status = text == NULL ? no_memory(s, err) : gg_h5_append(appender, 1, &text, err);
        gg_free(text);
    }
    if (status == GG_OK)
        status = gg_h5_appender_finish(appender, err);
    gg_h5_appender_free(appender);
    return status;
}

gg_status gg__import_write_tokens(const gg_import_sink *s, gg_error *err) {
    const gg_token_texts *texts = s->lists != NULL ? gg_import_lists_texts(s->lists) : NULL;
    GG_TRY(write_classes(s, texts, err));
    return texts != NULL ? write_texts(s, texts, err) : GG_OK;
}
