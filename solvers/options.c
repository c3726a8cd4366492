/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "solvers/options.h"

#include <inttypes.h>
#include <math.h>

#include "models/base/alloc.h"

static gg_status check_random_users(const gg_solve_options *o, const gg_instance *in,
                                    gg_error *err) {
    const size_t count = o->random_users != NULL ? o->n_random_users : 0;
    if (count == 0)
        return GG_OK;
    if (in->n_servers == 0)
        return gg_fail(err, GG_E_USAGE,
                       "random_users: %zu users shall offload and there is no server", count);
    bool *listed = gg_alloc(in->n_users, sizeof *listed);
    GG_NEED(listed, err, "out of memory for %zu users", in->n_users);
    gg_status status = GG_OK;
    for (size_t k = 0; status == GG_OK && k < count; k++) {
        const uint32_t user = o->random_users[k];
        if (user >= in->n_users || listed[user])
            status =
                user >= in->n_users
                    ? gg_fail(err, GG_E_USAGE, "random_users: user %" PRIu32 " is not below %zu",
                              user, in->n_users)
                    : gg_fail(err, GG_E_USAGE, "random_users: user %" PRIu32 " is listed twice",
                              user);
        else
            listed[user] = true;
    }
    gg_free(listed);
    return status;
}

static gg_status check_known(const gg_solve_options *o, const gg_instance *in, gg_error *err) {
    for (size_t i = 0; o->known != NULL && i < in->n_users; i++)
        if (o->known[i] != GG_LOCAL && (o->known[i] < 0 || (uint32_t)o->known[i] >= in->n_servers))
            return gg_fail(err, GG_E_USAGE, "known[%zu]: %" PRId32 " is no server, and not %d", i,
                           o->known[i], GG_LOCAL);
    for (size_t k = 0; o->known_multipliers != NULL && k < in->n_users + in->n_servers; k++)
        if (!isfinite(o->known_multipliers[k]))
            return gg_fail(err, GG_E_USAGE, "known_multipliers[%zu]: %g is not finite", k,
                           o->known_multipliers[k]);
    return GG_OK;
}

gg_status gg_solve_options_check(const gg_solve_options *o, const gg_instance *in, gg_error *err) {
    if (o->objective != GG_WEIGHTED && o->objective != GG_UNIFORM)
        return gg_fail(err, GG_E_USAGE, "objective: %d is none", (int)o->objective);
    if (o->goa_weights != GG_WEIGHTED && o->goa_weights != GG_UNIFORM)
        return gg_fail(err, GG_E_USAGE, "goa_weights: %d is no objective", (int)o->goa_weights);
    if (!(o->gap >= 0.0 && isfinite(o->gap)))
        return gg_fail(err, GG_E_USAGE, "gap: %g is not a number >= 0", o->gap);
    if (!(o->time_limit_s >= 0.0))
        return gg_fail(err, GG_E_USAGE, "time_limit_s: %g is not a number >= 0", o->time_limit_s);
    if (o->node_limit < 0)
        return gg_fail(err, GG_E_USAGE, "node_limit: %" PRId64 " is not >= 0", o->node_limit);
    GG_TRY(check_random_users(o, in, err));
    return check_known(o, in, err);
}
