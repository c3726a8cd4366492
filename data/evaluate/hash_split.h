/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Calibration, validation and test parts of a dataset that depend on the queries' ids and a seed
 * alone, whatever the machine and the order of the file: the rule of the ucci-router tools.
 */
#pragma once

#include <stdint.h>

#include "data/hdf5/h5.h"
#include "models/base/linkage.h"

GG_C_BEGIN
typedef enum gg_part { GG_CALIBRATION_PART, GG_VALIDATION_PART, GG_TEST_PART, GG_N_PARTS } gg_part;

const char *gg_part_name(gg_part part);

/* Orders the queries by the SHA-256 of "<seed>:<id>" (equal ids by position) and cuts: the first
 * floor(0.3 n + 0.5) calibrate, the next floor(0.2 n + 0.5) validate, the others test. part[i] is
 * the gg_part of query i. Errors: GG_E_NOMEM. */
gg_status gg_hash_split(const gg_strings *ids, uint64_t seed, uint8_t *part, gg_error *err);
/* Orders the queries likewise and cuts them into `n_folds` (>= 1) parts of equal size, give or take
 * one: fold[i] < n_folds is that of query i. Errors: GG_E_NOMEM. */
gg_status gg_hash_folds(const gg_strings *ids, uint64_t seed, size_t n_folds, uint8_t *fold,
                        gg_error *err);
GG_C_END
