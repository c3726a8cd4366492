/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The dataset reader: any bytes are opened, described and measured, or refused with a reason.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "data/row_reader.h"
#include "data/uncertainty_store.h"
#include "models/base/alloc.h"
#include "tests/fuzz/import_input.h"

/* What a measurement may write; larger declarations are no news. */
enum { MOST_QUERIES = 4096, MOST_WORDS = 1 << 16 };

static void require(int condition, const char *what) {
    if (condition)
        return;
    fprintf(stderr, "%s\n", what);
    abort();
}

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
    require(values != NULL, "out of memory");
    gg_status status = gg_uncertainty_compute(dataset, side, &options, values, &err);
    require(status == GG_OK || err.message[0] != '\0', "a refusal without a message");
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
    char path[64];
    gg_error err = {0};
    gg_dataset *dataset;
    int fd = memfd_create("fuzz", 0);
    require(fd >= 0 && write(fd, data, size) == (ssize_t)size, "no memory file");
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    gg_status status = gg_dataset_open(path, &dataset, &err);
    require(status == GG_OK || err.message[0] != '\0', "a refusal without a message");
    if (status == GG_OK)
        use(dataset, size > 0 ? data[size - 1] : 0);
    gg_dataset_close(dataset);
    require(gg_alloc_live() == 0, "memory is leaked");
    close(fd);
    return 0;
}
