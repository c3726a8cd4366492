/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Bytes as an instance, HDF5 or JSON: what is accepted is in its domain, reads back from its own
 * JSON bit for bit, and can be decided about.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "data/dataset/instance_file.h"
#include "models/instance_json.h"
#include "solvers/solver.h"
#include "tests/fuzz/input.h"

/* Larger instances are read, but no strategy is run on them. */
enum { MOST_PAIRS = 256 };

static char *text_of(const gg_instance *instance, size_t *size) {
    char *text = NULL;
    FILE *stream = open_memstream(&text, size);
    gg_fuzz_require(stream != NULL, "out of memory");
    gg_fuzz_require(gg_instance_write_json(instance, stream, NULL) == GG_OK, "is not written");
    fclose(stream);
    return text;
}

static void reads_back(const gg_instance *instance) {
    size_t size, size_again;
    char *text = text_of(instance, &size), *text_again;
    gg_instance *again = NULL;
    gg_error err = {0};
    gg_fuzz_require(gg_instance_parse_json(text, size, "again", &again, NULL, NULL, &err) == GG_OK,
                    err.message);
    text_again = text_of(again, &size_again);
    gg_fuzz_require(size == size_again && memcmp(text, text_again, size) == 0,
                    "does not read back");
    gg_instance_free(again);
    free(text);
    free(text_again);
}

static void decide(const gg_instance *instance, const char *name) {
    const gg_solver *solver = gg_solver_find(name, NULL);
    gg_solve_options options = gg_solve_options_init();
    gg_result result = {0};
    gg_error err = {0};
    options.node_limit = 4;
    options.time_limit_s = 1.0;
    gg_status status = gg_solve(solver, instance, &options, &result, &err);
    gg_fuzz_require_reason(status, &err);
    if (status == GG_OK && result.assignment != NULL)
        gg_fuzz_require(!isnan(result.metrics.objective_s), "an objective that is no number");
    gg_result_clear(&result);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    char path[GG_FUZZ_PATH];
    gg_instance *instance = NULL;
    gg_error err = {0};
    int fd = gg_fuzz_file(data, size, path);
    gg_status status = gg_instance_read(path, &instance, NULL, NULL, &err);
    gg_fuzz_require_reason(status, &err);
    if (status == GG_OK) {
        gg_fuzz_require(gg_instance_validate(instance, NULL) == GG_OK, "out of its domain");
        reads_back(instance);
    }
    if (status == GG_OK && instance->n_users * instance->n_servers <= MOST_PAIRS) {
        decide(instance, "goa-ls");
        decide(instance, "exact");
    }
    gg_instance_free(instance);
    gg_fuzz_require_released();
    close(fd);
    return 0;
}
