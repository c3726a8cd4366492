/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Bytes as positions of users and servers: what is accepted places a network.
 */
#include <unistd.h>

#include "models/draw/scenario_layout.h"
#include "tests/fuzz/drawn.h"
#include "tests/fuzz/input.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    char path[GG_FUZZ_PATH];
    gg_layout layout = {0};
    gg_error err = {0};
    int fd = gg_fuzz_file(data, size, path);
    gg_status status = gg_layout_read(path, &layout, &err);
    gg_fuzz_require_reason(status, &err);
    if (status == GG_OK) {
        gg_draw draw = {.n_users = layout.n_users > 0 ? layout.n_users : 3,
                        .default_servers = true,
                        .default_tau = true,
                        .positions_csv = path};
        gg_fuzz_draw("urban-micro", &draw);
    }
    gg_layout_clear(&layout);
    gg_fuzz_require_released();
    close(fd);
    return 0;
}
