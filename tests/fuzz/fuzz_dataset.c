/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The dataset reader: any bytes are opened, described and measured, or refused with a reason.
 */
#include <unistd.h>

#include "data/dataset/row_reader.h"
#include "data/uncertainty/uncertainty.h"
#include "models/base/alloc.h"
#include "tests/fuzz/input.h"

/* What a measurement may write; larger declarations are no news. */
enum { MOST_QUERIES = 4096, MOST_WORDS = 1 << 16 };

static void measure(gg_dataset *dataset, gg_side side, unsigned choice) {
    size_t n = gg_dataset_n_queries(dataset);
    gg_uncertainty_options options = gg_uncertainty_options_init();
    double *values = gg_alloc(n, sizeof *values);
    gg_error err = {0};
    options.threads = 1;
    options.measure = (gg_measure)(choice % GG_N_MEASURES);
    options.top_k = choice % 3 == 0 ? 3 : 0;
    options.aggregate.kind = (gg_aggregate_kind)(choice / 8 % GG_QUANTILE);
    options.drop_eos = choice % 5 == 0;
    gg_fuzz_require(values != NULL, "out of memory");
    gg_status status = gg_uncertainty_compute(dataset, side, &options, values, &err);
    gg_fuzz_require_reason(status, &err);
    gg_free(values);
}

static void use(gg_dataset *dataset, unsigned choice) {
    gg_strings names = {0};
    gg_uncertainty_list(dataset, &names, NULL);
    gg_strings_clear(&names);
    for (int side = 0; side < GG_N_SIDES; side++) {
        const gg_side_info *info = gg_dataset_side(dataset, (gg_side)side);
        if (gg_dataset_n_queries(dataset) <= MOST_QUERIES && info->width <= MOST_WORDS &&
            info->vocabulary <= MOST_WORDS)
            measure(dataset, (gg_side)side, choice);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    char path[GG_FUZZ_PATH];
    gg_error err = {0};
    gg_dataset *dataset;
    int fd = gg_fuzz_file(data, size, path);
    gg_status status = gg_dataset_open(path, &dataset, &err);
    gg_fuzz_require_reason(status, &err);
    if (status == GG_OK)
        use(dataset, size > 0 ? data[size - 1] : 0);
    gg_dataset_close(dataset);
    gg_fuzz_require_released();
    close(fd);
    return 0;
}
