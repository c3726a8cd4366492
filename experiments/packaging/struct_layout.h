/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Where the public structs have their members, for languages that cannot read the headers: who asks
 * is right for the library that is loaded, whatever was added to a struct since.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "models/base/linkage.h"

GG_C_BEGIN
/* Member number `k` of all public structs together, a struct's side by side; false after the last.
 * `type` is the struct's, `name` the member's, `at` bytes from the struct's start, `size` bytes,
 * `whole` those of the struct; `kind` is "double", "bool", "int", "unsigned", "long", "unsigned
 * long", "uint8_t", "text" (const char *), "chars" (char[]), "pointer" or "struct"; or "constant",
 * whose value is `at`. */
bool gg_layout_member(size_t k, const char **type, const char **name, const char **kind, size_t *at,
                      size_t *size, size_t *whole);
GG_C_END
