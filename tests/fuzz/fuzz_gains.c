/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Bytes as a table of channel gains: what is accepted makes a network.
 */
#include <unistd.h>

#include "models/base/alloc.h"
#include "models/text/csv_table.h"
#include "tests/fuzz/drawn.h"
#include "tests/fuzz/input.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    char path[GG_FUZZ_PATH];
    gg_table table = {0};
    gg_error err = {0};
    int fd = gg_fuzz_file(data, size, path);
    gg_status status = gg_csv_read_table(path, &table, &err);
    gg_fuzz_require_reason(status, &err);
    if (status == GG_OK) {
        gg_draw draw = {.n_users = table.n_rows,
                        .n_servers = table.n_columns,
                        .default_tau = true,
                        .gains_csv = path};
        gg_fuzz_draw("paper-bits", &draw);
    }
    gg_free(table.values);
    gg_fuzz_require_released();
    close(fd);
    return 0;
}
