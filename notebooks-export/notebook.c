/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "notebooks-export/notebook.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "experiments/report/figures/figures.h"
#include "models/base/outfile.h"
#include "models/base/shown.h"
#include "notebooks-export/notebook_cells.h"
#include "notebooks-export/notebook_tables.h"

/* Text in memory, as a stream that writers for files can use. */
typedef struct text_stream {
    FILE *stream;
    char *text;
    size_t size;
} text_stream;

static gg_status no_memory(gg_error *err) {
    return gg_fail(err, GG_E_NOMEM, "notebook: out of memory");
}

static gg_status begin(text_stream *out, gg_error *err) {
    *out = (text_stream){0};
    out->stream = open_memstream(&out->text, &out->size);
    return out->stream != NULL ? GG_OK : no_memory(err);
}

/* Whole after it; `text` is valid until the end. */
static gg_status complete(text_stream *out, gg_error *err) {
    FILE *stream = out->stream;
    out->stream = NULL;
    return fclose(stream) == 0 ? GG_OK : no_memory(err);
}

static void end(text_stream *out) {
    if (out->stream != NULL)
        fclose(out->stream);
    free(out->text);
}

/* Takes `value`. */
static gg_status put(json_t *object, const char *key, json_t *value, gg_error *err) {
    return json_object_set_new(object, key, value) == 0 ? GG_OK : no_memory(err);
}

static gg_status append(json_t *array, json_t *value, gg_error *err) {
    return json_array_append_new(array, value) == 0 ? GG_OK : no_memory(err);
}

/* Text as notebooks keep it: a string a line, all but the last with their line end. */
static gg_status lines_of(const char *text, size_t size, json_t **out, gg_error *err) {
    gg_status status = (*out = json_array()) != NULL ? GG_OK : no_memory(err);
    while (status == GG_OK && size > 0) {
        const char *line_end = memchr(text, '\n', size);
        size_t length = line_end != NULL ? (size_t)(line_end - text) + 1 : size;
        status = append(*out, json_stringn(text, length), err);
        text += length;
        size -= length;
    }
    if (status != GG_OK) {
        json_decref(*out);
        *out = NULL;
    }
    return status;
}

/* Text inside Markdown, none of it markup. */
static void put_markdown(FILE *stream, const char *text) {
    char piece[GG_SHOWN_PIECE];
    for (size_t taken; (taken = gg_shown_piece(text, piece)) > 0; text += taken)
        for (const char *at = piece; *at != '\0'; at++)
            fprintf(stream, strchr("\\`*_[]<>&$#|~", *at) != NULL ? "\\%c" : "%c", *at);
}

/* Text inside quotes of Python, which has the same escapes; a byte that is no character in it is a
 * surrogate, as in the names of files. */
static void put_python(FILE *stream, const char *text) {
    char piece[GG_SHOWN_PIECE];
    for (size_t taken; (taken = gg_shown_piece(text, piece)) > 0; text += taken)
        if (taken == 1 && (unsigned char)*text >= 0x80)
            fprintf(stream, "\\udc%02x", (unsigned char)*text);
        else
            fprintf(stream, *text == '"' || *text == '\\' ? "\\%s" : "%s", piece);
}

typedef void (*put_fn)(FILE *stream, const char *text);

static void put_known(FILE *stream, const gg_study *study, const char *results, const char *name,
                      size_t length, put_fn write) {
    const char *title = gg_manifest_get(&study->summary->results->manifest, "plan");
    if (strncmp(name, "RESULTS", length) == 0)
        write(stream, results);
    else
        write(stream, title != NULL ? title : "Optimality gaps");
}

