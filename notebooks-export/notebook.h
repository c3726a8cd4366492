/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A study as a Jupyter notebook (nbformat 4.5): cells that compute and draw it again from the
 * results file, with the report's tables and figures as outputs, so that it reads well unrun.
 */
#pragma once

#include "experiments/report/compared/study.h"

/* Writes the notebook to `path`. `results` is the path of the study's results as its cells open it,
 * from the notebook's folder; UTF-8. The same study and names give the same bytes. Errors:
 * GG_E_INPUT (text that is not UTF-8), GG_E_IO, GG_E_NOMEM. */
gg_status gg_notebook_write(const gg_study *study, const char *results, const char *path,
                            gg_error *err);
