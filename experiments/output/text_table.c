/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiments/output/text_table.h"

#include <stdarg.h>
#include <string.h>

#include "models/base/alloc.h"
#include "models/base/shown.h"

gg_status gg_table_init(gg_table *table, const gg_table_column *columns, size_t n_columns,
                        size_t n_rows, gg_error *err) {
    *table = (gg_table){.columns = columns, .n_columns = n_columns, .n_rows = n_rows};
    size_t n_cells;
    if (n_columns > GG_TABLE_COLUMNS)
        return gg_fail(err, GG_E_USAGE, "a table of %zu columns", n_columns);
    if (gg_size_multiply(n_columns, n_rows, &n_cells) == 0)
        table->cells = gg_alloc(n_cells, sizeof *table->cells);
    if (table->cells == NULL)
        return gg_fail(err, GG_E_NOMEM, "out of memory for a table of %zu rows", n_rows);
    return GG_OK;
}

void gg_table_clear(gg_table *table) {
    gg_free(table->cells);
    *table = (gg_table){0};
}

static char *cell(const gg_table *table, size_t row, size_t column) {
    return table->cells[row * table->n_columns + column];
}

void gg_table_set(gg_table *table, size_t row, size_t column, const char *format, ...) {
    char text[8 * GG_TABLE_CELL];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    gg_shown_cut(text, cell(table, row, column), GG_TABLE_CELL);
}

/* Terminal columns a UTF-8 text takes, near enough: one a character. */
static size_t width(const char *text) {
    size_t n = 0;
    for (; *text != '\0'; text++)
        n += ((unsigned char)*text & 0xC0u) != 0x80u;
    return n;
}

/* Width of a column, 0 when it is to be left out. */
static size_t column_width(const gg_table *table, size_t column) {
    size_t widest = 0;
    for (size_t r = 0; r < table->n_rows; r++) {
        size_t w = width(cell(table, r, column));
        widest = w > widest ? w : widest;
    }
    if (widest == 0)
        return 0;
    size_t heading = width(table->columns[column].heading);
    size_t unit = width(table->columns[column].unit);
    widest = heading > widest ? heading : widest;
    return unit > widest ? unit : widest;
}

enum { HEADING = -2, UNIT = -1 };

static const char *line_text(const gg_table *table, long line, size_t column) {
    if (line == HEADING)
        return table->columns[column].heading;
    if (line == UNIT)
        return table->columns[column].unit;
    return cell(table, (size_t)line, column);
}

static void print_line(const gg_table *table, const size_t *widths, long line, FILE *stream) {
    size_t pending = 0; /* spaces are held back, so that no line ends in any */
    bool first = true;
    for (size_t c = 0; c < table->n_columns; c++) {
        if (widths[c] == 0)
            continue;
        const char *text = line_text(table, line, c);
        size_t padding = widths[c] - width(text);
        pending += first ? 0 : 2;
        first = false;
        if (!table->columns[c].left)
            pending += padding;
        if (*text != '\0') {
            fprintf(stream, "%*s%s", (int)pending, "", text);
            pending = 0;
        }
        if (table->columns[c].left)
            pending += padding;
    }
    fputc('\n', stream);
}

void gg_table_print(gg_table *table, FILE *stream) {
    size_t widths[GG_TABLE_COLUMNS] = {0};
    bool units = false;
    for (size_t c = 0; c < table->n_columns; c++) {
        widths[c] = column_width(table, c);
        units = units || (widths[c] > 0 && table->columns[c].unit[0] != '\0');
    }
    print_line(table, widths, HEADING, stream);
    if (units)
        print_line(table, widths, UNIT, stream);
    for (size_t r = 0; r < table->n_rows; r++)
        print_line(table, widths, (long)r, stream);
    gg_table_clear(table);
}
