/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiments/batch/earlier.h"

#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "experiments/batch/unit.h"
#include "models/base/alloc.h"
#include "models/base/compare.h"
#include "models/base/outfile.h"

static const char subfolder[] = "earlier";

typedef struct earlier_row {
    const gg_results *from;
    size_t at;
} earlier_row;

struct gg_earlier {
    gg_results **sources; /* n_sources */
    size_t n_sources;
    earlier_row *rows; /* ordered by what they are about */
    size_t n_rows;
};

static gg_status no_memory(const char *folder, gg_error *err) {
    return gg_fail(err, GG_E_NOMEM, "%s: out of memory", folder);
}

/* ---- what there is ---- */

static int is_part(const struct dirent *entry) {
    size_t index;
    return gg_part_number(entry->d_name, &index);
}

static void free_names(struct dirent **names, int count) {
    for (int k = 0; k < count; k++)
        free(names[k]);
    free(names);
}

/* Rows of different networks or questions differ, whatever the answer. */
static int compare_questions(const gg_row *a, const gg_row *b) {
    GG_COMPARE(a->n_users, b->n_users);
    GG_COMPARE(a->n_servers, b->n_servers);
    GG_COMPARE(a->run, b->run);
    GG_COMPARE(a->seed, b->seed);
    GG_COMPARE(a->tau, b->tau);
    int order = strcmp(a->solver, b->solver);
    if (order == 0)
        order = strcmp(a->objective, b->objective);
    return order != 0 ? order : strcmp(a->preset, b->preset);
}

static int compare_rows(const void *left, const void *right) {
    const earlier_row *a = left, *b = right;
    return compare_questions(&a->from->rows[a->at], &b->from->rows[b->at]);
}

/* Whether both have the same line, or neither has one. */
static bool same_line(const char *ours, const char *theirs, gg_origin_kind kind, const char *name) {
    size_t a = 0, b = 0;
    const char *one = gg_origin_line(ours, kind, name, &a);
    const char *two = gg_origin_line(theirs, kind, name, &b);
    return one == NULL || two == NULL ? one == two : a == b && memcmp(one, two, a) == 0;
}

/* Number of the experiment's preset that the row names; gg_plan_variants: none. */
static size_t find_preset(const gg_experiment *experiment, const gg_row *row) {
    size_t p = 0;
    while (p < gg_plan_variants(experiment->plan) &&
           strcmp(gg_preset_name(experiment->presets[p]), row->preset) != 0)
        p++;
    return p;
}

static size_t find_site(const gg_experiment *experiment, const gg_row *row) {
    const gg_unit unit = {.preset = find_preset(experiment, row),
                          .n_users = row->n_users,
                          .n_servers = row->n_servers,
                          .run = row->run,
                          .seed = row->seed,
                          .tau = row->tau};
    return gg_plan_find_site(experiment->plan, row->preset, &unit);
}

/* The site that a row is on. */
static bool same_site(const gg_experiment *experiment, const char *theirs, const gg_row *row) {
    char number[32];
    snprintf(number, sizeof number, "%zu", find_site(experiment, row));
    return same_line(experiment->origins, theirs, GG_SITE, number);
}

static bool can_be_kept(const gg_experiment *experiment, const gg_results *from, size_t at,
                        gg_part_wish wish) {
    const char *theirs = gg_manifest_get(&from->manifest, "row_origins");
    const gg_row *row = &from->rows[at];
    return theirs != NULL && !(wish.retry_failed && row->failure[0] != '\0') &&
           !gg_is_listed(wish.redo, row->solver) &&
           !(experiment->plan->assignments && from->offsets == NULL) &&
           same_line(experiment->origins, theirs, GG_NETWORKS, row->preset) &&
           same_line(experiment->origins, theirs, GG_STRATEGY, row->solver) &&
           same_site(experiment, theirs, row);
}

/* Takes the results and lists their rows. */
static gg_status add_source(gg_earlier *earlier, const gg_experiment *experiment, gg_results *from,
                            gg_part_wish wish) {
    gg_results **sources = gg_grow(earlier->sources, earlier->n_sources, sizeof *sources);
    if (sources != NULL)
        earlier->sources = sources;
    if (sources == NULL) {
        gg_results_free(from);
        return GG_E_NOMEM;
    }
    earlier->sources[earlier->n_sources++] = from;
    for (size_t k = 0; k < from->count; k++) {
        if (!can_be_kept(experiment, from, k, wish))
            continue;
        earlier_row *rows = gg_grow(earlier->rows, earlier->n_rows, sizeof *rows);
        if (rows == NULL)
            return GG_E_NOMEM;
        earlier->rows = rows;
        earlier->rows[earlier->n_rows++] = (earlier_row){from, k};
    }
    return GG_OK;
}

