/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A box of decisions, as a proof is replayed: what each user may do, and the ranges of every
 * server's load and interference.
 */
#pragma once

#include "solvers/checker/certificate.h"
#include "solvers/checker/proof_problem.h"

/* A decision belongs to the box when every user's choice is allowed and every load and (exact)
 * interference lies in its range. All arrays live in one block of memory. */
typedef struct gg__proof_box {
    double *interference_low, *interference_high; /* m, W */
    size_t *load_low, *load_high;                 /* m */
    size_t *n_servers;                            /* n: servers the user may choose */
    uint8_t *option; /* n x (m + 1): 1 where allowed; local first, then the servers */
} gg__proof_box;

size_t gg__proof_box_bytes(const gg__proof_problem *problem);
/* Lays a box out over that many bytes of 8-byte aligned memory. */
gg__proof_box gg__proof_box_at(const gg__proof_problem *problem, void *memory);
void gg__proof_box_copy(gg__proof_box *to, const gg__proof_box *from,
                        const gg__proof_problem *problem);

static inline bool gg__proof_allows_local(const gg__proof_box *box, const gg__proof_problem *p,
                                          size_t i) {
    return box->option[i * (p->m + 1)];
}

static inline bool gg__proof_allows(const gg__proof_box *box, const gg__proof_problem *p, size_t i,
                                    size_t j) {
    return box->option[i * (p->m + 1) + 1 + j];
}

/* User i is on server j in every decision of the box. */
static inline bool gg__proof_is_forced(const gg__proof_box *box, const gg__proof_problem *p,
                                       size_t i, size_t j) {
    return gg__proof_allows(box, p, i, j) && !gg__proof_allows_local(box, p, i) &&
           box->n_servers[i] == 1;
}

/* What a user can do to server j's interference. */
typedef enum gg__role {
    GG__NEVER,   /* is local or on j */
    GG__CERTAIN, /* is on another server */
    GG__TORN,    /* offloads, to j or to another server */
    GG__POSSIBLE /* may be local, or on another server */
} gg__role;

static inline gg__role gg__role_of(const gg__proof_box *box, const gg__proof_problem *p, size_t i,
                                   size_t j) {
    bool here = gg__proof_allows(box, p, i, j);
    if (box->n_servers[i] == (here ? 1 : 0))
        return GG__NEVER;
    if (gg__proof_allows_local(box, p, i))
        return GG__POSSIBLE;
    return here ? GG__TORN : GG__CERTAIN;
}

/* Users by what they can do to server j, and sums of their powers there, W. */
typedef struct gg__proof_crowd {
    size_t n_forced;                  /* on j */
    size_t n_torn, n_certain;         /* by role */
    size_t n_tame;                    /* on j or local */
    double certain_low, certain_high; /* around the sum over the certain */
    double all_high;                  /* above the sum over all who may disturb */
} gg__proof_crowd;
gg__proof_crowd gg__proof_survey(const gg__proof_box *box, const gg__proof_problem *problem,
                                 size_t server);

/* Forbids an option; true when it was allowed. */
bool gg__proof_forbid_local(gg__proof_box *box, const gg__proof_problem *problem, size_t user);
bool gg__proof_forbid(gg__proof_box *box, const gg__proof_problem *problem, size_t user,
                      size_t server);
/* Forbids every server but `server`; true when something was. */
bool gg__proof_forbid_others(gg__proof_box *box, const gg__proof_problem *problem, size_t user,
                             size_t server);

/* Every decision that respects tau and has a finite value. */
void gg__proof_box_root(gg__proof_box *box, const gg__proof_problem *problem);

/* Cuts a box down to one half (0 or 1) of a node's split. Together the halves cover the box. */
void gg__proof_box_halve(gg__proof_box *box, const gg__proof_problem *problem,
                         const gg_proof_node *node, double power_unit_w, int half);

/* Tightens loads, interference and options against each other until no option or load changes;
 * false when the box holds no decision. What is removed belongs to no decision of the box. */
bool gg__proof_propagate(gg__proof_box *box, const gg__proof_problem *problem);

/* Makes options without which the problem's row cannot be met any more the only ones; false when it
 * cannot be met at all. Sets *changed where it did. */
bool gg__proof_row_tighten(gg__proof_box *box, const gg__proof_problem *problem, bool *changed);

/* True when a decision certainly does not meet the row. */
bool gg__proof_row_refuses(const gg__proof_problem *problem, const int32_t *assignment);

/* Least and greatest interference at a server, W, by its load: set over the box's loads, within the
 * box's range. The least is above the greatest where no decision of the box has the load. */
void gg__proof_ranges(const gg__proof_box *box, const gg__proof_problem *problem, size_t server,
                      double *lowest, double *highest);

/* True when every user has one option left; fills `assignment` (n). */
bool gg__proof_box_is_point(const gg__proof_box *box, const gg__proof_problem *problem,
                            int32_t *assignment);
