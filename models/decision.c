/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models/decision.h"

#include "models/base/alloc.h"

gg_status gg_decision_init(gg_decision *decision, const gg_instance *instance, gg_error *err) {
    *decision = (gg_decision){.instance = instance,
                              .server = gg_alloc(instance->n_users, sizeof *decision->server),
                              .load = gg_alloc(instance->n_servers, sizeof *decision->load),
                              .interference_w =
                                  gg_alloc(instance->n_servers, sizeof *decision->interference_w)};
    if (decision->server == NULL || decision->load == NULL || decision->interference_w == NULL) {
        gg_decision_clear(decision);
        return gg_fail(err, GG_E_NOMEM, "out of memory for a decision of %zu users",
                       instance->n_users);
    }
    for (size_t i = 0; i < instance->n_users; i++)
        decision->server[i] = GG_LOCAL;
    for (size_t j = 0; instance->fixed_interference_w != NULL && j < instance->n_servers; j++)
        decision->interference_w[j] = instance->fixed_interference_w[j];
    return GG_OK;
}

void gg_decision_clear(gg_decision *decision) {
    gg_free(decision->server);
    gg_free(decision->load);
    gg_free(decision->interference_w);
    *decision = (gg_decision){0};
}

void gg_decision_place(gg_decision *decision, size_t user, size_t server) {
    const gg_instance *in = decision->instance;
    const double *gain = in->gain + user * in->n_servers;
    decision->server[user] = (int32_t)server;
    decision->load[server]++;
    for (size_t j = 0; in->fixed_interference_w == NULL && j < in->n_servers; j++)
        if (j != server)
            decision->interference_w[j] += in->tx_power_w[user] * gain[j];
}
