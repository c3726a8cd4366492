/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Networks of a shipped preset, for the targets whose bytes are a part of one.
 */
#pragma once

#include "models/draw/scenario.h"

/* Draws a network and throws it away. Ends the program where it is out of its domain, or a refusal
 * has no reason. */
void gg_fuzz_draw(const char *preset, const gg_draw *draw);

/* A small network that stays for the life of the program: 5 users, 2 servers. */
enum { GG_FUZZ_USERS = 5, GG_FUZZ_SERVERS = 2 };
gg_instance *gg_fuzz_network(void);
