/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Networks that are instances of their own: in files, or draws of a list with what is known of
 * their optima. The plan's axes choose among those of a list.
 */
#include <math.h>
#include <nettle/sha2.h>
#include <stdio.h>
#include <string.h>

#include "data/dataset/instance_file.h"
#include "experiments/planning/plan_source.h"
#include "experiments/results/results.h"
#include "models/base/alloc.h"
#include "models/base/shown.h"
#include "models/instance_fields.h"
#include "models/text/csv.h"

const gg_solver gg_plan_known = {
    .name = "known", .summary = "the best known value and bound of the list", .proves = true};

const char *gg_plan_file_name(const gg_plan_site *site) {
    const char *slash = strrchr(site->path, '/');
    return slash != NULL ? slash + 1 : site->path;
}

static bool same_draw(const gg_plan *plan, size_t k, const gg_unit *unit) {
    const gg_plan_site *site = &plan->sites[k];
    return site->preset == unit->preset && plan->users[k] == unit->n_users &&
           plan->servers[k] == unit->n_servers && site->tau == unit->tau &&
           site->seed == unit->seed && site->run == unit->run;
}

size_t gg_plan_find_site(const gg_plan *plan, const char *name, const gg_unit *row) {
    size_t k = 0;
    if (plan->n_sites == 0 || !gg_plan_has_instances(plan))
        return plan->n_sites > 0 && row->run / plan->runs < plan->n_sites ? row->run / plan->runs
                                                                          : plan->n_sites;
    if (plan->site_kind == GG_SITE_FILE)
        return row->run < plan->n_sites &&
                       strcmp(gg_plan_file_name(&plan->sites[row->run]), name) == 0
                   ? row->run
                   : plan->n_sites;
    while (k < plan->n_sites && !same_draw(plan, k, row))
        k++;
    return k;
}

/* ---- what the axes of the plan leave ---- */

static bool is_wanted(const gg_plan_wish *wish, double value) {
    for (size_t k = 0; k < wish->count; k++)
        if (wish->values[k] == value)
            return true;
    return wish->count == 0;
}

static bool is_left(const gg_plan *plan, double users, double servers, double tau) {
    return is_wanted(&plan->wished_users, users) && is_wanted(&plan->wished_servers, servers) &&
           is_wanted(&plan->wished_taus, tau);
}

static gg_status add_site(gg_plan *plan, const gg_plan_site *site, size_t users, size_t servers,
                          gg_error *err) {
    size_t n = plan->n_sites;
    gg_plan_site *sites = gg_grow(plan->sites, n, sizeof *sites);
    plan->sites = sites != NULL ? sites : plan->sites;
    size_t *all_users = gg_grow(plan->users, n, sizeof *all_users);
    plan->users = all_users != NULL ? all_users : plan->users;
    size_t *all_servers = gg_grow(plan->servers, n, sizeof *all_servers);
    plan->servers = all_servers != NULL ? all_servers : plan->servers;
    char *path = gg_strdup(site->path);
    if (sites == NULL || all_users == NULL || all_servers == NULL || path == NULL) {
        gg_free(path);
        return gg_fail(err, GG_E_NOMEM, "%s: out of memory", plan->path);
    }
    sites[n] = *site;
    sites[n].path = path;
    all_users[n] = users;
    all_servers[n] = servers;
    plan->n_sites = plan->n_users = plan->n_servers = n + 1;
    return GG_OK;
}

/* ---- files ---- */

static gg_status add_file(gg_plan *plan, gg_plan_site *site, gg_error *err) {
    gg_instance *instance = NULL;
    GG_TRY(gg_instance_read(site->path, &instance, NULL, NULL, err));
    size_t users = instance->n_users, servers = instance->n_servers;
    site->tau = instance->tau;
    site->preset = SIZE_MAX;
    gg_instance_free(instance);
    GG_TRY(gg__plan_digest_site(plan, site, err));
    if (strlen(gg_plan_file_name(site)) >= GG_ROW_NAME)
        return gg_fail(err, GG_E_INPUT, "%s: the file's name is longer than %d bytes", site->path,
                       GG_ROW_NAME - 1);
    /* It would count twice in every mean. */
    for (size_t k = 0; k < plan->n_sites; k++)
        if (strcmp(plan->sites[k].digest, site->digest) == 0)
            return gg_fail(err, GG_E_INPUT, "%s: is the same instance as %s", site->path,
                           plan->sites[k].path);
    return is_left(plan, (double)users, (double)servers, site->tau)
               ? add_site(plan, site, users, servers, err)
               : GG_OK;
}

