/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiments/solution/solution.h"

#include <ctype.h>
#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>
#include <sys/types.h>

#include "models/base/alloc.h"
#include "models/base/parse.h"

/* A decision that is filling up. */
typedef struct reader {
    const char *path;
    const gg_instance *instance;
    int32_t *assignment;
    size_t count;
    gg_error *err;
} reader;

static gg_status take(reader *r, const char *place, size_t number, int64_t value) {
    const gg_instance *in = r->instance;
    if (r->count >= in->n_users)
        return gg_fail(r->err, GG_E_INPUT, "%s: %s %zu: more than the instance's %zu users",
                       r->path, place, number, in->n_users);
    if (value < GG_LOCAL || value >= (int64_t)in->n_servers)
        return gg_fail(r->err, GG_E_INPUT,
                       "%s: %s %zu: %lld is neither -1 (local) nor a server below %zu", r->path,
                       place, number, (long long)value, in->n_servers);
    r->assignment[r->count++] = (int32_t)value;
    return GG_OK;
}

static gg_status read_array(reader *r, FILE *stream) {
    json_error_t problem;
    json_t *array = json_loadf(stream, JSON_REJECT_DUPLICATES, &problem);
    if (array == NULL)
        return gg_fail(r->err, GG_E_INPUT, "%s: line %d column %d: %s", r->path, problem.line,
                       problem.column, problem.text);
    gg_status status = GG_OK;
    size_t k;
    json_t *value;
    json_array_foreach(array, k, value) {
        if (!json_is_integer(value))
            status = gg_fail(r->err, GG_E_INPUT, "%s: element %zu: is not an integer", r->path, k);
        else
            status = take(r, "element", k, json_integer_value(value));
        if (status != GG_OK)
            break;
    }
    json_decref(array);
    return status;
}

/* The line without the white space around it. */
static char *trim(char *line, ssize_t length) {
    while (length > 0 && isspace((unsigned char)line[length - 1]))
        line[--length] = '\0';
    while (isspace((unsigned char)*line))
        line++;
    return line;
}

static gg_status read_lines(reader *r, FILE *stream) {
    gg_status status = GG_OK;
    char *line = NULL;
    size_t room = 0;
    ssize_t length;
    for (size_t number = 1; status == GG_OK && (length = getline(&line, &room, stream)) >= 0;
         number++) {
        const char *text = trim(line, length);
        int64_t value;
        if (*text == '\0')
            continue;
        if (!gg_parse_integer(text, INT64_MIN, INT64_MAX, &value))
            status = gg_fail(r->err, GG_E_INPUT, "%s: line %zu: '%.40s' is not an integer", r->path,
                             number, text);
        else
            status = take(r, "line", number, value);
    }
    free(line);
    return status;
}

/* Looks past white space at the first character, and puts it back. */
static int first_character(FILE *stream) {
    int c;
    do
        c = getc(stream);
    while (c != EOF && isspace(c));
    return c == EOF ? EOF : ungetc(c, stream);
}

gg_status gg_assignment_read(const char *path, const gg_instance *instance, int32_t **assignment,
                             gg_error *err) {
    *assignment = NULL;
    FILE *stream = fopen(path, "r");
    if (stream == NULL)
        return gg_fail(err, GG_E_IO, "%s: cannot be read: %s", path, strerror(errno));
    reader r = {path, instance, gg_alloc(instance->n_users, sizeof *r.assignment), 0, err};
    gg_status status = GG_OK;
    if (r.assignment == NULL)
        status =
            gg_fail(err, GG_E_NOMEM, "%s: out of memory for %zu users", path, instance->n_users);
    else
        status = first_character(stream) == '[' ? read_array(&r, stream) : read_lines(&r, stream);
    if (status == GG_OK && ferror(stream))
        status = gg_fail(err, GG_E_IO, "%s: cannot be read: %s", path, strerror(errno));
    if (status == GG_OK && r.count != instance->n_users)
        status = gg_fail(err, GG_E_INPUT, "%s: has %zu entries, the instance has %zu users", path,
                         r.count, instance->n_users);
    fclose(stream);
    if (status != GG_OK)
        gg_free(r.assignment);
    else
        *assignment = r.assignment;
    return status;
}
