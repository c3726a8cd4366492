/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Bytes as somebody's own decision: what is accepted is one, and can be judged.
 */
#include <unistd.h>

#include "experiments/solution/solution.h"
#include "models/base/alloc.h"
#include "models/evaluate.h"
#include "tests/fuzz/drawn.h"
#include "tests/fuzz/input.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    char path[GG_FUZZ_PATH];
    int32_t *assignment = NULL;
    gg_metrics metrics;
    gg_error err = {0};
    gg_instance *network = gg_fuzz_network();
    int fd = gg_fuzz_file(data, size, path);
    gg_status status = gg_assignment_read(path, network, &assignment, &err);
    gg_fuzz_require_reason(status, &err);
    if (status == GG_OK)
        gg_fuzz_require(gg_evaluate(network, GG_WEIGHTED, assignment, &metrics, NULL) == GG_OK,
                        "is no decision");
    gg_free(assignment);
    gg_instance_free(network);
    gg_fuzz_require_released();
    close(fd);
    return 0;
}
