/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiments/solution/certificate_prices.h"
#include "experiments/solution/solution.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "models/base/alloc.h"

/* The first has neither prices nor a row. */
static const char FORMAT[] = "goagap-certificate-1", PRICED_FORMAT[] = "goagap-certificate-2";

static const char *const kind_names[] = {[GG_SPLIT_NONE] = "",
                                         [GG_SPLIT_INTERFERENCE] = "interference",
                                         [GG_SPLIT_LOAD] = "load",
                                         [GG_SPLIT_SERVER] = "server",
                                         [GG_SPLIT_LOCAL] = "local"};
enum { N_KINDS = sizeof kind_names / sizeof *kind_names };

/* [rounds] of a leaf; [rounds, kind, what is split ..., half 0, half 1]. */
static json_t *node_json(const gg_proof_node *node) {
    const char *kind = kind_names[node->kind];
    json_int_t rounds = (json_int_t)node->n_rounds, server = node->server, user = node->user;
    json_int_t half = (json_int_t)node->child[0], other = (json_int_t)node->child[1];
    switch (node->kind) {
    case GG_SPLIT_INTERFERENCE:
        return json_pack("[I, s, I, f, I, I]", rounds, kind, server, node->interference, half,
                         other);
    case GG_SPLIT_LOAD:
        return json_pack("[I, s, I, I, I, I]", rounds, kind, server, (json_int_t)node->load, half,
                         other);
    case GG_SPLIT_SERVER:
        return json_pack("[I, s, I, I, I, I]", rounds, kind, user, server, half, other);
    case GG_SPLIT_LOCAL:
        return json_pack("[I, s, I, I, I]", rounds, kind, user, half, other);
    case GG_SPLIT_NONE:
        break;
    }
    return json_pack("[I]", rounds);
}

/* Takes over `value`; false when memory is short. */
static bool append(json_t *array, json_t *value) {
    return json_array_append_new(array, value) == 0;
}

static bool fill(const gg_certificate *c, json_t *nodes, json_t *multipliers) {
    size_t size = c->n_users + c->n_servers;
    char *text = gg_alloc(size + 1, GG__DIGITS);
    bool filled = text != NULL;
    for (size_t k = 0; filled && k < c->n_nodes; k++) {
        const gg_proof_node *node = &c->nodes[k];
        filled = append(nodes, node_json(node));
        for (size_t r = 0; filled && r < node->n_rounds; r++) {
            gg__write_digits(c->multipliers + (node->first_round + r) * size, size, text);
            filled = append(multipliers, json_string(text));
        }
    }
    gg_free(text);
    return filled;
}

static bool is_plain(const gg_certificate *c) {
    for (size_t k = 0; k < c->n_rounds; k++)
        if (c->rounds[k].has_prices)
            return false;
    return c->gain == NULL;
}

json_t *gg_certificate_json(const gg_certificate *c) {
    json_t *nodes = json_array(), *multipliers = json_array();
    if (nodes == NULL || multipliers == NULL || !fill(c, nodes, multipliers)) {
        json_decref(nodes);
        json_decref(multipliers);
        return NULL;
    }
    json_t *json = json_pack(
        "{s:s, s:f, s:f, s:o, s:o}", "format", is_plain(c) ? FORMAT : PRICED_FORMAT, "bound_s",
        c->bound_s, "power_unit_w", c->power_unit_w, "nodes", nodes, "multipliers", multipliers);
    if (json != NULL && !is_plain(c) && !gg__write_prices(c, json)) {
        json_decref(json);
        return NULL;
    }
    return json;
}

/* What is being read, and how to name it in messages. */
typedef struct reader {
    const char *where;
    gg_error *err;
    gg_certificate *certificate;
    const json_t *multipliers;   /* the rounds of all nodes, node 0's first */
    const json_t *prices;        /* of these rounds; NULL: of the first format */
    const json_t *cuts, *states; /* likewise */
    float *round;                /* one of them */
} reader;

static gg_status __attribute__((format(printf, 2, 3)))
bad(const reader *r, const char *format, ...) {
    char text[160];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    return gg_fail(r->err, GG_E_INPUT, "%s.%s", r->where, text);
}

