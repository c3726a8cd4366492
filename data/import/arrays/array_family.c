/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "data/import/arrays/array_family.h"

#include <ctype.h>
#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "models/base/alloc.h"

/* What numbered names say. */
static const char *const step_stems[] = {"arr", "score", "scores", "step", "logits", NULL};
static const char *const query_stems[] = {"q",       "query", "question", "prompt",       "sample",
                                          "example", "item",  "doc",      "case",         "id",
                                          "request", "seq",   "sequence", "conversation", NULL};
enum { STEM_SIZE = 32 };

/* Where a name has its last number: "/q" "12" "/logits". */
typedef struct parts {
    size_t begins, ends; /* of the number */
    char stem[STEM_SIZE];
} parts;

static const char *bare(const char *name) {
    return name + (*name == '/');
}

static bool split(const char *name, parts *p) {
    size_t n = strlen(name);
    while (n > 0 && !isdigit((unsigned char)name[n - 1]))
        n--;
    p->begins = p->ends = n;
    while (p->begins > 0 && isdigit((unsigned char)name[p->begins - 1]))
        p->begins--;
    size_t last = p->begins;
    while (last > 0 && strchr("_-. ", name[last - 1]) != NULL)
        last--;
    size_t first = last;
    while (first > 0 && strchr("/.", name[first - 1]) == NULL)
        first--;
    snprintf(p->stem, sizeof p->stem, "%.*s", (int)(last - first), name + first);
    return n > 0;
}

static bool is_one_of(const char *stem, const char *const *list) {
    for (; *list != NULL; list++)
        if (strcasecmp(stem, *list) == 0)
            return true;
    return false;
}

static bool ends_with(const char *text, const char *ending) {
    size_t n = strlen(text), m = strlen(ending);
    return n >= m && strcmp(text + n - m, ending) == 0;
}

/* A number alone says nothing, unless what it holds is called logits. */
static bool says_queries(const char *name, const parts *p) {
    const char *rest = name + p->ends;
    return is_one_of(p->stem, query_stems) ||
           (p->stem[0] == '\0' && (ends_with(rest, "logits") || ends_with(rest, "scores")));
}

static bool same_family(const char *a, const parts *p, const char *b, const parts *q) {
    return p->begins == q->begins && strncmp(a, b, p->begins) == 0 &&
           strcmp(a + p->ends, b + q->ends) == 0;
}

void gg_array_family_clear(gg_array_family *f) {
    gg_free(f->members);
    *f = (gg_array_family){0};
}

static int compare_names(const void *a, const void *b, void *names) {
    char *const *n = names;
    return strverscmp(bare(n[*(const size_t *)a]), bare(n[*(const size_t *)b]));
}

/* What the arrays have in common. */
typedef struct shapes {
    size_t rank;
    bool single_rows, equal;
} shapes;

static gg_status measure(gg_array_store *store, const gg_array_family *f, shapes *s,
                         gg_error *err) {
    size_t first[GG_ARRAY_MAX_RANK] = {0};
    *s = (shapes){.single_rows = true, .equal = true};
    for (size_t k = 0; k < f->count; k++) {
        gg_array *a = NULL;
        GG_TRY(store->open(store, f->members[k], &a, err));
        gg_status status = GG_OK;
        if (k == 0) {
            s->rank = a->rank;
            memcpy(first, a->dims, sizeof first);
        }
        if (a->rank < 1 || a->rank > 2 || a->rank != s->rank)
            status = gg_fail(err, GG_E_INPUT,
                             "%s: %zu dimensions: arrays that belong together all have the axes "
                             "V, or T,V",
                             a->place, a->rank);
        else if (a->dims[a->rank - 1] != first[a->rank - 1])
            status =
                gg_fail(err, GG_E_INPUT, "%s: has %zu numbers a row where %s has %zu", a->place,
                        a->dims[a->rank - 1], store->names[f->members[0]], first[a->rank - 1]);
        s->single_rows = s->single_rows && (a->rank == 1 || a->dims[0] == 1);
        s->equal = s->equal && (a->rank == 1 || a->dims[0] == first[0]);
        gg_array_close(a);
        GG_TRY(status);
    }
    return GG_OK;
}

