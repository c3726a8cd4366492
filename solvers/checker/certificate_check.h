/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Replays a proof of a lower bound from the instance alone, in arithmetic rounded outward, with
 * code that shares nothing with the solver that wrote it. See solvers/EXACT.md.
 */
#pragma once

#include "models/base/linkage.h"
#include "solvers/checker/certificate.h"

GG_C_BEGIN
/* GG_OK when the certificate proves that every decision that respects the instance's tau costs at
 * least certificate->bound_s, as gg_evaluate computes it. Nothing in the certificate is trusted.
 * Errors: GG_E_CHECK (it does not; the message names the node), GG_E_NOMEM. */
gg_status gg_certificate_check(const gg_instance *instance, gg_objective objective,
                               const gg_certificate *certificate, gg_error *err);

/* The same where the certificate has a row of its own: then what is proven concerns the decisions
 * alone that meet it, and the caller must know that it is the row that was meant (gain, required).
 */
gg_status gg_certificate_check_under(const gg_instance *instance, gg_objective objective,
                                     const gg_certificate *certificate, gg_error *err);
GG_C_END
