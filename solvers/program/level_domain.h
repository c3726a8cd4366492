/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The domain of a level-indexed program, made from a box and refined level by level.
 */
#pragma once

#include "models/program/mip.h"
#include "solvers/bound/box.h"

/* Release with gg_level_domain_clear. */
typedef struct gg_level_domain {
    gg_mip_domain mip; /* owned, but for servers and local */
    size_t levels_max; /* of one server */
    double *ends;      /* M x (levels_max + 1) */
    void *memory;      /* of the arrays */
} gg_level_domain;

/* A level that other solvers are to use begins so far below the interference it is made for, in
 * units of the highest: they take rows within their tolerance for satisfied, and would use the
 * level below. */
#define GG_LEVEL_MARGIN 5e-5

/* Room for n_servers servers. `domain` may be cleared whatever comes out. Errors: GG_E_NOMEM. */
gg_status gg_level_domain_init(gg_level_domain *domain, size_t n_servers, size_t levels_max,
                               gg_error *err);
void gg_level_domain_clear(gg_level_domain *domain);

/* What the box allows, with one level a server over its whole range. Borrows the box's options. */
void gg_level_domain_set(gg_level_domain *domain, const gg_bound_problem *problem,
                         const gg_box *box);

/* Begins a level of server j at `begin_w`; false when it would lie outside the range or not further
 * than `apart_w` above the level below, or when there is no room. */
bool gg_level_add(gg_level_domain *domain, size_t j, double begin_w, double apart_w);
