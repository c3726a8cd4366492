/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Bytes as a solution of one small network, certificates included: it is refused, or verified, and
 * no bound that is taken as proven lies above the cheapest of all decisions.
 */
#include <math.h>
#include <stdio.h>
#include <unistd.h>

#include "experiments/solution/solution.h"
#include "tests/fuzz/drawn.h"
#include "tests/fuzz/input.h"

static double cheapest_s(gg_instance *network, const gg_solution *solution) {
    int32_t assignment[GG_FUZZ_USERS];
    size_t count = 1, options = network->n_servers + 1;
    double least_s = INFINITY, tau = network->tau;
    network->tau = solution->tau;
    for (size_t i = 0; i < GG_FUZZ_USERS; i++)
        count *= options;
    for (size_t k = 0; k < count; k++) {
        gg_metrics metrics;
        size_t code = k;
        for (size_t i = 0; i < GG_FUZZ_USERS; i++, code /= options)
            assignment[i] = (int32_t)(code % options) - 1;
        gg_evaluate(network, solution->objective, assignment, &metrics, NULL);
        if (metrics.tau_violations == 0)
            least_s = fmin(least_s, metrics.objective_s);
    }
    network->tau = tau;
    return least_s;
}

/* Which entry was found wrong; the first ones suffice. */
enum { ENTRIES = 64 };
typedef struct wrong {
    int all, entry[ENTRIES];
} wrong;

static void take_finding(void *context, size_t entry, const char *field, const char *reason) {
    wrong *found = context;
    gg_fuzz_require(field != NULL && reason != NULL, "a finding without a reason");
    if (entry < ENTRIES)
        found->entry[entry] = 1;
    else
        found->all = 1;
}

static void verify(gg_instance *network, const gg_solution *solution) {
    wrong found = {0};
    size_t count = 0;
    gg_error err = {0};
    gg_status status = gg_verify_solution(network, solution, take_finding, &found, &count, &err);
    gg_fuzz_require_reason(status, &err);
    for (size_t e = 0; status == GG_OK && !found.all && e < solution->n_entries && e < ENTRIES; e++)
        if (!found.entry[e] && solution->entries[e].certificate != NULL)
            gg_fuzz_require(solution->entries[e].certificate->bound_s <=
                                cheapest_s(network, solution) * (1.0 + 1e-11),
                            "a false proof is accepted");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    char path[GG_FUZZ_PATH];
    gg_solution_list list = {0};
    gg_error err = {0};
    gg_instance *network = gg_fuzz_network();
    int fd = gg_fuzz_file(data, size, path);
    gg_status status = gg_solution_list_read(path, &list, &err);
    gg_fuzz_require_reason(status, &err);
    for (size_t r = 0; status == GG_OK && r < list.count; r++)
        verify(network, &list.runs[r]);
    gg_solution_list_clear(&list);
    gg_instance_free(network);
    gg_fuzz_require_released();
    close(fd);
    return 0;
}
