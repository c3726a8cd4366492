/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Certificates as JSON: a short array a node, a string of hexadecimal digits a round. The form is
 * described in solvers/EXACT.md.
 */
#pragma once

#include <jansson.h>

#include "solvers/checker/certificate.h"

/* The caller releases it with json_decref. NULL when memory is short. */
json_t *gg_certificate_json(const gg_certificate *certificate);

/* Reads a certificate for n_users users and n_servers servers. Types, lengths and domains are
 * checked here; whether it proves anything is not. The caller owns *out. Messages begin with
 * `where`, the file and the key path up to here. Errors: GG_E_INPUT, GG_E_NOMEM. */
gg_status gg_certificate_from_json(const json_t *json, const char *where, size_t n_users,
                                   size_t n_servers, gg_certificate **out, gg_error *err);