/* ---- lists ---- */

/* A row of a list as it stands there. */
enum {
    PRESET,
    USERS,
    SERVERS,
    TAU,
    SEED,
    RUN,
    OBJECTIVE,
    N_NEEDED,
    VALUE = N_NEEDED,
    BOUND,
    DIGEST,
    N_COLUMNS
};
static const char *const column_names[N_COLUMNS] = {"preset",  "users", "servers",   "tau",
                                                    "seed",    "run",   "objective", "value_s",
                                                    "bound_s", "sha256"};

typedef struct listing {
    gg_plan *plan;
    gg_csv *csv;
    int at[N_COLUMNS];
    size_t n_presets; /* that the plan names: others are left out; 0: none is */
} listing;

static gg_status read_number(const listing *from, int column, double lowest, double highest,
                             bool whole, double *value, gg_error *err) {
    char wanted[64];
    if (gg_csv_parse(from->csv, from->at[column], value) && *value >= lowest && *value <= highest &&
        (!whole || *value == floor(*value)))
        return GG_OK;
    snprintf(wanted, sizeof wanted, "%s in [%.12g, %.12g]", whole ? "a whole number" : "a number",
             lowest, highest);
    return gg_csv_refuse_field(from->csv, from->at[column], wanted, err);
}

/* Where the preset stands among the plan's; SIZE_MAX: it is not asked for. */
static gg_status find_preset(listing *from, size_t *index, gg_error *err) {
    gg_plan *plan = from->plan;
    const char *name = gg_csv_field(from->csv, from->at[PRESET]);
    for (*index = 0; *index < plan->n_presets; ++*index)
        if (strcmp(plan->presets[*index], name) == 0)
            return GG_OK;
    *index = SIZE_MAX;
    if (from->n_presets > 0)
        return GG_OK;
    char **presets = gg_grow(plan->presets, plan->n_presets, sizeof *presets);
    plan->presets = presets != NULL ? presets : plan->presets;
    if (presets == NULL || (presets[plan->n_presets] = gg_strdup(name)) == NULL)
        return gg_fail(err, GG_E_NOMEM, "%s: out of memory", plan->path);
    *index = plan->n_presets++;
    return GG_OK;
}

static gg_status read_known(const listing *from, gg_known *known, gg_error *err) {
    *known = (gg_known){NAN, 0.0};
    if (gg_csv_field(from->csv, from->at[VALUE])[0] != '\0')
        GG_TRY(read_number(from, VALUE, 0.0, 1e300, false, &known->value_s, err));
    if (gg_csv_field(from->csv, from->at[BOUND])[0] != '\0')
        GG_TRY(read_number(from, BOUND, 0.0, 1e300, false, &known->bound_s, err));
    return known->bound_s > known->value_s * (1.0 + 1e-9) + 1e-12
               ? gg_csv_refuse(from->csv, err, "bound_s: is above value_s")
               : GG_OK;
}

enum { LISTED_OBJECTIVES = GG_UNIFORM + 1 };

static gg_status put_row(listing *from, const gg_unit *unit, gg_objective objective,
                         const gg_known *known, gg_error *err) {
    gg_plan *plan = from->plan;
    const char *hex = gg_csv_field(from->csv, from->at[DIGEST]);
    size_t k = gg_plan_find_site(plan, "", unit);
    if (hex[0] != '\0' && strlen(hex) != GG_LISTED_DIGEST - 1)
        return gg_csv_refuse_field(from->csv, from->at[DIGEST], "a digest of 32 digits", err);
    if (k == plan->n_sites) {
        gg_plan_site site = {.path = (char *)gg_csv_path(from->csv),
                             .preset = unit->preset,
                             .tau = unit->tau,
                             .seed = unit->seed,
                             .run = unit->run,
                             .known = {{NAN, NAN}, {NAN, NAN}}};
        snprintf(site.listed, sizeof site.listed, "%s", hex);
        GG_TRY(add_site(plan, &site, unit->n_users, unit->n_servers, err));
    }
    gg_plan_site *site = &plan->sites[k];
    if (!isnan(site->known[objective].bound_s))
        return gg_csv_refuse(from->csv, err, "stands twice in the list");
    if (strcmp(site->listed, hex) != 0)
        return gg_csv_refuse(from->csv, err, "sha256: another row of this instance has another");
    site->known[objective] = *known;
    return GG_OK;
}

