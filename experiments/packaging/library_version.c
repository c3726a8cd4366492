/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiments/packaging/library_version.h"

const char *gg_version(void) {
    return GG_VERSION;
}
