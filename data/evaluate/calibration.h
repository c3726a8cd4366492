/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * From an uncertainty u to the probability that the model is wrong, learned from answers whose
 * correctness is known. Errors must be judged on other answers than the calibrator was fitted to
 * (hash_split.h).
 *
 *   isotonic     any non-decreasing function (isotonic.h)
 *   platt        1 / (1 + exp(-(slope u + intercept))), fitted by maximum likelihood to Platt's
 *                targets (n1 + 1) / (n1 + 2) and 1 / (n0 + 2), so that separable data have a fit
 *   temperature  1 / (1 + exp(-logit(u) / T)), T in [0.001, 1000] of the largest likelihood; u is
 *                kept within [1e-12, 1 - 1e-12]
 *   identity     u itself, kept within [0, 1]
 */
#pragma once

#include <stdint.h>

#include "data/evaluate/isotonic.h"
#include "models/base/linkage.h"

GG_C_BEGIN
typedef enum gg_calibration {
    GG_ISOTONIC,
    GG_PLATT,
    GG_TEMPERATURE,
    GG_IDENTITY,
    GG_N_CALIBRATIONS
} gg_calibration;

typedef struct gg_calibrator {
    gg_calibration kind;
    gg_isotonic isotonic; /* of GG_ISOTONIC */
    double slope;         /* of GG_PLATT */
    double intercept;
    double temperature; /* of GG_TEMPERATURE */
} gg_calibrator;

const char *gg_calibration_name(gg_calibration kind);

/* Fits n >= 1 finite uncertainties and their outcomes, wrong[i] 0 or 1. The caller clears *fit.
 * Errors: GG_E_USAGE (no points), GG_E_NOMEM. */
gg_status gg_calibrator_fit(gg_calibration kind, const double *u, const uint8_t *wrong, size_t n,
                            gg_calibrator *fit, gg_error *err);
void gg_calibrator_clear(gg_calibrator *fit);

/* Probability of a wrong answer, in [0, 1]. */
double gg_calibrator_at(const gg_calibrator *fit, double u);
GG_C_END