/* Damaged files are as good as none: their rows are computed. */
static gg_status read_aside(gg_earlier *earlier, const gg_experiment *experiment, const char *aside,
                            gg_part_wish wish, gg_error *err) {
    struct dirent **names = NULL;
    int count = scandir(aside, &names, is_part, alphasort);
    gg_status status = GG_OK;
    for (int k = 0; status == GG_OK && k < count; k++) {
        gg_results *from = NULL;
        char *path = gg_path_in(aside, names[k]->d_name);
        status = path == NULL ? GG_E_NOMEM
                              : gg_results_read(path, experiment->plan->assignments, &from, NULL);
        if (status == GG_OK)
            status = add_source(earlier, experiment, from, wish);
        if (status == GG_E_NOMEM)
            no_memory(aside, err);
        else
            status = GG_OK;
        gg_free(path);
    }
    free_names(names, count);
    if (earlier->n_rows > 0)
        qsort(earlier->rows, earlier->n_rows, sizeof *earlier->rows, compare_rows);
    return status;
}

/* ---- what moves there ---- */

static bool has_size(const size_t *sizes, size_t count, size_t preset_size, size_t wanted) {
    for (size_t k = 0; k < count; k++)
        if ((sizes[k] == GG_PLAN_PRESET_SERVERS ? preset_size : sizes[k]) == wanted)
            return true;
    return false;
}

/* Whether the grid asks what the row answers. */
static bool is_asked(const gg_experiment *experiment, const gg_row *row) {
    const gg_plan *plan = experiment->plan;
    size_t p = find_preset(experiment, row), o = 0, t = 0, s = 0;
    size_t sites = plan->n_sites > 0 ? plan->n_sites : 1;
    while (o < plan->n_objectives &&
           strcmp(gg_objective_name(plan->objectives[o]), row->objective) != 0)
        o++;
    while (t < plan->n_taus && plan->taus[t] != row->tau)
        t++;
    while (s < plan->n_strategies && strcmp(plan->strategies[s].name, row->solver) != 0)
        s++;
    if (gg_plan_has_instances(plan))
        return o < plan->n_objectives && s < plan->n_strategies &&
               find_site(experiment, row) < plan->n_sites;
    return p < gg_plan_variants(plan) && o < plan->n_objectives && t < plan->n_taus &&
           s < plan->n_strategies && row->run < sites * plan->runs &&
           has_size(plan->users, plan->n_users, 0, row->n_users) &&
           has_size(plan->servers, plan->n_servers, experiment->presets[p]->servers,
                    row->n_servers);
}

/* Refuses results that this plan would drop or cannot vouch for. */
static gg_status check_contained(const gg_experiment *experiment, const char *path,
                                 gg_part_wish wish, gg_error *err) {
    gg_results *found = NULL;
    /* What is damaged is found, and said, by who does the part. */
    gg_status status = gg_results_read(path, false, &found, NULL);
    if (status != GG_OK)
        return status == GG_E_NOMEM ? no_memory(path, err) : GG_OK;
    const char *theirs = gg_manifest_get(&found->manifest, "row_origins");
    bool contained = theirs != NULL && gg_origins_lacking(experiment, theirs, wish.redo) == NULL;
    for (size_t k = 0; contained && k < found->count; k++)
        contained =
            is_asked(experiment, &found->rows[k]) && same_site(experiment, theirs, &found->rows[k]);
    status = contained ? GG_OK : gg_part_check_origin(experiment, &found->manifest, path, err);
    gg_results_free(found);
    return status;
}

/* Whose results a part holds; `print` is the fingerprint of another plan, "" of ours. */
typedef enum owner { NOBODY, OURS, ANOTHER } owner;

static gg_status find_owner(const gg_experiment *experiment, const char *path,
                            char print[GG_FINGERPRINT_SIZE], owner *found, gg_error *err) {
    gg_manifest manifest;
    char reason[300];
    print[0] = '\0';
    *found = NOBODY;
    /* What cannot be read is damaged, which whoever does the part finds out and says. */
    gg_status status = gg_results_read_manifest(path, &manifest, NULL);
    if (status != GG_OK)
        return status == GG_E_NOMEM ? no_memory(path, err) : GG_OK;
    if (gg_fingerprint_compare(experiment, &manifest, reason, sizeof reason) == GG_ORIGIN_OTHER)
        snprintf(print, GG_FINGERPRINT_SIZE, "%s", gg_manifest_get(&manifest, "plan_fingerprint"));
    gg_manifest_clear(&manifest);
    *found = print[0] != '\0' ? ANOTHER : OURS;
    return GG_OK;
}

/* What was there first stays: another process may have moved it, and written ours since. */
static gg_status move(const char *path, const char *aside, const char *print, const char *name,
                      gg_error *err) {
    char target[sizeof "part-.h5" + GG_FINGERPRINT_SIZE + 256];
    snprintf(target, sizeof target, "part-%s-%.240s", print, name + strlen("part-"));
    char *to = gg_path_in(aside, target);
    gg_status status = to != NULL ? gg_folder_make(aside, err) : no_memory(aside, err);
    if (status == GG_OK && access(to, F_OK) != 0 && rename(path, to) != 0 && errno != ENOENT)
        status = gg_fail(err, GG_E_IO, "%s: cannot be moved to %s: %s", path, to, strerror(errno));
    gg_free(to);
    return status;
}

/* One pass over the parts of another plan: checks them, or moves them. A folder has one plan, but
 * where a move was cut short, and then the rest is not ours: *any says whether there are some. */
