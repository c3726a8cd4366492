/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiments/studies/explanation/explanation.h"

#include <math.h>
#include <stdlib.h>

#include "experiments/charts/svg.h"
#include "models/base/alloc.h"
#include "models/base/compare.h"
#include "models/base/shown.h"
#include "models/draw/scenario_layout.h"

static const double SIZE = 520, MARGIN = 24, LEGEND = 104;
static const char WRONG[] = "#d55e00";

/* From fast to slow, for readers of any sight: ever darker, from yellow-green to violet, which are
 * told apart without red or green. */
enum { N_COLOURS = 5 };
static const char *const colours[N_COLOURS] = {"#a0da39", "#4ac16d", "#1fa187", "#277f8e",
                                               "#5a3f99"};

typedef struct map {
    const gg_explanation *e;
    FILE *stream;
    gg_layout layout;
    bool schematic;
    double *delay_s;           /* n */
    double limit_s[N_COLOURS]; /* upper ends of the colours' delays */
    gg_point low;              /* corner of what is shown */
    double per_m;              /* units of the picture per metre */
} map;

static gg_status read_layout(map *m, const char *path, gg_error *err) {
    const gg_instance *in = m->e->instance;
    GG_TRY(gg_layout_read(path, &m->layout, err));
    if (m->layout.n_users != in->n_users || m->layout.n_servers != in->n_servers)
        return gg_fail(err, GG_E_INPUT,
                       "%s: places %zu users and %zu servers, the instance has %zu and %zu", path,
                       m->layout.n_users, m->layout.n_servers, in->n_users, in->n_servers);
    return GG_OK;
}

static size_t strongest(const gg_instance *in, size_t user) {
    size_t best = 0;
    for (size_t j = 1; j < in->n_servers; j++)
        if (gg_gain(in, user, j) > gg_gain(in, user, best))
            best = j;
    return best;
}

/* Share of the users of `server` whose gain there is larger; with ties by number. */
static double rank_at(const gg_instance *in, size_t user, size_t server, const size_t *home) {
    size_t nearer = 0, all = 0;
    double own = gg_gain(in, user, server);
    for (size_t i = 0; i < in->n_users; i++) {
        if (home[i] != server)
            continue;
        all++;
        double gain = gg_gain(in, i, server);
        nearer += gain > own || (gain == own && i < user);
    }
    return ((double)nearer + 1.0) / (double)all;
}

/* Servers in a square grid of unit cells, users around theirs at golden angles. */
static gg_status invent_layout(map *m, gg_error *err) {
    const gg_instance *in = m->e->instance;
    size_t side = (size_t)ceil(sqrt((double)in->n_servers));
    size_t *home = gg_alloc(in->n_users, sizeof *home);
    m->layout.users = gg_alloc(in->n_users, sizeof *m->layout.users);
    m->layout.servers = gg_alloc(in->n_servers, sizeof *m->layout.servers);
    if (home == NULL || m->layout.users == NULL || m->layout.servers == NULL) {
        gg_free(home);
        return gg_fail(err, GG_E_NOMEM, "out of memory for a map of %zu users", in->n_users);
    }
    m->schematic = true;
    m->layout.n_users = in->n_users;
    m->layout.n_servers = in->n_servers;
    for (size_t j = 0; j < in->n_servers; j++)
        m->layout.servers[j] = (gg_point){(double)(j % side), (double)(j / side)};
    for (size_t i = 0; i < in->n_users; i++)
        home[i] = in->n_servers > 0 ? strongest(in, i) : 0;
    for (size_t i = 0; i < in->n_users; i++) {
        double angle = 2.399963229728653 * (double)i;
        double distance = in->n_servers > 0 ? 0.08 + 0.4 * rank_at(in, i, home[i], home)
                                            : sqrt((double)(i + 1) / (double)in->n_users);
        gg_point centre = in->n_servers > 0 ? m->layout.servers[home[i]] : (gg_point){0.0, 0.0};
        m->layout.users[i] =
            (gg_point){centre.x_m + distance * cos(angle), centre.y_m + distance * sin(angle)};
    }
    gg_free(home);
    return GG_OK;
}

