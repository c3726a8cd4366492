/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "data/import/head_signs.h"

#include <stdio.h>
#include <string.h>

#include "data/text/text_source.h"

/* Behind a byte order mark, if there is one. */
static char *skip_mark(char *text) {
    return strncmp(text, "\xEF\xBB\xBF", 3) == 0 ? text + 3 : text;
}

static bool has_key(const char *text, const char *key) {
    char quoted[64];
    size_t n = (size_t)snprintf(quoted, sizeof quoted, "\"%s\"", key);
    for (const char *at = text; (at = strstr(at, quoted)) != NULL; at++)
        if (at[n + strspn(at + n, " \t\r\n")] == ':')
            return true;
    return false;
}

static bool shows_json(const gg_head_signs *signs, const unsigned char *head, size_t size) {
    char text[4 * GG_IMPORT_HEAD_BYTES];
    gg_text_head(head, size, text, sizeof text);
    const char *start = skip_mark(text);
    start += strspn(start, " \t\r\n");
    bool events = strncmp(start, "data:", 5) == 0 || strncmp(start, "event:", 6) == 0 ||
                  strncmp(start, "id:", 3) == 0 || start[0] == ':';
    if (start[0] != '{' && start[0] != '[' && !events)
        return false;
    for (const char *const *key = signs->keys; *key != NULL; key++)
        if (has_key(text, *key))
            return true;
    for (const char *const *sign = signs->texts; *sign != NULL; sign++)
        if (strstr(text, *sign) != NULL)
            return true;
    return false;
}

static bool is_column(const gg_head_signs *signs, const char *field) {
    for (const char *const *name = signs->columns; *name != NULL; name++)
        if (strcmp(field, *name) == 0)
            return true;
    return false;
}

static bool shows_column(const gg_head_signs *signs, const unsigned char *head, size_t size) {
    char text[2 * GG_IMPORT_HEAD_BYTES];
    gg_text_head(head, size, text, sizeof text);
    char *line = skip_mark(text);
    line[strcspn(line, "\r\n")] = '\0';
    for (char *field = line, *comma; field != NULL; field = comma) {
        comma = strchr(field, ',');
        if (comma != NULL)
            *comma++ = '\0';
        size_t n = strlen(field);
        if (n >= 2 && field[0] == '"' && field[n - 1] == '"') {
            field[n - 1] = '\0';
            field++;
        }
        if (is_column(signs, field))
            return true;
    }
    return false;
}

bool gg_head_shows(const gg_head_signs *signs, const unsigned char *head, size_t size) {
    return (signs->keys[0] != NULL && shows_json(signs, head, size)) ||
           (signs->columns[0] != NULL && shows_column(signs, head, size));
}
