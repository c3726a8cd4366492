/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "data/evaluate/calibration.h"

#include <math.h>

#include "models/base/alloc.h"

static const double LOGIT_MARGIN = 1e-12;
static const double LARGEST_TEMPERATURE = 1e3;

const char *gg_calibration_name(gg_calibration kind) {
    static const char *const names[GG_N_CALIBRATIONS] = {[GG_ISOTONIC] = "isotonic",
                                                         [GG_PLATT] = "platt",
                                                         [GG_TEMPERATURE] = "temperature",
                                                         [GG_IDENTITY] = "identity"};
    return names[kind];
}

static double sigmoid(double z) {
    if (z >= 0.0)
        return 1.0 / (1.0 + exp(-z));
    double e = exp(z);
    return e / (1.0 + e);
}

/* ln(1 + exp(z)) without overflow. */
static double softplus(double z) {
    return z > 0.0 ? z + log1p(exp(-z)) : log1p(exp(z));
}

static double logit(double u) {
    double low = LOGIT_MARGIN, high = 1.0 - LOGIT_MARGIN;
    double p = u < low ? low : u > high ? high : u;
    return log(p) - log1p(-p);
}

static gg_status fit_isotonic(const double *u, const uint8_t *wrong, size_t n, gg_isotonic *fit,
                              gg_error *err) {
    double *label = gg_alloc(n, sizeof *label);
    if (label == NULL)
        return gg_fail(err, GG_E_NOMEM, "out of memory for a calibration on %zu answers", n);
    for (size_t i = 0; i < n; i++)
        label[i] = wrong[i] != 0;
    gg_status status = gg_isotonic_fit(u, label, NULL, n, fit, err);
    gg_free(label);
    return status;
}

/* A logistic fit in standardised u: the Hessian is then far from singular unless u is constant. */
typedef struct logistic {
    const double *u;
    const uint8_t *wrong;
    size_t n;
    double mean;
    double scale;
    double target[2];
} logistic;

static double standardised(const logistic *l, size_t i) {
    return (l->u[i] - l->mean) / l->scale;
}

static double loss(const logistic *l, double slope, double intercept) {
    double sum = 0.0;
    for (size_t i = 0; i < l->n; i++) {
        double z = slope * standardised(l, i) + intercept;
        sum += softplus(z) - l->target[l->wrong[i] != 0] * z;
    }
    return sum;
}

static void standardise(logistic *l) {
    double mean = 0.0, spread = 0.0, wrong = 0.0, n = (double)l->n;
    for (size_t i = 0; i < l->n; i++) {
        mean += l->u[i] / n;
        wrong += l->wrong[i] != 0;
    }
    for (size_t i = 0; i < l->n; i++)
        spread += (l->u[i] - mean) * (l->u[i] - mean) / n;
    l->mean = mean;
    l->scale = spread > 0.0 && isfinite(spread) ? sqrt(spread) : 1.0;
    l->target[1] = (wrong + 1.0) / (wrong + 2.0);
    l->target[0] = 1.0 / (n - wrong + 2.0);
}

/* One Newton step with halving; false once nothing improves. */
static int improve(const logistic *l, double *slope, double *intercept) {
    double g1 = 0.0, g0 = 0.0, h11 = 0.0, h10 = 0.0, h00 = 0.0;
    for (size_t i = 0; i < l->n; i++) {
        double s = standardised(l, i), p = sigmoid(*slope * s + *intercept);
        double difference = p - l->target[l->wrong[i] != 0], weight = p * (1.0 - p);
        g1 += difference * s;
        g0 += difference;
        h11 += weight * s * s;
        h10 += weight * s;
        h00 += weight;
    }
    double determinant = h11 * h00 - h10 * h10;
    double step1 = 0.0, step0 = h00 > 0.0 ? g0 / h00 : 0.0;
    if (determinant > 1e-12 * h11 * h00) {
        step1 = (h00 * g1 - h10 * g0) / determinant;
        step0 = (h11 * g0 - h10 * g1) / determinant;
    }
    /* Near the minimum the loss is flat to its last digits, while the step is still good. */
    double before = loss(l, *slope, *intercept), slack = 1e-12 * (1.0 + fabs(before));
    for (double part = 1.0; part > 1e-6; part *= 0.5) {
        double a = *slope - part * step1, b = *intercept - part * step0;
        if (loss(l, a, b) <= before + slack) {
            int moved = fabs(a - *slope) > 1e-14 * (1.0 + fabs(a)) ||
                        fabs(b - *intercept) > 1e-14 * (1.0 + fabs(b));
            *slope = a;
            *intercept = b;
            return moved;
        }
    }
    return 0;
}

static void fit_platt(const double *u, const uint8_t *wrong, size_t n, gg_calibrator *fit) {
    enum { MOST_STEPS = 100 };
    logistic l = {.u = u, .wrong = wrong, .n = n};
    standardise(&l);
    double slope = 0.0, intercept = log(l.target[1]) - log1p(-l.target[1]);
    for (int step = 0; step < MOST_STEPS && improve(&l, &slope, &intercept); step++)
        continue;
    fit->slope = slope / l.scale;
    fit->intercept = intercept - slope * l.mean / l.scale;
}

/* Derivative of the negative log-likelihood by 1/T; it never falls. */
static double tilt(const double *u, const uint8_t *wrong, size_t n, double inverse) {
    double sum = 0.0;
    for (size_t i = 0; i < n; i++) {
        double z = logit(u[i]);
        sum += (sigmoid(inverse * z) - (wrong[i] != 0)) * z;
    }
    return sum;
}

static double fit_temperature(const double *u, const uint8_t *wrong, size_t n) {
    double low = 1.0 / LARGEST_TEMPERATURE, high = LARGEST_TEMPERATURE;
    if (tilt(u, wrong, n, low) >= 0.0)
        return LARGEST_TEMPERATURE;
    if (tilt(u, wrong, n, high) <= 0.0)
        return 1.0 / LARGEST_TEMPERATURE;
    for (;;) {
        double middle = 0.5 * (low + high);
        if (middle <= low || middle >= high)
            return 1.0 / middle;
        if (tilt(u, wrong, n, middle) < 0.0)
            low = middle;
        else
            high = middle;
    }
}

gg_status gg_calibrator_fit(gg_calibration kind, const double *u, const uint8_t *wrong, size_t n,
                            gg_calibrator *fit, gg_error *err) {
    *fit = (gg_calibrator){.kind = kind, .temperature = 1.0};
    if (n == 0)
        return gg_fail(err, GG_E_USAGE, "no answers to calibrate on");
    if (kind == GG_ISOTONIC)
        return fit_isotonic(u, wrong, n, &fit->isotonic, err);
    if (kind == GG_PLATT)
        fit_platt(u, wrong, n, fit);
    if (kind == GG_TEMPERATURE)
        fit->temperature = fit_temperature(u, wrong, n);
    return GG_OK;
}

void gg_calibrator_clear(gg_calibrator *fit) {
    gg_isotonic_clear(&fit->isotonic);
    *fit = (gg_calibrator){.kind = GG_IDENTITY};
}

double gg_calibrator_at(const gg_calibrator *fit, double u) {
    switch (fit->kind) {
    case GG_ISOTONIC:
        return gg_isotonic_at(&fit->isotonic, u);
    case GG_PLATT:
        return sigmoid(fit->slope * u + fit->intercept);
    case GG_TEMPERATURE:
        return sigmoid(logit(u) / fit->temperature);
    case GG_IDENTITY:
    case GG_N_CALIBRATIONS:
        break;
    }
    return u < 0.0 ? 0.0 : u > 1.0 ? 1.0 : u;
}
