/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "notebooks-export/notebook_cells.h"

#include <stddef.h>

const gg_notebook_cell gg_notebook_cells[] = {
/* The build makes it of cells/. */
#include "notebooks-export/notebook_cells.inc"
    {NULL, NULL}};
