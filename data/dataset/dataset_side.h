/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * How one side of a dataset is stored, as it is found out when the file is opened.
 */
#pragma once

#include "data/dataset/dataset_shape.h"

/* A column that may be absent. */
gg_status gg__dataset_open_column(struct gg_dataset *ds, gg_side side, gg_column column,
                                  bool *there, gg_error *err);

/* A side that may be absent: its offsets, rows and columns. */
gg_status gg__dataset_open_side(struct gg_dataset *ds, gg_side side, gg_error *err);
