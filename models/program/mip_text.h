/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The mixed-integer program as a file for other solvers: free MPS or CPLEX LP.
 */
#pragma once

#include <stdio.h>

#include "models/base/linkage.h"
#include "models/program/mip.h"

GG_C_BEGIN
typedef enum gg_mip_format { GG_MIP_MPS, GG_MIP_LP } gg_mip_format;

/* What to write; all borrowed. */
typedef struct gg_mip_text {
    const gg_mip *mip;
    const gg_mip_domain *domain;
    const gg_instance *instance;
    gg_objective objective;
    const char *note; /* more to say in the comment, in lines of its own; may be NULL */
} gg_mip_text;

/* Writes the program: minimise, in milliseconds, every number with 17 digits (it reads back bit for
 * bit), after a comment that explains names, rows and columns. Lines stay below 100 characters.
 * Errors: GG_E_NOMEM; stream errors show at the stream's commit. */
gg_status gg_mip_write(const gg_mip_text *text, gg_mip_format format, FILE *stream, gg_error *err);

/* Names in the file: letters, digits and underscores, starting with a letter. */
enum { GG_MIP_NAME_SIZE = 64 };
void gg_mip_column_name(const gg_mip_column *column, char name[GG_MIP_NAME_SIZE]);
void gg_mip_row_name(const gg_mip_row *row, char name[GG_MIP_NAME_SIZE]);
GG_C_END
