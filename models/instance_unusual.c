/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>

#include "models/base/unusual.h"
#include "models/instance.h"

gg_status gg_instance_refuse_unusual(const gg_instance *in, const char *place, gg_error *err) {
    char user[400];
    GG_TRY(gg_refuse_unusual(GG_UNIT_NOISE_W, &in->noise_w, 1, place, err));
    for (size_t i = 0; i < in->n_users; i++) {
        snprintf(user, sizeof user, "%.300s: user %zu", place, i);
        GG_TRY(gg_refuse_unusual(GG_UNIT_GAIN, in->gain + i * in->n_servers, in->n_servers, user,
                                 err));
        GG_TRY(gg_refuse_unusual(GG_UNIT_PAYLOAD_BITS, in->payload_bits + i, 1, user, err));
    }
    snprintf(user, sizeof user, "%.300s: local delays", place);
    GG_TRY(gg_refuse_unusual(GG_UNIT_LATENCY_S, in->local_delay_s, in->n_users, user, err));
    if (in->edge_delay_ref_s == NULL)
        return GG_OK;
    snprintf(user, sizeof user, "%.300s: delays of the large model", place);
    return gg_refuse_unusual(GG_UNIT_LATENCY_S, in->edge_delay_ref_s, in->n_users, user, err);
}
