/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The threads of a search. The caller's walks the tree in its order; the others bound what it will
 * come to, and what they have done is used only where the goal is still the same. So the number of
 * threads changes nothing but the time.
 */
#pragma once

#include "solvers/tree/attempt.h"
#include "solvers/tree/tree_internal.h"

typedef struct gg__crew gg__crew;

/* What the calling thread does with a crew beside it. */
typedef gg_status (*gg__crew_fn)(gg__tree *tree, gg__crew *crew, gg_error *err);

/* Threads of the search's options, fewer where memory or threads are short. Errors: what the
 * function returns. */
gg_status gg__crew_run(gg__tree *tree, gg__crew_fn grow, gg_error *err);

/* The root is about to be bounded, with prices if it has them: then its servers are shared out. Who
 * is free gets ready for halves meanwhile. Errors: GG_E_NOMEM. */
gg_status gg__crew_prepare(gg__crew *crew, gg_error *err);

/* The caller's thread is ready for halves, and has room for those ahead. Errors: GG_E_NOMEM. */
gg_status gg__crew_get_ready(gg__crew *crew, gg_error *err);

/* So many nodes at most are split against one goal. */
enum { GG__WAVE = 3 };

/* The walk has come to the first of `count` nodes, none of which is open any more: others may go
 * ahead with all their halves but the first, and with open nodes. */
void gg__crew_look_ahead(gg__crew *crew, gg__node **wave, size_t count);

/* A half of it, bounded against the present goal. Borrowed until the crew leaves the node, except
 * for the child, which may be taken. Errors: GG_E_NOMEM. */
gg_status gg__crew_half(gg__crew *crew, gg__node *at, int half, gg__attempt **out, gg_error *err);

/* Nobody works at the node any more: it may be freed. */
void gg__crew_leave(gg__crew *crew, gg__node *at);

/* Nobody works at any node any more. */
void gg__crew_leave_all(gg__crew *crew);