static gg_status read_real(const reader *r, const json_t *object, const char *key, double *real) {
    const json_t *value = json_object_get(object, key);
    if (!json_is_number(value))
        return bad(r, "%s: %s", key, value == NULL ? "missing" : "is not a number");
    *real = json_number_value(value);
    return GG_OK;
}

static gg_status read_list(const reader *r, const json_t *object, const char *key,
                           const json_t **list) {
    *list = json_object_get(object, key);
    if (!json_is_array(*list))
        return bad(r, "%s: %s", key, *list == NULL ? "missing" : "is not an array");
    return GG_OK;
}

/* An element of a node's array that counts or numbers something. */
static gg_status read_whole(const reader *r, const json_t *array, size_t node, size_t element,
                            size_t most, size_t *number) {
    const json_t *value = json_array_get(array, element);
    json_int_t integer = json_is_integer(value) ? json_integer_value(value) : -1;
    if (integer < 0 || (uint64_t)integer > most)
        return bad(r, "nodes[%zu][%zu]: is not an integer from 0 to %zu", node, element, most);
    *number = (size_t)integer;
    return GG_OK;
}

static gg_status read_number(const reader *r, const json_t *array, size_t node, size_t element,
                             uint32_t *number) {
    size_t read = 0;
    gg_status status = read_whole(r, array, node, element, UINT32_MAX, &read);
    *number = (uint32_t)read;
    return status;
}

static gg_status read_kind(const reader *r, const json_t *array, size_t k, gg_split_kind *kind) {
    const char *name = json_string_value(json_array_get(array, 1));
    for (int known = GG_SPLIT_INTERFERENCE; name != NULL && known < N_KINDS; known++)
        if (strcmp(name, kind_names[known]) == 0) {
            *kind = (gg_split_kind)known;
            size_t expected = known == GG_SPLIT_LOCAL ? 5 : 6;
            if (json_array_size(array) != expected)
                return bad(r, "nodes[%zu]: has %zu elements, not %zu", k, json_array_size(array),
                           expected);
            return GG_OK;
        }
    return bad(r, "nodes[%zu][1]: is none of interference, load, server, local", k);
}

/* What is split: elements 2 and, but for "local", 3. */
static gg_status read_split(const reader *r, const json_t *array, size_t k, gg_proof_node *node) {
    switch (node->kind) {
    case GG_SPLIT_INTERFERENCE:
        if (!json_is_number(json_array_get(array, 3)))
            return bad(r, "nodes[%zu][3]: is not a number", k);
        node->interference = json_number_value(json_array_get(array, 3));
        return read_number(r, array, k, 2, &node->server);
    case GG_SPLIT_LOAD:
        GG_TRY(read_number(r, array, k, 3, &node->load));
        return read_number(r, array, k, 2, &node->server);
    case GG_SPLIT_SERVER:
        GG_TRY(read_number(r, array, k, 3, &node->server));
        return read_number(r, array, k, 2, &node->user);
    case GG_SPLIT_LOCAL:
    case GG_SPLIT_NONE:
    default:
        return read_number(r, array, k, 2, &node->user);
    }
}

static gg_status read_round(const reader *r, const json_t *string, size_t k, float *numbers) {
    const gg_certificate *c = r->certificate;
    size_t length = json_string_length(string), count = c->n_users + c->n_servers;
    const char *text = json_string_value(string);
    if (text == NULL)
        return bad(r, "multipliers[%zu]: is not a string", k);
    if (length / GG__DIGITS != count || length % GG__DIGITS != 0)
        return bad(r, "multipliers[%zu]: has %zu digits, not %d for each of %zu multipliers", k,
                   length, GG__DIGITS, count);
    size_t sound = strspn(text, "0123456789abcdef");
    if (sound < length)
        return bad(r, "multipliers[%zu]: character %zu is not one of 0-9, a-f", k, sound);
    for (size_t q = 0; q < count; q++) {
        (void)gg__read_digits(text + q * GG__DIGITS, &numbers[q]);
        if (!isfinite(numbers[q]))
            return bad(r, "multipliers[%zu]: number %zu is not finite", k, q);
    }
    return GG_OK;
}

