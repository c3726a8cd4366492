/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "models/base/linkage.h"

GG_C_BEGIN
/* Of the library that is linked: "0.1.0". */
const char *gg_version(void);
GG_C_END
