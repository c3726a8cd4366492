/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models/program/mip_text.h"

#include <math.h>
#include <stdarg.h>
#include <string.h>

#include "models/base/alloc.h"

static const double MS_PER_S = 1e3;

/* Lines are broken before this column. */
enum { LINE_WIDTH = 96 };

void gg_mip_column_name(const gg_mip_column *c, char name[GG_MIP_NAME_SIZE]) {
    if (c->kind == GG_MIP_LOCAL)
        snprintf(name, GG_MIP_NAME_SIZE, "local%u", c->user);
    else if (c->kind == GG_MIP_STATE)
        snprintf(name, GG_MIP_NAME_SIZE, "state%u_%u_%u", c->server, c->load, c->level);
    else
        snprintf(name, GG_MIP_NAME_SIZE, "serve%u_%u_%u_%u", c->user, c->server, c->load, c->level);
}

void gg_mip_row_name(const gg_mip_row *r, char name[GG_MIP_NAME_SIZE]) {
    if (r->kind == GG_MIP_ONE_PLACE)
        snprintf(name, GG_MIP_NAME_SIZE, "place%u", r->user);
    else if (r->kind == GG_MIP_LOAD)
        snprintf(name, GG_MIP_NAME_SIZE, "load%u_%u_%u", r->server, r->load, r->level);
    else if (r->kind == GG_MIP_LINK)
        snprintf(name, GG_MIP_NAME_SIZE, "link%u_%u_%u_%u", r->user, r->server, r->load, r->level);
    else
        snprintf(name, GG_MIP_NAME_SIZE, "%s%u",
                 r->kind == GG_MIP_ONE_STATE          ? "one"
                 : r->kind == GG_MIP_INTERFERENCE_LOW ? "low"
                                                      : "high",
                 r->server);
}

/* 'E', 'L' or 'G', and the right-hand side: a row has one finite end, or two equal ones. */
static char row_sense(const gg_mip_row *r, double *side) {
    *side = isfinite(r->high) ? r->high : r->low;
    return r->low == r->high ? 'E' : isfinite(r->high) ? 'L' : 'G';
}

/* A writer of words, broken into lines. */
typedef struct page {
    FILE *stream;
    const char *indent; /* what a new line begins with */
    size_t column;
} page;

static void new_line(page *p) {
    if (p->column > 0)
        fputc('\n', p->stream);
    p->column = 0;
}

