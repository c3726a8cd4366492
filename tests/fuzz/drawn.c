/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/fuzz/drawn.h"

#include "tests/fuzz/input.h"

static gg_status draw_of(const char *name, const gg_draw *draw, gg_instance **out, gg_error *err) {
    gg_preset *preset = NULL;
    gg_status status = gg_preset_read(name, &preset, err);
    if (status == GG_OK)
        status = gg_scenario_draw(preset, draw, out, err);
    gg_preset_free(preset);
    return status;
}

void gg_fuzz_draw(const char *preset, const gg_draw *draw) {
    gg_instance *network = NULL;
    gg_error err = {0};
    gg_status status = draw_of(preset, draw, &network, &err);
    gg_fuzz_require_reason(status, &err);
    if (status == GG_OK)
        gg_fuzz_require(gg_instance_validate(network, NULL) == GG_OK,
                        "a network out of its domain");
    gg_instance_free(network);
}

gg_instance *gg_fuzz_network(void) {
    static const gg_draw draw = {
        .n_users = GG_FUZZ_USERS, .n_servers = GG_FUZZ_SERVERS, .default_tau = true, .seed = 1};
    gg_instance *network = NULL;
    gg_fuzz_require(draw_of("paper-bits", &draw, &network, NULL) == GG_OK, "no network");
    return network;
}
