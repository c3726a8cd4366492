/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Networks that were measured: a plan names a file of gains or positions for each, and has its
 * users and servers from there.
 */
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "experiments/planning/plan_source.h"
#include "models/base/alloc.h"
#include "models/draw/scenario.h"

gg_status gg__plan_locate(const gg__plan_source *from, const char *file, char **out) {
    const char *slash = strrchr(from->path, '/');
    if (file[0] == '/' || slash == NULL)
        return gg__plan_text(from, file, out);
    size_t folder = (size_t)(slash - from->path) + 1, size = folder + strlen(file) + 1;
    char *beside = gg_alloc(size, 1);
    if (beside == NULL)
        return gg__plan_no_memory(from);
    snprintf(beside, size, "%.*s%s", (int)folder, from->path, file);
    if (access(beside, F_OK) == 0) {
        *out = beside;
        return GG_OK;
    }
    gg_free(beside);
    return gg__plan_text(from, file, out);
}

/* The files of a key, in brackets or one alone. */
static size_t files_of(const gg_plan_list *list, char *const *alone, char *const **files) {
    *files = *alone != NULL ? alone : list->items;
    return *alone != NULL ? 1 : list->count;
}

static gg_status refuse_axes(const gg__plan_source *from, const gg_plan_yaml *yaml,
                             const char *key) {
    char reason[80];
    snprintf(reason, sizeof reason, "has no meaning beside %s, which say it", key);
    if (yaml->users.count > 0)
        return gg__plan_complain(from, "users", GG_E_INPUT, reason);
    return yaml->servers.count > 0 ? gg__plan_complain(from, "servers", GG_E_INPUT, reason) : GG_OK;
}

gg_status gg__plan_sites(const gg__plan_source *from, const gg_plan_yaml *yaml, gg_plan *plan) {
    char *const *gains, *const *positions, *const *instances;
    size_t n_gains = files_of(&yaml->gains, &yaml->gains_file, &gains);
    size_t n_positions = files_of(&yaml->positions, &yaml->positions_file, &positions);
    size_t n_instances = files_of(&yaml->instances, &yaml->instances_file, &instances);
    size_t count = n_gains + n_positions + n_instances;
    if (count == 0)
        return GG_OK;
    if (n_instances > 0 && n_instances < count)
        return gg__plan_complain(from, "instances", GG_E_INPUT,
                                 "cannot stand beside gains or positions: they have their own");
    if (n_gains > 0 && n_positions > 0)
        return gg__plan_complain(
            from, "positions", GG_E_INPUT,
            "cannot stand beside gains, which leave nothing for them to decide");
    if (n_instances == 0)
        GG_TRY(refuse_axes(from, yaml, n_gains > 0 ? "gains" : "positions"));
    plan->site_kind = n_instances > 0 ? GG_SITE_FILE
                      : n_gains > 0   ? GG_SITE_GAINS
                                      : GG_SITE_POSITIONS;
    char *const *files = n_instances > 0 ? instances : n_gains > 0 ? gains : positions;
    plan->sites = gg_alloc(count, sizeof *plan->sites);
    plan->users = gg_alloc(count, sizeof *plan->users);
    plan->servers = gg_alloc(count, sizeof *plan->servers);
    if (plan->sites == NULL || plan->users == NULL || plan->servers == NULL)
        return gg__plan_no_memory(from);
    plan->n_users = plan->n_servers = count;
    for (; plan->n_sites < count; plan->n_sites++)
        GG_TRY(gg__plan_locate(from, files[plan->n_sites], &plan->sites[plan->n_sites].path));
    return GG_OK;
}

gg_status gg_plan_read_sites(gg_plan *plan, gg_error *err) {
    for (size_t k = 0; k < plan->n_sites; k++) {
        gg_draw draw = {0};
        struct stat info;
        /* It is read again for every network. */
        if (stat(plan->sites[k].path, &info) == 0 && !S_ISREG(info.st_mode))
            return gg_fail(err, GG_E_INPUT, "%s: is no regular file", plan->sites[k].path);
        if (gg_plan_has_instances(plan))
            continue;
        *(plan->site_kind == GG_SITE_GAINS ? &draw.gains_csv : &draw.positions_csv) =
            plan->sites[k].path;
        GG_TRY(gg_scenario_shape(&draw, err));
        plan->users[k] = draw.n_users;
        plan->servers[k] = draw.default_servers ? GG_PLAN_PRESET_SERVERS : draw.n_servers;
        GG_TRY(gg__plan_digest_site(plan, &plan->sites[k], err));
    }
    return gg_plan_has_instances(plan) ? gg__plan_read_instances(plan, err) : GG_OK;
}
