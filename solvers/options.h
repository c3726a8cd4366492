/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What may be asked of a strategy, checked before it is.
 */
#ifndef GOAGAP_SOLVERS_OPTIONS_H
#define GOAGAP_SOLVERS_OPTIONS_H

#include "solvers/solver.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Errors: GG_E_USAGE, naming the field and the value that it may not have for this instance. */
gg_status gg_solve_options_check(const gg_solve_options *options, const gg_instance *instance,
                                 gg_error *err);

#ifdef __cplusplus
}
#endif
#endif