/* The next rounds of the file belong to the node added last. */
static gg_status read_rounds(const reader *r, size_t n_rounds) {
    for (size_t k = 0; k < n_rounds; k++) {
        size_t next = r->certificate->n_rounds;
        GG_TRY(read_round(r, json_array_get(r->multipliers, next), next, r->round));
        GG_TRY(gg_certificate_add_round(r->certificate, r->round, r->err));
        if (r->prices == NULL)
            continue;
        GG_TRY(gg__read_prices(r->prices, r->where, next, r->certificate, r->err));
        GG_TRY(gg__read_cuts(r->cuts, r->where, next, r->certificate, r->err));
        GG_TRY(gg__read_states(r->states, r->where, next, r->certificate, r->err));
    }
    return GG_OK;
}

static gg_status read_node(const reader *r, const json_t *array, size_t k) {
    gg_certificate *c = r->certificate;
    size_t index, n_rounds = 0, elements = json_array_size(array);
    if (!json_is_array(array) || elements == 0)
        return bad(r, "nodes[%zu]: is not an array that begins with a number of rounds", k);
    size_t rounds_left = json_array_size(r->multipliers) - c->n_rounds;
    GG_TRY(read_whole(r, array, k, 0, rounds_left, &n_rounds));
    GG_TRY(gg_certificate_add_node(c, &index, r->err));
    gg_proof_node *node = &c->nodes[index];
    if (elements > 1) {
        GG_TRY(read_kind(r, array, k, &node->kind));
        GG_TRY(read_split(r, array, k, node));
        for (size_t half = 0; half < 2; half++)
            GG_TRY(read_whole(r, array, k, elements - 2 + half, INT32_MAX, &node->child[half]));
    }
    return read_rounds(r, n_rounds);
}

static gg_status read_nodes(const reader *r, const json_t *nodes) {
    for (size_t k = 0; k < json_array_size(nodes); k++)
        GG_TRY(read_node(r, json_array_get(nodes, k), k));
    size_t n_rounds = json_array_size(r->multipliers), used = r->certificate->n_rounds;
    if (used != n_rounds)
        return bad(r, "multipliers: has %zu rounds, the nodes have %zu", n_rounds, used);
    return GG_OK;
}

static gg_status read_all(reader *r, const json_t *json) {
    gg_certificate *c = r->certificate;
    const char *format = json_string_value(json_object_get(json, "format"));
    const json_t *nodes = NULL;
    bool is_priced = format != NULL && strcmp(format, PRICED_FORMAT) == 0;
    if (format == NULL || (strcmp(format, FORMAT) != 0 && !is_priced))
        return bad(r, "format: is neither \"%s\" nor \"%s\"", FORMAT, PRICED_FORMAT);
    GG_TRY(read_real(r, json, "bound_s", &c->bound_s));
    GG_TRY(read_real(r, json, "power_unit_w", &c->power_unit_w));
    GG_TRY(read_list(r, json, "nodes", &nodes));
    GG_TRY(read_list(r, json, "multipliers", &r->multipliers));
    if (is_priced) {
        GG_TRY(read_list(r, json, "prices", &r->prices));
        GG_TRY(read_list(r, json, "cuts", &r->cuts));
        GG_TRY(read_list(r, json, "states", &r->states));
    }
    /* As long as the file's own rounds are: no number in the file makes this large. */
    size_t length = json_string_length(json_array_get(r->multipliers, 0));
    r->round = gg_alloc(length / GG__DIGITS + 1, sizeof *r->round);
    if (r->round == NULL)
        return gg_fail(r->err, GG_E_NOMEM, "%s: out of memory", r->where);
    gg_status status = read_nodes(r, nodes);
    gg_free(r->round);
    if (status == GG_OK && is_priced)
        status = gg__read_row(json_object_get(json, "row"), r->where, c, r->err);
    return status;
}

gg_status gg_certificate_from_json(const json_t *json, const char *where, size_t n_users,
                                   size_t n_servers, gg_certificate **out, gg_error *err) {
    *out = NULL;
    if (!json_is_object(json))
        return gg_fail(err, GG_E_INPUT, "%s: is neither an object nor null", where);
    gg_certificate *read = NULL;
    GG_TRY(gg_certificate_new(n_users, n_servers, 0.0, &read, err));
    reader r = {.where = where, .err = err, .certificate = read};
    gg_status status = read_all(&r, json);
    if (status == GG_OK)
        *out = read;
    else
        gg_certificate_free(read);
    return status;
}
