/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The balance bound over a box: its value at given prices, the ascent that finds good ones, and
 * what it proves about the options left. Beside a bounder, whose users' multipliers, row, votes and
 * deadline it shares. See solvers/EXACT.md.
 */
#pragma once

#include "models/threads/team.h"
#include "solvers/bound/bound.h"

typedef struct gg_balance gg_balance;

/* Above so many users not every state is looked at whenever prices change, and V_j is claimed a
 * little too low rather than sought to the last. */
enum { GG_BALANCE_MANY = 2000 };

/* Work space for one problem, reused over boxes. The bounder must outlive it. Release with
 * gg_balance_free. Errors: GG_E_NOMEM. */
gg_status gg_balance_new(gg_bounder *bounder, gg_balance **out, gg_error *err);

/* How many numbers a thread that helps has at its desk. */
size_t gg_balance_desk(const gg_bound_problem *problem);

/* From here on the parts of several servers are found at a time, by threads that have each a desk
 * (borrowed); nothing else changes. */
void gg_balance_share(gg_balance *balance, gg_hands hands, double *desks);

/* Releases the balance; NULL is allowed. */
void gg_balance_free(gg_balance *balance);

/* What users pay for disturbing each server while they are on another: m x n, server-major (j * n +
 * i), in seconds. Borrowed; the ascent writes them. */
double *gg_balance_prices(gg_balance *balance);

/* For ascents that rest where they should not: from here on they begin with smaller steps of the
 * prices, aim as high as at first, learn how long a step suits each price, keep to their direction
 * and go on while they have gained hardly anything. */
void gg_balance_persist(gg_balance *balance);

/* As of a bounder. */
gg_pace gg_balance_pace(const gg_balance *balance);
void gg_balance_set_pace(gg_balance *balance, gg_pace pace);

/* As gg_bounder_resume, of what it has beside its bounder. */
void gg_balance_resume(gg_balance *balance, const gg_balance *as);

/* Prices that make the bound no worse than the bounder's own at its present multipliers. */
void gg_balance_take_multipliers(gg_balance *balance);

/* Users' multipliers and prices from a decision of value `value_s`, for the box loaded: the
 * starting point at the root for many users. */
void gg_balance_take_decision(gg_balance *balance, const int32_t *assignment, double value_s);

/* Takes over a box (borrowed until the next load), for the bounder too. Prices stay. */
void gg_balance_load(gg_balance *balance, const gg_box *box);

/* The bound at the present prices: no decision in the box costs less. INFINITY when the box is
 * empty, -INFINITY when the bounder's deadline passed. */
double gg_balance_bound_s(gg_balance *balance);

/* Raises the bound by up to `iterations` (four times as many of one that persists) deflected
 * subgradient steps towards `target_s`, and leaves the best prices and users' multipliers found,
 * rounded to single precision (a certificate records them so). Returns the bound there. */
double gg_balance_ascend(gg_balance *balance, double target_s, int iterations);

/* As gg_reduce, with the present prices. `bound_s` is gg_balance_bound_s there, finite. */
bool gg_balance_reduce(gg_balance *balance, gg_box *box, double bound_s, double threshold_s);

/* Server j's multiplier of the balance where the last bound was least (m): what interference is
 * worth there, seconds per power unit. */
const double *gg_balance_multipliers(const gg_balance *balance);

/* Where the loaded box's interference at server j is cut into levels, rising; *count of them, each
 * a single-precision number. Borrowed. */
const double *gg_balance_cuts(const gg_balance *balance, size_t server, size_t *count);

/* Told of every state that a reduction leaves, with the multiplier it priced options with. */
typedef void gg_state_note(void *context, size_t server, uint32_t load, int level, float mu);
void gg_balance_note_states(gg_balance *balance, gg_state_note *note, void *context);

/* How many states have been evaluated so far: a measure of work. */
uint64_t gg_balance_work(const gg_balance *balance);
