/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What every fuzz target shares: a check that ends the program, and bytes as a file.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "models/base/status.h"

/* Every target: what libFuzzer and the replay driver call. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Ends the program, saying what does not hold. */
void gg_fuzz_require(int holds, const char *what);

/* A refusal says why, in the message of the failure that it returns; afterwards `err` is empty. */
void gg_fuzz_require_reason(gg_status status, gg_error *err);

/* The bytes in memory that has a path, given in `path`; close the descriptor that is returned. */
enum { GG_FUZZ_PATH = 64 };
int gg_fuzz_file(const uint8_t *data, size_t size, char path[GG_FUZZ_PATH]);

/* Ends the program where memory is still held. */
void gg_fuzz_require_released(void);
