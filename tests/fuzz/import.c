/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Bytes as a file that an importer reads, in a few ways. Compiled once for every format, whose name
 * is GG_FUZZ_FORMAT.
 */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "data/import/import.h"
#include "tests/fuzz/input.h"

static void import_once(const char *path, const gg_import_options *options) {
    gg_error err = {0};
    const gg_importer *importer = gg_importer_find(GG_FUZZ_FORMAT, &err);
    gg_fuzz_require(importer != NULL, "no such format");
    gg_status status = gg_import(importer, &path, 1, "/dev/null", options, NULL, NULL, &err);
    gg_fuzz_require_reason(status, &err);
    gg_fuzz_require_released();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    /* A name of its own: HDF5 does not open files that have none. */
    const char *folder = getenv("TMPDIR");
    char path[256];
    snprintf(path, sizeof path, "%s/goagap-fuzz-XXXXXX", folder != NULL ? folder : "/tmp");
    int fd = mkstemp(path);
    gg_fuzz_require(fd >= 0 && write(fd, data, size) == (ssize_t)size, "no temporary file");
    close(fd);
    gg_import_options options = gg_import_options_init();
    import_once(path, &options);
    /* The last byte of the input chooses among the rest. */
    unsigned choice = size > 0 ? data[size - 1] : 0;
    options.axes = (gg_import_axes)(choice % GG_N_IMPORT_AXES);
    options.values = (gg_import_values)(choice / 8 % GG_N_IMPORT_VALUES);
    options.keep_top_k = choice % 2 == 0 ? 2 : 0;
    options.drop_eos = choice % 3 == 0;
    options.skip_empty = true;
    options.allow_post_sampling = true;
    options.has_dtype = choice % 5 == 0;
    options.dtype = GG_BF16;
    options.side = choice % 7 == 0 ? GG_LLM : GG_SLM;
    import_once(path, &options);
    unlink(path);
    return 0;
}
