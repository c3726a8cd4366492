/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Bytes as a preset: what is accepted draws sound networks or says why it cannot.
 */
#include "models/draw/preset.h"
#include "models/draw/scenario.h"
#include "tests/fuzz/input.h"

enum { USERS = 5, SERVERS = 3 };

static void use(const gg_preset *preset) {
    gg_draw draw = {.n_users = USERS, .n_servers = SERVERS, .default_tau = true, .seed = 1};
    gg_instance *network = NULL;
    gg_error err = {0};
    gg_status status = gg_scenario_draw(preset, &draw, &network, &err);
    gg_fuzz_require_reason(status, &err);
    if (status == GG_OK)
        gg_fuzz_require(gg_instance_validate(network, NULL) == GG_OK,
                        "a network out of its domain");
    gg_instance_free(network);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    gg_preset *preset = NULL;
    gg_error err = {0};
    gg_status status = gg_preset_parse((const char *)data, size, "input", &preset, &err);
    gg_fuzz_require_reason(status, &err);
    if (status == GG_OK)
        use(preset);
    gg_preset_free(preset);
    gg_fuzz_require_released();
    return 0;
}