static void widen(const gg_point *points, size_t n, gg_point *low, gg_point *high) {
    for (size_t k = 0; k < n; k++) {
        low->x_m = fmin(low->x_m, points[k].x_m);
        low->y_m = fmin(low->y_m, points[k].y_m);
        high->x_m = fmax(high->x_m, points[k].x_m);
        high->y_m = fmax(high->y_m, points[k].y_m);
    }
}

static void set_scale(map *m) {
    gg_point low = {INFINITY, INFINITY}, high = {-INFINITY, -INFINITY};
    widen(m->layout.users, m->layout.n_users, &low, &high);
    widen(m->layout.servers, m->layout.n_servers, &low, &high);
    double extent = fmax(high.x_m - low.x_m, high.y_m - low.y_m);
    m->low = low;
    m->per_m = extent > 0.0 ? (SIZE - 2.0 * MARGIN) / extent : 1.0;
}

static double x_of(const map *m, gg_point at) {
    return MARGIN + (at.x_m - m->low.x_m) * m->per_m;
}

/* North is up. */
static double y_of(const map *m, gg_point at) {
    return SIZE - MARGIN - (at.y_m - m->low.y_m) * m->per_m;
}

/* Fifths of the offloaded users. */
static gg_status set_colours(map *m, gg_error *err) {
    const gg_instance *in = m->e->instance;
    double *sorted = gg_alloc(in->n_users, sizeof *sorted);
    m->delay_s = gg_alloc(in->n_users, sizeof *m->delay_s);
    gg_status status = GG_OK;
    if (sorted == NULL || m->delay_s == NULL)
        status = gg_fail(err, GG_E_NOMEM, "out of memory for a map of %zu users", in->n_users);
    if (status == GG_OK)
        status = gg_evaluate_user_delays(in, m->e->decided->assignment, m->delay_s, err);
    size_t n = 0;
    for (size_t i = 0; status == GG_OK && i < in->n_users; i++)
        if (m->e->decided->assignment[i] != GG_LOCAL)
            sorted[n++] = m->delay_s[i];
    if (n > 0)
        qsort(sorted, n, sizeof *sorted, gg_compare_doubles);
    for (size_t c = 0; c < N_COLOURS && n > 0; c++)
        m->limit_s[c] = sorted[(n * (c + 1) + N_COLOURS - 1) / N_COLOURS - 1];
    gg_free(sorted);
    return status;
}

static const char *colour_of(const map *m, size_t user) {
    size_t c = 0;
    while (c + 1 < N_COLOURS && m->delay_s[user] > m->limit_s[c])
        c++;
    return colours[c];
}

static void draw_line(const map *m, size_t user, int32_t server, const char *colour,
                      const char *dash) {
    gg_point from = m->layout.users[user], to = m->layout.servers[server];
    fprintf(m->stream,
            "<path d=\"M%.1f %.1fL%.1f %.1f\" stroke=\"%s\" stroke-width=\"1.4\" "
            "stroke-dasharray=\"%s\"/>\n",
            x_of(m, from), y_of(m, from), x_of(m, to), y_of(m, to), colour, dash);
}

static void draw_user(const map *m, size_t user) {
    double x = x_of(m, m->layout.users[user]), y = y_of(m, m->layout.users[user]);
    if (m->e->decided->assignment[user] == GG_LOCAL)
        fprintf(m->stream,
                "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"3.6\" fill=\"none\" stroke=\"currentColor\" "
                "stroke-width=\"1.3\"/>",
                x, y);
    else
        fprintf(m->stream, "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"4\" fill=\"%s\"/>", x, y,
                colour_of(m, user));
    fprintf(m->stream,
            "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"8\" fill-opacity=\"0\"><title>user %zu, alpha "
            "%.3f, %.4g ms</title></circle>\n",
            x, y, user, m->e->instance->alpha[user], 1e3 * m->delay_s[user]);
}

static void mark_difference(const map *m, const gg_difference *at) {
    gg_point user = m->layout.users[at->user];
    char label[48];
    fprintf(m->stream,
            "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"7.5\" fill=\"none\" stroke=\"%s\" "
            "stroke-width=\"2\"/>",
            x_of(m, user), y_of(m, user), WRONG);
    snprintf(label, sizeof label, "%zu: %.3g ms", at->user, 1e3 * m->delay_s[at->user]);
    /* Near the edge the label stands on the other side. */
    bool left = x_of(m, user) > 0.78 * SIZE;
    gg_svg_text(m->stream, x_of(m, user) + (left ? -9.0 : 9.0), y_of(m, user) - 6.0,
                left ? "end" : "start", label);
    fputc('\n', m->stream);
}