static void put(page *p, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* One word, which a line break may come before. */
static void put(page *p, const char *format, ...) {
    char word[160];
    va_list args;
    va_start(args, format);
    int written = vsnprintf(word, sizeof word, format, args);
    va_end(args);
    size_t length = written > 0 ? strlen(word) : 0;
    if (p->column > 0 && p->column + 1 + length > LINE_WIDTH)
        new_line(p);
    if (p->column == 0)
        p->column = (size_t)fprintf(p->stream, "%s%s", p->indent, word);
    else
        p->column += (size_t)fprintf(p->stream, " %s", word);
}

/* Text, a word at a time; what is no plain ASCII becomes a question mark. A line break in it is
 * kept. */
static void put_text(page *p, const char *text) {
    char word[LINE_WIDTH / 2];
    size_t length = 0;
    for (const char *c = text;; c++) {
        bool ends = *c == '\0' || *c == '\n' || *c == ' ';
        if (!ends)
            word[length++] = *c > ' ' && *c <= '~' ? *c : '?';
        if ((ends && length > 0) || length == sizeof word - 1) {
            word[length] = '\0';
            put(p, "%s", word);
            length = 0;
        }
        if (*c == '\n')
            new_line(p);
        if (*c == '\0')
            return;
    }
}

static void put_levels(page *p, const gg_mip_text *t) {
    for (size_t j = 0; j < t->instance->n_servers; j++) {
        put(p, "  server %zu, levels 0 to %zu begin and end at", j, t->domain->n_levels[j] - 1);
        for (size_t k = 0; k <= t->domain->n_levels[j]; k++)
            put(p, "%.6g", t->domain->level_w[j][k]);
        new_line(p);
    }
}

static void put_comment(const gg_mip_text *t, FILE *stream, const char *mark) {
    page p = {.stream = stream, .indent = mark};
    put(&p, "Offloading as a mixed-integer program, written by goagap %s.", GG_VERSION);
    new_line(&p);
    put_text(&p, "Instance: ");
    put_text(&p, t->instance->name);
    new_line(&p);
    put(&p, "%zu users, %zu servers, tau = %.17g, %s objective.", t->instance->n_users,
        t->instance->n_servers, t->instance->tau, gg_objective_name(t->objective));
    new_line(&p);
    put(&p, "%zu columns, all binary; %zu rows.", t->mip->n_columns, t->mip->n_rows);
    new_line(&p);
    put_text(
        &p,
        "Minimise the sum of the users' delays in milliseconds, each times its weight. A server's "
        "state is its load (how many users it serves) and a level: the range that its interference "
        "lies in. A served user costs what it would at the level's lower end, so the optimum is a "
        "lower bound on the true optimum.\n");
    if (gg_objective_joule(t->objective) != 0.0)
        put_text(&p, "Energy is in millijoules, at its price beside delays.\n");
    if (t->note != NULL)
        put_text(&p, t->note);
    put_text(&p, "Users, servers and levels count from 0.\n"
                 "Columns:\n"
                 " localI: user I answers on its device\n"
                 " stateJ_N_K: server J has load N and interference level K\n"
                 " serveI_J_N_K: user I is on server J, while that is in state N, K\n"
                 "Rows:\n"
                 " placeI: user I is in one place\n"
                 " oneJ: server J is in one state\n"
                 " loadJ_N_K: in state N, K server J serves N users\n"
                 " linkI_J_N_K: it serves user I there only if it is in that state\n"
                 " lowJ, highJ: the interference at server J lies in its level's range; in units "
                 "of the highest level's end\n");
    if (t->instance->n_servers > 0)
        put_text(&p, "Interference levels, in watts:\n");
    put_levels(&p, t);
}

static double cost_ms(const gg_mip_column *c) {
    return c->cost_s * MS_PER_S;
}

static void write_mps_rows(const gg_mip *mip, FILE *stream) {
    char name[GG_MIP_NAME_SIZE];
    double side;
    fputs("NAME goagap FREE\nROWS\n N cost\n", stream);
    for (size_t r = 0; r < mip->n_rows; r++) {
        gg_mip_row_name(&mip->rows[r], name);
        fprintf(stream, " %c %s\n", row_sense(&mip->rows[r], &side), name);
    }
}

static void write_mps_columns(const gg_mip *mip, FILE *stream) {
    char column[GG_MIP_NAME_SIZE], row[GG_MIP_NAME_SIZE];
    fputs("COLUMNS\n M0 'MARKER' 'INTORG'\n", stream);
    for (size_t c = 0; c < mip->n_columns; c++) {
        gg_mip_column_name(&mip->columns[c], column);
        if (mip->columns[c].cost_s != 0.0)
            fprintf(stream, " %s cost %.17g\n", column, cost_ms(&mip->columns[c]));
        for (size_t e = mip->start[c]; e < mip->start[c + 1]; e++) {
            if (mip->value[e] == 0.0)
                continue;
            gg_mip_row_name(&mip->rows[mip->row[e]], row);
            fprintf(stream, " %s %s %.17g\n", column, row, mip->value[e]);
        }
    }
    fputs(" M1 'MARKER' 'INTEND'\n", stream);
}

static void write_mps(const gg_mip *mip, FILE *stream) {
    char name[GG_MIP_NAME_SIZE];
    write_mps_rows(mip, stream);
    write_mps_columns(mip, stream);
    fputs("RHS\n", stream);
    for (size_t r = 0; r < mip->n_rows; r++) {
        double side;
        row_sense(&mip->rows[r], &side);
        gg_mip_row_name(&mip->rows[r], name);
        if (side != 0.0)
            fprintf(stream, " RHS %s %.17g\n", name, side);
    }
    fputs("BOUNDS\n", stream);
    for (size_t c = 0; c < mip->n_columns; c++) {
        gg_mip_column_name(&mip->columns[c], name);
        fprintf(stream, " BV BND %s\n", name);
    }
    fputs("ENDATA\n", stream);
}

/* The entries row by row: those of row r are the pairs start[r] .. start[r+1]-1. */
typedef struct by_row {
    size_t *start;
    uint32_t *column;
    double *value;
} by_row;

static void by_row_clear(by_row *t) {
    gg_free(t->start);
    gg_free(t->column);
    gg_free(t->value);
}

static gg_status by_row_init(by_row *t, const gg_mip *mip, gg_error *err) {
    *t = (by_row){gg_alloc(mip->n_rows + 2, sizeof *t->start),
                  gg_alloc(mip->n_entries, sizeof *t->column),
                  gg_alloc(mip->n_entries, sizeof *t->value)};
    if (t->start == NULL || t->column == NULL || t->value == NULL)
        return gg_fail(err, GG_E_NOMEM, "out of memory for %zu entries", mip->n_entries);
    /* Counted two places up, so that filling leaves every start where it belongs. */
    for (size_t e = 0; e < mip->n_entries; e++)
        t->start[mip->row[e] + 2] += mip->value[e] != 0.0;
    for (size_t r = 1; r <= mip->n_rows; r++)
        t->start[r + 1] += t->start[r];
    for (size_t c = 0; c < mip->n_columns; c++)
        for (size_t e = mip->start[c]; e < mip->start[c + 1]; e++) {
            if (mip->value[e] == 0.0)
                continue;
            size_t at = t->start[mip->row[e] + 1]++;
            t->column[at] = (uint32_t)c;
            t->value[at] = mip->value[e];
        }
    return GG_OK;
}

static void put_term(page *p, double value, const gg_mip_column *column) {
    char name[GG_MIP_NAME_SIZE];
    gg_mip_column_name(column, name);
    if (fabs(value) == 1.0)
        put(p, "%c %s", value < 0.0 ? '-' : '+', name);
    else
        put(p, "%c %.17g %s", value < 0.0 ? '-' : '+', fabs(value), name);
}

static void write_lp_objective(const gg_mip *mip, page *p) {
    bool empty = true;
    put(p, "cost:");
    for (size_t c = 0; c < mip->n_columns; c++)
        if (mip->columns[c].cost_s != 0.0) {
            put_term(p, cost_ms(&mip->columns[c]), &mip->columns[c]);
            empty = false;
        }
    if (empty && mip->n_columns > 0)
        put_term(p, 0.0, &mip->columns[0]);
    new_line(p);
}

static void write_lp_row(const gg_mip *mip, const by_row *t, size_t r, page *p) {
    char name[GG_MIP_NAME_SIZE];
    double side;
    char sense = row_sense(&mip->rows[r], &side);
    gg_mip_row_name(&mip->rows[r], name);
    put(p, "%s:", name);
    for (size_t k = t->start[r]; k < t->start[r + 1]; k++)
        put_term(p, t->value[k], &mip->columns[t->column[k]]);
    /* The format has no rows without terms. */
    if (t->start[r] == t->start[r + 1])
        put_term(p, 0.0, &mip->columns[0]);
    put(p, "%s %.17g", sense == 'E' ? "=" : sense == 'L' ? "<=" : ">=", side);
    new_line(p);
}

static void write_lp(const gg_mip *mip, const by_row *t, FILE *stream) {
    page p = {.stream = stream, .indent = " "};
    fputs("Minimize\n", stream);
    write_lp_objective(mip, &p);
    fputs("Subject To\n", stream);
    for (size_t r = 0; r < mip->n_rows; r++)
        write_lp_row(mip, t, r, &p);
    fputs("Binary\n", stream);
    for (size_t c = 0; c < mip->n_columns; c++) {
        char name[GG_MIP_NAME_SIZE];
        gg_mip_column_name(&mip->columns[c], name);
        put(&p, "%s", name);
    }
    new_line(&p);
    fputs("End\n", stream);
}

gg_status gg_mip_write(const gg_mip_text *text, gg_mip_format format, FILE *stream, gg_error *err) {
    put_comment(text, stream, format == GG_MIP_MPS ? "* " : "\\ ");
    if (format == GG_MIP_MPS) {
        write_mps(text->mip, stream);
        return GG_OK;
    }
    by_row rows;
    gg_status status = by_row_init(&rows, text->mip, err);
    if (status == GG_OK)
        write_lp(text->mip, &rows, stream);
    by_row_clear(&rows);
    return status;
}
