/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Thresholds as people write them: one value, a list "0.6,0.7", or a range "0.6:1.0:0.1".
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "models/base/status.h"

typedef struct gg_tau_list {
    double *values; /* each in [0, 1] */
    size_t count;
    bool is_list; /* written as a list or range, be it of one value */
} gg_tau_list;

/* Free with gg_tau_list_clear. A range holds both ends when the steps meet the last one. Errors:
 * GG_E_USAGE (what is wrong with which part), GG_E_NOMEM. */
gg_status gg_tau_list_parse(const char *text, gg_tau_list *list, gg_error *err);
void gg_tau_list_clear(gg_tau_list *list);
