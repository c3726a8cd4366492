/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The program that is written for other solvers: which loads, options and interference levels it
 * covers, and how far its optimum can lie below the true one.
 */
#pragma once

#include "models/program/mip.h"

typedef struct gg_mip_request {
    gg_objective objective;
    size_t levels;       /* at most so many a server; 0: as many as 1 % needs, where that is few */
    bool fixed_by_bound; /* leave out what the Lagrangian bound proves not to be optimal */
} gg_mip_request;

/* Most levels of one server. */
enum { GG_MIP_LEVELS_MAX = 4096 };

typedef struct gg_level_choice gg_level_choice;

/* Chooses. A given number of levels is placed so that the worst loss of any decision is small, and
 * fewer levels are a coarsening of more; by default they are placed where the program's optimum
 * needs them, if that can be found out. The caller frees *out; the instance must outlive it.
 * Errors: GG_E_INFEASIBLE (no decision of finite cost), GG_E_INPUT (more servers than 64; a program
 * beyond all use), GG_E_NOMEM. */
gg_status gg_mip_choose(const gg_instance *instance, const gg_mip_request *request,
                        gg_level_choice **out, gg_error *err);
void gg_level_choice_free(gg_level_choice *choice);

/* Borrowed. */
const gg_mip_domain *gg_level_choice_domain(const gg_level_choice *choice);

/* Builds the program, as gg_mip_build does, but with no column dearer than gg_level_choice_cap_s:
 * costs then spread over few decimal powers, which other solvers need. The optimum stays what it
 * is: no cost is negative, so whatever uses such a column costs twice what the incumbent does, or
 * more.
 */
gg_status gg_level_choice_build(const gg_level_choice *choice, gg_mip *mip, gg_error *err);

/* The highest cost of a column: twice the incumbent's; INFINITY where that costs nothing. */
double gg_level_choice_cap_s(const gg_level_choice *choice);

/* The program's optimum is at least (1 - this) times the true optimum. */
double gg_level_choice_error(const gg_level_choice *choice);

/* Objective of the best decision known, which the program includes. */
double gg_level_choice_incumbent_s(const gg_level_choice *choice);