static void draw_servers(const map *m) {
    for (size_t j = 0; j < m->layout.n_servers; j++) {
        char number[24];
        double x = x_of(m, m->layout.servers[j]), y = y_of(m, m->layout.servers[j]);
        fprintf(m->stream, "<path d=\"M%.1f %.1fh16v16h-16z\" fill=\"#e69f00\"/>", x - 8.0,
                y - 8.0);
        snprintf(number, sizeof number, "%zu", j);
        gg_svg_text(m->stream, x, y + 4.5, "middle", number);
        fputc('\n', m->stream);
    }
}

static void draw_legend(const map *m) {
    char text[128], name[21];
    double y = SIZE + 14.0;
    for (size_t c = 0; c < N_COLOURS; c++) {
        double x = MARGIN + 96.0 * (double)c;
        fprintf(m->stream, "<path d=\"M%.1f %.1fh16\" stroke=\"%s\" stroke-width=\"4\"/>", x, y,
                colours[c]);
        snprintf(text, sizeof text, "≤ %.3g ms", 1e3 * m->limit_s[c]);
        gg_svg_text(m->stream, x + 20.0, y + 4.5, "start", text);
    }
    snprintf(text, sizeof text, "Links: delay with %s. Hollow: answered on the device.",
             gg_shown_cut(m->e->decided->solver, name, sizeof name));
    gg_svg_text(m->stream, MARGIN, y + 28.0, "start", text);
    snprintf(text, sizeof text, "Ringed: decided otherwise by %s; dashes lead to its server.",
             gg_shown_cut(m->e->better->solver, name, sizeof name));
    gg_svg_text(m->stream, MARGIN, y + 48.0, "start", text);
    if (m->schematic)
        gg_svg_text(m->stream, MARGIN, y + 68.0, "start",
                    "A sketch: users stand by rank of gain around their strongest server.");
    fputc('\n', m->stream);
}

static void draw(const map *m) {
    const gg_explanation *e = m->e;
    char title[128], description[128], of[2][21], instance[61];
    snprintf(title, sizeof title, "%s against %s, %s",
             gg_shown_cut(e->decided->solver, of[0], sizeof of[0]),
             gg_shown_cut(e->better->solver, of[1], sizeof of[1]),
             gg_shown_cut(e->instance->name, instance, sizeof instance));
    snprintf(description, sizeof description, "%zu of %zu users are decided otherwise.", e->count,
             e->instance->n_users);
    const gg_svg_place place = {"map", true};
    gg_svg_open(m->stream, &place, SIZE, SIZE + LEGEND, title, description);
    for (size_t i = 0; i < e->instance->n_users; i++)
        if (e->decided->assignment[i] != GG_LOCAL)
            draw_line(m, i, e->decided->assignment[i], colour_of(m, i), "none");
    for (size_t k = 0; k < e->count; k++)
        if (e->differences[k].better != GG_LOCAL)
            draw_line(m, e->differences[k].user, e->differences[k].better, WRONG, "4 3");
    for (size_t i = 0; i < e->instance->n_users; i++)
        draw_user(m, i);
    for (size_t k = 0; k < e->count; k++)
        mark_difference(m, &e->differences[k]);
    draw_servers(m);
    draw_legend(m);
    gg_svg_close(m->stream);
}

gg_status gg_explanation_map(const gg_explanation *explanation, const char *positions_csv,
                             FILE *stream, gg_error *err) {
    map m = {.e = explanation, .stream = stream};
    gg_status status =
        positions_csv != NULL ? read_layout(&m, positions_csv, err) : invent_layout(&m, err);
    if (status == GG_OK)
        status = set_colours(&m, err);
    if (status == GG_OK) {
        set_scale(&m);
        draw(&m);
    }
    gg_layout_clear(&m.layout);
    gg_free(m.delay_s);
    return status;
}
