/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What may be asked of a strategy, checked before it is.
 */
#pragma once

#include "models/base/linkage.h"
#include "solvers/solver.h"

GG_C_BEGIN
/* Errors: GG_E_USAGE, naming the field and the value that it may not have for this instance. */
gg_status gg_solve_options_check(const gg_solve_options *options, const gg_instance *instance,
                                 gg_error *err);
GG_C_END