/* Steps or queries: what the option says, else the names where the shapes leave no doubt. */
static gg_status decide(const gg_import_job *job, gg_array_store *store, gg_array_family *f,
                        gg_error *err) {
    const char *first = store->names[f->members[0]], *last = store->names[f->members[f->count - 1]];
    gg_import_axes asked = job->options->axes;
    shapes s;
    parts p;
    GG_TRY(measure(store, f, &s, err));
    split(first, &p);
    f->has_rows = s.rank > 1;
    bool step_names = is_one_of(p.stem, step_stems), clear = true;
    if (asked == GG_AXES_TBV || (asked == GG_AXES_TV && s.rank == 1))
        f->are_steps = true;
    else if (asked == GG_AXES_DEFAULT && s.single_rows)
        clear = (f->are_steps = step_names) || says_queries(first, &p);
    else if (asked == GG_AXES_DEFAULT)
        clear = !step_names || !s.equal;
    else
        clear = s.rank == 1 ? asked == GG_AXES_V || asked == GG_AXES_BV
                            : asked == GG_AXES_TV || asked == GG_AXES_BTV;
    if (!clear)
        return gg_fail(err, GG_E_USAGE,
                       "%s: %s to %s (%zu arrays) can be the steps of an answer or a query each: "
                       "say --axes %s (steps) or --axes %s (queries)",
                       store->path, first, last, f->count, s.rank == 1 ? "T,V" : "T,B,V",
                       s.rank == 1 ? "B,V" : "B,T,V");
    if (f->are_steps && !s.equal)
        return gg_fail(err, GG_E_INPUT, "%s: %s to %s: steps have as many rows, one a query",
                       store->path, first, last);
    f->axes = f->are_steps ? (s.rank == 1 ? GG_AXES_TV : GG_AXES_TBV)
                           : (s.rank == 1 ? GG_AXES_V : GG_AXES_TV);
    return GG_OK;
}

void gg_array_family_tell(const gg_import_job *job, const gg_array_store *store,
                          const gg_array_family *f) {
    const char *steps = f->has_rows ? "T,B,V" : "T,V", *queries = f->has_rows ? "B,T,V" : "B,V";
    gg_import_sink_warn(
        job->sink, "%s: %s to %s are taken for %zu %s (--axes %s takes them for %s)", store->path,
        store->names[f->members[0]], store->names[f->members[f->count - 1]], f->count,
        f->are_steps ? "steps of an answer" : "queries", f->are_steps ? queries : steps,
        f->are_steps ? "queries" : "steps");
}

/* Takes array `k` in. */
static void take(gg_array_family *f, size_t k) {
    f->members[f->count++] = k;
}

static gg_status finish(const gg_import_job *job, gg_array_store *store, gg_array_family *f,
                        gg_error *err) {
    if (f->count < 2) {
        gg_array_family_clear(f);
        return GG_OK;
    }
    qsort_r(f->members, f->count, sizeof *f->members, compare_names, store->names);
    gg_status status = decide(job, store, f, err);
    if (status != GG_OK)
        gg_array_family_clear(f);
    return status;
}

static gg_status begin(const gg_array_store *store, gg_array_family *f, gg_error *err) {
    *f = (gg_array_family){.members = gg_alloc(store->count + 1, sizeof *f->members)};
    return f->members != NULL ? GG_OK : gg_fail(err, GG_E_NOMEM, "%s: out of memory", store->path);
}

gg_status gg_array_family_match(gg_import_job *job, gg_array_store *store, gg_array_family *f,
                                gg_error *err) {
    const char *pattern = job->options->logits;
    *f = (gg_array_family){0};
    if (pattern == NULL || strpbrk(pattern, "*?[") == NULL)
        return GG_OK;
    GG_TRY(begin(store, f, err));
    for (size_t k = 0; k < store->count; k++)
        if (fnmatch(bare(pattern), bare(store->names[k]), FNM_PATHNAME | FNM_NOESCAPE) == 0)
            take(f, k);
    return finish(job, store, f, err);
}

gg_status gg_array_family_find(gg_import_job *job, gg_array_store *store, gg_array_family *f,
                               gg_error *err) {
    size_t head = store->count;
    parts p, q;
    for (size_t k = 0; k < store->count && head == store->count; k++)
        if (split(store->names[k], &p) &&
            (is_one_of(p.stem, step_stems) || says_queries(store->names[k], &p)))
            head = k;
    *f = (gg_array_family){0};
    if (head == store->count)
        return GG_OK;
    split(store->names[head], &p);
    GG_TRY(begin(store, f, err));
    for (size_t k = head; k < store->count; k++) {
        gg_array *a = NULL;
        if (!split(store->names[k], &q) ||
            !same_family(store->names[head], &p, store->names[k], &q))
            continue;
        gg_status status = store->open(store, k, &a, NULL);
        if (status == GG_OK && (gg_number_is_float(a->number) || job->options->has_dtype))
            take(f, k);
        gg_array_close(a);
        if (status == GG_E_NOMEM) {
            gg_array_family_clear(f);
            return gg_fail(err, status, "%s: out of memory", store->path);
        }
    }
    return finish(job, store, f, err);
}

