/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The notebook's cells as they stand in cells/, in the order of their file names.
 */
#pragma once

typedef struct gg_notebook_cell {
    const char *file; /* "08-strategies.py": number, name, and what kind of cell it is */
    const char *text; /* @NAME@ stands for what is known when a notebook is written */
} gg_notebook_cell;

/* The last one's file is NULL. */
extern const gg_notebook_cell gg_notebook_cells[];
