/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Where users and servers stand, and the channel gain between them.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "models/base/linkage.h"
#include "models/draw/preset.h"

GG_C_BEGIN
typedef struct gg_point {
    double x_m;
    double y_m;
} gg_point;

/* Users and servers; a kind that a file does not place has no array. */
typedef struct gg_layout {
    size_t n_users;
    gg_point *users; /* owned */
    size_t n_servers;
    gg_point *servers; /* owned */
} gg_layout;

void gg_layout_clear(gg_layout *layout);

/* Reads a CSV with header kind,x_m,y_m and rows of kind user or server. Errors: GG_E_IO, GG_E_INPUT
 * (file and line), GG_E_NOMEM. */
gg_status gg_layout_read(const char *path, gg_layout *layout, gg_error *err);

/* Position of a user, uniform on the area. */
gg_point gg_layout_user(const gg_preset *preset, uint64_t seed, uint32_t run, uint32_t user);

/* Position of server `index` of n_servers: rows of cells over the area, as near to square as the
 * number allows, servers at the cells' centres, row by row. 4 servers on a square stand at its
 * quarters. */
gg_point gg_layout_server(const gg_preset *preset, size_t n_servers, size_t index);

/* Channel gain of a pair; infinite where the two coincide and the preset has no minimum distance.
 */
double gg_layout_gain(const gg_preset *preset, uint64_t seed, uint32_t run, uint32_t user,
                      uint32_t server, gg_point user_at, gg_point server_at);
GG_C_END
