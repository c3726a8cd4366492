/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * An instance as a proof sees it: lower bounds of every cost, in seconds and watts.
 *
 * The proof is about G(x), the model in exact arithmetic with a hair more rate:
 *
 *     local:        w tL
 *     on server j:  n w D / (B (log2(1 + q_ij/(I_j + sigma2)) + 2^-51)) + w W max(1/Cmax, n/C_j)
 *
 * or, where the instance has curves, gates or the objective energy, in the cost form's whole length
 *
 *     local:        h tL
 *     on server j:  air_j(n) s D / (B (...)) + w (prefill + o token_j(n)) + h gate
 *
 * with what a second costs that is served (w), sending (s = w + e P) or at home (h = w + e p) where
 * a joule costs e; here q_ij = P_i g_ij as the judge (gg_evaluate) rounds it and W = kappa tL CL.
 * Interference that the instance fixes is part of sigma2, which then is the server's, and I_j is 0.
 * What the judge computes is at least G(x) (1 - (2 N + 20) 2^-53) - 4 N 2^-1074:
 *   - its I_j, a sum of at most N - 1 numbers, and its SINR s' are off by a relative e of at most
 *     (N + 2) 2^-53, and log2(1 + (1 + e) s) <= (1 + e) log2(1 + s);
 *   - it rounds 1 + s', which adds at most 2^-53 / ln 2 < 2^-51 to the logarithm;
 *   - every other operation is a product, a quotient or a sum of numbers >= 0, each off by a
 *     relative 2^-53 (libm's log2 by a few): fewer than 18 for one user, N for the sum over users
 *     (with curves, gates and energy fewer than 36: differences are of given numbers alone);
 *   - a delay or its product with a weight that underflows loses less than 2^-1074, which nothing
 *     magnifies afterwards.
 * Where the judge would err by more, G counts nothing: D of a user whose SINR or rate at the server
 * can overflow, or whose rate can underflow. (Other overflows make the judge's value larger; a work
 * that underflows has no lower bound but 0; a share C_j/n that loses more than two of its digits is
 * below 2^-1024, and 1/share, bounded by the largest number, above it.) The replay therefore proves
 * G(x) >= bound (1 + (N + 16) 2^-52), or N + 26 there, with 2^-1022 to spare as every comparison is
 * rounded outward, and with it that no decision's value, as the judge computes it, is below the
 * bound.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "models/instance.h"

/* Immutable after creation. Columns over users are server-major (j * n + i). */
typedef struct gg__proof_problem {
    const gg_instance *instance; /* borrowed */
    size_t n, m;
    double *signal_w;   /* m x n: q_ij, exactly as the judge has it */
    double *power_w;    /* m x n: what user i adds to I_j: q_ij, or 0 where interference is fixed */
    uint32_t *by_power; /* m x n: users by rising power_w */
    double *bits_s;     /* m x n: below s D / B, >= 0; 0 where D does not count */
    double *work;       /* n: below w W, >= 0 */
    double *tokens;     /* n: below w o, >= 0; NULL: no server serves tokens */
    double *fixed_s;    /* m x n: below h gate + w prefill, >= 0; NULL: nothing */
    double *local_s;    /* n: below h tL, >= 0 */
    const double *gain; /* n: of the row that decisions are held to, borrowed; NULL: none */
    double required;
} gg__proof_problem;

/* Free with gg_free. Errors: GG_E_NOMEM. */
gg_status gg__proof_problem_new(const gg_instance *instance, gg_objective objective,
                                gg__proof_problem **out, gg_error *err);

/* True unless the judge finds no rate on this channel in any decision: then every decision that
 * uses it costs infinitely much. */
bool gg__proof_usable(const gg__proof_problem *problem, size_t user, size_t server);

/* How many times longer a user sends than alone: the load, or below K / floor(K / load). */
double gg__proof_air(const gg__proof_problem *problem, size_t server, size_t load);

/* Below w W, or w o of a server that serves tokens. */
double gg__proof_work(const gg__proof_problem *problem, size_t user, size_t server);

/* Below what user i costs on the server whatever the load, >= 0. */
double gg__proof_fixed(const gg__proof_problem *problem, size_t user, size_t server);

/* True where seconds per work and air are linear in the load from first to last. */
bool gg__proof_is_straight(const gg__proof_problem *problem, size_t server, size_t first,
                           size_t last);

/* Below max(1/Cmax, load/C_j), or below the seconds a token; >= 0. */
double gg__proof_seconds_per_work(const gg__proof_problem *problem, size_t server, size_t load);

/* Below s D / (B (log2(1 + q/(interference + sigma2)) + 2^-51)), >= 0. The bounded quantity is
 * concave in the interference: see solvers/EXACT.md. */
double gg__proof_cost_factor(const gg__proof_problem *problem, size_t user, size_t server,
                             double interference_w);