/* The cell's text with its @NAMES@ replaced. */
static void fill_in(FILE *stream, const gg_study *study, const char *results, const char *text,
                    put_fn write) {
    static const char upper[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
    while (*text != '\0') {
        size_t length = *text == '@' ? strspn(text + 1, upper) : 0;
        if (length > 0 && text[length + 1] == '@') {
            put_known(stream, study, results, text + 1, length, write);
            text += length + 2;
        } else {
            fputc(*text++, stream);
        }
    }
}

static gg_status add_output(json_t *outputs, const char *kind, const char *type,
                            const text_stream *text, gg_error *err) {
    json_t *lines = NULL;
    GG_TRY(lines_of(text->text, text->size, &lines, err));
    json_t *output = json_pack("{s:s, s:{}, s:{}}", "output_type", kind, "data", "metadata");
    /* Takes the lines in any case. */
    gg_status status = put(json_object_get(output, "data"), type, lines, err);
    if (status == GG_OK && strcmp(kind, "execute_result") == 0)
        status = put(output, "execution_count", json_null(), err);
    if (status == GG_OK)
        return append(outputs, output, err);
    json_decref(output);
    return status;
}

static gg_status add_table(json_t *outputs, const gg_study *study, gg_notebook_table_fn write,
                           gg_error *err) {
    text_stream text;
    gg_status status = begin(&text, err);
    if (status == GG_OK)
        status = write(study, text.stream, err);
    if (status == GG_OK)
        status = complete(&text, err);
    if (status == GG_OK)
        status = add_output(outputs, "execute_result", "text/plain", &text, err);
    end(&text);
    return status;
}

static gg_status add_drawing(json_t *outputs, const gg_study *study, const gg_figure *figure,
                             size_t panel, gg_error *err) {
    text_stream text;
    char id[64];
    gg_status status = begin(&text, err);
    if (status == GG_OK) {
        gg_figure_id(figure, panel, id, sizeof id);
        gg_figure_draw(figure, text.stream, study, panel,
                       &(gg_svg_place){.id = id, .standalone = true});
        status = complete(&text, err);
    }
    if (status == GG_OK)
        status = add_output(outputs, "display_data", "image/svg+xml", &text, err);
    end(&text);
    return status;
}

static gg_status add_drawings(json_t *outputs, const gg_study *study, const gg_figure *figure,
                              gg_error *err) {
    for (size_t p = 0; p < study->summary->n_panels; p++)
        if (gg_figure_shown(figure, study, p))
            GG_TRY(add_drawing(outputs, study, figure, p, err));
    return GG_OK;
}

/* Appends a cell with `source`; the outputs of a cell of code are *outputs, for the caller to
 * fill. */
static gg_status add_cell(json_t *cells, const char *id, bool code, const text_stream *source,
                          json_t **outputs, gg_error *err) {
    json_t *lines = NULL;
    size_t size = source->size;
    while (size > 0 && source->text[size - 1] == '\n')
        size--;
    GG_TRY(lines_of(source->text, size, &lines, err));
    json_t *cell = json_pack("{s:s, s:s, s:{}}", "cell_type", code ? "code" : "markdown", "id", id,
                             "metadata");
    /* Takes the lines in any case. */
    gg_status status = put(cell, "source", lines, err);
    if (status == GG_OK && code)
        status = put(cell, "execution_count", json_null(), err);
    if (status == GG_OK && code)
        status = put(cell, "outputs", *outputs = json_array(), err);
    if (status == GG_OK)
        return append(cells, cell, err);
    json_decref(cell);
    return status;
}

/* The report's heading and captions above the cell that draws a figure. */
static gg_status add_caption(json_t *cells, const gg_study *study, const gg_figure *figure,
                             gg_error *err) {
    text_stream text;
    char id[64];
    size_t n_shown = 0;
    gg_status status = begin(&text, err);
    if (status == GG_OK) {
        fprintf(text.stream, "## %s\n\n", figure->heading);
        for (size_t p = 0; p < study->summary->n_panels; p++) {
            gg_sentence caption = {0};
            if (!gg_figure_shown(figure, study, p))
                continue;
            n_shown++;
            gg_figure_caption(figure, study, p, &caption);
            put_markdown(text.stream, caption.text);
            fputs("\n\n", text.stream);
        }
        if (n_shown == 0)
            fputs("These results have nothing to draw here.\n", text.stream);
        status = complete(&text, err);
    }
    if (status == GG_OK) {
        snprintf(id, sizeof id, "%s-caption", figure->name);
        status = add_cell(cells, id, false, &text, NULL, err);
    }
    end(&text);
    return status;
}

static const gg_figure *figure_of(const char *name) {
    size_t k = 0;
    while (gg_figures[k] != NULL && strcmp(gg_figures[k]->name, name) != 0)
        k++;
    return gg_figures[k];
}

static gg_status add_file(json_t *cells, const gg_study *study, const char *results,
                          const gg_notebook_cell *cell, gg_error *err) {
    text_stream source;
    char id[64];
    json_t *outputs = NULL;
    /* "08-strategies.py" is cell "08-strategies", called strategies. */
    const char *dot = strrchr(cell->file, '.');
    bool code = strcmp(dot, ".py") == 0;
    snprintf(id, sizeof id, "%.*s", (int)(dot - cell->file), cell->file);
    const char *name = id + strcspn(id, "-") + 1;
    const gg_figure *figure = code ? figure_of(name) : NULL;
    gg_notebook_table_fn table = code ? gg_notebook_table(name) : NULL;
    gg_status status = begin(&source, err);
    if (status == GG_OK) {
        fill_in(source.stream, study, results, cell->text, code ? put_python : put_markdown);
        status = complete(&source, err);
    }
    if (status == GG_OK && figure != NULL)
        status = add_caption(cells, study, figure, err);
    if (status == GG_OK)
        status = add_cell(cells, id, code, &source, &outputs, err);
    if (status == GG_OK && figure != NULL)
        status = add_drawings(outputs, study, figure, err);
    if (status == GG_OK && table != NULL)
        status = add_table(outputs, study, table, err);
    end(&source);
    return status;
}

static json_t *empty_notebook(void) {
    return json_pack("{s:[], s:{s:{s:s, s:s, s:s}, s:{s:s}}, s:i, s:i}", "cells", "metadata",
                     "kernelspec", "display_name", "Python 3", "language", "python", "name",
                     "python3", "language_info", "name", "python", "nbformat", 4, "nbformat_minor",
                     5);
}

static gg_status write_file(const json_t *notebook, const char *path, gg_error *err) {
    gg_outfile *out = NULL;
    FILE *stream = NULL;
    GG_TRY(gg_outfile_open(path, &out, &stream, err));
    /* A stream that cannot be written shows at the commit. */
    bool dumped = json_dumpf(notebook, stream, JSON_INDENT(1)) == 0 || ferror(stream);
    fputc('\n', stream);
    return gg_outfile_finish(out, dumped ? GG_OK : no_memory(err), err);
}

gg_status gg_notebook_write(const gg_study *study, const char *results, const char *path,
                            gg_error *err) {
    json_t *notebook = empty_notebook();
    gg_status status = notebook != NULL ? GG_OK : no_memory(err);
    for (const gg_notebook_cell *c = gg_notebook_cells; status == GG_OK && c->file != NULL; c++)
        status = add_file(json_object_get(notebook, "cells"), study, results, c, err);
    if (status == GG_OK)
        status = write_file(notebook, path, err);
    json_decref(notebook);
    return status;
}