static gg_status read_row(listing *from, gg_error *err) {
    double users, servers, tau, seed, run;
    gg_objective objective;
    gg_error inner = {0};
    gg_known known;
    GG_TRY(read_number(from, USERS, 1, GG_MAX_USERS, true, &users, err));
    GG_TRY(read_number(from, SERVERS, 0, GG_MAX_SERVERS, true, &servers, err));
    GG_TRY(read_number(from, TAU, 0, 1, false, &tau, err));
    GG_TRY(read_number(from, SEED, 0, 9007199254740992.0, true, &seed, err));
    GG_TRY(read_number(from, RUN, 0, UINT32_MAX, true, &run, err));
    GG_TRY(read_known(from, &known, err));
    if (gg_objective_parse(gg_csv_field(from->csv, from->at[OBJECTIVE]), &objective, &inner) !=
        GG_OK)
        return gg_csv_refuse(from->csv, err, "objective: %s", inner.message);
    if (objective >= LISTED_OBJECTIVES)
        return gg_csv_refuse(from->csv, err, "objective: lists have weighted and uniform alone");
    gg_unit unit = {.n_users = (size_t)users,
                    .n_servers = (size_t)servers,
                    .run = (uint32_t)run,
                    .seed = (uint64_t)seed,
                    .tau = tau};
    if (!is_left(from->plan, users, servers, tau))
        return GG_OK;
    GG_TRY(find_preset(from, &unit.preset, err));
    return unit.preset == SIZE_MAX ? GG_OK : put_row(from, &unit, objective, &known, err);
}

static gg_status read_rows(listing *from, gg_error *err) {
    for (int k = 0; k < N_COLUMNS; k++) {
        from->at[k] = gg_csv_find(from->csv, column_names[k]);
        if (from->at[k] < 0 && k < N_NEEDED)
            return gg_csv_refuse(from->csv, err, "is no list of instances: no column %s",
                                 column_names[k]);
    }
    for (;;) {
        size_t n_fields = 0;
        GG_TRY(gg_csv_next(from->csv, &n_fields, err));
        if (n_fields == 0)
            return GG_OK;
        GG_TRY(read_row(from, err));
    }
}

static gg_status add_list(gg_plan *plan, const char *path, size_t n_presets, gg_error *err) {
    listing from = {.plan = plan, .n_presets = n_presets};
    GG_TRY(gg_csv_open_named(path, &from.csv, err));
    gg_status status = read_rows(&from, err);
    gg_csv_close(from.csv);
    return status;
}

/* Networks that are listed with all objectives of the plan stay. */
static void drop_unlisted(gg_plan *plan) {
    size_t kept = 0;
    for (size_t k = 0; k < plan->n_sites; k++) {
        bool listed = true;
        for (size_t o = 0; o < plan->n_objectives; o++)
            listed = listed && !isnan(plan->sites[k].known[plan->objectives[o]].bound_s);
        if (!listed) {
            gg_free(plan->sites[k].path);
            continue;
        }
        plan->sites[kept] = plan->sites[k];
        plan->users[kept] = plan->users[k];
        plan->servers[kept++] = plan->servers[k];
    }
    plan->n_sites = plan->n_users = plan->n_servers = kept;
}

