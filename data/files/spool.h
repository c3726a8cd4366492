/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Bytes that wait on disk: written once, in order, then read once. The file has no name, so nothing
 * is left of it however the program ends.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "models/base/status.h"

GG_C_BEGIN
typedef struct gg_spool gg_spool;

/* An empty spool below $TMPDIR (/var/tmp where that is not set, then /tmp). Errors: GG_E_IO,
 * GG_E_NOMEM. */
gg_status gg_spool_new(gg_spool **out, gg_error *err);
void gg_spool_free(gg_spool *spool);

/* Errors: GG_E_IO. */
gg_status gg_spool_write(gg_spool *spool, const void *bytes, size_t size, gg_error *err);
/* Bytes written so far: a place to come back to. */
uint64_t gg_spool_place(const gg_spool *spool);
/* Forgets what was written behind `place`. Errors: GG_E_IO. */
gg_status gg_spool_rewind_to(gg_spool *spool, uint64_t place, gg_error *err);

/* Ends the writing; reading begins with the first byte. Errors: GG_E_IO. */
gg_status gg_spool_turn(gg_spool *spool, gg_error *err);
/* Exactly `size` bytes. Errors: GG_E_IO (also when fewer are left). */
gg_status gg_spool_read(gg_spool *spool, void *bytes, size_t size, gg_error *err);
/* The open file, for who takes it over (dup2) after gg_spool_turn. */
int gg_spool_descriptor(const gg_spool *spool);
GG_C_END