void gg_array_family_pattern(const gg_array_store *store, size_t k, char *text, size_t size) {
    const char *name = store->names[k], *last = strrchr(name, '/');
    if (last == NULL || last == name)
        last = strrchr(name, '.');
    text[0] = '\0';
    if (last != NULL)
        snprintf(text, size, "%s%.60s", *last == '/' ? "/*" : "*", last);
}

void gg_array_family_name(const gg_import_job *job, const gg_array_store *store,
                          const gg_array_family *f, size_t k, char *name, size_t size) {
    const char *path = store->path, *slash = strrchr(path, '/');
    const char *own = bare(store->names[f->members[k]]);
    size_t n = strlen(own);
    /* The folder, where all arrays are called alike. */
    const char *end = strpbrk(own, "/");
    if (end == NULL)
        end = strchr(own, '.');
    const char *other = bare(store->names[f->members[k == 0 ? 1 : 0]]);
    if (end != NULL && ends_with(other, end))
        n = (size_t)(end - own);
    slash = slash != NULL ? slash + 1 : path;
    if (job->n_sources > 1)
        snprintf(name, size, "%.*s/%.*s", (int)strcspn(slash, "."), slash, (int)n, own);
    else
        snprintf(name, size, "%.*s", (int)n, own);
}

/* ---- steps as one array ---- */

typedef struct stack {
    gg_array_store *store;
    const gg_array_family *family;
    gg_array *open; /* the member read last */
    size_t member;
    size_t each; /* numbers of a member */
} stack;

static gg_status open_member(stack *s, size_t member, gg_error *err) {
    if (s->open != NULL && s->member == member)
        return GG_OK;
    gg_array_close(s->open);
    s->open = NULL;
    s->member = member;
    return s->store->open(s->store, s->family->members[member], &s->open, err);
}

static gg_status read_stack(gg_array *a, size_t first, size_t count, void *target, gg_error *err) {
    stack *s = a->state;
    char *next = target;
    while (count > 0) {
        size_t within = first % s->each, left = s->each - within, n = count < left ? count : left;
        GG_TRY(open_member(s, first / s->each, err));
        GG_TRY(gg_array_read(s->open, within, n, next, err));
        next += n * gg_number_size(a->number);
        first += n;
        count -= n;
    }
    return GG_OK;
}

static void close_stack(gg_array *a) {
    stack *s = a->state;
    gg_array_close(s->open);
    gg_free(s);
}

/* All members are checked to be like the first. */
static gg_status describe(gg_array *a, stack *s, gg_error *err) {
    for (size_t k = s->family->count; k-- > 0;) {
        GG_TRY(open_member(s, k, err));
        const gg_array *m = s->open;
        if (k + 1 == s->family->count) {
            a->number = m->number;
            a->rank = m->rank + 1;
            a->dims[0] = s->family->count;
            memcpy(a->dims + 1, m->dims, (GG_ARRAY_MAX_RANK - 1) * sizeof *m->dims);
            s->each = m->count;
        }
        if (m->number != a->number || m->count != s->each || m->count == 0 ||
            (m->fortran && m->rank > 1 && m->dims[0] > 1))
            return gg_fail(err, GG_E_INPUT, "%s: is not of the shape, type and order of the others",
                           m->place);
    }
    gg_array_store_place(s->store, s->family->members[0], a->place);
    return gg_array_measure(a, err);
}

gg_status gg_array_family_stack(gg_array_store *store, const gg_array_family *family,
                                gg_array **out, gg_error *err) {
    gg_array *a = gg_alloc(1, sizeof *a);
    stack *s = gg_alloc(1, sizeof *s);
    *out = NULL;
    if (a == NULL || s == NULL) {
        gg_free(a);
        gg_free(s);
        return gg_fail(err, GG_E_NOMEM, "%s: out of memory", store->path);
    }
    *s = (stack){.store = store, .family = family};
    *a = (gg_array){.read = read_stack,
                    .close = close_stack,
                    .state = s,
                    .big_endian = __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__};
    return gg_array_opened(describe(a, s, err), a, out);
}
