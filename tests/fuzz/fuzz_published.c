/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Bytes as a table of published means: what is accepted has names that end and numbers.
 */
#include <math.h>
#include <string.h>
#include <unistd.h>

#include "experiments/studies/comparison/comparison.h"
#include "tests/fuzz/input.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    char path[GG_FUZZ_PATH];
    gg_published published = {0};
    gg_error err = {0};
    int fd = gg_fuzz_file(data, size, path);
    gg_status status = gg_published_read(path, &published, &err);
    gg_fuzz_require_reason(status, &err);
    for (size_t k = 0; status == GG_OK && k < published.count; k++) {
        const gg_published_row *row = &published.rows[k];
        gg_fuzz_require(memchr(row->strategy, '\0', sizeof row->strategy) != NULL, "an open name");
        for (int q = 0; q < GG_QUANTITIES; q++)
            gg_fuzz_require(!isinf(row->mean[q]), "an infinite mean");
    }
    gg_published_clear(&published);
    gg_fuzz_require_released();
    close(fd);
    return 0;
}