/* All that the list says of a draw: rows are kept as long as it says so. */
static void digest_listed(const gg_plan *plan, size_t k) {
    gg_plan_site *site = &plan->sites[k];
    uint8_t digest[(sizeof site->digest - 1) / 2];
    struct sha256_ctx held;
    char text[400];
    snprintf(text, sizeof text, "%s %zu %zu %.17g %llu %u %s", plan->presets[site->preset],
             plan->users[k], plan->servers[k], site->tau, (unsigned long long)site->seed, site->run,
             site->listed);
    sha256_init(&held);
    sha256_update(&held, strlen(text), (uint8_t *)text);
    sha256_update(&held, sizeof site->known, (const uint8_t *)site->known);
    sha256_digest(&held, sizeof digest, digest);
    gg_put_hex(digest, sizeof digest, site->digest);
}

/* The list's own answers stand last. */
static gg_status add_known(gg_plan *plan, gg_error *err) {
    bool any = false;
    for (size_t k = 0; k < plan->n_sites; k++)
        for (size_t o = 0; o < plan->n_objectives; o++)
            any = any || !isnan(plan->sites[k].known[plan->objectives[o]].value_s);
    for (size_t s = 0; any && s < plan->n_strategies; s++)
        if (strcmp(plan->strategies[s].name, gg_plan_known.name) == 0)
            return gg_fail(err, GG_E_INPUT,
                           "%s: strategies: \"known\" is what the values of the list are called",
                           plan->path);
    if (!any)
        return GG_OK;
    char *name = gg_strdup(gg_plan_known.name);
    if (name == NULL)
        return gg_fail(err, GG_E_NOMEM, "%s: out of memory", plan->path);
    plan->strategies[plan->n_strategies++] = (gg_plan_strategy){.name = name,
                                                                .solver = &gg_plan_known,
                                                                .accuracy_of = GG_PLAN_NOBODY,
                                                                .limits = plan->limits};
    return GG_OK;
}

static bool is_list(const char *path) {
    size_t length = strlen(path);
    return length > 4 && strcasecmp(path + length - 4, ".csv") == 0;
}

/* Lists of values are of delays alone. */
static gg_status check_objectives(const gg_plan *plan, gg_error *err) {
    for (size_t o = 0; o < plan->n_objectives; o++)
        if (plan->objectives[o] >= LISTED_OBJECTIVES)
            return gg_fail(err, GG_E_INPUT,
                           "%s: objective: a list of instances has weighted and uniform alone",
                           plan->path);
    return GG_OK;
}

static gg_status read_named(gg_plan *plan, gg_plan_site *named, size_t count, gg_error *err) {
    size_t n_presets = plan->n_presets;
    if (plan->site_kind == GG_SITE_LISTED)
        GG_TRY(check_objectives(plan, err));
    for (size_t k = 0; k < count; k++) {
        if (is_list(named[k].path) != (plan->site_kind == GG_SITE_LISTED))
            return gg_fail(err, GG_E_INPUT,
                           "%s: instances: are either lists (CSV) or files, not both", plan->path);
        if (plan->site_kind == GG_SITE_FILE && n_presets > 0)
            return gg_fail(err, GG_E_INPUT, "%s: preset: has no meaning beside files of instances",
                           plan->path);
        GG_TRY(plan->site_kind == GG_SITE_LISTED ? add_list(plan, named[k].path, n_presets, err)
                                                 : add_file(plan, &named[k], err));
    }
    if (plan->site_kind == GG_SITE_LISTED)
        drop_unlisted(plan);
    return plan->n_sites > 0 ? GG_OK
                             : gg_fail(err, GG_E_INPUT,
                                       "%s: instances: none of them is of what the plan's preset, "
                                       "users, servers, tau and objective ask",
                                       plan->path);
}

gg_status gg__plan_read_instances(gg_plan *plan, gg_error *err) {
    gg_plan_site *named = plan->sites;
    size_t count = plan->n_sites;
    plan->sites = NULL;
    plan->n_sites = plan->n_users = plan->n_servers = 0;
    plan->site_kind = is_list(named[0].path) ? GG_SITE_LISTED : GG_SITE_FILE;
    gg_status status = read_named(plan, named, count, err);
    for (size_t k = 0; k < count; k++)
        gg_free(named[k].path);
    gg_free(named);
    if (status != GG_OK || plan->site_kind == GG_SITE_FILE)
        return status;
    for (size_t k = 0; k < plan->n_sites; k++)
        digest_listed(plan, k);
    return add_known(plan, err);
}