static gg_status pass(const gg_experiment *experiment, const char *folder, const char *aside,
                      const gg_part_wish *checking, bool *any, gg_error *err) {
    struct dirent **names = NULL;
    int count = scandir(folder, &names, is_part, alphasort);
    gg_status status = GG_OK;
    owner found = NOBODY;
    *any = false;
    for (int k = 0; status == GG_OK && found != OURS && k < count; k++) {
        char print[GG_FINGERPRINT_SIZE];
        char *path = gg_path_in(folder, names[k]->d_name);
        status = path != NULL ? find_owner(experiment, path, print, &found, err)
                              : no_memory(folder, err);
        if (status == GG_OK && found == ANOTHER)
            status = checking != NULL ? check_contained(experiment, path, *checking, err)
                                      : move(path, aside, print, names[k]->d_name, err);
        *any = *any || found == ANOTHER;
        gg_free(path);
    }
    free_names(names, count);
    return status;
}

/* Checks every part before any is moved: a refusal leaves all as it is. */
static gg_status set_aside(const gg_experiment *experiment, const char *folder, const char *aside,
                           gg_part_wish wish, gg_error *err) {
    bool any;
    GG_TRY(pass(experiment, folder, aside, &wish, &any, err));
    return any ? pass(experiment, folder, aside, NULL, &any, err) : GG_OK;
}

gg_status gg_earlier_take_whole(const gg_experiment *experiment, const char *folder,
                                gg_error *err) {
    char print[GG_FINGERPRINT_SIZE];
    owner found = NOBODY;
    char *path = gg_path_in(folder, GG_WHOLE_PART), *aside = gg_path_in(folder, subfolder);
    gg_status status = path != NULL && aside != NULL ? GG_OK : no_memory(folder, err);
    if (status == GG_OK && access(path, F_OK) == 0)
        status = find_owner(experiment, path, print, &found, err);
    if (status == GG_OK && found == OURS)
        status = move(path, aside, experiment->fingerprint, GG_WHOLE_PART, err);
    gg_free(path);
    gg_free(aside);
    return status;
}

gg_status gg_earlier_open(const gg_experiment *experiment, const char *folder, gg_part_wish wish,
                          gg_earlier **out, gg_error *err) {
    gg_earlier *earlier = gg_alloc(1, sizeof *earlier);
    char *aside = gg_path_in(folder, subfolder);
    gg_status status = earlier != NULL && aside != NULL
                           ? set_aside(experiment, folder, aside, wish, err)
                           : no_memory(folder, err);
    if (status == GG_OK)
        status = read_aside(earlier, experiment, aside, wish, err);
    gg_free(aside);
    *out = earlier;
    if (status != GG_OK) {
        gg_earlier_close(earlier);
        *out = NULL;
    }
    return status;
}

void gg_earlier_close(gg_earlier *earlier) {
    if (earlier == NULL)
        return;
    for (size_t k = 0; k < earlier->n_sources; k++)
        gg_results_free(earlier->sources[k]);
    gg_free(earlier->sources);
    gg_free(earlier->rows);
    gg_free(earlier);
}

bool gg_earlier_has_rows(const gg_earlier *earlier) {
    return earlier->n_rows > 0;
}

gg_status gg_earlier_fill(const gg_earlier *earlier, const gg_experiment *experiment, gg_part *part,
                          size_t *n_rows, gg_error *err) {
    for (size_t u = 0; earlier->n_rows > 0 && u < part->n_units; u++) {
        gg_unit unit = gg_plan_unit(experiment->plan, part->first_unit + u);
        for (size_t r = 0; (r = gg_part_next_row(part, u, r)) < part->unit_rows; r++) {
            gg_row asked;
            gg_unit_blank_row(experiment, &unit, r, &asked);
            const gg_results question = {.count = 1, .rows = &asked};
            const earlier_row key = {&question, 0};
            /* A strategy that is done again is not taken over either. */
            const earlier_row *found = part->whole[u]
                                           ? NULL
                                           : bsearch(&key, earlier->rows, earlier->n_rows,
                                                     sizeof *earlier->rows, compare_rows);
            if (found == NULL)
                continue;
            GG_TRY(gg_part_keep_row(part, u, r, found->from, found->at, err));
            ++*n_rows;
        }
    }
    return GG_OK;
}

bool gg_earlier_exists(const char *folder) {
    char *aside = gg_path_in(folder, subfolder);
    bool exists = aside != NULL && access(aside, F_OK) == 0;
    gg_free(aside);
    return exists;
}

void gg_earlier_remove(const char *folder) {
    char *aside = gg_path_in(folder, subfolder);
    struct dirent **names = NULL;
    int count = aside != NULL ? scandir(aside, &names, is_part, alphasort) : 0;
    for (int k = 0; k < count; k++) {
        char *path = gg_path_in(aside, names[k]->d_name);
        if (path != NULL)
            unlink(path);
        gg_free(path);
    }
    if (aside != NULL)
        rmdir(aside);
    free_names(names, count);
    gg_free(aside);
}
