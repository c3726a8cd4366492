/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * PDF and PNG files of SVG files, by rsvg-convert (librsvg).
 */
#pragma once

#include <stdbool.h>

#include "models/base/status.h"

/* True when some folder of PATH has rsvg-convert. */
bool gg_converter_installed(void);

/* Makes of the file `svg` the file `path`; `format` is "pdf", or "png" (twice as large, on white).
 * Errors: GG_E_IO, GG_E_NOMEM. */
gg_status gg_convert_svg(const char *svg, const char *path, const char *format, gg_error *err);
